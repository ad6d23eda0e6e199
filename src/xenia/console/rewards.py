"""Rewards: what can be had, how many are left of it, and saying that there are more or fewer."""

from __future__ import annotations

from typing import Final

from xenia.client import ProblemError, shapes
from xenia.console.audit import differences
from xenia.console.places import REWARDS
from xenia.pages.answering import Download, Flash, Gone, Page, Shown, csv_file
from xenia.pages.asking import Asked
from xenia.pages.choosing import chosen, spoken_by
from xenia.pages.refusals import refusal_of
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import address
from xenia.pages.words import marked

REWARD: Final = f"{REWARDS}/{{reward:str}}"
_CHANGES: Final = 20  # of a stock, the newest
_MOST: Final = 10**9
_LOW: Final = 10  # of a hundred: a stock of which less is left is running out
_GIVES: Final = {
    "gift-card": marked("A gift card"),
    "discount": marked("A discount"),
    "service": marked("A service"),
    "item": marked("Goods"),
}
_HEADS: Final = (
    *(marked("Reward"), marked("Title"), marked("Price")),
    *(marked("Left"), marked("In all")),
)


@shown_at(REWARDS)
def rewards(asked: Asked) -> Page:
    """All rewards of a programme."""
    programmes, programme = chosen(asked)
    listed = (
        asked.client.rewards(programme=programme, locale=spoken_by(asked)).data if programme else ()
    )
    if asked.query.one("as") == "csv":
        return _file(asked, listed)
    values = {
        "programmes": programmes,
        "programme": programme,
        "rewards": listed,
        "gives": {kind: asked.say(title) for kind, title in _GIVES.items()},
        "low": {one.reward for one in listed if _is_low(one)},
        "rewards_path": REWARDS,
    }
    return Shown("console/rewards/list.html", values, fragments=frozenset({"results"}))


@shown_at(REWARD)
def reward(asked: Asked) -> Page:
    """One reward, and its stock."""
    return _reward(asked)


@sent_to(f"{REWARD}/stock")
def stocked(asked: Asked) -> Page:
    """More of it, or fewer."""
    form, name = asked.form, asked.places["reward"]
    programme = form.one("programme")
    change = _whole(form.one("change"))
    if form.one("way") == "fewer":
        change = -change
    if not 0 < abs(change) <= _MOST:
        wrong = asked.say("Write a whole number from 1 on.")
        return _reward(asked, wrong=wrong, status=422)
    try:
        done = asked.client.changed_stock(
            name,
            shapes.StockChange(change=change),
            programme=programme or None,
            idempotency_key=asked.once,
        )
    except ProblemError as error:
        if error.problem.status not in (409, 422):
            raise
        said = refusal_of(error, asked.words).said
        if error.problem.code == "too-few-left":
            said = asked.say("There are not so many left to take away.")
        return _reward(asked, wrong=said, status=error.problem.status)
    flash = Flash(
        marked("There are %(left)s left of %(of)s."),
        {"left": str(done.stock.left), "of": str(done.stock.of)},
    )
    back = address("/console/rewards/{reward}", reward=name)
    return Gone(f"{back}?programme={done.programme}&changed={change}", flash)


def _reward(asked: Asked, *, wrong: str = "", status: int = 200) -> Page:
    name = asked.places["reward"]
    _, programme = chosen(asked)
    listed = (
        asked.client.rewards(programme=programme, locale=spoken_by(asked)).data if programme else ()
    )
    found = next((one for one in listed if one.reward == name), None)
    changes: list[dict[str, object]] = []
    if found is not None and found.stock is not None and asked.may("audit:read"):
        about = f"reward/{programme}/{name}"
        changes = [
            {"at": one.at, "by": one.name or one.by, "lines": differences(one.before, one.after)}
            for one in asked.client.changes(about=about, limit=_CHANGES).data
        ]
    values = {
        "reward": found,
        "name": name,
        "programme": programme,
        "told_in": spoken_by(asked),
        "gives": {kind: asked.say(title) for kind, title in _GIVES.items()},
        "is_low": found is not None and _is_low(found),
        "changes": changes,
        "changed": _whole(asked.query.one("changed").removeprefix("-"))
        * (-1 if asked.query.one("changed").startswith("-") else 1),
        "amount": asked.form.one("change"),
        "way": asked.form.one("way"),
        "wrong": wrong,
        "rewards_path": REWARDS,
        "own_path": address("/console/rewards/{reward}", reward=name),
    }
    return Shown("console/rewards/one.html", values, 404 if found is None else status)


def _is_low(one: shapes.Reward) -> bool:
    return one.stock is not None and one.stock.left * 100 <= one.stock.of * _LOW


def _whole(text: str) -> int:
    """A number without a sign; 0 of what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 else 0


def _file(asked: Asked, listed: tuple[shapes.Reward, ...]) -> Download:
    rows = [
        (
            *(one.reward, one.title),
            " + ".join(f"{units} {currency}" for currency, units in one.price.items()),
            *(("", "") if one.stock is None else (one.stock.left, one.stock.of)),
        )
        for one in listed
    ]
    return csv_file("rewards.csv", [asked.say(head) for head in _HEADS], rows)


ROUTES = (rewards, reward, stocked)

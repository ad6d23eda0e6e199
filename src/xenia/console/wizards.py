"""Wizards: a few questions, and a programme that fits the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from xenia.client import ProblemError, shapes
from xenia.console import backtest_form as form
from xenia.console.backtests import begun
from xenia.console.places import BACKTESTS, WIZARDS
from xenia.pages.answering import Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.forms import Sent
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import address
from xenia.pages.words import marked

READY_MADE: Final = f"{WIZARDS}/ready-made"
CHOOSER: Final = f"{WIZARDS}/programme-chooser"
_LONGEST: Final = 200
_KINDS: Final = (
    ("bonus", marked("Points that come back as a reward")),
    ("discount", marked("A discount with the card")),
    ("stamps", marked("A card of stamps")),
)
_ASKED: Final[Mapping[str, str]] = {  # with what stands there at first
    "programme": "",
    "operator": "",
    "money": "EUR",
    "timezone": "Europe/Athens",
    "kind": "bonus",
    "margin": "",
    "uplift": "",
    "running": "",
    "cost_ratio": "",
    "cannibalised": "",
    "category": "",
}
_CHOSEN: Final[Mapping[str, str]] = {
    "history": "",
    "margin": "",
    "rate": "",
    "redeem": "eager",
    "fee": "",
    "club_rate": "",
    "operator": "",
}
_SHARES: Final = ("margin", "uplift", "running", "cost_ratio", "cannibalised", "rate", "club_rate")
_FIT: Final = frozenset({"results"})


@shown_at(WIZARDS)
def wizards(asked: Asked) -> Page:
    """Which there are."""
    del asked
    return Shown("console/wizards/list.html", {"ready_path": READY_MADE, "chooser_path": CHOOSER})


@shown_at(READY_MADE)
def ready_made(asked: Asked) -> Page:
    """A programme whose rate a margin can bear: questions, and beside them what comes of them."""
    fields = _filled(asked.query, _ASKED)
    values: dict[str, Any] = {
        "fields": fields,
        "kinds": [(key, asked.say(said)) for key, said in _KINDS],
        "made": None,
        "problem": None,
        "wrong": {},
        "own_path": READY_MADE,
        "wizards_path": WIZARDS,
    }
    if fields["programme"] and fields["margin"]:
        try:
            values["made"] = asked.client.ready_made(_ready(fields))
        except ProblemError as error:
            if error.problem.status not in (409, 422, 501, 503):
                raise
            values |= {"problem": error.problem, "wrong": _wrong(error.problem, _ASKED)}
    return Shown("console/wizards/ready_made.html", values, fragments=_FIT)


@sent_to(READY_MADE)
def ready_made_draft(asked: Asked) -> Page:
    """Begin a draft from it."""
    made = asked.client.ready_made(_ready(_filled(asked.form, _ASKED)))
    return begun(asked, made.document)


@shown_at(CHOOSER)
def chooser(asked: Asked) -> Page:
    """Kinds of programmes side by side, over a history."""
    return _chooser(asked, _filled(asked.query, _CHOSEN))


@sent_to(CHOOSER)
def choose(asked: Asked) -> Page:
    """Have them run, and go to where that is waited for."""
    fields = _filled(asked.form, _CHOSEN)
    try:
        made = asked.client.programme_choice(_choice(fields), idempotency_key=asked.once)
    except ProblemError as error:
        if error.problem.status not in (400, 404, 409, 422, 501, 503):
            raise
        return _chooser(asked, fields, error.problem)
    return Gone(address(f"{BACKTESTS}/{{backtest}}", backtest=made.backtest))


def _chooser(asked: Asked, fields: dict[str, str], problem: shapes.Problem | None = None) -> Page:
    histories = [one for one in asked.client.histories(limit=200).data if one.complete]
    values = {
        "fields": fields,
        "histories": histories,
        "policies": [
            (key, asked.say(said)) for key, said in form.POLICIES if key in ("eager", "never")
        ],
        "problem": problem,
        "wrong": {} if problem is None else _wrong(problem, _CHOSEN),
        "own_path": CHOOSER,
        "wizards_path": WIZARDS,
    }
    return Shown("console/wizards/chooser.html", values, 200 if problem is None else 422)


def _filled(sent: Sent, known: Mapping[str, str]) -> dict[str, str]:
    given = {name for name, _ in sent.items()}
    return {
        name: sent.one(name)[:_LONGEST] if name in given else first for name, first in known.items()
    }


def _said(fields: Mapping[str, str]) -> dict[str, Any]:
    """The fields in which something stands, shares as they are written in the interface."""
    return {
        name: form.share(value) if name in _SHARES else value
        for name, value in fields.items()
        if value
    }


def _ready(fields: Mapping[str, str]) -> shapes.NewReadyMade:
    said = _said(fields)
    if fields["kind"] != "stamps":
        said.pop("category", None)
    return shapes.NewReadyMade(**said)


def _choice(fields: Mapping[str, str]) -> shapes.NewChoice:
    said = {"margin": "", "rate": "", **_said(fields)}
    if "fee" in said:
        said["fee"] = said["fee"].replace(",", ".")
    return shapes.NewChoice(**said)


def _wrong(problem: shapes.Problem, known: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by the fields that show it."""
    found: dict[str, str] = {}
    for reason in problem.errors:
        if (name := reason.pointer.removeprefix("/")) in known:
            found.setdefault(name, reason.detail)
    return found


ROUTES = (wizards, ready_made, ready_made_draft, chooser, choose)

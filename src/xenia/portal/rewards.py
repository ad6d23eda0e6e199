"""Rewards that can be taken, and the vouchers that come of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from xenia.client import ProblemError, shapes
from xenia.pages.answering import Flash, Gone, Page
from xenia.pages.asking import Asked
from xenia.pages.choosing import spoken_by, wished
from xenia.pages.not_granted import Why, why
from xenia.pages.refusals import Refusal, refusal_of
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import with_query
from xenia.pages.words import marked
from xenia.portal.card import holder
from xenia.portal.codes import bars, grouped, qr
from xenia.portal.places import REWARDS, VOUCHERS
from xenia.portal.showing import shown

_TAKE: Final = f"{REWARDS}/take"
_MOST: Final = 100  # vouchers on a page
STATES: Final[Mapping[str, str]] = {
    "issued": marked("Can be used"),
    "used": marked("Used"),
    "expired": marked("Has ended"),
    "cancelled": marked("Cancelled"),
    "reserved": marked("Reserved"),
}
_REASONS: Final[Mapping[str, str]] = {
    "insufficient-balance": marked("You have too little for this now."),
    "out-of-stock": marked("There are none left."),
    "code-needed": marked("So much at once can only be taken at the till."),
    "may-not-spend": marked("You may not spend what your household has."),
    "spending-limit": marked("You have taken as much as can be taken for now."),
}
_OTHERWISE: Final[Mapping[str, tuple[str, str]]] = {
    "price-changed": (
        marked("It costs something else now"),
        marked("Look at what it costs now, and say again whether you take it."),
    ),
    "reward-changed": (
        marked("It is something else now"),
        marked("Look at what it is now, and say again whether you take it."),
    ),
}
_VERSION: Final = re.compile("[1-9][0-9]{0,8}")


@shown_at(REWARDS)
def rewards(asked: Asked) -> Page:
    """What there is, what it costs, and what is missing."""
    programme = wished(asked)
    own = asked.client.own(programme=programme, locale=spoken_by(asked))
    all_ = asked.client.own_rewards(programme=programme, locale=spoken_by(asked)).data
    values = {
        "own": own,
        "holds": holder(own),
        "rewards": [one for one in all_ if one.price and not one.automatic],
        "units": {one.currency: one.title for one in holder(own).currencies},
        "programme": programme,
    }
    return shown(asked, "portal/rewards.html", values)


@shown_at(_TAKE)
def take(asked: Asked) -> Page:
    """Asks once more, with what is left afterwards."""
    return _take(asked, asked.query.one("reward"))


@sent_to(_TAKE)
def taken(asked: Asked) -> Page:
    """The voucher, or why there is none; where it is not as it was shown, it is asked once more."""
    form = asked.form
    name, version = form.one("reward"), form.one("version")
    wanted = shapes.OwnRedemption(
        reward=name,
        programme=wished(asked),
        price=_read(form.one("price")),
        version=int(version) if _VERSION.fullmatch(version) else None,
    )
    try:
        done = asked.client.own_redemption(wanted, idempotency_key=asked.once)
    except ProblemError as error:
        if error.problem.status not in (409, 422):
            raise
        otherwise = _OTHERWISE.get(error.problem.code)
        if otherwise is None:
            return _take(asked, name, refusal_of(error, asked.words))
        title, sentence = otherwise
        return _take(asked, name, Refusal(asked.say(title), asked.say(sentence)))
    for refusal in done.answer.refusals:
        known = _REASONS.get(refusal.code)
        said = Why(asked.say(known)) if known else why(refusal, asked.words)
        return _take(asked, name, Refusal(asked.say("You could not take this"), *said))
    issued = [one.voucher for one in done.answer.effects if isinstance(one.voucher, str)]
    fields = [("programme", wished(asked) or ""), ("open", next(iter(issued), ""))]
    return Gone(with_query(VOUCHERS, fields), Flash(marked("It is yours.")))


def _reward(asked: Asked, name: str) -> shapes.Reward | None:
    all_ = asked.client.own_rewards(programme=wished(asked), locale=spoken_by(asked)).data
    return next((one for one in all_ if one.reward == name), None)


def _written(price: Mapping[str, str]) -> str:
    """A price as a form carries it."""
    return ",".join(f"{currency}={units}" for currency, units in sorted(price.items()))


def _read(written: str) -> dict[str, str]:
    """The same, read."""
    named = [one.partition("=") for one in written.split(",") if one]
    return {currency: units for currency, _, units in named}


def _take(asked: Asked, name: str, wrong: Refusal | None = None) -> Page:
    programme = wished(asked)
    own = asked.client.own(programme=programme, locale=spoken_by(asked))
    reward = _reward(asked, name)
    if reward is None:
        return Gone(REWARDS, Flash(marked("This reward is not there any more."), kind="failed"))
    values = {
        "own": own,
        "reward": reward,
        "price": _written(reward.price),
        "units": {one.currency: one.title for one in holder(own).currencies},
        "held": {one.currency: one.balance for one in holder(own).currencies},
        "programme": own.programme,
        "wrong": wrong,
    }
    return shown(asked, "portal/take.html", values, 422 if wrong else 200)


@shown_at(VOUCHERS)
def vouchers(asked: Asked) -> Page:
    """Those that can be used first; each with what a till reads."""
    programme = wished(asked)
    page = asked.client.own_vouchers(programme=programme, limit=_MOST)
    all_ = asked.client.own_rewards(programme=programme, locale=spoken_by(asked)).data
    usable = [one for one in page.data if one.state == "issued"]
    values = {
        "usable": [(one, qr(one.code), bars(one.code), grouped(one.code)) for one in usable],
        "others": [one for one in page.data if one.state != "issued"],
        "titles": {one.reward: one.title for one in all_},
        "states": {key: asked.say(title) for key, title in STATES.items()},
        "opened": asked.query.one("open"),
        "programme": programme,
    }
    return shown(asked, "portal/vouchers.html", values)


ROUTES = (rewards, take, taken, vouchers)

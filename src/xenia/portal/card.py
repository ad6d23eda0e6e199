"""The card: what a till reads, what one holds, when it ends, and the way to the next level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from xenia.client import shapes
from xenia.pages.answering import Page
from xenia.pages.asking import Asked
from xenia.pages.choosing import spoken_by, wished
from xenia.pages.ending import Endings, next_endings
from xenia.pages.rooms import shown_at
from xenia.portal.codes import bars, grouped, qr
from xenia.portal.places import CARD
from xenia.portal.showing import shown


@shown_at(CARD)
def card(asked: Asked) -> Page:
    """One look, also where there is no network: this page is kept by the telephone."""
    own = asked.client.own(programme=wished(asked), locale=spoken_by(asked))
    number = own.member if own.card is None else own.card.value
    holds = holder(own)
    spendable = [one for one in holds.currencies if not one.qualifying]
    values: dict[str, Any] = {
        "own": own,
        "holds": holds,
        "number": grouped(number),
        "qr": qr(number),
        "bars": bars(number),
        "first": next(iter(spendable), None) or next(iter(holds.currencies), None),
        "rest": [one for one in holds.currencies if one is not (spendable or holds.currencies)[0]]
        if holds.currencies
        else [],
        "ladders": [
            (one, [_progress(missing) for missing in one.to_next]) for one in holds.ladders
        ],
        "endings": [*_endings(holds.currencies)],
        "own_endings": {one.currency: ends for one, ends in _endings(own.currencies)},
        "badges": own.badges if holds is own else [*holds.badges, *own.badges],
        "gives": any(one.transfers for one in own.currencies),
    }
    return shown(asked, "portal/card.html", values)


def holder(own: shapes.Own) -> shapes.Own | shapes.OwnHousehold:
    """By whose holdings one buys and takes rewards: one's household's, or one's own."""
    return own if own.household is None else own.household


def _endings(
    currencies: Sequence[shapes.OwnCurrency],
) -> Iterator[tuple[shapes.OwnCurrency, Endings[shapes.OwnEnding]]]:
    return ((one, next_endings(one.endings)) for one in currencies if one.endings)


def _progress(one: shapes.OwnMissing) -> dict[str, str]:
    """How much there is of what is asked for, and of how much."""
    whole = Decimal(one.there) + Decimal(one.missing)
    return {"title": one.title, "missing": one.missing, "there": one.there, "whole": str(whole)}


ROUTES = (card,)

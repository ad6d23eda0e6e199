"""The card: what a till reads, what one holds, when it ends, and the way to the next level."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from xenia.client import shapes
from xenia.pages.answering import Page
from xenia.pages.asking import Asked
from xenia.pages.choosing import spoken_by, wished
from xenia.pages.ending import next_endings
from xenia.pages.rooms import shown_at
from xenia.portal.codes import bars, grouped, qr
from xenia.portal.places import CARD
from xenia.portal.showing import shown


@shown_at(CARD)
def card(asked: Asked) -> Page:
    """One look, also where there is no network: this page is kept by the telephone."""
    own = asked.client.own(programme=wished(asked), locale=spoken_by(asked))
    number = own.member if own.card is None else own.card.value
    spendable = [one for one in own.currencies if not one.qualifying]
    values: dict[str, Any] = {
        "own": own,
        "number": grouped(number),
        "qr": qr(number),
        "bars": bars(number),
        "first": next(iter(spendable), None) or next(iter(own.currencies), None),
        "rest": [one for one in own.currencies if one is not (spendable or own.currencies)[0]]
        if own.currencies
        else [],
        "ladders": [(one, [_progress(missing) for missing in one.to_next]) for one in own.ladders],
        "endings": [(one, next_endings(one.endings)) for one in own.currencies if one.endings],
        "gives": any(one.transfers for one in own.currencies),
    }
    return shown(asked, "portal/card.html", values)


def _progress(one: shapes.OwnMissing) -> dict[str, str]:
    """How much there is of what is asked for, and of how much."""
    whole = Decimal(one.there) + Decimal(one.missing)
    return {"title": one.title, "missing": one.missing, "there": one.there, "whole": str(whole)}


ROUTES = (card,)

"""What has moved, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.client import shapes
from xenia.pages.answering import Page
from xenia.pages.asking import Asked
from xenia.pages.choosing import spoken_by, wished
from xenia.pages.rooms import shown_at
from xenia.pages.words import marked
from xenia.portal.places import HISTORY
from xenia.portal.showing import shown

_ENTRIES: Final = 25
EVENTS: Final[Mapping[str, str]] = {
    "purchase": marked("Purchase"),
    "return": marked("Return"),
    "redemption": marked("Reward"),
    "use": marked("Voucher"),
    "transfer": marked("Given to another member"),
    "received": marked("From another member"),
    "adjustment": marked("Corrected by the staff"),
    "grant": marked("Given by the staff"),
    "enrolment": marked("Joining"),
    "birthday": marked("Birthday"),
    "anniversary": marked("Anniversary"),
    "act": marked("Something you did"),
    "claim": marked("Purchase"),
    "stay": marked("Stay"),
    "flight": marked("Flight"),
    "rental": marked("Rental"),
}
_OWN: Final = frozenset({"wallet", "pending", "held"})  # accounts of the member's


@shown_at(HISTORY)
def history(asked: Asked) -> Page:
    """The newest first; each leads to its reason."""
    cursor, programme = asked.query.one("cursor"), wished(asked)
    page = asked.client.own_ledger(
        programme=programme, limit=_ENTRIES, cursor=cursor or None, locale=spoken_by(asked)
    )
    values = {
        "page": page,
        "cursor": cursor,
        "programme": programme,
        "signs": signs,
        "kinds": _kinds(asked),
    }
    return shown(asked, "portal/history.html", values)


@shown_at(f"{HISTORY}/event")
def event(asked: Asked) -> Page:
    """Why one event came out as it did."""
    query = asked.query
    told = asked.client.own_explanation(
        event=query.one("event"),
        source=query.one("source", "api") or "api",
        programme=wished(asked),
        locale=spoken_by(asked),
    )
    values = {"told": told, "signs": signs, "kinds": _kinds(asked)}
    return shown(asked, "portal/event.html", values)


def _kinds(asked: Asked) -> dict[str, str]:
    """What events are called."""
    return {kind: asked.say(title) for kind, title in EVENTS.items()}


def signs(entry: shapes.Entry) -> int:
    """Whether a movement gives the member units (1), takes some (-1), or leaves them theirs (0)."""
    return (entry.credit in _OWN) - (entry.debit in _OWN)


ROUTES = (history, event)

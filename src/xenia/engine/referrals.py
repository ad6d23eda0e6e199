"""Who brought whom, and what is recorded of a member whose friend has bought."""

from __future__ import annotations

from collections.abc import Mapping

from xenia.effects import Given, Refusal
from xenia.events.conventions import REFERRED_BY
from xenia.events.model import (
    OWN,
    AttributeValue,
    Cancel,
    Enrolment,
    Event,
    Purchase,
    Referral,
    Return,
    member_name,
)
from xenia.events.parts import EventKey, Identifier


def referrer(attributes: Mapping[str, AttributeValue]) -> str | None:
    """Who brought the member of these attributes."""
    found = attributes.get(REFERRED_BY)
    return found if isinstance(found, str) else None


def people(event: Event) -> tuple[str | Identifier, ...]:
    """Who a purchase says that made it, and whose cards it says that paid for it."""
    if not isinstance(event, Purchase):
        return ()
    by = () if event.by is None else (event.by,)
    cards = [payment.card for payment in event.payments if payment.card is not None]
    return (*by, *[Identifier(kind="card", value=card) for card in cards])


def behind(programme: str, event: Event, friend: str, brought_by: str) -> Referral | Cancel | None:
    """What may have to be recorded of who brought a member, behind an event of that member."""
    match event:
        case Purchase():
            return Referral(
                id=referral_id(programme, EventKey(event.id, event.source)),
                source=OWN,
                member=brought_by,
                occurred_at=event.occurred_at,
                of=EventKey(event.id, event.source),
                friend=friend,
            )
        case Return() | Cancel():
            return Cancel(
                id=f"cancel/{programme}/{event.source}/{event.id}",
                source=OWN,
                member=brought_by,
                occurred_at=event.occurred_at,
                of=EventKey(referral_id(programme, event.of), OWN),
            )
    return None


def referral_id(programme: str, purchase: EventKey) -> str:
    """The id of what is recorded of who brought a member; nobody else can name its source."""
    return f"referral/{programme}/{purchase.source}/{purchase.id}"


def refused(member: str, event: Event, given: Given, *, enrolled: bool) -> Refusal | None:
    """Why nobody brought a member, who was `enrolled` before or not, if an enrolment says that
    somebody did."""
    if not isinstance(event, Enrolment) or given.to is None:
        return None
    if enrolled:
        return Refusal("already-a-member", _CLAIM, "the member was here before")
    if member in (given.to, member_name(event.referred_by)):
        return Refusal("self-referral", _CLAIM, "nobody can bring themselves")
    if not given.to:
        return Refusal("unknown-referrer", _CLAIM, "nobody is enrolled by what names them")
    return None


_CLAIM = "referred_by"

"""What is refused of an event because of what its member was named by, or says to be named by."""

from __future__ import annotations

from collections.abc import Iterator

from xenia.effects import Given, Refusal
from xenia.events.model import TYPE_NAMES, Card, Event

BLOCKED = "card-blocked"
BLOCKED_TEXT = "the card is blocked: nothing is earned with it, and nothing spent"

_IDENTIFIERS, _MEMBER = "identifiers", "member"
_WHY = {
    "identifier-taken": "it leads to another member: they may be one, and can be merged",
    "erased-member": "the member has been erased",
    "card-taken": "the card is another member's",
    "already-yours": "the card is the member's already",
    "not-yours": "the member has no such card",
    "already-blocked": "the card is blocked already",
}


def refusals(event: Event, given: Given) -> Iterator[Refusal]:
    """What of an event's identifiers was refused, as it was found when it was recorded."""
    claim = TYPE_NAMES[Card] if isinstance(event, Card) else _IDENTIFIERS
    for code, kind in given.refused:
        yield Refusal(code, claim, _WHY.get(code, code), subject=kind)


def blocked() -> Refusal:
    """The member was named by a card that is of no use."""
    return Refusal(BLOCKED, _MEMBER, BLOCKED_TEXT, subject="card")

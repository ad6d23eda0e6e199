"""Who is taken as enrolled though no enrolment is told: nobody, or whoever buys."""

from __future__ import annotations

from collections.abc import Sequence

from xenia.backtest.history import enrolment
from xenia.events.model import Enrolment, Event, Purchase, member_name
from xenia.services.inputs import UnusableError

FIRST_PURCHASE = "first-purchase"
ASSUMED = "taken-as-enrolled"  # under which it is counted how many are


def assumes(written: str | None) -> bool:
    """Whether it is asked for that everybody is taken as enrolled, right before their first
    purchase.  Raises UnusableError."""
    if written not in (None, FIRST_PURCHASE):
        raise UnusableError(
            f'--enrolled: "{written}" says of nobody when they enrolled: write {FIRST_PURCHASE}, '
            "or leave it out, so that only who has an enrolment has enrolled"
        )
    return written is not None


def with_enrolment(events: Sequence[Event]) -> Sequence[Event]:
    """A member's events, in order; with an enrolment right before the first purchase of who has
    none."""
    if any(isinstance(event, Enrolment) for event in events):
        return events
    for place, event in enumerate(events):
        if isinstance(event, Purchase):
            before = enrolment(member_name(event.member) or "", event.occurred_at)
            return [*events[:place], before, *events[place:]]
    return events

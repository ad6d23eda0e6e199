"""Who becomes a member by an event that does not say so."""

from __future__ import annotations

from xenia.events.model import Event, Purchase
from xenia.programme.model import Enrolment, Programme
from xenia.programme.scope import money_decimals


def enters(programme: Programme, event: Event) -> bool:
    """Whether an event makes whoever has it a member, if they never were one."""
    if programme.enrolment is not Enrolment.ENROLMENT_ONLY:
        return True
    if programme.first_purchase is None or not isinstance(event, Purchase):
        return False
    least = programme.first_purchase.scaleb(money_decimals(programme))
    return sum([line.amount for line in event.lines]) >= least

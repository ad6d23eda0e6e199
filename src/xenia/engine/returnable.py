"""Which events something can be taken back of, and until when."""

from __future__ import annotations

from typing import get_args

from xenia.engine.plan import Plan
from xenia.engine.terms import day_after
from xenia.events.model import (
    Activity,
    Enrolment,
    Event,
    Grant,
    OfItself,
    Profile,
    Purchase,
    Redemption,
    Referral,
    Return,
    TakingBack,
    Use,
)

TOO_LATE, LATE = "too-late", "it can no longer be returned"
# Of what staff does only the grant of a voucher: all else is corrected by staff.
_CANCELLED = frozenset(
    (
        *get_args(Activity),
        *get_args(OfItself),
        *(Purchase, Redemption, Enrolment, Profile, Referral),
    )
)


def returnable(event: TakingBack, of: Event) -> bool:
    """Whether an event of this kind takes something back of one of that."""
    if isinstance(event, Return):
        return isinstance(of, Purchase)
    if isinstance(of, Grant):
        return of.voucher is not None
    return type(of) in _CANCELLED or (isinstance(of, Use) and of.benefit is not None)


def too_late(plan: Plan, purchase: Event, event: Return) -> bool:
    """Whether the time in which it could be returned is over."""
    returns, day_of = plan.programme.returns, plan.zone.day_of
    if returns is None:
        return False
    return day_of(event.occurred_at) >= day_after(day_of(purchase.occurred_at), returns.within)

"""Which budgets and stocks an event may use, in which period, and what a decision has used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from xenia.engine.operators import month_of, week_of, year_of
from xenia.engine.plan import Budget, Plan, TypePlan
from xenia.events.model import TYPE_NAMES, Event, Grant, Purchase, Redemption
from xenia.programme.periods import BudgetPeriod

EVER = 0
_NUMBERS: Mapping[BudgetPeriod, Callable[[int], int]] = {
    "day": lambda day: day,
    "week": week_of,
    "month": month_of,
    "year": year_of,
    "ever": lambda _day: EVER,
}


def touched(plan: Plan, event: Event) -> tuple[tuple[str, int], ...]:
    """Name and period of the budgets and stocks that an event may use, by name.

    The period is the number of the calendar unit of the event's local day, 0 for ever.  An event
    can use no other; it may well use none of these.
    """
    part = plan.types.get(TYPE_NAMES[type(event)])
    if part is None or not part.budgets or event.member is None:
        return ()
    found = [budget for budget in part.budgets if _may_use(budget, event)]
    if not found:
        return ()
    day = plan.zone.day_of(event.occurred_at)
    return tuple((budget.name, period_of(budget, day)) for budget in found)


def period_of(budget: Budget, day: int) -> int:
    """The number of the period of a budget in which a local day is; 0 for ever."""
    return _NUMBERS[budget.per](day)


def _may_use(budget: Budget, event: Event) -> bool:
    if isinstance(event, Redemption) and event.reward == budget.reward:
        return True
    if isinstance(event, Grant) and event.voucher == budget.reward:
        return True
    if budget.given and isinstance(event, Purchase) and (event.given or event.quote is not None):
        return True  # of whatever rule, also one that is over
    for since, until in budget.windows:  # noqa: SIM110 - a generator takes thrice as long
        if since <= event.occurred_at < until:
            return True
    return False


def used_by(
    part: TypePlan, decision: Sequence[int], posted: Sequence[int] | None = None
) -> Mapping[str, int]:
    """What a decision has used more, by name, than what was `posted`; nothing of 0."""
    found = {}
    for budget in part.budgets:
        used = decision[budget.used] - (0 if posted is None else posted[budget.used])
        if used:
            found[budget.name] = used
    return found

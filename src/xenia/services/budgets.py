"""What all members together have used of budgets and stocks, kept in memory."""

from __future__ import annotations

from collections import Counter

from xenia.effects import NOTHING, Given, Outcome
from xenia.engine import claiming
from xenia.engine.account import NO_KEY, Account, decide
from xenia.engine.budgets import touched
from xenia.engine.plan import Plan
from xenia.engine.returning import NO_PAST, Past
from xenia.events.model import Event


class Budgets:
    """Counts what is used, in the order in which events are decided: first come, first served."""

    def __init__(self) -> None:
        self._used: Counter[tuple[str, int]] = Counter()  # by name and period

    def given(self, plan: Plan, event: Event) -> Given:
        """What is left for an event of the budgets and stocks that it may use."""
        names = touched(plan, event)
        if not names:
            return NOTHING
        most = plan.budgets
        return Given(
            rooms={name: max(0, most[name] - self._used[name, period]) for name, period in names}
        )

    def decide(
        self,
        plan: Plan,
        account: Account,
        event: Event,
        given: Given,
        *,
        key: bytes = NO_KEY,
        trace: bool = True,
        past: Past = NO_PAST,
    ) -> tuple[Account, Outcome]:
        """Decide an event of a member with what is `given` it, and count what it uses."""
        after, outcome = decide(plan, account, event, key=key, trace=trace, given=given, past=past)
        if outcome.used:
            about = claiming.about(event, given) if past.prior is None else past.prior.event
            for name, period in touched(plan, about):
                self._used[name, period] += outcome.used.get(name, 0)
        return after, outcome

"""What a batch uses of budgets and stocks, all of which are locked, and what they have left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from xenia.effects import Outcome
from xenia.engine.budgets import touched
from xenia.engine.timeline import Timeline
from xenia.events.model import Event
from xenia.services.books import Books, Used
from xenia.services.earlier import Earlier, by_key


@dataclass(slots=True)
class Rooms:
    """By name and period: what is used by now, and what is reserved."""

    timeline: Timeline
    used: Used = field(default_factory=dict)
    _reserved: Used = field(default_factory=dict)

    def lock(self, books: Books, earlier: Earlier, events: Iterable[Event]) -> None:
        """Lock the budgets of which events, or what they are about, may use something."""
        batch = [*events]
        same = by_key(batch) if earlier.keeps else {}
        wanted = {
            name
            for event in batch
            for one in earlier.may_be_about(event, same)
            for name in self.of(*one)
        }
        if wanted:
            self.used, self._reserved = books.budgets(wanted)

    def of(self, version: int | None, event: Event) -> Sequence[tuple[str, int]]:
        """The budgets that an event may use, by the version that decides it, or by this one."""
        timeline = self.timeline
        deciding = timeline.at(event.occurred_at) if version is None else timeline.of(version)
        return touched(deciding.plan, event)

    def left(self, event: Event, budgets: Sequence[tuple[str, int]]) -> Mapping[str, int]:
        """What these have left for an event, by name."""
        if not budgets:
            return {}
        most = self.timeline.at(event.occurred_at).plan.budgets
        used, apart = self.used, self._reserved
        return {key[0]: max(0, most[key[0]] - used[key] - apart.get(key, 0)) for key in budgets}

    def use(self, budgets: Sequence[tuple[str, int]], outcome: Outcome) -> None:
        """Count what an event has used of these."""
        for name, period in budgets:
            self.used[name, period] += outcome.used.get(name, 0)

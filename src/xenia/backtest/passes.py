"""Budgets and stocks that members share: found in passes, as if all had been decided in order.

A member is folded without the others. So at first each event is given all of a budget; then what
all of them use of it is walked through in the order of occurrence (instant, source, id). Whoever
used more than was left is given what was left, and is folded again; until nobody's changes. An
event that uses no more than there is left decides the same whether it is given that or all.

What takes something back of an event is decided on the room that there was for that event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from xenia.backtest.fold import Folded
from xenia.backtest.kernel_returns import of_row
from xenia.backtest.meanings import budget_names
from xenia.backtest.reading import Key
from xenia.backtest.sources import Bucket
from xenia.engine.budgets import period_of
from xenia.engine.operators import COLUMNS, EVENT_DAY, KIND
from xenia.engine.plan import Budget, Column, Plan


class Place(NamedTuple):
    """An event and a budget: its bucket and row, and the budget's number."""

    bucket: int
    row: int
    budget: int


class Use(NamedTuple):
    """What an event uses of a budget in one of its periods; below 0: it is given back."""

    key: Key
    place: Place
    period: int
    units: int


@dataclass(slots=True)
class Rooms:
    """What events are given of budgets, where it is not all of them."""

    plan: Plan
    names: list[str] = field(default_factory=list)
    given: dict[Place, int] = field(default_factory=dict)
    uses: dict[int, list[Use]] = field(default_factory=dict)
    _known: dict[Place, tuple[Key, int]] = field(default_factory=dict)
    _of: dict[Place, Place] = field(default_factory=dict)  # what something is taken back of
    _budgets: dict[tuple[int, int], Budget] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = budget_names(self.plan)
        for part in self.plan.types.values():
            for budget in part.budgets:
                self._budgets[part.number, self.names.index(budget.name)] = budget

    def give(self, number: int, bucket: Bucket) -> None:
        """Put what its events are given into the rows of a bucket."""
        rows = bucket.rows
        columns: Mapping[tuple[int, int], int] = {
            (part.number, self.names.index(budget.name)): COLUMNS
            + part.columns.index(Column("room", key=budget.name))
            for part in self.plan.types.values()
            for budget in part.budgets
        }
        for place, room in self.given.items():
            if place.bucket == number:
                at = int(rows.starts[place.row])
                rows.numbers[at + columns[int(rows.numbers[at + KIND]), place.budget]] = room

    def note(self, number: int, bucket: Bucket, found: Folded) -> None:
        """Remember what the events of a bucket use."""
        self.uses[number] = [*self._uses(number, bucket, found)]

    def _uses(self, number: int, bucket: Bucket, found: Folded) -> Iterator[Use]:
        rows = bucket.rows
        for row, budget, units in found.used.tolist():
            if units == 0:
                return
            at = int(rows.starts[row])
            kind, day = int(rows.numbers[at + KIND]), int(rows.numbers[at + EVENT_DAY])
            if (kind, budget) in self._budgets:
                period = period_of(self._budgets[kind, budget], day)
                place, key = Place(number, row, budget), bucket.keys[row]
                if (back := int(rows.back[row])) >= 0:
                    of = self._of[place] = Place(number, of_row(back), budget)
                    self._known[of] = bucket.keys[of.row], period
                    key = max(key, bucket.keys[of.row])  # it waits for that
                self._known[place] = key, period
                yield Use(key, place, period, units)

    def settle(self) -> set[int]:
        """Give every event what there is left for it; the buckets of those that were given
        something else."""
        most = [self.plan.budgets[name] for name in self.names]
        used: dict[tuple[int, int], int] = defaultdict(int)
        rooms: dict[Place, int] = {}
        whole: dict[Place, int] = defaultdict(int)  # what an event uses, with what came back of it
        changed: set[int] = set()
        for use in sorted(self._all()):
            period = use.place.budget, use.period
            of = self._of.get(use.place, use.place)
            room = rooms.setdefault(of, max(0, most[use.place.budget] - used[period]))
            given = self.given.get(of)
            if (whole[of] + use.units > room) if given is None else (given != room):
                self.given[of] = room
                changed.add(of.bucket)
            units = min(use.units, room - whole[of])
            whole[of] += units
            used[period] += units
        return changed

    def _all(self) -> Iterator[Use]:
        """What all events use, and those that use nothing: of what they are given, or of what there
        was for what comes back of them."""
        found = {use.place for uses in self.uses.values() for use in uses}
        for uses in self.uses.values():
            yield from uses
        for place in {*self.given, *self._of.values()} - found:
            key, period = self._known[place]
            yield Use(key, place, period, 0)

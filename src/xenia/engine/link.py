"""Turns generated source into functions: the only place that executes any.

What is executed was printed from the typed form of a programme; no author's text is in it but as
quoted constants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableSequence, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from xenia.engine import operators
from xenia.engine.operators import MEMORY
from xenia.engine.plan import Plan

Ints = MutableSequence[int]
Names = Mapping[str, Callable[..., Any]]

# Much the same days come again and again; interpreted, a calendar is slow.
_CALENDAR = ("month_of", "month_start", "add_months", "year_of", "membership_year")


class Worked(NamedTuple):
    """What one event has left behind: its record and decision, working memory, and its log."""

    record: Ints
    decision: Ints
    memory: Ints
    log: Ints


class Before(NamedTuple):
    """What a decision had read, and what has been posted of it: at the plan's places."""

    record: Sequence[int]
    posted: Sequence[int]


class Steps(Protocol):
    """What a plan does to a state, interpreted or as machine code."""

    @property
    def names(self) -> Names:
        """The plan's functions, interpreted, by name."""

    def state(self, numbers: Sequence[int]) -> Ints:
        """A copy of a state, in the form in which it can be changed here."""

    def step(
        self, state: Ints, event: Sequence[int], sizes: Sizes, before: Before | None = None
    ) -> Worked:
        """Decide one event, perhaps again, and post it into the state."""

    def due(self, state: Ints, room: int) -> Ints:
        """Do one due day; its log, with `room` for so many numbers."""


class Sizes(NamedTuple):
    """How many numbers a call needs: what it reads, what it comes to, and room for its log."""

    record: int
    decision: int
    log: int


class Interpreted:
    """Steps over lists."""

    def __init__(self, names: Names, params: Sequence[int]) -> None:
        self.names = names
        self._step, self._due = names["step"], names["due"]
        self._params = list(params)

    def state(self, numbers: Sequence[int]) -> list[int]:
        """See `Steps`."""
        return list(numbers)

    def step(
        self, state: Ints, event: Sequence[int], sizes: Sizes, before: Before | None = None
    ) -> Worked:
        """See `Steps`."""
        posted, decision = [0] * sizes.decision, [0] * sizes.decision
        worked = Worked([0] * sizes.record, decision, [0] * MEMORY, [0] * sizes.log)
        if before is not None:
            worked.record[:], posted[:] = before
        record, _, memory, log = worked
        self._step(state, event, record, posted, decision, memory, log, self._params)
        return worked

    def due(self, state: Ints, room: int) -> list[int]:
        """See `Steps`."""
        log = [0] * room
        self._due(state, log, self._params)
        return log


def functions(source: str, names: dict[str, object], title: str) -> dict[str, Callable[..., Any]]:
    """Execute generated definitions over the given names."""
    space: dict[str, object] = dict(names)
    exec(compile(source, f"<{title}>", "exec"), space)
    return {name: found for name, found in space.items() if callable(found)}


def interpreted(plan: Plan) -> Interpreted:
    """The plan's functions, over lists."""
    return Interpreted(_interpreted(plan.source), plan.params)


@lru_cache(maxsize=256)
def _interpreted(source: str) -> Names:
    remembered = {name: lru_cache(maxsize=2**12)(getattr(operators, name)) for name in _CALENDAR}
    return functions(source, {**vars(operators), **remembered}, "plan")

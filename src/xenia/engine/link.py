"""Turns generated source into functions: the only place that executes any.

What is executed was printed from the typed form of a programme; no author's text is in it but as
quoted constants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableSequence
from dataclasses import dataclass
from functools import lru_cache

from xenia.engine import operators
from xenia.engine.plan import Plan
from xenia.engine.type_writer import variable

Ints = MutableSequence[int]

# Much the same days come again and again; interpreted, a calendar is slow.
_CALENDAR = ("month_of", "month_start", "add_months", "year_of", "membership_year")


@dataclass(frozen=True, slots=True)
class Steps:
    """`due(state, log, params)` does one due day; `step(state, event, record, posted, decision,
    memory, log, params)` one event."""

    step: Callable[[Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints], None]
    due: Callable[[Ints, Ints, Ints], None]
    names: Mapping[str, Callable[..., object]]

    def metric(self, key: str, state: Ints, day: int) -> int:
        """A metric as of a day; what has left its window may be dropped from the state."""
        return self.names[variable("metric", key)](state, day)  # type: ignore[return-value]


def functions(
    source: str, names: dict[str, object], title: str
) -> dict[str, Callable[..., object]]:
    """Execute generated definitions over the given names."""
    space: dict[str, object] = dict(names)
    exec(compile(source, f"<{title}>", "exec"), space)
    return {name: found for name, found in space.items() if callable(found)}


def interpreted(plan: Plan) -> Steps:
    """The plan's two functions, over lists."""
    return _interpreted(plan.source)


@lru_cache(maxsize=256)
def _interpreted(source: str) -> Steps:
    remembered = {name: lru_cache(maxsize=2**12)(getattr(operators, name)) for name in _CALENDAR}
    found = functions(source, {**vars(operators), **remembered}, "plan")
    return Steps(step=found["step"], due=found["due"], names=found)  # type: ignore[arg-type]

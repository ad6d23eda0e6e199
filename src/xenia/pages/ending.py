"""When units end: the next days each by itself, and how much ends after them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, Generic, NamedTuple, TypeVar

from xenia.client import shapes

_NEXT: Final = 3

E = TypeVar("E", shapes.Ending, shapes.OwnEnding)


class Endings(NamedTuple, Generic[E]):
    """Those of one currency, the soonest first; `later`: units of all others, None without any."""

    soonest: Sequence[E]
    later: str | None


def next_endings(endings: Sequence[E]) -> Endings[E]:
    """What is shown of the endings of one currency, which have the soonest first."""
    others = [Decimal(one.units) for one in endings[_NEXT:]]
    return Endings(endings[:_NEXT], str(sum(others)) if others else None)

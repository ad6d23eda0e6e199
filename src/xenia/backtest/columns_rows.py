"""Purchases whose numbers are known, on their way into rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from xenia.backtest import columns_kernel
from xenia.backtest.columns_tables import Baskets, Cut, Picking
from xenia.backtest.tables import Rows, Vector
from xenia.engine.operators import COLUMNS, EVENT_DAY, FIXED, KIND, TENDER, TODAY
from xenia.engine.plan import LineNumber, Picked
from xenia.engine.type_writer import SLICES_MAX
from xenia.native.machine_code import alone
from xenia.services.inputs import UnusableError

_KERNEL = Path(columns_kernel.__file__)


class TooManySlicesError(UnusableError):
    """A basket falls into more slices than the engine has room for."""


@dataclass(frozen=True, eq=False)
class ByColumn:
    """Purchases as columns: what stands in the header, in each of `width` columns of the plan (0 in
    those that are not here), and their lines."""

    kind: int
    width: int
    day: Vector
    tender: Vector
    columns: Mapping[int, Any]  # arrays of whole numbers of any size
    baskets: Baskets
    cut: Cut

    @property
    def lengths(self) -> Vector:
        """How many numbers each row has."""
        stride = FIXED + self.baskets.numbers.shape[0]
        return COLUMNS + self.width + stride * self.cut.slices

    def write(self, numbers: Vector, starts: Vector) -> None:
        """Write the rows among noughts, from where each starts."""
        numbers[starts + KIND] = self.kind
        numbers[starts + EVENT_DAY] = self.day
        numbers[starts + TENDER] = self.tender
        numbers[starts + TODAY] = self.day
        for place, column in self.columns.items():
            numbers[starts + (COLUMNS + place)] = column
        alone(_KERNEL, "fill")(self.baskets, self.cut, self.width, numbers, starts)


@dataclass(frozen=True, eq=False)
class AsRead:
    """Rows that are there already, one behind the other; `at`: where each starts, the end last."""

    numbers: Vector
    at: Vector

    @property
    def lengths(self) -> Vector:
        """How many numbers each row has."""
        return np.diff(self.at)

    def write(self, numbers: Vector, starts: Vector) -> None:
        """Write the rows from where each starts."""
        for row, start in enumerate(starts):
            begin, end = self.at[row], self.at[row + 1]
            numbers[start : start + end - begin] = self.numbers[begin:end]


class Layout:
    """Where the rows of all events stand: those that are `kept`, in order.

    The others stand behind them, so that nothing has to be sorted out before it is written.
    """

    def __init__(self, kept: Any) -> None:
        self._kept = kept
        self._lengths = np.zeros(len(kept), np.int64)
        self._parts: list[tuple[Vector, ByColumn | AsRead]] = []

    def add(self, places: Vector, part: ByColumn | AsRead) -> None:
        """Some of the rows, by their places among all."""
        self._lengths[places] = part.lengths
        self._parts.append((places, part))

    def written(self) -> tuple[Rows, Vector]:
        """The rows, not told apart by member yet, nor what comes back by which; and where that of
        each event starts."""
        lengths, kept = self._lengths, self._kept
        starts = np.zeros(len(lengths), np.int64)
        of_kept = np.concatenate(([0], np.cumsum(lengths[kept])))
        of_others = of_kept[-1] + np.concatenate(([0], np.cumsum(lengths[~kept])))
        starts[kept], starts[~kept] = of_kept[:-1], of_others[:-1]
        numbers = np.zeros(of_others[-1], np.int64)
        for places, part in self._parts:
            part.write(numbers, starts[places])
        nobody = np.zeros(1, np.int64)
        return Rows(numbers[: of_kept[-1]], of_kept, nobody, nobody), starts


def pick(baskets: Baskets, quantities: Vector, those: Sequence[LineNumber], mode: int) -> None:
    """Write what is off the units that discounts pick; quantities are those of the lines."""
    picks = [
        (at, one.bits, one.count, one.every or 0, int(one.dearest), one.number, one.by)
        for at, one in enumerate(those)
        if isinstance(one, Picked)
    ]
    none = np.zeros(len(quantities), np.int64)
    alone(_KERNEL, "pick")(baskets, Picking(quantities, np.array(picks, np.int64), none), mode)


def in_slices(baskets: Baskets, *, by_line: bool) -> Cut:
    """The slices of purchases.  Raises `TooManySlicesError`."""
    purchases, lines = len(baskets.lines), len(baskets.masks)
    found = Cut(np.zeros(purchases, np.int64), np.zeros(lines, np.int64))
    alone(_KERNEL, "cut")(baskets, int(by_line), found)
    if (most := int(found.slices.max(initial=0))) > SLICES_MAX:
        raise TooManySlicesError(
            f"a basket falls into {most} slices, and {SLICES_MAX} are the most: leave it out of "
            "the history, or do not `round-per: line`"
        )
    return found

"""What discounts go by, of each line of a basket: its fixed price, or that of some of its units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from xenia.engine.operators import round_ratio
from xenia.engine.plan import FixedPrice, LineNumber, Picked
from xenia.events.model import QUANTITY_DECIMALS, Line

_NO_UNITS: Mapping[int, int] = {}


def units_of(line: Line) -> int:
    """How many things a line is of: its quantity if that is whole, else it was weighed, and is one
    thing."""
    units, rest = divmod(line.quantity, 10**QUANTITY_DECIMALS)
    return 1 if rest else units


class Basket:
    """The lines of a purchase, by their places in the slices, each with its mask; `mode` is how
    money is rounded."""

    def __init__(
        self, lines: Sequence[Line], slices: Sequence[tuple[int, Sequence[int]]], mode: int
    ) -> None:
        self._lines, self._slices, self._mode = lines, slices, mode
        self._given: dict[int, int] = {}  # units of lines that vouchers have picked

    def number(self, by: LineNumber) -> Sequence[int]:
        """What the discount of a rule goes by, of each line."""
        if isinstance(by, FixedPrice):
            return [self._fixed(line, by.price) for line in self._lines]
        return self._worth(by, self._picked(by, _NO_UNITS))

    def of_voucher(self, by: LineNumber | None) -> Sequence[int]:
        """The same of a voucher's, in their order: none picks a unit that another one has."""
        if by is None:
            return [0] * len(self._lines)
        if isinstance(by, FixedPrice):
            return self.number(by)
        picked = self._picked(by, self._given)
        for place, units in picked.items():
            self._given[place] = self._given.get(place, 0) + units
        return self._worth(by, picked)

    def _fixed(self, line: Line, price: int) -> int:
        """What a line costs at a fixed price: never more than it does without."""
        due = round_ratio(price * line.quantity, 10**QUANTITY_DECIMALS, self._mode)
        return min(line.amount, due)

    def _picked(self, pick: Picked, gone: Mapping[int, int]) -> dict[int, int]:
        """How many units of which lines are picked, of those that are not gone."""
        wanted = [
            (Fraction(line.amount, units), place, units - gone.get(place, 0))
            for mask, places in self._slices
            if mask & pick.bits == pick.bits
            for place in places
            if (units := units_of(line := self._lines[place])) > 0
            and (line.amount or pick.every is not None)
        ]
        wanted.sort(key=lambda one: (-one[0] if pick.dearest else one[0], one[1]))
        left = pick.count
        if pick.every is not None:
            left *= sum([units for _, _, units in wanted]) // pick.every
        found = {}
        for _, place, units in wanted:
            found[place] = min(left, units)
            left -= found[place]
        return found

    def _worth(self, pick: Picked, picked: Mapping[int, int]) -> Sequence[int]:
        """What is off the picked units, of each line, by its amount."""
        found = [0] * len(self._lines)
        for place, taken in picked.items():
            line = self._lines[place]
            number, by = line.amount * taken * pick.number, units_of(line) * pick.by
            found[place] = round_ratio(number, by, self._mode)
        return found

"""What discounts go by, of each line of a basket: its fixed price, or that of some of its units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import floor

from xenia.engine.bundles import Bundles, Offered
from xenia.engine.operators import round_ratio
from xenia.engine.plan import Bundled, FixedPrice, LineNumber, Picked
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
        if isinstance(by, Bundled):
            return self._bundled(by, _NO_UNITS)[1]
        return self._worth(by, self._picked(by, _NO_UNITS))

    def of_voucher(self, by: LineNumber | None) -> Sequence[int]:
        """The same of a voucher's, in their order: none picks a unit that another one has."""
        if by is None:
            return [0] * len(self._lines)
        if isinstance(by, FixedPrice):
            return self.number(by)
        if isinstance(by, Bundled):
            picked, worth = self._bundled(by, self._given)
        else:
            picked = self._picked(by, self._given)
            worth = self._worth(by, picked)
        for place, units in picked.items():
            self._given[place] = self._given.get(place, 0) + units
        return worth

    def _fixed(self, line: Line, price: int) -> int:
        """What a line costs at a fixed price: never more than it does without."""
        due = round_ratio(price * line.quantity, 10**QUANTITY_DECIMALS, self._mode)
        return min(line.amount, due)

    def _picked(self, pick: Picked, gone: Mapping[int, int]) -> dict[int, int]:
        """How many units of which lines are picked, of those that are not gone."""
        wanted = [
            (price, place, units)
            for price, place, units in self._units(pick.bits, gone)
            if price or pick.every is not None
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

    def _units(self, bits: int, gone: Mapping[int, int]) -> Iterator[tuple[Fraction, int, int]]:
        """The price of a unit, the place of its line, and how many are not gone, of the lines whose
        mask has all of the bits."""
        for mask, places in self._slices:
            if mask & bits == bits:
                for place in places:
                    line = self._lines[place]
                    if units := units_of(line):
                        yield Fraction(line.amount, units), place, units - gone.get(place, 0)

    def _bundled(
        self, by: Bundled, gone: Mapping[int, int]
    ) -> tuple[Mapping[int, int], Sequence[int]]:
        """How many units of which lines make up bundles, and what is off them, of each line."""
        offered: dict[int, Offered] = {}
        for number, (bits, _) in enumerate(by.parts):
            for price, place, units in self._units(bits, gone):
                parts = offered[place].parts if place in offered else 0
                offered[place] = Offered(place, price, units, parts | 1 << number)
        bundles = Bundles([quantity for _, quantity in by.parts], offered.values())
        if by.amount is None and by.price is None:
            picked = bundles.picked(bundles.most)
            return picked, self._worth(by, picked)
        above = bundles.worth_more_than(by.price or by.amount or 0)
        if by.price is not None:
            picked = bundles.picked(above)
            exact = bundles.worth(above) - above * by.price
        else:  # off each that costs so much, and all of one that does not
            picked = bundles.picked(bundles.most)
            exact = above * (by.amount or 0) + bundles.worth(bundles.most) - bundles.worth(above)
        off = round_ratio(exact.numerator, exact.denominator, self._mode)
        return picked, self._shares(
            off, {place: offered[place].price * picked[place] for place in sorted(picked)}
        )

    def _shares(self, off: int, weights: Mapping[int, Fraction]) -> Sequence[int]:
        """Money spread over lines by largest remainder, ties by line order."""
        found, whole = [0] * len(self._lines), sum(weights.values(), Fraction(0))
        if not whole:
            return found
        rests = []
        for place, weight in weights.items():
            share = Fraction(off * weight, whole)
            found[place] = floor(share)
            rests.append((found[place] - share, place))
        for _, place in sorted(rests)[: off - sum(found)]:
            found[place] += 1
        return found

    def _worth(self, pick: Picked | Bundled, picked: Mapping[int, int]) -> Sequence[int]:
        """What is off the picked units, of each line, by its amount."""
        found = [0] * len(self._lines)
        for place, taken in picked.items():
            line = self._lines[place]
            number, by = line.amount * taken * pick.number, units_of(line) * pick.by
            found[place] = round_ratio(number, by, self._mode)
        return found

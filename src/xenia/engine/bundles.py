"""Which units of a basket make up bundles: as many as can be, of the dearest units.

A unit may be of several parts of a bundle, and serves one.  By Hall's theorem there are so many
bundles as the units of any parts together make up of these; and units can all be in so many
bundles where no parts have more units that are of these alone than they have places.  Taken in the
order of price as long as that holds, they are the dearest that can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Offered:
    """Units of one line, of one price, that can be of the parts of these bits."""

    place: int
    price: Fraction
    units: int
    parts: int


class Bundles:
    """What can be made of the units that are offered; `quantities` of the parts of each bundle."""

    def __init__(self, quantities: Sequence[int], offered: Iterable[Offered]) -> None:
        self._offered = sorted(offered, key=lambda one: (-one.price, one.place))
        self._price = {one.place: one.price for one in self._offered}
        everything = 1 << len(quantities)
        self._sets = range(1, everything)  # of parts
        self._places = {
            parts: sum([each for bit, each in enumerate(quantities) if parts >> bit & 1])
            for parts in self._sets
        }  # in one bundle
        self._around = {
            parts: [more for more in self._sets if more & parts == parts] for parts in self._sets
        }
        self.most = min([self._units(parts) // self._places[parts] for parts in self._sets])

    def _units(self, parts: int) -> int:
        return sum([one.units for one in self._offered if one.parts & parts])

    def picked(self, times: int) -> Mapping[int, int]:
        """How many units of which lines are in so many bundles."""
        room = {parts: times * places for parts, places in self._places.items()}
        found = {}
        for one in self._offered:
            around = self._around[one.parts]
            units = min([one.units, *[room[parts] for parts in around]])
            if units:
                found[one.place] = units
                for parts in around:
                    room[parts] -= units
        return found

    def worth(self, times: int) -> Fraction:
        """What the units in so many bundles cost."""
        prices = (self._price[place] * units for place, units in self.picked(times).items())
        return sum(prices, Fraction(0))

    def worth_more_than(self, price: int) -> int:
        """How many bundles cost more: each costs at most as much as the one before it."""
        least, most = 0, self.most
        while least < most:
            middle = (least + most + 1) // 2
            if self.worth(middle) - self.worth(middle - 1) > price:
                least = middle
            else:
                most = middle - 1
        return least

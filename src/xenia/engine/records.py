"""How the numbers of a record are kept: few of them are not 0."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from itertools import compress
from operator import itemgetter

from xenia.engine.plan import TypePlan
from xenia.engine.type_writer import SLICES_MAX

_Getter = Callable[[Sequence[int]], Sequence[int]]


def packed(numbers: Sequence[int]) -> bytes:
    """64-bit integers, little-endian: how many numbers there are, the places of those that are not
    0, and these."""
    return _packed(len(numbers), range(len(numbers)), numbers)


def unpacked(stored: bytes) -> tuple[int, ...]:
    """The inverse of `packed`."""
    size, *rest = array("q", stored).tolist()
    found, numbers = len(rest) // 2, [0] * size
    for place, number in zip(rest[:found], rest[found:], strict=True):
        numbers[place] = number
    return tuple(numbers)


def places_of(stored: bytes) -> Sequence[int]:
    """The places of the numbers that are not 0."""
    numbers = array("q", stored)
    return numbers[1 : 1 + len(numbers) // 2]


class DecisionPacker:
    """Packs the decisions on one type of event.

    A decision has a place for each slice that a basket can have, and for each offer, mostly far
    more than it has: they are not even looked at.
    """

    def __init__(self, part: TypePlan) -> None:
        self._part = part
        self._getters: dict[int, tuple[Sequence[int], _Getter]] = {}

    def packed(self, decision: Sequence[int], slices: int, offers: Sequence[int] = ()) -> bytes:
        """As `packed`, of a decision on a basket with so many slices, about these offers."""
        found = self._getters.get(slices)
        if found is None:
            places = self._used(slices)
            found = self._getters[slices] = places, _at(places)
        places, values = found
        if not offers or self._part.offers is None:
            return _packed(len(decision), places, values(decision))
        rows, seen = self._part.offers.rows, values(decision)
        those = [*compress(places, seen), *[rows[offer].place for offer in offers]]
        those.sort()
        return _packed(len(decision), those, [decision[place] for place in those])

    def _used(self, slices: int) -> Sequence[int]:
        unused = {
            place
            for _, share in self._part.turns
            for place in range(share + slices, share + SLICES_MAX)
        }
        if self._part.offers is not None:
            unused |= self._part.offers.places.keys()
        return [place for place in range(self._part.results) if place not in unused]


def _at(places: Sequence[int]) -> _Getter:
    # An itemgetter of one place alone gives no tuple.
    return itemgetter(*places) if len(places) > 1 else lambda found: [found[p] for p in places]


def _packed(size: int, places: Sequence[int], values: Sequence[int]) -> bytes:
    return array("q", [size, *compress(places, values), *filter(None, values)]).tobytes()

"""How the numbers of a record are stored: few of them are not 0."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import compress


def packed(numbers: Sequence[int]) -> bytes:
    """64-bit integers, little-endian: how many numbers there are, the places of those that are not
    0, and these."""
    places = compress(range(len(numbers)), numbers)
    return array("q", [len(numbers), *places, *filter(None, numbers)]).tobytes()


def unpacked(stored: bytes) -> tuple[int, ...]:
    """The inverse of `packed`."""
    size, *rest = array("q", stored).tolist()
    found, numbers = len(rest) // 2, [0] * size
    for place, number in zip(rest[:found], rest[found:], strict=True):
        numbers[place] = number
    return tuple(numbers)

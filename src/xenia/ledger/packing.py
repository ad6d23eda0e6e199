"""How the numbers of a record are stored: few of them are not 0."""

from __future__ import annotations

from array import array
from collections.abc import Sequence


def packed(numbers: Sequence[int]) -> bytes:
    """64-bit integers, little-endian: how many numbers, then place and value of each but zeros."""
    pairs = [part for place, number in enumerate(numbers) if number for part in (place, number)]
    return array("q", [len(numbers), *pairs]).tobytes()


def unpacked(stored: bytes) -> tuple[int, ...]:
    """The inverse of `packed`."""
    size, *pairs = array("q", stored).tolist()
    numbers = [0] * size
    for place, number in zip(pairs[::2], pairs[1::2], strict=True):
        numbers[place] = number
    return tuple(numbers)

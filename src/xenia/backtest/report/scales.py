"""Where things stand in a chart: round numbers for an axis, and places in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Axis:
    """Round numbers from at most `low` to at least `high`, in equal steps."""

    ticks: tuple[Fraction, ...]

    @property
    def low(self) -> Fraction:
        """Where it begins."""
        return self.ticks[0]

    @property
    def high(self) -> Fraction:
        """Where it ends."""
        return self.ticks[-1]

    def part(self, value: Fraction) -> Fraction:
        """How far along the axis a value is, from 0 to 1."""
        return (value - self.low) / (self.high - self.low)


def axis(values: Sequence[Fraction], steps: int = 4) -> Axis:
    """An axis from 0 (or below) to 0 (or above) on which all values have a place."""
    low, high = min([*values, Fraction(0)]), max([*values, Fraction(0)])
    if low == high:
        high = low + 1
    step = _round_step((high - low) / steps)
    first, last = low // step, -(-high // step)
    return Axis(tuple(step * number for number in range(first, last + 1)))


def _round_step(least: Fraction) -> Fraction:
    """The smallest of 1, 2, 5, 10, 20 … (or of 0.1, 0.2 …) that is no less."""
    scale = Fraction(1)
    while scale > least:
        scale /= 10
    while scale * 10 <= least:
        scale *= 10
    for step in _STEPS:
        if step * scale >= least:
            return step * scale
    return 10 * scale


def pixel(value: Fraction) -> str:
    """A place in a picture, to a tenth of a pixel."""
    tenths = round(value * 10)
    whole, rest = divmod(abs(tenths), 10)
    return f"{'-' if tenths < 0 else ''}{whole}{f'.{rest}' if rest else ''}"


def compact(value: Fraction) -> str:
    """A number on an axis: 1,200 is 1.2k, 3,400,000 is 3.4M."""
    for size, letter in ((10**9, "bn"), (10**6, "M"), (10**3, "k")):
        if abs(value) >= size:
            return _trimmed(value / size) + letter
    return _trimmed(value)


def _trimmed(value: Fraction) -> str:
    """With up to two decimals, as many as it takes."""
    hundredths = round(abs(value) * 100)
    whole, rest = divmod(hundredths, 100)
    digits = f".{rest:02}".rstrip("0") if rest else ""
    return f"{'−' if value < 0 and hundredths else ''}{whole:,}{digits}"

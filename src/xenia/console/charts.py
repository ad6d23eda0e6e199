"""Charts as places in a drawing: columns, alone or on one another, with the numbers beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

_ZERO: Final = Decimal()
_STEPS: Final = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
_TICKS: Final = 4
_LETTER: Final = 7  # the width of one, at most


@dataclass(frozen=True, slots=True)
class Series:
    """One colour: its name, and a value at each place; `tone` counts from 1."""

    name: str
    values: tuple[Decimal, ...]
    tone: int


@dataclass(frozen=True, slots=True)
class Column:
    """A rectangle, and which value it is."""

    x: float
    y: float
    width: float
    height: float
    tone: int
    place: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that is drawn at one width; `ticks` are heights with their numbers, `names` places."""

    width: int
    height: int
    left: int
    right: int
    columns: tuple[Column, ...]
    ticks: tuple[tuple[float, str], ...]
    names: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart for a phone, a tablet and a desk, so that letters are hardly scaled; and its numbers:
    of each place, the values of all series."""

    key: str
    places: tuple[str, ...]
    series: tuple[Series, ...]
    drawings: tuple[Drawing, ...]
    stacked: bool

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The table beside it."""
        return [
            (place, [str(one.values[at]) for one in self.series])
            for at, place in enumerate(self.places)
        ]


_FRAMES: Final = ((320, 200), (660, 240), (1010, 260))  # width and height in pixels
_TOP, _BOTTOM, _RIGHT = 10, 24, 6


def chart(
    key: str, places: Sequence[str], series: Sequence[Series], *, stacked: bool = False
) -> Chart:
    """Columns over places; of a stack, those of one place stand on one another."""
    kept = tuple(one for one in series if any(one.values)) or tuple(series[:1])
    drawings = tuple(_drawn(places, kept, frame, stacked=stacked) for frame in _FRAMES)
    return Chart(key, tuple(places), kept, drawings, stacked)


def _drawn(
    places: Sequence[str], series: Sequence[Series], frame: tuple[int, int], *, stacked: bool
) -> Drawing:
    width, height = frame
    step, top = _axis(_most(places, series, stacked=stacked))
    count = int(top / step)
    labels = [str((step * number).normalize()) for number in range(count + 1)]
    labels = [format(Decimal(one), "f") for one in labels]
    left = 12 + _LETTER * max(len(one) + (len(one) - 1) // 3 for one in labels)
    down = height - _TOP - _BOTTOM
    base = float(height - _BOTTOM)

    def tall(value: Decimal) -> float:
        return float(max(value, _ZERO) / top) * down

    slot = (width - left - _RIGHT) / max(1, len(places))
    columns: list[Column] = []
    for at, place in enumerate(places):
        beside = 1 if stacked else len(series)
        each = min(slot * 0.76 / beside, 40.0)
        x, y = left + slot * at + (slot - each * beside) / 2, base
        for number, one in enumerate(series):
            high = tall(one.values[at])
            across = x if stacked else x + each * number
            if high > 0:
                box = (round(across, 1), round(y - high, 1), round(each * 0.94, 1), round(high, 1))
                columns.append(Column(*box, one.tone, place, one.name, str(one.values[at])))
            y = y - high if stacked else base
    ticks = tuple(
        (round(base - tall(step * number), 1), label) for number, label in enumerate(labels)
    )
    room = _LETTER * max((len(place) for place in places), default=1) + 8
    every = max(1, -(-room // max(1, int(slot))))
    names = tuple(
        (round(left + slot * at + slot / 2, 1), place)
        for at, place in enumerate(places)
        if at % every == 0
    )
    return Drawing(width, height, left, width - _RIGHT, tuple(columns), ticks, names)


def _most(places: Sequence[str], series: Sequence[Series], *, stacked: bool) -> Decimal:
    """The highest that has to fit."""
    if not stacked:
        return max((value for one in series for value in one.values), default=_ZERO)
    sums = [sum((max(one.values[at], _ZERO) for one in series), _ZERO) for at in range(len(places))]
    return max(sums, default=_ZERO)


def _axis(most: Decimal) -> tuple[Decimal, Decimal]:
    """A round step, and so many of them that everything is below."""
    if most <= 0:
        return Decimal(1), Decimal(1)
    raw = most / _TICKS
    unit = Decimal(1).scaleb(raw.adjusted())
    step = next(unit * one for one in _STEPS if unit * one >= raw)
    return step, step * (most / step).to_integral_value(ROUND_CEILING)

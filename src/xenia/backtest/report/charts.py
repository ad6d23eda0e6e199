"""Charts as SVG: bars, stacks and lines over some places, in three widths, with words for all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from html import escape
from typing import Literal

from xenia.backtest.report.scales import Axis, axis, compact, pixel

Kind = Literal["bars", "stack", "line"]


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a chart: a name, a value at each place, and how each is told."""

    name: str
    values: tuple[Fraction, ...]
    told: tuple[str, ...]
    kind: Kind = "bars"
    tone: int = 1  # which of the page's colours
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn: a name and a sentence for who cannot see it, places, and series over them."""

    id: str
    title: str
    about: str
    places: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""  # what the axis counts
    label: Callable[[Fraction], str] = compact
    marks: tuple[int, ...] = ()  # places that stand out
    across: str = ""  # what the places are, said under them


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a drawing, and the room around what is drawn, in pixels."""

    name: str
    width: int
    height: int
    left: int
    top: int = 22
    right: int = 10
    bottom: int = 26

    @property
    def across(self) -> int:
        """The width of what is drawn."""
        return self.width - self.left - self.right

    @property
    def down(self) -> int:
        """Its height."""
        return self.height - self.top - self.bottom


# Drawn once for each width of screen, so that letters are never scaled.
FRAMES = (
    Frame("wide", 1070, 300, 54),
    Frame("middle", 640, 270, 52),
    Frame("narrow", 328, 240, 44),
)
_LETTER = 7  # pixels, at most
_GAP = 2
_ACROSS = 18  # pixels for the words under the places


def drawn(chart: Chart) -> str:
    """The chart for a wide screen, a tablet and a phone; the page shows one of them."""
    return legend(chart) + "".join(_svg(chart, frame) for frame in FRAMES)


def legend(chart: Chart) -> str:
    """Which colour is what, where there are several."""
    if len(chart.series) < 2:
        return ""
    items = "".join(
        f'<li><span class="key k{one.tone}{" key-line" if one.kind == "line" else ""}'
        f'{" key-dashed" if one.dashed else ""}"></span>{escape(one.name)}</li>'
        for one in chart.series
    )
    return f'<ul class="legend" aria-hidden="true">{items}</ul>'


def _svg(chart: Chart, frame: Frame) -> str:
    if chart.across:
        frame = replace(frame, height=frame.height + _ACROSS, bottom=frame.bottom + _ACROSS)
    scale = axis(_extremes(chart))
    name = f"{chart.id}-{frame.name}"
    parts = [
        f'<svg class="chart {frame.name}" viewBox="0 0 {frame.width} {frame.height}" role="img"'
        f' aria-labelledby="{name}-t {name}-d">',
        f'<title id="{name}-t">{escape(chart.title)}</title>',
        f'<desc id="{name}-d">{escape(chart.about)}</desc>',
        _grid(chart, frame, scale),
        _bars(chart, frame, scale),
        _lines(chart, frame, scale),
        _names(chart, frame),
        "</svg>",
    ]
    return "".join(parts)


def _extremes(chart: Chart) -> list[Fraction]:
    """All values that have to fit, those of a stack together."""
    stacks = [one for one in chart.series if one.kind == "stack"]
    found = [value for one in chart.series if one.kind != "stack" for value in one.values]
    for place in range(len(chart.places)):
        found.append(sum((max(one.values[place], Fraction(0)) for one in stacks), Fraction(0)))
        found.append(sum((min(one.values[place], Fraction(0)) for one in stacks), Fraction(0)))
    return found


def _y(frame: Frame, scale: Axis, value: Fraction) -> Fraction:
    return frame.top + frame.down * (1 - scale.part(value))


def _grid(chart: Chart, frame: Frame, scale: Axis) -> str:
    lines = []
    for tick in scale.ticks:
        y = pixel(_y(frame, scale, tick))
        kind = "zero" if tick == 0 else "grid"
        lines.append(
            f'<line class="{kind}" x1="{frame.left}" x2="{frame.width - frame.right}"'
            f' y1="{y}" y2="{y}"/>'
            f'<text class="tick" x="{frame.left - 7}" y="{y}" dy="0.32em"'
            f' text-anchor="end">{escape(chart.label(tick))}</text>'
        )
    if chart.unit:
        lines.append(f'<text class="unit" x="0" y="10">{escape(chart.unit)}</text>')
    return "".join(lines)


def _slot(chart: Chart, frame: Frame) -> Fraction:
    return Fraction(frame.across, max(1, len(chart.places)))


def _bars(chart: Chart, frame: Frame, scale: Axis) -> str:
    """Bars beside each other, and stacks: all series of a stack make one bar."""
    sides = [one for one in chart.series if one.kind == "bars"]
    stack = [one for one in chart.series if one.kind == "stack"]
    columns = len(sides) + bool(stack)
    if not columns:
        return ""
    slot = _slot(chart, frame)
    width = min(Fraction(46), (slot * Fraction(72, 100) - _GAP * (columns - 1)) / columns)
    width = max(Fraction(1), width)
    whole = width * columns + _GAP * (columns - 1)
    found = []
    for place in range(len(chart.places)):
        x = frame.left + slot * place + (slot - whole) / 2
        for one in sides:
            ends = _y(frame, scale, Fraction(0)), _y(frame, scale, one.values[place])
            found.append(_bar(chart, one, place, (x, width), ends))
            x += width + _GAP
        base = Fraction(0)
        for one in stack:
            above = base + one.values[place]
            ends = _y(frame, scale, base), _y(frame, scale, above)
            found.append(_bar(chart, one, place, (x, width), ends))
            base = above
    return "".join(found)


def _bar(
    chart: Chart,
    one: Series,
    place: int,
    across: tuple[Fraction, Fraction],
    ends: tuple[Fraction, Fraction],
) -> str:
    """A bar from a place over a width, between two heights; none where there is no value."""
    if one.values[place] == 0:
        return ""
    x, width = across
    top, bottom = min(ends), max(ends)
    faint = " faint" if chart.marks and place not in chart.marks else ""
    told = f"{chart.places[place]}: {one.name} {one.told[place]}"
    height = max(Fraction(1), bottom - top)
    # The parts of a stack lie on each other; only a bar that stands alone has round corners.
    round_ = Fraction(0) if one.kind == "stack" else min(Fraction(3), width / 4, height / 2)
    return (
        f'<rect class="bar k{one.tone}{faint}" x="{pixel(x)}" y="{pixel(top)}"'
        f' width="{pixel(width)}" height="{pixel(height)}"'
        f' rx="{pixel(round_)}">'
        f"<title>{escape(told)}</title></rect>"
    )


def _lines(chart: Chart, frame: Frame, scale: Axis) -> str:
    slot = _slot(chart, frame)
    found = []
    for one in chart.series:
        if one.kind != "line":
            continue
        points = [
            (frame.left + slot * place + slot / 2, _y(frame, scale, value))
            for place, value in enumerate(one.values)
        ]
        path = " ".join(f"{pixel(x)},{pixel(y)}" for x, y in points)
        dashed = " dashed" if one.dashed else ""
        found.append(f'<polyline class="curve k{one.tone}{dashed}" points="{path}"/>')
        for place, (x, y) in enumerate(points):
            told = f"{chart.places[place]}: {one.name} {one.told[place]}"
            large = "5" if place in chart.marks else "3"
            found.append(
                f'<circle class="dot k{one.tone}" cx="{pixel(x)}" cy="{pixel(y)}" r="{large}">'
                f"<title>{escape(told)}</title></circle>"
            )
    return "".join(found)


def _names(chart: Chart, frame: Frame) -> str:
    """The names of places, as many as have room."""
    slot = _slot(chart, frame)
    longest = max((len(name) for name in chart.places), default=1)
    room = _LETTER * longest + 8
    every = max(1, -(-room // max(1, int(slot))))
    y = frame.height - frame.bottom + 18
    found = [
        f'<text class="tick" x="{pixel(frame.left + slot * place + slot / 2)}" y="{y}"'
        f' text-anchor="middle">{escape(name)}</text>'
        for place, name in enumerate(chart.places)
        if place % every == 0
    ]
    if chart.across:
        middle = pixel(frame.left + Fraction(frame.across, 2))
        found.append(
            f'<text class="unit" x="{middle}" y="{frame.height - 6}" text-anchor="middle">'
            f"{escape(chart.across)}</text>"
        )
    return "".join(found)

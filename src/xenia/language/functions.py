"""The functions: what each takes, and what it makes of it.  A new function is one entry here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Literal

from xenia.language import arithmetic
from xenia.language.alike import described, level, unified
from xenia.language.context import Context, Term
from xenia.language.errors import Place, Placed, fault, nearest
from xenia.language.ir import Arith, Calendar, Coalesce, Compare, Constant, Node, Ref
from xenia.language.operators import known
from xenia.language.types import (
    DAY_BOUND,
    OVERFLOW,
    SCALE_MAX,
    Bool,
    Date,
    Instant,
    Level,
    Name,
    Number,
    Text,
    Type,
)

Part = Literal["year", "month", "day", "weekday", "hour", "date"]

_PARTS: Mapping[Part, int] = {"year": 9999, "month": 12, "day": 31, "weekday": 7, "hour": 23}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Parameter:
    """What an argument must be, in words and as a test of its node."""

    words: str
    fits: Callable[[Node], bool]


@dataclass(frozen=True, slots=True)
class Function:
    """`form`: how it is written.  `says`: what it is, for authors.  `build`: its node, called at an
    offset, of checked arguments.

    The last parameter may be repeated where `more` is set.
    """

    form: str
    says: str
    parameters: tuple[Parameter, ...]
    build: Callable[[Context, int, tuple[Term, ...]], Node]
    more: bool = False


def call(context: Context, name: str, place: Placed, arguments: tuple[Term, ...]) -> Node:
    """The node of name(arguments), written at `place`."""
    function = FUNCTIONS.get(name)
    if function is None:
        where = Place(place.at, place.at + len(name))
        raise fault(where, f"there is no function `{name}`", nearest(name, FUNCTIONS))
    missing = len(function.parameters) - len(arguments)
    if missing > 0 or (missing < 0 and not function.more):
        few = "few" if missing > 0 else "many"
        raise fault(place, f"{name}() is given too {few} arguments", f"write {function.form}")
    for number, argument in enumerate(arguments):
        wanted = function.parameters[min(number, len(function.parameters) - 1)]
        if not wanted.fits(argument.node):
            raise fault(
                argument,
                f"{name}() needs {wanted.words} here, not {described(argument.node.type)}",
                f"write {function.form}",
            )
    return function.build(context, place.at, arguments)


# ---- parameters ----------------------------------------------------------------------------------


def _of(words: str, *kinds: type[Type]) -> Parameter:
    return Parameter(words, lambda node: isinstance(node.type, kinds))


def _written(node: Node) -> bool:
    return isinstance(node, Constant)


def _named(node: Node) -> bool:
    return isinstance(node, Ref) and node.read == "now"


NUMBER = _of("a number", Number)
DAY = _of("a date", Date)
DAY_OR_MOMENT = Parameter(
    "a date or occurred_at",
    lambda node: isinstance(node.type, Date) or (isinstance(node.type, Instant) and _named(node)),
)
MOMENT = Parameter("occurred_at", lambda node: isinstance(node.type, Instant) and _named(node))
MOMENT_OR_TEXT = Parameter(
    'a text such as "2026-11-01" or occurred_at',
    lambda node: (isinstance(node.type, Text) and _written(node)) or MOMENT.fits(node),
)
WRITTEN_TEXT = Parameter(
    "a written text", lambda node: isinstance(node.type, Text) and _written(node)
)
DECIMALS = Parameter(
    f"a written whole number from 0 to {SCALE_MAX}",
    lambda node: (
        isinstance(node, Constant)
        and node.type == Number(0)
        and isinstance(node.value, int)
        and 0 <= node.value <= SCALE_MAX
    ),
)
LEVEL = _of("a tier", Level)
METRIC = Parameter("a metric", _named)
ANYTHING = Parameter("a value", lambda _node: True)


# ---- what they make ------------------------------------------------------------------------------


def _per(_context: Context, at: int, arguments: tuple[Term, ...]) -> Node:
    left, right = arguments
    return arithmetic.whole_times(at, left, right)


def _round(_context: Context, at: int, arguments: tuple[Term, ...]) -> Node:
    item, decimals = arguments
    assert isinstance(decimals.node, Constant)
    assert isinstance(decimals.node.value, int)
    return arithmetic.rounded(at, item, decimals.node.value)


def _whole(
    mode: Literal["down", "up"], _context: Context, at: int, arguments: tuple[Term, ...]
) -> Node:
    return arithmetic.rounded(at, arguments[0], 0, mode)


def _extreme(
    op: Literal["min", "max"], _context: Context, at: int, arguments: tuple[Term, ...]
) -> Node:
    return arithmetic.extreme(op, at, arguments)


def _coalesce(_context: Context, at: int, arguments: tuple[Term, ...]) -> Node:
    item, other = arguments
    kind, bound = unified(arguments, "coalesce()")
    return Coalesce(
        type=kind,
        nullable=item.node.nullable and other.node.nullable,
        bound=bound,
        at=at,
        item=item.node,
        other=other.node,
    )


def _has(_context: Context, at: int, arguments: tuple[Term, ...]) -> Node:
    return known(at, arguments[0].node)


def _date(_context: Context, at: int, arguments: tuple[Term, ...]) -> Node:
    argument = arguments[0]
    if not isinstance(argument.node, Constant):
        return Calendar(type=Date(), bound=DAY_BOUND, at=at, part="date", item=argument.node)
    text = str(argument.node.value)
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise fault(argument, f'"{text}" is not a day', "write year-month-day: 2026-11-01")
    number = (day - _EPOCH.date()).days
    return Constant(type=Date(), bound=DAY_BOUND, at=at, value=number)


def _timestamp(_context: Context, at: int, arguments: tuple[Term, ...]) -> Node:
    argument = arguments[0]
    assert isinstance(argument.node, Constant)
    text = str(argument.node.value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise fault(
            argument,
            f'"{text}" is not a moment',
            "write day, time and offset: 2026-11-01T00:00:00+02:00",
        )
    value = (moment - _EPOCH) // timedelta(microseconds=1)
    return Constant(type=Instant(), bound=OVERFLOW - 1, at=at, value=value)


def _calendar(part: Part, _context: Context, at: int, arguments: tuple[Term, ...]) -> Node:
    item = arguments[0].node
    return Calendar(
        type=Number(0), nullable=item.nullable, bound=_PARTS[part], at=at, part=part, item=item
    )


def _days(_context: Context, at: int, arguments: tuple[Term, ...]) -> Node:
    later, earlier = arguments
    return Arith(
        type=Number(0),
        nullable=later.node.nullable or earlier.node.nullable,
        bound=later.node.bound + earlier.node.bound,
        at=at,
        op="-",
        left=later.node,
        right=earlier.node,
    )


def _at_least(_context: Context, at: int, arguments: tuple[Term, ...]) -> Node:
    tier, name = arguments
    return Compare(
        type=Bool(),
        nullable=tier.node.nullable,
        at=at,
        op=">=",
        left=tier.node,
        right=level(tier.node, name),
    )


def _read(
    read: Literal["previous", "with_this"],
    context: Context,
    at: int,
    arguments: tuple[Term, ...],
) -> Node:
    metric = arguments[0]
    assert isinstance(metric.node, Ref)
    allowed = _readable(read, context)
    name = allowed.get(metric.node.name)
    if name is None:
        raise fault(
            metric,
            f"`{metric.node.name}` has no {read}() here",
            _WHY_NOT[read] if allowed else "no metric has it here: read the metric itself",
        )
    return replace(
        metric.node,
        type=name.type,
        nullable=name.nullable,
        bound=name.bound,
        at=at,
        origin=name.origin,
        read=read,
    )


def _readable(read: Literal["previous", "with_this"], context: Context) -> Mapping[str, Name]:
    return context.scope.previous if read == "previous" else context.scope.with_this


_WHY_NOT = {
    "previous": "only a metric over a calendar window or the membership year has a unit before",
    "with_this": "only a sum, count or max over this kind of event can include it",
}

FUNCTIONS: Mapping[str, Function] = {
    "per": Function(
        "per(x, y)",
        "How many whole times `y` goes into `x`; unknown where `y` is 0.",
        (NUMBER, NUMBER),
        _per,
    ),
    "round": Function(
        "round(x, 2)",
        "The number with so many decimals; a half goes away from zero.",
        (NUMBER, DECIMALS),
        _round,
    ),
    "floor": Function(
        "floor(x)", "The whole number at or below it.", (NUMBER,), partial(_whole, "down")
    ),
    "ceil": Function(
        "ceil(x)", "The whole number at or above it.", (NUMBER,), partial(_whole, "up")
    ),
    "min": Function(
        "min(x, y)",
        "The least of two or more numbers.",
        (NUMBER, NUMBER),
        partial(_extreme, "min"),
        more=True,
    ),
    "max": Function(
        "max(x, y)",
        "The greatest of two or more numbers.",
        (NUMBER, NUMBER),
        partial(_extreme, "max"),
        more=True,
    ),
    "coalesce": Function(
        "coalesce(x, y)", "`x` where it is known, else `y`.", (ANYTHING, ANYTHING), _coalesce
    ),
    "has": Function("has(x)", "Whether `x` is known; the same as `x != null`.", (ANYTHING,), _has),
    "date": Function(
        'date("2026-11-01")',
        "A day; `date(occurred_at)` is the local day of the event.",
        (MOMENT_OR_TEXT,),
        _date,
    ),
    "timestamp": Function(
        'timestamp("2026-11-01T00:00:00+02:00")',
        "A moment, to compare `occurred_at` with.",
        (WRITTEN_TEXT,),
        _timestamp,
    ),
    "year": Function(
        "year(date)", "The calendar year.", (DAY_OR_MOMENT,), partial(_calendar, "year")
    ),
    "month": Function(
        "month(date)", "1 for January to 12.", (DAY_OR_MOMENT,), partial(_calendar, "month")
    ),
    "day": Function(
        "day(date)", "The day of the month, 1 to 31.", (DAY_OR_MOMENT,), partial(_calendar, "day")
    ),
    "weekday": Function(
        "weekday(date)",
        "1 for Monday to 7 for Sunday.",
        (DAY_OR_MOMENT,),
        partial(_calendar, "weekday"),
    ),
    "hour": Function(
        "hour(occurred_at)",
        "What the clock shows there, 0 to 23.",
        (MOMENT,),
        partial(_calendar, "hour"),
    ),
    "days": Function(
        "days(later, earlier)", "The days from the one to the other.", (DAY, DAY), _days
    ),
    "at_least": Function(
        'at_least(tier.status, "gold")',
        "Whether the member is at that level or at a higher one.",
        (LEVEL, WRITTEN_TEXT),
        _at_least,
    ),
    "previous": Function(
        "previous(metric.x)",
        "The metric in the calendar unit, or membership year, before the present one.",
        (METRIC,),
        partial(_read, "previous"),
    ),
    "with_this": Function(
        "with_this(metric.x)",
        "The metric with this event's own contribution; of a `max`, the larger of both.",
        (METRIC,),
        partial(_read, "with_this"),
    ),
}

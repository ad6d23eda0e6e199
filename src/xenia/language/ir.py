"""The typed form of an expression, which checker, emitters, trace and explainer share.

Nodes are frozen and compare by meaning: `at`, the place in the text, does not count.
`nullable` says that the value may be unknown; a condition holds only when it is definitely true.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Final, get_args
from typing import Literal as Choice

from xenia.language.types import Origin, Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    type: Type
    nullable: bool = False
    bound: int = 1  # largest absolute whole number (numbers and dates)
    at: int = field(default=0, compare=False)  # offset in the text


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant(Base):
    """A number is scaled as its type says, a date is a day number, a level its place."""

    value: int | str | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref(Base):
    """A name of the scope; `read` tells metric.x, previous(metric.x), with_this(metric.x) apart."""

    name: str
    origin: Origin
    read: Choice["now", "previous", "with_this"] = "now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Base):
    """A field of the record that the enclosing `Fold` is at."""

    list: str
    name: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(Base):
    item: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class All(Base):
    """&& of two or more (flattened)."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Any(Base):
    """|| of two or more (flattened)."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare(Base):
    """Both sides have one type; numbers may differ in scale (the emitter aligns them)."""

    op: Choice["==", "!=", "<", "<=", ">", ">="]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class In(Base):
    """`item in [constants]`: the constants in the item's own representation and scale."""

    item: Node
    values: tuple[int | str | bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contains(Base):
    """`"x" in l.tags`."""

    item: Node  # of type Texts
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known(Base):
    """`has(x)`, `x != null`: never unknown itself."""

    item: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Arith(Base):
    """+ and - align scales, * adds them."""

    op: Choice["+", "-", "*"]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Per(Base):
    """per(x, y): how many whole times y goes into x (floor); unknown where y is 0."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Round(Base):
    """round, floor and ceil of x to the type's scale; a half goes away from zero."""

    item: Node
    mode: Choice["half-up", "down", "up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extreme(Base):
    """min(x, y, ...) and max(x, y, ...)."""

    op: Choice["min", "max"]
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose(Base):
    """test ? then : other; unknown where the test is."""

    test: Node
    then: Node
    other: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Coalesce(Base):
    """coalesce(x, y): y where x is unknown."""

    item: Node
    other: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar(Base):
    """year, month (1-12), day (1-31), weekday (Monday is 1) of a date or instant; hour (0-23) and
    date of an instant."""

    part: Choice["year", "month", "day", "weekday", "hour", "date"]
    item: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold(Base):
    """A macro over a list's records: those for which `where` is definitely true.

    sum skips unknown values and is 0 of nothing; min and max skip them and are unknown of nothing;
    exists, all and count are never unknown (`all`: `where` is definitely true of every record).
    """

    kind: Choice["exists", "all", "count", "sum", "min", "max"]
    list: str
    where: Node | None
    value: Node | None = None


Node = (
    Constant | Ref | Field | Not | All | Any | Compare | In | Contains | Known | Arith | Per | Round
    | Extreme | Choose | Coalesce | Calendar | Fold
)  # fmt: skip


# What each kind of node has beside what all have.
_COMMON: Final = frozenset(slot.name for slot in fields(Base))
_SLOTS: Final[Mapping[type, tuple[str, ...]]] = {
    kind: tuple(slot.name for slot in fields(kind) if slot.name not in _COMMON)
    for kind in get_args(Node)
}


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in the order of the text."""
    found: list[Node] = []
    for name in _SLOTS[type(node)]:
        value = getattr(node, name)
        if isinstance(value, Base):
            found.append(value)  # type: ignore[arg-type]
        elif isinstance(value, tuple) and value and isinstance(value[0], Base):
            found.extend(value)
    return tuple(found)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)

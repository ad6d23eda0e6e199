"""What a typed expression means: a direct walk over its nodes, on exact fractions and dates.

Unknown is None throughout.  It shares nothing with the emitter, and is written to be read, not to
be quick.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Protocol

from xenia.language.ir import (
    All,
    Any,
    Arith,
    Calendar,
    Choose,
    Coalesce,
    Compare,
    Constant,
    Contains,
    Extreme,
    Field,
    Fold,
    In,
    Known,
    Node,
    Not,
    Per,
    Ref,
    Round,
)
from xenia.language.types import Date, Instant, Number, Texts, Type

# As programmes store values: whole numbers of 10**-scale, day numbers, levels by place, None.
Stored = int | str | bool | frozenset[str] | None
# As this file thinks of them; a level is an int, an instant an int.
Value = Fraction | date | int | str | bool | frozenset[str] | None

EPOCH = date(1970, 1, 1)


class Names(Protocol):
    """What the names of an expression stand for, stored as the types say."""

    def ref(self, node: Ref) -> Stored:
        """A name of the scope; mind `node.read`."""

    def field(self, node: Field) -> Stored:
        """A field of the record that these names are `at`."""

    def records(self, name: str) -> Iterable[Names]:
        """For each record of a list, the same names at that record."""

    def local_time(self) -> datetime:
        """`occurred_at` on the event's clock."""


def evaluate(node: Node, names: Names) -> int | str | bool | None:
    """The expression's value, stored as its type says; None where it is unknown."""
    found = meaning(node, names)
    if isinstance(node.type, Number) and found is not None:
        assert isinstance(found, Fraction)
        stored = found * 10**node.type.scale
        assert stored.denominator == 1
        return int(stored)
    if isinstance(found, date):
        return (found - EPOCH).days
    assert not isinstance(found, Fraction | frozenset)
    return found


def read(kind: Type, stored: Stored) -> Value:
    """A stored value as what it means."""
    if stored is None:
        return None
    match kind:
        case Number(scale=scale):
            assert isinstance(stored, int)
            return Fraction(stored, 10**scale)
        case Date():
            assert isinstance(stored, int)
            return EPOCH + timedelta(days=stored)
        case _:
            return stored


def meaning(node: Node, names: Names) -> Value:  # noqa: PLR0911 - one case for each node
    match node:
        case Constant(value=value):
            return read(node.type, value)
        case Ref():
            return read(node.type, names.ref(node))
        case Field():
            return read(node.type, names.field(node))
        case Known(item=item):
            return meaning(item, names) is not None
        case Not(item=item):
            held = meaning(item, names)
            return None if held is None else not held
        case All(items=items):
            return conjunction([meaning(item, names) for item in items])
        case Any(items=items):
            return disjunction([meaning(item, names) for item in items])
        case Choose(test=test, then=then, other=other):
            held = meaning(test, names)
            return None if held is None else meaning(then if held else other, names)
        case Coalesce(item=item, other=other):
            found = meaning(item, names)
            return meaning(other, names) if found is None else found
        case Calendar():
            return calendar(node, names)
        case Fold():
            return fold(node, names)
        case Extreme(items=items):
            return strict(node, *(meaning(item, names) for item in items))
        case In(item=item) | Contains(item=item) | Round(item=item):
            return strict(node, meaning(item, names))
        case Compare(left=left, right=right) | Arith(left=left, right=right):
            return strict(node, meaning(left, names), meaning(right, names))
        case Per(left=left, right=right):
            return strict(node, meaning(left, names), meaning(right, names))


def conjunction(found: list[Value]) -> bool | None:
    if any(held is False for held in found):
        return False
    return None if None in found else True


def disjunction(found: list[Value]) -> bool | None:
    if any(held is True for held in found):
        return True
    return None if None in found else False


def strict(node: Node, *operands: Value) -> Value:
    """What is unknown as soon as one operand is."""
    if None in operands:
        return None
    match node:
        case Compare(op=op):
            return compared(op, *operands)
        case In(values=values):
            return operands[0] in [read(node.item.type, value) for value in values]
        case Contains(value=value):
            assert isinstance(node.item.type, Texts)
            return value in operands[0]  # type: ignore[operator]
        case Extreme(op=op):
            return (min if op == "min" else max)(operands)  # type: ignore[type-var]
        case Arith(op=op):
            return calculated(op, *operands)
        case Per():
            left, right = operands
            assert isinstance(left, Fraction)
            assert isinstance(right, Fraction)
            return None if right == 0 else Fraction(floor(left / right))
        case Round(mode=mode, type=Number(scale=scale)):
            assert isinstance(operands[0], Fraction)
            return rounded(mode, operands[0], 10**scale)
    raise AssertionError(node)


def compared(op: str, left: Value, right: Value) -> bool:
    if op in ("==", "!="):
        return (left == right) == (op == "==")
    if op in ("<", ">="):
        return (left < right) == (op == "<")  # type: ignore[operator]
    return (left > right) == (op == ">")  # type: ignore[operator]


def calculated(op: str, left: Value, right: Value) -> Fraction:
    if isinstance(left, date) and isinstance(right, date):
        assert op == "-"
        return Fraction((left - right).days)
    assert isinstance(left, Fraction)
    assert isinstance(right, Fraction)
    if op == "+":
        return left + right
    return left - right if op == "-" else left * right


def rounded(mode: str, number: Fraction, unit: int) -> Fraction:
    """To whole 1/unit; half-up takes a half away from zero."""
    if mode == "down":
        return Fraction(floor(number * unit), unit)
    if mode == "up":
        return Fraction(ceil(number * unit), unit)
    away = floor(abs(number) * unit + Fraction(1, 2))
    return Fraction(away if number >= 0 else -away, unit)


def calendar(node: Calendar, names: Names) -> Value:
    if isinstance(node.item.type, Instant):
        moment = names.local_time()
        if node.part == "hour":
            return Fraction(moment.hour)
        day: Value = moment.date()
    else:
        day = meaning(node.item, names)
    if day is None or node.part == "date":
        return day
    assert isinstance(day, date)
    return Fraction(day.isoweekday() if node.part == "weekday" else getattr(day, node.part))


def fold(node: Fold, names: Names) -> Value:
    where = node.where
    records = list(names.records(node.list))
    chosen = [at for at in records if where is None or meaning(where, at) is True]
    match node.kind:
        case "exists":
            return bool(chosen)
        case "all":
            return len(chosen) == len(records)
        case "count":
            return Fraction(len(chosen))
    assert node.value is not None
    values = [value for at in chosen if isinstance(value := meaning(node.value, at), Fraction)]
    if node.kind == "sum":
        return sum(values, Fraction(0))
    if not values:
        return None
    return min(values) if node.kind == "min" else max(values)

"""Typed nodes to SQL of DuckDB, printed from the nodes alone: no text of an author is ever code.

Unknown is null, so that conditions are SQL's own three-valued logic.  Numbers are bigint, counted
as their types say; integer division goes down here as in Python, and not towards zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from xenia.language.emit_python import read_of
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
from xenia.language.types import Instant, Number

# What every connection that runs this must have been told once.
MACROS: Final = """
create or replace temp macro floored(n, d) as
    n // d - (case when n % d <> 0 and (n < 0) <> (d < 0) then 1 else 0 end);
create or replace temp macro day_date(n) as date '1970-01-01' + n::integer;
"""
_CALENDAR: Final = {"year": "year", "month": "month", "day": "day", "weekday": "isodow"}
_COMPARED: Final = {"==": "=", "!=": "<>"}


class Leaves(Protocol):
    """Where the values come from: sources that bind as tightly as a call, null where unknown."""

    def ref(self, node: Ref) -> str:
        """A name; `occurred_at.hour` and `occurred_at.date` stand for what is read of it."""

    def field(self, node: Field) -> str:
        """A field of the record that the lambda's parameter of `records` holds."""

    def records(self, name: str, /) -> tuple[str, str]:
        """The list of a list's records, never null, and the parameter's name."""


def value(node: Node, leaves: Leaves) -> str:
    """Source of a value: a bigint, boolean or varchar, null where it is unknown."""
    return _Emitter(leaves).value(node)


def is_true(node: Node, leaves: Leaves) -> str:
    """Source of a boolean, never null: the condition definitely holds."""
    return _definite(node, _Emitter(leaves).value(node))


def text(written: str) -> str:
    """A text as source."""
    quoted = written.replace("'", "''").replace("\x00", "' || chr(0) || '")
    return f"('{quoted}')"


def number(whole: int) -> str:
    """A whole number as source."""
    return f"{whole}::bigint" if whole >= 0 else f"({whole})::bigint"


class _Emitter:
    def __init__(self, leaves: Leaves) -> None:
        self._leaves = leaves

    def value(self, node: Node) -> str:
        match node:
            case Constant(value=constant):
                return _constant(constant)
            case Ref():
                return self._leaves.ref(node)
            case Field():
                return self._leaves.field(node)
            case Fold():
                return self._fold(node)
            case Calendar():
                return self._calendar(node)
            case Choose(test=test, then=then, other=other):
                asked, scale = self.value(test), _scale(node)
                first, second = self._at_scale(then, scale), self._at_scale(other, scale)
                return f"(case when {asked} then {first} when not {asked} then {second} end)"
            case Coalesce(item=item, other=other):
                scale = _scale(node)
                return f"coalesce({self._at_scale(item, scale)}, {self._at_scale(other, scale)})"
            case Arith() | Per() | Round() | Extreme():
                return self._number(node)
        return self._condition(node)

    def _condition(self, node: Not | All | Any | Compare | In | Contains | Known) -> str:
        match node:
            case Not(item=item):
                return f"(not {self.value(item)})"
            case All(items=items):
                return f"({' and '.join(map(self.value, items))})"
            case Any(items=items):
                return f"({' or '.join(map(self.value, items))})"
            case Compare(op=op, left=left, right=right):
                return f"({f' {_COMPARED.get(op, op)} '.join(self._aligned((left, right)))})"
            case In(item=item, values=values):
                return f"({self.value(item)} in ({', '.join(map(_constant, values))}))"
            case Contains(item=item, value=one):
                return f"list_contains({self.value(item)}, {text(one)})"
            case Known(item=item):
                return f"({self.value(item)} is not null)"

    # ---- numbers ---------------------------------------------------------------------------------

    def _at_scale(self, node: Node, scale: int) -> str:
        return scaled(self.value(node), scale - _scale(node))

    def _aligned(self, nodes: Sequence[Node]) -> list[str]:
        """The values in the decimals of the one that has most."""
        scale = max(_scale(node) for node in nodes)
        return [self._at_scale(node, scale) for node in nodes]

    def _number(self, node: Arith | Per | Round | Extreme) -> str:
        match node:
            case Arith(op="*", left=left, right=right):
                return f"({self.value(left)} * {self.value(right)})"
            case Arith(op=op, left=left, right=right):
                return f"({f' {op} '.join(self._aligned((left, right)))})"
            case Per(left=left, right=right):
                above, below = self._aligned((left, right))
                return f"floored({above}, nullif({below}, 0))"
            case Extreme(op=op, items=items):
                return self._extreme("least" if op == "min" else "greatest", items)
            case Round():
                return self._rounded(node)

    def _extreme(self, word: str, items: Sequence[Node]) -> str:
        """SQL passes over what is null; here all must be known."""
        values = self._aligned(items)
        found = f"{word}({', '.join(values)})"
        maybe = [value for value, one in zip(values, items, strict=True) if one.nullable]
        if not maybe:
            return found
        known = " and ".join(f"{value} is not null" for value in maybe)
        return f"(case when {known} then {found} end)"

    def _rounded(self, node: Round) -> str:
        source, steps = self.value(node.item), _scale(node.item) - _scale(node)
        if steps <= 0:
            return scaled(source, -steps)
        unit = 10**steps
        match node.mode:
            case "down":
                return f"floored({source}, {number(unit)})"
            case "up":
                return f"(-floored(-{source}, {number(unit)}))"
            case "half-up":
                # Going down rounds a half up; one less of a negative number takes it down.
                near = f"({source} + {number(unit // 2)} - ({source} < 0)::bigint)"
                return f"floored({near}, {number(unit)})"

    def _calendar(self, node: Calendar) -> str:
        if not isinstance(node.item.type, Instant):
            day = self.value(node.item)
        elif node.part in ("hour", "date"):
            return self._leaves.ref(read_of(node.item, node.part))
        else:
            day = self._leaves.ref(read_of(node.item, "date"))
        return f"{_CALENDAR[node.part]}(day_date({day}))"

    # ---- folds -----------------------------------------------------------------------------------

    def _fold(self, node: Fold) -> str:
        listed, record = self._leaves.records(node.list)
        counted = listed
        if node.where is not None:
            where = _definite(node.where, self.value(node.where))
            counted = f"list_filter({listed}, lambda {record}: {where})"
        match node.kind:
            case "all":
                return f"(len({counted}) = len({listed}))"
            case "exists":
                return f"(len({counted}) > 0)"
            case "count":
                return f"len({counted})"
        assert node.value is not None, "all others are of a number"
        values = f"list_transform({counted}, lambda {record}: {self.value(node.value)})"
        if node.kind == "sum":
            return f"coalesce(list_sum({values}), 0)::bigint"
        return f"list_{node.kind}({values})"


def _definite(node: Node, source: str) -> str:
    return f"coalesce({source}, false)" if node.nullable else source


def _constant(constant: int | str | bool | None) -> str:
    match constant:
        case None:
            return "null"
        case bool():
            return "true" if constant else "false"
        case int():
            return number(constant)
        case str():
            return text(constant)


def scaled(source: str, decimals: int) -> str:
    """A number with so many decimals more."""
    return source if decimals == 0 else f"({source} * {number(10**decimals)})"


def _scale(node: Node) -> int:
    return node.type.scale if isinstance(node.type, Number) else 0

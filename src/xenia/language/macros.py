"""Macros over a list of records: what was filtered and mapped so far, and the fold that ends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, cast

from xenia.language.alike import described
from xenia.language.arithmetic import fitting
from xenia.language.context import Term
from xenia.language.errors import Place, Placed, fault
from xenia.language.ir import All, Arith, Constant, Field, Fold, Node, walk
from xenia.language.types import Bool, Number, Origin

RECORDS_MAX = 2_000  # lines of a purchase, its payments, its charges
# A purchase's amounts sum to less than the bound of one amount.
_SUMMED = frozenset({"amount", "paid", "tax", "regular_amount"})

Kind = Literal["exists", "all", "count", "sum", "min", "max"]
# Macros that take a variable and what is asked or made of each record.
OPENING = ("exists", "all", "filter", "map")
# Macros that take nothing and end the chain; also written count(list), sum(list) …
ENDING: Mapping[str, Kind] = {
    "count": "count",
    "size": "count",
    "sum": "sum",
    "min": "min",
    "max": "max",
}


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a list for which `where` holds; `value` is what map() made of each."""

    at: int
    end: int
    list: str
    variable: str = "l"
    where: Node | None = None
    value: Term | None = None


def opened(records: Records, macro: str, place: Placed, body: Term) -> Records | Node:
    """The chain after .filter(v, body) or .map(v, body); the node after .exists or .all."""
    if records.value is not None:
        raise fault(place, f".{macro}() stands before .map()", "filter first, map last")
    if macro == "map":
        return replace(records, end=place.end, value=body)
    if not isinstance(body.node.type, Bool):
        kind = described(body.node.type)
        raise fault(body, f".{macro}() needs a condition, not {kind}", "compare the record's field")
    _reads_no_paid(records, body.node)
    if macro == "filter":
        if records.where is not None:
            raise fault(place, "there are two filters", "join their conditions with &&")
        return replace(records, end=place.end, where=body.node)
    if macro == "all" and records.where is not None:
        remedy = f"write {records.list}.all(l, !(what is filtered) || (what all must be))"
        raise fault(place, ".all() does not follow .filter()", remedy)
    where = body.node if records.where is None else _both(records.where, body.node)
    return _fold(cast(Kind, macro), records, where, None, 1)


def ended(records: Records, macro: str, place: Placed) -> Node:
    """The node of .count(), .sum(), .min() or .max() of what was filtered and mapped."""
    kind = ENDING[macro]
    if kind == "count":
        if records.value is not None:
            raise fault(place, f"{macro}() counts records, mapped or not", "leave the .map() out")
        return _fold("count", records, records.where, None, RECORDS_MAX)
    value = records.value
    if value is None:
        raise fault(
            place,
            f"{macro}() of {records.list} needs a number of each record",
            f"write {records.list}.map(l, l.amount).{macro}()",
        )
    if not isinstance(value.node.type, Number):
        kind_words = described(value.node.type)
        raise fault(
            value, f"{macro}() needs numbers, not {kind_words}", "map to a number of the record"
        )
    _paid_is_summed_as_it_is(kind, records, value.node)
    bound = value.node.bound
    if kind == "sum":
        bound = fitting(_sum_bound(value.node), place, f"this sum can be {_sum_bound(value.node)}")
    return _fold(kind, records, records.where, value.node, bound)


def _fold(kind: Kind, records: Records, where: Node | None, value: Node | None, bound: int) -> Node:
    return Fold(
        type=value.type if value is not None else Number(0) if kind == "count" else Bool(),
        nullable=kind in ("min", "max"),
        bound=bound,
        at=records.at,
        kind=kind,
        list=records.list,
        where=where,
        value=value,
    )


def _both(first: Node, second: Node) -> Node:
    items = (*_conjuncts(first), *_conjuncts(second))
    nullable = first.nullable or second.nullable
    return All(type=Bool(), nullable=nullable, at=second.at, items=items)


def _conjuncts(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, All) else (node,)


def _sum_bound(value: Node) -> int:
    """The largest absolute sum of the value over a list."""
    match value:
        case Field(name=name) if name in _SUMMED:
            return value.bound
        case Arith(op="*", left=item, right=Constant(bound=factor)):
            return _sum_bound(item) * factor
        case Arith(op="*", left=Constant(bound=factor), right=item):
            return _sum_bound(item) * factor
        case _:
            return RECORDS_MAX * value.bound


def _paid_is_summed_as_it_is(kind: Kind, records: Records, value: Node) -> None:
    """What is paid is known by slices of the lines only: summed, perhaps times a constant."""
    match value:
        case Field() if kind == "sum":
            return
        case Arith(op="*", left=Field(), right=Constant()) if kind == "sum":
            return
        case Arith(op="*", left=Constant(), right=Field()) if kind == "sum":
            return
        case _:
            _reads_no_paid(records, value)


def _reads_no_paid(records: Records, body: Node) -> None:
    for node in walk(body):
        if isinstance(node, Field) and node.origin is not Origin.EVENT:
            name = f"{records.variable}.{node.name}"
            raise fault(
                Place(node.at, node.at + len(name)),
                f"`{name}` can only be summed",
                f"sum it first, perhaps times a number: {records.list}.map(l, l.{node.name}).sum()",
            )

"""The operators: how strongly each binds, and what it makes of its operands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from xenia.language import arithmetic
from xenia.language.alike import comparable, described, spoken, unified
from xenia.language.context import Term
from xenia.language.errors import Place, fault
from xenia.language.ir import All, Any, Choose, Compare, Constant, Contains, In, Known, Node, Not
from xenia.language.types import Bool, Date, Instant, Level, Number, Texts, Type

Comparison = Literal["==", "!=", "<", "<=", ">", ">="]

_MIRRORED: Mapping[str, Comparison] = {
    "==": "==",
    "!=": "!=",
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
}


@dataclass(frozen=True, slots=True)
class Operator:
    """`power`: the higher, the tighter it binds.  `build`: the node of the operator, written at
    an offset, over its operands."""

    power: int
    build: Callable[[str, int, tuple[Term, ...]], Node]


def negation(sign: int, item: Term) -> Node:
    """The node of !item."""
    _is_condition("!", item)
    return Not(type=Bool(), nullable=item.node.nullable, at=sign, item=item.node)


def choice(sign: int, test: Term, then: Term, other: Term) -> Node:
    """The node of test ? then : other."""
    _is_condition("?", test)
    kind, bound = unified((then, other), "this choice")
    return Choose(
        type=kind,
        nullable=test.node.nullable or then.node.nullable or other.node.nullable,
        bound=bound,
        at=sign,
        test=test.node,
        then=then.node,
        other=other.node,
    )


def known(at: int, item: Node) -> Node:
    """The node of has(item), or item != null."""
    return Known(type=Bool(), at=at, item=item)


def contained(sign: int, value: Term, item: Term) -> Node:
    """The node of `value in item`, the item being a set of texts."""
    if not (isinstance(value.node, Constant) and isinstance(value.node.value, str)):
        raise fault(value, "only a written text is looked for in a set", 'write "x" in l.tags')
    return Contains(
        type=Bool(), nullable=item.node.nullable, at=sign, item=item.node, value=value.node.value
    )


def _is_condition(op: str, term: Term) -> None:
    if isinstance(term.node.type, Bool):
        return
    remedy = "compare it with something first"
    if op == "!":
        remedy = "put what is negated in brackets: !(x in [...])"
    raise fault(term, f"`{op}` needs a condition, not {described(term.node.type)}", remedy)


def _logic(op: str, sign: int, terms: tuple[Term, ...]) -> Node:
    for term in terms:
        _is_condition(op, term)
    kind = All if op == "&&" else Any
    items: list[Node] = []
    for term in terms:
        items.extend(term.node.items if isinstance(term.node, kind) else (term.node,))
    nullable = any(item.nullable for item in items)
    return kind(type=Bool(), nullable=nullable, at=sign, items=tuple(items))


def _comparison(op: str, sign: int, terms: tuple[Term, ...]) -> Node:
    left, right = terms
    first, second = comparable(left, right)
    if op not in ("==", "!="):
        _are_ordered(op, first.type, Place(left.at, right.end))
    if isinstance(first.type, Number):
        arithmetic.unified_numbers(terms)
    if isinstance(first, Constant) and not isinstance(second, Constant):
        op, first, second = _MIRRORED[op], second, first
    return Compare(
        type=Bool(),
        nullable=first.nullable or second.nullable,
        at=sign,
        op=cast(Comparison, op),
        left=first,
        right=second,
    )


def _are_ordered(op: str, kind: Type, place: Place) -> None:
    if isinstance(kind, Number | Date | Instant):
        return
    remedy = "use == or in"
    if isinstance(kind, Level):
        remedy = 'write at_least(tier.status, "gold") for a level or one above it'
    raise fault(place, f"`{op}` compares numbers and times, not {described(kind)}", remedy)


def _membership(_op: str, sign: int, terms: tuple[Term, ...]) -> Node:
    """item in values, where the first term is the item."""
    item, *values = terms
    if isinstance(item.node.type, Instant | Texts):
        raise fault(
            item,
            f"{described(item.node.type)} is not looked for in a list",
            'write date(occurred_at) in [date("2026-12-24")], or "x" in l.tags',
        )
    if not values:
        raise fault(item, "the list is empty", "name at least one value")
    return In(
        type=Bool(),
        nullable=item.node.nullable,
        at=sign,
        item=item.node,
        values=tuple(dict.fromkeys(_listed(item, value) for value in values)),
    )


def _listed(item: Term, value: Term) -> int | str | bool:
    """A value of the list in the representation and scale of the item."""
    _, found = comparable(item, value)
    if not isinstance(found, Constant) or found.value is None:
        raise fault(value, "a list holds written values only", "write x == y || x == z instead")
    if not isinstance(found.type, Number) or isinstance(found.value, bool | str):
        return found.value
    return _at_scale(value, found.value, found.type.scale, item.node)


def _at_scale(place: Term, number: int, decimals: int, item: Node) -> int:
    """A written number in the decimals of the item that it is compared with."""
    wanted = arithmetic.scale(item)
    if decimals <= wanted:
        arithmetic.aligned(place, wanted)
    whole, rest = divmod(number * 10**wanted, 10**decimals)
    if rest:
        raise fault(
            place,
            f"{spoken(item)} has {wanted} decimals and is never this",
            f"write it with at most {wanted} decimals",
        )
    return int(whole)


def _calculation(op: str, sign: int, terms: tuple[Term, ...]) -> Node:
    left, right = terms
    return arithmetic.arithmetic(cast(Literal["+", "-", "*"], op), sign, left, right)


OPERATORS: Mapping[str, Operator] = {
    "||": Operator(1, _logic),
    "&&": Operator(2, _logic),
    **dict.fromkeys(_MIRRORED, Operator(3, _comparison)),
    "in": Operator(3, _membership),
    "+": Operator(4, _calculation),
    "-": Operator(4, _calculation),
    "*": Operator(5, _calculation),
}
PREFIXES: Mapping[str, Callable[[int, Term], Node]] = {"!": negation, "-": arithmetic.negative}

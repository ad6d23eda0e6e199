"""Which combinations of conditions can be true at all, found by trying values that tell them apart.

A leaf (a name, a field, a part of a date) is tried at the constants it is compared with, beside
them, and at one value that nothing mentions.  Whatever is more than a leaf against a constant
counts as free: true, false or unknown, whatever else holds.  So what is called impossible is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Final

from xenia.language.ir import (
    All,
    Any,
    Calendar,
    Compare,
    Constant,
    Field,
    In,
    Known,
    Node,
    Not,
    Ref,
    children,
)
from xenia.language.types import Bool, Level, Number, Text

Value = Fraction | str | bool | None
Leaf = Ref | Field | Calendar

TRIED_MAX: Final = 100_000  # combinations
_OTHER: Final = "\0"  # a text that nobody can write
_OPTIONS_MAX: Final = 50
_DOMAINS: Final[Mapping[str, range]] = {
    "month": range(1, 13),
    "day": range(1, 32),
    "weekday": range(1, 8),
    "hour": range(24),
}
_NEVER_NEGATIVE: Final = frozenset(
    {"basket.amount", "basket.paid", "basket.quantity", "spent", "payment.amount", "quantity"}
)


def number_of(constant: Constant) -> Fraction:
    """The value of a number's constant: 1250 of scale 2 is 12.5."""
    assert isinstance(constant.value, int)
    scale = constant.type.scale if isinstance(constant.type, Number) else 0
    return Fraction(constant.value, 10**scale)


def conjuncts(node: Node) -> tuple[Node, ...]:
    """The conditions that must all hold."""
    if not isinstance(node, All):
        return (node,)
    return tuple(part for item in node.items for part in conjuncts(item))


def possible(node: Node) -> bool:
    """False only where the condition is definitely true of nothing."""
    return all(
        any(part is not False for part in _outcomes(group)) for group in _groups(conjuncts(node))
    )


def patterns(predicates: Sequence[Node]) -> int:
    """How many ways there are for conditions on one line to hold or not; at most that many."""
    distinct = tuple(dict.fromkeys(predicates))
    return prod(_patterns(group) for group in _groups(distinct))


def true_in(node: Node, leaf: Leaf, domain: Iterable[int]) -> tuple[int, ...]:
    """The values of a domain at which a condition on one leaf is definitely true."""
    return tuple(value for value in domain if evaluate(node, {leaf: Fraction(value)}) is True)


def leaves(node: Node) -> tuple[Node, ...]:
    """The leaves of a condition, and its free parts."""
    return tuple(dict.fromkeys(leaf for leaf, _ in _atoms(node)))


def evaluate(node: Node, values: Mapping[Node, Value]) -> bool | None:
    """True, false, or None (unknown) of a condition, its leaves and free parts being given."""
    if node in values:
        known = values[node]
        return known if isinstance(known, bool) else None
    match node:
        case Constant(value=bool() | None as constant):
            return constant
        case Not(item=item):
            inner = evaluate(item, values)
            return None if inner is None else not inner
        case All(items=items):
            return _absorbing([evaluate(item, values) for item in items], absorbed_by=False)
        case Any(items=items):
            return _absorbing([evaluate(item, values) for item in items], absorbed_by=True)
        case Compare(op=op, left=left, right=right):
            return _compared(op, _value(left, values), _value(right, values))
        case In(item=item, values=among):
            value = _value(item, values)
            return None if value is None else value in {_of(item, choice) for choice in among}
        case Known(item=item):
            return values[item] is not None
    raise AssertionError(f"{type(node).__name__} is not one of its own leaves")


def _absorbing(parts: list[bool | None], *, absorbed_by: bool) -> bool | None:
    if absorbed_by in parts:
        return absorbed_by
    return None if None in parts else not absorbed_by


_ORDER: Final[Mapping[str, Callable[[Fraction, Fraction], bool]]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _compared(op: str, left: Value, right: Value) -> bool | None:
    if left is None or right is None:
        return None
    if op in ("==", "!="):
        return (left == right) is (op == "==")
    assert isinstance(left, Fraction)
    assert isinstance(right, Fraction)
    return _ORDER[op](left, right)


def _value(node: Node, values: Mapping[Node, Value]) -> Value:
    if isinstance(node, Constant):
        return None if node.value is None else _of(node, node.value)
    return values[node]


def _of(node: Node, raw: int | str | bool) -> Value:
    """A constant in the representation of a node, as a value."""
    if isinstance(raw, bool | str):
        return raw
    scale = node.type.scale if isinstance(node.type, Number) else 0
    return Fraction(raw, 10**scale)


# ---- what a condition is made of -----------------------------------------------------------------


def _is_leaf(node: Node) -> bool:
    return isinstance(node, Ref | Field) or (
        isinstance(node, Calendar) and isinstance(node.item, Ref | Field)
    )


def _atoms(node: Node) -> Iterator[tuple[Node, tuple[Value, ...]]]:
    """Each leaf with the constants it meets; each free part with none."""
    match node:
        case Constant():
            return
        case Not() | All() | Any():
            for child in children(node):
                yield from _atoms(child)
        case Compare(left=left, right=Constant() as right) if _is_leaf(left):
            yield left, (_value(right, {}),)
        case Compare(left=Constant() as left, right=right) if _is_leaf(right):
            yield right, (_value(left, {}),)
        case Compare(left=Constant(), right=Constant()):
            return
        case In(item=item, values=among) if _is_leaf(item):
            yield item, tuple(_of(item, choice) for choice in among)
        case Known(item=item) if _is_leaf(item):
            yield item, ()
        case _:
            yield node, ()


def _groups(predicates: Sequence[Node]) -> list[list[Node]]:
    """The conditions, those together that share a leaf."""
    groups: list[tuple[set[Node], list[Node]]] = []
    for predicate in predicates:
        own, members = set(leaves(predicate)), [predicate]
        apart = []
        for other, others in groups:
            if own & other:
                own, members = own | other, others + members
            else:
                apart.append((other, others))
        groups = [*apart, (own, members)]
    return [members for _, members in groups]


def _tried(group: Sequence[Node]) -> Iterator[dict[Node, Value]]:
    """Values for all leaves of a group of conditions; nothing where there would be too many."""
    met: dict[Node, set[Value]] = {}
    for predicate in group:
        for leaf, constants in _atoms(predicate):
            met.setdefault(leaf, set()).update(constants)
    choices = [_representatives(leaf, constants) for leaf, constants in met.items()]
    if prod(len(values) for values in choices) * len(group) > TRIED_MAX:
        return
    for values in product(*choices):
        yield dict(zip(met, values, strict=True))


def _representatives(leaf: Node, met: set[Value]) -> list[Value]:
    unknown: list[Value] = [None] if leaf.nullable else []
    if isinstance(leaf.type, Bool):
        return [True, False, *unknown]
    texts = {value for value in met if isinstance(value, str)}
    if isinstance(leaf.type, Text):
        options = leaf.type.options
        if options is None:
            return [*sorted(texts), _OTHER, *unknown]
        few = options if len(options) <= _OPTIONS_MAX else _few(options, texts)
        return [*few, *unknown]
    return [*_numbers(leaf, {v for v in met if isinstance(v, Fraction)}), *unknown]


def _few(options: tuple[str, ...], met: set[str]) -> list[str]:
    others = [option for option in options if option not in met]
    return [*sorted(met), *others[:1]]


def _numbers(leaf: Node, met: set[Fraction]) -> list[Value]:
    if isinstance(leaf.type, Level):
        return [Fraction(rank) for rank in range(len(leaf.type.options))]
    if isinstance(leaf, Calendar) and leaf.part in _DOMAINS:
        return [Fraction(value) for value in _DOMAINS[leaf.part]]
    step = Fraction(1, 10**leaf.type.scale) if isinstance(leaf.type, Number) else Fraction(1)
    near = {value + move for value in met for move in (-step, Fraction(0), step)} or {Fraction(0)}
    near = {value for value in near if value % step == 0} | _between(near, step)
    if isinstance(leaf, Field) or (isinstance(leaf, Ref) and leaf.name in _NEVER_NEGATIVE):
        near = {value for value in near if value > 0} | {Fraction(0)}
    return [*sorted(near)]


def _between(values: set[Fraction], step: Fraction) -> set[Fraction]:
    """The counted values on either side of constants with more decimals than the leaf has."""
    whole = {(value // step) * step for value in values}
    return whole | {value + step for value in whole}


# ---- what can come out ---------------------------------------------------------------------------


def _outcomes(group: Sequence[Node]) -> Iterator[bool | None]:
    """Whether the whole group holds, for each combination; one None where too many to try."""
    tried = False
    for values in _tried(group):
        tried = True
        holds = all(evaluate(predicate, values) is True for predicate in group)
        yield holds
        if holds:
            return
    if not tried:
        yield None


def _patterns(group: Sequence[Node]) -> int:
    found = {
        tuple(evaluate(predicate, values) is True for predicate in group)
        for values in _tried(group)
    }
    return len(found) or 2 ** len(group)

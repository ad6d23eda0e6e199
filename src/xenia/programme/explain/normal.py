"""Conditions in the shape in which they are said: negations pushed down, one list a name."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from xenia.language.ir import All, Any, Compare, Constant, Field, In, Node, Not, Ref
from xenia.language.types import Bool, Level, Text

Operator = Literal["==", "!=", "<", "<=", ">", ">="]
_OPPOSITE: Final[dict[Operator, Operator]] = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
}
_MIRRORED: Final[dict[Operator, Operator]] = {
    "==": "==",
    "!=": "!=",
    "<": ">",
    ">": "<",
    "<=": ">=",
    ">=": "<=",
}


def normal(node: Node) -> Node:
    """The same condition: constants on the right, `==` on texts and levels as a list of one."""
    match node:
        case Not(item=item):
            return _negated(item)
        case All(items=items):
            return replace(node, items=_flat(All, [normal(item) for item in items]))
        case Any(items=items):
            return _merged(replace(node, items=_flat(Any, [normal(item) for item in items])))
        case Compare(op=op, left=Constant() as left, right=right) if not isinstance(
            right, Constant
        ):
            return normal(replace(node, op=_MIRRORED[op], left=right, right=left))
        case Compare(op="==" | "!=" as op, left=Ref() | Field() as left, right=Constant() as right):
            return _membership(node, op, left, right)
    return node


def conjuncts(node: Node | None) -> tuple[Node, ...]:
    """The normal conditions that must all hold."""
    if node is None:
        return ()
    found = normal(node)
    return found.items if isinstance(found, All) else (found,)


def _membership(node: Node, op: str, left: Ref | Field, right: Constant) -> Node:
    if isinstance(left.type, Bool) and isinstance(right.value, bool):
        return left if right.value is (op == "==") else Not(type=Bool(), item=left)
    if not isinstance(left.type, Text | Level) or right.value is None:
        return node
    among = In(type=Bool(), nullable=left.nullable, item=left, values=(right.value,))
    return among if op == "==" else Not(type=Bool(), nullable=left.nullable, item=among)


def _negated(item: Node) -> Node:
    match item:
        case Not(item=inner):
            return normal(inner)
        case All(items=items):
            return normal(Any(type=Bool(), items=tuple(_negated(part) for part in items)))
        case Any(items=items):
            return normal(All(type=Bool(), items=tuple(_negated(part) for part in items)))
        case Compare(op=op):
            return normal(replace(item, op=_OPPOSITE[op]))
        case Constant(value=bool() as value):
            return replace(item, value=not value)
    return Not(type=Bool(), nullable=item.nullable, item=normal(item))


def _flat(kind: type[All] | type[Any], items: list[Node]) -> tuple[Node, ...]:
    flat: list[Node] = []
    for item in items:
        flat.extend(
            item.items if isinstance(item, All | Any) and isinstance(item, kind) else (item,)
        )
    return tuple(flat)


def _merged(node: Any) -> Node:
    """`x == "a" || x == "b"` as `x in ["a", "b"]`."""
    among: dict[Node, In] = {}
    others: list[Node] = []
    for item in node.items:
        if isinstance(item, In):
            known = among.get(item.item)
            values = item.values if known is None else (*known.values, *item.values)
            among[item.item] = replace(item, values=tuple(dict.fromkeys(values)))
        else:
            others.append(item)
    parts = (*among.values(), *others)
    return parts[0] if len(parts) == 1 else replace(node, items=parts)

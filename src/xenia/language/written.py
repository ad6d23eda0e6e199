"""Typed nodes written as text again: for traces and messages, never to be read back."""

from __future__ import annotations

from datetime import date, timedelta

from xenia.amounts import format_decimal
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
from xenia.language.types import Bool, Date, Instant, Level, Number, Type

_EPOCH = date(1970, 1, 1)


def show_value(value: int | str | bool | None, kind: Type) -> str:
    """A value as an author would write it; None is "unknown"."""
    if value is None:
        return "unknown"
    match kind:
        case Bool():
            return "true" if value else "false"
        case Number(scale):
            number = int(value)
            return ("-" if number < 0 else "") + format_decimal(abs(number), scale)
        case Date():
            return (_EPOCH + timedelta(int(value))).isoformat()
        case Level(_, options):
            return f'"{options[int(value)]}"'
        case Instant():
            return f"{(_EPOCH + timedelta(seconds=int(value) // 1_000_000)).isoformat()}"
        case _:
            return f'"{value}"'


def written(node: Node) -> str:
    """A node as text of the language."""
    match node:
        case Constant(value=None):
            return "null"
        case Constant(value=value, type=type):
            return show_value(value, type)
        case Ref(name=name, read="now"):
            return name
        case Ref(name=name, read=read):
            return f"{read}({name})"
        case Field(name=name):
            return f"l.{name}"
        case Not(item=item):
            return f"!({written(item)})"
        case All(items=items):
            return " && ".join(_inner(item) for item in items)
        case Any(items=items):
            return " || ".join(_inner(item) for item in items)
        case Compare(op=op, left=left, right=right):
            return f"{_inner(left)} {op} {_inner(right)}"
        case In(item=item, values=values):
            shown = ", ".join(show_value(value, item.type) for value in values[:8])
            return f"{_inner(item)} in [{shown}{', ...' if len(values) > 8 else ''}]"
        case Contains(item=item, value=value):
            return f'"{value}" in {written(item)}'
        case Known(item=item):
            return f"has({written(item)})"
        case Arith(op=op, left=left, right=right):
            return f"{_inner(left)} {op} {_inner(right)}"
        case _:
            return _call(node)


def _inner(node: Node) -> str:
    text = written(node)
    return f"({text})" if isinstance(node, All | Any | Arith | Choose | Compare) else text


def _call(node: Node) -> str:
    match node:
        case Per(left=left, right=right):
            return f"per({written(left)}, {written(right)})"
        case Round(item=item, type=Number(scale), mode="half-up"):
            return f"round({written(item)}, {scale})"
        case Round(item=item, mode=mode):
            return f"{'floor' if mode == 'down' else 'ceil'}({written(item)})"
        case Extreme(op=op, items=items):
            return f"{op}({', '.join(written(item) for item in items)})"
        case Choose(test=test, then=then, other=other):
            return f"{_inner(test)} ? {_inner(then)} : {_inner(other)}"
        case Coalesce(item=item, other=other):
            return f"coalesce({written(item)}, {written(other)})"
        case Calendar(part=part, item=item):
            return f"{part}({written(item)})"
        case Fold():
            return _macro(node)
    raise AssertionError(f"a {type(node).__name__} is written above")


def _macro(node: Fold) -> str:
    if node.kind in ("exists", "all") and node.where is not None:
        return f"{node.list}.{node.kind}(l, {written(node.where)})"
    text = node.list
    if node.where is not None:
        text += f".filter(l, {written(node.where)})"
    if node.value is not None:
        text += f".map(l, {written(node.value)})"
    return f"{text}.{node.kind}()"

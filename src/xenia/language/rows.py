"""Conditions as rows of a form, and rows as the text of a condition.

A row asks one thing: a subject, an operator, and what it is compared with.  Rows are joined by and
or or, and may be grouped once below that.  What is more than that is a row of its own that holds
its text; nothing is left out, and what is written of rows means what was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, get_args

from xenia.language import syntax
from xenia.language.errors import LanguageError
from xenia.language.operators import OPERATORS
from xenia.language.syntax import Call, Items, Name, Operation, Syntax

Operator = Literal[
    "is", "is-not", "at-least", "more-than", "at-most", "less-than", "one-of", "none-of",
    "in-list", "not-in-list", "has", "has-not", "known", "unknown", "true", "false",
    "level-at-least", "text",
]  # fmt: skip
Kind = Literal["text", "number", "date", "moment", "formula"]
Join = Literal["all", "any", "none"]
OPERATORS_OF_ROWS: Final[tuple[Operator, ...]] = get_args(Operator)

_COMPARED: Final[dict[str, Operator]] = {
    "==": "is",
    "!=": "is-not",
    ">=": "at-least",
    ">": "more-than",
    "<=": "at-most",
    "<": "less-than",
}
_SIGNS: Final = {word: sign for sign, word in _COMPARED.items()}
_MIRRORED: Final = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITES: Final[dict[Operator, Operator]] = {
    "one-of": "none-of",
    "in-list": "not-in-list",
    "has": "has-not",
    "true": "false",
}
_VARIABLE: Final = "l"  # by which a record is known
_CONSTANTS: Final[dict[str, Kind]] = {"date": "date", "timestamp": "moment"}
_CALLED: Final = {kind: name for name, kind in _CONSTANTS.items()}
_OPERAND: Final = 4  # the power of what stands beside a comparison
_SINGLE: Final = 6  # of what nothing takes apart
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class Row:
    """`values`: what the subject is compared with, of one kind: texts and numbers as they are
    meant, days and moments as `date` and `timestamp` take them, a formula as it is written.  With
    the operator `text` there is no subject: its only value is a condition as it is written."""

    subject: str
    operator: Operator
    values: tuple[str, ...] = ()
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are joined; `of` a list: what some record of it is asked, or (`none`) no one is."""

    join: Join
    rows: tuple[Row, ...]
    of: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A whole condition."""

    join: Join
    parts: tuple[Row | Group, ...]


def as_text(text: str) -> Row:
    """The row of what no other row can show."""
    return Row("", "text", (text,), "formula")


# ---- reading -------------------------------------------------------------------------------------


def form_of(text: str) -> Form:
    """The rows of a condition; what cannot be read at all is one row."""
    try:
        tree = syntax.read(text)
    except LanguageError:
        return Form("all", (as_text(text),))
    join, items = _joined(tree)
    return Form(join, tuple(_part(item) for item in items))


def _joined(tree: Syntax) -> tuple[Join, tuple[Syntax, ...]]:
    match tree:
        case Operation(op="&&", operands=items):
            return "all", items
        case Operation(op="||", operands=items):
            return "any", items
        case Operation(op="!", operands=(Operation(op="||", operands=items),)):
            return "none", items
    return "all", (tree,)


def _part(tree: Syntax) -> Row | Group:
    row = _row(tree, "")
    if row is not None:
        return row
    group = _group(tree)
    return as_text(_written(tree, 0)) if group is None else group


def _group(tree: Syntax) -> Group | None:
    match tree:
        case Operation(op="&&" | "||"):
            join, items = _joined(tree)
            return Group(join, _rows(items, ""))
        case Operation(op="!", operands=(Call(name="exists") as call,)):
            return _records(call, negated=True)
        case Operation(op="!", operands=(inner,)):
            join, items = _joined(inner)
            return Group("none", _rows(items, "")) if join == "any" or len(items) == 1 else None
        case Call(name="exists"):
            return _records(tree, negated=False)
    return None


def _records(call: Call, *, negated: bool) -> Group | None:
    match call:
        case Call(of=Name(path=of), arguments=(Name(path=variable), body)):
            join, items = _joined(body)
        case _:
            return None
    if negated:
        if join == "none" or (join == "all" and len(items) > 1):
            return None
        join = "none"
    elif join == "none":
        join, items = "all", (body,)
    return Group(join, _rows(items, variable), of)


def _rows(items: Sequence[Syntax], variable: str) -> tuple[Row, ...]:
    return tuple(_row(item, variable) or as_text(_written(item, 0, variable)) for item in items)


def _row(tree: Syntax, variable: str) -> Row | None:
    """What asks one thing; `variable` is the name of the record that is asked."""
    match tree:
        case Name():
            return Row(_written(tree, 0, variable), "true")
        case Operation(op="!", operands=(inner,)):
            row = _row(inner, variable)
            opposite = None if row is None else _OPPOSITES.get(row.operator)
            if row is None or opposite is None:
                return None
            return Row(row.subject, opposite, row.values, row.kind)
        case Call(of=None, name="has", arguments=(item,)):
            return Row(_written(item, _OPERAND, variable), "known")
        case Call(of=None, name="at_least", arguments=(item, syntax.Literal(value=str(level)))):
            return Row(_written(item, 0, variable), "level-at-least", (level,))
        case Operation(op="in", operands=(item, among)):
            return _membership(item, among, variable)
        case Operation(op=op, operands=(left, right)) if op in _COMPARED:
            return _comparison(op, left, right, variable)
    return None


def _comparison(op: str, left: Syntax, right: Syntax, variable: str) -> Row:
    if _is_null(left) or (_constant(left) and not _constant(right) and not _is_null(right)):
        op, left, right = _MIRRORED[op], right, left
    subject = _written(left, _OPERAND, variable)
    if _is_null(right) and op in ("==", "!="):
        return Row(subject, "unknown" if op == "==" else "known")
    kind, value = _constant(right) or ("formula", _written(right, _OPERAND, variable))
    return Row(subject, _COMPARED[op], (value,), kind)


def _membership(item: Syntax, among: Syntax, variable: str) -> Row | None:
    subject = _written(item, _OPERAND, variable)
    match among:
        case Items(items=items) if items:
            found = [_constant(one) for one in items]
            kinds = {one[0] for one in found if one is not None}
            if None in found or len(kinds) != 1:
                return None
            return Row(subject, "one-of", tuple(one[1] for one in found if one), kinds.pop())
        case Name(path=path) if path.startswith("list."):
            return Row(subject, "in-list", (path,))
        case Name() if isinstance(item, syntax.Literal) and isinstance(item.value, str):
            return Row(_written(among, _OPERAND, variable), "has", (item.value,))
    return None


def _is_null(tree: Syntax) -> bool:
    return isinstance(tree, syntax.Literal) and tree.value is None


def _constant(tree: Syntax) -> tuple[Kind, str] | None:
    """A written value, with its kind."""
    match tree:
        case syntax.Literal(value=str(text)):
            return "text", text
        case syntax.Literal(value=Decimal() as number):
            return "number", format(number, "f")
        case Call(of=None, name=name, arguments=(syntax.Literal(value=str(text)),)):
            return (_CONSTANTS[name], text) if name in _CONSTANTS else None
    return None


# ---- writing -------------------------------------------------------------------------------------


def text_of(form: Form) -> str:
    """The condition that rows say; empty where there is none."""
    parts = [part for part in form.parts if isinstance(part, Row) or part.rows]
    if not parts:
        return ""
    return _join(form.join, [_part_text(part) for part in parts], [_is_whole(one) for one in parts])


def _join(join: Join, texts: Sequence[str], whole: Sequence[bool]) -> str:
    if len(texts) == 1 and join != "none":
        return texts[0]
    apart = texts if len(texts) == 1 else [
        text if one else f"({text})" for text, one in zip(texts, whole, strict=True)
    ]  # fmt: skip
    text = (" && " if join == "all" else " || ").join(apart)
    return f"!({text})" if join == "none" else text


def _is_whole(part: Row | Group) -> bool:
    """Whether its text stands beside others without brackets."""
    if isinstance(part, Group):
        return part.of != "" or part.join == "none" or len(part.rows) == 1
    if part.operator != "text":
        return True
    try:
        tree = syntax.read(part.values[0])
    except LanguageError:
        return False
    return not (isinstance(tree, Operation) and tree.op in ("&&", "||", "?"))


def _part_text(part: Row | Group) -> str:
    if isinstance(part, Row):
        return _row_text(part)
    texts, whole = [_row_text(row) for row in part.rows], [_is_whole(row) for row in part.rows]
    if not part.of:
        return _join(part.join, texts, whole)
    inner = _join("any" if part.join == "none" else part.join, texts, whole)
    sign = "!" if part.join == "none" else ""
    return f"{sign}{part.of}.exists({_VARIABLE}, {inner})"


# How what an operator says is written: `x` the subject, `v` its first value, `vs` all of them, `w`
# the first one as it stands.
_FORMS: Final[Mapping[str, str]] = {
    "text": "{w}",
    "known": "{x} != null",
    "unknown": "{x} == null",
    "true": "{x}",
    "false": "!{x}",
    "has": "{v} in {x}",
    "has-not": "!({v} in {x})",
    "one-of": "{x} in [{vs}]",
    "none-of": "!({x} in [{vs}])",
    "in-list": "{x} in {w}",
    "not-in-list": "!({x} in {w})",
    "level-at-least": "at_least({x}, {v})",
    **{word: f"{{x}} {sign} {{v}}" for word, sign in _SIGNS.items()},
}


def _row_text(row: Row) -> str:
    values = [_value_text(value, row.kind) for value in row.values]
    written = "".join(row.values[:1])
    form = _FORMS[row.operator]
    return form.format(
        x=row.subject, v=values[0] if values else '""', vs=", ".join(values), w=written
    )


def _value_text(value: str, kind: Kind) -> str:
    match kind:
        case "text":
            return _quoted(value)
        case "date" | "moment":
            return f"{_CALLED[kind]}({_quoted(value)})"
    return value


def _quoted(text: str) -> str:
    return f'"{"".join(_ESCAPES.get(char, char) for char in text)}"'


# ---- trees as text -------------------------------------------------------------------------------


def _written(tree: Syntax, power: int, variable: str = "") -> str:
    """A tree as text, in brackets where something that binds so tightly would take it apart; the
    record that is called `variable` has its usual name."""
    match tree:
        case syntax.Literal(value=None):
            return "null"
        case syntax.Literal(value=bool(value)):
            return "true" if value else "false"
        case syntax.Literal(value=Decimal() as number):
            return format(number, "f")
        case syntax.Literal(value=value):
            return _quoted(str(value))
        case Name(path=path):
            first, dot, rest = path.partition(".")
            return f"{_VARIABLE}{dot}{rest}" if variable and first == variable else path
        case Items(items=items):
            return f"[{', '.join(_written(item, 0, variable) for item in items)}]"
        case Call(name=name, arguments=arguments, of=of):
            before = "" if of is None else f"{_written(of, _SINGLE, variable)}."
            return f"{before}{name}({', '.join(_written(one, 0, variable) for one in arguments)})"
    text, own = _operation(tree, variable)
    return f"({text})" if own < power else text


def _operation(tree: Operation, variable: str) -> tuple[str, int]:
    """The text of an operation, and how tightly it binds."""
    if tree.op == "?":
        test, then, other = tree.operands
        parts = (_written(test, 1, variable), _written(then, 0, variable))
        return f"{parts[0]} ? {parts[1]} : {_written(other, 0, variable)}", 0
    if len(tree.operands) == 1:
        return f"{tree.op}{_written(tree.operands[0], _SINGLE, variable)}", _SINGLE - 1
    own = OPERATORS[tree.op].power
    texts = list(_operands(tree, own, variable))
    return f" {tree.op} ".join(texts), own


def _operands(tree: Operation, own: int, variable: str) -> Iterator[str]:
    for index, operand in enumerate(tree.operands):
        yield _written(operand, own + (index > 0), variable)

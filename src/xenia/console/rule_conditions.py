"""A condition in a form: its rows as fields, what buttons do to them, and what may be chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast, get_args

from xenia.client import shapes
from xenia.console.rule_words import OF_TYPE, OPERATORS, Names
from xenia.language.rows import Join, Kind, Operator
from xenia.pages.forms import Sent

_FIELD: Final = re.compile(r"([wx])\.([0-9]{1,3})\.(?:([0-9]{1,3})\.)?([a-z]+)", re.ASCII)
_KINDS: Final[Mapping[str, Kind]] = {"number": "number", "date": "date", "moment": "moment"}
_SEVERAL: Final = ("one-of", "none-of")
_NOTHING: Final = ("known", "unknown", "true", "false")  # is what they compare with
_CHECKED: Final = 40  # so many options are boxes; more are lines of a text


@dataclass(slots=True)
class Row:
    """One row, as it is being filled in."""

    subject: str
    operator: str
    values: list[str]
    kind: str = "text"


@dataclass(slots=True)
class Part:
    """Rows together, or (`join` empty) a single one."""

    join: str
    of: str
    rows: list[Row]


@dataclass(slots=True)
class Condition:
    """A whole one."""

    join: str
    parts: list[Part]


def from_shape(shape: shapes.Condition | None) -> Condition:
    """A condition as the interface tells it."""
    if shape is None:
        return Condition("all", [])
    parts = []
    for part in shape.parts:
        rows = [
            Row(one.subject or "", one.operator, list(one.values or ()), one.kind or "text")
            for one in part.rows
        ]
        parts.append(Part(part.join or "", part.of or "", rows))
    return Condition(shape.join or "all", parts)


def to_shape(condition: Condition) -> shapes.Asked:
    """A condition as the interface takes it."""
    parts = []
    for part in condition.parts:
        rows = [
            shapes.Row(
                subject=row.subject,
                operator=cast(Operator, row.operator),
                values=tuple(row.values),
                kind=cast(Kind, row.kind),
            )
            for row in part.rows
        ]
        join = cast(Any, part.join) if part.join else None
        parts.append(shapes.Part(join=join, of=part.of, rows=tuple(rows)))
    return shapes.Asked(join=cast(Join, condition.join), parts=tuple(parts))


def from_form(form: Sent, prefix: str, names: Names) -> Condition:
    """A condition as it was filled in; an operator that its subject has not is its first one."""
    rows: dict[tuple[int, int], dict[str, list[str]]] = {}
    heads: dict[int, dict[str, str]] = {}
    for name, value in form.items():
        field = _FIELD.fullmatch(name)
        if field is None or field[1] != prefix:
            continue
        if field[3] is None:
            heads.setdefault(int(field[2]), {})[field[4]] = value
        else:
            key = int(field[2]), int(field[3])
            rows.setdefault(key, {}).setdefault(field[4], []).append(value)
    rows = {key: row for key, row in rows.items() if "subject" in row}
    parts = []
    for index in sorted({*heads, *(key[0] for key in rows)}):
        head = heads.get(index, {})
        of = head.get("of", "")
        known = names.of(of, prefix)
        own = [_row(rows[key], known) for key in sorted(rows) if key[0] == index]
        parts.append(Part(_join(head.get("join", "")) if "join" in head else "", of, own))
    return Condition(_join(form.one(f"{prefix}.join")), parts)


def _join(word: str) -> str:
    return word if word in get_args(Join) else "all"


def _row(fields: Mapping[str, list[str]], known: Mapping[str, shapes.Subject]) -> Row:
    subject, operator = fields.get("subject", [""])[-1], fields.get("op", [""])[-1]
    values = [one.replace("\r\n", "\n") for one in fields.get("value", [])]
    if operator == "text" and not subject:
        return Row("", "text", values[-1:], "formula")
    possible = operators_of(known.get(subject), operator)
    if operator not in possible:
        operator, values = possible[0], []
    is_other = fields.get("was", [subject])[-1] != subject
    kind = fields.get("kind", ["text"])[-1]
    if is_other or kind != "formula":
        kind = _kind(known.get(subject), kind)
    if is_other:
        values = []
    if operator in _NOTHING:
        values = []
    elif operator in _SEVERAL:
        values = [line.strip() for one in values for line in one.split("\n") if line.strip()]
    else:
        values = [one.strip() for one in values[-1:]]
    return Row(subject, operator, values, kind)


def _kind(subject: shapes.Subject | None, otherwise: str) -> str:
    return otherwise if subject is None else _KINDS.get(subject.type, "text")


def operators_of(subject: shapes.Subject | None, present: str = "") -> tuple[str, ...]:
    """The operators that a subject has; all, of one that is a formula."""
    if subject is None:
        return tuple(one for one in OPERATORS if one != "text")
    missing = ("known", "unknown") if subject.missing or present in ("known", "unknown") else ()
    return (*OF_TYPE[subject.type], *missing)


# ---- what buttons do -----------------------------------------------------------------------------


def acted(condition: Condition, act: str, names: Names, prefix: str) -> str:
    """Add or drop rows: `add`, `group`, `of.lines`, `3.add`, `3.0.drop`, behind the prefix.

    Gives the name of the field, or the value of the button, where one goes on.
    """
    last = f"{prefix}.{len(condition.parts)}.0.subject"
    match act.split("."):
        case ["add"]:
            condition.parts.append(Part("", "", [_new(names, "", prefix)]))
        case ["group"]:
            condition.parts.append(Part("any", "", [_new(names, "", prefix)]))
        case ["of", records]:
            condition.parts.append(Part("all", records, [_new(names, records, prefix)]))
        case [part, "add"] if (found := _at(condition.parts, part)) is not None:
            found.rows.append(_new(names, found.of, prefix))
            last = f"{prefix}.{part}.{len(found.rows) - 1}.subject"
        case [part, row, "drop"] if (found := _at(condition.parts, part)) is not None:
            if row.isdecimal() and int(row) < len(found.rows):
                del found.rows[int(row)]
            if not found.rows:
                condition.parts.remove(found)
            last = f"{prefix}.add"
        case _:
            return ""
    return last


def _at(parts: Sequence[Part], index: str) -> Part | None:
    return parts[int(index)] if index.isdecimal() and int(index) < len(parts) else None


def _new(names: Names, of: str, prefix: str) -> Row:
    known = names.of(of, prefix)
    subject = next((one for one in ("basket.amount", "l.category") if one in known), "")
    subject = subject or next(iter(known), "")
    found = known.get(subject)
    return Row(subject, operators_of(found)[0], [], _kind(found, "text"))


def unfilled(condition: Condition, prefix: str) -> list[str]:
    """The fields in which something must stand that does not, by their names."""
    return [
        f"{prefix}.{index}.{place}"
        for index, part in enumerate(condition.parts)
        for place, row in enumerate(part.rows)
        if row.operator not in _NOTHING and not any(value.strip() for value in row.values)
    ]


# ---- what is drawn -------------------------------------------------------------------------------


def drawn(condition: Condition, prefix: str, names: Names) -> dict[str, Any]:
    """What the template of a condition needs, with no more to decide."""
    parts = []
    for index, part in enumerate(condition.parts):
        known = names.of(part.of, prefix)
        rows = [
            _drawn(row, f"{prefix}.{index}.{place}", known, names)
            for place, row in enumerate(part.rows)
        ]
        single = not part.join and len(rows) == 1
        parts.append(
            {"name": f"{prefix}.{index}", "join": "" if single else part.join or "all",
             "of": part.of, "rows": rows}
        )  # fmt: skip
    return {"name": prefix, "join": condition.join, "parts": parts}


def _drawn(
    row: Row, name: str, known: Mapping[str, shapes.Subject], names: Names
) -> dict[str, Any]:
    subject = known.get(row.subject)
    groups = names.groups(known)
    if subject is None and row.operator != "text":
        groups = [("", [(row.subject, row.subject)]), *groups]
    options = list(subject.options or ()) if subject is not None else []
    options += [one for one in row.values if options and one not in options]
    lists = names.choices.lists
    possible = [
        one
        for one in operators_of(subject, row.operator)
        if lists or one == row.operator or one not in ("in-list", "not-in-list")
    ]
    return {
        "name": name,
        "subject": row.subject,
        "groups": groups,
        "operator": row.operator,
        "operators": possible,
        "values": row.values,
        "value": "\n".join(row.values),
        "kind": row.kind,
        "options": [(one, one) for one in options],
        "lists": [(one, one.removeprefix("list.")) for one in lists],
        "widget": _widget(row, options, lists),
    }


def _widget(row: Row, options: Sequence[str], lists: Sequence[str]) -> str:
    """In what the value is filled in."""
    if row.operator == "text":
        return "lines"
    if row.operator in _NOTHING:
        return "nothing"
    if row.operator in ("in-list", "not-in-list"):
        return "list" if lists else "word"
    if row.operator in _SEVERAL:
        return "boxes" if options and len(options) <= _CHECKED else "lines"
    if row.kind == "formula":
        return "word"
    if options:
        return "choice"
    return {"number": "number", "date": "day"}.get(row.kind, "word")

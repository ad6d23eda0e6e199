"""A part of a programme as the fields of a form, made of the shapes that the language declares.

A value in full is laid `flat`: each single value under a name of its own (`v.levels.0.title.en.0`).
Flat fields, whether laid so or filled in by somebody, make a `tree` of what is to be drawn, and
a tree has its `value` again.  Beside single values there are, at the name of what they belong to:
`:there` (an optional mapping is there), `:kind` and `:one` (which of several it is), `:key` (of a
row under a key) and `:row` (of an item).  Of words of which some are chosen each has a name
(`v.never.earn`); texts of a list are the lines of one field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from xenia.programme.brought import ALWAYS, COUNTED, Brought, Times
from xenia.programme.demands import ExactlyOne, OnlyWith
from xenia.programme.edit.drawn import (
    YES,
    Either,
    Filled,
    Group,
    Kind,
    Kinds,
    Languages,
    Node,
    Row,
    Rows,
    Single,
    below,
    value_of,
)
from xenia.programme.edit.long import inner, listed, picked, usual
from xenia.programme.edit.spans import Path, Plain
from xenia.programme.notations import UnitsNotation
from xenia.programme.numbers import Number, Whole
from xenia.programme.records import Record, Slot, Variants
from xenia.programme.scalars import Choice, Day, Flag, Formula, Locale, Named, Notation
from xenia.programme.shapes import Entries, Items, Shape

ROOT: Final = "v"
_ROW: Final = re.compile(r"(.+)\.([0-9]{1,4}):(?:key|row)", re.ASCII)


def one_of(record: Record) -> tuple[str, ...]:
    """The keys of a record of which just one is written, if it has such."""
    keys = {slot.name: slot.key for slot in record.slots}
    found = (one for one in record.demands if isinstance(one, ExactlyOne))
    return next((tuple(keys[name] for name in one.names) for one in found), ())


def _beside(record: Record, chosen: str) -> frozenset[str]:
    """The keys that make sense only beside one of which another is `chosen`."""
    keys = {slot.name: slot.key for slot in record.slots}
    either = one_of(record)
    pairs = [
        (keys[one.name], keys[one.other]) for one in record.demands if isinstance(one, OnlyWith)
    ]
    return frozenset(key for key, other in pairs if other in either and other != chosen)


def rows_of(shape: Shape) -> Entries | Items | None:
    """What has rows, if the shape is such."""
    if isinstance(shape, Brought):
        return COUNTED
    return shape if isinstance(shape, Entries | Items) else None


# ---- from a value --------------------------------------------------------------------------------


def flat(shape: Shape, value: Plain, name: str = ROOT) -> dict[str, str]:
    """The fields of a value in full; what holds where nothing is written is in them, too."""
    shape = inner(shape)
    match shape:
        case Record():
            return _flat_record(shape, value if isinstance(value, dict) else {}, name)
        case Variants():
            chosen = shape.matching(value if isinstance(value, dict) else {})
            key, record = chosen[0] if len(chosen) == 1 else ("", None)
            own = {} if record is None else flat(record, value, name)
            return {f"{name}:kind": key, **own}
        case Flag():
            return {name: YES} if value is True else {}
        case Times():
            return {name: "" if value == ALWAYS else str(value)}
    if listed(shape) or picked(shape):
        return _flat_items(shape, value, name)
    if (held := rows_of(shape)) is not None:
        return _flat_rows(held, value, name)
    return {name: value} if isinstance(value, str) else {}


def _flat_record(shape: Record, value: Mapping[str, Plain], name: str) -> dict[str, str]:
    found = {f"{name}:there": YES}
    either = one_of(shape)
    if either:
        found[f"{name}:one"] = next((key for key in either if key in value), "")
    for slot in shape.slots:
        there = value.get(slot.key, None if slot.key in either else usual(slot))
        if there is not None and not slot.notation:
            found |= flat(slot.shape, there, f"{name}.{slot.key}")
    return found


def _flat_items(shape: Shape, value: Plain, name: str) -> dict[str, str]:
    """Those of a list that has no rows."""
    items = [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
    return {name: "\n".join(items)} if listed(shape) else {f"{name}.{one}": YES for one in items}


def _flat_rows(shape: Entries | Items, value: Plain, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if isinstance(value, dict):
        assert isinstance(shape, Entries), "it fits"
        in_languages = isinstance(shape.keys, Locale)
        for index, (key, one) in enumerate(value.items()):
            row = f"{name}.{key if in_languages else index}"
            if not in_languages:
                found[f"{row}:key"] = key
                found |= flat(shape.shape, one, row)
            else:
                held = inner(shape.shape)
                assert isinstance(held, Items), "a text has forms"
                found |= _flat_rows(held, one, row)
    elif isinstance(value, list):
        for index, one in enumerate(value):
            found |= {f"{name}.{index}:row": YES, **flat(shape.shape, one, f"{name}.{index}")}
    return found


# ---- from fields ---------------------------------------------------------------------------------


def tree(shape: Shape, fields: Mapping[str, str], before: Plain, languages: Sequence[str]) -> Node:
    """What is to be drawn of a part with these fields, that stands there as `before` in full; texts
    can be said in some languages at least."""
    rows: dict[str, set[int]] = {}
    for field in fields:
        if (row := _ROW.fullmatch(field)) is not None:
            rows.setdefault(row[1], set()).add(int(row[2]))
    numbers = {name: sorted(found) for name, found in rows.items()}
    return _Builder(fields, numbers, tuple(languages)).node(shape, ROOT, (), before)


@dataclass(frozen=True, slots=True)
class _Builder:
    fields: Mapping[str, str]
    numbers: Mapping[str, Sequence[int]]  # of the rows, by the name of what has them
    languages: tuple[str, ...]

    def node(
        self, shape: Shape, name: str, path: Path, before: Plain, *, required: bool = True
    ) -> Node:
        shape = inner(shape)
        if isinstance(shape, Record):
            there = required or self.fields.get(f"{name}:there") == YES
            return self._group(shape, name, path, before, optional=not required, there=there)
        if isinstance(shape, Variants):
            return self._kinds(shape, name, path, before, required=required)
        held = rows_of(shape)
        if isinstance(held, Entries) and isinstance(held.keys, Locale):
            return self._in_languages(held, name, path)
        if listed(shape):
            return Single(name, path, "lines", self.fields.get(name, ""), required=required)
        if words := picked(shape):
            return self._several(words, name, path, before, required=required)
        if held is not None:
            return self._rows(held, name, path, before)
        return single(shape, name, path, self.fields.get(name, ""), required=required)

    def _group(
        self, shape: Record, name: str, path: Path, before: Plain, *, optional: bool, there: bool
    ) -> Group:
        parts: list[Filled | Either] = []
        either = one_of(shape)
        known = before if isinstance(before, dict) else {}
        beside = _beside(shape, self.fields.get(f"{name}:one", ""))
        for slot in shape.slots if there else ():
            if slot.notation:
                continue
            if slot.key not in either:
                # What holds where nothing is written is a choice like any other.
                needed = slot.required or usual(slot) is not None
                part = self._filled(slot, name, path, known, required=needed)
                if slot.key not in beside or value_of(part.node) not in (None, False, [], {}):
                    parts.append(part)
            elif slot.key == either[0]:
                parts.append(self._either(shape, either, name, path, known))
        return Group(name, path, tuple(parts), optional, there)

    def _filled(
        self, slot: Slot, name: str, path: Path, before: Mapping[str, Plain], *, required: bool
    ) -> Filled:
        at, old = (*path, slot.key), before.get(slot.key)
        node = self.node(slot.shape, f"{name}.{slot.key}", at, old, required=required)
        return Filled(slot.key, slot.says, node)

    def _either(
        self,
        shape: Record,
        keys: tuple[str, ...],
        name: str,
        path: Path,
        before: Mapping[str, Plain],
    ) -> Either:
        chosen = self.fields.get(f"{name}:one", "")
        slot = next((one for one in shape.slots if one.key == chosen and chosen in keys), None)
        part = None if slot is None else self._filled(slot, name, path, before, required=True)
        if part is not None and isinstance(part.node, Single) and part.node.always:
            part = replace(part, node=replace(part.node, text=YES))  # to choose it says it
        return Either(f"{name}:one", path, keys, chosen if part else "", part)

    def _kinds(
        self, shape: Variants, name: str, path: Path, before: Plain, *, required: bool
    ) -> Kinds:
        records = dict(shape.records)
        chosen = self.fields.get(f"{name}:kind", "")
        record = records.get(chosen)
        group = None
        if record is not None:
            group = self._group(record, name, path, before, optional=False, there=True)
            group = replace(group, parts=tuple(_needed(one, chosen) for one in group.parts))
        return Kinds(name, path, tuple(records), chosen if group else "", group, not required)

    def _several(
        self, words: Sequence[str], name: str, path: Path, before: Plain, *, required: bool
    ) -> Single:
        there = [one for one in before if one in words] if isinstance(before, list) else []
        order = [*there, *(one for one in words if one not in there)]
        chosen = [str(one) for one in order if self.fields.get(f"{name}.{one}") == YES]
        return Single(
            name, path, "several", " ".join(chosen), choices=tuple(words), required=required
        )

    def _in_languages(self, shape: Entries, name: str, path: Path) -> Languages:
        held = inner(shape.shape)
        assert isinstance(held, Items), "a text has forms"
        there = (one.removeprefix(f"{name}.") for one in self.numbers if one.startswith(f"{name}."))
        codes = dict.fromkeys([*self.languages, *(code for code in there if "." not in code)])
        rows = []
        for code in codes:
            at = (*path, code)
            forms = self._rows(held, f"{name}.{code}", at, None, required=False)
            if not forms.rows:
                first = single(held.shape, f"{name}.{code}.0", at, "", required=False)
                forms = replace(forms, rows=(Row(first.name, "", new=True, node=first),))
            rows.append(Row(f"{name}.{code}", code, new=False, node=forms))
        return Languages(name, path, tuple(rows))

    def _rows(
        self,
        shape: Entries | Items,
        name: str,
        path: Path,
        before: Plain,
        *,
        required: bool = True,
    ) -> Rows:
        keyed = isinstance(shape, Entries)
        of = shape.keys.of if isinstance(shape, Entries) and isinstance(shape.keys, Named) else ""
        known = before if isinstance(before, dict) else {}
        rows: list[Row] = []
        place = 0
        for number in self.numbers.get(name, ()):
            row = f"{name}.{number}"
            key = self.fields.get(f"{row}:key", "") if keyed else ""
            at = (*path, key if keyed else str(place))
            node = self.node(shape.shape, row, at, known.get(key), required=required)
            rows.append(Row(row, key, new=bool(of) or key not in known, node=node))
            place += value_of(node) is not None
        ordered = isinstance(shape, Entries) and shape.ordered
        return Rows(name, path, tuple(rows), keyed, of, ordered, shape.most)


def _needed(part: Filled | Either, key: str) -> Filled | Either:
    """The key that makes a kind what it is cannot be left out."""
    if isinstance(part, Either) or part.key != key or not isinstance(part.node, Single):
        return part
    return replace(part, node=replace(part.node, required=True))


def single(shape: Shape, name: str, path: Path, text: str, *, required: bool) -> Single:
    """The field of a single value."""
    match inner(shape):
        case Flag(always):
            return Single(name, path, "flag", text, required=required, always=always)
        case Choice(values):
            first = next(iter(values)) if required else ""  # as a browser takes it
            return Single(name, path, "choice", text or first, tuple(values), required=required)
        case Times():
            return Single(name, path, "times", text, required=False)
        case Number() | Whole():
            return Single(name, path, "number", text, required=required)
        case Day(times):
            kind: Kind = "text" if times or len(text) not in (0, 10) else "day"
            return Single(name, path, kind, text, required=required)
        case Notation(example=example):
            return Single(name, path, "notation", text, example=example, required=required)
        case Formula() | UnitsNotation():
            return Single(name, path, "formula", text, required=required)
        case Named(of=of):
            return Single(name, path, "id", text, of=of, required=required)
    return Single(name, path, "text", text, required=required)


# ---- rows that come and go -----------------------------------------------------------------------


def acted(root: Node, fields: Mapping[str, str], act: str) -> tuple[dict[str, str], str]:
    """The fields after `add NAME` (a row behind the last), `drop ROW`, `up ROW` or `down ROW`, and
    the name of where one goes on."""
    what, _, name = act.partition(" ")
    done = dict(fields)
    for node in below(root):
        if not isinstance(node, Rows):
            continue
        names = [row.name for row in node.rows]
        if what == "add" and node.name == name:
            return _added(node, done)
        if name in names:
            return _with_row(done, names, names.index(name), what)
    return done, ""


def _added(rows: Rows, fields: dict[str, str]) -> tuple[dict[str, str], str]:
    last = max((int(row.name.rpartition(".")[2]) for row in rows.rows), default=-1)
    new = f"{rows.name}.{last + 1}"
    for row in rows.rows if not rows.keyed else ():
        fields.setdefault(f"{row.name}:row", YES)  # of the first form, which nobody added
    fields[f"{new}:key" if rows.keyed else f"{new}:row"] = "" if rows.keyed else YES
    return fields, f"{new}:key" if rows.keyed else new


def _with_row(
    fields: dict[str, str], names: Sequence[str], at: int, what: str
) -> tuple[dict[str, str], str]:
    row = names[at]
    if what == "drop":
        gone = {key: one for key, one in fields.items() if not _within(key, row)}
        return gone, f"add {row.rpartition('.')[0]}"
    to = at + {"up": -1, "down": 1}.get(what, 0)
    if not 0 <= to < len(names) or to == at:
        return fields, ""
    other = names[to]
    return {_exchanged(key, row, other): one for key, one in fields.items()}, f"{what} {other}"


def _within(key: str, row: str) -> bool:
    return key == row or key.startswith((f"{row}.", f"{row}:"))


def _exchanged(key: str, one: str, other: str) -> str:
    for name, to in ((one, other), (other, one)):
        if _within(key, name):
            return f"{to}{key.removeprefix(name)}"
    return key

"""Purchases in a CSV file: a row for each line, and rows that stand together become one event.

A row that cannot be read spoils the purchase that it may belong to: half a purchase is never given
on.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from xenia.events.errors import did_you_mean
from xenia.events.values import IDENTIFIERS
from xenia.events.wire import LINES
from xenia.services.event_files import json_lines
from xenia.services.inputs import UnusableError

ROW_BYTES = 65_536  # of one row at most
NOT_IMPORTED = "not-imported"  # the row itself can be read

# Columns of the purchase (the same in all its rows, or written in the first only), and of a line.
_OF_PURCHASE = (
    "id", "source", "occurred_at", "programme", "member", *IDENTIFIERS, "by", "channel", "location",
    "partner", "cashier", "terminal", "payment", "prices", "currency", "receipt",
)  # fmt: skip
_OF_LINE = (
    "line", "sku", "category", "quantity", "unit", "amount", "regular_amount", "tax", "tags",
    "brand", "seller",
)  # fmt: skip
COLUMNS = (*_OF_PURCHASE, *_OF_LINE)
NEEDED = ("id", "occurred_at", "sku", "category", "quantity", "amount")
ATTRIBUTE = "attributes."  # what a column of the operator's own begins with
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"

Key = tuple[str, str]  # source and id, as they are written


class Row(NamedTuple):
    """One row of a file: its number, from 1, and its text."""

    number: int
    text: str


class Wrong(NamedTuple):
    """Why a row is not imported; `event` where the row says to which it belongs."""

    row: Row
    code: str
    text: str
    event: str | None = None


class Found(NamedTuple):
    """An event as it is written; what is at `/lines/3` of a purchase stands in `rows[3]`."""

    rows: Sequence[Row]
    event: bytes | Mapping[str, Any]


class Read(NamedTuple):
    """A row with its values by column; without `key` it may belong to either neighbour."""

    row: Row
    key: Key | None
    cells: Mapping[str, str]
    wrong: Wrong | None = None


class Spoilt(NamedTuple):
    """The number of the row for which a purchase is not imported, and what it has to do with it."""

    number: int
    whose: str


OF_IT = " of the same purchase"
BESIDE = " beside it, perhaps of the same purchase,"


@dataclass(slots=True)
class Group:
    """Rows of one purchase that follow each other; `doubt` is one beside them that may be of it,
    too; of one that is `long`, more are there than a purchase may have."""

    key: Key
    doubt: Row | None = None
    read: list[Read] = field(default_factory=list)
    long: bool = False

    def has(self, key: Key) -> bool:
        """Whether a row of that key belongs to it; the source may be in the first row only."""
        return key[1] == self.key[1] and key[0] in ("", self.key[0])

    def spoilt(self) -> Spoilt | None:
        """By what it is spoilt: of its own rows the first that cannot be read, else the doubt."""
        for item in self.read:
            if item.wrong:
                return Spoilt(item.row.number, OF_IT)
        if self.doubt is not None:
            return Spoilt(self.doubt.number, BESIDE)
        return None

    def told(self) -> Iterator[Found | Wrong]:
        """The purchase; or for each row, why there is none."""
        spoilt = self.spoilt()
        if self.long:
            yield from self.too_long()
        elif spoilt is not None:
            yield from self.left_out(spoilt)
        else:
            yield from _purchase(self.key, self.read)

    def left_out(self, spoilt: Spoilt) -> Iterator[Wrong]:
        """For each row, why it is not imported where something spoils the purchase."""
        why = f"row {spoilt.number}{spoilt.whose} cannot be read"
        text = f"{why}: a purchase is imported whole or not at all"
        for item in self.read:
            yield item.wrong or Wrong(item.row, NOT_IMPORTED, text, self.key[1])

    def too_long(self) -> Iterator[Wrong]:
        """The same for each row of what has more of them than a purchase may have."""
        text = f"a purchase has at most {LINES:,} lines"
        for item in self.read:
            yield Wrong(item.row, "too-long", text, self.key[1])


def purchases(stream: BinaryIO, path: Path) -> Iterator[Found | Wrong]:
    """The purchases of a file in their order, and what cannot be read of it.

    `path` is only told.  Raises UnusableError where the header cannot be used.
    """
    lines = json_lines(stream)
    first = next(lines, None)
    if first is None:
        raise UnusableError(f"{path}: the file is empty: write {', '.join(NEEDED)} as its header")
    header = Header.of(first[1], path)
    group: Group | None = None
    doubt: Row | None = None
    for number, data in lines:
        item = header.read(number, data)
        if item.key is None:
            if group is not None:
                group.doubt = item.row
                yield from group.told()
            assert item.wrong is not None, "only of what can be read it is known where it belongs"
            yield item.wrong
            group, doubt = None, item.row
            continue
        if group is None or not group.has(item.key):
            if group is not None:
                yield from group.told()
            group = Group(item.key, doubt)
            doubt = None
        group.read.append(item)
        group.long |= len(group.read) > LINES
        if group.long:  # memory is bounded
            yield from group.told()
            group.read.clear()
    if group is not None:
        yield from group.told()


@dataclass(frozen=True, slots=True)
class Header:
    """How rows are written; a column without a name is not read.  Where they are `numbered`, each
    names the purchase that it is of."""

    delimiter: str
    columns: tuple[str, ...]
    numbered: bool = True

    @classmethod
    def of(cls, data: bytes, path: Path) -> Header:
        """The header of a file.  Raises UnusableError."""
        if data.startswith(_UTF_16):
            raise UnusableError(f"{path}:1: this is UTF-16: save the file as UTF-8")
        try:
            text = data.decode()
        except UnicodeDecodeError:
            raise UnusableError(f"{path}:1: this is not UTF-8 text: save it as UTF-8") from None
        known = {*COLUMNS}
        found = {sign: [name.strip() for name in _split(text, sign) or ()] for sign in _DELIMITERS}
        delimiter = max(_DELIMITERS, key=lambda sign: len(known.intersection(found[sign])))
        columns = found[delimiter]
        if problems := list(_problems(columns)):
            raise UnusableError("\n".join(f"{path}:1: {problem}" for problem in problems))
        return cls(delimiter, tuple(columns))

    def read(self, number: int, data: bytes) -> Read:
        """One row; `wrong` says why it cannot be read."""
        if len(data) > ROW_BYTES:
            start = data[:1000].decode("utf-8", "replace")
            return self._wrong(
                Row(number, start), "too-large", f"a row has at most {ROW_BYTES:,} bytes", ()
            )
        text = data.decode("utf-8", "replace")
        row = Row(number, text)
        if _UNKNOWN in text:
            sentence = "this row is not UTF-8 text: save the file as UTF-8"
            return self._wrong(row, "not-text", sentence, self._before(text, _UNKNOWN))
        cells = _split(text, self.delimiter)
        if cells is None:
            sentence = 'a quote is not closed, or text follows it: write " within a value as ""'
            return self._wrong(row, "wrong-quotes", sentence, self._before(text, '"'))
        if len(cells) != len(self.columns):
            # One that is cut off may be so within its last value; of one with a delimiter too many
            # only the first is sure.
            sure = cells[: len(cells) - 1 if len(cells) < len(self.columns) else 1]
            sentence = (
                f"this row has {len(cells)} values and the header {len(self.columns)} columns: put "
                f"a value with a {_DELIMITERS[self.delimiter]} in it in quotes"
            )
            return self._wrong(row, "wrong-number-of-values", sentence, sure)
        values = {
            name: value for name, cell in zip(self.columns, cells, strict=True)
            if name and (value := cell.strip())
        }  # fmt: skip
        if self.numbered and "id" not in values:
            return self._wrong(row, "missing-field", 'the column "id" is empty', ())
        return Read(row, (values.get("source", ""), values.get("id", "")), values)

    def _before(self, text: str, sign: str) -> list[str]:
        """The values that stand whole before a sign."""
        start = text[: text.index(sign)]
        return [] if '"' in start else start.split(self.delimiter)[:-1]

    def _wrong(self, row: Row, code: str, text: str, sure: Sequence[str]) -> Read:
        """A row of which only the first values are sure, perhaps the key among them."""
        values = dict(zip(self.columns, (cell.strip() for cell in sure), strict=False))
        name = values.get("id") or None
        known = name is not None and ("source" in values or "source" not in self.columns)
        key = (values.get("source", ""), name) if known and name is not None else None
        return Read(row, key, {}, Wrong(row, code, text, name))


def _problems(columns: Sequence[str]) -> Iterator[str]:
    """What is wrong with a header."""
    known = {*COLUMNS}
    for place, name in enumerate(columns):
        if name in columns[:place]:
            yield f'the column "{name}" is there twice: leave one out'
        elif name not in known and (not name.startswith(ATTRIBUTE) or name == ATTRIBUTE):
            hint = did_you_mean(name, known) or "; one of your own is written attributes.NAME"
            yield f'"{name[:40]}" is not a column of purchases{hint}'
    for name in NEEDED:
        if name not in columns:
            yield f'the column "{name}" is missing'


def _split(text: str, delimiter: str) -> list[str] | None:
    """The values of a row; None where quotes do not match."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _purchase(key: Key, rows: Sequence[Read]) -> Iterator[Found | Wrong]:
    """The event of some rows, unless they contradict each other."""
    first = rows[0]
    wrong = list(_contradictions(key, rows))
    if wrong:
        text = f"row {wrong[0].row.number} of the same purchase is wrong"
        for item in rows:
            own = [one for one in wrong if one.row is item.row]
            yield from own or [Wrong(item.row, NOT_IMPORTED, text, key[1])]
        return
    event: dict[str, Any] = {"type": "purchase"}
    for name, value in first.cells.items():
        if name in IDENTIFIERS:
            event["member"] = {name: value}
        elif name == "payment":
            event["payment"] = {"method": value}
        elif name.startswith(ATTRIBUTE):
            event.setdefault("attributes", {})[name.removeprefix(ATTRIBUTE)] = value
        elif name in _OF_PURCHASE:
            event[name] = value
    event["lines"] = [_line(item.cells) for item in rows]
    yield Found([item.row for item in rows], event)


def _line(cells: Mapping[str, str]) -> dict[str, Any]:
    line: dict[str, Any] = {}
    for name, value in cells.items():
        if name == "tags":
            line["tags"] = [tag for part in value.split("|") if (tag := part.strip())]
        elif name in _OF_LINE:
            line["id" if name == "line" else name] = value
    return line


def _contradictions(key: Key, rows: Sequence[Read]) -> Iterator[Wrong]:
    """Where a row says something else of the purchase than the first one does."""
    first = rows[0]
    who = [name for name in ("member", *IDENTIFIERS) if name in first.cells]
    if len(who) > 1:
        text = f"{' and '.join(who)} are both there: name the member in one column only"
        yield Wrong(first.row, "given-twice", text, key[1])
    for item in rows[1:]:
        for name, value in item.cells.items():
            if name not in _OF_LINE and value != first.cells.get(name):
                there = f'"{first.cells[name]}"' if name in first.cells else "empty"
                text = f'"{name}" is "{value}" here and {there} in row {first.row.number}'
                yield Wrong(item.row, "row-differs", text, key[1])

"""The tables that tell what members bring along: which kinds there are, and their rows as read.

A table is CSV or Parquet.  A mapping says which of our columns stands in which of theirs, and what
their values are called here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import yaml

from xenia.events.errors import did_you_mean
from xenia.events.values import IDENTIFIERS
from xenia.services.event_files import json_lines
from xenia.services.inputs import UnusableError, read_text
from xenia.services.purchase_rows import ROW_BYTES, Row, Wrong

PARQUET = ".parquet"
MEMBERS, LOTS, TIERS, METRICS, VOUCHERS = "members", "lots", "tiers", "metrics", "vouchers"
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    MEMBERS: ("member", "joined", "last_active", *IDENTIFIERS),
    LOTS: ("member", "currency", "units", "earned", "ends", "available", "held"),
    TIERS: ("member", "tier", "level", "until"),
    METRICS: ("member", "metric", "value", "on"),
    VOUCHERS: ("member", "code", "reward", "ends", "left", "uses"),
}
# What a table must have to be of a kind; the first one that fits is meant.
NEEDED: Mapping[str, tuple[str, ...]] = {
    VOUCHERS: ("member", "code", "reward"),
    METRICS: ("member", "metric", "value"),
    TIERS: ("member", "tier", "level"),
    LOTS: ("member", "currency", "units", "earned"),
    MEMBERS: ("member",),
}
KINDS = (MEMBERS, LOTS, TIERS, METRICS, VOUCHERS)  # in the order in which a member's rows are read
# Columns of members that name something of the programme behind the dot.
NAMED = ("attributes.", "balance.", "tier.", "until.", "metric.")
_DELIMITERS = (",", ";", "\t")
_BATCH = 8_192  # rows of a Parquet file
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
SEVERAL = "|"  # between identifiers, where a member has several of a kind
UNREADABLE = "!"  # under which a row's values have the code of why it cannot be read


class Table(msgspec.Struct, forbid_unknown_fields=True):
    """What one kind of table is called: our column: theirs; our column: {their value: ours}; our
    column: what stands in every row, where they have no such column."""

    columns: dict[str, str] = {}
    always: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}


class Mapped(msgspec.Struct, forbid_unknown_fields=True):
    """What a mapping says.  `dates` is how days are written, `decimals` the decimal sign."""

    dates: str = "yyyy-mm-dd"
    decimals: str = "."
    members: Table = msgspec.field(default_factory=Table)
    lots: Table = msgspec.field(default_factory=Table)
    tiers: Table = msgspec.field(default_factory=Table)
    metrics: Table = msgspec.field(default_factory=Table)
    vouchers: Table = msgspec.field(default_factory=Table)

    def table(self, kind: str) -> Table:
        """What it says of one kind."""
        found: Table = getattr(self, kind)
        return found


DATES = ("yyyy-mm-dd", "dd.mm.yyyy", "dd/mm/yyyy", "mm/dd/yyyy")


def read_mapping(path: Path | None) -> Mapped:
    """A mapping file (YAML), or what holds without one.  Raises UnusableError."""
    if path is None:
        return Mapped()
    try:
        # Every scalar is the text that stands there.
        written = yaml.load(read_text(path), Loader=yaml.BaseLoader)  # noqa: S506
        mapped = msgspec.convert(written or {}, Mapped)
    except yaml.YAMLError as error:
        raise UnusableError(f"{path}: this is no YAML: {' '.join(str(error).split())}") from None
    except msgspec.ValidationError as error:
        raise UnusableError(f"{path}: {error}: write it as docs/guide/moving-in.md does") from None
    if mapped.dates not in DATES:
        raise UnusableError(f'{path}: dates: "{mapped.dates}" is not one of {", ".join(DATES)}')
    if mapped.decimals not in (".", ","):
        raise UnusableError(f'{path}: decimals: the decimal sign is "." or ","')
    for kind in KINDS:
        table = mapped.table(kind)
        for name in (*table.columns, *table.always, *table.values):
            if not _is_column(kind, name):
                hint = did_you_mean(name, _COLUMNS[kind]) or _others(kind)
                raise UnusableError(f'{path}: "{name}" is not a column of {kind}{hint}')
    return mapped


@dataclass(frozen=True, slots=True)
class Header:
    """Of which kind a table is; our column of each of its columns, empty: it is not read."""

    kind: str
    columns: tuple[tuple[str, ...], ...]
    passed_over: tuple[str, ...]

    @staticmethod
    def of(names: Sequence[str], mapped: Mapped, path: Path) -> Header:
        """The header of a table with columns of these names.  Raises UnusableError."""
        for place, name in enumerate(names):
            if name in names[:place]:
                raise UnusableError(f'{path}: the column "{name}" is there twice: leave one out')
        for kind, needed in NEEDED.items():
            columns = tuple(_ours(kind, name, mapped.table(kind)) for name in names)
            there = {one for ours in columns for one in ours} | {*mapped.table(kind).always}
            if not there.issuperset(needed):
                continue
            if lost := [one for one in mapped.table(kind).columns.values() if one not in names]:
                raise UnusableError(f'{path}: the column "{lost[0]}" of the mapping is not there')
            passed = tuple(name for name, ours in zip(names, columns, strict=True) if not ours)
            if passed and not mapped.table(kind).columns:
                hint = did_you_mean(passed[0], _COLUMNS[kind]) or _others(kind)
                raise UnusableError(f'{path}: "{passed[0][:40]}" is not a column of {kind}{hint}')
            return Header(kind, columns, passed)
        told = "; ".join(f"{kind}: {', '.join(needed)}" for kind, needed in NEEDED.items())
        remedy = f"a table has at least these columns, or a mapping (--map) says so: {told}"
        raise UnusableError(f"{path}: what is in it cannot be told: {remedy}")

    def values(self, cells: Sequence[str | None], mapped: Mapped) -> dict[str, str]:
        """A row's values by our columns; what is empty is left out."""
        renamed = mapped.table(self.kind).values
        found = dict(mapped.table(self.kind).always)
        for ours, cell in zip(self.columns, cells, strict=True):
            if ours and cell and (value := cell.strip()):
                for name in ours:
                    found[name] = renamed[name].get(value, value) if name in renamed else value
        return found


def _ours(kind: str, name: str, table: Table) -> tuple[str, ...]:
    """Which of our columns stand in one of theirs."""
    mapped = tuple(ours for ours, theirs in table.columns.items() if theirs == name)
    if mapped:
        return mapped
    return (name,) if _is_column(kind, name) and name not in table.columns else ()


def _is_column(kind: str, name: str) -> bool:
    named = kind == MEMBERS and any(name.startswith(start) and name != start for start in NAMED)
    return named or name in _COLUMNS[kind]


def _others(kind: str) -> str:
    more = f", {', '.join(f'{start}NAME' for start in NAMED)}" if kind == MEMBERS else ""
    return f": these are {', '.join(_COLUMNS[kind])}{more}"


def several(value: str) -> list[str]:
    """The identifiers that a value names."""
    return [one for part in value.split(SEVERAL) if (one := part.strip())]


# ---- rows ----------------------------------------------------------------------------------------


def read_table(
    stream: BinaryIO, path: Path, mapped: Mapped
) -> tuple[Header, Iterator[tuple[int, dict[str, str]] | Wrong]]:
    """A table's header, and its rows with their numbers from 1 (the header of CSV being the first),
    or why one cannot be read, `event` being the member if that can be told.  Raises
    UnusableError."""
    if path.suffix.lower() == PARQUET:
        return _parquet(stream, path, mapped)
    lines = json_lines(stream)
    first = next(lines, None)
    if first is None:
        raise UnusableError(f"{path}: the file is empty: write the names of its columns first")
    try:
        text = first[1].decode()
    except UnicodeDecodeError:
        raise UnusableError(f"{path}:1: this is not UTF-8 text: save it as UTF-8") from None
    sign = max(_DELIMITERS, key=text.count)
    names = _split(text, sign)
    if names is None:
        raise UnusableError(f"{path}:1: a quote is not closed, or text follows it")
    header = Header.of([name.strip() for name in names], mapped, path)
    return header, _csv(lines, sign, header, mapped)


def _csv(
    lines: Iterator[tuple[int, bytes]], sign: str, header: Header, mapped: Mapped
) -> Iterator[tuple[int, dict[str, str]] | Wrong]:
    width = len(header.columns)
    for number, data in lines:
        text = data.decode("utf-8", "replace")
        cells = None if len(data) > ROW_BYTES or _UNKNOWN in text else _split(text, sign)
        if cells is not None and len(cells) == width:
            yield number, header.values(cells, mapped)
            continue
        row, whose = Row(number, text), _whose(text, sign, header)
        if len(data) > ROW_BYTES:
            yield Wrong(row, "too-large", f"a row has at most {ROW_BYTES:,} bytes", whose)
        elif _UNKNOWN in text:
            sentence = "this row is not UTF-8 text: save the file as UTF-8"
            yield Wrong(row, "not-text", sentence, whose)
        elif cells is None:
            sentence = 'a quote is not closed: write " within a value as ""'
            yield Wrong(row, "wrong-quotes", sentence, whose)
        else:
            sentence = f"this row has {len(cells)} values and the header {width} columns"
            remedy = f"put a value with a {sign!r} in it in quotes"
            yield Wrong(row, "wrong-number-of-values", f"{sentence}: {remedy}", whose)


def _whose(text: str, sign: str, header: Header) -> str | None:
    """The member of a row of which only what comes first can be relied on."""
    place = next(n for n, ours in enumerate(header.columns) if "member" in ours)
    parts = text.split(sign)
    sure = place == 0 or (place < len(parts) - 1 and len(parts) < len(header.columns))
    before = sign.join(parts[: place + 1])
    if not sure or '"' in before or _UNKNOWN in before:
        return None
    return parts[place].strip() or None


def _split(text: str, sign: str) -> list[str] | None:
    if '"' not in text:
        return text.split(sign)
    try:
        return next(csv.reader([text], delimiter=sign, strict=True), [])
    except csv.Error:
        return None


def _parquet(
    stream: BinaryIO, path: Path, mapped: Mapped
) -> tuple[Header, Iterator[tuple[int, dict[str, str]] | Wrong]]:
    try:
        arrow: Any = import_module("pyarrow")
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError:
        remedy = "install it with `pip install pyarrow`, or bring CSV"
        raise UnusableError(f"{path}: Parquet is read by pyarrow: {remedy}") from None
    try:
        file = parquet.ParquetFile(stream)
    except arrow.ArrowInvalid:
        raise UnusableError(f"{path}: this is no Parquet file: name a table .csv") from None
    schema: Any = file.schema_arrow
    for field in schema:
        if arrow.types.is_floating(field.type):
            remedy = "write it as a decimal, a whole number or a text"
            raise UnusableError(f'{path}: "{field.name}" is not exact ({field.type}): {remedy}')
    header = Header.of([field.name for field in schema], mapped, path)
    exact = [arrow.types.is_decimal(field.type) for field in schema]

    def texts(column: Any, *, decimal: bool) -> list[str | None]:
        """As a table of text has them; a number has the decimal sign that is mapped."""
        found: list[str | None] = column.cast(arrow.string()).to_pylist()
        if not decimal or mapped.decimals == ".":
            return found
        return [one and one.replace(".", mapped.decimals) for one in found]

    def rows() -> Iterator[tuple[int, dict[str, str]] | Wrong]:
        number = 0
        for batch in file.iter_batches(batch_size=_BATCH):
            columns = [
                texts(column, decimal=decimal)
                for column, decimal in zip(batch.columns, exact, strict=True)
            ]
            for cells in zip(*columns, strict=True):
                number += 1
                yield number, header.values(cells, mapped)

    return header, rows()

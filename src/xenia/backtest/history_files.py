"""The files that purchases come from: each is read in pieces, and single rows of it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from duckdb import DuckDBPyConnection

from xenia.backtest.history_mapping import OF_PURCHASES, Fields, Mapped, Names, Terms, mapped
from xenia.backtest.history_reading import REFERENCE, CsvFile, Odd, Piece, Spot
from xenia.backtest.history_sql import asked, quoted
from xenia.services.error_file import TABLES
from xenia.services.inputs import UnusableError, opening
from xenia.services.opening_tables import PARQUET
from xenia.services.purchase_rows import ATTRIBUTE, Read, Row, Wrong

_ROWS = 250_000  # of a Parquet file, in a piece
_ROW_BYTES = 75  # of a usual row


class Table(Protocol):
    """A file of rows."""

    @property
    def path(self) -> Path:
        """Where it is."""

    @property
    def mapped(self) -> Mapped:
        """Which field each of its columns is."""

    @property
    def exact(self) -> bool:
        """Whether characters that need a second look make a row odd."""

    @property
    def start(self) -> Spot:
        """Where its rows begin."""

    @property
    def size(self) -> int:
        """How much there is to read: bytes, or rows."""

    @property
    def weight(self) -> int:
        """About how many bytes it would have as CSV."""

    def done(self, spot: Spot) -> int:
        """How much of it stands before a spot."""

    def pieces(self, spot: Spot) -> Iterator[Piece]:
        """Its rows from a spot on."""

    def rows(self, places: Sequence[Sequence[int]]) -> Iterator[Read]:
        """Some rows with their texts by field, as they are written; quickest in their order."""

    def odd(self, odd: Odd) -> Read:
        """What can be read of an odd row."""

    def all(self) -> Iterator[Read]:
        """All rows one by one, as `rows` gives some."""


def table(
    path: Path,
    said: Sequence[str],
    terms: Terms,
    database: DuckDBPyConnection,
    fields: Fields = OF_PURCHASES,
) -> Table:
    """A file by the ending of its name.  Raises UnusableError."""
    ending = path.suffix.lower()
    names: Names = terms.written if fields is OF_PURCHASES else terms.written.members
    if ending in TABLES:
        file, found = CsvFile.of(path, said, names, fields)
        return _Csv(file, found)
    if ending == PARQUET:
        return _Parquet.of(path, said, names, database, fields)
    raise UnusableError(
        f"{path}: what is in it? name it .csv if it is text, {PARQUET} if it is that"
    )


def attributes(tables: Sequence[Table], terms: Terms) -> Mapping[str, str]:
    """The type of each attribute that any of the files has."""
    names = {name for each in tables for name in each.mapped.fields} | {*terms.written.always}
    return terms.types(name[len(ATTRIBUTE) :] for name in names if name.startswith(ATTRIBUTE))


@dataclass(frozen=True, slots=True)
class _Csv:
    file: CsvFile
    mapped: Mapped
    exact: bool = True

    @property
    def path(self) -> Path:
        return self.file.path

    @property
    def start(self) -> Spot:
        return self.file.start

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    @property
    def weight(self) -> int:
        return self.size

    def done(self, spot: Spot) -> int:
        return spot.offset

    def pieces(self, spot: Spot) -> Iterator[Piece]:
        with opening(self.path), self.path.open("rb") as stream:
            while (piece := self.file.piece(stream, spot)) is not None:
                yield piece
                spot = piece.next

    def rows(self, places: Sequence[Sequence[int]]) -> Iterator[Read]:
        with opening(self.path), self.path.open("rb") as stream:
            for _, number, offset, length in places:
                stream.seek(offset)
                yield self.file.header.read(number, stream.read(length).rstrip(b"\r"))

    def odd(self, odd: Odd) -> Read:
        return self.file.header.read(odd.number, odd.data)

    def all(self) -> Iterator[Read]:
        return self.file.rows()


@dataclass(frozen=True, slots=True)
class _Parquet:
    """`number` of a row is its place from 1, `offset` the row group, `length` the place in that."""

    path: Path
    mapped: Mapped
    database: DuckDBPyConnection
    exact: bool = False
    numbered: bool = True

    @property
    def start(self) -> Spot:
        return Spot(0, 0, 0)

    @property
    def size(self) -> int:
        return int(pq.read_metadata(self.path).num_rows)

    @property
    def weight(self) -> int:
        return self.size * _ROW_BYTES

    def done(self, spot: Spot) -> int:
        return spot.ord

    @classmethod
    def of(
        cls,
        path: Path,
        said: Sequence[str],
        names: Names,
        database: DuckDBPyConnection,
        fields: Fields,
    ) -> _Parquet:
        try:
            with opening(path):
                schema = pq.read_schema(path)
        except pa.ArrowInvalid:
            raise UnusableError(
                f"{path}: this is no Parquet file: name a file of text .csv"
            ) from None
        found = mapped(schema.names, said, names, path, fields)
        return cls(path, found, database, numbered="id" in fields.needed)

    def pieces(self, spot: Spot) -> Iterator[Piece]:
        with pq.ParquetFile(self.path) as file:
            ordinal = spot.ord
            for group in range(spot.offset, file.num_row_groups):
                skip = spot.number if group == spot.offset else 0
                place = 0
                for batch in file.iter_batches(_ROWS, [group], columns=self._columns()):
                    if place >= skip:
                        texts = self._texts(pa.Table.from_batches([batch]))
                        yield self._piece(texts, group, place, ordinal)
                        ordinal += len(batch)
                    place += len(batch)

    def rows(self, places: Sequence[Sequence[int]]) -> Iterator[Read]:
        with pq.ParquetFile(self.path) as file:
            for group, some in groupby(places, itemgetter(2)):
                wanted = [(number, place) for _, number, _, place in some]
                before = 0
                for batch in file.iter_batches(_ROWS, [group], columns=self._columns()):
                    behind = before + len(batch)
                    near = [(number, at - before) for number, at in wanted if before <= at < behind]
                    before = behind
                    if near:
                        taken = pa.Table.from_batches([batch]).take([at for _, at in near])
                        cells = self._texts(taken).to_pylist()
                        for (number, _), one in zip(near, cells, strict=True):
                            yield _read(number, one, numbered=self.numbered)

    def all(self) -> Iterator[Read]:
        for piece in self.pieces(self.start):
            for cells in piece.texts.drop_columns([*REFERENCE[:1], *REFERENCE[2:]]).to_pylist():
                yield _read(cells.pop("number"), cells, numbered=self.numbered)

    def odd(self, odd: Odd) -> Read:
        raise AssertionError(f"no row of Parquet is odd by its bytes, as row {odd.number} is")

    def _columns(self) -> list[str]:
        pairs = zip(self.mapped.columns, self.mapped.fields, strict=True)
        return [column for column, field in pairs if field]

    def _piece(self, texts: pa.Table, group: int, place: int, ordinal: int) -> Piece:
        count = texts.num_rows
        columns = {
            "ord": pa.array(np.arange(ordinal, ordinal + count)),
            "number": pa.array(np.arange(ordinal + 1, ordinal + count + 1)),
            "offset": pa.array(np.full(count, group)),
            "length": pa.array(np.arange(place, place + count)),
        }
        assert tuple(columns) == REFERENCE
        columns |= {name: texts.column(name) for name in texts.column_names}
        return Piece(pa.table(columns), (), Spot(group, place + count, ordinal + count))

    def _texts(self, found: pa.Table) -> pa.Table:
        """All values as they would be written."""
        pairs = dict(zip(self.mapped.columns, self.mapped.fields, strict=True))
        wanted = ", ".join(
            f"{_written(column.name, column.type)} as {quoted(pairs[column.name])}"
            for column in found.schema
        )
        return asked(self.database, f"select {wanted} from given", found)


def _read(number: int, cells: Mapping[str, str | None], *, numbered: bool) -> Read:
    texts = [value or "" for value in cells.values()]
    found = {name: value for name, cell in cells.items() if cell and (value := cell.strip())}
    row = Row(number, ",".join(texts))
    if numbered and "id" not in found:
        wrong = Wrong(row, "missing-field", 'the column "id" is empty')
        return Read(row, None, {}, wrong)
    return Read(row, (found.get("source", ""), found.get("id", "")), found)


def _written(name: str, kind: pa.DataType) -> str:
    """SQL for a value as text; a float by its shortest digits."""
    column = quoted(name)
    if pa.types.is_timestamp(kind):
        zoned = f"timezone('UTC', {column})" if kind.tz else column
        return f"strftime({zoned}, '%Y-%m-%dT%H:%M:%S.%f{'Z' if kind.tz else ''}')"
    if pa.types.is_floating(kind):
        return f"regexp_replace({column}::varchar, '\\.0$', '')"
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return f"array_to_string({column}, '|')"
    return f"{column}::varchar"

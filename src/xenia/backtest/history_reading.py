"""CSV files of purchases in pieces: each row's texts by our fields, and the rows that are odd.

A row is odd where its bytes alone need a second look: quotes that do not match, a control
character, too many values.  Of such rows `purchase_rows` says what they are.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from xenia.backtest.history_mapping import OF_PURCHASES, Fields, Mapped, Names, mapped
from xenia.services.event_files import json_lines
from xenia.services.inputs import UnusableError, opening
from xenia.services.purchase_rows import ROW_BYTES, Header, Read

PIECE = 32 * 2**20  # bytes of a piece
REFERENCE = ("ord", "number", "offset", "length")
_SIGNS = ",;\t"
_LF, _CR, _TAB, _SPACE, _QUOTE, _DEL = 10, 13, 9, 32, 34, 127
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# What Python's `strip` takes off and SQL's `trim` leaves, and the sign of what is no text; and the
# bytes with which their UTF-8 begins.
STRANGE = "[\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufffd]"
_STRANGE = np.array([0xC2, 0xE1, 0xE2, 0xE3, 0xEF], np.uint8)

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Marks = np.ndarray[Any, np.dtype[np.bool_]]


class Spot(NamedTuple):
    """Where reading goes on: a byte, and how many lines, and rows, stand before it."""

    offset: int
    number: int
    ord: int


class Odd(NamedTuple):
    """A row that needs a second look: its place among the rows, its line from 1, and its bytes."""

    ord: int
    number: int
    offset: int
    data: bytes


class Piece(NamedTuple):
    """Rows that follow each other.  `texts` has the columns of `REFERENCE`, then one for each field
    that the file has; `next` is the place behind them."""

    texts: pa.Table
    odd: Sequence[Odd]
    next: Spot


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A CSV file whose columns are mapped: `header` reads a row of it, `start` is the first."""

    path: Path
    header: Header
    start: Spot

    @classmethod
    def of(
        cls, path: Path, said: Sequence[str], written: Names, fields: Fields = OF_PURCHASES
    ) -> tuple[CsvFile, Mapped]:
        """A file by its header.  Raises UnusableError."""
        with opening(path), path.open("rb") as stream:
            first = next(json_lines(stream), None)
        if first is None:
            raise UnusableError(f"{path}: the file is empty: write the names of its columns first")
        number, data = first
        if data.startswith(_UTF_16):
            raise UnusableError(f"{path}:1: this is UTF-16: save the file as UTF-8")
        try:
            text = data.decode()
        except UnicodeDecodeError:
            raise UnusableError(f"{path}:1: this is not UTF-8 text: save it as UTF-8") from None
        names = {sign: [name.strip() for name in _split(text, sign)] for sign in _SIGNS}
        known = {one: [name for name in names[one] if fields.named(name)] for one in _SIGNS}
        sign = max(_SIGNS, key=lambda one: (len(known[one]), len(names[one])))
        if names[sign] == []:
            raise UnusableError(f"{path}:1: a quote is not closed, or text follows it")
        found = mapped(names[sign], said, written, path, fields)
        with path.open("rb") as stream:
            for _ in range(number):
                stream.readline()
            start = Spot(stream.tell(), number, 0)
        header = Header(sign, found.fields, numbered="id" in fields.needed)
        return cls(path, header, start), found

    def rows(self) -> Iterator[Read]:
        """All rows, one by one."""
        with opening(self.path), self.path.open("rb") as stream:
            stream.seek(self.start.offset)
            for number, data in json_lines(stream):
                yield self.header.read(self.start.number + number, data)

    def piece(self, stream: BinaryIO, spot: Spot) -> Piece | None:
        """The rows from a spot on, of about `PIECE` bytes; None: there are none."""
        stream.seek(spot.offset)
        data = stream.read(PIECE)
        if len(data) == PIECE:
            end = data.rfind(b"\n") + 1
            data = data[:end] if end else data + stream.readline()
        if not data:
            return None
        lines = _Lines(data, self.header)
        rank = np.cumsum(lines.filled) - 1 + spot.ord
        good = np.flatnonzero(lines.filled & ~lines.odd)
        reference = (
            rank[good],
            good + spot.number + 1,
            lines.starts[good] + spot.offset,
            (lines.ends - lines.starts)[good],
        )
        odd = [
            Odd(
                int(rank[place]),
                int(place) + spot.number + 1,
                int(lines.starts[place]) + spot.offset,
                lines.data(int(place)),
            )
            for place in np.flatnonzero(lines.filled & lines.odd)
        ]
        rows = int(lines.filled.sum())
        behind = Spot(spot.offset + len(data), spot.number + len(lines.starts), spot.ord + rows)
        return Piece(self._table(reference, lines, len(good)), odd, behind)

    def _table(self, reference: tuple[Numbers, ...], lines: _Lines, rows: int) -> pa.Table:
        fields = [field for field in self.header.columns if field]
        columns = dict(zip(REFERENCE, map(pa.array, reference), strict=True))
        if rows == 0:
            return pa.table(columns | {field: pa.array([], pa.string()) for field in fields})
        names = [field or f"#{place}" for place, field in enumerate(self.header.columns)]
        texts = pcsv.read_csv(
            pa.BufferReader(lines.good()),
            pcsv.ReadOptions(column_names=names, block_size=2**22),
            pcsv.ParseOptions(
                delimiter=self.header.delimiter,
                quote_char='"' if lines.quoted else False,
                newlines_in_values=False,
                ignore_empty_lines=False,
            ),
            pcsv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(fields, pa.string()),
                strings_can_be_null=False,
                include_columns=fields,
            ),
        )
        assert texts.num_rows == rows, "each line is a row"
        return pa.table(columns | {field: texts.column(field) for field in fields})


class _Lines:
    """The lines of some bytes: `filled` are those that are rows at all."""

    def __init__(self, data: bytes, header: Header) -> None:
        self._data = data
        self._bytes = np.frombuffer(data, np.uint8)
        feeds = np.flatnonzero(self._bytes == _LF)
        if not data.endswith(b"\n"):
            feeds = np.append(feeds, len(data))
        self.starts: Numbers = np.concatenate(([0], feeds[:-1] + 1)).astype(np.int64)
        before = self._bytes[np.maximum(feeds - 1, 0)] == _CR
        self._returns: Marks = before & (feeds > self.starts)
        self.ends: Numbers = feeds - self._returns
        self._behind = np.minimum(feeds + 1, len(data))
        self.quoted = b'"' in data
        self.filled: Marks = self.ends > self.starts
        self.odd = self._found_odd(header)
        first = self._bytes[np.minimum(self.starts, len(data) - 1)]
        for place in np.flatnonzero(self.filled & (self.odd | (first <= _SPACE))):
            self.filled[place] = bool(self.data(int(place)).strip())

    def data(self, place: int) -> bytes:
        """The bytes of a line, without its end."""
        return self._data[self.starts[place] : self.ends[place]].rstrip(b"\r")

    def good(self) -> pa.Buffer:
        """The lines that are rows and not odd, with their ends."""
        wanted = self.filled & ~self.odd
        if wanted.all():
            return pa.py_buffer(self._data)
        kept = self._texts().filter(pa.array(wanted))
        first, last = kept.offset, kept.offset + len(kept)
        offsets = np.frombuffer(kept.buffers()[1], np.int64)
        return kept.buffers()[2][int(offsets[first]) : int(offsets[last])]

    def _texts(self) -> pa.Array:
        """Each line, its end too."""
        offsets = np.append(self.starts, len(self._data)).astype(np.int64)
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(self._data)]
        return pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(self.starts), buffers)

    def _found_odd(self, header: Header) -> Marks:
        odd = (self.ends - self.starts) > ROW_BYTES
        odd |= self._with_controls(tab=header.delimiter == "\t")
        if (self._bytes >= 0x80).any():
            odd |= self._not_text()
            if np.isin(self._bytes, _STRANGE).any():
                odd |= self._matches(STRANGE, ~odd)
        width = len(header.columns)
        if self.quoted:
            sign = header.delimiter
            value = f'(?:"(?:[^"]|"")*"|[^"{sign}\r\n]*)'
            whole = f"^{value}(?:{sign}{value}){{{width - 1}}}\r?\n?$"
            odd |= ~self._matches(whole, ~odd)
        if not self.quoted or header.delimiter == "\t":  # in quotes, too, a tab is a control
            signs = np.flatnonzero(self._bytes == ord(header.delimiter))
            bounds = np.searchsorted(signs, np.append(self.starts, len(self._data)))
            odd |= np.diff(bounds) != width - 1
        return odd

    def _with_controls(self, *, tab: bool) -> Marks:
        low = self._bytes < _SPACE
        known = np.count_nonzero(self._bytes == _LF) + np.count_nonzero(self._returns)
        if tab:
            known += np.count_nonzero(self._bytes == _TAB)
        found = np.zeros(len(self.starts), np.bool_)
        if np.count_nonzero(low) == known and _DEL not in self._bytes:
            return found
        low = (low | (self._bytes == _DEL)) & (self._bytes != _LF)
        if tab:
            low &= self._bytes != _TAB
        low[(self.ends)[self._returns]] = False
        found[self._line_of(np.flatnonzero(low))] = True
        return found

    def _line_of(self, places: Numbers) -> Numbers:
        return np.searchsorted(self.starts, places, side="right") - 1

    def _not_text(self) -> Marks:
        found = np.zeros(len(self.starts), np.bool_)
        try:
            self._data.decode()
        except UnicodeDecodeError:
            places = self._line_of(np.flatnonzero(self._bytes >= 0x80))
            for place in np.unique(places):
                try:
                    self.data(int(place)).decode()
                except UnicodeDecodeError:
                    found[place] = True
        return found

    def _matches(self, pattern: str, among: Marks) -> Marks:
        """Which lines match, of those that are text."""
        found = np.zeros(len(self.starts), np.bool_)
        texts = self._texts().filter(pa.array(among)).cast(pa.large_string())
        found[among] = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
        return found


def _split(text: str, sign: str) -> list[str]:
    """The names in a header; none where its quotes do not match."""
    try:
        return next(csv.reader([text], delimiter=sign, strict=True), [])
    except csv.Error:
        return []

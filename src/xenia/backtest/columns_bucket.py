"""The tables of a bucket: its purchases, and what returns leave of them, in DuckDB; and who joins.

What is needed of the file is read once, into memory; nothing else of it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xenia.backtest.columns_answers import Answers
from xenia.backtest.columns_leaves import quoted
from xenia.backtest.history import ATTRIBUTE, MEMBER, event_of
from xenia.backtest.tables import Vector
from xenia.events.model import Enrolment
from xenia.language.emit_sql import MACROS

BOUGHT, LEFT = "bought", "left_over"
_ALWAYS = ("member", "type", "occurred_at", "left_of")
_BASKET = ("lines", "payments", "charges", "prices")  # of a return: what is left of its purchase
_SAID = (ATTRIBUTE, MEMBER)  # what the columns of attributes begin with
_AT_ONCE = 20_000  # rows that are handed to Python together
_KINDS = {"large_string": "string"}
_NO_NAMES = ("list", "element")  # parts of the path of a column that Parquet puts in


@dataclass(frozen=True, eq=False)
class Frame:
    """What there is of each event of a bucket, before any is read.

    `first`: of each member, the end last; `back`: whether it is a return; `joins`: whether it is
    an enrolment; `of`: where the purchase of a return is, -1 of one that is not there, and of all
    else.
    """

    members: pa.Array
    first: Vector
    back: Any
    joins: Any
    of: Vector

    @property
    def bought(self) -> Any:
        """Whether it is a purchase."""
        return ~(self.back | self.joins)


class Bucket:
    """A bucket, and what is known of its members: from their enrolment on, what they said then.

    `sources` is all SQL that its tables will be asked: columns that are named nowhere in it are not
    there.  Without, all are.  The tables are `BOUGHT` (the purchases, in order) and those of
    `leave`.  As long as it is open, what was asked of it is among its `answers`.
    """

    def __init__(self, path: Path, sources: Collection[str] = ()) -> None:
        self.answers, self._left = Answers(), 0
        self.path, self._columns = path, _columns(path, sources)
        self._events = _events(path, self._columns)
        # With several threads, DuckDB 2.0.0 unnests in no order.  Buckets can be read side by side.
        self._database = duckdb.connect(config={"threads": 1, "autoload_known_extensions": False})
        self._database.execute(MACROS)
        bought = self.frame().bought
        purchases = self._events.filter(pa.array(bought))
        self._database.register(BOUGHT, self._knowing(purchases, np.flatnonzero(bought)))

    def __enter__(self) -> Bucket:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """It is not asked any more."""
        self._database.close()

    def suits(self, sources: Collection[str]) -> bool:
        """Whether it is what would be opened for these, or more of the same file."""
        return self._columns is None or (
            bool(sources) and {*self._columns}.issuperset(_columns(self.path, sources) or ())
        )

    def _knowing(self, events: pa.Table, then: Vector) -> pa.Table:
        """Events with what is known of their members by the events at these places."""
        at = self._joined[then]
        those = pa.array(at, mask=at < 0)
        for number, field in enumerate(events.schema):
            if field.name.startswith(MEMBER):
                events = events.set_column(number, field, self._events[field.name].take(those))
        return events

    @cached_property
    def _joined(self) -> Vector:
        """Of each event the place of the enrolment from which on its member is known; -1: of none
        so far."""
        frame = self.frame()
        latest = np.maximum.accumulate(np.where(frame.joins, np.arange(len(frame.joins)), -1))
        begin = np.repeat(frame.first[:-1], np.diff(frame.first))
        return np.where(latest >= begin, latest, -1)

    def __len__(self) -> int:
        """How many events there are."""
        return int(self._events.num_rows)

    @property
    def between(self) -> tuple[int, int]:
        """The first and the last instant of its events."""
        return _between(self._events["occurred_at"])

    def frame(self) -> Frame:
        """What there is of each event."""
        return self.answers.of(("frame",), self._frame)

    def _frame(self) -> Frame:
        names = _whole(self._events["member"])
        back, joins = (
            pc.equal(self._events["type"], kind).to_numpy().astype(bool)
            for kind in ("return", "enrolment")
        )
        of = self._events["left_of"].fill_null(-1).to_numpy().astype(np.int64)
        place = np.arange(len(back))
        first = place[:0]
        if len(place):
            new = pc.not_equal(names.slice(1), names.slice(0, len(names) - 1))
            first = np.concatenate(([0], np.flatnonzero(new.to_numpy(zero_copy_only=False)) + 1))
        begin = np.repeat(first, np.diff(np.append(first, len(place))))
        of = np.where(back & (of >= 0), begin + of, -1)
        return Frame(names.take(pa.array(first)), np.append(first, len(place)), back, joins, of)

    def leave(self, place: Vector, of: Vector) -> tuple[str, Vector]:
        """A table of what the returns at these places leave, of the purchases at those: a
        purchase's own word, with what is left of its basket, and what is known of the member by
        then.  Its name, and which of the places have a line."""
        key = ("leave", place.tobytes(), of.tobytes())
        return self.answers.of(key, lambda: self._leave(place, of))

    def _leave(self, place: Vector, of: Vector) -> tuple[str, Vector]:
        self._left += 1
        own = f"{LEFT}_{self._left}"
        left = self._events.select(["lines"]).take(pa.array(place))
        some = pc.greater(pc.list_value_length(left["lines"]), 0).to_numpy().astype(bool)
        bought = self._knowing(self._events.take(pa.array(of[some])), place[some])
        backs = self._events.take(pa.array(place[some]))
        for name in _BASKET:
            if name in bought.column_names:
                at = bought.column_names.index(name)
                bought = bought.set_column(at, bought.schema.field(at), backs[name])
        self._database.register(own, bought)
        return own, place[some]

    def enrolments(self) -> Iterator[Enrolment]:
        """Of those who enrol, in order; of what they said then, what was asked for."""
        yield from self.answers.of(("enrolments",), self._enrolments)

    def _enrolments(self) -> list[Enrolment]:
        says = [name for name in self._events.column_names if name.startswith(MEMBER)]
        those = self._events.select(["member", "type", "occurred_at", *says])
        rows = those.filter(pa.array(self.frame().joins)).to_pylist()
        return [event for event in map(event_of, rows) if isinstance(event, Enrolment)]

    def instants(self, places: Vector) -> Vector:
        """When the events at these places occurred."""
        found: Vector = vector(self._events["occurred_at"].take(pa.array(places)))
        return found

    # ---- answers ----

    def days(self, day: str) -> Vector:
        """What SQL makes of the instant of each event."""
        return self.answers.of(("days", day), lambda: self._days(day))

    def _days(self, day: str) -> Vector:
        self._database.register("instants", self._events.select(["occurred_at"]))
        return self.numbers(f"select {day} from instants")

    def columns(self, sources: Sequence[str], table: str) -> list[pa.ChunkedArray]:
        """What sources come to for each row of a table, in its order."""
        keys = [("column", table, source) for source in sources]
        lacking = [key for key in dict.fromkeys(keys) if self.answers.lacks(key)]
        if lacking:
            named = ", ".join(f"{source} as n{at}" for at, (*_, source) in enumerate(lacking))
            found = self.table(f"select {named} from {table}")
            for key, column in zip(lacking, found.columns, strict=True):
                self.answers.of(key, partial(_itself, column))
        return [self.answers.of(key, _never) for key in keys]

    def table(self, statement: str) -> pa.Table:
        """What a statement comes to."""
        return self._database.sql(statement).to_arrow_table()

    def numbers(self, statement: str) -> Vector:
        """The only column of what a statement comes to."""
        found: Vector = vector(self.table(statement).column(0)).astype(np.int64)
        return found

    def rows(self, statement: str) -> Iterator[Mapping[str, Any]]:
        """The same, one by one."""
        for batch in self._database.sql(statement).to_arrow_reader(_AT_ONCE):
            yield from batch.to_pylist()


def _itself(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column


def _never() -> pa.ChunkedArray:
    raise AssertionError("each of them was asked for just now")


def vector(column: pa.ChunkedArray) -> Any:
    """Whole numbers, all of them known, as an array."""
    assert column.null_count == 0, "what may be unknown is 0, or -1"
    return column.to_numpy()


def attributes(path: Path) -> dict[str, str]:
    """The kind of each column of attributes that a bucket has: of events, and of members."""
    return {
        field.name: _kind(field.type)
        for field in pq.read_schema(path)
        if field.name.startswith(_SAID)
    }


def instants(path: Path) -> tuple[int, int]:
    """The first and the last of a bucket's instants."""
    with pq.ParquetFile(path) as file:
        return _between(file.read(["occurred_at"], use_threads=False)[0])


def _between(column: pa.ChunkedArray) -> tuple[int, int]:
    found = pc.min_max(column)
    return found["min"].as_py() or 0, found["max"].as_py() or 0


def _columns(path: Path, sources: Collection[str]) -> list[str] | None:
    """The paths of those columns of a bucket's file that SQL needs; None: all, as nothing is said
    of what will be asked."""
    if not sources:
        return None
    schema = pq.read_metadata(path).schema
    return _needed([schema.column(at).path for at in range(len(schema))], sources)


def _events(path: Path, columns: list[str] | None) -> pa.Table:
    """What is needed of all events, in their order."""
    texts = [field.name for field in pq.read_schema(path) if field.type == pa.string()]
    # What is said again and again is looked at once.
    texts.remove("member")
    with pq.ParquetFile(path, read_dictionary=[] if columns is None else texts) as file:
        return file.read(columns, use_threads=False)


def _needed(columns: Collection[str], sources: Collection[str]) -> list[str]:
    """Those columns of a file, by their paths, whose names are somewhere in SQL."""
    source = "\n".join(sources)
    words = {*re.findall(r"\w+", source)}

    def is_named(path: str) -> bool:
        if path in _ALWAYS:
            return True
        if path.startswith(_SAID):
            return quoted(path) in source
        parts = [part for part in path.split(".") if part not in _NO_NAMES]
        return words.issuperset(parts)

    return [path for path in columns if is_named(path)]


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _kind(kind: pa.DataType) -> str:
    return _KINDS.get(str(kind), str(kind))

"""Makes a history of files: rows are typed, brought together by purchase, then ordered by member.

Each step writes whole files into the folder's `work`, and passes over those that are there: what
was stopped, by whatever, goes on when the same is asked for again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xenia.backtest import history_shuffle as shuffle
from xenia.backtest.history import GUESTS, PART, event_schema, folder_of
from xenia.backtest.history_doubtful import Known, Reader, Taken, row_of
from xenia.backtest.history_files import Table
from xenia.backtest.history_mapping import RETURN_OF, Terms
from xenia.backtest.history_members import Joined, Members
from xenia.backtest.history_members import row_of as joining
from xenia.backtest.history_ordering import ordered
from xenia.backtest.history_purchases import found_schema, grouped
from xenia.backtest.history_reading import Marks, Numbers, Odd, Spot
from xenia.backtest.history_sql import asked
from xenia.backtest.history_sums import Parts, parts_of
from xenia.backtest.history_typing import Typing, staged_schema
from xenia.services.purchase_rows import Wrong

_AT_ONCE = 20_000  # doubtful events, or reasons, that are in memory
_BY_PURCHASE = "from given order by id, source, file, ord"
_ROWS = 2**16  # of a row group of a bucket
WRONG = pa.schema(
    [
        ("file", pa.int16()), ("number", pa.int64()), ("place", pa.int64()), ("text", pa.string()),
        ("code", pa.string()), ("reason", pa.string()), ("event", pa.string()),
    ]
)  # fmt: skip

Tell = Callable[[str, int, int], None]  # what is being done, how much of it, of how much


class Last(msgspec.Struct, frozen=True):
    """The last row of a piece: what comes next may be of the same purchase."""

    id: str | None = None
    source: str = ""


class Stand(msgspec.Struct, frozen=True):
    """How far a file is read."""

    next: Spot
    last: Last


class Passed(msgspec.Struct, frozen=True):
    """Purchases of a part that were told before; and the last instant of a member's."""

    known: int
    last: int | None


class Enrolled(msgspec.Struct, frozen=True):
    """In how many files enrolments are, and how many were passed over: those after all else."""

    files: int
    later: int


class Steps:
    """The steps of an import into `folder`, by way of `work`, in so many buckets."""

    def __init__(
        self,
        tables: Sequence[Table],
        folder: Path,
        work: Path,
        database: duckdb.DuckDBPyConnection,
        *,
        terms: Terms,
        attributes: Mapping[str, str],
        members: Members | None,
        buckets: int,
        tell: Tell,
    ) -> None:
        self._tables, self._folder, self._work = tables, folder, work
        self._database, self._terms, self._attributes = database, terms, attributes
        self._buckets, self._tell = buckets, tell
        self._staged = staged_schema(attributes)
        self._found = found_schema(attributes)
        self._members, self._of_members = members, {} if members is None else members.kinds
        self._joined = found_schema(attributes, self._of_members)

    # ---- rows ------------------------------------------------------------------------------------

    def read(self) -> None:
        """All rows of all files, typed, in parts by the purchase that they are of."""
        typing = Typing(self._database, self._terms, self._attributes)
        for file, table in enumerate(self._tables):
            done = self._row_files(file)
            stand = shuffle.note_of(done[-1], Stand) if done else Stand(table.start, Last())
            number = len(done)
            for piece in table.pieces(stand.next):
                rows = typing.rows(piece.texts, file, exact=table.exact)
                if piece.odd:
                    rows = pa.concat_tables([rows, self._odd(file, piece.odd)])
                    rows = rows.sort_by("ord").combine_chunks()
                rows, last = _with_source(rows, stand.last)
                stand = Stand(piece.next, last)
                path = self._work / "rows" / f"{file:03d}-{number:06d}.arrow"
                shuffle.write(path, rows, self._part_of(rows), self._buckets + 1, stand)
                number += 1
                self._tell(f"reading {table.path.name}", table.done(piece.next), table.size)

    def _row_files(self, file: int | None = None) -> list[Path]:
        which = "*" if file is None else f"{file:03d}"
        return sorted((self._work / "rows").glob(f"{which}-*.arrow"))

    def _odd(self, file: int, odd: Sequence[Odd]) -> pa.Table:
        rows = []
        for one in odd:
            read = self._tables[file].odd(one)
            source, name = ("", None) if read.key is None else read.key
            if of := read.cells.get(RETURN_OF):
                name = f"{name}:{of}"
            rows.append(
                {"id": name, "source": source, "file": file, "ord": one.ord, "number": one.number}
                | {"offset": one.offset, "length": len(one.data), "good": False}
            )
        return pa.Table.from_pylist(rows, self._staged)

    def _part_of(self, rows: pa.Table) -> Numbers:
        """The part of each row: behind all others, that of rows of no known purchase."""
        part = f"(hash(id, source) % {self._buckets})::bigint"
        query = f"select case when id is null then {self._buckets} else {part} end part from given"
        parts: Numbers = asked(self._database, query, rows).column("part").to_numpy()
        return parts

    # ---- purchases -------------------------------------------------------------------------------

    def bring_together(self) -> None:
        """The rows of each purchase become an event, in parts by the member."""
        paths = self._row_files()
        lost = shuffle.read(paths, self._buckets, self._staged)
        doubts: dict[int, dict[int, int]] = {}
        columns = [lost.column(name).to_pylist() for name in ("file", "ord", "number")]
        for file, place, number in zip(*columns, strict=True):
            doubts.setdefault(file, {})[place] = number
        reader = Reader(self._tables, self._terms, self._attributes)
        self._write_wrong("lost", self._lost(lost))
        for part in range(self._buckets):
            path = self._work / "purchases" / f"{part:03d}.arrow"
            if not path.exists():
                self._bring_part(part, path, paths, reader, doubts)
            self._tell("bringing purchases together", part + 1, self._buckets)

    def _bring_part(
        self,
        part: int,
        path: Path,
        paths: Sequence[Path],
        reader: Reader,
        doubts: Mapping[int, Mapping[int, int]],
    ) -> None:
        rows = shuffle.read(paths, part, self._staged)
        rows = asked(self._database, _BY_PURCHASE, rows).cast(self._staged)
        found = grouped(rows, doubts, self._attributes)
        del rows
        tables, known, wrong = [found.good], 0, []
        said = reader.read(found.rest, found.bounds.tolist(), doubts)
        while some := list(islice(said, _AT_ONCE)):
            taken = [row_of(one) for one in some if isinstance(one, Taken)]
            tables.append(pa.Table.from_pylist(taken, self._found))
            known += sum(isinstance(one, Known) for one in some)
            wrong.append(_wrong_rows(one for one in some if not isinstance(one, Taken | Known)))
        with shuffle.whole(self._work / "wrong" / f"{part:03d}.parquet") as made:
            pq.write_table(pa.concat_tables([WRONG.empty_table(), *wrong]), made)
        events = pa.concat_tables(tables)
        last = pc.max(events.column("occurred_at").filter(events.column("member").is_valid()))
        note = Passed(known, last.as_py())
        shuffle.write(path, events, self._units(events), 2 * self._buckets, note)

    def _lost(self, rows: pa.Table) -> Iterator[tuple[int, Wrong]]:
        """Why rows that may be of any purchase are of none."""
        for batch in rows.sort_by([("file", "ascending"), ("ord", "ascending")]).to_batches(
            _AT_ONCE
        ):
            found = zip(*(batch.column(name).to_pylist() for name in _PLACE), strict=True)
            for file, part in groupby(found, itemgetter(0)):
                for read in self._tables[file].rows([place[1:] for place in part]):
                    if read.wrong is not None:
                        yield file, read.wrong

    def _units(self, events: pa.Table) -> Numbers:
        """Each member's events together, and those about one purchase of a guest."""
        name = "coalesce(member, of_id, id)"
        bucket = f"(('0x' || md5({name})[1:8])::bigint % {self._buckets})"
        guest = f"case when member is null then {self._buckets} else 0 end"
        found = asked(self._database, f"select {bucket} + {guest} unit from given", events)
        units: Numbers = found.column("unit").to_numpy()
        return units

    # ---- members ---------------------------------------------------------------------------------

    def enrol(self) -> None:
        """All enrolments, but those after the last purchase: time does not get there."""
        done = self._work / _ENROLLED
        if self._members is None or done.exists():
            return
        notes = [shuffle.note_of(path, Passed).last for path in self._purchase_files()]
        last = max((note for note in notes if note is not None), default=0)
        file, number, later, rows = len(self._tables), 0, 0, self._members.rows()
        while some := list(islice(rows, _AT_ONCE)):
            wrong = ((file, one) for one in some if isinstance(one, Wrong))
            self._write_wrong(f"members-{number:06d}", wrong)
            joined = [one for one in some if isinstance(one, Joined)]
            near = [one for one in joined if one.event.occurred_at <= last]
            later += len(joined) - len(near)
            found = pa.Table.from_pylist([joining(one, file) for one in near], self._joined)
            path = self._work / "members" / f"{number:06d}.arrow"
            shuffle.write(path, found, self._units(found), 2 * self._buckets, None)
            number += 1
        with shuffle.whole(done) as made:
            made.write_bytes(msgspec.json.encode(Enrolled(number, later)))

    def later(self) -> int:
        """How many enrolled after all else."""
        done = self._work / _ENROLLED
        return msgspec.json.decode(done.read_bytes(), type=Enrolled).later if done.exists() else 0

    # ---- buckets ---------------------------------------------------------------------------------

    def _purchase_files(self) -> list[Path]:
        return [self._work / "purchases" / f"{part:03d}.arrow" for part in range(self._buckets)]

    def order(self) -> list[Parts]:
        """Each bucket in its order; what is in it."""
        paths, schema = self._purchase_files(), event_schema(self._attributes, self._of_members)
        members = sorted((self._work / "members").glob("*.arrow"))
        found = []
        for unit in range(2 * self._buckets):
            told = self._work / "ordered" / f"{unit:03d}.json"
            if not told.exists():
                events = shuffle.read(paths, unit, self._found)
                if self._members is not None:
                    joined = shuffle.read(members, unit, self._joined)
                    events = pa.concat_tables([events, joined], promote_options="default")
                done = ordered(self._database, events, schema)
                if unit < self._buckets or done.events.num_rows:
                    with shuffle.whole(self._path(unit)) as made:
                        pq.write_table(done.events, made, compression="zstd", row_group_size=_ROWS)
                self._write_wrong(f"ordered-{unit:03d}", iter(done.wrong))
                with shuffle.whole(told) as made:
                    made.write_bytes(msgspec.json.encode(parts_of(done.events, done.known)))
            found.append(msgspec.json.decode(told.read_bytes(), type=Parts))
            self._tell("ordering members", unit + 1, 2 * self._buckets)
        return found

    def _path(self, unit: int) -> Path:
        if unit < self._buckets:
            return self._folder / folder_of(unit) / PART
        return self._folder / GUESTS / f"part-{unit - self._buckets:03d}.parquet"

    # ---- what was left out -----------------------------------------------------------------------

    def _write_wrong(self, name: str, wrong: Iterator[tuple[int, Wrong]]) -> None:
        path = self._work / "wrong" / f"{name}.parquet"
        with shuffle.whole(path) as made, pq.ParquetWriter(made, WRONG) as file:
            while some := list(islice(wrong, _AT_ONCE)):
                file.write_table(_wrong_rows(iter(some)))

    def wrong(self) -> Iterator[tuple[Any, ...]]:
        """Why rows were not taken, in the order of the files: as the columns of `WRONG`."""
        found = self._database.execute(
            "from read_parquet(?) order by file, number, place, code, reason",
            [str(self._work / "wrong" / "*.parquet")],
        )
        while some := found.fetchmany(_AT_ONCE):
            yield from some

    def known(self) -> int:
        """How many purchases were told more than once."""
        paths = (self._work / "purchases").glob("*.arrow")
        return sum(shuffle.note_of(path, Passed).known for path in paths)


_ENROLLED = "enrolled.json"
_PLACE = ("file", "ord", "number", "offset", "length")


def _wrong_rows(wrong: Iterator[tuple[int, Wrong]]) -> pa.Table:
    rows = [
        (file, one.row.number, place, one.row.text, one.code, one.text, one.event)
        for place, (file, one) in enumerate(wrong)
    ]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in WRONG]
    return pa.table(columns, schema=WRONG)


def _with_source(rows: pa.Table, before: Last) -> tuple[pa.Table, Last]:
    """The rows, each with its purchase's source, which may stand in the first of its rows only; and
    the last one."""
    if rows.num_rows == 0:
        return rows, before
    sources = rows.column("source")
    empty: Marks = np.array(sources.to_numpy() == "", np.bool_)
    if empty.any() and (before.source or not empty.all()):
        names = rows.column("id")
        new = np.ones(len(empty), np.bool_)
        same = (names.to_numpy()[1:] == names.to_numpy()[:-1]) & names.is_valid().to_numpy()[1:]
        new[1:] = ~same
        new[0] = names[0].as_py() is None or names[0].as_py() != before.id
        place = np.arange(len(empty))
        start = np.maximum.accumulate(np.where(new, place, 0))
        near = np.maximum.accumulate(np.where(empty, -1, place))
        texts = np.concatenate((sources.to_numpy(), [before.source, ""]))
        first = ~np.logical_or.accumulate(new)  # still of the purchase before
        carried = np.where(first & (near < 0), len(empty), len(empty) + 1)
        filled = np.where(near >= start, near, carried)
        column = pa.array(texts[filled], pa.string())
        rows = rows.set_column(rows.schema.get_field_index("source"), "source", column)
    last = rows.slice(rows.num_rows - 1).to_pylist()[0]
    return rows, Last(last["id"], last["source"] or "")

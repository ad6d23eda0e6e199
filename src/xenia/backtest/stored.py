"""A stored history as the source of a backtest: read by SQL where that says all, else by event."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import overload

import pyarrow.compute as pc
import pyarrow.parquet as pq

from xenia.backtest import columns_bucket
from xenia.backtest.columns import BucketRows, ColumnReader, keys_of
from xenia.backtest.columns_answers import Answers
from xenia.backtest.columns_kept import KeptRows
from xenia.backtest.columns_recipe import Recipe
from xenia.backtest.history import History
from xenia.backtest.reading import Key
from xenia.backtest.sources import Bucket, StoredSource
from xenia.backtest.tables import Vector
from xenia.engine.account import NO_KEY
from xenia.engine.plan import Plan
from xenia.programme.model import Programme
from xenia.programme.scope import money_decimals
from xenia.services.inputs import UnusableError

KEPT = 2  # recipes of those that are run together: the programme, and what it is held against
MOST_AT_ONCE = 8  # buckets, however many processors there are


@dataclass(frozen=True)
class HistorySource:
    """See `Source`; `key` is what chance goes by.  `assumes`: see `read_members`.

    Rows that were made are kept in the history's folder, for whoever needs the same again.
    """

    history: History
    key: bytes = NO_KEY
    assumes: bool = False
    _readers: dict[int, ColumnReader] = field(default_factory=dict, init=False)

    @property
    def buckets(self) -> int:
        """See `Source`."""
        return self.history.told.buckets

    @property
    def first(self) -> int:
        """See `Source`."""
        return self.history.told.of_members.begins or 0

    @property
    def last(self) -> int:
        """See `Source`."""
        return self.history.told.of_members.last or 0

    @property
    def events(self) -> Mapping[str, int]:
        """See `Source`."""
        return self.by_event.events

    @property
    def left_out(self) -> Mapping[str, int]:
        """See `Source`."""
        return self.by_event.left_out

    @cached_property
    def redeems(self) -> bool:
        """See `Source`."""
        return any(map(spends, self.history.paths()))

    @property
    def side_by_side(self) -> int:
        """See `Source`: DuckDB, and the loop, leave Python to others."""
        return min(MOST_AT_ONCE, os.cpu_count() or 1)

    def read(self, plan: Plan, bucket: int, *, claims: bool) -> Bucket:
        """See `Source`."""
        with self.opened(bucket) as opened:
            return opened.read(plan, bucket, claims=claims)

    def opened(self, bucket: int) -> OpenBucket:
        """A bucket for several programmes, one after the other: what one of them reads of it that
        another has read, is not read again."""
        return OpenBucket(self, bucket, self._paths[bucket], self._kept)

    def reader(self, plan: Plan) -> ColumnReader:
        """That of a plan, for all buckets."""
        between = self.first, self.last
        return self._readers.setdefault(
            id(plan), ColumnReader(plan, key=self.key, between=between, assumes=self.assumes)
        )

    @cached_property
    def _paths(self) -> Sequence[Path]:
        return self.history.paths()

    @cached_property
    def _kept(self) -> KeptRows:
        return KeptRows(self.history.folder)

    @cached_property
    def by_event(self) -> StoredSource:
        """The same, whose events are read one by one."""
        told, stored = self.history.told, self.history.events
        return StoredSource(
            stored, told.buckets, told.of_members, told.of_guests, self.redeems, self.key,
            self.assumes,
        )  # fmt: skip


class OpenBucket:
    """A bucket of a stored history for one programme after the other; see `HistorySource.opened`.

    Its rows are made where none by their recipe are in memory, or were kept beside the history;
    those that are made for the first of its programmes are kept there.
    """

    def __init__(self, source: HistorySource, number: int, path: Path, kept: KeptRows) -> None:
        self._source, self._number, self._path = source, number, path
        self._open: columns_bucket.Bucket | None = None
        self._made, self._kept, self._may_keep = Answers(), kept, KEPT

    def __enter__(self) -> OpenBucket:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def read(self, plan: Plan, bucket: int, *, claims: bool) -> Bucket:
        """See `Source`."""
        reader = self._source.reader(plan)
        if reader.beyond:
            return self._source.by_event.read(plan, bucket, claims=claims)
        found = self._rows(reader)
        return Bucket(
            found.rows, found.members.to_pylist(), found.left_out, _Keys(self._path, found.place)
        )

    def _rows(self, reader: ColumnReader) -> BucketRows:
        if reader.why:  # by what they are made is not plain data
            return reader.made(self._path)
        recipe = reader.recipe(self._path)
        self._made.turn()
        if not recipe.plain:  # nor is that of enrolments
            return reader.filled(reader.made_of(self._opened(reader), recipe))
        found = self._made.of((recipe,), lambda: self._unfilled(reader, recipe))
        if not reader.fills:
            return found
        # The next programme may have the same rows, and other numbers in them.
        own = found.rows._replace(numbers=found.rows.numbers.copy())
        return reader.filled(replace(found, rows=own))

    def _unfilled(self, reader: ColumnReader, recipe: Recipe) -> BucketRows:
        """Rows that were kept, or are made now."""
        found = self._kept.read(recipe.print, self._number, self._path)
        if found is None:
            found = reader.made_of(self._opened(reader), recipe)
            if self._may_keep:
                self._may_keep -= 1
                self._kept.keep(recipe.print, self._number, self._path, found)
        return found

    def _opened(self, reader: ColumnReader) -> columns_bucket.Bucket:
        if self._open is None or not reader.suits(self._open, self._path):
            self._close()
            self._open = reader.opened(self._path)
        self._open.answers.turn()
        return self._open

    def _close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def spends(path: Path) -> bool:
    """Whether anybody asks to spend anything in a bucket: its footer says so, as a rule."""
    with pq.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            group = file.metadata.row_group(number)
            units = [group.column(at) for at in range(group.num_columns)]
            known = [one for one in units if one.path_in_schema.startswith("spend.")]
            if any(
                one.statistics is None
                or not one.statistics.has_null_count
                or one.statistics.null_count < one.num_values
                for one in known
            ):
                spend = file.read_row_group(number, columns=["spend"])["spend"]
                if pc.any(pc.greater(pc.list_value_length(spend), 0)).as_py():
                    return True
    return False


@dataclass(frozen=True, eq=False)
class _Keys(Sequence[Key]):
    """The place of each row's event, which only programmes with budgets ask for."""

    path: Path
    place: Vector

    @overload
    def __getitem__(self, row: int) -> Key: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Key]: ...
    def __getitem__(self, row: int | slice) -> Key | Sequence[Key]:
        return self._read[row]

    def __len__(self) -> int:
        return len(self.place)

    @cached_property
    def _read(self) -> Sequence[Key]:
        return [Key(*key) for key in keys_of(self.path, self.place)]


def beside(candidate: Programme, other: Programme) -> Programme:
    """The other programme, to be held against a candidate: in its money, and by its clock, where
    its own money is another one.  The report says so.

    Raises UnusableError where its amounts are written with other decimals than that money has.
    """
    if other.money == candidate.money:
        return other
    if other.rules and money_decimals(other) != money_decimals(candidate):
        raise UnusableError(
            f'the amounts of "{other.id}" are in {other.money}, and those of "{candidate.id}" in '
            f"{candidate.money}, which has other decimals: write it with that `money`"
        )
    return replace(other, money=candidate.money, timezone=candidate.timezone)


def history_for(
    folder: Path, programmes: Sequence[Programme], *, assumes: bool = False
) -> HistorySource:
    """The history in a folder, whose money is that of all these programmes; `assumes`: see
    `read_members`.

    Raises UnusableError.
    """
    history = History.open(folder)
    told = history.told
    for programme in programmes:
        if (told.money, told.money_decimals) != (programme.money, money_decimals(programme)):
            raise UnusableError(
                f"{folder}: its amounts are in {told.money}, and those of the programme "
                f'"{programme.id}" in {programme.money}: say the same `money` in the programme, or '
                "import the purchases anew in that of the programme"
            )
    if not told.members:
        raise UnusableError(f"{folder}: there is no member's event in it")
    return HistorySource(history, assumes=assumes)

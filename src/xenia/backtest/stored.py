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

from xenia.backtest.columns import BucketRows, ColumnReader, keys_of
from xenia.backtest.columns_kept import KeptRows
from xenia.backtest.history import MEMBERS, History
from xenia.backtest.reading import Key
from xenia.backtest.sources import Bucket, StoredSource
from xenia.backtest.tables import Vector
from xenia.engine.account import NO_KEY
from xenia.engine.plan import Plan
from xenia.programme.model import Programme
from xenia.programme.scope import money_decimals
from xenia.services.inputs import UnusableError

MOST_AT_ONCE = 8  # buckets, however many processors there are


@dataclass(frozen=True)
class HistorySource:
    """See `Source`; `key` is what chance goes by.

    Rows that were made are kept in the history's folder, for whoever needs the same again.
    """

    history: History
    key: bytes = NO_KEY
    _readers: list[tuple[Plan, ColumnReader]] = field(default_factory=list, init=False)

    @property
    def buckets(self) -> int:
        """See `Source`."""
        return self.history.told.buckets

    @property
    def first(self) -> int:
        """See `Source`."""
        return self.history.told.of_members.first or 0

    @property
    def last(self) -> int:
        """See `Source`."""
        return self.history.told.of_members.last or 0

    @property
    def events(self) -> Mapping[str, int]:
        """See `Source`."""
        return self._by_event.events

    @property
    def left_out(self) -> Mapping[str, int]:
        """See `Source`."""
        return self._by_event.left_out

    @cached_property
    def redeems(self) -> bool:
        """See `Source`."""
        return any(
            pc.any(pc.greater(pc.list_value_length(spend), 0)).as_py()
            for path in self.history.paths()
            for spend in (pq.read_table(path, columns=["spend"])["spend"],)
        )

    @property
    def side_by_side(self) -> int:
        """See `Source`: DuckDB, and the loop, leave Python to others."""
        return min(MOST_AT_ONCE, os.cpu_count() or 1)

    def read(self, plan: Plan, bucket: int, *, claims: bool) -> Bucket:
        """See `Source`."""
        reader = self._reader(plan)
        if reader.beyond:
            return self._by_event.read(plan, bucket, claims=claims)
        path = self._paths[bucket]
        found = reader.filled(self._made(reader, bucket, path))
        return Bucket(
            found.rows, found.members.to_pylist(), found.left_out, _Keys(path, found.place)
        )

    def _reader(self, plan: Plan) -> ColumnReader:
        for known, reader in self._readers:
            if known is plan:
                return reader
        found = ColumnReader(plan, key=self.key, between=(self.first, self.last))
        self._readers[:] = [(plan, found)]
        return found

    def _made(self, reader: ColumnReader, bucket: int, path: Path) -> BucketRows:
        """The rows of a bucket, not filled yet: those that were kept, or made now."""
        members = self._members
        if reader.why:  # by what they are made is not plain data
            return reader.made(path, members)
        recipe = reader.recipe(path, members).print
        files = [path] if members is None else [path, members]
        found = self._kept.read(recipe, bucket, files)
        if found is None:
            found = reader.made(path, members)
            self._kept.keep(recipe, bucket, files, found)
        return found

    @cached_property
    def _paths(self) -> Sequence[Path]:
        return self.history.paths()

    @cached_property
    def _members(self) -> Path | None:
        members = self.history.folder / MEMBERS
        return members if members.is_file() else None

    @cached_property
    def _kept(self) -> KeptRows:
        return KeptRows(self.history.folder)

    @cached_property
    def _by_event(self) -> StoredSource:
        told, stored = self.history.told, self.history.events
        return StoredSource(
            stored, told.buckets, told.of_members, told.of_guests, self.redeems, self.key
        )


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
    """The other programme, to be held against a candidate: one without rules, which gives nothing
    in any money, has the candidate's money and time zone."""
    if other.rules:
        return other
    return replace(other, money=candidate.money, timezone=candidate.timezone)


def history_for(folder: Path, programmes: Sequence[Programme]) -> HistorySource:
    """The history in a folder, whose money is that of all these programmes.

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
    return HistorySource(history)

"""Rows of files set out by whose they are: on disk, so that memory does not grow with the files.

SQLite sorts what does not fit into memory; nothing of it outlives the import that made it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

_MANY = 20_000  # rows that are written together
_TABLES = """
create table staged (member text, kind integer, file integer, number integer, cells blob);
create table named (what text, member text, file integer, number integer);
create table kept (what blob);
"""
_SORT = """
create table sorted as
    select member, kind, file, number, cells from staged order by member, kind, file, number;
drop table staged;
create index by_what on named (what);
create table shared as
    select what from named group by what having min(member) <> max(member) or count(*) > 1;
create index shared_what on shared (what);
"""
_PAGES = -65_536  # KiB of memory that SQLite keeps for itself


class Staged(NamedTuple):
    """A row: of which kind and file, and its number in it; `cells` are its values, as JSON."""

    member: str
    kind: int
    file: int
    number: int
    cells: bytes


class Staging:
    """Rows to be set out; `sort` comes between writing and reading."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows: list[Staged] = []
        self._named: list[tuple[str, str, int, int]] = []
        self._kept: list[tuple[bytes]] = []
        self.number = 0

    def add(self, row: Staged, names: Sequence[str] = ()) -> None:
        """A row; `names` are what only one row may have."""
        self._rows.append(row)
        self.number += 1
        for name in names:
            self._named.append((name, row.member, row.file, row.number))
        if len(self._rows) >= _MANY:
            self._write()

    def sort(self) -> None:
        """All rows are there."""
        self._write()
        self._connection.executescript(_SORT)

    def by_member(self) -> Iterator[tuple[str, list[Staged]]]:
        """Each member's rows, members in the order of their bytes."""
        query = "select member, kind, file, number, cells from sorted order by rowid"
        member, rows = "", list[Staged]()
        for found in self._connection.execute(query):
            row = Staged(*found)
            if row.member != member and rows:
                yield member, rows
                rows = []
            member = row.member
            rows.append(row)
        if rows:
            yield member, rows

    def keep(self, what: bytes) -> None:
        """Something that was made of rows, to be taken up again in the same order."""
        self._kept.append((what,))
        if len(self._kept) >= _MANY:
            self._write()

    def kept(self) -> Iterator[bytes]:
        """All that was kept."""
        self._write()
        for (what,) in self._connection.execute("select what from kept order by rowid"):
            yield what

    def shared(self) -> Iterator[tuple[str, str, int, int]]:
        """What several rows have of which only one may: name, member, file and number of each."""
        query = """
            select what, member, file, number from named
            where what in (select what from shared) order by what, file, number
        """
        yield from self._connection.execute(query)

    def _write(self) -> None:
        with self._connection:
            if self._rows:  # there is no such table any more once they are sorted
                self._connection.executemany(
                    "insert into staged values (?, ?, ?, ?, ?)", self._rows
                )
            self._connection.executemany("insert into named values (?, ?, ?, ?)", self._named)
            self._connection.executemany("insert into kept values (?)", self._kept)
        self._rows.clear()
        self._named.clear()
        self._kept.clear()


@contextmanager
def staging() -> Iterator[Staging]:
    """Room for rows in the folder for temporary files, until the end of the block."""
    with TemporaryDirectory(prefix="xenia-") as folder:
        path = Path(folder) / "rows"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("pragma journal_mode = off")
            connection.execute("pragma synchronous = off")
            connection.execute(f"pragma cache_size = {_PAGES}")
            connection.execute("pragma temp_store = file")
            connection.executescript(_TABLES)
            yield Staging(connection)

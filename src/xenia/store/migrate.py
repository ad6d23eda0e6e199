"""Brings the tables up to date: each migration is one file of SQL in `migrations`.

Alembic keeps which of them a database has, and runs the others in order and in one transaction.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg
from psycopg.rows import TupleRow

from xenia.store.database import Database, DatabaseUnavailable

FOLDER = Path(__file__).parent / "migrations"
TABLE = "alembic_version"
LOCK_SECONDS = 300  # while another process upgrades
SPACE = 1  # the number of the space `default`
SECRET_BYTES = 32


@dataclass(frozen=True)
class Migration:
    """One step from a version of the tables to the next: 0001 of `0001-ledger.sql`."""

    number: str
    name: str
    path: Path


@dataclass(frozen=True)
class Status:
    """How far a database is.  `current`: its version, None if it is empty."""

    current: str | None
    newest: str
    pending: tuple[str, ...]  # what an upgrade would do
    newer: bool  # a later program has upgraded it


@cache
def migrations() -> tuple[Migration, ...]:
    """All migrations of this program, in order."""
    found: list[Migration] = []
    for path in sorted(FOLDER.glob("*.sql")):
        named = re.fullmatch(r"(\d{4})-([a-z0-9-]+)", path.stem)
        if named is None or int(named[1]) != len(found) + 1:
            raise AssertionError(f"{path.name}: migrations are 0001-name.sql, 0002-… without gaps")
        found.append(Migration(named[1], path.stem, path))
    return tuple(found)


def status(database: Database) -> Status:
    """Which migrations a database has, and which it lacks.  Raises DatabaseUnavailable."""
    with database.connect(autocommit=True) as connection:
        return _status(_current(connection))


def require_current(database: Database) -> None:
    """Raise DatabaseUnavailable if a database is not of just this program's version."""
    found = status(database)
    if found.newer:
        raise DatabaseUnavailable(_newer(database, found))
    if found.pending:
        has = "is empty" if found.current is None else f"is at {found.current}"
        raise DatabaseUnavailable(
            f"database {database.name}: this {has}, and this program needs {found.newest}: "
            "run `xenia database upgrade`"
        )


def upgrade(database: Database, to: str | None = None) -> tuple[str, ...]:
    """Do all that is pending, in one transaction; the names of what was done.

    `to`: the number of the last migration to do; None for all. Of several processes one does it and
    the others find it done. Raises DatabaseUnavailable, and psycopg.Error where a migration fails.
    """
    # Alembic takes longer to import than most verbs take to do, and few upgrade.
    from xenia.store.migrating import run, transaction

    _make_table(database)
    with transaction(database) as (connection, driver):
        # Not an advisory lock: those are lost behind a pooler.
        driver.execute(f"set local lock_timeout = '{LOCK_SECONDS}s'")
        driver.execute(f"lock table {TABLE} in exclusive mode")
        driver.execute("set local lock_timeout to default")
        found = _status(_current(driver))
        if found.newer:
            raise DatabaseUnavailable(_newer(database, found))
        last = migrations()[-1].number if to is None else to
        names = tuple(name for name in found.pending if name[:4] <= last)
        if names:
            run(migrations(), last, connection, driver)
            _make_space(driver)
    return names


def _status(current: str | None) -> Status:
    newest = migrations()[-1].number
    pending = tuple(one.name for one in migrations() if current is None or one.number > current)
    return Status(current, newest, pending, current is not None and current > newest)


def _newer(database: Database, found: Status) -> str:
    return (
        f"database {database.name}: this is at {found.current}, and this program knows nothing "
        f"after {found.newest}: run the version of xenia that upgraded it, or a later one"
    )


def _current(connection: psycopg.Connection[TupleRow]) -> str | None:
    there = connection.execute("select to_regclass(%s)", [TABLE]).fetchone()
    if there is None or there[0] is None:
        return None
    row = connection.execute(f"select max(version_num) from {TABLE}").fetchone()
    return None if row is None else row[0]


def _make_table(database: Database) -> None:
    """Make the table that is locked, in a transaction of its own: two may come to an empty one."""
    with database.connect(autocommit=True) as connection:
        if connection.execute("select to_regclass(%s)", [TABLE]).fetchone() != (None,):
            return
        try:
            connection.execute(
                f"create table if not exists {TABLE} "
                f"(version_num varchar(32) not null constraint {TABLE}_pkc primary key)"
            )
        except psycopg.errors.InsufficientPrivilege:
            raise DatabaseUnavailable(
                f"database {database.name}: its user may not make tables: "
                "make them its owner (`alter database … owner to …`)"
            ) from None
        except (
            psycopg.errors.UniqueViolation,
            psycopg.errors.DuplicateTable,
            psycopg.errors.DuplicateObject,  # the type of its rows, which is made first
        ):
            pass  # another process was quicker


def _make_space(driver: psycopg.Connection[TupleRow]) -> None:
    """Every database has the space `default`, with a secret that nobody else knows."""
    driver.execute(
        "insert into space (space_id, name, secret, recorded_at) values (%s, 'default', %s, now()) "
        "on conflict do nothing",
        [SPACE, secrets.token_bytes(SECRET_BYTES)],
    )

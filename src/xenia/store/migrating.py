"""Has Alembic do migrations: the one module that imports it, which takes half a second."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING

import psycopg
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import Script
from alembic.script.revision import RevisionMap
from psycopg.rows import TupleRow
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from xenia.store.database import Database, DatabaseUnavailable

if TYPE_CHECKING:
    from xenia.store.migrate import Migration


@contextmanager
def transaction(
    database: Database,
) -> Iterator[tuple[Connection, psycopg.Connection[TupleRow]]]:
    """A transaction as Alembic wants it, with the connection of the driver that is in it."""
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: database.connect(statement_seconds=0),
        poolclass=NullPool,
    )
    try:
        with engine.begin() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)
            yield connection, driver
    except psycopg.errors.LockNotAvailable:
        raise DatabaseUnavailable(
            f"database {database.name}: other processes hold its tables: "
            "stop those that use it, and try again"
        ) from None
    finally:
        engine.dispose()


def run(
    migrations: Sequence[Migration],
    last: str,
    connection: Connection,
    driver: psycopg.Connection[TupleRow],
) -> None:
    """Do what is pending up to the migration of a number; Alembic notes each in its table."""
    before: str | None = None
    scripts = []
    for migration in migrations:
        module = ModuleType(migration.name)
        module.__dict__["down_revision"] = before
        module.__dict__["upgrade"] = lambda path=migration.path: driver.execute(
            path.read_text("utf-8").encode()
        )
        scripts.append(Script(module, migration.number, str(migration.path)))
        before = migration.number
    known = RevisionMap(lambda: scripts)

    def steps(heads: tuple[str, ...], _context: MigrationContext) -> list[MigrationStep]:
        pending = known.iterate_revisions(last, heads, implicit_base=True)
        return [
            MigrationStep.upgrade_from_script(known, one)
            for one in reversed(list(pending))
            if isinstance(one, Script)
        ]

    MigrationContext.configure(connection, opts={"fn": steps}).run_migrations()

"""Opens the database of this installation: the one that is named, else one of our own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from xenia.store.database import Database, DatabaseUnavailable
from xenia.store.embedded import EmbeddedServer
from xenia.store.migrate import require_current, status, upgrade


@contextmanager
def opened() -> Iterator[Database]:
    """The database that XENIA_DATABASE_URL names, else that of an embedded server, while in here.

    Its tables may be missing or old.  Raises DatabaseUnavailable, also where a connection to it
    is lost in here.
    """
    if url := named():
        with _told(Database(url)) as database:
            yield database
        return
    with EmbeddedServer(home()) as server, _told(Database(server.url)) as database:
        yield database


@contextmanager
def _told(database: Database) -> Iterator[Database]:
    """What the driver raises where a database fails, as a sentence."""
    try:
        yield database
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        said = error.diag.message_primary or " ".join(str(error).split())
        raise DatabaseUnavailable(
            f"database {database.name}: it failed ({said}): see that it runs, then try again"
        ) from error


@contextmanager
def ready() -> Iterator[Database]:
    """The same, with the tables that this program needs.  Raises DatabaseUnavailable.

    An embedded database that is new gets them by itself; else it takes `xenia database upgrade`.
    """
    with opened() as database:
        if not named() and status(database).current is None:
            upgrade(database)
        require_current(database)
        yield database


def named() -> str | None:
    """The address of the database that the operator names; None: use our own."""
    return os.environ.get("XENIA_DATABASE_URL") or None


def home() -> Path:
    """The folder of what this installation keeps: XENIA_HOME, else where the system has such."""
    if folder := os.environ.get("XENIA_HOME"):
        return Path(folder)
    return Path("/var/lib/xenia") if os.geteuid() == 0 else Path.home() / ".local/share/xenia"

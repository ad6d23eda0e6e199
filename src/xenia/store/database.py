"""Where the database is, and how to talk to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import psycopg
from psycopg import conninfo
from psycopg.rows import TupleRow

from xenia.store.unavailable import DatabaseUnavailable

__all__ = ["OLDEST", "Database", "DatabaseUnavailable"]

OLDEST = 15  # the oldest PostgreSQL that will do
CONNECT_SECONDS = 10
STATEMENT_SECONDS = 30
LOCK_SECONDS = 10
IDLE_SECONDS = 60  # of a transaction in which nothing happens

# What PostgreSQL says when it refuses a connection, and what can be done about it.  libpq hands on
# no error code here, only the text; a server that speaks another language ends in the last line.
REMEDIES = (
    (
        r"password authentication failed|no password supplied",
        "the password is wrong",
        "correct it in XENIA_DATABASE_URL (with %-escapes for @ : / and %)",
    ),
    (
        r'database ".*" does not exist',
        "there is no such database",
        "create it (`createdb`), or correct XENIA_DATABASE_URL",
    ),
    (
        r'role ".*" does not exist|no pg_hba.conf entry|authentication failed',
        "this user is not let in",
        "correct the user in XENIA_DATABASE_URL, or let them in on the server (pg_hba.conf)",
    ),
    (
        r"too many (clients|connections)|connection slots are reserved",
        "all its connections are taken",
        "stop a process that uses it, or raise its max_connections",
    ),
    (
        r"the database system is (starting up|shutting down|in recovery mode|not yet accepting)",
        "it is starting or stopping",
        "try again in a moment",
    ),
    (
        r"resolve host|translate host name",
        "no machine of this name is known",
        "correct the host in XENIA_DATABASE_URL",
    ),
    (
        r"refused|No such file or directory|timeout|timed out|unreachable|No route",
        "it cannot be reached",
        "start PostgreSQL there, or correct XENIA_DATABASE_URL",
    ),
)


@dataclass(frozen=True)
class Database:
    """A database of PostgreSQL by its address, which may hold a password and is never printed."""

    url: str = field(repr=False)

    @property
    def name(self) -> str:
        """What people may see: which database on which machine."""
        parts = _parts(self.url)
        host = str(parts.get("host") or parts.get("hostaddr") or "this machine")
        port = "" if host.startswith("/") else f":{parts.get('port') or 5432}"
        return f"{parts.get('dbname') or parts.get('user') or 'database'} at {host}{port}"

    def connect(
        self,
        *,
        autocommit: bool = False,
        reads: bool = False,
        statement_seconds: int = STATEMENT_SECONDS,
    ) -> psycopg.Connection[TupleRow]:
        """A new connection in UTC whose statements, locks and idle transactions end in time.

        `reads`: it only reads, but in transactions that say otherwise.
        `statement_seconds`: how long one statement may take; 0 for as long as it wants.
        Raises DatabaseUnavailable.
        """
        parts = _parts(self.url)
        # Later settings win: the address may say other limits, but not another time zone.
        settings = (
            f"-c statement_timeout={statement_seconds}s -c lock_timeout={LOCK_SECONDS}s "
            f"-c idle_in_transaction_session_timeout={IDLE_SECONDS}s "
            f"-c default_transaction_read_only={'on' if reads else 'off'} "
            f"{parts.get('options') or ''} -c timezone=UTC"
        )
        try:
            connection = psycopg.connect(
                self.url,
                autocommit=autocommit,
                options=settings,
                application_name=str(parts.get("application_name") or "xenia"),
                client_encoding="utf8",
                connect_timeout=parts.get("connect_timeout") or CONNECT_SECONDS,
            )
        except psycopg.ProgrammingError:
            raise _no_address() from None
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable(self._refused(error)) from None
        if (version := connection.info.server_version) < OLDEST * 10_000:
            connection.close()
            raise DatabaseUnavailable(
                f"database {self.name}: this is PostgreSQL {version // 10_000}: "
                f"upgrade it to {OLDEST} or later, or name another in XENIA_DATABASE_URL"
            )
        return connection

    def _refused(self, error: psycopg.OperationalError) -> str:
        if error.pgconn is not None and error.pgconn.needs_password:
            what, remedy = "it asks for a password", "put one into XENIA_DATABASE_URL"
            return f"database {self.name}: {what}: {remedy}"
        text = str(error)
        for pattern, what, remedy in REMEDIES:
            if re.search(pattern, text):
                return f"database {self.name}: {what}: {remedy}"
        said = " ".join(text.split())
        return f"database {self.name}: it cannot be used: correct XENIA_DATABASE_URL ({said})"


def _parts(url: str) -> dict[str, str | int | None]:
    try:
        return conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise _no_address() from None


def _no_address() -> DatabaseUnavailable:
    # What libpq says about it quotes the address, and so perhaps the password.
    form = "postgresql://USER:PASSWORD@HOST:5432/NAME"
    return DatabaseUnavailable(
        "XENIA_DATABASE_URL: this is not an address of a PostgreSQL database: "
        f"write {form}, with %-escapes for @ : / and % in the password"
    )

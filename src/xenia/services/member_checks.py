"""Checks members within one snapshot of the database: here, or in a process of its own."""

from __future__ import annotations

import atexit
import signal
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Generic, Protocol, TypeVar

from psycopg import Connection, IsolationLevel, sql

from xenia.services.account_check import Stored, check_account
from xenia.services.discrepancies import Checked
from xenia.services.fingerprints import sent_of_members
from xenia.services.published import Published, Space, load_space
from xenia.services.quickening import quicken
from xenia.store import accounts, guards, ledger, refused_spends, taken_back
from xenia.store.database import Database
from xenia.store.posting import Scope


class _Owned(Protocol):
    """A row of a member."""

    @property
    def member(self) -> str: ...


R = TypeVar("R", bound=_Owned)


def check_members(
    connection: Connection[Any], space: Space, published: Published, members: Sequence[str]
) -> Checked:
    """Fold the accounts of members again, who stand in the database's order of their ids."""
    scope = Scope(space.space_id, published.programme_id)
    rows = accounts.accounts(connection, scope, members)
    vouchers = _by_member(accounts.vouchers(connection, scope, members))
    lots = _by_member(ledger.lots(connection, scope, members))
    wallets = _by_member(ledger.wallets(connection, scope, members))
    remains = taken_back.remains_of(connection, scope, members)
    waiting = taken_back.waiting_of(connection, scope, members)
    claims = taken_back.claims_of(connection, scope, members)
    spending = _by_member(guards.spent(connection, scope, members))
    refused = _by_member(refused_spends.of_members(connection, scope, members))
    sent = sent_of_members(connection, space, members)
    steps = _Stream(ledger.steps(connection, scope, members))
    entries = _Stream(ledger.entries(connection, scope, members))
    whole = Checked()
    for member in members:
        stored = Stored(
            account=rows.get(member),
            steps=steps.of(member),
            entries=entries.of(member),
            vouchers=vouchers.get(member, ()),
            lots=lots.get(member, ()),
            wallets=wallets.get(member, ()),
            sent=sent,
            remains=remains.get(member, {}),
            waiting=waiting.get(member, ()),
            claims=claims.get(member, ()),
            spending=spending.get(member, ()),
            refused=refused.get(member, ()),
        )
        whole.add(check_account(published, member, stored))
        # What could not be folded is not read to its end.
        steps.skip(member)
        entries.skip(member)
    return whole


def _by_member(rows: Iterable[R]) -> Mapping[str, Sequence[R]]:
    found: defaultdict[str, list[R]] = defaultdict(list)
    for row in rows:
        found[row.member].append(row)
    return found


class _Stream(Generic[R]):
    """Rows in the order of their members, given out to one after another."""

    def __init__(self, rows: Iterator[R]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def of(self, member: str) -> Iterator[R]:
        """The next rows, as far as they are this member's."""
        while self._next is not None and self._next.member == member:
            row, self._next = self._next, next(self._rows, None)
            yield row

    def skip(self, member: str) -> None:
        """Leave out what is left of a member's rows."""
        for _ in self.of(member):
            pass


# ---- a snapshot, and processes that share it -----------------------------------------------------


@contextmanager
def snapshot_of(database: Database, shared: str | None = None) -> Iterator[Connection[Any]]:
    """A connection that sees one snapshot, its own or a shared one, and writes nothing."""
    with database.connect(statement_seconds=0) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        if shared is not None:
            statement = sql.SQL("set transaction snapshot {}")
            connection.execute(statement.format(sql.Literal(shared)))
        # While others look at it, nothing may happen in it for long.
        connection.execute("set local idle_in_transaction_session_timeout = 0")
        yield connection


def exported(connection: Connection[Any]) -> str:
    """The name by which other processes share the snapshot of a connection, while that is open."""
    row = connection.execute("select pg_export_snapshot()").fetchone()
    assert row is not None, "a function returns a row"
    return str(row[0])


class _There:
    """What a process of its own works with."""

    connection: Connection[Any]
    space: Space


def begin(database: Database, snapshot: str, space: str) -> None:
    """Prepare this process to check members in a shared snapshot."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the process that waits for this one
    stack = ExitStack()
    _There.connection = stack.enter_context(snapshot_of(database, snapshot))
    _There.space = load_space(_There.connection, space)
    quicken(_There.space)
    atexit.register(stack.close)


def check_there(programme: str, members: Sequence[str]) -> Checked:
    """`check_members`, in a process that has begun."""
    space = _There.space
    return check_members(_There.connection, space, space.programmes[programme], members)

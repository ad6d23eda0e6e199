"""Statements that go to the database together, in one transaction and few round trips.

They are prepared, and all that they take is encoded by us: a batch of a hundred events costs half
of what it does by psycopg's cursors, and two round trips where those make nine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import psycopg
from psycopg import Connection, errors, generators
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.pq import DiagnosticField, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

from xenia.store.columns import KINDS, column, scalar


class Call(NamedTuple):
    """A statement with the values that it is to be run with."""

    name: bytes
    text: bytes
    values: Sequence[bytes | None]


class Statement:
    """SQL with `{name}` for each of its `words`, and `{given}` for rows that have its `columns`.

    Both are written as in `"name kind, name kind"`; kinds are those of `xenia.store.columns`.
    """

    def __init__(self, name: str, text: str, *, words: str, columns: str = "") -> None:
        names, self._words = _split(words)
        told = {
            one: f"${place}::{KINDS[kind].type}"
            for place, (one, kind) in enumerate(zip(names, self._words, strict=True), start=1)
        }
        names, self._columns = _split(columns)
        # Beside each other in `select`, not in `from`, where each would be stored before it is
        # read: that takes PostgreSQL a tenth of the time of a batch.
        given = ", ".join(
            f"unnest(${place}::{KINDS[kind].type}[]) as {one}"
            for place, (one, kind) in enumerate(
                zip(names, self._columns, strict=True), start=len(told) + 1
            )
        )
        self.name = name.encode()
        self.text = text.format(**told, given=f"(select {given}) as given").encode()

    def of(self, words: Iterable[Any], rows: Sequence[Sequence[Any]] = ()) -> Call:
        """The statement with values for its words, and rows."""
        values = [scalar(*pair) for pair in zip(self._words, words, strict=True)]
        turned = zip(*rows, strict=True) if rows else [()] * len(self._columns)
        values += [column(*pair) for pair in zip(self._columns, turned, strict=True)]
        return Call(self.name, self.text, values)


def _split(described: str) -> tuple[list[str], list[str]]:
    """The names and the kinds of "name kind, name kind"."""
    pairs = [one.split() for one in described.split(",") if one.strip()]
    return [name for name, _ in pairs], [kind for _, kind in pairs]


_BEGIN = Statement("begin", "begin", words="").of(())
_COMMIT = Statement("commit", "commit", words="").of(())
_ROLLBACK = Statement("rollback", "rollback", words="").of(())
_FINE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
_prepared: WeakKeyDictionary[Connection[Any], set[bytes]] = WeakKeyDictionary()


class Together:
    """A transaction on a connection that is in none; begun by the first `run` (or `begin`).

    It is over with the last `run`, or else at the end of the block; after an error nothing of it
    is left.  Or else all is run `within` a transaction that somebody else has begun, and ends.
    """

    def __init__(self, connection: Connection[Any], *, within: bool = False) -> None:
        """`within` a transaction that somebody else has begun, and will end."""
        self.connection = connection
        self._within = within
        self._open = within
        self._over = False

    def __enter__(self) -> Together:
        status = self.connection.pgconn.transaction_status
        there = status in (TransactionStatus.INTRANS, TransactionStatus.INERROR)
        assert there == self._within, "this connection is in a transaction already, or in none"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._open or self._within:
            return
        if error is None:
            self.run((), last=True)
        else:
            # What has happened is told by the error; a connection that is lost cannot do this.
            with suppress(psycopg.Error):
                # Not psycopg's, which forgets all prepared statements, also those of others.
                _run(self.connection, (_ROLLBACK,))

    def begin(self) -> None:
        """Begin now, for statements that are not run by this."""
        if not self._open:
            self.run(())

    def run(self, calls: Sequence[Call], *, last: bool = False) -> list[PGresult]:
        """Run statements one after the other, and commit after the `last`; what each answers.

        Raises what psycopg raises for the first that fails: then none after it has been run.
        """
        assert not self._over, "the transaction is over"
        opening = () if self._open else (_BEGIN,)
        closing = (_COMMIT,) if last and not self._within else ()
        self._open = True
        try:
            found = _run(self.connection, (*opening, *calls, *closing))
        except errors.InvalidSqlStatementName:
            # Somebody has deallocated all; it shows at the first statement, so nothing has begun.
            if not opening:
                raise
            _prepared.pop(self.connection)
            found = _run(self.connection, (*opening, *calls, *closing))
        if closing:
            self._open, self._over = False, True
            if found[-1].command_status != b"COMMIT":
                raise errors.InFailedSqlTransaction("the transaction was rolled back")
        return found[len(opening) : len(opening) + len(calls)]

    def rows(self, result: PGresult, make: Callable[[Sequence[Any]], Any] = tuple) -> list[Any]:
        """The rows of an answer, each made of its values."""
        transformer = Transformer(self.connection)
        transformer.set_pgresult(result)
        return transformer.load_rows(0, result.ntuples, make)


def _run(connection: Connection[Any], calls: Sequence[Call]) -> list[PGresult]:
    prepared = _prepared.setdefault(connection, set())
    new = {call.name: call.text for call in calls if call.name not in prepared}
    pgconn = connection.pgconn
    pgconn.enter_pipeline_mode()
    try:
        for name, text in new.items():
            pgconn.send_prepare(name, text)
        for name, _, values in calls:
            formats = (Format.BINARY,) * len(values)
            pgconn.send_query_prepared(name, values, formats, result_format=Format.BINARY)
        pgconn.pipeline_sync()
        found = connection.wait(_answers(pgconn))
    except BaseException:
        connection.close()  # nobody knows what it would answer to what comes next
        raise
    pgconn.exit_pipeline_mode()
    prepared.update(name for name, done in zip(new, found, strict=False) if done.status in _FINE)
    for result in found:
        if result.status not in _FINE:
            raise _error(result)
    return found[len(new) :]


def _answers(pgconn: PGconn) -> PQGen[list[PGresult]]:
    yield from generators.send(pgconn)
    found: list[PGresult] = []
    while True:
        (result,) = yield from generators.fetch_many(pgconn)
        if result.status == ExecStatus.PIPELINE_SYNC:
            return found
        found.append(result)


def _error(result: PGresult) -> psycopg.Error:
    if result.error_field(DiagnosticField.SQLSTATE) is None:  # libpq's own: the connection is lost
        return psycopg.OperationalError(result.get_error_message())
    return errors.error_from_result(result)

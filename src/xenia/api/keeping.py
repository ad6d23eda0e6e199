"""Keeps what a worker needs: the spaces with their programmes as published, and the keys."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable, Iterator

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.api.desks import Desks
from xenia.api.gate import Gate
from xenia.api.request_log import RequestLog
from xenia.services.keys import key_of
from xenia.services.poster import now
from xenia.services.published import Space, load_space
from xenia.services.roles import session_key
from xenia.store import keys, staff
from xenia.store import programmes as store
from xenia.store.database import Database, DatabaseUnavailable
from xenia.store.migrate import SPACE

_log = logging.getLogger(__name__)

PAUSE = 2.0  # seconds between two looks at what is published


class Keeper:
    """Looks into the database from a thread of its own, so that requests never wait for it."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        desks: Desks,
        looked: Callable[[Space], None] = lambda _: None,
        *,
        log: RequestLog | None = None,
    ) -> None:
        self._database, self._gate, self._desks, self._looked = database, gate, desks, looked
        self._log = log
        self._access: tuple[int, int] | None = None  # spaces and keys as they were read last
        self._connection: Connection[TupleRow] | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self._lost = False

    def start(self) -> None:
        """Look once, and from then on now and then."""
        self._look()
        self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._stop.set()
        self._thread.join()
        self._disconnect()

    def _run(self) -> None:
        while not self._stop.wait(PAUSE):
            try:
                self._look()
            except Exception:  # noqa: BLE001 - the next look may succeed, and somebody must look
                _log.exception("the programmes cannot be read")
                self._disconnect()

    def _look(self) -> None:
        try:
            if self._connection is None:
                self._connection = self._database.connect(autocommit=True)
            spaces = list(self._read(self._connection))
        except (DatabaseUnavailable, psycopg.Error) as trouble:
            if not self._lost:
                said = str(trouble) if isinstance(trouble, DatabaseUnavailable) else None
                kind = type(trouble).__name__
                _log.warning("the database is not reached", extra={"error": kind, "because": said})
            self._lost = True
            self._disconnect()
            return
        if self._lost:
            _log.info("the database is reached again")
        self._lost = False
        first = not self._desks.spaces
        self._desks.hold(spaces)
        if first:
            _settle()  # the database may have come late, and with it all the programmes
        for space in spaces:
            self._looked(space)
        if self._log is not None and self._connection is not None:
            self._log.flush(self._connection, now())  # last: nothing else depends on it

    def _read(self, connection: Connection[TupleRow]) -> Iterator[Space]:
        """All spaces as they are published; keys, where any has changed."""
        known = self._desks.spaces
        yield load_space(connection, known=known.get(SPACE))
        if used := self._gate.used():
            keys.used(connection, used, now())
            staff.used(connection, used, now())
        access = keys.access(connection)
        if access != self._access:
            held = [(row.digest, key_of(row)) for row in keys.in_use(connection)]
            held += [(row.digest, session_key(row)) for row in staff.sessions(connection, now())]
            self._gate.hold(held, any_ever=access[1] > 0)
            self._access = access
        for row in store.spaces(connection):
            if row.space_id != SPACE:
                yield load_space(connection, row.name, known=known.get(row.space_id))

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _settle() -> None:
    """What is here by now stays: to look through it for garbage again and again would hold up
    requests for tens of milliseconds."""
    gc.collect()
    gc.freeze()

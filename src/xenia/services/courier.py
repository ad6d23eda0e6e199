"""Tells others what was recorded, in rounds: empties the outbox, sends what is due, forgets what is
old."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection

from xenia.notifiers import Notifier
from xenia.services.delivering import SECOND, Delivering, Posts
from xenia.services.messaging import Messaging
from xenia.services.telling import Telling
from xenia.services.working import Stop
from xenia.store import deliveries
from xenia.store.database import Database, DatabaseUnavailable

_log = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between rounds in which there was nothing to do
AWAY = 10.0  # seconds, while the database is away
KEPT_DAYS = 30
_KEPT = KEPT_DAYS * 86_400 * SECOND
_FORGOTTEN = 1_000  # deliveries at a time


@dataclass(frozen=True, slots=True)
class Told:
    """What one round has come to: rows of the outbox, and what was sent."""

    rows: int = 0
    sent: int = 0
    forgotten: int = 0


@dataclass(slots=True)
class Courier:
    """Works until it is stopped; several may at once.  `clock` says the time in microseconds."""

    database: Database
    stop: Stop
    clock: Callable[[], int]
    sender: Posts
    notifiers: Sequence[Notifier] = ()

    def forever(self) -> None:
        """Round after round; while the database is away, it waits for it."""
        go_on(self.stop, self._rounds)

    def once(self) -> Told:
        """Tell of all that there is, and send all that is due.  Raises DatabaseUnavailable, and
        what psycopg raises."""
        with self._working() as (telling, delivering):
            rows = sum(telling.run())
            return Told(rows, delivering.run(), self._forget(telling))

    def _rounds(self) -> None:
        with self._working() as (telling, delivering):
            while not self.stop.is_set():
                if self._round(telling, delivering) == Told() and not delivering.busy:
                    self.stop.wait(PAUSE)
            delivering.finish()

    def _round(self, telling: Telling, delivering: Delivering) -> Told:
        rows = sent = 0
        for done in telling.run():
            rows += done
            sent += delivering.step(0)
            if self.stop.is_set():
                break
        sent += delivering.step(PAUSE)
        return Told(rows, sent, self._forget(telling))

    def _forget(self, telling: Telling) -> int:
        return deliveries.forget(telling.connection, self.clock() - _KEPT, _FORGOTTEN)

    @contextmanager
    def _working(self) -> Iterator[tuple[Telling, Delivering]]:
        with self.database.connect(autocommit=True) as connection:
            by = [one.name for one in self.notifiers]
            delivering = Delivering(connection, self.sender, self.clock, self.stop.is_set)
            try:
                yield Telling(connection, self.clock, by), delivering
            finally:
                delivering.close()


@dataclass(slots=True)
class Messenger:
    """Sends messages to members until it is stopped, beside the courier who finds out about them:
    a slow server of e-mails holds up no webhook."""

    database: Database
    stop: Stop
    clock: Callable[[], int]
    notifiers: Sequence[Notifier]
    public_url: str | None = None  # by which browsers know the service

    def forever(self) -> None:
        """Round after round; while the database is away, it waits for it."""
        if self.notifiers:
            go_on(self.stop, self._rounds)

    def once(self) -> int:
        """Send all that is due: how many there were."""
        with self.database.connect(autocommit=True) as connection:
            return self._messaging(connection).run()

    def _messaging(self, connection: Connection[Any]) -> Messaging:
        return Messaging(connection, self.notifiers, self.clock, self.public_url)

    def _rounds(self) -> None:
        with self.database.connect(autocommit=True) as connection:
            messaging = self._messaging(connection)
            while not self.stop.is_set():
                if not messaging.step():
                    self.stop.wait(PAUSE)


def go_on(stop: Stop, rounds: Callable[[], None], what: str = "telling others") -> None:
    """Work until it is stopped, whatever happens; while the database is away, wait for it.  `what`
    says in the log which work that is."""
    while not stop.is_set():
        try:
            rounds()
        except (DatabaseUnavailable, psycopg.Error) as error:
            _log.warning("%s waits %d s for the database: %s", what, AWAY, error)
        except Exception:  # noqa: BLE001 - nothing is lost by it, and somebody must go on
            _log.exception("%s waits %d s", what, AWAY)
        stop.wait(AWAY)

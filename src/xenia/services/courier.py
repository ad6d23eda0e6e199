"""Tells others what was recorded, in rounds: empties the outbox, sends what is due, forgets what is
old."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from xenia.services.delivering import SECOND, Delivering, Posts
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

    def forever(self) -> None:
        """Round after round; while the database is away, it waits for it."""
        while not self.stop.is_set():
            pause = PAUSE
            try:
                self._rounds()
            except (DatabaseUnavailable, psycopg.Error) as error:
                _log.warning("webhooks wait %d s for the database: %s", AWAY, error)
                pause = AWAY
            except Exception:  # noqa: BLE001 - nothing is lost by it, and somebody must go on
                _log.exception("webhooks wait %d s", AWAY)
                pause = AWAY
            self.stop.wait(pause)

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
            delivering = Delivering(connection, self.sender, self.clock, self.stop.is_set)
            try:
                yield Telling(connection, self.clock), delivering
            finally:
                delivering.close()

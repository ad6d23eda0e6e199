"""The background work in rounds: moments are recorded, what is due is done, and the days that are
over are summed up."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol

import psycopg
from psycopg import Connection

from xenia.services import projections
from xenia.services.celebrating import Celebrating
from xenia.services.merging import confirm_over
from xenia.services.posted import OutdatedError
from xenia.services.published import Published, Space, load_space
from xenia.services.quickening import quicken
from xenia.services.quoting import forget_quotes
from xenia.services.reaching import reach_all
from xenia.services.refused_spends import forget_refused
from xenia.services.reserving import clear_away
from xenia.services.sweeping import Sweeper
from xenia.store.database import Database, DatabaseUnavailable
from xenia.store.posting import Scope
from xenia.store.programmes import spaces

_log = logging.getLogger(__name__)

PAUSE = 60.0  # seconds between rounds


class Stop(Protocol):
    """What ends the work: a threading.Event."""

    def is_set(self) -> bool:
        """Whether to end."""

    def wait(self, timeout: float) -> bool:
        """Wait at most so many seconds; whether to end."""

    def set(self) -> None:
        """End."""


@dataclass(slots=True)
class Round:
    """What was done for one programme of a space in one round; `totals` are rows of sums by day,
    `moments` what has come of itself, such as birthdays."""

    space: str
    programme: str
    accounts: int = 0
    entries: int = 0
    vouchers: int = 0
    totals: int = 0
    moments: int = 0

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.accounts or self.totals or self.moments)


@dataclass(slots=True)
class Worker:
    """Works until it is stopped; `clock` says the time in microseconds, `until` (an instant) ends
    what counts as due before that."""

    database: Database
    stop: Stop
    clock: Callable[[], int]
    until: int | None = None
    _known: dict[str, Space] = field(default_factory=dict)

    def forever(self) -> Iterator[Round]:
        """Round after round, with pauses; while the database is away, it waits for it.

        What fails of one programme holds up nothing else: it is told, and tried again.
        """
        while not self.stop.is_set():
            try:
                yield from self._round(self._set_aside)
            except (DatabaseUnavailable, psycopg.OperationalError) as error:
                _log.warning("trying again in %d s: %s", PAUSE, error)
            self.stop.wait(PAUSE)

    def once(self) -> Iterator[Round]:
        """One round over the programmes of all spaces; stops between two chunks when it is to stop.

        Raises DatabaseUnavailable, what psycopg raises, and what fails.
        """
        return self._round(lambda _where: nullcontext())

    def _round(self, aside: Callable[[str], AbstractContextManager[None]]) -> Iterator[Round]:
        # To sum up many days for the first time takes long.
        with self.database.connect(autocommit=True, statement_seconds=0) as connection:
            for row in spaces(connection):
                space = self._load(connection, row.name)
                quicken(space)
                with aside(space.name):
                    self._clear(connection, space)
                for name in sorted(space.programmes):
                    if not self.stop.is_set():
                        with aside(f"{space.name}/{name}"):
                            yield self._programme(connection, space, name)

    @contextmanager
    def _set_aside(self, where: str) -> Iterator[None]:
        try:
            yield
        except (DatabaseUnavailable, psycopg.OperationalError):
            raise
        except Exception:  # noqa: BLE001 - of the database or of ours: the others go on
            _log.exception("the work of %s has failed, and is tried again", where)

    def _clear(self, connection: Connection[Any], space: Space) -> None:
        """What has been asked for and is over."""
        now = self.clock()
        clear_away(connection, space.space_id, now)
        confirm_over(connection, space, now)
        forget_quotes(connection, now)
        forget_refused(connection, now)

    def _load(self, connection: Connection[Any], name: str) -> Space:
        self._known[name] = load_space(connection, name, known=self._known.get(name))
        return self._known[name]

    def _programme(self, connection: Connection[Any], space: Space, name: str) -> Round:
        done = Round(space.name, name)
        while True:
            published = space.programmes[name]
            try:
                reach_all(connection, space.space_id, published)
                until = self._until()  # the same for both, as one goes before the other
                self._celebrate(connection, space, published, done, until)
                self._sweep(connection, space, published, done, until)
                break
            except OutdatedError:
                space = self._load(connection, space.name)
        if not self.stop.is_set():
            through = projections.last_settled_day(published, self.clock())
            scope = Scope(space.space_id, published.programme_id)
            done.totals = projections.follow(connection, scope, through)
        return done

    def _celebrate(
        self,
        connection: Connection[Any],
        space: Space,
        published: Published,
        done: Round,
        until: int,
    ) -> None:
        """Before the sweep, so that what is due goes before them day by day, as it does where an
        event calls them forth."""
        celebrating = Celebrating(connection, space, published, self.clock)
        for recorded in celebrating.run(until):
            done.moments += recorded
            if self.stop.is_set():
                return

    def _until(self) -> int:
        return self.clock() if self.until is None else self.until

    def _sweep(
        self,
        connection: Connection[Any],
        space: Space,
        published: Published,
        done: Round,
        until: int,
    ) -> None:
        if self.stop.is_set():
            return
        scope = Scope(space.space_id, published.programme_id)
        sweeper = Sweeper(connection, scope, published, self.clock)
        for swept in sweeper.run(until):
            done.accounts += swept.accounts
            done.entries += swept.entries
            done.vouchers += swept.vouchers
            if self.stop.is_set():
                return

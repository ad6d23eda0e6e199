"""Runs the backtests that wait, one after the other, each in a process that everything else goes
before; and forgets those that ended long ago."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import msgspec
import psycopg
from psycopg import Connection

from xenia.services.backtest_process import (
    COMMAND,
    Ended,
    Found,
    Process,
    Progress,
    Refused,
    running,
)
from xenia.services.backtests import missing
from xenia.services.courier import go_on
from xenia.services.delivering import SECOND
from xenia.services.histories import Histories
from xenia.services.inputs import UnusableError
from xenia.services.problems import Problem
from xenia.services.working import Stop
from xenia.store import backtests as store
from xenia.store.backtests import Claimed
from xenia.store.database import Database, DatabaseUnavailable

_log = logging.getLogger(__name__)

SETTING = "XENIA_BACKTEST_DAYS"
KEPT_DAYS = 90
LEASE = 60 * SECOND  # after which somebody else takes it, if nothing was heard
BEAT = 1.0  # seconds between two times that it is said how far a backtest is
PAUSE = 2.0  # seconds between looks while none waits
LOST_MOST = 3
_DAY = 86_400 * SECOND
_Write = Callable[[Connection[Any], int], bool]
_FORGOTTEN = 100  # at a time
_SLICE = 0.5  # seconds after which a stop is noticed, at the latest

_FAULT = (
    "the run was ended by a fault of the program: the worker's log says which; please report it "
    "with the programme"
)


def kept_days(environment: Mapping[str, str]) -> int:
    """For how many days what has ended is kept: XENIA_BACKTEST_DAYS.  Raises UnusableError."""
    written = environment.get(SETTING, "").strip()
    if not written:
        return KEPT_DAYS
    known = written.isascii() and written.isdigit() and len(written) <= 5
    if not (known and 1 <= int(written) <= 36_500):
        raise UnusableError(f"{SETTING}: {written[:20]!r} is no number of days from 1 to 36500")
    return int(written)


@dataclass(slots=True)
class Backtester:
    """Works until it is stopped; several may, of which none runs what another does.  `clock` says
    the time in microseconds; `command` is the program that runs a backtest."""

    database: Database
    stop: Stop
    clock: Callable[[], int]
    days: int = KEPT_DAYS
    command: Sequence[str] = COMMAND
    beat: float = BEAT
    # Told which process runs which backtest.
    began: Callable[[Claimed, int], None] = field(default=lambda _claimed, _pid: None)

    def forever(self) -> None:
        """One after the other; while the database is away, it waits for it."""
        if (lacking := missing()) is None:
            go_on(self.stop, self._rounds, "running backtests")
        else:
            _log.info(
                f"no backtests are run here: pip install 'xenia[fast]' ({lacking} is missing)"
            )

    def once(self) -> int:
        """Run all that wait: how many there were.  Raises DatabaseUnavailable, and what psycopg
        raises."""
        ran = 0
        if missing() is None:
            with self.database.connect(autocommit=True) as connection:
                while not self.stop.is_set() and self._step(connection):
                    ran += 1
                while self._forget(connection):
                    pass
        return ran

    def _rounds(self) -> None:
        with self.database.connect(autocommit=True) as connection:
            while not self.stop.is_set():
                if not self._step(connection) and not self._forget(connection):
                    self.stop.wait(PAUSE)

    def _forget(self, connection: Connection[Any]) -> int:
        return store.forget(connection, self.clock() - self.days * _DAY, _FORGOTTEN)

    def _step(self, connection: Connection[Any]) -> bool:
        """Take one and run it; False: there is none."""
        now = self.clock()
        claimed = store.claim(connection, now=now, until=now + LEASE)
        if claimed is None:
            return False
        if claimed.lost >= LOST_MOST:
            self._fail(connection, claimed, _gone("its worker was killed, or its machine stopped"))
            return True
        asked: dict[str, Any] = msgspec.json.decode(claimed.asked)
        path = Histories.of(claimed.space).path(asked["history"])
        if isinstance(path, Problem):
            self._fail(connection, claimed, path.detail)
            return True
        with running({**asked, "history": str(path)}, self.command) as process:
            self.began(claimed, process.pid)
            _Run(self, connection, claimed, process).follow()
        return True

    def _fail(self, connection: Connection[Any], claimed: Claimed, why: str) -> None:
        store.failed(connection, claimed, why, now=self.clock())


@dataclass(slots=True)
class _Run:
    """One backtest while it runs."""

    by: Backtester
    connection: Connection[Any]
    claimed: Claimed
    process: Process
    last: Progress = field(default_factory=lambda: Progress(0, ""))
    kept_at: float = 0.0

    def follow(self) -> None:
        """Until it ends, is cancelled, is somebody else's, or the worker is to stop."""
        before = self.connection
        try:
            self._follow()
        finally:
            if self.connection is not before:
                self.connection.close()

    def _follow(self) -> None:
        self.kept_at = monotonic()
        while True:
            if self.by.stop.is_set():
                store.give_back(self.connection, self.claimed, lost=False)
                return
            said = self.process.wait(min(self.by.beat, _SLICE))
            if isinstance(said, Progress):
                self.last = said
            elif said is not None:
                self._settle(self._end_by(said))
                return
            if not self._kept():
                return

    def _kept(self) -> bool:
        """Say how far it is, unless that was said just now; False: it is not ours any more."""
        if monotonic() - self.kept_at < self.by.beat:
            return True
        self.kept_at = monotonic()
        try:
            return store.keep(
                self.connection,
                self.claimed,
                until=self.by.clock() + LEASE,
                permille=min(1000, max(0, self.last.permille)),
                doing=self.last.doing[:200],
            )
        except psycopg.OperationalError:
            # The database may be back in a moment, and much has been computed.
            self._connect_again()
            return True

    def _settle(self, write: _Write) -> None:
        """Write how it has ended, also if the database is away for a while."""
        while True:
            try:
                write(self.connection, self.by.clock())
                return
            except psycopg.OperationalError:
                if self.by.stop.wait(self.by.beat):
                    return  # nobody hears of it any more, and somebody else runs it again
                self._connect_again()

    def _connect_again(self) -> None:
        try:
            self.connection = self.by.database.connect(autocommit=True)
        except DatabaseUnavailable as error:
            _log.warning("a backtest goes on without the database: %s", error)

    def _end_by(self, said: Found | Refused | Ended) -> _Write:
        """What is written of it."""
        mine = self.claimed
        if isinstance(said, Found):
            report, page = bytes(said.report), said.page.encode()
            return lambda to, now: store.done(to, mine, report, page, now=now)
        if isinstance(said, Refused):
            why = said.why
        elif said.code >= 0:
            _log.error("a backtest failed", extra={"because": said.wrote})
            why = _FAULT
        elif mine.lost + 1 < LOST_MOST:
            return lambda to, _now: store.give_back(to, mine, lost=True)
        else:
            why = _gone(f"it was killed ({signal.Signals(-said.code).name})")
        return lambda to, now: store.failed(to, mine, why, now=now)


def _gone(how: str) -> str:
    return (
        f"{how} {LOST_MOST} times while it ran: most often the memory does not suffice: "
        "have it run where there is more, or over a smaller history"
    )

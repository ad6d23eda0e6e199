"""Posts what arrives, in batches that form by themselves: whatever waits when a thread is free.

There is no timer: one event that comes alone is posted alone.  Events of one member are posted by
one thread in the order in which they came.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import psycopg
from psycopg import Connection, errors

from xenia.events.model import member_name
from xenia.services.posting import OutdatedError, PoisonedError, Posted, post
from xenia.services.published import Space, load_space
from xenia.services.taking import Taken
from xenia.store.database import Database, DatabaseUnavailable

_log = logging.getLogger(__name__)

_PATIENCE = 10.0  # seconds that a batch is tried again for
_PAUSES = (0.0, 0.05, 0.2, 0.5, 1.0)  # seconds between tries
_TRY_AGAIN = (
    errors.DeadlockDetected,
    errors.SerializationFailure,
    errors.LockNotAvailable,
    errors.QueryCanceled,
)


class QueueFull(Exception):  # noqa: N818 - a state of the service, not a mistake
    """More waits than can be posted in reasonable time: come again later."""


class NotPosted:
    """Why an event got no answer."""

    __slots__ = ("code",)

    def __init__(self, code: str) -> None:
        self.code = code


UNAVAILABLE = NotPosted("database-unavailable")  # perhaps recorded: the same event again will tell
FAILED = NotPosted("internal-error")  # not recorded: a fault of ours
Result = Posted | NotPosted
Done = Callable[[list[Result]], None]


def now() -> int:
    """Microseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much may wait, and how much goes into one batch."""

    events_waiting: int = 10_000
    lines_waiting: int = 200_000
    events_in_batch: int = 500
    lines_in_batch: int = 10_000


class _Job:
    """Events that came together, and who wants their answers."""

    __slots__ = ("_left", "_lock", "done", "results")

    def __init__(self, size: int, done: Done) -> None:
        self.done, self.results = done, [UNAVAILABLE] * size
        self._left, self._lock = size, threading.Lock()

    results: list[Result]

    def answered(self, number: int) -> None:
        """So many more have their answer; with the last of them, all are handed over."""
        with self._lock:
            self._left -= number
            over = self._left == 0
        if over:
            self.done(self.results)


@dataclass(slots=True)
class _Waiting:
    job: _Job
    place: int
    taken: Taken

    def answer(self, result: Result) -> None:
        self.job.results[self.place] = result
        self.job.answered(1)


@dataclass(slots=True)
class Observed:
    """What one batch was, for measures: how many events, and seconds from start to commit."""

    events: int
    seconds: float


@dataclass(slots=True)
class _Line:
    """What waits for one thread."""

    waiting: deque[_Waiting] = field(default_factory=deque)
    changed: threading.Condition = field(default_factory=threading.Condition)


class Poster:
    """Posts the events of one space, with `threads` connections of its own."""

    def __init__(
        self,
        database: Database,
        space: Space,
        *,
        threads: int = 2,
        bounds: Bounds | None = None,
        clock: Callable[[], int] = now,
        observe: Callable[[Observed], None] = lambda _: None,
    ) -> None:
        self._database, self._bounds = database, bounds or Bounds()
        self._clock, self._observe = clock, observe
        self.space = space
        self._closing = False
        self._count = threading.Lock()
        self._events = self._sizes = 0
        self._lines = [_Line() for _ in range(threads)]
        self._threads = [
            threading.Thread(target=self._run, args=(line,), name=f"poster-{number}", daemon=True)
            for number, line in enumerate(self._lines)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def waiting(self) -> int:
        """How many events have no answer yet."""
        return self._events

    def submit(self, items: Sequence[Taken], done: Done) -> None:
        """Post events; `done` gets one result each, in their order, from another thread.

        Raises QueueFull, and then none of them is posted.
        """
        if not items:
            done([])
            return
        size = sum(item.lines for item in items)
        self._reserve(len(items), size)
        job = _Job(len(items), done)
        for place, item in enumerate(items):
            line = self._lines[_which(item) % len(self._lines)]
            with line.changed:
                line.waiting.append(_Waiting(job, place, item))
                line.changed.notify()

    def close(self) -> None:
        """Post what waits, then stop.  Nothing may be submitted any more."""
        self._closing = True
        for line in self._lines:
            with line.changed:
                line.changed.notify()
        for thread in self._threads:
            thread.join()

    def reload(self) -> None:
        """Read the programmes anew."""
        with self._database.connect() as connection:
            self.space = load_space(connection, self.space.name)

    def _reserve(self, events: int, size: int) -> None:
        bounds = self._bounds
        with self._count:
            # What comes when nothing waits is always let in, however large it is.
            full = self._events > 0 and (
                self._events + events > bounds.events_waiting
                or self._sizes + size > bounds.lines_waiting
            )
            if self._closing or full:
                raise QueueFull
            self._events += events
            self._sizes += size

    def _release(self, batch: Sequence[_Waiting]) -> None:
        with self._count:
            self._events -= len(batch)
            self._sizes -= sum(one.taken.lines for one in batch)

    # ---- one thread --------------------------------------------------------------------------

    def _run(self, line: _Line) -> None:
        worker = _Worker(self, self._database, self._clock)
        try:
            while batch := self._next(line):
                began = time.monotonic()
                results = worker.post([one.taken for one in batch])
                self._release(batch)
                self._observe(Observed(len(batch), time.monotonic() - began))
                for one, result in zip(batch, results, strict=True):
                    one.answer(result)
        finally:
            worker.disconnect()

    def _next(self, line: _Line) -> list[_Waiting]:
        """All that waits, as far as one batch holds it; nothing at the end."""
        with line.changed:
            while not line.waiting:
                if self._closing:
                    return []
                line.changed.wait()
            batch: list[_Waiting] = []
            size = 0
            while line.waiting and len(batch) < self._bounds.events_in_batch:
                size += line.waiting[0].taken.lines
                if batch and size > self._bounds.lines_in_batch:
                    break
                batch.append(line.waiting.popleft())
            return batch


def _which(taken: Taken) -> int:
    """A number that is the same for all events of a member."""
    name = member_name(taken.event.member)
    return crc32((taken.event.id if name is None else name).encode())


class _Worker:
    """Posts batches over one connection, which is made again when it breaks."""

    def __init__(self, poster: Poster, database: Database, clock: Callable[[], int]) -> None:
        self._poster, self._database, self._clock = poster, database, clock
        self._connection: Connection[Any] | None = None
        self._away = self._outdated = False

    def post(self, taken: Sequence[Taken]) -> list[Result]:
        """One result for each, in their order."""
        results: list[Result] = [UNAVAILABLE] * len(taken)
        programmes: dict[str, list[int]] = {}
        for place, item in enumerate(taken):
            programmes.setdefault(item.programme, []).append(place)
        for name, places in programmes.items():
            _placed(results, places, self._tried(name, [taken[place] for place in places]))
        return results

    def _tried(self, programme: str, taken: Sequence[Taken]) -> list[Result]:
        """Post a batch, again where that may help; an event at fault is left out."""
        # A database that was away when the last batch came is asked once: nobody waits in vain.
        until = time.monotonic() + (0.0 if self._away else _PATIENCE)
        results: list[Result] = [UNAVAILABLE] * len(taken)
        left, tries = list(range(len(taken))), 0
        while left:
            try:
                posted = self._once(programme, [taken[place] for place in left])
            except PoisonedError as fault:
                place = left.pop(fault.place)
                results[place] = FAILED
                _log.exception("an event cannot be decided", extra={"event": taken[place].key})
                continue
            except OutdatedError:
                self._outdated = True
            # Only the kind of trouble: what the database says may quote what is personal.
            except _TRY_AGAIN as trouble:
                _log.warning("a batch is tried again", extra={"error": type(trouble).__name__})
            except (psycopg.OperationalError, psycopg.InterfaceError, DatabaseUnavailable) as lost:
                _log.warning("the database is not reached", extra={"error": type(lost).__name__})
                self.disconnect()
            except Exception:  # noqa: BLE001 - of the database or of ours: every caller is answered
                _log.exception("a batch has failed")
                self.disconnect()
                found = self._halves(programme, [taken[place] for place in left])
                return _placed(results, left, found)
            else:
                self._away = False
                return _placed(results, left, posted)
            if time.monotonic() >= until:
                self._away = self._connection is None
                break
            time.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
            tries += 1
        return results

    def _once(self, programme: str, taken: Sequence[Taken]) -> list[Posted]:
        if self._outdated:
            self._poster.reload()
            self._outdated = False
        if self._connection is None:
            self._connection = self._database.connect()
        space = self._poster.space
        return post(self._connection, space, space.programmes[programme], taken, self._clock())

    def _halves(self, programme: str, taken: Sequence[Taken]) -> list[Result]:
        """Find the event that the database refuses."""
        if len(taken) == 1:
            return [FAILED]
        middle = len(taken) // 2
        return [
            *self._tried(programme, taken[:middle]),
            *self._tried(programme, taken[middle:]),
        ]

    def disconnect(self) -> None:
        """Give the connection up, whatever state it is in."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _placed(results: list[Result], places: Sequence[int], found: Sequence[Result]) -> list[Result]:
    """The results with those that were found for some places."""
    for place, result in zip(places, found, strict=True):
        results[place] = result
    return results

"""Posts what arrives, in batches that form by themselves: whatever waits when the thread is free.

There is no timer: one event that comes alone is posted alone.  All are posted by one thread, in the
order in which they came: a second one would only wait for the interpreter, and halve the batches,
each of which costs some milliseconds whatever is in it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection, errors

from xenia.services.identities import tells
from xenia.services.posted import OutdatedError, PoisonedError, Posted
from xenia.services.posting import post
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

    __slots__ = ("_done", "_results", "_size")

    def __init__(self, size: int, done: Done) -> None:
        self._size, self._done = size, done
        self._results: list[Result] = []

    def answer(self, result: Result) -> None:
        """The next of them has its answer; with the last one, all are handed over."""
        self._results.append(result)
        if len(self._results) == self._size:
            self._done(self._results)


@dataclass(slots=True)
class Observed:
    """What one batch was, for measures: how many events, and seconds from start to commit."""

    events: int
    seconds: float


class Poster:
    """Posts the events of one space, over a connection of its own."""

    def __init__(
        self,
        database: Database,
        space: Space,
        *,
        bounds: Bounds | None = None,
        clock: Callable[[], int] = now,
        observe: Callable[[Observed], None] = lambda _: None,
    ) -> None:
        self._database, self._bounds = database, bounds or Bounds()
        self._clock, self._observe = clock, observe
        self.space = space
        self._closing = False
        self._waiting: deque[tuple[_Job, Taken]] = deque()
        self._changed = threading.Condition()  # of what waits, and of what has no answer:
        self._events = self._lines = 0
        self._thread = threading.Thread(target=self._run, name="poster", daemon=True)
        self._thread.start()

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
        job, bounds = _Job(len(items), done), self._bounds
        events, lines = len(items), _lines(items)
        with self._changed:
            # What comes when nothing waits is always let in, however large it is.
            full = self._events > 0 and (
                self._events + events > bounds.events_waiting
                or self._lines + lines > bounds.lines_waiting
            )
            if self._closing or full:
                raise QueueFull
            self._events += events
            self._lines += lines
            self._waiting.extend([(job, item) for item in items])
            self._changed.notify()

    def close(self) -> None:
        """Post what waits, then stop.  Nothing may be submitted any more."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def reload(self) -> None:
        """Read the programmes anew."""
        with self._database.connect() as connection:
            self.space = load_space(connection, self.space.name)

    # ---- its thread --------------------------------------------------------------------------

    def _run(self) -> None:
        worker = _Worker(self, self._database, self._clock)
        try:
            while batch := self._next():
                began = time.monotonic()
                taken = [item for _, item in batch]
                results = worker.post(taken)
                with self._changed:
                    self._events -= len(taken)
                    self._lines -= _lines(taken)
                self._observe(Observed(len(taken), time.monotonic() - began))
                for (job, _), result in zip(batch, results, strict=True):
                    job.answer(result)
        finally:
            worker.disconnect()

    def _next(self) -> list[tuple[_Job, Taken]]:
        """All that waits, as far as one batch holds it; nothing at the end."""
        with self._changed:
            while not self._waiting:
                if self._closing:
                    return []
                self._changed.wait()
            batch: list[tuple[_Job, Taken]] = []
            lines, told = 0, False
            while self._waiting and len(batch) < self._bounds.events_in_batch:
                item = self._waiting[0][1]
                lines += item.lines
                # Who is meant is looked up once, for all of a batch.
                if batch and (lines > self._bounds.lines_in_batch or (told and item.goes_by_name)):
                    break
                batch.append(self._waiting.popleft())
                told = told or tells(item.event)
            return batch


def _lines(items: Sequence[Taken]) -> int:
    return sum([item.lines for item in items])


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
        if programme not in space.programmes:
            raise OutdatedError  # whoever read the event has seen a newer one
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

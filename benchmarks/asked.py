"""What the log of requests costs a service: each request, and each time that it is written down."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter, process_time

from benchmarks.cluster import Cluster
from benchmarks.processes import Watch
from benchmarks.purchases import now
from benchmarks.verdicts import reached
from xenia.api.keeping import PAUSE
from xenia.api.request_log import HELD, LATEST, RequestLog
from xenia.services.access import Actor
from xenia.store import request_log as store
from xenia.store.migrate import SPACE
from xenia.store.request_log import Request

MOST = 0.03  # of the processor time of a service under load
NOTES = 20_000
FLUSHES = 30  # of which one forgets what is old
_AT_ONCE = 5_000  # rows
_PROGRAM = Actor(SPACE, "key/benchmark")


@dataclass(frozen=True)
class Cost:
    """`note`: microseconds of a processor for each request; `flush`: seconds, and `busy` those of
    processors, here and in the database, each time that a full ring is written down."""

    note: float
    flush: float
    busy: float

    def share(self, request: float, workers: int, rate: float) -> float:
        """Of the processor time that requests take at such a rate (a second), `request`
        microseconds each."""
        noted = self.note / request
        written = self.busy * workers / PAUSE / (rate * request / 1e6)
        return noted + written


def cost(found: Cluster, rows: int = LATEST) -> Cost:
    """Measured on a table that has so many rows: as full as it becomes."""
    log, began, before = RequestLog(), now(), process_time()
    for _ in range(NOTES):
        log.well(_PROGRAM, "POST", began, "0" * 32)
    note = (process_time() - before) / NOTES * 1e6
    with found.database().connect(autocommit=True) as connection:
        for begun in range(0, rows, _AT_ONCE):
            store.add(connection, [_row()] * min(_AT_ONCE, rows - begun))
        connection.execute("vacuum analyze asked")
        watch, took = Watch(found.process), 0.0
        own = process_time()
        for _ in range(FLUSHES):
            for _ in range(HELD):
                log.well(_PROGRAM, "POST", began, "0" * 32)
            start = perf_counter()
            log.flush(connection, now())
            took += perf_counter() - start
        here = process_time() - own - FLUSHES * HELD * note / 1e6
        (there,) = watch.read().trees
        connection.execute("truncate asked")
    return Cost(note, took / FLUSHES, max(0.0, here + there / 1e6) / FLUSHES)


def told(found: Cost, request: float, workers: int, rate: float) -> None:
    """Say what it comes to of a run."""
    share = found.share(request, workers, rate)
    print(
        f"    the log of requests: {found.note:.1f} us a request, {found.flush * 1000:.1f} ms "
        f"({found.busy * 1000:.1f} of processors) every {PAUSE:g} s in each worker: {share:.1%} of "
        f"the processor time of requests, {reached(share <= MOST)}: to be at most {MOST:.0%}"
    )


def _row() -> Request:
    return Request(SPACE, now(), _PROGRAM.name, "POST", "/v1/events", 200, None, 1000, "0" * 32)

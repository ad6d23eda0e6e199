"""Counts what passes, for Prometheus: over all workers together, in files that they share.

With PROMETHEUS_MULTIPROC_DIR set before this is imported each worker keeps its numbers in files of
that folder, and any of them can be asked for all; without it they are this process's own.
"""

from __future__ import annotations

import os
from collections import Counter as Tally
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import prometheus_client as prometheus
from prometheus_client import multiprocess

from xenia.services.poster import NotPosted, Observed, Result
from xenia.services.taking import Taken

CONTENT_TYPE = prometheus.CONTENT_TYPE_LATEST
FOLDER = "PROMETHEUS_MULTIPROC_DIR"

K = TypeVar("K")

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_EVENTS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


class _Code(msgspec.Struct):
    code: str


class _Refused(msgspec.Struct):
    refusals: list[_Code] = []


_refused = msgspec.json.Decoder(_Refused)


class Metrics:
    """The numbers of one process.  What happens often is counted in memory and written by `flush`:
    a number in a shared file costs as much as the rest of an event's way through the dispatcher."""

    def __init__(self) -> None:
        folder = os.environ.get(FOLDER)
        self._folder = None if folder is None else Path(folder)
        self._own = prometheus.CollectorRegistry()
        self._events: Tally[tuple[str, str]] = Tally()
        self._refusals: Tally[str] = Tally()
        self._problems: Tally[str] = Tally()
        self._events_total = prometheus.Counter(
            "xenia_events",
            "Events by type, and what became of them.",
            ["type", "outcome"],
            registry=self._own,
        )
        self._refusals_total = prometheus.Counter(
            "xenia_refusals", "Claims that were refused, by code.", ["code"], registry=self._own
        )
        self._problems_total = prometheus.Counter(
            "xenia_problems",
            "Requests or events answered with a problem.",
            ["code"],
            registry=self._own,
        )
        self._batch_events = prometheus.Histogram(
            "xenia_batch_events", "Events posted together.", buckets=_EVENTS, registry=self._own
        )
        self._batch_seconds = prometheus.Histogram(
            "xenia_batch_seconds",
            "Seconds of a batch.",
            ["part"],
            buckets=_SECONDS,
            registry=self._own,
        )
        self._waiting = prometheus.Gauge(
            "xenia_events_waiting",
            "Events that have no answer yet.",
            multiprocess_mode="livesum",
            registry=self._own,
        )

    def results(self, taken: Sequence[Taken], results: Sequence[Result]) -> None:
        """What became of events."""
        for item, result in zip(taken, results, strict=True):
            if isinstance(result, NotPosted):
                self._events[item.type, result.code] += 1
            elif result.answer is None:
                self._events[item.type, "different-content"] += 1
            elif not result.new:
                self._events[item.type, "repeated"] += 1
            else:
                self._events[item.type, "recorded"] += 1
                if '"refusals":[]' not in result.answer:
                    self._refusals.update(
                        refusal.code for refusal in _refused.decode(result.answer).refusals
                    )

    def problem(self, code: str) -> None:
        """A request, or an event of one, that was answered with a problem."""
        self._problems[code] += 1

    def batch(self, observed: Observed) -> None:
        """One batch that was posted; called from any thread."""
        self._batch_events.observe(observed.events)
        self._batch_seconds.labels("whole").observe(observed.seconds)

    def flush(self, waiting: int) -> None:
        """Write what was counted since the last time, and how many events wait now."""
        for (kind, outcome), number in _taken(self._events):
            self._events_total.labels(kind, outcome).inc(number)
        for code, number in _taken(self._refusals):
            self._refusals_total.labels(code).inc(number)
        for code, number in _taken(self._problems):
            self._problems_total.labels(code).inc(number)
        self._waiting.set(waiting)

    def text(self) -> bytes:
        """All numbers, in the format of Prometheus."""
        if self._folder is None:
            return prometheus.generate_latest(self._own)
        _forget_the_dead(self._folder)
        together = prometheus.CollectorRegistry()
        untyped: Any = multiprocess
        untyped.MultiProcessCollector(together, str(self._folder))
        return prometheus.generate_latest(together)


def _taken(tally: Tally[K]) -> list[tuple[K, int]]:
    found = list(tally.items())
    tally.clear()
    return found


def _forget_the_dead(folder: Path) -> None:
    """Nothing waits in a worker that is gone."""
    for path in folder.glob("gauge_live*_*.db"):
        pid = path.stem.rpartition("_")[2]
        if not Path(f"/proc/{pid}").exists() and Path("/proc/self").exists():
            path.unlink(missing_ok=True)

"""Brings the events of a file into a space: what can be read is posted, the rest is written down.

The same file again changes nothing, so an import that was stopped is simply started again.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

import msgspec

from xenia.events.errors import EventError, Unreadable
from xenia.services import problems
from xenia.services.error_file import TABLES
from xenia.services.event_files import json_lines
from xenia.services.inputs import UnusableError
from xenia.services.poster import UNAVAILABLE, NotPosted, Poster, QueueFull, Result
from xenia.services.problems import Problem
from xenia.services.purchase_rows import NOT_IMPORTED, Found, Row, Wrong, purchases
from xenia.services.taking import Taken, take

AHEAD = 5  # minutes that an event may be ahead of our clock

_JSON_LINES = (".jsonl", ".ndjson", ".json")
_EVENTS, _LINES = 200, 4_000  # that are posted together
_UNDER_WAY = 8  # parcels that wait for their answers
_MINUTE = 60_000_000  # microseconds


class _Answer(msgspec.Struct):
    """What is counted of an answer."""

    refusals: list[msgspec.Raw]


_answers = msgspec.json.Decoder(_Answer)


@dataclass(slots=True)
class Counts:
    """Events that were recorded and that had been before, claims that were refused in the recorded
    ones, and rows that were not imported."""

    new: int = 0
    known: int = 0
    refused: int = 0
    wrong: int = 0


@dataclass(slots=True)
class _Parcel:
    """Events that are posted together, with what could not be read between them, in order."""

    items: list[tuple[Found, Taken] | Wrong] = field(default_factory=list)
    results: Sequence[Result] = ()
    answered: threading.Event = field(default_factory=threading.Event)

    @property
    def taken(self) -> list[Taken]:
        """What is to be posted."""
        return [item[1] for item in self.items if not isinstance(item, Wrong)]

    def done(self, results: Sequence[Result]) -> None:
        """The poster's answers."""
        self.results = results
        self.answered.set()


def found_in(path: Path, stream: BinaryIO) -> Iterator[Found | Wrong]:
    """The events of a file, by the ending of its name.  Raises UnusableError."""
    ending = path.suffix.lower()
    if ending in TABLES:
        return purchases(stream, path)
    if ending in _JSON_LINES:
        return (
            Found((Row(number, text.decode("utf-8", "replace")),), text)
            for number, text in json_lines(stream)
        )
    raise UnusableError(
        f"{path}: what is in it? name it .csv if it is a table, .jsonl if each line is an event"
    )


def import_events(
    poster: Poster,
    path: Path,
    stream: BinaryIO,
    errors: Callable[[Wrong], None],
    *,
    clock: Callable[[], int],
) -> Counts:
    """Post the events of a file in their order, and say what is wrong with each of the others.

    Only a bounded number of events is in memory.  Raises UnusableError where it cannot go on; what
    was posted until then is recorded.
    """
    if not poster.space.programmes:
        remedy = "run `xenia programme publish FILE` first"
        raise UnusableError(f"{path}: no programme is published here that could decide: {remedy}")
    return _Import(poster, path, errors, clock).run(found_in(path, stream))


class _Import:
    def __init__(
        self,
        poster: Poster,
        path: Path,
        errors: Callable[[Wrong], None],
        clock: Callable[[], int],
    ) -> None:
        self._poster, self._path, self._errors, self._clock = poster, path, errors, clock
        self._under_way: deque[_Parcel] = deque()
        self._counts = Counts()

    def run(self, found: Iterable[Found | Wrong]) -> Counts:
        """All of it, with its counts."""
        for parcel in self._parcels(found):
            self._submit(parcel)
        while self._under_way:
            self._finish()
        return self._counts

    def _parcels(self, found: Iterable[Found | Wrong]) -> Iterator[_Parcel]:
        parcel, lines, events = _Parcel(), 0, 0
        for item in found:
            read = item if isinstance(item, Wrong) else self._take(item)
            parcel.items += read if isinstance(read, list) else [read]
            events += 1
            lines += 1 if isinstance(item, Wrong) else len(item.rows)
            if events >= _EVENTS or lines >= _LINES:
                yield parcel
                parcel, lines, events = _Parcel(), 0, 0
        yield parcel

    def _take(self, found: Found) -> tuple[Found, Taken] | list[Wrong]:
        """The event as it can be posted, or what is wrong with each of its rows."""
        # JSON is read much faster than what it is made of.
        event = found.event
        text = event if isinstance(event, bytes) else msgspec.json.encode(event)
        taken = take(self._poster.space, text)
        if isinstance(taken, Unreadable):
            return list(reasons(found, taken.errors, taken.id))
        if taken.event.occurred_at > self._clock() + AHEAD * _MINUTE:
            return list(_refused(found, problems.in_the_future(AHEAD), taken.event.id))
        return found, taken

    def _submit(self, parcel: _Parcel) -> None:
        while len(self._under_way) >= _UNDER_WAY:
            self._finish()
        self._under_way.append(parcel)
        while True:
            try:
                self._poster.submit(parcel.taken, parcel.done)
                return
            except QueueFull:
                # What waits is ours: the oldest is answered sooner or later.
                if self._under_way[0] is parcel:
                    raise
                self._finish()

    def _finish(self) -> None:
        """Wait for the oldest parcel and count it."""
        parcel = self._under_way.popleft()
        parcel.answered.wait()
        results = iter(parcel.results)
        wrong: list[Wrong] = []
        for item in parcel.items:
            if isinstance(item, Wrong):
                wrong.append(item)
            else:
                wrong += self._count(item[0], next(results))
        # A row may have several errors, which follow each other.
        for _, reasons in groupby(wrong, key=lambda item: item.row.number):
            self._counts.wrong += 1
            for reason in reasons:
                self._errors(reason)

    def _count(self, found: Found, result: Result) -> Iterable[Wrong]:
        if isinstance(result, NotPosted):
            if result is UNAVAILABLE:
                raise UnusableError(
                    f"{self._path}: row {found.rows[0].number}: the database cannot be reached: "
                    "import the file again when it can; what is recorded is known then"
                )
            return _refused(found, problems.INTERNAL_ERROR, None)
        if result.answer is None:
            problem = problems.different_content(result.source, result.event)
            return _refused(found, problem, result.event)
        if not result.new:
            self._counts.known += 1
            return ()
        self._counts.new += 1
        if '"refusals":[]' not in result.answer:
            self._counts.refused += len(_answers.decode(result.answer).refusals)
        return ()


def _refused(found: Found, problem: Problem, event: str | None) -> Iterator[Wrong]:
    return reasons(found, [EventError(problem.code, "", problem.detail)], event)


def reasons(found: Found, errors: Sequence[EventError], event: str | None) -> Iterator[Wrong]:
    """Each error beside its row; the purchase's other rows are not imported either."""
    by_row: dict[int, list[EventError]] = {}
    for error in errors:
        by_row.setdefault(_place(error.pointer, len(found.rows)), []).append(error)
    first = found.rows[min(by_row)].number
    for place, row in enumerate(found.rows):
        for error in by_row.get(place, ()):
            yield Wrong(row, error.code, error.text, event)
        if place not in by_row:
            text = f"row {first} of the same purchase is wrong"
            yield Wrong(row, NOT_IMPORTED, text, event)


def _place(pointer: str, rows: int) -> int:
    """Which of an event's rows an error is about: that of the line it points to, else the first."""
    steps = pointer.split("/")
    if rows > 1 and len(steps) > 2 and steps[1] == "lines" and steps[2].isdecimal():
        return min(int(steps[2]), rows - 1)
    return 0

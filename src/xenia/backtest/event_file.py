"""The events of a file, as `xenia import purchases` and `xenia replay` take them, as a source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from xenia.backtest.sources import EventSource
from xenia.events.content import fingerprint
from xenia.events.errors import Unreadable
from xenia.events.model import Event
from xenia.events.read import read_event
from xenia.programme.model import Programme
from xenia.services.conventions import conventions_of
from xenia.services.importing import found_in
from xenia.services.purchase_rows import Wrong

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Unread:
    """What could not be read: the first of it in words, and how many rows there were."""

    sentences: tuple[str, ...]
    count: int


def event_source(path: Path, stream: BinaryIO, programme: Programme) -> tuple[EventSource, Unread]:
    """The events of a file as a programme reads them, in memory; what cannot be read is left out,
    and told.  Raises UnusableError."""
    reading = _Reading(path, programme)
    source = EventSource.of(reading.events(stream), reading.left_out)
    missing = Counter(source.left_out) + Counter({"unreadable": reading.wrong})
    told = EventSource(source.members, missing)
    return told, Unread(tuple(reading.sentences), reading.wrong)


class _Reading:
    def __init__(self, path: Path, programme: Programme) -> None:
        self.path = path
        self.left_out: Mapping[str, int] = {}
        self.sentences: list[str] = []
        self.wrong = 0
        self._conventions = conventions_of(programme)
        self._seen: dict[tuple[str, str], bytes | str] = {}

    def events(self, stream: BinaryIO) -> Iterator[Event]:
        """Each event once."""
        for item in found_in(self.path, stream):
            if isinstance(item, Wrong):
                self._tell(item.row.number, item.text)
                continue
            written = item.event
            text = written if isinstance(written, bytes) else msgspec.json.encode(written)
            event = read_event(text, self._conventions)
            if isinstance(event, Unreadable):
                self._tell(item.rows[0].number, event.errors[0].text)
                continue
            key, content = (event.source, event.id), fingerprint(event)
            known = self._seen.setdefault(key, content)
            if known is content:
                yield event
            elif known != content:
                self._tell(item.rows[0].number, f'"{event.id}" was there with other content')

    def _tell(self, row: int, text: str) -> None:
        self.wrong += 1
        if len(self.sentences) < _SHOWN:
            self.sentences.append(f"{self.path}:{row}: {text}")

"""Answers kept by event, so that the same event again gets the same answer."""

from __future__ import annotations

from collections.abc import Sequence
from tempfile import SpooledTemporaryFile
from typing import Any, cast

import msgspec

_IN_MEMORY = 64 * 2**20  # bytes; what is beyond goes to a temporary file


class StoredAnswers:
    """By source and id: what the event said, and the lines it was answered with."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], tuple[bytes, int, int]] = {}
        self._file: SpooledTemporaryFile[bytes] | None = None
        self._end = 0

    def fingerprint(self, source: str, name: str) -> bytes | None:
        """The content with which the event was recorded; None if it was not."""
        place = self._places.get((source, name))
        return None if place is None else place[0]

    def keep(
        self, source: str, name: str, fingerprint: bytes, lines: Sequence[dict[str, Any]]
    ) -> None:
        """Record an event's answer."""
        text = msgspec.json.encode(lines)
        file = self._opened()
        file.seek(self._end)
        file.write(text)
        self._places[source, name] = (fingerprint, self._end, len(text))
        self._end += len(text)

    def lines(self, source: str, name: str) -> list[dict[str, Any]]:
        """The answer of a recorded event."""
        _, start, length = self._places[source, name]
        file = self._opened()
        file.seek(start)
        return cast(list[dict[str, Any]], msgspec.json.decode(file.read(length)))

    def close(self) -> None:
        """Give the temporary file back."""
        if self._file is not None:
            self._file.close()

    def _opened(self) -> SpooledTemporaryFile[bytes]:
        if self._file is None:
            self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - see `close`
        return self._file

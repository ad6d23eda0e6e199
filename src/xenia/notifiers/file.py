"""Writes messages into a file, a JSON object a line: to try them out, or for another program."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from xenia.notifiers import Letter, UnsentError

SETTING = "XENIA_NOTIFY_FILE"


@dataclass(frozen=True, slots=True)
class File:
    """Appends to a file."""

    path: Path
    name: str = "file"
    kind: str | None = None

    def send(self, letter: Letter) -> None:
        """Write a message.  Raises UnsentError."""
        line = json.dumps(asdict(letter), ensure_ascii=False)
        try:
            # One write: what several processes write at the same time stays apart.
            with self.path.open("ab", buffering=0) as file:
                file.write(f"{line}\n".encode())
        except OSError as error:
            raise UnsentError(f"the file cannot be written: {error.strerror}") from None


def from_settings(settings: Mapping[str, str]) -> File | None:
    """The file that XENIA_NOTIFY_FILE names."""
    named = settings.get(SETTING)
    return File(Path(named)) if named else None

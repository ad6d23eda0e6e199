"""The file beside an import: the rows that were not imported, each with its reason."""

from __future__ import annotations

import csv
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import msgspec

from xenia.services.inputs import UnusableError
from xenia.services.purchase_rows import Wrong

TABLES = (".csv", ".tsv")
_SHOWN = 2_000  # characters of a row


class ErrorFile:
    """FILE.errors.csv, or .jsonl; it is made with the first row, and what an earlier import of the
    same file has left is removed.  Raises UnusableError where it cannot be written."""

    def __init__(self, imported: Path) -> None:
        self._table = imported.suffix.lower() in TABLES
        self.path = imported.with_suffix(".errors.csv" if self._table else ".errors.jsonl")
        self._file: TextIO | None = None

    def __enter__(self) -> ErrorFile:
        try:
            with suppress(FileNotFoundError):
                self.path.unlink()
        except OSError as error:
            raise self._unwritable(error) from None
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, wrong: Wrong) -> None:
        """One reason why a row was not imported."""
        values = {
            "row": wrong.row.number,
            "event": wrong.event,
            "code": wrong.code,
            "text": wrong.text,
            "content": wrong.row.text[:_SHOWN],
        }
        try:
            if self._file is None:
                self._file = self.path.open("w", encoding="utf-8", newline="")
                if self._table:
                    csv.writer(self._file).writerow(values)
            if self._table:
                csv.writer(self._file).writerow(values.values())
            else:
                self._file.write(msgspec.json.encode(values).decode() + "\n")
        except OSError as error:
            raise self._unwritable(error) from None

    def _unwritable(self, error: OSError) -> UnusableError:
        reason = (error.strerror or str(error)).lower()
        remedy = "make room and let its folder be written to"
        return UnusableError(
            f"{self.path}: what is wrong cannot be written down: {reason}: {remedy}"
        )

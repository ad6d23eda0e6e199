"""Writes tables to files, row by row: CSV, or Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from xenia.services.inputs import UnusableError
from xenia.services.opening_tables import PARQUET

_GROUP = 50_000  # rows of a Parquet file that are written together


class Rows(Protocol):
    """Where rows go."""

    def write(self, row: Sequence[str | None]) -> None:
        """One row, with a value for each column."""


@contextmanager
def written(path: Path, columns: Sequence[str]) -> Iterator[Rows]:
    """A file of a table with these columns, by the ending of its name: whole, or not there.

    Raises UnusableError where it cannot be written, or is there already.
    """
    if path.suffix.lower() not in (".csv", PARQUET):
        raise UnusableError(f"--out: {path}: name it .csv or {PARQUET}")
    if path.exists():
        raise UnusableError(f"--out: {path} is there already: name another, or remove it")
    part = path.with_name(f".{path.name}.part")
    try:
        rows = _Parquet(part, columns) if path.suffix.lower() == PARQUET else _Csv(part, columns)
        try:
            yield rows
        finally:
            rows.close()
        part.replace(path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UnusableError(f"--out: {path} cannot be written: {reason}") from None
    finally:
        part.unlink(missing_ok=True)


class _Csv:
    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(columns)

    def write(self, row: Sequence[str | None]) -> None:
        """See `Rows`."""
        self._writer.writerow(row)

    def close(self) -> None:
        """All rows are there."""
        self._file.close()


class _Parquet:
    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        try:
            self._arrow: Any = import_module("pyarrow")
            parquet: Any = import_module("pyarrow.parquet")
        except ImportError:
            remedy = "install it with `pip install pyarrow`, or write CSV"
            raise UnusableError(f"--out: Parquet is written by pyarrow: {remedy}") from None
        text = self._arrow.string()
        self._schema = self._arrow.schema([(name, text) for name in columns])
        self._writer = parquet.ParquetWriter(path, self._schema)
        self._rows: list[Sequence[str | None]] = []

    def write(self, row: Sequence[str | None]) -> None:
        """See `Rows`."""
        self._rows.append(row)
        if len(self._rows) >= _GROUP:
            self._flush()

    def close(self) -> None:
        """All rows are there."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            columns = [list(column) for column in zip(*self._rows, strict=True)]
            self._writer.write_table(self._arrow.table(columns, schema=self._schema))
            self._rows = []

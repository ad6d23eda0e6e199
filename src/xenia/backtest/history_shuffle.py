"""Tables in files of parts: each file has all parts, and a part is read from all files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
import pyarrow as pa

from xenia.backtest.history_reading import Numbers

T = TypeVar("T")
_NOTE = b"note"
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Where to write what shall be at `path`: either all of it will be there, or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    yield part
    part.replace(path)


def write(path: Path, table: pa.Table, part: Numbers, parts: int, note: object) -> None:
    """Write the rows of a table by the part of each, in their order; and a note, as JSON."""
    order = np.argsort(part, kind="stable")
    sorted_rows = table.combine_chunks().take(pa.array(order))
    ends = np.cumsum(np.bincount(part, minlength=parts))
    schema = table.schema.with_metadata({_NOTE: msgspec.json.encode(note)})
    with whole(path) as made, pa.ipc.new_file(made, schema, options=_OPTIONS) as file:
        start = 0
        for end in map(int, ends):
            batches = sorted_rows.slice(start, end - start).combine_chunks().to_batches()
            batch = batches[0] if batches else pa.RecordBatch.from_pylist([], table.schema)
            file.write_batch(batch)
            start = end


def read(paths: Sequence[Path], part: int, schema: pa.Schema) -> pa.Table:
    """The rows of a part, of all files in their order."""
    batches = []
    for path in paths:
        with pa.ipc.open_file(path) as file:
            assert file.num_record_batches > part, "each file has all parts"
            batch = file.get_batch(part)
            if batch.num_rows:
                batches.append(batch)
    plain = [pa.RecordBatch.from_arrays(batch.columns, schema=schema) for batch in batches]
    return pa.Table.from_batches(plain, schema)


def note_of(path: Path, kind: type[T]) -> T:
    """The note of a file."""
    with pa.ipc.open_file(path) as file:
        return msgspec.json.decode(file.schema.metadata[_NOTE], type=kind)

"""Rows of a history that were made before, kept beside it: another number of a programme makes no
others.

They are a copy of what the history says: gone, or made by another recipe, or of a file that has
changed since, they are made anew; where there is no room for them, they are not kept.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from xenia.backtest.columns import BucketRows
from xenia.backtest.history_shuffle import whole
from xenia.backtest.tables import Rows, Vector

FOLDER = "rows"
MOST = 4  # recipes by which rows are kept, those that were used last
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")
_NOTE = b"note"
_WIDTHS = (np.int8, np.int16, np.int32)


class _Note(msgspec.Struct, frozen=True):
    """Of what a file of rows was made, and what there is beside numbers."""

    file: tuple[int, int]
    left_out: dict[str, int]
    claims: list[dict[str, Any]]


class KeptRows:
    """The rows of a history's buckets that are kept in its folder."""

    def __init__(self, history: Path) -> None:
        self._folder = history / FOLDER

    def read(self, recipe: str, bucket: int, events: Path) -> BucketRows | None:
        """Those of a bucket by the recipe of that print, out of its file; None: there are none."""
        path = self._path(recipe, bucket)
        try:
            with pa.OSFile(str(path)) as source, pa.ipc.open_file(source) as file:
                note = msgspec.json.decode(file.schema.metadata[_NOTE], type=_Note)
                batch = file.get_batch(0)
        except (OSError, pa.ArrowInvalid, KeyError, msgspec.DecodeError):
            return None
        if note.file != _state(events):
            return None
        with suppress(OSError):
            path.parent.touch()  # it is used
        numbers, lengths, members, back, names, place = (column.values for column in batch.columns)
        starts = _summed(lengths)
        own = _numbers(back)
        return BucketRows(
            rows=Rows(
                numbers=_numbers(numbers),
                starts=starts,
                members=_summed(members),
                back=np.where(own > 0, np.arange(len(own)) - own, -1),
            ),
            members=names,
            place=_numbers(place).cumsum(),
            left_out=note.left_out,
            claims=note.claims,
        )

    def keep(self, recipe: str, bucket: int, events: Path, found: BucketRows) -> None:
        """Keep rows that were made, if there is room for them."""
        rows, path = found.rows, self._path(recipe, bucket)
        note = _Note(_state(events), {**found.left_out}, [{**one} for one in found.claims])
        own = np.arange(len(rows.back))
        columns = {
            "numbers": _narrow(rows.numbers),
            "lengths": _narrow(np.diff(rows.starts)),
            "members": _narrow(np.diff(rows.members)),
            "back": _narrow(np.where(rows.back >= 0, own - rows.back, 0)),
            "names": found.members,
            "place": _narrow(np.diff(found.place, prepend=0)),
        }
        lists = [pa.LargeListArray.from_arrays([0, len(one)], one) for one in columns.values()]
        batch = pa.record_batch(lists, names=[*columns])
        schema = batch.schema.with_metadata({_NOTE: msgspec.json.encode(note)})
        self._make_room(recipe)
        with (
            suppress(OSError),
            whole(path) as made,
            pa.OSFile(str(made), "wb") as sink,
            pa.ipc.new_file(sink, schema, options=_OPTIONS) as file,
        ):
            file.write_batch(batch.cast(schema))

    def _make_room(self, recipe: str) -> None:
        """Remove rows by other recipes than those that were used last."""
        folder = self._folder / recipe
        if folder.is_dir():
            return
        with suppress(OSError):
            folder.mkdir(parents=True)
            by_use = sorted(self._folder.iterdir(), key=lambda each: each.stat().st_mtime)
            for old in by_use[:-MOST]:
                shutil.rmtree(old, ignore_errors=True)

    def _path(self, recipe: str, bucket: int) -> Path:
        return self._folder / recipe / f"{bucket:03d}.arrow"


def _state(file: Path) -> tuple[int, int]:
    """By what one sees that a file is another."""
    stat = file.stat()
    return stat.st_size, stat.st_mtime_ns


def _narrow(numbers: Vector) -> pa.Array:
    """The same numbers in as few bytes each as all of them fit into."""
    least, most = int(numbers.min(initial=0)), int(numbers.max(initial=0))
    for width in _WIDTHS:
        bounds = np.iinfo(width)
        if bounds.min <= least and most <= bounds.max:
            return pa.array(numbers.astype(width))
    return pa.array(numbers)


def _numbers(column: pa.Array) -> Vector:
    """As the loop takes them, which may write into them."""
    found: Vector = column.to_numpy().astype(np.int64)
    return found


def _summed(column: pa.Array) -> Vector:
    """Where what has these lengths begins; the end last."""
    found = np.zeros(len(column) + 1, np.int64)
    np.cumsum(column.to_numpy(), out=found[1:])
    return found

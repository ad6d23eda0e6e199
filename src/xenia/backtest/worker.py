"""What a worker process of a cluster does with the members that come its way."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xenia.backtest.partition import Task, made_of, partition, plan_of
from xenia.native.cached import UnwritableCacheError, writable_home


def work(
    told: bytes, names: Sequence[str], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """The sums of whole members; `told` is a `Task` in JSON, `names` are those of the columns, of
    which the last numbers the events of each member, from 1.

    Raises RuntimeError where another Xenia is installed than there whence the task comes, and where
    the events of a member do not come together and in order.
    """
    task = _task(told)
    find_room()
    named = (pa.RecordBatch.from_arrays(batch.columns, names) for batch in batches)
    yield from partition(task, in_order(named, names[-1]))


def in_order(batches: Iterable[pa.RecordBatch], nth: str) -> Iterator[pa.RecordBatch]:
    """The same rows without the column that numbers those of each member.

    Raises RuntimeError where they do not stand together, from 1 on.
    """
    member, number = None, 0
    for batch in batches:
        if not batch.num_rows:
            continue
        names, numbers = batch.column("member"), batch.column(nth).to_numpy()
        new = np.ones(len(names), bool)
        new[0] = names[0].as_py() != member
        new[1:] = pc.not_equal(names.slice(1), names.slice(0, len(names) - 1))
        before = np.concatenate(([number], numbers[:-1]))
        if (numbers != np.where(new, 1, before + 1)).any():
            raise RuntimeError(
                "this cluster does not hand over the events of a member together and in order, "
                "so nothing can be told of them: run it without --engine spark"
            )
        member, number = names[-1].as_py(), int(numbers[-1])
        yield batch.drop_columns([nth])


@cache
def _task(told: bytes) -> Task:
    task = msgspec.json.decode(told, type=Task)
    if made_of(plan_of(task.document)) != task.made_of:
        raise RuntimeError(
            "this worker has another version of xenia than the driver: install the same on both"
        )
    return task


def find_room() -> None:
    """Machine code is kept where it always is, or else, as workers often have no home, in a folder
    of their user's among the temporary ones."""
    try:
        writable_home()
    except UnwritableCacheError:
        os.environ["XENIA_CACHE"] = str(_own_folder())


def _own_folder() -> Path:
    """Of this user alone: what is in it is run."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"xenia-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != user or found.st_mode & 0o077:
        return Path(tempfile.mkdtemp(prefix="xenia-"))
    return folder

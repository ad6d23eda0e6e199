"""Some of a history's members, folded: their events in columns go in, sums in columns come out.

Workers of a cluster run `partition`; whoever sent them adds up by `together`.  Rows are read, by
SQL where that says all, and folded by the same functions as in one process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zlib import crc32

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xenia.backtest.columns import ColumnReader, keys_of
from xenia.backtest.fold import Folded, Months, fold
from xenia.backtest.history import PART, History, event_of
from xenia.backtest.meanings import vector
from xenia.backtest.passes import Rooms
from xenia.backtest.policies import HISTORY, Policy
from xenia.backtest.reading import Key
from xenia.backtest.sources import Bucket, read_members
from xenia.backtest.tables import Rows, Table
from xenia.engine.account import NO_KEY
from xenia.engine.compile import compile_programme
from xenia.engine.plan import Plan
from xenia.programme.read import read
from xenia.programme.render import render
from xenia.services.files import zones
from xenia.services.inputs import UnusableError

AT_ONCE = 20_000  # events that are folded together, and those of the last member more
SUMMED = ("units", "times", "money", "cohorts", "levels", "counts")  # of `Folded`: they add up
OF_MEMBER = ("totals", "finals")  # those of which each member has a row
ROWS, LEFT_OUT, USED, MEMBERS = "rows", "left-out ", "used ", "members"
# Numbers of one name and place are to be added; `members` are tables of members, as a file of
# Arrow each.
SUMS = pa.schema(
    [("name", pa.string()), ("place", pa.int64()), ("number", pa.int64()), (MEMBERS, pa.binary())]
)
Sum = tuple[str, int, int, Sequence[bytes]]


class Task(msgspec.Struct, frozen=True):
    """What to do with any members of a history, as plain data.

    `document` is the programme's, as the policy has it.  Time passes up to `last`, in microseconds,
    and the local day `horizon`; months are counted from the first of `months`, since year 0.
    `made_of` is the print of all that it is done with.  `share` of chances, `least` and `watches`
    are the policy's.  `key` is that chance goes by.  `assumes`: see `read_members`.
    """

    document: str
    last: int
    horizon: int
    months: Months
    made_of: str
    key: bytes
    compiles: bool
    policy: str
    share: tuple[int, int] | None
    least: int
    watches: bool
    assumes: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a history: its sums, of the members in the order of their `names`; and how many
    events were left out, by why."""

    folded: Folded
    names: tuple[str, ...]
    left_out: Mapping[str, int]


def task_of(
    plan: Plan,
    history: History,
    policy: Policy = HISTORY,
    *,
    key: bytes = NO_KEY,
    compiles: bool = True,
    assumes: bool = False,
) -> Task:
    """A plan over a history, up to its end; it is of the programme as the policy has it."""
    sums, share = history.told.of_members, policy.share
    first, last = (plan.zone.day_of(instant or 0) for instant in (sums.begins, sums.last))
    return Task(
        document=render(plan.programme),
        last=sums.last or 0,
        horizon=last,
        months=Months.between(first, last),
        made_of=made_of(plan),
        key=key,
        compiles=compiles,
        policy=policy.name,
        share=None if share is None else (share.numerator, share.denominator),
        least=policy.least,
        watches=policy.watches,
        assumes=assumes,
    )


@lru_cache(maxsize=16)
def plan_of(document: str) -> Plan:
    """The plan of a document that was rendered."""
    reading = read(document, zones=zones())
    if reading.programme is None:
        raise ValueError(f"a document that was rendered cannot be read: {reading.findings}")
    return compile_programme(reading.programme)


def made_of(plan: Plan) -> str:
    """Equal where the same is done: by the same plan, and by the same source of this room."""
    texts = [path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("*.py"))]
    return sha256("\0".join((plan.source, repr(plan.params), *texts)).encode()).hexdigest()


# ---- there ---------------------------------------------------------------------------------------


def partition(task: Task, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The sums (`SUMS`) of whole members, whose events come one member after the other, each's in
    the order in which they occurred; of nobody there are none."""
    plan, counts = plan_of(task.document), Counter[tuple[str, int]]()
    sums: dict[str, Table] = {}
    for table in whole_members(batches, AT_ONCE):
        bucket = _read(plan, task, table)
        folded = _folded(plan, task, bucket.rows, bucket.names)
        for name in SUMMED:
            sums[name] = sums.get(name, 0) + getattr(folded, name)
        counts[ROWS, 0] += table.num_rows
        counts.update({(LEFT_OUT + why, 0): number for why, number in bucket.left_out.items()})
        counts.update(_used(plan, bucket, folded))
        yield _told_of(bucket.names, folded)
    if counts:
        yield _told(sums, counts)


def whole_members(batches: Iterable[pa.RecordBatch], at_once: int) -> Iterator[pa.Table]:
    """The same rows in tables that end where a member's do, of at least so many rows each."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        if not batch.num_rows:
            continue
        rows += batch.num_rows
        names = batch.column("member")
        begins = pc.index(names, names[-1]).as_py()
        if rows >= at_once and (begins or (held and names[-1] != held[-1].column("member")[-1])):
            yield pa.Table.from_batches([*held, batch.slice(0, begins)])
            held, rows = [], batch.num_rows - begins
            batch = batch.slice(begins)  # noqa: PLW2901 - the rest of it
        held.append(batch)
    if held:
        yield pa.Table.from_batches(held)


def _read(plan: Plan, task: Task, table: pa.Table) -> Bucket:
    """The rows of whole members."""
    reader = ColumnReader(plan, key=task.key, assumes=task.assumes)
    if reader.beyond:
        told = groupby(table.to_pylist(), itemgetter("member"))
        members = {name: [event_of(row) for row in rows] for name, rows in told}
        how = {"claims": task.share is None, "assumes": task.assumes}
        return read_members(plan, members, task.last, key=task.key, **how)
    with TemporaryDirectory(prefix="xenia-") as folder:
        path = Path(folder) / PART
        pq.write_table(table, path, compression="none")
        found = reader.read(path)
        keys = [Key(*key) for key in keys_of(path, found.place)] if plan.budgets else []
    return Bucket(found.rows, found.members.to_pylist(), found.left_out, keys)


def _folded(plan: Plan, task: Task, rows: Rows, names: Sequence[str]) -> Folded:
    """What comes of rows, each member beginning with another part of a chance to redeem."""
    share = None if task.share is None else Fraction(*task.share)
    by = 1 if share is None else share.denominator
    return fold(
        plan,
        rows,
        task.horizon,
        months=task.months,
        policy=Policy(task.policy, share, task.least, task.watches),
        phases=vector([crc32(name.encode()) % by for name in names]),
        compiles=task.compiles,
    )


def _used(plan: Plan, bucket: Bucket, folded: Folded) -> Counter[tuple[str, int]]:
    """What is used of budgets, by period, before anything is given back."""
    found, rooms = Counter[tuple[str, int]](), Rooms(plan)
    if rooms.names:
        rooms.note(0, bucket, folded)
        for use in rooms.uses[0]:
            found[USED + rooms.names[use.place.budget], use.period] += max(0, use.units)
    return found


def _told_of(names: Sequence[str], folded: Folded) -> pa.RecordBatch:
    """A row with what there is of each member."""
    columns = [pa.array(names, pa.string())]
    for name in OF_MEMBER:
        numbers: Table = getattr(folded, name)
        values = pa.array(numbers.ravel())
        columns.append(pa.FixedSizeListArray.from_arrays(values, numbers.shape[1]))
    batch = pa.record_batch(columns, names=["member", *OF_MEMBER])
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_file(sink, batch.schema, options=options) as file:
        file.write(batch)
    # Not all under one place: whoever adds up puts what is of one place into one row.
    row = (MEMBERS, crc32(names[0].encode()), len(names), sink.getvalue().to_pybytes())
    return pa.record_batch([[value] for value in row], schema=SUMS)


def _told(sums: Mapping[str, Table], counts: Mapping[tuple[str, int], int]) -> pa.RecordBatch:
    """A row for each number that is not 0."""
    rows = [(*place, number, None) for place, number in counts.items()]
    for name, table in sums.items():
        numbers = table.ravel()
        places = np.flatnonzero(numbers).tolist()
        rows += [(name, place, int(numbers[place]), None) for place in places]
    return pa.record_batch([list(column) for column in zip(*rows, strict=True)], schema=SUMS)


# ---- here ----------------------------------------------------------------------------------------


def together(task: Task, history: History, sums: Iterable[Sum]) -> Found:
    """All sums of a history added up.

    Raises UnusableError where they are not those of its rows, each member's being together; and
    where more was used of a budget than there is, so that members depend on each other.
    """
    plan = plan_of(task.document)
    nobody = Rows(*map(vector, ((), (0,), (0,), ())))
    nothing = _folded(plan, msgspec.structs.replace(task, compiles=False), nobody, ())
    tables = {name: getattr(nothing, name).copy() for name in SUMMED}
    counts, used = Counter[str](), Counter[tuple[str, int]]()
    members: list[pa.Table] = []
    for name, place, number, files in sums:
        if name in tables:
            tables[name].ravel()[place] += number
        elif name.startswith(USED):
            used[name.removeprefix(USED), place] += number
        else:
            counts[name] += number
        members += [pa.ipc.open_file(file).read_all() for file in files]
    names, rows = _members(members)
    told = history.told.of_members
    there = told.purchases + told.returns + told.enrolments
    if counts[ROWS] != there or counts[MEMBERS] != len(names):
        raise UnusableError(
            f"{history.folder}: {counts[ROWS]} events of {counts[MEMBERS]} members were read, but "
            f"it says that there are {there}, and {len(names)} members "
            "have different names: import it anew"
        )
    refuse_shared(plan, used)
    left_out = {
        name.removeprefix(LEFT_OUT): number
        for name, number in counts.items()
        if name.startswith(LEFT_OUT) and number
    }
    found: dict[str, Any] = {**tables, **rows}
    return Found(replace(nothing, **found), names, left_out)


def refuse_shared(plan: Plan, used: Mapping[tuple[str, int], int]) -> None:
    """Raises UnusableError where members were given more of a budget together than there is: what
    is left for one then depends on all others.  As long as there is enough for all, it does not."""
    for (name, _), units in sorted(used.items()):
        if units > plan.budgets[name]:
            raise UnusableError(
                f"--engine spark: {name} runs out ({units} would be used of {plan.budgets[name]}), "
                "so members depend on each other: run it without --engine spark"
            )


def _members(tables: Sequence[pa.Table]) -> tuple[tuple[str, ...], Mapping[str, Table]]:
    """The members' names in their order, each once, and their rows in the tables."""
    if not tables:
        return (), {}
    whole = pa.concat_tables(tables).combine_chunks()
    whole = whole.take(pc.sort_indices(whole["member"]))
    names = dict.fromkeys(whole["member"].to_pylist())
    return tuple(names), {name: _table(whole[name]) for name in OF_MEMBER}


def _table(column: pa.ChunkedArray) -> Table:
    """A column of rows of numbers as one table."""
    rows = column.combine_chunks()
    numbers: Table = rows.flatten().to_numpy().reshape(len(rows), rows.type.list_size)
    return numbers

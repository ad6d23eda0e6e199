"""Typed rows become purchases with their lines: all at once, where every one of their rows is good.

The rules are those of `purchase_rows` and `events.read`; what breaks one of them, or may do so, is
left to these.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xenia.backtest.history import ATTRIBUTE, CHARGE, LINE, PAYMENT, SAID, SPEND, event_schema
from xenia.backtest.history_reading import Marks, Numbers
from xenia.backtest.history_typing import API, HEADER_TEXTS
from xenia.events.purchase import AMOUNT_LIMIT, QUANTITY_LIMIT
from xenia.events.wire import LINES

Doubts = Mapping[int, Mapping[int, int]]  # of a file, rows of no known purchase: ord -> number


class Grouped(NamedTuple):
    """`good` are purchases (of `found_schema`); `rest` are the rows of all others, and `bounds` is
    where each of these begins among them, and where the last one ends."""

    good: pa.Table
    rest: pa.Table
    bounds: Numbers


def found_schema(
    attributes: Mapping[str, str], of_members: Mapping[str, str] | None = None
) -> pa.Schema:
    """An event with where it was found: its file, the number of its first row, and of a return, or
    an enrolment, the numbers and texts of its rows as JSON."""
    schema = event_schema(attributes, of_members)
    places = [("file", pa.int16()), ("number", pa.int64()), ("told", pa.string())]
    return pa.schema([*schema, *(pa.field(name, kind) for name, kind in places)])


def grouped(rows: pa.Table, doubts: Doubts, attributes: Mapping[str, str]) -> Grouped:
    """Purchases of rows, which are sorted by id, source, file and place in it."""
    schema = found_schema(attributes)
    if rows.num_rows == 0:
        return Grouped(schema.empty_table(), rows, np.zeros(1, np.int64))
    rows = rows.combine_chunks()
    starts = _starts(rows)
    sizes = np.diff(np.append(starts, rows.num_rows))
    good = _all(_good_rows(rows, starts, sizes, doubts, attributes), starts)
    good &= (sizes <= LINES) & rows.column("occurred_at").is_valid().to_numpy()[starts]
    good &= _bounded(rows, starts) & _apart(rows, starts, sizes)
    wanted = np.repeat(good, sizes)
    kept = rows.filter(pa.array(wanted)).combine_chunks()
    rest = rows.filter(pa.array(~wanted))
    bounds = np.concatenate(([0], np.cumsum(sizes[~good]))).astype(np.int64)
    return Grouped(_nested(kept, sizes[good], schema), rest, bounds)


def _starts(rows: pa.Table) -> Numbers:
    """Where each purchase begins."""
    new = np.ones(rows.num_rows, np.bool_)
    new[1:] = False
    for name in ("id", "source"):
        column = rows.column(name)
        new[1:] |= pc.not_equal(column.slice(1), column.slice(0, rows.num_rows - 1)).to_numpy()
    return np.flatnonzero(new)


def _all(marks: Marks, starts: Numbers) -> Marks:
    found: Marks = np.logical_and.reduceat(marks, starts)
    return found


def _good_rows(
    rows: pa.Table, starts: Numbers, sizes: Numbers, doubts: Doubts, attributes: Mapping[str, str]
) -> Marks:
    """Which rows are good, also beside the others of their purchase."""
    good: Marks = rows.column("good").to_numpy().copy()
    first = np.repeat(starts, sizes)
    firsts = pa.array(first)
    gross = np.ones(len(first), np.bool_)
    for name in ("occurred_at", "said", *HEADER_TEXTS, *(ATTRIBUTE + one for one in attributes)):
        column = rows.column(name)
        if column.null_count == len(column):
            continue
        before = column.take(firsts)
        same = pc.equal(column, before).fill_null(False).to_numpy()
        good &= same | column.is_null().to_numpy()
        if name == "prices":
            gross = pc.not_equal(before, "net").fill_null(True).to_numpy()
    tax = rows.column("tax").fill_null(0).to_numpy()
    good &= ~gross | (tax <= rows.column("amount").fill_null(0).to_numpy())
    files, places = rows.column("file").to_numpy(), rows.column("ord").to_numpy()
    good &= files == files[first]
    for file, marked in doubts.items():
        near = np.array([*marked], np.int64)
        beside = np.isin(places - 1, near) | np.isin(places + 1, near)
        good &= ~(beside & (files == file))
    return good


def _bounded(rows: pa.Table, starts: Numbers) -> Marks:
    """Of which purchases no sum outgrows what is counted with."""

    def of(name: str) -> Numbers:
        values: Numbers = rows.column(name).fill_null(0).to_numpy()
        return values

    billed = np.add.reduceat(of("amount") + of("tax"), starts)
    usual = np.add.reduceat(of("regular_amount"), starts)
    counted = np.add.reduceat(of("quantity"), starts)
    found: Marks = (np.maximum(billed, usual) < AMOUNT_LIMIT) & (counted < QUANTITY_LIMIT)
    return found


def _apart(rows: pa.Table, starts: Numbers, sizes: Numbers) -> Marks:
    """Of which purchases no two lines have the same id, and, where its rows do not stand together,
    no two rows say the same: such a purchase may be told twice."""
    group = np.repeat(np.arange(len(starts)), sizes)
    found = np.ones(len(starts), np.bool_)
    lines = rows.column("line")
    if lines.null_count < len(lines):
        names = pc.coalesce(lines, _positions(starts, sizes))
        found[_twice(group, names)] = False
    places = rows.column("ord").to_numpy()
    parted = np.zeros(len(places), np.bool_)
    parted[1:] = np.diff(places) != 1
    parted[starts] = False
    scattered = np.logical_or.reduceat(parted, starts)
    if scattered.any():
        among = np.repeat(scattered, sizes)
        found[_twice(group[among], rows.column("content").filter(pa.array(among)))] = False
    return found


def _twice(group: Numbers, values: pa.ChunkedArray) -> Numbers:
    """The groups that have the same value more than once."""
    pairs = pa.table({"group": group, "value": values})
    counts = pairs.group_by(["group", "value"]).aggregate([([], "count_all")])
    several = counts.filter(pc.greater(counts.column("count_all"), 1))
    found: Numbers = several.column("group").to_numpy()
    return found


def _positions(starts: Numbers, sizes: Numbers) -> pa.Array:
    """The place of each row in its purchase, from 1, as a text."""
    place = np.arange(1, sizes.sum() + 1) - np.repeat(starts, sizes)
    return pa.array(place).cast(pa.string())


def _nested(rows: pa.Table, sizes: Numbers, schema: pa.Schema) -> pa.Table:
    """A row for each purchase, whose rows follow each other."""
    ends = np.cumsum(sizes)
    starts = ends - sizes
    whole = rows.select([name for name in rows.column_names if name != "tags"])
    first = whole.take(pa.array(starts))
    count = len(sizes)
    names = pc.coalesce(rows.column("line"), _positions(starts, sizes))
    values = {
        "id": names, "tax": rows.column("tax").fill_null(0), "tags": rows.column("tags"),
    } | {
        name: rows.column(name)
        for name in (
            "sku", "category", "quantity", "amount", "unit", "regular_amount", "brand", "seller",
        )
    }  # fmt: skip
    lines = pa.StructArray.from_arrays(
        [_one(values[field.name], field.type) for field in LINE], fields=[*LINE]
    )
    method = _one(first.column("payment"), pa.string())
    paid = method.is_valid().to_numpy(zero_copy_only=False).astype(np.int64)
    nothing = pa.nulls(int(paid.sum()))
    payments = pa.StructArray.from_arrays(
        [method.drop_null(), nothing.cast(pa.int64()), nothing.cast(pa.string())],
        fields=[*PAYMENT],
    )
    columns = {
        "type": pa.array(["purchase"]).take(pa.array(np.zeros(count, np.int64))),
        "source": pc.if_else(pc.equal(first.column("source"), ""), API, first.column("source")),
        "prices": first.column("prices").fill_null("gross"),
        "lines": _lists(sizes, lines),
        "payments": _lists(paid, payments),
        "charges": _empty(count, CHARGE),
        "spend": _empty(count, SPEND),
        "vouchers": _empty(count, pa.string()),
        "back": _empty(count, schema.field("back").type.value_type),
        "all": pa.array(np.zeros(count, np.bool_)),
    } | {
        name: first.column(name)
        for name in ("member", "id", "occurred_at", *SAID, "file", "number")
    }
    columns |= {name: first.column(name) for name in schema.names if name.startswith(ATTRIBUTE)}
    return pa.table(
        [columns.get(field.name, pa.nulls(count)) for field in schema], schema.names
    ).cast(schema)


def _one(column: pa.ChunkedArray, kind: pa.DataType) -> pa.Array:
    """A column as one array."""
    found = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(found, pa.ChunkedArray):
        found = found.chunk(0) if found.num_chunks else pa.array([], kind)
    return found.cast(kind)


def _lists(sizes: Numbers, values: pa.Array) -> pa.Array:
    offsets = np.concatenate(([0], np.cumsum(sizes))).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values)


def _empty(count: int, kind: pa.DataType) -> pa.Array:
    return _lists(np.zeros(count, np.int64), pa.array([], kind))

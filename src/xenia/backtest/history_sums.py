"""How much there is in the buckets of a history, and what its purchases do not say."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from xenia.backtest.history import Sums
from xenia.backtest.history_mapping import UNSAID

_OF_PURCHASES = ("location", "channel", "receipt")
_OF_LINES = ("regular_amount", "brand")


class Parts(msgspec.Struct, frozen=True):
    """What is in a bucket; `lacks` as `Told` has it.  `known`: who was told of more than once."""

    sums: Sums
    members: int
    lacks: dict[str, int]
    known: int = 0


def parts_of(events: pa.Table, known: int = 0) -> Parts:
    """What is in the table of a bucket."""
    of_type = {kind: pc.equal(events.column("type"), kind) for kind in ("purchase", "enrolment")}
    bought = events.filter(of_type["purchase"])
    joined = events.filter(of_type["enrolment"]).column("occurred_at")
    lines = bought.column("lines").combine_chunks().flatten()
    others = events.filter(pc.invert(of_type["enrolment"])).column("occurred_at")
    sums = Sums(
        purchases=bought.num_rows,
        returns=events.num_rows - bought.num_rows - len(joined),
        enrolments=len(joined),
        enrolled=pc.min(joined).as_py(),
        lines=len(lines),
        amount=pc.sum(lines.field("amount")).as_py() or 0,
        first=pc.min(others).as_py(),
        last=pc.max(events.column("occurred_at")).as_py(),
    )
    lacks = {name: bought.column(name).null_count for name in _OF_PURCHASES}
    lacks["payments"] = _empty(bought.column("payments"))
    lacks |= {f"lines.{name}": lines.field(name).null_count for name in _OF_LINES}
    lacks["lines.tags"] = _empty(lines.field("tags"))
    for name in ("sku", "category"):
        unsaid = pc.sum(pc.equal(lines.field(name), UNSAID[name])).as_py() or 0
        lacks[f"lines.{name}"] = int(unsaid)
    members = pc.count_distinct(events.column("member")).as_py()
    return Parts(sums, members, lacks, known)


def _empty(lists: pa.ChunkedArray | pa.Array) -> int:
    return int(pc.sum(pc.equal(pc.list_value_length(lists), 0)).as_py() or 0)


def together(parts: Sequence[Parts]) -> Parts:
    """What is in several buckets."""
    lacks: dict[str, int] = {}
    for one in parts:
        for name, count in one.lacks.items():
            lacks[name] = lacks.get(name, 0) + count
    firsts = [one.sums.first for one in parts if one.sums.first is not None]
    lasts = [one.sums.last for one in parts if one.sums.last is not None]
    joined = [one.sums.enrolled for one in parts if one.sums.enrolled is not None]
    sums = Sums(
        purchases=sum(one.sums.purchases for one in parts),
        returns=sum(one.sums.returns for one in parts),
        enrolments=sum(one.sums.enrolments for one in parts),
        enrolled=min(joined, default=None),
        lines=sum(one.sums.lines for one in parts),
        amount=sum(one.sums.amount for one in parts),
        first=min(firsts, default=None),
        last=max(lasts, default=None),
    )
    known = sum(one.known for one in parts)
    return Parts(sums, sum(one.members for one in parts), lacks, known)

"""Rows of a history's purchases and returns, read by SQL: the numbers that `RowReader` reads.

What SQL does not say of a programme is read row by row, into the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from xenia.backtest.columns_bucket import BOUGHT, LEFT, Bucket, Frame, vector
from xenia.backtest.columns_clock import day_sql
from xenia.backtest.columns_leaves import MEMBER
from xenia.backtest.columns_one_by_one import claimed, one_by_one
from xenia.backtest.columns_rows import AsRead, ByColumn, Layout, in_slices, pick
from xenia.backtest.columns_statement import HEAD, statements, why_not
from xenia.backtest.columns_tables import Baskets
from xenia.backtest.tables import Rows, Vector
from xenia.engine.account import NO_KEY
from xenia.engine.operators import (
    AGAIN,
    COLUMNS,
    EVENT_DAY,
    FIXED,
    KIND,
    NONE_LEFT,
    SLICES_AT,
    SOME_LEFT,
    STRIDE,
    TODAY,
)
from xenia.engine.plan import Plan
from xenia.engine.terms import ROUNDING, day_after
from xenia.events.conventions import BUILT_IN_MEMBER_ATTRIBUTES
from xenia.language.ir import Ref, walk
from xenia.programme.model import MOMENTS, Enrolment
from xenia.programme.scope import money_decimals
from xenia.programme.settings import RoundPer, Tax


class BeyondColumnsError(Exception):
    """A plan needs more than rows of purchases and returns; the sentence says what."""


@dataclass(frozen=True, eq=False)
class BucketRows:
    """The rows of a bucket's members, who are named in the same order.

    `place` says where in the bucket the event of a row is.  A return's row is that of its purchase,
    of what the return leaves of it, AGAIN, with the return's day as TODAY: it claims nothing, and
    no lots are in it.
    `left_out` counts, by name, what has no row though it is of a member.
    """

    rows: Rows
    members: pa.Array
    place: Vector
    left_out: Mapping[str, int]


class ColumnReader:
    """Reads the buckets of histories for one plan; `key` is what chance goes by.

    `why` says why rows are read one by one, if they are: without `sql`, all are.  `beyond` says
    what such rows alone do not tell.
    """

    def __init__(self, plan: Plan, *, key: bytes = NO_KEY, sql: bool = True) -> None:
        self._plan, self._part, self._key = plan, plan.types["purchase"], key
        self.why = tuple(why_not(self._part)) if sql else ("SQL was not to be used",)
        self.beyond = tuple(f"{name}s come by themselves" for name in _moments(plan))

    def read(self, path: Path, members: Path | None = None) -> BucketRows:
        """The rows of the events in the file of a bucket, in their order; `members` is the file
        of what is known of them.

        Raises `BeyondColumnsError`, `UnlikeError`, `TooManySlicesError`.
        """
        if self.beyond:
            raise BeyondColumnsError(f"{'; '.join(self.beyond)}: read the events themselves")
        with Bucket(path, members, self._asks_of_member) as bucket:
            frame = bucket.frame()
            inside, late = self._inside(bucket, frame), self._late(bucket, frame)
            bought = ~frame.back | ((frame.of >= 0) & inside[frame.of])
            kept = inside & bought & ~late
            layout = Layout(kept)
            layout.add(np.flatnonzero(~frame.back), self._purchases(bucket, BOUGHT, self._key))
            back = np.flatnonzero(frame.back & kept)
            left = back[:0]
            if len(back):
                left = bucket.leave(back, frame.of[back])
                layout.add(left, self._purchases(bucket, LEFT, None))
                layout.add(np.setdiff1d(back, left), self._nothing(len(back) - len(left)))
            rows, starts = layout.written()
            numbers, at = rows.numbers, starts[back]
            numbers[starts[left] + AGAIN] = SOME_LEFT
            numbers[at + EVENT_DAY] = numbers[starts[frame.of[back]] + EVENT_DAY]
            if len(back):
                numbers[at + TODAY] = self._days(bucket)[back]
            named = bucket.numbers(f"select len(vouchers) from {BOUGHT}")
        left_out = {
            "returns-without-purchase": int((frame.back & ~bought).sum()),
            "returns-too-late": int((inside & bought & late).sum()),
            "vouchers-at-the-till": int(named[inside[~frame.back]].sum()),
        }
        return _told(frame, kept, rows, left_out)

    # ---- who is a member ----

    def _inside(self, bucket: Bucket, frame: Frame) -> Any:
        """Which events are of somebody who is a member then, by this event at the latest."""
        programme = self._plan.programme
        if programme.enrolment is not Enrolment.ENROLMENT_ONLY:
            return np.ones(len(frame.back), bool)
        of = np.diff(frame.first)
        enters = np.repeat(bucket.known(frame.members), of)
        if programme.first_purchase is not None:
            least = programme.first_purchase.scaleb(money_decimals(programme))
            amounts = "coalesce(list_sum(list_transform(lines, lambda each: each.amount)), 0)"
            enough = f"({amounts} >= {ceil(least)})::tinyint"
            enters[~frame.back] |= bucket.numbers(f"select {enough} from {BOUGHT}").astype(bool)
        # So many had entered, of all: more than before the member's first event.
        so_far = np.cumsum(enters)
        before = np.concatenate(([0], so_far))[frame.first[:-1]]
        return so_far > np.repeat(before, of)

    # ---- purchases ----

    def _purchases(self, bucket: Bucket, table: str, key: bytes | None) -> ByColumn | AsRead:
        if self.why:
            those = bucket.rows(f"select * from {table}")
            return AsRead(
                *one_by_one(self._plan, self._part, those, self._key, first=table == BOUGHT)
            )
        programme, part = self._plan.programme, self._part
        said = statements(self._plan, part, bucket.told, table, key=key)
        found, lines = bucket.table(said.purchases), bucket.table(said.lines)
        head = dict(zip(HEAD, map(_whole, found.columns), strict=False))
        mask, amount, tax, *numbers = map(_whole, lines.columns)
        assert int(head["lines"].sum()) == len(mask), "both statements read the same purchases"
        quantities, numbers = numbers[len(part.line_numbers) :], numbers[: len(part.line_numbers)]
        excluded = programme.settings.tax is Tax.EXCLUDED
        baskets = Baskets(
            lines=head["lines"],
            rest=head["rest"],
            net=head["net"],
            # Of gross and of net prices.
            signs=np.where(head["net"] == 0, -1 if excluded else 0, 0 if excluded else 1),
            masks=mask,
            amounts=amount,
            taxes=tax,
            numbers=np.array(numbers, np.int64).reshape(len(numbers), len(mask)),
        )
        if quantities:
            mode = ROUNDING[programme.settings.round_money]
            pick(baskets, quantities[0], part.line_numbers, mode)
        by_line = programme.settings.round_per is RoundPer.LINE
        cut = in_slices(baskets, by_line=by_line)
        columns = dict(zip(said.places, map(vector, found.columns[len(HEAD) :]), strict=True))
        if table == BOUGHT:
            columns |= self._claims(bucket, len(head["lines"]))
        return ByColumn(
            kind=part.number,
            width=len(part.columns),
            day=head["day"],
            tender=head["tender"],
            columns=columns,
            constants=said.constants,
            baskets=baskets,
            cut=cut,
        )

    def _claims(self, bucket: Bucket, count: int) -> dict[int, Vector]:
        """The columns of what is asked to be spent: few do."""
        places = {
            place: column.key
            for place, column in enumerate(self._part.columns)
            if column.how == "claim"
        }
        found = {place: np.zeros(count, np.int64) for place in places}
        if not places:
            return {}
        numbered = f"select row_number() over () - 1 as at, occurred_at, spend from {BOUGHT}"
        those = [*bucket.rows(f"select * from ({numbered}) where len(spend) > 0")]
        for told, units in zip(those, claimed(self._plan, those), strict=True):
            for place, key in places.items():
                found[place][told["at"]] = units.get(key, 0)
        return found

    # ---- returns ----

    def _nothing(self, count: int) -> AsRead:
        """Rows of purchases of which nothing is left."""
        row = np.zeros(COLUMNS, np.int64)
        row[KIND], row[AGAIN] = self._part.number, NONE_LEFT
        row[SLICES_AT], row[STRIDE] = COLUMNS, FIXED
        return AsRead(np.tile(row, count), np.arange(count + 1) * COLUMNS)

    def _days(self, bucket: Bucket) -> Vector:
        """The day of each event."""
        day = day_sql(self._plan.programme.timezone, "occurred_at", *bucket.told.between)
        return bucket.numbers(f"select {day} from {bucket.file}")

    def _late(self, bucket: Bucket, frame: Frame) -> Any:
        """Which returns come when their purchase can no longer be returned."""
        found, returns = np.zeros(len(frame.back), bool), self._plan.programme.returns
        back = np.flatnonzero(frame.of >= 0)
        if returns is None or not len(back):
            return found
        days = self._days(bucket)
        bought, which = np.unique(days[frame.of[back]], return_inverse=True)
        ends = np.array([day_after(day, returns.within) for day in bought.tolist()], np.int64)
        found[back] = days[back] >= ends[which]
        return found

    # ---- what the plan asks for ----

    @cached_property
    def _asks_of_member(self) -> frozenset[str]:
        """The attributes of members that any number is made of."""
        if self.why:
            return frozenset(self._plan.programme.attributes.member) | {*BUILT_IN_MEMBER_ATTRIBUTES}
        columns = [column.node for column in self._part.columns if column.node is not None]
        return frozenset(
            part.name.removeprefix(MEMBER).replace("_", "-")
            for node in (*columns, *self._part.predicates)
            for part in walk(node)
            if isinstance(part, Ref) and part.name.startswith(MEMBER)
        )


def keys_of(path: Path, place: Vector) -> list[tuple[int, str, str]]:
    """The instant (microseconds), source and id of the events at these places of a bucket."""
    found = pq.read_table(path, columns=["occurred_at", "source", "id"]).take(pa.array(place))
    return [*zip(*(column.to_pylist() for column in found.columns), strict=True)]


def _told(frame: Frame, kept: Any, rows: Rows, left_out: Mapping[str, int]) -> BucketRows:
    row = np.cumsum(kept) - 1  # of each event that has one
    return BucketRows(
        rows=rows._replace(
            members=np.concatenate(([0], np.cumsum(kept)))[frame.first],
            back=np.where(frame.of >= 0, row[frame.of], -1)[kept],
        ),
        members=frame.members,
        place=np.flatnonzero(kept),
        left_out={name: count for name, count in left_out.items() if count},
    )


def _moments(plan: Plan) -> list[str]:
    return sorted({*plan.moments} & {*MOMENTS})


def _whole(column: pa.ChunkedArray) -> Any:
    """As an array of what the loops take, who would not read what they may not write."""
    return np.require(vector(column), np.int64, ("C", "W"))

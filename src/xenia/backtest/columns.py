"""Rows of a history's events, read by SQL: the numbers that `RowReader` reads.

What SQL does not say of a programme is read row by row, into the same rows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from xenia.backtest.columns_bucket import (
    BOUGHT,
    Bucket,
    Frame,
    attributes,
    instants,
    vector,
)
from xenia.backtest.columns_enrolling import first_bought, put_before, rows_of
from xenia.backtest.columns_leaves import Told, UnlikeError
from xenia.backtest.columns_one_by_one import claimed, one_by_one
from xenia.backtest.columns_recipe import CLAIMS, VOUCHERS, Recipe
from xenia.backtest.columns_rows import AsRead, ByColumn, Layout, in_slices, pick
from xenia.backtest.columns_statement import HEAD, Statements, lines_of, why_not
from xenia.backtest.columns_tables import Baskets
from xenia.backtest.enrolled import ASSUMED
from xenia.backtest.history import ENROLLING, enrolment
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
from xenia.engine.terms import day_after
from xenia.programme.model import MOMENTS


class BeyondColumnsError(Exception):
    """A plan needs more than rows of what a history has; the sentence says what."""


@dataclass(frozen=True, eq=False)
class BucketRows:
    """The rows of a bucket's members, who are named in the same order.

    `place` says where in the bucket the event of a row is; of an enrolment that is assumed, it is
    -1 less the place of the purchase before which it stands.  A return's row is that of its
    purchase, of what the return leaves of it, AGAIN, with the return's day as TODAY: it claims
    nothing, and no lots are in it.
    `left_out` counts, by name, what has no row though it is of a member.  `claims`: of the rows of
    which something is claimed, the number (`at`), `occurred_at` and `spend` of the purchase.
    """

    rows: Rows
    members: pa.Array
    place: Vector
    left_out: Mapping[str, int]
    claims: Sequence[Mapping[str, Any]] = ()


class ColumnReader:
    """Reads the buckets of histories for one plan; `key` is what chance goes by.  Where it
    `assumes` so, whoever has not enrolled has done it right before their first purchase.

    All instants are `between` these two, if that is said.  `why` says why rows are read one by one,
    if they are: without `sql`, all are.  `beyond` says what such rows alone do not tell.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        key: bytes = NO_KEY,
        sql: bool = True,
        between: tuple[int, int] | None = None,
        assumes: bool = False,
    ) -> None:
        self._plan, self._part, self._key = plan, plan.types["purchase"], key
        self._between, self._assumes = between, assumes
        self._recipes: list[tuple[Told, bool, Recipe]] = []
        self.why = tuple(why_not(self._part)) if sql else ("SQL was not to be used",)
        self.beyond = tuple(f"{name}s come by themselves" for name in _moments(plan))

    def read(self, path: Path) -> BucketRows:
        """The rows of the events in the file of a bucket, in their order.

        Raises `BeyondColumnsError`, `UnlikeError`, `TooManySlicesError`.
        """
        return self.filled(self.made(path))

    def recipe(self, path: Path) -> Recipe:
        """By which the rows of a bucket are made.  Raises `UnlikeError`."""
        told = Told(attributes(path), *(self._between or instants(path)))
        sql = not self.why
        for before, by_sql, recipe in self._recipes:
            if (before, by_sql) == (told, sql):
                return recipe
        found = Recipe.of(self._plan, told, self._key, sql=sql, assumes=self._assumes)
        self._recipes = [(told, sql, found)]
        return found

    def made(self, path: Path) -> BucketRows:
        """The same, without what is to be `filled` in."""
        with self.opened(path) as bucket:
            return self.made_of(bucket, self.recipe(path))

    def opened(self, path: Path) -> Bucket:
        """The bucket in a file, as far as its rows need it.

        Raises `BeyondColumnsError`, `UnlikeError`.
        """
        if self.beyond:
            raise BeyondColumnsError(f"{'; '.join(self.beyond)}: read the events themselves")
        return Bucket(path, self._needs(path))

    def suits(self, bucket: Bucket, path: Path) -> bool:
        """Whether an open bucket of that file, which was opened for another plan, will do."""
        return bucket.suits(self._needs(path))

    def _needs(self, path: Path) -> Collection[str]:
        """All SQL that a bucket is asked; nothing: that cannot be said."""
        return () if self.why else self.recipe(path).sources

    def made_of(self, bucket: Bucket, recipe: Recipe) -> BucketRows:
        """As `made`, of a bucket that is open, from which rows may have been made for others."""
        self._look(bucket)
        frame = bucket.frame()
        assumed = first_bought(frame) if recipe.assumes else np.zeros(0, np.int64)
        inside, late = _inside(recipe, bucket, frame, assumed), _late(recipe, bucket, frame)
        bought = ~frame.back | ((frame.of >= 0) & inside[frame.of])
        kept = inside & bought & ~late
        layout = Layout(kept)
        layout.add(np.flatnonzero(frame.bought), self._purchases(recipe, bucket, BOUGHT))
        if frame.joins.any():
            days, joined = bucket.days(recipe.day)[frame.joins], bucket.enrolments()
            layout.add(np.flatnonzero(frame.joins), rows_of(self._plan, days, joined, self._key))
        back = np.flatnonzero(frame.back & kept)
        left = back[:0]
        if len(back):
            table, left = bucket.leave(back, frame.of[back])
            layout.add(left, self._purchases(recipe, bucket, table))
            layout.add(np.setdiff1d(back, left), _nothing(recipe, len(back) - len(left)))
        rows, starts = layout.written()
        numbers, at = rows.numbers, starts[back]
        numbers[starts[left] + AGAIN] = SOME_LEFT
        numbers[at + EVENT_DAY] = numbers[starts[frame.of[back]] + EVENT_DAY]
        if len(back):
            numbers[at + TODAY] = bucket.days(recipe.day)[back]
        named = vector(bucket.columns([VOUCHERS], BOUGHT)[0])
        asked = _asked(bucket, frame, kept) if recipe.claims and not self.why else ()
        left_out = {
            ASSUMED: len(assumed),
            "returns-refused": int((frame.back & ~inside).sum()),
            "returns-without-purchase": int((frame.back & inside & ~bought).sum()),
            "returns-too-late": int((inside & bought & late).sum()),
            "vouchers-at-the-till": int(named[inside[frame.bought]].sum()),
        }
        found = _told(frame, kept, rows, left_out, asked)
        if not len(assumed):
            return found
        more = self._assumed(recipe, bucket, frame, assumed)
        return _with_assumed(found, (np.cumsum(kept) - 1)[assumed], more)

    def _assumed(self, recipe: Recipe, bucket: Bucket, frame: Frame, places: Vector) -> AsRead:
        """The rows of enrolments before the purchases at some places."""
        owner = np.searchsorted(frame.first, places, side="right") - 1
        names = frame.members.take(pa.array(owner)).to_pylist()
        events = map(enrolment, names, bucket.instants(places).tolist())
        return rows_of(self._plan, bucket.days(recipe.day)[places], events, self._key)

    @property
    def fills(self) -> bool:
        """Whether there is anything to be `filled` in."""
        return any(column.how in ("room", "claim") for column in self._part.columns)

    def filled(self, found: BucketRows) -> BucketRows:
        """Rows with what a programme's own numbers come to in them: what budgets have, and what
        purchases claim.  It is written into the same arrays."""
        if self.why:
            return found
        numbers, begin = found.rows.numbers, found.rows.starts[:-1]
        bought = begin[numbers[begin + KIND] == self._part.number]
        columns = [(place, column) for place, column in enumerate(self._part.columns)]
        rooms = {place: one.key for place, one in columns if one.how == "room"}
        if rooms:
            whole = bought[numbers[bought + AGAIN] != NONE_LEFT] + COLUMNS
            for place, key in rooms.items():
                numbers[whole + place] = self._plan.budgets[key]
        claims = {place: one.key for place, one in columns if one.how == "claim"}
        if claims and found.claims:
            those = zip(found.claims, claimed(self._plan, found.claims), strict=True)
            for told, units in those:
                for place, key in claims.items():
                    numbers[begin[told["at"]] + COLUMNS + place] = units.get(key, 0)
        return found

    def _look(self, bucket: Bucket) -> None:
        """See that what was said of all instants is so."""
        if self._between is None or len(bucket) == 0:
            return
        first, last = bucket.between
        if not self._between[0] <= first <= last <= self._between[1]:
            raise UnlikeError(
                f"{bucket.path}: events are of other times than the history says: import it anew"
            )

    # ---- purchases ----

    def _purchases(self, recipe: Recipe, bucket: Bucket, table: str) -> ByColumn | AsRead:
        if self.why:
            those = bucket.rows(f"select * from {table}")
            return AsRead(
                *one_by_one(self._plan, self._part, those, self._key, first=table == BOUGHT)
            )
        said = recipe.bought if table == BOUGHT else recipe.left
        made_of = (table, said, *recipe.cutting)
        return bucket.answers.of(made_of, lambda: _by_column(recipe, bucket, said, table))


# ---- who is a member -----------------------------------------------------------------------------


def _inside(recipe: Recipe, bucket: Bucket, frame: Frame, assumed: Vector) -> Any:
    """Which events are of somebody who is a member then, by this event at the latest; by those
    that are `assumed` to make them one, too."""
    if not recipe.only_enrolled:
        return np.ones(len(frame.back), bool)
    of = np.diff(frame.first)
    enters = frame.joins.copy()
    enters[assumed] = True
    if recipe.enters is not None:
        enters[frame.bought] |= vector(bucket.columns([recipe.enters], BOUGHT)[0]).astype(bool)
    # So many had entered, of all: more than before the member's first event.
    so_far = np.cumsum(enters)
    before = np.concatenate(([0], so_far))[frame.first[:-1]]
    return so_far > np.repeat(before, of)


# ---- purchases -----------------------------------------------------------------------------------


def _by_column(recipe: Recipe, bucket: Bucket, said: Statements, table: str) -> ByColumn:
    found = bucket.columns(said.purchases, table)
    head = dict(zip(HEAD, map(_whole, found), strict=False))
    mask, amount, tax, *numbers = map(_whole, bucket.columns(said.lines, lines_of(table)))
    assert int(head["lines"].sum()) == len(mask), "both statements read the same purchases"
    count, excluded = len(recipe.line_numbers), recipe.tax_excluded
    quantities, numbers = numbers[count:], numbers[:count]
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
        pick(baskets, quantities[0], recipe.line_numbers, recipe.rounding)
    return ByColumn(
        kind=recipe.kind,
        width=recipe.width,
        day=head["day"],
        tender=head["tender"],
        columns=dict(zip(said.places, map(vector, found[len(HEAD) :]), strict=True)),
        baskets=baskets,
        cut=in_slices(baskets, by_line=recipe.by_line),
    )


def _asked(bucket: Bucket, frame: Frame, kept: Any) -> list[Mapping[str, Any]]:
    """What is claimed, by the number of its row."""
    bought = np.flatnonzero(frame.bought)
    row = np.cumsum(kept) - 1
    return [
        {**told, "at": int(row[place])}
        for told in bucket.answers.of(("rows", CLAIMS), lambda: [*bucket.rows(CLAIMS)])
        if kept[place := bought[told["at"]]]
    ]


# ---- returns -------------------------------------------------------------------------------------


def _nothing(recipe: Recipe, count: int) -> AsRead:
    """Rows of purchases of which nothing is left."""
    row = np.zeros(COLUMNS, np.int64)
    row[KIND], row[AGAIN] = recipe.kind, NONE_LEFT
    row[SLICES_AT], row[STRIDE] = COLUMNS, FIXED
    return AsRead(np.tile(row, count), np.arange(count + 1) * COLUMNS)


def _late(recipe: Recipe, bucket: Bucket, frame: Frame) -> Any:
    """Which returns come when their purchase can no longer be returned."""
    found, within = np.zeros(len(frame.back), bool), recipe.within
    back = np.flatnonzero(frame.of >= 0)
    if within is None or not len(back):
        return found
    days = bucket.days(recipe.day)
    bought, which = np.unique(days[frame.of[back]], return_inverse=True)
    ends = np.array([day_after(day, within) for day in bought.tolist()], np.int64)
    found[back] = days[back] >= ends[which]
    return found


def keys_of(path: Path, place: Vector) -> list[tuple[int, str, str]]:
    """The instant (microseconds), source and id of the events at these places of a bucket."""
    where = np.where(place < 0, -1 - place, place)
    found = pq.read_table(path, columns=["occurred_at", "source", "id", "member"])
    columns = [column.to_pylist() for column in found.take(pa.array(where)).columns]
    return [
        (at, ENROLLING, member) if assumed else (at, source, name)
        for at, source, name, member, assumed in zip(*columns, (place < 0).tolist(), strict=True)
    ]


def _with_assumed(found: BucketRows, at: Vector, more: AsRead) -> BucketRows:
    """The same with rows of enrolments before those at some places, which go upwards."""
    rows = np.array([told["at"] for told in found.claims], np.int64)
    moved = (rows + np.searchsorted(at, rows, side="right")).tolist()
    return replace(
        found,
        rows=put_before(found.rows, at, more),
        place=np.insert(found.place, at, -1 - found.place[at]),
        claims=[{**told, "at": row} for told, row in zip(found.claims, moved, strict=True)],
    )


def _told(
    frame: Frame,
    kept: Any,
    rows: Rows,
    left_out: Mapping[str, int],
    claims: Sequence[Mapping[str, Any]],
) -> BucketRows:
    row = np.cumsum(kept) - 1  # of each event that has one
    return BucketRows(
        rows=rows._replace(
            members=np.concatenate(([0], np.cumsum(kept)))[frame.first],
            back=np.where(frame.of >= 0, row[frame.of], -1)[kept],
        ),
        members=frame.members,
        place=np.flatnonzero(kept),
        left_out={name: count for name, count in left_out.items() if count},
        claims=claims,
    )


def _moments(plan: Plan) -> list[str]:
    return sorted({*plan.moments} & {*MOMENTS})


def _whole(column: pa.ChunkedArray) -> Any:
    """As an array of what the loops take, who would not read what they may not write."""
    return np.require(vector(column), np.int64, ("C", "W"))

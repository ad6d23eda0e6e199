"""The events of a bucket in their order, with what each return leaves of its purchase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from duckdb import DuckDBPyConnection

from xenia.backtest.history import event_of
from xenia.backtest.history_doubtful import bought
from xenia.backtest.history_members import once
from xenia.backtest.history_reading import Marks, Numbers
from xenia.backtest.history_sql import asked
from xenia.effects import Refusal, Remains
from xenia.engine import remains as rest
from xenia.events.model import Purchase, Return
from xenia.events.parts import EventKey
from xenia.services.purchase_rows import NOT_IMPORTED, Row, Wrong

_ORDER = ("member", "occurred_at", "source", "id")
_AT_ONCE = 5_000  # events that are handed to Python together
_rows = msgspec.json.Decoder(list[Row])


class Ordered(NamedTuple):
    """A bucket as it is kept, and what is wrong with returns and members, with its file; how many
    members were told of more than once."""

    events: pa.Table
    wrong: Sequence[tuple[int, Wrong]]
    known: int


def ordered(database: DuckDBPyConnection, found: pa.Table, schema: pa.Schema) -> Ordered:
    """The events of a bucket, of all that was found for it."""
    wrong: list[tuple[int, Wrong]] = []
    found, known = once(found, wrong)
    keys = found.select(_ORDER).append_column("place", pa.array(np.arange(found.num_rows)))
    order = asked(database, f"select place from given order by {', '.join(_ORDER)}", keys)
    events = found.combine_chunks().take(order.column("place").combine_chunks())
    if pc.any(pc.equal(events.column("type"), "return")).as_py():
        events = _with_returns(events, wrong)
    return Ordered(events.select(schema.names).cast(schema), wrong, known)


def _with_returns(events: pa.Table, wrong: list[tuple[int, Wrong]]) -> pa.Table:
    """The events, returns with what they leave; those that take nothing back are left out."""
    members = _numbered(events.column("member"))
    returns = np.flatnonzero(pc.equal(events.column("type"), "return").to_numpy())
    concerned = np.flatnonzero(_concerned(events, members, returns))
    rows: dict[int, dict[str, Any]] = {}
    refused: list[int] = []
    places = zip(members[concerned].tolist(), concerned.tolist(), strict=True)
    known = zip(places, _each(events.take(pa.array(concerned))), strict=True)
    for _, told in groupby(known, key=lambda one: one[0][0]):
        past = _Past()
        for (_, place), row in told:
            if row["type"] != "return":
                past.add(row)
                continue
            said = past.taken_back(row)
            if isinstance(said, Refusal):
                refused.append(place)
                wrong += _wrong(row, said)
            else:
                rows[place] = said
    kept = np.ones(events.num_rows, np.bool_)
    kept[[*refused, *rows]] = False
    told = pa.Table.from_pylist([*rows.values()], schema=events.schema)
    whole = pa.concat_tables([events.filter(pa.array(kept)), told]).combine_chunks()
    order = np.concatenate((np.flatnonzero(kept), np.array([*rows], np.int64)))
    return _placed(whole.take(pa.array(np.argsort(order, kind="stable"))))


def _concerned(events: pa.Table, members: Numbers, returns: Numbers) -> Marks:
    """Which events have to be looked at: returns, and the purchases that they may be of."""
    backs = events.take(pa.array(returns))
    named = backs.column("of_id").is_valid().to_numpy()
    found: Marks = pc.is_in(
        events.column("id"), backs.column("of_id").unique().drop_null()
    ).to_numpy()
    # Nobody looks for a purchase of a guest.
    known = events.column("member").is_valid().to_numpy()
    found = found | (np.isin(members, members[returns[~named]]) & known)
    found[returns] = True
    return found


def _placed(events: pa.Table) -> pa.Table:
    """The events, with the places of the returned purchases among the rows of their members."""
    members = _numbered(events.column("member"))
    first = np.searchsorted(members, members)
    returns = np.flatnonzero(events.column("of_id").is_valid().to_numpy())
    wanted = {*zip(*_keys(events.take(pa.array(returns)), "of_source", "of_id"), strict=True)}
    of = pc.is_in(events.column("id"), pa.array([name for _, name in wanted], pa.string()))
    near = np.flatnonzero(of.to_numpy())
    at = {
        (int(members[place]), *key): int(place)
        for place, *key in zip(
            near, *_keys(events.take(pa.array(near)), "source", "id"), strict=True
        )
    }
    left = np.full(events.num_rows, -1, np.int32)
    backs = _keys(events.take(pa.array(returns)), "of_source", "of_id")
    for place, source, name in zip(returns, *backs, strict=True):
        left[place] = at[(int(members[place]), source, name)] - first[place]
    column = pa.array(left, mask=left < 0)
    return events.set_column(events.schema.get_field_index("left_of"), "left_of", column)


def _keys(events: pa.Table, *names: str) -> tuple[list[str], ...]:
    return tuple(events.column(name).to_pylist() for name in names)


def _numbered(members: pa.ChunkedArray) -> Numbers:
    """A number for each member, upwards; guests, who stand behind all, have one together."""
    numbers = np.zeros(len(members), np.int64)
    column = members.fill_null("\U0010ffff")
    new = pc.not_equal(column.slice(1), column.slice(0, len(members) - 1))
    numbers[1:] = np.cumsum(new.to_numpy())
    return numbers


def _each(events: pa.Table) -> Iterator[dict[str, Any]]:
    """The events as rows, few of them at a time."""
    for batch in events.to_batches(_AT_ONCE):
        yield from batch.to_pylist()


class _Past:
    """A member's purchases up to now."""

    def __init__(self) -> None:
        self._rows: dict[EventKey, Mapping[str, Any]] = {}
        self._bought: dict[EventKey, Purchase] = {}
        self._left: dict[EventKey, Remains] = {}

    def add(self, row: Mapping[str, Any]) -> None:
        """One more purchase."""
        self._rows[EventKey(row["id"], row["source"])] = row

    def taken_back(self, row: dict[str, Any]) -> dict[str, Any] | Refusal:
        """The row of a return with what is left after it; or why there is none."""
        event = event_of(row)
        assert isinstance(event, Return), "its type says so"
        found = self._chosen(event)
        if isinstance(found, Refusal):
            return found
        key, left = found
        self._left[key] = left
        purchase = self._purchase(key)
        kept = bought(rest.left_of(purchase, left))
        said = {name: self._rows[key][name] for name in ("currency", "receipt")}
        return row | kept | said | {"of_source": key.source, "of_id": key.id}

    def _chosen(self, event: Return) -> tuple[EventKey, Remains] | Refusal:
        """Which purchase it is of, and what is left of that then."""
        if not event.without_receipt:
            if event.of not in self._rows:
                text = f'there is no purchase "{event.of.id}" of {_whose(event)} before it'
                return Refusal("unknown-purchase", "return", text)
            left = self._without(event.of, event)
            return left if isinstance(left, Refusal) else (event.of, left)
        if event.member is None:
            text = "whose it is is not said, nor of which purchase"
            return Refusal("not-a-member", "return", text)
        for key in reversed(self._rows):
            left = self._without(key, event)
            if not isinstance(left, Refusal):
                return key, left
        text = f"no purchase of {_whose(event)} before it has all of this left"
        return Refusal("unknown-purchase", "return", text)

    def _purchase(self, key: EventKey) -> Purchase:
        found = self._bought.get(key)
        if found is None:
            made = event_of(self._rows[key])
            assert isinstance(made, Purchase), "only purchases are kept"
            found = self._bought[key] = made
        return found

    def _without(self, key: EventKey, event: Return) -> Remains | Refusal:
        purchase = self._purchase(key)
        before = self._left.get(key)
        left = rest.whole(purchase, 0, b"") if before is None else before
        return rest.without(left, purchase, event)


def _whose(event: Return) -> str:
    return "a guest" if event.member is None else f"the member {event.member}"


def _wrong(row: Mapping[str, Any], refusal: Refusal) -> Iterator[tuple[int, Wrong]]:
    """Why a return is left out, of each of its rows."""
    first, *others = _rows.decode(row["told"])
    yield row["file"], Wrong(first, refusal.code, refusal.text, row["id"])
    text = f"row {first.number} of the same return is wrong"
    for other in others:
        yield row["file"], Wrong(other, NOT_IMPORTED, text, row["id"])

"""Shops that are connected, and their deliveries that could not be used yet, as they are stored."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow, class_row

from xenia.store.posting import Scope

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"

_COLUMNS = f"""
    space_id, connection_id, kind, name, programme, options, secret, token,
    {_MICROSECONDS.format("created_at")} as created_at, created_by
"""
_CONNECTION = f"select {_COLUMNS} from connection"
_LIST = f"""
    select {_COLUMNS}, (
        select count(*) from connection_delivery as kept
        where kept.space_id = shop.space_id and kept.connection_id = shop.connection_id
          and kept.waits_for is null
    ) as kept
    from connection as shop
    where space_id = %(space)s and connection_id > %(after)s
    order by connection_id limit %(limit)s
"""
_ADD = f"""
    insert into connection (space_id, connection_id, kind, name, programme, options, secret, token,
                            created_at, created_by)
    values (%(space_id)s, %(connection_id)s, %(kind)s, %(name)s, %(programme)s, %(options)s,
            %(secret)s, %(token)s, {_AT.format("%(created_at)s")}, %(created_by)s)
    on conflict do nothing
"""
_CHANGE = """
    update connection
    set programme = %(programme)s, options = %(options)s, secret = %(secret)s, token = %(token)s
    where space_id = %(space_id)s and connection_id = %(connection_id)s
"""
_REMOVE = "delete from connection where space_id = %s and connection_id = %s"
# Deliveries of one shop take turns, so that what waits is seen by what it waits for.
_HOLD = """
    select 1 from connection where space_id = %s and connection_id = %s for no key update
"""
_DELIVERY = f"""
    select delivery_id, connection_id, digest, topic, body, fetched, waits_for, pointer, code,
           reason, times, {_MICROSECONDS.format("received_at")} as received_at
    from connection_delivery
"""
_DELIVERIES = f"""
    {_DELIVERY}
    where space_id = %(space)s and connection_id = %(connection)s
      and delivery_id < coalesce(%(before)s, delivery_id + 1)
    order by delivery_id desc limit %(limit)s
"""
_ONE = f"""
    {_DELIVERY}
    where space_id = %s and connection_id = %s and delivery_id = %s
"""
_WAITING = f"""
    {_DELIVERY}
    where space_id = %s and connection_id = %s and waits_for = %s
    order by delivery_id
"""
_KEEP = f"""
    insert into connection_delivery as kept (
        space_id, connection_id, digest, topic, body, fetched, waits_for, pointer, code, reason,
        received_at
    )
    values (%(space)s, %(connection)s, %(digest)s, %(topic)s, %(body)s, %(fetched)s, %(waits_for)s,
            %(pointer)s, %(code)s, %(reason)s, {_AT.format("%(now)s")})
    on conflict (space_id, connection_id, digest) do update
    set fetched = excluded.fetched, waits_for = excluded.waits_for, pointer = excluded.pointer,
        code = excluded.code, reason = excluded.reason, times = kept.times + 1,
        received_at = excluded.received_at
    returning delivery_id
"""
_DONE = "delete from connection_delivery where space_id = %s and connection_id = %s and digest = %s"
_TOO_OLD = f"""
    delete from connection_delivery
    where space_id = %(space)s and connection_id = %(connection)s
      and received_at < {_AT.format("%(before)s")}
"""
_RECORDED = """
    select event.type, event.schema, event.facts,
           coalesce(claimed.member_id, event.member_id) as member_id,
           record.programme_id, programme.name as programme
    from event
    join record on record.space_id = event.space_id and record.source = event.source
        and record.event_id = event.event_id
    join programme on programme.space_id = record.space_id
        and programme.programme_id = record.programme_id
    left join claimed on claimed.space_id = event.space_id and claimed.source = event.source
        and claimed.event_id = event.event_id
    where event.space_id = %s and event.source = %s and event.event_id = %s
"""
_ADDED = """
    select event_id from event
    where space_id = %s and source = %s and event_id >= %s and event_id < %s
    order by event_id
"""

_REMAINS = """
    select event_id, remains from remains
    where space_id = %s and programme_id = %s and source = %s and event_id = any(%s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionRow:
    """A shop; `secret` and `token` are sealed; `created_at` in microseconds since 1970-01-01.

    In a list, so many deliveries are `kept` as nobody can use them yet.
    """

    space_id: int
    connection_id: str
    kind: str
    name: str
    programme: str | None
    options: Mapping[str, Any]
    secret: bytes
    token: bytes | None
    created_at: int
    created_by: str
    kept: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """A delivery that is kept, and why: `pointer` is the place in its body."""

    delivery_id: int
    connection_id: str
    digest: bytes
    topic: str
    body: str
    fetched: Mapping[str, str | None]
    waits_for: str | None
    pointer: str
    code: str
    reason: str
    times: int
    received_at: int


@dataclass(frozen=True, slots=True)
class RecordedRow:
    """An event that is recorded, as facts; whose it is now, perhaps by a claim, and in which
    programme."""

    type: str
    schema: int
    facts: str
    member_id: str | None
    programme_id: int
    programme: str


def find(connection: Connection[TupleRow], kind: str, name: str) -> ConnectionRow | None:
    """The shop that sends to an address, whichever space it is of."""
    where = f"{_CONNECTION} where connection_id = %s and kind = %s"
    with connection.cursor(row_factory=class_row(ConnectionRow)) as cursor:
        return cursor.execute(where.encode(), (name, kind)).fetchone()


def one(connection: Connection[TupleRow], space: int, name: str) -> ConnectionRow | None:
    """A shop of a space."""
    where = f"{_CONNECTION} where space_id = %s and connection_id = %s"
    with connection.cursor(row_factory=class_row(ConnectionRow)) as cursor:
        return cursor.execute(where.encode(), (space, name)).fetchone()


def listed(
    connection: Connection[TupleRow], space: int, *, limit: int, after: str = ""
) -> list[ConnectionRow]:
    """The shops of a space in order of their ids, behind one of these."""
    asked = {"space": space, "after": after, "limit": limit}
    with connection.cursor(row_factory=class_row(ConnectionRow)) as cursor:
        return cursor.execute(_LIST.encode(), asked).fetchall()


def _values(row: ConnectionRow) -> dict[str, Any]:
    named = {name: getattr(row, name) for name in ConnectionRow.__slots__}
    return {**named, "options": json.dumps(row.options)}


def add(connection: Connection[TupleRow], row: ConnectionRow) -> bool:
    """A new shop; False where the space has one of its kind and name."""
    return bool(connection.execute(_ADD.encode(), _values(row)).rowcount)


def change(connection: Connection[TupleRow], row: ConnectionRow) -> None:
    """Another programme, other options, another secret or token."""
    connection.execute(_CHANGE, _values(row))


def remove(connection: Connection[TupleRow], space: int, name: str) -> bool:
    """Forget a shop, and what of it is kept; False if there is none."""
    return bool(connection.execute(_REMOVE, (space, name)).rowcount)


def hold(connection: Connection[TupleRow], space: int, name: str) -> bool:
    """Have the turn until the end of the transaction; False if the shop is not there any more."""
    return connection.execute(_HOLD, (space, name)).fetchone() is not None


def recorded(
    connection: Connection[TupleRow], space: int, source: str, event: str
) -> RecordedRow | None:
    """An event as it is recorded."""
    with connection.cursor(row_factory=class_row(RecordedRow)) as cursor:
        return cursor.execute(_RECORDED, (space, source, event)).fetchone()


def added(connection: Connection[TupleRow], space: int, source: str, prefix: str) -> list[str]:
    """The ids of recorded events that begin so, in their order."""
    rows = connection.execute(_ADDED, (space, source, prefix, prefix + "\U0010ffff"))
    return [name for (name,) in rows]


def remains(
    connection: Connection[TupleRow], scope: Scope, source: str, events: Sequence[str]
) -> dict[str, str]:
    """What is left of purchases of which something came back, by their ids, as JSON."""
    return dict(connection.execute(_REMAINS, (*scope, source, [*events])))


# ---- what could not be used yet ------------------------------------------------------------------


def deliveries(
    connection: Connection[TupleRow], space: int, name: str, *, limit: int, before: int | None
) -> list[DeliveryRow]:
    """What is kept of a shop, the newest first."""
    asked = {"space": space, "connection": name, "limit": limit, "before": before}
    with connection.cursor(row_factory=class_row(DeliveryRow)) as cursor:
        return cursor.execute(_DELIVERIES.encode(), asked).fetchall()


def delivery(
    connection: Connection[TupleRow], space: int, name: str, number: int
) -> DeliveryRow | None:
    """One that is kept."""
    with connection.cursor(row_factory=class_row(DeliveryRow)) as cursor:
        return cursor.execute(_ONE.encode(), (space, name, number)).fetchone()


def waiting(
    connection: Connection[TupleRow], space: int, name: str, order: str
) -> list[DeliveryRow]:
    """Those that wait for an order, the oldest first."""
    with connection.cursor(row_factory=class_row(DeliveryRow)) as cursor:
        return cursor.execute(_WAITING.encode(), (space, name, order)).fetchall()


def keep(connection: Connection[TupleRow], space: int, row: DeliveryRow, *, now: int) -> int:
    """Keep a delivery, or why it still is kept; its number."""
    values = {
        "space": space,
        "connection": row.connection_id,
        "digest": row.digest,
        "topic": row.topic,
        "body": row.body,
        "fetched": json.dumps(row.fetched),
        "waits_for": row.waits_for,
        "pointer": row.pointer,
        "code": row.code,
        "reason": row.reason,
        "now": now,
    }
    found = connection.execute(_KEEP.encode(), values).fetchone()
    assert found is not None, "it was written"
    number: int = found[0]
    return number


def done(connection: Connection[TupleRow], space: int, name: str, digest: bytes) -> bool:
    """A delivery is kept no longer; False if it was not."""
    return bool(connection.execute(_DONE, (space, name, digest)).rowcount)


def forget(connection: Connection[TupleRow], space: int, name: str, *, before: int) -> int:
    """Keep nothing of a shop that is older than an instant; how much it was."""
    asked = {"space": space, "connection": name, "before": before}
    return connection.execute(_TOO_OLD.encode(), asked).rowcount

"""Endpoints of operators' own programs, as they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow, class_row

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"

_COLUMNS = f"""
    webhook_id, url, types, description, generation,
    {_MICROSECONDS.format("overlap_until")} as overlap_until,
    {_MICROSECONDS.format("disabled_at")} as disabled_at, disabled_because,
    {_MICROSECONDS.format("failing_since")} as failing_since,
    {_MICROSECONDS.format("created_at")} as created_at, created_by
"""
_LIST = f"""
    select {_COLUMNS} from webhook
    where space_id = %(space)s and (%(webhook)s::text is null or webhook_id = %(webhook)s)
    order by webhook.created_at, webhook_id
"""
_ADD = f"""
    insert into webhook (space_id, webhook_id, url, types, description, created_at, created_by)
    values (%(space)s, %(webhook_id)s, %(url)s, %(types)s, %(description)s,
            {_AT.format("%(created_at)s")}, %(created_by)s)
"""
_PUT = f"""
    update webhook
    set url = %(url)s, types = %(types)s, description = %(description)s,
        generation = %(generation)s, overlap_until = {_AT.format("%(overlap_until)s::bigint")},
        disabled_at = {_AT.format("%(disabled_at)s::bigint")},
        disabled_because = %(disabled_because)s,
        failing_since = {_AT.format("%(failing_since)s::bigint")}
    where space_id = %(space)s and webhook_id = %(webhook_id)s
"""
# Whoever tells of one holds it meanwhile.
_UNTOLD = f"""
    select webhook.space_id, space.name, webhook_id, url, disabled_because,
           {_MICROSECONDS.format("webhook.disabled_at")},
           array(
               select email from staff
               where staff.space_id = webhook.space_id and role = 'owner'
                 and staff.disabled_at is null and email is not null and password is not null
               order by staff.position
           )
    from webhook join space using (space_id)
    where tell_at <= {_AT.format("%(now)s")} and webhook.disabled_at is not null
    order by tell_at limit 1
    for update of webhook skip locked
"""
_TELL = f"""
    update webhook set tell_at = {_AT.format("%(at)s::bigint")}
    where space_id = %(space)s and webhook_id = %(webhook)s
"""
_REMOVE = "delete from webhook where space_id = %s and webhook_id = %s"
_COUNTS = """
    select count(*) filter (where state = 'waiting'), count(*) filter (where state = 'dead')
    from delivery
    where space_id = %(space)s and webhook_id = %(webhook)s and state in ('waiting', 'dead')
"""


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """An endpoint; instants in microseconds since 1970-01-01 UTC.  `types` empty: all.
    `generation` counts its secrets; until `overlap_until` the one before signs, too."""

    webhook_id: str
    url: str
    types: Sequence[str]
    description: str
    generation: int
    overlap_until: int | None
    disabled_at: int | None
    disabled_because: str | None
    failing_since: int | None
    created_at: int
    created_by: str


def listed(connection: Connection[TupleRow], space: int) -> list[WebhookRow]:
    """The endpoints of a space, the oldest first."""
    with connection.cursor(row_factory=class_row(WebhookRow)) as cursor:
        asked = {"space": space, "webhook": None}
        return cursor.execute(_LIST.encode(), asked).fetchall()


def one(
    connection: Connection[TupleRow], space: int, webhook: str, *, lock: bool = False
) -> WebhookRow | None:
    """An endpoint; with `lock` nobody else changes it until the transaction ends."""
    query = f"{_LIST} for update" if lock else _LIST
    with connection.cursor(row_factory=class_row(WebhookRow)) as cursor:
        asked = {"space": space, "webhook": webhook}
        return cursor.execute(query.encode(), asked).fetchone()


def add(connection: Connection[TupleRow], space: int, row: WebhookRow) -> None:
    """A new endpoint."""
    connection.execute(_ADD.encode(), _values(space, row))


def put(connection: Connection[TupleRow], space: int, row: WebhookRow) -> None:
    """Write an endpoint as it is now."""
    connection.execute(_PUT.encode(), _values(space, row))


def remove(connection: Connection[TupleRow], space: int, webhook: str) -> None:
    """Delete an endpoint; what was to be delivered goes with all that is old (`deliveries`)."""
    connection.execute(_REMOVE, (space, webhook))


def counts(connection: Connection[TupleRow], space: int, webhook: str) -> tuple[int, int]:
    """How many deliveries of an endpoint wait, and how many were given up."""
    row = connection.execute(_COUNTS, {"space": space, "webhook": webhook}).fetchone()
    assert row is not None, "there is always one row of a count"
    return row[0], row[1]


def _values(space: int, row: WebhookRow) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(row, name) for name in WebhookRow.__slots__}
    return {**values, "types": list(row.types), "space": space}


class Untold(NamedTuple):
    """An endpoint that is asked no more, of which the owners of its space, by their addresses, have
    not been told."""

    space_id: int
    space: str
    webhook_id: str
    url: str
    because: str
    disabled_at: int
    owners: Sequence[str]


def untold(connection: Connection[TupleRow], now: int) -> Untold | None:
    """One that is to be told of by an instant, held until the end of the transaction."""
    row = connection.execute(_UNTOLD.encode(), {"now": now}).fetchone()
    return None if row is None else Untold(*row)


def tell(connection: Connection[TupleRow], space: int, webhook: str, at: int | None) -> None:
    """When the owners are to be told of it next; None: they have been."""
    connection.execute(_TELL.encode(), {"space": space, "webhook": webhook, "at": at})

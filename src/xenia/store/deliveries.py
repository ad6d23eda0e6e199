"""What is to be delivered to endpoints, what became of it, and each attempt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import args_row, class_row

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"

ORDERED_FOR = 4  # attempts, for which what comes later to the same member waits

_ADD = f"""
    insert into delivery (space_id, delivery_id, webhook_id, type, member_id, body, made_at,
                          next_at)
    select %(space)s, new.*, {_AT.format("%(now)s")}, {_AT.format("%(now)s")}
    from unnest(%(ids)s::text[], %(webhooks)s::text[], %(types)s::text[], %(members)s::text[],
                %(bodies)s::text[]) as new
    on conflict do nothing
"""
_ENDPOINTS = f"""
    select webhook.space_id, webhook_id, url, generation,
           {_MICROSECONDS.format("overlap_until")} as overlap_until,
           failing_since is not null as failing, secret
    from webhook join space using (space_id)
    where disabled_at is null and exists (
        select from delivery
        where delivery.space_id = webhook.space_id and delivery.webhook_id = webhook.webhook_id
          and state = 'waiting' and next_at <= {_AT.format("%(now)s")}
    )
    order by webhook.space_id, webhook_id
"""
# Of a member's deliveries the first that waits goes first, until it has failed too often.  Who
# takes one moves it on to when somebody else may take it, should nothing be heard of them.
_CLAIM = f"""
    with due as (
        select delivery_id
        from delivery
        where space_id = %(space)s and webhook_id = %(webhook)s and state = 'waiting'
          and next_at <= {_AT.format("%(now)s")}
          and (member_id is null or not exists (
              select from delivery as earlier
              where earlier.space_id = delivery.space_id
                and earlier.webhook_id = delivery.webhook_id and earlier.state = 'waiting'
                and earlier.member_id = delivery.member_id
                and earlier.position < delivery.position and earlier.attempts < {ORDERED_FOR}
          ))
        order by next_at, position
        limit %(limit)s
        for update skip locked
    )
    update delivery set claims = claims + 1, next_at = {_AT.format("%(until)s")}
    from due
    where delivery.space_id = %(space)s and delivery.delivery_id = due.delivery_id
    returning delivery.delivery_id, position, webhook_id, type, member_id, body, attempts, claims
"""
_ATTEMPT = f"""
    insert into attempt (space_id, delivery_id, n, at, milliseconds, status, error, response)
    values (%(space)s, %(delivery)s, %(n)s, {_AT.format("%(at)s")}, %(milliseconds)s, %(status)s,
            %(error)s, %(response)s)
    on conflict do nothing
"""
_DELIVERED = """
    update delivery set state = 'delivered', attempts = attempts + 1
    where space_id = %(space)s and delivery_id = %(delivery)s and state <> 'delivered'
"""
# Only where nobody has taken it since: whoever did says what became of it.
_FAILED = f"""
    update delivery
    set attempts = attempts + 1,
        state = case when %(next)s::bigint is null then 'dead' else state end,
        next_at = coalesce({_AT.format("%(next)s::bigint")}, next_at)
    where space_id = %(space)s and delivery_id = %(delivery)s and claims = %(n)s
      and state = 'waiting'
"""
# So that what waits behind it is not looked at again before.
_BEHIND = f"""
    update delivery
    set next_at = {_AT.format("%(next)s::bigint")}
    where space_id = %(space)s and webhook_id = %(webhook)s and member_id = %(member)s
      and state = 'waiting' and position > %(position)s and attempts = 0
      and next_at < {_AT.format("%(next)s::bigint")}
"""
_COLUMNS = f"""
    delivery_id, position, webhook_id, type, member_id, state, attempts, body,
    {_MICROSECONDS.format("made_at")} as made_at, {_MICROSECONDS.format("next_at")} as next_at
"""
_LIST = f"""
    select {_COLUMNS} from delivery
    where space_id = %(space)s and webhook_id = %(webhook)s
      and position < coalesce(%(before)s, position + 1)
      and (%(state)s::text is null or state = %(state)s)
      and (%(delivery)s::text is null or delivery_id = %(delivery)s)
    order by position desc
    limit %(limit)s
"""
_ATTEMPTS = f"""
    select n, {_MICROSECONDS.format("at")} as at, milliseconds, status, error, response
    from attempt where space_id = %s and delivery_id = %s
    order by n
"""
_AGAIN = f"""
    with chosen as (
        select delivery_id from delivery
        where space_id = %(space)s and webhook_id = %(webhook)s and state = any(%(states)s)
          and (%(delivery)s::text is null or delivery_id = %(delivery)s)
          and made_at >= {_AT.format("%(since)s")} and made_at < {_AT.format("%(until)s")}
        order by position
        limit %(limit)s
        for update
    )
    update delivery set state = 'waiting', attempts = 0, next_at = {_AT.format("%(now)s")}
    from chosen
    where delivery.space_id = %(space)s and delivery.delivery_id = chosen.delivery_id
"""
_DROP = """
    update delivery set state = 'dropped'
    where space_id = %s and webhook_id = %s and state = 'waiting'
"""
_FORGET = f"""
    with gone as (
        delete from delivery
        where ctid = any(array(
            select ctid from delivery where made_at < {_AT.format("%(before)s")} limit %(most)s
        ))
        returning space_id, delivery_id
    ), said as (
        delete from attempt using gone
        where attempt.space_id = gone.space_id and attempt.delivery_id = gone.delivery_id
    )
    select count(*) from gone
"""


class New(NamedTuple):
    """A message for an endpoint."""

    delivery_id: str
    webhook_id: str
    type: str
    member_id: str | None
    body: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint for which something is due; `secret` is its space's."""

    space_id: int
    webhook_id: str
    url: str
    generation: int
    overlap_until: int | None
    failing: bool
    secret: bytes


class Claimed(NamedTuple):
    """A delivery that is being sent; `n` tells this time from others."""

    delivery_id: str
    position: int
    webhook_id: str
    type: str
    member_id: str | None
    body: str
    attempts: int
    n: int


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery as it is shown; instants in microseconds since 1970-01-01 UTC."""

    delivery_id: str
    position: int
    webhook_id: str
    type: str
    member_id: str | None
    state: str
    attempts: int
    body: str
    made_at: int
    next_at: int


class AttemptRow(NamedTuple):
    """An attempt that has ended: with a status, or an error."""

    n: int
    at: int
    milliseconds: int
    status: int | None
    error: str | None
    response: str


def add(connection: Connection[Any], space: int, new: Sequence[New], now: int) -> None:
    """Have messages delivered from an instant (microseconds) on, in this order; once each."""
    columns = [list(column) for column in zip(*new, strict=True)]
    names = ("ids", "webhooks", "types", "members", "bodies")
    values = dict(zip(names, columns, strict=True))
    connection.execute(_ADD.encode(), {"space": space, "now": now, **values})


def due_endpoints(connection: Connection[Any], now: int) -> list[Endpoint]:
    """The endpoints, not disabled, for which something is due."""
    with connection.cursor(row_factory=class_row(Endpoint)) as cursor:
        return cursor.execute(_ENDPOINTS.encode(), {"now": now}).fetchall()


def claim(
    connection: Connection[Any], endpoint: Endpoint, *, now: int, until: int, limit: int
) -> list[Claimed]:
    """Take what is due for an endpoint, so that nobody else does `until` then."""
    asked = {
        "space": endpoint.space_id,
        "webhook": endpoint.webhook_id,
        "now": now,
        "until": until,
        "limit": limit,
    }
    with connection.cursor(row_factory=args_row(Claimed)) as cursor:
        found = cursor.execute(_CLAIM.encode(), asked).fetchall()
    return sorted(found, key=lambda one: one.position)


def keep_attempt(
    connection: Connection[Any], space: int, delivery: str, attempt: AttemptRow
) -> None:
    """Keep how an attempt has ended."""
    values = {"space": space, "delivery": delivery, **attempt._asdict()}
    connection.execute(_ATTEMPT.encode(), values)


def delivered(connection: Connection[Any], space: int, delivery: str) -> None:
    """It was taken: it is sent no more."""
    connection.execute(_DELIVERED, {"space": space, "delivery": delivery})


def failed(
    connection: Connection[Any], space: int, claimed: Claimed, next_at: int | None, *, hold: bool
) -> None:
    """It was not taken: it is sent again at an instant; None: no more.  With `hold` what comes
    after it for the same member waits as long."""
    values = {
        "space": space,
        "webhook": claimed.webhook_id,
        "delivery": claimed.delivery_id,
        "member": claimed.member_id,
        "position": claimed.position,
        "n": claimed.n,
        "next": next_at,
    }
    done = connection.execute(_FAILED.encode(), values)
    if done.rowcount and hold and next_at is not None and claimed.member_id is not None:
        connection.execute(_BEHIND.encode(), values)


def listed(
    connection: Connection[Any],
    space: int,
    webhook: str,
    *,
    limit: int,
    before: int | None = None,
    state: str | None = None,
    delivery: str | None = None,
) -> list[DeliveryRow]:
    """Deliveries of an endpoint, the newest first; of one state, or just one, if it is named."""
    asked = {
        "space": space,
        "webhook": webhook,
        "limit": limit,
        "before": before,
        "state": state,
        "delivery": delivery,
    }
    with connection.cursor(row_factory=class_row(DeliveryRow)) as cursor:
        return cursor.execute(_LIST.encode(), asked).fetchall()


def attempts(connection: Connection[Any], space: int, delivery: str) -> list[AttemptRow]:
    """The attempts of a delivery, in order."""
    with connection.cursor(row_factory=args_row(AttemptRow)) as cursor:
        return cursor.execute(_ATTEMPTS.encode(), (space, delivery)).fetchall()


def again(
    connection: Connection[Any],
    space: int,
    webhook: str,
    *,
    now: int,
    states: Sequence[str],
    limit: int,
    since: int,
    until: int,
    delivery: str | None = None,
) -> int:
    """Have deliveries sent once more, as if they had never been: those of some states that were
    made in [since, until), at most so many; how many they were."""
    asked = {
        "space": space,
        "webhook": webhook,
        "delivery": delivery,
        "states": list(states),
        "since": since,
        "until": until,
        "now": now,
        "limit": limit,
    }
    return connection.execute(_AGAIN.encode(), asked).rowcount


def drop_waiting(connection: Connection[Any], space: int, webhook: str) -> int:
    """Send no more what waits for an endpoint; how many they were."""
    return connection.execute(_DROP, (space, webhook)).rowcount


def forget(connection: Connection[Any], before: int, most: int) -> int:
    """Delete deliveries that were made before an instant, at most so many; how many they were."""
    row = connection.execute(_FORGET.encode(), {"before": before, "most": most}).fetchone()
    assert row is not None, "there is always one row of a count"
    number: int = row[0]
    return number

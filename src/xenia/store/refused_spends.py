"""What members were refused for safety, as it is stored: for staff to look at, for a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from psycopg import Connection

from xenia.store.posting import Scope
from xenia.store.taking import KEEP_REFUSED
from xenia.store.together import Together

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_FOUND = f"""
    select position, (extract(epoch from recorded_at) * 1000000)::bigint, member_id, source,
           event_id, type, asked_by, reason, claims, location, terminal, cashier
    from refused_spend
    where space_id = %(space)s and programme_id = %(programme)s
      and recorded_at >= {_AT.format("%(since)s")} and recorded_at < {_AT.format("%(until)s")}
      and (%(member)s::text is null or member_id = %(member)s)
      and (%(reason)s::text is null or reason = %(reason)s)
      and position < coalesce(%(before)s, position + 1)
    order by position desc
    limit %(limit)s
"""
_OF = """
    select member_id, source, event_id, type, asked_by, reason, claims, location, terminal, cashier
    from refused_spend
    where space_id = %s and programme_id = %s and member_id = any(%s)
    order by member_id, position
"""
_FORGET = f"""
    delete from refused_spend
    where ctid = any(array(
        select ctid from refused_spend
        where recorded_at < {_AT.format("%(before)s")} limit %(most)s
    ))
"""


class RefusedRow(NamedTuple):
    """What a member was refused, `asked_by` an event or a reservation for one; `claims` is JSON."""

    member: str
    source: str
    event: str
    type: str
    asked_by: str
    reason: str
    claims: str
    location: str | None
    terminal: str | None
    cashier: str | None


class Asked(NamedTuple):
    """What is asked: instants in microseconds; `before` a position, the rest None for any."""

    since: int
    until: int
    member: str | None
    reason: str | None
    before: int | None
    limit: int


class Found(NamedTuple):
    """A row at its place; `at` in microseconds."""

    position: int
    at: int
    row: RefusedRow


def add(connection: Connection[Any], scope: Scope, now: int, rows: Sequence[RefusedRow]) -> None:
    """Keep what was refused, in a transaction of its own; nothing of who has been erased."""
    with Together(connection) as together:
        together.run((KEEP_REFUSED.of((*scope, now), rows),), last=True)


def found(connection: Connection[Any], scope: Scope, asked: Asked) -> list[Found]:
    """What was refused in a time, the latest first."""
    values = {"space": scope.space_id, "programme": scope.programme_id, **asked._asdict()}
    rows = connection.execute(_FOUND.encode(), values)
    return [Found(position, at, RefusedRow(*rest)) for position, at, *rest in rows]


def of_members(
    connection: Connection[Any], scope: Scope, members: Sequence[str]
) -> list[RefusedRow]:
    """All that members were refused, as far as it is kept."""
    return [RefusedRow(*row) for row in connection.execute(_OF, (*scope, list(members)))]


def forget(connection: Connection[Any], before: int, most: int) -> int:
    """Delete what was refused before an instant, so many at once; how many they were."""
    return connection.execute(_FORGET.encode(), {"before": before, "most": most}).rowcount

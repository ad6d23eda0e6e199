"""Who is known in a space, and what they have said of consents."""

from __future__ import annotations

from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"
COLUMNS = f"""
    member_id, {_MICROSECONDS.format("recorded_at")}, {_MICROSECONDS.format("erased_at")},
    personal ->> 'name', (
        select json_agg(json_build_array(name, standing) order by name)
        from programme join account using (space_id, programme_id)
        where programme.space_id = member.space_id and account.member_id = member.member_id
    )
"""
_ONE = f"""
    select {COLUMNS}
    from member
    where space_id = %(space)s and member_id = any(%(members)s)
    order by member_id
"""
_CONSENTS = f"""
    select event.source, event.event_id, {_MICROSECONDS.format("occurred_at")}, facts
    from event
    left join record using (space_id, source, event_id)
    where space_id = %(space)s and event.member_id = %(member)s
      and type in ('enrolment', 'profile')
    order by event.occurred_at, event.recorded_at, seq, event.source, event.event_id
"""


class Person(NamedTuple):
    """`since` something is known of them, and when they were `erased`: in microseconds since
    1970-01-01 UTC; `name` as their profile has it.  `standings`: in each programme in which
    something was recorded of them, what stands beside their account (see migration 0037)."""

    member: str
    since: int
    erased: int | None = None
    name: str | None = None
    standings: list[tuple[str, list[str]]] | None = None


class Spoken(NamedTuple):
    """An event in which a member has said something of themselves; `occurred_at` in
    microseconds."""

    source: str
    event_id: str
    occurred_at: int
    facts: str


def persons(connection: Connection[TupleRow], space: int, members: list[str]) -> list[Person]:
    """Those of the members of whom something is known."""
    asked = {"space": space, "members": members}
    return [Person(*row) for row in connection.execute(_ONE.encode(), asked)]


def spoken(connection: Connection[TupleRow], space: int, member: str) -> list[Spoken]:
    """The events in which a member may have said something of consents, the oldest first."""
    asked = {"space": space, "member": member}
    return [Spoken(*row) for row in connection.execute(_CONSENTS.encode(), asked)]

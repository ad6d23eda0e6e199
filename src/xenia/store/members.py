"""Whom an event is about: members by what they are recognised by, made where they are new."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

Named = tuple[str, str]  # kind and value of an identifier

RANDOM = 10  # bytes in an id that are left to chance
_AGAIN = 100  # times that somebody else may delete what was just seen

# Each is looked up by itself (the `limit` sees to that): a plan for all of them together may read
# the whole table, above all before the database has statistics of it.
_KNOWN = """
    select asked.kind, asked.value, found.*
    from unnest(%(kinds)s::text[], %(values)s::text[]) as asked (kind, value)
    cross join lateral (
        select member_id, blocked_at is not null
        from identifier
        where space_id = %(space)s and kind = asked.kind and value = asked.value
        limit 1
    ) as found
"""
# Who loses a race finds the winner's member by `_KNOWN`: only the winner's row makes a member.
_MAKE = """
    with won as (
        insert into identifier (space_id, kind, value, member_id, recorded_at)
        select %(space)s, kind, value, member_id,
               'epoch'::timestamptz + %(now)s * interval '1 microsecond'
        from unnest(%(kinds)s::text[], %(values)s::text[], %(ids)s::text[])
            with ordinality as new (kind, value, member_id, place)
        order by place
        on conflict do nothing
        returning kind, value, member_id, recorded_at
    ), made as (
        insert into member (space_id, member_id, recorded_at)
        select %(space)s, member_id, recorded_at from won
    )
    select kind, value, member_id from won
"""
_ENSURE = """
    insert into member (space_id, member_id, recorded_at)
    select %(space)s, member_id, 'epoch'::timestamptz + %(now)s * interval '1 microsecond'
    from unnest(%(ids)s::text[]) with ordinality as new (member_id, place)
    order by place
    on conflict do nothing
"""


def uuid7(now: int, chance: bytes) -> str:
    """An id that sorts by time: UUID version 7 (RFC 9562) of an instant in microseconds and 10
    random bytes, of which 74 bits are used."""
    assert len(chance) == RANDOM, "a UUIDv7 has 74 random bits"
    milliseconds = now // 1000
    random = int.from_bytes(chance, "big")
    number = milliseconds << 80 | 7 << 76 | (random >> 62 & 0xFFF) << 64
    return str(UUID(int=number | 0b10 << 62 | random & (1 << 62) - 1))


def known(
    connection: Connection[TupleRow], space: int, identifiers: Collection[Named]
) -> dict[Named, str]:
    """The members of those identifiers (kind, value) that somebody has."""
    return looked_up(connection, space, identifiers)[0]


def looked_up(
    connection: Connection[TupleRow], space: int, identifiers: Collection[Named]
) -> tuple[dict[Named, str], set[Named]]:
    """The same, and which of them are blocked."""
    if not identifiers:
        return {}, set()
    kinds, values = [kind for kind, _ in identifiers], [value for _, value in identifiers]
    asked = {"space": space, "kinds": kinds, "values": values}
    rows = connection.execute(_KNOWN, asked).fetchall()
    blocked = {(kind, value) for kind, value, _, useless in rows if useless}
    return {(kind, value): member for kind, value, member, _ in rows}, blocked


def resolve(
    connection: Connection[TupleRow], space: int, identifiers: Collection[Named], now: int
) -> dict[Named, str]:
    """The member of each identifier (kind, value); for one that nobody has, a member is made.

    Safe against others who do the same: everybody gets the same member.  To be called once in a
    transaction, before any member or account is locked.
    """
    found = known(connection, space, identifiers)
    for _ in range(_AGAIN):
        new = sorted(set(identifiers) - found.keys())
        if not new:
            return found
        found |= _make(connection, space, new, now)
        if lost := set(new) - found.keys():
            found |= known(connection, space, lost)
    raise AssertionError("identifiers were deleted each time that they had been seen")


def ensure_members(
    connection: Connection[TupleRow], space: int, ids: Iterable[str], now: int
) -> None:
    """Record members by ids of the operator's own, where they are new."""
    if wanted := sorted(set(ids)):
        connection.execute(_ENSURE, {"space": space, "ids": wanted, "now": now})


def identifiers_of(
    connection: Connection[TupleRow], space: int, ids: Sequence[str]
) -> list[tuple[str, str, str]]:
    """Member, kind and value of each identifier of the members, also of those that led to them
    once, as far as it has not been erased."""
    query = """
        select member_id, kind, value from identifier
        where space_id = %(space)s and member_id = any(%(ids)s)
        union
        select member_id, kind, value from former_identifier
        where space_id = %(space)s and member_id = any(%(ids)s)
    """
    return connection.execute(query, {"space": space, "ids": list(ids)}).fetchall()


def is_known(connection: Connection[TupleRow], space: int, member: str) -> bool:
    """Whether anything was ever recorded of a member with this id."""
    query = "select 1 from member where space_id = %s and member_id = %s"
    return connection.execute(query, [space, member]).fetchone() is not None


def _make(
    connection: Connection[TupleRow], space: int, new: list[Named], now: int
) -> dict[Named, str]:
    """Those of them that nobody else has made meanwhile; `new` is sorted, against deadlocks."""
    rows = connection.execute(
        _MAKE,
        {
            "space": space,
            "kinds": [kind for kind, _ in new],
            "values": [value for _, value in new],
            "ids": [uuid7(now, secrets.token_bytes(RANDOM)) for _ in new],
            "now": now,
        },
    )
    return {(kind, value): member for kind, value, member in rows}

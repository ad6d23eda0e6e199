"""What leads to members, in the database: changed one by one, each row locked as it is read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

Named = tuple[str, str]  # kind and value

_AT = "'epoch'::timestamptz + %(now)s * interval '1 microsecond'"
_HOLDER = """
    select member_id, blocked_at is not null
    from identifier
    where space_id = %(space)s and kind = %(kind)s and value = %(value)s
    for update
"""
_VALUES = """
    select value from identifier
    where space_id = %(space)s and member_id = %(member)s and kind = %(kind)s
    order by value
"""
# Who is erased at this moment has nothing that leads to them; who was first has it.
_GIVE = f"""
    insert into identifier (space_id, kind, value, member_id, recorded_at)
    select space_id, %(kind)s, %(value)s, member_id, {_AT}
    from (
        select space_id, member_id from member
        where space_id = %(space)s and member_id = %(member)s and erased_at is null
        for key share
    ) as there
    on conflict do nothing
"""
_DROP = f"""
    with gone as (
        delete from identifier
        where space_id = %(space)s and kind = %(kind)s and value = %(value)s
          and member_id = %(member)s
        returning *
    )
    insert into former_identifier (space_id, member_id, kind, value, until)
    select space_id, member_id, kind, value, {_AT} from gone
    on conflict do nothing
"""
_BLOCK = f"""
    update identifier set blocked_at = {_AT}
    where space_id = %(space)s and kind = %(kind)s and value = %(value)s
"""
_LISTED = """
    select kind, value, blocked_at is not null,
           (extract(epoch from recorded_at) * 1000000)::bigint
    from identifier
    where space_id = %(space)s and member_id = %(member)s
    order by kind, identifier.recorded_at, value
"""
_OF_VALUE = """
    select distinct member_id from identifier
    where space_id = %(space)s and value = %(value)s and kind = any(%(kinds)s)
    order by member_id
    limit 100
"""


class Shown(NamedTuple):
    """One that leads to a member; `since` in microseconds since 1970-01-01 UTC."""

    kind: str
    value: str
    blocked: bool
    since: int


def holder(connection: Connection[TupleRow], space: int, named: Named) -> tuple[str, bool] | None:
    """To whom an identifier leads, and whether it is blocked; it stays so for this transaction."""
    kind, value = named
    asked = {"space": space, "kind": kind, "value": value}
    return connection.execute(_HOLDER, asked).fetchone()


def values(connection: Connection[TupleRow], space: int, member: str, kind: str) -> Sequence[str]:
    """The identifiers of a kind that lead to a member."""
    asked = {"space": space, "member": member, "kind": kind}
    return [value for (value,) in connection.execute(_VALUES, asked)]


def give(connection: Connection[TupleRow], space: int, named: Named, member: str, now: int) -> bool:
    """Let an identifier lead to a member; False where it leads to somebody by now, or there is no
    such member, or none any more."""
    kind, value = named
    asked = {"space": space, "kind": kind, "value": value, "member": member, "now": now}
    return bool(connection.execute(_GIVE.encode(), asked).rowcount)


def drop(connection: Connection[TupleRow], space: int, named: Named, member: str, now: int) -> None:
    """Let it lead to a member no longer; that it did is kept."""
    kind, value = named
    asked = {"space": space, "kind": kind, "value": value, "member": member, "now": now}
    connection.execute(_DROP.encode(), asked)


def block(connection: Connection[TupleRow], space: int, named: Named, now: int) -> None:
    """Let it be of no use from now on."""
    kind, value = named
    asked = {"space": space, "kind": kind, "value": value, "now": now}
    connection.execute(_BLOCK.encode(), asked)


def listed(connection: Connection[TupleRow], space: int, member: str) -> list[Shown]:
    """All that lead to a member."""
    asked = {"space": space, "member": member}
    return [Shown(*row) for row in connection.execute(_LISTED, asked)]


def led_to(
    connection: Connection[TupleRow], space: int, value: str, kinds: Collection[str]
) -> list[str]:
    """The members to whom a value leads as any of some kinds; a hundred at most."""
    asked = {"space": space, "value": value, "kinds": list(kinds)}
    return [member for (member,) in connection.execute(_OF_VALUE, asked)]

"""That members were erased, and of how many rows; and what is left of them where nothing may be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

_ADD = """
    insert into erasure (space_id, erasure_id, member_id, actor, removed, digest, erased_at)
    values (%(space)s, %(erasure)s, %(member)s, %(actor)s, %(removed)s, %(digest)s,
            'epoch'::timestamptz + %(now)s * interval '1 microsecond')
"""
_LISTED = """
    select erasure_id, member_id, actor, removed, digest,
           (extract(epoch from erased_at) * 1000000)::bigint
    from erasure
    where space_id = %(space)s and member_id = coalesce(%(member)s, member_id)
      and erasure_id < coalesce(%(before)s, 'g')
    order by erasure_id desc
    limit %(limit)s
"""
# Tables of what tells who somebody is.
_LEFT = """
    select table_name, member_id from (
        select 'identifier' as table_name, space_id, member_id from identifier
        union all select 'former_identifier', space_id, member_id from former_identifier
        union all select 'cashier', space_id, member_id from cashier
        union all select 'refused_spend', space_id, member_id from refused_spend
        union all select 'correction', space_id, member_id from correction
        union all select 'member_note', space_id, member_id from member_note
        union all select 'personal', space_id, member_id from personal
        union all select 'household', space_id, household_id from household
        where name is not null
        union all select 'member', space_id, member_id from member where personal is not null
        union all select 'request', space_id, unnest(about) from request where about is not null
        union all select 'change', space_id, member_id
        from member join change using (space_id)
        where erased_at is not null and change.personal is not null
          and object in ('member/' || member_id, 'household/' || member_id)
    ) as kept
    join member using (space_id, member_id)
    where space_id = %s and erased_at is not null
    group by 1, 2
    order by 1, 2
    limit %s
"""


class ErasureRow(NamedTuple):
    """An erasure: rows that it removed, by table; `erased_at` in microseconds since 1970-01-01
    UTC."""

    erasure: str
    member: str
    actor: str
    removed: Mapping[str, int]
    digest: bytes
    erased_at: int


def add(connection: Connection[TupleRow], space: int, row: ErasureRow) -> None:
    """Note an erasure."""
    values = {
        "space": space,
        "erasure": row.erasure,
        "member": row.member,
        "actor": row.actor,
        "removed": json.dumps(row.removed),
        "digest": row.digest,
        "now": row.erased_at,
    }
    connection.execute(_ADD, values)


def listed(
    connection: Connection[TupleRow],
    space: int,
    *,
    member: str | None = None,
    before: str | None = None,
    limit: int = 1_000,
) -> list[ErasureRow]:
    """Erasures of a member, or of all; the newest first, from behind one of them on."""
    asked = {"space": space, "member": member, "before": before, "limit": limit}
    return [ErasureRow(*row) for row in connection.execute(_LISTED, asked)]


def left_over(connection: Connection[TupleRow], space: int, most: int) -> list[tuple[str, str]]:
    """Table and member of what is kept of who has been erased, and may not be."""
    return connection.execute(_LEFT, (space, most)).fetchall()

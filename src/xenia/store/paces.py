"""How far what somebody may try at once is used up, by keyed hashes."""

from __future__ import annotations

from typing import Any

from psycopg import Connection

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"

# What is not there cannot be held: it is made first, as what is full.
_HOLD = """
    insert into sign_in_pace as pace (space_id, who, full_at) values (%s, %s, 'epoch')
    on conflict (space_id, who) do update set full_at = pace.full_at
    returning (extract(epoch from full_at) * 1000000)::bigint
"""
_KEEP = f"""
    update sign_in_pace set full_at = {_AT.format("%(full)s")}
    where space_id = %(space)s and who = %(who)s
"""
_GIVE_BACK = """
    update sign_in_pace set full_at = full_at - %(pause)s * interval '1 microsecond'
    where space_id = %(space)s and who = %(who)s
"""
_FORGET = f"""
    delete from sign_in_pace where ctid = any(array(
        select ctid from sign_in_pace
        where space_id = %(space)s and full_at < {_AT.format("%(now)s")}
        limit 100 for update skip locked
    ))
"""


def hold(connection: Connection[Any], space: int, who: bytes) -> int:
    """When all is there again (microseconds; past: it is); nobody else counts there until the
    transaction ends."""
    row = connection.execute(_HOLD, (space, who)).fetchone()
    assert row is not None, "it was made"
    return int(row[0])


def keep(connection: Connection[Any], space: int, who: bytes, full: int) -> None:
    """When all is there again from now on."""
    connection.execute(_KEEP.encode(), {"space": space, "who": who, "full": full})


def give_back(connection: Connection[Any], space: int, who: bytes, pause: int) -> None:
    """Have it all there again so much earlier."""
    connection.execute(_GIVE_BACK, {"space": space, "who": who, "pause": pause})


def forget(connection: Connection[Any], space: int, now: int) -> None:
    """Forget some that are full."""
    connection.execute(_FORGET.encode(), {"space": space, "now": now})

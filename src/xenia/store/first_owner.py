"""The link that makes the first account of a space, as it is stored, and the sessions of one."""

from __future__ import annotations

from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"

_ANY = "select exists (select from staff where space_id = %(space)s)"
_INVITE = f"""
    insert into first_owner (space_id, invitation, invited_until)
    values (%(space)s, %(invitation)s, {_AT.format("%(until)s")})
    on conflict (space_id) do update
    set invitation = excluded.invitation, invited_until = excluded.invited_until
"""
_INVITED = f"""
    select space_id, {_MICROSECONDS.format("invited_until")}
    from first_owner
    where invitation = %(invitation)s and invited_until > {_AT.format("%(now)s")}
      and not exists (select from staff where staff.space_id = first_owner.space_id)
    for update
"""
_DONE = "delete from first_owner where space_id = %(space)s"
_SESSIONS = f"""
    select digest, {_MICROSECONDS.format("begun_at")}, {_MICROSECONDS.format("last_used_at")},
           {_MICROSECONDS.format("expires_at")}
    from staff_session
    where space_id = %(space)s and staff_id = %(staff)s and ended_at is null
      and expires_at > {_AT.format("%(now)s")}
    order by begun_at desc
"""


class Running(NamedTuple):
    """A session that holds; instants in microseconds since 1970-01-01 UTC."""

    digest: bytes
    begun_at: int
    last_used_at: int | None
    until: int


def any_account(connection: Connection[TupleRow], space: int) -> bool:
    """Whether anybody was ever invited."""
    row = connection.execute(_ANY, {"space": space}).fetchone()
    return row is not None and bool(row[0])


def invite(connection: Connection[TupleRow], space: int, invitation: bytes, until: int) -> None:
    """A link in place of the one before; its hash, and until when it holds."""
    asked = {"space": space, "invitation": invitation, "until": until}
    connection.execute(_INVITE.encode(), asked)


def invited(
    connection: Connection[TupleRow], invitation: bytes, now: int
) -> tuple[int, int] | None:
    """The space of a link and until when it holds; None: it does not, or there is an account."""
    asked = {"invitation": invitation, "now": now}
    row = connection.execute(_INVITED.encode(), asked).fetchone()
    return None if row is None else (row[0], row[1])


def done(connection: Connection[TupleRow], space: int) -> None:
    """The link has been used."""
    connection.execute(_DONE, {"space": space})


def sessions_of(
    connection: Connection[TupleRow], space: int, staff: str, now: int
) -> list[Running]:
    """Where somebody is signed in, the newest first."""
    asked = {"space": space, "staff": staff, "now": now}
    return [Running(*row) for row in connection.execute(_SESSIONS.encode(), asked)]

"""Staff accounts, their sessions and failures to sign in, as they are stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow, class_row

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"
_NOW = _AT.format("%(now)s")

_COLUMNS = f"""
    staff_id, position, role, email, name, password, created_by,
    {_MICROSECONDS.format("invited_until")} as invited_until,
    {_MICROSECONDS.format("staff.created_at")} as created_at,
    {_MICROSECONDS.format("disabled_at")} as disabled_at,
    {_MICROSECONDS.format("last_sign_in_at")} as last_sign_in_at
"""
_OF = f"select {_COLUMNS} from staff where space_id = %(space)s and staff_id = %(staff)s"
_BY_EMAIL = f"select {_COLUMNS} from staff where space_id = %(space)s and email = %(email)s"
_PAGE = f"""
    select {_COLUMNS} from staff
    where space_id = %(space)s and position > %(after)s
    order by staff.position
    limit %(limit)s
"""
_NAMES = """
    select 'staff/' || staff_id, name from staff
    where space_id = %(space)s and 'staff/' || staff_id = any(%(actors)s) and name is not null
"""
_ADD = f"""
    insert into staff (space_id, staff_id, role, email, name, invitation, invited_until, created_at,
                       created_by)
    values (%(space)s, %(staff)s, %(role)s, %(email)s, %(name)s, %(invitation)s,
            {_AT.format("%(until)s")}, {_NOW}, %(by)s)
    on conflict (space_id, email) do nothing
"""
_INVITE = f"""
    update staff set invitation = %(invitation)s, invited_until = {_AT.format("%(until)s")}
    where space_id = %(space)s and staff_id = %(staff)s
"""
_INVITED = f"""
    select space_id, staff_id from staff
    where invitation = %(invitation)s and invited_until > {_NOW} and disabled_at is null
    for update
"""
_ACCEPT = """
    update staff set password = %(password)s, invitation = null, invited_until = null
    where space_id = %(space)s and staff_id = %(staff)s
"""
_CHANGE = f"""
    update staff
    set role = %(role)s, name = %(name)s,
        disabled_at = case when %(disabled)s then coalesce(disabled_at, {_NOW}) end,
        invitation = case when %(disabled)s then null else invitation end
    where space_id = %(space)s and staff_id = %(staff)s
"""
# Locked in one order, so that of two who leave at once the second sees that the first has gone.
_OWNERS = """
    select staff_id from staff
    where space_id = %(space)s and role = 'owner' and password is not null and disabled_at is null
    order by staff_id
    for update
"""
_ERASE = f"""
    update staff
    set email = null, name = null, password = null, invitation = null, invited_until = null,
        disabled_at = coalesce(disabled_at, {_NOW})
    where space_id = %(space)s and staff_id = %(staff)s
"""
_ERASE_WHENCE = """
    update staff_session set whence = null
    where space_id = %(space)s and staff_id = %(staff)s and whence is not null
"""
_CHANGED = "update space set access = access + 1 where space_id = %(space)s"

# ---- sessions ----
_BEGIN = f"""
    insert into staff_session (space_id, digest, staff_id, begun_at, expires_at, whence)
    values (%(space)s, %(digest)s, %(staff)s, {_NOW}, {_AT.format("%(until)s")}, %(whence)s)
"""
_WAS_HERE = """
    select exists (
        select 1 from staff_session
        where space_id = %(space)s and staff_id = %(staff)s and digest = %(digest)s
    ), exists (
        select 1 from staff_session
        where space_id = %(space)s and staff_id = %(staff)s and whence = %(whence)s
    )
"""
_SIGNED_IN = f"""
    update staff set last_sign_in_at = {_NOW}
    where space_id = %(space)s and staff_id = %(staff)s
"""
_SESSIONS = f"""
    select digest, staff_session.space_id, staff_id, role,
           {_MICROSECONDS.format("expires_at")} as until
    from staff_session
    join staff using (space_id, staff_id)
    where ended_at is null and expires_at > {_NOW} and disabled_at is null
      and (%(digest)s::bytea is null or digest = %(digest)s)
"""
_END = f"""
    update staff_session set ended_at = {_NOW}
    where ended_at is null and digest = %(digest)s
    returning space_id, staff_id
"""
_END_ALL = f"""
    update staff_session set ended_at = {_NOW}
    where ended_at is null and space_id = %(space)s and staff_id = %(staff)s
"""
_USED = f"""
    update staff_session set last_used_at = {_NOW}
    where digest = any(%(digests)s) and ended_at is null
"""
_FORGET = f"delete from staff_session where expires_at < {_NOW} and space_id = %(space)s"

# ---- failures ----
_FAIL = f"""
    insert into sign_in_failure (space_id, who, failures, last_at)
    values (%(space)s, %(who)s, 1, {_NOW})
    on conflict (space_id, who) do update
    set failures = sign_in_failure.failures + 1, last_at = {_NOW}
"""
# What is not there cannot be held: without a row, many first tries at once would be one.
_BEGIN_COUNTING = """
    insert into sign_in_failure (space_id, who, failures, last_at)
    values (%(space)s, %(who)s, 0, 'epoch')
    on conflict do nothing
"""
_FAILURES = f"""
    select failures, {_MICROSECONDS.format("last_at")} from sign_in_failure
    where space_id = %(space)s and who = %(who)s
    for update
"""
_FORGIVE = "delete from sign_in_failure where space_id = %(space)s and who = %(who)s"
_FORGET_FAILURES = f"""
    delete from sign_in_failure where ctid = any(array(
        select ctid from sign_in_failure
        where space_id = %(space)s and last_at < {_NOW}
        limit 100 for update skip locked
    ))
"""


@dataclass(frozen=True, slots=True)
class StaffRow:
    """An account; instants in microseconds since 1970-01-01 UTC.  `email` None: erased; `password`
    None: nobody has come yet."""

    staff_id: str
    position: int
    role: str
    email: str | None
    name: str | None
    password: str | None
    created_by: str
    invited_until: int | None
    created_at: int
    disabled_at: int | None
    last_sign_in_at: int | None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session that still holds, and the role of whose it is; `until` in microseconds."""

    digest: bytes
    space_id: int
    staff_id: str
    role: str
    until: int


def account(
    connection: Connection[TupleRow], space: int, staff: str, *, hold: bool = False
) -> StaffRow | None:
    """An account; with `hold` nobody else changes it until the transaction ends."""
    query = f"{_OF} for update" if hold else _OF
    with connection.cursor(row_factory=class_row(StaffRow)) as cursor:
        return cursor.execute(query.encode(), {"space": space, "staff": staff}).fetchone()


def by_email(connection: Connection[TupleRow], space: int, email: str) -> StaffRow | None:
    """The account of an address, in small letters."""
    with connection.cursor(row_factory=class_row(StaffRow)) as cursor:
        return cursor.execute(_BY_EMAIL.encode(), {"space": space, "email": email}).fetchone()


def page(connection: Connection[TupleRow], space: int, *, after: int, limit: int) -> list[StaffRow]:
    """Accounts in the order in which they were made, behind a position."""
    asked = {"space": space, "after": after, "limit": limit}
    with connection.cursor(row_factory=class_row(StaffRow)) as cursor:
        return cursor.execute(_PAGE.encode(), asked).fetchall()


def names(connection: Connection[TupleRow], space: int, actors: Collection[str]) -> dict[str, str]:
    """The names of those of these actors that are staff, as far as they are known."""
    found = connection.execute(_NAMES, {"space": space, "actors": list(actors)}).fetchall()
    return dict(found)


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who is invited; `invitation` is the hash of what they were given, good `until`."""

    staff_id: str
    role: str
    email: str
    name: str
    invitation: bytes
    until: int


def add(connection: Connection[TupleRow], space: int, new: Invited, by: str, now: int) -> bool:
    """A new account; False if there is one of that address."""
    values = {
        "space": space,
        "staff": new.staff_id,
        "role": new.role,
        "email": new.email,
        "name": new.name,
        "invitation": new.invitation,
        "until": new.until,
        "by": by,
        "now": now,
    }
    return bool(connection.execute(_ADD.encode(), values).rowcount)


def invite(
    connection: Connection[TupleRow], space: int, staff: str, invitation: bytes, until: int
) -> None:
    """Another invitation in place of the one before."""
    asked = {"space": space, "staff": staff, "invitation": invitation, "until": until}
    connection.execute(_INVITE.encode(), asked)


def invited(
    connection: Connection[TupleRow], invitation: bytes, now: int
) -> tuple[int, str] | None:
    """The space and the account of an invitation that still holds, which nobody else uses now."""
    asked = {"invitation": invitation, "now": now}
    row = connection.execute(_INVITED.encode(), asked).fetchone()
    return None if row is None else (row[0], row[1])


def accept(connection: Connection[TupleRow], space: int, staff: str, password: str) -> None:
    """The password (its slow hash) by which somebody signs in from now on."""
    connection.execute(_ACCEPT, {"space": space, "staff": staff, "password": password})


def change(connection: Connection[TupleRow], space: int, new: StaffRow, now: int) -> None:
    """Role, name and whether somebody may still sign in, as they are from now on."""
    values = {
        "space": space,
        "staff": new.staff_id,
        "role": new.role,
        "name": new.name,
        "disabled": new.disabled_at is not None,
        "now": now,
    }
    connection.execute(_CHANGE.encode(), values)


def owners(connection: Connection[TupleRow], space: int) -> list[str]:
    """The owners who can sign in; nobody takes one of them away until the transaction ends."""
    return [row[0] for row in connection.execute(_OWNERS, {"space": space})]


def erase(connection: Connection[TupleRow], space: int, staff: str, now: int) -> None:
    """Remove what is known of a person; the account stays by its id, and lets nobody in."""
    connection.execute(_ERASE.encode(), {"space": space, "staff": staff, "now": now})
    connection.execute(_ERASE_WHENCE, {"space": space, "staff": staff})


def access_changed(connection: Connection[TupleRow], space: int) -> None:
    """Have all processes look again who may what."""
    connection.execute(_CHANGED, {"space": space})


# ---- sessions ------------------------------------------------------------------------------------


def begin_session(
    connection: Connection[TupleRow], session: SessionRow, whence: bytes, *, now: int, old: int
) -> None:
    """A new session, and whence; those of the space that ended before `old` are forgotten."""
    values = {
        "space": session.space_id,
        "digest": session.digest,
        "staff": session.staff_id,
        "now": now,
        "until": session.until,
        "whence": whence,
    }
    connection.execute(_FORGET.encode(), {"space": session.space_id, "now": old})
    connection.execute(_BEGIN.encode(), values)
    connection.execute(_SIGNED_IN.encode(), values)


def was_here(
    connection: Connection[TupleRow], space: int, staff: str, digest: bytes, whence: bytes
) -> tuple[bool, bool]:
    """Whether a session of this hash was theirs, and whether they have begun one from there; as
    long as sessions are kept."""
    asked = {"space": space, "staff": staff, "digest": digest, "whence": whence}
    row = connection.execute(_WAS_HERE, asked).fetchone()
    return (False, False) if row is None else (row[0], row[1])


def sessions(
    connection: Connection[TupleRow], now: int, digest: bytes | None = None
) -> list[SessionRow]:
    """The sessions of all spaces that still hold; only one, if its hash is given."""
    with connection.cursor(row_factory=class_row(SessionRow)) as cursor:
        return cursor.execute(_SESSIONS.encode(), {"now": now, "digest": digest}).fetchall()


def end_session(
    connection: Connection[TupleRow], digest: bytes, now: int
) -> tuple[int, str] | None:
    """End a session; its space and whose it was, None if it had ended."""
    row = connection.execute(_END.encode(), {"digest": digest, "now": now}).fetchone()
    return None if row is None else (row[0], row[1])


def end_sessions(connection: Connection[TupleRow], space: int, staff: str, now: int) -> None:
    """End all sessions of somebody."""
    connection.execute(_END_ALL.encode(), {"space": space, "staff": staff, "now": now})


def used(connection: Connection[TupleRow], digests: Collection[bytes], now: int) -> None:
    """Note when sessions were used last."""
    connection.execute(_USED.encode(), {"digests": list(digests), "now": now})


# ---- failures ------------------------------------------------------------------------------------


def failures(connection: Connection[TupleRow], space: int, who: bytes) -> tuple[int, int]:
    """How often in a row somebody could not sign in, and when that was last; held."""
    asked = {"space": space, "who": who}
    connection.execute(_BEGIN_COUNTING, asked)
    row = connection.execute(_FAILURES.encode(), asked).fetchone()
    return (0, 0) if row is None else (row[0], row[1])


def fail(connection: Connection[TupleRow], space: int, who: bytes, *, now: int, old: int) -> None:
    """Count one more; some before `old` are forgotten."""
    connection.execute(_FORGET_FAILURES.encode(), {"space": space, "now": old})
    connection.execute(_FAIL.encode(), {"space": space, "who": who, "now": now})


def forgive(connection: Connection[TupleRow], space: int, who: bytes) -> None:
    """Begin to count anew."""
    connection.execute(_FORGIVE, {"space": space, "who": who})

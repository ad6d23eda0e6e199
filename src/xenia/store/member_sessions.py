"""Codes by which members come in, and their sessions, as they are stored."""

from __future__ import annotations

from typing import Any, NamedTuple

from psycopg import Connection

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"
_NOW = _AT.format("%(now)s")

# ---- codes ----
# One that is asked for from elsewhere stays: whoever does that must not take it from anybody.
_REPLACE = """
    update member_code set state = 'replaced'
    where space_id = %(space)s and who = %(who)s and whence is not distinct from %(whence)s
      and state = 'live'
"""
_END_CODES = """
    update member_code set state = 'replaced'
    where space_id = %(space)s and member_id = %(member)s and state = 'live'
"""
_FORGET_CODES = f"""
    delete from member_code where ctid = any(array(
        select ctid from member_code
        where space_id = %(space)s and made_at < {_AT.format("%(old)s")} limit 100
    ))
"""
_ADD = f"""
    insert into member_code (space_id, code_id, who, whence, programme_id, member_id, made_at,
                             until, told)
    values (%(space)s, %(code)s, %(who)s, %(whence)s, %(programme)s, %(member)s, {_NOW},
            {_AT.format("%(until)s")}, %(member)s::text is null)
"""
# Counted before it is compared, so that many at once are many.
_TRY = f"""
    update member_code set tries = tries + 1
    where space_id = %(space)s and code_id = %(code)s and state = 'live' and until > {_NOW}
    returning member_id, tries
"""
_USE = f"""
    update member_code set state = 'used'
    where space_id = %(space)s and code_id = %(code)s and state = 'live' and until > {_NOW}
    returning member_id, whence
"""
_UNTOLD = f"""
    update member_code set told = true
    from (
        select space_id, code_id from member_code where not told
        order by made_at limit %s for update skip locked
    ) as found
    where member_code.space_id = found.space_id and member_code.code_id = found.code_id
    returning member_code.space_id, member_code.code_id, programme_id, member_id,
              {_MICROSECONDS.format("until")}
"""

# ---- sessions ----
_FORGET = f"""
    delete from member_session where ctid = any(array(
        select ctid from member_session
        where space_id = %(space)s and expires_at < {_AT.format("%(old)s")} limit 100
    ))
"""
_BEGIN = f"""
    insert into member_session (space_id, digest, member_id, begun_at, expires_at, whence)
    select space_id, %(digest)s, member_id, {_NOW}, {_AT.format("%(until)s")}, %(whence)s
    from member
    where space_id = %(space)s and member_id = %(member)s and erased_at is null
    for key share
"""
_WAS_HERE = """
    select exists (
        select 1 from member_session
        where space_id = %(space)s and member_id = %(member)s and digest = %(digest)s
    ), exists (
        select 1 from member_session
        where space_id = %(space)s and member_id = %(member)s and whence = %(whence)s
    )
"""
_HELD = f"""
    select space_id, member_id, {_MICROSECONDS.format("expires_at")} from member_session
    where digest = %(digest)s and ended_at is null and expires_at > {_NOW}
"""
_END = f"""
    update member_session set ended_at = {_NOW}
    where digest = %(digest)s and ended_at is null
    returning space_id, member_id, {_MICROSECONDS.format("expires_at")}
"""
_END_ALL = f"""
    update member_session set ended_at = {_NOW}
    where space_id = %(space)s and member_id = %(member)s and ended_at is null
"""
_LIVE = f"""
    select digest, {_MICROSECONDS.format("begun_at")}, {_MICROSECONDS.format("expires_at")}
    from member_session
    where space_id = %(space)s and member_id = %(member)s and ended_at is null
      and expires_at > {_NOW}
    order by begun_at desc
    limit 100
"""

_ERASE = "delete from member_code where space_id = %s and member_id = %s"
_ERASE_WHENCE = """
    update member_session set whence = null
    where space_id = %s and member_id = %s and whence is not null
"""


class NewCode(NamedTuple):
    """A code that is asked for; `member` None: nobody is known by what was said."""

    code: str
    who: bytes
    whence: bytes
    programme: int | None
    member: str | None
    until: int


class Tried(NamedTuple):
    """A code after one more try of it."""

    member: str | None
    tries: int


class Used(NamedTuple):
    """Whose a code was, and whence it was asked for; None: before that was kept."""

    member: str
    whence: bytes | None


class UntoldCode(NamedTuple):
    """A code of which its member has not been told."""

    space: int
    code: str
    programme: int
    member: str
    until: int


class MemberSession(NamedTuple):
    """A session that holds `until` then (microseconds)."""

    space_id: int
    member: str
    until: int


class NewSession(NamedTuple):
    """A session that begins, by the hash of its token, and whence."""

    session: MemberSession
    digest: bytes
    whence: bytes


class LiveSession(NamedTuple):
    """One of a member's sessions; instants in microseconds."""

    digest: bytes
    begun_at: int
    until: int


def add_code(connection: Connection[Any], space: int, new: NewCode, *, now: int, old: int) -> None:
    """A new code takes the place of any other by the same name from there; some before `old` are
    forgotten."""
    values = {"space": space, "now": now, "old": old, **new._asdict()}
    connection.execute(_FORGET_CODES.encode(), values)
    connection.execute(_REPLACE, values)
    connection.execute(_ADD.encode(), values)


def try_code(connection: Connection[Any], space: int, code: str, now: int) -> Tried | None:
    """Count a try of a code that still holds; None where there is none."""
    asked = {"space": space, "code": code, "now": now}
    row = connection.execute(_TRY.encode(), asked).fetchone()
    return None if row is None else Tried(*row)


def use_code(connection: Connection[Any], space: int, code: str, now: int) -> Used | None:
    """Whose code it is, and whence it was asked for, which is used by this; None where it does not
    hold any more."""
    asked = {"space": space, "code": code, "now": now}
    row = connection.execute(_USE.encode(), asked).fetchone()
    return None if row is None or row[0] is None else Used(*row)


def end_codes(connection: Connection[Any], space: int, member: str) -> int:
    """Let no code that was sent to a member open anything any more: how many."""
    return connection.execute(_END_CODES, {"space": space, "member": member}).rowcount


def untold(connection: Connection[Any], most: int) -> list[UntoldCode]:
    """Codes of which members are told from now on: only once."""
    return [UntoldCode(*row) for row in connection.execute(_UNTOLD.encode(), (most,))]


def begin(connection: Connection[Any], new: NewSession, *, now: int, old: int) -> bool:
    """A new session; False for who has been erased.  Some that ended before `old` are forgotten."""
    session = new.session
    values = {**session._asdict(), "digest": new.digest, "whence": new.whence}
    values |= {"now": now, "old": old}
    values["space"] = session.space_id
    connection.execute(_FORGET.encode(), values)
    return bool(connection.execute(_BEGIN.encode(), values).rowcount)


def was_here(
    connection: Connection[Any], space: int, member: str, digest: bytes, whence: bytes
) -> tuple[bool, bool]:
    """Whether a session of this hash was theirs, and whether they have begun one from there; as
    long as sessions are kept."""
    asked = {"space": space, "member": member, "digest": digest, "whence": whence}
    row = connection.execute(_WAS_HERE, asked).fetchone()
    return (False, False) if row is None else (row[0], row[1])


def held(connection: Connection[Any], digest: bytes, now: int) -> MemberSession | None:
    """The session of a hash, as long as it holds."""
    row = connection.execute(_HELD.encode(), {"digest": digest, "now": now}).fetchone()
    return None if row is None else MemberSession(*row)


def end(connection: Connection[Any], digest: bytes, now: int) -> MemberSession | None:
    """End a session; None if it had ended."""
    row = connection.execute(_END.encode(), {"digest": digest, "now": now}).fetchone()
    return None if row is None else MemberSession(*row)


def end_all(connection: Connection[Any], space: int, member: str, now: int) -> int:
    """End all sessions of a member: how many."""
    asked = {"space": space, "member": member, "now": now}
    return connection.execute(_END_ALL.encode(), asked).rowcount


def erase(connection: Connection[Any], space: int, member: str) -> None:
    """Remove that codes were asked for by what led to a member, and whence they came."""
    connection.execute(_ERASE, (space, member))
    connection.execute(_ERASE_WHENCE, (space, member))


def live(connection: Connection[Any], space: int, member: str, now: int) -> list[LiveSession]:
    """Where a member is signed in, the newest first."""
    asked = {"space": space, "member": member, "now": now}
    return [LiveSession(*row) for row in connection.execute(_LIVE.encode(), asked)]

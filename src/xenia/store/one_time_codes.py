"""One-time codes as they are stored: for whom, for how much, and how often they were tried."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from psycopg import Connection

from xenia.store.posting import Scope

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"
_ADD = f"""
    insert into one_time_code (space_id, code_id, programme_id, member_id, units, made_at, until)
    values (%(space)s, %(code)s, %(programme)s, %(member)s, %(units)s, {_AT.format("%(now)s")},
            {_AT.format("%(until)s")})
"""
_OF_MEMBER = "space_id = %(space)s and programme_id = %(programme)s and member_id = %(member)s"
# Whoever is asked for twice at once is sent one code behind the other.
_HOLD = """
    select 1 from member where space_id = %(space)s and member_id = %(member)s for no key update
"""
_ASKED = f"""
    select {_MICROSECONDS.format("made_at")} from one_time_code
    where {_OF_MEMBER} and made_at > {_AT.format("%(since)s")}
    order by made_at
"""
_REPLACE = f"update one_time_code set state = 'replaced' where {_OF_MEMBER} and state = 'live'"
_LIVE = f"""
    select member_id, code_id, units, {_MICROSECONDS.format("until")}, tries
    from one_time_code
    where space_id = %(space)s and programme_id = %(programme)s and member_id = any(%(members)s)
      and state = 'live'
    order by code_id
    for update
"""
_KEEP = """
    update one_time_code set tries = %(tries)s, state = %(state)s, source = %(source)s,
           event_id = %(event)s
    where space_id = %(space)s and code_id = %(code)s
"""
_TRIED = """
    update one_time_code set tries = tries + 1
    where space_id = %(space)s and code_id = (
        select code_id from one_time_code
        where space_id = %(space)s and programme_id = %(programme)s
          and member_id = any(%(members)s) and state = 'live'
        order by until desc, code_id desc limit 1
    )
"""
_UNTOLD = f"""
    update one_time_code set told = true
    from (
        select space_id, code_id from one_time_code where not told
        order by made_at limit %s for update skip locked
    ) as found
    where one_time_code.space_id = found.space_id and one_time_code.code_id = found.code_id
    returning one_time_code.space_id, one_time_code.code_id, programme_id, member_id, units,
              {_MICROSECONDS.format("until")}
"""


class CodeRow(NamedTuple):
    """A code that may still be used: `units` is JSON, `until` in microseconds."""

    member: str
    code: str
    units: str
    until: int
    tries: int


class Used(NamedTuple):
    """What became of a code: `event` are source and id of what it was used for, if it was."""

    code: str
    tries: int
    event: tuple[str, str] | None


class Untold(NamedTuple):
    """A code of which its member has not been told."""

    space: int
    code: str
    programme: int
    member: str
    units: str
    until: int


def asked_since(connection: Connection[Any], scope: Scope, member: str, since: int) -> list[int]:
    """When codes were asked for a member since an instant; nobody else asks until the transaction
    ends."""
    asked = {**_names(scope), "member": member, "since": since}
    connection.execute(_HOLD, asked)
    return [at for (at,) in connection.execute(_ASKED.encode(), asked)]


def add(connection: Connection[Any], scope: Scope, new: CodeRow, now: int) -> None:
    """A new code takes the place of any other of the member."""
    values = {
        **_names(scope),
        "member": new.member,
        "code": new.code,
        "units": new.units,
        "now": now,
        "until": new.until,
    }
    connection.execute(_REPLACE.encode(), values)
    connection.execute(_ADD.encode(), values)


def live(connection: Connection[Any], scope: Scope, members: Collection[str]) -> list[CodeRow]:
    """The codes of members that may be used, locked."""
    asked = {**_names(scope), "members": sorted(members)}
    return [CodeRow(*row) for row in connection.execute(_LIVE.encode(), asked)]


def keep(connection: Connection[Any], space: int, rows: Sequence[Used]) -> None:
    """What became of codes that are locked."""
    for row in rows:
        source, event = row.event or (None, None)
        state = "live" if row.event is None else "used"
        values = {"space": space, "code": row.code, "tries": row.tries, "state": state}
        connection.execute(_KEEP, {**values, "source": source, "event": event})


def tried(connection: Connection[Any], scope: Scope, members: Sequence[str]) -> None:
    """Count a try of the code that members were sent last."""
    connection.execute(_TRIED.encode(), {**_names(scope), "members": [*members]})


def untold(connection: Connection[Any], most: int) -> list[Untold]:
    """Codes of which members are told from now on: only once."""
    return [Untold(*row) for row in connection.execute(_UNTOLD.encode(), (most,))]


def _names(scope: Scope) -> dict[str, Any]:
    return {"space": scope.space_id, "programme": scope.programme_id}

"""Spaces, their programmes and the versions of these, as they were published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.engine.since import ALWAYS

Mode = Literal["live", "test"]

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"

_SPACE = "select space_id, name, secret, mode from space where name = %(name)s"
_SPACES = "select space_id, name, secret, mode from space order by space_id"
_MAKE_SPACE = """
    insert into space (space_id, name, secret, mode, recorded_at)
    select coalesce(max(space_id), 0) + 1, %(name)s, %(secret)s, %(mode)s, current_timestamp
    from space
    on conflict do nothing
"""
_HOLD_SPACE = "select 1 from space where space_id = %(space)s for no key update"
# A batch of events shares the row until it is recorded, so this waits for those that run.
_HOLD = """
    select programme_id, name, revision
    from programme
    where space_id = %(space)s and name = %(name)s
    for no key update
"""
_LATEST = f"""
    select {_MICROSECONDS.format("max(occurred_at)")}
    from event
    where space_id = %(space)s and occurred_at >= {_AT.format("%(since)s")}
"""
_PROGRAMMES = """
    select programme_id, name, revision, rules,
           ((select max(month) from closed_month closed
             where closed.space_id = programme.space_id
               and closed.programme_id = programme.programme_id)
            + interval '1 month')::date - date '1970-01-01'
    from programme left join guard using (space_id, programme_id)
    where space_id = %(space)s
    order by name
"""
_VERSIONS = f"""
    select programme_id, version, document, code_key,
           case when effective_from = '-infinity' then null
                else {_MICROSECONDS.format("effective_from")} end,
           {_MICROSECONDS.format("published_at")},
           {_MICROSECONDS.format("withdrawn_at")}
    from programme_version
    where space_id = %(space)s and (%(programme)s::integer is null or programme_id = %(programme)s)
    order by programme_id, version
"""
_ADD_PROGRAMME = """
    insert into programme (space_id, programme_id, name, revision)
    select %(space)s, coalesce(max(programme_id), 0) + 1, %(name)s, 0
    from programme
    where space_id = %(space)s
    returning programme_id
"""
_ADD_VERSION = f"""
    insert into programme_version (space_id, programme_id, version, document, code_key,
                                   effective_from, published_at, announcement, reach)
    values (%(space)s, %(programme)s, %(version)s, %(document)s, %(key)s,
            coalesce({_AT.format("%(start)s::bigint")}, '-infinity'), {_AT.format("%(now)s")},
            %(announcement)s, %(reach)s)
"""
_WITHDRAW = f"""
    update programme_version
    set withdrawn_at = {_AT.format("%(now)s")}, withdrawal = %(withdrawal)s, reach = null
    where space_id = %(space)s and programme_id = %(programme)s and version = %(version)s
"""
_TELL_WITHDRAWN = f"""
    insert into outbox (space_id, programme_id, recorded_at, version, withdrawn)
    values (%(space)s, %(programme)s, {_AT.format("%(now)s")}, %(version)s, true)
"""
_TO_REACH = """
    select version, reach
    from programme_version
    where space_id = %(space)s and programme_id = %(programme)s and reach is not null
    order by version
"""
_REACHED = """
    update programme_version set reach = %(reach)s
    where space_id = %(space)s and programme_id = %(programme)s and version = %(version)s
"""
_TELL = f"""
    insert into outbox (space_id, programme_id, recorded_at, version)
    values (%(space)s, %(programme)s, {_AT.format("%(now)s")}, %(version)s)
"""
_REVISE = """
    update programme
    set revision = revision + 1
    where space_id = %(space)s and programme_id = %(programme)s
"""
# Of an account's state, the 8 bytes that say on which day the member joined.
_JOINED = "substring(state from %(place)s for 8) <> %(nobody)s"
_ENROLLED = """
    select programme_id, count(*) from account
    where space_id = %s and joined is not null
    group by programme_id
"""
_BRING_FORWARD = f"""
    with next as (
        select member_id
        from account
        where space_id = %(space)s and programme_id = %(programme)s and member_id > %(after)s
        order by member_id
        limit %(limit)s
    ), held as (
        select member_id
        from account
        where space_id = %(space)s and programme_id = %(programme)s
          and member_id in (select member_id from next)
          and version < %(version)s and {_JOINED}
          and (next_due is null or next_due > date '1970-01-01' + %(day)s::integer)
        order by member_id
        for update
    ), moved as (
        update account
        set next_due = date '1970-01-01' + %(day)s::integer
        from held
        where space_id = %(space)s and programme_id = %(programme)s
          and account.member_id = held.member_id
    )
    select max(member_id) from next
"""


@dataclass(frozen=True, slots=True)
class SpaceRow:
    """One operator's world; `secret` keys the fingerprints of its events."""

    space_id: int
    name: str
    secret: bytes
    mode: Mode


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A programme; `revision` grows with each publication, with what is said of spending (`rules`,
    as JSON), and with each month that is closed: `open_from` is the first day after the last of
    them."""

    programme_id: int
    name: str
    revision: int
    rules: str | None = None
    open_from: int | None = None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A published document; instants are microseconds since 1970-01-01 UTC, `effective_from` may
    be ALWAYS.  One that was withdrawn never takes effect."""

    version: int
    document: str
    code_key: bytes
    effective_from: int
    published_at: int
    withdrawn_at: int | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """What 8 bytes of a state may be; `place` is the first of them, from 0."""

    place: int
    content: bytes


def spaces(connection: Connection[TupleRow]) -> list[SpaceRow]:
    """All spaces, in the order in which they were made."""
    return [SpaceRow(*row) for row in connection.execute(_SPACES)]


def space_of(
    connection: Connection[TupleRow], name: str, *, secret: bytes, mode: Mode = "live"
) -> SpaceRow:
    """The space of a name; one that is new gets the secret and the mode."""
    row = connection.execute(_SPACE, {"name": name}).fetchone()
    while row is None:
        # Another process may make it, or one with the same number, at this moment.
        connection.execute(_MAKE_SPACE, {"name": name, "secret": secret, "mode": mode})
        row = connection.execute(_SPACE, {"name": name}).fetchone()
    return SpaceRow(*row)


def hold(connection: Connection[TupleRow], space: int, name: str) -> ProgrammeRow | None:
    """Let nobody else publish in a space until the transaction ends; the programme of the name, for
    which no events are recorded until then, if there is one."""
    connection.execute(_HOLD_SPACE, {"space": space})
    row = connection.execute(_HOLD, {"space": space, "name": name}).fetchone()
    return None if row is None else ProgrammeRow(*row)


def latest(connection: Connection[TupleRow], space: int, since: int) -> int | None:
    """The instant of the latest event that is recorded, if one occurred at `since` or later."""
    row = connection.execute(_LATEST, {"space": space, "since": since}).fetchone()
    return None if row is None else row[0]


def programmes(connection: Connection[TupleRow], space: int) -> tuple[ProgrammeRow, ...]:
    """The programmes of a space, by name."""
    return tuple(ProgrammeRow(*row) for row in connection.execute(_PROGRAMMES, {"space": space}))


def versions(
    connection: Connection[TupleRow], space: int, programme: int
) -> tuple[VersionRow, ...]:
    """The versions of a programme, the first one first; those that were withdrawn, too."""
    return _versions(connection, space, programme).get(programme, ())


def all_versions(
    connection: Connection[TupleRow], space: int
) -> Mapping[int, tuple[VersionRow, ...]]:
    """The same of all programmes of a space, by their numbers."""
    return _versions(connection, space, None)


def _versions(
    connection: Connection[TupleRow], space: int, programme: int | None
) -> dict[int, tuple[VersionRow, ...]]:
    found: dict[int, list[VersionRow]] = {}
    asked = {"space": space, "programme": programme}
    for number, version, document, key, start, *rest in connection.execute(_VERSIONS, asked):
        since = ALWAYS if start is None else start
        found.setdefault(number, []).append(VersionRow(version, document, key, since, *rest))
    return {number: tuple(rows) for number, rows in found.items()}


def add_programme(connection: Connection[TupleRow], space: int, name: str) -> ProgrammeRow:
    """Record a programme that is new; the space is held (`hold`)."""
    row = connection.execute(_ADD_PROGRAMME, {"space": space, "name": name}).fetchone()
    assert row is not None, "an insert returns its row"
    return ProgrammeRow(row[0], name, 0)


def revise(connection: Connection[TupleRow], space: int, programme: int) -> None:
    """Have every process read a programme anew that is held (`hold`)."""
    connection.execute(_REVISE, {"space": space, "programme": programme})


def add_version(
    connection: Connection[TupleRow],
    space: int,
    programme: int,
    version: VersionRow,
    *,
    announcement: str | None = None,
) -> None:
    """Publish a version, of which all members are told what it announces (JSON), if it does; the
    space is held (`hold`)."""
    start = None if version.effective_from == ALWAYS else version.effective_from
    values = {
        "space": space,
        "programme": programme,
        "version": version.version,
        "document": version.document,
        "key": version.code_key,
        "start": start,
        "now": version.published_at,
        "announcement": announcement,
        "reach": None if version.version == 1 or start is None else "",
    }
    connection.execute(_ADD_VERSION, values)
    if announcement is not None:
        connection.execute(_TELL, values)
    connection.execute(_REVISE, values)


def withdraw(
    connection: Connection[TupleRow],
    space: int,
    programme: int,
    versions: Sequence[int],
    now: int,
    *,
    withdrawal: str | None,
) -> None:
    """Have versions never take effect; of the last of them all members are told (JSON), if there is
    anything to tell; the space is held (`hold`)."""
    values = {"space": space, "programme": programme, "now": now}
    for version in versions:
        told = withdrawal if version == versions[-1] else None
        row = {**values, "version": version, "withdrawal": told}
        connection.execute(_WITHDRAW, row)
        if told is not None:
            connection.execute(_TELL_WITHDRAWN, row)
    connection.execute(_REVISE, values)


def to_reach(connection: Connection[TupleRow], space: int, programme: int) -> list[tuple[int, str]]:
    """The versions of which not all accounts know the first day yet, and the last that does."""
    asked = {"space": space, "programme": programme}
    return connection.execute(_TO_REACH, asked).fetchall()


def reached(
    connection: Connection[TupleRow], space: int, programme: int, version: int, reach: str | None
) -> None:
    """Note up to which account a version's first day is known; None: all do."""
    asked = {"space": space, "programme": programme, "version": version, "reach": reach}
    connection.execute(_REACHED, asked)


def enrolled(connection: Connection[TupleRow], space: int) -> dict[int, int]:
    """How many members each programme has: who have joined, and have not left again."""
    return dict(connection.execute(_ENROLLED, (space,)).fetchall())


def bring_forward(
    connection: Connection[TupleRow],
    space: int,
    programme: int,
    *,
    version: int,
    day: int,
    nobody: Slot,
    after: str,
    limit: int,
) -> str | None:
    """Have the members who joined under an earlier version looked at on a local day: of the next
    so many accounts after a member; the last of these, or None at the end."""
    values = {
        "space": space,
        "programme": programme,
        "version": version,
        "day": day,
        "place": nobody.place + 1,
        "nobody": nobody.content,
        "after": after,
        "limit": limit,
    }
    row = connection.execute(_BRING_FORWARD, values).fetchone()
    return None if row is None else row[0]

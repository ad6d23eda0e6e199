"""The outbox: what stands in it, taken out once it is told, and remembered by its sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import args_row, scalar_row

_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"

# A hash of what is told, and of when it was recorded, whose sum does not depend on the order.
MARK = (
    "('x' || encode(substring(sha256(convert_to({} || ' ' || "
    "extract(epoch from recorded_at)::text, 'UTF8')) for 8), 'hex'))::bit(64)::bigint"
)
EVENT_MARK = MARK.format("'event ' || source || chr(31) || event_id")
STEP_MARK = MARK.format("'step ' || member_id || chr(31) || seq::text")
VERSION_MARK = MARK.format(
    "case when withdrawn then 'withdrawal ' else 'version ' end || version::text"
)
ON = "(recorded_at at time zone 'UTC')::date"

# All that rows of the outbox tell of, one by one.
ONE_BY_ONE = f"""
    select space_id, programme_id, recorded_at, {EVENT_MARK} as mark
    from (
        select space_id, programme_id, recorded_at, one.source, one.event_id
        from {{rows}} as batch
        -- A program of the version before has a row for each event.
        cross join lateral unnest(
            coalesce(sources, array[batch.source]), coalesce(event_ids, array[batch.event_id])
        ) as one (source, event_id)
        where one.event_id is not null
    ) as events
    union all
    select space_id, programme_id, recorded_at, {STEP_MARK}
    from {{rows}} as batch cross join lateral unnest(members, seqs) as one (member_id, seq)
    union all
    select space_id, programme_id, recorded_at, {VERSION_MARK}
    from {{rows}} as batch where version is not null
"""
_SPACES = """
    select space_id from space
    where exists (select 1 from outbox where outbox.space_id = space.space_id)
    order by space_id
"""
_ENTER = "insert into courier (space_id) values (%s) on conflict do nothing"
_HOLD = "select 1 from courier where space_id = %s for update skip locked"
_ROWS = f"""
    select position, programme_id, {_MICROSECONDS.format("recorded_at")},
           coalesce(sources, array[source]), coalesce(event_ids, array[event_id]), members, seqs,
           version, coalesce(withdrawn, false)
    from outbox
    where space_id = %s
    order by position
    limit %s
"""
_TAKE_OUT = f"""
    with gone as (
        delete from outbox where space_id = %(space)s and position = any(%(positions)s) returning *
    )
    insert into told_sum (space_id, programme_id, recorded_on, number, digest)
    select space_id, programme_id, {ON}, count(*), sum(mark::numeric)
    from ({ONE_BY_ONE.format(rows="gone")}) as told
    group by 1, 2, 3
    order by 1, 2, 3
    on conflict (space_id, programme_id, recorded_on) do update
    set number = told_sum.number + excluded.number, digest = told_sum.digest + excluded.digest
"""
_RECORDS = """
    select source, event_id, type, record.member_id, coalesce(seq, 0), record.answer
    from unnest(%(sources)s::text[], %(events)s::text[])
        with ordinality as asked (source, event_id, place)
    join record using (source, event_id)
    join event using (space_id, source, event_id)
    where space_id = %(space)s and programme_id = %(programme)s
    order by place
"""
_STEPS = """
    select member_id, seq, version, coalesce(effects, notices, '[]')
    from unnest(%(members)s::text[], %(seqs)s::bigint[])
        with ordinality as asked (member_id, seq, place)
    join sweep using (member_id, seq)
    where space_id = %(space)s and programme_id = %(programme)s
    order by place
"""
_ANNOUNCEMENT = """
    select case when %s then withdrawal else announcement end from programme_version
    where space_id = %s and programme_id = %s and version = %s
"""
# The levels of a member before a step: as the last answer has them, changed by the sweeps since.
_ANSWER_BEFORE = """
    select seq, answer::json ->> 'tiers' from record
    where space_id = %s and programme_id = %s and member_id = %s and seq < %s
    order by seq desc limit 1
"""
_SWEEPS_BETWEEN = """
    select effects from sweep
    where space_id = %s and programme_id = %s and member_id = %s and seq > %s and seq < %s
      and effects <> '[]'
    order by seq
"""


class Row(NamedTuple):
    """A row of the outbox: events, or steps of members, or a version that was published, or
    withdrawn; the instant it was recorded in microseconds."""

    position: int
    programme_id: int
    recorded_at: int
    sources: Sequence[str | None]
    event_ids: Sequence[str | None]
    members: Sequence[str] | None
    seqs: Sequence[int] | None
    version: int | None
    withdrawn: bool


class Recorded(NamedTuple):
    """What a programme made of an event; `seq` 0: there is no account.  `answer` is JSON."""

    source: str
    event_id: str
    type: str
    member: str | None
    seq: int
    answer: str


class Passed(NamedTuple):
    """A step in which time passed for a member; `effects` is JSON."""

    member: str
    seq: int
    version: int
    effects: str


def spaces_to_tell(connection: Connection[Any]) -> list[int]:
    """The spaces in whose outbox something stands."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_SPACES).fetchall()


def enter(connection: Connection[Any], space: int) -> None:
    """See that there is what `hold` locks; outside of a transaction."""
    connection.execute(_ENTER, (space,))


def hold(connection: Connection[Any], space: int) -> bool:
    """Be the one who empties a space's outbox until the transaction ends; False: another is."""
    return connection.execute(_HOLD, (space,)).fetchone() is not None


def first(connection: Connection[Any], space: int, limit: int) -> list[Row]:
    """The rows that have stood there longest.  Of a member, what came first comes first."""
    with connection.cursor(row_factory=args_row(Row)) as cursor:
        return cursor.execute(_ROWS.encode(), (space, limit)).fetchall()


def take_out(connection: Connection[Any], space: int, positions: Sequence[int]) -> None:
    """Take rows out, and remember their sum."""
    connection.execute(_TAKE_OUT.encode(), {"space": space, "positions": list(positions)})


def records(connection: Connection[Any], space: int, row: Row) -> list[Recorded]:
    """What was made of the events of a row, in their order."""
    asked = {
        "space": space,
        "programme": row.programme_id,
        "sources": list(row.sources),
        "events": list(row.event_ids),
    }
    with connection.cursor(row_factory=args_row(Recorded)) as cursor:
        return cursor.execute(_RECORDS, asked).fetchall()


def steps(connection: Connection[Any], space: int, row: Row) -> list[Passed]:
    """The steps of a row, in their order."""
    asked = {
        "space": space,
        "programme": row.programme_id,
        "members": list(row.members or ()),
        "seqs": list(row.seqs or ()),
    }
    with connection.cursor(row_factory=args_row(Passed)) as cursor:
        return cursor.execute(_STEPS, asked).fetchall()


def announcement(connection: Connection[Any], space: int, row: Row) -> str | None:
    """What members are to be told of the version of a row, as JSON."""
    asked = (row.withdrawn, space, row.programme_id, row.version)
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_ANNOUNCEMENT, asked).fetchone()


def before(
    connection: Connection[Any], space: int, programme: int, member: str, seq: int
) -> tuple[str | None, list[str]]:
    """`tiers` of a member's last answer before a step, and the effects of sweeps since; JSON."""
    found = connection.execute(_ANSWER_BEFORE, (space, programme, member, seq)).fetchone()
    since, tiers = (0, None) if found is None else found
    asked = (space, programme, member, since, seq)
    with connection.cursor(row_factory=scalar_row) as cursor:
        return tiers, cursor.execute(_SWEEPS_BETWEEN, asked).fetchall()

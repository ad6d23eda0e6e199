"""What the database knows of members who are brought in, and of the imports that bring them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from psycopg import Connection

from xenia.store.members import Named
from xenia.store.posting import Scope

_INSTANT = "'epoch'::timestamptz + %({0})s * interval '1 microsecond'"
_MICROSECONDS = "(extract(epoch from {0}) * 1000000)::bigint"
# Each is looked up by itself, see `store.members`.
_RECORDED = f"""
    select asked.event_id, found.*
    from unnest(%(ids)s::text[]) as asked (event_id)
    cross join lateral (
        select {_MICROSECONDS.format("occurred_at")}, fingerprint, coalesce((
            select json_array_length(answer::json -> 'refusals') > 0 from record
            where record.space_id = event.space_id and record.source = event.source
              and record.event_id = event.event_id
            limit 1
        ), false)
        from event
        where space_id = %(space)s and source = %(source)s and event_id = asked.event_id
        limit 1
    ) as found
"""
_BUSY = """
    select asked.member_id
    from unnest(%(ids)s::text[]) as asked (member_id)
    cross join lateral (
        select 1 from account
        where space_id = %(space)s and programme_id = %(programme)s
          and member_id = asked.member_id and seq > 0
        limit 1
    ) as found
"""
_CODES = """
    select asked.code, found.member_id
    from unnest(%(codes)s::text[]) as asked (code)
    cross join lateral (
        select member_id from voucher where space_id = %(space)s and code = asked.code limit 1
    ) as found
"""
_NAME = """
    insert into identifier (space_id, kind, value, member_id, recorded_at)
    select %(space)s, kind, value, member_id, {now}
    from unnest(%(kinds)s::text[], %(values)s::text[], %(ids)s::text[])
        with ordinality as new (kind, value, member_id, place)
    order by place
    on conflict do nothing
""".format(now=_INSTANT.format("now"))
_BEGIN = """
    insert into moving_in (space_id, programme_id, digest, opened_at, recorded_at)
    values (%(space)s, %(programme)s, %(digest)s, {at}, {now})
    on conflict (space_id, programme_id, digest) do update set digest = excluded.digest
    returning {opened}
""".format(
    at=_INSTANT.format("at"),
    now=_INSTANT.format("now"),
    opened=_MICROSECONDS.format("opened_at"),
)
_BEGUN = f"""
    select {_MICROSECONDS.format("opened_at")} from moving_in
    where space_id = %(space)s and programme_id = %(programme)s and digest = %(digest)s
"""
_FINISH = f"""
    update moving_in set finished_at = {_INSTANT.format("now")}
    where space_id = %(space)s and programme_id = %(programme)s and digest = %(digest)s
      and finished_at is null
"""


class RecordedRow(NamedTuple):
    """An opening that is recorded: its instant in microseconds, its fingerprint, and whether it was
    refused, as something had happened to the member by then."""

    at: int
    fingerprint: bytes
    refused: bool


def recorded(
    connection: Connection[Any], space: int, source: str, ids: Sequence[str]
) -> dict[str, RecordedRow]:
    """The events among these that are recorded, by id."""
    values = {"space": space, "source": source, "ids": list(ids)}
    rows = connection.execute(_RECORDED, values, prepare=True)
    return {name: RecordedRow(*found) for name, *found in rows}


def busy(connection: Connection[Any], scope: Scope, members: Sequence[str]) -> set[str]:
    """The members to whom anything has happened in a programme."""
    values = {"space": scope.space_id, "programme": scope.programme_id, "ids": list(members)}
    return {member for (member,) in connection.execute(_BUSY, values, prepare=True)}


def owners(connection: Connection[Any], space: int, codes: Collection[str]) -> dict[str, str]:
    """Whose the vouchers of these codes are, as far as there are any."""
    values = {"space": space, "codes": sorted(codes)}
    return dict(connection.execute(_CODES, values, prepare=True).fetchall())


def name(
    connection: Connection[Any], space: int, names: Sequence[tuple[Named, str]], now: int
) -> None:
    """Give members identifiers (kind, value) that nobody has; `now` is in microseconds."""
    new = sorted(names)
    connection.execute(
        _NAME,
        {
            "space": space,
            "kinds": [kind for (kind, _), _ in new],
            "values": [value for (_, value), _ in new],
            "ids": [member for _, member in new],
            "now": now,
        },
        prepare=True,
    )


def begin(connection: Connection[Any], scope: Scope, digest: bytes, *, at: int, now: int) -> int:
    """An import of this digest is begun, or goes on: the instant of which it is."""
    values = {**_of(scope, digest), "at": at, "now": now}
    row = connection.execute(_BEGIN, values).fetchone()
    assert row is not None, "it returns the row"
    return int(row[0])


def begun(connection: Connection[Any], scope: Scope, digest: bytes) -> int | None:
    """The instant of which an import of this digest is, if it was ever begun."""
    row = connection.execute(_BEGUN, _of(scope, digest)).fetchone()
    return None if row is None else int(row[0])


def finish(connection: Connection[Any], scope: Scope, digest: bytes, now: int) -> None:
    """All of an import is recorded."""
    connection.execute(_FINISH, {**_of(scope, digest), "now": now})


def _of(scope: Scope, digest: bytes) -> dict[str, Any]:
    return {"space": scope.space_id, "programme": scope.programme_id, "digest": digest}

"""What programs have asked lately, as it is stored; for a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from psycopg import Connection

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_ADD = """
    copy asked (space_id, recorded_at, actor, method, path, status, code, microseconds, request_id)
    from stdin
"""
_FOUND = f"""
    select position, (extract(epoch from recorded_at) * 1000000)::bigint, actor, method, path,
           status, code, microseconds, request_id
    from asked
    where space_id = %(space)s and position < coalesce(%(before)s, position + 1)
      and (%(actor)s::text is null or actor = %(actor)s)
      and (%(request)s::text is null or request_id = %(request)s)
      and (%(path)s::text is null or path = %(path)s)
      and {{which}}
      and recorded_at >= {_AT.format("%(since)s")} and recorded_at < {_AT.format("%(until)s")}
    order by position desc
    limit %(limit)s
"""
_FORGET_OLD = f"""
    delete from asked
    where ctid = any(array(
        select ctid from asked where recorded_at < {_AT.format("%(before)s")} limit %(most)s
    ))
"""
_FORGET_WELL = """
    delete from asked
    where ctid = any(array(
        select ctid from asked
        where status < 400
          and position < (select max(position) from asked where status < 400) - %(kept)s
        order by position limit %(most)s
    ))
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WHICH = {"any": "true", "well": "status < 400", "wrong": "status >= 400"}


class Request(NamedTuple):
    """A request that was answered: `at` in microseconds, `code` of the problem if it was one."""

    space: int
    at: int
    actor: str
    method: str
    path: str
    status: int
    code: str | None
    microseconds: int
    request_id: str


class Wanted(NamedTuple):
    """Which are asked for: instants in microseconds, `before` a position; None: any.  `which` is
    any, well or wrong."""

    since: int
    until: int
    which: str
    actor: str | None
    path: str | None
    request: str | None
    before: int | None
    limit: int


class Found(NamedTuple):
    """A request at its place."""

    position: int
    request: Request


def add(connection: Connection[Any], requests: Sequence[Request]) -> None:
    """Keep what was asked."""
    with connection.transaction(), connection.cursor() as cursor, cursor.copy(_ADD) as copy:
        for one in requests:
            at = _EPOCH + timedelta(microseconds=one.at)
            copy.write_row((one.space, at, *one[2:]))


def found(connection: Connection[Any], space: int, wanted: Wanted) -> list[Found]:
    """What was asked in a space, the latest first."""
    values = {"space": space, **wanted._asdict()}
    rows = connection.execute(_FOUND.format(which=_WHICH[wanted.which]).encode(), values)
    return [Found(position, Request(space, *rest)) for position, *rest in rows]


def forget(connection: Connection[Any], before: int, kept: int, most: int) -> int:
    """Delete what is older than an instant, and what went well beyond so many that are the latest;
    so many at once.  How many they were."""
    values = {"before": before, "kept": kept, "most": most}
    old = connection.execute(_FORGET_OLD.encode(), values).rowcount
    return old + connection.execute(_FORGET_WELL, values).rowcount

"""Writes that were answered, and the trail of what was changed by whom."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow, class_row

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"

_CLAIM = f"""
    insert into request (space_id, actor, key, fingerprint, status, answer, recorded_at)
    values (%(space)s, %(actor)s, %(key)s, %(fingerprint)s, 0, '', {_AT.format("%(now)s")})
    on conflict do nothing
"""
_ANSWERED = """
    select fingerprint, status, answer
    from request
    where space_id = %(space)s and actor = %(actor)s and key = %(key)s
"""
_ANSWER = """
    update request set status = %(status)s, answer = %(answer)s, about = %(about)s
    where space_id = %(space)s and actor = %(actor)s and key = %(key)s
"""
_FORGET = f"""
    delete from request
    where ctid = any(array(
        select ctid from request where recorded_at < {_AT.format("%(before)s")} limit %(most)s
    ))
"""
_NOTE = f"""
    insert into change (space_id, actor, action, object, before, after, request_id, recorded_at)
    values (%(space)s, %(actor)s, %(action)s, %(object)s, %(before)s, %(after)s, %(request)s,
            {_AT.format("%(now)s")})
"""
# Whoever notes what is personal holds the member's row: either an erasure has come before, then
# none of it is kept, or it comes after, and finds it.
_NOTE_OF_PERSON = f"""
    with held as materialized (
        select 1 from member
        where space_id = %(space)s and member_id = %(member)s and erased_at is null
        for key share
    )
    insert into change (space_id, actor, action, object, before, after, request_id, recorded_at,
                        personal)
    values (%(space)s, %(actor)s, %(action)s, %(object)s, %(before)s, %(after)s, %(request)s,
            {_AT.format("%(now)s")},
            case when exists (select from held) then %(personal)s::json end)
"""
_TRAIL = f"""
    select position, actor, action, object, before, after, personal, request_id,
           {_MICROSECONDS.format("recorded_at")} as recorded_at
    from change
    where space_id = %(space)s and position < coalesce(%(before)s, position + 1)
      and (%(object)s::text is null or object = %(object)s)
      and (%(actor)s::text is null or actor = %(actor)s)
    order by position desc
    limit %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a write was answered with; `fingerprint` is of the request."""

    fingerprint: bytes
    status: int
    answer: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change; `personal` is what `before` and `after` say besides of a person, until they are
    erased; `recorded_at` in microseconds since 1970-01-01 UTC."""

    position: int
    actor: str
    action: str
    object: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    personal: Mapping[str, dict[str, Any]] | None
    request_id: str | None
    recorded_at: int


@dataclass(frozen=True, slots=True)
class Write:
    """Who sends a write, under which key of theirs."""

    space: int
    actor: str
    key: str


def claim(
    connection: Connection[TupleRow], write: Write, fingerprint: bytes, now: int
) -> Answered | None:
    """Take a key for this transaction; or what was answered to it before.

    Raises psycopg.errors.LockNotAvailable where another transaction has taken it just now.
    """
    named = {"space": write.space, "actor": write.actor, "key": write.key}
    claimed = connection.execute(_CLAIM.encode(), {**named, "fingerprint": fingerprint, "now": now})
    if claimed.rowcount:
        return None
    row = connection.execute(_ANSWERED, named).fetchone()
    assert row is not None, "what is there when it is claimed stays for days"
    return Answered(*row)


def answer(
    connection: Connection[TupleRow],
    write: Write,
    status: int,
    body: str,
    about: Collection[str] = (),
) -> None:
    """Keep what a write is answered with; `about` are members with whom the answer goes."""
    named = {"space": write.space, "actor": write.actor, "key": write.key}
    said = {"status": status, "answer": body, "about": sorted(about) or None}
    connection.execute(_ANSWER, {**named, **said})


def forget(connection: Connection[TupleRow], before: int, most: int) -> int:
    """Delete answers that are older than an instant, so many at once; how many they were."""
    return connection.execute(_FORGET.encode(), {"before": before, "most": most}).rowcount


def note(
    connection: Connection[TupleRow],
    space: int,
    actor: str,
    action: str,
    about: str,
    *,
    now: int,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
    request: str | None = None,
) -> None:
    """Note in the trail that something was changed; `personal` is what is said `before` and `after`
    of a member or a household, which `about` names."""
    values = {
        "space": space,
        "actor": actor,
        "action": action,
        "object": about,
        "before": None if before is None else json.dumps(before),
        "after": None if after is None else json.dumps(after),
        "request": request,
        "now": now,
    }
    if personal is None:
        connection.execute(_NOTE.encode(), values)
        return
    said = json.dumps(personal, ensure_ascii=False)
    of = {"member": about.partition("/")[2], "personal": said}
    connection.execute(_NOTE_OF_PERSON.encode(), {**values, **of})


def trail(
    connection: Connection[TupleRow],
    space: int,
    *,
    limit: int,
    before: int | None = None,
    about: str | None = None,
    by: str | None = None,
) -> list[Change]:
    """Changes, the newest first; of one object, or of all, by one, or by all."""
    asked = {"space": space, "before": before, "object": about, "actor": by, "limit": limit}
    with connection.cursor(row_factory=class_row(Change)) as cursor:
        return cursor.execute(_TRAIL.encode(), asked).fetchall()

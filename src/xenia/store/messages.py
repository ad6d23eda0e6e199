"""Messages to members: those that wait, and what became of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import args_row, class_row

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"

_ADD = f"""
    insert into message (space_id, message_id, programme_id, version, notifier, member_id, type,
                         effect, made_at, next_at)
    select %(space)s, new.*, {_AT.format("%(now)s")}, {_AT.format("%(now)s")}
    from unnest(%(ids)s::text[], %(programmes)s::integer[], %(versions)s::integer[],
                %(notifiers)s::text[], %(members)s::text[], %(types)s::text[],
                %(effects)s::text[]) as new
    on conflict do nothing
"""
_CLAIM = f"""
    with due as (
        select space_id, message_id from message
        where state = 'waiting' and next_at <= {_AT.format("%(now)s")}
          and notifier = any(%(notifiers)s)
        order by next_at, position
        limit %(limit)s
        for update skip locked
    )
    update message set claims = claims + 1, next_at = {_AT.format("%(until)s")}
    from due
    where message.space_id = due.space_id and message.message_id = due.message_id
    returning message.space_id, message.message_id, position, programme_id, version, notifier,
              member_id, type, effect, attempts, claims
"""
_ENDED = f"""
    update message
    set state = %(state)s, reason = %(reason)s, attempts = attempts + 1,
        next_at = coalesce({_AT.format("%(next)s::bigint")}, next_at),
        sent_at = case when %(state)s = 'sent' then {_AT.format("%(now)s")} end
    where space_id = %(space)s and message_id = %(message)s
      and (claims = %(n)s or %(state)s = 'sent')
"""
_ANNOUNCE = """
    insert into announcing (space_id, programme_id, version, notifiers)
    values (%s, %s, %s, %s)
    on conflict do nothing
"""
_ANNOUNCING = """
    select announcing.space_id, programme_id, version, notifiers, after, announcement
    from announcing join programme_version using (space_id, programme_id, version)
    order by announcing.space_id, programme_id, version
    limit 1
    for update of announcing skip locked
"""
_JOINED = """
    select member_id from account
    where space_id = %(space)s and programme_id = %(programme)s and member_id > %(after)s
      and substring(state from %(place)s for 8) <> %(nobody)s
    order by member_id
    limit %(limit)s
"""
_SPREAD = """
    update announcing set after = %(after)s
    where space_id = %(space)s and programme_id = %(programme)s and version = %(version)s
"""
_SPREAD_OUT = """
    delete from announcing
    where space_id = %(space)s and programme_id = %(programme)s and version = %(version)s
"""
_PERSON = """
    select erased_at is not null, personal ->> 'locale',
           (select value from identifier
            where identifier.space_id = member.space_id and identifier.member_id = member.member_id
              and kind = %(kind)s
            order by case when %(first)s then recorded_at end, recorded_at desc, value limit 1)
    from member where space_id = %(space)s and member_id = %(member)s
"""
_CONSENTS = """
    select event.facts::json ->> 'consents'
    from record join event using (space_id, source, event_id)
    where record.space_id = %(space)s and record.programme_id = %(programme)s
      and record.member_id = %(member)s and record.seq is not null
      and event.type in ('enrolment', 'profile')
    order by record.seq
"""
_LIST = f"""
    select message_id, position, notifier, member_id, type, state, reason, attempts,
           {_MICROSECONDS.format("made_at")} as made_at,
           {_MICROSECONDS.format("next_at")} as next_at,
           {_MICROSECONDS.format("sent_at")} as sent_at
    from message
    where space_id = %(space)s and position < coalesce(%(before)s, position + 1)
      and (%(member)s::text is null or member_id = %(member)s)
      and (%(state)s::text is null or state = %(state)s)
    order by position desc
    limit %(limit)s
"""
_AGAIN = f"""
    update message
    set state = 'waiting', reason = null, attempts = 0, claims = claims + 1,
        next_at = {_AT.format("%(now)s")}
    where space_id = %(space)s and message_id = %(message)s and state in ('unsent', 'dead')
    returning member_id
"""
_FORGET = f"""
    delete from message
    where ctid = any(array(
        select ctid from message where made_at < {_AT.format("%(before)s")} limit %(most)s
    ))
"""


class New(NamedTuple):
    """A message to a member by a notifier; `effect` is JSON: what it tells of."""

    message_id: str
    programme_id: int
    version: int
    notifier: str
    member_id: str
    type: str
    effect: str


class Claimed(NamedTuple):
    """A message that is being sent; `n` tells this time from others."""

    space_id: int
    message_id: str
    position: int
    programme_id: int
    version: int
    notifier: str
    member_id: str
    type: str
    effect: str
    attempts: int
    n: int


class Announcing(NamedTuple):
    """A version that has been told to the members up to `after`; `announcement` is JSON."""

    space_id: int
    programme_id: int
    version: int
    notifiers: Sequence[str]
    after: str
    announcement: str | None


class Person(NamedTuple):
    """Whom a message goes to, as it is known now."""

    erased: bool
    locale: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as the log shows it; instants in microseconds since 1970-01-01 UTC."""

    message_id: str
    position: int
    notifier: str
    member_id: str
    type: str
    state: str
    reason: str | None
    attempts: int
    made_at: int
    next_at: int
    sent_at: int | None


def add(connection: Connection[Any], space: int, new: Sequence[New], now: int) -> None:
    """Have messages sent from an instant (microseconds) on, in this order; once each."""
    names = ("ids", "programmes", "versions", "notifiers", "members", "types", "effects")
    values = {
        name: list(column) for name, column in zip(names, zip(*new, strict=True), strict=True)
    }
    connection.execute(_ADD.encode(), {"space": space, "now": now, **values})


def claim(
    connection: Connection[Any], notifiers: Sequence[str], *, now: int, until: int, limit: int
) -> list[Claimed]:
    """Take what is due by some notifiers, so that nobody else does `until` then."""
    asked = {"notifiers": list(notifiers), "now": now, "until": until, "limit": limit}
    with connection.cursor(row_factory=args_row(Claimed)) as cursor:
        found = cursor.execute(_CLAIM.encode(), asked).fetchall()
    return sorted(found, key=lambda one: one.position)


def ended(
    connection: Connection[Any],
    claimed: Claimed,
    state: str,
    reason: str | None,
    *,
    now: int,
    next_at: int | None = None,
) -> None:
    """Keep how an attempt has ended; `next_at`: when it is tried again."""
    values = {
        "space": claimed.space_id,
        "message": claimed.message_id,
        "n": claimed.n,
        "state": state,
        "reason": reason,
        "now": now,
        "next": next_at,
    }
    connection.execute(_ENDED.encode(), values)


def again(connection: Connection[Any], space: int, message: str, now: int) -> str | None:
    """Have a message that was not sent tried again, as if it were new; to whom it goes. None:
    there is none such that was not sent."""
    asked = {"space": space, "message": message, "now": now}
    row = connection.execute(_AGAIN.encode(), asked).fetchone()
    return None if row is None else str(row[0])


def announce(
    connection: Connection[Any], space: int, programme: int, version: int, by: Sequence[str]
) -> None:
    """Have a version told to all members, by some notifiers."""
    connection.execute(_ANNOUNCE, (space, programme, version, list(by)))


def announcing(connection: Connection[Any]) -> Announcing | None:
    """A version that is not told to all members yet, held until the transaction ends."""
    with connection.cursor(row_factory=args_row(Announcing)) as cursor:
        return cursor.execute(_ANNOUNCING).fetchone()


def joined(
    connection: Connection[Any],
    of: Announcing,
    *,
    place: int,
    nobody: bytes,
    limit: int,
) -> list[str]:
    """The next members who have joined, by id; `nobody` is what stands at a place of a state of
    who has not."""
    asked = {
        "space": of.space_id,
        "programme": of.programme_id,
        "after": of.after,
        "place": place,
        "nobody": nobody,
        "limit": limit,
    }
    return [member for (member,) in connection.execute(_JOINED, asked)]


def spread(connection: Connection[Any], of: Announcing, after: str | None) -> None:
    """It has been told up to this member; None: to all."""
    values = {
        "space": of.space_id,
        "programme": of.programme_id,
        "version": of.version,
        "after": after,
    }
    connection.execute(_SPREAD_OUT if after is None else _SPREAD, values)


def person(
    connection: Connection[Any], space: int, member: str, kind: str | None, *, first: bool = False
) -> Person | None:
    """Whom a member's messages go to; the address is their newest identifier of a kind, or the
    `first` that they had."""
    asked = {"space": space, "member": member, "kind": kind, "first": first}
    with connection.cursor(row_factory=args_row(Person)) as cursor:
        return cursor.execute(_PERSON, asked).fetchone()


def consents(connection: Connection[Any], space: int, programme: int, member: str) -> list[str]:
    """What a member has said of consents, in the order of recording, as JSON each time."""
    asked = {"space": space, "programme": programme, "member": member}
    return [text for (text,) in connection.execute(_CONSENTS, asked) if text is not None]


def listed(
    connection: Connection[Any],
    space: int,
    *,
    limit: int,
    before: int | None = None,
    member: str | None = None,
    state: str | None = None,
) -> list[MessageRow]:
    """Messages, the newest first; of one member or state, if it is named."""
    asked = {"space": space, "limit": limit, "before": before, "member": member, "state": state}
    with connection.cursor(row_factory=class_row(MessageRow)) as cursor:
        return cursor.execute(_LIST.encode(), asked).fetchall()


def forget(connection: Connection[Any], before: int, most: int) -> int:
    """Delete messages that were made before an instant, at most so many; how many they were."""
    return connection.execute(_FORGET.encode(), {"before": before, "most": most}).rowcount

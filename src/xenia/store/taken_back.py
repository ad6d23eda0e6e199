"""What is stored of events that something is taken back of, and of what waits for one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import args_row

from xenia.store.posting import Key, Scope

_EARLIER = """
    select event.source, event.event_id, type, event.member_id, %(micros)s, schema, facts,
           record.version, record.seq, plan, read, posted, inputs, answer, remains
    from unnest(%(sources)s::text[], %(ids)s::text[]) as asked (source, event_id)
    join event on event.space_id = %(space_id)s
              and event.source = asked.source and event.event_id = asked.event_id
    join record on record.space_id = event.space_id and record.source = event.source
               and record.event_id = event.event_id and record.programme_id = %(programme_id)s
    left join remains on remains.space_id = event.space_id
                     and remains.programme_id = record.programme_id
                     and remains.source = event.source and remains.event_id = event.event_id
""".replace("%(micros)s", "(extract(epoch from occurred_at) * 1000000)::bigint")
_SPENT = """
    select member_id, seq, currency, earned - date '1970-01-01', ends - date '1970-01-01', units,
           effect
    from unnest(%(members)s::text[], %(seqs)s::bigint[]) as asked (member_id, seq)
    join entry using (member_id, seq)
    where space_id = %(space_id)s and programme_id = %(programme_id)s and credit = 'redeemed'
    order by member_id, seq, n
"""
_WAITING = """
    select waiting.member_id, of_source, of_event_id, waiting.source, waiting.event_id, type,
           (extract(epoch from occurred_at) * 1000000)::bigint, schema, facts
    from unnest(%(members)s::text[], %(sources)s::text[], %(ids)s::text[])
        as asked (member_id, of_source, of_event_id)
    join waiting using (member_id, of_source, of_event_id)
    join event on event.space_id = waiting.space_id and event.source = waiting.source
              and event.event_id = waiting.event_id
    where waiting.space_id = %(space_id)s and programme_id = %(programme_id)s
    order by seq, n
"""
_WAITING_ALL = """
    select waiting.member_id, of_source, of_event_id, waiting.source, waiting.event_id, type,
           (extract(epoch from occurred_at) * 1000000)::bigint, schema, facts
    from waiting
    join event on event.space_id = waiting.space_id and event.source = waiting.source
              and event.event_id = waiting.event_id
    where waiting.space_id = %(space_id)s and programme_id = %(programme_id)s
      and waiting.member_id = %(member)s
    order by seq, n
"""


# Whoever is about a guest's purchase, which is in no account, holds its row: so one comes after the
# other.  What hangs on it is read by a later statement.
_HOLD = """
    select found.* from unnest(%(sources)s::text[], %(ids)s::text[]) as asked (source, event_id)
    cross join lateral (
        select 1 from event
        where event.space_id = %(space_id)s
          and event.source = asked.source and event.event_id = asked.event_id
        for update
    ) as found
"""
_RECEIPTS = """
    select found.source, found.event_id
    from unnest(%(receipts)s::text[]) as asked (receipt)
    cross join lateral (
        select event.source, event.event_id
        from event
        join record on record.space_id = event.space_id and record.source = event.source
                   and record.event_id = event.event_id and record.programme_id = %(programme_id)s
        where event.space_id = %(space_id)s and type = 'purchase' and event.member_id is null
          and (facts::jsonb ->> 'receipt') = asked.receipt
        order by occurred_at desc, event.source desc, event.event_id desc
        limit 100
    ) as found
"""
_CLAIMS = """
    select claimed.source, event_id, claim_source, claim_event_id
    from unnest(%(sources)s::text[], %(ids)s::text[]) as asked (source, event_id)
    join claimed using (source, event_id)
    where space_id = %(space_id)s and programme_id = %(programme_id)s
"""
_CLAIMS_OF = """
    select claimed.member_id, claimed.source, claimed.event_id, claim_source, claim_event_id,
           event.type, event.member_id, {micros}, schema, facts
    from claimed
    left join event on event.space_id = claimed.space_id and event.source = claimed.source
                   and event.event_id = claimed.event_id
    where claimed.space_id = %s and programme_id = %s and claimed.member_id = any(%s)
""".format(micros="(extract(epoch from occurred_at) * 1000000)::bigint")


# By what has to be in their facts; whoever reads these finds out whether it is there.
_PURCHASES_OF = """
    select event.source, event.event_id
    from record
    join event on event.space_id = record.space_id and event.source = record.source
              and event.event_id = record.event_id
    where record.space_id = %(space_id)s and programme_id = %(programme_id)s
      and record.member_id = %(member)s and type = 'purchase'
      and (select bool_and(strpos(facts, part) > 0) from unnest(%(parts)s::text[]) as part)
    order by occurred_at desc, event.source desc, event.event_id desc
    limit 100
"""
_CLAIMED_BY = """
    select source, event_id from claimed
    where space_id = %(space_id)s and programme_id = %(programme_id)s and member_id = %(member)s
"""


_OWNERS = """
    select event.source, event.event_id, coalesce(event.member_id, claimed.member_id)
    from unnest(%(sources)s::text[], %(ids)s::text[]) as asked (source, event_id)
    join event on event.space_id = %(space)s
              and event.source = asked.source and event.event_id = asked.event_id
    left join claimed on claimed.space_id = event.space_id
                     and claimed.source = event.source and claimed.event_id = event.event_id
"""


_OWNERS_IN = """
    select record.source, record.event_id, coalesce(record.member_id, claimed.member_id)
    from unnest(%(sources)s::text[], %(ids)s::text[]) as asked (source, event_id)
    join record on record.space_id = %(space_id)s and record.programme_id = %(programme_id)s
               and record.source = asked.source and record.event_id = asked.event_id
    left join claimed on claimed.space_id = record.space_id
                     and claimed.programme_id = record.programme_id
                     and claimed.source = record.source and claimed.event_id = record.event_id
"""


class ClaimRow(NamedTuple):
    """A purchase that a member has claimed, by what, and its facts; these are None where it is not
    there."""

    member: str
    source: str
    event_id: str
    claim_source: str
    claim_event_id: str
    type: str | None
    event_member: str | None
    occurred_at: int | None
    schema: int | None
    facts: str | None


class EarlierRow(NamedTuple):
    """An event and what was decided of it; `occurred_at` in microseconds, `remains` is JSON."""

    source: str
    event_id: str
    type: str
    member: str | None
    occurred_at: int
    schema: int
    facts: str
    version: int
    seq: int | None
    plan: str | None
    read: bytes | None
    posted: bytes | None
    inputs: bytes | None
    answer: str
    remains: str | None


class SpentRow(NamedTuple):
    """Units that a step of a member spent; days are local day numbers."""

    member: str
    seq: int
    currency: str
    earned: int
    ends: int | None
    units: int
    effect: str


class WaitingRow(NamedTuple):
    """An event that waits, for another one of the same member."""

    member: str
    of_source: str
    of_event_id: str
    source: str
    event_id: str
    type: str
    occurred_at: int
    schema: int
    facts: str


def earlier(connection: Connection[Any], scope: Scope, keys: Collection[Key]) -> list[EarlierRow]:
    """The events among these that are recorded."""
    asked = {"sources": [key[0] for key in keys], "ids": [key[1] for key in keys]}
    with connection.cursor(row_factory=args_row(EarlierRow)) as cursor:
        return cursor.execute(_EARLIER, {**scope._asdict(), **asked}, binary=True).fetchall()


def hold(connection: Connection[Any], scope: Scope, keys: Collection[Key]) -> None:
    """Lock events, in the order of their keys, as far as they are recorded."""
    asked = sorted(keys)
    values = {"sources": [key[0] for key in asked], "ids": [key[1] for key in asked]}
    connection.execute(_HOLD, {"space_id": scope.space_id, **values})


def with_receipts(
    connection: Connection[Any], scope: Scope, receipts: Collection[str]
) -> list[Key]:
    """The latest guests' purchases that have these receipts, a hundred of each at most."""
    return connection.execute(
        _RECEIPTS, {**scope._asdict(), "receipts": sorted(receipts)}
    ).fetchall()


def owners(connection: Connection[Any], space: int, keys: Collection[Key]) -> dict[Key, str]:
    """Whose events are, by source and id, as far as they are anybody's; also who has claimed."""
    values = {"sources": [key[0] for key in keys], "ids": [key[1] for key in keys]}
    rows = connection.execute(_OWNERS, {"space": space, **values})
    return {(source, name): member for source, name, member in rows if member is not None}


def owners_in(connection: Connection[Any], scope: Scope, keys: Collection[Key]) -> dict[Key, str]:
    """The same of what is recorded in one programme."""
    values = {"sources": [key[0] for key in keys], "ids": [key[1] for key in keys]}
    rows = connection.execute(_OWNERS_IN, {**scope._asdict(), **values})
    return {(source, name): member for source, name, member in rows if member is not None}


def waiting_all(connection: Connection[Any], scope: Scope, member: str) -> list[WaitingRow]:
    """All that waits of a member, in the order of recording."""
    asked = {**scope._asdict(), "member": member}
    with connection.cursor(row_factory=args_row(WaitingRow)) as cursor:
        return cursor.execute(_WAITING_ALL, asked, binary=True).fetchall()


def purchases_of(
    connection: Connection[Any], scope: Scope, member: str, parts: Sequence[str]
) -> list[Key]:
    """The latest hundred purchases of a member with all these parts in their facts, and all that
    they have claimed."""
    asked = {**scope._asdict(), "member": member}
    found = connection.execute(_PURCHASES_OF, {**asked, "parts": list(parts)}).fetchall()
    return [*found, *connection.execute(_CLAIMED_BY, asked)]


def claims(connection: Connection[Any], scope: Scope, keys: Collection[Key]) -> dict[Key, Key]:
    """By which events those of some purchases were claimed that have been."""
    values = {"sources": [key[0] for key in keys], "ids": [key[1] for key in keys]}
    rows = connection.execute(_CLAIMS, {**scope._asdict(), **values})
    return {(source, name): (by, claim) for source, name, by, claim in rows}


def claims_of(
    connection: Connection[Any], scope: Scope, members: Sequence[str]
) -> dict[str, list[ClaimRow]]:
    """What members have claimed."""
    found: dict[str, list[ClaimRow]] = {}
    with connection.cursor(row_factory=args_row(ClaimRow)) as cursor:
        for row in cursor.execute(_CLAIMS_OF, (*scope, list(members))):
            found.setdefault(row.member, []).append(row)
    return found


def spent(
    connection: Connection[Any], scope: Scope, steps: Sequence[tuple[str, int]]
) -> list[SpentRow]:
    """What steps of members have spent, in its order."""
    asked = {"members": [step[0] for step in steps], "seqs": [step[1] for step in steps]}
    with connection.cursor(row_factory=args_row(SpentRow)) as cursor:
        return cursor.execute(_SPENT, {**scope._asdict(), **asked}, binary=True).fetchall()


def waiting(
    connection: Connection[Any], scope: Scope, wanted: Sequence[tuple[str, str, str]]
) -> list[WaitingRow]:
    """What waits for events, by member, source and id, in the order of recording."""
    columns = {"members": 0, "sources": 1, "ids": 2}
    asked = {name: [one[place] for one in wanted] for name, place in columns.items()}
    with connection.cursor(row_factory=args_row(WaitingRow)) as cursor:
        return cursor.execute(_WAITING, {**scope._asdict(), **asked}, binary=True).fetchall()


def remains_of(
    connection: Connection[Any], scope: Scope, members: Sequence[str]
) -> dict[str, dict[Key, str]]:
    """What is left of events, by member and key, as JSON."""
    query = """
        select member_id, source, event_id, remains from remains
        where space_id = %s and programme_id = %s and member_id = any(%s)
    """
    found: dict[str, dict[Key, str]] = {}
    for member, source, event_id, remains in connection.execute(query, (*scope, list(members))):
        found.setdefault(member, {})[source, event_id] = remains
    return found


def remains_of_nobody(connection: Connection[Any], scope: Scope) -> dict[Key, str]:
    """What is left of guests' purchases, by key, as JSON."""
    query = """
        select source, event_id, remains from remains
        where space_id = %s and programme_id = %s and member_id is null
    """
    return {
        (source, name): remains for source, name, remains in connection.execute(query, tuple(scope))
    }


def waiting_of(
    connection: Connection[Any], scope: Scope, members: Sequence[str]
) -> dict[str, list[tuple[Key, Key]]]:
    """What waits of members, by the key of what it waits for and its own; a claim may wait for a
    receipt, which has no source."""
    query = """
        select member_id, of_source, of_event_id, source, event_id from waiting
        where space_id = %(space)s and programme_id = %(programme)s and member_id = any(%(members)s)
        union all
        select member_id, coalesce(of_source, ''), coalesce(of_event_id, receipt), source, event_id
        from awaited
        where space_id = %(space)s and programme_id = %(programme)s and member_id = any(%(members)s)
    """
    found: dict[str, list[tuple[Key, Key]]] = {}
    asked = {"space": scope.space_id, "programme": scope.programme_id, "members": list(members)}
    for member, *keys in connection.execute(query, asked):
        found.setdefault(member, []).append(((keys[0], keys[1]), (keys[2], keys[3])))
    return found

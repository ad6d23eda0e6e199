"""Which members the people are who serve; and what they did for which cards, counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from psycopg import Connection

from xenia.store.posting import Scope

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"
_LIST = f"""
    select cashier, member_id, {_MICROSECONDS.format("recorded_at")}
    from cashier
    where space_id = %(space)s and cashier > %(after)s
    order by cashier limit %(limit)s
"""
_ONE = "select member_id from cashier where space_id = %s and cashier = %s for update"
_PUT = f"""
    insert into cashier (space_id, cashier, member_id, recorded_at)
    select %(space)s, %(cashier)s, member_id, {_AT.format("%(now)s")}
    from member
    where space_id = %(space)s and member_id = %(member)s and erased_at is null
    for key share
    on conflict (space_id, cashier) do update
    set member_id = excluded.member_id, recorded_at = excluded.recorded_at
"""
_DROP = "delete from cashier where space_id = %s and cashier = %s"

# A card of who serves is also that of whom they are merged into.  Whoever is signed in serves by
# the id of their account, and corrects by the name that the trail has for it.
_OWN = """
    select name, member_id from cashier cross join lateral (
        values (cashier), ('staff/' || cashier),
               (case when starts_with(cashier, 'staff/') then substr(cashier, 7) end)
    ) as named (name)
    where space_id = %(space)s and name is not null
    union
    select own.cashier, merge.into_member from own
    join merge on merge.space_id = %(space)s and merge.from_member = own.member_id
         and merge.undone_at is null
"""
# What somebody did at a till, or as staff, for a member: one row for each event.
_DONE = f"""
    select event.source, event.event_id, event.type, event.occurred_at, record.member_id,
           record.seq, coalesce(said ->> 'author', said ->> 'cashier') as cashier,
           said ->> 'by' as person, (event.occurred_at at time zone %(zone)s)::date as day
    from event
    join record on record.space_id = event.space_id and record.source = event.source
         and record.event_id = event.event_id and record.programme_id = %(programme)s
    cross join lateral (select event.facts::jsonb as said) as facts
    where event.space_id = %(space)s and record.member_id is not null and record.seq is not null
      and event.type in ('purchase', 'return', 'claim', 'adjustment', 'grant')
      and event.occurred_at >= {_AT.format("%(since)s")}
      and event.occurred_at < {_AT.format("%(until)s")}
      and coalesce(said ->> 'author', said ->> 'cashier') is not null
"""
_FINDINGS = f"""
    with recursive own (cashier, member_id) as ({_OWN}), done as materialized ({_DONE}), found as (
        select 'own-card' as finding, '' as day, done.* from done
        where exists (
            -- Of what a person of a household did, it is the household's.
            select from own where own.cashier = done.cashier
               and own.member_id in (done.member_id, done.person)
        )
        union all
        select 'same-card', day::text, source, event_id, type, occurred_at, member_id, seq,
               cashier, person, day
        from (
            select done.*, count(*) over (partition by cashier, member_id, day) as many
            from done where type = 'purchase'
        ) as purchases
        where many >= %(least)s
        union all
        select 'claimed', '', source, event_id, type, occurred_at, member_id, seq, cashier, person,
               day
        from (
            select done.*, count(*) over (partition by cashier, member_id) as many
            from done where type = 'claim'
        ) as claims
        where many >= %(least)s
        union all
        select 'returned-after-spending', '', done.* from done
        where type = 'return' and exists (
            select 1 from entry
            where entry.space_id = %(space)s and entry.programme_id = %(programme)s
              and entry.member_id = done.member_id and entry.seq = done.seq
              and entry.debit = 'deficit'
        )
    ), counted (finding, on_day, cashier, member, events, types, first_at, last_at, keys, seqs) as (
        select finding, found.day, cashier, member_id, count(*),
               array_agg(type), min(occurred_at), max(occurred_at),
               (array_agg(source || '/' || event_id order by occurred_at, source, event_id))[:5],
               array_agg(seq)
        from (select finding, day, cashier, member_id, type, occurred_at, source, event_id, seq
              from found as found (finding, day, source, event_id, type, occurred_at, member_id,
                                   seq, cashier, person, on_day)) as found
        group by 1, 2, 3, 4
    )
    select finding, cashier, member, on_day, events, types,
           {_MICROSECONDS.format("first_at")}, {_MICROSECONDS.format("last_at")}, keys,
           finding = 'own-card' or exists (
               select from own
               where own.cashier = counted.cashier and own.member_id = counted.member
           ),
           coalesce((
               select jsonb_object_agg(currency, units) from (
                   select currency, sum(entry.units)::bigint as units
                   from entry
                   where entry.space_id = %(space)s and entry.programme_id = %(programme)s
                     and entry.member_id = counted.member and entry.seq = any(counted.seqs)
                     and entry.debit in ('issuance', 'adjustment')
                   group by currency
               ) as brought
           ), '{{}}')
    from counted
    where (%(finding)s::text is null or finding = %(finding)s)
      and (finding, cashier, member, on_day) > (%(f)s, %(c)s, %(m)s, %(d)s)
    order by finding, cashier collate "C", member, on_day
    limit %(limit)s
"""


class CashierRow(NamedTuple):
    """Somebody who serves, and the member who they are; `at` in microseconds."""

    cashier: str
    member: str
    at: int


class Asked(NamedTuple):
    """What is asked: instants in microseconds, `zone` by its name, `least` so many of a kind;
    `after`: finding, cashier, member and day of the last one that was told."""

    since: int
    until: int
    zone: str
    least: int
    finding: str | None
    after: tuple[str, str, str, str]
    limit: int


class Finding(NamedTuple):
    """What somebody did for a card; `types` of all the events, `examples` of a few by source and
    id, `units` in smallest units by currency, instants in microseconds."""

    finding: str
    cashier: str
    member: str
    day: str
    events: int
    types: Sequence[str]
    first_at: int
    last_at: int
    examples: Sequence[str]
    own: bool
    units: Mapping[str, int]


def listed(connection: Connection[Any], space: int, *, after: str, limit: int) -> list[CashierRow]:
    """Those of whom it is known, by name, from behind one on."""
    asked = {"space": space, "after": after, "limit": limit}
    return [CashierRow(*row) for row in connection.execute(_LIST.encode(), asked)]


def member_of(connection: Connection[Any], space: int, cashier: str) -> str | None:
    """Which member somebody is, locked."""
    row = connection.execute(_ONE, (space, cashier)).fetchone()
    return None if row is None else row[0]


def put(connection: Connection[Any], space: int, row: CashierRow) -> bool:
    """Say which member somebody is; whether there is one of that id, who has not been erased."""
    values = {"space": space, "cashier": row.cashier, "member": row.member, "now": row.at}
    return connection.execute(_PUT.encode(), values).rowcount > 0


def drop(connection: Connection[Any], space: int, cashier: str) -> None:
    """Say it no more."""
    connection.execute(_DROP, (space, cashier))


def findings(connection: Connection[Any], scope: Scope, asked: Asked) -> list[Finding]:
    """What was found in a time, in its order."""
    finding, cashier, member, day = asked.after
    values = {
        "space": scope.space_id,
        "programme": scope.programme_id,
        "since": asked.since,
        "until": asked.until,
        "zone": asked.zone,
        "least": asked.least,
        "finding": asked.finding,
        "limit": asked.limit,
        "f": finding,
        "c": cashier,
        "m": member,
        "d": day,
    }
    return [Finding(*row) for row in connection.execute(_FINDINGS.encode(), values)]

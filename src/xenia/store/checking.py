"""Finds rows that no other row accounts for: events, records, the outbox, what is of accounts."""

from __future__ import annotations

from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import args_row

from xenia.store.outbox import EVENT_MARK, ON, ONE_BY_ONE, STEP_MARK, VERSION_MARK
from xenia.store.posting import Scope

# By `except` and `group by`, and not by `not exists`: that a planner without statistics of a table
# that has just been filled may do by reading the other table again for each row.
_WITHOUT = """
select source, event_id from {table} where space_id = %(space_id)s
except
select source, event_id from {other} where space_id = %(space_id)s
order by source, event_id limit %(limit)s
"""
_ORPHANS = _WITHOUT.format(table="event", other="record")
_STRANGE = _WITHOUT.format(table="record", other="event")
_WITHOUT_ACCOUNT = """
(
    select '{table}' as found, member_id from {table}
    where space_id = %(space_id)s and programme_id = %(programme_id)s
      and member_id is not null and {where}
    except
    select '{table}', member_id from account
    where space_id = %(space_id)s and programme_id = %(programme_id)s
)
"""
_TABLES = {
    "record": "seq is not null",
    "sweep": "true",
    "entry": "true",
    "voucher": "true",
    "waiting": "true",
    "remains": "true",
    "claimed": "true",
    "awaited": "true",
    "spending": "true",
}
_HOMELESS = (
    " union all ".join(
        _WITHOUT_ACCOUNT.format(table=table, where=where) for table, where in _TABLES.items()
    )
    + " order by member_id, found limit %(limit)s"
)
# What stands in the outbox is compared one by one; of a day on which something has been taken out
# of it, how much it was, and the sum of the hashes.
_WHOLE = f"""
    not exists (
        select from told_sum
        where told_sum.space_id = {{table}}.space_id
          and told_sum.programme_id = {{table}}.programme_id and recorded_on = {ON}
    )
"""
_TOLD = f"""
select source, event_id, count(*) filter (where told), count(*) filter (where not told)
from (
    select source, event_id, programme_id, recorded_at, false as told
    from record where space_id = %(space_id)s and {_WHOLE.format(table="record")}
    union all
    select batch.source, batch.event_id, programme_id, recorded_at, true
    from outbox
    -- A program of the version before has a row for each event.
    cross join unnest(coalesce(sources, array[source]), coalesce(event_ids, array[event_id]))
        as batch (source, event_id)
    where space_id = %(space_id)s and batch.event_id is not null
      and {_WHOLE.format(table="outbox")}
) as both_tables
group by source, event_id, programme_id, recorded_at
having count(*) filter (where told) <> count(*) filter (where not told)
order by source, event_id, programme_id, recorded_at limit %(limit)s
"""
_NOTICES_TOLD = f"""
select name, member_id, seq, count(*) filter (where told), count(*) filter (where not told)
from (
    select programme_id, member_id, seq, recorded_at, false as told
    from sweep
    where space_id = %(space_id)s and coalesce(effects, notices) <> '[]'
      and {_WHOLE.format(table="sweep")}
    union all
    select programme_id, batch.member_id, batch.seq, recorded_at, true
    from outbox cross join unnest(members, seqs) as batch (member_id, seq)
    where space_id = %(space_id)s and {_WHOLE.format(table="outbox")}
) as both_tables
left join programme using (programme_id)
where programme.space_id = %(space_id)s
group by name, member_id, seq, recorded_at
having count(*) filter (where told) <> count(*) filter (where not told)
order by name, member_id, seq limit %(limit)s
"""
_SUMS_TOLD = f"""
with told as (
    select programme_id, {ON} as recorded_on, mark
    from ({ONE_BY_ONE.format(rows="outbox")}) as rows
    where space_id = %(space_id)s
), kept as (
    select programme_id, recorded_at, {EVENT_MARK} as mark
    from record where space_id = %(space_id)s
    union all
    select programme_id, recorded_at, {STEP_MARK}
    from sweep where space_id = %(space_id)s and coalesce(effects, notices) <> '[]'
    union all
    select programme_id, recorded_at, {VERSION_MARK}
    from (
        select programme_id, published_at as recorded_at, version, false as withdrawn
        from programme_version where space_id = %(space_id)s and announcement is not null
        union all
        select programme_id, withdrawn_at, version, true
        from programme_version where space_id = %(space_id)s and withdrawal is not null
    ) as announced
), both_tables as (
    select programme_id, recorded_on, number, digest, 0 as kept, 0 as again
    from told_sum where space_id = %(space_id)s
    union all
    select programme_id, recorded_on, 1, mark, 0, 0 from told
    union all
    select programme_id, {ON}, 0, 0, 1, mark from kept
)
select name, recorded_on::text, sum(both_tables.number)::bigint, sum(kept)::bigint
from both_tables
join told_sum as taken using (programme_id, recorded_on)
join programme using (programme_id)
where taken.space_id = %(space_id)s and programme.space_id = %(space_id)s
group by name, recorded_on
having sum(both_tables.number) <> sum(kept) or sum(both_tables.digest) <> sum(again)
order by name, recorded_on limit %(limit)s
"""
_VERSIONS_TOLD = f"""
select name, version, count(*) filter (where told), count(*) filter (where not told)
from (
    select programme_id, version, published_at, false as told
    from (select *, published_at as recorded_at from programme_version) as announced
    where space_id = %(space_id)s and announcement is not null
      and {_WHOLE.format(table="announced")}
    union all
    select programme_id, version, withdrawn_at, false
    from (select *, withdrawn_at as recorded_at from programme_version) as withdrawn
    where space_id = %(space_id)s and withdrawal is not null and {_WHOLE.format(table="withdrawn")}
    union all
    select programme_id, version, recorded_at, true
    from outbox
    where space_id = %(space_id)s and version is not null and {_WHOLE.format(table="outbox")}
) as both_tables
left join programme using (programme_id)
where programme.space_id = %(space_id)s
group by name, version, published_at
having count(*) filter (where told) <> count(*) filter (where not told)
order by name, version limit %(limit)s
"""
# What was added to stocks, beside the changes of them one by one.
_ADDED = """
with changes as (
    select name, sum(units)::bigint as units from stock_change
    where space_id = %(space_id)s and programme_id = %(programme_id)s
    group by name
), kept as (
    select name, added from budget
    where space_id = %(space_id)s and programme_id = %(programme_id)s and added <> 0
)
select name, coalesce(added, 0), coalesce(units, 0)
from kept full join changes using (name)
where coalesce(added, 0) <> coalesce(units, 0)
order by name limit %(limit)s
"""
_BUDGETS = """
select name, period, used from budget
where space_id = %(space_id)s and programme_id = %(programme_id)s
order by name, period
"""


# By transfer and by the day on which the lots were earned; the event of who received is named after
# the transfer.
_BETWEEN = """
select transfer, currency, sum(units)::bigint
from (
    select currency, earned, case when credit::text = 'transit' then units else -units end as units,
           regexp_replace(regexp_replace(effect, '/[0-9]+$', ''),
                          '^xenia/(transfer/[^/]+|merge|merging)/', '')
               as transfer
    from entry
    where space_id = %(space_id)s and programme_id = %(programme_id)s
      and 'transit' in (debit::text, credit::text)
) moved
group by transfer, currency, earned
having sum(units) <> 0
order by transfer, currency, earned limit %(limit)s
"""


class EventKey(NamedTuple):
    source: str
    event_id: str


class Homeless(NamedTuple):
    """A table that has rows of a member who has no account."""

    table: str
    member: str


class Told(NamedTuple):
    """An event that is not as often in the outbox as there are records of it of the same moment."""

    source: str
    event_id: str
    told: int
    records: int


class NoticesTold(NamedTuple):
    """A step of a member whose notices are not as often in the outbox as they should be: once."""

    programme: str
    member: str
    seq: int
    told: int
    kept: int


class VersionTold(NamedTuple):
    """A version that is not as often in the outbox as it has an announcement."""

    programme: str
    version: int
    told: int
    kept: int


class SumTold(NamedTuple):
    """A day of which was told not what was recorded on it: how much of either there is, which may
    be the same."""

    programme: str
    day: str
    told: int
    kept: int


class Between(NamedTuple):
    """A transfer of which other units were received than given: so many more were given."""

    transfer: str
    currency: str
    units: int


class BudgetRow(NamedTuple):
    """What is used of a budget in one period (its number; 0: for ever)."""

    name: str
    period: int
    used: int


class Added(NamedTuple):
    """A stock to which was added another number than its changes come to."""

    name: str
    added: int
    changes: int


def events_without_record(connection: Connection[Any], space: int, limit: int) -> list[EventKey]:
    """Facts of which no programme made anything."""
    with connection.cursor(row_factory=args_row(EventKey)) as cursor:
        return cursor.execute(_ORPHANS, {"space_id": space, "limit": limit}).fetchall()


def records_without_event(connection: Connection[Any], space: int, limit: int) -> list[EventKey]:
    """Records of events that are not there."""
    with connection.cursor(row_factory=args_row(EventKey)) as cursor:
        return cursor.execute(_STRANGE, {"space_id": space, "limit": limit}).fetchall()


def told_otherwise(connection: Connection[Any], space: int, limit: int) -> list[Told]:
    """Events that the outbox has not, or more than once, or at another time."""
    with connection.cursor(row_factory=args_row(Told)) as cursor:
        return cursor.execute(_TOLD.encode(), {"space_id": space, "limit": limit}).fetchall()


def notices_told_otherwise(
    connection: Connection[Any], space: int, limit: int
) -> list[NoticesTold]:
    """Notices of sweeps that the outbox has not, or more than once, or at another time."""
    with connection.cursor(row_factory=args_row(NoticesTold)) as cursor:
        return cursor.execute(
            _NOTICES_TOLD.encode(), {"space_id": space, "limit": limit}
        ).fetchall()


def versions_told_otherwise(
    connection: Connection[Any], space: int, limit: int
) -> list[VersionTold]:
    """Announcements that the outbox has not, or more than once, or at another time."""
    with connection.cursor(row_factory=args_row(VersionTold)) as cursor:
        return cursor.execute(
            _VERSIONS_TOLD.encode(), {"space_id": space, "limit": limit}
        ).fetchall()


def sums_told_otherwise(connection: Connection[Any], space: int, limit: int) -> list[SumTold]:
    """Days of which something was taken out of the outbox that should not have stood there."""
    with connection.cursor(row_factory=args_row(SumTold)) as cursor:
        found = cursor.execute(_SUMS_TOLD.encode(), {"space_id": space, "limit": limit})
        return found.fetchall()


def without_account(connection: Connection[Any], scope: Scope, limit: int) -> list[Homeless]:
    """Members without an account of whom there is anything else."""
    with connection.cursor(row_factory=args_row(Homeless)) as cursor:
        return cursor.execute(_HOMELESS, {**scope._asdict(), "limit": limit}).fetchall()


def budgets(connection: Connection[Any], scope: Scope) -> list[BudgetRow]:
    """All budgets of a programme, and what is used of them."""
    with connection.cursor(row_factory=args_row(BudgetRow)) as cursor:
        return cursor.execute(_BUDGETS, scope._asdict()).fetchall()


def stocks_added_otherwise(connection: Connection[Any], scope: Scope, limit: int) -> list[Added]:
    """Stocks to which something else was added than their changes come to."""
    with connection.cursor(row_factory=args_row(Added)) as cursor:
        return cursor.execute(_ADDED, {**scope._asdict(), "limit": limit}).fetchall()


def between_members(connection: Connection[Any], scope: Scope, limit: int) -> list[Between]:
    """Transfers of which not the same was received as was given."""
    with connection.cursor(row_factory=args_row(Between)) as cursor:
        return cursor.execute(_BETWEEN, {**scope._asdict(), "limit": limit}).fetchall()

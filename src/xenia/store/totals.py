"""What was moved on each accounting day: made from the entries, and made again at any time."""

from __future__ import annotations

from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import args_row

from xenia.store.posting import Scope

_DAY = "date '1970-01-01' + %(through)s"
_SUMS = """
    select accounting_on, currency, debit, credit, coalesce(funder, '') as funder,
           sum(units)::bigint as units
    from entry
    where space_id = %(space_id)s and programme_id = %(programme_id)s
"""
_BY = "group by accounting_on, currency, debit, credit, coalesce(funder, '')"
# The last day is summed again: a batch that took long may have come to it late.
_FOLLOW = f"""
with last as (
    select max(accounting_on) as day from daily_total
    where space_id = %(space_id)s and programme_id = %(programme_id)s
), more as (
    select exists (
        select from entry
        where space_id = %(space_id)s and programme_id = %(programme_id)s
          and accounting_on > coalesce((select day from last), '-infinity')
          and accounting_on <= {_DAY}
    ) as found
)
insert into daily_total
    (space_id, programme_id, accounting_on, currency, debit, credit, funder, units)
select %(space_id)s, %(programme_id)s, * from (
    {_SUMS}
      and (select found from more)
      and accounting_on >= coalesce((select day from last), '-infinity')
      and accounting_on <= {_DAY}
    {_BY}
) sums
order by accounting_on, currency, debit, credit, funder  -- two workers never wait in a circle
on conflict (space_id, programme_id, accounting_on, currency, debit, credit, funder)
do update set units = excluded.units where daily_total.units <> excluded.units
"""
_CLEAR = """
delete from daily_total where space_id = %(space_id)s and programme_id = %(programme_id)s
"""
_COMPARE = f"""
with kept as (
    select accounting_on, currency, debit, credit, funder, units from daily_total
    where space_id = %(space_id)s and programme_id = %(programme_id)s
), summed as (
    {_SUMS} and accounting_on <= (select max(accounting_on) from kept)
    {_BY}
)
select accounting_on - date '1970-01-01', currency, debit::text, credit::text, funder, kept.units,
       summed.units
from kept full join summed using (accounting_on, currency, debit, credit, funder)
where kept.units is distinct from summed.units
order by accounting_on, currency, debit, credit, funder
limit %(limit)s
"""
# The days that have totals come from these, the others from the entries.
_MOVED = f"""
with last as (
    select coalesce(max(accounting_on), '-infinity') as day from daily_total
    where space_id = %(space_id)s and programme_id = %(programme_id)s
)
select currency, debit::text, credit::text, funder, sum(units)::bigint
from (
    select currency, debit, credit, funder, units from daily_total
    where space_id = %(space_id)s and programme_id = %(programme_id)s and accounting_on <= {_DAY}
    union all
    select currency, debit, credit, coalesce(funder, ''), units from entry
    where space_id = %(space_id)s and programme_id = %(programme_id)s
      and accounting_on > (select day from last) and accounting_on <= {_DAY}
) moved
group by currency, debit, credit, funder
order by currency, debit, credit, funder
"""


class Moved(NamedTuple):
    """Units that moved from `debit` to `credit`; `funder` is empty where nobody else pays."""

    currency: str
    debit: str
    credit: str
    funder: str
    units: int


class Deviation(NamedTuple):
    """A total that is not the sum of its entries; None: there is no such total, or no entry."""

    accounting_on: int
    currency: str
    debit: str
    credit: str
    funder: str
    total: int | None
    entries: int | None


def follow(connection: Connection[Any], scope: Scope, through: int) -> int:
    """Sum up the days up to `through` (a local day number) that have no totals; rows written.

    Does nothing where there is no entry of such a day.
    """
    return connection.execute(_FOLLOW, {**scope._asdict(), "through": through}).rowcount


def clear(connection: Connection[Any], scope: Scope) -> None:
    """Forget all totals; `follow` makes them again."""
    connection.execute(_CLEAR, scope._asdict())


def deviations(connection: Connection[Any], scope: Scope, limit: int) -> list[Deviation]:
    """Totals that are not the sums of their entries, up to the last day that has any."""
    with connection.cursor(row_factory=args_row(Deviation)) as cursor:
        return cursor.execute(_COMPARE, {**scope._asdict(), "limit": limit}).fetchall()


def moved(connection: Connection[Any], scope: Scope, through: int) -> list[Moved]:
    """All that was moved up to the end of an accounting day, by currency, accounts and funder."""
    with connection.cursor(row_factory=args_row(Moved)) as cursor:
        return cursor.execute(_MOVED, {**scope._asdict(), "through": through}).fetchall()

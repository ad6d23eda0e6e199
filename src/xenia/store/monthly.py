"""What was moved in each month: read from the totals of days, and from the entries behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import args_row

from xenia.store.posting import Scope

BEFORE = ""  # the name of all months together that are not asked for one by one

_DAY = "date '1970-01-01'"
_OF = "space_id = %(space_id)s and programme_id = %(programme_id)s"
_LAST = f"select max(accounting_on) - {_DAY} from daily_total where {_OF}"
_FIRST = f"""
    select to_char(least(
        (select min(accounting_on) from daily_total where {_OF}),
        (select min(accounting_on) from entry where {_OF}
            and accounting_on >= coalesce({_DAY} + %(last)s::integer, '-infinity'))
    ), 'YYYY-MM')
"""
# The last day that has totals is summed anew: a batch that took long may have come to it late.
_MOVED = f"""
with by_day as (
    select accounting_on, currency, debit, credit, funder, units from daily_total
    where {_OF} and accounting_on < {_DAY} + %(last)s::integer
      and accounting_on < {_DAY} + %(until)s::integer
    union all
    select accounting_on, currency, debit, credit, coalesce(funder, ''), sum(units)::bigint
    from entry
    where {_OF} and accounting_on >= coalesce({_DAY} + %(last)s::integer, '-infinity')
      and accounting_on < {_DAY} + %(until)s::integer
    group by 1, 2, 3, 4, 5
), by_month as (
    select case when accounting_on < {_DAY} + %(since)s::integer then ''
                else to_char(accounting_on, 'YYYY-MM') end as month,
           currency, debit, credit, funder, units
    from by_day
)
select month, currency, debit::text, credit::text, funder, sum(units)::bigint
from by_month group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
"""
_DIFFERENT = f"""
with kept as (
    select accounting_on, currency, debit, credit, funder, units from daily_total
    where {_OF} and accounting_on >= {_DAY} + %(since)s::integer
      and accounting_on < {_DAY} + %(until)s::integer
), summed as (
    select accounting_on, currency, debit, credit, coalesce(funder, '') as funder,
           sum(units)::bigint as units
    from entry
    where {_OF} and accounting_on >= {_DAY} + %(since)s::integer
      and accounting_on < {_DAY} + %(until)s::integer
    group by 1, 2, 3, 4, 5
)
select to_char(accounting_on, 'YYYY-MM-DD'), currency, debit::text, credit::text, kept.units,
       summed.units
from kept full join summed using (accounting_on, currency, debit, credit, funder)
where kept.units is distinct from summed.units
order by accounting_on, currency, debit, credit, funder
limit %(limit)s
"""
_VALUATIONS = f"select currency, value, breakage from valuation where {_OF} order by currency"
_VALUE_ANEW = f"delete from valuation where {_OF}"
_VALUE = """
    insert into valuation (space_id, programme_id, currency, value, breakage)
    values (%s, %s, %s, %s, %s)
"""
_CLOSED = f"""
    select to_char(month, 'YYYY-MM'), (extract(epoch from closed_at) * 1000000)::bigint, closed_by
    from closed_month where {_OF} order by month
"""
_KEPT = f"""
    select to_char(month, 'YYYY-MM'), currency, opening, issued, redeemed, expired, adjusted,
           settled, brought, closing, value, breakage
    from closed_total where {_OF} and month >= {_DAY} + %(since)s::integer
      and month < {_DAY} + %(until)s::integer
    order by month, currency
"""
_CLOSE = """
    insert into closed_month (space_id, programme_id, month, closed_at, closed_by)
    values (%s, %s, %s::date, 'epoch'::timestamptz + %s * interval '1 microsecond', %s)
"""
_KEEP = """
    insert into closed_total (space_id, programme_id, month, currency, opening, issued, redeemed,
                              expired, adjusted, settled, brought, closing, value, breakage)
    values (%s, %s, %s::date, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


class Moved(NamedTuple):
    """Units that moved from `debit` to `credit` in a month (`2026-03`), or in those BEFORE;
    `funder` is empty where nobody else pays."""

    month: str
    currency: str
    debit: str
    credit: str
    funder: str
    units: int


class Different(NamedTuple):
    """A total of a day that is not the sum of its entries; None: there is none of the two."""

    day: str
    currency: str
    debit: str
    credit: str
    total: int | None
    entries: int | None


class Valuation(NamedTuple):
    """What is said of a currency: `value` is money a unit, None: the programme's; `breakage` is in
    hundredths of a per cent."""

    value: Decimal | None
    breakage: int


class Closed(NamedTuple):
    """A month whose books are closed; `at` in microseconds."""

    month: str
    at: int
    by: str


class Kept(NamedTuple):
    """What a currency came to in a month by when it was closed, in smallest units."""

    month: str
    currency: str
    opening: int
    issued: int
    redeemed: int
    expired: int
    adjusted: int
    settled: int
    brought: int
    closing: int
    value: Decimal | None
    breakage: int


def last_total(connection: Connection[Any], scope: Scope) -> int | None:
    """The last day (a local day number) that is summed up; None: none is."""
    row = connection.execute(_LAST, scope._asdict()).fetchone()
    return None if row is None else row[0]


def first_month(connection: Connection[Any], scope: Scope, last: int | None) -> str | None:
    """The month in which something was moved first; `last` as `last_total` says."""
    row = connection.execute(_FIRST, {**scope._asdict(), "last": last}).fetchone()
    return None if row is None else row[0]


def moved(
    connection: Connection[Any], scope: Scope, last: int | None, since: int, until: int
) -> list[Moved]:
    """All that was moved before the day `until`, by month; what was before `since` together."""
    asked = {**scope._asdict(), "last": last, "since": since, "until": until}
    with connection.cursor(row_factory=args_row(Moved)) as cursor:
        return cursor.execute(_MOVED, asked).fetchall()


def different(
    connection: Connection[Any], scope: Scope, since: int, until: int, limit: int
) -> list[Different]:
    """Totals of the days from `since` until before `until` that are not sums of their entries."""
    asked = {**scope._asdict(), "since": since, "until": until, "limit": limit}
    with connection.cursor(row_factory=args_row(Different)) as cursor:
        return cursor.execute(_DIFFERENT, asked).fetchall()


def valuations(connection: Connection[Any], scope: Scope) -> dict[str, Valuation]:
    """What is said of currencies."""
    found = connection.execute(_VALUATIONS, scope._asdict())
    return {currency: Valuation(value, breakage) for currency, value, breakage in found}


def put_valuations(
    connection: Connection[Any], scope: Scope, said: Mapping[str, Valuation]
) -> None:
    """Say it anew, of all currencies."""
    connection.execute(_VALUE_ANEW, scope._asdict())
    for currency, one in sorted(said.items()):
        connection.execute(_VALUE, (*scope, currency, *one))


def closed(connection: Connection[Any], scope: Scope) -> list[Closed]:
    """The months that are closed, the first one first."""
    return [Closed(*row) for row in connection.execute(_CLOSED, scope._asdict())]


def kept(connection: Connection[Any], scope: Scope, since: int, until: int) -> list[Kept]:
    """What closed months came to that begin on the day `since` or later, and before `until`."""
    asked = {**scope._asdict(), "since": since, "until": until}
    with connection.cursor(row_factory=args_row(Kept)) as cursor:
        return cursor.execute(_KEPT, asked).fetchall()


def close(connection: Connection[Any], scope: Scope, month: Closed, totals: Sequence[Kept]) -> None:
    """Keep that a month is closed, and what it came to."""
    first = f"{month.month}-01"
    connection.execute(_CLOSE, (*scope, first, month.at, month.by))
    for one in totals:
        connection.execute(_KEEP, (*scope, first, *one[1:]))

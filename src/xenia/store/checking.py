"""Finds rows that no other row accounts for: events, records, and what belongs to accounts."""

from __future__ import annotations

from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import args_row

from xenia.store.posting import Scope

_ORPHANS = """
select event.source, event.event_id from event
where space_id = %(space_id)s and not exists (
    select from record
    where record.space_id = event.space_id and record.source = event.source
      and record.event_id = event.event_id
)
order by source, event_id limit %(limit)s
"""
_STRANGE = """
select source, event_id from record
where space_id = %(space_id)s and not exists (
    select from event
    where event.space_id = record.space_id and event.source = record.source
      and event.event_id = record.event_id
)
order by source, event_id limit %(limit)s
"""
_WITHOUT_ACCOUNT = """
select distinct '{table}', member_id from {table} found
where space_id = %(space_id)s and programme_id = %(programme_id)s and member_id is not null
  and {where} and not exists (
    select from account
    where account.space_id = found.space_id and account.programme_id = found.programme_id
      and account.member_id = found.member_id
)
"""
_TABLES = {"record": "seq is not null", "sweep": "true", "entry": "true", "voucher": "true"}
_HOMELESS = (
    " union all ".join(
        _WITHOUT_ACCOUNT.format(table=table, where=where) for table, where in _TABLES.items()
    )
    + " order by 2, 1 limit %(limit)s"
)
_BUDGETS = """
select name, period, used from budget
where space_id = %(space_id)s and programme_id = %(programme_id)s
order by name, period
"""


class EventKey(NamedTuple):
    source: str
    event_id: str


class Homeless(NamedTuple):
    """A table that has rows of a member who has no account."""

    table: str
    member: str


class BudgetRow(NamedTuple):
    """What is used of a budget in one period (its number; 0: for ever)."""

    name: str
    period: int
    used: int


def events_without_record(connection: Connection[Any], space: int, limit: int) -> list[EventKey]:
    """Facts of which no programme made anything."""
    with connection.cursor(row_factory=args_row(EventKey)) as cursor:
        return cursor.execute(_ORPHANS, {"space_id": space, "limit": limit}).fetchall()


def records_without_event(connection: Connection[Any], space: int, limit: int) -> list[EventKey]:
    """Records of events that are not there."""
    with connection.cursor(row_factory=args_row(EventKey)) as cursor:
        return cursor.execute(_STRANGE, {"space_id": space, "limit": limit}).fetchall()


def without_account(connection: Connection[Any], scope: Scope, limit: int) -> list[Homeless]:
    """Members without an account of whom there is anything else."""
    with connection.cursor(row_factory=args_row(Homeless)) as cursor:
        return cursor.execute(_HOMELESS, {**scope._asdict(), "limit": limit}).fetchall()


def budgets(connection: Connection[Any], scope: Scope) -> list[BudgetRow]:
    """All budgets of a programme, and what is used of them."""
    with connection.cursor(row_factory=args_row(BudgetRow)) as cursor:
        return cursor.execute(_BUDGETS, scope._asdict()).fetchall()

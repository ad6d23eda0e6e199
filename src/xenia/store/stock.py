"""How many there are of rewards: what is used of each stock, and what was added to it."""

from __future__ import annotations

from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow, args_row

from xenia.store.posting import Scope

# A stock is a budget for ever.
_ALL = """
    select name, used, added from budget
    where space_id = %(space_id)s and programme_id = %(programme_id)s and period = 0
      and name = any(%(names)s)
"""
_OPEN = """
    insert into budget (space_id, programme_id, name, period, used)
    values (%(space_id)s, %(programme_id)s, %(name)s, 0, 0)
    on conflict do nothing
"""
_HOLD = """
    select name, used, added from budget
    where space_id = %(space_id)s and programme_id = %(programme_id)s and name = %(name)s
      and period = 0
    for update
"""
_ADD = """
    update budget set added = added + %(units)s
    where space_id = %(space_id)s and programme_id = %(programme_id)s and name = %(name)s
      and period = 0
"""
_NOTE = """
    insert into stock_change (space_id, programme_id, name, units, actor, recorded_at)
    values (%(space_id)s, %(programme_id)s, %(name)s, %(units)s, %(actor)s,
            'epoch'::timestamptz + %(now)s * interval '1 microsecond')
"""


class StockRow(NamedTuple):
    """What is used of a stock, and what was added beside what the programme says; < 0: taken."""

    name: str
    used: int
    added: int


def stocks(connection: Connection[TupleRow], scope: Scope, names: list[str]) -> dict[str, StockRow]:
    """The stocks of these names, as far as anything was ever used of or added to them."""
    with connection.cursor(row_factory=args_row(StockRow)) as cursor:
        rows = cursor.execute(_ALL, {**scope._asdict(), "names": names}).fetchall()
    return {row.name: row for row in rows}


def hold(connection: Connection[TupleRow], scope: Scope, name: str) -> StockRow:
    """A stock, of which nobody else uses any until the transaction ends."""
    asked = {**scope._asdict(), "name": name}
    connection.execute(_OPEN, asked)
    with connection.cursor(row_factory=args_row(StockRow)) as cursor:
        found = cursor.execute(_HOLD, asked).fetchone()
    assert found is not None, "it is there by now"
    return found


def add(
    connection: Connection[TupleRow], scope: Scope, name: str, units: int, *, actor: str, now: int
) -> None:
    """Add so many to a stock that is held, or take them where they are below 0; `now` in
    microseconds."""
    asked = {**scope._asdict(), "name": name, "units": units, "actor": actor, "now": now}
    connection.execute(_ADD, asked)
    connection.execute(_NOTE, asked)

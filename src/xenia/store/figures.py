"""How many members a programme has, have joined it, and have done something in it."""

from __future__ import annotations

from typing import Final, NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.engine.zones import Zone
from xenia.store.posting import Scope

DAYS: Final = 30  # the last ones, and as many before these

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_DAY = "date '1970-01-01' + {}"
_MEMBERS = """
    select count(*) from account
    where space_id = %(space)s and programme_id = %(programme)s and joined is not null
"""
_JOINED = f"""
    select count(*) filter (where joined >= {_DAY.format("%(half)s::integer")}),
           count(*) filter (where joined < {_DAY.format("%(half)s::integer")})
    from account
    where space_id = %(space)s and programme_id = %(programme)s
      and joined >= {_DAY.format("%(first)s::integer")}
"""
# Whoever earns or spends does something; what ends or is handed over by itself is nobody's doing.
# Nothing is booked before it has happened, and days of the books are what an index is over.
_ACTIVE = f"""
    select count(*) filter (where late), count(*) filter (where early)
    from (
        select bool_or(occurred_at >= {_AT.format("%(half_at)s")}) as late,
               bool_or(occurred_at < {_AT.format("%(half_at)s")}) as early
        from entry
        where space_id = %(space)s and programme_id = %(programme)s
          and accounting_on >= {_DAY.format("%(first)s::integer")}
          and occurred_at >= {_AT.format("%(first_at)s")}
          and (debit = 'issuance' or credit = 'redeemed')
        group by member_id
    ) as active
"""


class Figures(NamedTuple):
    """Members now; and who has joined, and who earned or spent, in the last days and in as many
    before these."""

    members: int
    joined: int
    joined_before: int
    active: int
    active_before: int


def figures(connection: Connection[TupleRow], scope: Scope, zone: Zone, half: int) -> Figures:
    """Of a programme; `half` is the first of the last days (a local day number of its zone)."""
    first = half - DAYS
    asked = {
        "space": scope.space_id,
        "programme": scope.programme_id,
        "first": first,
        "half": half,
        "first_at": zone.start_of(first),
        "half_at": zone.start_of(half),
    }
    found = [
        number
        for query in (_MEMBERS, _JOINED, _ACTIVE)
        for row in connection.execute(query.encode(), asked)
        for number in row
    ]
    return Figures(*found)

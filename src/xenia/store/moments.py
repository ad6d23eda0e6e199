"""Finds members for whom a moment comes, and remembers how far that has been done."""

from __future__ import annotations

from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import args_row, scalar_row

from xenia.events.model import OWN
from xenia.store.posting import Scope

# As the index `member_by_birthday` has it.  The account and the event are each looked up by
# themselves (the limits see to that), whatever the planner thinks of the tables.
_BORN = """
select member_id, personal ->> 'timezone'
from member
where space_id = %(space_id)s
  and (personal ->> 'birthday') is not null
  and extract(month from date '1970-01-01' + (personal ->> 'birthday')::integer) * 100
      + extract(day from date '1970-01-01' + (personal ->> 'birthday')::integer) = %(date)s
  and member_id > %(after)s
  and (
      select true from account
      where account.space_id = member.space_id and programme_id = %(programme_id)s
        and account.member_id = member.member_id
      limit 1
  )
  and (
      select true from event
      where event.space_id = member.space_id and source = %(source)s
        and event_id = %(before)s || member.member_id || %(behind)s
      limit 1
  ) is null
order by member_id
limit %(limit)s
"""
_THROUGH = """
select through - date '1970-01-01' from moment
where space_id = %b and programme_id = %b and kind = %b
"""
_KEEP = """
insert into moment (space_id, programme_id, kind, through)
values (%b, %b, %b, date '1970-01-01' + %b::integer)
on conflict (space_id, programme_id, kind)
do update set through = greatest(moment.through, excluded.through)
"""


class Born(NamedTuple):
    """A member, and the name of the time zone in which they say that they live."""

    member: str
    timezone: str | None


def born_on(
    connection: Connection[Any],
    scope: Scope,
    month: int,
    day: int,
    *,
    event: tuple[str, str],
    after: str,
    limit: int,
) -> list[Born]:
    """The next members of a programme, by id, who were born on a day of the year and of whom there
    is no event yet whose id is the member's between two texts; "" is before the first."""
    before, behind = event
    values = {
        **scope._asdict(),
        "date": 100 * month + day,
        "source": OWN,
        "before": before,
        "behind": behind,
        "after": after,
        "limit": limit,
    }
    with connection.cursor(row_factory=args_row(Born)) as cursor:
        return cursor.execute(_BORN, values, prepare=True).fetchall()


def through(connection: Connection[Any], scope: Scope, kind: str) -> int | None:
    """The day up to which the moments of a kind have been recorded; None: never."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_THROUGH, (*scope, kind)).fetchone()


def keep_through(connection: Connection[Any], scope: Scope, kind: str, day: int) -> None:
    """Remember that they have been recorded up to a day, unless it is further already."""
    connection.execute(_KEEP, (*scope, kind, day))

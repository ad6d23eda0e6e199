"""How much members may spend within a time, and what they have spent, as they are stored."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from psycopg import Connection

from xenia.store.posting import Scope

_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"
_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_COLUMNS = f"member_id, seq, {_MICROSECONDS.format('recorded_at')}, units, location, terminal"

_GUARD = "select rules from guard where space_id = %s and programme_id = %s"
_PUT = """
    insert into guard (space_id, programme_id, rules) values (%(space)s, %(programme)s, %(rules)s)
    on conflict (space_id, programme_id) do update set rules = excluded.rules
"""
_DROP = "delete from guard where space_id = %(space)s and programme_id = %(programme)s"
# Each member by itself: a plan for all of them together may read the whole table.
_SINCE = f"""
    select found.*
    from unnest(%(members)s::text[]) as asked (member_id)
    cross join lateral (
        select {_COLUMNS}
        from spending
        where space_id = %(space)s and programme_id = %(programme)s
          and spending.member_id = asked.member_id and recorded_at > {_AT.format("%(since)s")}
        order by recorded_at, seq
        limit 1000000
    ) as found
"""
_OF = f"""
    select {_COLUMNS} from spending
    where space_id = %(space)s and programme_id = %(programme)s and member_id = any(%(members)s)
    order by member_id, seq, recorded_at
"""


class SpendingRow(NamedTuple):
    """What a member took by the event of a step; `units` is JSON, instants in microseconds."""

    member: str
    seq: int
    recorded_at: int
    units: str
    location: str | None
    terminal: str | None


def rules(connection: Connection[Any], scope: Scope) -> str | None:
    """What is said of a programme's spending, as JSON; None: nothing."""
    row = connection.execute(_GUARD, tuple(scope)).fetchone()
    return None if row is None else row[0]


def put_rules(connection: Connection[Any], scope: Scope, said: str | None) -> None:
    """Say it, from now on; the programme is held and revised.  None: nothing is said any more."""
    values = {"space": scope.space_id, "programme": scope.programme_id, "rules": said}
    connection.execute(_DROP if said is None else _PUT, values)


def spent_since(
    connection: Connection[Any], scope: Scope, members: Collection[str], since: int
) -> list[SpendingRow]:
    """What members whose accounts are locked have taken since an instant, in its order."""
    asked = {"space": scope.space_id, "programme": scope.programme_id, "since": since}
    found = connection.execute(_SINCE.encode(), {**asked, "members": sorted(members)})
    return [SpendingRow(*row) for row in found]


def spent(connection: Connection[Any], scope: Scope, members: Sequence[str]) -> list[SpendingRow]:
    """All that members have taken, by step."""
    asked = {"space": scope.space_id, "programme": scope.programme_id, "members": list(members)}
    return [SpendingRow(*row) for row in connection.execute(_OF.encode(), asked)]

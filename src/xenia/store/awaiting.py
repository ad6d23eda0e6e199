"""What is stored of claims that wait for guests' purchases, and who takes turns with whom."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import args_row

from xenia.store.posting import Key, Scope

# Nothing is in the database yet that a claim and its purchase could hold: without turns, either
# would be recorded without seeing the other.  Purchases do not wait for one another.
_TURN = "select pg_advisory_xact_lock{kind}(%s, %s)"
_COLUMNS = """event.source, event.event_id, awaited.member_id, type,
           (extract(epoch from occurred_at) * 1000000)::bigint, schema, facts"""
_AWAITING = """
    select {columns} from awaited
    join event using (space_id, source, event_id)
    where space_id = %(space_id)s and programme_id = %(programme_id)s and (
        (of_source, of_event_id) in (select * from unnest(%(sources)s::text[], %(ids)s::text[]))
        or receipt = any(%(receipts)s)
    )
    order by position
"""


_OF_MEMBER = """
    select {columns} from awaited
    join event using (space_id, source, event_id)
    where space_id = %(space_id)s and programme_id = %(programme_id)s
      and awaited.member_id = %(member)s
    order by position
"""


class AwaitingRow(NamedTuple):
    """A claim that waits; `occurred_at` in microseconds."""

    source: str
    event_id: str
    member: str
    type: str
    occurred_at: int
    schema: int
    facts: str


def take_turns(connection: Connection[Any], scope: Scope, *, claims: bool) -> None:
    """Wait for whoever records what this one would have to see, until the end of the transaction:
    claims for claims and for guests' purchases, these for claims."""
    connection.execute(_TURN.format(kind="" if claims else "_shared").encode(), tuple(scope))


def awaiting(
    connection: Connection[Any], scope: Scope, keys: Collection[Key], receipts: Collection[str]
) -> list[AwaitingRow]:
    """The claims that wait for purchases by these keys or receipts, in the order of recording."""
    asked = {
        "sources": [key[0] for key in keys],
        "ids": [key[1] for key in keys],
        "receipts": sorted(receipts),
    }
    with connection.cursor(row_factory=args_row(AwaitingRow)) as cursor:
        query = _AWAITING.format(columns=_COLUMNS).encode()
        return cursor.execute(query, {**scope._asdict(), **asked}).fetchall()


def of_member(connection: Connection[Any], scope: Scope, member: str) -> list[AwaitingRow]:
    """The claims of a member that wait, in the order of recording."""
    query = _OF_MEMBER.format(columns=_COLUMNS).encode()
    with connection.cursor(row_factory=args_row(AwaitingRow)) as cursor:
        return cursor.execute(query, {**scope._asdict(), "member": member}).fetchall()

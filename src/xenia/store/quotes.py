"""Quotes as they are stored: the discounts of a basket, kept for the purchase that names them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.store.posting import Scope

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_ADD = f"""
    insert into quote (space_id, quote_id, programme_id, member_id, made_at, until, basket, given)
    values (%(space)s, %(quote)s, %(programme)s, %(member)s, {_AT.format("%(made_at)s")},
            {_AT.format("%(until)s")}, %(basket)s, %(given)s)
"""

_READ = """
    select quote_id, programme_id, member_id, (extract(epoch from made_at) * 1000000)::bigint,
           (extract(epoch from until) * 1000000)::bigint, basket, given, event_id is not null
    from quote
    where space_id = %s and programme_id = %s and quote_id = any(%s)
    order by quote_id
"""
_FORGET = f"""
    delete from quote
    where ctid in (
        select ctid from quote where until < {_AT.format("%(before)s")} limit %(most)s
    )
"""


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """Instants in microseconds; `given` is JSON."""

    quote: str
    programme: int
    member: str
    made_at: int
    until: int
    basket: bytes
    given: str
    used: bool = False


def add(connection: Connection[TupleRow], space: int, row: QuoteRow) -> None:
    """Keep a quote."""
    values = {
        "space": space,
        "quote": row.quote,
        "programme": row.programme,
        "member": row.member,
        "made_at": row.made_at,
        "until": row.until,
        "basket": row.basket,
        "given": row.given,
    }
    connection.execute(_ADD.encode(), values)


def read(
    connection: Connection[TupleRow], scope: Scope, names: Collection[str], *, lock: bool
) -> list[QuoteRow]:
    """Quotes by their ids, as far as there are any; with a `lock`, nobody else gets at them."""
    query = _READ + (" for update" if lock else "")
    found = connection.execute(query.encode(), (*scope, sorted(names)))
    return [QuoteRow(*row) for row in found]


def forget(connection: Connection[TupleRow], before: int, most: int) -> int:
    """Delete quotes that had expired before an instant, so many at once; how many they were."""
    return connection.execute(_FORGET.encode(), {"before": before, "most": most}).rowcount

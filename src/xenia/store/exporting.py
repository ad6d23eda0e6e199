"""Reads for exports: everything of a programme, streamed in the order of its members."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import args_row

from xenia.store.accounts import VoucherRow
from xenia.store.ledger import EntryRow
from xenia.store.posting import Scope

_FETCHED = 2_000  # rows that a cursor brings at a time
_DAY = "{0} - date '1970-01-01'"
_INSTANT = "(extract(epoch from {0}) * 1000000)::bigint"
_HOLDERS = """
    select account.member_id, version, layout, state, attributes, personal::text, (
        select string_agg(kind || ' ' || value, chr(10) order by kind, value) from identifier
        where identifier.space_id = account.space_id and identifier.member_id = account.member_id
          and blocked_at is null  -- elsewhere it would be of use again
    )
    from account left join member using (space_id, member_id)
    where space_id = %s and programme_id = %s and seq > 0
    order by member_id
"""
_VOUCHERS = f"""
    select member_id, code, reward, voucher.state, {_DAY.format("expires")}, money_left, uses_left,
           voucher.seq, n
    from voucher join account using (space_id, programme_id, member_id)
    where space_id = %s and programme_id = %s and voucher.state = 'issued' and joined is not null
    order by member_id, voucher.seq, n
"""
_ENTRIES = f"""
    select member_id, seq, n, currency, debit::text, credit::text, units, {_DAY.format("earned")},
           {_DAY.format("ends")}, accrual, funder, rule, effect, {_INSTANT.format("occurred_at")},
           {_INSTANT.format("recorded_at")}, {_DAY.format("accounting_on")}
    from entry
    where space_id = %s and programme_id = %s
    order by member_id, seq, n
"""
_COUNT = "select count(*) from {0} where space_id = %s and programme_id = %s"


class Holder(NamedTuple):
    """An account with what is known of the person; `names` are lines of kind and value."""

    member: str
    version: int
    layout: str
    state: bytes
    attributes: str
    personal: str | None
    names: str | None


def holders(connection: Connection[Any], scope: Scope) -> Iterator[Holder]:
    """Everybody to whom anything has happened; streams.

    This and the others must be read to their end, or closed, within one transaction.
    """
    with connection.cursor("holders", row_factory=args_row(Holder)) as cursor:
        cursor.itersize = _FETCHED
        cursor.execute(_HOLDERS, scope, binary=True)
        yield from cursor


def vouchers(connection: Connection[Any], scope: Scope) -> Iterator[VoucherRow]:
    """All that were issued and can still be used, or have expired; streams."""
    with connection.cursor("vouchers", row_factory=args_row(VoucherRow)) as cursor:
        cursor.itersize = _FETCHED
        cursor.execute(_VOUCHERS, scope, binary=True)
        yield from cursor


def entries(connection: Connection[Any], scope: Scope) -> Iterator[EntryRow]:
    """The whole ledger; streams."""
    with connection.cursor("ledger", row_factory=args_row(EntryRow)) as cursor:
        cursor.itersize = _FETCHED
        cursor.execute(_ENTRIES, scope, binary=True)
        yield from cursor


def number_of(connection: Connection[Any], scope: Scope, table: str) -> int:
    """How many rows a programme has in a table: account, voucher or entry."""
    assert table in ("account", "voucher", "entry"), "no other has to be counted"
    row = connection.execute(_COUNT.format(table), scope).fetchone()
    return 0 if row is None else int(row[0])

"""Reads of what was recorded: entries, open lots, wallets, and what happened to an account."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import args_row

from xenia.store.posting import Scope

_FETCHED = 2_000  # rows that a streaming cursor brings at a time


def _day(column: str) -> str:
    """A date as its local day number."""
    return f"{column} - date '1970-01-01'"


def _instant(column: str) -> str:
    """A timestamptz as microseconds since 1970-01-01 UTC, exactly."""
    return f"(extract(epoch from {column}) * 1000000)::bigint"


class EntryRow(NamedTuple):
    """An entry as it stands in the ledger: days are local day numbers, instants microseconds."""

    member: str
    seq: int
    n: int
    currency: str
    debit: str
    credit: str
    units: int
    earned: int
    ends: int | None
    accrual: str | None
    funder: str | None
    rule: str | None
    effect: str
    occurred_at: int
    recorded_at: int
    accounting_on: int


class TracedEntry(NamedTuple):
    """An entry and what made it: an event and the version that decided, or (no source) a sweep."""

    entry: EntryRow
    source: str | None
    event_id: str | None
    type: str | None
    version: int | None


class Step(NamedTuple):
    """One thing that happened to an account: an event, or (`until` is set) time that passed, with
    what the member is told of it as JSON.

    `seq` is 0 where there is no account, and `member` empty for a guest.  The fields of the event
    are None where it is missing.
    """

    member: str
    seq: int
    version: int
    recorded_at: int
    source: str | None
    event_id: str | None
    plan: str | None
    read: bytes | None
    posted: bytes | None
    inputs: bytes | None
    answer: str | None
    type: str | None
    event_member: str | None
    occurred_at: int | None
    schema: int | None
    facts: str | None
    fingerprint: bytes | None
    until: int | None
    notices: str | None
    effects: str | None


class LotRow(NamedTuple):
    """`account` is wallet, pending or held."""

    member: str
    currency: str
    account: str
    earned: int
    ends: int | None
    units: int


class WalletRow(NamedTuple):
    member: str
    currency: str
    balance: int
    pending: int
    held: int


ENTRY = f"""
    x.member_id, x.seq, x.n, x.currency, x.debit::text, x.credit::text, x.units,
    {_day("x.earned")}, {_day("x.ends")}, x.accrual, x.funder, x.rule, x.effect,
    {_instant("x.occurred_at")}, {_instant("x.recorded_at")}, {_day("x.accounting_on")}
"""
_RECORDED = f"""
    coalesce(r.member_id, ''), coalesce(r.seq, 0), r.version, {_instant("r.recorded_at")},
    r.source, r.event_id, r.plan, r.read, r.posted, r.inputs, r.answer, e.type, e.member_id,
    {_instant("e.occurred_at")}, e.schema, e.facts, e.fingerprint,
    null::integer, null::text, null::text
"""
OF_EVENT = """
    left join event e on e.space_id = r.space_id and e.source = r.source and e.event_id = r.event_id
"""


def entries(
    connection: Connection[Any], scope: Scope, members: Sequence[str]
) -> Iterator[EntryRow]:
    """All entries of members, in the order of recording; streams.

    Must be read to its end, or closed, within one transaction.
    """
    query = f"""
        select {ENTRY} from entry x
        where x.space_id = %s and x.programme_id = %s and x.member_id = any(%s)
        order by x.member_id, x.seq, x.n
    """
    with connection.cursor("entries", row_factory=args_row(EntryRow)) as cursor:
        cursor.itersize = _FETCHED
        cursor.execute(query, (*scope, list(members)), binary=True)
        yield from cursor


def page_of_entries(
    connection: Connection[Any],
    scope: Scope,
    member: str,
    *,
    before: tuple[int, int] | None,
    limit: int,
    currency: str | None = None,
) -> list[TracedEntry]:
    """Entries of a member, newest first, of one currency or of all; `before` is the (seq, n) of the
    last one of a page."""
    at = before or (2**62, 0)
    query = f"""
        select {ENTRY}, r.source, r.event_id, e.type, coalesce(r.version, s.version)
        from (
            select * from entry
            where space_id = %s and programme_id = %s and member_id = %s and (seq, n) < (%s, %s)
              and (%s::text is null or currency = %s::text)
            order by seq desc, n desc limit %s
        ) x
        left join record r
            on r.space_id = x.space_id and r.programme_id = x.programme_id
            and r.member_id = x.member_id and r.seq = x.seq
        left join sweep s
            on s.space_id = x.space_id and s.programme_id = x.programme_id
            and s.member_id = x.member_id and s.seq = x.seq
        {OF_EVENT}
        order by x.seq desc, x.n desc
    """
    with connection.cursor(row_factory=args_row(traced)) as cursor:
        parameters = (*scope, member, *at, currency, currency, limit)
        return cursor.execute(query, parameters, binary=True).fetchall()


def traced(*values: Any) -> TracedEntry:
    """A row of ENTRY and what made it."""
    width = len(EntryRow._fields)
    return TracedEntry(EntryRow(*values[:width]), *values[width:])


def entries_of_event(
    connection: Connection[Any], scope: Scope, source: str, event_id: str
) -> list[EntryRow]:
    """The entries that one event made."""
    query = f"""
        select {ENTRY} from record r
        join entry x
            on x.space_id = r.space_id and x.programme_id = r.programme_id
            and x.member_id = r.member_id and x.seq = r.seq
        where r.space_id = %s and r.programme_id = %s and r.source = %s and r.event_id = %s
        order by x.n
    """
    with connection.cursor(row_factory=args_row(EntryRow)) as cursor:
        parameters = (*scope, source, event_id)
        return cursor.execute(query, parameters, binary=True).fetchall()


def step_of_event(
    connection: Connection[Any], scope: Scope, source: str, event_id: str
) -> Step | None:
    """What one programme recorded of an event."""
    query = f"""
        select {_RECORDED} from record r {OF_EVENT}
        where r.space_id = %s and r.programme_id = %s and r.source = %s and r.event_id = %s
    """
    with connection.cursor(row_factory=args_row(Step)) as cursor:
        parameters = (*scope, source, event_id)
        return cursor.execute(query, parameters, binary=True).fetchone()


def steps(
    connection: Connection[Any], scope: Scope, members: Sequence[str]
) -> Generator[Step, None, None]:
    """All that happened to members' accounts, in the order of recording; streams.

    Must be read to its end, or closed, within one transaction.
    """
    query = f"""
        select {_RECORDED} from record r {OF_EVENT}
        where r.space_id = %(space_id)s and r.programme_id = %(programme_id)s
            and r.member_id = any(%(members)s) and r.seq is not null
        union all
        select s.member_id, s.seq, s.version, {_instant("s.recorded_at")}, null, null, null, null,
            null, null, null, null, null, null, null, null, null, {_day("s.until")}, s.notices,
            s.effects
        from sweep s
        where s.space_id = %(space_id)s and s.programme_id = %(programme_id)s
            and s.member_id = any(%(members)s)
        order by 1, 2
    """
    parameters = {**scope._asdict(), "members": list(members)}
    yield from _streamed(connection, query, parameters)


def profiles(connection: Connection[Any], scope: Scope, member: str, before: int) -> list[Step]:
    """What told an account's attributes before a step, in the order of recording."""
    query = f"""
        select {_RECORDED} from record r {OF_EVENT}
        where r.space_id = %s and r.programme_id = %s and r.member_id = %s and r.seq < %s
            and e.type in ('enrolment', 'profile', 'opening')
        order by r.seq
    """
    with connection.cursor(row_factory=args_row(Step)) as cursor:
        return cursor.execute(query, (*scope, member, before), binary=True).fetchall()


def said(
    connection: Connection[Any], space: int, keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """What events (source, id) said about persons, as JSON, as far as it has not been erased."""
    query = """
        select source, event_id, said::text
        from personal join unnest(%s::text[], %s::text[]) as asked (source, event_id)
            using (source, event_id)
        where space_id = %s
    """
    sources, names = [source for source, _ in keys], [name for _, name in keys]
    found = connection.execute(query, (sources, names, space))
    return {(source, name): text for source, name, text in found}


def steps_of_nobody(connection: Connection[Any], scope: Scope) -> Iterator[Step]:
    """What was recorded without an account: of guests, and of who is no member; streams."""
    query = f"""
        select {_RECORDED} from record r {OF_EVENT}
        where r.space_id = %(space_id)s and r.programme_id = %(programme_id)s and r.seq is null
    """
    yield from _streamed(connection, query, scope._asdict())


def _streamed(
    connection: Connection[Any], query: str, parameters: dict[str, Any]
) -> Generator[Step, None, None]:
    with connection.cursor("steps", row_factory=args_row(Step)) as cursor:
        cursor.itersize = _FETCHED
        cursor.execute(query, parameters, binary=True)
        yield from cursor


def lots(connection: Connection[Any], scope: Scope, members: Sequence[str]) -> list[LotRow]:
    """The open lots of members, as the view of the entries has them."""
    query = f"""
        select member_id, currency, account::text, {_day("earned")}, {_day("ends")}, units::bigint
        from lot where space_id = %s and programme_id = %s and member_id = any(%s)
        order by member_id, currency, account, ends, earned
    """
    with connection.cursor(row_factory=args_row(LotRow)) as cursor:
        return cursor.execute(query, (*scope, list(members)), binary=True).fetchall()


def wallets(connection: Connection[Any], scope: Scope, members: Sequence[str]) -> list[WalletRow]:
    """The wallets of members, as the view of the entries has them."""
    query = """
        select member_id, currency, balance::bigint, pending::bigint, held::bigint
        from wallet where space_id = %s and programme_id = %s and member_id = any(%s)
        order by member_id, currency
    """
    with connection.cursor(row_factory=args_row(WalletRow)) as cursor:
        return cursor.execute(query, (*scope, list(members)), binary=True).fetchall()

"""The statements of a batch of events: claim, lock, read, write; all of them set-based.

They find rows by their keys, one by one: a planner that does not know yet how large a table has
grown would else read all of it.  A batch is one transaction, READ COMMITTED.  Rows are locked in
the order of the functions here and, within one, in the order of their keys: so two batches never
wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from psycopg import Connection

from xenia.store.columns import Column, Texts, columns

Key = tuple[str, str]  # source, event id
Rows = Sequence[tuple[Any, ...]]

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_ON = "date '1970-01-01' + {}"

_CLAIM = f"""
with claimed as (
    insert into event (space_id, source, event_id, type, member_id, occurred_at, recorded_at,
                       schema, facts, fingerprint)
    select %b, source, event_id, type, member_id, {_AT.format("occurred")}, {_AT.format("%b")},
           %b, facts, fingerprint
    from unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::text[],
                %b::bytea[]) as given (source, event_id, type, member_id, occurred, facts,
                                       fingerprint)
    order by source, event_id
    on conflict do nothing
    returning source, event_id
)
select source, event_id,
       (select revision from programme where space_id = %b and programme_id = %b for share)
from claimed
"""

_STORED = """
select found.*
from unnest(%b::text[], %b::text[]) as asked (source, event_id)
cross join lateral (
    select event.source, event.event_id, event.fingerprint, record.answer
    from event
    left join record on record.space_id = event.space_id
              and record.source = event.source and record.event_id = event.event_id
    where event.space_id = %b and event.source = asked.source and event.event_id = asked.event_id
    limit 1
) as found
"""

# In the order given, which is that of the keys.
_LOCK = """
select found.*
from unnest(%b::text[]) as asked (id)
cross join lateral (
    select member_id, seq, version, layout, state, attributes
    from account
    where space_id = %b and programme_id = %b and member_id = asked.id
    for update
) as found
"""

_OPEN = """
insert into account (space_id, programme_id, member_id, seq, version, layout, state)
select %b, %b, member_id, 0, %b, %b, %b
from unnest(%b::text[]) as given (member_id)
order by member_id
on conflict do nothing
"""

_LOCK_BUDGETS = """
select name, period, used
from budget
join unnest(%b::text[], %b::int[]) as asked (name, period) using (name, period)
where space_id = %b and programme_id = %b
order by name, period
for update of budget
"""

_OPEN_BUDGETS = """
insert into budget (space_id, programme_id, name, period, used)
select %b, %b, name, period, 0
from unnest(%b::text[], %b::int[]) as given (name, period)
order by name, period
on conflict do nothing
"""

_USE_BUDGETS = """
update budget set used = given.used
from unnest(%b::text[], %b::int[], %b::bigint[]) as given (name, period, used)
where space_id = %b and programme_id = %b
  and budget.name = given.name and budget.period = given.period
"""

# An insert that always meets its row: it is found by its key, whatever the planner thinks.
_KEEP_ACCOUNTS = f"""
insert into account (space_id, programme_id, member_id, seq, version, layout, state, next_due,
                     attributes)
select %b, %b, member_id, seq, version, layout, state, {_ON.format("next_due")}, attributes
from unnest(%b::text[], %b::bigint[], %b::int[], %b::text[], %b::bytea[], %b::int[], %b::text[])
     as given (member_id, seq, version, layout, state, next_due, attributes)
on conflict (space_id, programme_id, member_id) do update
set seq = excluded.seq, version = excluded.version, layout = excluded.layout,
    state = excluded.state, next_due = excluded.next_due, attributes = excluded.attributes
"""

_KEEP_RECORDS = f"""
insert into record (space_id, programme_id, recorded_at, source, event_id, version, member_id, seq,
                    plan, read, posted, inputs, answer)
select %b, %b, {_AT.format("%b")}, given.*
from unnest(%b::text[], %b::text[], %b::int[], %b::text[], %b::bigint[], %b::text[], %b::bytea[],
            %b::bytea[], %b::bytea[], %b::text[]) as given
"""

_KEEP_SWEEPS = f"""
insert into sweep (space_id, programme_id, recorded_at, member_id, seq, version, until)
select %b, %b, {_AT.format("%b")}, member_id, seq, version, {_ON.format("until")}
from unnest(%b::text[], %b::bigint[], %b::int[], %b::int[])
     as given (member_id, seq, version, until)
"""

_KEEP_ENTRIES = f"""
insert into entry (space_id, programme_id, recorded_at, accounting_on, member_id, seq, n, currency,
                   debit, credit, units, earned, ends, accrual, funder, rule, effect, occurred_at)
select %b, %b, {_AT.format("%b")}, {_ON.format("%b")}, member_id, seq, n, currency,
       debit::ledger_account, credit::ledger_account, units, {_ON.format("earned")},
       {_ON.format("ends")}, accrual, funder, rule, effect, {_AT.format("occurred")}
from unnest(%b::text[], %b::bigint[], %b::int[], %b::text[], %b::text[], %b::text[], %b::bigint[],
            %b::int[], %b::int[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[])
     as given (member_id, seq, n, currency, debit, credit, units, earned, ends, accrual, funder,
               rule, effect, occurred)
"""

_KEEP_VOUCHERS = f"""
insert into voucher (space_id, programme_id, code, member_id, reward, state, expires, seq, n)
select %b, %b, code, member_id, reward, state, {_ON.format("expires")}, seq, n
from unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::int[], %b::bigint[], %b::int[])
     as given (code, member_id, reward, state, expires, seq, n)
"""

_TELL = f"""
insert into outbox (space_id, programme_id, recorded_at, source, event_id)
select %b, %b, {_AT.format("%b")}, source, event_id
from unnest(%b::text[], %b::text[]) as given (source, event_id)
"""


class Scope(NamedTuple):
    """Where a batch belongs: all its rows begin with these."""

    space_id: int
    programme_id: int


class Stored(NamedTuple):
    """An event that was there before; `answer` is None while a broken batch left none."""

    fingerprint: bytes
    answer: str | None


class StoredAccount(NamedTuple):
    """A member's account as it stands in the database; `version` is whose layout `state` has."""

    seq: int
    version: int
    layout: str
    state: bytes
    attributes: str


class Written(NamedTuple):
    """What a batch leaves behind, as rows in the order of the statements' columns."""

    accounts: Rows
    records: Rows
    sweeps: Rows
    entries: Rows
    vouchers: Rows
    budgets: Mapping[tuple[str, int], int]  # what is used now


def claim(
    connection: Connection[Any], scope: Scope, now: int, schema: int, rows: Rows
) -> tuple[set[Key], int | None]:
    """Insert the facts that are not there yet: their keys, and the programme's revision now.

    Rows are (source, id, type, member, occurred, facts, fingerprint); instants in microseconds.
    Waits for another batch that has claimed one of the keys, and for a publication that is going
    on: until the end of the transaction none can begin.
    """
    found = connection.execute(
        _CLAIM, (scope.space_id, now, schema, *columns("ttttqty", rows), *scope), prepare=True
    ).fetchall()
    return {(source, name) for source, name, _ in found}, found[0][2] if found else None


def stored(connection: Connection[Any], scope: Scope, keys: Collection[Key]) -> dict[Key, Stored]:
    """The events among these that are there, with what was answered."""
    asked = columns("tt", sorted(keys))
    found = connection.execute(_STORED, (*asked, scope.space_id), prepare=True)
    return {(source, name): Stored(print_, answer) for source, name, print_, answer in found}


def lock(
    connection: Connection[Any], scope: Scope, members: Collection[str]
) -> dict[str, StoredAccount]:
    """Lock the accounts of members, as far as they have one, and read them as they are then."""
    found = connection.execute(_LOCK, (Texts(sorted(members)), *scope), prepare=True)
    return {member: StoredAccount(*rest) for member, *rest in found}


def open_accounts(
    connection: Connection[Any], scope: Scope, members: Collection[str], fresh: StoredAccount
) -> dict[str, StoredAccount]:
    """Make accounts for members without one, and lock them."""
    values = (*scope, fresh.version, fresh.layout, fresh.state, Texts(sorted(members)))
    connection.execute(_OPEN, values, prepare=True)
    return lock(connection, scope, members)


def lock_budgets(
    connection: Connection[Any], scope: Scope, names: Collection[tuple[str, int]]
) -> dict[tuple[str, int], int]:
    """Lock budgets, by name and period, and read what is used of each."""
    wanted = columns("ti", sorted(names))
    used = _budgets(connection, scope, wanted)
    if len(used) < len(names):
        connection.execute(_OPEN_BUDGETS, (*scope, *wanted), prepare=True)
        used = _budgets(connection, scope, wanted)
    return used


def _budgets(
    connection: Connection[Any], scope: Scope, wanted: Sequence[Column]
) -> dict[tuple[str, int], int]:
    found = connection.execute(_LOCK_BUDGETS, (*wanted, *scope), prepare=True)
    return {(name, period): used for name, period, used in found}


def write(
    connection: Connection[Any], scope: Scope, now: int, accounting_on: int, written: Written
) -> None:
    """Write all that a batch has come to; days are local day numbers."""
    at = (*scope, now)
    keep = [
        (_KEEP_ACCOUNTS, (*scope, *columns("tqityit", written.accounts)), written.accounts),
        (_KEEP_RECORDS, (*at, *columns("ttitqtyyyt", written.records)), written.records),
        (_KEEP_SWEEPS, (*at, *columns("tqii", written.sweeps)), written.sweeps),
        (
            _KEEP_ENTRIES,
            (*at, accounting_on, *columns("tqitttqiittttq", written.entries)),
            written.entries,
        ),
        (_KEEP_VOUCHERS, (*scope, *columns("ttttiqi", written.vouchers)), written.vouchers),
        (_TELL, (*at, *columns("tt", [row[:2] for row in written.records])), written.records),
    ]
    budgets = [(*key, used) for key, used in sorted(written.budgets.items())]
    keep.append((_USE_BUDGETS, (*columns("tiq", budgets), *scope), budgets))
    with connection.pipeline():
        for statement, values, rows in keep:
            if rows:
                connection.execute(statement, values, prepare=True)

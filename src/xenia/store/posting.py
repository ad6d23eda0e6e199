"""The statements of a batch of events: claim, lock, read, write; all of them set-based.

They find rows by their keys, one by one: a planner that does not know yet how large a table has
grown would else read all of it.  A batch is one transaction, READ COMMITTED.  Rows are locked in
the order of the functions here and, within one, in the order of their keys: so two batches never
wait for each other in a circle.  Arrays are read from their first value to the last, which is the
order in which rows are locked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.pq.abc import PGresult

from xenia.store import taking, taking_back
from xenia.store.columns import ACCOUNTS
from xenia.store.together import Call, Statement, Together

Key = tuple[str, str]  # source, event id
Rows = Sequence[tuple[Any, ...]]

_SCOPE = "space_id integer, programme_id integer"
_NOW = f"{_SCOPE}, now instant"

_CLAIM = Statement(
    "claim",
    """
    with claimed as (
        insert into event (space_id, source, event_id, type, member_id, occurred_at, facts,
                           fingerprint, recorded_at, schema)
        select {space_id}, given.*, {now}, {schema} from {given}
        on conflict do nothing
        returning source, event_id
    )
    select source, event_id, (
        select revision from programme
        where space_id = {space_id} and programme_id = {programme_id} for share
    )
    from claimed
    """,
    words=f"{_NOW}, schema integer",
    columns="source word, event_id text, type word, member_id word, occurred_at instant, "
    "facts text, fingerprint bytea",
)
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
_LOCK = Statement(
    "lock",
    """
    select found.* from {given} cross join lateral (
        select account.member_id, seq, version, layout, state, attributes, waiting, reserving
        from account
        where space_id = {space_id} and programme_id = {programme_id}
          and account.member_id = given.member_id
        for update
    ) as found
    """,
    words=_SCOPE,
    columns="member_id word",
)
_OPEN = Statement(
    "open",
    """
    insert into account (space_id, programme_id, member_id, seq, version, layout, state)
    select {space_id}, {programme_id}, member_id, 0, {version}, {layout}, {state} from {given}
    on conflict do nothing
    """,
    words=f"{_SCOPE}, version integer, layout text, state bytea",
    columns="member_id word",
)
_LOCK_BUDGETS = Statement(
    "lock_budgets",
    """
    select found.* from {given} cross join lateral (
        -- What came beside what the programme says is as if it had not been used.
        select budget.name, budget.period, used - added, reserving
        from budget
        where space_id = {space_id} and programme_id = {programme_id}
          and budget.name = given.name and budget.period = given.period
        for update
    ) as found
    """,
    words=_SCOPE,
    columns="name word, period integer",
)
_OPEN_BUDGETS = Statement(
    "open_budgets",
    """
    insert into budget (space_id, programme_id, name, period, used)
    select {space_id}, {programme_id}, given.*, 0 from {given}
    on conflict do nothing
    """,
    words=_SCOPE,
    columns="name word, period integer",
)
_USE_BUDGETS = Statement(
    "use_budgets",
    """
    insert into budget (space_id, programme_id, name, period, used)
    select {space_id}, {programme_id}, given.* from {given}
    on conflict (space_id, programme_id, name, period)
    do update set used = excluded.used + budget.added
    """,
    words=_SCOPE,
    columns="name word, period integer, used bigint",
)
# An insert that always meets its row: it is found by its key, whatever the planner thinks.
_KEEP_ACCOUNTS = Statement(
    "keep_accounts",
    """
    insert into account (space_id, programme_id, member_id, seq, version, layout, state, next_due,
                         attributes, standing, joined)
    select {space_id}, {programme_id}, member_id, seq, version, layout, state, next_due, attributes,
           string_to_array(standing, ','), joined
    from {given}
    on conflict (space_id, programme_id, member_id) do update
    set seq = excluded.seq, version = excluded.version, layout = excluded.layout,
        state = excluded.state, next_due = excluded.next_due, attributes = excluded.attributes,
        standing = excluded.standing, joined = excluded.joined
    """,
    words=_SCOPE,
    columns="member_id word, seq bigint, version integer, layout word, state bytea, "
    "next_due date, attributes word, standing word, joined date",
)
_KEEP_RECORDS = Statement(
    "keep_records",
    """
    insert into record (space_id, programme_id, recorded_at, source, event_id, version, member_id,
                        seq, plan, read, posted, inputs, answer)
    select {space_id}, {programme_id}, {now}, given.* from {given}
    """,
    words=_NOW,
    columns="source word, event_id text, version integer, member_id word, seq bigint, plan word, "
    "read bytea, posted bytea, inputs bytea, answer text",
)
_KEEP_SWEEPS = Statement(
    "keep_sweeps",
    """
    insert into sweep (space_id, programme_id, recorded_at, member_id, seq, version, until, effects)
    select {space_id}, {programme_id}, {now}, given.* from {given}
    """,
    words=_NOW,
    columns="member_id word, seq bigint, version integer, until date, effects text",
)
_KEEP_ENTRIES = Statement(
    "keep_entries",
    """
    insert into entry (space_id, programme_id, recorded_at, accounting_on, member_id, seq, n,
                       currency, debit, credit, units, earned, ends, accrual, funder, rule, effect,
                       occurred_at)
    select {space_id}, {programme_id}, {now}, {accounting_on}, member_id, seq, n, currency,
           ACCOUNTS[debit], ACCOUNTS[credit], units, earned, ends, accrual, funder, rule, effect,
           occurred_at
    from {given}
    """.replace("ACCOUNTS", ACCOUNTS),
    words=f"{_NOW}, accounting_on date",
    columns="member_id word, seq bigint, n integer, currency word, debit account, credit account, "
    "units bigint, earned date, ends date, accrual word, funder word, rule word, effect text, "
    "occurred_at instant",
)
_KEEP_VOUCHERS = Statement(
    "keep_vouchers",
    """
    insert into voucher (space_id, programme_id, code, member_id, reward, state, expires,
                         money_left, uses_left, seq, n)
    select {space_id}, {programme_id}, given.* from {given}
    on conflict (space_id, code) do update
    set state = excluded.state, expires = excluded.expires, money_left = excluded.money_left,
        uses_left = excluded.uses_left, member_id = excluded.member_id, seq = excluded.seq,
        n = excluded.n
    """,
    words=_SCOPE,
    columns="code text, member_id word, reward word, state word, expires date, left bigint, "
    "uses integer, seq bigint, n integer",
)
_LOCK_VOUCHERS = Statement(
    "lock_vouchers",
    """
    select found.* from {given} cross join lateral (
        select voucher.member_id, voucher.code, reward, state, expires - date '1970-01-01',
               money_left, uses_left, seq, n
        from voucher
        where space_id = {space_id} and programme_id = {programme_id}
          and voucher.code = given.code
        for update
    ) as found
    """,
    words=_SCOPE,
    columns="code text",
)
_TELL = Statement(
    "tell",
    """
    insert into outbox (space_id, programme_id, recorded_at, sources, event_ids)
    select {space_id}, {programme_id}, {now}, array_agg(source), array_agg(event_id) from {given}
    """,
    words=_NOW,
    columns="source word, event_id text",
)
_TELL_NOTICES = Statement(
    "tell_notices",
    """
    insert into outbox (space_id, programme_id, recorded_at, members, seqs)
    select {space_id}, {programme_id}, {now}, array_agg(member_id), array_agg(seq) from {given}
    """,
    words=_NOW,
    columns="member_id word, seq bigint",
)


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
    waiting: int = 0
    reserving: int = 0  # how many reservations there may be


class Written(NamedTuple):
    """What a batch leaves behind, as rows in the order of the statements' columns."""

    accounts: Rows
    records: Rows
    sweeps: Rows
    entries: Rows
    vouchers: Rows
    budgets: Mapping[tuple[str, int], int]  # what is used now
    remains: Rows = ()
    waits: Rows = ()  # by member, what waits from now on
    waited: Rows = ()  # by member, what nothing waits for any more
    claims: Rows = ()  # guests' purchases that are members' now
    awaits: Rows = ()  # claims that wait for guests' purchases from now on
    awaited: Rows = ()  # those that do no more
    survived: Rows = ()  # those that wait on for another member
    received: Rows = ()  # facts of what members were given, as those of `claim`
    schema: int = 0  # of these
    quotes: Rows = ()  # by id, source and id of the purchase that has taken it
    notices: Rows = ()  # sweeps, by member and step, in which something happened
    spending: Rows = ()  # by member and step, what was taken where that is counted
    refused: Rows = ()  # by member, what was refused for safety


def claim(
    together: Together,
    scope: Scope,
    now: int,
    rows: Rows,
    *,
    schema: int,
    members: Collection[str],
) -> tuple[set[Key], int | None, dict[str, StoredAccount]]:
    """Insert the facts that are not there yet: their keys, and the programme's revision now.  Then
    lock the accounts of members, as far as they have one, and read them as they are then.

    Rows are (source, id, type, member, occurred, facts, fingerprint); instants in microseconds.
    Waits for another batch that has claimed one of the keys, and for a publication that is going
    on: until the end of the transaction none can begin.
    """
    claiming = _CLAIM.of((*scope, now, schema), sorted(rows))
    found, locked = together.run((claiming, _locking(scope, members)))
    claimed = together.rows(found)
    revision = claimed[0][2] if claimed else None
    return {(source, name) for source, name, _ in claimed}, revision, _accounts(together, locked)


def claim_moments(
    together: Together, scope: Scope, now: int, rows: Rows, *, schema: int
) -> set[Key]:
    """Insert facts that are recorded by themselves, of members whose accounts are locked, so that
    nobody else does at the same time: the keys of those that are not there yet."""
    (found,) = together.run((_CLAIM.of((*scope, now, schema), sorted(rows)),))
    return {(source, name) for source, name, _ in together.rows(found)}


def lock_accounts(
    together: Together, scope: Scope, members: Collection[str]
) -> dict[str, StoredAccount]:
    """Lock the accounts of members, as far as they have one, and read them as they are then."""
    (found,) = together.run((_locking(scope, members),))
    return _accounts(together, found)


def stored(connection: Connection[Any], scope: Scope, keys: Collection[Key]) -> dict[Key, Stored]:
    """The events among these that are there, with what was answered."""
    asked = sorted(keys)
    sources, names = [source for source, _ in asked], [name for _, name in asked]
    found = connection.execute(_STORED, (sources, names, scope.space_id), prepare=True)
    return {(source, name): Stored(print_, answer) for source, name, print_, answer in found}


def _locking(scope: Scope, members: Collection[str]) -> Call:
    return _LOCK.of(scope, [(member,) for member in sorted(members)])


def _accounts(together: Together, locked: PGresult) -> dict[str, StoredAccount]:
    return {member: StoredAccount(*rest) for member, *rest in together.rows(locked)}


def open_accounts(
    together: Together, scope: Scope, members: Collection[str], fresh: StoredAccount
) -> dict[str, StoredAccount]:
    """Make accounts for members without one, and lock them."""
    values = (*scope, fresh.version, fresh.layout, fresh.state)
    opening = _OPEN.of(values, [(member,) for member in sorted(members)])
    return _accounts(together, together.run((opening, _locking(scope, members)))[1])


def lock_vouchers(
    together: Together, scope: Scope, codes: Collection[str]
) -> list[tuple[Any, ...]]:
    """Lock vouchers by their codes, as far as there are any, and read them as they are then; as
    in `accounts.VoucherRow`."""
    (found,) = together.run((_LOCK_VOUCHERS.of(scope, [(code,) for code in sorted(codes)]),))
    return together.rows(found)


def lock_budgets(
    together: Together, scope: Scope, names: Collection[tuple[str, int]]
) -> dict[tuple[str, int], tuple[int, int]]:
    """Lock budgets, by name and period: what is used of each, of a stock less what was added to it,
    so that it may be below 0; and how many reservations there may be."""
    wanted = sorted(names)
    locking = _LOCK_BUDGETS.of(scope, wanted)
    (found,) = together.run((locking,))
    if found.ntuples < len(wanted):
        _, found = together.run((_OPEN_BUDGETS.of(scope, wanted), locking))
    return {(name, period): (used, many) for name, period, used, many in together.rows(found)}


def write(
    together: Together,
    scope: Scope,
    now: int,
    accounting_on: int,
    written: Written,
) -> None:
    """Write all that a batch has come to, and commit; days are local day numbers."""
    at = (*scope, now)
    budgets = [(*key, used) for key, used in sorted(written.budgets.items())]
    told = [row[:2] for row in written.records]
    counted = [(name,) for name in sorted({row[0] for row in (*written.waits, *written.waited)})]
    keep: list[tuple[Statement, tuple[int, ...], Rows]] = [
        (_CLAIM, (*at, written.schema), sorted(written.received)),
        (_KEEP_ACCOUNTS, scope, written.accounts),
        (_KEEP_RECORDS, at, written.records),
        (_KEEP_SWEEPS, at, written.sweeps),
        (_KEEP_ENTRIES, (*at, accounting_on), written.entries),
        (_KEEP_VOUCHERS, scope, written.vouchers),
        (_TELL, at, told),
        (_TELL_NOTICES, at, written.notices),
        (taking_back.KEEP_REMAINS, scope, written.remains),
        (taking_back.KEEP_CLAIMS, scope, written.claims),
        (taking_back.WAITED, scope, written.waited),
        (taking_back.WAIT, scope, written.waits),
        (taking_back.AWAITED, scope, written.awaited),
        (taking_back.AWAIT, scope, written.awaits),
        (taking_back.SURVIVED, scope, written.survived),
        (taking_back.COUNT_WAITING, scope, counted),
        (_USE_BUDGETS, scope, budgets),
        (taking.TAKE_QUOTES, scope, written.quotes),
        (taking.COUNT_SPENDING, at, written.spending),
        (taking.KEEP_REFUSED, at, written.refused),
    ]
    calls = [statement.of(words, rows) for statement, words, rows in keep if rows]
    together.run(calls, last=True)

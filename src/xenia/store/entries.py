"""Entries of all members together, as somebody looks for them: the newest in the books first."""

from __future__ import annotations

from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import args_row

from xenia.ledger.accounts import OF_MEMBERS
from xenia.store.ledger import ENTRY, OF_EVENT, TracedEntry, traced
from xenia.store.posting import Scope

_ORDER = "accounting_on desc, recorded_at desc, member_id desc, seq desc, n desc"
_FOUND = """
    select * from entry
    where space_id = %(space_id)s and programme_id = %(programme_id)s
      and accounting_on >= date '1970-01-01' + %(since)s::integer
      and accounting_on < date '1970-01-01' + %(until)s::integer
      {filters}
    order by {order} limit %(limit)s
"""
_FILTERS = {
    "currency": "and currency = %(currency)s",
    "outer": "and (debit = any(%(outer)s::ledger_account[])"
    " or credit = any(%(outer)s::ledger_account[]))",
    "within": "and debit = any(%(within)s::ledger_account[])"
    " and credit = any(%(within)s::ledger_account[])",
    "least": "and units >= %(least)s",
    "most": "and units <= %(most)s",
    "member": "and member_id = %(member)s",
    "seq": "and seq = %(seq)s",
    "before": "and (accounting_on, recorded_at, member_id, seq, n) <"
    " (date '1970-01-01' + %(day)s::integer,"
    " 'epoch'::timestamptz + %(recorded_at)s * interval '1 microsecond',"
    ' %(last_member)s collate "C", %(last_seq)s, %(last_n)s)',
}
_NEWEST = """
    select max(accounting_on) - date '1970-01-01' from daily_total
    where space_id = %(space_id)s and programme_id = %(programme_id)s
      and accounting_on < date '1970-01-01' + %(until)s::integer
      {filters}
"""
_NUMBER = "select greatest(reltuples, 0)::bigint from pg_class where oid = 'entry'::regclass"
_SUMMED = ("currency", "outer", "within")  # filters by what the sums of days are apart, too
_STEP = """
    select member_id, seq from record
    where space_id = %(space_id)s and programme_id = %(programme_id)s and source = %(source)s
      and event_id = %(event_id)s and member_id is not null and seq is not null
"""


class Place(NamedTuple):
    """Where an entry stands in the order: the day of the books, the instant of recording in
    microseconds, whose it is, and its step and number."""

    day: int
    recorded_at: int
    member: str
    seq: int
    n: int


class Looked(NamedTuple):
    """What is looked for; None: whatever it is.

    `account`: one end of it; `within`: both ends are the member's own.  `step`: of a member's step
    alone.  Units are smallest ones.
    """

    currency: str | None = None
    account: str | None = None
    within: bool = False
    least: int | None = None
    most: int | None = None
    member: str | None = None
    step: int | None = None


def found(
    connection: Connection[Any],
    scope: Scope,
    looked: Looked,
    *,
    since: int,
    until: int,
    before: Place | None,
    limit: int,
) -> list[TracedEntry]:
    """Entries booked from the day `since` until before the day `until`, behind a place."""
    asked = _asked(scope, looked) | {"since": since, "until": until, "limit": limit}
    named = [name for name in _FILTERS if asked.get(name) is not None]
    if before is not None:
        named.append("before")
        asked |= {"day": before.day, "recorded_at": before.recorded_at}
        asked |= {"last_member": before.member, "last_seq": before.seq, "last_n": before.n}
    inner = _FOUND.format(filters=" ".join(_FILTERS[name] for name in named), order=_ORDER)
    query = f"""
        select {ENTRY}, r.source, r.event_id, e.type, coalesce(r.version, s.version)
        from ({inner}) x
        left join record r
            on r.space_id = x.space_id and r.programme_id = x.programme_id
            and r.member_id = x.member_id and r.seq = x.seq
        left join sweep s
            on s.space_id = x.space_id and s.programme_id = x.programme_id
            and s.member_id = x.member_id and s.seq = x.seq
        {OF_EVENT}
        order by x.accounting_on desc, x.recorded_at desc, x.member_id desc, x.seq desc, x.n desc
    """
    # Planned for the days that are asked for: a plan for any would read the whole table.
    with connection.cursor(row_factory=args_row(traced)) as cursor:
        return cursor.execute(query, asked, binary=True, prepare=False).fetchall()


def newest_day(connection: Connection[Any], scope: Scope, looked: Looked, until: int) -> int | None:
    """The last day before another, of those that are summed up, on which such entries can be; None:
    on no day before it."""
    asked = _asked(scope, looked) | {"until": until}
    named = [name for name in _SUMMED if asked[name] is not None]
    query = _NEWEST.format(filters=" ".join(_FILTERS[name] for name in named))
    row = connection.execute(query.encode(), asked).fetchone()
    return None if row is None else row[0]


def about(connection: Connection[Any]) -> int:
    """How many entries there are in all, as it was estimated lately."""
    row = connection.execute(_NUMBER).fetchone()
    return 0 if row is None else int(row[0])


def _asked(scope: Scope, looked: Looked) -> dict[str, Any]:
    return {
        **scope._asdict(),
        "currency": looked.currency,
        "outer": None if looked.account is None else [looked.account],
        "within": [one.value for one in OF_MEMBERS] if looked.within else None,
        "least": looked.least,
        "most": looked.most,
        "member": looked.member,
        "seq": looked.step,
    }


def step_of(
    connection: Connection[Any], scope: Scope, source: str, event_id: str
) -> tuple[str, int] | None:
    """Whose account an event was recorded in, and as which step; None: in nobody's."""
    asked = {**scope._asdict(), "source": source, "event_id": event_id}
    row = connection.execute(_STEP, asked).fetchone()
    return None if row is None else (row[0], row[1])

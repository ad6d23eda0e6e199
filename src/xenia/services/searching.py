"""Entries of the ledger as somebody looks for them, of all members or of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg import Connection

from xenia.amounts import NotAnAmount, parse_decimal
from xenia.engine.zones import EPOCH
from xenia.events.errors import did_you_mean
from xenia.ledger.accounts import LedgerAccount
from xenia.services.answers import Json
from xenia.services.problems import Problem, wrong_parameter
from xenia.services.published import Published
from xenia.services.reporting import ROWS_MOST, table_of, too_many_rows
from xenia.services.statements import Teller
from xenia.store import entries as store
from xenia.store import monthly
from xenia.store.entries import Looked, Place
from xenia.store.ledger import TracedEntry
from xenia.store.posting import Scope

PAGE, PAGE_MAX = 50, 500
WITHIN: Final = "within"  # both ends are the member's own
KINDS: Final[Mapping[str, LedgerAccount | None]] = {
    "issued": LedgerAccount.ISSUANCE,
    "redeemed": LedgerAccount.REDEEMED,
    "expired": LedgerAccount.BREAKAGE,
    "adjusted": LedgerAccount.ADJUSTMENT,
    "settled": LedgerAccount.SETTLEMENT,
    "brought": LedgerAccount.OPENING,
    "moved": LedgerAccount.TRANSIT,
    WITHIN: None,
}
_WIDEST = 64  # days that are looked at in one statement
_LOOKED_AT = 400  # days that are looked at for one page, at most
_ENTRIES = 2_000_000  # about as many as are looked at for one page
_LONGEST = 400  # characters of a cursor
_LAST_DAY = (date.max - EPOCH).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is looked for, as it was written; None: whatever it is.  `since` and `until` are days of
    the books, both included."""

    member: str | None = None
    source: str = "api"
    event: str | None = None
    currency: str | None = None
    kind: str | None = None
    since: str | None = None
    until: str | None = None
    least: str | None = None
    most: str | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    looked: Looked
    since: int
    until: int  # the day after the last
    summed: int | None = None  # days before this one are summed up
    days: int = _LOOKED_AT  # that are looked at for one page


def search(
    connection: Connection[Any],
    scope: Scope,
    published: Published,
    wish: Wish,
    *,
    now: int,
    cursor: str | None,
    limit: int,
    locale: str,
) -> Json | Problem:
    """A page of what is found, the newest in the books first, and back to which day was looked.

    Raises words.NoPhrases for a locale in whose language nothing is written.
    """
    teller = Teller(published, locale)
    asked = _asked(connection, scope, published, wish, now)
    if isinstance(asked, Problem):
        return asked
    known = published.versions[max(published.versions)].writer.currencies
    before = None if cursor is None else _place(cursor)
    if isinstance(before, Problem):
        return before
    rows, reached = _found(connection, scope, asked, before, limit + 1)
    page, more = rows[:limit], len(rows) > limit
    last = _place_of(page[-1]) if more else None
    if not more and reached > asked.since:
        more, last = True, Place(reached, 0, "", 0, 0)  # nothing further back was looked at
    return {
        "programme": published.name,
        "currencies": sorted(known),
        "looked_from": _day_text(reached),
        "data": [{"member": one.entry.member, **teller.entry(one)} for one in page],
        "next_cursor": None if last is None else _cursor(last),
        "has_more": more,
    }


_COLUMNS = (
    *("member", "id", "currency", "debit", "credit", "units", "earned", "expires", "kind", "rule"),
    *("funder", "version", "source", "event", "type"),
    *("occurred_at", "recorded_at", "accounting_on", "words"),
)


def table(
    connection: Connection[Any],
    scope: Scope,
    published: Published,
    wish: Wish,
    *,
    now: int,
    locale: str,
) -> str | Problem:
    """All of it as CSV."""
    teller = Teller(published, locale)
    asked = _asked(connection, scope, published, wish, now)
    if isinstance(asked, Problem):
        return asked
    before: Place | None = None
    rows: list[TracedEntry] = []
    while len(rows) <= ROWS_MOST:
        found, reached = _found(connection, scope, asked, before, ROWS_MOST + 1 - len(rows))
        rows += found
        if reached <= asked.since:
            break
        before = Place(reached, 0, "", 0, 0)
    if len(rows) > ROWS_MOST:
        return too_many_rows("take a shorter time, or run `xenia export ledger` for all there is")
    return table_of(_COLUMNS, (_cells(teller.entry(one), one) for one in rows))


def _cells(told: Json, one: TracedEntry) -> tuple[Any, ...]:
    event = told["event"] or {}
    return (
        *(one.entry.member, told["id"], told["currency"], told["debit"], told["credit"]),
        *(told["units"], told["lot"]["earned"], told["lot"]["expires"], told["kind"]),
        *(told["rule"], told["funder"], told["version"]),
        *(event.get("source"), event.get("id"), event.get("type")),
        *(told["occurred_at"], told["recorded_at"], told["accounting_on"], told["words"]),
    )


def _found(
    connection: Connection[Any], scope: Scope, asked: _Asked, before: Place | None, limit: int
) -> tuple[list[TracedEntry], int]:
    """So many at most, and the first day that was looked at: further and further back, until there
    are enough or it was long enough."""
    until = asked.until if before is None else min(asked.until, before.day + 1)
    if asked.looked.member is not None:  # theirs lie together
        rows = store.found(
            connection, scope, asked.looked, since=asked.since, until=until, before=before,
            limit=limit,
        )  # fmt: skip
        return rows, asked.since
    rows, width, left = [], 1, asked.days
    while until > asked.since and left > 0 and len(rows) < limit:
        until = _last_with(connection, scope, asked, until)
        since = max(asked.since, until - min(width, left))
        rows += store.found(
            connection, scope, asked.looked, since=since, until=until, before=before,
            limit=limit - len(rows),
        )  # fmt: skip
        left -= until - since
        until, width = since, min(width * 2, _WIDEST)
    return rows, until


def _last_with(connection: Connection[Any], scope: Scope, asked: _Asked, until: int) -> int:
    """The day after the last one before `until` on which anything can be found: days are passed
    over on which, as their sums say, nothing of the kind was moved."""
    if asked.summed is None or until > asked.summed:
        return until
    newest = store.newest_day(connection, scope, asked.looked, until)
    return asked.since if newest is None else max(asked.since, newest + 1)


# ---- what is asked -------------------------------------------------------------------------------


def _asked(
    connection: Connection[Any], scope: Scope, published: Published, wish: Wish, now: int
) -> _Asked | Problem:
    decimals = published.versions[max(published.versions)].writer.currencies
    if wish.currency is not None and wish.currency not in decimals:
        known = ", ".join(sorted(decimals))
        hint = did_you_mean(wish.currency, decimals) or f": there are {known}"
        return wrong_parameter("currency", f'there is no "{wish.currency[:100]}"{hint}')
    if wish.kind is not None and wish.kind not in KINDS:
        return wrong_parameter("kind", f"take one of {', '.join(KINDS)}")
    days = _day("since", wish.since), _day("until", wish.until)
    units = _units("least", wish.least, wish, decimals), _units("most", wish.most, wish, decimals)
    for one in (*days, *units):
        if isinstance(one, Problem):
            return one
    first, last = (None if isinstance(one, Problem) else one for one in days)
    least, most = (None if isinstance(one, Problem) else one for one in units)
    member, step = wish.member, None
    if wish.event is not None:
        found = store.step_of(connection, scope, wish.source, wish.event)
        if found is None or member not in (None, found[0]):
            return _Asked(Looked(member=""), 0, 0)  # it moved nothing of theirs
        member, step = found
    looked = Looked(
        currency=wish.currency,
        account=None if wish.kind is None else KINDS[wish.kind],
        within=wish.kind == WITHIN,
        least=least,
        most=most,
        member=member,
        step=step,
    )
    end = published.booked_on(published.timeline.zone.day_of(now)) + 2  # clocks differ
    summed = monthly.last_total(connection, scope)
    begin = _begin(connection, scope, end, summed)
    return _Asked(
        looked,
        begin if first is None else max(begin, first),
        end if last is None else min(end, last + 1),
        summed,
        _days(store.about(connection), end - begin),
    )


def _days(entries: int, days: int) -> int:
    """How many days are looked at for one page, where there are about so many entries of so many
    days."""
    most = _ENTRIES * max(1, days) // max(1, entries)
    return max(_WIDEST // 2, min(_LOOKED_AT, most))


def _begin(connection: Connection[Any], scope: Scope, end: int, summed: int | None) -> int:
    """The first day of the books; the `end`, where there is nothing in them."""
    month = monthly.first_month(connection, scope, summed)
    return end if month is None else (date.fromisoformat(f"{month}-01") - EPOCH).days


def _day(name: str, written: str | None) -> int | Problem | None:
    if written is None:
        return None
    try:
        if len(written) != len("2026-03-01"):
            raise ValueError
        return (date.fromisoformat(written) - EPOCH).days
    except ValueError:
        return wrong_parameter(name, "write a day such as 2026-03-01")


def _units(
    name: str, written: str | None, wish: Wish, decimals: Mapping[str, int]
) -> int | Problem | None:
    if written is None:
        return None
    known = {decimals[wish.currency]} if wish.currency is not None else {*decimals.values()}
    if len(known) > 1:
        return wrong_parameter(name, "say in which `currency`: they have different decimals")
    try:
        return parse_decimal(written, known.pop() if known else 0, what=name)
    except NotAnAmount as error:
        return wrong_parameter(name, str(error))


# ---- pages ---------------------------------------------------------------------------------------


def _place_of(one: TracedEntry) -> Place:
    entry = one.entry
    return Place(entry.accounting_on, entry.recorded_at, entry.member, entry.seq, entry.n)


def _cursor(place: Place) -> str:
    return f"{place.day}.{place.recorded_at}.{place.seq}.{place.n}.{place.member}"


def _place(cursor: str) -> Place | Problem:
    parts = cursor.split(".", 4)
    numbers = parts[:4]
    if (
        len(parts) != len(Place._fields)
        or len(cursor) > _LONGEST
        or not all(one.isascii() and one.isdigit() and len(one) < 18 for one in numbers)
        or int(numbers[0]) > _LAST_DAY
        or "\0" in parts[4]
    ):
        return wrong_parameter("cursor", "take `next_cursor` of the page before as it is")
    day, recorded_at, seq, n = map(int, numbers)
    return Place(day, recorded_at, parts[4], seq, n)


def _day_text(day: int) -> str:
    return date.fromordinal(EPOCH.toordinal() + day).isoformat()

"""What members were refused for safety: noted as it is refused, and told to staff."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from psycopg import Connection

from xenia.effects import Given, Outcome, Refusal
from xenia.engine.guarded import TAKES
from xenia.engine.identified import BLOCKED
from xenia.events.model import TYPE_NAMES, Event
from xenia.services.guards import HELD, LIMIT
from xenia.services.problems import Problem, wrong_parameter
from xenia.services.published import Published
from xenia.services.reporting import DAY, ROWS_MOST, period, table_of, too_many_rows
from xenia.services.times import utc_text
from xenia.store import refused_spends as store
from xenia.store.posting import Scope
from xenia.store.refused_spends import Asked, Found, RefusedRow

KEPT_DAYS = 400
WHILE_HELD: Final = "while-held"  # there would have been more, but that it was held
_CODES = (
    *("code-expired", "code-for-less", "code-locked", "code-needed"),
    *("no-code-asked", "wrong-code"),
)
_REFUSED = {BLOCKED, HELD, LIMIT, *_CODES}
REASONS = tuple(sorted({WHILE_HELD, *_REFUSED}))
_EVENT, _RESERVATION = "event", "reservation"  # by which it is asked for
_TOO_FEW = "insufficient-balance"
_AT_ONCE = 10_000
_COLUMNS = (
    *("at", "reason", "member", "claims", "type", "source", "event", "asked_by"),
    *("location", "terminal", "cashier"),
)

Json = dict[str, Any]
_encode = msgspec.json.Encoder().encode
_claims = msgspec.json.Decoder(list[tuple[str, str]]).decode


# ---- noted ---------------------------------------------------------------------------------------


def refused_spend(
    event: Event, outcome: Outcome, given: Given, *, reserving: bool = False
) -> RefusedRow | None:
    """What was refused for safety of what an event, or a reservation for one, was to take."""
    if not outcome.refusals or not isinstance(event, TAKES) or not isinstance(event.member, str):
        return None
    held = frozenset[str]() if outcome.view is None else _held(outcome, given)
    found = [
        (reason, one)
        for one in outcome.refusals
        if one.claim in _CLAIMS and (reason := _reason(one, held)) is not None
    ]
    if not found:
        return None
    return RefusedRow(
        member=event.member,
        source=event.source,
        event=event.id,
        type=TYPE_NAMES[type(event)],
        asked_by=_RESERVATION if reserving else _EVENT,
        reason=found[0][0],
        claims=_encode([(one.claim, one.subject) for _, one in found]).decode(),
        location=event.location,
        terminal=event.terminal,
        cashier=event.cashier,
    )


_CLAIMS = frozenset({"spend", "vouchers", "use", "redemption", "transfer"})


def _held(outcome: Outcome, given: Given) -> frozenset[str]:
    """The currencies of which something is held by staff, or for it; not what is reserved."""
    assert outcome.view is not None, "there is an account"
    wallet = outcome.view.wallet
    return frozenset(key for key in wallet if wallet[key].held > given.reserved.get(key, 0))


def _reason(refusal: Refusal, held: Collection[str]) -> str | None:
    if refusal.code in _REFUSED:
        return refusal.code
    # Of a redemption it is not said which currency there is too little of.
    is_held = refusal.subject in held or (refusal.claim == "redemption" and held)
    return WHILE_HELD if refusal.code == _TOO_FEW and is_held else None


def refused_otherwise(
    rows: Iterable[RefusedRow], expected: Mapping[tuple[str, str], RefusedRow]
) -> Iterator[tuple[str, str, str, str]]:
    """Place, part, stored and folded of what is told otherwise than it was refused.  What is not
    told has been forgotten, or its member erased."""
    for row in rows:
        again = expected.get((row.source, row.event))
        if row.asked_by == _EVENT and row != again:
            at, what = f"event {row.source}/{row.event}", "what was refused for safety"
            yield at, what, _said(row), "nothing" if again is None else _said(again)


def _said(row: RefusedRow) -> str:
    at = " ".join(one for one in (row.location, row.terminal, row.cashier) if one)
    return f"{row.reason} of {row.claims}, a {row.type} at {at or 'no place'}"


def forget_refused(connection: Connection[Any], now: int) -> None:
    """Delete what was refused so long ago that nobody looks at it any more."""
    while store.forget(connection, now - KEPT_DAYS * DAY, _AT_ONCE) == _AT_ONCE:
        pass


# ---- told ----------------------------------------------------------------------------------------


class Wish(NamedTuple):
    """What is asked for: instants in microseconds, None where nothing is said."""

    since: int | None
    until: int | None
    member: str | None
    reason: str | None


class Page(NamedTuple):
    """Which part of it: so many from behind a position on."""

    before: int | None
    limit: int


def report(
    connection: Connection[Any],
    scope: Scope,
    published: Published,
    wish: Wish,
    *,
    now: int,
    page: Page,
) -> Json | Problem:
    """What was refused in a time, the latest first: a page of it."""
    asked = _asked(wish, now, Page(page.before, page.limit + 1))
    if isinstance(asked, Problem):
        return asked
    found = store.found(connection, scope, asked)
    rows, more = found[: page.limit], len(found) > page.limit
    return {
        "since": utc_text(asked.since),
        "until": utc_text(asked.until),
        "data": [_told(published, one) for one in rows],
        "next_cursor": str(rows[-1].position) if more else None,
        "has_more": more,
    }


def table(
    connection: Connection[Any], scope: Scope, published: Published, wish: Wish, now: int
) -> str | Problem:
    """All of it, as CSV."""
    asked = _asked(wish, now, Page(None, ROWS_MOST + 1))
    if isinstance(asked, Problem):
        return asked
    found = store.found(connection, scope, asked)
    if len(found) > ROWS_MOST:
        return too_many_rows("take a shorter time, one member, or one reason")
    return table_of(_COLUMNS, _cells(published, found))


def _cells(published: Published, found: Collection[Found]) -> Iterator[list[str | None]]:
    for one in found:
        told = _told(published, one)
        claims = (" ".join(filter(None, claim.values())) for claim in told["claims"])
        told["claims"] = ", ".join(claims)
        yield [told[name] for name in _COLUMNS]


def _asked(wish: Wish, now: int, page: Page) -> Asked | Problem:
    if wish.reason is not None and wish.reason not in REASONS:
        return wrong_parameter("reason", f"take one of {', '.join(REASONS)}")
    times = period(wish.since, wish.until, now + 1)  # also what was refused at this instant
    if isinstance(times, Problem):
        return times
    return Asked(*times, wish.member, wish.reason, page.before, page.limit)


def _told(published: Published, found: Found) -> Json:
    row = found.row
    return {
        "at": utc_text(found.at),
        "programme": published.name,
        "member": row.member,
        "reason": row.reason,
        "claims": [{"claim": claim, "of": of} for claim, of in _claims(row.claims)],
        "type": row.type,
        "source": row.source,
        "event": row.event,
        "asked_by": row.asked_by,
        "location": row.location,
        "terminal": row.terminal,
        "cashier": row.cashier,
    }

"""Who serves and is a member, too; and a report of what they did for which cards."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from psycopg import Connection

from xenia.amounts import format_decimal
from xenia.services.changing import Changing, Done
from xenia.services.problems import Problem, unknown_member, wrong_parameter
from xenia.services.published import Published
from xenia.services.reporting import ROWS_MOST, period, table_of, too_many_rows
from xenia.services.times import utc_text
from xenia.store import cashiers as store
from xenia.store.cashiers import Asked, CashierRow, Finding
from xenia.store.posting import Scope

FINDINGS = ("claimed", "own-card", "returned-after-spending", "same-card")
LEAST = 3
_FIRST = ("", "", "", "")
_KINDS = {
    "purchase": "purchases",
    "return": "returns",
    "claim": "claims",
    "adjustment": "adjustments",
    "grant": "grants",
}
_COLUMNS = (
    *("finding", "cashier", "member", "day", "own", "events", *_KINDS.values()),
    *("units", "first_at", "last_at", "examples"),
)

Json = dict[str, Any]


# ---- who they are --------------------------------------------------------------------------------


def link(changing: Changing, cashier: str, member: str) -> Done | Problem:
    """Say which member somebody is who serves."""
    before = store.member_of(changing.connection, changing.space_id, cashier)
    row = CashierRow(cashier, member, changing.now)
    if not store.put(changing.connection, changing.space_id, row):
        return unknown_member(member)
    told = {"member": member}
    was = None if before is None else {"member": before}
    changing.note("cashier.linked", f"cashier/{cashier}", before=was, after=told)
    return Done(shown(row))


def unlink(changing: Changing, cashier: str) -> Done | Problem:
    """Say it no more."""
    before = store.member_of(changing.connection, changing.space_id, cashier)
    if before is None:
        return unknown_cashier(cashier)
    store.drop(changing.connection, changing.space_id, cashier)
    changing.note("cashier.unlinked", f"cashier/{cashier}", before={"member": before})
    return Done({"cashier": cashier, "linked": False})


def unknown_cashier(cashier: str) -> Problem:
    """Of nobody of that name it is said which member they are."""
    sentence = f'no member is linked to a cashier "{cashier[:100]}": `GET /v1/cashiers` lists all'
    return Problem(status=404, code="unknown-cashier", detail=sentence)


def shown(row: CashierRow) -> Json:
    """Somebody who serves, and who they are."""
    return {"cashier": row.cashier, "member": row.member, "since": utc_text(row.at)}


def page(connection: Connection[Any], space: int, cursor: str | None, limit: int) -> Json | Problem:
    """Those of whom it is known."""
    after = _after(cursor, 1)
    if isinstance(after, Problem):
        return after
    rows = store.listed(connection, space, after=after[0] if after else "", limit=limit + 1)
    more = rows[limit - 1 :][:1] if len(rows) > limit else []
    return {
        "data": [shown(row) for row in rows[:limit]],
        "next_cursor": _cursor((more[0].cashier,)) if more else None,
        "has_more": bool(more),
    }


# ---- what they did -------------------------------------------------------------------------------


class Wish(NamedTuple):
    """What is asked for: instants in microseconds, None where nothing is said."""

    since: int | None
    until: int | None
    least: int
    finding: str | None


def report(
    connection: Connection[Any],
    scope: Scope,
    published: Published,
    wish: Wish,
    *,
    now: int,
    cursor: str | None,
    limit: int,
) -> Json | Problem:
    """A page of what was found."""
    after = _after(cursor, len(_FIRST))
    if isinstance(after, Problem):
        return after
    asked = _asked(published, wish, now, after or _FIRST, limit + 1)
    if isinstance(asked, Problem):
        return asked
    rows = store.findings(connection, scope, asked)
    last = rows[limit - 1] if len(rows) > limit else None
    return {
        "since": utc_text(asked.since),
        "until": utc_text(asked.until),
        "data": [_told(published, row) for row in rows[:limit]],
        "next_cursor": None if last is None else _cursor(_key(last)),
        "has_more": last is not None,
    }


def table(
    connection: Connection[Any], scope: Scope, published: Published, wish: Wish, now: int
) -> str | Problem:
    """All of it, as CSV."""
    asked = _asked(published, wish, now, _FIRST, ROWS_MOST + 1)
    if isinstance(asked, Problem):
        return asked
    rows = store.findings(connection, scope, asked)
    if len(rows) > ROWS_MOST:
        return too_many_rows("take a shorter time, or a higher `least`")
    return table_of(_COLUMNS, (_cells(_told(published, row)) for row in rows))


def _cells(told: Json) -> list[Any]:
    units = " ".join(f"{number} {key}" for key, number in sorted(told["units"].items()))
    told |= {"units": units, "examples": " ".join(told["examples"])}
    told["own"] = "yes" if told["own"] else ""
    return [told[name] for name in _COLUMNS]


def _asked(
    published: Published, wish: Wish, now: int, after: Sequence[str], limit: int
) -> Asked | Problem:
    times = period(wish.since, wish.until, now)
    if isinstance(times, Problem):
        return times
    if wish.finding is not None and wish.finding not in FINDINGS:
        return wrong_parameter("finding", f"take one of {', '.join(FINDINGS)}")
    zone = published.timeline.at(now).plan.programme.timezone
    finding, cashier, member, day = after
    last = (finding, cashier, member, day)
    return Asked(*times, zone, wish.least, wish.finding, last, limit)


def _told(published: Published, row: Finding) -> Json:
    decimals = next(iter(published.versions.values())).writer.currencies
    counted = Counter(row.types)
    return {
        "finding": row.finding,
        "cashier": row.cashier,
        "member": row.member,
        "day": row.day or None,
        "own": row.own,
        "events": row.events,
        **{name: counted[kind] for kind, name in _KINDS.items()},
        "units": _units(row.units, decimals),
        "first_at": utc_text(row.first_at),
        "last_at": utc_text(row.last_at),
        "examples": list(row.examples),
    }


def _units(units: Mapping[str, int], decimals: Mapping[str, int]) -> dict[str, str]:
    return {key: format_decimal(number, decimals[key]) for key, number in sorted(units.items())}


def _key(row: Finding) -> tuple[str, ...]:
    return row.finding, row.cashier, row.member, row.day


def _cursor(key: Sequence[str]) -> str:
    return urlsafe_b64encode(msgspec.json.encode(key)).decode()


def _after(cursor: str | None, parts: int) -> Sequence[str] | Problem:
    if cursor is None:
        return ()
    try:
        found = msgspec.json.decode(urlsafe_b64decode(cursor.encode()), type=tuple[str, ...])
    except (ValueError, msgspec.DecodeError):
        found = ()
    if len(found) != parts or any("\0" in one for one in found):
        return wrong_parameter("cursor", "take `next_cursor` of the page before as it is")
    return found

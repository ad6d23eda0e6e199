"""What is made from the entries and can be made again: totals by day, and what is owed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from psycopg import Connection

from xenia.engine.zones import EPOCH, SECOND
from xenia.ledger.accounts import OF_MEMBERS, LedgerAccount
from xenia.services.published import Published
from xenia.store import totals
from xenia.store.posting import Scope
from xenia.store.totals import Deviation

# A batch that began before midnight has been written or given up by then.
_SETTLED = 10 * 60 * SECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class Liability:
    """What came of a currency up to the end of an accounting day, in smallest units.

    owed = issued - redeemed - expired + adjusted + settled + brought: what members still hold,
    pending and held units included.  `brought`: by members who came from another system.
    """

    issued: int
    redeemed: int
    expired: int
    adjusted: int
    settled: int
    brought: int
    owed: int


def last_settled_day(published: Published, now: int) -> int:
    """The last accounting day to which no entry will come any more; `now` in microseconds."""
    return published.timeline.zone.day_of(now - _SETTLED) - 1


def follow(connection: Connection[Any], scope: Scope, through: int) -> int:
    """Bring the totals up to a day (see `last_settled_day`); how many were written."""
    with connection.transaction():
        return totals.follow(connection, scope, through)


def rebuild(connection: Connection[Any], scope: Scope, through: int) -> int:
    """Make all totals again, up to a day; how many were written."""
    with connection.transaction():
        totals.clear(connection, scope)
        return totals.follow(connection, scope, through)


def told(row: Deviation) -> tuple[str, str, str]:
    """What deviates, the total that is stored and the sum of the entries."""
    day = (EPOCH + timedelta(row.accounting_on)).isoformat()
    funder = f", funded by {row.funder}" if row.funder else ""
    what = f"{row.currency} from {row.debit} to {row.credit} on {day}{funder}"
    return what, _units(row.total), _units(row.entries)


def _units(units: int | None) -> str:
    return "nothing" if units is None else str(units)


def liability(connection: Connection[Any], scope: Scope, day: int) -> Mapping[str, Liability]:
    """What is owed at the end of an accounting day (a local day number), by currency."""
    sums: dict[str, Counter[str]] = {}
    for row in totals.moved(connection, scope, day):
        held = sums.setdefault(row.currency, Counter())
        held[row.credit] += row.units
        held[row.debit] -= row.units
    return {
        currency: Liability(
            issued=-held[LedgerAccount.ISSUANCE],
            redeemed=held[LedgerAccount.REDEEMED],
            expired=held[LedgerAccount.BREAKAGE],
            adjusted=-held[LedgerAccount.ADJUSTMENT],
            settled=-held[LedgerAccount.SETTLEMENT],
            brought=-held[LedgerAccount.OPENING],
            owed=sum(held[account] for account in OF_MEMBERS),
        )
        for currency, held in sums.items()
    }

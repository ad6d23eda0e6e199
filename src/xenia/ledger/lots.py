"""What a member holds, folded from entries: units by lot, and by account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from xenia.ledger.accounts import OF_MEMBERS, LedgerAccount
from xenia.ledger.entries import Entry

Lot = tuple[str, str, int, int | None]  # currency, account, day earned, day it ends

NO_LOT = (0, None)  # the day earned and the end of a deficit


def open_lots(entries: Iterable[Entry]) -> dict[Lot, int]:
    """The units of every lot of the member's accounts that is not used up."""
    found: Counter[Lot] = Counter()
    for entry in entries:
        if entry.credit in OF_MEMBERS:
            found[_lot(entry, entry.credit)] += entry.units
        if entry.debit in OF_MEMBERS:
            found[_lot(entry, entry.debit)] -= entry.units
    return {lot: units for lot, units in found.items() if units}


def _lot(entry: Entry, account: LedgerAccount) -> Lot:
    if account is LedgerAccount.DEFICIT:
        return entry.currency, account.value, *NO_LOT
    return entry.currency, account.value, entry.earned, entry.ends


def balances(lots: Mapping[Lot, int]) -> dict[tuple[str, str], int]:
    """The units of each currency in each account."""
    found: Counter[tuple[str, str]] = Counter()
    for (currency, account, _, _), units in lots.items():
        found[currency, account] += units
    return dict(found)

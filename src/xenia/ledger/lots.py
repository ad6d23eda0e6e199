"""What a member holds, folded from entries: units by lot, and by account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from xenia.ledger.accounts import OF_MEMBERS
from xenia.ledger.entries import Entry

Lot = tuple[str, str, int, int | None]  # currency, account, day earned, day it ends


def open_lots(entries: Iterable[Entry]) -> dict[Lot, int]:
    """The units of every lot of the member's accounts that is not used up."""
    found: Counter[Lot] = Counter()
    for entry in entries:
        if entry.credit in OF_MEMBERS:
            found[entry.currency, entry.credit.value, entry.earned, entry.ends] += entry.units
        if entry.debit in OF_MEMBERS:
            found[entry.currency, entry.debit.value, entry.earned, entry.ends] -= entry.units
    return {lot: units for lot, units in found.items() if units}


def balances(lots: Mapping[Lot, int]) -> dict[tuple[str, str], int]:
    """The units of each currency in each account."""
    found: Counter[tuple[str, str]] = Counter()
    for (currency, account, _, _), units in lots.items():
        found[currency, account] += units
    return dict(found)

"""The books of a ledger as tests read them, and the same told naively, entry by entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tests.services.cafe import SCOPE, Cafe
from xenia.services.monthly import Bookkeeping, Difference, Month, Sums

OWN = ("wallet", "pending", "held", "deficit")
_ENTRIES = """
    select to_char(accounting_on, 'YYYY-MM'), currency, debit::text, credit::text, units from entry
"""
_SAID = {
    "issuance": ("issued", 1),
    "redeemed": ("redeemed", -1),
    "breakage": ("expired", -1),
    "adjustment": ("adjusted", 1),
    "settlement": ("settled", 1),
    "opening": ("brought", 1),
}


def months(cafe: Cafe, now: int) -> dict[str, Month]:
    """All months of a café, at an instant, each with all that does not agree."""
    with cafe.database.connect() as connection:
        books = Bookkeeping(connection, SCOPE, cafe.published, now)
        first = books.first
        found = [] if first is None else books.months(first, books.present)
        return {
            one.month: Month(
                one.month, one.state, one.lines, one.closed, books.differences(one)
            )
            for one in found
        }  # fmt: skip


def sums(month: Month) -> dict[str, Sums]:
    """What each currency came to."""
    return {line.currency: line.sums for line in month.lines}


def told(cafe: Cafe) -> Mapping[str, Mapping[str, Counter[str]]]:
    """Of each month and currency in which anything was moved, what each figure is."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for month, currency, debit, credit, units in cafe.rows(_ENTRIES):
        figures = found.setdefault(month, {}).setdefault(currency, Counter())
        for account, sign in ((debit, 1), (credit, -1)):
            if account in _SAID:
                name, grows = _SAID[account]
                figures[name] += sign * grows * units
            elif account in OWN:
                figures["held"] -= sign * units
    return found


def unbalanced(cafe: Cafe, now: int) -> list[Any]:
    """All that is wrong with the books: a month that does not add up, begins otherwise than the one
    before it ended, or says something else than its entries."""
    wrong: list[Any] = []
    naive, held = told(cafe), Counter[str]()
    for name, month in months(cafe, now).items():
        wrong += month.differences
        for currency, found in sums(month).items():
            figures = naive.get(name, {}).get(currency, Counter[str]())
            if found.opening != held[currency]:
                wrong.append((name, currency, "opening", found.opening, held[currency]))
            held[currency] += figures["held"]
            for figure in ("issued", "redeemed", "expired", "adjusted", "settled", "brought"):
                if getattr(found, figure) != figures[figure]:
                    wrong.append((name, currency, figure, getattr(found, figure)))
            if not found.closing == found.comes_to == held[currency]:
                wrong.append((name, currency, "closing", found.closing, held[currency]))
    return wrong


__all__ = ["Difference", "months", "sums", "told", "unbalanced"]

"""The words of the books: the accounts of the ledger and the figures of a month, as people read
them, and what is the same on all pages of books."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from xenia.client import shapes
from xenia.pages.asking import Asked
from xenia.pages.words import marked

ACCOUNTS: Final[Mapping[str, str]] = {
    "wallet": marked("Balance"),
    "pending": marked("Pending"),
    "held": marked("Held"),
    "deficit": marked("Deficit"),
    "issuance": marked("Issuance"),
    "redeemed": marked("Redemption"),
    "breakage": marked("Breakage"),
    "adjustment": marked("Adjustment"),
    "settlement": marked("Settlement"),
    "transit": marked("Between members"),
    "opening": marked("Taken over"),
}
# What a figure of a month is, and the kind by which the ledger finds its entries.
KINDS: Final[Mapping[str, str]] = {
    "issued": marked("Issued"),
    "redeemed": marked("Spent"),
    "expired": marked("Expired"),
    "adjusted": marked("Adjusted"),
    "settled": marked("Settled"),
    "brought": marked("Taken over"),
    "moved": marked("Moved between members"),
    "within": marked("Moved within a wallet"),
}
# The figures of a month.
TITLES: Final[Mapping[str, str]] = {
    "opening": marked("Opening"),
    "issued": marked("Issued"),
    "redeemed": marked("Spent"),
    "expired": marked("Expired"),
    "adjusted": marked("Adjusted"),
    "settled": marked("Settled"),
    "brought": marked("Taken over"),
    "closing": marked("Closing"),
}


def said(asked: Asked, words: Mapping[str, str]) -> dict[str, str]:
    """Words in the language of who asks."""
    return {key: asked.say(title) for key, title in words.items()}


def liability_of(month: shapes.ListedMonth) -> str | None:
    """What is owed at the end of a month, in money; None: no unit has a value."""
    known = [one.liability for one in month.currencies if one.liability is not None]
    return str(sum(map(Decimal, known))) if known else None

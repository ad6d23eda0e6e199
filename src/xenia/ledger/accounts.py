"""The accounts between which units move."""

from __future__ import annotations

from enum import StrEnum


class LedgerAccount(StrEnum):
    """The first three are a member's; their sum is what the operator owes.

    `issuance` is where units come from, `redeemed` where spent ones go, `breakage` where expired
    ones go.  `adjustment` and `settlement` are the operator's and its partners'.
    """

    WALLET = "wallet"
    PENDING = "pending"
    HELD = "held"
    ISSUANCE = "issuance"
    REDEEMED = "redeemed"
    BREAKAGE = "breakage"
    ADJUSTMENT = "adjustment"
    SETTLEMENT = "settlement"


OF_MEMBERS = (LedgerAccount.WALLET, LedgerAccount.PENDING, LedgerAccount.HELD)

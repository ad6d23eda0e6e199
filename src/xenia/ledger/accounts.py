"""The accounts between which units move."""

from __future__ import annotations

from enum import StrEnum


class LedgerAccount(StrEnum):
    """The first four are a member's; their sum is what the operator owes.

    `deficit` is what a balance is below 0: it is of no lot.

    `issuance` is where units come from, `redeemed` where spent ones go, `breakage` where expired
    ones go.  `adjustment` and `settlement` are the operator's and its partners'.  `transit` is
    where units are between two members, or between two ends of a lot: for all together it is empty.
    `opening` is where units come from that members have brought along from another system.
    """

    WALLET = "wallet"
    PENDING = "pending"
    HELD = "held"
    DEFICIT = "deficit"
    ISSUANCE = "issuance"
    REDEEMED = "redeemed"
    BREAKAGE = "breakage"
    ADJUSTMENT = "adjustment"
    SETTLEMENT = "settlement"
    TRANSIT = "transit"
    OPENING = "opening"


OF_MEMBERS = (
    LedgerAccount.WALLET,
    LedgerAccount.PENDING,
    LedgerAccount.HELD,
    LedgerAccount.DEFICIT,
)

"""What an entry of the ledger is: units of one lot that move from one account to another."""

from __future__ import annotations

from msgspec import Struct

from xenia.ledger.accounts import LedgerAccount


class Entry(Struct, frozen=True, kw_only=True, gc=False):
    """A debit and a credit of the same size: no transaction can be out of balance.

    Days are local day numbers.  The lot is known by the day it was earned and the day it ends
    (None: it has no end of its own).  `accrual` and `rule` are set where units are earned.
    """

    currency: str
    debit: LedgerAccount
    credit: LedgerAccount
    units: int
    earned: int
    ends: int | None
    effect: str  # the effect's id
    day: int  # on which it happened, or fell due
    due: bool
    rule: str | None = None
    accrual: str | None = None
    funder: str | None = None

    def __post_init__(self) -> None:
        if self.units <= 0:
            raise ValueError(f"an entry moves 1 unit or more, not {self.units}")
        if self.debit is self.credit:
            raise ValueError(f"an entry moves units between two accounts, not within {self.debit}")

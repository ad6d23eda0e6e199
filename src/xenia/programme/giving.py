"""What a currency says of units that members give to one another."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from xenia.programme.periods import BudgetPeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferLimit:
    """`{units: 500, per: year}`: exactly one of `times`, `units`."""

    per: BudgetPeriod
    times: int | None = None
    units: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfers:
    """That a member may give units to another; of so many at least, and within limits."""

    minimum: Decimal | None = None
    limits: tuple[TransferLimit, ...] = ()

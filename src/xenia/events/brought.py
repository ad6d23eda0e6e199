"""What a member can bring along from another system: lots, levels, metrics, vouchers."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

NEVER: Literal["never"] = "never"  # of what has no end
Ends = int | Literal["never"] | None  # a day's number; None: as the programme says


class OpenLot(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Units in smallest units that a member brings along; below 0: they are owed, and of no lot.

    Days are day numbers: when it was earned, when it ends, from when it can be used, if it waits.
    """

    currency: str
    units: int
    earned: int
    ends: Ends = None
    available: int | None = None
    held: bool = False


class OpenLevel(Struct, frozen=True, omit_defaults=True, gc=False):
    """A level that a member brings along; until a day, or (None) as if qualified for today."""

    level: str
    until: int | None = None


class OpenMetric(Struct, frozen=True, omit_defaults=True, gc=False):
    """What a metric has counted on a day: so much, as written; a value of a `distinct`; the length
    of a streak that ends then."""

    metric: str
    value: str
    day: int


class OpenVoucher(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A voucher that a member brings along: the first day on which it does not hold any more, the
    money left on it, how often it can still be used."""

    code: str
    reward: str
    ends: Ends = None
    left: int | None = None
    uses: int | None = None

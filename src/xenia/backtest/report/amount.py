"""An exact amount of money or units, and how it and a share are printed."""

from __future__ import annotations

from fractions import Fraction
from typing import final

from xenia.amounts import format_decimal


@final
class Amount:
    """So many smallest units, perhaps not a whole number of them; rounded only in print.

    Amounts of the same decimals add up exactly.
    """

    __slots__ = ("decimals", "exact")

    def __init__(self, exact: Fraction | int, decimals: int) -> None:
        self.exact = Fraction(exact)
        self.decimals = decimals

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Amount)
            and self.exact == other.exact
            and self.decimals == other.decimals
        )

    def __hash__(self) -> int:
        return hash((self.exact, self.decimals))

    def __repr__(self) -> str:
        return f"Amount({self.exact}, {self.decimals})"

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.exact + other.exact, self.decimals)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.exact - other.exact, self.decimals)

    @property
    def text(self) -> str:
        """A decimal in major units with all its decimals: 1234.50."""
        return format_decimal(nearest(self.exact), self.decimals)

    @property
    def grouped(self) -> str:
        """The same for people: 1,234.50; below 0 with a true minus."""
        return grouped(self.exact, self.decimals)

    @property
    def short(self) -> str:
        """For people who compare sizes: no decimals from a thousand on."""
        if abs(self.exact) >= 1000 * 10**self.decimals:
            return grouped(self.exact / 10**self.decimals, 0)
        return self.grouped


def nearest(exact: Fraction) -> int:
    """The nearest whole number, halves away from zero."""
    doubled = 2 * abs(exact) + 1
    whole = doubled.numerator // (2 * doubled.denominator)
    return -whole if exact < 0 else whole


def grouped(exact: Fraction | int, decimals: int) -> str:
    """123450 smallest units with two decimals are 1,234.50."""
    value = nearest(Fraction(exact))
    whole, point, rest = format_decimal(abs(value), decimals).partition(".")
    return f"{'−' if value < 0 else ''}{int(whole):,}{point}{rest}"


def per_cent(share: Fraction, decimals: int = 2) -> str:
    """A share of 1 in per cent: 1/6 is 16.67 %."""
    return f"{grouped(share * 100 * 10**decimals, decimals)} %"

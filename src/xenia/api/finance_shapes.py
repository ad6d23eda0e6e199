"""The shapes of the books: months, their currencies and journals, and what units are worth."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Decimal = str  # units and money, in major units
_CURRENCIES = 100

Number = Annotated[str, Meta(max_length=30)] | int


class BookedCurrency(Struct, kw_only=True, forbid_unknown_fields=True):
    """What became of a currency in a month: closing = opening + issued - redeemed - expired +
    adjusted + settled + brought.

    `value` is money a unit, null: none is said. `owed` is what the closing is worth by it,
    `liability` without the part of `breakage`, in per cent, that is expected never to be redeemed.
    """

    currency: str
    opening: Decimal
    issued: Decimal
    redeemed: Decimal
    expired: Decimal
    adjusted: Decimal
    settled: Decimal
    brought: Decimal
    closing: Decimal
    value: Decimal | None
    breakage: Decimal
    owed: Decimal | None
    liability: Decimal | None


class BookedDifference(Struct, kw_only=True, forbid_unknown_fields=True):
    """What does not agree: `totals` of a day with its entries, a `closed` month with the ledger as
    it is now, or a `sum` that a month does not come to. Units; null: there is none."""

    check: Literal["totals", "closed", "sum"]
    what: str
    currency: str
    kept: Decimal | None
    found: Decimal | None


class ListedMonth(Struct, kw_only=True, forbid_unknown_fields=True):
    """A month: `open` as long as entries may come to it, then `over`, and `closed` once somebody
    has closed it; what is said of closing is null before."""

    month: str
    state: Literal["open", "over", "closed"]
    closed_at: str | None
    closed_by: str | None
    currencies: list[BookedCurrency]
    differences: list[BookedDifference]


class Months(Struct, kw_only=True, forbid_unknown_fields=True):
    """A page of months; `to_close` is the first that is not closed, null: nothing was ever moved.
    `programmes` are those that there are to be chosen."""

    programme: str
    programmes: list[str]
    money: str
    to_close: str | None
    data: list[ListedMonth]
    next_cursor: str | None
    has_more: bool


class JournalLine(Struct, kw_only=True, forbid_unknown_fields=True):
    """All that moved in a month from one account (`debit`) to another (`credit`), for a funder;
    `amount` is what it is worth by the value of the month."""

    currency: str
    debit: str
    credit: str
    funder: str | None
    units: Decimal
    amount: Decimal | None


class BookedMonth(ListedMonth, kw_only=True, forbid_unknown_fields=True):
    """A month with its journal: double entry, each line a debit and a credit of the same size."""

    programme: str
    money: str
    to_close: str | None
    journal: list[JournalLine]


class Valued(Struct, kw_only=True, forbid_unknown_fields=True):
    """By what a currency is valued: `value` is money a unit, null: what the programme says."""

    value: Number | None = None
    breakage: Number = "0"


class NewValuation(Struct, forbid_unknown_fields=True):
    """By currency; of one that is not named, what the programme says, and no breakage."""

    currencies: Annotated[
        dict[Annotated[str, Meta(max_length=200)], Valued], Meta(max_length=_CURRENCIES)
    ]


class ShownValuation(Struct, kw_only=True, forbid_unknown_fields=True):
    """By what a currency is valued: `programme_value` is what the programme says, and holds where
    `value` is null; `breakage` is in per cent."""

    currency: str
    value: Decimal | None
    breakage: Decimal
    programme_value: Decimal | None


class Valuations(Struct, kw_only=True, forbid_unknown_fields=True):
    """By what a programme's currencies are valued, in which money."""

    programme: str
    money: str
    currencies: list[ShownValuation]


class Summed(Struct, kw_only=True, forbid_unknown_fields=True):
    """How many totals of days there are now."""

    programme: str
    totals: int

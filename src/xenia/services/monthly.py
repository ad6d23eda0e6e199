"""The books by month: what a currency began with, what came and went, what is owed at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from psycopg import Connection

from xenia.amounts import format_decimal, money_decimals
from xenia.engine.zones import EPOCH
from xenia.ledger.accounts import OF_MEMBERS, LedgerAccount
from xenia.services.projections import last_settled_day
from xenia.services.published import Published
from xenia.store import monthly as store
from xenia.store.monthly import BEFORE, Closed, Different, Kept, Moved, Valuation
from xenia.store.posting import Scope

WHOLE = 10_000  # hundredths of a per cent
VALUE_DECIMALS = 9  # of what a unit is worth, as programmes say it
_SHOWN = 50  # differences

State = Literal["open", "over", "closed"]
Json = dict[str, Any]


# ---- months --------------------------------------------------------------------------------------


def month_of(day: int) -> str:
    """The month of a local day number, such as `2026-03`."""
    return (EPOCH + timedelta(day)).isoformat()[:7]


def first_day(month: str) -> int:
    """The day on which a month begins.  Raises ValueError for what is no month."""
    if len(month) != len("2026-03"):
        raise ValueError(f'"{month[:20]}" is no month: write it such as 2026-03')
    return (date.fromisoformat(f"{month}-01") - EPOCH).days


def next_month(month: str) -> str:
    """The month after another."""
    return month_of(first_day(month) + 31)


def months_from(first: str, last: str) -> Iterator[str]:
    """All months from one to another, both included."""
    while first <= last:
        yield first
        first = next_month(first)


# ---- sums ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Sums:
    """What became of a currency in a month, in smallest units.

    closing = opening + issued - redeemed - expired + adjusted + settled + brought.  `closing` is
    what members have; it is counted by itself, so that the two can be held against each other.
    """

    opening: int = 0
    issued: int = 0
    redeemed: int = 0
    expired: int = 0
    adjusted: int = 0
    settled: int = 0
    brought: int = 0  # by members who came from another system
    closing: int = 0

    @property
    def comes_to(self) -> int:
        """What the closing has to be."""
        into = self.issued + self.adjusted + self.settled + self.brought
        return self.opening + into - self.redeemed - self.expired


# By which account a figure is moved, and whether it grows by what comes from there, or goes there.
_FIGURES: Mapping[str, tuple[str, int]] = {
    LedgerAccount.ISSUANCE: ("issued", 1),
    LedgerAccount.REDEEMED: ("redeemed", -1),
    LedgerAccount.BREAKAGE: ("expired", -1),
    LedgerAccount.ADJUSTMENT: ("adjusted", 1),
    LedgerAccount.SETTLEMENT: ("settled", 1),
    LedgerAccount.OPENING: ("brought", 1),
}


def summed(moves: Iterable[Moved], months: Sequence[str]) -> dict[str, dict[str, Sums]]:
    """What each currency came to in each of the months, which follow one another.

    A currency is in a month from the first in which anything of it was moved on.
    """
    by_month: dict[str, dict[str, Sums]] = {month: {} for month in (BEFORE, *months)}
    for move in moves:
        sums = by_month[move.month].setdefault(move.currency, Sums())
        for account, sign in ((move.debit, 1), (move.credit, -1)):
            if account in _FIGURES:
                name, grows = _FIGURES[account]
                setattr(sums, name, getattr(sums, name) + sign * grows * move.units)
            elif account in OF_MEMBERS:
                sums.closing -= sign * move.units
    held: dict[str, int] = defaultdict(int)
    for found in by_month.values():
        for currency in held:
            found.setdefault(currency, Sums())
        for currency, sums in found.items():
            sums.opening = held[currency]
            held[currency] = sums.closing = sums.opening + sums.closing
    del by_month[BEFORE]
    return by_month


# ---- what it is worth ----------------------------------------------------------------------------


def worth(units: int, decimals: int, value: Decimal, money: int) -> int:
    """What units are worth in the smallest unit of money, half of one rounded away from nothing;
    `decimals` are the currency's, `money` those of its money."""
    return rounded(Fraction(units) * Fraction(value) * 10**money / 10**decimals)


def expected(units: int, decimals: int, value: Decimal, money: int, breakage: int) -> int:
    """The same of what is expected to be redeemed; `breakage` in hundredths of a per cent."""
    part = Fraction(WHOLE - breakage, WHOLE)
    return rounded(Fraction(units) * part * Fraction(value) * 10**money / 10**decimals)


def rounded(exact: Fraction) -> int:
    """The nearest whole number, half away from 0."""
    size = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return -size if exact < 0 else size


# ---- the books -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A currency in a month, as it is shown: what it came to, and by what it is valued."""

    currency: str
    sums: Sums
    value: Decimal | None
    breakage: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What does not agree, in smallest units: `check` is `totals` (a day's total and its entries),
    `closed` (a closed month and the ledger now), or `sum` (a month does not add up)."""

    check: str
    what: str
    currency: str
    kept: int | None
    found: int | None


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a programme."""

    month: str
    state: State
    lines: tuple[Line, ...]
    closed: Closed | None = None
    differences: tuple[Difference, ...] = ()


@dataclass(slots=True)
class Bookkeeping:
    """The books of one programme as a connection sees them, at an instant in microseconds."""

    connection: Connection[Any]
    scope: Scope
    published: Published
    now: int
    _last: int | None = field(init=False)
    _closed: dict[str, Closed] = field(init=False)
    _said: dict[str, Valuation] = field(init=False)
    _moves: list[Moved] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._last = store.last_total(self.connection, self.scope)
        self._closed = {one.month: one for one in store.closed(self.connection, self.scope)}
        self._said = store.valuations(self.connection, self.scope)

    @property
    def present(self) -> str:
        """The month that it is."""
        return month_of(self.published.timeline.zone.day_of(self.now))

    @property
    def first(self) -> str | None:
        """The month with which the books begin."""
        return store.first_month(self.connection, self.scope, self._last)

    @property
    def last_closed(self) -> str | None:
        """The latest month that is closed."""
        return max(self._closed, default=None)

    @property
    def to_close(self) -> str | None:
        """The earliest month that is not closed; None: nothing was ever moved."""
        return next_month(max(self._closed)) if self._closed else self.first

    def is_over(self, month: str) -> bool:
        """Whether no entry comes to a month any more by itself."""
        last = last_settled_day(self.published, self.now)
        return first_day(next_month(month)) <= last + 1

    def months(self, first: str, last: str) -> list[Month]:
        """All from one to another, the first one first, with what is seen to be wrong at once."""
        names = [*months_from(first, last)]
        since, until = first_day(first), first_day(next_month(last))
        self._moves = store.moved(self.connection, self.scope, self._last, since, until)
        sums = summed(self._moves, names)
        kept: dict[str, dict[str, Kept]] = {name: {} for name in names}
        for row in store.kept(self.connection, self.scope, since, until):
            kept[row.month][row.currency] = row
        return [self._month(name, sums[name], kept[name]) for name in names]

    def moves(self, month: Month) -> list[Moved]:
        """What was moved in a month that was read last, by accounts."""
        return [one for one in self._moves if one.month == month.month]

    def differences(self, month: Month) -> tuple[Difference, ...]:
        """All that does not agree of a month, also of its days with their entries."""
        since, until = first_day(month.month), first_day(next_month(month.month))
        if self._last is not None:
            until = min(until, self._last)  # the last is read from its entries anyway
        days: list[Different] = []
        if self._last is not None and since < until:
            days = store.different(self.connection, self.scope, since, until, _SHOWN)
        of_days = (
            Difference(
                "totals", f"{one.day}: {one.debit} → {one.credit}", one.currency, one.total,
                one.entries,
            )
            for one in days
        )  # fmt: skip
        return (*month.differences, *of_days)

    def _month(self, name: str, sums: Mapping[str, Sums], kept: Mapping[str, Kept]) -> Month:
        closed = self._closed.get(name)
        now = {currency: sums.get(currency, Sums()) for currency in {*sums, *kept}}
        if closed is None:
            state: State = "over" if self.is_over(name) else "open"
            lines = [Line(key, now[key], *self._valued(name, key)) for key in sorted(now)]
            return Month(name, state, tuple(lines), None, tuple(_unequal(lines)))
        lines = [
            Line(key, Sums(*row[2:10]), row.value, row.breakage)
            for key, row in sorted(kept.items())
        ]
        wrong = [*_unequal(lines), *_since_closing(kept, now)]
        return Month(name, "closed", tuple(lines), closed, tuple(wrong))

    def _valued(self, month: str, currency: str) -> tuple[Decimal | None, int]:
        """What a unit is worth in a month that is not closed, and what is never redeemed."""
        said = self._said.get(currency, Valuation(None, 0))
        if said.value is not None:
            return said.value, said.breakage
        return self.programme_value(month, currency), said.breakage

    def programme_value(self, month: str, currency: str) -> Decimal | None:
        """What the programme says a unit is worth at the end of a month, or now if that is first;
        of a currency that it has no more, what it said last."""
        zone = self.published.timeline.zone
        end = min(zone.start_of(first_day(next_month(month))) - 1, self.now)
        number = self.published.timeline.at(end).version
        for one in sorted((key for key in self.published.versions if key <= number), reverse=True):
            found = self.published.versions[one].plan.programme.currencies.get(currency)
            if found is not None:
                return found.value
        return None


def _unequal(lines: Iterable[Line]) -> Iterator[Difference]:
    for line in lines:
        if line.sums.closing != line.sums.comes_to:
            sums = line.sums
            yield Difference("sum", "closing", line.currency, sums.closing, sums.comes_to)


def _since_closing(kept: Mapping[str, Kept], now: Mapping[str, Sums]) -> Iterator[Difference]:
    """What the ledger says now of a month that is closed, where it is something else."""
    for currency in sorted(now):
        row, sums = kept.get(currency), now[currency]
        for name in Sums.__slots__:
            before = None if row is None else getattr(row, name)
            found = getattr(sums, name)
            if (before or 0) != found:
                yield Difference("closed", name, currency, before, found)


# ---- as it is told -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells months with the decimals of currencies and money."""

    published: Published

    @property
    def money(self) -> str:
        """The programme's money, an ISO 4217 code."""
        return self.published.timeline.versions[-1].plan.programme.money

    def decimals(self, currency: str) -> int:
        """A currency's, also of one that there is no more; 0 of one that never was."""
        newest = self.published.versions[max(self.published.versions)]
        return newest.writer.currencies.get(currency, 0)

    def month(self, month: Month) -> Json:
        """One month."""
        return {
            "month": month.month,
            "state": month.state,
            "closed_at": month.closed
            and self.published.timeline.zone.text(month.closed.at),
            "closed_by": month.closed and month.closed.by,
            "currencies": [self._line(line) for line in month.lines],
            "differences": [self._difference(one) for one in month.differences],
        }  # fmt: skip

    def moves(self, month: Month, moves: Iterable[Moved]) -> list[Json]:
        """The journal of a month: each movement once, as a debit and a credit of the same size."""
        values = {line.currency: line.value for line in month.lines}
        places = money_decimals(self.money)
        found = []
        for one in moves:
            decimals, value = self.decimals(one.currency), values.get(one.currency)
            amount = None if value is None else worth(one.units, decimals, value, places)
            found.append(
                {
                    "currency": one.currency,
                    "debit": one.debit,
                    "credit": one.credit,
                    "funder": one.funder or None,
                    "units": format_decimal(one.units, decimals),
                    "amount": None if amount is None else format_decimal(amount, places),
                }
            )
        return found

    def _line(self, line: Line) -> Json:
        decimals, sums, places = self.decimals(line.currency), line.sums, money_decimals(self.money)
        owed = liability = None
        if line.value is not None:
            owed = worth(sums.closing, decimals, line.value, places)
            liability = expected(sums.closing, decimals, line.value, places, line.breakage)
        return {
            "currency": line.currency,
            **{
                name: format_decimal(getattr(sums, name), decimals)
                for name in Sums.__slots__
            },
            "value": value_text(line.value),
            "breakage": percent_text(line.breakage),
            "owed": None if owed is None else format_decimal(owed, places),
            "liability": None if liability is None else format_decimal(liability, places),
        }  # fmt: skip

    def _difference(self, one: Difference) -> Json:
        decimals = self.decimals(one.currency)
        return {
            "check": one.check,
            "what": one.what,
            "currency": one.currency,
            "kept": None if one.kept is None else format_decimal(one.kept, decimals),
            "found": None if one.found is None else format_decimal(one.found, decimals),
        }


def value_text(value: Decimal | None) -> str | None:
    """What a unit is worth, without zeros that say nothing."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent_text(breakage: int) -> str:
    """Hundredths of a per cent as a decimal: 1250 is "12.5"."""
    text = format_decimal(breakage, 2)
    return text.rstrip("0").rstrip(".")

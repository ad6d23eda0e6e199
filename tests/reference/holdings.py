"""What the reference remembers of one member: all that happened, by day, and what they hold."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from xenia.events.model import AttributeValue
from xenia.programme.model import SpendFirst

FAR = date.max


@dataclass
class Lot:
    earned: date
    end: date | None
    units: int


@dataclass
class Pending:
    ready: date
    earned: date
    end: date | None
    units: int


@dataclass
class Purse:
    """One currency of one member."""

    lots: list[Lot] = field(default_factory=list)
    pending: list[Pending] = field(default_factory=list)
    inactive: date | None = None  # the day on which all lots end

    @property
    def balance(self) -> int:
        return sum(lot.units for lot in self.lots)

    @property
    def waiting(self) -> int:
        return sum(entry.units for entry in self.pending)

    def put(self, earned: date, end: date | None, units: int) -> None:
        for lot in self.lots:
            if (lot.earned, lot.end) == (earned, end):
                lot.units += units
                return
        self.lots.append(Lot(earned, end, units))

    def put_pending(self, ready: date, earned: date, end: date | None, units: int) -> None:
        for entry in self.pending:
            if (entry.ready, entry.earned, entry.end) == (ready, earned, end):
                entry.units += units
                return
        self.pending.append(Pending(ready, earned, end, units))

    def by_end(self) -> list[Lot]:
        return sorted(self.lots, key=lambda lot: (lot.end or FAR, lot.earned))

    def by_age(self) -> list[Lot]:
        return sorted(self.lots, key=lambda lot: (lot.earned, lot.end or FAR))

    def in_order(self, order: SpendFirst) -> list[Lot]:
        return self.by_end() if order is SpendFirst.SOONEST_EXPIRY else self.by_age()

    def take(self, units: int, order: SpendFirst) -> None:
        """Spend so many units, which are there, from the first lots of the order."""
        if units > self.balance:
            raise ValueError(f"{units} units of {self.balance}")
        for lot in self.in_order(order):
            taken = min(units, lot.units)
            lot.units -= taken
            units -= taken
        self.lots = [lot for lot in self.lots if lot.units]


@dataclass
class Used:
    """What a rule, or a group, took: its effects as events, units in major units, money."""

    times: int = 0
    units: Fraction = Fraction(0)
    amount: int = 0


@dataclass
class Pool:
    """What all members took together, never forgotten: (rule or group, its id) → day → what, and
    how many of each reward were redeemed or issued by rules."""

    used: dict[tuple[str, str], dict[date, Used]] = field(default_factory=lambda: defaultdict(dict))
    issued: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass
class Tenure:
    """A place on a ladder; `until` None: held by nothing, or for ever."""

    place: int = 0
    until: date | None = None
    anchor: date | None = None  # the day of the last qualification
    reviews: int = 0  # since then


@dataclass
class Happened:
    """All contributions to one metric, by day; for a streak, the first days of the marked units."""

    by_day: dict[date, list[int | str]] = field(default_factory=lambda: defaultdict(list))
    marks: list[date] = field(default_factory=list)


@dataclass
class Member:
    enrolled: date | None = None
    today: date = date.min
    attributes: dict[str, AttributeValue] = field(default_factory=dict)
    purses: dict[str, Purse] = field(default_factory=lambda: defaultdict(Purse))
    happened: dict[str, Happened] = field(default_factory=lambda: defaultdict(Happened))
    tenures: dict[str, Tenure] = field(default_factory=lambda: defaultdict(Tenure))
    # (rule or group, its id) → day → what it took
    used: dict[tuple[str, str], dict[date, Used]] = field(default_factory=lambda: defaultdict(dict))
    vouchers: int = 0

"""Results made by hand: a naive ledger over invented purchases, which adds up by construction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import numpy as np

from xenia.backtest.report.purchases import Halves
from xenia.backtest.result import (
    Cohorts,
    CurrencyMonths,
    Effects,
    LadderMonths,
    Members,
    MoneyMonths,
    Result,
    Treatment,
)

FIRST = 2017 * 12


@dataclass(frozen=True)
class Scheme:
    """Points for money, which buy a voucher by themselves; or so many per cent off, or nothing."""

    programme: str
    per_thousand: int = 0  # units for 1,000 smallest money
    price: int = 0
    life: int = 99  # months
    per_cent: int = 0
    currency: str = "points"
    reward: str = "gift-card-25"
    tier: str = ""
    levels: tuple[str, ...] = ()
    threshold: int = 0


@dataclass(frozen=True)
class Bought:
    """One purchase; `returned`: it all came back in the same month."""

    member: int
    month: int
    amount: int
    returned: bool = False


@dataclass
class Ledger:
    """What the naive fold counts: by name of a table, then by place."""

    months: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    members: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    cohorts: dict[str, Counter[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict(Counter)
    )

    def note(self, what: str, month: int, member: int, units: int) -> None:
        self.months[what][month] += units
        self.members[what][member] += units


def shopping(members: int, months: int, seed: int = 7) -> list[Bought]:
    """A few who spend much and evenly, many who spend little."""
    rng = Random(seed)
    found = []
    for member in range(members):
        size = int(800 * rng.paretovariate(1.4))
        often = rng.choice((1, 1, 1, 2, 3, 4, 6))
        joins = rng.choice((0, 0, 0, 0, 1, 2, 4, 7))
        for month in range(min(joins, months - 1), months):
            for _ in range(rng.randint(max(0, often - 2), often + 1)):
                amount = max(100, int(size * rng.uniform(0.6, 1.5)))
                found.append(Bought(member, month, amount, rng.random() < 0.03))
    return sorted(found, key=lambda one: (one.member, one.month))


def run(scheme: Scheme, purchases: Sequence[Bought], members: int, months: int) -> Result:
    """Fold the purchases of each member, month by month."""
    ledger = Ledger()
    by_member: dict[int, list[Bought]] = defaultdict(list)
    for one in purchases:
        by_member[one.member].append(one)
    levels = np.zeros((max(1, len(scheme.levels)), months), np.int64)
    tops = np.zeros(members, np.int64)
    for member in range(members):
        tops[member] = _member(scheme, by_member[member], member, months, ledger, levels)
    return _result(scheme, ledger, members, months, levels, tops)


def halves(purchases: Sequence[Bought], members: int, months: int) -> Halves:
    """The same purchases by half of the history."""
    found = np.zeros((4, members), np.int64)
    for one in purchases:
        late = 2 * one.month >= months
        found[int(late), one.member] += 0 if one.returned else one.amount
        found[2 + int(late), one.member] += 1
    return Halves(found[0], found[1], found[2], found[3])


def _member(  # noqa: PLR0917 - a naive ledger
    scheme: Scheme,
    purchases: list[Bought],
    member: int,
    months: int,
    ledger: Ledger,
    levels: np.ndarray[tuple[int, int], np.dtype[np.int64]],
) -> int:
    lots: list[list[int]] = []  # month, units
    spent_money, joined = 0, min((one.month for one in purchases), default=months)
    for month in range(months):
        for lot in [lot for lot in lots if month - lot[0] >= scheme.life]:
            ledger.note("expired", month, member, lot[1])
            ledger.cohorts["expired"][lot[0], month - lot[0]] += lot[1]
            lots.remove(lot)
        here = [one for one in purchases if one.month == month]
        for one in here:
            off = one.amount * scheme.per_cent // 100
            units = one.amount * scheme.per_thousand // 1000
            ledger.note("sales", month, member, one.amount)
            ledger.note("purchases", month, member, 1)
            ledger.note("discounts", month, member, off)
            ledger.note("issued", month, member, units)
            if one.returned:
                ledger.note("returned", month, member, one.amount)
                ledger.note("returns", month, member, 1)
                ledger.note("discounts_back", month, member, off)
                ledger.note("taken_back", month, member, units)
                ledger.cohorts["taken"][month, 0] += units
                continue
            spent_money += one.amount
            lots.append([month, units])
        while scheme.price and sum(lot[1] for lot in lots) >= scheme.price:
            _spend(scheme.price, lots, month, ledger)
            ledger.note("spent", month, member, scheme.price)
            ledger.note("vouchers", month, member, 1)
        ledger.months["outstanding"][month] += sum(lot[1] for lot in lots)
        ledger.months["active"][month] += bool(here)
        ledger.months["enrolled"][month] += joined <= month
        top = int(bool(scheme.levels) and spent_money >= scheme.threshold)
        if joined <= month:
            levels[top, month] += 1
    ledger.members["held"][member] = sum(lot[1] for lot in lots)
    return int(bool(scheme.levels) and spent_money >= scheme.threshold)


def _spend(units: int, lots: list[list[int]], month: int, ledger: Ledger) -> None:
    for lot in lots:
        part = min(units, lot[1])
        lot[1] -= part
        units -= part
        ledger.cohorts["used"][lot[0], month - lot[0]] += part


def _result(  # noqa: PLR0917 - a naive ledger
    scheme: Scheme,
    ledger: Ledger,
    members: int,
    months: int,
    levels: np.ndarray[tuple[int, int], np.dtype[np.int64]],
    tops: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> Result:
    def by_month(what: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array([ledger.months[what][at] for at in range(months)], np.int64)

    def by_member(what: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array([ledger.members[what][at] for at in range(members)], np.int64)

    def triangle(what: str) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
        rows = [[ledger.cohorts[what][m, age] for age in range(months)] for m in range(months)]
        return np.array(rows, np.int64)

    none = np.zeros(months, np.int64)
    key, points = scheme.currency, bool(scheme.per_thousand)
    currency = CurrencyMonths(
        currency=key,
        decimals=0,
        issued=by_month("issued"),
        spent=by_month("spent"),
        expired=by_month("expired"),
        given_back=none,
        taken_back=by_month("taken_back"),
        reinstated=none,
        adjusted=none,
        outstanding=by_month("outstanding"),
    )
    money = MoneyMonths(
        sales=by_month("sales"),
        returned=by_month("returned"),
        discounts=by_month("discounts"),
        discounts_back=by_month("discounts_back"),
        spent=none,
        spent_back=none,
        purchases=by_month("purchases"),
        returns=by_month("returns"),
        active=by_month("active"),
        enrolled=by_month("enrolled"),
    )
    cohorts = Cohorts(
        key, by_month("issued"), triangle("used"), triangle("expired"), triangle("taken")
    )
    issue = Effects(
        "issue", None, None, scheme.reward, None, None, by_month("vouchers"), by_month("vouchers")
    )
    no_one = np.zeros(members, np.int64)
    found = Members(
        names=tuple(f"m{at}" for at in range(members)),
        purchases=by_member("purchases"),
        returns=by_member("returns"),
        sales=by_member("sales") - by_member("returned"),
        discounts=by_member("discounts") - by_member("discounts_back"),
        spent_value=no_one,
        issued={key: by_member("issued")} if points else {},
        taken_back={key: by_member("taken_back")} if points else {},
        spent={key: by_member("spent")} if points else {},
        expired={key: by_member("expired")} if points else {},
        held={key: by_member("held")} if points else {},
        levels={scheme.tier: tops} if scheme.levels else {},
        rewards={scheme.reward: by_member("vouchers")} if points else {},
    )
    return Result(
        programme=scheme.programme,
        money="USD",
        money_decimals=2,
        policy="history",
        first_month=FIRST,
        months=months,
        horizon=17531,
        currencies=(currency,) if points else (),
        money_months=money,
        ladders=(LadderMonths(scheme.tier, scheme.levels, levels),) if scheme.levels else (),
        cohorts=(cohorts,) if points else (),
        effects=(issue,) if points else (),
        members=found,
        treatments=(
            Treatment("return-without-purchase", 3, "Left out: what they returned is not known."),
        ),
    )


DEPARTMENT = Scheme(
    "department-points",
    per_thousand=100,
    price=5000,
    life=9,
    tier="status",
    levels=("basic", "top"),
    threshold=350_000,
)
DISCOUNT = Scheme("discount-fixed", per_cent=5)
NONE = Scheme("apple-none")

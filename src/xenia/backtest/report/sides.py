"""One programme's part of a report: what its result comes to by month, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from xenia.backtest import cohorts as triangles
from xenia.backtest.cohorts import Cohort, Ultimate
from xenia.backtest.economics import Settlement, allocate, recognised
from xenia.backtest.enrolled import ASSUMED
from xenia.backtest.report import shape
from xenia.backtest.report.amount import Amount
from xenia.backtest.report.stated import Stated
from xenia.backtest.report.values import Worths, title, worths
from xenia.backtest.result import Cohorts, CurrencyMonths, Result
from xenia.backtest.tables import Vector
from xenia.programme.model import Programme

NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class Ran:
    """A programme, and what came of it over the history."""

    programme: Programme
    result: Result


@dataclass(frozen=True, slots=True)
class Costing:
    """How amounts of one side are valued; `per_face` is what a reward costs of its face value."""

    ran: Ran
    worths: Worths
    per_face: Fraction
    stated: Stated

    def money(self, exact: Fraction | int) -> Amount:
        """Smallest money."""
        return Amount(exact, self.ran.result.money_decimals)

    def zero(self) -> Amount:
        """No money."""
        return self.money(0)


def costing(ran: Ran, stated: Stated) -> Costing:
    """How to value what a programme gives, by what is stated and by its document."""
    settled = Settlement(cost_ratio=stated.cost_ratio, cannibalised=stated.cannibalised)
    return Costing(ran, worths(ran.programme, stated), settled.per_face_value, stated)


def side(by: Costing, margin: Fraction | None) -> shape.Side:
    """All that is counted of one programme."""
    programme, result = by.ran.programme, by.ran.result
    currencies = tuple(
        _currency(by, one) for one in result.currencies if one.currency in _spendable(by)
    )
    months = _months(by)
    return shape.Side(
        programme=shape.Named(programme.id, title(programme.title, programme.id)),
        policy=result.policy,
        currencies=currencies,
        months=months,
        vouchers=_vouchers(by),
        ladders=_ladders(by),
        cost=_cost(by, months, currencies, margin),
        treated=tuple(
            shape.Treated(one.name, one.count, one.how)
            for one in result.treatments
            if one.name != ASSUMED  # it stands among the assumptions
        ),
    )


def net_sales(result: Result) -> int:
    """Sales before anything is taken off, less what came back."""
    months = result.money_months
    return int(months.sales.sum() - months.returned.sum())


def cohorts_of(result: Result, currency: str) -> tuple[Cohort, ...]:
    """The cohorts of one currency, each up to the last month."""
    for one in result.cohorts:
        if one.currency == currency:
            return tuple(_cohort(one, month, result.months) for month in range(len(one.issued)))
    return ()


def _cohort(one: Cohorts, month: int, months: int) -> Cohort:
    ages = months - month
    spent = tuple(int(units) for units in one.used[month, :ages])
    ended = tuple(int(units) for units in one.expired[month, :ages] + one.taken[month, :ages])
    return Cohort(month, int(one.issued[month]), spent, ended)


def _spendable(by: Costing) -> set[str]:
    return {*by.worths.units, *by.worths.unknown_units}


# ---- units ---------------------------------------------------------------------------------------


def _currency(by: Costing, one: CurrencyMonths) -> shape.Currency:
    result, known = by.ran.result, by.worths.units.get(one.currency)
    cohorts = cohorts_of(result, one.currency)
    found = triangles.ultimates(cohorts)
    value = None if known is None else known.exact
    months = tuple(_unit_month(by, one, at, found, value) for at in range(result.months))
    issued, spent = int(one.issued.sum()), _total(one.spent, one.given_back)
    estimated = sum(each.cohort.issued for each in found)
    shares = [
        sum((each.cohort.issued * share for each, share in pairs), start=NONE) / estimated
        for pairs in (
            [(each, each.expected) for each in found],
            [(each, each.most) for each in found],
            [(each, each.least) for each in found],
        )
        if estimated
    ]
    return shape.Currency(
        currency=_named(by, one.currency),
        value=None if known is None else known.text,
        months=months,
        issued=Amount(issued, one.decimals),
        spent=Amount(spent, one.decimals),
        expired=Amount(_total(one.expired, one.reinstated), one.decimals),
        taken_back=Amount(int(one.taken_back.sum()), one.decimals),
        adjusted=Amount(int(one.adjusted.sum()), one.decimals),
        outstanding=months[-1].outstanding if months else Amount(0, one.decimals),
        redeemed_of_issued=Fraction(spent, issued) if issued else None,
        cohorts=tuple(_row(result, one.decimals, each) for each in found),
        breakage=1 - shares[0] if shares else None,
        breakage_least=1 - shares[1] if shares else None,
        breakage_most=1 - shares[2] if shares else None,
        liability=months[-1].liability if months else None,
        liability_expected=months[-1].expected if months else None,
        deferred=None if value is None or not estimated else _deferred(by, found, value),
    )


def _unit_month(
    by: Costing,
    one: CurrencyMonths,
    at: int,
    found: tuple[Ultimate, ...],
    value: Fraction | None,
) -> shape.UnitMonth:
    def units(here: Vector, back: Vector | None = None) -> Amount:
        return Amount(int(here[at]) - (0 if back is None else int(back[at])), one.decimals)

    held = int(one.outstanding[at])
    return shape.UnitMonth(
        month=by.ran.result.month(at),
        issued=units(one.issued),
        spent=units(one.spent, one.given_back),
        expired=units(one.expired, one.reinstated),
        taken_back=units(one.taken_back),
        adjusted=units(one.adjusted),
        outstanding=units(one.outstanding),
        liability=None if value is None else by.money(held * value),
        expected=None if value is None else by.money(triangles.coming(found, at) * value),
    )


def _row(result: Result, decimals: int, one: Ultimate) -> shape.CohortRow:
    cohort = one.cohort
    return shape.CohortRow(
        month=result.month(cohort.month),
        issued=Amount(cohort.issued, decimals),
        redeemed=tuple(
            Fraction(cohort.spent_by(age), cohort.issued) for age in range(cohort.age + 1)
        ),
        least=one.least,
        expected=one.expected,
        most=one.most,
    )


def _deferred(by: Costing, found: tuple[Ultimate, ...], value: Fraction) -> shape.Deferred:
    """The whole history as one contract: sales less discounts, and the units that came with it."""
    months = by.ran.result.money_months
    price = net_sales(by.ran.result) - _total(months.discounts, months.discounts_back)
    spent = Fraction(sum(one.cohort.spent_by(one.cohort.age) for one in found))
    expected = sum((one.expected * one.cohort.issued for one in found), start=NONE)
    allocated = allocate(Fraction(price), expected * value).units
    so_far = recognised(allocated, spent, expected)
    return shape.Deferred(by.money(allocated), by.money(so_far), by.money(allocated - so_far))


def _named(by: Costing, currency: str) -> shape.Named:
    return shape.Named(currency, title(by.ran.programme.currencies[currency].title, currency))


def _total(vector: Vector, back: Vector) -> int:
    return int(vector.sum() - back.sum())


# ---- money ---------------------------------------------------------------------------------------


def _months(by: Costing) -> tuple[shape.MoneyMonth, ...]:
    result = by.ran.result
    given = _given_by_rules(by)
    return tuple(_money_month(by, at, given[at]) for at in range(result.months))


def _money_month(by: Costing, at: int, vouchers: Fraction) -> shape.MoneyMonth:
    result, money = by.ran.result, by.ran.result.money_months
    redeemed = sum(
        (
            (int(one.spent[at]) - int(one.given_back[at])) * by.worths.units[one.currency].exact
            for one in result.currencies
            if one.currency in by.worths.units
        ),
        start=NONE,
    )
    discounts = by.money(int(money.discounts[at]) - int(money.discounts_back[at]))
    spent, free = by.money(redeemed * by.per_face), by.money(vouchers * by.per_face)
    return shape.MoneyMonth(
        month=result.month(at),
        purchases=int(money.purchases[at]),
        sales=by.money(int(money.sales[at]) - int(money.returned[at])),
        discounts=discounts,
        redeemed=spent,
        vouchers=free,
        given=discounts + spent + free,
        active=int(money.active[at]),
        enrolled=int(money.enrolled[at]),
    )


def _given_by_rules(by: Costing) -> list[Fraction]:
    """By month, the face value of vouchers of rewards that have no price in units."""
    found = [NONE] * by.ran.result.months
    for one in by.ran.result.effects:
        if one.kind != "issue" or one.reward is None or _bought(by, one.reward):
            continue
        face = by.worths.rewards.get(one.reward, NONE)
        for at, count in enumerate(one.units):
            found[at] += int(count) * face
    return found


def _bought(by: Costing, reward: str) -> bool:
    return bool(by.ran.programme.rewards[reward].price)


def _vouchers(by: Costing) -> tuple[shape.Vouchers, ...]:
    counts: dict[str, int] = {}
    for one in by.ran.result.effects:
        if one.kind == "issue" and one.reward is not None:
            counts[one.reward] = counts.get(one.reward, 0) + int(one.units.sum())
    return tuple(
        shape.Vouchers(
            reward=shape.Named(key, title(by.ran.programme.rewards[key].title, key)),
            issued=count,
            bought=_bought(by, key),
            face=by.money(by.worths.rewards[key]) if key in by.worths.rewards else None,
        )
        for key, count in counts.items()
    )


def _ladders(by: Costing) -> tuple[shape.Ladder, ...]:
    programme = by.ran.programme
    found = []
    for one in by.ran.result.ladders:
        tier = programme.tiers[one.tier]
        found.append(
            shape.Ladder(
                tier=shape.Named(one.tier, title(tier.title, one.tier)),
                levels=tuple(
                    shape.Named(
                        key, title(tier.levels[key].title, key) if key in tier.levels else key
                    )
                    for key in one.levels
                ),
                months=tuple(
                    tuple(int(count) for count in one.members[:, at])
                    for at in range(by.ran.result.months)
                ),
            )
        )
    return tuple(found)


def _cost(
    by: Costing,
    months: tuple[shape.MoneyMonth, ...],
    currencies: tuple[shape.Currency, ...],
    margin: Fraction | None,
) -> shape.Cost:
    sales = net_sales(by.ran.result)
    discounts = sum((month.discounts for month in months), start=by.zero())
    redeemed = sum((month.redeemed for month in months), start=by.zero())
    vouchers = sum((month.vouchers for month in months), start=by.zero())
    liabilities = [one.liability.exact for one in currencies if one.liability is not None]
    coming = [one.liability_expected.exact for one in currencies if one.liability_expected]
    expected = by.money(sum(coming, start=NONE) * by.per_face)
    given, running = discounts + redeemed + vouchers, by.money(sales * by.stated.running)
    whole = given + expected + running
    return shape.Cost(
        discounts=discounts,
        redeemed=redeemed,
        vouchers=vouchers,
        given=given,
        owed=by.money(sum(liabilities, start=NONE) * by.per_face),
        owed_expected=expected,
        running=running,
        whole=whole,
        share_of_sales=whole.exact / sales if sales else NONE,
        share_of_margin=whole.exact / (sales * margin) if sales and margin else None,
    )

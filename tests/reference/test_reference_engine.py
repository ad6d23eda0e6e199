"""The reference itself, on cases whose answers are known by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.reference.days import day_start, local_day, number
from tests.reference.engine import Reference, Result
from tests.reference.holdings import Member
from tests.reference.rulebook import shared
from xenia.effects import Effect, Kind, LineDiscount
from xenia.events.model import Event, Line, Payment, Purchase, Redemption
from xenia.programme.ladders import Fall, Level, Tier
from xenia.programme.model import (
    Accrual,
    Budget,
    Combine,
    Currency,
    Discount,
    Earn,
    Expression,
    Gives,
    Group,
    Limit,
    Metric,
    Per,
    Percent,
    Programme,
    Reward,
    Rule,
    Then,
)
from xenia.programme.periods import (
    After,
    CalendarWindow,
    Duration,
    Ever,
    HoldFor,
    HoldToEnd,
    Inactive,
    RollingWindow,
    Unit,
)
from xenia.programme.settings import Settings, SpendAs

YEAR = CalendarWindow(Unit.YEAR)
POINT_A_UNIT = {"base": Rule(then=Then(earn={"points": Earn(units=Per(Decimal(1), Decimal(1)))}))}


def programme(**parts: object) -> Programme:
    given: dict[str, object] = {
        "id": "test",
        "money": "EUR",
        "timezone": "Europe/Athens",
        "currencies": {"points": Currency()},
        "rules": POINT_A_UNIT,
    }
    return Programme(**(given | parts))  # type: ignore[arg-type]


def instant(day: date, hour: int = 12) -> int:
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return int(moment.timestamp()) * 1_000_000


class History:
    """One member's events, told by day and amounts."""

    def __init__(self, **parts: object) -> None:
        self.reference = Reference(programme(**parts))
        self.member = Member()
        self.count = 0

    def event(self, build: Callable[..., Event], day: date, **parts: object) -> Result:
        self.count += 1
        event = build(id=f"e{self.count}", occurred_at=instant(day), **parts)
        return self.reference.decide(self.member, event)

    def buy(self, day: date, *amounts: str, category: str = "food", **parts: object) -> Result:
        lines = tuple(
            Line(
                id=str(n + 1),
                sku="s",
                category=category,
                quantity=1000,
                amount=int(Decimal(a) * 100),
            )
            for n, a in enumerate(amounts)
        )
        return self.event(Purchase, day, lines=lines, **parts)

    def wait(self, day: date) -> Result:
        return self.reference.pass_time(self.member, instant(day))


def units(result: Result, kind: Kind = Kind.EARN) -> list[tuple[str | None, int | None]]:
    return [(effect.rule, effect.units) for effect in result.effects if effect.kind is kind]


def levels(result: Result) -> list[tuple[int, str | None, int | None]]:
    tiers = [effect for effect in result.effects if effect.kind is Kind.TIER]
    return [(effect.day, effect.level, effect.expires) for effect in tiers]


# ---- days ----------------------------------------------------------------------------------------


def test_days_do_not_run_backwards_where_a_midnight_is_repeated() -> None:
    # One minute into 7 November 2010 the clocks of St John's went back to 23:01 of the 6th.
    zone = "America/St_Johns"
    midnight = datetime(2010, 11, 7, 2, 30, tzinfo=UTC)
    repeated = midnight + timedelta(minutes=30)
    assert local_day(zone, micros(midnight) - 1) == date(2010, 11, 6)
    assert local_day(zone, micros(midnight)) == date(2010, 11, 7)
    assert local_day(zone, micros(repeated)) == date(2010, 11, 7)


def test_a_day_that_does_not_exist_has_no_length() -> None:
    zone = "Pacific/Apia"
    assert day_start(zone, date(2011, 12, 30)) == day_start(zone, date(2011, 12, 31))
    assert local_day(zone, day_start(zone, date(2011, 12, 30)) - 1) == date(2011, 12, 29)
    assert local_day(zone, day_start(zone, date(2011, 12, 30))) == date(2011, 12, 31)


def micros(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


# ---- splits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (5, [1, 2, 2], [1, 2, 2]),
        (7, [3, 3, 4], [2, 2, 3]),
        (2, [1, 1, 1, 1], [1, 1, 0, 0]),
        (1, [0, 5, 5], [0, 1, 0]),
        (0, [0, 0], [0, 0]),
    ],
)
def test_largest_remainder(total: int, weights: list[int], shares: list[int]) -> None:
    assert shared(total, weights) == shares


def test_a_discount_is_split_over_lines_to_the_last_cent() -> None:
    rules = {"ten": Rule(then=Then(discount=Discount(amount=Decimal(10))))}
    result = History(rules=rules).buy(date(2020, 5, 5), "20", "20", "20")
    assert result.payable is not None
    assert [line.discount for line in result.payable.lines] == [334, 333, 333]
    assert result.payable.lines[0].discounts == (LineDiscount("ten", 334),)
    assert (result.payable.total, result.payable.to_pay) == (6000, 5000)


def test_the_second_percentage_is_taken_of_what_the_first_leaves() -> None:
    rules = {
        "a": Rule(then=Then(discount=Discount(percent=Decimal(50)))),
        "b": Rule(then=Then(discount=Discount(percent=Decimal(10)))),
    }
    result = History(rules=rules).buy(date(2020, 5, 5), "30")
    taken = [(effect.rule, effect.amount) for effect in result.effects]
    assert taken == [("a", 1500), ("b", 150)]


def test_a_price_is_what_is_paid_in_the_end() -> None:
    rules = {
        "half": Rule(priority=1, then=Then(discount=Discount(percent=Decimal(50)))),
        "price": Rule(then=Then(discount=Discount(price=Decimal(9)))),
    }
    result = History(rules=rules).buy(date(2020, 5, 5), "10", "30")
    # Two pieces at 9.00 each are 18.00, of which the first rule left 20.00.
    taken = [(effect.rule, effect.amount) for effect in result.effects]
    assert taken == [("half", 2000), ("price", 200)]


# ---- accruals ------------------------------------------------------------------------------------


def test_the_purchase_that_crosses_the_threshold_still_earns_as_before() -> None:
    rate = {"basic": 2, "top": 3}
    rules = {
        level: Rule(
            when=Expression(f'tier.status == "{level}"'),
            then=Then(earn={"points": Earn(units=Per(Decimal(rate[level]), Decimal(1)))}),
        )
        for level in rate
    }
    history = History(
        rules=rules,
        metrics={"year": Metric(sum=Expression("spent"), over=YEAR)},
        tiers={
            "status": Tier(levels={"basic": Level(), "top": Level(any={"year": Decimal(3500)})})
        },
    )
    assert units(history.buy(date(2020, 3, 1), "3400")) == [("basic", 6800)]
    crossing = history.buy(date(2020, 3, 2), "200")
    assert units(crossing) == [("basic", 400)]
    assert levels(crossing) == [(number(date(2020, 3, 2)), "top", None)]
    assert units(history.buy(date(2020, 12, 31), "10")) == [("top", 30)]
    # Without a hold the level lasts while it is earned: to the end of the year.
    turned = history.buy(date(2021, 1, 5), "10")
    assert levels(turned) == [(number(date(2021, 1, 1)), "basic", None)]
    assert units(turned) == [("basic", 20)]


def test_a_multiplier_rounds_what_it_adds_with_what_it_multiplies() -> None:
    rules = {
        "base": Rule(then=Then(earn={"points": Earn(units=Percent(Decimal("12.5")))})),
        "more": Rule(then=Then(multiply={"points": Decimal("1.5")})),
    }
    result = History(rules=rules).buy(date(2020, 5, 5), "20")
    # Exactly 2.5 points, and 3.75 with the multiplier: 2 and 3 rounded down.
    assert units(result) == [("base", 2), ("more", 1)]
    assert [effect.accrual for effect in result.effects] == ["base", "bonus"]


def test_a_multiplier_sees_an_accrual_as_its_limit_cut_it() -> None:
    rules = {
        "base": Rule(
            limits=(Limit(per="day", units=Decimal(10)),),
            then=Then(earn={"points": Earn(units=Per(Decimal(1), Decimal(1)))}),
        ),
        "double": Rule(then=Then(multiply={"points": Decimal(2)})),
    }
    history = History(rules=rules)
    assert units(history.buy(date(2020, 5, 5), "7")) == [("base", 7), ("double", 7)]
    assert units(history.buy(date(2020, 5, 5), "7")) == [("base", 3), ("double", 3)]
    assert units(history.buy(date(2020, 5, 5), "7")) == []
    assert units(history.buy(date(2020, 5, 6), "7")) == [("base", 7), ("double", 7)]


def test_the_best_of_a_group_is_the_one_worth_most() -> None:
    def earning(currency: str, rate: int) -> Rule:
        return Rule(
            group="rates", then=Then(earn={currency: Earn(units=Per(Decimal(rate), Decimal(1)))})
        )

    history = History(
        currencies={
            "points": Currency(value=Decimal("0.01")),
            "stars": Currency(value=Decimal("0.5")),
        },
        groups={"rates": Group(combine=Combine.BEST)},
        rules={"a": earning("points", 40), "b": earning("stars", 1)},
    )
    assert units(history.buy(date(2020, 5, 5), "10")) == [("b", 10)]


def test_paying_with_a_reward_does_not_earn() -> None:
    history = History()
    payments = (Payment(method="reward", amount=333), Payment(method="cash", amount=667))
    result = history.buy(date(2020, 5, 5), "10", payments=payments)
    assert units(result) == [("base", 6)]


# ---- the claim to spend --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spend_as", "discount", "tendered", "earned"),
    [(SpendAs.DISCOUNT, 100, 0, 19), (SpendAs.TENDER, 0, 100, 19)],
)
def test_spent_units_pay_and_do_not_earn(
    spend_as: SpendAs, discount: int, tendered: int, earned: int
) -> None:
    history = History(
        currencies={"points": Currency(value=Decimal("0.1"))}, settings=Settings(spend_as=spend_as)
    )
    history.buy(date(2020, 5, 5), "30")
    result = history.buy(date(2020, 5, 6), "20", spend={"points": "10"})
    assert result.payable is not None
    assert (result.payable.discount, result.payable.tendered) == (discount, tendered)
    assert units(result) == [("base", earned)]
    assert result.wallet == {"points": (30 - 10 + earned, 0, 0)}


def test_claims_are_refused_by_name() -> None:
    history = History(currencies={"points": Currency(value=Decimal(1)), "stars": Currency()})
    history.buy(date(2020, 5, 5), "30")
    for spend, code in (
        ({"gold": "1"}, "unknown-currency"),
        ({"stars": "1"}, "not-spendable"),
        ({"points": "0"}, "nothing-to-spend"),
        ({"points": "31"}, "insufficient-balance"),
        ({"points": "9"}, "more-than-the-bill"),
    ):
        result = history.buy(date(2020, 5, 5), "8", spend=spend)
        assert result.refusals == ((code, "spend"),)
        assert units(result, Kind.SPEND) == []
        history.member = Member()
        history.buy(date(2020, 5, 5), "30")


# ---- lots and time -------------------------------------------------------------------------------


def test_lots_of_31_january_end_on_the_last_of_february() -> None:
    history = History(currencies={"points": Currency(expires=After(Duration(months=1)))})
    assert history.buy(date(2019, 1, 31), "5").effects[0].expires == number(date(2019, 2, 28))
    result = history.wait(date(2019, 3, 1))
    assert [(effect.day, effect.units) for effect in result.effects] == [
        (number(date(2019, 2, 28)), 5)
    ]
    assert result.wallet == {"points": (0, 0, 0)}


def test_pending_units_keep_the_age_of_the_day_they_were_earned_on() -> None:
    points = Currency(pending=Duration(days=14), expires=After(Duration(days=30)))
    history = History(currencies={"points": points})
    day = date(2020, 5, 1)
    earned = history.buy(day, "5")
    assert earned.wallet == {"points": (0, 5, 0)}
    assert earned.effects[0].available == number(date(2020, 5, 15))
    assert history.wait(date(2020, 5, 15)).wallet == {"points": (5, 0, 0)}
    gone = history.wait(date(2020, 12, 1))
    assert [(effect.kind, effect.day) for effect in gone.effects] == [
        (Kind.EXPIRE, number(date(2020, 5, 31)))
    ]


def test_whatever_is_earned_keeps_all_lots_from_ending_by_inactivity() -> None:
    history = History(currencies={"points": Currency(expires=Inactive(Duration(months=2)))})
    history.buy(date(2020, 1, 31), "5")
    assert history.buy(date(2020, 3, 30), "5").wallet == {"points": (10, 0, 0)}
    gone = history.wait(date(2021, 1, 1))
    assert [(effect.day, effect.units) for effect in gone.effects] == [
        (number(date(2020, 5, 30)), 5),
        (number(date(2020, 5, 30)), 5),
    ]


def test_lots_that_end_at_midnight_still_count_for_that_days_rewards() -> None:
    points = Currency(pending=Duration(days=10), expires=After(Duration(days=20)))
    reward = Reward(gives=Gives(gift_card=Decimal(5)), price={"points": Decimal(8)}, automatic=True)
    history = History(currencies={"points": points}, rewards={"card": reward})
    history.buy(date(2020, 5, 1), "5")
    history.buy(date(2020, 5, 11), "5")
    result = history.wait(date(2020, 5, 21))
    kinds = [(effect.kind, effect.units, effect.day) for effect in result.effects]
    day = number(date(2020, 5, 21))
    assert kinds == [
        (Kind.ACTIVATE, 5, day),
        (Kind.SPEND, 8, day),
        (Kind.ISSUE, None, day),
    ]
    assert result.wallet == {"points": (2, 0, 0)}


def test_a_redemption_spends_the_lots_that_end_first() -> None:
    rules = POINT_A_UNIT | {
        "short": Rule(
            when=Expression('channel == "app"'),
            then=Then(
                earn={
                    "points": Earn(
                        units=Expression("3"),
                        kind=Accrual.BONUS,
                        expires=After(Duration(days=5)),
                    )
                }
            ),
        )
    }
    reward = Reward(gives=Gives(gift_card=Decimal(5)), price={"points": Decimal(2)})
    history = History(rules=rules, rewards={"mug": reward})
    history.buy(date(2020, 5, 1), "5", channel="app")
    result = history.event(Redemption, date(2020, 5, 2), reward="mug", quantity=2)
    assert [effect.kind for effect in result.effects] == [Kind.SPEND, Kind.ISSUE, Kind.ISSUE]
    assert [(lot.units, lot.end) for lot in history.member.purses["points"].lots] == [(4, None)]
    refused = history.event(Redemption, date(2020, 5, 3), reward="mug", quantity=9)
    assert refused.refusals == (("insufficient-balance", "redemption"),)
    assert len(refused.vouchers) == 2


# ---- metrics and tiers ---------------------------------------------------------------------------


def test_windows_are_half_open() -> None:
    metrics = {
        "days": Metric(count=True, over=RollingWindow(Duration(days=2))),
        "month": Metric(count=True, over=RollingWindow(Duration(months=1))),
        "year": Metric(count=True, over=YEAR),
        "ever": Metric(max=Expression("spent"), over=Ever()),
    }
    history = History(metrics=metrics)
    history.buy(date(2019, 1, 31), "5")
    assert history.wait(date(2019, 2, 1)).metrics["days"] == 1
    assert history.wait(date(2019, 2, 2)).metrics["days"] == 0
    assert history.wait(date(2019, 2, 27)).metrics["month"] == 1
    assert history.wait(date(2019, 2, 28)).metrics["month"] == 0
    assert history.wait(date(2019, 12, 31)).metrics["year"] == 1
    assert history.wait(date(2020, 1, 1)).metrics == {"days": 0, "month": 0, "year": 0, "ever": 500}


def test_a_streak_lasts_through_the_unit_that_is_still_empty() -> None:
    history = History(metrics={"weeks": Metric(streak=Unit.WEEK)})
    monday = date(2020, 6, 1)
    results = [history.buy(monday + timedelta(days=9 * week), "5") for week in range(3)]
    assert [result.metrics["weeks"] for result in results] == [1, 2, 3]
    assert history.wait(date(2020, 6, 28)).metrics == {"weeks": 3}
    assert history.wait(date(2020, 6, 29)).metrics == {"weeks": 0}


def held(holds: HoldFor | HoldToEnd, falls: Fall = Fall.TO_EARNED) -> Mapping[str, Tier]:
    rungs = {
        "basic": Level(),
        "silver": Level(any={"n": Decimal(1)}),
        "gold": Level(any={"n": Decimal(2)}),
    }
    return {"status": Tier(levels=rungs, holds=holds, falls=falls)}


def test_months_of_a_hold_are_counted_from_the_first_day() -> None:
    monthly = {"n": Metric(count=True, over=CalendarWindow(Unit.MONTH))}
    tiers = held(HoldFor(Duration(months=1)), Fall.ONE_LEVEL)
    history = History(metrics=monthly, tiers=tiers)
    history.buy(date(2019, 1, 31), "5")
    won = history.buy(date(2019, 1, 31), "5")
    assert levels(won) == [(number(date(2019, 1, 31)), "gold", number(date(2019, 2, 28)))]
    assert levels(history.wait(date(2019, 12, 1))) == [
        (number(date(2019, 2, 28)), "silver", number(date(2019, 3, 31))),
        (number(date(2019, 3, 31)), "basic", None),
    ]


def test_a_level_of_the_year_and_the_next_is_reviewed_by_the_year_that_ends() -> None:
    history = History(
        metrics={"n": Metric(count=True, over=YEAR)}, tiers=held(HoldToEnd(Unit.YEAR, 1))
    )
    history.buy(date(2019, 2, 1), "5")
    assert history.buy(date(2019, 2, 2), "5").tiers == {
        "status": ("gold", number(date(2021, 1, 1)))
    }
    history.buy(date(2020, 11, 1), "5")
    # Silver was earned in 2020, so gold becomes silver, to the end of 2021.
    assert levels(history.wait(date(2021, 6, 1))) == [
        (number(date(2021, 1, 1)), "silver", number(date(2022, 1, 1)))
    ]
    assert levels(history.wait(date(2022, 6, 1))) == [(number(date(2022, 1, 1)), "basic", None)]


def test_a_late_event_counts_on_its_own_day() -> None:
    metrics = {"month": Metric(count=True, over=CalendarWindow(Unit.MONTH))}
    limits = (Limit(per="day", times=1),)
    rules = {"daily": Rule(limits=limits, then=Then(earn={"points": Earn(units=Expression("4"))}))}
    history = History(metrics=metrics, rules=rules)
    history.buy(date(2020, 5, 10), "5")
    assert units(history.buy(date(2020, 5, 10), "5")) == []
    late = history.buy(date(2020, 4, 30), "5")
    assert units(late) == [("daily", 4)]
    assert late.metrics == {"month": 2}
    assert late.effects[0] == Effect(
        kind=Kind.EARN,
        day=number(date(2020, 4, 30)),
        rule="daily",
        currency="points",
        units=4,
        accrual="base",
    )


# ---- what all members share ----------------------------------------------------------------------


def test_a_budget_is_for_all_members_and_no_month_is_forgotten() -> None:
    budget = (Budget(units=Decimal(100), per="month"),)
    rules = {"base": replace(POINT_A_UNIT["base"], budget=budget)}
    history = History(rules=rules)
    assert units(history.buy(date(2026, 1, 5), "60")) == [("base", 60)]
    ann, history.member = history.member, Member()
    assert units(history.buy(date(2026, 1, 31), "60")) == [("base", 40)]
    assert units(history.buy(date(2026, 2, 1), "60")) == [("base", 60)]
    assert units(history.buy(date(2026, 5, 1), "60")) == [("base", 60)]
    history.member = ann
    assert units(history.buy(date(2026, 1, 6), "60")) == []
    assert units(history.buy(date(2026, 2, 2), "60")) == [("base", 40)]


def test_a_group_shares_its_budget_of_times() -> None:
    rule = Rule(then=Then(earn={"points": Earn(units=Expression("4"))}), group="all")
    groups = {"all": Group(budget=(Budget(times=3),))}
    history = History(rules={"a": rule, "b": rule}, groups=groups)
    assert units(history.buy(date(2026, 1, 5), "1")) == [("a", 4), ("b", 4)]
    history.member = Member()
    assert units(history.buy(date(2026, 1, 6), "1")) == [("a", 4)]
    assert units(history.buy(date(2027, 1, 7), "1")) == []


def test_a_stock_is_redeemed_before_rules_issue_the_rest() -> None:
    rewards = {
        "mug": Reward(price={"points": Decimal(1)}, stock=4, gives=Gives(gift_card=Decimal(1)))
    }
    issue = Rule(on="redemption", then=Then(issue="mug"))
    history = History(rules={**POINT_A_UNIT, "x": issue, "y": issue}, rewards=rewards)
    history.buy(date(2026, 1, 5), "60")
    five = history.event(Redemption, date(2026, 1, 5), reward="mug", quantity=5)
    assert (five.effects, five.refusals) == ((), (("out-of-stock", "redemption"),))
    three = history.event(Redemption, date(2026, 1, 5), reward="mug", quantity=3)
    assert units(three, Kind.ISSUE) == [(None, None)] * 3 + [("x", None)]
    history.member = Member()
    one = history.event(Redemption, date(2026, 1, 6), reward="mug", quantity=1)
    assert one.refusals == (("out-of-stock", "redemption"),)

"""Returns of the reference, on cases whose answers are known by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest

from tests.reference.days import number
from tests.reference.engine import Result
from tests.reference.holdings import Lot, Member
from tests.reference.test_reference_engine import (
    POINT_A_UNIT,
    YEAR,
    History,
    instant,
    levels,
    units,
)
from xenia.effects import Kind, Refund
from xenia.events.model import (
    Cancel,
    Grant,
    Hold,
    Line,
    Payment,
    Profile,
    Purchase,
    Redemption,
    Return,
)
from xenia.events.parts import Charge, EventKey, LineBack
from xenia.programme.ladders import Fall, Level, Tier
from xenia.programme.model import (
    Budget,
    Currency,
    Discount,
    Earn,
    Expression,
    Gives,
    Limit,
    Metric,
    Per,
    Reward,
    Rule,
    Then,
)
from xenia.programme.periods import (
    After,
    Duration,
    EndOf,
    HoldForEver,
    HoldToEnd,
    Inactive,
    RollingWindow,
    Unit,
)
from xenia.programme.settings import Settings, SpendAs

MAY = date(2020, 5, 5)
A_WHILE = Duration(days=30)
MUG = {"mug": Reward(gives=Gives(gift_card=Decimal(5)), price={"points": Decimal(30)})}
TENTH_FROM_100 = {
    "tenth": Rule(
        when=Expression("basket.amount >= 100"), then=Then(discount=Discount(percent=Decimal(10)))
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms(Settings):
    """With the settings of returns."""

    below_zero: str = "deficit"  # type: ignore[assignment,unused-ignore]
    given_back_lasts: Duration = A_WHILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder(Tier):
    returns: str = "now"  # type: ignore[assignment,unused-ignore]


class Story(History):
    def give_back(
        self,
        of: str,
        *lines: str | tuple[str, int],
        on: date = MAY,
        amount: int | None = None,
    ) -> Result:
        """Return lines, each whole or so many thousandths of it; without any, all."""
        backs = tuple(
            LineBack(line=line) if isinstance(line, str) else LineBack(line[0], None, line[1])
            for line in lines
        )
        every = not lines and amount is None
        return self.event(Return, on, of=EventKey(of), lines=backs, all=every, amount=amount)

    def cancel(self, of: str, on: date = MAY) -> Result:
        return self.event(Cancel, on, of=EventKey(of))

    def buy_pieces(self, quantity: int, amount: int, on: date = MAY, **parts: object) -> Result:
        line = Line(id="1", sku="s", category="food", quantity=quantity, amount=amount)
        return self.event(Purchase, on, lines=(line,), **parts)

    @property
    def lots(self) -> list[Lot]:
        return sorted(self.member.purses["points"].lots, key=lambda lot: lot.earned)


def taken(result: Result) -> list[int | None]:
    return [effect.units for effect in result.effects if effect.kind is Kind.TAKE_BACK]


def given(result: Result) -> list[int | None]:
    return [effect.units for effect in result.effects if effect.kind is Kind.GIVE_BACK]


def balance(result: Result) -> int:
    return result.wallet["points"][0]


# ---- what is left --------------------------------------------------------------------------------


def test_one_of_two_lines_comes_back() -> None:
    story = Story()
    story.buy(MAY, "10", "20")
    result = story.give_back("e1", "1", on=date(2020, 5, 9))
    assert [(e.kind, e.rule, e.units, e.day) for e in result.effects] == [
        (Kind.TAKE_BACK, "base", 10, number(date(2020, 5, 9)))
    ]
    assert result.refund == (Refund("other", 1000),)
    assert result.payable is None
    assert balance(result) == 20


def test_parts_add_up_to_the_whole() -> None:
    story = Story()
    story.buy_pieces(3000, 1000)
    results = [story.give_back("e1", ("1", 1000)) for _ in range(3)]
    # 10.00 less 3.33, less 6.67: 6.67 and 3.33 are left, then nothing.
    assert [result.refund for result in results] == [
        (Refund("other", 333),),
        (Refund("other", 334),),
        (Refund("other", 333),),
    ]
    assert [taken(result) for result in results] == [[4], [3], [3]]
    assert story.give_back("e1", "1").refusals == (("nothing-left", "return"),)


def test_what_is_returned_once_cannot_be_returned_again() -> None:
    story = Story()
    story.buy(MAY, "10", "20")
    assert taken(story.give_back("e1", "2")) == [20]
    assert story.give_back("e1", "2").refusals == (("nothing-left", "return"),)
    assert taken(story.give_back("e1")) == [10]
    assert story.give_back("e1").refusals == (("nothing-left", "return"),)
    assert story.cancel("e1").refusals == (("nothing-left", "cancel"),)


@pytest.mark.parametrize(
    ("back", "code"),
    [
        (LineBack("3"), "unknown-line"),
        (LineBack(None, "other"), "unknown-line"),
        (LineBack("1", None, 1001), "more-than-left"),
        (LineBack(None, "s", 2001), "more-than-left"),
        (LineBack("1", None, 0), "nothing-to-return"),
    ],
)
def test_what_cannot_be_returned_changes_nothing(back: LineBack, code: str) -> None:
    story = Story()
    story.buy(MAY, "10", "20")
    lines = LineBack("2"), back
    result = story.event(Return, MAY, of=EventKey("e1"), lines=lines)
    assert (result.refusals, result.effects, result.refund) == (((code, "return"),), (), ())
    assert balance(result) == 30
    assert taken(story.give_back("e1")) == [30]


def test_lines_of_a_sku_come_back_in_their_order() -> None:
    story = Story()
    story.buy(MAY, "10", "20")
    back = LineBack(None, "s", 1500)
    assert taken(story.event(Return, MAY, of=EventKey("e1"), lines=(back,))) == [20]


def test_a_lower_price_is_what_a_later_part_is_of() -> None:
    story = Story()
    story.buy_pieces(2000, 2000)
    result = story.give_back("e1", amount=500)
    assert (taken(result), result.refund) == ([5], (Refund("other", 500),))
    result = story.give_back("e1", ("1", 1000))
    assert (taken(result), result.refund) == ([8], (Refund("other", 750),))  # 7.50 are left
    assert story.give_back("e1", amount=751).refusals == (("more-than-left", "return"),)
    assert story.give_back("e1", "1").refund == (Refund("other", 750),)


def test_a_lower_price_after_a_part_was_returned() -> None:
    line = Line(id="1", sku="s", category="food", quantity=3000, amount=3000, tax=300)
    story = Story()
    story.event(Purchase, MAY, lines=(line,), prices="net")  # 33.00
    assert story.give_back("e1", ("1", 1000)).refund == (Refund("other", 1100),)
    # 20.00 and 2.00 are left: 15.00 and 2.00, and then half of these.
    assert story.give_back("e1", amount=500).refund == (Refund("other", 500),)
    assert story.give_back("e1", ("1", 1000)).refund == (Refund("other", 850),)
    assert story.give_back("e1", "1").refund == (Refund("other", 850),)


def test_a_charge_stays_unless_all_comes_back() -> None:
    story = Story()
    story.buy(MAY, "10", charges=(Charge(kind="delivery", amount=300),))
    assert story.give_back("e1", "1").refund == (Refund("other", 1000),)
    assert story.give_back("e1").refund == (Refund("other", 300),)
    assert story.give_back("e1").refusals == (("nothing-left", "return"),)


# ---- money ---------------------------------------------------------------------------------------


def test_what_is_left_is_below_the_threshold_of_a_discount() -> None:
    story = Story(rules=TENTH_FROM_100)
    story.buy(MAY, "60", "50")  # 99.00 are paid
    assert story.give_back("e1", "2").refund == (Refund("other", 3900),)
    assert story.give_back("e1", "1").refund == (Refund("other", 6000),)


def test_nothing_is_paid_for_a_return() -> None:
    story = Story(rules=TENTH_FROM_100)
    story.buy(MAY, "99", "1")  # 90.00 are paid
    assert story.give_back("e1", "2").refund == ()
    assert story.give_back("e1", "1").refund == (Refund("other", 9000),)


def test_money_goes_back_the_way_it_came() -> None:
    story = Story()
    payments = Payment(method="cash", amount=1000), Payment(method="bank-card")
    story.buy(MAY, "10", "20", payments=payments)
    result = story.give_back("e1", "1")
    assert result.refund == (Refund("cash", 333), Refund("bank-card", 667))
    result = story.give_back("e1", "2")
    assert result.refund == (Refund("cash", 667), Refund("bank-card", 1333))


def test_what_was_paid_with_a_reward_still_does_not_earn() -> None:
    story = Story()
    payments = Payment(method="reward", amount=1000), Payment(method="cash")
    assert units(story.buy(MAY, "10", "20", payments=payments)) == [("base", 20)]
    # A third is gone, so the payment counts as 6.67: 20.00 less that are 13 points.
    assert taken(story.give_back("e1", "1")) == [7]


# ---- units ---------------------------------------------------------------------------------------


def test_spent_points_leave_a_deficit_that_is_filled_next() -> None:
    story = Story(rewards=MUG)
    story.buy(MAY, "40")
    story.event(Redemption, MAY, reward="mug")
    result = story.give_back("e1")
    assert (taken(result), balance(result)) == ([40], -30)
    assert story.event(Hold, MAY).refusals == (("nothing-to-hold", "hold"),)
    assert balance(story.buy(MAY, "20")) == -10
    assert balance(story.buy(MAY, "15")) == 5
    assert [lot.units for lot in story.lots] == [5]


@pytest.mark.parametrize(
    ("below_zero", "refused", "left"), [("absorbed", False, 0), ("refused", True, 10)]
)
def test_what_is_missing_goes_as_the_setting_says(
    below_zero: str, refused: bool, left: int
) -> None:
    story = Story(rewards=MUG, settings=Terms(below_zero=below_zero))
    story.buy(MAY, "40")
    story.event(Redemption, MAY, reward="mug")
    result = story.give_back("e1")
    assert balance(result) == left
    assert taken(result) == ([] if refused else [10])
    assert (result.refusals == (("insufficient-balance", "return"),)) is refused
    assert bool(result.refund) is not refused
    if refused:
        story.buy(MAY, "50")
        assert taken(story.give_back("e1")) == [40]


def test_units_of_other_days_are_taken_in_spending_order() -> None:
    story = Story(rewards=MUG)
    story.buy(date(2020, 5, 1), "10")
    story.buy(date(2020, 5, 2), "30")
    story.buy(date(2020, 5, 3), "30")
    story.event(Redemption, MAY, reward="mug")  # the lot of the 1st, 20 of that of the 2nd
    assert taken(story.give_back("e2")) == [30]
    assert [(lot.earned.day, lot.units) for lot in story.lots] == [(3, 10)]


def test_held_units_of_the_purchase_are_taken_after_those_that_can_be_used() -> None:
    story = Story()
    story.buy(MAY, "10")
    story.event(Hold, MAY, units="6")
    assert taken(story.give_back("e1", amount=500)) == [5]
    purse = story.member.purses["points"]
    assert (purse.balance, purse.kept) == (0, 5)


def test_pending_units_are_taken_from_what_is_pending() -> None:
    story = Story(currencies={"points": Currency(pending=Duration(days=14))})
    story.buy(MAY, "10", "20")
    story.buy(MAY, "5")
    assert story.give_back("e1", "2").wallet["points"] == (0, 15, 0)
    assert story.wait(date(2020, 6, 1)).wallet["points"] == (15, 0, 0)
    assert story.give_back("e1", "1", on=date(2020, 6, 1)).wallet["points"] == (5, 0, 0)


def test_units_that_have_ended_are_not_taken_again() -> None:
    ending = {"points": Currency(expires=After(Duration(days=10)))}
    story = Story(currencies=ending)
    story.buy(MAY, "10")
    story.buy(date(2020, 5, 10), "7")
    result = story.give_back("e1", on=date(2020, 5, 15))
    assert (taken(result), balance(result)) == ([], 7)
    story = Story(currencies={"points": Currency(expires=Inactive(Duration(days=10)))})
    story.buy(MAY, "10")
    story.buy(date(2020, 5, 20), "7")
    result = story.give_back("e1", on=date(2020, 5, 21))
    assert (taken(result), balance(result)) == ([], 7)


def test_a_part_of_the_spent_units_comes_back() -> None:
    settings = Terms(spend_as=SpendAs.TENDER, given_back_lasts=Duration(days=5))
    currency = Currency(value=Decimal(1), expires=After(Duration(days=40)))
    story = Story(settings=settings, currencies={"points": currency})
    story.buy(date(2020, 5, 1), "6")
    story.buy(date(2020, 5, 2), "6")
    # 20.00, of which 10.00 by points: 6 of the first day and 4 of the second.
    assert units(story.buy(MAY, "15", "5", spend={"points": "10"})) == [("base", 10)]
    result = story.give_back("e3", "2", on=date(2020, 6, 8))
    # A quarter is gone: floor(2.5) units come back, of the second day; 15.00 less 8.00 earn 7.
    assert (given(result), taken(result)) == ([2], [3])
    assert result.refund == (Refund("other", 300),)
    assert [(lot.earned, lot.end, lot.units) for lot in story.lots] == [
        (date(2020, 5, 2), date(2020, 6, 11), 2),
        (date(2020, 5, 2), date(2020, 6, 13), 2),
        (MAY, date(2020, 6, 14), 7),
    ]
    result = story.give_back("e3", "1", on=date(2020, 6, 8))
    assert (given(result), taken(result)) == ([8], [7])
    assert [(lot.earned, lot.end, lot.units) for lot in story.lots] == [
        (date(2020, 5, 1), date(2020, 6, 13), 6),
        (date(2020, 5, 2), date(2020, 6, 11), 2),
        (date(2020, 5, 2), date(2020, 6, 13), 4),
    ]


def test_a_redemption_is_cancelled_once_with_what_it_issued() -> None:
    story = Story(rewards=MUG)
    story.buy(MAY, "40")
    story.event(Redemption, MAY, reward="mug")
    assert story.give_back("e2").refusals == (("not-returnable", "return"),)
    result = story.cancel("e2")
    assert (given(result), balance(result)) == ([30], 40)
    assert story.cancel("e2").refusals == (("nothing-left", "cancel"),)


def test_what_a_profile_earned_is_cancelled() -> None:
    ten = {"ten": Rule(on="profile", then=Then(earn={"points": Earn(units=Expression("10"))}))}
    story = Story(rules=ten)
    story.event(Profile, MAY)
    assert taken(story.cancel("e1")) == [10]
    assert story.cancel("e1").refusals == (("nothing-left", "cancel"),)


# ---- inputs of the first time, limits, budgets, metrics ------------------------------------------


def test_a_return_is_decided_by_the_level_of_then() -> None:
    rules = {
        "basic": Rule(
            when=Expression('tier.status == "basic"'),
            then=Then(earn={"points": Earn(units=Per(Decimal(1), Decimal(1)))}),
        ),
        "top": Rule(
            when=Expression('tier.status == "top"'),
            then=Then(earn={"points": Earn(units=Per(Decimal(5), Decimal(1)))}),
        ),
    }
    story = Story(rules=rules, **status(100))
    assert units(story.buy(MAY, "90")) == [("basic", 90)]
    assert units(story.buy(MAY, "20")) == [("basic", 20)]
    assert units(story.buy(MAY, "10", "10")) == [("top", 100)]
    assert taken(story.give_back("e1", amount=500)) == [5]
    assert taken(story.give_back("e3", "1")) == [50]


def test_a_limit_and_a_budget_have_their_room_again() -> None:
    limited = Limit(per="month", units=Decimal(10))
    for parts in ({"limits": (limited,)}, {"budget": (Budget(per="month", units=Decimal(10)),)}):
        earn = {"points": Earn(units=Per(Decimal(1), Decimal(1)))}
        story = Story(rules={"base": Rule(then=Then(earn=earn), **parts)})
        assert units(story.buy(MAY, "4", "4")) == [("base", 8)]
        assert units(story.buy(MAY, "4")) == [("base", 2)]
        assert taken(story.give_back("e1", "1")) == [4]
        # The second was decided with room for 2; its return does not give it more.
        assert taken(story.give_back("e2", amount=100)) == []
        assert units(story.buy(MAY, "9")) == [("base", 4)]


def test_metrics_follow_in_the_unit_of_the_purchase() -> None:
    story = Story(
        metrics={
            "year": Metric(sum=Expression("spent"), over=YEAR),
            "most": Metric(max=Expression("spent"), over=YEAR),
            "ways": Metric(
                distinct=Expression("channel"), values=("web", "store", "app"), over=YEAR
            ),
        }
    )
    story.buy(date(2020, 5, 1), "10", "5", channel="web")
    story.buy(MAY, "7", channel="web")
    story.buy(MAY, "1", channel="app")
    assert story.give_back("e1", "1").metrics == {"year": 1300, "most": 1500, "ways": 2}
    assert story.give_back("e1").metrics == {"year": 800, "most": 1500, "ways": 2}
    assert story.give_back("e2").metrics == {"year": 100, "most": 1500, "ways": 1}
    story.buy(date(2021, 2, 1), "3")
    result = story.give_back("e3", on=date(2021, 2, 2))
    assert result.metrics == {"year": 300, "most": 300, "ways": 0}


# ---- levels --------------------------------------------------------------------------------------


def status(*thresholds: int, returns: str = "now") -> Mapping[str, object]:
    names = ("top", "summit")
    levels = {
        name: Level(any={"year": Decimal(need)})
        for name, need in zip(names, thresholds, strict=False)
    }
    return {
        "metrics": {"year": Metric(sum=Expression("spent"), over=YEAR)},
        "tiers": {
            "status": Ladder(
                levels={"basic": Level(), **levels},
                holds=HoldToEnd(Unit.YEAR, 1),
                returns=returns,
            )
        },
    }


def day_of(story: Story) -> tuple[int, date | None]:
    tenure = story.member.tenures["status"]
    return tenure.place, tenure.until


def test_a_level_is_lost_with_what_it_was_won_with() -> None:
    story = Story(**status(100))
    story.buy(MAY, "60")
    story.buy(MAY, "60")
    assert levels(story.give_back("e1", amount=2000, on=date(2020, 6, 1))) == []
    result = story.give_back("e2", amount=1, on=date(2020, 6, 2))
    assert levels(result) == [(number(date(2020, 6, 2)), "basic", None)]


def test_what_is_bought_later_in_the_unit_keeps_the_level() -> None:
    story = Story(**status(100))
    story.buy(MAY, "100")
    story.buy(date(2020, 7, 1), "50")
    assert levels(story.give_back("e1", amount=5000, on=date(2020, 8, 1))) == []
    # In the next year the level is still that of 2020.
    story.buy(date(2021, 7, 1), "99")
    assert levels(story.give_back("e3", on=date(2021, 8, 1))) == []
    assert levels(story.give_back("e2", on=date(2021, 8, 1))) == [
        (number(date(2021, 8, 1)), "basic", None)
    ]


def test_what_is_earned_now_keeps_the_level() -> None:
    story = Story(**status(100))
    story.buy(MAY, "100")
    story.buy(date(2021, 7, 1), "99")
    story.buy(date(2021, 7, 1), "1")
    assert day_of(story) == (1, date(2023, 1, 1))
    # Won anew by 2021, to which the return of 2020 is nothing.
    assert levels(story.give_back("e1", on=date(2021, 8, 1))) == []
    assert day_of(story) == (1, date(2023, 1, 1))


def test_a_longer_hold_is_lost_to_the_one_before() -> None:
    story = Story(**status(100))
    story.buy(MAY, "100")
    story.buy(date(2021, 7, 1), "100")
    assert levels(story.give_back("e2", on=date(2021, 8, 1))) == []
    assert day_of(story) == (1, date(2022, 1, 1))
    assert levels(story.wait(date(2022, 1, 1))) == [(number(date(2022, 1, 1)), "basic", None)]


def test_a_climb_is_lost_to_the_level_held_before() -> None:
    story = Story(**status(100, 1000))
    story.buy(MAY, "100")
    story.buy(date(2021, 7, 1), "1000")
    assert day_of(story) == (2, date(2023, 1, 1))
    result = story.give_back("e2", on=date(2021, 8, 1))
    assert levels(result) == [
        (number(date(2021, 8, 1)), "top", number(date(2022, 1, 1))),
    ]
    assert day_of(story) == (1, date(2022, 1, 1))


def test_a_level_below_is_held_as_long_as_the_one_that_is_lost() -> None:
    story = Story(**status(100, 1000))
    story.buy(MAY, "100")
    story.buy(date(2021, 7, 1), "900", "100")
    result = story.give_back("e2", "2", on=date(2021, 8, 1))
    assert levels(result) == [(number(date(2021, 8, 1)), "top", number(date(2023, 1, 1)))]


def test_a_review_confirms_a_level_by_the_unit_that_was_more() -> None:
    story = Story(**status(100, 1000))
    story.buy(MAY, "1000")
    story.buy(date(2021, 7, 1), "150")
    story.buy(date(2022, 2, 1), "10")
    assert day_of(story) == (1, date(2023, 1, 1))  # by 2021
    assert levels(story.give_back("e1", on=date(2022, 3, 1))) == []
    assert levels(story.give_back("e3", on=date(2022, 3, 1))) == []
    assert levels(story.give_back("e2", amount=5000, on=date(2022, 3, 1))) == []
    assert levels(story.give_back("e2", amount=1, on=date(2022, 3, 1))) == [
        (number(date(2022, 3, 1)), "basic", None)
    ]


def test_a_level_that_was_not_earned_is_not_lost() -> None:
    story = Story(**status(100, 1000))
    ladder = story.reference.book.programme.tiers["status"]
    falls = replace(ladder, falls=Fall.ONE_LEVEL)
    story = Story(**{**status(100, 1000), "tiers": {"status": falls}})
    story.buy(MAY, "1000")
    story.buy(date(2022, 2, 1), "10")
    assert day_of(story) == (1, date(2023, 1, 1))
    assert levels(story.give_back("e2", amount=1, on=date(2022, 3, 1))) == []
    assert levels(story.give_back("e2", on=date(2022, 3, 1))) == []
    assert day_of(story) == (1, date(2023, 1, 1))
    until = instant(date(2023, 6, 1))
    story.event(Grant, date(2022, 4, 1), tier={"status": "summit"}, until=until, author="a")
    story.buy(date(2022, 5, 1), "10")
    assert levels(story.give_back("e5", on=date(2022, 5, 1))) == []
    assert day_of(story) == (2, date(2023, 6, 2))


def test_a_level_that_nothing_holds_is_what_is_earned_now() -> None:
    story = Story(**status(100, returns="at-review"))
    loose = replace(story.reference.book.programme.tiers["status"], holds=None)
    story = Story(**{**status(100), "tiers": {"status": loose}})
    story.buy(MAY, "100")
    assert levels(story.give_back("e1", amount=1, on=date(2020, 6, 1))) == [
        (number(date(2020, 6, 1)), "basic", None)
    ]


def test_the_level_held_before_is_lost_with_what_that_one_was_won_with() -> None:
    story = Story(**status(100))
    story.buy(MAY, "100")
    story.buy(date(2021, 7, 1), "100")
    story.buy(date(2021, 7, 1), "10")
    story.give_back("e2", on=date(2021, 8, 1))
    assert levels(story.give_back("e3", on=date(2021, 9, 1))) == []
    assert day_of(story) == (1, date(2022, 1, 1))
    assert levels(story.give_back("e1", amount=1, on=date(2021, 9, 1))) == [
        (number(date(2021, 9, 1)), "basic", None)
    ]


def test_a_level_for_ever_is_kept_by_what_is_earned_now() -> None:
    story = Story(**status(100))
    for_ever = replace(story.reference.book.programme.tiers["status"], holds=HoldForEver())
    story = Story(**{**status(100), "tiers": {"status": for_ever}})
    story.buy(MAY, "100")
    story.buy(date(2021, 7, 1), "100")
    assert levels(story.give_back("e1", on=date(2021, 8, 1))) == []
    assert levels(story.give_back("e2", on=date(2021, 8, 1)))[0][1] == "basic"


def test_a_level_of_a_rolling_window_is_that_of_the_day_it_was_won() -> None:
    window = RollingWindow(Duration(days=30))
    parts = {**status(100), "metrics": {"year": Metric(sum=Expression("spent"), over=window)}}
    story = Story(**parts)
    story.buy(MAY, "60")
    story.buy(date(2020, 5, 20), "50")
    story.buy(date(2020, 6, 10), "40")
    assert levels(story.give_back("e3", on=date(2020, 6, 11))) == []
    story.buy(date(2020, 6, 12), "40")
    assert levels(story.give_back("e1", amount=1000, on=date(2020, 7, 1))) == []
    assert levels(story.give_back("e1", amount=1, on=date(2020, 7, 1)))[0][1] == "basic"


def test_at_review_a_return_leaves_the_level() -> None:
    story = Story(**status(100, returns="at-review"))
    story.buy(MAY, "100")
    assert levels(story.give_back("e1", on=date(2020, 6, 1))) == []
    assert levels(story.wait(date(2022, 1, 1))) == [(number(date(2022, 1, 1)), "basic", None)]


# ---- whose, and when -----------------------------------------------------------------------------


def test_a_return_waits_for_its_purchase() -> None:
    story = Story()
    result = story.give_back("late", "1", on=date(2020, 5, 9))
    assert (result.effects, result.refusals, result.refund) == ((), (), ())
    story.give_back("late", ("2", 9000), on=date(2020, 5, 9))
    lines = tuple(
        Line(id=name, sku="s", category="food", quantity=1000, amount=1000) for name in "12"
    )
    purchase = Purchase(id="late", occurred_at=instant(MAY), lines=lines)
    result = story.reference.decide(story.member, purchase)
    assert [(e.kind, e.units, e.day) for e in result.effects] == [
        (Kind.EARN, 20, number(MAY)),
        (Kind.TAKE_BACK, 10, number(date(2020, 5, 9))),
    ]
    assert result.refund == (Refund("other", 1000),)
    assert result.refusals == (("more-than-left", "return"),)
    assert story.give_back("late", "1").refusals == (("nothing-left", "return"),)


def test_what_is_anothers_or_no_purchase_is_refused() -> None:
    story = Story()
    story.buy(MAY, "10")
    story.event(Hold, MAY)
    assert story.cancel("e2").refusals == (("not-returnable", "cancel"),)
    itself = Cancel(id="y", occurred_at=instant(MAY), of=EventKey("y"))
    assert story.reference.decide(story.member, itself).refusals == (("not-returnable", "cancel"),)
    other = Return(id="x", occurred_at=instant(MAY), of=EventKey("e1"), all=True)
    result = story.reference.decide(Member(), other)
    assert (result.refusals, result.refund) == ((("not-yours", "return"),), ())


def test_more_is_earned_where_what_is_left_is_worth_more() -> None:
    small = Rule(
        when=Expression("basket.amount < 20"),
        then=Then(earn={"points": Earn(units=Per(Decimal(5), Decimal(1)))}),
    )
    story = Story(
        rules={**POINT_A_UNIT, "small": small},
        currencies={"points": Currency(expires=EndOf(Unit.MONTH, 1))},
    )
    story.buy(MAY, "10", "20")
    result = story.give_back("e1", "2", on=date(2020, 6, 9))
    assert [(e.kind, e.rule, e.units, e.day, e.expires) for e in result.effects] == [
        (Kind.TAKE_BACK, "base", 20, number(date(2020, 6, 9)), None),
        (Kind.EARN, "small", 50, number(date(2020, 6, 9)), number(date(2020, 7, 1))),
    ]
    assert [(lot.earned, lot.units) for lot in story.lots] == [(MAY, 60)]

"""What is counted by month, by rule and by member adds up to the same, and to what is held."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.services.demonstrating import decided
from xenia.connectors.generated import Generated
from xenia.effects import Effect, Kind
from xenia.engine.compile import compile_programme
from xenia.engine.plan import Plan
from xenia.events.model import Line, Purchase
from xenia.services.catalogue import programme_file
from xenia.services.demo import Demonstration
from xenia.services.programmes import sound_programme
from xenia.services.tally import Tally, month_of

HOUR = 3_600_000_000
NEW_YEAR = 1_514_782_800_000_000  # 2018-01-01 00:00 in New York
JANUARY, DECEMBER = 17_532, 17_531  # local days: the first of 2018, the last of 2017


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_programme(sound_programme(programme_file("department-points")))


@pytest.fixture(scope="module")
def run() -> Demonstration:
    programme = sound_programme(programme_file("department-points"))
    run = Demonstration(programme, Generated(25))
    decided(run)
    return run


def bought(at: int, amount: int = 1000, member: str = "7") -> Purchase:
    line = Line(id="1", sku="a", category="GROCERY", quantity=1000, amount=amount)
    return Purchase(id=str(at), member=member, occurred_at=at, lines=(line, line))


def earn(day: int, units: int, rule: str = "everything-else") -> Effect:
    return Effect(kind=Kind.EARN, day=day, rule=rule, currency="points", units=units)


def test_months_are_those_of_the_programme_s_zone(plan: Plan) -> None:
    tally = Tally(plan)
    tally.take(bought(NEW_YEAR - 1), (earn(DECEMBER, 3),))
    tally.take(bought(NEW_YEAR), (earn(JANUARY, 4),))
    sums = {month: (one.purchases, one.units.earned) for month, one in tally.months.items()}
    assert sums == {(2017, 12): (1, {"points": 3}), (2018, 1): (1, {"points": 4})}


def test_due_work_counts_in_the_month_in_which_it_fell_due(plan: Plan) -> None:
    tally = Tally(plan)
    due = Effect(kind=Kind.EXPIRE, day=DECEMBER, due=True, currency="points", units=9)
    tally.take(bought(NEW_YEAR), (due,))
    assert tally.months[2017, 12].units.expired == {"points": 9}
    assert tally.months[2018, 1].units.expired == {}


def test_what_falls_due_after_the_last_purchase_counts_too(plan: Plan) -> None:
    tally = Tally(plan)
    tally.take(bought(NEW_YEAR), ())
    issue = Effect(kind=Kind.ISSUE, day=JANUARY + 40, reward="gift-card-25", voucher="A")
    tally.later("7", (issue,))
    assert tally.months[2018, 2].issued == {"gift-card-25": 1}
    assert tally.shoppers["7"].issued == {"gift-card-25": 1}


def test_a_rule_counts_once_a_purchase(plan: Plan) -> None:
    tally = Tally(plan)
    off = Effect(kind=Kind.DISCOUNT, day=JANUARY, rule="everything-else", amount=50)
    tally.take(bought(NEW_YEAR), (earn(JANUARY, 2), off))
    rule = tally.rules["everything-else"]
    assert (rule.times, rule.earned, rule.discount) == (1, {"points": 2}, 50)
    assert tally.months[2018, 1].discount == tally.shoppers["7"].discount == 50


def test_members_move_between_levels(plan: Plan) -> None:
    tally = Tally(plan)
    up = Effect(kind=Kind.TIER, day=DECEMBER, tier="status", level="top")
    down = Effect(kind=Kind.TIER, day=JANUARY, tier="status", level="basic", due=True)
    tally.take(bought(NEW_YEAR - HOUR), ())
    tally.take(bought(NEW_YEAR - 1), (up,))
    tally.take(bought(NEW_YEAR - HOUR, member="8"), ())
    assert tally.shoppers["7"].levels == {"status": "top"}
    assert tally.shoppers["7"].reached == {("status", "top"): (DECEMBER, 2)}
    tally.later("7", (down,))
    assert tally.months[2017, 12].moves == {("status", "basic"): 1, ("status", "top"): 1}
    assert tally.months[2018, 1].moves == {("status", "basic"): 1, ("status", "top"): -1}
    assert tally.shoppers["7"].levels == {"status": "basic"}


def test_the_same_units_are_counted_by_month_by_rule_and_by_member(run: Demonstration) -> None:
    tally = run.tally
    by_month = sum((one.units.earned for one in tally.months.values()), Counter[str]())
    by_rule = sum((one.earned for one in tally.rules.values()), Counter[str]())
    by_member = sum((one.units.earned for one in tally.shoppers.values()), Counter[str]())
    assert by_month == by_rule == by_member
    assert by_month["points"] > 0
    assert sum(one.purchases for one in tally.months.values()) == run.source.counts.purchases
    assert sum(one.amount for one in tally.shoppers.values()) == run.source.counts.amount
    assert sum(one.lines for one in tally.months.values()) == run.source.counts.lines


@pytest.mark.parametrize(("day", "month"), [(0, (1970, 1)), (JANUARY, (2018, 1)), (-1, (1969, 12))])
def test_the_month_of_a_day(day: int, month: tuple[int, int]) -> None:
    assert month_of(day) == month

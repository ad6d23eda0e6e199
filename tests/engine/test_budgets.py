"""Budgets and stock: what an event may use, what it is given, and what it says it has used."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pytest
from msgspec import structs

from tests.reference.random_histories import random_history
from tests.reference.random_programmes import random_programme
from xenia.effects import Given, Kind, Outcome
from xenia.engine.account import decide, guest, machine, new_account
from xenia.engine.budgets import touched
from xenia.engine.compile import compile_programme
from xenia.engine.link import interpreted
from xenia.engine.operators import COLUMNS, MEMORY
from xenia.engine.plan import Plan
from xenia.engine.records import unpacked
from xenia.engine.type_writer import variable
from xenia.events.model import Clock, Enrolment, Event, Line, Purchase, Redemption
from xenia.programme.model import Budget, Limit, Programme
from xenia.services.programmes import sound_programme
from xenia.services.scenario import check_scenario, read_scenario

HERE = Path(__file__).parent
LAUNCH = "budget.rule.launch.units.ever.0"
FIRST = "budget.rule.first-three.times.ever.0"
TENTH = "budget.rule.tenth.amount.month.2"
SPRING_UNITS = "budget.group.spring.units.week.2"
SPRING_TIMES = "budget.group.spring.times.year.0"
MUGS = "stock.mug"


@cache
def programme() -> Programme:
    return sound_programme(HERE / "budgets.yaml")


@cache
def plan() -> Plan:
    return compile_programme(programme())


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000


NOON = at("2026-03-04T12:00:00+02:00")


def purchase(campaign: str, amount: int = 1000, when: int = NOON) -> Purchase:
    line = Line(id="1", sku="a", category="x", quantity=1000, amount=amount)
    about = {"campaign": campaign}
    return Purchase(id="e", member="m", occurred_at=when, attributes=about, lines=(line,))


def redemption(reward: str = "mug", quantity: int = 1) -> Redemption:
    return Redemption(id="r", member="m", occurred_at=NOON, reward=reward, quantity=quantity)


def decided(event: Event, rooms: Mapping[str, int] | None = None) -> Outcome:
    account = new_account(plan(), "m")
    return decide(plan(), account, event, given=Given(rooms=rooms or {}))[1]


def why(outcome: Outcome, rule: str) -> str:
    return next(reason.because for reason in outcome.trace if reason.rule == rule)


def test_what_one_member_takes_the_others_do_not_have() -> None:
    assert check_scenario(read_scenario(HERE / "budgets.scenario.yaml")) == ()


# ---- what an event may use -----------------------------------------------------------------------


def test_an_event_may_use_the_budgets_of_its_type_in_its_periods() -> None:
    assert touched(plan(), purchase("any")) == (
        (SPRING_TIMES, 2026),
        (SPRING_UNITS, 2931),
        (FIRST, 0),
        (LAUNCH, 0),
        (TENTH, 2026 * 12 + 2),
        (MUGS, 0),
    )


@pytest.mark.parametrize(
    ("when", "live"),
    [
        ("2026-02-28T23:59:59+02:00", False),
        ("2026-03-01T00:00:00+02:00", True),
        ("2026-04-30T23:59:59+03:00", True),
        ("2026-05-01T00:00:00+03:00", False),
    ],
)
def test_a_rule_uses_its_budget_within_its_dates(when: str, live: bool) -> None:
    assert (LAUNCH in dict(touched(plan(), purchase("launch", when=at(when))))) is live


def test_a_programme_that_has_ended_has_rewards_but_no_rules() -> None:
    ended = compile_programme(replace(programme(), until=date(2026, 3, 1)))
    assert touched(ended, purchase("launch")) == ()
    assert touched(ended, redemption()) == ((MUGS, 0),)


def test_a_redemption_uses_the_stock_of_its_reward() -> None:
    assert touched(plan(), redemption()) == ((MUGS, 0),)
    assert touched(plan(), redemption("tote")) == ()
    assert touched(plan(), redemption("no-such-thing")) == ()


def test_other_events_use_nothing() -> None:
    assert touched(plan(), structs.replace(purchase("launch"), member=None)) == ()
    assert touched(plan(), Enrolment(id="e", member="m", occurred_at=NOON)) == ()
    assert touched(plan(), Clock(id="e", occurred_at=NOON)) == ()


@pytest.mark.parametrize("per", ["day", "week", "month", "year", "ever"])
def test_a_day_is_in_the_period_in_which_a_limit_counts_it(per: str) -> None:
    """The counter of a limit of the same stretch of time holds the same number."""
    budget, limit = Budget(times=9, per=per), Limit(times=9, per=per)  # type: ignore[arg-type]
    rule = replace(programme().rules["tenth"], when=None, budget=(budget,), limits=(limit,))
    one = compile_programme(replace(programme(), rules={"tenth": rule}))
    place = next(slot.at for slot in one.layout.slots if slot.name.startswith("limit.rule.tenth"))
    for when in ("2026-02-22T23:30:00+02:00", "2026-12-31T23:59:59+02:00"):
        event = purchase("tenth", when=at(when))
        account, _ = decide(one, new_account(one, "m"), event)
        number = 0 if per == "ever" else account.state[place]
        assert dict(touched(one, event))[f"budget.rule.tenth.times.{per}.0"] == number


# ---- names and numbers ---------------------------------------------------------------------------


def test_the_numbers_are_those_of_the_programme_in_whole_units() -> None:
    assert plan().budgets == {
        LAUNCH: 1000,
        FIRST: 3,
        TENTH: 500,
        SPRING_UNITS: 3000,
        SPRING_TIMES: 9,
        MUGS: 3,
    }


def with_launch(budget: Budget) -> Plan:
    rule = replace(programme().rules["launch"], budget=(budget,))
    return compile_programme(replace(programme(), rules={**programme().rules, "launch": rule}))


def test_another_number_is_the_same_budget_and_the_same_plan() -> None:
    budget = programme().rules["launch"].budget[0]
    assert budget.units is not None
    more = with_launch(replace(budget, units=2 * budget.units))
    assert more.budgets == {**plan().budgets, LAUNCH: 2000}
    assert more.key == plan().key


def test_another_period_is_another_budget_and_another_plan() -> None:
    budget = programme().rules["launch"].budget[0]
    monthly = with_launch(replace(budget, per="month"))
    assert LAUNCH not in monthly.budgets
    assert monthly.budgets["budget.rule.launch.units.month.0"] == 1000
    assert monthly.key != plan().key


# ---- what is given, and what is used -------------------------------------------------------------


def test_a_decision_says_what_it_has_used() -> None:
    assert decided(purchase("launch")).used == {LAUNCH: 100}
    assert decided(purchase("first")).used == {FIRST: 1}
    assert decided(purchase("tenth", 9999)).used == {TENTH: 500}
    assert decided(purchase("gift")).used == {MUGS: 1}
    assert decided(purchase("spring", 800)).used == {SPRING_UNITS: 900, SPRING_TIMES: 2}
    assert decided(purchase("none")).used == {}
    assert guest(plan(), structs.replace(purchase("launch"), member=None)).used == {}


def test_what_is_left_cuts_and_stops() -> None:
    cut = decided(purchase("launch"), {LAUNCH: 40})
    assert [effect.units for effect in cut.effects] == [40]
    assert cut.used == {LAUNCH: 40}
    assert decided(purchase("launch"), {LAUNCH: 0}).effects == ()
    assert decided(purchase("first"), {FIRST: 0}).effects == ()
    cents = decided(purchase("tenth"), {TENTH: 1})
    assert cents.payable is not None
    assert cents.payable.discount == 1
    no_mug = decided(purchase("gift"), {MUGS: 0})
    assert [effect.kind for effect in no_mug.effects] == [Kind.EARN]
    assert no_mug.used == {}


def test_a_redemption_takes_before_the_rules_on_it() -> None:
    """Of three, two are redeemed and one is left for the two rules that issue one each."""
    again = replace(programme().rules["gift"], on="redemption", when=None, limits=())
    more = {"gift": again, "zebra": again, "launch": programme().rules["launch"]}
    rich = compile_programme(replace(programme(), rules=more))
    account, _ = decide(rich, new_account(rich, "m"), purchase("launch", 10_000))
    _, outcome = decide(rich, account, redemption(quantity=2))
    issued = [effect.rule for effect in outcome.effects if effect.kind is Kind.ISSUE]
    assert issued == [None, None, "gift"]
    assert outcome.used == {MUGS: 3}
    _, outcome = decide(rich, account, redemption(quantity=4))
    assert [refusal.code for refusal in outcome.refusals] == ["out-of-stock"]
    assert (outcome.effects, outcome.used) == ((), {})


def test_the_reason_is_what_is_used_up() -> None:
    nothing = {**dict.fromkeys(plan().budgets, 0), SPRING_TIMES: 9}
    for campaign, rule, because in (
        ("launch", "launch", "the budget of the rule launch is used up: 1000 units in all"),
        ("first", "first-three", "the budget of the rule first-three is used up: 3 times in all"),
        ("tenth", "tenth", "the budget of the rule tenth is used up: 5.00 off a month"),
        ("spring", "spring-stars", "the budget of the group spring is used up: 30.00 units a week"),
    ):
        told = why(decided(purchase(campaign), nothing), rule)
        assert told == f"{because} for all members"
    gift = programme().rules["gift"]
    silent = replace(gift, then=replace(gift.then, earn={}))
    only = compile_programme(replace(programme(), rules={"gift": silent}))
    _, outcome = decide(only, new_account(only, "m"), purchase("gift"), given=Given(rooms=nothing))
    assert why(outcome, "gift") == "the stock of mug is used up: 3 for all members"


def test_what_another_rule_has_just_used_up_is_the_reason_as_well() -> None:
    outcome = decided(purchase("spring", 3000))
    assert why(outcome, "spring-points").startswith("30 ")
    assert why(outcome, "spring-stars").startswith("the budget of the group spring is used up")


def test_what_is_given_stays_with_the_record() -> None:
    """A return will be decided on the room that the purchase had, whatever is left by then."""
    event, part = purchase("launch"), plan().types["purchase"]
    outcome = decided(event, {LAUNCH: 40})
    assert outcome.record is not None
    budget = next(budget for budget in part.budgets if budget.name == LAUNCH)
    seen, posted = unpacked(outcome.record.read), unpacked(outcome.record.posted)
    assert seen[budget.room] == 40
    assert posted[budget.used] == 40
    run = machine(plan())
    row = run.read(event, {}, Given(rooms={LAUNCH: 0}))
    again = [0] * part.results
    interpreted(plan()).names[variable("decide", "purchase")](
        row.numbers, list(seen), again, [0] * MEMORY, plan().params
    )
    assert tuple(again) == posted


def test_a_room_is_a_number_of_the_event() -> None:
    part = plan().types["purchase"]
    place = next(i for i, column in enumerate(part.columns) if column.key == LAUNCH)
    run = machine(plan())
    numbers = run.read(purchase("launch"), {}, Given(rooms={LAUNCH: 41})).numbers
    assert numbers[COLUMNS + place] == 41
    assert run.read(purchase("launch"), {}, Given()).numbers[COLUMNS + place] == 1000


# ---- every programme -----------------------------------------------------------------------------


def test_nothing_is_used_that_an_event_may_not_use_or_that_is_not_left() -> None:
    """Also of events that are decided with little or nothing left."""
    used = 0
    for seed in range(700, 712):
        one = compile_programme(random_programme(seed))
        account = new_account(one, "m")
        for number, event in enumerate(random_history(one.programme, seed, 30)):
            names = dict(touched(one, event))
            rooms = {name: one.budgets[name] * (number % 3) // 2 for name in names}
            account, outcome = decide(one, account, event, given=Given(rooms=rooms), trace=False)
            assert outcome.used.keys() <= names.keys()
            assert all(0 < units <= rooms[name] for name, units in outcome.used.items())
            used += len(outcome.used)
    assert used > 50

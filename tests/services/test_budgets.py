"""What all members share in memory: first come, first served, in the order of the file."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

from tests.services.demonstrating import decided
from xenia.connectors.generated import Generated
from xenia.effects import NOTHING, Kind
from xenia.engine.account import new_account
from xenia.engine.compile import compile_programme
from xenia.engine.plan import Plan
from xenia.events.model import Line, Purchase
from xenia.programme.model import Budget, Currency, Earn, Gives, Per, Programme, Reward, Rule, Then
from xenia.services.budgets import Budgets
from xenia.services.demo import Demonstration
from xenia.services.replay import replay_of

POINTS = Then(earn={"points": Earn(units=Per(Decimal(1), Decimal(1)))})


def programme(units: int, *, money: str = "EUR", per: str = "ever") -> Programme:
    budget = Budget(units=Decimal(units), per=per)  # type: ignore[arg-type]
    return Programme(
        id="short",
        money=money,
        timezone="UTC",
        currencies={"points": Currency()},
        rules={"points": Rule(then=POINTS, budget=(budget,)), "gift": Rule(then=Then(issue="mug"))},
        rewards={"mug": Reward(stock=2, gives=Gives(gift_card=Decimal(5)))},
    )


def bought(number: int, member: str, amount: int) -> Purchase:
    line = Line(id="1", sku="a", category="x", quantity=1000, amount=amount)
    return Purchase(id=f"e{number}", member=member, occurred_at=0, lines=(line,))


def earned(plan: Plan, budgets: Budgets, event: Purchase) -> int:
    account = new_account(plan, str(event.member))
    _, outcome = budgets.decide(plan, account, event, budgets.given(plan, event), trace=False)
    return sum(effect.units or 0 for effect in outcome.effects if effect.kind is Kind.EARN)


def test_what_is_used_is_used() -> None:
    plan, budgets = compile_programme(programme(100)), Budgets()
    assert [earned(plan, budgets, bought(n, f"m{n}", 4500)) for n in range(4)] == [45, 45, 10, 0]


def test_a_budget_that_is_raised_goes_on_counting_and_one_that_is_lowered_stops() -> None:
    plan, budgets = compile_programme(programme(100)), Budgets()
    assert earned(plan, budgets, bought(1, "ann", 8000)) == 80
    lower, higher = compile_programme(programme(50)), compile_programme(programme(120))
    assert budgets.given(lower, bought(2, "ann", 100)).rooms["budget.rule.points.units.ever.0"] == 0
    assert earned(lower, budgets, bought(2, "ann", 8000)) == 0
    assert earned(higher, budgets, bought(3, "ann", 8000)) == 40


def test_a_programme_without_budgets_is_given_nothing() -> None:
    plan = compile_programme(replace(programme(100), rules={"points": Rule(then=POINTS)}))
    assert Budgets().given(plan, bought(1, "ann", 100)) is NOTHING


def test_a_replay_begins_with_whole_budgets_and_counts_an_event_once() -> None:
    event = {
        "type": "purchase",
        "occurred_at": "2026-03-02T10:00:00Z",
        "lines": [{"sku": "a", "category": "x", "quantity": 1, "amount": "60.00"}],
    }
    for _ in range(2):
        events = [{**event, "id": name, "member": name} for name in ("ann", "ann", "ben", "cleo")]
        lines = list(replay_of(programme(100), bytes(32)).run((None, each) for each in events))
        balances = {
            line["final"]: (line["wallet"]["points"]["balance"], len(line["vouchers"]))
            for line in lines
            if "final" in line
        }
        assert balances == {"ann": ("60", 1), "ben": ("40", 1), "cleo": ("0", 0)}


def test_stories_are_told_with_what_was_left_at_the_time() -> None:
    source = Generated(12)
    demonstration = Demonstration(programme(9, money=source.money, per="day"), source)
    decided(demonstration)
    shoppers = demonstration.tally.shoppers
    assert sum((one.issued for one in shoppers.values()), Counter()) == {"mug": 2}
    stories = list(demonstration.stories())
    assert stories
    for story in stories:
        assert story.whole.units.earned == shoppers[story.member].units.earned
        assert story.whole.issued == shoppers[story.member].issued

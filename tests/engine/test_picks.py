"""Discounts of some units: of every so many the cheapest, or the dearest."""

from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from xenia.engine.account import decide, new_account
from xenia.engine.compile import compile_programme
from xenia.engine.plan import Plan
from xenia.events.model import Line, Purchase
from xenia.programme.model import Discount, Expression, Pick, Programme, Rule, Then
from xenia.programme.settings import PercentOf, Rounding, Settings
from xenia.services.scenario import check_scenario, read_scenario

HERE = Path(__file__).parent


@cache
def plan(*, percent: str = "100", of: PercentOf = PercentOf.REMAINDER) -> Plan:
    half = Rule(priority=1, then=Then(discount=Discount(percent=Decimal(50))))
    pick = Discount(percent=Decimal(percent), of=Pick(cheapest=1, every=2))
    return compile_programme(
        Programme(
            id="picks",
            money="EUR",
            timezone="UTC",
            settings=Settings(percentages_of=of, round_money=Rounding.DOWN),
            rules={"half": half, "pick": Rule(then=Then(discount=pick))},
        )
    )


def off(lines: tuple[Line, ...], compiled: Plan) -> list[int]:
    """What is taken off each line."""
    event = Purchase(id="1", member="m", occurred_at=0, lines=lines)
    _, outcome = decide(compiled, new_account(compiled, "m"), event)
    assert outcome.payable is not None
    return [line.discount for line in outcome.payable.lines]


def line(name: str, amount: int, quantity: int = 1000) -> Line:
    return Line(id=name, sku="s", category="c", quantity=quantity, amount=amount)


def test_scenario() -> None:
    assert check_scenario(read_scenario(HERE / "picks.scenario.yaml")) == ()


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        # Half of 300 is left of the two lines, which nothing tells apart: of the 100 that the
        # second costs, half is left, too.
        (PercentOf.REMAINDER, [100, 100]),
        # All of 100: more than is left of the second line, so both bear it by what is left of them.
        (PercentOf.ORIGINAL, [167, 83]),
    ],
)
def test_after_another_discount(of: PercentOf, expected: list[int]) -> None:
    assert off((line("1", 200), line("2", 100)), plan(of=of)) == expected


def test_a_part_of_a_line_is_rounded_as_money_is() -> None:
    # A third of 1.00, rounded down, of which half is left.
    assert off((line("1", 100, 3000),), plan()) == [50 + 16]


def test_lines_without_a_price_give_nothing_away() -> None:
    assert off((line("1", 0), line("2", 0)), plan()) == [0, 0]


@cache
def gift(*, dearest: bool = False) -> Plan:
    """With a coffee, two buns are free: the cheapest, or the dearest."""
    pick = Pick(dearest=2) if dearest else Pick(cheapest=2)
    rule = Rule(
        when=Expression('lines.exists(l, l.category == "coffee")'),
        lines=Expression('l.category == "bun"'),
        then=Then(discount=Discount(percent=Decimal(100), of=pick)),
    )
    return compile_programme(
        Programme(id="gift", money="EUR", timezone="UTC", rules={"gift": rule})
    )


def of(category: str, name: str, amount: int, quantity: int = 1000) -> Line:
    return Line(id=name, sku="s", category=category, quantity=quantity, amount=amount)


def test_without_every_so_many_of_all_are_picked_once() -> None:
    coffee, buns = of("coffee", "1", 300), (of("bun", "2", 150), of("bun", "3", 400, 4000))
    assert off((coffee, *buns), gift()) == [0, 0, 200]
    assert off((coffee, *buns), gift(dearest=True)) == [0, 150, 100]
    assert off(buns, gift()) == [0, 0]


def test_fewer_than_so_many_are_all_picked() -> None:
    assert off((of("coffee", "1", 300), of("bun", "2", 150)), gift()) == [0, 150]


def test_what_costs_nothing_is_not_picked_of_all() -> None:
    lines = of("coffee", "1", 300), of("bun", "2", 0, 5000), of("bun", "3", 150)
    assert off(lines, gift()) == [0, 0, 150]

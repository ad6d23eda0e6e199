"""The row of an event goes by that event alone, whatever the same reader has read before."""

import random

import pytest

from tests.engine.test_account import at, compiled
from xenia.engine.claims import Asked
from xenia.engine.plan import Plan
from xenia.engine.rows import RowReader
from xenia.events.model import Line, Purchase

KINDS = compiled(
    """
xenia: 1
programme: kinds
money: EUR
timezone: Europe/Athens
categories: [food, drink, toys]
currencies: {stars: {}}
exclusions: {toys: {lines: l.category == "toys", never: earn}}
rules:
  food: {lines: l.category == "food", then: {discount: {percent: 10}}}
  tea: {lines: 'l.brand == "tea" && l.category != "toys"', then: {earn: {stars: 1}}}
"""
)
AMOUNTS = compiled(
    """
xenia: 1
programme: amounts
money: EUR
timezone: Europe/Athens
categories: [food, drink, toys]
currencies: {stars: {}}
rules:
  dear: {lines: l.category == "food" && l.amount > 5, then: {discount: {percent: 10}}}
  tea: {when: basket.amount > 20, lines: l.brand == "tea", then: {earn: {stars: 1}}}
"""
)
BEYOND = compiled(
    """
xenia: 1
programme: beyond
money: EUR
timezone: Europe/Athens
categories: [food, drink, toys]
currencies: {stars: {}}
rules:
  by-app:
    then:
      earn:
        stars: 'lines.filter(l, l.category == "food" && channel == "app").map(l, l.paid).sum()'
"""
)


def baskets() -> list[Purchase]:
    draw = random.Random(7)
    return [
        Purchase(
            id=f"e{number}",
            member="zoe",
            occurred_at=at("2026-03-01T09:00:00+02:00"),
            channel=draw.choice((None, "app", "web")),
            lines=tuple(
                Line(
                    id=str(place),
                    sku="sku",
                    category=draw.choice(("food", "drink", "toys")),
                    quantity=1000,
                    amount=draw.choice((300, 500, 501, 900)),
                    brand=draw.choice((None, "tea", "other")),
                )
                for place in range(4)
            ),
        )
        for number in range(60)
    ]


@pytest.mark.parametrize("plan", [KINDS, AMOUNTS, BEYOND], ids=["kinds", "amounts", "beyond"])
def test_what_was_read_before_changes_nothing(plan: Plan) -> None:
    part, found = plan.types["purchase"], set()
    reader = RowReader(plan, part)
    for event in baskets():
        row, alone = (one.read(event, {}, Asked()) for one in (reader, RowReader(plan, part)))
        assert row.numbers == alone.numbers
        assert [item.lines for item in row.slices] == [item.lines for item in alone.slices]
        found.add(tuple(row.numbers))
    assert len(found) > 20, "the baskets hardly differ"


def test_a_slice_has_the_lines_for_which_the_same_holds() -> None:
    reader = RowReader(KINDS, KINDS.types["purchase"])
    for event in baskets():
        alike: dict[tuple[str, bool], list[int]] = {}
        for place, line in enumerate(event.lines):
            told_apart = line.category != "toys" and line.brand == "tea"
            alike.setdefault((line.category, told_apart), []).append(place)
        row = reader.read(event, {}, Asked())
        assert [item.lines for item in row.slices] == list(alike.values())

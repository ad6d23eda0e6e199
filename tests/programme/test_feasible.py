"""What is called impossible is never true, and lines fall into no more kinds than are counted."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.programme.small import POINTS, programme
from tests.reference.evaluate import Names, Stored, evaluate
from tests.reference.random_expressions import BRANDS, CATEGORIES, SKUS, TAGS, line_condition
from xenia.language.ir import Field, Node, Ref
from xenia.language.parse import LanguageError
from xenia.language.parse import condition as parsed
from xenia.language.parse import line_condition as parsed_line
from xenia.programme.feasible import conjuncts, patterns, possible
from xenia.programme.scope import Standing, scope_of

SHOP = programme(
    POINTS
    + """\
categories: [drink, food, toys]
lists: {special: [sku-1, sku-2]}
metrics: {visits: {count: true}}
tiers: {status: {by: visits, levels: {basic: 0, silver: 5, gold: 9}}}
attributes: {member: {city: [athens, patras], vip: boolean}}
"""
)
LINES = scope_of(SHOP, Standing.LINES, "purchase", {})
RULE = scope_of(SHOP, Standing.EARN, "purchase", {})


class Line:
    """The names at one line."""

    def __init__(self, fields: Mapping[str, Stored]) -> None:
        self.fields = fields

    def ref(self, node: Ref) -> Stored:
        raise AssertionError(node)

    def field(self, node: Field) -> Stored:
        return self.fields[node.name]

    def records(self, name: str) -> Iterable[Names]:
        raise AssertionError(name)

    def local_time(self) -> datetime:
        raise AssertionError


def random_line(random: Random) -> Line:
    return Line(
        {
            "id": "1",
            "sku": random.choice((*SKUS, "sku-9")),
            "category": random.choice(CATEGORIES),
            "quantity": random.choice((0, 1_000, 2_500, 3_000, 10_000)),
            "unit": random.choice((None, "kg")),
            "amount": random.choice((0, 1, 100, 999, *range(0, 3_100, 50))),
            "regular_amount": random.choice((None, 0, 500, 1_500, 5_000)),
            "tax": random.choice((0, 20, 300)),
            "tags": frozenset(tag for tag in TAGS if random.random() < 0.5),
            "brand": random.choice((None, *BRANDS, "umbrella")),
            "seller": random.choice((None, "market")),
        }
    )


def line_node(random: Random) -> Node:
    while True:
        try:
            return parsed_line(line_condition(random), LINES).node
        except LanguageError:
            continue


@given(st.integers(0, 10**9))
def test_no_line_fulfils_what_is_impossible(seed: int) -> None:
    random = Random(seed)
    node = line_node(random)
    fulfilled = any(evaluate(node, random_line(random)) is True for _ in range(50))
    assert possible(node) or not fulfilled


@given(st.integers(0, 10**9))
def test_lines_fall_into_no_more_kinds_than_counted(seed: int) -> None:
    random = Random(seed)
    nodes = [line_node(random) for _ in range(random.randrange(1, 5))]
    lines = [random_line(random) for _ in range(200)]
    kinds = {tuple(evaluate(node, line) is True for node in nodes) for line in lines}
    assert len(kinds) <= patterns(nodes) <= 2 ** len(set(nodes))


def condition(text: str) -> Node:
    return parsed(text, RULE).node


@pytest.mark.parametrize(
    "text",
    [
        "false",
        "1 > 2",
        'channel == "web" && channel == "store"',
        '!(channel != "web") && channel in ["store", "app"]',
        "has(channel) && !has(channel)",
        "basket.amount > 100 && basket.amount < 50",
        "basket.amount > 10 && basket.amount < 10.01",
        "basket.amount < 0",
        "basket.amount < -5",
        "month(occurred_at) == 13",
        "hour(occurred_at) >= 20 && hour(occurred_at) < 8",
        'at_least(tier.status, "gold") && tier.status == "basic"',
        "member.vip && !member.vip",
        'member.city != "athens" && member.city != "patras"',
        'source == "till" && basket.amount > 5 && (source == "web" || basket.amount < 3)',
        "lines.exists(l, l.amount > 5) && !lines.exists(l, l.amount > 5)",
    ],
)
def test_contradictions_are_seen(text: str) -> None:
    assert not possible(condition(text))


@pytest.mark.parametrize(
    "text",
    [
        "true",
        'channel == "web" || channel == "store"',
        'channel != "web" && channel != "store"',
        "basket.amount >= 100 && basket.amount <= 100",
        "basket.amount > 10 && basket.amount < 10.02",
        "metric.visits < 0",
        "balance.points < 0",
        "hour(occurred_at) >= 20 || hour(occurred_at) < 8",
        "month(occurred_at) == month(member.birthday)",
        'at_least(tier.status, "silver") && tier.status != "gold"',
        'coalesce(channel, "x") == "x" && channel == "web"',
        "payment.amount > basket.amount && payment.amount < 1",
        "lines.exists(l, l.amount > 5) && !lines.exists(l, l.amount > 6)",
    ],
)
def test_what_may_hold_is_let_through(text: str) -> None:
    assert possible(condition(text))


@pytest.mark.parametrize(
    ("texts", "count"),
    [
        (['l.sku == "a"'], 2),
        (['l.sku == "a"', 'l.sku == "b"'], 3),
        (['l.sku == "a"', 'l.sku == "a"'], 2),
        (['l.sku in ["a", "b"]', 'l.sku == "b"', 'l.sku != "c"'], 4),
        (['l.sku == "a"', 'l.category == "food"'], 4),
        (['l.category == "food"', 'l.category == "drink"', 'l.category == "toys"'], 3),
        (['l.brand == "a"', 'l.brand != "a"'], 3),
        (["l.amount >= 10", "l.amount >= 20"], 3),
        (["l.amount >= 10", "l.amount < 10"], 2),
        (['"a" in l.tags', '"b" in l.tags'], 4),
        (["l.amount < l.regular_amount", "l.amount > 5"], 4),
        ([], 1),
    ],
)
def test_kinds_of_lines_are_counted_exactly(texts: list[str], count: int) -> None:
    assert patterns([parsed_line(text, LINES).node for text in texts]) == count


def test_too_many_values_to_try_count_as_all_combinations() -> None:
    texts = [
        f'l.sku == "{number}" && l.brand == "{number}" && l.seller == "{number}" && '
        f'l.unit == "{number}"'
        for number in range(40)
    ]
    nodes = [parsed_line(text, LINES).node for text in texts]
    assert patterns(nodes) == 2**40
    assert possible(nodes[0])


def test_conjuncts_are_flat() -> None:
    assert len(conjuncts(condition('true && (source == "a" && basket.amount > 1)'))) == 3

"""Text to typed nodes: how operators bind, what types, bounds and places come out."""

from __future__ import annotations

import pytest

from tests.language.demo import SCOPE
from xenia.language.ir import All, Any, Compare, Constant, Fold, In, Node, Not, Ref, walk
from xenia.language.parse import condition, line_condition, number, text
from xenia.language.types import (
    AMOUNT_BOUND,
    DAY_BOUND,
    UNITS_BOUND,
    Date,
    Level,
    Number,
    Origin,
    Text,
)


def shape(node: Node) -> str:
    """A node in brackets, so that what binds what can be read."""
    match node:
        case Not(item=item):
            return f"!{shape(item)}"
        case All(items=items):
            return f"({' && '.join(map(shape, items))})"
        case Any(items=items):
            return f"({' || '.join(map(shape, items))})"
        case Compare(op=op, left=left, right=right):
            return f"({shape(left)} {op} {shape(right)})"
        case Ref(name=name):
            return name
        case Constant(value=value):
            return repr(value)
    return type(node).__name__


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("true || false && true", "(True || (False && True))"),
        ("(true || false) && true", "((True || False) && True)"),
        ("true && false && true && false", "(True && False && True && False)"),
        ("true && (false && true)", "(True && False && True)"),
        ("!true && false", "(!True && False)"),
        ("!!attributes.vip", "!!attributes.vip"),
        ("true == false != true", "((True == False) != True)"),
        ("50 <= metric.visits", "(metric.visits >= 50)"),
        ("50 > metric.visits", "(metric.visits < 50)"),
        ("metric.visits\n\t == 1", "(metric.visits == 1)"),
        ("1 < 2", "(1 < 2)"),
        ("channel == null", "!Known"),
        ("null != channel", "Known"),
        ("'web' == channel", "(channel == 'web')"),
        (r'shop == "\"\\\n\t"', r"""(shop == '"\\\n\t')"""),
        ("shop == 'a // b'", "(shop == 'a // b')"),
        ("shop == 'Ωmega 💶'", "(shop == 'Ωmega 💶')"),
        ("tier.status == 'gold'", "(tier.status == 2)"),
        ("at_least(tier.status, 'silver')", "(tier.status >= 1)"),
        ("date('1970-01-02') == member.enrolled_on", "(member.enrolled_on == 1)"),
    ],
)
def test_conditions(written: str, read: str) -> None:
    assert shape(condition(written, SCOPE).node) == read


def test_nodes_know_their_place() -> None:
    node = condition("channel == 'web' && metric.visits > 2", SCOPE).node
    assert [(type(below).__name__, below.at) for below in walk(node)] == [
        ("All", 17),
        ("Compare", 8),
        ("Ref", 0),
        ("Constant", 11),
        ("Compare", 34),
        ("Ref", 20),
        ("Constant", 36),
    ]


def test_what_means_the_same_is_equal_wherever_it_stands() -> None:
    first = condition("channel == 'web' && metric.visits > 2", SCOPE).node
    second = condition("(  channel   == 'web') && 2 < metric.visits", SCOPE).node
    assert first == second
    assert hash(first) == hash(second)


@pytest.mark.parametrize(
    ("written", "scale", "bound"),
    [
        ("12", 0, 12),
        ("12.50", 2, 1250),
        ("-12.50", 2, 1250),
        ("basket.amount", 2, AMOUNT_BOUND),
        ("basket.amount + 1", 2, AMOUNT_BOUND + 100),
        ("basket.amount * 0.15", 4, AMOUNT_BOUND * 15),
        ("metric.visits + basket.amount", 2, UNITS_BOUND * 100 + AMOUNT_BOUND),
        ("round(basket.amount * 0.15, 2)", 2, AMOUNT_BOUND * 15 // 100 + 1),
        ("round(metric.visits, 2)", 2, UNITS_BOUND * 100),
        ("floor(basket.amount)", 0, AMOUNT_BOUND // 100 + 1),
        ("per(basket.amount, 10)", 0, AMOUNT_BOUND // 1000 + 1),
        ("per(basket.amount, metric.visits)", 0, AMOUNT_BOUND),
        ("per(metric.visits, basket.amount)", 0, UNITS_BOUND * 100),
        ("attributes.vip ? basket.amount : 1.005", 3, AMOUNT_BOUND * 10),
        ("coalesce(payment.amount, 0)", 2, AMOUNT_BOUND),
        ("min(metric.visits, 100)", 0, UNITS_BOUND),
        ("max(0, min(metric.visits, 100))", 0, 100),
        ("max(0.5, min(metric.visits, 100))", 1, 1000),
        ("min(100, max(-20, metric.visits))", 0, 100),
        ("month(occurred_at)", 0, 12),
        ("days(member.enrolled_on, member.birthday)", 0, 2 * DAY_BOUND),
        ("lines.count()", 0, 2000),
        ("lines.map(l, l.amount).sum()", 2, AMOUNT_BOUND),
        ("lines.map(l, l.amount * 0.5).sum()", 3, AMOUNT_BOUND * 5),
        ("lines.map(l, 2 * l.paid).sum()", 2, AMOUNT_BOUND * 2),
        ("lines.map(l, l.nights).sum()", 0, 2000 * 1000),
        ("lines.map(l, l.amount + 1).sum()", 2, 2000 * (AMOUNT_BOUND + 100)),
        ("lines.map(l, l.amount).max()", 2, AMOUNT_BOUND),
    ],
)
def test_scales_and_bounds(written: str, scale: int, bound: int) -> None:
    node = number(written, SCOPE).node
    assert (node.type, node.bound) == (Number(scale), bound)


@pytest.mark.parametrize(
    ("written", "nullable"),
    [
        ("basket.amount > 1", False),
        ("payment.amount > 1", True),
        ("coalesce(payment.amount, 1) > 1", False),
        ("coalesce(payment.amount, attributes.nights) > 1", True),
        ("has(payment.amount)", False),
        ("payment.amount == null", False),
        ("per(metric.visits, 2) > 1", False),
        ("per(2, metric.visits) > 1", True),
        ("lines.map(l, l.regular_amount).sum() > 1", False),
        ("lines.map(l, l.amount).max() > 1", True),
        ("lines.exists(l, l.regular_amount > 1)", False),
        ("attributes.vip ? true : false", True),
        ("channel in ['web'] || true", True),
    ],
)
def test_what_may_be_unknown(written: str, nullable: bool) -> None:
    assert condition(written, SCOPE).node.nullable is nullable


def test_lists_hold_the_items_own_representation() -> None:
    def values(written: str) -> tuple[object, ...]:
        node = condition(written, SCOPE).node
        assert isinstance(node, In)
        return node.values

    assert values("basket.amount in [1, 2.5, 1.00]") == (100, 250)
    assert values("metric.visits in [3.00, -1]") == (3, -1)
    assert values("tier.status in ['gold', 'basic']") == (2, 0)
    assert values("shop in list.special") == ("a", "b")
    assert values("date(occurred_at) in [date('1970-01-03')]") == (2,)
    assert values("attributes.vip in [true]") == (True,)


def test_filters_and_conditions_on_records_become_one() -> None:
    filtered = condition("lines.filter(l, l.amount > 1).exists(l, l.sku == 'a')", SCOPE).node
    plain = condition("lines.exists(x, x.amount > 1 && x.sku == 'a')", SCOPE).node
    assert filtered == plain
    assert isinstance(plain, Fold)
    assert plain.value is None


def test_a_sum_is_written_in_two_ways() -> None:
    chained = number("lines.map(l, l.amount).sum()", SCOPE).node
    assert chained == number("sum(lines.map(l, l.amount))", SCOPE).node
    assert number("count(lines)", SCOPE).node == number("lines.size()", SCOPE).node


def test_metrics_are_read_in_three_ways() -> None:
    reads = [
        number(written, SCOPE).node
        for written in (
            "metric.visits",
            "with_this(metric.visits)",
            "previous(metric.spent_this_year)",
        )
    ]
    assert [(node.name, node.read, node.origin) for node in reads if isinstance(node, Ref)] == [
        ("metric.visits", "now", Origin.STATE),
        ("metric.visits", "with_this", Origin.STATE),
        ("metric.spent_this_year", "previous", Origin.STATE),
    ]


def test_a_choice_of_texts_knows_what_it_can_be() -> None:
    assert text("coalesce(channel, 'none')", SCOPE).node.type == Text(
        ("app", "store", "web", "none")
    )
    assert text("coalesce(channel, shop)", SCOPE).node.type == Text(None)
    assert text("attributes.vip ? 'a' : 'b'", SCOPE).node.type == Text(("a", "b"))


def test_types_of_dates_and_levels() -> None:
    node = condition("member.birthday == date(occurred_at)", SCOPE).node
    assert isinstance(node, Compare)
    assert (node.left.type, node.right.type, node.left.bound) == (Date(), Date(), DAY_BOUND)
    node = condition("tier.status == 'gold'", SCOPE).node
    assert isinstance(node, Compare)
    assert isinstance(node.right.type, Level)


def test_the_line_may_have_another_name() -> None:
    assert (
        line_condition("it.amount > 1", SCOPE, "it").node
        == line_condition("l.amount > 1", SCOPE).node
    )


# ---- advice --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "at", "name"),
    [
        ("channel != 'web'", 8, "channel"),
        ("!(channel == 'web')", 0, "channel"),
        ("true && !(channel in ['web'])", 8, "channel"),
        ("!attributes.vip", 0, "attributes.vip"),
        ("has(shop) && channel != 'web'", 21, "channel"),
        ("lines.exists(l, l.sku != 'a')", 22, "l.sku"),
        ("!(channel != 'web')", 0, "channel"),
        ("payment.amount * 2 != 4", 19, "payment.amount"),
    ],
)
def test_negation_of_what_may_be_missing_is_advised_against(
    written: str, at: int, name: str
) -> None:
    (note,) = condition(written, SCOPE).advice
    assert note.at == at
    assert f"`{name}`" in note.message
    assert "has(" in note.remedy
    assert "coalesce(" in note.remedy


@pytest.mark.parametrize(
    "written",
    [
        "channel == 'web'",
        "has(channel) && channel != 'web'",
        "channel == null || !(channel == 'web')",
        "coalesce(channel, 'web') != 'web'",
        "!has(channel)",
        "channel != null",
        "metric.visits != 1",
        "!(tier.status == 'gold')",
        "!lines.exists(l, l.sku == 'a')",
        "lines.exists(l, has(l.sku) && l.sku != 'a')",
    ],
)
def test_other_conditions_need_no_advice(written: str) -> None:
    assert condition(written, SCOPE).advice == ()


def test_advice_is_given_in_the_order_of_the_text() -> None:
    notes = condition("shop != 'a' || channel != 'web'", SCOPE).advice
    assert [note.at for note in notes] == [5, 23]

"""What expressions mean: by hand on chosen values, and emitted code against the reference."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from tests.language.demo import SCOPE, Event, EventNames, RowLeaves, event
from tests.language.differential import Tally, compiled, differences
from tests.reference.evaluate import Stored, evaluate
from xenia.language import emit_python
from xenia.language.ir import Node
from xenia.language.parse import condition, line_condition, number, text

NOTHING = Event(
    values={name: None if kind.nullable else 0 for name, kind in SCOPE.names.items()},
    lists={"lines": [], "payments": []},
    local=datetime(2026, 11, 1, 23, 30, tzinfo=UTC),
)
LINE: dict[str, Stored] = {
    "category": "food",
    "sku": "a",
    "brand": None,
    "quantity": 1_500,
    "amount": 250,
    "regular_amount": None,
    "nights": None,
    "tags": frozenset({"sale"}),
    "paid": 201,
}


def said(node: Node, each: Event) -> object:
    """The value by emitted code, once the reference says the same."""
    source, known = emit_python.value(node, RowLeaves())
    is_known = known is None or compiled(known)(each.row)
    found = compiled(source)(each.row) if is_known else None
    assert found == evaluate(node, EventNames(each))
    return found


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1 + 0.25", 125),
        ("1.5 - 2", -5),
        ("1.5 * 0.25", 375),
        ("per(12.50, 5)", 2),
        ("per(-1, 2)", -1),
        ("per(1, -2)", -1),
        ("per(9.99, 10)", 0),
        ("per(0.3, 0.1)", 3),
        ("round(2.5, 0)", 3),
        ("round(-2.5, 0)", -3),
        ("round(-2.4, 0)", -2),
        ("round(1.005, 2)", 101),
        ("round(0.0049, 2)", 0),
        ("round(7, 2)", 700),
        ("floor(-0.1)", -1),
        ("floor(0.9)", 0),
        ("ceil(0.1)", 1),
        ("ceil(-0.9)", 0),
        ("ceil(3)", 3),
        ("min(1, 0.5, 2)", 5),
        ("max(1, 0.5)", 10),
        ("true ? 1 : 0.25", 100),
        ("false ? 1 : 0.25", 25),
        ("- 3 - -3", 0),
        ("-(1 + 2) * 3", -9),
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("2 - 1 - 1", 0),
        ("year(occurred_at)", 2026),
        ("month(occurred_at)", 11),
        ("day(occurred_at)", 1),
        ("weekday(occurred_at)", 7),
        ("hour(occurred_at)", 23),
        ('weekday(date("2026-11-02"))', 1),
        ('year(date("1969-12-31"))', 1969),
        ('days(date("2024-03-01"), date("2024-02-01"))', 29),
        ("days(date(occurred_at), member.enrolled_on)", 20758),
        ("lines.count()", 0),
        ("lines.map(l, l.amount).sum()", 0),
        ("lines.map(l, l.amount).max()", None),
        ("coalesce(lines.map(l, l.amount).min(), -1)", -100),
        ("payment.amount * 0", None),
        ("coalesce(payment.amount, 1)", 100),
        ("coalesce(payment.amount, attributes.nights)", None),
        ("per(5, attributes.nights)", None),
        ("per(5, balance.points)", None),
        ("min(1, payment.amount)", None),
        ("attributes.vip ? 1 : 1", None),
        ("year(member.birthday)", None),
    ],
)
def test_numbers(written: str, value: int | None) -> None:
    assert said(number(written, SCOPE).node, NOTHING) == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        # Unknown is absorbed by what decides alone, and stays otherwise.
        ("attributes.vip && false", False),
        ("attributes.vip && true", None),
        ("attributes.vip || true", True),
        ("attributes.vip || false", None),
        ("!attributes.vip", None),
        ("!(attributes.vip && false)", True),
        ("attributes.vip == attributes.vip", None),
        ("attributes.vip ? true : true", None),
        ("coalesce(attributes.vip, true)", True),
        ("coalesce(attributes.vip && false, true)", False),
        ('shop == "a" || shop != "a"', None),
        ('shop in ["a"]', None),
        ('!(shop in ["a"])', None),
        ("has(shop)", False),
        ("!has(shop)", True),
        ("shop == null", True),
        ("null != shop", False),
        ("has(attributes.vip && false)", True),
        ("has(per(1, balance.points))", False),
        ("1.50 == 1.5", True),
        ("1 < 1.01 && 1.01 <= 1.01 && 2 > 1.99 && 2 >= 2.00", True),
        ("5 != 5.0", False),
        ("true == !false", True),
        ("true || false && false", True),
        ('tier.status == "basic"', True),
        ('tier.status != "gold"', True),
        ('at_least(tier.status, "silver")', False),
        ('tier.status in ["gold", "basic"]', True),
        ('date(occurred_at) == date("2026-11-01")', True),
        ('date(occurred_at) in [date("2026-11-02")]', False),
        ('date("2026-11-01") < date("2026-10-31")', False),
        ('occurred_at < timestamp("1970-01-01T00:00:00.000001Z")', True),
        ('occurred_at >= timestamp("1970-01-01T02:00:00+02:00")', True),
        ('timestamp("1970-01-01T00:00:01Z") > occurred_at', True),
        ("lines.exists(l, true)", False),
        ("lines.all(l, false)", True),
        ("\"it\\'s\" == 'it\\'s'", True),
    ],
)
def test_conditions(written: str, value: bool | None) -> None:
    assert said(condition(written, SCOPE).node, NOTHING) is value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("lines.map(l, l.amount).sum()", 600),
        ("lines.map(l, l.regular_amount).sum()", 400),
        ("lines.filter(l, l.category == 'food').map(l, l.amount * 2).sum()", 500),
        ("sum(lines.map(l, l.paid))", 402),
        ("lines.filter(l, l.regular_amount > 3).count()", 1),
        ("count(lines)", 2),
        ("lines.size()", 2),
        ("lines.map(l, l.regular_amount).max()", 400),
        ("lines.map(l, l.regular_amount).min()", 400),
        ("lines.exists(l, !(l.regular_amount > 3)) ? 1 : 0", 0),
        ("lines.all(x, x.regular_amount > 3) ? 1 : 0", 0),
        ("lines.all(l, coalesce(l.regular_amount, 4) > 3) ? 1 : 0", 1),
        ("lines.filter(l, l.quantity > 1).exists(l, l.category == 'toys') ? 1 : 0", 0),
    ],
)
def test_folds(written: str, value: int) -> None:
    other = {**LINE, "category": "toys", "quantity": 1_000, "amount": 350, "regular_amount": 400}
    each = replace(NOTHING, lists={"lines": [LINE, other], "payments": []})
    assert said(number(written, SCOPE).node, each) == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('l.category == "food"', True),
        ('"sale" in l.tags && !("new" in l.tags)', True),
        ("l.quantity == 1.5", True),
        ("l.quantity in [1, 1.5]", True),
        ("l.sku in list.special", True),
        ('l.brand != "x"', None),
        ("l.amount < 2.50", False),
        ('l.category == "food" && channel == "web"', None),
    ],
)
def test_conditions_on_one_line(written: str, value: bool | None) -> None:
    node = line_condition(written, SCOPE).node
    assert evaluate(node, EventNames(NOTHING, LINE)) is value
    true, false = (
        eval(source(node, RowLeaves()), {"row": NOTHING.row, "record": LINE})
        for source in (emit_python.is_true, emit_python.is_false)
    )
    assert (true, false) == (value is True, value is False)


def test_texts() -> None:
    assert said(text('coalesce(channel, "none")', SCOPE).node, NOTHING) == "none"
    assert said(text("channel", SCOPE).node, NOTHING) is None


def test_what_metrics_are_read_as() -> None:
    values: dict[str, Stored] = {
        "metric.visits": 1,
        "with_this(metric.visits)": 2,
        "metric.spent_this_year": 300,
        "previous(metric.spent_this_year)": 400,
    }
    each = replace(NOTHING, values=NOTHING.values | values)
    written = "metric.visits + with_this(metric.visits) * 10"
    assert said(number(written, SCOPE).node, each) == 21
    written = "metric.spent_this_year - previous(metric.spent_this_year)"
    assert said(number(written, SCOPE).node, each) == -100


# ---- many ----------------------------------------------------------------------------------------


def check(seed: int, count: int) -> None:
    tally = Tally()
    assert list(differences(seed, count, tally)) == []
    assert tally.refused * 20 < tally.expressions
    assert min(tally.true, tally.false, tally.unknown, tally.values) > count


def test_emitted_code_says_what_the_reference_says() -> None:
    check(1, 300)


@pytest.mark.prove
def test_emitted_code_says_what_the_reference_says_of_many() -> None:
    check(2, 10_000)


def test_events_hold_what_their_scope_says() -> None:
    """The bounds that overflow is proved from are reached, and kept."""
    random = Random(1)
    found = [event(random) for _ in range(500)]
    for name, kind in SCOPE.names.items():
        values = [each.values[name] for each in found]
        assert (None in values) == kind.nullable
    amounts = [abs(int(str(each.values["basket.amount"]))) for each in found]
    assert max(amounts) == SCOPE.names["basket.amount"].bound

"""The year of groceries is read exactly, in order, and with its oddities counted."""

from __future__ import annotations

import sys
from itertools import pairwise

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xenia.connectors import complete_journey
from xenia.connectors.complete_journey import CompleteJourney, Oddities, cents, tables
from xenia.connectors.history import Counts, Missing
from xenia.events.model import Purchase, member_name


@pytest.fixture(scope="module")
def year() -> CompleteJourney:
    return CompleteJourney()


@pytest.fixture(scope="module")
def few() -> list[Purchase]:
    return list(CompleteJourney(20).purchases())


def test_the_year_is_as_large_as_it_was_when_it_was_looked_at(year: CompleteJourney) -> None:
    assert year.counts == Counts(
        members=2_469,
        purchases=155_848,
        lines=1_469_307,
        amount=459_603_958,
        first=1_483_271_606_000_000,
        last=1_514_779_280_000_000,
    )


def test_what_is_strange_is_counted(year: CompleteJourney) -> None:
    assert year.oddities == Oddities(
        rounded=20,
        amount_zero=11_246,
        purchases_zero=478,
        quantity_zero=8_869,
        quantity_zero_paid=29,
        quantity_large=13_494,
        quantity_largest=89_638,
        ties=84,
        unknown_products=4_836,
        without_category=2_209,
    )


def test_what_is_strange_is_said(year: CompleteJourney) -> None:
    said = " ".join(year.remarks)
    for number in ("11,246 lines cost 0.00", "89,638", "84 times", "20 lines have more", "8,869"):
        assert number in said
    assert "simulated data" in year.notice
    assert "UTC" in said
    assert "New York" in said


def test_one_odd_line_is_told_in_the_singular() -> None:
    one = Oddities(
        rounded=1,
        amount_zero=1,
        purchases_zero=1,
        quantity_zero=1,
        quantity_zero_paid=0,
        quantity_large=1,
        quantity_largest=1001,
        ties=1,
        unknown_products=1,
        without_category=0,
    )
    said = " ".join(complete_journey._sentences(one))
    assert "1 line has more than two decimals and is rounded" in said
    assert "1 line costs 0.00, and so 1 whole purchase does" in said
    assert "1 time a household" in said
    assert "1 lines" not in said


def test_the_households_are_the_first_by_number(few: list[Purchase]) -> None:
    assert {int(member_name(purchase.member) or "") for purchase in few} == set(range(1, 21))


def test_purchases_come_in_order_of_time_household_and_basket(few: list[Purchase]) -> None:
    keys = [(one.occurred_at, int(member_name(one.member) or ""), int(one.id)) for one in few]
    assert all(before < after for before, after in pairwise(keys))


def test_the_purchases_of_some_are_those_among_all(few: list[Purchase]) -> None:
    wanted = {"7", "3"}
    some = list(CompleteJourney(20).purchases(wanted))
    assert some
    assert some == [one for one in few if one.member in wanted]
    assert list(CompleteJourney(20).purchases(set())) == []


def test_two_readings_at_a_time_do_not_disturb_each_other(few: list[Purchase]) -> None:
    history = CompleteJourney(20)
    first, second = history.purchases(), history.purchases()
    assert [(next(first), next(second)) for _ in few] == [(one, one) for one in few]


def test_every_line_is_as_in_the_files(few: list[Purchase]) -> None:
    transactions, products = map(str, tables())
    rows = duckdb.execute(
        "select basket_id::varchar, store_id, product_id::varchar, quantity,"
        " cast(100 * cast(sales_value as decimal(18, 4)) as bigint), department, product_category,"
        " brand, epoch_us(transaction_timestamp)"
        " from read_parquet(?) as t left join read_parquet(?) as p using (product_id)"
        " where household_id <= 20",
        [transactions, products],
    ).fetchall()
    expected = {
        (
            basket,
            f"store-{store}",
            product,
            1000 * quantity,
            amount,
            department or "UNKNOWN",
            (category,) if category else (),
            brand,
            time,
        )
        for basket, store, product, quantity, amount, department, category, brand, time in rows
    }
    found = {
        (
            purchase.id,
            purchase.location,
            line.sku,
            line.quantity,
            line.amount,
            line.category,
            line.tags,
            line.brand,
            purchase.occurred_at,
        )
        for purchase in few
        for line in purchase.lines
    }
    assert found == expected
    assert sum(len(purchase.lines) for purchase in few) == len(rows)
    assert "UNKNOWN" in {line.category for purchase in few for line in purchase.lines}


def test_lines_are_numbered_from_one(few: list[Purchase]) -> None:
    for purchase in few:
        assert [line.id for line in purchase.lines] == [
            str(number) for number in range(1, len(purchase.lines) + 1)
        ]


@pytest.mark.parametrize(
    ("value", "whole", "rounded"),
    [
        (0.0, 0, False),
        (0.29, 29, False),
        (4.35, 435, False),
        (840.0, 84_000, False),
        (1.776357e-15, 0, True),
        (0.005, 1, True),
        (0.0049, 0, True),
        (1.005, 101, True),
    ],
)
def test_a_float_becomes_cents_by_its_shortest_text(
    value: float, whole: int, rounded: bool
) -> None:
    assert cents(value) == (whole, rounded)


@given(st.integers(0, 10**11))
def test_every_amount_of_cents_survives_being_a_float(whole: int) -> None:
    assert cents(whole / 100) == (whole, False)


@pytest.mark.parametrize("value", [-0.01, float("inf"), float("nan")])
def test_what_is_no_amount_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not an amount of money"):
        cents(value)


def test_a_missing_package_is_told_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(complete_journey, "PACKAGE", "no_such_package")
    with pytest.raises(Missing, match=r"not installed: .*make demo.*pip install 'xenia\[demo\]'"):
        CompleteJourney()


def test_a_package_without_its_tables_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(complete_journey, "PACKAGE", "xenia")
    with pytest.raises(Missing, match=r"transactions\.parquet is missing"):
        CompleteJourney()


def test_a_missing_duckdb_is_told_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(Missing, match=r"duckdb is not installed: .*make demo"):
        CompleteJourney()


def test_an_interrupt_inside_duckdb_is_an_interrupt() -> None:
    with pytest.raises(KeyboardInterrupt), complete_journey._stopped_by_ctrl_c():
        raise RuntimeError("Query interrupted")
    with pytest.raises(RuntimeError, match="else"), complete_journey._stopped_by_ctrl_c():
        raise RuntimeError("something else")


@pytest.mark.parametrize(
    ("zone", "agrees"), [("America/New_York", True), ("UTC", False), ("America/Chicago", False)]
)
def test_the_data_s_own_weeks_change_at_midnight_in_new_york(zone: str, agrees: bool) -> None:
    # Week 1 ends with Sunday, 1 January 2017.
    (others,) = duckdb.execute(
        "select count(*) from (select week, cast(timezone(?, timezone('UTC',"
        " transaction_timestamp)) as date) as day from read_parquet(?))"
        " where week != 1 + (day - date '2016-12-26') // 7",
        [zone, str(tables()[0])],
    ).fetchall()[0]
    assert (others == 0) is agrees

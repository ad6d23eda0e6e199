"""The formulas give the numbers that books, standards and the trade print."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xenia.backtest.economics import (
    Settlement,
    allocate,
    bearable,
    break_even,
    break_even_fixed,
    discount_against_bonus,
    effective_cost,
    gain,
    recognised,
    response,
)
from xenia.backtest.report.amount import per_cent

MARGINS = [  # gross margin, uplift for a cost of 3 % of all sales, and of the sales before
    (20, "17.65 %", "15.00 %"),
    (25, "13.64 %", "12.00 %"),
    (30, "11.11 %", "10.00 %"),
    (40, "8.11 %", "7.50 %"),
    (50, "6.38 %", "6.00 %"),
]


@pytest.mark.parametrize(("margin", "growing", "fixed"), MARGINS)
def test_three_per_cent_needs_so_much_more(margin: int, growing: str, fixed: str) -> None:
    cost, of = Fraction(3, 100), Fraction(margin, 100)
    assert per_cent(break_even(cost, of) or Fraction(0)) == growing
    assert per_cent(break_even_fixed(cost, of) or Fraction(0)) == fixed


def test_ten_per_cent_more_pays_for_three_at_a_margin_of_a_third() -> None:
    assert break_even(Fraction(3, 100), Fraction(33, 100)) == Fraction(1, 10)
    assert bearable(Fraction(33, 100), Fraction(1, 10)) == Fraction(3, 100)
    assert break_even_fixed(Fraction(3, 100), Fraction(30, 100)) == Fraction(1, 10)


def test_what_costs_the_whole_margin_never_pays() -> None:
    assert break_even(Fraction(3, 10), Fraction(3, 10)) is None
    assert break_even_fixed(Fraction(3, 10), Fraction(0)) is None


def test_against_another_programme_only_the_difference_must_come_back() -> None:
    cost, margin, other = Fraction(3, 100), Fraction(30, 100), Fraction(2, 100)
    uplift = break_even(cost, margin, other)
    assert uplift is not None
    assert (1 + uplift) * (margin - cost) == margin - other
    assert break_even(other, margin, cost) == Fraction(-1, 28)


shares = st.fractions(min_value=0, max_value=1, max_denominator=1000)


@given(cost=shares, margin=shares, sales=st.integers(1, 10**12))
def test_at_break_even_nothing_is_gained_or_lost(
    cost: Fraction, margin: Fraction, sales: int
) -> None:
    uplift = break_even(cost, margin)
    assert (uplift is None) == (margin <= cost)
    if uplift is not None:
        assert gain(Fraction(sales), margin, cost, uplift) == 0
        assert bearable(margin, uplift) == cost


def test_five_per_cent_promised_is_two_point_eight_paid() -> None:
    settled = Settlement(
        redeemed=Fraction(8, 10), cost_ratio=Fraction(7, 10), cannibalised=Fraction(0)
    )
    assert effective_cost(Fraction(5, 100), settled) == Fraction(28, 1000)
    half = effective_cost(
        Fraction(5, 100), settled, participation=Fraction(1, 2), running=Fraction(1, 1000)
    )
    assert half == Fraction(15, 1000)


def test_goods_that_would_have_been_bought_cost_all_of_their_price() -> None:
    in_goods = Settlement(cost_ratio=Fraction(7, 10), cannibalised=Fraction(0))
    assert 450 * in_goods.per_face_value == 315
    assert (
        450 * Settlement(cost_ratio=Fraction(7, 10), cannibalised=Fraction(1)).per_face_value == 450
    )
    assert (
        450 * Settlement(cost_ratio=Fraction(7, 10), cannibalised=Fraction(1, 3)).per_face_value
        == 360
    )


def test_a_bonus_costs_half_of_a_discount_until_what_is_owed_is_counted() -> None:
    found = discount_against_bonus(Fraction(9000), Fraction(2700), Fraction(5, 100))
    assert [found.discount, found.bonus, found.owed] == [900, 450, Fraction(4275, 10)]
    assert 2 * found.profit - found.bonus == 4950
    assert per_cent(found.share(found.discount)) == "16.67 %"
    assert per_cent(found.share(found.bonus)) == "8.33 %"
    assert found.bonus + found.owed == Fraction(8775, 10)
    assert per_cent(found.share(found.bonus + found.owed)) == "16.25 %"
    assert per_cent(found.lasting) == "15.87 %"


def test_what_is_never_spent_makes_a_bonus_cheaper() -> None:
    found = discount_against_bonus(
        Fraction(9000), Fraction(2700), Fraction(5, 100), Settlement(redeemed=Fraction(7, 10))
    )
    assert found.bonus == 315
    assert per_cent(found.share(found.bonus)) == "5.83 %"


def test_the_standards_example_of_points_to_the_unit() -> None:
    points = allocate(Fraction(100_000), Fraction(10_000) * 1 * Fraction(95, 100))
    assert (round(points.goods), round(points.units)) == (91_324, 8_676)
    first = recognised(points.units, Fraction(4_500), Fraction(9_500))
    assert (round(first), round(points.units - first)) == (4_110, 4_566)
    second = recognised(points.units, Fraction(8_500), Fraction(9_700))
    assert (round(second - first), round(points.units - second)) == (3_493, 1_073)


@pytest.mark.parametrize(
    ("redeemed", "expected", "before", "revenue"),
    [(4_500, 9_700, 0, 4_175), (8_500, 9_900, 4_175, 3_552), (8_500, 9_200, 4_175, 4_140)],
)
def test_a_handbooks_versions_of_the_same_example(
    redeemed: int, expected: int, before: int, revenue: int
) -> None:
    assert (
        round(recognised(Fraction(9_000), Fraction(redeemed), Fraction(expected))) - before
        == revenue
    )


@given(price=st.integers(1, 10**12), units=st.integers(0, 10**12), spent=shares, expected=shares)
def test_allocation_loses_nothing(
    price: int, units: int, spent: Fraction, expected: Fraction
) -> None:
    found = allocate(Fraction(price), Fraction(units))
    assert found.goods + found.units == price
    assert 0 <= recognised(found.units, spent, expected) <= found.units


def test_more_often_and_more_each_time_multiply() -> None:
    assert response(Fraction(10, 100), Fraction(5, 100)) == Fraction(155, 1000)
    assert response(Fraction(-1), Fraction(5)) == -1

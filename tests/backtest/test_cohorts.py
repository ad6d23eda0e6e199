"""Cohorts: what is spent in the end is known where they are old, and estimated where young."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from xenia.backtest.cohorts import Cohort, coming, spent_at_age, ultimates

# Three months: 100, 200 and 400 issued. Of the first, 10, 20 and 30 are spent, 40 expire.
TRIANGLE = (
    Cohort(0, 100, (10, 20, 30), (0, 0, 40)),
    Cohort(1, 200, (20, 10), (0, 0)),
    Cohort(2, 400, (40,), (0,)),
)


def test_by_age_all_cohorts_that_are_so_old_are_counted() -> None:
    assert spent_at_age(TRIANGLE) == (Fraction(70, 700), Fraction(30, 300), Fraction(30, 100))


def test_a_young_cohort_is_expected_to_live_as_older_ones_did() -> None:
    first, second, third = ultimates(TRIANGLE)
    assert (first.least, first.expected, first.most) == (
        Fraction(6, 10),
        Fraction(6, 10),
        Fraction(6, 10),
    )
    assert (second.least, second.expected, second.most) == (
        Fraction(15, 100),
        Fraction(45, 100),
        Fraction(1),
    )
    assert (third.least, third.expected, third.most) == (
        Fraction(1, 10),
        Fraction(5, 10),
        Fraction(1),
    )
    assert third.breakage == Fraction(1, 2)


def test_what_is_still_coming_is_what_is_expected_less_what_is_spent() -> None:
    found = ultimates(TRIANGLE)
    assert coming(found, 2) == 0 + (90 - 30) + (200 - 40)
    assert coming(found, 1) == 30 + (90 - 20)
    assert coming(found, 0) == 50


def test_nobody_is_expected_to_spend_more_than_is_left() -> None:
    lost = (Cohort(0, 100, (0, 90), (0, 0)), Cohort(1, 100, (0,), (80,)))
    found = ultimates(lost)[1]
    assert (found.least, found.expected, found.most) == (
        Fraction(0),
        Fraction(2, 10),
        Fraction(2, 10),
    )


def test_a_month_without_units_is_no_cohort() -> None:
    assert ultimates([Cohort(0, 0, (0, 0), (0, 0))]) == ()
    assert ultimates([]) == ()


@st.composite
def triangles(draw: st.DrawFn) -> tuple[Cohort, ...]:
    months = draw(st.integers(1, 6))
    found = []
    for month in range(months):
        ages = months - month
        parts = draw(st.lists(st.integers(0, 50), min_size=2 * ages, max_size=2 * ages))
        left = draw(st.integers(0, 200))
        spent, ended = tuple(parts[:ages]), tuple(parts[ages:])
        found.append(Cohort(month, sum(parts) + left, spent, ended))
    return tuple(found)


@given(triangles())
def test_estimates_lie_between_the_certainties(cohorts: tuple[Cohort, ...]) -> None:
    found = ultimates(cohorts)
    for one in found:
        assert 0 <= one.least <= one.expected <= one.most <= 1
    last = len(cohorts) - 1
    assert coming(found, last) == sum(
        (one.expected - one.least) * one.cohort.issued for one in found
    )
    for month in range(len(cohorts)):
        left = sum(one.left_at(month - one.month) for one in cohorts[: month + 1])
        assert 0 <= coming(found, month) <= left

"""The integer operators, against dates and lists."""

from bisect import insort
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xenia.amounts import largest_remainder
from xenia.engine import operators as op
from xenia.engine.layout import LayoutWriter

EPOCH = date(1970, 1, 1)
DAYS = st.integers(0, 40_000)
MONEY = st.integers(0, 2**43 - 1)


@given(DAYS)
def test_the_calendar_is_the_calendar(day: int) -> None:
    moment = EPOCH + timedelta(day)
    assert op.month_of(day) == moment.year * 12 + moment.month - 1
    assert op.month_start(op.month_of(day)) == (moment.replace(day=1) - EPOCH).days
    assert (op.year_of(day), op.month_of_year(day)) == (moment.year, moment.month)
    assert (op.day_of_month(day), op.weekday_of(day)) == (moment.day, moment.isoweekday())
    assert op.week_start(op.week_of(day)) == day - moment.weekday()


@given(DAYS, st.integers(-60, 240))
def test_months_clamp_to_the_end_of_the_month(day: int, months: int) -> None:
    moment = EPOCH + timedelta(day)
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    end = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(1)
    expected = min(end, date(year, month + 1, min(moment.day, end.day)))
    assert op.add_months(day, months) == (expected - EPOCH).days


@pytest.mark.parametrize(
    ("enrolled", "day", "years"),
    [
        ("2024-02-29", "2025-02-27", 0),
        ("2024-02-29", "2025-02-28", 1),
        ("2024-02-29", "2028-02-28", 3),
        ("2024-02-29", "2028-02-29", 4),
        ("2024-05-10", "2024-05-10", 0),
        ("2024-05-10", "2024-05-09", -1),
    ],
)
def test_membership_years(enrolled: str, day: str, years: int) -> None:
    numbers = [(date.fromisoformat(text) - EPOCH).days for text in (day, enrolled)]
    assert op.membership_year(*numbers) == years


@given(st.integers(0, 2**60), st.integers(1, 2**40))
def test_rounding_of_exact_ratios(number: int, by: int) -> None:
    exact = Fraction(number, by)
    assert op.round_ratio(number, by, op.DOWN) == floor(exact)
    assert op.round_ratio(number, by, op.UP) == ceil(exact)
    assert op.round_ratio(number, by, op.NEAREST) == floor(exact + Fraction(1, 2))


@given(MONEY, MONEY, st.integers(1, 2**44))
def test_a_product_that_does_not_fit_is_divided_exactly(a: int, b: int, by: int) -> None:
    a = min(a, by)
    assert op.divide_product(a, b, by) == divmod(a * b, by)


@given(st.lists(MONEY, min_size=1, max_size=20).filter(any), st.data())
def test_a_split_is_by_largest_remainder_and_loses_nothing(
    weights: list[int], data: st.DataObject
) -> None:
    weights = [weight // len(weights) for weight in weights]
    total = data.draw(st.integers(0, sum(weights)))
    memory = [0] * op.MEMORY
    memory[op.WEIGHT : op.WEIGHT + len(weights)] = weights
    op.spread(memory, total, len(weights))
    shares = memory[op.SHARE : op.SHARE + len(weights)]
    assert shares == largest_remainder(total, weights)
    assert sum(shares) == total
    assert all(share <= weight for share, weight in zip(shares, weights, strict=True))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 99)), max_size=30))
def test_a_ring_is_a_sorted_list_that_merges_equal_keys(
    entries: list[tuple[int, int, int]],
) -> None:
    writer = LayoutWriter()
    at = writer.ring("lots")
    layout = writer.layout(room=40)
    state = layout.fresh()
    expected: list[list[int]] = []
    for key1, key2, units in entries:
        op.put(state, at, key1, key2, units)
        for entry in expected:
            if entry[:2] == [key1, key2]:
                entry[2] += units
                break
        else:
            insort(expected, [key1, key2, units])
    base, head, tail = state[at], state[at + op.HEAD], state[at + op.TAIL]
    assert list(state[base + 3 * head : base + 3 * tail]) == [
        part for entry in expected for part in entry
    ]
    assert state[at + op.TOTAL] == sum(entry[2] for entry in expected)


def test_a_full_ring_says_so() -> None:
    writer = LayoutWriter()
    at = writer.ring("lots")
    state = writer.layout(room=1).fresh()
    for day in range(state[at + op.CAPACITY]):
        op.put(state, at, day, day, 1)
    with pytest.raises(IndexError, match="a ring is full"):
        op.put(state, at, 99, 99, 1)


def test_a_balance_that_cannot_be_counted_says_so() -> None:
    writer = LayoutWriter()
    at = writer.ring("lots")
    state = writer.layout(room=4).fresh()
    op.put(state, at, 1, 1, op.UNITS_MAX - 1)
    with pytest.raises(OverflowError, match="more units than a balance can hold"):
        op.put(state, at, 1, 1, 1)


def test_one_balance_issues_at_most_a_thousand_rewards_at_a_time() -> None:
    writer = LayoutWriter()
    at = writer.ring("lots")
    state = writer.layout(room=4).fresh()
    log = [0] * 100
    op.put(state, at, 9, 1, 2500)
    op.issue_by_balance(state, at, 1, log, 0, 1)
    assert log[1:9] == [0, 1000, 9, 1, 1, 1000, 0, 0]
    assert state[at + op.TOTAL] == 1500


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 99)), max_size=12), st.integers(0, 10))
def test_a_counter_remembers_its_last_unit_and_the_one_before(
    counts: list[tuple[int, int]], key: int
) -> None:
    state = [0] * op.COUNTER
    kept: dict[int, int] = {}
    for unit, value in counts:
        op.count(state, 0, unit, value)
        last = max(unit, *kept, 0)
        kept[unit] = kept.get(unit, 0) + value
        kept = {each: found for each, found in kept.items() if each >= last - 1}
    assert op.counted(state, 0, key) == kept.get(key, 0)

"""Amounts: nothing is lost in a split, every rounding is the one named, every text is exact."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xenia.amounts import (
    LIMIT,
    MONEYS,
    NotAnAmount,
    UnknownMoney,
    format_decimal,
    largest_remainder,
    money_decimals,
    parse_decimal,
)

decimals = st.integers(0, 6)


@given(st.integers(0, LIMIT - 1), decimals)
def test_what_is_printed_is_read_back(value: int, places: int) -> None:
    text = format_decimal(value, places)
    assert parse_decimal(text, places, what="amount") == value
    assert len(text.partition(".")[2]) == places


@given(st.integers(0, 10**9), decimals, st.integers(0, 9))
def test_zeros_beyond_the_decimals_change_nothing(value: int, places: int, zeros: int) -> None:
    text = format_decimal(value, places)
    longer = text + ("." if places == 0 and zeros else "") + "0" * zeros
    assert parse_decimal(longer, places, what="amount") == value


@given(st.integers(-(10**20), 10**20), decimals)
def test_the_printed_decimal_is_the_exact_value(value: int, places: int) -> None:
    assert Fraction(format_decimal(value, places)) == Fraction(value, 10**places)


@pytest.mark.parametrize(
    ("written", "places", "value"),
    [("4.50", 2, 450), ("4.5", 2, 450), (4, 2, 400), ("0", 0, 0), ("007", 0, 7), ("12.000", 0, 12)],
)
def test_decimals_and_whole_numbers_are_read(written: str | int, places: int, value: int) -> None:
    assert parse_decimal(written, places, what="amount") == value


@pytest.mark.parametrize(
    ("written", "code", "sentence"),
    [
        (
            "4.505",
            "too-precise",
            "at most 2 decimals, but is 4.505: round it first",
        ),
        ("-1", "negative", "amount must not be negative, but is -1"),
        (-1, "negative", "amount must not be negative, but is -1"),
        ("1e3", "not-a-decimal", "without an exponent"),
        ("1,000.50", "not-a-decimal", "without commas"),
        ("1,5", "not-a-decimal", "without commas"),
        ("", "not-a-decimal", "plain digits"),
        ("+1", "not-a-decimal", "plain digits"),
        (" 1", "not-a-decimal", "plain digits"),
        ("1\n", "not-a-decimal", "plain digits"),
        (".5", "not-a-decimal", "plain digits"),
        ("5.", "not-a-decimal", "plain digits"),
        ("٣", "not-a-decimal", "plain digits"),
        ("²", "not-a-decimal", "plain digits"),
        ("٣.50", "not-a-decimal", "plain digits"),
        ("1_0", "not-a-decimal", "plain digits"),
        ("NaN", "not-a-decimal", "plain digits"),
        ("90071992547409.92", "too-large", "more than can be counted exactly"),
        ("999999999999999", "too-large", "more than can be counted exactly"),
        (999999999999999, "too-large", "more than can be counted exactly"),
        (LIMIT, "too-large", "below"),
        (-LIMIT, "too-large", "below"),
        ("0" * 61, "too-large", "61 characters"),
    ],
)
def test_what_is_no_exact_amount_is_refused_by_name(
    written: str | int, code: str, sentence: str
) -> None:
    with pytest.raises(NotAnAmount) as caught:
        parse_decimal(written, 2, what="amount")
    assert caught.value.code == code
    assert sentence in str(caught.value)


def test_a_unit_without_decimals_says_so() -> None:
    with pytest.raises(NotAnAmount, match="plain digits"):
        parse_decimal("5.", 0, what="points")
    with pytest.raises(NotAnAmount, match=r"points can have no decimals, but is 1\.5"):
        parse_decimal("1.5", 0, what="points")


weights = st.lists(st.integers(0, 10**12), min_size=1, max_size=30)


@given(st.integers(0, LIMIT), weights)
def test_a_split_loses_nothing_and_each_share_is_next_to_its_exact_part(
    total: int, parts: list[int]
) -> None:
    if sum(parts) == 0:
        parts = [*parts, 1]
    shares = largest_remainder(total, parts)
    assert sum(shares) == total
    for share, weight in zip(shares, parts, strict=True):
        exact = Fraction(total * weight, sum(parts))
        assert exact.__floor__() <= share <= exact.__ceil__()


@given(st.integers(0, 10**6), st.lists(st.integers(1, 50), min_size=2, max_size=12))
def test_the_units_left_go_to_the_largest_remainders_and_ties_to_the_earlier(
    total: int, parts: list[int]
) -> None:
    shares = largest_remainder(total, parts)
    extra = [share - total * w // sum(parts) for share, w in zip(shares, parts, strict=True)]
    order = sorted(range(len(parts)), key=lambda i: (-(total * parts[i] % sum(parts)), i))
    assert [extra[i] for i in order] == sorted(extra, reverse=True)


def test_equal_weights_give_the_odd_unit_to_the_first() -> None:
    assert largest_remainder(100, [1, 1, 1]) == [34, 33, 33]
    assert largest_remainder(2, [1, 1, 1]) == [1, 1, 0]


def test_nothing_is_shared_where_there_is_no_weight() -> None:
    assert largest_remainder(0, [0, 0]) == [0, 0]
    assert largest_remainder(0, []) == []
    with pytest.raises(ValueError, match="all weights are 0"):
        largest_remainder(1, [0])


@pytest.mark.parametrize(("total", "parts"), [(-1, [1]), (1, [2, -1])])
def test_a_split_of_negative_numbers_is_refused(total: int, parts: list[int]) -> None:
    with pytest.raises(ValueError, match="negative"):
        largest_remainder(total, parts)


@pytest.mark.parametrize(
    ("code", "places"), [("USD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("BGN", 2)]
)
def test_moneys_have_their_minor_unit(code: str, places: int) -> None:
    assert money_decimals(code) == places


def test_the_table_holds_every_money_once() -> None:
    assert len(MONEYS) == 179
    assert all(code.isalpha() and code.isupper() and len(code) == 3 for code in MONEYS)


@pytest.mark.parametrize("code", ["XAU", "usd", "", "EURO"])
def test_what_is_no_money_is_refused(code: str) -> None:
    with pytest.raises(UnknownMoney, match="ISO 4217"):
        money_decimals(code)

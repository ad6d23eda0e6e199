"""Local days: monotonic and right where clocks do odd things."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xenia.engine.zones import EPOCH, SECOND, zone

NAMES = (
    "America/New_York",
    "America/St_Johns",
    "Asia/Yerevan",
    "Africa/Casablanca",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Europe/Athens",
    "Pacific/Apia",
    "UTC",
)


def instant(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    moment = datetime(year, month, day, hour, minute, tzinfo=UTC)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def number(year: int, month: int, day: int) -> int:
    return (date(year, month, day) - EPOCH).days


@given(st.sampled_from(NAMES), st.integers(instant(1990, 1, 2), instant(2059, 12, 30)))
def test_a_day_holds_its_instants(name: str, moment: int) -> None:
    day = zone(name).day_of(moment)
    assert zone(name).start_of(day) <= moment < zone(name).start_of(day + 1)


@given(st.sampled_from(NAMES), st.integers(number(1990, 1, 1), number(2059, 12, 30)))
def test_days_begin_one_after_another(name: str, day: int) -> None:
    assert zone(name).start_of(day) <= zone(name).start_of(day + 1)


@given(st.sampled_from(NAMES), st.integers(number(1990, 1, 1), number(2059, 12, 30)))
def test_a_day_begins_at_the_first_instant_of_its_date(name: str, day: int) -> None:
    start = zone(name).start_of(day)
    local = [
        datetime.fromisoformat(zone(name).text(start + seconds * SECOND)).date()
        for seconds in (-1, 0)
    ]
    assert local[0] < EPOCH + timedelta(day) <= local[1]


def test_a_repeated_midnight_does_not_go_back() -> None:
    # On 4 November 2007 the clocks of St John's went back at 00:01 to 23:01 of the day before.
    after = instant(2007, 11, 4, 2, 45)
    assert zone("America/St_Johns").text(after) == "2007-11-03T23:15:00-03:30"
    assert zone("America/St_Johns").day_of(after) == number(2007, 11, 4)


def test_a_day_that_does_not_exist_has_no_length() -> None:
    apia = zone("Pacific/Apia")
    skipped = number(2011, 12, 30)
    assert apia.start_of(skipped) == apia.start_of(skipped + 1)
    assert apia.day_of(apia.start_of(skipped)) == skipped + 1


@pytest.mark.parametrize(
    ("moment", "hour"), [(instant(2026, 3, 29, 0, 59), 2), (instant(2026, 3, 29, 1), 4)]
)
def test_the_hour_is_what_the_clock_shows(moment: int, hour: int) -> None:
    assert zone("Europe/Athens").hour_of(moment) == hour


def test_text_carries_the_offset_and_microseconds_only_where_there_are_any() -> None:
    athens = zone("Europe/Athens")
    assert athens.text(instant(2026, 7, 1)) == "2026-07-01T03:00:00+03:00"
    assert athens.text(instant(2026, 7, 1) + 5) == "2026-07-01T03:00:00.000005+03:00"

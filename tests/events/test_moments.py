"""Written times and dates agree with the calendar, and those off it are refused."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xenia.events.moments import NotATime, parse_date, parse_time

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
zones = st.integers(-23 * 60, 23 * 60).map(lambda m: timezone(timedelta(minutes=m)))
within = st.datetimes(datetime(1990, 1, 2), datetime(2059, 12, 30), timezones=zones)  # noqa: DTZ001


@given(within)
def test_any_written_time_is_read_to_the_microsecond(moment: datetime) -> None:
    assert EPOCH + timedelta(microseconds=parse_time(moment.isoformat())) == moment


@given(within)
def test_any_date_is_a_day_number(moment: datetime) -> None:
    day = moment.date()
    assert parse_date(day.isoformat()) == (day - EPOCH.date()).days


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-01-01T00:00:00", "not-a-time"),
        ("2026-01-01", "not-a-time"),
        ("20260101T000000Z", "not-a-time"),
        ("2026-W01-1T00:00:00Z", "not-a-time"),
        ("2026-13-01T00:00:00Z", "not-a-time"),
        ("2026-01-01T24:30:00Z", "not-a-time"),
        ("2026-01-01T00:00:00+25:00", "not-a-time"),
        ("٢٠٢٦-01-01T00:00:00Z", "not-a-time"),
        ("1989-12-31T23:59:59Z", "out-of-range"),
        ("2060-01-01T00:00:00Z", "out-of-range"),
        ("2060-01-01T01:00:00+00:30", "out-of-range"),
    ],
)
def test_what_is_no_time_is_refused(text: str, code: str) -> None:
    with pytest.raises(NotATime) as caught:
        parse_time(text)
    assert caught.value.code == code


def test_the_bounds_are_half_open() -> None:
    assert parse_time("1990-01-01T00:00:00Z") < parse_time("2059-12-31T23:59:59.999999Z")


def test_digits_beyond_microseconds_are_cut() -> None:
    assert parse_time("2026-01-01T00:00:00.123456789Z") % 1_000_000 == 123456


@pytest.mark.parametrize("text", ["2025-02-29", "25-01-01", "2025-1-1", "20250101", "", "2025-001"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(NotATime):
        parse_date(text)

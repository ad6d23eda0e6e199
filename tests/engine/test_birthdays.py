"""When birthdays come: against a calendar that is looked at day by day, and at its edges."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from tests.reference.days import EPOCH
from tests.reference.moments import with_moments
from xenia.engine.account import decide, new_account
from xenia.engine.compile import compile_programme
from xenia.engine.moments.kinds import next_moment
from xenia.engine.moments.known import Known, known
from xenia.engine.plan import Plan
from xenia.engine.since import ALWAYS
from xenia.engine.timeline import Timeline
from xenia.engine.versions import TimelineVersion
from xenia.engine.zones import SECOND
from xenia.events.model import AttributeValue, Birthday, Clock, Enrolment, Event, Profile
from xenia.events.moments import parse_time
from xenia.programme.read import read
from xenia.services.files import zones

DAY = 24 * 60 * 60 * SECOND
PROGRAMME = """
xenia: 1
programme: gifts
money: EUR
timezone: Europe/Athens
currencies: {points: {value: 0.01, expires: {after: 5 months}}}
rules: {gift: {on: birthday, then: {earn: {points: 100}}}}
"""
MARCH = PROGRAMME + "settings: {leap-birthdays: 1 March}\n"
ONLY_ENROLLED = PROGRAMME + "enrolment: enrolment-only\n"
WITHOUT = PROGRAMME.replace("birthday", "profile")
HOMES = ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Pacific/Apia", "America/Santiago", "nowhere")


def plan_of(text: str) -> Plan:
    programme = read(text, zones=zones()).programme
    assert programme is not None
    return compile_programme(programme)


def recorded(plan: Plan, events: list[Event]) -> list[Event]:
    """The events of one member with their birthdays before them, as the engine has it: both by the
    account, and without deciding anything."""
    account, found = new_account(plan, "m"), list[Event]()
    timeline = Timeline([TimelineVersion(1, ALWAYS, plan)])
    ahead = known(timeline, account)
    for event in events:
        at = event.occurred_at
        while moment := next_moment(known(timeline, account), timeline, at):
            assert next_moment(ahead, timeline, at) == moment
            account, _ = decide(plan, account, moment)
            ahead = ahead.after(moment, timeline)
            found.append(moment)
        assert next_moment(ahead, timeline, at) is None
        if not isinstance(event, Clock):
            account, _ = decide(plan, account, event)
            ahead = ahead.after(event, timeline)
        found.append(event)
    return found


def history(random: Random) -> list[Event]:
    """A member who says now this, now that, also belatedly, at the edges of days and far apart."""
    now = parse_time(f"{random.randrange(1995, 2030)}-02-20T00:00:00Z")
    events: list[Event] = []
    for n in range(25):
        now += random.choice((0, 1, DAY - 1, DAY, 5 * DAY, 40 * DAY, 300 * DAY, 364 * DAY))
        at = now - random.choice((0, 0, 0, 90 * DAY, 500 * DAY))
        attributes: dict[str, AttributeValue] = {}
        if random.random() < 0.3:
            born = date(random.choice((1996, 2000, 2001)), 2, 28) - EPOCH
            attributes["birthday"] = born.days + random.choice((0, 0, 1, 1, 1, 2, -58, -59, 306))
        if random.random() < 0.2:
            attributes["timezone"] = random.choice(HOMES[:-1])
        kind = Enrolment if random.random() < 0.2 else Profile
        events.append(kind(id=f"e{n}", member="m", occurred_at=at, attributes=attributes))
    return events


@pytest.mark.parametrize("text", [PROGRAMME, MARCH, ONLY_ENROLLED, WITHOUT])
def test_birthdays_come_when_a_calendar_says_so(text: str) -> None:
    plan, seen = plan_of(text), 0
    for seed in range(22):
        events = history(Random(seed))
        expected = with_moments(plan.programme, events)
        assert recorded(plan, events) == expected, seed
        seen += sum(isinstance(event, Birthday) for event in expected)
    assert seen > 100 if text != WITHOUT else seen == 0


# ---- the edges -----------------------------------------------------------------------------------


def told(at: str, birthday: str | None = None, home: str | None = None) -> Event:
    attributes: dict[str, AttributeValue] = {}
    if birthday is not None:
        attributes["birthday"] = (date.fromisoformat(birthday) - EPOCH).days
    if home is not None:
        attributes["timezone"] = home
    return Enrolment(id=at, member="m", occurred_at=parse_time(at), attributes=attributes)


def comes(until: str, *events: Event, text: str = PROGRAMME) -> list[str]:
    """When the birthdays are, as clocks in Athens show it."""
    plan = plan_of(text)
    clock = Clock(id="end", occurred_at=parse_time(until))
    found = recorded(plan, [*events, clock])
    return [plan.zone.text(one.occurred_at)[:16] for one in found if isinstance(one, Birthday)]


JOINED = told("2025-01-10T12:00:00Z", "1990-05-04")


def test_it_comes_once_a_year_as_the_day_begins() -> None:
    assert comes("2025-05-03T23:59:59+03:00", JOINED) == []
    assert comes("2025-05-04T00:00:00+03:00", JOINED) == ["2025-05-04T00:00"]
    assert comes("2026-05-03T23:59:59+03:00", JOINED) == ["2025-05-04T00:00"]
    years = comes("2028-01-01T00:00:00Z", JOINED)
    assert years == ["2025-05-04T00:00", "2026-05-04T00:00", "2027-05-04T00:00"]


def test_the_day_begins_where_the_member_lives() -> None:
    joined = told("2025-01-10T12:00:00Z", "1990-05-04", "Asia/Tokyo")
    assert comes("2025-12-31T00:00:00Z", joined) == ["2025-05-03T18:00"]
    joined = told("2025-01-10T12:00:00Z", "1990-05-04", "America/New_York")
    assert comes("2025-12-31T00:00:00Z", joined) == ["2025-05-04T07:00"]
    joined = told("2025-01-10T12:00:00Z", "1990-05-04", "nowhere")
    assert comes("2025-12-31T00:00:00Z", joined) == ["2025-05-04T00:00"]


def test_at_the_turn_of_the_year_it_belongs_to_the_year_it_is_there() -> None:
    joined = told("2025-06-10T12:00:00Z", "1990-01-01", "Asia/Tokyo")
    found = comes("2027-12-31T23:00:00Z", joined)
    assert found == ["2025-12-31T17:00", "2026-12-31T17:00", "2027-12-31T17:00"]
    joined = told("2025-06-10T12:00:00Z", "1990-12-31", "America/New_York")
    assert comes("2026-01-01T12:00:00Z", joined) == ["2025-12-31T07:00"]


def test_the_29th_of_february_is_on_the_28th_or_on_the_1st_of_march() -> None:
    joined = told("2026-06-10T12:00:00Z", "2000-02-29")
    february = ["2027-02-28T00:00", "2028-02-29T00:00", "2029-02-28T00:00"]
    assert comes("2029-12-31T00:00:00Z", joined) == february
    march = ["2027-03-01T00:00", "2028-02-29T00:00", "2029-03-01T00:00"]
    assert comes("2029-12-31T00:00:00Z", joined, text=MARCH) == march


def test_who_tells_it_late_waits_a_year() -> None:
    # A microsecond before the day is in time, its first instant is not.
    joined = told("2025-05-03T23:59:59.999999+03:00", "1990-05-04")
    assert comes("2025-12-31T00:00:00Z", joined) == ["2025-05-04T00:00"]
    joined = told("2025-05-04T00:00:00+03:00", "1990-05-04")
    assert comes("2026-12-31T00:00:00Z", joined) == ["2026-05-04T00:00"]


def test_to_tell_it_again_changes_nothing() -> None:
    again = told("2025-05-04T00:00:00+03:00", "1990-05-04")
    assert comes("2025-12-31T00:00:00Z", JOINED, again) == ["2025-05-04T00:00"]
    # What was recorded late of an early time counts from then.
    late = told("2025-01-05T12:00:00Z", "1990-05-04")
    assert comes("2025-12-31T00:00:00Z", JOINED, again, late) == ["2025-05-04T00:00"]


def test_another_birthday_brings_none_within_a_year() -> None:
    earlier = told("2025-06-10T12:00:00Z", "1990-07-01")
    assert comes("2026-12-31T00:00:00Z", JOINED, earlier) == [
        "2025-05-04T00:00",
        "2026-07-01T00:00",
    ]
    # In another calendar year, but within 365 days: even a day earlier.
    for born in ("1990-02-01", "1990-05-03"):
        found = comes("2027-05-03T12:00:00Z", JOINED, told("2025-06-10T12:00:00Z", born))
        assert found == ["2025-05-04T00:00", f"2027-{born[5:]}T00:00"]
    # 365 days after, but in the same calendar year.
    joined = told("2027-06-10T12:00:00Z", "1990-01-01")
    changed = told("2028-06-10T12:00:00Z", "1990-12-31")
    found = comes("2029-12-31T12:00:00Z", joined, changed)
    assert found == ["2028-01-01T00:00", "2029-12-31T00:00"]


def test_who_told_it_elsewhere_has_theirs_from_the_day_of_the_enrolment_on() -> None:
    plan, until = plan_of(PROGRAMME), parse_time("2026-12-31T00:00:00Z")
    born, day = ((date(year, 5, 4) - EPOCH).days for year in (1990, 2025))
    for enrolled, year in ((day, 2025), (day + 1, 2026)):
        timeline = Timeline([TimelineVersion(1, ALWAYS, plan)])
        found = next_moment(Known("m", {"birthday": born}, enrolled, {}, 0), timeline, until)
        assert found is not None
        assert found.id == f"birthday/gifts/m/{year}"


def test_who_is_born_has_no_birthday_yet() -> None:
    joined = told("2025-01-10T12:00:00Z", "2025-05-04")
    assert comes("2026-12-31T00:00:00Z", joined) == ["2026-05-04T00:00"]

"""When a member's birthday comes: once a year, as their day begins where they live."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from xenia.engine.moments.known import Known, earns_until
from xenia.engine.operators import FAR
from xenia.engine.timeline import Timeline
from xenia.engine.zones import EPOCH, Zone, zone, zone_names
from xenia.events.conventions import BIRTHDAY, BIRTHDAY_SINCE, TIMEZONE
from xenia.events.model import OWN, AttributeValue, Birthday
from xenia.programme.settings import LeapBirthdays

KIND = "birthday"
APART = 365  # days between two birthdays, whatever birthday was told at the time of either
_ALWAYS = -(2**63)  # since when a birthday is known of which nobody remembers it


def coming(who: Known, timeline: Timeline, until: int) -> Birthday | None:
    """The next birthday of those that come up to and with an instant (microseconds)."""
    born, recorded = who.attributes.get(BIRTHDAY), who.last(KIND)
    if not isinstance(born, int):
        return None
    home = home_of(who.attributes, timeline.zone)
    since = int(who.attributes.get(BIRTHDAY_SINCE, _ALWAYS))
    earliest = max(since, timeline.zone.start_of(who.enrolled))
    first = _year(home.day_of(earliest))
    if recorded != FAR:
        first = max(first, _year(recorded) + 1)
    for year in range(first, _year(home.day_of(until)) + 1):
        setting = timeline.at(home.start_of(_in(year, born, LeapBirthdays.FEBRUARY))).plan
        day = _in(year, born, setting.programme.settings.leap_birthdays)
        at = home.start_of(day)
        if at > until:
            return None
        plan = timeline.at(at).plan
        if KIND not in plan.moments or at <= since or day <= born:
            continue
        closes = earns_until(plan)
        if closes is not None and at >= plan.zone.start_of(closes):
            continue
        if plan.zone.day_of(at) < who.enrolled or (recorded != FAR and day - recorded < APART):
            continue
        name = f"{KIND}/{plan.programme.id}/{who.member}/{year}"
        return Birthday(id=name, source=OWN, member=who.member, occurred_at=at, date=day)
    return None


def home_of(attributes: Mapping[str, AttributeValue], otherwise: Zone) -> Zone:
    """The zone in which a member lives."""
    name = attributes.get(TIMEZONE)
    return zone(name) if isinstance(name, str) and name in zone_names() else otherwise


def _year(day: int) -> int:
    return (EPOCH + timedelta(day)).year


def _in(year: int, born: int, leap: LeapBirthdays) -> int:
    """The day's number on which who was born on a day has their birthday in a year."""
    birth = EPOCH + timedelta(born)
    if (birth.month, birth.day) == (2, 29) and not _is_leap(year):
        found = date(year, 2, 28) if leap is LeapBirthdays.FEBRUARY else date(year, 3, 1)
    else:
        found = date(year, birth.month, birth.day)
    return (found - EPOCH).days


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)

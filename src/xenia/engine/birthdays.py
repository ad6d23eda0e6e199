"""When a member's birthday comes: once a year, as their day begins where they live."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from msgspec import Struct, structs

from xenia.engine.account import Account, told
from xenia.engine.operators import ENROLLED, FAR
from xenia.engine.plan import Plan
from xenia.engine.zones import EPOCH, Zone, zone, zone_names
from xenia.events.conventions import BIRTHDAY, BIRTHDAY_SINCE, TIMEZONE
from xenia.events.model import OWN, AttributeValue, Birthday, Enrolment, Event, Profile
from xenia.programme.model import Enrolment as EnrolmentRule
from xenia.programme.settings import LeapBirthdays

APART = 365  # days between two birthdays, whatever birthday was told at the time of either
_ALWAYS = -(2**63)  # since when a birthday is known of which nobody remembers it

PlanAt = Callable[[int], Plan]  # the plan in force at an instant


class Celebrant(Struct, frozen=True, gc=False):
    """What a member's next birthday goes by; days are day numbers, FAR where there is none."""

    member: str
    attributes: Mapping[str, AttributeValue]
    enrolled: int  # local day of the programme
    last: int  # the date of the birthday that was recorded last

    def after(self, event: Event, plan: Plan) -> Celebrant:
        """What it goes by once a plan has decided an event of the member."""
        joins = plan.programme.enrolment is EnrolmentRule.FIRST_EVENT or isinstance(
            event, Enrolment
        )
        if self.enrolled == FAR and not joins:
            return self
        enrolled = plan.zone.day_of(event.occurred_at) if self.enrolled == FAR else self.enrolled
        if isinstance(event, Birthday):
            return structs.replace(self, last=event.date)
        if isinstance(event, Enrolment | Profile):
            attributes = told(self.attributes, event)
            return structs.replace(self, enrolled=enrolled, attributes=attributes)
        return structs.replace(self, enrolled=enrolled)


def celebrant(plan: Plan, account: Account) -> Celebrant:
    """Of an account whose state has the plan's layout."""
    last = FAR if plan.last_birthday is None else account.state[plan.last_birthday]
    return Celebrant(account.member, account.attributes, account.state[ENROLLED], last)


def next_birthday(who: Celebrant, plan_at: PlanAt, until: int) -> Birthday | None:
    """The next birthday to be recorded of those that come up to and with an instant
    (microseconds)."""
    born = who.attributes.get(BIRTHDAY)
    if not isinstance(born, int) or who.enrolled == FAR:
        return None
    plan = plan_at(until)  # no version changes the programme's id or its zone
    home = home_of(who.attributes, plan.zone)
    since = int(who.attributes.get(BIRTHDAY_SINCE, _ALWAYS))
    earliest = max(since, plan.zone.start_of(who.enrolled))
    first = _year(home.day_of(earliest))
    if who.last != FAR:
        first = max(first, _year(who.last) + 1)
    for year in range(first, _year(home.day_of(until)) + 1):
        setting = plan_at(home.start_of(_in(year, born, LeapBirthdays.FEBRUARY)))
        day = _in(year, born, setting.programme.settings.leap_birthdays)
        at = home.start_of(day)
        if at > until:
            return None
        if plan_at(at).last_birthday is None or at <= since or day <= born:
            continue
        if plan.zone.day_of(at) < who.enrolled or (who.last != FAR and day - who.last < APART):
            continue
        name = f"birthday/{plan.programme.id}/{who.member}/{year}"
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

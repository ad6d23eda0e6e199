"""When birthdays come, said naively: every day is looked at.

It shares no code with `xenia.engine`; docs/reference/semantics.md is what both must agree with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from tests.reference.days import EPOCH, ONE_DAY, day_start, local_day, number
from tests.reference.entering import of_first_purchase
from xenia.events.model import Birthday, Enrolment, Event, Profile
from xenia.programme import model
from xenia.programme.model import Programme
from xenia.programme.settings import LeapBirthdays


@dataclass
class Story:
    """What a member's birthdays go by."""

    enrolled: date | None = None
    birthday: date | None = None
    since: int = -(2**63)
    home: str | None = None
    recorded: list[date] = field(default_factory=list)


def celebrates(programme: Programme) -> bool:
    rules, metrics = programme.rules.values(), programme.metrics.values()
    return any(one.on == "birthday" for one in rules) or any(
        one.on == "birthday" for one in metrics
    )


def birthdays(programme: Programme, story: Story, name: str, until: int) -> Iterator[Birthday]:
    """What is recorded of a member up to an instant, in microseconds."""
    if not celebrates(programme) or story.enrolled is None or story.birthday is None:
        return
    home = story.home or programme.timezone
    day, end = story.enrolled - ONE_DAY, local_day("UTC", until) + 2 * ONE_DAY
    while day < end:
        if is_birthday(programme, story.birthday, day):
            at = day_start(home, day)
            if at <= until and comes(programme, story, day, at):
                story.recorded.append(day)
                yield Birthday(
                    id=f"birthday/{programme.id}/{name}/{day.year}",
                    source="xenia",
                    member=name,
                    occurred_at=at,
                    date=number(day),
                )
        day += ONE_DAY


def is_birthday(programme: Programme, birthday: date, day: date) -> bool:
    if (day.month, day.day) == (birthday.month, birthday.day):
        return True
    if (birthday.month, birthday.day) != (2, 29) or (day + ONE_DAY).month == 2:
        return False
    march = programme.settings.leap_birthdays is LeapBirthdays.MARCH
    # The day after the 28th, or that one itself, of a February that has no 29th.
    if march:
        return (day.month, day.day, (day - ONE_DAY).day) == (3, 1, 28)
    return (day.month, day.day) == (2, 28)


def comes(programme: Programme, story: Story, day: date, at: int) -> bool:
    assert story.enrolled is not None
    assert story.birthday is not None
    return (
        at > story.since
        and local_day(programme.timezone, at) >= story.enrolled
        and day > story.birthday
        and earns(programme, at)
        and all(day.year > one.year and (day - one).days >= 365 for one in story.recorded)
    )


def earns(programme: Programme, at: int) -> bool:
    """Whether anything is earned at an instant: no moments come when a programme closes."""
    last = programme.earn_until
    return last is None or at < day_start(programme.timezone, last)


def tell(programme: Programme, story: Story, event: Event) -> None:
    """What an event changes in it."""
    only = programme.enrolment is model.Enrolment.ENROLMENT_ONLY
    if story.enrolled is None:
        if only and not isinstance(event, Enrolment) and not of_first_purchase(programme, event):
            return
        story.enrolled = local_day(programme.timezone, event.occurred_at)
    if isinstance(event, Enrolment | Profile):
        if "birthday" in event.attributes:
            born = EPOCH + int(event.attributes["birthday"]) * ONE_DAY
            if born != story.birthday:
                story.birthday, story.since = born, event.occurred_at
        if "timezone" in event.attributes:
            story.home = str(event.attributes["timezone"])

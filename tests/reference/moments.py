"""When moments come, said naively: every day is looked at, for each kind.

It shares no code with `xenia.engine`; docs/reference/semantics.md is what both must agree with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.reference.birthdays import Story, birthdays, earns, tell
from tests.reference.days import ONE_DAY, after, day_start, local_day, number
from xenia.events.model import (
    Act,
    Anniversary,
    Claim,
    Clock,
    Event,
    Flight,
    Inactivity,
    MonthEnd,
    OfItself,
    Purchase,
    Redemption,
    Rental,
    Stay,
    Use,
    member_name,
)
from xenia.programme.model import Programme
from xenia.programme.periods import Duration

ACTIVITIES = (Purchase, Redemption, Use, Claim, Act, Stay, Flight, Rental)


@dataclass
class Life:
    """What a member's moments go by."""

    story: Story = field(default_factory=Story)
    active: date | None = None
    recorded: set[str] = field(default_factory=set)


def with_moments(programme: Programme, events: Iterable[Event]) -> list[Event]:
    """The events, each after the moments of its member, or a clock after everybody's, that come
    before it."""
    lives: dict[str, Life] = defaultdict(Life)
    found: list[Event] = []
    for event in events:
        name = member_name(event.member)
        for each in sorted(lives) if isinstance(event, Clock) else [name]:
            if each is not None:
                found += moments(programme, lives[each], each, event.occurred_at)
        found.append(event)
        if name is not None:
            live(programme, lives[name], event)
    return found


def moments(programme: Programme, life: Life, name: str, until: int) -> list[OfItself]:
    """What is recorded of a member up to an instant, in microseconds."""
    found: list[OfItself] = [*birthdays(programme, life.story, name, until)]
    for one in others(programme, life, name, local_day("UTC", until) + 2 * ONE_DAY):
        if one.occurred_at > until or not earns(programme, one.occurred_at):
            continue
        if one.id not in life.recorded:
            life.recorded.add(one.id)
            found.append(one)
    kinds = (Anniversary, *{type(one) for one in found} - {Anniversary, MonthEnd, Inactivity})
    order = (*kinds, Inactivity, MonthEnd)
    return sorted(found, key=lambda one: (one.occurred_at, order.index(type(one))))


def others(programme: Programme, life: Life, name: str, end: date) -> Iterator[OfItself]:
    """All moments but birthdays of a member up to a day, if they do nothing any more."""
    rules, metrics = programme.rules.values(), programme.metrics.values()
    kinds = {one.on for one in rules} | {one.on for one in metrics}
    lengths = [rule.after for rule in rules if rule.after is not None]
    enrolled, here = life.story.enrolled, f"{programme.id}/{name}"
    if enrolled is None or not (lengths or {"anniversary", "month-end"} & kinds):
        return
    day = enrolled
    anniversaries = [after(enrolled, Duration(months=12), n) for n in range(1, 80)]
    active = max(life.active or enrolled, enrolled)
    while day < end:
        begins = day_start(programme.timezone, day)
        known: dict[str, Any] = {"source": "xenia", "member": name, "date": number(day)}
        if day in anniversaries and "anniversary" in kinds:
            years = anniversaries.index(day) + 1
            yield Anniversary(id=f"anniversary/{here}/{years}", occurred_at=begins, **known)
        if any(after(active, length) == day for length in lengths):
            since = number(active)
            yield Inactivity(
                id=f"inactivity/{here}/{day}", occurred_at=begins, since=since, **known
            )
        if (day + ONE_DAY).day == 1 and "month-end" in kinds:
            ends = day_start(programme.timezone, day + ONE_DAY) - 1
            yield MonthEnd(id=f"month-end/{here}/{day:%Y-%m}", occurred_at=ends, **known)
        day += ONE_DAY


def live(programme: Programme, life: Life, event: Event) -> None:
    """What an event changes in it."""
    tell(programme, life.story, event)
    if life.story.enrolled is not None and isinstance(event, ACTIVITIES):
        day = local_day(programme.timezone, event.occurred_at)
        life.active = max(life.active or day, day)

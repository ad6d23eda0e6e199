"""What a member's moments go by: of the account's state, and of what is erased some day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct, structs

from xenia.engine.account import Account, told
from xenia.engine.activities import ACTIVE
from xenia.engine.entering import enters
from xenia.engine.operators import AWAY, ENROLLED, FAR
from xenia.engine.plan import Plan
from xenia.engine.slots import LAST_ACTIVE
from xenia.engine.timeline import Timeline
from xenia.engine.zones import EPOCH
from xenia.events.conventions import MERGED_INTO
from xenia.events.model import (
    TYPE_NAMES,
    AttributeValue,
    Enrolment,
    Event,
    Leave,
    OfItself,
    OfMember,
)

_NEVER = 2**63 - 1  # microseconds: beyond every instant


class Known(Struct, frozen=True, gc=False):
    """Days are local day numbers of the programme, FAR where there is none."""

    member: str
    attributes: Mapping[str, AttributeValue]
    enrolled: int
    days: Mapping[str, int]  # the date of the last moment of each kind; when last active
    place: int  # of the version that the state has come to

    def last(self, name: str) -> int:
        """The day that is kept under a name."""
        return self.days.get(name, FAR)

    def after(self, event: Event, timeline: Timeline) -> Known:
        """What they go by once an event of the member has been decided."""
        decided_by = timeline.at(event.occurred_at)
        day = timeline.zone.day_of(event.occurred_at)
        anybody = enters(decided_by.plan.programme, event)
        if self.enrolled == AWAY or isinstance(event, Leave):
            anybody = False
        if self.enrolled >= FAR and not (anybody or isinstance(event, Enrolment)):
            return self
        if isinstance(event, Leave):
            return structs.replace(self, enrolled=AWAY, days={})
        enrolled = day if self.enrolled >= FAR else self.enrolled
        attributes, days, name = self.attributes, self.days, TYPE_NAMES[type(event)]
        if isinstance(event, OfMember):
            attributes = told(attributes, event, again=self.enrolled == AWAY)
        if isinstance(event, OfItself):
            days = {**days, name: _later(self.last(name), event.date)}
        elif name in ACTIVE:
            days = {**days, LAST_ACTIVE: _later(self.last(LAST_ACTIVE), day)}
        place = max(self.place, timeline.place(decided_by.version))
        return structs.replace(
            self, attributes=attributes, enrolled=enrolled, days=days, place=place
        )


def known(timeline: Timeline, account: Account) -> Known:
    """What the moments of an account go by."""
    plan = timeline.of(account.version).plan
    return Known(
        account.member,
        account.attributes,
        AWAY if MERGED_INTO in account.attributes else account.state[ENROLLED],
        {name: account.state[at] for name, at in plan.moments.items()},
        timeline.place(account.version),
    )


class Span(NamedTuple):
    """A time in which one version is in force that has moments of a kind.

    It is [since, until) in microseconds; the days that begin in it are [first, end); `begun` is the
    first day of the first of the versions, one after the other, that have them.
    """

    plan: Plan
    since: int
    until: int
    first: int
    end: int
    begun: int


def spans(who: Known, timeline: Timeline, kind: str) -> Iterator[Span]:
    """When moments of a kind may still come to a member.

    What a state remembers of them goes back to the first of the versions that have them in a row.
    """
    days = (*timeline.first_days, FAR)
    starts = (*(item.effective_from for item in timeline.versions), _NEVER)
    begun = None
    for place, item in enumerate(timeline.versions):
        if kind not in item.plan.moments:
            begun = None
            continue
        begun = days[place] if begun is None else begun
        if _row(timeline, kind, place, who.place):
            since, until = starts[place : place + 2]
            first, end = days[place : place + 2]
            if (closes := earns_until(item.plan)) is not None:
                end, until = min(end, closes), min(until, timeline.zone.start_of(closes))
            yield Span(item.plan, since, until, first, end, begun)


def earns_until(plan: Plan) -> int | None:
    """The first day on which nothing is earned any more: none of these comes from then on."""
    day = plan.programme.earn_until
    return None if day is None else (day - EPOCH).days


def _row(timeline: Timeline, kind: str, first: int, last: int) -> bool:
    """Whether all versions from one place up to another, if it is one, have moments of a kind."""
    return all(kind in item.plan.moments for item in timeline.versions[first : last + 1])


def _later(day: int, other: int) -> int:
    return other if day == FAR else max(day, other)

"""When a member has been inactive for so long: as the day begins, in the programme's zone, that is
so long after the day on which they last did something."""

from __future__ import annotations

from datetime import timedelta

from xenia.engine.moments.known import Known, spans
from xenia.engine.operators import FAR
from xenia.engine.slots import LAST_ACTIVE
from xenia.engine.terms import day_after
from xenia.engine.timeline import Timeline
from xenia.engine.zones import EPOCH
from xenia.events.model import OWN, Inactivity

KIND = "inactivity"


def coming(who: Known, timeline: Timeline, until: int) -> Inactivity | None:
    """The next one of those that come up to and with an instant (microseconds)."""
    last = -FAR if who.last(KIND) == FAR else who.last(KIND)
    active = who.enrolled if who.last(LAST_ACTIVE) == FAR else who.last(LAST_ACTIVE)
    for span in spans(who, timeline, KIND):
        # What members did before there was such a version is not known.
        since = max(active, who.enrolled, span.begun)
        days = (day_after(since, length) for length in span.plan.lengths)
        day = min((day for day in days if day > last and span.first <= day < span.end), default=FAR)
        if day < FAR:
            at = timeline.zone.start_of(day)
            name = f"{KIND}/{span.plan.programme.id}/{who.member}/{EPOCH + timedelta(day)}"
            found = Inactivity(
                id=name, source=OWN, member=who.member, occurred_at=at, date=day, since=since
            )
            return found if at <= until else None
    return None

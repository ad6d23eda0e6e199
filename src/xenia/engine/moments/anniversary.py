"""When a member's anniversary comes: the day of their enrolment, every year after.

It begins in the programme's zone: the day of the enrolment is one there, and so are membership
years, whose first day it is.
"""

from __future__ import annotations

from xenia.engine.moments.known import Known, spans
from xenia.engine.operators import FAR, add_months, membership_year
from xenia.engine.timeline import Timeline
from xenia.events.conventions import JOINED_AGAIN
from xenia.events.model import OWN, Anniversary

KIND = "anniversary"


def coming(who: Known, timeline: Timeline, until: int) -> Anniversary | None:
    """The next anniversary of those that come up to and with an instant (microseconds)."""
    last = who.enrolled if who.last(KIND) == FAR else who.last(KIND)
    for span in spans(who, timeline, KIND):
        years = membership_year(max(last, span.first - 1), who.enrolled) + 1
        day = add_months(who.enrolled, 12 * years)
        if day < span.end:
            name = f"{KIND}/{span.plan.programme.id}/{who.member}/{years}"
            if JOINED_AGAIN in who.attributes:  # it was so many years once before
                name = f"{name}/{who.enrolled}"
            at = timeline.zone.start_of(day)
            found = Anniversary(id=name, source=OWN, member=who.member, occurred_at=at, date=day)
            return found if at <= until else None
    return None

"""When a month ends for a member: with the last instant of its last day, in the programme's zone.

So everything that is counted by months still counts the month that ends.
"""

from __future__ import annotations

from datetime import timedelta

from xenia.engine.moments.known import Known, spans
from xenia.engine.operators import FAR, month_of, month_start
from xenia.engine.timeline import Timeline
from xenia.engine.zones import EPOCH
from xenia.events.model import OWN, MonthEnd

KIND = "month-end"


def coming(who: Known, timeline: Timeline, until: int) -> MonthEnd | None:
    """The next month's end of those that come up to and with an instant (microseconds)."""
    zone = timeline.zone
    last = who.enrolled - 1 if who.last(KIND) == FAR else who.last(KIND)
    for span in spans(who, timeline, KIND):
        # The day before the span's first may end in it.
        month = month_of(max(last + 1, span.first - 1))
        at = zone.start_of(month_start(month + 1)) - 1
        if at < span.since:
            month += 1
            at = zone.start_of(month_start(month + 1)) - 1
        if at < span.until:
            day = month_start(month + 1) - 1
            named = f"{EPOCH + timedelta(day):%Y-%m}"
            name = f"{KIND}/{span.plan.programme.id}/{who.member}/{named}"
            found = MonthEnd(id=name, source=OWN, member=who.member, occurred_at=at, date=day)
            return found if at <= until else None
    return None

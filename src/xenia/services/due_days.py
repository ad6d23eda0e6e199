"""On which days an account may be stored as next due."""

from __future__ import annotations

from functools import lru_cache

from xenia.engine.account import Account
from xenia.engine.moments.kinds import next_look
from xenia.engine.operators import FAR
from xenia.engine.timeline import Timeline
from xenia.services.published import Published


def days_of(published: Published, account: Account) -> set[int | None]:
    """The days that may be stored as next due.

    When it was stored a later version may not have been known; when that was published, it may have
    put its first day there, also if it was withdrawn since: then nothing is found to do there.
    """
    timeline = published.timeline
    zone = timeline.zone
    withdrawn = [zone.day_of(at - 1) + 1 for at in published.withdrawn]
    found: set[int | None] = set()
    for place in range(timeline.place(account.version), len(timeline.versions)):
        known = next_look(_up_to(timeline, place), account)
        own = FAR if known is None else known
        first = [min(own, day) for day in (*timeline.first_days[place + 1 :], *withdrawn)]
        found |= {None if day >= FAR else day for day in (own, *first)}
    return found


@lru_cache(maxsize=256)
def _up_to(timeline: Timeline, place: int) -> Timeline:
    """A programme as it was before the versions behind a place were published."""
    return Timeline(timeline.versions[: place + 1])

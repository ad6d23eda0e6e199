"""Which programme is meant where a member names none."""

from __future__ import annotations

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.engine.operators import FAR
from xenia.engine.zones import EPOCH
from xenia.events.errors import EventError
from xenia.services.published import Published, Space
from xenia.store import accounts

Reads = Connection[TupleRow]


def of_member(
    reads: Reads, space: Space, member: str, named: str | None, now: int
) -> Published | EventError:
    """The programme that is named; else the one that the member joined first of those that run at
    an instant (microseconds), or of all, also if they have left it; else the first that there is.
    """
    if named is not None or len(space.programmes) < 2:
        return space.published(named)
    known = {one.programme_id: one for one in space.programmes.values()}
    days = accounts.enrolment_days(reads, space.space_id, member, known)
    # Who has left is AWAY, which comes behind every day.
    joined = sorted((day, known[number].name) for number, day in days.items() if day != FAR)
    names = [name for _, name in joined]
    running = [name for day, name in joined if day < FAR and _runs(space.programmes[name], now)]
    return space.programmes[next(iter([*running, *names, *space.programmes]))]


def _runs(published: Published, now: int) -> bool:
    """Whether a version of it has taken effect, and what it has given can still be spent."""
    if all(one.effective_from > now for one in published.versions.values()):
        return False
    end = published.timeline.at(now).plan.programme.spend_until
    return end is None or published.timeline.zone.day_of(now) < (end - EPOCH).days

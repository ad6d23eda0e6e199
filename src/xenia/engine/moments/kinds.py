"""All kinds of moment, and which of a member's comes next."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xenia.engine.account import Account
from xenia.engine.moments import anniversary, birthday, inactivity, month_end
from xenia.engine.moments.known import Known, known
from xenia.engine.operators import FAR
from xenia.engine.timeline import Timeline
from xenia.events.model import OfItself

Coming = Callable[[Known, Timeline, int], OfItself | None]

# Of several that come at the same instant, the first goes first.
KINDS: Mapping[str, Coming] = {
    anniversary.KIND: anniversary.coming,
    birthday.KIND: birthday.coming,
    inactivity.KIND: inactivity.coming,
    month_end.KIND: month_end.coming,
}
_BY_ACCOUNT = frozenset(KINDS) - {birthday.KIND}  # whose day the account alone says
_FOR_EVER = 2**63 - 1  # microseconds


def next_moment(who: Known, timeline: Timeline, until: int) -> OfItself | None:
    """The next moment to be recorded of those that come up to and with an instant (microseconds),
    whatever the kind."""
    return _next(who, timeline, until, timeline.moments)


def next_look(timeline: Timeline, account: Account) -> int | None:
    """The first local day on which there may be something to do or to record for an account by
    itself, but for birthdays, which the account alone does not tell.  None: never."""
    due, kinds = timeline.next_due(account), timeline.moments & _BY_ACCOUNT
    if not kinds:
        return due
    moment = _next(known(timeline, account), timeline, _FOR_EVER, kinds)
    if moment is None:
        return due
    # A month ends in the last instant of its day: it is recorded on the day after.
    day = timeline.zone.day_of(moment.occurred_at + 1)
    return day if due is None else min(due, day)


def _next(who: Known, timeline: Timeline, until: int, kinds: frozenset[str]) -> OfItself | None:
    if who.enrolled >= FAR:
        return None
    found = [
        moment
        for name, coming in KINDS.items()
        if name in kinds and (moment := coming(who, timeline, until)) is not None
    ]
    return min(found, key=lambda moment: moment.occurred_at, default=None)

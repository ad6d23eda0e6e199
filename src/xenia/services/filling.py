"""What metrics that a version brings count of what earlier ones decide: it happens to the member
again, as if that version had always been in force.

Facts alone are read, and what was stored with them: so it is the same whoever asks, and whenever,
also when what was personal has been erased.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from msgspec import structs
from psycopg import Connection

from xenia.effects import NOTHING, Given
from xenia.engine import account as engine
from xenia.engine.operators import ENROLLED
from xenia.engine.since import ALWAYS
from xenia.engine.timeline import Timeline
from xenia.engine.versions import AsIf, TimelineVersion
from xenia.events.facts import without_personal
from xenia.events.model import TYPE_NAMES, Event, OfItself, OfMember, Purchase, Referral, TakingBack
from xenia.events.parts import EventKey
from xenia.services.conventions import conventions_of
from xenia.services.steps import event_of
from xenia.services.taken_back import Recorded, as_chosen
from xenia.store import ledger
from xenia.store.ledger import Step
from xenia.store.posting import Scope


class Happened(NamedTuple):
    """An event and what it was decided with, or (None) time that passed up to and including a day;
    `version` decided it."""

    event: Event | None
    given: Given
    until: int
    version: int


def happened(step: Step) -> Happened:
    """What was recorded as a step.  Raises ValueError where an event is missing."""
    if step.until is not None:
        return Happened(None, NOTHING, step.until, step.version)
    return Happened(event_of(step), Given.unpacked(step.inputs), 0, step.version)


@dataclass(frozen=True, slots=True)
class PastAsIf(AsIf):
    """What versions of a timeline would have made of a member's `past`, which tells what has been
    recorded until now, in that order."""

    timeline: Timeline
    member: str
    past: Callable[[], Sequence[Happened]]

    def filled(self, version: TimelineVersion) -> Sequence[int]:
        """See AsIf."""
        again = self._again(version)
        return again.by(self.timeline.first_day(version.version) - 1)

    def after(
        self, version: TimelineVersion, state: Sequence[int], event: Event, given: Given
    ) -> Sequence[int]:
        """See AsIf."""
        return self._again(version, event).after(state, event, given)

    def _again(self, version: TimelineVersion, event: Event | None = None) -> _Again:
        """All that is needed of the past for an event; None: all of it."""
        again, past = _Again(self.timeline, version, self.member), self.past()
        if event is not None and not _goes_back(event, past):
            past = [one for one in past if isinstance(one.event, OfMember)]
        for one in past:
            again.take(one)
        return again


def _goes_back(event: Event, past: Iterable[Happened]) -> bool:
    """Whether an event takes something back of another one, or something waits for it."""
    key = EventKey(event.id, event.source)
    return isinstance(event, TakingBack) or any(
        isinstance(one.event, TakingBack) and one.event.of == key for one in past
    )


class _Again:
    """A member's account, by one version alone."""

    def __init__(self, timeline: Timeline, version: TimelineVersion, member: str) -> None:
        self._timeline, self._plan = timeline, version.plan
        self._alone = Timeline((replace(version, effective_from=ALWAYS),))
        self._account = self._alone.new_account(member)
        self._recorded = Recorded()
        self._lines_most = conventions_of(version.plan.programme).lines_most

    def take(self, one: Happened) -> None:
        """Do something again."""
        if one.event is None:
            self._account, _ = self._alone.pass_day(self._account, one.until)
        elif not one.given.blocked and self._is_member(one.event, one.version):
            self._decide(as_chosen(self._read(one.event), one.given), one.given)

    def by(self, day: int) -> Sequence[int]:
        """The state at the end of a local day."""
        return self._alone.pass_day(self._account, day)[0].state

    def after(self, state: Sequence[int], event: Event, given: Given) -> Sequence[int]:
        """What becomes of another state of the same member by one more event."""
        self._account = structs.replace(self._account, state=state)
        self._decide(as_chosen(self._read(event), given), given)
        return self._account.state

    def _decide(self, event: Event, given: Given) -> None:
        given = structs.replace(given, row=None, behind=(), drawn=None)
        purchase = event
        if given.found is not None and given.found.purchase is not None:
            purchase = self._read(given.found.purchase)
            given = structs.replace(given, found=structs.replace(given.found, purchase=purchase))
        if not self._can_read(purchase):
            return
        past = self._recorded.past(event)
        account, outcome = self._alone.decide(self._account, event, given=given, past=past)
        self._recorded.keep(event, outcome)
        self._account = structs.replace(account, vouchers=())

    def _is_member(self, event: Event, version: int) -> bool:
        """Whether it is that of a member: who has joined by the terms of then is one now."""
        account = self._account
        if account.enrolled:
            return True
        if engine.outside(self._timeline.of(version).plan, account, event):
            return False
        if engine.outside(self._plan, account, event) or not self._can_read(event):
            state = self._plan.layout.fresh()
            state[ENROLLED] = self._timeline.zone.day_of(event.occurred_at)
            self._account = structs.replace(account, state=state)
        return True

    def _can_read(self, event: Event) -> bool:
        """Not what comes by itself where nothing of the version is on it, nor a purchase of more
        lines than it takes."""
        if isinstance(event, OfItself | Referral):
            return TYPE_NAMES[type(event)] in self._plan.types
        most = self._lines_most
        return most is None or not isinstance(event, Purchase) or len(event.lines) <= most

    def _read(self, event: Event) -> Event:
        """The event as the version knows it: an attribute that was of another type is none."""
        then = self._timeline.at(event.occurred_at).plan.programme
        event = without_personal(event, conventions_of(then))
        if isinstance(event, OfMember):
            was, now = then.attributes.member, self._plan.programme.attributes.member
        else:
            was, now = then.attributes.event, self._plan.programme.attributes.event
        kept = {
            name: value
            for name, value in event.attributes.items()
            if name in was and name in now and was[name].type == now[name].type
        }
        return structs.replace(event, attributes=kept)


@dataclass(slots=True)
class Pasts:
    """The past of a batch's members, as far as it is asked for, which is seldom.

    `connection` is in the transaction in which their accounts are locked; `until` (microseconds)
    leaves out what was recorded later.
    """

    connection: Connection[Any]
    scope: Scope
    timeline: Timeline
    until: int | None = None
    _stored: dict[str, list[Happened]] = field(default_factory=dict)
    _since: dict[str, list[Happened]] = field(default_factory=dict)  # that is not stored yet

    def of(self, member: str) -> AsIf | None:
        """What a member's account takes; nothing is read before it does."""
        if not self.timeline.brings_metrics:
            return None
        return PastAsIf(self.timeline, member, lambda: self._past(member))

    def keep(self, member: str, event: Event, given: Given, version: int) -> None:
        """Note what happens to a member in the same transaction."""
        if self.timeline.brings_metrics:
            one = Happened(event, given, 0, version)
            self._since.setdefault(member, []).append(one)

    def _past(self, member: str) -> list[Happened]:
        if member not in self._stored:
            steps = ledger.steps(self.connection, self.scope, [member])
            until = self.until
            self._stored[member] = [
                happened(step) for step in steps if until is None or step.recorded_at <= until
            ]
        return [*self._stored[member], *self._since.get(member, ())]

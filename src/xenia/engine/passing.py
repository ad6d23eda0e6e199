"""An account on its way through time, from one version of a programme to the next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import structs

from xenia.effects import Given, Outcome, View
from xenia.engine import carrying, claiming, merging, returning, told_back
from xenia.engine.account import Account, machine
from xenia.engine.link import Ints
from xenia.engine.logs import Done, Heading
from xenia.engine.machine import Machine, Told
from xenia.engine.moves import Bridge
from xenia.engine.operators import DAY, NEXT_DUE
from xenia.engine.renewing import movements
from xenia.engine.returning import TakenBack
from xenia.engine.vouchers import held
from xenia.engine.zones import EPOCH
from xenia.events.model import AttributeValue, Event, Merge, OfMerge

if TYPE_CHECKING:
    from xenia.engine.timeline import Timeline
    from xenia.engine.versions import AsIf


class Passing:
    """An account on its way; its state has the layout of the version at `place`."""

    def __init__(self, timeline: Timeline, account: Account, as_if: AsIf | None) -> None:
        self._timeline, self.before, self.as_if = timeline, account, as_if
        self.place = timeline.place(account.version)
        self.state = self._run.steps.state(account.state)
        self.done = Done()
        self.changed = False

    @property
    def _run(self) -> Machine:
        return machine(self._timeline.versions[self.place].plan)

    def until(self, day: int) -> None:
        """Due work up to and including a day, that of each day by the version it began under."""
        starts = self._timeline.first_days
        while self.before.joined:
            after = self.place + 1
            if after == len(starts) or starts[after] > day:
                self.due(day)
                return
            self.due(starts[after] - 1)
            self.move(after)

    def came(self, day: int, back: TakenBack) -> Told:
        """What takes something back has happened on a day."""
        self.changed = True
        key = self._timeline.versions[self.place].key
        heading = Heading(back.told.name, key, day, False)
        return returning.came(self._run, self.state, heading, back, self.done)

    def come(self, day: int, back: TakenBack, version: int) -> tuple[Account, Outcome]:
        """The same, with what that has made due."""
        self.due(self.state[DAY], self.came(day, back))
        seen = self.view(self.state[DAY])
        told = told_back.outcome_of(back, self.done, seen, version)
        return self.account(told, self.before.attributes), told

    def claim(self, day: int) -> None:
        """Somebody claims something on a day."""
        claiming.came(self._run, self.state, day)

    def merge(self, event: OfMerge, given: Given) -> tuple[Account, Outcome]:
        """Somebody is found to be another member: what they had goes, or comes to that one."""
        day = self._timeline.zone.day_of(event.occurred_at)
        version = self._timeline.versions[self.place]
        heading = Heading(f"{event.source}/{event.id}", version.key, day, False)
        attributes, behind, carried, theirs = self.before.attributes, None, None, given.vouchers
        self.changed = True
        if isinstance(event, Merge):
            assert given.carried is not None, "it is told with what was carried"
            self.state, behind = merging.come(
                self._run, self.state, given.carried, heading, self.done
            )
            attributes = carrying.known_of(attributes, given.carried)
            self.done.vouchers += theirs
        else:
            attributes = carrying.marked(attributes, event)
            if event.step == "done":
                self.state, carried = carrying.gone(self._run, self.state, heading, self.done)
                carried = structs.replace(carried, attributes=attributes)
        self.due(self.state[DAY], behind)
        told = Outcome(
            effects=tuple(self.done.effects),
            movements=tuple(self.done.movements),
            view=self.view(self.state[DAY]),
            vouchers=tuple(self.done.vouchers),
            shown=theirs,
            carried=carried,
            version=version.version,
        )
        return self.account(told, attributes), told

    def so_far(self) -> Account:
        """The account on its way, with what was due until now."""
        version = self._timeline.versions[self.place].version
        vouchers = held(self.before.vouchers, tuple(self.done.vouchers), ())
        account = self.before
        return Account(account.member, self.state, account.attributes, vouchers, version)

    def due(self, day: int, behind: Told | None = None) -> None:
        """Due work up to and including a day, by the version that the state has come to.

        It is told as behind an event, if that made it due in the past.
        """
        if self.state[NEXT_DUE] <= day:
            key = self._timeline.versions[self.place].key
            self._run.due(self.before.member, self.state, day, key, self.done, behind=behind)
            self.changed = True

    def move(self, place: int) -> None:
        """On to a later version through those between; it stays if it has come further."""
        if place <= self.place:
            return
        self.changed = True
        if not self.before.joined:  # nothing has happened, so there is nothing to move
            self.state = self._timeline.versions[place].plan.layout.fresh()
            self.place = place
        while self.place < place:
            move, as_if = self._timeline.moves[self.place], None
            self.place += 1
            if move.new_metrics and self.as_if is not None:
                as_if = self.as_if.filled(self._timeline.versions[self.place])
            self.state = move.forward(self.state, as_if)
            self._renew()
        self.state = self._run.steps.state(self.state)

    def _renew(self) -> None:
        """Let lots end by the terms of the version that the state has come to, where these are for
        all."""
        timeline, place = self._timeline, self.place
        renewal = timeline.renewals.at(place)
        if renewal is not None:
            state, changed = renewal.state(self.state)
            day = timeline.zone.day_of(timeline.versions[place].effective_from)
            due = (EPOCH + timedelta(day)).isoformat()
            effect = f"due/{self.before.member}/{due}/0"  # what falls due is numbered from 1 on
            self.done.movements += movements(changed, effect, day)
            self.state = timeline.moves[place - 1].due_again(state)

    def count(self, bridge: Bridge, was: Ints, event: Event, given: Given) -> None:
        """Let metrics count an event, of which the version that has decided it knows nothing; `was`
        is the state before it."""
        if bridge.new_metrics and self.as_if is not None:
            version = self._timeline.versions[self.place]
            self.state = bridge.counted(self.state, self.as_if.after(version, was, event, given))

    def view(self, day: int) -> View:
        """What the member holds on a day, as the version has it that the state has come to."""
        return self._run.views.view(self.state, day)

    def account(self, told: Outcome, attributes: Mapping[str, AttributeValue]) -> Account:
        """The account as it has become."""
        version = self._timeline.versions[self.place].version
        vouchers = held(self.before.vouchers, told.vouchers, told.changed)
        return Account(self.before.member, self.state, attributes, vouchers, version)

"""The versions of one programme in time: which of them decides, and whose layout a state has.

An event is decided by the version in force when it occurred; due work of a local day by the one
in force when that day began.  A state moves on to a version with the first day that begins under
it, or with the first event that it decides, and never back: of an event that comes later, what an
earlier version decides is posted into the state as it is.  Metrics that a version is the first
to have are as if it had always been in force: whoever knows the member's past tells `AsIf`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from msgspec import structs

from xenia.effects import NOTHING, Given, Outcome, Reason, Record, View
from xenia.engine import account as alone
from xenia.engine import claiming, returning, told_back
from xenia.engine.account import Account, machine
from xenia.engine.layout import Slot
from xenia.engine.machine import Reading, Stepped
from xenia.engine.moves import Bridge, Move, metrics_beyond
from xenia.engine.operators import DAY, FAR, NEXT_DUE
from xenia.engine.passing import Passing
from xenia.engine.renewing import Renewals
from xenia.engine.returning import NO_PAST, Past, TakenBack, Taking
from xenia.engine.versions import AsIf, TimelineVersion
from xenia.engine.zones import Zone
from xenia.events.model import (
    AttributeValue,
    Claim,
    Event,
    Merge,
    Merging,
    OfEarlier,
    OfMerge,
    Opening,
    Purchase,
    TakingBack,
)
from xenia.programme.model import MOMENTS

_OF_MERGE = frozenset({Merging, Merge})


class Timeline:
    """All versions of one programme, in the order in which they take effect.

    Of several that take effect at the same instant the last is in force.  Raises ValueError where
    there is none, or where they are in another order.
    """

    def __init__(self, versions: Sequence[TimelineVersion]) -> None:
        self._starts = [item.effective_from for item in versions]
        if not versions or self._starts != sorted(self._starts):
            raise ValueError("a timeline has versions in the order in which they take effect")
        self.versions = tuple(versions)
        self._places = {item.version: place for place, item in enumerate(versions)}
        self._only = versions[0] if len(versions) == 1 else None
        self._bridges: dict[tuple[int, int], Bridge] = {}

    @property
    def zone(self) -> Zone:
        """The programme's zone, which no version changes."""
        return self.versions[0].plan.zone

    def at(self, instant: int) -> TimelineVersion:
        """The version in force at an instant; the first, if none has taken effect yet."""
        return self._only or self.versions[self._place_at(instant)]

    def of(self, version: int) -> TimelineVersion:
        """A version by its number; raises KeyError."""
        return self.versions[self._places[version]]

    def first_day(self, version: int) -> int:
        """The first local day that begins under a version, or under one after it."""
        return self.first_days[self._places[version]]

    # ---- accounts ------------------------------------------------------------------------------

    def new_account(self, member: str) -> Account:
        """A member to whom nothing has happened."""
        first = self.versions[0]
        return Account(member, first.plan.layout.fresh(), version=first.version)

    def pack(self, account: Account) -> bytes:
        """What is stored of an account's state, beside its version."""
        return self.of(account.version).plan.layout.pack(account.state)

    def unpack(self, version: int, stored: bytes) -> Sequence[int]:
        """The state that `pack` stored of an account of this version."""
        return self.of(version).plan.layout.unpack(stored)

    def next_due(self, account: Account) -> int | None:
        """The first local day on which there may be something to do for an account by itself.

        That is work that falls due, or moving on to a later version.  None: never.
        """
        due = account.state[NEXT_DUE]
        after = self._places[account.version] + 1
        if after < len(self.versions) and account.joined:
            due = min(due, self.first_days[after])
        return None if due >= FAR else due

    @cached_property
    def brings_metrics(self) -> bool:
        """Whether any version brings metrics: then what is decided may take an `AsIf`."""
        return any(self._brought)

    # ---- deciding ------------------------------------------------------------------------------

    def decide(
        self,
        account: Account,
        event: Event,
        *,
        trace: bool = False,
        given: Given = NOTHING,
        past: Past = NO_PAST,
        name: str | None = None,
        as_if: AsIf | None = None,
    ) -> tuple[Account, Outcome]:
        """Due work up to the event's day, then the event.  The account given is not changed.

        `name` as of an account's `decide`.  Without `as_if`, metrics that a version brings know
        nothing of what earlier ones decide.  The outcome's `version` is the one that decided the
        event; of what takes something back, the one that decided that.
        """
        if type(event) in _OF_MERGE:
            return self._merge(account, event, given, as_if)
        only = self._only
        if only is not None:
            return alone.decide(
                only.plan, account, event, key=only.key, trace=trace, given=given, past=past
            )
        place = self._place_at(event.occurred_at)
        deciding = self.versions[place]
        run = machine(deciding.plan)
        if given.blocked or alone.outside(deciding.plan, account, event):
            return account, alone.undecided(run, event, deciding.version, given)
        if isinstance(event, Opening):
            if not account.enrolled:  # nothing has happened, so there is nothing to move
                fresh = deciding.plan.layout.fresh()
                account = structs.replace(account, state=fresh, version=deciding.version)
            return alone.decide(
                self.of(account.version).plan, account, event, key=deciding.key, past=past
            )
        if isinstance(event, OfEarlier):
            return self._about_earlier(account, event, past, given, as_if, trace=trace)
        reading = alone.read(run, account, event, given, deciding.key)
        attributes = reading.attributes
        passing = Passing(self, account, as_if)
        passing.until(max(reading.day, account.state[DAY]))
        passing.move(place)
        reading = run.with_vouchers(reading, account.vouchers, passing.done)
        stepped = self._stepped(passing, place, reading, name)
        backs: list[TakenBack] = []
        if past.waiting:
            prior = returning.of_stepped(run, reading, stepped, deciding.version, passing.done)
            behind = told_back.given_behind(event, given, past.waiting)
            for waiting, own in zip(past.waiting, behind, strict=True):
                mine = returning.held_now(
                    prior, account.vouchers, given.vouchers, passing.done.vouchers
                )
                mine |= returning.held_now(
                    prior, passing.done.changed, *[back.changed for back in backs]
                )
                taking = Taking(waiting, prior, attributes, own, deciding.key, mine)
                backs.append(self._back(passing, taking))
                prior = returning.after(prior, backs[-1])
        # What a late event made due in the past is done today.
        passing.due(passing.state[DAY], stepped.told)
        seen, version = passing.view(passing.state[DAY]), deciding.version
        told = run.told(reading, stepped, passing.done, seen, version=version, trace=trace)
        if backs:
            told = told_back.with_backs(told, backs)
        return passing.account(told, attributes), told

    def _about_earlier(
        self,
        account: Account,
        event: OfEarlier,
        past: Past,
        given: Given,
        as_if: AsIf | None,
        *,
        trace: bool,
    ) -> tuple[Account, Outcome]:
        """As `decide`, of what is about an earlier event."""
        passing = Passing(self, account, as_if)
        if isinstance(event, Claim):
            account, about = self._claim(passing, event, given, trace=trace)
        else:
            account, about = self._take_back(passing, event, past, given)
        return account, told_back.with_refused(about, past.waiting)

    def _merge(
        self, account: Account, event: Event, given: Given, as_if: AsIf | None
    ) -> tuple[Account, Outcome]:
        """As `decide`, of who is found to be another member; also of who has left."""
        assert isinstance(event, OfMerge), "nothing else merges"
        passing = Passing(self, account, as_if)
        passing.until(max(self.zone.day_of(event.occurred_at), account.state[DAY]))
        passing.move(self._place_at(event.occurred_at))
        return passing.merge(event, given)

    def _stepped(self, passing: Passing, place: int, reading: Reading, name: str | None) -> Stepped:
        """An event, decided by the version at a place and posted into the state as it is now."""
        deciding = self.versions[place]
        run = machine(deciding.plan)
        if passing.place == place:
            return run.step(passing.state, reading, deciding.key, passing.done, name)
        run = self.renewals.posting(place, passing.place)
        bridge, was = self._bridge(place, passing.place), passing.state
        before = run.steps.state(bridge.back(was))
        after = run.steps.state(before)
        stepped = run.step(after, reading, deciding.key, passing.done, name)
        passing.state = bridge.merged(was, before, after)
        passing.count(bridge, was, reading.event, reading.given)
        return stepped

    def _take_back(
        self, passing: Passing, event: TakingBack, past: Past, given: Given
    ) -> tuple[Account, Outcome]:
        """As `decide`, of what takes something back."""
        account, day = passing.before, self.zone.day_of(event.occurred_at)
        passing.until(max(day, account.state[DAY]))
        passing.move(self._place_at(event.occurred_at))
        back = returning.without_prior(event, given)
        version = self.at(event.occurred_at).version
        if past.prior is not None:
            version = past.prior.version
            key = self.of(version).key
            mine = returning.held_now(
                past.prior, account.vouchers, given.vouchers, passing.done.vouchers
            )
            taking = Taking(event, past.prior, account.attributes, given, key, mine)
            was = passing.state
            back = self._back(passing, taking)
            place = self.place(version)
            if passing.place > place and back.remains is not None:
                passing.count(self._bridge(place, passing.place), was, event, given)
        return passing.come(day, back, version)

    def _claim(
        self, passing: Passing, event: Claim, given: Given, *, trace: bool
    ) -> tuple[Account, Outcome]:
        """As `decide`, of a guest's purchase that becomes the member's."""
        day = self.zone.day_of(event.occurred_at)
        passing.until(max(day, passing.before.state[DAY]))
        claims = self.at(event.occurred_at)
        passing.move(self.place(claims.version))
        passing.claim(day)
        purchase = claiming.claimed(claims.plan, event, given)
        if not isinstance(purchase, Purchase):
            return passing.come(day, returning.refused(event, purchase), claims.version)
        there, name = passing.so_far(), f"{event.source}/{event.id}"
        after, told = self.decide(
            there, purchase, trace=trace, given=given, name=name, as_if=passing.as_if
        )
        return after, claiming.told(told, passing.done, event, given)

    def _back(self, passing: Passing, taking: Taking) -> TakenBack:
        """Take something back by the version that decided it, of the state as it is now."""
        place = self.place(taking.prior.version)
        run = self.renewals.posting(place, passing.place)
        if passing.place == place:
            return returning.take_back(run, passing.state, taking, passing.done)
        prior = self.renewals.renewed(taking.prior, place, passing.place)
        taking = structs.replace(taking, prior=prior)
        bridge = self._bridge(place, passing.place)
        before = run.steps.state(bridge.back(passing.state))
        after = run.steps.state(before)
        back = returning.take_back(run, after, taking, passing.done)
        passing.state = bridge.taken(passing.state, before, after)
        return back

    def pass_time(
        self, account: Account, until: int, as_if: AsIf | None = None
    ) -> tuple[Account, Outcome]:
        """Due work up to the local day of the instant `until` (microseconds)."""
        return self.pass_day(account, self.zone.day_of(until), as_if)

    def pass_day(
        self, account: Account, day: int, as_if: AsIf | None = None
    ) -> tuple[Account, Outcome]:
        """Due work up to and including a local day; `as_if` as for `decide`.

        The same account, where there was none and it has not moved on to a later version.
        """
        only = self._only
        if only is not None:
            return alone.pass_day(only.plan, account, day, key=only.key)
        passing = Passing(self, account, as_if)
        passing.until(day)
        version = self.versions[passing.place].version
        told = alone.passed(passing.done, passing.view(day), version)
        if not passing.changed:
            return account, told
        return passing.account(told, account.attributes), told

    def view(self, account: Account, at: int, as_if: AsIf | None = None) -> View:
        """What the member holds at an instant, its due work done; `as_if` as for `decide`."""
        passing = Passing(self, account, as_if)
        passing.move(self._place_at(at))
        return passing.view(self.zone.day_of(at))

    # ---- telling why -----------------------------------------------------------------------------

    def explain(
        self,
        event: Event,
        attributes: Mapping[str, AttributeValue],
        record: Record,
        version: int,
        *,
        given: Given = NOTHING,
    ) -> tuple[Reason, ...] | None:
        """Why each rule applied to a past event or did not, from what its decision had read.

        `attributes` are the member's before the event, `given` as the event was decided with; what
        has been erased since is told as unknown.  None where another build of Xenia decided, whose
        records this one cannot read.
        """
        return machine(self.of(version).plan).explain(event, attributes, record, given)

    # ---- versions --------------------------------------------------------------------------------

    @cached_property
    def moments(self) -> frozenset[str]:
        """The kinds of moment that any version has."""
        return frozenset(
            name for item in self.versions for name in item.plan.moments if name in MOMENTS
        )

    @cached_property
    def refers(self) -> bool:
        """Whether there are referrals in any version."""
        return any(item.plan.refers for item in self.versions)

    @cached_property
    def first_days(self) -> tuple[int, ...]:
        """The first local day that begins under each version; the first one has had every day."""
        days = [-FAR]
        for item in self.versions[1:]:
            day = self.zone.day_of(item.effective_from)
            days.append(day if self.zone.start_of(day) >= item.effective_from else day + 1)
        return tuple(days)

    @cached_property
    def renewals(self) -> Renewals:
        """What becomes of lots under each version whose terms are for all; of one in whose place
        another was put before it began, nothing."""
        return Renewals(
            [item.plan for item in self.versions],
            [self._place_at(start) == place for place, start in enumerate(self._starts)],
        )

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """From each version to the one after it."""
        return tuple(
            Move(machine(one.plan), machine(other.plan), day, brought)
            for (one, other), day, brought in zip(
                pairwise(self.versions), self.first_days[1:], self._brought[1:], strict=True
            )
        )

    @cached_property
    def _brought(self) -> tuple[tuple[Slot, ...], ...]:
        """The metrics that each version has, and the one that it follows has not; none of one in
        whose place another was put before it began, though a state passes through it."""
        layouts = [item.plan.layout for item in self.versions]
        found: list[tuple[Slot, ...]] = []
        for place, start in enumerate(self._starts):
            before = {max(0, bisect_left(self._starts, start) - 1), max(0, place - 1)}
            new = {slot for at in before for slot in metrics_beyond(layouts[place], layouts[at])}
            in_force = self._place_at(start) == place
            found.append(tuple(sorted(new, key=lambda slot: slot.at)) if in_force else ())
        return tuple(found)

    def place(self, version: int) -> int:
        """Where a version stands among the `versions`; raises KeyError."""
        return self._places[version]

    def _place_at(self, instant: int) -> int:
        return max(0, bisect_right(self._starts, instant) - 1)

    def _bridge(self, earlier: int, later: int) -> Bridge:
        if (earlier, later) not in self._bridges:
            one, other = self.renewals.posting(earlier, later), self.versions[later].plan
            self._bridges[earlier, later] = Bridge(one, machine(other), self.first_days[later])
        return self._bridges[earlier, later]

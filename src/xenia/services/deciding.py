"""The engine as replay uses it: one programme, and accounts that are values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, TypeVar

from msgspec import structs

from xenia.effects import NOTHING, Given, Outcome, View, Voucher
from xenia.engine import account as engine
from xenia.engine import claiming
from xenia.engine.account import Account
from xenia.engine.moments.kinds import next_moment
from xenia.engine.moments.known import known
from xenia.engine.plan import Plan
from xenia.engine.referrals import referrer
from xenia.engine.since import ALWAYS
from xenia.engine.timeline import Timeline
from xenia.engine.versions import TimelineVersion
from xenia.engine.vouchers import codes
from xenia.events.conventions import Conventions
from xenia.events.facts import without_personal
from xenia.events.model import Claim, Event, Purchase, TakingBack
from xenia.services.budgets import Budgets
from xenia.services.conventions import conventions_of
from xenia.services.taken_back import Recorded

A = TypeVar("A")


class Decider(Protocol[A]):
    """Decides for one member's account at a time; an account that is given is not changed.

    Only what all members share, such as a stock, may be kept from one decision to the next.
    """

    def new_account(self, member: str) -> A:
        """The account of a member to whom nothing has happened."""

    def decide(self, account: A, event: Event, given: Given = NOTHING) -> tuple[A, Outcome]:
        """What falls due up to the event's day, then the event, with what it is given of another
        member."""

    def moment(self, account: A, until: int) -> Event | None:
        """The next event to be recorded by itself of those up to an instant (microseconds)."""

    def pass_time(self, account: A, until: int) -> tuple[A, Outcome]:
        """What falls due up to an instant (microseconds since 1970-01-01 UTC)."""

    def view(self, account: A, at: int) -> View:
        """What the member holds at an instant."""

    def vouchers(self, account: A, at: int) -> tuple[Voucher, ...]:
        """All of the member's vouchers, as they stand at an instant."""

    def is_member(self, account: A) -> bool:
        """Whether they have joined."""

    def referrer(self, account: A) -> str | None:
        """Who brought the member."""

    @property
    def refers(self) -> bool:
        """Whether it makes a difference who brought whom."""

    def guest(self, event: Purchase | TakingBack) -> Outcome:
        """A purchase by nobody in particular, or what comes back of one."""

    def awaited(self, event: Event) -> Sequence[Claim]:
        """What is recorded behind an event of those that have claimed it before."""


@dataclass(frozen=True)
class EngineDecider:
    """Decides by a compiled programme; `key` makes the codes of vouchers."""

    plan: Plan
    key: bytes
    budgets: Budgets = field(default_factory=Budgets)
    issued: dict[str, str] = field(default_factory=dict)  # vouchers by code: whose they are
    recorded: Recorded = field(default_factory=Recorded)

    def new_account(self, member: str) -> Account:
        """The account of a member to whom nothing has happened."""
        return engine.new_account(self.plan, member)

    def decide(
        self, account: Account, event: Event, given: Given = NOTHING
    ) -> tuple[Account, Outcome]:
        """What falls due up to the event's day, then the event, with its trace."""
        event = self.recorded.chosen(event)
        given = self.recorded.given(event, given, self.plan)
        rooms = self.budgets.given(self.plan, claiming.about(event, given)).rooms
        given = structs.replace(given, rooms=rooms)
        past = self.recorded.past(event)
        if named := codes(event):
            member = account.member
            others = tuple(code for code in named if self.issued.get(code, member) != member)
            given = structs.replace(given, others=others)
        after, outcome = self.budgets.decide(
            self.plan, account, event, given, key=self.key, past=past
        )
        self._note(after, outcome)
        self.recorded.keep(event, outcome)
        return after, outcome

    def _note(self, account: Account, outcome: Outcome) -> None:
        self.issued.update((voucher.code, account.member) for voucher in outcome.vouchers)

    def moment(self, account: Account, until: int) -> Event | None:
        """The next event to be recorded by itself of those up to an instant (microseconds)."""
        if not self._timeline.moments:
            return None
        return next_moment(known(self._timeline, account), self._timeline, until)

    @cached_property
    def _timeline(self) -> Timeline:
        only = TimelineVersion(self.plan.version, ALWAYS, self.plan, self.key)
        return Timeline((only,))

    def pass_time(self, account: Account, until: int) -> tuple[Account, Outcome]:
        """What falls due up to an instant (microseconds since 1970-01-01 UTC)."""
        after, outcome = engine.pass_time(self.plan, account, until, key=self.key)
        self._note(after, outcome)
        return after, outcome

    def view(self, account: Account, at: int) -> View:
        """What the member holds at an instant."""
        return engine.view(self.plan, account, at)

    def vouchers(self, account: Account, at: int) -> tuple[Voucher, ...]:
        """All of the member's vouchers, as they stand at an instant."""
        return engine.vouchers(self.plan, account, at)

    def is_member(self, account: Account) -> bool:
        """Whether they have joined."""
        return account.enrolled

    def referrer(self, account: Account) -> str | None:
        """Who brought the member."""
        return referrer(account.attributes)

    @property
    def refers(self) -> bool:
        """Whether it makes a difference who brought whom."""
        return self.plan.refers

    def guest(self, event: Purchase | TakingBack) -> Outcome:
        """A purchase by nobody in particular is recorded, and paid in full; some may come back."""
        given = self.recorded.given(event, NOTHING, self.plan)
        outcome = engine.guest(self.plan, event, given)
        self.recorded.keep(without_personal(event, self._conventions), outcome)
        return outcome

    def awaited(self, event: Event) -> Sequence[Claim]:
        """What is recorded behind an event of those that have claimed it before."""
        waiting = [(self.plan, claim) for claim in self.recorded.awaiting.values()]
        if not waiting or not isinstance(event, Purchase):
            return ()
        return [*claiming.all_behind(self.plan.programme.id, waiting, event)]

    @cached_property
    def _conventions(self) -> Conventions:
        return conventions_of(self.plan.programme)

"""An account folded again from what was recorded: each step done by the same engine, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec
from msgspec import structs

from xenia.effects import NOTHING, Given, Outcome, Reason
from xenia.engine import account as alone
from xenia.engine import claiming
from xenia.engine.account import Account
from xenia.engine.budgets import touched
from xenia.engine.reserving import shown
from xenia.engine.timeline import Timeline
from xenia.engine.versions import AsIf
from xenia.events.model import AttributeValue, Event, OfMerge, Purchase, TakingBack
from xenia.ledger.entries import Entry
from xenia.ledger.lots import Lot, open_lots
from xenia.ledger.posting import entries_of
from xenia.services.filling import Happened, PastAsIf
from xenia.services.published import Published
from xenia.services.steps import event_of
from xenia.services.taken_back import Recorded, as_chosen
from xenia.store.ledger import Step

_encode = msgspec.json.Encoder().encode


class Unfoldable(Exception):  # noqa: N818 - it is named after what it says
    """A step that the engine cannot do again; the message says why."""


@dataclass(frozen=True, slots=True)
class Folded:
    """One step, done again.  `event` is None where time passed; `answer`, or else all that fell due
    (`effects`) and what builds of before kept of it (`notices`), is JSON."""

    step: Step
    event: Event | None
    given: Given
    outcome: Outcome
    entries: tuple[Entry, ...]
    answer: bytes | None
    effects: str | None = None
    notices: str | None = None


@dataclass(slots=True)
class Folding:
    """A member's account, from nothing; `take` brings it one step on.

    `lots` are the open lots of the entries so far, `used` what the events took of budgets by name
    and period.
    """

    published: Published
    account: Account
    lots: Counter[Lot] = field(default_factory=Counter)
    used: Counter[tuple[str, int]] = field(default_factory=Counter)
    recorded: Recorded = field(default_factory=Recorded)
    _past: list[Happened] = field(default_factory=list)  # if a version may ask for it

    def take(self, step: Step) -> Folded:
        """Do a step again.  Raises Unfoldable."""
        try:
            folded = self._event(step) if step.until is None else self._sweep(step)
        except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as bug:
            raise Unfoldable(f"{type(bug).__name__}: {bug}") from bug
        self.lots.update(open_lots(folded.entries))
        return folded

    def reasons(
        self, event: Event, attributes: Mapping[str, AttributeValue], given: Given
    ) -> tuple[Reason, ...]:
        """Why the rules would apply to an event now or not, for a member with these attributes."""
        account = structs.replace(self.account, attributes=attributes)
        again = structs.replace(given, row=None)
        _, outcome = self.published.timeline.decide(account, event, trace=True, given=again)
        return outcome.trace

    def _sweep(self, step: Step) -> Folded:
        until = step.until
        assert until is not None, "a sweep says until when"
        outcome = self._decided(
            step, lambda timeline: timeline.pass_day(self.account, until, self._as_if)
        )
        self._keep(Happened(None, NOTHING, until, step.version))
        writer = self.published.versions[outcome.version].writer
        told = (writer.effects(step.member, outcome), writer.notices(step.member, outcome))
        return Folded(step, None, NOTHING, outcome, entries_of(outcome.movements), None, *told)

    def _event(self, step: Step) -> Folded:
        sent, given = event_of(step), Given.unpacked(step.inputs)
        event = as_chosen(sent, given)
        if given.prior is not None and isinstance(event, TakingBack):
            self.recorded.adopt(event.of, given.prior)
        if isinstance(event, OfMerge):
            self.recorded.hand_over(event, given)
        past = self.recorded.past(event)
        outcome = self._decided(
            step,
            lambda timeline: timeline.decide(
                self.account, event, given=given, past=past, as_if=self._as_if
            ),
        )
        outcome = shown(outcome, given)
        self._keep(Happened(sent, given, 0, step.version))
        self.recorded.keep(event, outcome)
        version = self.published.versions[outcome.version]
        about = claiming.about(event, given) if past.prior is None else past.prior.event
        for name, period in touched(version.plan, about):
            self.used[name, period] += outcome.used.get(name, 0)
        answer = _encode(version.writer.answer(event, outcome))
        return Folded(step, sent, given, outcome, entries_of(outcome.movements), answer)

    @property
    def _as_if(self) -> AsIf:
        return PastAsIf(self.published.timeline, self.account.member, lambda: self._past)

    def _keep(self, one: Happened) -> None:
        """Remember a step, if a version brings metrics, which may ask for it."""
        if self.published.timeline.brings_metrics:
            self._past.append(one)

    def _decided(
        self, step: Step, decide: Callable[[Timeline], tuple[Account, Outcome]]
    ) -> Outcome:
        """By all versions; or by those up to the one that decided, where a later one was published
        at that moment."""
        whole = self.published.timeline
        account, outcome = decide(whole)
        if outcome.version != step.version:
            known = [item for item in whole.versions if item.version <= step.version]
            if known:
                account, outcome = decide(Timeline(known))
        self.account = structs.replace(account, vouchers=())
        return outcome


def new_folding(published: Published, member: str) -> Folding:
    """The account of a member to whom nothing has happened."""
    return Folding(published, published.timeline.new_account(member))


def guest_again(published: Published, step: Step) -> Folded:
    """What was recorded of a guest, or of who was no member, done again.  Raises Unfoldable."""
    if step.member:
        return new_folding(published, step.member).take(step)
    try:
        event, given = event_of(step), Given.unpacked(step.inputs)
        if not isinstance(event, Purchase | TakingBack):
            raise ValueError("only a purchase, and what comes back of one, can be nobody's")
        version = published.versions[step.version]
        outcome = alone.guest(version.plan, event, given)
    except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as bug:
        raise Unfoldable(f"{type(bug).__name__}: {bug}") from bug
    outcome = structs.replace(outcome, version=step.version)
    answer = _encode(version.writer.answer(event, outcome))
    return Folded(step, event, given, outcome, (), answer)

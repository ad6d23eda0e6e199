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
from xenia.engine.timeline import Timeline
from xenia.events.facts import read_facts
from xenia.events.model import AttributeValue, Event, Purchase, TakingBack
from xenia.ledger.entries import Entry
from xenia.ledger.lots import Lot, open_lots
from xenia.ledger.posting import entries_of
from xenia.services.published import Published
from xenia.services.taken_back import Recorded, as_chosen
from xenia.store.ledger import Step

_encode = msgspec.json.Encoder().encode


class Unfoldable(Exception):  # noqa: N818 - it is named after what it says
    """A step that the engine cannot do again; the message says why."""


@dataclass(frozen=True, slots=True)
class Folded:
    """One step, done again.  `event` is None where time passed; `answer`, or else what the member
    is told (`notices`), is JSON."""

    step: Step
    event: Event | None
    given: Given
    outcome: Outcome
    entries: tuple[Entry, ...]
    answer: bytes | None
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
        outcome = self._decided(step, lambda timeline: timeline.pass_day(self.account, until))
        writer = self.published.versions[outcome.version].writer
        notices = writer.notices(step.member, outcome)
        return Folded(step, None, NOTHING, outcome, entries_of(outcome.movements), None, notices)

    def _event(self, step: Step) -> Folded:
        sent, given = event_of(step), Given.unpacked(step.inputs)
        event = as_chosen(sent, given)
        past = self.recorded.past(event)
        outcome = self._decided(
            step, lambda timeline: timeline.decide(self.account, event, given=given, past=past)
        )
        self.recorded.keep(event, outcome)
        version = self.published.versions[outcome.version]
        about = claiming.about(event, given) if past.prior is None else past.prior.event
        for name, period in touched(version.plan, about):
            self.used[name, period] += outcome.used.get(name, 0)
        answer = _encode(version.writer.answer(event, outcome))
        return Folded(step, sent, given, outcome, entries_of(outcome.movements), answer)

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


def event_of(step: Step, said: str | None = None) -> Event:
    """The event of a step, read from its facts; `said` are its personal values, as they are kept.

    Raises ValueError where it is not there, or cannot be read.
    """
    if step.facts is None or step.type is None or step.source is None or step.event_id is None:
        raise ValueError("the event is not there")
    assert step.occurred_at is not None, "a column that cannot be null"
    assert step.schema is not None, "a column that cannot be null"
    return read_facts(
        step.type,
        step.facts,
        id=step.event_id,
        source=step.source,
        member=step.event_member,
        occurred_at=step.occurred_at,
        schema=step.schema,
        personal=said,
    )

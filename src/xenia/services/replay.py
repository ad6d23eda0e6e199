"""Runs events through a programme in memory, in their order, and answers each one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from msgspec import structs

from xenia.amounts import money_decimals
from xenia.effects import NOTHING, Given, Outcome
from xenia.engine.account import Account
from xenia.engine.compile import compile_programme
from xenia.engine.referrals import behind, people
from xenia.engine.transfers import given_with, received
from xenia.events.content import fingerprint
from xenia.events.conventions import Conventions
from xenia.events.errors import EventError, Unreadable
from xenia.events.model import (
    OWN,
    Clock,
    Enrolment,
    Event,
    Purchase,
    TakingBack,
    Transfer,
    member_name,
)
from xenia.events.parts import Identifier
from xenia.events.read import read_event
from xenia.programme.model import Programme
from xenia.services import answers
from xenia.services.answers import Json, Writer
from xenia.services.conventions import conventions_of
from xenia.services.deciding import Decider, EngineDecider
from xenia.services.identities import InMemory, named_by, note, tells, useless
from xenia.services.stored import StoredAnswers

A = TypeVar("A")
Written = bytes | str | Mapping[str, Any]


class Replay(Generic[A]):
    """A space in memory: members' accounts, and the answers that were given.

    `failed` tells whether there was an event that could not be read.
    """

    def __init__(self, decider: Decider[A], conventions: Conventions, writer: Writer) -> None:
        self._decider = decider
        self._conventions = conventions
        self._writer = writer
        self._accounts: dict[str, A] = {}
        self._seen: dict[str, int] = {}  # the latest instant of each member
        self._stored = StoredAnswers()
        self._book = InMemory()
        self._useless: tuple[str, str] | None = None  # the event whose card is blocked
        self.failed = False

    def run(
        self, events: Iterable[tuple[int | None, Written]], until: int | None = None
    ) -> Iterator[Json]:
        """All lines: of each event (with its place in the file), of what falls due, and the final
        ones.  `until` is an instant in microseconds since 1970-01-01 UTC."""
        try:
            for place, written in events:
                yield from self._take(written, place)
            if until is not None:
                yield from self._pass_time(None, until)
            yield from self._finals()
        finally:
            self._stored.close()

    def _take(self, written: Written, place: int | None) -> list[Json]:
        """The lines that one event is answered with; a clock has one for each member or none."""
        event = read_event(written, self._conventions)
        if isinstance(event, Unreadable):
            return [self._error(event, place)]
        content = fingerprint(event)
        known = self._stored.fingerprint(event.source, event.id)
        if known == content:
            return self._stored.lines(event.source, event.id)
        if known is not None:
            return [self._error(_different(event), place)]
        if isinstance(event, Clock):
            lines = self._pass_time(event, event.occurred_at)
        else:
            event = self._resolved(event)
            lines = [*self._moments(member_name(event.member), event.occurred_at)]
            lines += self._decided(event)
        # Moments are events of their own, and come once.
        own = [line for line in lines if line["source"] != OWN]
        self._stored.keep(event.source, event.id, content, own)
        return lines

    def _resolved(self, event: Event) -> Event:
        """The event with the members to whom what names them leads by now."""
        self._useless = None
        named = named_by(event)
        if named is not None:
            name = member_name(event.member) or ""
            holder = self._book.holder(named)
            if holder is None:
                self._book.give(named, name)
            elif holder.member != name:
                event = structs.replace(event, member=holder.member)
            if holder is not None and holder.blocked and useless(event):
                self._useless = event.source, event.id
        if isinstance(event, Transfer) and isinstance(event.to, Identifier):
            to = self._book.holder((event.to.kind, event.to.value))
            event = event if to is None else structs.replace(event, to=to.member)
        return event

    def _identified(self, member: str, event: Event, given: Given) -> Given:
        """What is given besides, of what leads to the member."""
        refused = note(self._book, member, event)
        blocked = self._useless == (event.source, event.id)
        return structs.replace(given, refused=refused, blocked=blocked)

    def _error(self, unreadable: Unreadable, place: int | None) -> Json:
        self.failed = True
        return answers.error(unreadable, place)

    def _decided(self, event: Event) -> Iterator[Json]:
        """The line of an event, and that of what another member gets of it."""
        if not isinstance(event, Transfer):
            yield from self._with_referral(event)
            return
        to = member_name(event.to) or ""
        known = to in self._accounts and self._decider.is_member(self._accounts[to])
        outcome = self._decide(event, Given(to=to if known else ""))
        yield self._writer.event(event, outcome)
        if outcome.handed:
            yield from self._moments(to, event.occurred_at)
            behind = received(self._writer.programme, event, to)
            yield self._writer.event(behind, self._decide(behind, given_with(outcome)))

    def _with_referral(self, event: Event) -> Iterator[Json]:
        """The line of an event, and that of what comes of it to who brought its member."""
        member = member_name(event.member) or ""
        account = self._accounts.get(member)
        by = None if account is None else self._decider.referrer(account)
        outcome = self._decide(event, self._brought(event, by))
        yield self._writer.event(event, outcome)
        told = behind(self._writer.programme, event, member, by) if outcome.refers and by else None
        if by is not None and told is not None:
            yield from self._moments(by, event.occurred_at)
            yield self._writer.event(told, self._decide(told))
        for claim in self._decider.awaited(event):
            yield from self._moments(member_name(claim.member) or "", claim.occurred_at)
            yield self._writer.event(claim, self._decide(claim))

    def _brought(self, event: Event, by: str | None) -> Given:
        """What an event is given about who brought its member, `by` that one."""
        if isinstance(event, Enrolment) and event.referred_by is not None and self._decider.refers:
            to = member_name(event.referred_by) or ""
            known = to in self._accounts and self._decider.is_member(self._accounts[to])
            return Given(to=to if known else "")
        if by is not None and by in [member_name(one) for one in people(event)]:
            return Given(lent=True)
        return NOTHING

    def _decide(self, event: Event, given: Given = NOTHING) -> Outcome:
        member = member_name(event.member)
        if member is None:
            assert isinstance(event, Purchase | TakingBack), "every other event is somebody's"
            return self._decider.guest(event)
        account = self._accounts.get(member)
        if account is None:
            account = self._decider.new_account(member)
        if tells(event) or self._useless is not None:
            given = self._identified(member, event, given)
        self._accounts[member], outcome = self._decider.decide(account, event, given)
        self._seen[member] = max(event.occurred_at, self._seen.get(member, event.occurred_at))
        return outcome

    def _moments(self, member: str | None, until: int) -> Iterator[Json]:
        """What is recorded of a member by itself, up to an instant."""
        while member in self._accounts:
            moment = self._decider.moment(self._accounts[member], until)
            if moment is None:
                return
            yield self._writer.event(moment, self._decide(moment))

    def _pass_time(self, clock: Clock | None, until: int) -> list[Json]:
        lines: list[Json] = []
        for member in sorted(self._accounts):
            lines += self._moments(member, until)
            account, outcome = self._decider.pass_time(self._accounts[member], until)
            self._accounts[member] = account
            self._seen[member] = max(until, self._seen[member])
            if outcome.effects:
                lines.append(self._writer.passed(clock, member, until, outcome))
        return lines

    def _finals(self) -> Iterator[Json]:
        for member in sorted(self._accounts):
            account = self._accounts[member]
            if not self._decider.is_member(account):
                continue
            now = self._seen[member]
            view, vouchers = self._decider.view(account, now), self._decider.vouchers(account, now)
            yield self._writer.final(member, view, vouchers)


def _different(event: Event) -> Unreadable:
    sentence = (
        f'"{event.id}" of "{event.source}" is recorded with other content: '
        "give a new event an id of its own"
    )
    return Unreadable((EventError("different-content", "/id", sentence),), event.id, event.source)


def replay_of(programme: Programme, key: bytes) -> Replay[Account]:
    """An empty space in memory for a checked programme, as its version 1."""
    plan = compile_programme(programme)
    writer = Writer(
        programme=programme.id,
        version=plan.version,
        clock=plan.zone,
        money=money_decimals(programme.money),
        currencies={name: currency.decimals for name, currency in programme.currencies.items()},
        metrics={plan.version: plan.analysis.metric_scales},
    )
    return Replay(EngineDecider(plan, key), conventions_of(programme), writer)

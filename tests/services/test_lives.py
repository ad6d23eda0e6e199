"""Whatever happens to a few members, in whatever programme: the service, a replay and the naive
reference say the same, the ledger is sound, and once all that was bought has come back nobody has
gained by it.

One random sequence over all of it: buy, earn, climb, spend, redeem, give, hold, return (in parts,
whole, twice, before the purchase), late events, time that passes.  A failure tells the seed.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import pytest

from tests.engine.shopping import Member as Shopper
from tests.engine.test_reference import difference, result
from tests.engine.test_returns_properties import (
    CATALOGUE,
    check_came_back,
    check_counts,
    check_order,
    owing,
    returnable,
    with_terms,
)
from tests.reference.days import day_start
from tests.reference.engine import Reference, Result
from tests.reference.holdings import Member
from tests.reference.moments import Life, live, moments
from tests.reference.random_lives import MEMBERS, random_life
from tests.reference.random_transfers import with_terms_of_transfers
from tests.reference.random_vouchers import coded, numbered
from tests.services.bookkeeping import months, unbalanced
from tests.services.cafe import Cafe, said
from tests.services.publishing import NO_KEY
from xenia.effects import NOTHING, Given, Kind, Outcome, Payable
from xenia.engine.account import Account
from xenia.engine.transfers import received
from xenia.engine.views import lots
from xenia.events.model import Clock, Event, Purchase, Return, TakingBack, Transfer, member_name
from xenia.events.parts import EventKey
from xenia.events.write import write_event
from xenia.programme.model import Programme
from xenia.programme.render import render
from xenia.services.conventions import conventions_of
from xenia.services.deciding import EngineDecider
from xenia.services.replay import replay_of
from xenia.store.database import Database

EVENTS = 40
Line = dict[str, Any]


@dataclass(frozen=True)
class Noting(EngineDecider):
    """Decides as a replay does, and notes what; of time that passes without an event."""

    noted: list[tuple[Event | None, Account, Outcome]] = field(default_factory=list)

    def decide(
        self, account: Account, event: Event, given: Given = NOTHING
    ) -> tuple[Account, Outcome]:
        after, outcome = super().decide(account, event, given)
        self.noted.append((event, after, outcome))
        return after, outcome

    def pass_time(self, account: Account, until: int) -> tuple[Account, Outcome]:
        after, outcome = super().pass_time(account, until)
        self.noted.append((None, after, outcome))
        return after, outcome


class OfALife(Shopper):
    """What has become of one of the members, as the replay has it."""

    def __init__(self, programme: Programme, decider: Noting, name: str) -> None:
        self.programme, self.plan, self.decider = programme, decider.plan, decider
        self.account = decider.new_account(name)
        self.now = 0
        self.movements, self.told, self.about = [], [], defaultdict(list)
        self.bills: dict[str, Payable] = {}  # of what was decided, by purchase

    def note(self, event: Event | None, account: Account, outcome: Outcome) -> None:
        self.account = account
        self._keep(outcome)
        if event is not None:
            self.now = max(self.now, event.occurred_at)
        if isinstance(event, TakingBack):
            self.about[event.of.id].append(outcome)
        if isinstance(event, Purchase):
            self.about[event.id].append(outcome)
            if outcome.payable and outcome.record is not None:
                self.bills[event.id] = outcome.payable


@dataclass(frozen=True)
class Said:
    """What the reference says of an event, or of time that has passed, as of an instant."""

    member: str
    event: Event | None
    at: int
    result: Result


class Three:
    """The service, a replay and the reference, to which the same happens."""

    def __init__(self, database: Database, programme: Programme, random: Random) -> None:
        self.programme, self.random = programme, random
        self.conventions = conventions_of(programme)
        self.cafe = Cafe(database, render(programme))
        self.waiting: list[Line] = []
        self.now = 0
        self.replay = replay_of(programme, NO_KEY)
        self.decider = Noting(self.replay._decider.plan, NO_KEY)  # type: ignore[attr-defined]
        self.replay._decider = self.decider
        self.answers: dict[tuple[str, str], Line] = {}
        self.reference = Reference(programme)
        self.members: dict[str, Member] = defaultdict(Member)
        self.lives: dict[str, Life] = defaultdict(Life)
        self.shoppers = {name: OfALife(programme, self.decider, name) for name in MEMBERS}
        self.purchases: list[Purchase] = []
        self.happened: Counter[str] = Counter()

    # ---- an event, or time that passes -----------------------------------------------------------

    def take(self, event: Event) -> None:
        name = member_name(event.member) or ""
        self.now = max(self.now, event.occurred_at)
        if isinstance(event, Clock):
            self._by_replay(event)
            self.flush()
            self.cafe.work(event.occurred_at)
            found = self._compared(self._of_time(event.occurred_at))
        else:
            account = self.shoppers[name].account
            written = self._by_replay(coded(event, account))
            self.waiting.append(written)
            if self.random.random() < 0.2:
                self.flush()
            found = self._compared(self._expected(event, numbered(event, account)))
            if isinstance(event, Purchase):
                self.purchases.append(event)
        assert found == [], "\n".join((str(event), *found))

    def flush(self) -> None:
        """Have the service take, in one batch, what waits."""
        if self.waiting:
            self.cafe.post(*self.waiting, now=self.now)
            self.waiting = []

    def _by_replay(self, event: Event) -> Line:
        self.decider.noted.clear()
        written = write_event(event, self.conventions)
        lines = self.replay._take(written, None)
        if isinstance(event, Transfer):
            # The service lets time pass for whom it names, also where nothing is given.
            lines = [*lines, *self.replay._moments(member_name(event.to), event.occurred_at)]
        for line in lines:
            assert "error" not in line, line
            if line["event"] != event.id or not isinstance(event, Clock):
                self.answers[line["source"], line["event"]] = line
        return written

    # ---- what the reference says -----------------------------------------------------------------

    def _expected(self, event: Event, named: Event) -> Iterator[Said]:
        """What is said of moments, of the event, and of what another member gets of it."""
        name, at = member_name(event.member) or "", event.occurred_at
        to = (member_name(event.to) or "") if isinstance(event, Transfer) else ""
        known = to if to in self.members and self.members[to].enrolled else ""
        yield from self._moments(name, at)
        said = self._said(name, event, self.reference.decide(self.members[name], named, known))
        yield said
        live(self.programme, self.lives[name], event)
        if to in self.members:
            yield from self._moments(to, at)
        given = any(each.kind is Kind.TRANSFER for each in said.result.effects)
        if isinstance(event, Transfer) and given:
            behind = received(self.programme.id, event, to)
            yield self._said(to, behind, self.reference.decide(self.members[to], behind))

    def _of_time(self, until: int) -> Iterator[Said]:
        for name in sorted(self.members):
            yield from self._moments(name, until)
            yield self._said(name, None, self.reference.pass_time(self.members[name], until))

    def _moments(self, name: str, until: int) -> Iterator[Said]:
        for moment in moments(self.programme, self.lives[name], name, until):
            yield self._said(name, moment, self.reference.decide(self.members[name], moment))
            live(self.programme, self.lives[name], moment)

    def _said(self, name: str, event: Event | None, told: Result) -> Said:
        """As of the event, or of the day to which the member has come."""
        at, today = self.now if event is None else event.occurred_at, self.members[name].today
        if self.members[name].enrolled is not None:
            at = max(at, day_start(self.programme.timezone, today))
        return Said(name, event, at, replace(told, refusals=tuple(sorted(told.refusals))))

    def _compared(self, told: Iterable[Said]) -> list[str]:
        """How what the replay has noted differs from it."""
        expected, noted = [*told], self.decider.noted
        keys = [each.event and (each.event.source, each.event.id) for each in expected]
        assert [event and (event.source, event.id) for event, _, _ in noted] == keys
        differs = []
        for one, (event, account, outcome) in zip(expected, noted, strict=True):
            self.shoppers[one.member].note(event, account, outcome)
            seen = self.decider.view(account, one.at)
            found = result(outcome, seen, account.vouchers)
            differs += difference(one.result, replace(found, refund=outcome.refund))
            self.happened.update(each.kind.value for each in outcome.effects)
            self.happened.update(each.code for each in outcome.refusals)
        return differs

    # ---- in the end ------------------------------------------------------------------------------

    def close(self) -> None:
        self.replay._stored.close()

    def check_service(self) -> None:
        """It has given the same answers, keeps the same states, and is sound."""
        self.flush()
        rows = self.cafe.rows("select source, event_id, answer from record")
        kept = {(source, name): json.loads(answer) for source, name, answer in rows}
        told = {key: {**line, "trace": []} for key, line in self.answers.items()}
        assert kept.keys() == told.keys()
        for key, answer in kept.items():
            assert differing(answer, told[key]) == {}, key
        for name, version, state in self.cafe.rows("select member_id, version, state from account"):
            plan = self.cafe.published.timeline.of(version).plan
            assert state == plan.layout.pack(self.shoppers[name].account.state), name
        assert said(self.cafe.database) == ""
        self._check_books()

    def _check_books(self) -> None:
        """Every month begins as the one before it ended and adds up, and in the end there is owed
        what the replay's members have."""
        assert unbalanced(self.cafe, self.now) == []
        held: Counter[str] = Counter()
        for shopper in self.shoppers.values():
            plan = self.cafe.published.timeline.of(shopper.account.version).plan
            for (currency, *_), units in lots(plan, shopper.account.state).items():
                held[currency] += units
        found = list(months(self.cafe, self.now).values())
        closing = {line.currency: line.sums.closing for line in found[-1].lines} if found else {}
        assert {key: units for key, units in closing.items() if units} == {
            key: units for key, units in held.items() if units
        }


def differing(kept: Line, told: Line) -> Line:
    names = [*{**kept, **told}]
    both = {name: (kept.get(name), told.get(name)) for name in names}
    return {name: (one, other) for name, (one, other) in both.items() if one != other}


def check(database: Database, programme: Programme, seed: int, *, gains: bool) -> Counter[str]:
    """Fail where they differ, or, if the programme takes back all that there was, where there is
    any gain; what has happened."""
    three = Three(database, programme, Random(f"batches {seed}"))
    with closing(three):
        for event in random_life(programme, seed, EVENTS):
            three.take(event)
        returned = [all_come_back(three, turn) for turn in ("all", "again")]
        three.check_service()
    for shopper in three.shoppers.values():
        check_order(shopper)
    if gains:
        check_nothing_is_gained(three, *returned)
    return three.happened


def all_come_back(three: Three, turn: str) -> list[Outcome]:
    """What is left of all purchases, in any order; what each return comes to."""
    three.random.shuffle(three.purchases)
    told = []
    for purchase in three.purchases:
        name, of = f"{turn}-{purchase.id}", EventKey(purchase.id, purchase.source)
        at, member = three.now, purchase.member
        three.take(Return(id=name, member=member, occurred_at=at, of=of, all=True))
        told.append(three.decider.noted[-1][-1])
    return told


def check_nothing_is_gained(three: Three, first: list[Outcome], again: list[Outcome]) -> None:
    # Of who was no member nothing was decided.
    allowed = {"nothing-left", "not-returnable", "not-a-member"}
    assert {each.code for told in first for each in told.refusals} <= allowed
    for told in again:
        assert {each.code for each in told.refusals} <= allowed
        assert told.refusals
        assert (told.refund, told.movements) == ((), ())
    for purchase in three.purchases:
        shopper = three.shoppers[member_name(purchase.member) or ""]
        if purchase.id in shopper.bills:
            check_came_back(shopper, purchase, shopper.bills[purchase.id])
    for shopper in three.shoppers.values():
        check_counts(shopper)


# ---- of which programmes -------------------------------------------------------------------------


def of_the_catalogue(database: Database, name: str, seed: int) -> Counter[str]:
    """Every other seed with its own terms of returns, else so that all can come back."""
    found = with_terms_of_transfers(CATALOGUE[name], seed)
    found = found if seed % 2 else returnable(found)
    return check(database, found, seed, gains=seed % 2 == 0)


def of_a_random_programme(database: Database, seed: int) -> Counter[str]:
    found = with_terms_of_transfers(with_terms(seed), seed)
    found = found if seed % 2 else owing(returnable(found))
    return check(database, found, seed, gains=seed % 2 == 0)


# Of each kind of programme one, for every day; more in `make prove`.
EVERY_DAY = (("beauty-insider", 2), ("department-points", 1))
RANDOM = (102, 103)
SEEDS = range(2, 5)
MANY_SEEDS = range(200, 230)


@pytest.mark.parametrize(("name", "seed"), EVERY_DAY)
def test_a_life_in_the_catalogue(database: Database, name: str, seed: int) -> None:
    happened = of_the_catalogue(database, name, seed)
    assert happened["earn"]
    assert happened["take-back"]


@pytest.mark.parametrize("seed", RANDOM)
def test_a_life_in_a_random_programme(database: Database, seed: int) -> None:
    happened = of_a_random_programme(database, seed)
    assert happened["earn"]
    assert happened["take-back"]


@pytest.mark.prove
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", CATALOGUE)
def test_lives_in_all_of_the_catalogue(database: Database, name: str, seed: int) -> None:
    of_the_catalogue(database, name, seed)


@pytest.mark.prove
@pytest.mark.parametrize("seed", MANY_SEEDS)
def test_lives_in_many_random_programmes(database: Database, seed: int) -> None:
    of_a_random_programme(database, seed)

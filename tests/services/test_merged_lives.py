"""Two members live as anybody may, and are found to be one person somewhere on the way: undone, it
has never been; done, nothing is lost, and the service, a memory and the books say the same.

A memory in which nobody is ever merged has each event as the one's to whom it belongs; only what a
merge carries is decided there as it is by the engine.  A failure tells the seed.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from random import Random
from typing import Any

import pytest
from msgspec import structs

from tests.engine.test_returns_properties import CATALOGUE, returnable, with_terms
from tests.reference.random_lives import DAY, MEMBERS, random_life
from tests.reference.random_transfers import with_terms_of_transfers
from tests.reference.random_vouchers import coded
from tests.services.cafe import MINUTE, Cafe, said
from tests.services.publishing import NO_KEY
from tests.services.test_lives import differing
from xenia.effects import Effect, Given, Kind, Outcome, View
from xenia.engine.account import Account
from xenia.events.model import (
    OWN,
    Clock,
    Event,
    Merging,
    Purchase,
    Return,
    TakingBack,
    Transfer,
    member_name,
)
from xenia.events.parts import EventKey
from xenia.events.write import write_event
from xenia.programme.model import Metric, Programme
from xenia.programme.periods import Ever
from xenia.programme.render import render
from xenia.services.access import Actor
from xenia.services.changing import Changing, Done
from xenia.services.conventions import conventions_of
from xenia.services.deciding import EngineDecider
from xenia.services.giving import merge_of
from xenia.services.merging import DAYS, confirm, confirm_over, propose, undo
from xenia.services.problems import Problem
from xenia.services.replay import Replay, replay_of
from xenia.services.taken_back import Wanted
from xenia.store.database import Database

EVENTS = 40
WHOM, INTO, OTHER = MEMBERS
Line = dict[str, Any]


class Memory(Replay[Account]):
    """A replay in which the events of one member may be another's."""

    def __init__(self, programme: Programme) -> None:
        made = replay_of(programme, NO_KEY)
        super().__init__(made._decider, made._conventions, made._writer)
        assert isinstance(made._decider, EngineDecider)
        self.decider = made._decider
        self.leads = self.rests = False

    def account(self, name: str) -> Account:
        return self._accounts.get(name) or self.decider.new_account(name)

    def of(self, event: Event) -> str:
        """To whom an event belongs."""
        member, recorded = member_name(event.member) or "", self.decider.recorded
        if not self.leads or member == OTHER:
            return member
        if isinstance(event, TakingBack) and self.rests:
            chosen = recorded.chosen(structs.replace(event, member=INTO))
            assert isinstance(chosen, TakingBack)
            prior = recorded.priors.get(chosen.of)
            if prior is not None and prior.event.member == WHOM and chosen.of == event.of:
                return WHOM
        return INTO

    def _resolved(self, event: Event) -> Event:
        event = structs.replace(super()._resolved(event), member=self.of(event))
        if isinstance(event, Transfer) and event.to == WHOM and self.leads:
            event = structs.replace(event, to=INTO)
        return event

    def _moments(self, member: str | None, until: int) -> Any:
        if member == WHOM and self.leads:
            return iter(())
        return super()._moments(member, until)

    def wait(self, name: str, at: int) -> list[Line]:
        """What is due of a member by then is done; the moments before it."""
        lines = [*self._moments(name, at)]
        if name in self._accounts:
            account, _ = self.decider.pass_time(self._accounts[name], at)
            self._accounts[name] = account
        return lines

    def merge(self, event: Merging) -> tuple[Outcome, Outcome]:
        """All that the one has comes to the other."""
        timeline, account = self.decider._timeline, self.account(WHOM)
        given = Given(vouchers=account.vouchers)
        after, gone = timeline.decide(account, event, given=given)
        self._accounts[WHOM] = structs.replace(after, vouchers=())
        behind = Given(carried=gone.carried, vouchers=gone.shown)
        both, come = timeline.decide(self.account(INTO), merge_of(event), given=behind)
        self._accounts[INTO] = both
        self.decider._note(both, come)
        return gone, come

    @property
    def waits(self) -> list[tuple[TakingBack, bool]]:
        """What waits of who goes, in the order of recording; whether for what is the other's."""
        recorded = self.decider.recorded
        found = []
        for key in recorded.priors:
            for wanted, events in recorded.waits.items():
                prior = recorded.priors.get(wanted.of)
                theirs = prior is not None and prior.event.member == INTO
                found += [
                    (one, theirs)
                    for one in events
                    if wanted.member == WHOM and key == EventKey(one.id, one.source)
                ]
        return found

    def survive(self) -> list[Line]:
        """What was recorded of the one is the other's, and so is what waits: the lines of what has
        waited for that one's."""
        recorded, lines = self.decider.recorded, []
        waiting = self.waits
        recorded.waits = {key: one for key, one in recorded.waits.items() if key.member != WHOM}
        for one, theirs in waiting:
            mine = structs.replace(one, member=INTO)
            if not theirs:
                recorded.waits.setdefault(Wanted(INTO, one.of), []).append(mine)
        for key, prior in recorded.priors.items():
            if prior.event.member == WHOM:
                mine_now = structs.replace(prior.event, member=INTO)
                recorded.priors[key] = structs.replace(prior, event=mine_now)
        for one, theirs in waiting:
            if theirs:
                name = f"waited/{self._writer.programme}/{one.source}/{one.id}"
                own = structs.replace(one, id=name, source=OWN, member=INTO)
                lines.append(self._writer.event(own, self._decide(own)))
        return lines


class Couple:
    """The service and a memory, to which the same happens."""

    def __init__(self, database: Database, programme: Programme, seed: int) -> None:
        self.programme, self.random = programme, Random(f"merged {seed}")
        self.conventions = conventions_of(programme)
        self.cafe = Cafe(database, render(programme))
        self.memory = Memory(programme)
        self.answers: dict[tuple[str, str], Line] = {}
        self.waiting: list[Line] = []
        self.purchases: list[Purchase] = []
        self.now = self.merges = 0
        self.open: str | None = None
        self.until = 0
        self.happened: Counter[str] = Counter()

    def close(self) -> None:
        self.memory._stored.close()

    # ---- what happens to both --------------------------------------------------------------------

    def take(self, event: Event) -> None:
        self.now = max(self.now, event.occurred_at)
        if isinstance(event, Clock):
            self._in_memory(write_event(event, self.conventions), event)
            self.flush()
            self.cafe.work(event.occurred_at)
            return
        account = self.memory.account(self.memory.of(event))
        written = write_event(coded(event, account), self.conventions)
        self._in_memory(written, event)
        self.waiting.append(written)
        if self.random.random() < 0.3:
            self.flush()
        if isinstance(event, Purchase):
            self.purchases.append(event)

    def _in_memory(self, written: Line, event: Event) -> None:
        lines = self.memory._take(written, None)
        if isinstance(event, Transfer):
            to = member_name(event.to) or ""
            to = INTO if to == WHOM and self.memory.leads else to
            lines = [*lines, *self.memory._moments(to, event.occurred_at)]
        if isinstance(event, Clock):
            lines = [line for line in lines if line["event"] not in (None, event.id)]
        self._note(lines)

    def _note(self, lines: list[Line]) -> None:
        for line in lines:
            assert "error" not in line, line
            self.answers[line["source"], line["event"]] = line

    def flush(self) -> None:
        if self.waiting:
            self.cafe.post(*self.waiting, now=self.now + MINUTE)
            self.waiting = []

    # ---- merges ----------------------------------------------------------------------------------

    def begin(self) -> None:
        """They are found to be one person, if nothing stands against it."""
        self.flush()
        told = self._write(lambda changing: propose(changing, self.cafe.space, WHOM, INTO, DAYS))
        if isinstance(told, Problem):
            self.happened[told.code] += 1
            return
        self.open, self.until = told.body["merge"], self.now + DAYS * DAY
        self.cafe.reload()
        self._note(self.memory.wait(WHOM, self.now))
        self.memory.leads = self.memory.rests = True
        self.happened["begun"] += 1

    def undo(self) -> None:
        self._end(undo)
        self.memory.wait(WHOM, self.now)
        self.memory.leads = self.memory.rests = False
        self.happened["undone"] += 1

    def confirm(self, *, by_itself: bool) -> None:
        name = self.open
        if by_itself:
            self.flush()
            self.now = max(self.now, self.until)
            with self.cafe.database.connect(autocommit=True) as connection:
                done = confirm_over(connection, self.cafe.space, self.now)
            if not done:  # who stays has left meanwhile
                self.happened["left"] += 1
                return
            self.open = None
        elif not self._end(confirm):
            return
        at = self.now
        self.memory.rests = False
        event = Merging(
            id=f"merging/{self.programme.id}/{name}",
            source=OWN,
            member=WHOM,
            occurred_at=at,
            into=INTO,
            step="done",
        )
        self.happened["done"] += 1
        if self.memory.account(WHOM).joined or self.memory.waits:
            self._note([line for name in (WHOM, INTO) for line in self.memory.wait(name, at)])
            before = self._held(at)
            gone, come = self.memory.merge(event)
            self._check_nothing_is_lost(before, self._held(at), [*gone.effects, *come.effects])
        self.happened["waits"] += len(self.memory.waits)
        self._note(lines := self.memory.survive())
        self.happened["waited"] += len(lines)

    def _end(self, how: Any) -> bool:
        self.flush()
        told = self._write(lambda changing: how(changing, self.cafe.space, self.open))
        if isinstance(told, Problem):
            assert (told.code, how) == ("left-survivor", confirm)
            self.happened["left"] += 1
            return False
        self.open = None
        return True

    def _write(self, work: Any) -> Done | Problem:
        with self.cafe.database.connect() as connection, connection.transaction():
            told: Done | Problem = work(Changing(connection, Actor(1, "test"), self.now))
            return told

    # ---- what has to hold ------------------------------------------------------------------------

    def _held(self, at: int) -> dict[str, tuple[Account, View]]:
        found = {}
        for name in (WHOM, INTO):
            account = self.memory.account(name)
            found[name] = account, self.memory.decider.view(account, at)
        return found

    def _check_nothing_is_lost(
        self,
        before: dict[str, tuple[Account, View]],
        after: dict[str, tuple[Account, View]],
        effects: list[Effect],
    ) -> None:
        """Units, metrics without an end, vouchers, badges and levels of both are those of one."""
        both, mine = [view for _, view in before.values()], after[INTO][1]
        moved: Counter[str] = Counter()
        for one in effects:
            if one.kind in (Kind.SPEND, Kind.EXPIRE):
                moved[one.currency or ""] -= one.units or 0
        for name in self.programme.currencies:
            was = sum(_units(view, name) for view in both)
            assert _units(mine, name) == was + moved[name], name
            assert _units(after[WHOM][1], name) == 0, name
            assert (
                sum(e.units or 0 for e in effects if e.kind is Kind.MERGE and e.currency == name)
                == 0
            )
        for name, metric in self.programme.metrics.items():
            if _adds_up(metric):
                assert mine.metrics[name] == sum(view.metrics[name] for view in both), name
        badges = {name for view in both for name in view.badges}
        assert mine.badges.keys() == badges
        theirs = {one.code for account, _ in before.values() for one in account.vouchers}
        assert theirs <= {one.code for one in after[INTO][0].vouchers}
        assert after[WHOM][0].vouchers == ()

    def check_service(self) -> None:
        """It has given the same answers, has the same of each, and its books are sound."""
        self.flush()
        rows = self.cafe.rows("select source, event_id, answer from record")
        kept = {(source, name): json.loads(answer) for source, name, answer in rows}
        own = {key for key in kept if key[0] == OWN and key[1].startswith(("merging/", "merge/"))}
        assert kept.keys() - own == self.answers.keys()
        for key in kept.keys() - own:
            told = {**self.answers[key], "trace": []}
            assert differing(kept[key], told) == {}, key
        for name, version, state in self.cafe.rows("select member_id, version, state from account"):
            timeline = self.cafe.published.timeline
            account = Account(name, timeline.unpack(version, state), version=version)
            seen = [
                timeline.view(timeline.pass_time(one, self.now)[0] if one.joined else one, self.now)
                for one in (account, self.memory.account(name))
            ]
            assert seen[0] == seen[1], name
        assert said(self.cafe.database) == ""

    def all_come_back(self) -> None:
        """What is left of all purchases, in any order."""
        self.random.shuffle(self.purchases)
        for purchase in self.purchases:
            of = EventKey(purchase.id, purchase.source)
            self.take(
                Return(
                    id=f"all-{purchase.id}",
                    member=purchase.member,
                    occurred_at=self.now,
                    of=of,
                    all=True,
                )
            )


def _units(view: View, currency: str) -> int:
    one = view.wallet[currency]
    return one.balance + one.pending + one.held


def _adds_up(metric: Metric) -> bool:
    return (metric.sum is not None or metric.count) and isinstance(metric.over, Ever)


def lives(database: Database, programme: Programme, seed: int) -> Counter[str]:
    """Fail where anything differs; what has happened."""
    couple = Couple(database, programme, seed)
    random = Random(f"when {seed}")
    events = random_life(programme, seed, EVENTS)
    begins = {random.randrange(len(events)) for _ in range(2)}
    with closing(couple):
        for place, event in enumerate(events):
            if place in begins and couple.open is None and not couple.memory.leads:
                couple.begin()
            elif couple.open is not None and random.random() < 0.15:
                ends = random.choice(("undo", "confirm", "time"))
                if ends == "undo" and couple.now < couple.until:
                    couple.undo()
                else:
                    couple.confirm(by_itself=ends == "time")
            couple.take(event)
        couple.all_come_back()
        couple.check_service()
    return couple.happened


def of_the_catalogue(database: Database, name: str, seed: int) -> Counter[str]:
    """Of one of the catalogue's programmes."""
    found = with_terms_of_transfers(CATALOGUE[name], seed)
    return lives(database, found if seed % 2 else returnable(found), seed)


def of_a_random_programme(database: Database, seed: int) -> Counter[str]:
    """Of a programme that nobody has thought of."""
    found = with_terms_of_transfers(with_terms(seed), seed)
    return lives(database, found if seed % 2 else returnable(found), seed)


# What has to happen in those of every day.
EVERY_DAY = {23: {"undone", "done"}, 29: {"undone", "done", "waits", "waited"}}
MANY = range(10, 40)


@pytest.mark.parametrize("seed", EVERY_DAY)
def test_lives_that_are_found_to_be_one(database: Database, seed: int) -> None:
    happened = of_a_random_programme(database, seed)
    assert {name for name in EVERY_DAY[seed] if not happened[name]} == set()


@pytest.mark.prove
@pytest.mark.parametrize("seed", MANY)
def test_many_lives_that_are_found_to_be_one(database: Database, seed: int) -> None:
    of_a_random_programme(database, seed)


@pytest.mark.prove
@pytest.mark.parametrize("name", CATALOGUE)
def test_lives_that_are_found_to_be_one_in_all_of_the_catalogue(
    database: Database, name: str
) -> None:
    of_the_catalogue(database, name, len(name))

"""What guests buy, bring back, and members claim: golden scenario, and against the reference."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from tests.engine.test_reference import KEY, by_rule, difference, result
from tests.reference.engine import Reference, Result
from tests.reference.holdings import Member
from tests.reference.moments import with_moments
from tests.reference.random_guests import with_guests, with_terms_of_claims
from tests.reference.random_histories import random_history
from tests.reference.random_programmes import random_programme
from tests.reference.random_returns import with_returns, with_terms_of_returns
from tests.reference.random_vouchers import coded, numbered
from xenia.effects import Found, Given, Refusal
from xenia.engine import claiming
from xenia.engine.account import Account
from xenia.engine.compile import compile_programme
from xenia.events.model import Claim, Event, Line, Purchase, Return, TakingBack, member_name
from xenia.events.parts import EventKey
from xenia.programme.model import Programme
from xenia.programme.read import read
from xenia.programme.render import render
from xenia.services.deciding import EngineDecider
from xenia.services.files import zones
from xenia.services.scenario import check_scenario, read_scenario

HERE = Path(__file__).parent
EVENTS, MEMBERS = 24, 2
FEW = (0, 3, 5, 7, 11, 12, 15, 16, 20)  # in which everything happens
MANY = range(12_000, 12_200, 50)


def test_the_golden_scenario() -> None:
    assert check_scenario(read_scenario(HERE / "guests.scenario.yaml")) == ()


def test_what_builds_of_before_have_answered_stands() -> None:
    """A claim of what was not recorded was refused, and no return of a guest was too late."""
    found = read((HERE / "guests.yaml").read_text("utf-8"), zones=zones()).programme
    assert found is not None
    plan, line = compile_programme(found), Line("1", "a", "x", 1000, 900)
    bought = Purchase(id="g", occurred_at=0, lines=(line,))
    claim = Claim(id="c", occurred_at=0, member="m", of=EventKey("g"))
    refused = claiming.claimed(plan, claim, Given(found=Found("unknown-purchase")))
    assert isinstance(refused, Refusal)
    assert refused.code == "unknown-purchase"
    back = Return(id="b", occurred_at=40 * 86_400_000_000, of=EventKey("g"), all=True)
    before, now = (
        claiming.guest_returns(plan, back, Given(found=Found(purchase=bought, timed=timed)))
        for timed in (False, True)
    )
    assert [one.amount for one in before.refund] == [900]
    assert [one.code for one in now.refusals] == ["too-late"]


class Both:
    """The engine and the reference with the same guests and members."""

    def __init__(self, programme: Programme) -> None:
        self.decider = EngineDecider(compile_programme(programme), KEY)
        self.accounts: dict[str, Account] = {}
        self.latest: dict[str, int] = {}
        self.reference = Reference(programme)
        self.members: dict[str, Member] = defaultdict(Member)

    def decide(self, event: Event) -> tuple[Result, Result]:
        name = member_name(event.member)
        if name is None:
            assert isinstance(event, Purchase | TakingBack)
            return self.of_nobody(event)
        account = self.accounts.get(name) or self.decider.new_account(name)
        expected = self.reference.decide(self.members[name], numbered(event, account))
        self.accounts[name], outcome = self.decider.decide(account, coded(event, account))
        if self.accounts[name].joined:  # nothing that happened before is theirs
            self.latest[name] = max(self.latest.get(name, 0), event.occurred_at)
        now = self.latest.get(name, event.occurred_at)
        seen = self.decider.view(self.accounts[name], now)
        found = result(outcome, seen, self.accounts[name].vouchers)
        expected = replace(expected, refusals=tuple(sorted(expected.refusals)))
        return expected, replace(found, refund=outcome.refund)

    def of_nobody(self, event: Purchase | TakingBack) -> tuple[Result, Result]:
        """What is answered; a guest holds nothing."""
        expected, outcome = self.reference.guest(event), self.decider.guest(event)
        expected = replace(expected, refusals=tuple(sorted(expected.refusals)))
        refusals = tuple(sorted((one.code, one.claim) for one in outcome.refusals))
        bill, refund = by_rule(outcome.payable), outcome.refund
        found = replace(expected, refusals=refusals, payable=bill, refund=refund)
        return expected, replace(found, effects=outcome.effects)

    def behind(self, event: Event) -> list[Event]:
        """What is decided behind an event, of those that have claimed it before."""
        if not isinstance(event, Purchase) or event.member is not None:
            return []
        found = [*self.decider.awaited(event)]
        assert found == self.reference.guests.behind(event)
        return [*found]


def history(seed: int) -> tuple[Programme, list[Event]]:
    programme = with_terms_of_returns(random_programme(seed), seed)
    programme = with_terms_of_claims(programme, seed)
    events = [
        structs.replace(each, member=f"m{place % MEMBERS}")
        for place, each in enumerate(random_history(programme, seed, EVENTS))
    ]
    told = [*with_guests(programme, with_returns(programme, events, seed), seed)]
    return programme, with_moments(programme, told)


def check(seed: int) -> Counter[str]:
    """Fail with the programme, the event and the first difference; what happened."""
    programme, events = history(seed)
    both, happened = Both(programme), Counter[str]()
    granted: set[tuple[str, str]] = set()
    coming = [*reversed(events)]
    while coming:
        event = coming.pop()
        expected, found = both.decide(event)
        coming += reversed(both.behind(event))
        told = difference(expected, found)
        if told:
            shown = "\n".join(told)
            where = f"seed {seed}\n{render(programme)}\n{event}"
            pytest.fail(f"{where}\n\n{shown}", pytrace=False)
        if isinstance(event, Claim):
            happened.update(code for code, _ in found.refusals)
            waits = both.decider.recorded.awaiting
            if f"{event.source}/{event.id}" in waits:
                happened["waits"] += 1
            elif not found.refusals:
                happened["granted" if event.source == "api" else "granted behind"] += 1
                happened["earned"] += any(effect.kind == "earn" for effect in found.effects)
                granted |= {(event.of.source, event.of.id)} if event.of else set()
        elif isinstance(event, Return) and event.without_receipt:
            happened.update(f"unnamed: {code}" for code, _ in found.refusals)
            happened["unnamed: refund"] += bool(found.refund)
        elif isinstance(event, TakingBack) and event.member is None:
            happened.update(f"guest: {code}" for code, _ in found.refusals)
            happened["guest: refund"] += bool(found.refund)
        elif isinstance(event, TakingBack) and (event.of.source, event.of.id) in granted:
            happened["taken back"] += any(one.kind == "take-back" for one in found.effects)
    return happened


def test_the_engine_gives_guests_purchases_as_the_reference_does() -> None:
    happened = sum((check(seed) for seed in FEW), Counter[str]())
    assert {code for code, number in happened.items() if number} == {
        "granted",
        "earned",
        "taken back",
        "not-a-member",
        "no-claims",
        "granted behind",
        "waits",
        "several-purchases",
        "already-claimed",
        "not-claimable",
        "claim-too-late",
        "nothing-left",
        "unnamed: refund",
        "unnamed: too-late",
        "unnamed: not-a-member",
        "unnamed: unknown-purchase",
        "guest: refund",
        "guest: too-late",
        "guest: not-yours",
        "guest: nothing-left",
        "guest: more-than-left",
        "guest: not-returnable",
        "guest: nothing-to-return",
        "guest: unknown-line",
        "guest: unknown-purchase",
    }


@pytest.mark.prove
@pytest.mark.parametrize("first", MANY)
def test_the_engine_gives_guests_purchases_as_the_reference_does_in_many(first: int) -> None:
    for seed in range(first, first + MANY.step):
        check(seed)

"""Who brought whom: golden scenario, and the engine against the reference."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from msgspec import structs

from tests.engine.test_reference import KEY, difference, result
from tests.reference.engine import Reference, Result
from tests.reference.holdings import Member
from tests.reference.moments import with_moments
from tests.reference.random_histories import random_history
from tests.reference.random_programmes import random_programme
from tests.reference.random_referrals import with_referrals, with_terms_of_referrals
from tests.reference.random_returns import with_returns, with_terms_of_returns
from tests.reference.random_vouchers import coded, numbered
from xenia.effects import NOTHING, Given, Kind
from xenia.engine.account import Account, machine
from xenia.engine.compile import compile_programme
from xenia.engine.referrals import behind, people, referrer
from xenia.events.model import OWN, Enrolment, Event, Line, Purchase, member_name
from xenia.native.steps import native_steps
from xenia.programme.model import Programme
from xenia.programme.render import render
from xenia.services.deciding import EngineDecider
from xenia.services.programmes import sound_programme

PROGRAMME = Path(__file__).parents[2] / "programmes" / "referral.yaml"
EVENTS, MEMBERS = 40, 4
DAY = 86_400_000_000
START = 20_500 * DAY
FEW = (3, 5, 6, 10, 19, 20, 22, 24)  # in which everything happens
MANY = range(11_000, 11_200, 50)


class Both:
    """The engine and the reference with the same members."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.decider = EngineDecider(compile_programme(programme), KEY)
        self.accounts: dict[str, Account] = {}
        self.latest: dict[str, int] = {}
        self.reference = Reference(programme)
        self.members: dict[str, Member] = defaultdict(Member)

    def decide(self, event: Event) -> Iterator[tuple[Event, Result, Result]]:
        """An event, and what comes of it to who brought its member."""
        account = self.account(event)
        by, to = referrer(account.attributes), ""
        lent = by is not None and by in [member_name(one) for one in people(event)]
        given = Given(lent=True) if lent else NOTHING
        if isinstance(event, Enrolment) and event.referred_by is not None:
            named = member_name(event.referred_by) or ""
            to = named if named in self.accounts and self.accounts[named].enrolled else ""
            given = Given(to=to)
        taken = numbered(event, account)
        expected = self.reference.decide(self.members[account.member], taken, to, lent=lent)
        expected = replace(expected, refusals=tuple(sorted(expected.refusals)))
        found = self.by_engine(event, given)
        yield event, expected, found
        if found.refers and by is not None:
            told = behind(self.programme.id, event, account.member, by)
            assert told is not None
            found = self.by_engine(told, NOTHING)
            expected = self.reference.decide(self.members[by], told)
            yield told, replace(expected, refusals=tuple(sorted(expected.refusals))), found

    def account(self, event: Event) -> Account:
        name = member_name(event.member) or ""
        return self.accounts.get(name) or self.decider.new_account(name)

    def by_engine(self, event: Event, given: Given) -> Result:
        account = self.account(event)
        name = account.member
        self.accounts[name], outcome = self.decider.decide(account, coded(event, account), given)
        if self.accounts[name].joined:  # nothing that happened before is theirs
            self.latest[name] = max(self.latest.get(name, 0), event.occurred_at)
        now = self.latest.get(name, event.occurred_at)
        seen = self.decider.view(self.accounts[name], now)
        told = result(outcome, seen, self.accounts[name].vouchers)
        return replace(told, refund=outcome.refund)


def history(seed: int) -> tuple[Programme, list[Event]]:
    programme = with_terms_of_returns(random_programme(seed), seed)
    programme = with_terms_of_referrals(programme, seed)
    events = [
        structs.replace(each, member=f"m{place % MEMBERS}")
        for place, each in enumerate(random_history(programme, seed, EVENTS))
    ]
    told = with_returns(programme, with_referrals(events, seed), seed)
    return programme, with_moments(programme, told)


def check(programme: Programme, events: list[Event], seed: int) -> Counter[str]:
    """Fail with the programme, the event and the first difference; what happened."""
    both, happened = Both(programme), Counter[str]()
    for event in events:
        for decided, expected, found in both.decide(event):
            told = difference(expected, found)
            if told:
                shown = "\n".join(told)
                where = f"seed {seed}\n{render(programme)}\n{decided}"
                pytest.fail(f"{where}\n\n{shown}", pytrace=False)
            happened.update(code for code, claim in found.refusals if claim == "referred_by")
            happened["flag"] += any(one.kind is Kind.FLAG for one in found.effects)
            happened[f"{decided.source == OWN} {found.refers:+d}"] += 1
            own = decided.source == OWN and bool(found.effects)
            happened["thanked"] += own and "referral" in decided.id
    return happened


def test_the_engine_refers_as_the_reference_does() -> None:
    happened = sum((check(*history(seed), seed) for seed in FEW), Counter[str]())
    assert happened.keys() >= {"already-a-member", "self-referral", "unknown-referrer"}
    for what in ("flag", "thanked", "False +1", "False -1"):
        assert happened[what] > 5, (what, happened)


@pytest.mark.prove
def test_compiled_refers_as_interpreted() -> None:
    """The whole catalogue's structures are compared without anybody being brought."""
    programme = sound_programme(PROGRAMME)
    interpreted, compiled = Both(programme), Both(programme)
    run = machine(compiled.decider.plan)
    run.exchange(native_steps(compiled.decider.plan))
    seen = Counter[str]()
    for seed in range(30):
        for event in with_returns(programme, with_referrals(purchases(seed), seed), seed):
            pairs = zip(interpreted.decide(event), compiled.decide(event), strict=True)
            for (_, expected, ours), (_, _, theirs) in pairs:
                assert ours == theirs
                assert not difference(expected, ours)
                seen[f"{ours.refers:+d}"] += 1
    assert seen["+1"] > 20
    assert seen["-1"] > 5


def purchases(seed: int) -> list[Event]:
    random = Random(seed)
    return [
        Purchase(
            id=f"e{seed}-{n}",
            member=f"m{random.randrange(MEMBERS)}-{seed}",
            occurred_at=START + (1000 * seed + n) * DAY,
            lines=(Line("1", "s", "c", 1000, random.choice((1999, 2000, 4000))),),
        )
        for n in range(30)
    ]


@pytest.mark.prove
@pytest.mark.parametrize("first", MANY)
def test_the_engine_refers_as_the_reference_does_in_many_programmes(first: int) -> None:
    for seed in range(first, first + MANY.step):
        check(*history(seed), seed)

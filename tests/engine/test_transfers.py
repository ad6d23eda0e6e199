"""What members give to one another: golden scenario, and against the reference."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
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
from tests.reference.random_returns import with_returns, with_terms_of_returns
from tests.reference.random_transfers import with_transfers
from tests.reference.random_vouchers import coded, numbered
from xenia.effects import NOTHING, Given, Kind, Outcome
from xenia.engine.account import Account
from xenia.engine.compile import compile_programme
from xenia.engine.transfers import given_with, received
from xenia.engine.zones import EPOCH
from xenia.events.model import Event, Line, Purchase, Transfer, member_name
from xenia.programme.model import Programme
from xenia.programme.render import render
from xenia.services.deciding import EngineDecider
from xenia.services.programmes import sound_programme
from xenia.services.scenario import check_scenario, read_scenario

HERE = Path(__file__).parent
DAY = 86_400_000_000
START = 20_500 * DAY
EVENTS, MEMBERS = 30, 3
FEW = (0, 1, 2, 3, 5, 8, 15, 17)  # in which everything happens
MANY = range(9_000, 9_200, 50)


@pytest.mark.parametrize("name", ["transfers", "household"])
def test_the_golden_scenario(name: str) -> None:
    assert check_scenario(read_scenario(HERE / f"{name}.scenario.yaml")) == ()


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
        """An event, and what another member gets of it."""
        to = (member_name(event.to) or "") if isinstance(event, Transfer) else ""
        known = to if to in self.accounts and self.accounts[to].enrolled else ""
        given = Given(to=known) if isinstance(event, Transfer) else NOTHING
        expected = self.by_reference(numbered(event, self.account(event)), known)
        found, outcome = self.by_engine(event, given)
        yield event, expected, found
        if outcome.handed:
            assert isinstance(event, Transfer)
            behind = received(self.programme.id, event, to)
            found, _ = self.by_engine(behind, given_with(outcome))
            yield behind, self.by_reference(behind, ""), found

    def account(self, event: Event) -> Account:
        name = member_name(event.member) or ""
        return self.accounts.get(name) or self.decider.new_account(name)

    def by_engine(self, event: Event, given: Given) -> tuple[Result, Outcome]:
        account = self.account(event)
        name = account.member
        self.accounts[name], outcome = self.decider.decide(account, coded(event, account), given)
        if self.accounts[name].joined:  # nothing that happened before is theirs
            self.latest[name] = max(self.latest.get(name, 0), event.occurred_at)
        now = self.latest.get(name, event.occurred_at)
        seen = self.decider.view(self.accounts[name], now)
        told = result(outcome, seen, self.accounts[name].vouchers)
        return replace(told, refund=outcome.refund), outcome

    def by_reference(self, event: Event, to: str) -> Result:
        found = self.reference.decide(self.members[member_name(event.member) or ""], event, to)
        return replace(found, refusals=tuple(sorted(found.refusals)))


def history(seed: int) -> tuple[Programme, list[Event]]:
    programme = with_terms_of_returns(random_programme(seed), seed)
    events = [
        structs.replace(each, member=f"m{place % MEMBERS}")
        for place, each in enumerate(random_history(programme, seed, EVENTS))
    ]
    told = with_returns(programme, [*with_transfers(programme, events, seed)], seed)
    return programme, with_moments(programme, told)


def given_often(seed: int) -> tuple[Programme, list[Event]]:
    """Purchases, many of them returned, transfers between three, and time in the programme of the
    golden scenario: with what is below 0, and days of inactivity."""
    random, programme = Random(seed), sound_programme(HERE / "transfers.yaml")
    now, events = START, list[Event]()
    for n in range(EVENTS):
        now += random.choice((0, 1, 3, 10, 10, 50)) * DAY
        line = Line("1", "s", "c", 1000, random.randrange(100, 6_000))
        member = f"m{random.randrange(MEMBERS)}"
        events.append(Purchase(id=f"e{n}", occurred_at=now, member=member, lines=(line,)))
    told = list(with_transfers(programme, events, seed))
    return programme, with_returns(programme, told, seed)


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
            happened.update(code for code, claim in found.refusals if claim == "transfer")
            happened.update(one.kind for one in found.effects if one.kind is Kind.TRANSFER)
    return happened


def test_the_engine_gives_as_the_reference_does() -> None:
    happened = sum((check(*history(seed), seed) for seed in FEW), Counter[str]())
    assert happened.keys() == {
        Kind.TRANSFER,
        "not-a-member",
        "unknown-currency",
        "not-transferable",
        "nothing-to-transfer",
        "below-minimum",
        "unknown-recipient",
        "to-self",
        "insufficient-balance",
        "beyond-limit",
    }


def test_the_engine_gives_as_the_reference_does_where_much_is_given() -> None:
    happened = sum((check(*given_often(seed), seed) for seed in range(14)), Counter[str]())
    assert happened[Kind.TRANSFER] > 80
    assert happened["beyond-limit"] > 1


def test_nothing_is_given_from_the_day_on_which_everything_has_ended() -> None:
    happened = Counter[str]()
    for seed in range(5):
        programme, events = given_often(seed)
        closes = EPOCH + timedelta(days=20_650)
        closing = replace(programme, earn_until=closes - timedelta(days=20), spend_until=closes)
        happened += check(closing, events, seed)
    assert happened["programme-closed"] > 20
    assert happened[Kind.TRANSFER] > 5


@pytest.mark.prove
@pytest.mark.parametrize("first", MANY)
def test_the_engine_gives_as_the_reference_does_in_many_programmes(first: int) -> None:
    for seed in range(first, first + MANY.step):
        check(*history(seed), seed)

"""Cards that are blocked, and what is told of them: golden scenario, and against the reference."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

from tests.engine.test_reference import KEY, difference, result
from tests.reference.engine import Reference, Result
from tests.reference.holdings import Member
from tests.reference.random_cards import with_cards
from tests.reference.random_histories import random_history
from tests.reference.random_programmes import random_programme
from tests.reference.random_returns import with_returns, with_terms_of_returns
from tests.reference.random_vouchers import coded, numbered
from xenia.effects import Given
from xenia.engine.account import Account
from xenia.engine.compile import compile_programme
from xenia.events.model import Card, Event, member_name
from xenia.programme.model import Programme
from xenia.programme.render import render
from xenia.services.deciding import EngineDecider
from xenia.services.scenario import check_scenario, read_scenario

HERE = Path(__file__).parent
EVENTS = 30
EPOCH = date(1970, 1, 1)


def test_the_golden_scenario() -> None:
    assert check_scenario(read_scenario(HERE / "cards.scenario.yaml")) == ()


def told_apart(
    programme: Programme, story: Iterable[tuple[Event, Given]]
) -> Iterator[tuple[Event, Result]]:
    """Each event with what the engine says; fails with the first difference from the reference."""
    decider, reference = EngineDecider(compile_programme(programme), KEY), Reference(programme)
    accounts: dict[str, Account] = {}
    members: dict[str, Member] = defaultdict(Member)
    for event, given in story:
        name = member_name(event.member) or ""
        account = accounts.get(name) or decider.new_account(name)
        claim = "card" if isinstance(event, Card) else "identifiers"
        refused = [(code, claim) for code, _ in given.refused]
        expected = reference.decide(
            members[name], numbered(event, account), blocked=given.blocked, refused=refused
        )
        expected = replace(expected, refusals=tuple(sorted(expected.refusals)))
        accounts[name], outcome = decider.decide(account, coded(event, account), given)
        today = decider.plan.zone.start_of((max(members[name].today, EPOCH) - EPOCH).days)
        seen = decider.view(accounts[name], max(event.occurred_at, today))
        found = result(outcome, seen, accounts[name].vouchers)
        told = difference(expected, replace(found, refund=outcome.refund))
        if told:
            shown = "\n".join(told)
            pytest.fail(f"{render(programme)}\n{event}\n{given}\n\n{shown}", pytrace=False)
        yield event, found


def history(seed: int) -> tuple[Programme, list[Event]]:
    """A random programme with what two members do in it, and bring back."""
    programme = with_terms_of_returns(random_programme(seed), seed)
    events = [
        structs.replace(each, member=f"m{place % 2}")
        for place, each in enumerate(random_history(programme, seed, EVENTS))
    ]
    return programme, with_returns(programme, events, seed)


def check(seed: int) -> Counter[str]:
    """What happened, as the reference says, too."""
    programme, events = history(seed)
    happened = Counter[str]()
    for _, found in told_apart(programme, with_cards(events, seed)):
        happened.update(code for code, claim in found.refusals if claim in ("card", "member"))
    return happened


def test_the_engine_takes_cards_as_the_reference_does() -> None:
    happened = sum((check(seed) for seed in range(6)), Counter[str]())
    assert {"card-blocked", "card-taken", "not-yours"} <= happened.keys()

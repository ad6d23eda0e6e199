"""The engine's returns against the naive reference: random programmes, histories with returns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.test_reference import KEY, difference, result
from tests.reference.beside import beside, with_returns_of
from tests.reference.engine import Result
from tests.reference.random_vouchers import coded, numbered
from xenia.engine.account import Account
from xenia.engine.compile import compile_programme
from xenia.events.model import Event
from xenia.programme.model import Programme
from xenia.programme.render import render
from xenia.services.deciding import EngineDecider

EVENTS = 30
BATCH = 5
FIRST = range(0, 2 * BATCH, BATCH)
MANY = range(5_000, 5_300, 50)


class InMemory:
    """The engine as replay uses it."""

    def __init__(self, programme: Programme) -> None:
        self.decider = EngineDecider(compile_programme(programme), KEY)
        self.accounts: dict[str, Account] = {}
        self.latest: dict[str, int] = {}

    def numbered(self, member: str, event: Event) -> Event:
        return numbered(event, self.account(member))

    def account(self, member: str) -> Account:
        return self.accounts.get(member) or self.decider.new_account(member)

    def decide(self, member: str, event: Event) -> Result:
        account = self.account(member)
        account, outcome = self.decider.decide(account, coded(event, account))
        self.accounts[member] = account
        if account.joined:  # nothing that happened before is theirs
            self.latest[member] = max(self.latest.get(member, 0), event.occurred_at)
        now = self.latest.get(member, event.occurred_at)
        found = result(outcome, self.decider.view(account, now), account.vouchers)
        return replace(found, refund=outcome.refund)


def check(seed: int, count: int = EVENTS, members: int = 1) -> None:
    """Fail with the programme, the event and the first difference."""
    programme, history = with_returns_of(seed, count, members)
    for event, expected, found in beside(programme, history, InMemory(programme)):
        told = difference(expected, found)
        if told:
            shown = "\n".join(told)
            pytest.fail(f"seed {seed}\n{render(programme)}\n{event}\n\n{shown}", pytrace=False)


@pytest.mark.parametrize("first", FIRST)
def test_the_engine_returns_as_the_reference_does(first: int) -> None:
    for seed in range(first, first + BATCH):
        check(seed, members=1 + seed % 2)


@pytest.mark.prove
@pytest.mark.parametrize("first", MANY)
def test_the_engine_returns_as_the_reference_does_in_many_programmes(first: int) -> None:
    for seed in range(first, first + MANY.step):
        check(seed, members=1 + seed % 3)

"""Entries: what moves between accounts, and what they sum to."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xenia.effects import Kind, Movement
from xenia.engine.account import decide, new_account, pass_time
from xenia.engine.compile import compile_programme
from xenia.engine.plan import Plan
from xenia.engine.zones import EPOCH, SECOND
from xenia.events.model import Line, Purchase, Redemption
from xenia.ledger.accounts import OF_MEMBERS, LedgerAccount
from xenia.ledger.entries import Entry
from xenia.ledger.lots import balances, open_lots
from xenia.ledger.posting import entries_of
from xenia.programme.read import read
from xenia.services.files import zones

PROGRAMME = """
xenia: 1
programme: lots
money: EUR
timezone: Europe/Athens
currencies:
  stars: {expires: {after: 20 days}, spend-first: first-earned}
  points: {expires: {after: 30 days}, pending: 10 days}
rules:
  stars: {on: purchase, then: {earn: {stars: 1 per 1.00}}}
  points: {on: purchase, then: {earn: {points: 2 per 1.00}}}
rewards:
  tea: {price: {points: 7}, gives: {gift-card: 1.00}}
  cake: {price: {stars: 5}, gives: {gift-card: 2.00}}
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    programme = read(PROGRAMME, zones=zones()).programme
    assert programme is not None
    return compile_programme(programme)


def entry(**changes: object) -> Entry:
    fields = {
        "currency": "points",
        "debit": LedgerAccount.ISSUANCE,
        "credit": LedgerAccount.WALLET,
        "units": 1,
        "earned": 10,
        "ends": None,
        "effect": "api/e/1",
        "day": 10,
        "due": False,
    }
    return Entry(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("units", [0, -1])
def test_an_entry_moves_something(units: int) -> None:
    with pytest.raises(ValueError, match="1 unit or more"):
        entry(units=units)


def test_an_entry_moves_units_between_two_accounts() -> None:
    with pytest.raises(ValueError, match="not within wallet"):
        entry(debit=LedgerAccount.WALLET)


def test_every_movement_has_its_two_accounts() -> None:
    moved = {
        (Kind.EARN, False): ("issuance", "wallet"),
        (Kind.EARN, True): ("issuance", "pending"),
        (Kind.ACTIVATE, False): ("pending", "wallet"),
        (Kind.SPEND, False): ("wallet", "redeemed"),
        (Kind.EXPIRE, False): ("wallet", "breakage"),
        (Kind.ADJUST, False): ("adjustment", "wallet"),
    }
    for (kind, pending), accounts in moved.items():
        movement = Movement(
            kind=kind,
            currency="points",
            units=3,
            earned=1,
            ends=9,
            effect="api/e/1",
            day=2,
            due=False,
            pending=pending,
        )
        (posted,) = entries_of([movement])
        assert (posted.debit, posted.credit) == accounts


STEP = st.tuples(
    st.sampled_from(["buy", "tea", "cake", "wait"]),
    st.integers(0, 12),  # days since the step before
    st.integers(1, 30),  # money, or how many
)


@given(st.lists(STEP, max_size=30))
def test_the_entries_sum_to_the_wallet(plan: Plan, steps: list[tuple[str, int, int]]) -> None:
    day = (date(2025, 3, 20) - EPOCH).days
    account = new_account(plan, "m")
    entries: list[Entry] = []
    for number, (what, days, size) in enumerate(steps):
        day += days
        at = plan.zone.start_of(day) + 9 * 3600 * SECOND
        name: dict[str, Any] = {"id": str(number), "member": "m", "occurred_at": at}
        if what == "wait":
            account, outcome = pass_time(plan, account, at)
        elif what == "buy":
            line = Line(id="1", sku="s", category="c", quantity=1000, amount=100 * size)
            account, outcome = decide(plan, account, Purchase(**name, lines=(line,)))
        else:
            account, outcome = decide(plan, account, Redemption(**name, reward=what, quantity=size))
        entries += entries_of(outcome.movements)
        found = balances(open_lots(entries))
        assert all(units > 0 for units in open_lots(entries).values())
        assert outcome.view is not None
        for currency, held in outcome.view.wallet.items():
            assert found.get((currency, "wallet"), 0) == held.balance
            assert found.get((currency, "pending"), 0) == held.pending
    issued = sum(one.units for one in entries if one.debit is LedgerAccount.ISSUANCE)
    gone = sum(
        one.units for one in entries if one.debit in OF_MEMBERS and one.credit not in OF_MEMBERS
    )
    assert issued - gone == sum(open_lots(entries).values())

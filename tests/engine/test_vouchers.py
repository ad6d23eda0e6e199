"""Vouchers on a basket, by their scenario, and what a record keeps of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from xenia.effects import Given
from xenia.engine.account import Account, decide, new_account
from xenia.engine.compile import compile_programme
from xenia.engine.plan import Plan
from xenia.engine.records import unpacked
from xenia.events.model import Grant, Line, Purchase
from xenia.programme.settings import SpendAs
from xenia.services.programmes import sound_programme
from xenia.services.scenario import check_scenario, read_scenario

HERE = Path(__file__).parent
PROGRAMME = sound_programme(HERE / "vouchers.yaml")


def holder(plan: Plan, *rewards: str) -> Account:
    account = new_account(plan, "m")
    for place, reward in enumerate(rewards):
        given = Grant(id=f"g{place}", member="m", occurred_at=0, author="a", voucher=reward)
        account, _ = decide(plan, account, given)
    return account


def basket(*amounts: int, vouchers: tuple[str, ...], category: str = "drink") -> Purchase:
    lines = tuple(
        Line(id=str(n), sku=f"s{n}", category=category, quantity=1000, amount=amount)
        for n, amount in enumerate(amounts)
    )
    return Purchase(id="p", member="m", occurred_at=0, lines=lines, vouchers=vouchers)


def codes(account: Account) -> tuple[str, ...]:
    return tuple(voucher.code for voucher in account.vouchers)


@pytest.mark.parametrize("name", ["vouchers", "vouchers-tender"])
def test_the_scenario_holds(name: str) -> None:
    assert check_scenario(read_scenario(HERE / f"{name}.scenario.yaml")) == ()


def test_a_voucher_of_money_off_pays_where_that_is_meant() -> None:
    settings = replace(PROGRAMME.settings, vouchers_as=SpendAs.TENDER)
    plan = compile_programme(replace(PROGRAMME, settings=settings))
    account = holder(plan, "fiver", "purse")
    _, outcome = decide(plan, account, basket(600, vouchers=codes(account)))
    assert outcome.payable is not None
    assert (outcome.payable.discount, outcome.payable.tendered) == (0, 600)
    assert [voucher.left for voucher in outcome.changed] == [None, 700]


def test_more_than_ten_vouchers_at_once_are_refused_one_by_one() -> None:
    plan = compile_programme(PROGRAMME)
    account = holder(plan, *["fiver"] * 12)
    after, outcome = decide(plan, account, basket(10_000, vouchers=codes(account)))
    assert [refusal.code for refusal in outcome.refusals] == ["too-many-vouchers"] * 2
    assert [voucher.state for voucher in after.vouchers] == ["used"] * 10 + ["issued"] * 2


def test_what_is_given_with_the_event_decides_it() -> None:
    """As a fold does it, which has no vouchers of its own."""
    plan = compile_programme(PROGRAMME)
    account = holder(plan, "fiver", "drink")
    bare = structs.replace(account, vouchers=())
    event = basket(600, vouchers=(*codes(account), "THEIRS"))
    given = Given(vouchers=account.vouchers, others=("THEIRS",))
    told = decide(plan, bare, event, given=Given.unpacked(given.packed()))[1]
    assert [refusal.code for refusal in told.refusals] == ["not-yours"]
    assert told.payable == decide(plan, account, event)[1].payable
    assert [voucher.state for voucher in told.changed] == ["used", "used"]


def test_the_record_has_what_each_voucher_took_off_each_slice() -> None:
    plan = compile_programme(PROGRAMME)
    part = plan.types["purchase"]
    assert part.vouchers is not None
    account = holder(plan, "fifth", "fiver")
    _, outcome = decide(plan, account, basket(1000, 500, vouchers=codes(account)))
    assert outcome.record is not None
    posted = unpacked(outcome.record.posted)
    assert posted[part.vouchers.off : part.vouchers.off + 3] == (300, 500, 0)
    shares = [posted[share] for name, share in part.turns if name.startswith("voucher.")]
    assert shares[:3] == [300, 500, 0]

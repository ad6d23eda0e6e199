"""What a return does to vouchers through the service, where no receipt says of what it is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.cafe import Cafe, event, redeem, said, time
from tests.services.test_vouchers import code_of, kept, posted
from xenia.store.database import Database

DOCUMENT = """\
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
currencies: {points: {}}
rules:
  thanks: {when: basket.amount >= 20, then: {issue: card}}
rewards:
  fiver: {gives: {discount: {amount: 5.00}}}
  card: {gives: {gift-card: 10.00}}
"""


@pytest.fixture
def cafe(database: Database) -> Cafe:
    return Cafe(database, DOCUMENT)


def buy(name: str, day: str, amount: str, *codes: str) -> dict[str, Any]:
    lines = [{"sku": "s", "category": "c", "quantity": 1, "amount": amount}]
    return event("purchase", name, "m1", day, "12:00", lines=lines, vouchers=list(codes))


def back(name: str, day: str) -> dict[str, Any]:
    lines = [{"sku": "s", "quantity": 1}]
    return event("return", name, "m1", day, "13:00", without_receipt=True, lines=lines)


def test_what_was_used_comes_back(cafe: Cafe) -> None:
    granted = event(
        "grant", "g", "m1", "01-02", "10:00", voucher="fiver", reason="a gift", author="eleni"
    )
    code = code_of(posted(cafe, granted)[0])
    posted(cafe, buy("p", "01-03", "12.00", code))
    (answer,) = posted(cafe, back("b", "01-04"))
    assert answer["refund"] == [{"method": "other", "amount": "7.00"}]
    assert kept(cafe, code) == ("issued", None, None)
    assert said(cafe.database) == ""


@pytest.mark.parametrize("together", [False, True])
def test_what_was_issued_is_cancelled(cafe: Cafe, *, together: bool) -> None:
    sold, returned = buy("p", "01-03", "25.00"), back("b", "01-04")
    answers = posted(cafe, sold, returned) if together else [
        *posted(cafe, sold), *posted(cafe, returned)
    ]  # fmt: skip
    assert answers[1]["refund"] == [{"method": "other", "amount": "25.00"}]
    assert [one["state"] for one in answers[1]["vouchers"]] == ["cancelled"]
    assert kept(cafe, code_of(answers[0]))[0] == "cancelled"
    assert said(cafe.database) == ""


def test_nothing_else_is_read_of_what_it_is_not(cafe: Cafe) -> None:
    """Of two purchases it is the later; what the other has issued stays."""
    answers = posted(cafe, buy("p", "01-03", "25.00"), buy("q", "01-04", "26.00"))
    first, last = code_of(answers[0]), code_of(answers[1])
    (answer,) = posted(cafe, back("b", "01-05"))
    assert answer["refund"] == [{"method": "other", "amount": "26.00"}]
    assert (kept(cafe, first)[0], kept(cafe, last)[0]) == ("issued", "cancelled")
    assert said(cafe.database) == ""


@pytest.mark.parametrize("vouchers_as", ["discount", "tender"])
def test_what_is_on_it_stays_whatever_its_reward_says_by_now(
    database: Database, vouchers_as: str
) -> None:
    purse = "  purse: {gives: {discount: {amount: 8.00}, partial: true}}\n"
    settings = f"settings: {{vouchers-as: {vouchers_as}}}\ncurrencies:"
    document = DOCUMENT.replace("currencies:", settings) + purse
    cafe = Cafe(database, document)
    granted = event(
        "grant", "g", "m1", "01-02", "10:00", voucher="purse", reason="a gift", author="eleni"
    )
    code = code_of(posted(cafe, granted)[0])
    posted(cafe, buy("p", "01-03", "5.50", code))
    assert kept(cafe, code) == ("issued", 250, None)
    cafe.publish(document.replace(", partial: true", ""), time("01-04", "00:00"))
    first, second = posted(cafe, buy("q", "01-05", "1.50", code), buy("r", "01-06", "12.00", code))
    assert [one["payable"]["to_pay"] for one in (first, second)] == ["0.00", "11.00"]
    assert kept(cafe, code) == ("used", 0, None)
    posted(cafe, back("b", "01-07"))
    assert kept(cafe, code) == ("issued", 100, None)
    assert said(cafe.database) == ""


def test_one_that_was_issued_without_money_keeps_none(database: Database) -> None:
    """Used as a whole, it comes back as it was issued, and can be cancelled."""
    purse = "  purse: {price: {points: 1}, gives: {discount: {amount: 8.00}}}\n"
    document = DOCUMENT.replace("rules:", "rules:\n  points: {then: {earn: {points: 1}}}") + purse
    cafe = Cafe(database, document)
    posted(cafe, buy("p", "01-02", "5.00"))
    code = code_of(posted(cafe, redeem("r", "m1", "01-03", "purse"))[0])
    partial = document.replace("{amount: 8.00}", "{amount: 8.00}, partial: true")
    cafe.publish(partial, time("01-04", "00:00"))
    posted(cafe, buy("q", "01-05", "5.50", code))
    assert kept(cafe, code) == ("used", None, None)
    posted(cafe, back("b", "01-06"))
    assert kept(cafe, code) == ("issued", None, None)
    (answer,) = posted(cafe, event("cancel", "c", "m1", "01-07", "12:00", of={"id": "r"}))
    assert answer["refusals"] == []
    assert said(cafe.database) == ""

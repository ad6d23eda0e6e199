"""What a return does to vouchers through the service, where no receipt says of what it is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.cafe import Cafe, event, said
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

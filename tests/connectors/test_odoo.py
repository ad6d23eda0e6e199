"""Odoo point of sale: orders become purchases, and returns of what came back in them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.connectors.shops import read as read_of
from tests.connectors.shops import refused, sent, shop, skipped, told
from xenia.connectors.inbound import Delivery, Read
from xenia.connectors.odoo import ODOO

NAME = "Order 00001-004-0007"


def read(body: Any, **options: Any) -> Read:
    return read_of(shop("odoo", **options), body)


def lines(*changes: tuple[int, dict[str, Any]]) -> list[Any]:
    """The lines of the order, some of them changed."""
    found = sent("odoo-order")["lines"]
    for place, change in changes:
        found[place] |= change
    return list(found)


def back(**changes: Any) -> dict[str, Any]:
    """A line of one mug that comes back."""
    known = {"id": 601, "product_id": [512, "MUG"], "default_code": "MUG", "qty": -1.0}
    money = {"price_unit": 25.0, "price_subtotal": -20.16, "price_subtotal_incl": -25.0}
    of = {"refunded_orderline_id": [502, "Mug"], "refunded_order": "Order 00001-003-0001"}
    return {**known, **money, **of, **changes}


def test_a_paid_order_is_a_purchase_with_rewards_taken_off_its_lines() -> None:
    (event,) = told(read(sent("odoo-order"), locations={"1": "athens"}))
    assert event == {
        "id": NAME,
        "source": "odoo/main",
        "type": "purchase",
        "occurred_at": "2026-11-18T08:00:00Z",
        "member": {"email": "ida@example.org"},
        "channel": "store",
        "location": "athens",
        "cashier": "2",
        "currency": "EUR",
        "receipt": NAME,
        "lines": [
            {
                "id": "501",
                "sku": "BEANS-1KG",
                "category": "Beans",
                "quantity": "2",
                "amount": "32.40",
                "tax": "6.27",
                "regular_amount": "40.00",
            },
            {
                "id": "502",
                "sku": "MUG",
                "category": "Mugs",
                "quantity": "1",
                "amount": "22.50",
                "tax": "4.35",
                "regular_amount": "25.00",
            },
        ],
    }


def test_the_line_of_a_reward_is_no_goods() -> None:
    (event,) = told(read(sent("odoo-order")))
    assert "REWARD" not in [one["sku"] for one in event["lines"]]


def test_a_card_in_place_of_an_address() -> None:
    (event,) = told(read(sent("odoo-order"), identify=("card", "email")))
    assert event["member"] == {"card": "2001-7777"}


def test_an_order_of_no_partner_is_a_guests() -> None:
    (event,) = told(read(sent("odoo-order", partner=False)))
    assert "member" not in event
    assert event["receipt"] == NAME


def test_a_gift_card_is_no_goods() -> None:
    (event,) = told(read(sent("odoo-order", lines=lines((1, {"category": "gift-card"})))))
    assert [one["sku"] for one in event["lines"]] == ["BEANS-1KG"]
    assert event["charges"] == [{"kind": "gift-card", "amount": "22.50"}]


def test_lines_below_zero_come_back() -> None:
    (event,) = told(read(sent("odoo-order", pos_reference="R1", lines=[back()])))
    assert event == {
        "id": "R1/returned",
        "source": "odoo/main",
        "type": "return",
        "occurred_at": "2026-11-18T08:00:00Z",
        "of": {"source": "odoo/main", "id": "Order 00001-003-0001"},
        "lines": [{"line": "502", "quantity": "1"}],
    }


def test_an_exchange_is_a_purchase_and_a_return() -> None:
    events = told(read(sent("odoo-order", lines=[*lines(), back()])))
    assert [one["type"] for one in events] == ["purchase", "return"]
    other = back(id=602, refunded_order="Order 00001-002-0009")
    events = told(read(sent("odoo-order", lines=[back(), other])))
    assert [one["id"] for one in events] == [f"{NAME}/returned", f"{NAME}/returned/2"]


def test_only_what_was_a_line_of_the_purchase_comes_back() -> None:
    """Of an order taken back whole: not its discount, nor the card that was sold with it."""
    off = back(id=602, price_unit=-5.0, price_subtotal_incl=5.0, refunded_orderline_id=[504, ""])
    card = back(id=603, category="gift-card", refunded_orderline_id=[505, ""])
    (event,) = told(read(sent("odoo-order", pos_reference="R1", lines=[back(), off, card])))
    assert event["lines"] == [{"line": "502", "quantity": "1"}]
    assert "nothing" in skipped(read(sent("odoo-order", lines=[off, card])))


def test_without_the_order_it_is_of_the_members_latest() -> None:
    loose = back(refunded_order=False, refunded_orderline_id=False)
    (event,) = told(read(sent("odoo-order", lines=[loose])))
    assert event["without_receipt"] is True
    assert event["lines"] == [{"sku": "MUG", "quantity": "1"}]
    found = read(sent("odoo-order", lines=[loose], partner=False))
    assert refused(found) == ("/lines/0", "unknown-purchase")


def test_what_is_not_paid_or_a_try_is_skipped() -> None:
    assert "not paid" in skipped(read(sent("odoo-order", state="draft")))
    assert "test" in skipped(read(sent("odoo-order"), test_customers=("ida@example.org",)))
    assert "nothing" in skipped(read(sent("odoo-order", lines=[])))


def test_an_order_that_is_cancelled_comes_back_whole() -> None:
    (event,) = told(read(sent("odoo-order", state="cancel")))
    assert (event["id"], event["all"]) == (f"{NAME}/cancelled", True)


def test_lines_that_have_no_ids_yet_are_refused() -> None:
    found = read(sent("odoo-order", lines=lines((0, {"id": -3}))))
    assert refused(found) == ("/lines", "not-synchronised")


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        ({"price_subtotal_incl": 36.001}, "/lines/0/price_subtotal_incl", "too-precise"),
        ({"price_subtotal": 37}, "/lines/0/price_subtotal", "tax-below-zero"),
        ({"qty": "x"}, "/lines/0/qty", "not-as-documented"),
        ({"qty": "NaN"}, "", "not-a-decimal"),
        ({"qty": "1e999"}, "/lines/0", "not-a-decimal"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(change: Any, place: str, code: str) -> None:
    assert refused(read(sent("odoo-order", lines=lines((0, change))))) == (place, code)


def test_each_money_has_its_decimals() -> None:
    whole = {"price_subtotal": 3000, "price_subtotal_incl": 3600, "discount": 0}
    (event,) = told(read(sent("odoo-order", currency="JPY", lines=lines((0, whole))[:1])))
    assert (event["lines"][0]["amount"], event["lines"][0]["tax"]) == ("3600", "600")
    assert refused(read(sent("odoo-order", currency="drachma")))[0] == "/currency"


def test_only_who_has_the_key_may_send() -> None:
    assert ODOO.signed(Delivery({"x-xenia-key": "a secret"}, b"{}"), "a secret")
    assert not ODOO.signed(Delivery({"x-xenia-key": "another"}, b"{}"), "a secret")
    assert not ODOO.signed(Delivery({}, b"{}"), "a secret")

"""Square: payments name orders that are fetched, and become events."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.connectors.shops import Json, refused, sent, shop, signature, skipped, told
from tests.connectors.shops import read as read_of
from xenia.connectors.inbound import Delivery, Needs, Read
from xenia.connectors.square import SQUARE

PAID, ORDER = "square-payment-updated", "square-order"
ID, CUSTOMER = "CAISENgvlJ6jLWAzERDzjyHVybY", "JDKYHBWT1D4F8MFH63DBMEN8Y4"
ORDER_AT, CUSTOMER_AT = f"v2/orders/{ID}", f"v2/customers/{CUSTOMER}"
RETURN_AT = "v2/orders/RETURN-ORDER-1"


def read(
    body: Any, fetched: dict[str, Any] | None = None, *, asks: bool = True, **options: Any
) -> Read:
    return read_of(shop("square", asks=asks, **options), body, "", fetched)


def fetched(**changes: Any) -> Json:
    """The order as it is fetched, and the customer."""
    order = {"order": {**sent(ORDER)["order"], **changes}}
    return {ORDER_AT: order, CUSTOMER_AT: sent("square-customer")}


def test_a_payment_says_which_order_is_to_be_fetched() -> None:
    assert read(sent(PAID)) == Needs((ORDER_AT,))
    assert read(sent(PAID), {ORDER_AT: sent(ORDER)}) == Needs((CUSTOMER_AT,))
    assert refused(read(sent(PAID), asks=False)) == ("/data/object", "no-access-token")
    assert refused(read(sent(PAID), {ORDER_AT: None})) == ("/data/object", "unknown-order")


def test_a_paid_order_is_a_purchase() -> None:
    (event,) = told(read(sent(PAID), fetched(), locations={"S8GWD5R9QB376": "athens"}))
    assert event == {
        "id": ID,
        "source": "square/main",
        "type": "purchase",
        "occurred_at": "2026-11-18T08:00:18Z",
        "member": {"email": "ida@example.org"},
        "channel": "store",
        "location": "athens",
        "currency": "EUR",
        "receipt": ID,
        "lines": [
            {
                "id": "l1",
                "sku": "BEANS-1KG",
                "category": "goods",
                "quantity": "2",
                "amount": "36.00",
                "tax": "6.97",
                "regular_amount": "40.00",
            },
            {
                "id": "l2",
                "sku": "CROISSANT",
                "category": "goods",
                "quantity": "0.25",
                "amount": "4.50",
                "tax": "0.52",
            },
        ],
        "charges": [{"kind": "service", "amount": "3.00"}, {"kind": "tip", "amount": "2.00"}],
        "payment": {"method": "bank-card"},
    }


def test_an_order_that_is_open_was_bought_as_it_was_paid() -> None:
    """An invoice of the old year that is paid in the new one, before anything is delivered."""
    due = {"amount": 0, "currency": "EUR"}
    more = {"state": "OPEN", "closed_at": None, "net_amount_due_money": due}
    paid = [{"type": "CARD", "created_at": f"2026-01-0{day}T09:00:00Z"} for day in (4, 2)]
    order = fetched(created_at="2025-12-20T09:00:00Z", tenders=paid, **more)
    (event,) = told(read(sent(PAID), order))
    assert event["occurred_at"] == "2026-01-04T09:00:00Z"


def test_an_order_that_comes_along_is_not_fetched() -> None:
    body = copy.deepcopy(sent(PAID))
    body["data"]["object"]["order"] = sent(ORDER)["order"]
    (event,) = told(read(body, asks=False))
    assert event["id"] == ID
    assert "member" not in event, "who the customer is, nobody says"
    body["data"]["object"]["customer"] = sent("square-customer")["customer"]
    (event,) = told(read(body, asks=False, identify=("card",)))
    assert event["member"] == {"card": "2001-7777"}


def test_a_customer_who_is_gone_is_a_guest() -> None:
    (event,) = told(read(sent(PAID), {**fetched(), CUSTOMER_AT: None}))
    assert "member" not in event


def test_an_order_that_names_nobody_is_of_who_paid_it() -> None:
    mine = {"type": "CARD", "customer_id": CUSTOMER}
    (event,) = told(read(sent(PAID), fetched(customer_id=None, tenders=[mine, {"type": "CASH"}])))
    assert event["member"] == {"email": "ida@example.org"}
    other = {**mine, "customer_id": "SOMEBODY-ELSE"}
    (event,) = told(read(sent(PAID), fetched(customer_id=None, tenders=[mine, other])))
    assert "member" not in event


def test_what_is_not_paid_in_full_earns_nothing() -> None:
    body = copy.deepcopy(sent(PAID))
    body["data"]["object"]["payment"]["status"] = "APPROVED"
    assert "not completed" in skipped(read(body))
    due = {"amount": 100, "currency": "EUR"}
    assert "in full" in skipped(read(sent(PAID), fetched(net_amount_due_money=due)))
    found = read(sent(PAID), fetched(net_amount_due_money=None, state="OPEN"))
    assert "not paid" in skipped(found)


def test_test_events_are_skipped() -> None:
    assert "merchant" in skipped(read(sent(PAID), merchant="MINE"))
    assert isinstance(read(sent(PAID), merchant="6SSW7HV8K2ST5"), Needs)
    assert "test" in skipped(read(sent(PAID), fetched(), test_customers=("ida@example.org",)))


def test_a_gift_card_is_no_goods() -> None:
    lines = copy.deepcopy(sent(ORDER)["order"]["line_items"])
    lines[1]["item_type"] = "GIFT_CARD"
    (event,) = told(read(sent(PAID), fetched(line_items=lines)))
    assert [one["id"] for one in event["lines"]] == ["l1"]
    assert event["charges"][0] == {"kind": "gift-card", "amount": "4.50"}


def test_a_part_that_comes_back_is_a_return_by_line() -> None:
    body = sent("square-refund-updated")
    assert read(body) == Needs((RETURN_AT,))
    (event,) = told(read(body, {RETURN_AT: sent("square-return-order")}))
    assert event == {
        "id": "RETURN-ORDER-1/returned",
        "source": "square/main",
        "type": "return",
        "occurred_at": "2026-11-20T10:00:00Z",
        "of": {"source": "square/main", "id": ID},
        "lines": [{"line": "l1", "quantity": "1"}],
    }


def returned(*lines: Json, **changes: Any) -> Json:
    """The order of a return of these lines, as it is fetched."""
    order = copy.deepcopy(sent("square-return-order"))
    order["order"]["returns"][0] |= {"return_line_items": [*lines], **changes}
    return order


def test_two_refunds_of_one_return_bring_it_back_once() -> None:
    """A bill that was paid in cash and by card has two refunds."""
    names = set()
    for number in ("refund-1", "refund-2"):
        body = copy.deepcopy(sent("square-refund-updated"))
        body["data"]["object"]["refund"]["id"] = number
        (event,) = told(read(body, {RETURN_AT: sent("square-return-order")}))
        names.add(event["id"])
    assert names == {"RETURN-ORDER-1/returned"}


def test_an_amount_that_is_refunded_lowers_the_price() -> None:
    """It is a line of the return that is of no line of the order."""
    amount = {"amount": 1250, "currency": "EUR"}
    line = {"uid": "r", "quantity": "1", "item_type": "CUSTOM_AMOUNT", "total_money": amount}
    (event,) = told(read(sent("square-refund-updated"), {RETURN_AT: returned(line)}))
    assert (event["id"], event["of"]["id"]) == ("RETURN-ORDER-1/returned/amount", ID)
    assert (event["amount"], event["currency"]) == ("12.50", "EUR")
    own = {**line, "source_line_item_uid": "l1"}
    (event,) = told(read(sent("square-refund-updated"), {RETURN_AT: returned(own)}))
    assert event["lines"] == [{"line": "l1", "quantity": "1"}], "it was sold as an amount, too"
    for nothing in (returned(), returned(line, source_order_id=None)):
        assert "no goods" in skipped(read(sent("square-refund-updated"), {RETURN_AT: nothing}))


def test_an_exchange_is_a_purchase_and_a_return() -> None:
    back = sent("square-return-order")["order"]["returns"]
    bought, event = told(read(sent(PAID), fetched(returns=back)))
    assert (bought["id"], bought["type"]) == (ID, "purchase")
    assert (event["id"], event["type"]) == (f"{ID}/returned", "return")
    assert event["lines"] == [{"line": "l1", "quantity": "1"}]


def of_order(amount: int) -> Json:
    """A refund that names the order itself."""
    body = copy.deepcopy(sent("square-refund-updated"))
    body["data"]["object"]["refund"] |= {
        "order_id": ID,
        "amount_money": {"amount": amount, "currency": "EUR"},
    }
    return body


def test_a_refund_of_no_lines_lowers_the_price() -> None:
    (event,) = told(read(of_order(500), fetched()))
    assert (event["of"]["id"], event["amount"]) == (ID, "5.00")


def test_a_refund_of_all_brings_all_back() -> None:
    (event,) = told(read(of_order(4550), fetched()))
    assert event["all"] is True


def test_a_refund_that_is_pending_waits_to_be_told_again() -> None:
    body = copy.deepcopy(sent("square-refund-updated"))
    body["data"]["object"]["refund"]["status"] = "PENDING"
    assert "not completed" in skipped(read(body))


def test_an_order_that_is_cancelled() -> None:
    body = copy.deepcopy(sent(PAID))
    about = {"order_id": ID, "state": "CANCELED", "version": 5}
    body |= {"type": "order.updated", "data": {"object": {"order_updated": about}}}
    (event,) = told(read(body, fetched(state="CANCELED")))
    assert (event["id"], event["all"]) == (f"{ID}/cancelled", True)
    assert "before it was paid" in skipped(read(body, fetched(state="CANCELED", tenders=[])))


@pytest.mark.parametrize(("currency", "amount"), [("JPY", "3600"), ("KWD", "3.600")])
def test_each_money_has_its_decimals(currency: str, amount: str) -> None:
    line = {"uid": "l1", "quantity": "1", "total_money": {"amount": 3600, "currency": currency}}
    more = {"line_items": [line], "service_charges": [], "total_tip_money": None}
    (event,) = told(read(sent(PAID), fetched(**more)))
    assert (event["currency"], event["lines"][0]["amount"]) == (currency, amount)


def test_what_cannot_be_used_is_refused_with_its_place() -> None:
    lines = copy.deepcopy(sent(ORDER)["order"]["line_items"])
    lines[1]["total_money"]["currency"] = "USD"
    place = "/data/object/order/line_items/1"
    found = read(sent(PAID), fetched(line_items=lines))
    assert refused(found) == (f"{place}/total_money", "other-money")
    for wrong in ("x", "-1", "NaN", "Infinity"):
        lines = copy.deepcopy(sent(ORDER)["order"]["line_items"])
        lines[1]["quantity"] = wrong
        found = read(sent(PAID), fetched(line_items=lines))
        assert refused(found) == (f"{place}/quantity", "not-a-decimal")
    assert refused(read({**sent(PAID), "type": "loyalty.account.created"}))[1] == "unknown-topic"


def test_the_signature_is_over_the_address_and_the_body() -> None:
    body, address = b'{"id": 1}', "https://xenia.example/v1/connectors/square/1"
    good = {"x-square-hmacsha256-signature": signature("a secret", address.encode(), body)}
    assert SQUARE.signed(Delivery(good, body, address), "a secret")
    assert not SQUARE.signed(Delivery(good, body, address + "2"), "a secret")
    assert not SQUARE.signed(Delivery(good, body + b" ", address), "a secret")
    assert not SQUARE.signed(Delivery({}, body, address), "a secret")

"""Shopify: orders and refunds become events, every amount kept by its line."""

from __future__ import annotations

from typing import Any

import pytest

from tests.connectors.shops import read as read_of
from tests.connectors.shops import refused, sent, shop, signature, skipped, told
from xenia.connectors.inbound import Delivery, Read
from xenia.connectors.shopify import SHOPIFY

ORDER = "shopify-order-paid"


def read(body: Any, topic: str = "orders/paid", **options: Any) -> Read:
    return read_of(shop("shopify", **options), body, topic)


def line(place: int, **changes: Any) -> list[Any]:
    """The lines of the order, one of them changed."""
    lines = sent(ORDER)["line_items"]
    return [{**one, **changes} if at == place else one for at, one in enumerate(lines)]


def test_a_paid_order_is_a_purchase() -> None:
    (event,) = told(read(sent(ORDER), locations={"487838322": "athens"}))
    assert event == {
        "id": "450789469",
        "source": "shopify/main",
        "type": "purchase",
        "occurred_at": "2026-11-18T10:00:00+02:00",
        "member": {"email": "ida@example.org"},
        "channel": "online",
        "location": "athens",
        "currency": "EUR",
        "receipt": "#1001",
        "lines": [
            {
                "id": "466157049",
                "sku": "BEANS-1KG",
                "category": "goods",
                "quantity": "2",
                "amount": "36.00",
                "tax": "6.97",
                "regular_amount": "40.00",
                "brand": "Kafeneio",
            },
            {
                "id": "518995019",
                "sku": "MUG",
                "category": "goods",
                "quantity": "1",
                "amount": "22.50",
                "tax": "4.35",
                "regular_amount": "25.00",
                "brand": "Kafeneio",
            },
        ],
        "charges": [{"kind": "delivery", "amount": "5.00", "tax": "0.97"}],
        "payment": {"method": "bank-card"},
    }


def test_tax_that_prices_do_not_include_is_added_to_each_line() -> None:
    (event,) = told(read(sent(ORDER, taxes_included=False)))
    assert [one["amount"] for one in event["lines"]] == ["42.97", "26.85"]
    assert [one["regular_amount"] for one in event["lines"]] == ["47.74", "29.83"]
    assert event["charges"] == [{"kind": "delivery", "amount": "5.97", "tax": "0.97"}]


def test_a_discount_that_is_not_allocated_is_spread_over_what_is_left_of_the_lines() -> None:
    lines = [
        {key: value for key, value in one.items() if key != "discount_allocations"}
        for one in line(0, total_discount="10.00")
    ]
    (event,) = told(read(sent(ORDER, line_items=lines, total_discounts="15.01")))
    # 40 - 10 and 25 are left; 5.01 is spread 30 : 25.
    assert [one["amount"] for one in event["lines"]] == ["27.27", "22.72"]
    assert sum(float(one["amount"]) for one in event["lines"]) == pytest.approx(65 - 15.01)


def test_orders_earn_once_they_are_paid() -> None:
    assert "when it is paid" in skipped(read(sent(ORDER), "orders/create"))
    for status in ("pending", "authorized", "partially_paid", "voided", None):
        assert "not paid" in skipped(read(sent(ORDER, financial_status=status)))


def test_an_edit_is_told_by_the_order_that_is_updated() -> None:
    edit = {"order_edit": {"order_id": 450789469, "line_items": {"additions": [], "removals": []}}}
    assert "orders/updated" in skipped(read(edit, "orders/edited"))


def test_test_orders_are_skipped() -> None:
    assert "test" in skipped(read(sent(ORDER, test=True)))
    assert "test" in skipped(read(sent(ORDER), test_customers=("IDA@example.org",)))
    tries = {"kind": "refund", "amount": "1.00", "status": "success", "test": True}
    assert "test" in skipped(read(sent("shopify-refund", transactions=[tries]), "refunds/create"))


def test_an_order_of_no_customer_is_a_guests_with_its_receipt() -> None:
    (event,) = told(read(sent(ORDER, customer=None)))
    assert "member" not in event
    assert event["receipt"] == "#1001"


@pytest.mark.parametrize(
    ("customer", "order", "identify", "member"),
    [
        ({"email": " A@B.org "}, {}, ("email", "phone"), {"email": "a@b.org"}),
        ({"email": None}, {"email": "c@d.org"}, ("email", "phone"), {"email": "c@d.org"}),
        ({"phone": "+3069"}, {"email": None}, ("email", "phone"), {"phone": "+3069"}),
        ({"email": "a@b.org", "phone": "+3069"}, {}, ("phone",), {"phone": "+3069"}),
        ({}, {"email": None}, ("email", "phone"), None),
    ],
)
def test_whose_an_order_is(
    customer: Any, order: Any, identify: Any, member: dict[str, str] | None
) -> None:
    (event,) = told(read(sent(ORDER, customer=customer, **order), identify=identify))
    assert event.get("member") == member


def test_a_gift_card_is_no_goods() -> None:
    (event,) = told(read(sent(ORDER, line_items=line(1, gift_card=True, tax_lines=[]))))
    assert [one["id"] for one in event["lines"]] == ["466157049"]
    assert {"kind": "gift-card", "amount": "22.50"} in event["charges"]
    back = {"quantity": 1, "line_item_id": 518995019, "line_item": line(1, gift_card=True)[1]}
    found = read(sent("shopify-refund", refund_line_items=[back]), "refunds/create")
    assert "gift card" in skipped(found)


def test_a_tip_and_a_paid_by_gift_card() -> None:
    (event,) = told(
        read(sent(ORDER, total_tip_received="2.00", payment_gateway_names=["gift_card"]))
    )
    assert {"kind": "tip", "amount": "2.00"} in event["charges"]
    assert event["payment"] == {"method": "gift-card"}
    (event,) = told(read(sent(ORDER, payment_gateway_names=["gift_card", "shopify_payments"])))
    assert "payment" not in event, "how much each paid is not told"


def test_a_part_that_comes_back_is_a_return_by_line() -> None:
    (event,) = told(read(sent("shopify-refund"), "refunds/create"))
    assert event == {
        "id": "refund/509562969",
        "source": "shopify/main",
        "type": "return",
        "occurred_at": "2026-11-20T12:00:00+02:00",
        "of": {"source": "shopify/main", "id": "450789469"},
        "lines": [{"line": "466157049", "quantity": "1"}],
    }


def test_a_refund_of_no_lines_lowers_the_price() -> None:
    (event,) = told(read(sent("shopify-refund", refund_line_items=[]), "refunds/create"))
    assert event["amount"] == "18"
    assert "lines" not in event


def test_what_was_paid_for_delivery_lowers_no_price() -> None:
    delivery = {"kind": "shipping_refund", "amount": "-5.00", "tax_amount": "-0.97"}
    money = {"kind": "refund", "amount": "5.97", "status": "success"}
    only = {"refund_line_items": [], "order_adjustments": [delivery]}
    found = read(sent("shopify-refund", transactions=[money], **only), "refunds/create")
    assert "no price" in skipped(found)
    (event,) = told(read(sent("shopify-refund", **only), "refunds/create"))
    assert event["amount"] == "12.03"


def test_a_refund_that_failed_lowers_no_price() -> None:
    failed = {"kind": "refund", "amount": "5.00", "status": "failure"}
    found = read(
        sent("shopify-refund", refund_line_items=[], transactions=[failed]), "refunds/create"
    )
    assert "no price" in skipped(found)


def test_an_update_tells_the_refunds_again_with_the_same_ids() -> None:
    whole = {"quantity": 2, "line_item_id": 466157049}
    order = sent(
        ORDER,
        financial_status="refunded",
        refunds=[sent("shopify-refund"), sent("shopify-refund", id=7, refund_line_items=[whole])],
    )
    events = told(read(order, "orders/updated"))
    assert [one["id"] for one in events] == ["450789469", "refund/509562969", "refund/7"]
    assert events[0] == told(read(sent(ORDER)))[0], "the purchase is what it was"
    assert events[1] == told(read(sent("shopify-refund"), "refunds/create"))[0]


def test_a_paid_order_that_is_cancelled_comes_back_whole() -> None:
    at = "2026-11-19T10:00:00+02:00"
    events = told(read(sent(ORDER, cancelled_at=at), "orders/cancelled"))
    assert [one["type"] for one in events] == ["purchase", "return"]
    assert events[1]["all"] is True
    assert (events[1]["id"], events[1]["occurred_at"]) == ("450789469/cancelled", at)
    unpaid = sent(ORDER, cancelled_at=at, financial_status="voided")
    assert "not paid" in skipped(read(unpaid, "orders/cancelled"))


@pytest.mark.parametrize(
    ("currency", "price", "amount"), [("JPY", "2000", "3996"), ("KWD", "20.125", "36.250")]
)
def test_each_money_has_its_decimals(currency: str, price: str, amount: str) -> None:
    lines = [{**line(0, price=price)[0], "tax_lines": []}]
    lines[0]["discount_allocations"] = [{"amount": "4"}]
    order = sent(ORDER, currency=currency, line_items=lines, shipping_lines=[])
    (event,) = told(read(order))
    assert (event["currency"], event["lines"][0]["amount"]) == (currency, amount)


@pytest.mark.parametrize(
    ("changes", "place", "code"),
    [
        ({"currency": "XYZ"}, "/currency", "unknown-currency"),
        ({"line_items": line(1, price="1.001")}, "/line_items/1/price", "too-precise"),
        ({"line_items": line(0, price="-1.00")}, "/line_items/0/price", "negative"),
        ({"line_items": line(0, price="NaN")}, "/line_items/0/price", "not-a-decimal"),
        ({"line_items": line(0, price="1e999999")}, "/line_items/0/price", "not-a-decimal"),
        ({"line_items": line(0, price="x")}, "/line_items/0/price", "not-as-documented"),
        ({"line_items": line(0, quantity="2")}, "/line_items/0/quantity", "not-as-documented"),
        ({"line_items": line(0, price="1.00")}, "/line_items/0", "negative"),
        ({"id": None}, "/id", "not-as-documented"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(changes: Any, place: str, code: str) -> None:
    assert refused(read(sent(ORDER, **changes))) == (place, code)


def test_money_never_passes_through_a_float() -> None:
    body = b'{"id": 1, "name": "#1", "created_at": "2026-11-18T10:00:00Z", "currency": "EUR",'
    body += b'"financial_status": "paid", "line_items": [{"id": 1, "quantity": 1, "price": '
    (event,) = told(read(body + b"9007199254740.93}]}"))
    assert event["lines"][0]["amount"] == "9007199254740.93"  # as a float it ends in .92999
    exact = b"0.1000000000000000055511151231257827}]}"
    assert refused(read(body + exact)) == ("/line_items/0/price", "too-precise")


def test_what_is_no_order_is_refused() -> None:
    assert refused(read(b"{")) == ("", "not-json")
    assert refused(read(b"\xff")) == ("", "not-json")
    assert refused(read(sent(ORDER), "products/update")) == ("", "unknown-topic")


def test_only_who_has_the_secret_can_sign() -> None:
    body = b'{"id": 1}'
    good = signature("a secret", body)
    assert SHOPIFY.signed(Delivery({"x-shopify-hmac-sha256": good}, body), "a secret")
    for headers, sent_body, secret in (
        ({"x-shopify-hmac-sha256": good}, body + b" ", "a secret"),
        ({"x-shopify-hmac-sha256": good}, body, "another"),
        ({"x-shopify-hmac-sha256": ""}, body, "a secret"),
        ({}, body, "a secret"),
        ({"x-shopify-hmac-sha256": "ναι"}, body, "a secret"),
    ):
        assert not SHOPIFY.signed(Delivery(headers, sent_body), secret)


def test_a_tip_among_the_lines_is_no_goods_and_counted_once() -> None:
    """As a shop tells it of tips in its checkout: the sum besides, and no gateway where one paid by
    gift card."""
    for gateway in ("shopify_payments", None):
        tip = {"id": 9, "price": "3.00", "quantity": 1, "title": "Tip"}
        tip |= {"tip_payment_gateway": gateway, "discount_allocations": []}
        items = [*sent(ORDER)["line_items"], tip]
        (event,) = told(read(sent(ORDER, line_items=items, total_tip_received="3.00")))
        assert [one["id"] for one in event["lines"]] == ["466157049", "518995019"]
        assert [one for one in event["charges"] if one["kind"] == "tip"] == [
            {"kind": "tip", "amount": "3.00"}
        ]
        back = {"quantity": 1, "line_item_id": 9, "line_item": tip}
        found = read(sent("shopify-refund", refund_line_items=[back]), "refunds/create")
        assert "tips" in skipped(found)


def bag(amount: str, currency: str = "EUR") -> Any:
    """An amount in the shop's money."""
    return {"shop_money": {"amount": amount, "currency_code": currency}}


def adjusted(reason: str, amount: str, currency: str = "EUR") -> Any:
    """An adjustment as it is told since 2024-10, without a kind."""
    return {"reason": reason, "amount_set": bag(amount, currency), "tax_amount": "0.00"}


def of_money(paid: str, *adjustments: Any, currency: str = "EUR", **more: Any) -> Read:
    """What comes of a refund without lines."""
    money = {"kind": "refund", "amount": paid, "status": "success", "currency": currency}
    only = {"refund_line_items": [], "order_adjustments": [*adjustments]}
    found: Read = read(
        sent("shopify-refund", transactions=[money], **only, **more), "refunds/create"
    )
    return found


def test_what_was_paid_for_delivery_stands_by_itself_since_2024_10() -> None:
    delivery: dict[str, Any] = {"refund_shipping_lines": [{"subtotal_amount_set": bag("4.03")}]}
    assert "no price" in skipped(of_money("5.00", **delivery)), "4.03 and the tax of it"
    (event,) = told(of_money("8.00", adjusted("Refund discrepancy", "-3.00"), **delivery))
    assert event["amount"] == "3"


def test_money_for_goods_that_came_back_before_lowers_no_price() -> None:
    """Goods are taken off a paid order, and what they cost is given back some time later."""
    assert "no price" in skipped(
        of_money("50.00", adjusted("Pending refund discrepancy", "-50.00"))
    )
    # A price that was lowered by 10.00, whose money went back only later.
    late = (
        adjusted("Refund discrepancy", "-10.00"),
        adjusted("Refund discrepancy", "10.00"),
        adjusted("Pending refund discrepancy", "-10.00"),
    )
    (event,) = told(of_money("10.00", *late))
    assert event["amount"] == "10"


def test_what_was_given_back_beyond_the_goods_lowers_the_price_of_others() -> None:
    """A cheap thing comes back, and 33.00 are given for its 18.00."""
    paid = {"kind": "refund", "amount": "33.00", "status": "success", "currency": "EUR"}
    more = {"order_adjustments": [adjusted("Refund discrepancy", "-15.00")]}
    goods, beyond = told(
        read(sent("shopify-refund", transactions=[paid], **more), "refunds/create")
    )
    assert (goods["id"], beyond["id"]) == ("refund/509562969", "refund/509562969/more")
    assert (beyond["amount"], beyond["currency"]) == ("15", "EUR")
    for less, status in (("15.00", "success"), ("-15.00", "pending")):
        more = {"order_adjustments": [adjusted("Refund discrepancy", less)]}
        more["transactions"] = [{**paid, "status": status}]
        assert len(told(read(sent("shopify-refund", **more), "refunds/create"))) == 1


def test_what_was_given_back_in_another_money_is_counted_in_the_shops() -> None:
    (event,) = told(of_money("1600", adjusted("Refund discrepancy", "-10.00"), currency="JPY"))
    assert (event["amount"], event["currency"]) == ("10", "EUR")
    (event,) = told(of_money("1600", currency="JPY"))
    assert event["currency"] == "JPY", "what the shop counts in is not told: others compare it"
    refund = sent("shopify-refund", refund_line_items=[])
    refund["transactions"][0] |= {"amount": "1600", "currency": "JPY"}
    _, event = told(read(sent(ORDER, refunds=[refund]), "orders/updated"))
    assert (event["amount"], event["currency"]) == ("1600", "JPY")

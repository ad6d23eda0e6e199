"""WooCommerce: orders become events, with their refunds, of which there is no webhook."""

from __future__ import annotations

from typing import Any

import pytest

from tests.connectors.shops import read as read_of
from tests.connectors.shops import refused, sent, shop, signature, skipped, told
from xenia.connectors.inbound import Delivery, Needs, Read
from xenia.connectors.woocommerce import WOOCOMMERCE, greets

ORDER = "woocommerce-order"
PATH = "orders/727/refunds?per_page=100"
PARTLY = [{"id": 726, "reason": "one too many", "total": "-17.98"}]


def read(
    body: Any,
    topic: str = "order.updated",
    fetched: dict[str, Any] | None = None,
    *,
    asks: bool = False,
    **options: Any,
) -> Read:
    return read_of(shop("woocommerce", asks=asks, **options), body, topic, fetched)


def test_a_paid_order_is_a_purchase() -> None:
    (event,) = told(read(sent(ORDER)))
    assert event == {
        "id": "727",
        "source": "woocommerce/main",
        "type": "purchase",
        "occurred_at": "2026-11-18T08:00:08Z",
        "member": {"email": "ida@example.org"},
        "channel": "online",
        "currency": "EUR",
        "receipt": "727",
        "lines": [
            {
                "id": "315",
                "sku": "BEANS-1KG",
                "category": "goods",
                "quantity": "2",
                "amount": "35.96",
                "tax": "6.96",
                "regular_amount": "40.00",
            },
            {
                "id": "316",
                "sku": "MUG",
                "category": "goods",
                "quantity": "1",
                "amount": "12.40",
                "tax": "2.40",
                "regular_amount": "15.50",
            },
        ],
        "charges": [{"kind": "delivery", "amount": "5.00", "tax": "0.97"}],
        "payment": {"method": "bank-card"},
    }
    assert told(read(sent(ORDER, date_modified_gmt="2026-12-01T00:00:00"))) == [event]


def test_what_is_not_paid_earns_nothing() -> None:
    for status in ("pending", "on-hold", "failed", "trash", "checkout-draft"):
        assert "not paid" in skipped(read(sent(ORDER, status=status)))
    assert "not paid" in skipped(read(sent(ORDER, status="cancelled", date_paid_gmt=None)))
    assert "record" in skipped(read({"id": 727}, "order.deleted"))


def test_test_orders_are_skipped() -> None:
    tries = [{"id": 1, "key": "_wcpay_mode", "value": "test"}]
    assert "test" in skipped(read(sent(ORDER, meta_data=tries)))
    assert "test" in skipped(read(sent(ORDER), test_customers=("ida@example.org",)))


def test_customer_0_is_a_guest() -> None:
    (event,) = told(read(sent(ORDER, customer_id=0)))
    assert "member" not in event
    assert event["receipt"] == "727"


def test_a_gift_card_is_no_goods() -> None:
    (event,) = told(read(sent(ORDER), categories={"MUG": "gift-card"}))
    assert [one["sku"] for one in event["lines"]] == ["BEANS-1KG"]
    assert {"kind": "gift-card", "amount": "12.40"} in event["charges"]


def test_a_fee_is_a_charge_and_never_below_zero() -> None:
    fee = {"id": 9, "name": "wrapping", "total": "2.00", "total_tax": "0.48"}
    (event,) = told(read(sent(ORDER, fee_lines=[fee])))
    assert {"kind": "service", "amount": "2.48", "tax": "0.48"} in event["charges"]
    less = {**fee, "total": "-2.00", "total_tax": "0.00"}
    assert refused(read(sent(ORDER, fee_lines=[less]))) == ("/fee_lines/0/total", "negative")


def test_what_came_back_is_fetched_and_returned_by_line() -> None:
    order = sent(ORDER, refunds=PARTLY)
    assert read(order, asks=True) == Needs((PATH,))
    refunds = sent("woocommerce-refunds")
    _, event = told(read(order, asks=True, fetched={PATH: refunds}))
    assert event == {
        "id": "refund/726",
        "source": "woocommerce/main",
        "type": "return",
        "occurred_at": "2026-11-20T10:00:00Z",
        "of": {"source": "woocommerce/main", "id": "727"},
        "lines": [{"line": "315", "quantity": "1"}],
    }


def test_money_back_for_a_line_that_is_kept_lowers_its_price() -> None:
    refund = sent("woocommerce-refunds")[0]  # type: ignore[index]
    line = {**refund["line_items"][0], "quantity": 0, "total": "-2.00", "total_tax": "-0.48"}
    order, one = sent(ORDER, refunds=PARTLY), {**refund, "amount": "2.48", "line_items": [line]}
    _, event = told(read(order, asks=True, fetched={PATH: [one]}))
    assert event["id"] == "refund/726/315"
    assert (event["lines"], event["amount"]) == ([{"line": "315"}], "2.48")


def test_a_refund_of_no_lines_lowers_the_price_but_not_by_the_delivery() -> None:
    delivery = [{"id": 3, "total": "-4.03", "total_tax": "-0.97"}]
    one = {"id": 726, "amount": "10.00", "line_items": [], "shipping_lines": delivery}
    order = sent(ORDER, refunds=PARTLY)
    _, event = told(read(order, asks=True, fetched={PATH: [one]}))
    assert event["amount"] == "5.00"


def test_what_was_given_back_beyond_the_lines_lowers_the_price_of_others() -> None:
    """The amount goes before what the lines come to, where these differ."""
    refund, order = sent("woocommerce-refunds")[0], sent(ORDER, refunds=PARTLY)  # type: ignore[index]
    one = {**refund, "amount": "30.00"}
    _, goods, beyond = told(read(order, asks=True, fetched={PATH: [one]}))
    assert (goods["id"], beyond["id"]) == ("refund/726", "refund/726/more")
    assert beyond["amount"] == "12.02"
    unsaid = {**refund["line_items"][0], "total": "0.00", "total_tax": "0.00"}
    one = {**refund, "line_items": [unsaid]}
    assert len(told(read(order, asks=True, fetched={PATH: [one]}))) == 2, "17.98 are of the line"


def test_a_fee_that_is_given_back_lowers_no_price() -> None:
    fee = [{"id": 3, "total": "-2.00", "total_tax": "-0.48"}]
    one = {"id": 726, "amount": "2.48", "line_items": [], "fee_lines": fee}
    order = sent(ORDER, refunds=PARTLY)
    assert len(told(read(order, asks=True, fetched={PATH: [one]}))) == 1


def test_without_a_way_to_ask_the_sums_lower_the_price() -> None:
    _, event = told(read(sent(ORDER, refunds=PARTLY)))
    assert (event["id"], event["amount"]) == ("refund/726", "17.98")
    too_much = [{**PARTLY[0], "total": "-52.00"}]  # the delivery with it
    _, event = told(read(sent(ORDER, refunds=too_much)))
    assert event["amount"] == "48.36", "no more than the goods cost"


def test_an_order_that_is_refunded_comes_back_whole() -> None:
    both = [*PARTLY, {"id": 730, "reason": "", "total": "-35.38"}]
    events = told(read(sent(ORDER, status="refunded", refunds=both)))
    assert [one["id"] for one in events] == ["727", "refund/726", "refund/730"]
    assert events[2]["all"] is True


def test_a_paid_order_that_is_cancelled_comes_back_whole() -> None:
    _, event = told(read(sent(ORDER, status="cancelled")))
    assert (event["id"], event["all"]) == ("727/cancelled", True)


@pytest.mark.parametrize(
    ("currency", "total", "amount"), [("JPY", "29", "29"), ("USD", "29", "29.00")]
)
def test_each_money_has_its_decimals(currency: str, total: str, amount: str) -> None:
    line = {"id": 1, "quantity": 1, "total": total, "sku": "A"}
    order = sent(ORDER, currency=currency, line_items=[line], shipping_lines=[])
    (event,) = told(read(order))
    assert event["lines"][0]["amount"] == amount


def test_what_cannot_be_used_is_refused_with_its_place() -> None:
    line = {"id": 1, "quantity": 1, "total": "29.005", "sku": "A"}
    found = read(sent(ORDER, line_items=[line]))
    assert refused(found) == ("/line_items/0/total", "too-precise")
    assert refused(read(sent(ORDER), "coupon.updated")) == ("", "unknown-topic")
    assert refused(read(sent(ORDER, currency="XX")))[0] == "/currency"


def test_only_who_has_the_secret_can_sign() -> None:
    body = b'{"id": 1}'
    good = signature("a secret", body)
    assert WOOCOMMERCE.signed(Delivery({"x-wc-webhook-signature": good}, body), "a secret")
    assert not WOOCOMMERCE.signed(Delivery({"x-wc-webhook-signature": good}, b"{}"), "a secret")
    assert not WOOCOMMERCE.signed(Delivery({}, body), "a secret")


def test_the_shop_may_try_the_address() -> None:
    assert greets(Delivery({}, b"webhook_id=12"))
    assert not greets(Delivery({}, b'{"webhook_id": 12}'))

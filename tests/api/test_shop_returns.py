"""What comes back by what a shop tells takes the points along, whatever the shop gives back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.shop_server import ShopServer
from tests.api.test_connectors import SHOP, Shops, asked, balance, events, server, worlds
from tests.api.worlds import Worlds, bearer
from tests.connectors.shops import Json, sent
from tests.services.cafe import said
from tests.services.publishing import published
from xenia.connectors.asking import Http
from xenia.services.receiving import PostingAway, Receiving

__all__ = ["server", "worlds"]
IDA = "ida@example.org"


def refund(number: int, amount: str | None = None, **more: Any) -> Json:
    """A refund of money alone, or of nothing."""
    money = [] if amount is None else [{"kind": "refund", "amount": amount, "status": "success"}]
    return sent("shopify-refund", id=number, refund_line_items=[], transactions=money, **more)


def edited() -> Json:
    """The order with a line for 10.00 that was added later."""
    order = sent("shopify-order-paid")
    more = {**order["line_items"][1], "id": 99, "price": "10.00", "discount_allocations": []}
    return {**order, "line_items": [*order["line_items"], more]}


def test_all_money_back_with_the_delivery_leaves_no_points(
    worlds: Worlds, server: ShopServer
) -> None:
    """WooCommerce gives back 53.36 without a line, of which goods were 48.36, once somebody marks
    an order as refunded."""
    shops = asked(worlds, "woocommerce", server)
    shops.send(sent("woocommerce-order"), "order.updated")
    assert balance(worlds, email=IDA) == "48"
    whole = {"id": 730, "amount": "53.36", "line_items": [], "shipping_lines": []}
    server.has["/orders/727/refunds"] = [whole]
    refunds = [{"id": 730, "reason": "Order fully refunded", "total": "-53.36"}]
    order = sent("woocommerce-order", status="refunded", refunds=refunds)
    assert shops.send(order, "order.updated")["events"] == ["refund/730"]
    assert balance(worlds, email=IDA) == "0"
    assert shops.send(order, "order.updated")["events"] == []
    assert said(worlds.database) == ""


def test_no_more_comes_back_by_money_than_is_left(worlds: Worlds) -> None:
    """58.50 of goods: 18.00 came back by a line, then 63.50 - 18.00 with the delivery by money."""
    shops = Shops(worlds)
    shops.send(sent("shopify-order-paid"))
    shops.send(sent("shopify-refund"), "refunds/create")
    assert balance(worlds, email=IDA) == "40"
    shops.send(refund(2, "45.50"), "refunds/create")
    assert balance(worlds, email=IDA) == "0"


def test_money_back_is_spread_over_lines_that_were_added_later(worlds: Worlds) -> None:
    shops = Shops(worlds)
    shops.send(sent("shopify-order-paid"))
    shops.send(edited(), "orders/updated")
    assert balance(worlds, email=IDA) == "68"  # of 58.50 and 10.00
    back = shops.send(refund(2, "60.00"), "refunds/create")
    assert back["events"] == ["refund/2/99", "refund/2"]
    # Of 68.50 there are 8.50 left: 7.26 of the 58.50, and 1.24 of the 10.00.
    assert balance(worlds, email=IDA) == "8"
    assert shops.send(refund(2, "60.00"), "refunds/create")["events"] == []
    shops.send(refund(3, "100.00"), "refunds/create")
    assert balance(worlds, email=IDA) == "0"
    assert said(worlds.database) == ""


def test_what_was_taken_of_money_back_is_not_taken_twice_after_a_process_has_ended(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends between the two purchases that an order has become."""
    shops = Shops(worlds)
    shops.send(sent("shopify-order-paid"))
    shops.send(edited(), "orders/updated")
    posted, seen = Receiving._posted, list[str]()

    def once(self: Receiving, event: Json) -> Any:
        if seen:
            raise PostingAway
        seen.append(event["id"])
        return posted(self, event)

    for number, lines in ((2, []), (4, [99, 466157049])):
        back = [{"quantity": 1, "line_item_id": line} for line in lines]
        body = {**refund(number, "6.85"), "refund_line_items": back}
        with monkeypatch.context() as patched:
            patched.setattr(Receiving, "_posted", once)
            seen.clear()
            with pytest.raises(AssertionError, match="database-unavailable"):
                shops.send(body, "refunds/create")
        assert shops.send(body, "refunds/create")["events"] == [f"refund/{number}"]
        assert seen == [f"refund/{number}/99"]
    # 5.85 of 58.50, and 1.00 of 10.00; then half of 36.00 less its part, and all of the 10.00.
    assert balance(worlds, email=IDA) == "36"  # floor(58.50 - 5.85 - 16.20)
    assert said(worlds.database) == ""


def test_a_line_comes_back_that_is_told_as_added_only_then(worlds: Worlds) -> None:
    shops = Shops(worlds)
    shops.send(sent("shopify-order-paid"))
    both = [{"quantity": 1, "line_item_id": 99}, {"quantity": 1, "line_item_id": 466157049}]
    early = shops.send(sent("shopify-refund", refund_line_items=both), "refunds/create")
    assert (early["status"], early["events"]) == ("waiting", ["refund/509562969"])
    assert balance(worlds, email=IDA) == "40"
    shops.send(edited(), "orders/updated")
    assert shops.kept() == []
    assert events(worlds)[-1] == ("refund/509562969/99", "return", True)
    assert balance(worlds, email=IDA) == "40"


def test_what_waits_holds_up_nothing_behind_it(worlds: Worlds) -> None:
    shops = Shops(worlds)
    shops.send(sent("shopify-order-paid"))
    late = sent("shopify-refund", id=1, refund_line_items=[{"quantity": 1, "line_item_id": 99}])
    order = sent("shopify-order-paid", refunds=[late, sent("shopify-refund")])
    assert shops.send(order, "orders/updated")["status"] == "waiting"
    assert balance(worlds, email=IDA) == "40"


def test_what_comes_back_is_of_the_programme_in_which_it_was_bought(worlds: Worlds) -> None:
    """The shop has been connected to another one since."""
    shops = Shops(worlds, programme="shop")
    shops.send(sent("shopify-order-paid"))
    published(worlds.database, SHOP.replace("programme: shop", "programme: bakery"))
    worlds.look()
    shops.ask("PATCH", f"/v1/connections/{shops.id}", {"programme": "bakery"})
    shops.send(sent("shopify-refund"), "refunds/create")
    shops.send(refund(2, "10.00"), "refunds/create")
    key = worlds.key()
    with worlds.database.connect() as connection:
        ((member,),) = connection.execute("select distinct member_id from identifier").fetchall()
    wallet = worlds.client.get(f"/v1/members/{member}/wallet?programme=shop", **bearer(key))
    assert wallet.json()["wallet"]["points"]["balance"] == "30"


def test_money_of_another_kind_is_kept_for_somebody_to_look_at(worlds: Worlds) -> None:
    shops = Shops(worlds)
    shops.send(sent("shopify-order-paid"))
    body = refund(2, "1600")
    body["transactions"][0]["currency"] = "JPY"
    for found in (
        shops.send(body, "refunds/create"),
        shops.send(sent("shopify-order-paid", refunds=[body]), "orders/updated"),
    ):
        assert (found["status"], found["code"]) == ("kept", "other-money")
    assert balance(worlds, email=IDA) == "58"
    ten = {"shop_money": {"amount": "-10.00", "currency_code": "EUR"}}
    said_so = {"reason": "Refund discrepancy", "amount_set": ten}
    shops.send({**body, "order_adjustments": [said_so]}, "refunds/create")
    assert balance(worlds, email=IDA) == "48"


def test_what_was_taken_by_a_sum_is_not_taken_by_lines_once_these_can_be_asked_for(
    worlds: Worlds, server: ShopServer
) -> None:
    shops = Shops(worlds, "woocommerce")
    refunds = [{"id": 726, "reason": "", "total": "-5.00"}]
    order = sent("woocommerce-order", refunds=refunds)
    shops.send(order, "order.updated")
    assert balance(worlds, email=IDA) == "43"  # of 48.36, 5.00 came back
    shops.ask("PATCH", f"/v1/connections/{shops.id}", {"token": "ck_1:cs_1"})
    with worlds.database.connect() as connection:
        options = json.dumps({"api": server.base})
        connection.execute("update connection set options = %s", (options,))
    object.__setattr__(worlds.client.service, "asks", Http(inside=True, seconds=5))
    lines = [
        {"id": 340 + place, "quantity": 0, "total": total, "total_tax": "0.00", "meta_data": [of]}
        for place, (total, line) in enumerate([("-2.00", "315"), ("-3.00", "316")])
        for of in [{"key": "_refunded_item_id", "value": line}]
    ]
    server.has["/orders/727/refunds"] = [{"id": 726, "amount": "5.00", "line_items": lines}]
    again = sent("woocommerce-order", refunds=refunds, status="completed")
    assert shops.send(again, "order.updated")["status"] == "recorded"
    assert balance(worlds, email=IDA) == "43"


def test_a_guest_claims_an_order_to_which_a_line_was_added(worlds: Worlds) -> None:
    """Of what came back meanwhile nothing is earned, whoever has it by now."""
    published(worlds.database, SHOP + "claims: {within: 60 days}\n", now=1)
    worlds.look()
    shops = Shops(worlds)
    shops.send(sent("shopify-order-paid", customer=None))
    shops.send({**edited(), "customer": None}, "orders/updated")
    claim = {"type": "claim", "member": "ida", "occurred_at": "2026-11-18T12:00:00+02:00"}
    added = {"source": "shopify/main", "id": "450789469/added/99"}
    back = refund(1, "34.25")  # half of 68.50
    for more, units in (({"receipt": "#1001"}, "58"), (None, "29"), ({"of": added}, "34")):
        if more is None:
            shops.send(back, "refunds/create")
            answer = worlds.client.get("/v1/members/ida/wallet", **bearer(shops.key)).json()
        else:
            event = {**claim, **more, "id": f"claim {units}"}
            answer = worlds.client.post(event, **bearer(shops.key)).json()
            assert answer["refusals"] == []
        assert answer["wallet"]["points"]["balance"] == units
    shops.send(refund(2, "34.25"), "refunds/create")
    wallet = worlds.client.get("/v1/members/ida/wallet", **bearer(shops.key)).json()
    assert wallet["wallet"]["points"]["balance"] == "0"
    assert said(worlds.database) == ""


def test_what_is_given_back_beyond_goods_takes_points_along_once(worlds: Worlds) -> None:
    shops = Shops(worlds)
    shops.send(sent("shopify-order-paid"))
    beyond = {"kind": "refund_discrepancy", "amount": "-15.00", "tax_amount": "0.00"}
    body = sent("shopify-refund", order_adjustments=[beyond])
    for _ in range(2):
        shops.send(body, "refunds/create")
        assert balance(worlds, email=IDA) == "25"  # of 58.50, 18.00 and 15.00 came back
    shops.send(sent("shopify-order-paid", refunds=[body]), "orders/updated")
    assert balance(worlds, email=IDA) == "25"
    assert said(worlds.database) == ""

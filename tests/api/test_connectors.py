"""What shops send is recorded once, whatever order it comes in; what cannot be is kept."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.api.client import NOW, Request, Response
from tests.api.shop_server import ShopServer
from tests.api.test_events import problem
from tests.api.worlds import THEIRS, Worlds, bearer
from tests.connectors.shops import sent, signature
from tests.services.cafe import said
from tests.services.publishing import published
from xenia.connectors.asking import Http, NotFetched
from xenia.connectors.inbound import ShopOptions
from xenia.services.access import Actor, Scope
from xenia.services.changing import Changing, Done
from xenia.services.connections import Wanted, connect
from xenia.services.erasing import erase_member
from xenia.services.sealing import Sealing
from xenia.store.database import Database

SECRET = "hush, it is a secret"
DAY = 86_400_000_000
SHOP = """
xenia: 1
programme: shop
money: EUR
timezone: Europe/Athens
currencies:
  points: {expires: {after: 12 months}}
rules:
  point-per-euro:
    then: {earn: {points: 1 per 1.00}}
"""
ID = "450789469"  # of the order in the fixture


@pytest.fixture
def worlds(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worlds]:
    key = base64.b64encode(bytes(range(32))).decode()
    monkeypatch.setenv("XENIA_SECRET_KEY", f"1:{key}")
    published(database, SHOP)
    found = Worlds(database)
    # The fixtures are of 18 and 20 November, and the clock of these tests stands still at the 18th.
    service = found.client.service
    object.__setattr__(service, "clock", lambda: NOW + 30 * DAY)
    yield found
    found.close()


class Shops:
    """A connection of one kind, and what is sent to it."""

    def __init__(self, worlds: Worlds, kind: str = "shopify", **more: Any) -> None:
        self.worlds, self.kind, self.key = worlds, kind, worlds.key()
        body = {"kind": kind, "name": "main", "secret": SECRET, **more}
        made = self.ask("POST", "/v1/connections", body)
        assert made.status == 201, made.body
        self.id, self.path = made.json()["connection"], made.json()["path"]

    def ask(self, method: str, address: str, body: Any = None, name: str = "") -> Response:
        fields = {
            **bearer(self.key),
            "idempotency-key": name or str(hash(f"{method} {address} {body}")),
        }
        return self.worlds.client.ask(method, address, body, fields)

    def raw(self, body: bytes, fields: Mapping[str, str]) -> Response:
        request = Request("POST", self.path, (body,), {"host": "xenia.example", **fields})
        return self.worlds.client.run(self.worlds.client.send(request))

    def send(self, body: Any, topic: str = "orders/paid", secret: str = SECRET) -> Any:
        """Send a delivery, signed; what is answered to it."""
        data = json.dumps(body).encode()
        response = self.raw(data, self.signed(data, topic, secret))
        assert response.status == 200, response.body
        return response.json()

    def signed(self, data: bytes, topic: str, secret: str = SECRET) -> dict[str, str]:
        """The head of a delivery."""
        address = f"https://xenia.example{self.path}".encode()
        return {
            "shopify": {
                "x-shopify-hmac-sha256": signature(secret, data),
                "x-shopify-topic": topic,
            },
            "woocommerce": {
                "x-wc-webhook-signature": signature(secret, data),
                "x-wc-webhook-topic": topic,
            },
            "square": {"x-square-hmacsha256-signature": signature(secret, address, data)},
            "odoo": {"x-xenia-key": secret},
        }[self.kind]

    def kept(self) -> list[Any]:
        """The deliveries that could not be used."""
        found = self.ask("GET", f"/v1/connections/{self.id}/deliveries").json()["data"]
        assert isinstance(found, list)
        return found

    def replay(self, name: str = "again", query: str = "") -> Any:
        """Replay the newest of them."""
        number = self.kept()[0]["delivery"]
        address = f"/v1/connections/{self.id}/deliveries/{number}/replay{query}"
        response = self.ask("POST", address, name=name)
        assert response.status == 200, response.body
        return response.json()


def balance(worlds: Worlds, **who: str) -> str | None:
    """The points of whom an identifier names; None: nobody is."""
    ((kind, value),) = who.items()
    with worlds.database.connect() as connection:
        row = connection.execute(
            "select member_id from identifier where kind = %s and value = %s", (kind, value)
        ).fetchone()
    if row is None:
        return None
    key = worlds.key()
    found = worlds.client.get(f"/v1/members/{row[0]}/wallet", **bearer(key)).json()
    points: str = found["wallet"]["points"]["balance"]
    return points


def events(worlds: Worlds) -> list[tuple[str, str, bool]]:
    """What is recorded: ids and types, and whether of a member."""
    with worlds.database.connect() as connection:
        rows = connection.execute(
            "select event_id, type, member_id is not null from event order by recorded_at, event_id"
        )
        return [(name, kind, whose) for name, kind, whose in rows]


# ---- orders --------------------------------------------------------------------------------------


def test_a_paid_order_is_recorded_once_however_often_it_is_sent(worlds: Worlds) -> None:
    shops = Shops(worlds)
    first = shops.send(sent("shopify-order-paid"))
    assert (first["status"], first["events"]) == ("recorded", [ID])
    again = shops.send(sent("shopify-order-paid"))
    assert (again["status"], again["events"]) == ("recorded", [])
    shops.send(sent("shopify-order-paid", note_attributes=[{"name": "gift", "value": "yes"}]))
    assert events(worlds) == [(ID, "purchase", True)]
    assert balance(worlds, email="ida@example.org") == "58"
    assert said(worlds.database) == ""


def test_an_order_of_a_programme_is_recorded_as_soon_as_that_is_published(worlds: Worlds) -> None:
    """Before this process has looked again."""
    shops = Shops(worlds, programme="bakery")
    published(worlds.database, SHOP.replace("programme: shop", "programme: bakery"))
    assert shops.send(sent("shopify-order-paid"))["events"] == [ID]
    assert shops.kept() == []


@pytest.mark.parametrize("kind", ["shopify", "woocommerce", "square", "odoo"])
def test_what_is_not_signed_well_is_refused_and_not_kept(worlds: Worlds, kind: str) -> None:
    shops = Shops(worlds, kind)
    data = json.dumps(sent("shopify-order-paid")).encode()
    good = shops.signed(data, "orders/paid")
    for body, fields in (
        (data, {}),
        (data, shops.signed(data, "orders/paid", "another secret")),
        *(((data + b" ", good),) if kind != "odoo" else ()),
    ):
        refused = shops.raw(body, fields)
        assert (refused.status, problem(refused)["code"]) == (401, "bad-signature")
    assert shops.kept() == []
    assert events(worlds) == []


def test_what_comes_back_takes_the_points_along(worlds: Worlds) -> None:
    shops = Shops(worlds)
    shops.send(sent("shopify-order-paid"))
    back = shops.send(sent("shopify-refund"), "refunds/create")
    assert back["events"] == ["refund/509562969"]
    assert balance(worlds, email="ida@example.org") == "40"
    rest = {"quantity": 1, "line_item_id": 466157049}, {"quantity": 1, "line_item_id": 518995019}
    shops.send(sent("shopify-refund", id=2, refund_line_items=[*rest]), "refunds/create")
    assert balance(worlds, email="ida@example.org") == "0"
    assert said(worlds.database) == ""


def test_a_refund_that_comes_before_its_order_waits_for_it(worlds: Worlds) -> None:
    shops = Shops(worlds)
    early = shops.send(sent("shopify-refund"), "refunds/create")
    assert (early["status"], early["events"]) == ("waiting", [])
    assert [one["waits_for"] for one in shops.kept()] == [ID]
    listed = shops.ask("GET", "/v1/connections").json()["data"]
    assert [one["kept"] for one in listed] == [0], "it is taken up by itself"
    shops.send(sent("shopify-refund"), "refunds/create")
    assert [one["times"] for one in shops.kept()] == [2], "the same delivery is kept once"
    shops.send(sent("shopify-order-paid"))
    assert shops.kept() == []
    assert balance(worlds, email="ida@example.org") == "40"


def test_a_refund_and_its_order_at_the_same_time_miss_each_other_never(worlds: Worlds) -> None:
    """The refund has looked for the order, and not found it, when the order comes: it has its turn
    only after the refund has said that it waits."""
    shops = Shops(worlds)
    with worlds.database.connect() as other:
        other.execute("select 1 from connection for no key update")
        blocked = threading.Event()

        def order() -> None:
            blocked.set()
            shops.send(sent("shopify-order-paid"))

        thread = threading.Thread(target=order)
        thread.start()
        blocked.wait()
        with worlds.database.connect(autocommit=True) as watching:
            waits = "select 1 from pg_stat_activity where wait_event_type = 'Lock'"
            while watching.execute(waits).fetchone() is None:
                assert thread.is_alive(), "it takes its turn"
        assert events(worlds) == [], "nothing is posted before its turn"
        other.rollback()
        thread.join()
    assert events(worlds) == [(ID, "purchase", True)]


def test_a_guests_order_comes_back_before_and_after_it_was_claimed(worlds: Worlds) -> None:
    published(worlds.database, SHOP + "claims: {within: 60 days}\n", now=1)
    worlds.look()
    shops = Shops(worlds)
    shops.send(sent("shopify-order-paid", customer=None))
    assert events(worlds) == [(ID, "purchase", False)]
    shops.send(sent("shopify-refund"), "refunds/create")
    claim = {
        "id": "c1",
        "type": "claim",
        "member": "ida",
        "receipt": "#1001",
        "occurred_at": "2026-11-18T12:00:00+02:00",
    }
    given = worlds.client.post(claim, **bearer(shops.key)).json()
    assert given["refusals"] == []
    assert given["wallet"]["points"]["balance"] == "40"
    rest = [{"quantity": 1, "line_item_id": 466157049}]
    shops.send(sent("shopify-refund", id=2, refund_line_items=rest), "refunds/create")
    wallet = worlds.client.get("/v1/members/ida/wallet", **bearer(shops.key)).json()
    assert wallet["wallet"]["points"]["balance"] == "22"
    assert said(worlds.database) == ""


def test_an_order_that_is_cancelled_or_tried(worlds: Worlds) -> None:
    shops = Shops(worlds)
    assert shops.send(sent("shopify-order-paid", test=True))["status"] == "skipped"
    assert events(worlds) == []
    at = "2026-11-19T10:00:00+02:00"
    shops.send(sent("shopify-order-paid", cancelled_at=at), "orders/cancelled")
    assert balance(worlds, email="ida@example.org") == "0"


def test_lines_that_are_added_later_earn_and_come_back(worlds: Worlds) -> None:
    shops = Shops(worlds)
    order = sent("shopify-order-paid")
    shops.send(order)
    more = {**order["line_items"][1], "id": 99, "price": "10.00", "discount_allocations": []}
    edited = {**order, "line_items": [*order["line_items"], more]}
    found = shops.send(edited, "orders/updated")
    assert found["events"] == [f"{ID}/added/99"]
    assert shops.send(edited, "orders/updated")["events"] == []
    assert balance(worlds, email="ida@example.org") == "68"
    both = [{"quantity": 1, "line_item_id": 99}, {"quantity": 1, "line_item_id": 466157049}]
    back = shops.send(sent("shopify-refund", refund_line_items=both), "refunds/create")
    assert back["events"] == ["refund/509562969/99", "refund/509562969"]
    assert balance(worlds, email="ida@example.org") == "40"
    gone = {**edited, "cancelled_at": "2026-11-29T10:00:00+02:00"}
    shops.send(gone, "orders/cancelled")
    assert balance(worlds, email="ida@example.org") == "0"


def test_a_line_that_is_not_as_it_was_is_for_somebody_to_look_at(worlds: Worlds) -> None:
    shops = Shops(worlds)
    order = sent("shopify-order-paid")
    shops.send(order)
    order["line_items"][0]["quantity"] = 3
    found = shops.send(order, "orders/updated")
    assert (found["status"], found["code"]) == ("kept", "different-content")
    assert "466157049" in found["reason"]
    assert balance(worlds, email="ida@example.org") == "58"


# ---- what could not be used ----------------------------------------------------------------------


def test_what_could_not_be_read_is_kept_and_replayed(worlds: Worlds) -> None:
    shops = Shops(worlds, programme="shops")
    found = shops.send(sent("shopify-order-paid"))
    assert (found["status"], found["code"]) == ("kept", "unknown-programme")
    (kept,) = shops.kept()
    assert (kept["pointer"], kept["topic"]) == ("/programme", "orders/paid")
    assert 'did you mean "shop"' in kept["reason"]
    assert shops.ask("GET", "/v1/connections").json()["data"][0]["kept"] == 1
    again = shops.replay("still")
    assert again["status"] == "kept"
    shops.ask("PATCH", f"/v1/connections/{shops.id}", {"programme": "shop"})
    dry = shops.replay("dry", "?dry_run=true")
    assert dry["status"] == "recorded"
    assert events(worlds) == []
    assert len(shops.kept()) == 1
    assert shops.replay("then")["events"] == [ID]
    assert shops.kept() == []
    assert balance(worlds, email="ida@example.org") == "58"
    trail = shops.ask("GET", f"/v1/changes?about=connection/{shops.id}").json()["data"]
    done = [item["action"] for item in trail]
    replayed, changed, made = "delivery.replayed", "connection.changed", "connection.made"
    assert done == [replayed, changed, replayed, made], "the newest first, and nothing of the dry"


@pytest.mark.parametrize(
    ("body", "topic", "code"),
    [
        ({"id": 1}, "orders/paid", "not-as-documented"),
        (sent("shopify-order-paid", currency="USD"), "orders/paid", "other-money"),
        (sent("shopify-order-paid"), "carts/update", "unknown-topic"),
        (
            sent("shopify-order-paid", processed_at="2031-01-01T00:00:00Z"),
            "orders/paid",
            "in-the-future",
        ),
    ],
)
def test_each_is_answered_well_and_kept_with_its_reason(
    worlds: Worlds, body: Any, topic: str, code: str
) -> None:
    shops = Shops(worlds)
    assert shops.send(body, topic)["code"] == code
    assert [one["code"] for one in shops.kept()] == [code]
    number = shops.kept()[0]["delivery"]
    gone = shops.ask("DELETE", f"/v1/connections/{shops.id}/deliveries/{number}")
    assert gone.json() == {"delivery": number, "discarded": True}
    assert shops.kept() == []
    again = shops.ask("DELETE", f"/v1/connections/{shops.id}/deliveries/{number}", name="2")
    assert problem(again)["code"] == "unknown-delivery"


def test_what_is_sent_well_at_last_is_kept_no_longer(worlds: Worlds) -> None:
    shops = Shops(worlds, programme="shops")
    shops.send(sent("shopify-order-paid"))
    shops.ask("PATCH", f"/v1/connections/{shops.id}", {"programme": "shop"})
    shops.send(sent("shopify-order-paid"))
    assert shops.kept() == []


def test_after_30_days_nothing_is_kept(worlds: Worlds) -> None:
    shops = Shops(worlds)
    shops.send({"id": 1})
    with worlds.database.connect() as connection:
        connection.execute(
            "update connection_delivery set received_at = received_at - interval '31 days'"
        )
    shops.send({"id": 2})
    assert len(shops.kept()) == 1


def test_who_is_erased_is_in_no_delivery_that_is_kept(worlds: Worlds) -> None:
    shops = Shops(worlds)
    shops.send(sent("shopify-order-paid"))
    shops.send(sent("shopify-order-paid", id=2, currency="USD"))
    other = {"email": "zoe@example.org", "phone": None}
    shops.send(sent("shopify-order-paid", id=3, currency="USD", customer=other, email=None))
    with worlds.database.connect() as connection:
        erase_member(connection, "email=ida@example.org", now=NOW)
        rows = connection.execute("select body from connection_delivery order by delivery_id")
        bodies = [body for (body,) in rows]
    assert bodies[0] == ""
    assert "zoe" in bodies[1]
    assert [one["code"] for one in shops.kept()] == ["other-money", "erased"]
    number = shops.kept()[1]["delivery"]
    address = f"/v1/connections/{shops.id}/deliveries/{number}/replay"
    assert shops.ask("POST", address).json()["code"] == "erased"
    assert len(shops.kept()) == 2


def test_who_asks_for_all_gets_their_deliveries_that_are_kept_and_nobody_elses(
    worlds: Worlds,
) -> None:
    shops = Shops(worlds)
    shops.send(sent("shopify-order-paid"))
    shops.send(sent("shopify-order-paid", id=2, currency="USD"))
    other = {"email": "not-ida@example.org", "phone": None}
    shops.send(sent("shopify-order-paid", id=3, currency="USD", customer=other, email=None))
    assert len(shops.kept()) == 2
    (row,) = shops.ask("GET", "/v1/members?email=ida%40example.org").json()["data"]
    held = shops.ask("GET", f"/v1/members/{row['member']}/export").json()["kept"]["shop_deliveries"]
    assert [(one["kind"], one["name"], one["code"]) for one in held] == [
        ("shopify", "main", "other-money")
    ]
    assert json.loads(held[0]["body"])["id"] == 2


def test_while_events_cannot_be_posted_the_shop_is_to_send_again(worlds: Worlds) -> None:
    shops = Shops(worlds)
    desk = worlds.client.desks.desk(1)
    assert desk is not None
    desk.close()  # as a service that ends: nothing more is taken
    data = json.dumps(sent("shopify-order-paid")).encode()
    refused = shops.raw(data, shops.signed(data, "orders/paid"))
    assert (refused.status, problem(refused)["code"]) == (503, "database-unavailable")


# ---- asking the shop -----------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[ShopServer]:
    found = ShopServer()
    yield found
    found.close()


def asked(worlds: Worlds, kind: str, server: ShopServer) -> Shops:
    """A connection that asks a server of this machine, which nobody can connect from outside."""
    shops = Shops(worlds, kind, token="access token")
    with worlds.database.connect() as connection:
        options = json.dumps({"api": server.base})
        connection.execute("update connection set options = %s", (options,))
    object.__setattr__(worlds.client.service, "asks", Http(inside=True, seconds=5))
    return shops


SQUARE = {
    "/v2/orders/CAISENgvlJ6jLWAzERDzjyHVybY": sent("square-order"),
    "/v2/customers/JDKYHBWT1D4F8MFH63DBMEN8Y4": sent("square-customer"),
    "/v2/orders/RETURN-ORDER-1": sent("square-return-order"),
}


def test_square_is_asked_for_the_order_and_the_customer(worlds: Worlds, server: ShopServer) -> None:
    shops = asked(worlds, "square", server)
    server.has |= SQUARE
    assert shops.send(sent("square-payment-updated"))["status"] == "recorded"
    assert balance(worlds, email="ida@example.org") == "40"
    assert [one.path for one in server.asked] == [*SQUARE][:2]
    assert {one.headers["authorization"] for one in server.asked} == {"Bearer access token"}
    assert shops.send(sent("square-refund-updated"))["status"] == "recorded"
    assert balance(worlds, email="ida@example.org") == "22"


def test_what_waits_keeps_what_was_fetched(worlds: Worlds, server: ShopServer) -> None:
    shops = asked(worlds, "square", server)
    server.has |= SQUARE
    assert shops.send(sent("square-refund-updated"))["status"] == "waiting"
    del server.has["/v2/orders/RETURN-ORDER-1"]
    shops.send(sent("square-payment-updated"))
    assert balance(worlds, email="ida@example.org") == "22"


@pytest.mark.parametrize("status", [401, 429, 500, 302])
def test_where_the_shop_gives_no_answer_it_is_to_send_again(
    worlds: Worlds, server: ShopServer, status: int
) -> None:
    shops = asked(worlds, "square", server)
    server.status = status
    data = json.dumps(sent("square-payment-updated")).encode()
    refused = shops.raw(data, shops.signed(data, ""))
    assert (refused.status, problem(refused)["code"]) == (503, "not-fetched")
    assert str(status) in problem(refused)["detail"]
    assert [one["code"] for one in shops.kept()] == ["not-fetched"], "and is kept, if it does not"
    server.status, server.has = 200, {**SQUARE}
    assert shops.replay()["status"] == "recorded"


def test_refunds_of_woocommerce_are_asked_for(worlds: Worlds, server: ShopServer) -> None:
    shops = asked(worlds, "woocommerce", server)
    server.has["/orders/727/refunds"] = sent("woocommerce-refunds")
    shops.send(sent("woocommerce-order"), "order.updated")
    refunds = [{"id": 726, "reason": "", "total": "-17.98"}]
    found = shops.send(sent("woocommerce-order", refunds=refunds), "order.updated")
    assert found["events"] == ["refund/726"]
    assert server.asked[0].headers["authorization"].startswith("Basic ")
    assert balance(worlds, email="ida@example.org") == "30"  # of 48.36, 17.98 came back


def test_nobody_is_asked_inside_of_our_own_network(server: ShopServer) -> None:
    outside = Http(seconds=5)
    for base in (server.base, server.base.replace("http:", "https:")):
        with pytest.raises(NotFetched):
            outside.fetch(base, "v2/orders/1", {})
    assert server.asked == []


def test_a_server_that_is_not_there_or_says_too_much(server: ShopServer) -> None:
    asks = Http(inside=True, seconds=5)
    server.has["/big"] = "x" * (4 * 2**20)
    with pytest.raises(NotFetched, match="more than"):
        asks.fetch(server.base, "big", {})
    assert asks.fetch(server.base, "nothing", {}) is None
    server.close()
    with pytest.raises(NotFetched, match="no answer"):
        asks.fetch(server.base, "big", {})


def test_odoo_and_its_till(worlds: Worlds) -> None:
    shops = Shops(worlds, "odoo")
    assert shops.send(sent("odoo-order"))["status"] == "recorded"
    assert balance(worlds, email="ida@example.org") == "54"  # of 54.90
    line = sent("odoo-order")["lines"][1]
    back = {**line, "id": 601, "qty": -1, "refunded_orderline_id": [502, ""]}
    back |= {"refunded_order": "Order 00001-004-0007"}
    shops.send(sent("odoo-order", pos_reference="R1", lines=[back]))
    assert balance(worlds, email="ida@example.org") == "32"


def test_woocommerce_tries_an_address_unsigned_when_it_is_set_up(worlds: Worlds) -> None:
    shops = Shops(worlds, "woocommerce")
    assert shops.raw(b"webhook_id=12", {}).status == 200
    assert events(worlds) == []


# ---- connections ---------------------------------------------------------------------------------


def test_what_is_secret_is_shown_once_or_never_and_kept_sealed(worlds: Worlds) -> None:
    shops = Shops(worlds, token="ask with this")
    made = shops.ask("POST", "/v1/connections", {"kind": "odoo", "name": "ermou"}).json()
    assert len(made["secret"]) > 30
    again = shops.ask("POST", "/v1/connections", {"kind": "odoo", "name": "ermou"}).json()
    assert "secret" not in again
    listed = shops.ask("GET", "/v1/connections").json()
    assert {one["name"]: one["token"] for one in listed["data"]} == {"main": True, "ermou": False}
    with worlds.database.connect() as connection:
        stored = b""
        for table in ("connection", "request", "change"):
            for row in connection.execute(f"select * from {table}".encode()):
                stored += repr(row).encode() + b"".join(
                    one for one in row if isinstance(one, bytes)
                )
    for secret in (SECRET, "ask with this", made["secret"]):
        assert secret.encode() not in stored


def test_a_new_secret_is_the_one_that_counts(worlds: Worlds) -> None:
    shops = Shops(worlds)
    shops.ask("PATCH", f"/v1/connections/{shops.id}", {"secret": "another secret"})
    data = json.dumps(sent("shopify-order-paid")).encode()
    assert shops.raw(data, shops.signed(data, "orders/paid")).status == 401
    assert shops.send(sent("shopify-order-paid"), secret="another secret")["events"] == [ID]


def test_a_connection_that_is_removed_takes_nothing(worlds: Worlds) -> None:
    shops = Shops(worlds)
    shops.send({"id": 1})
    gone = shops.ask("DELETE", f"/v1/connections/{shops.id}")
    assert gone.json() == {"connection": shops.id, "removed": True}
    data = json.dumps(sent("shopify-order-paid")).encode()
    refused = shops.raw(data, shops.signed(data, "orders/paid"))
    assert (refused.status, problem(refused)["code"]) == (404, "unknown-connection")
    again = shops.ask("DELETE", f"/v1/connections/{shops.id}", name="2")
    assert problem(again)["code"] == "unknown-connection"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "magento", "name": "a"}, "/kind"),
        ({"kind": "odoo", "name": "My shop"}, "/name"),
        ({"kind": "shopify", "name": "a"}, "/secret"),
        ({"kind": "odoo", "name": "a", "secret": "short"}, "/secret"),
        ({"kind": "odoo", "name": "a", "options": {"place": {}}}, "/options"),
        ({"kind": "odoo", "name": "a", "options": {"api": "http://a.b"}}, "/options/api"),
        ({"kind": "odoo", "name": "a", "options": {"identify": ["fax"]}}, "/options/identify/0"),
    ],
)
def test_what_cannot_be_connected(worlds: Worlds, body: Any, pointer: str) -> None:
    shops = Shops(worlds)
    refused = shops.ask("POST", "/v1/connections", body)
    assert refused.status == 422
    assert problem(refused)["errors"][0]["pointer"].startswith(pointer)


def test_two_of_a_kind_have_two_names(worlds: Worlds) -> None:
    shops = Shops(worlds)
    same = {"kind": "shopify", "name": "main", "secret": SECRET}
    refused = shops.ask("POST", "/v1/connections", same, name="2")
    assert (refused.status, problem(refused)["code"]) == (409, "connection-taken")
    assert shops.ask("POST", "/v1/connections", {**same, "kind": "square"}).status == 201


def test_pages_of_connections_and_deliveries(worlds: Worlds) -> None:
    shops = Shops(worlds)
    for name in ("a", "b"):
        shops.ask("POST", "/v1/connections", {"kind": "odoo", "name": name})
        shops.send({"id": name})
    for address in ("/v1/connections", f"/v1/connections/{shops.id}/deliveries"):
        seen, cursor = list[Any](), ""
        while True:
            page = shops.ask("GET", f"{address}?limit=1{cursor}").json()
            seen += page["data"]
            if not page["has_more"]:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert seen == shops.ask("GET", address).json()["data"]
        assert len(seen) == (3 if address == "/v1/connections" else 2)


def test_nothing_of_a_shop_is_seen_or_touched_from_another_space(worlds: Worlds) -> None:
    shops = Shops(worlds)
    shops.send({"id": 1})
    number, theirs = shops.kept()[0]["delivery"], worlds.key(space=THEIRS)
    base = f"/v1/connections/{shops.id}"
    for method, address, body in (
        ("GET", f"{base}/deliveries", None),
        ("PATCH", base, {"programme": None}),
        ("DELETE", base, None),
        ("POST", f"{base}/deliveries/{number}/replay", None),
        ("DELETE", f"{base}/deliveries/{number}", None),
    ):
        fields = {**bearer(theirs), "idempotency-key": f"{method} {address}"}
        refused = worlds.client.ask(method, address, body, fields)
        assert refused.status == 404, address
    assert worlds.client.get("/v1/connections", **bearer(theirs)).json()["data"] == []
    assert len(shops.kept()) == 1
    # The same shop in both: each has its own events, under the same ids.
    wanted = Wanted(
        kind="shopify",
        name="main",
        programme=None,
        options=ShopOptions(),
        secret=SECRET,
        token=None,
    )
    with worlds.database.connect() as connection, connection.transaction():
        changing = Changing(connection, Actor(2, "test"), NOW)
        assert isinstance(connect(changing, Sealing.of_environment(), wanted), Done)


def test_without_a_key_for_secrets_nothing_is_connected(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    shops = Shops(worlds)
    body = {"kind": "odoo", "name": "ermou"}
    for written in ("", "1:short", "x:" + base64.b64encode(bytes(32)).decode()):
        monkeypatch.setenv("XENIA_SECRET_KEY", written)
        refused = shops.ask("POST", "/v1/connections", body, name=written or "none")
        assert (refused.status, problem(refused)["code"]) == (503, "no-secret-key")
        assert "XENIA_SECRET_KEY" in problem(refused)["detail"]
    data = json.dumps(sent("shopify-order-paid")).encode()
    assert shops.raw(data, shops.signed(data, "orders/paid")).status == 503


def test_a_key_for_connections_does_nothing_else(worlds: Worlds) -> None:
    Shops(worlds)
    key = worlds.key([Scope.CONNECTIONS])
    assert worlds.client.get("/v1/connections", **bearer(key)).status == 200
    assert worlds.client.get("/v1/programmes", **bearer(key)).status == 403

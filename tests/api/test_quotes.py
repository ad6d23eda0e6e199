"""Quotes and dry runs: the real decision, of which nothing is recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.client import Client
from tests.api.test_events import problem
from tests.api.worlds import Worlds, bearer
from tests.live.conftest import discrepancies
from tests.services.publishing import published
from xenia.services.access import Scope
from xenia.store.database import Database

SHOP = """
xenia: 1
programme: shop
money: EUR
timezone: Europe/Athens
attributes:
  member: {nickname: {type: text}}
currencies:
  points: {expires: {after: 12 months}, value: 0.01}
tiers:
  status: {by: spent-ever, levels: {basic: 0, gold: 40}, holds: ever}
metrics:
  spent-ever: {sum: spent, over: ever}
rules:
  point-per-euro: {then: {earn: {points: 1 per 1.00}}}
  gold: {when: tier.status == "gold", then: {discount: {percent: 10}}}
  lucky: {chance: 1 in 2, then: {earn: {points: 100}}}
  launch: {when: channel == "launch", then: {earn: {points: 5}}, budget: {times: 2, per: month}}
  thanks: {when: channel == "thanks", then: {issue: voucher}}
rewards:
  tea: {price: {points: 7}, gives: {item: A tea}, stock: 2}
  voucher: {gives: {discount: {amount: 1.00}}}
  mug: {price: {points: 30}, gives: {item: A mug}}
"""
OTHER = """
xenia: 1
programme: other
money: EUR
timezone: Europe/Athens
currencies:
  miles: {}
rules:
  mile: {then: {earn: {miles: 1}}}
"""


def event(name: str, kind: str = "purchase", member: Any = "anna", **more: Any) -> dict[str, Any]:
    at = "2026-11-18T10:00:00+02:00"
    return {"id": name, "type": kind, "member": member, "occurred_at": at, **more}


def buy(name: str, amount: str = "50.00", **more: Any) -> dict[str, Any]:
    line = {"sku": "latte", "category": "drink", "quantity": 1, "amount": amount}
    return event(name, lines=[line], **more)


@pytest.fixture
def worlds(database: Database) -> Iterator[Worlds]:
    published(database, SHOP)
    found = Worlds(database)
    yield found
    found.close()


@pytest.fixture
def till(worlds: Worlds) -> Client:
    return worlds.client


def quote(till: Client, body: Any, query: str = "") -> Any:
    response = till.post(body, address=f"/v1/quotes{query}")
    assert response.status == 200, response.body
    return response.json()


def everything(database: Database, but: str = "") -> dict[str, list[Any]]:
    """Every row of every table."""
    with database.connect() as connection:
        names = connection.execute(
            "select table_name from information_schema.tables"
            " where table_schema = 'public' and table_type = 'BASE TABLE'"
        ).fetchall()
        return {
            name: connection.execute(
                f'select t::text, xmin::text from "{name}" t order by 1'.encode()
            ).fetchall()
            for (name,) in names
            if name != but
        }


def without(answer: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key not in names}


# ---- quotes --------------------------------------------------------------------------------------


def test_a_quote_is_what_will_be_answered(till: Client) -> None:
    till.post(buy("e1"))
    told = quote(till, buy("e2", vouchers=["nothing"], spend={"points": "10"}))
    done = till.post(buy("e2", vouchers=["nothing"], spend={"points": "10"})).json()
    assert told["status"] == "quoted"
    assert told["payable"]["to_pay"] == "44.90"
    assert [item["code"] for item in told["refusals"]] == ["unknown-voucher"]
    apart = ("status", "trace", "effects", "wallet", "quote", "until")
    assert without(told, *apart) == without(done, *apart)
    lucky = [item for item in done["effects"] if item["rule"] != "lucky"]
    assert told["effects"] == lucky


def test_a_quote_tells_why_and_nothing_of_chance(till: Client) -> None:
    for number in range(20):
        told = quote(till, buy(f"e{number}"))
        assert "lucky" not in {item["rule"] for item in told["effects"]}
        assert {item["rule"] for item in told["trace"]} >= {"gold", "point-per-euro"}


SEVERAL = [
    buy("e9"),
    buy("e9", member={"card": "4711"}),
    buy("e9", member=None),
    buy("e9", channel="launch"),
    buy("e9", channel="thanks"),
    event("e9", "redemption", reward="tea"),
    event("e9", "return", purchase="e1", all=True),
    event("e9", "return", purchase="unknown", all=True),
    event("e9", "cancel", of={"id": "e1"}),
    event("e9", "claim", of={"id": "g1"}),
    event("e9", "profile", attributes={"nickname": "Zorba"}),
    event("e9", "enrolment", member="new", attributes={"nickname": "Zorba"}),
    event("e9", "adjustment", currency="points", units="5", reason="a gift", author="nikos"),
    event("e9", "transfer", currency="points", units="5", to="maria"),
]


@pytest.mark.parametrize("address", ["/v1/quotes", "/v1/events?dry_run=true"])
def test_nothing_is_recorded(worlds: Worlds, address: str) -> None:
    till = worlds.client
    till.post(buy("e1"))
    till.post(buy("g1", member=None))
    before = everything(worlds.database, but="quote")
    for sent in SEVERAL:
        response = till.post(sent, address=address)
        assert (response.status, response.json()["status"]) == (200, "quoted")
    assert everything(worlds.database, but="quote") == before
    # And each would have been something: posted, it changes rows.
    for number, sent in enumerate(SEVERAL):
        assert till.post({**sent, "id": f"x{number}"}).json()["status"] == "recorded"
        assert everything(worlds.database, but="quote") != before
        before = everything(worlds.database, but="quote")


def test_nobody_waits_for_a_quote(worlds: Worlds) -> None:
    till = worlds.client
    till.post(buy("e1", channel="launch"))
    with worlds.database.connect() as connection:
        connection.execute("select * from account for update")
        connection.execute("select * from budget for update")
        connection.execute("select * from event for update")
        assert quote(till, buy("e2", channel="launch"))["payable"]["to_pay"] == "45.00"
        connection.rollback()


def test_budgets_and_stock_are_as_they_stand(till: Client) -> None:
    def given() -> bool:
        told = quote(till, buy("q", member="bob", channel="launch"))
        return "launch" in {item["rule"] for item in told["effects"]}

    assert given()
    for number in range(2):
        till.post(buy(f"e{number}", channel="launch"))
    assert not given()
    assert [item["effect"] for item in quote(till, event("r", "redemption", reward="tea"))[
        "effects"]] == ["spend", "issue"]  # fmt: skip
    till.post(event("r", "redemption", reward="tea", quantity=2))
    told = quote(till, event("r2", "redemption", reward="tea"))
    assert [item["code"] for item in told["refusals"]] == ["out-of-stock"]


def test_who_is_not_known_yet_stays_so(till: Client) -> None:
    told = quote(till, buy("e1", member={"card": "4711"}))
    assert told["member"] is None
    assert {item["member"] for item in told["effects"]} == {None}
    assert told["wallet"]["points"]["balance"] == "50"
    assert told["quote"] is None, "there is nobody yet for whom it could be kept"
    made = till.post(buy("e1", member={"card": "4711"})).json()["member"]
    assert quote(till, buy("e2", member={"card": "4711"}))["member"] == made


def test_an_id_and_a_time_may_be_left_out(till: Client) -> None:
    body = {key: value for key, value in buy("e1").items() if key not in ("id", "occurred_at")}
    told = quote(till, body)
    assert told["occurred_at"] == "2026-11-18T13:06:40+02:00"
    assert told["event"] == "quote"


def test_how_long_a_quote_holds(worlds: Worlds) -> None:
    told = quote(worlds.client, buy("e1"))
    assert told["until"] == "2026-11-18T11:36:40Z"
    with worlds.database.connect() as connection:
        rows = connection.execute("select quote_id, member_id, given from quote").fetchall()
    assert rows == [(told["quote"], "anna", "[]")]
    redemption = quote(worlds.client, event("r", "redemption", reward="tea"))
    assert (redemption["quote"], redemption["until"]) == (None, None)


def test_several_programmes_answer_each(worlds: Worlds) -> None:
    published(worlds.database, OTHER)
    worlds.look()
    told = quote(worlds.client, buy("e1"))
    assert [item["programme"] for item in told["results"]] == ["other", "shop"]
    assert told["results"][0]["wallet"]["miles"]["balance"] == "1"
    only = quote(worlds.client, buy("e1", programme="other"))
    assert only["programme"] == "other"


UNREADABLE: list[tuple[Any, str]] = [
    ([buy("e1")], "one-event"),
    (b"nothing", "invalid-json"),
    (b"3", "invalid-json"),
    (buy("e1", amount="ten"), "not-a-decimal"),
    (buy("e1", occurred_at="2027-01-01T00:00:00Z"), "in-the-future"),
    (buy("e1", programme="shoop"), "unknown-programme"),
    (buy("e1", amont="1"), "unknown-field"),
]


def test_what_cannot_be_read_is_a_problem(till: Client) -> None:
    for body, code in UNREADABLE:
        response = till.post(body, address="/v1/quotes")
        assert (response.status, problem(response)["code"]) == (422, code)


def test_a_till_asks_nothing_of_staff(worlds: Worlds) -> None:
    key = worlds.key([Scope.EVENTS])
    gift = event("a", "adjustment", currency="points", units="5", reason="a gift", author="nikos")
    refused = worlds.client.post(gift, address="/v1/quotes", **bearer(key))
    assert (refused.status, problem(refused)["code"]) == (403, "not-allowed")


def test_a_quote_follows_what_is_published(worlds: Worlds) -> None:
    """Also before this worker has heard of it."""
    published(worlds.database, SHOP.replace("1 per 1.00", "2 per 1.00"))
    told = quote(worlds.client, buy("e1"))
    assert (told["version"], told["wallet"]["points"]["balance"]) == (2, "100")


# ---- as of ---------------------------------------------------------------------------------------


@pytest.fixture
def history(worlds: Worlds) -> Worlds:
    """Three purchases and a redemption, recorded an hour after each other."""
    sent = [buy("e1", "30.00"), buy("e2", "30.00", channel="thanks"),
            event("r1", "redemption", reward="tea"), buy("e3", "10.00")]  # fmt: skip
    for body in sent:
        worlds.client.post(body)
    with worlds.database.connect() as connection:
        for number, body in enumerate(sent):
            for table in ("record", "event"):
                connection.execute(
                    f"update {table} set recorded_at = %s where event_id = %s".encode(),
                    (f"2026-11-18T0{number + 2}:00:00Z", body["id"]),
                )
    return worlds


def test_as_of_a_past_time_members_are_as_they_were(history: Worlds) -> None:
    till = history.client

    def then(hour: int) -> Any:
        return quote(till, buy("q", spend={"points": "1000"}), f"?as_of=2026-11-18T0{hour}:30:00Z")

    assert [then(hour)["wallet"]["points"]["balance"] for hour in (1, 2, 3, 4)] == [
        "50", "180", "205", "198",
    ]  # fmt: skip
    assert [then(hour)["payable"]["discount"] for hour in (2, 3)] == ["0.00", "5.00"]
    first = then(1)
    assert (first["quote"], first["until"]) == (None, None)
    assert quote(till, buy("q"))["wallet"]["points"]["balance"] == "207"


def test_as_of_a_past_time_a_decision_is_that_of_then(history: Worlds) -> None:
    """Of an event that is recorded: what it was decided to be."""
    till = history.client
    again = quote(till, buy("e2", "30.00", channel="thanks"), "?as_of=2026-11-18T02:30:00Z")
    recorded = till.post(buy("e2", "30.00", channel="thanks")).json()
    assert [item for item in recorded["effects"] if item["rule"] != "lucky"] == again["effects"]
    assert again["tiers"] == recorded["tiers"]


def test_as_of_a_past_time_vouchers_and_returns_are_as_they_were(history: Worlds) -> None:
    till = history.client
    issued = till.post(buy("e2", "30.00", channel="thanks")).json()["vouchers"][0]["code"]
    use = buy("u", "5.00", vouchers=[issued])
    till.post(use)
    assert [item["code"] for item in quote(till, buy("v", vouchers=[issued]))["refusals"]] == [
        "already-used"
    ]
    then = quote(till, buy("v", vouchers=[issued]), "?as_of=2026-11-18T03:30:00Z")
    assert then["refusals"] == []
    before = quote(till, buy("v", vouchers=[issued]), "?as_of=2026-11-18T02:30:00Z")
    assert [item["code"] for item in before["refusals"]] == ["unknown-voucher"]
    till.post(event("back", "return", purchase="e1", all=True))
    back = event("q", "return", purchase="e1", all=True)
    assert [item["code"] for item in quote(till, back)["refusals"]] == ["nothing-left"]
    assert quote(till, back, "?as_of=2026-11-18T03:30:00Z")["refund"] == [
        {"method": "other", "amount": "30.00"}
    ]
    waits = quote(till, back, "?as_of=2026-11-18T01:30:00Z")
    assert waits["notes"] == ["waits"]


def test_as_of_is_a_time_that_has_passed(till: Client) -> None:
    for when in ("yesterday", "2026-11-19T00:00:00Z"):
        response = till.post(buy("e1"), address=f"/v1/quotes?as_of={when}")
        assert (response.status, problem(response)["code"]) == (400, "wrong-parameter")
        assert problem(response)["errors"][0]["pointer"] == "?as_of"


# ---- dry runs ------------------------------------------------------------------------------------


def test_a_dry_run_answers_all_in_their_order(worlds: Worlds) -> None:
    till = worlds.client
    first = till.post(buy("e1", "10.00")).json()
    sent = [buy("e1", "10.00"), buy("e1", "11.00"), buy("e2"), buy("e3"), {"id": "x"}]
    response = till.post(sent, address="/v1/events?dry_run=true")
    assert (response.status, response.headers["dry-run"]) == (200, "true")
    again, other, second, third, wrong = response.json()
    assert again == first, "it is recorded: that is what would be answered"
    assert other["code"] == "different-content"
    assert (second["payable"]["to_pay"], third["payable"]["to_pay"]) == ("50.00", "45.00")
    assert third["status"] == "quoted"
    assert wrong["status"] == 422
    assert third["trace"] == []
    lines = "\n".join(json.dumps(item) for item in sent[2:4]).encode()
    traced = till.post(lines, "application/x-ndjson", "/v1/events?dry_run=true&trace=true").json()
    assert traced[1]["trace"] != []
    done = till.post([buy("e2"), buy("e3")]).json()
    assert done[1]["payable"] == third["payable"]


# ---- prices that are kept ------------------------------------------------------------------------


def codes(answer: Any) -> list[tuple[str, str]]:
    return [(item["code"], item["claim"]) for item in answer["refusals"]]


@pytest.fixture
def gold(worlds: Worlds) -> Iterator[Client]:
    """A till at which anna gets 10 % off; what a test has left must be provable."""
    worlds.client.post(buy("e0"))
    yield worlds.client
    assert discrepancies(worlds.database) == []


def test_the_prices_of_a_quote_are_kept(worlds: Worlds, gold: Client) -> None:
    told = quote(gold, buy("e1"))
    later = SHOP.replace("percent: 10", "percent: 20")
    published(worlds.database, later, now=0)
    now = "2026-11-18T13:00:00+02:00"
    assert quote(gold, buy("e1", occurred_at=now))["payable"]["to_pay"] == "40.00"
    sent = buy("e1", quote=told["quote"], occurred_at=now)
    kept = gold.post(sent).json()
    assert (kept["payable"]["to_pay"], kept["version"], kept["refusals"]) == ("45.00", 2, [])
    assert [item["effect"] for item in kept["effects"]][:2] == ["discount", "earn"]
    assert gold.post(sent).json() == kept
    back = gold.post(event("b1", "return", purchase="e1", all=True, occurred_at=now)).json()
    assert back["refund"] == [{"method": "other", "amount": "45.00"}]


def test_a_quote_is_kept_for_what_it_was_made_for(worlds: Worlds, gold: Client) -> None:
    made = quote(gold, buy("e1"))["quote"]

    def refused(name: str, **more: Any) -> list[tuple[str, str]]:
        answer = gold.post(buy(name, **{"quote": made, **more})).json()
        assert answer["status"] == "recorded"
        return codes(answer)

    assert refused("x1", quote="none") == [("unknown-quote", "quote")]
    assert refused("x2", member="maria") == [("not-yours", "quote")]
    assert refused("x3", amount="50.01") == [("different-basket", "quote")]
    assert refused("x4", member=None) == [("not-a-member", "quote")]
    with worlds.database.connect() as connection:
        connection.execute("update quote set until = until - interval '2 hours'")
    assert refused("x5", occurred_at="2026-11-18T10:00:00Z") == [("quote-expired", "quote")]
    with worlds.database.connect() as connection:
        connection.execute("update quote set until = until + interval '2 hours'")
    assert refused("y1") == []
    assert refused("y2") == [("already-used", "quote")]
    dry = gold.post(buy("y3", quote=made), address="/v1/events?dry_run=true").json()
    assert codes(dry) == [("already-used", "quote")]


def test_what_the_till_gave_is_the_truth(gold: Client) -> None:
    given = [{"rule": "gold", "line": "1", "amount": "4.00"}]
    answer = gold.post(buy("e1", given=given)).json()
    assert answer["payable"]["lines"][0]["discounts"] == [{"rule": "gold", "amount": "4.00"}]
    flags = [item for item in answer["effects"] if item["effect"] == "flag"]
    assert [(item["rule"], item["reason"], item["amount"]) for item in flags] == [
        ("gold", "given-otherwise", "-1.00")
    ]
    half = gold.post(
        event("b1", "return", purchase="e1", amount="25.00", lines=[{"line": "1"}])
    ).json()
    assert half["refund"] == [{"method": "other", "amount": "23.00"}]
    why = gold.get("/v1/members/anna/explain?event=e1").json()
    assert why["payable"] == answer["payable"]


def test_one_quote_is_kept_once(gold: Client) -> None:
    """Of several purchases that come at once, in one request and in one batch."""
    made = quote(gold, buy("e1"))["quote"]
    answers = gold.post([buy(f"e{number}", quote=made) for number in range(1, 6)]).json()
    assert [codes(answer) for answer in answers].count([]) == 1
    assert codes(answers[0]) == []

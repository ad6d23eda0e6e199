"""Reservations: what an event will take is kept for it, and for nobody else, as long as it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.client import NOW, Client
from tests.api.test_events import problem
from tests.api.test_quotes import buy, codes, event
from tests.api.worlds import THEIRS, Worlds, bearer
from tests.live.conftest import discrepancies
from tests.services.publishing import published
from xenia.services.reserving import clear_away
from xenia.store.database import Database

SHOP = """
xenia: 1
programme: shop
money: EUR
timezone: Europe/Athens
currencies:
  points: {expires: {after: 12 months}, value: 0.01, transfers: {}}
  stamps: {}
rules:
  point-per-euro: {then: {earn: {points: 1 per 1.00}}}
  launch:
    when: channel == "launch"
    then: {discount: {amount: 1}}
    budget: {amount: 3, per: month}
  thanks: {when: channel == "thanks", then: {issue: voucher}}
rewards:
  tea: {price: {points: 7}, gives: {item: A tea}, stock: 2}
  voucher: {gives: {discount: {amount: 1.00}}}
  coffee: {price: {stamps: 10}, automatic: true, gives: {item: A coffee}}
"""
MINUTE = 60_000_000


@pytest.fixture
def worlds(database: Database) -> Iterator[Worlds]:
    """Anna has 50 points; what a test has left must be provable."""
    published(database, SHOP)
    found = Worlds(database)
    found.client.post(buy("e0"))
    yield found
    assert discrepancies(database) == []
    found.close()


@pytest.fixture
def till(worlds: Worlds) -> Client:
    return worlds.client


KEYS = iter(range(1_000_000))


def write(till: Client, address: str, body: Any = None, key: str | None = None) -> Any:
    fields = {"idempotency-key": key or f"key {next(KEYS)}"}
    return till.ask("POST", f"/v1/reservations{address}", body, fields)


def reserve(till: Client, sent: dict[str, Any], **more: Any) -> Any:
    made = write(till, "", {"event": sent, **more})
    assert made.status == 201, made.body
    return made.json()


def balance(till: Client, member: str = "anna") -> tuple[str, str]:
    wallet = till.get(f"/v1/members/{member}/wallet").json()["wallet"]["points"]
    return wallet["balance"], wallet["held"]


def rows(worlds: Worlds, query: str) -> list[tuple[Any, ...]]:
    with worlds.database.connect() as connection:
        return connection.execute(query.encode()).fetchall()


def later(worlds: Worlds, minutes: int) -> None:
    """Let the time of all reservations be over so much sooner."""
    with worlds.database.connect() as connection:
        for table in ("reservation", "reserved_budget"):
            connection.execute(
                f"update {table} set until = until - %s * interval '1 minute'".encode(), (minutes,)
            )


def test_points_are_kept_until_they_are_spent(till: Client) -> None:
    asked = buy("e1", "10.00", spend={"points": "40"})
    made = reserve(till, asked, expires_in=600)
    assert (made["state"], made["units"], made["until"]) == (
        "reserved", {"points": "40"}, "2026-11-18T11:16:40Z",
    )  # fmt: skip
    assert made["answer"]["payable"]["to_pay"] == "9.60"
    assert balance(till) == ("10", "40")
    other = till.post(buy("x1", "10.00", spend={"points": "11"})).json()
    assert codes(other) == [("insufficient-balance", "spend")]
    assert other["wallet"]["points"] == {"balance": "20", "pending": "0", "held": "40"}
    assert till.post(event("x2", "transfer", currency="points", units="21", to="bob")).json()[
        "refusals"
    ]
    # Less than was kept: the rest is free again.
    done = write(till, f"/{made['reservation']}/commit", {**asked, "spend": {"points": "30"}})
    assert (done.status, done.json()["refusals"]) == (200, [])
    assert done.json()["wallet"]["points"] == {"balance": "39", "pending": "0", "held": "0"}
    assert balance(till) == ("39", "0")
    shown = till.get(f"/v1/reservations/{made['reservation']}").json()
    assert (shown["state"], shown["event"]) == ("committed", "e1")


def test_a_commit_is_known_by_its_event(till: Client) -> None:
    asked = buy("e1", spend={"points": "40"})
    name = reserve(till, asked)["reservation"]
    first = write(till, f"/{name}/commit", asked)
    again = write(till, f"/{name}/commit", asked)
    assert (again.status, again.json()) == (200, first.json())
    assert till.post(asked).json() == first.json()
    other = write(till, f"/{name}/commit", {**asked, "receipt": "7"})
    assert (other.status, problem(other)["code"]) == (422, "different-content")
    second = write(till, f"/{name}/commit", buy("e2"))
    assert (second.status, problem(second)["code"]) == (409, "reservation-over")
    gone = write(till, f"/{name}/release")
    assert (gone.status, problem(gone)["code"]) == (409, "reservation-over")


def test_a_commit_need_not_say_again_what_was_reserved_for(worlds: Worlds, till: Client) -> None:
    asked = buy("e1", "10.00", spend={"points": "40"})
    name = reserve(till, {**asked, "one_time_code": "123456"})["reservation"]
    ((sent,),) = rows(worlds, "select sent from reservation")
    assert "123456" not in sent
    address = f"/{name}/commit"
    wrong = write(till, address, {"spend": {"points": "many"}})
    assert (wrong.status, problem(wrong)["errors"][0]["pointer"]) == (422, "/spend/points")
    cash = {"payments": [{"method": "cash", "amount": "9.60"}], "spend": {"points": "30"}}
    done = write(till, address, cash, key="k")
    assert (done.status, done.json()["event"], done.json()["refusals"]) == (200, "e1", [])
    assert balance(till)[1] == "0"
    assert write(till, address, cash, key="k").body == done.body
    again = write(till, address)
    assert (again.status, again.json()) == (200, done.json())
    assert till.post({**asked, **cash}).json() == done.json(), "it is the same event"
    other = write(till, address, {"receipt": "7"})
    assert (other.status, problem(other)["code"]) == (409, "reservation-over")
    assert rows(worlds, "select sent from reservation") == [(None,)]
    free = reserve(till, buy("e2", spend={"points": "5"}))["reservation"]
    assert write(till, f"/{free}/commit").json()["event"] == "e2"
    given_up = reserve(till, buy("e3", spend={"points": "5"}))["reservation"]
    write(till, f"/{given_up}/release")
    assert problem(write(till, f"/{given_up}/commit"))["code"] == "reservation-over"
    assert problem(write(till, "/none/commit"))["code"] == "unknown-reservation"
    assert problem(write(till, "/none/commit", {"payments": []}))["code"] == "unknown-reservation"


def test_who_is_erased_is_not_in_what_was_reserved_for(worlds: Worlds, till: Client) -> None:
    paid = [{"method": "bank-card", "card": "4711"}]
    name = reserve(till, buy("e1", spend={"points": "40"}, payments=paid))["reservation"]
    gone = till.ask("DELETE", "/v1/members/anna", fields={"idempotency-key": f"key {next(KEYS)}"})
    assert gone.status == 200
    assert rows(worlds, "select sent from reservation") == [(None,)]
    assert problem(write(till, f"/{name}/commit"))["code"] == "reservation-over"


def test_a_release_gives_everything_back(till: Client) -> None:
    name = reserve(till, buy("e1", spend={"points": "40"}))["reservation"]
    assert balance(till) == ("10", "40")
    assert write(till, f"/{name}/release").json()["state"] == "released"
    assert balance(till) == ("50", "0")
    assert write(till, f"/{name}/release").json()["state"] == "released"
    late = write(till, f"/{name}/commit", buy("e1", spend={"points": "40"}))
    assert (late.status, problem(late)["code"]) == (409, "reservation-over")


def test_what_is_over_keeps_nothing_though_nobody_has_looked(worlds: Worlds, till: Client) -> None:
    name = reserve(till, buy("e1", spend={"points": "40"}))["reservation"]
    tea = reserve(till, event("r1", "redemption", reward="tea"))["reservation"]
    later(worlds, 20)
    assert balance(till) == ("50", "0")
    assert till.get(f"/v1/reservations/{name}").json()["state"] == "expired"
    late = write(till, f"/{name}/commit", buy("e1", spend={"points": "40"}))
    assert (late.status, problem(late)["code"]) == (409, "reservation-over")
    assert codes(till.post(buy("e1", spend={"points": "50"})).json()) == []
    assert codes(till.post(event("r1", "redemption", reward="tea", quantity=2)).json()) == []
    with worlds.database.connect(autocommit=True) as connection:
        assert clear_away(connection, 1, NOW) == 2
        assert clear_away(connection, 1, NOW) == 0
        assert connection.execute("select sum(reserving) from account").fetchone() == (0,)
    assert till.get(f"/v1/reservations/{tea}").json()["state"] == "expired"


def test_vouchers_stock_and_budgets_are_kept(till: Client) -> None:
    code = till.post(buy("e1", channel="thanks")).json()["vouchers"][0]["code"]
    made = reserve(till, buy("e2", vouchers=[code]))
    assert made["vouchers"] == [code]
    listed = till.get("/v1/members/anna/wallet").json()["vouchers"]
    assert [item["state"] for item in listed] == ["reserved"]
    assert codes(till.post(buy("x1", vouchers=[code])).json()) == [("reserved", "vouchers")]
    assert write(till, f"/{made['reservation']}/commit", buy("e2", vouchers=[code])).json()[
        "payable"]["discount"] == "1.00"  # fmt: skip
    reserve(till, event("r1", "redemption", reward="tea"))
    tea = reserve(till, event("r2", "redemption", reward="tea"))
    assert tea["budgets"] == {"stock.tea": 1}
    assert codes(till.post(event("x2", "redemption", reward="tea")).json()) == [
        ("out-of-stock", "redemption")
    ]
    full = write(till, "", {"event": event("x3", "redemption", reward="tea")})
    assert (full.status, problem(full)["code"]) == (409, "not-reservable")
    assert problem(full)["errors"][0]["code"] == "out-of-stock"
    done = write(till, f"/{tea['reservation']}/commit", event("r2", "redemption", reward="tea"))
    assert codes(done.json()) == []
    for number in range(3):
        reserve(till, buy(f"l{number}", channel="launch"))
    assert till.post(buy("x4", channel="launch")).json()["payable"]["discount"] == "0.00"


def test_what_is_reserved_buys_no_reward(till: Client) -> None:
    def tea() -> tuple[bool, list[dict[str, str]]]:
        listed = till.get("/v1/rewards?member=anna").json()["data"]
        (it,) = [one for one in listed if one["reward"] == "tea"]
        return it["available"], [one["units"] for one in it["missing"]]

    assert tea() == (True, [])
    reserve(till, buy("e1", spend={"points": "44"}))
    assert tea() == (False, [{"points": "1"}])
    assert codes(till.post(event("r1", "redemption", reward="tea")).json()) == [
        ("insufficient-balance", "redemption")
    ]


def test_what_cannot_be_reserved(worlds: Worlds, till: Client) -> None:
    for sent, code in (
        (buy("e1", spend={"points": "51"}), "insufficient-balance"),
        (buy("e1", vouchers=["none"]), "unknown-voucher"),
        (buy("e1", member={"card": "4711"}), "unknown-member"),
        (event("e1", "profile"), "nothing-to-reserve"),
    ):
        response = write(till, "", {"event": sent})
        assert (response.status, problem(response)["code"]) == (409, "not-reservable")
        assert problem(response)["errors"][0]["code"] == code
    for body in ({"event": buy("e1"), "expires_in": 0}, {"event": buy("e1"), "expires_in": 86_401}):
        assert problem(write(till, "", body))["errors"][0]["pointer"] == "/expires_in"
    name = reserve(till, buy("e1", spend={"points": "40"}))["reservation"]
    other = write(till, f"/{name}/commit", buy("e1", member="bob"))
    assert (other.status, problem(other)["code"]) == (422, "not-of-the-reservation")
    assert till.get("/v1/members/bob").status == 404, "and nothing of it is recorded"
    assert problem(write(till, "/none/release"))["code"] == "unknown-reservation"
    theirs = worlds.key(space=THEIRS)
    seen = till.get(f"/v1/reservations/{name}", **bearer(theirs))
    assert (seen.status, problem(seen)["code"]) == (404, "unknown-reservation")


def test_nothing_is_reserved_for_who_is_no_member_yet(worlds: Worlds, till: Client) -> None:
    """Else what they reserve afterwards would not be looked for, and could be spent twice."""
    for sent in (buy("c1", member="carol"), buy("c1", member="carol", channel="launch")):
        response = write(till, "", {"event": sent})
        assert (response.status, problem(response)["code"]) == (409, "not-reservable")
        assert problem(response)["errors"][0]["code"] == "unknown-member"
    assert rows(worlds, "select count(*) from reservation") == [(0,)]
    till.post(buy("c1", member="carol"))
    assert rows(worlds, "select sum(reserving) from account") == [(0,)]
    name = reserve(till, buy("c2", member="carol"))["reservation"]
    assert codes(write(till, f"/{name}/commit").json()) == []
    reserve(till, buy("c3", member="carol", spend={"points": "90"}))
    other = till.post(buy("c4", member="carol", spend={"points": "90"})).json()
    assert codes(other) == [("insufficient-balance", "spend")]


def test_a_reservation_is_made_once_for_each_key_and_told_in_the_trail(till: Client) -> None:
    body = {"event": buy("e1", spend={"points": "40"})}
    first, again = (write(till, "", body, key="one") for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    dry = till.ask(
        "POST", "/v1/reservations?dry_run=true", {"event": buy("e2")}, {"idempotency-key": "2"}
    )
    assert (dry.status, dry.headers["dry-run"]) == (201, "true")
    assert balance(till) == ("10", "40")
    name = first.json()["reservation"]
    write(till, f"/{name}/release")
    trail = till.get(f"/v1/changes?about=reservation/{name}").json()["data"]
    assert [item["action"] for item in trail] == ["reservation.released", "reservation.made"]


def test_a_quote_sees_what_is_reserved(till: Client) -> None:
    reserve(till, buy("e1", spend={"points": "40"}))
    told = till.post(buy("q", spend={"points": "40"}), address="/v1/quotes").json()
    assert codes(told) == [("insufficient-balance", "spend")]
    assert told["wallet"]["points"]["held"] == "40"

"""What a till works with: a programme in words, whoever is recognised, and what can come back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.client import Response, purchase
from tests.api.test_events import problem
from tests.api.worlds import Worlds, bearer
from tests.services.publishing import published
from xenia.services.access import Scope
from xenia.store.database import Database

DOCUMENT = """
xenia: 1
programme: cafe
title: {en: The café, el: Το καφέ}
money: EUR
timezone: Europe/Athens
attributes:
  member: {name: {type: text}}
categories: [drink, food]
currencies:
  beans: {title: {en: [bean, beans], el: [κόκκος, κόκκοι]}, value: 0.10}
  steps: {kind: qualifying}
metrics:
  visits: {count: true, title: {en: Visits}}
tiers:
  status:
    by: visits
    levels: {guest: 0, friend: {all: {visits: 2}, title: {en: Friend, el: Φίλος}}}
rules:
  bean-per-euro: {title: {en: A bean per euro}, then: {earn: {beans: 1 per 1.00}}}
  friends: {when: tier.status == "friend", then: {discount: {percent: 10}}}
  welcome: {on: enrolment, then: {issue: breakfast}}
rewards:
  breakfast: {title: {en: A breakfast}, gives: {discount: {amount: 3.00}}, lasts: 30 days}
"""


@pytest.fixture
def worlds(database: Database) -> Iterator[Worlds]:
    published(database, DOCUMENT)
    found = Worlds(database)
    yield found
    found.close()


class Till:
    """A till with a key of a till's."""

    def __init__(self, worlds: Worlds) -> None:
        self._client = worlds.client
        scopes = [Scope.EVENTS, Scope.ENROLLING, Scope.PROGRAMMES, Scope.TILLS]
        self._key = bearer(worlds.key(scopes))

    def get(self, address: str) -> Response:
        return self._client.get(address, **self._key)

    def post(self, event: Any) -> Any:
        return self._client.post(event, **self._key).json()

    def enrol(self, **more: Any) -> Any:
        head = {**self._key, "idempotency-key": str(more)}
        return self._client.ask("POST", "/v1/members", more, head).json()


@pytest.fixture
def till(worlds: Worlds) -> Till:
    return Till(worlds)


def test_a_programme_is_told_in_words(till: Till) -> None:
    found = till.get("/v1/till?locale=el").json()
    assert (found["title"], found["money"], found["decimals"]) == ("Το καφέ", "EUR", 2)
    assert found["currencies"] == [
        {"currency": "beans", "title": "κόκκοι", "decimals": 0, "value": "0.10", "spendable": True},
        {"currency": "steps", "title": "steps", "decimals": 0, "value": None, "spendable": False},
    ]
    assert found["levels"] == {"status": {"guest": "guest", "friend": "Φίλος"}}
    assert found["rewards"] == {"breakfast": "A breakfast"}
    assert found["rules"]["friends"] == "friends"
    assert found["categories"] == ["drink", "food"]
    assert problem(till.get("/v1/till?locale=xx"))["code"] == "wrong-parameter"


def test_a_programme_is_there_as_soon_as_it_is_published(till: Till, worlds: Worlds) -> None:
    """Whoever has just published it goes to the till before this process has looked again."""
    published(worlds.database, DOCUMENT.replace("programme: cafe", "programme: bakery"))
    assert till.get("/v1/till?programme=bakery").json()["programme"] == "bakery"
    unknown = problem(till.get("/v1/till?programme=bakehouse"))
    assert unknown["code"] == "wrong-parameter"
    assert "bakehouse" in unknown["detail"]


@pytest.mark.parametrize("dry", ["", "?dry_run=true"])
def test_an_event_of_it_is_recorded_as_soon_as_it_is_published(worlds: Worlds, dry: str) -> None:
    worlds.key()  # the space is known by now
    published(worlds.database, DOCUMENT.replace("programme: cafe", "programme: bakery"))
    client, key = worlds.client, bearer(worlds.key())
    baked, unknown, drunk = [
        purchase(f"e{number}", programme=name)
        for number, name in enumerate(("bakery", "bakehouse", "cafe"), start=1)
    ]
    quoted = client.ask("POST", "/v1/quotes", {**baked, "member": None}, key).json()
    assert quoted["programme"] == "bakery"
    found = client.ask("POST", f"/v1/events{dry}", [baked, unknown, drunk], key).json()
    assert [one.get("programme", one.get("code")) for one in found] == [
        "bakery", "unknown-programme", "cafe"
    ]  # fmt: skip
    assert "bakehouse" in found[1]["detail"]


def test_somebody_joins_it_as_soon_as_it_is_published(till: Till, worlds: Worlds) -> None:
    published(worlds.database, DOCUMENT.replace("programme: cafe", "programme: bakery"))
    joined = till.enrol(member="anna", programme="bakery")
    assert joined["member"] == "anna"
    assert till.enrol(member="ben", programme="bakehouse")["code"] == "unknown-programme"


def test_whoever_stands_there_is_found_by_what_they_show(till: Till) -> None:
    till.enrol(member="anna", identifiers={"card": "4000-1", "phone": "+30210"},
               attributes={"name": "Anna"})  # fmt: skip
    till.post(purchase("e1"))
    found: dict[str, Any] = {}
    for shown in ("4000-1", "%2B30210", "anna"):
        found = till.get(f"/v1/till/member?identifier={shown}").json()
        assert (found["member"], found["name"], found["enrolled"]) == ("anna", "Anna", True)
    assert found["wallet"]["beans"] == {"balance": "3", "pending": "0", "held": "0"}
    assert found["tiers"]["status"]["to_next"] == [{"metric": "visits", "units": "1"}]
    assert [one["reward"] for one in found["vouchers"]] == ["breakfast"]
    code = found["vouchers"][0]["code"]
    till.post(purchase("e2", vouchers=[code]))
    assert till.get("/v1/till/member?identifier=anna").json()["vouchers"] == []


def test_nobody_and_several_are_said(till: Till) -> None:
    assert problem(till.get("/v1/till/member?identifier=4000-9"))["code"] == "unknown-member"
    till.enrol(member="anna", identifiers={"card": "77"})
    till.enrol(member="ben", identifiers={"phone": "77"})
    assert problem(till.get("/v1/till/member?identifier=77"))["code"] == "ambiguous-member"


def test_a_card_that_is_blocked_is_said(till: Till, worlds: Worlds) -> None:
    till.enrol(member="anna", identifiers={"card": "4000-1"})
    assert not till.get("/v1/till/member?identifier=4000-1").json()["blocked"]
    block = {"card": "4000-1", "action": "block"}
    head = {**bearer(worlds.key()), "idempotency-key": "k"}
    assert worlds.client.ask("POST", "/v1/members/anna/cards", block, head).status == 200
    assert till.get("/v1/till/member?identifier=4000-1").json()["blocked"]
    assert not till.get("/v1/till/member?identifier=anna").json()["blocked"]


def test_what_is_left_of_a_purchase(till: Till) -> None:
    lines = [
        {"sku": "latte", "category": "drink", "quantity": 2, "amount": "7.60"},
        {"sku": "cake", "category": "food", "quantity": "0.250", "amount": "4.00"},
    ]
    till.post(purchase("r1", source="till", lines=lines, payment={"method": "cash"}))
    address = "/v1/till/purchase?source=till&event=r1"
    found = till.get(address).json()
    assert [(one["sku"], one["quantity"], one["left"]) for one in found["lines"]] == [
        ("latte", "2", "2"),
        ("cake", "0.25", "0.25"),
    ]
    assert (found["paid"], found["member"]) == ("11.60", "anna")
    back = {
        "id": "r2", "source": "till", "type": "return", "member": "anna", "purchase": "r1",
        "occurred_at": "2026-11-18T11:00:00+02:00", "lines": [{"line": "1", "quantity": 1}],
    }  # fmt: skip
    assert till.post(back)["refund"] == [{"method": "cash", "amount": "3.80"}]
    found = till.get(address).json()
    assert [one["left"] for one in found["lines"]] == ["1", "0.25"]
    assert found["payments"] == [{"method": "cash", "amount": "7.80"}]
    assert till.get("/v1/till/purchase?source=till&event=r2").status == 404


def test_what_all_came_back_of_has_nothing_left(till: Till) -> None:
    till.post(purchase("r1", source="till"))
    till.post({
        "id": "r2", "source": "till", "type": "return", "member": "anna", "purchase": "r1",
        "occurred_at": "2026-11-18T11:00:00+02:00", "all": True,
    })  # fmt: skip
    found = till.get("/v1/till/purchase?source=till&event=r1").json()
    assert ([one["left"] for one in found["lines"]], found["paid"]) == (["0"], "0.00")


def test_what_is_no_purchase_has_no_receipt(till: Till) -> None:
    till.enrol(member="anna")
    assert problem(till.get("/v1/till/purchase?event=e9"))["code"] == "unknown-receipt"
    assert problem(till.get("/v1/till/purchase?event=e9&programme=x"))["code"] == "wrong-parameter"


def test_a_guests_purchase_is_nobodys(till: Till) -> None:
    guests = purchase("g1", source="till")
    del guests["member"]
    till.post(guests)
    assert till.get("/v1/till/purchase?source=till&event=g1").json()["member"] is None

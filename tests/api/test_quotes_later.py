"""Quotes that are used in other circumstances than they were made in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.client import Client
from tests.api.test_quotes import buy, codes, event, quote
from tests.api.worlds import Worlds
from tests.live.conftest import discrepancies
from tests.services.publishing import published
from xenia.store.database import Database

CLUB = """
xenia: 1
programme: club
money: EUR
timezone: Europe/Athens
enrolment: enrolment-only
currencies:
  points: {value: 0.01}
rules:
  tenth: {then: {discount: {percent: 10}}}
  summer:
    until: 2026-11-18T10:00:00+02:00
    then: {discount: {amount: 2}}
    budget: {amount: 100, per: ever}
"""


@pytest.fixture
def worlds(database: Database) -> Iterator[Worlds]:
    """Anna is a member and has a card; what a test has left must be provable."""
    published(database, CLUB)
    found = Worlds(database)
    found.client.post(event("j", "enrolment"))
    found.client.post(event("c", "card", action="add", card="4711"))
    yield found
    assert discrepancies(database) == []
    found.close()


@pytest.fixture
def till(worlds: Worlds) -> Client:
    return worlds.client


def paid(answer: Any) -> tuple[str, list[tuple[str, str]]]:
    return answer["payable"]["to_pay"], codes(answer)


def test_who_shows_a_blocked_card_pays_in_full(till: Client) -> None:
    made = quote(till, buy("q"))["quote"]
    till.post(event("b", "card", action="block", card="4711"))
    by_card = till.post(buy("e1", member={"card": "4711"}, quote=made)).json()
    assert paid(by_card) == ("50.00", [("card-blocked", "member"), ("card-blocked", "quote")])
    assert paid(till.post(buy("e2", quote=made)).json()) == ("45.00", [])


def test_who_has_left_pays_in_full(till: Client) -> None:
    made = quote(till, buy("q"))["quote"]
    till.post(event("l", "leave"))
    assert paid(till.post(buy("e1", quote=made)).json()) == ("50.00", [("not-a-member", "quote")])
    till.post(event("j2", "enrolment"))
    assert paid(till.post(buy("e2", quote=made)).json()) == ("45.00", [])


def test_a_quote_of_a_rule_that_is_over_counts_against_its_budget(worlds: Worlds) -> None:
    at = {"occurred_at": "2026-11-18T09:59:00+02:00"}
    told = quote(worlds.client, buy("q", **at))
    assert told["payable"]["discount"] == "6.80"
    answer = worlds.client.post(buy("e1", quote=told["quote"])).json()
    assert paid(answer) == ("43.20", [])
    assert used(worlds) == 200
    given = [{"rule": "summer", "line": "1", "amount": "3.00"}]
    reserved = worlds.client.ask(
        "POST", "/v1/reservations", {"event": buy("e2", given=given)}, {"idempotency-key": "r"}
    )
    assert (reserved.status, [*reserved.json()["budgets"].values()]) == (201, [300])
    assert paid(worlds.client.post(buy("e3", given=given)).json())[0] == "47.00"
    assert used(worlds) == 500
    worlds.client.post(event("b", "return", purchase="e3", all=True))
    assert used(worlds) == 200


def used(worlds: Worlds) -> int:
    with worlds.database.connect() as connection:
        rows = connection.execute("select sum(used)::integer from budget").fetchone()
    assert rows is not None
    return int(rows[0] or 0)

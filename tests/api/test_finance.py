"""The books over the interface: months, their journal, closing them, and looking through the
ledger."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.api.client import Response, purchase
from tests.api.test_events import problem
from tests.api.worlds import Worlds, bearer
from tests.services.publishing import published
from xenia.engine.zones import EPOCH
from xenia.services import monthly
from xenia.services.access import Scope
from xenia.services.roles import ROLES
from xenia.store import posting, totals
from xenia.store.database import Database

CAFE = """
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
currencies:
  beans: {title: {en: [bean, beans]}, value: 0.10, expires: {after: 12 months}}
rules:
  bean-per-euro:
    then: {earn: {beans: 1 per 1.00}}
rewards:
  euro: {price: {beans: 10}, gives: {discount: {amount: 1.00}}}
"""
MONTH = "2026-11"  # of NOW


@pytest.fixture
def worlds(database: Database) -> Iterator[Worlds]:
    """In which anna and ben have bought, and anna was given some."""
    published(database, CAFE)
    found = Worlds(database)
    found.client.post(purchase("e1", lines=[line("30.00")]))
    found.client.post(purchase("e2", member="ben", lines=[line("12.00")]))
    given = {"currency": "beans", "units": "5", "reason": "a long wait", "author": "nikos"}
    about = {"member": "anna", "occurred_at": "2026-11-18T11:00:00+02:00"}
    found.client.post({"id": "a1", "type": "adjustment", **about, **given})
    yield found
    found.close()


def line(amount: str) -> dict[str, Any]:
    return {"sku": "latte", "category": "drink", "quantity": 1, "amount": amount}


def get(worlds: Worlds, path: str, key: str | None = None) -> Response:
    return worlds.client.ask("GET", path, fields=bearer(key or worlds.key()))


def put(worlds: Worlds, method: str, path: str, body: Any = None, *, once: str = "1") -> Response:
    head = {**bearer(worlds.key()), "idempotency-key": once}
    return worlds.client.ask(method, path, body, head)


def test_a_month_is_told_with_its_journal(worlds: Worlds) -> None:
    listed = get(worlds, "/v1/finance/months").json()
    (month,) = listed["data"]
    assert (listed["money"], listed["to_close"], listed["has_more"]) == ("EUR", MONTH, False)
    assert (month["month"], month["state"], month["differences"]) == (MONTH, "open", [])
    (beans,) = month["currencies"]
    assert beans == {
        "currency": "beans", "opening": "0", "issued": "42", "redeemed": "0", "expired": "0",
        "adjusted": "5", "settled": "0", "brought": "0", "closing": "47", "value": "0.1",
        "breakage": "0", "owed": "4.70", "liability": "4.70",
    }  # fmt: skip
    one = get(worlds, f"/v1/finance/months/{MONTH}").json()
    assert one["currencies"] == [beans]
    assert [
        (row["debit"], row["credit"], row["units"], row["amount"]) for row in one["journal"]
    ] == [
        ("adjustment", "wallet", "5", "0.50"),
        ("issuance", "wallet", "42", "4.20"),
    ]
    table = get(worlds, f"/v1/finance/months/{MONTH}?form=csv").body.decode().splitlines()
    assert [*csv.reader(table)][1:] == [
        ["cafe", MONTH, "beans", "adjustment", "wallet", "", "5", "0.1", "0.50", "EUR"],
        ["cafe", MONTH, "beans", "issuance", "wallet", "", "42", "0.1", "4.20", "EUR"],
    ]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/finance/months/2026-13", 400, "wrong-parameter"),
        ("/v1/finance/months/november", 400, "wrong-parameter"),
        ("/v1/finance/months/2026-11-01", 400, "wrong-parameter"),
        ("/v1/finance/months/2020-01", 404, "nothing-in-the-books"),
        ("/v1/finance/months/2030-01", 404, "nothing-in-the-books"),
        ("/v1/finance/months?cursor=x", 400, "wrong-parameter"),
        ("/v1/finance/months?programme=nix", 400, "wrong-parameter"),
        ("/v1/finance/months/2026-11?form=xml", 400, "wrong-parameter"),
    ],
)
def test_what_there_is_not(worlds: Worlds, path: str, status: int, code: str) -> None:
    answer = get(worlds, path)
    assert (answer.status, problem(answer)["code"]) == (status, code)


@pytest.mark.parametrize("month", [MONTH, "9999-12"])
def test_a_month_that_is_not_over_is_not_closed(worlds: Worlds, month: str) -> None:
    answer = put(worlds, "POST", f"/v1/finance/months/{month}/closing")
    assert (answer.status, problem(answer)["code"]) == (409, "month-not-over")


def test_there_is_no_page_before_the_first_month(worlds: Worlds) -> None:
    for cursor in (MONTH, "0001-01"):
        page = get(worlds, f"/v1/finance/months?cursor={cursor}").json()
        assert (page["data"], page["has_more"]) == ([], False)


def test_closing_once_keeps_it_and_leaves_a_trail(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monthly, "last_settled_day", lambda *_: 10**6)
    path = f"/v1/finance/months/{MONTH}/closing"
    tried = put(worlds, "POST", f"{path}?dry_run=true", once="dry")
    assert (tried.status, tried.json()["state"]) == (201, "closed")
    assert get(worlds, "/v1/finance/months").json()["data"][0]["state"] == "over"
    done = put(worlds, "POST", path)
    assert (done.status, done.json()["state"], done.json()["closed_by"][:4]) == (
        201,
        "closed",
        "key/",
    )
    other = put(worlds, "POST", path, once="another")
    assert (other.status, problem(other)["code"]) == (409, "month-is-closed")
    trail = get(worlds, "/v1/changes").json()["data"]
    assert [one["object"] for one in trail if one["action"] == "month.closed"] == [
        f"programme/cafe/month/{MONTH}"
    ]
    worlds.look()
    later = worlds.client.post(purchase("e9", lines=[line("7.00")]), **bearer(worlds.key()))
    assert later.status == 200, later.body
    after = get(worlds, "/v1/finance/months").json()["data"]
    assert after[-1]["currencies"][0]["closing"] == "47", "it is closed"


def test_values_are_said_and_shown(worlds: Worlds) -> None:
    body = {"currencies": {"beans": {"value": "0.08", "breakage": "12.5"}}}
    done = put(worlds, "PUT", "/v1/finance/valuation", body)
    assert done.json()["currencies"] == [
        {"currency": "beans", "value": "0.08", "breakage": "12.5", "programme_value": "0.1"}
    ]
    assert get(worlds, "/v1/finance/valuation").json() == done.json()
    (beans,) = get(worlds, "/v1/finance/months").json()["data"][0]["currencies"]
    assert (beans["owed"], beans["liability"]) == ("3.76", "3.29")
    wrong = put(
        worlds, "PUT", "/v1/finance/valuation", {"currencies": {"beans": {"breakage": "101"}}},
        once="2",
    )  # fmt: skip
    assert problem(wrong)["errors"][0]["pointer"] == "/currencies/beans/breakage"


def test_a_programme_is_written_to_as_soon_as_it_is_published(worlds: Worlds) -> None:
    """Before this process has looked again."""
    key = worlds.key()
    published(worlds.database, CAFE.replace("programme: cafe", "programme: bakery"))

    def sum_again(programme: str) -> Response:
        head = {**bearer(key), "idempotency-key": programme}
        path = f"/v1/finance/totals?programme={programme}"
        return worlds.client.ask("POST", path, fields=head)

    assert sum_again("bakery").status == 200
    unknown = problem(sum_again("bakehouse"))
    assert unknown["code"] == "wrong-parameter"
    assert "bakehouse" in unknown["detail"]


def test_totals_are_made_again(worlds: Worlds) -> None:
    done = put(worlds, "POST", "/v1/finance/totals")
    assert (done.status, done.json()) == (200, {"programme": "cafe", "totals": 0})


def test_who_may_close() -> None:
    assert [role for role, scopes in ROLES.items() if Scope.CLOSING in scopes] == [
        "owner",
        "finance",
    ]


# ---- the ledger ----------------------------------------------------------------------------------


def found(worlds: Worlds, query: str) -> list[tuple[str, str]]:
    answer = get(worlds, f"/v1/entries{query}")
    assert answer.status == 200, answer.body
    return sorted((one["member"], one["units"]) for one in answer.json()["data"])


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("", [("anna", "30"), ("anna", "5"), ("ben", "12")]),
        ("?member=ben", [("ben", "12")]),
        ("?member=nobody", []),
        ("?event=e1", [("anna", "30")]),
        ("?event=e1&member=ben", []),
        ("?event=none", []),
        ("?kind=adjusted", [("anna", "5")]),
        ("?kind=issued", [("anna", "30"), ("ben", "12")]),
        ("?kind=within", []),
        ("?currency=beans&least=12", [("anna", "30"), ("ben", "12")]),
        ("?most=12", [("anna", "5"), ("ben", "12")]),
        ("?since=2026-11-18&until=2026-11-18", [("anna", "30"), ("anna", "5"), ("ben", "12")]),
        ("?since=2026-11-19", []),
        ("?until=2026-11-17", []),
        ("?until=2020-01-01", []),
    ],
)
def test_entries_are_found(worlds: Worlds, query: str, what: list[tuple[str, str]]) -> None:
    assert found(worlds, query) == what


def test_a_walk_sees_every_entry_once(worlds: Worlds) -> None:
    seen, cursor = [], ""
    for _ in range(5):
        page = get(worlds, f"/v1/entries?limit=1{cursor}").json()
        seen += [(one["member"], one["units"]) for one in page["data"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert sorted(seen) == [("anna", "30"), ("anna", "5"), ("ben", "12")]
    table = get(worlds, "/v1/entries?form=csv").body.decode().splitlines()
    assert len([*csv.reader(table)]) == 4


def test_days_are_passed_over_on_which_nothing_of_the_kind_was_moved(worlds: Worlds) -> None:
    moves = [("2024-01-10", "debit = 'adjustment'"), ("2026-11-10", "member_id = 'ben'")]
    with worlds.database.connect(autocommit=True) as connection:
        for day, which in moves:
            query = f"update entry set accounting_on = '{day}' where {which}"
            assert connection.execute(query.encode()).rowcount == 1
        through = (date(2026, 11, 16) - EPOCH).days
        assert totals.follow(connection, posting.Scope(1, 1), through) == 2
    page = get(worlds, "/v1/entries?kind=adjusted").json()
    assert [one["units"] for one in page["data"]] == ["5"], "years back, on the first page"
    assert page["looked_from"] <= "2024-01-10"
    assert not page["has_more"]
    assert found(worlds, "?kind=expired") == []
    assert len(get(worlds, "/v1/entries?form=csv").body.decode().splitlines()) == 4


@pytest.mark.parametrize(
    "query",
    [
        *("?currency=gems", "?kind=theft", "?since=yesterday", "?until=2026-02-30", "?least=x"),
        *("?most=-1", "?cursor=x", "?cursor=1.2.3.4", "?cursor=9999999999.1.1.1.a", "?form=xml"),
    ],
)
def test_what_cannot_be_looked_for(worlds: Worlds, query: str) -> None:
    answer = get(worlds, f"/v1/entries{query}")
    assert (answer.status, problem(answer)["code"]) == (400, "wrong-parameter")


@pytest.mark.parametrize("path", ["/v1/entries", "/v1/finance/months", "/v1/finance/valuation"])
def test_nobody_sees_another_operators_books(worlds: Worlds, path: str) -> None:
    theirs = worlds.key(space="bakery")
    for query in ("", "?programme=cafe"):
        answer = get(worlds, path + query, theirs)
        assert (answer.status, problem(answer)["code"]) == (400, "wrong-parameter")

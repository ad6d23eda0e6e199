"""Rewards and vouchers: what each costs, how many are left, what a member lacks, who holds what."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from tests.api.client import NOW, Response
from tests.api.test_drafts import Office, code, opened
from tests.api.worlds import THEIRS
from tests.services.cafe import said
from tests.services.publishing import published
from tests.store.races import waiting
from xenia.services.access import Actor, Scope
from xenia.services.changing import Answer, Changing, Done, changed
from xenia.services.problems import Problem
from xenia.services.published import load_space
from xenia.services.rewards import change_stock
from xenia.store import posting
from xenia.store.database import Database

SHOP = """
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
enrolment: enrolment-only
currencies:
  beans: {title: {en: [bean, beans], el: [κόκκος, κόκκοι]}, decimals: 1}
rules:
  all: {then: {earn: {beans: 1 per 1.00}}}
rewards:
  tea:
    title: {en: a tea, el: ένα τσάι}
    price: {beans: 7}
    gives: {item: A tea}
    stock: 2
    lasts: 10 days
  card: {price: {beans: 20}, gives: {gift-card: 5.00}}
  cake: {gives: {item: {en: a cake, el: ένα γλυκό}}}
"""
AT = "2026-11-18T10:00:00+02:00"


def event(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "id": name, "member": "anna", "occurred_at": AT, **more}


def bought(name: str, amount: str = "30.00") -> dict[str, Any]:
    line = {"sku": "s", "category": "c", "quantity": 1, "amount": amount}
    return event("purchase", name, lines=[line])


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    with opened(database, SHOP) as found:
        yield found


def send(office: Office, *events: dict[str, Any]) -> list[Any]:
    answers: list[Any] = office.ask("POST", "/v1/events", list(events)).json()
    return answers


def reward(office: Office, name: str, query: str = "") -> Any:
    listed = office.ask("GET", f"/v1/rewards{query}").json()["data"]
    return next(item for item in listed if item["reward"] == name)


def stock(office: Office, change: Any, name: str = "tea", **more: str) -> Response:
    return office.ask("POST", f"/v1/rewards/{name}/stock", {"change": change}, **more)


# ---- what there is -------------------------------------------------------------------------------


def test_rewards_are_told_in_a_language(office: Office) -> None:
    tea = reward(office, "tea", "?locale=el")
    assert tea == {
        "programme": "cafe",
        "version": 1,
        "reward": "tea",
        "title": "ένα τσάι",
        "gives": "item",
        "price": {"beans": "7.0"},
        "automatic": False,
        "stock": {"of": 2, "left": 2},
        "text": tea["text"],
    }
    assert "7 κόκκοι" in tea["text"]
    card = reward(office, "card")
    assert (card["title"], card["gives"], card["stock"]) == ("a gift card of €5", "gift-card", None)
    cake = reward(office, "cake")
    assert (cake["price"], cake["text"]) == ({}, "")
    assert code(office.ask("GET", "/v1/rewards?locale=tlh")) == (400, "wrong-parameter")
    assert code(office.ask("GET", "/v1/rewards?programme=bar")) == (400, "wrong-parameter")


def test_what_a_member_lacks_is_what_a_redemption_would_say(office: Office) -> None:
    assert code(office.ask("GET", "/v1/rewards?member=anna")) == (404, "unknown-member")
    send(office, bought("e0"))
    (stranger,) = reward(office, "tea", "?member=anna")["missing"]
    assert stranger["code"] == "not-a-member"

    send(office, event("enrolment", "j1"), bought("e1", "9.50"))
    tea, card = (reward(office, name, "?member=anna") for name in ("tea", "card"))
    assert (tea["available"], tea["missing"]) == (True, [])
    (missing,) = card["missing"]
    assert (card["available"], missing["code"]) == (False, "insufficient-balance")
    assert missing["units"] == {"beans": "11.0"}
    assert missing["text"]
    cake = reward(office, "cake", "?member=anna")
    assert (cake["available"], cake["missing"]) == (False, [])
    refused = send(office, event("redemption", "r1", reward="card"))[0]["refusals"]
    assert [item["text"] for item in refused] == [missing["text"]]


def test_asking_what_can_be_had_changes_nothing(office: Office) -> None:
    send(office, event("enrolment", "j1"), bought("e1"))
    before = office.ask("GET", "/v1/members/anna/wallet").json()
    assert reward(office, "tea", "?member=anna")["available"]
    assert office.ask("GET", "/v1/members/anna/wallet").json() == before
    assert reward(office, "tea")["stock"] == {"of": 2, "left": 2}
    assert said(office.worlds.database) == ""


def test_who_may_read_programmes_only_is_told_nothing_of_members(office: Office) -> None:
    shop = office.worlds.key([Scope.PROGRAMMES])
    assert office.ask("GET", "/v1/rewards", by=shop).status == 200
    found = office.ask("GET", "/v1/rewards?member=anna", by=shop)
    assert code(found) == (403, "not-allowed")


# ---- how many there are --------------------------------------------------------------------------


def redeemed(office: Office, name: str, quantity: int = 1) -> list[str]:
    answer = send(office, event("redemption", name, reward="tea", quantity=quantity))[0]
    return [item["code"] for item in answer["refusals"]]


def test_what_came_can_be_redeemed_and_what_is_gone_cannot(office: Office) -> None:
    send(office, event("enrolment", "j1"), bought("e1", "100.00"))
    assert redeemed(office, "r1", 2) == []
    assert redeemed(office, "r2") == ["out-of-stock"]
    (missing,) = reward(office, "tea", "?member=anna")["missing"]
    assert missing["code"] == "out-of-stock"

    assert stock(office, 3).json()["stock"] == {"of": 5, "left": 3}
    assert reward(office, "tea")["stock"] == {"of": 5, "left": 3}
    assert redeemed(office, "r3") == []
    assert stock(office, -2).json()["stock"] == {"of": 3, "left": 0}
    assert redeemed(office, "r4") == ["out-of-stock"]
    assert said(office.worlds.database) == ""
    trail = office.ask("GET", "/v1/changes?about=reward/cafe/tea").json()["data"]
    assert [(item["before"], item["after"]) for item in trail] == [
        ({"of": 5, "left": 2}, {"of": 3, "left": 0}),
        ({"of": 2, "left": 0}, {"of": 5, "left": 3}),
    ]


def test_a_version_with_more_of_it_adds_to_what_came(office: Office) -> None:
    stock(office, 3)
    published(office.worlds.database, SHOP.replace("stock: 2", "stock: 10"), start=NOW - 1)
    office.worlds.look()
    assert reward(office, "tea")["stock"] == {"of": 13, "left": 13}


def test_never_more_is_taken_than_is_left(office: Office) -> None:
    send(office, event("enrolment", "j1"), bought("e1"))
    redeemed(office, "r1")
    for change in (-2, -1_000_000_000):
        assert code(stock(office, change)) == (409, "too-few-left")
    assert stock(office, -1).status == 200
    assert code(stock(office, 1_000_000_000)) == (422, "too-many-there")
    assert code(stock(office, 0)) == (400, "wrong-parameter")
    assert code(stock(office, "5")) == (422, "unreadable-body")
    assert code(stock(office, 5, "card")) == (409, "no-stock")
    assert code(stock(office, 5, "coffee")) == (404, "no-such-reward")


def test_who_takes_and_who_redeems_at_once_share_what_there_is(office: Office) -> None:
    """Of five that are left, each is taken by one of them, by the row's lock."""
    stock(office, 3)
    database, found = office.worlds.database, []
    people = [f"m{n}" for n in range(4)]
    for name in people:
        send(office, {**event("enrolment", f"j{name}"), "member": name},
             {**bought(f"b{name}"), "member": name})  # fmt: skip
    start = threading.Barrier(2)

    def take() -> None:
        with database.connect() as connection:
            space = load_space(connection)
            connection.commit()
            cafe = space.programmes["cafe"]
            scope = posting.Scope(1, cafe.programme_id)

            def less(changing: Changing) -> Done | Problem:
                return change_stock(changing, scope, cafe, "tea", -1)

            start.wait()
            for n in range(4):
                changing = Changing(connection, Actor(1, "somebody"), NOW)
                found.append(
                    changed(
                        changing,
                        f"take {n}",
                        b"",
                        b"",
                        less,
                        dry_run=False,
                    )
                )

    thread = threading.Thread(target=take)
    thread.start()
    start.wait()
    given = 0
    for name in people:
        redemption = {**event("redemption", f"r{name}", reward="tea"), "member": name}
        given += not send(office, redemption)[0]["refusals"]
    thread.join()
    taken = sum(isinstance(one, Answer) for one in found)
    lost = {one.code for one in found if isinstance(one, Problem)}
    assert (given + taken, lost) == (5, {"too-few-left"} if taken < 4 else set())
    assert reward(office, "tea")["stock"]["left"] == 0
    assert said(database) == ""


def test_who_takes_waits_for_who_redeems(office: Office) -> None:
    stock(office, 3)
    database, found = office.worlds.database, []

    def less(connection: Connection[TupleRow]) -> None:
        space = load_space(connection)
        connection.commit()
        cafe = space.programmes["cafe"]
        changing = Changing(connection, Actor(1, "somebody"), NOW)
        scope = posting.Scope(1, cafe.programme_id)
        found.append(change_stock(changing, scope, cafe, "tea", -1))

    with database.connect() as connection:
        connection.execute("select 1 from budget for update")
        with waiting(database, less):
            connection.execute("update budget set used = 5")
            connection.commit()
    (lost,) = found
    assert isinstance(lost, Problem)
    assert (lost.code, "0 are left" in lost.detail) == ("too-few-left", True)


@pytest.mark.parametrize(
    "statement",
    ["update budget set added = added + 1", "update stock_change set units = 7"],
)
def test_what_was_added_is_proved_by_its_changes(office: Office, statement: str) -> None:
    stock(office, 3)
    assert said(office.worlds.database) == ""
    with office.worlds.database.connect() as connection:
        connection.execute(statement.encode())
    assert "what was added to stock.tea" in said(office.worlds.database)


# ---- vouchers ------------------------------------------------------------------------------------


def grant(name: str) -> dict[str, Any]:
    return event("grant", name, voucher="cake", author="nikos", reason="a kind word")


def test_a_voucher_is_found_by_its_code(office: Office) -> None:
    send(office, event("enrolment", "j1"), bought("e1"))
    issued = send(office, event("redemption", "r1", reward="tea"))[0]["vouchers"][0]
    found = office.ask("GET", f"/v1/vouchers/{issued['code']}").json()
    assert found == {
        **issued,
        "programme": "cafe",
        "member": "anna",
        "issued_by": {"source": "api", "id": "r1"},
    }
    assert (found["state"], found["expires"]) == ("issued", "2026-11-28T00:00:00+02:00")
    send(office, event("use", "u1", voucher=issued["code"]))
    assert office.ask("GET", f"/v1/vouchers/{issued['code']}").json()["state"] == "used"
    assert code(office.ask("GET", "/v1/vouchers/nothing")) == (404, "no-such-voucher")
    theirs = office.worlds.key(space=THEIRS)
    other = office.ask("GET", f"/v1/vouchers/{issued['code']}", by=theirs)
    assert code(other) == (404, "no-such-voucher")
    assert "anna" not in other.body.decode()


def test_what_has_ended_says_so(office: Office) -> None:
    early = {"occurred_at": "2026-11-01T10:00:00+02:00"}
    send(office, event("enrolment", "j1") | early, bought("e1") | early)
    issued = send(office, event("redemption", "r1", reward="tea") | early)[0]["vouchers"][0]
    assert issued["state"] == "issued"
    assert office.ask("GET", f"/v1/vouchers/{issued['code']}").json()["state"] == "expired"


def test_vouchers_of_a_member_come_in_pages(office: Office) -> None:
    send(office, event("enrolment", "j1"), *[grant(f"g{n}") for n in range(5)])
    listed: list[str] = []
    address = "/v1/members/anna/vouchers?limit=2"
    while True:
        page = office.ask("GET", address).json()
        listed += [item["issued_by"]["id"] for item in page["data"]]
        if not page["has_more"]:
            break
        address = f"/v1/members/anna/vouchers?limit=2&cursor={page['next_cursor']}"
    assert listed == ["g4", "g3", "g2", "g1", "g0"]
    for wrong in ("x", "1.x", "1", "99999999999999999999.1"):
        found = office.ask("GET", f"/v1/members/anna/vouchers?cursor={wrong}")
        assert code(found) == (400, "wrong-parameter")
    assert code(office.ask("GET", "/v1/members/boris/vouchers")) == (404, "unknown-member")


def test_all_vouchers_are_found_by_how_their_codes_begin(office: Office) -> None:
    office.ask("POST", "/v1/rewards/tea/stock", {"change": 10})
    send(office, event("enrolment", "e1"), bought("p1", "90.00"))
    for number in range(4):
        send(office, event("redemption", f"r{number}", reward="tea"))
    whole = [one["code"] for one in office.ask("GET", "/v1/vouchers").json()["data"]]
    assert len(whole) == 4
    assert whole == sorted(whole)
    seen, address = [], "/v1/vouchers?limit=3"
    while address:
        page = office.ask("GET", address).json()
        seen += [one["code"] for one in page["data"]]
        more = page["next_cursor"]
        address = f"/v1/vouchers?limit=3&cursor={more}" if page["has_more"] else ""
    assert seen == whole
    (one,) = office.ask("GET", f"/v1/vouchers?begins={whole[1]}").json()["data"]
    assert (one["code"], one["member"], one["reward"]) == (whole[1], "anna", "tea")
    for nothing in ("%25", "_", "%5C", "nix"):
        assert office.ask("GET", f"/v1/vouchers?begins={nothing}").json()["data"] == []
    assert office.ask("GET", "/v1/vouchers?begins=%00").status == 400
    theirs = office.worlds.key(space=THEIRS)
    assert office.ask("GET", "/v1/vouchers", by=theirs).json()["data"] == []

"""What is known of members can be read as soon as an event is answered, as it is described."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.client import CAFE, Client, purchase
from tests.api.test_events import problem
from tests.api.test_rest import validator
from tests.services.publishing import published
from xenia.client.sending import Sender
from xenia.services.poster import Poster
from xenia.services.published import load_space
from xenia.store.database import Database

CLUB = (
    CAFE.replace("programme: cafe", "programme: club")
    + """
  first:
    when: metric.visits == 0
    then: {issue: cake}
metrics:
  visits: {count: true, over: ever}
tiers:
  status: {by: visits, levels: {guest: 0, friend: 2}}
rewards:
  cake: {gives: {item: {en: a cake}}, lasts: 30 days}
"""
)


def serving(database: Database, *documents: str) -> Iterator[Client]:
    for text in documents:
        published(database, text)
    with database.connect() as connection:
        space = load_space(connection)
    poster = Poster(database, space)
    client = Client(poster, database=database)
    yield client
    poster.close()
    client.close()


@pytest.fixture
def served(database: Database) -> Iterator[Client]:
    """An application whose events are really posted."""
    yield from serving(database, CLUB)


def checked(name: str, value: dict[str, Any]) -> dict[str, Any]:
    validator(name).validate(value)
    return value


def test_an_answer_is_as_it_is_described(served: Client) -> None:
    answer = checked("Answer", served.post(purchase("e1")).json())
    assert answer["wallet"]["beans"]["balance"] == "3"
    assert [item["reward"] for item in answer["vouchers"]] == ["cake"]
    assert "trace" not in answer or answer["trace"] == []


def test_the_same_event_again_gets_the_stored_answer(served: Client) -> None:
    first = served.post(purchase("e1"))
    again = served.post(purchase("e1"))
    assert (first.status, again.status) == (200, 200)
    assert again.body == first.body
    other = served.post(purchase("e1", member="ben"))
    assert other.status == 422
    assert problem(other)["code"] == "different-content"


def test_a_trace_is_given_and_not_kept(served: Client) -> None:
    answer = checked("Answer", served.post(purchase("e1"), address="/v1/events?trace=true").json())
    assert {item["rule"] for item in answer["trace"]} == {"bean-per-euro", "first"}
    again = served.post(purchase("e1")).json()
    assert not again.get("trace")


def test_a_member(served: Client) -> None:
    served.post([purchase("e1"), purchase("e2")])
    found = checked("Member", served.get("/v1/members/anna").json())
    (one,) = found["programmes"]
    assert one["programme"] == "club"
    assert one["enrolled"] is True
    assert one["tiers"]["status"]["level"] == "friend"


def test_a_wallet(served: Client) -> None:
    served.post([purchase("e1"), purchase("e2")])
    found = checked("Statement", served.get("/v1/members/anna/wallet").json())
    assert found["wallet"]["beans"] == {"balance": "6", "pending": "0", "held": "0"}
    ends = {"currency": "beans", "units": "6", "at": "2027-11-18T00:00:00+02:00"}
    assert found["endings"] == [ends]
    assert [item["reward"] for item in found["vouchers"]] == ["cake"]


def test_a_ledger_has_pages(served: Client) -> None:
    served.post([purchase(f"e{number}") for number in range(5)])
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        address = f"/v1/members/anna/ledger?limit=2{cursor and '&cursor=' + cursor}"
        page = checked("LedgerPage", served.get(address).json())
        assert page["has_more"] is (page["next_cursor"] is not None)
        seen += [item["event"]["id"] for item in page["data"]]
        cursor = page["next_cursor"]
    assert seen == ["e4", "e3", "e2", "e1", "e0"]


def test_a_ledger_has_words_in_a_language_and_currencies(served: Client) -> None:
    served.post(purchase("e1"))
    words = {
        locale: served.get(f"/v1/members/anna/ledger?locale={locale}").json()["data"][0]["words"]
        for locale in ("en", "el-GR")
    }
    assert "3 beans" in words["en"]
    assert words["en"] != words["el-GR"]
    one, none = (
        served.get(f"/v1/members/anna/ledger?currency={name}").json()["data"]
        for name in ("beans", "tea")
    )
    assert (len(one), len(none)) == (1, 0)


def test_an_explanation_has_every_rule(served: Client) -> None:
    served.post([purchase("e1"), purchase("e2")])
    found = served.get("/v1/members/anna/explain?event=e2").json()
    checked("Explanation", found)
    told = {item["rule"]: item["applied"] for item in found["rules"]}
    assert told == {"bean-per-euro": True, "first": False}
    assert [item["event"]["id"] for item in found["entries"]] == ["e2"]


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/v1/members/nobody", 404, "unknown-member"),
        ("/v1/members/nobody/wallet", 404, "unknown-member"),
        ("/v1/members/nobody/ledger", 404, "unknown-member"),
        ("/v1/members/nobody/explain?event=e1", 404, "unknown-event"),
        ("/v1/members/anna/explain?event=e9", 404, "unknown-event"),
        ("/v1/members/anna/explain?event=e1&source=till", 404, "unknown-event"),
        ("/v1/members/anna/wallet?programme=clob", 400, "wrong-parameter"),
        ("/v1/members/anna/ledger?cursor=later", 400, "wrong-parameter"),
        ("/v1/members/anna/ledger?locale=tlh", 400, "wrong-parameter"),
        ("/v1/members/anna/explain?event=e1&locale=tlh", 400, "wrong-parameter"),
    ],
)
def test_what_cannot_be_told(served: Client, address: str, status: int, code: str) -> None:
    served.post(purchase("e1"))
    response = served.get(address)
    assert response.status == status
    assert problem(response)["code"] == code


def test_several_programmes_must_be_told_apart(database: Database) -> None:
    for client in serving(database, CAFE, CLUB):
        client.post([purchase("e1", programme="cafe"), purchase("e2", programme="club")])
        response = client.get("/v1/members/anna/wallet")
        assert problem(response)["errors"][0]["pointer"] == "?programme"
        for name in ("cafe", "club"):
            found = client.get(f"/v1/members/anna/wallet?programme={name}").json()
            assert found["programme"] == name
        programmes = client.get("/v1/members/anna").json()["programmes"]
        assert [item["programme"] for item in programmes] == ["cafe", "club"]


def test_programmes_are_listed(database: Database) -> None:
    for client in serving(database, CAFE, CLUB):
        client.post(purchase("e1", programme="cafe"))
        found = client.get("/v1/programmes").json()["data"]
        assert [(item["programme"], item["members"]) for item in found] == [
            ("cafe", 1),
            ("club", 0),
        ]


ANY_IDS = ["a/b", "/", "..", ".", "100%", "50%25/x", "%2F", "ά λ+", "a?b#c;d&e", "a\\b", "a//b/"]


def test_a_member_may_have_any_id(served: Client) -> None:
    """It has a place in an address all the same."""
    for name in ANY_IDS:
        assert served.post(purchase(f"of {name}", member=name)).status == 200
    for name in ANY_IDS:
        where = Sender._path("/v1/members/{member}", member=name)
        for address in (where, f"{where}/wallet", f"{where}/ledger"):
            told = served.get(address)
            assert (told.status, told.json().get("member", name)) == (200, name), address
        wrong = served.get(f"{where}x")
        assert (wrong.status, problem(wrong)["code"]) == (404, "unknown-member")
        assert f'"{name}x"' in problem(wrong)["detail"]

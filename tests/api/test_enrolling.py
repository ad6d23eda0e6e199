"""Members by the interface: enrolled, found, changed, and their cards; each write an event."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest

from tests.api.client import NOW, Client, Response, purchase
from tests.api.test_events import problem
from tests.api.test_members import checked, serving
from tests.services.cafe import said
from tests.services.test_erasing import places
from xenia.services.erasing import erase_member
from xenia.store.database import Database

CLUB = """
xenia: 1
programme: club
money: EUR
timezone: Europe/Athens
attributes:
  member: {name: {type: text}, kind: {type: text, options: [adult, student]}, since: {type: date}}
currencies: {beans: {value: 0.01}}
rules:
  bean-per-euro: {then: {earn: {beans: 1 per 1.00}}}
  welcome: {on: enrolment, then: {earn: {beans: 5}}}
  told: {on: profile, then: {earn: {beans: 1}}, limits: {times: 1, per: ever}}
"""
PHONE, EMAIL, CARD = "+302101234567", "zoe@example.org", "4000-1"
NEWS = {"purpose": "news", "channel": "email", "text": "v3", "source": "web/form"}


@pytest.fixture
def served(database: Database) -> Iterator[Client]:
    yield from serving(database, CLUB)


def write(
    client: Client, method: str, address: str, body: Any = None, key: str = "one"
) -> Response:
    return client.ask(method, f"/v1/members{address}", body, {"idempotency-key": key})


def enrolled(client: Client, key: str = "one", **body: Any) -> Any:
    response = write(client, "POST", "", body, key)
    assert response.status == 201, response.body
    return response.json()


def found(client: Client, query: str) -> list[str]:
    page = client.get(f"/v1/members?{query}").json()
    assert not page["has_more"]
    return [row["member"] for row in page["data"]]


def test_somebody_new_joins_and_is_known(served: Client) -> None:
    told = enrolled(
        served,
        identifiers={"phone": PHONE, "email": EMAIL, "card": CARD},
        attributes={"birthday": "1987-03-09", "locale": "el", "name": "Ζωή", "kind": "adult"},
        consents=["terms", NEWS],
        channel="web",
    )
    member = told["member"]
    assert told["answer"]["wallet"]["beans"]["balance"] == "5"
    assert told["answer"]["member"] == member
    known = checked("Member", served.get(f"/v1/members/{member}").json())
    assert {(one["kind"], one["value"]) for one in known["identifiers"]} == {
        ("phone", PHONE),
        ("email", EMAIL),
        ("card", CARD),
    }
    (programme,) = known["programmes"]
    assert programme["enrolled"] is True
    assert programme["attributes"] == {
        "birthday": "1987-03-09",
        "locale": "el",
        "name": "Ζωή",
        "kind": "adult",
    }
    assert [(one["purpose"], one["channel"], one["given"]) for one in known["consents"]] == [
        ("news", "email", True),
        ("terms", None, True),
    ]
    assert known["consents"][0]["text"] == "v3"
    for query in (f"phone={PHONE.replace('+', '%2B')}", f"email={EMAIL}", f"card={CARD}"):
        assert found(served, query) == [member]
    assert found(served, f"identifier={CARD}") == [member]
    earned = served.post(purchase("e1", member={"card": CARD})).json()
    assert (earned["member"], earned["wallet"]["beans"]["balance"]) == (member, "8")


def test_the_same_write_again_is_one_and_another_one_joins_nobody_twice(served: Client) -> None:
    first = write(served, "POST", "", {"identifiers": {"phone": PHONE}})
    again = write(served, "POST", "", {"identifiers": {"phone": PHONE}})
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    other = write(served, "POST", "", {"identifiers": {"phone": PHONE}}, "two")
    assert (other.status, problem(other)["code"]) == (409, "already-a-member")
    assert first.json()["member"] in problem(other)["detail"]


def test_who_is_known_by_a_purchase_and_has_not_joined_joins(database: Database) -> None:
    only = CLUB + "enrolment: enrolment-only\n"
    for served in serving(database, only):
        before = served.post(purchase("e1", member={"phone": PHONE})).json()
        assert before["notes"] == ["not-a-member"]
        refused = write(served, "PATCH", f"/{before['member']}", {"attributes": {"name": "Z"}})
        assert (refused.status, problem(refused)["code"]) == (409, "not-a-member")
        told = enrolled(served, identifiers={"phone": PHONE})
        assert told["member"] == before["member"]


def test_a_dry_run_enrols_nobody(served: Client) -> None:
    body = {"identifiers": {"phone": PHONE}, "attributes": {"name": "Zoe"}}
    dry = write(served, "POST", "?dry_run=true", body)
    assert (dry.status, dry.headers["dry-run"]) == (201, "true")
    assert dry.json()["answer"]["wallet"]["beans"]["balance"] == "5"
    assert found(served, "limit=9") == []
    assert enrolled(served, identifiers={"phone": PHONE})


def test_what_leads_to_several_says_so_and_to_whom(served: Client) -> None:
    anna = enrolled(served, "1", member="anna", identifiers={"phone": PHONE, "card": "77"})
    ben = enrolled(served, "2", member="ben", identifiers={"email": EMAIL, "app": "77"})
    assert (anna["member"], ben["member"]) == ("anna", "ben")
    two = served.get(f"/v1/members?phone=%2B{PHONE[1:]}&email={EMAIL}")
    assert (two.status, problem(two)["code"]) == (409, "ambiguous-member")
    assert [(one["pointer"], one["detail"][-6:]) for one in problem(two)["errors"]] == [
        ("?email", ' "ben"'),
        ("?phone", '"anna"'),
    ]
    same = problem(served.get("/v1/members?identifier=77"))
    assert same["code"] == "ambiguous-member"
    assert {one["detail"].split('"')[1] for one in same["errors"]} == {"anna", "ben"}
    assert found(served, "card=77") == ["anna"]
    assert found(served, "card=78") == found(served, f"card=77&email={PHONE}") == []
    joining = write(served, "POST", "", {"identifiers": {"phone": PHONE, "email": EMAIL}}, "3")
    assert (joining.status, problem(joining)["code"]) == (409, "ambiguous-member")
    taken = write(served, "POST", "", {"member": "cleo", "identifiers": {"phone": PHONE}}, "4")
    assert (taken.status, problem(taken)["code"]) == (409, "identifier-taken")
    assert problem(taken)["errors"][0]["pointer"] == "/identifiers/phone"
    assert found(served, "limit=9") == ["anna", "ben"]


def test_two_who_join_at_once_with_one_phone_are_one_member(
    database: Database, served: Client
) -> None:
    """The second waits for the first, and is told."""
    results: list[Any] = []

    def join(key: str) -> None:
        for client in serving(database):
            body = {"member": key, "identifiers": {"phone": PHONE}}
            results.append(write(client, "POST", "", body, key))

    threads = [Thread(target=join, args=(f"m{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.status for one in results) == [201, 409, 409, 409]
    codes = {problem(one)["code"] for one in results if one.status == 409}
    assert codes <= {"identifier-taken", "already-a-member"}
    (won,) = [one.json()["member"] for one in results if one.status == 201]
    assert found(served, "limit=9") == [won], "nothing is left of those who were refused"
    assert said(database) == ""


def test_a_profile_is_changed_and_what_was_said_stays_known(
    database: Database, served: Client
) -> None:
    enrolled(served, member="anna", identifiers={"phone": PHONE}, consents=[NEWS])
    body = {
        "attributes": {"name": "Anna", "since": "2020-02-29"},
        "identifiers": {"phone": "+30999", "email": EMAIL},
        "consents": [{**NEWS, "given": False, "text": "v4"}],
    }
    told = write(served, "PATCH", "/anna", body, "two")
    assert (told.status, told.json()["answer"]["wallet"]["beans"]["balance"]) == (200, "6")
    known = served.get("/v1/members/anna").json()
    assert [one["value"] for one in known["identifiers"]] == [EMAIL, "+30999"]
    assert known["programmes"][0]["attributes"] == {"name": "Anna", "since": "2020-02-29"}
    (news,) = known["consents"]
    assert (news["given"], news["text"], news["event"]["source"]) == (False, "v4", "members")
    assert found(served, f"phone=%2B{PHONE[1:]}") == []
    # Another one may have the old number now; events that were sent by it are proved all the same.
    assert enrolled(served, "3", member="ben", identifiers={"phone": PHONE})
    served.post(purchase("e1", member={"phone": PHONE}))
    write(served, "PATCH", "/ben", {"identifiers": {"phone": None}}, "4")
    assert found(served, f"phone=%2B{PHONE[1:]}") == []
    taken = write(served, "PATCH", "/ben", {"identifiers": {"email": EMAIL}}, "5")
    assert (taken.status, problem(taken)["code"]) == (409, "identifier-taken")
    assert said(database) == ""


UNREADABLE: list[tuple[str, str, Any, str, str]] = [
    ("POST", "", {"attributes": {"nmae": "x"}}, "unknown-attribute", "/attributes/nmae"),
    ("POST", "", {"identifiers": {"fax": "1"}}, "unknown-field", "/identifiers/fax"),
    ("POST", "", {"consents": [{"purpose": "a b"}]}, "not-a-name", "/consents/0/purpose"),
    ("POST", "", {"occurred_at": "2027-01-01T00:00:00Z"}, "in-the-future", "/occurred_at"),
    ("POST", "", {"programme": "shop"}, "unknown-programme", "/programme"),
    ("POST", "", {"nmae": "x"}, "unreadable-body", ""),
    ("POST", "", {"identifiers": {"phone": 30}}, "unreadable-body", "/identifiers"),
    ("PATCH", "/anna", {"identifiers": {"card": "1"}}, "unknown-field", "/identifiers/card"),
    ("POST", "/anna/cards", {"card": "1", "action": "replace"}, "missing-field", "/new"),
    ("POST", "/anna/cards", {"card": "1", "new": "2"}, "unknown-field", "/new"),
]


def test_what_cannot_be_read_names_its_place(served: Client) -> None:
    enrolled(served, "0", member="anna")
    for method, address, body, code, pointer in UNREADABLE:
        response = write(served, method, address, body)
        assert (response.status, problem(response)["code"]) == (422, code), body
        assert problem(response)["errors"][0]["pointer"].startswith(pointer), body
    assert found(served, "limit=9") == ["anna"]


def test_who_is_not_there_or_not_any_more(database: Database, served: Client) -> None:
    unknown: list[tuple[str, str, Any]] = [
        ("PATCH", "/x", {}),
        ("POST", "/x/cards", {"card": "1"}),
    ]
    for method, address, body in unknown:
        gone = write(served, method, address, body)
        assert (gone.status, problem(gone)["code"]) == (404, "unknown-member")
    enrolled(served, member="anna", identifiers={"phone": PHONE})
    with database.connect() as connection:
        erase_member(connection, "anna", now=NOW)
    for key, (method, address, body) in enumerate(
        (
            ("POST", "", {"member": "anna", "identifiers": {"phone": PHONE}}),
            ("PATCH", "/anna", {"identifiers": {"phone": PHONE}}),
            ("POST", "/anna/cards", {"card": "1"}),
        )
    ):
        gone = write(served, method, address, body, f"gone {key}")
        assert (gone.status, problem(gone)["code"]) == (409, "erased-member")
    assert served.get("/v1/members/anna").json()["erased_at"] is not None


def test_members_come_in_pages(served: Client) -> None:
    for name in ("a", "b", "c"):
        enrolled(served, name, member=name)
    first = served.get("/v1/members?limit=2").json()
    assert [one["member"] for one in first["data"]] == ["a", "b"]
    assert first["has_more"]
    rest = served.get(f"/v1/members?limit=2&cursor={first['next_cursor']}").json()
    assert [one["member"] for one in rest["data"]] == ["c"]
    assert rest["next_cursor"] is None


# ---- cards ---------------------------------------------------------------------------------------


def card(client: Client, key: str, member: str, action: str, number: str, **more: Any) -> Response:
    return write(
        client, "POST", f"/{member}/cards", {"action": action, "card": number, **more}, key
    )


def test_with_a_card_that_is_blocked_nothing_happens_and_it_says_so(
    database: Database, served: Client
) -> None:
    enrolled(served, member="anna", identifiers={"card": CARD})
    served.post(purchase("e1", member={"card": CARD}))
    assert card(served, "2", "anna", "block", CARD).status == 200
    spent = served.post(purchase("e2", member={"card": CARD}, spend={"beans": "5"})).json()
    assert (spent["member"], spent["effects"], spent["notes"]) == ("anna", [], ["card-blocked"])
    assert [(one["code"], one["claim"]) for one in spent["refusals"]] == [
        ("card-blocked", "member"),
        ("card-blocked", "spend"),
    ]
    assert spent["payable"]["to_pay"] == "3.80"
    why = served.get("/v1/members/anna/explain?event=e2").json()["rules"]
    assert {one["because"] for one in why} == {
        "the card is blocked: nothing is earned with it, and nothing spent"
    }
    # Goods that were bought before come back all the same, and by their id the member is served.
    back = {"id": "r1", "type": "return", "member": {"card": CARD}, "purchase": "e1", "all": True}
    back["occurred_at"] = "2026-11-18T11:00:00+02:00"
    assert served.post(back).json()["refusals"] == []
    assert served.post(purchase("e3")).json()["wallet"]["beans"]["balance"] == "8"
    assert served.get("/v1/members/anna").json()["identifiers"][0]["blocked"] is True
    assert said(database) == ""


def test_a_card_is_replaced_and_what_is_held_stays(database: Database, served: Client) -> None:
    enrolled(served, member="anna", identifiers={"card": CARD})
    assert card(served, "2", "anna", "replace", CARD, new="5000").status == 200
    assert served.post(purchase("e1", member={"card": "5000"})).json()["member"] == "anna"
    old = served.post(purchase("e2", member={"card": CARD})).json()
    assert (old["member"], old["notes"]) == ("anna", ["card-blocked"])
    wallet = served.get("/v1/members/anna/wallet").json()["wallet"]
    assert wallet["beans"]["balance"] == "8"
    assert card(served, "3", "anna", "remove", CARD).status == 200
    other = served.post(purchase("e3", member={"card": CARD})).json()
    assert other["member"] != "anna", "who finds it is somebody else by now"
    assert said(database) == ""


def test_cards_that_are_not_there_or_not_ones_own(served: Client) -> None:
    enrolled(served, "1", member="anna", identifiers={"card": CARD})
    enrolled(served, "2", member="ben", identifiers={"card": "5000"})
    for number, (action, code, pointer, more) in enumerate(
        (
            ("add", "card-taken", "/card", {}),
            ("block", "not-yours", "/card", {}),
            ("replace", "not-yours", "/card", {"new": "6000"}),
            ("remove", "not-yours", "/card", {}),
        )
    ):
        refused = card(served, f"k{number}", "ben", action, CARD, **more)
        assert (refused.status, problem(refused)["code"]) == (409, code)
        assert problem(refused)["errors"][0]["pointer"] == pointer
    assert problem(card(served, "a", "ben", "add", "5000"))["code"] == "already-yours"
    taken = problem(card(served, "b", "ben", "replace", "5000", new=CARD))
    assert (taken["code"], taken["errors"][0]["pointer"]) == ("card-taken", "/new")
    assert card(served, "c", "ben", "block", "5000").status == 200
    assert problem(card(served, "d", "ben", "block", "5000"))["code"] == "already-blocked"


def test_no_number_and_no_name_is_where_it_is_not_erased(
    database: Database, served: Client
) -> None:
    """Not in answers that are kept, nor in the facts."""
    enrolled(
        served,
        member="anna",
        identifiers={"phone": PHONE, "card": CARD},
        attributes={"name": "Bohumila"},
    )
    write(served, "PATCH", "/anna", {"identifiers": {"phone": "+30999"}}, "two")
    card(served, "three", "anna", "replace", CARD, new="5000-9")
    with database.connect() as connection:
        for secret in (PHONE, CARD, "Bohumila", "+30999", "5000-9"):
            assert places(connection, secret) <= {
                "identifier.value",
                "former_identifier.value",
                "personal.said",
                "member.personal",
                "change.personal",
            }, secret
        erase_member(connection, "anna", now=NOW)
        for secret in (PHONE, CARD, "Bohumila", "+30999", "5000-9"):
            assert places(connection, secret) == set(), secret
    assert said(database) == ""


def test_the_trail_tells_what_was_said_and_by_which_event(served: Client) -> None:
    told = enrolled(served, member="anna", identifiers={"phone": PHONE})
    card(served, "2", "anna", "add", CARD)
    trail = served.get("/v1/changes?about=member/anna").json()["data"]
    assert [one["action"] for one in trail] == ["member.card.add", "member.enrolment"]
    event = {"source": "members", "id": told["answer"]["event"]}
    after = {"enrolled": {"club": True}, "identifiers": {"phone": [PHONE]}}
    assert trail[1]["after"] == {"said": ["identifiers"], "event": event, **after}
    assert trail[1]["before"] == {"enrolled": {"club": False}}
    assert trail[0]["after"]["identifiers"] == {"card": [CARD]}

"""Members are found by whatever is known of them, and a walk over the pages sees everybody once."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.api.client import CAFE, Client, purchase
from tests.api.test_events import problem
from tests.api.test_members import CLUB, serving
from xenia.store import finding
from xenia.store.database import Database

ALL = ["anna", "ben", "gone", "niko"]
NAMED = CLUB + "attributes:\n  member: {name: {type: text}}\n"


def enrolled(member: str, **more: object) -> dict[str, object]:
    at = "2026-11-18T10:00:00+02:00"
    known = {"id": f"enrol-{member}", "type": "enrolment", "member": member, "occurred_at": at}
    return {**known, "programme": "club", **more}


@pytest.fixture
def served(database: Database) -> Iterator[Client]:
    for client in serving(database, NAMED, CAFE):
        card, phone = {"card": "4000-1", "email": "Anna@Example.org"}, {"phone": "+30210123456"}
        people = [
            enrolled("ben", attributes={"name": "Benjamin O'Brien-Smith"}),
            enrolled("anna", identifiers=card, attributes={"name": "Anna Müller"}),
            enrolled("niko", identifiers=phone, attributes={"name": "ΝΊΚΟΣ Παπαδόπουλος"}),
            {**enrolled("gone"), "programme": "cafe"},
        ]
        for person in people:
            answer = client.post(person)
            assert answer.status == 200, answer.body
        with database.connect() as connection:
            connection.execute(
                "update member set personal = null, erased_at = now() where member_id = 'gone'"
            )
            for number, member in enumerate(["niko", "gone", "anna", "ben"]):
                connection.execute(
                    "update member set recorded_at = 'epoch'::timestamptz + %s * interval '1 day'"
                    " where member_id = %s",
                    (number // 2, member),  # two have come at the same instant
                )
        yield client


def found(client: Client, **query: str) -> list[str]:
    response = client.get(f"/v1/members?{urlencode(query)}")
    assert response.status == 200, response.body
    return [one["member"] for one in response.json()["data"]]


SEARCHES = [
    ("ann", ["anna"]),  # an id, an address and a name: once
    ("nn", []),
    ("anna@example.org", ["anna"]),
    ("4000", ["anna"]),
    ("mül ANNA", ["anna"]),
    ("anna ben", []),
    ("o'brien", ["ben"]),
    ("smith", ["ben"]),
    ("Παπαδ", ["niko"]),
    ("νίκος", ["niko"]),
    ("ΝΙΚΟΣ παπαδοπουλος", ["niko"]),
    ("muller", ["anna"]),
    ("+30 (210) 123-456", ["niko"]),
    ("4000_1", []),  # no more than is written: nothing stands for anything else
    ("%", []),
    ("' | 'ann", ["anna"]),
    ("   ", ALL),
]


# Whether those who are found are few, or the next of them near, or neither.
each_way = pytest.mark.parametrize(
    ("few", "near"), [(finding.FEW, finding.NEAR), (0, finding.NEAR), (0, 1)]
)


@each_way
def test_by_anything_that_is_known_of_them(
    served: Client, monkeypatch: pytest.MonkeyPatch, few: int, near: int
) -> None:
    monkeypatch.setattr(finding, "FEW", few)
    monkeypatch.setattr(finding, "NEAR", near)
    for text, members in SEARCHES:
        assert found(served, find=text) == members, text


def test_of_a_programme_and_by_what_became_of_them(served: Client) -> None:
    assert found(served, programme="club") == ["anna", "ben", "niko"]
    assert found(served, programme="cafe") == ["gone"]
    assert found(served, erased="no") == ["anna", "ben", "niko"]
    assert found(served, erased="yes") == ["gone"]
    assert found(served, erased="yes", find="ann") == []
    (anna,) = served.get("/v1/members?find=anna").json()["data"]
    assert anna["name"] == "Anna Müller"
    (gone,) = served.get("/v1/members?erased=yes").json()["data"]
    assert gone["name"] is None
    no = served.get("/v1/members?programme=nix")
    assert (no.status, problem(no)["errors"][0]["pointer"]) == (400, "?programme")
    both = served.get("/v1/members?card=4000-1&find=anna")
    assert (both.status, problem(both)["errors"][0]["pointer"]) == (400, "?find")


def test_by_what_they_hold_and_whether_they_have_left(served: Client) -> None:
    for name, member in (("b1", "ben"), ("b2", "ben"), ("a1", "anna")):
        done = served.post(purchase(name, member=member, programme="club"))
        assert done.status == 200, done.body
    gone = {"id": "niko-leaves", "type": "leave", "member": "niko", "programme": "club"}
    assert served.post({**gone, "occurred_at": "2026-11-18T11:00:00+02:00"}).status == 200
    assert found(served, programme="club", level="friend") == ["ben"]
    assert found(served, programme="club", tier="status", level="guest") == ["anna"]
    assert found(served, programme="club", level="friend", find="ann") == []
    assert found(served, programme="club", level="friend", order="newest") == ["ben"]
    assert found(served, programme="club", state="joined") == ["anna", "ben"]
    assert found(served, programme="club", state="left") == ["niko"]
    assert found(served, programme="cafe", state="left") == []
    assert found(served, state="left") == ["niko"]
    assert found(served, state="not-joined") == []
    (ben,) = served.get("/v1/members?find=ben").json()["data"]
    club = {"programme": "club", "state": "joined", "levels": {"status": "friend"}}
    assert ben["programmes"] == [club]
    (niko,) = served.get("/v1/members?phone=%2B30210123456").json()["data"]
    assert [(one["state"], one["levels"]) for one in niko["programmes"]] == [("left", {})]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("level=friend", "?programme"),
        ("programme=cafe&level=friend", "?level"),
        ("programme=club&level=freind", "?level"),
        ("programme=club&tier=club&level=friend", "?tier"),
    ],
)
def test_a_level_that_there_is_not(served: Client, query: str, pointer: str) -> None:
    no = served.get(f"/v1/members?{query}")
    assert (no.status, problem(no)["errors"][0]["pointer"]) == (400, pointer)


@pytest.mark.parametrize("order", ["id", "newest"])
@pytest.mark.parametrize("limit", [1, 3])
def test_a_walk_sees_everybody_once(served: Client, order: str, limit: int) -> None:
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"order": order, "limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        page = served.get(f"/v1/members?{urlencode(query)}").json()
        assert page["has_more"] is (page["next_cursor"] is not None)
        seen += [one["member"] for one in page["data"]]
        cursor = page["next_cursor"]
    assert seen == (ALL if order == "id" else ["ben", "anna", "niko", "gone"])


@each_way
@pytest.mark.parametrize("order", ["id", "newest"])
def test_a_walk_over_who_is_found_sees_everybody_once(
    served: Client, monkeypatch: pytest.MonkeyPatch, few: int, near: int, order: str
) -> None:
    monkeypatch.setattr(finding, "FEW", few)
    monkeypatch.setattr(finding, "NEAR", near)
    for number in range(5):
        person = enrolled(f"n-{number}", identifiers={"card": f"niko-{number}"})
        assert served.post(person).status == 200
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"find": "n", "order": order, "limit": "2", "programme": "club"}
        query |= {"cursor": cursor} if cursor else {}
        page = served.get(f"/v1/members?{urlencode(query)}").json()
        seen += [one["member"] for one in page["data"]]
        cursor = page["next_cursor"]
    assert sorted(seen) == [*(f"n-{number}" for number in range(5)), "niko"]
    assert order == "newest" or seen == sorted(seen)


def test_a_cursor_that_no_page_has_given(served: Client) -> None:
    no = served.get("/v1/members?order=newest&cursor=anna")
    assert (no.status, problem(no)["errors"][0]["pointer"]) == (400, "?cursor")

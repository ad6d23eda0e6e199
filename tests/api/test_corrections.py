"""What staff corrects: at once below a limit, above it by two people; and what it notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.client import CAFE, purchase
from tests.api.test_events import problem
from tests.api.worlds import Worlds, bearer
from tests.services.publishing import published
from xenia.services.access import Scope
from xenia.store.database import Database

CORRECTIONS = "/v1/corrections"
GIFT = {"type": "adjustment", "member": "anna", "currency": "beans", "units": "5"}
COLD = "the coffee was cold"


class Office:
    """Two of the staff, over a café in which anna has six beans."""

    def __init__(self, database: Database) -> None:
        self.worlds = Worlds(database)
        assert self.worlds.client.post(purchase("e1")).status == 200
        self.first, self.second = self.worlds.key(), self.worlds.key()
        self._number = 0

    def ask(self, method: str, path: str, body: Any = None, by: str = "") -> Any:
        self._number += 1
        head = {**bearer(by or self.first), "idempotency-key": f"k{self._number}"}
        return self.worlds.client.ask(method, path, body, head)

    def wants(self, by: str = "", **more: Any) -> Any:
        return self.ask("POST", CORRECTIONS, {**GIFT, "reason": COLD, **more}, by)

    def limits(self, **said: Any) -> None:
        done = self.ask("PUT", "/v1/programmes/cafe/safety", said)
        assert done.status == 200, done.body
        self.worlds.look()

    def beans(self) -> str:
        held = self.ask("GET", "/v1/members/anna/wallet").json()
        return str(held["wallet"]["beans"]["balance"])

    def waiting(self, by: str, more: str = "&others=true") -> list[Any]:
        found = self.ask("GET", f"{CORRECTIONS}?state=waiting{more}", by=by)
        assert found.status == 200, found.body
        rows: list[Any] = found.json()["data"]
        return rows

    def trail(self) -> list[str]:
        found = self.ask("GET", "/v1/changes?about=member/anna").json()["data"]
        assert COLD not in str(found), "the reason is about a person"
        return [one["action"] for one in found]


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    published(database, CAFE)
    found = Office(database)
    yield found
    found.worlds.close()


def test_below_the_limit_one_person_is_enough(office: Office) -> None:
    office.limits(second_person={"beans": "5"})
    before = int(office.beans())
    made = office.wants().json()
    assert (made["state"], made["why"]) == ("made", None)
    assert made["answer"]["wallet"]["beans"]["balance"] == str(before + 5) == office.beans()
    assert office.trail() == ["correction.made"]
    taken = office.wants(units="-5").json()
    assert (taken["state"], office.beans()) == ("made", str(before))


def test_above_it_nobody_is_enough_alone(office: Office) -> None:
    office.limits(second_person={"beans": "5"})
    before = int(office.beans())
    dry = office.ask("POST", f"{CORRECTIONS}?dry_run=true", {**GIFT, "units": 6, "reason": COLD})
    assert (dry.json()["state"], office.waiting(office.second)) == ("waiting", [])
    asked = office.wants(units="6").json()
    assert asked["state"] == "waiting"
    assert asked["answer"]["wallet"]["beans"]["balance"] == str(before + 6)
    assert office.beans() == str(before), "nothing has happened yet"
    assert office.waiting(office.first) == []
    (row,) = office.waiting(office.second)
    assert (row["units"], row["reason"], row["member"]) == ("6", COLD, "anna")
    confirm = f"{CORRECTIONS}/{row['correction']}/confirm"
    own = office.ask("POST", confirm)
    assert (own.status, problem(own)["code"]) == (403, "own-correction")
    body = {"name": "the same", "scopes": ["staff:write"]}
    again = office.ask("POST", "/v1/keys", body).json()["secret"]
    office.worlds.look()
    assert problem(office.ask("POST", confirm, by=again))["code"] == "own-correction"
    done = office.ask("POST", confirm, by=office.second)
    assert (done.status, done.json()["state"]) == (200, "confirmed")
    assert office.beans() == str(before + 6)
    again = office.ask("POST", confirm, by=office.second)
    assert (again.status, problem(again)["code"]) == (409, "correction-over")
    assert office.beans() == str(before + 6)
    assert office.trail() == ["correction.confirmed", "correction.asked"]


def test_who_says_nothing_of_a_second_person_leaves_what_was_said(office: Office) -> None:
    """A program that was written before there was any, and pages that are of something else."""
    office.limits(second_person={"beans": "5"}, second_person_grants=True)
    office.limits(limits=[], codes={"beans": "9"})
    said = office.ask("GET", "/v1/programmes/cafe/safety").json()
    assert (said["second_person"], said["second_person_grants"]) == ({"beans": "5"}, True)
    office.limits(second_person={}, second_person_grants=False)
    said = office.ask("GET", "/v1/programmes/cafe/safety").json()
    assert (said["second_person"], said["second_person_grants"], said["codes"]) == ({}, False, {})


def test_who_is_held_to_a_second_person_does_not_lift_that_alone(office: Office) -> None:
    office.limits(second_person={"beans": "5"}, second_person_grants=True)
    body = {"name": "a manager's", "scopes": ["safety:write"]}
    manager = office.ask("POST", "/v1/keys", body).json()["secret"]
    office.worlds.look()
    safety = "/v1/programmes/cafe/safety"
    lifted: list[dict[str, Any]] = [{"second_person": {}}, {"second_person_grants": False}]
    for more in lifted:
        refused = office.ask("PUT", safety, more, by=manager)
        assert (refused.status, problem(refused)["code"]) == (403, "not-allowed")
        assert "accounts:write" in problem(refused)["detail"]
    same: dict[str, Any] = {"second_person": {"beans": 5}, "second_person_grants": True}
    for more in ({}, same):
        assert (
            office.ask("PUT", safety, {**more, "codes": {"beans": "9"}}, by=manager).status == 200
        )


def test_what_is_declined_is_not_done(office: Office) -> None:
    office.limits(second_person_grants=True, second_person={"beans": "0"})
    for by, state in ((office.first, "withdrawn"), (office.second, "declined")):
        name = office.wants().json()["correction"]
        done = office.ask("POST", f"{CORRECTIONS}/{name}/decline", by=by)
        assert done.json()["state"] == state
    before = office.beans()
    assert office.waiting(office.second) == []
    assert office.beans() == before


def test_it_is_refused_as_it_is_asked_for(office: Office) -> None:
    office.limits(second_person={"beans": "5"})
    for units in ("-900", "-5.5"):
        refused = office.wants(units=units)
        assert refused.status in (409, 422), refused.body
        assert [one["pointer"] for one in problem(refused)["errors"]] == ["/units"]
    assert problem(office.wants(member="zoe"))["code"] == "unknown-member"
    assert office.waiting(office.second) == []
    assert office.trail() == []


def test_as_an_event_it_is_refused_above_the_limit(office: Office) -> None:
    """Else whoever may record what staff does would go round the second person."""
    office.limits(second_person={"beans": "5"}, second_person_grants=True)
    at = {"id": "a1", "occurred_at": "2026-11-18T10:00:00+02:00", "reason": COLD, "author": "x"}
    sent = [{**GIFT, **at, "units": units, "id": f"a{units}"} for units in ("5", "6", "-6")] + [
        {**at, "id": "g1", "type": "grant", "member": "anna", "voucher": "tea"}
    ]
    client = office.worlds.client
    answers = client.post(sent, **bearer(office.first)).json()
    assert [one.get("code") for one in answers] == [None, *["second-person"] * 3]
    refused = client.post(sent[1], **bearer(office.first))
    assert (refused.status, problem(refused)["code"]) == (409, "second-person")


def test_what_was_recorded_before_the_limit_has_its_answer(office: Office) -> None:
    """Whoever sends it again, as its answer was lost, has not to give it a second time."""
    at = {"occurred_at": "2026-11-18T10:00:00+02:00", "reason": COLD, "author": "x"}
    before, client = {**GIFT, **at, "units": "50", "id": "a50"}, office.worlds.client
    answer = client.post(before, **bearer(office.first)).json()
    office.limits(second_person={"beans": "5"})
    assert client.post(before, **bearer(office.first)).json() == answer
    several = client.post([before, {**before, "id": "a51"}], **bearer(office.first)).json()
    assert [one.get("code") for one in several] == [None, "second-person"]
    other = client.post({**before, "units": "60"}, **bearer(office.first))
    assert (other.status, problem(other)["code"]) == (422, "different-content")
    assert office.beans() == answer["wallet"]["beans"]["balance"]


def test_what_waits_goes_with_whom_it_is_about(office: Office) -> None:
    office.limits(second_person={"beans": "5"})
    name = office.wants(units="6").json()["correction"]
    noted = office.ask("POST", "/v1/members/anna/notes", {"text": "calls herself Ann"}).json()
    export = office.ask("GET", "/v1/members/anna/export").json()["kept"]
    assert [one["reason"] for one in export["corrections"]] == [COLD]
    assert [one["text"] for one in export["notes"]] == ["calls herself Ann"]
    gone = office.ask("DELETE", "/v1/members/anna").json()
    assert (gone["removed"]["correction"], gone["removed"]["member_note"]) == (1, 1)
    assert office.ask("GET", "/v1/members/anna/notes").json()["data"] == []
    for path, code in (
        (f"{CORRECTIONS}/{name}/confirm", "unknown-correction"),
        (f"/v1/members/anna/notes/{noted['note']}", "unknown-note"),
    ):
        method = "DELETE" if "notes" in path else "POST"
        assert problem(office.ask(method, path, by=office.second))["code"] == code
    late = office.ask("POST", "/v1/members/anna/notes", {"text": "too late"})
    assert problem(late)["code"] == "unknown-member"


def test_notes_come_in_pages_and_go(office: Office) -> None:
    for text in ("one", "two", "three"):
        made = office.ask("POST", "/v1/members/anna/notes", {"text": text})
        assert made.status == 201
    path, seen = "/v1/members/anna/notes?limit=2", []
    first = office.ask("GET", path).json()
    seen += first["data"]
    seen += office.ask("GET", f"{path}&cursor={first['next_cursor']}").json()["data"]
    assert sorted(one["text"] for one in seen) == ["one", "three", "two"]
    assert office.ask("DELETE", f"/v1/members/anna/notes/{seen[0]['note']}").status == 200
    assert len(office.ask("GET", "/v1/members/anna/notes").json()["data"]) == 2


def test_who_may_not_correct_may_not(office: Office) -> None:
    reader = office.worlds.key([Scope.MEMBERS])
    assert office.wants(by=reader).status == 403
    assert office.ask("GET", CORRECTIONS, by=reader).status == 200

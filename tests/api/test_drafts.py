"""Drafts: written by some, approved by others, published once; and what else programmes need."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.api.client import CAFE, NOW, Request, Response, purchase
from tests.api.test_events import problem
from tests.api.worlds import THEIRS, Worlds, bearer
from tests.services.cafe import said
from tests.services.publishing import published
from xenia.programme.document import SIZE_MAX
from xenia.services.access import Actor, Scope
from xenia.services.changing import Answer, Changing, changed
from xenia.services.drafts import publish_draft
from xenia.services.problems import Problem
from xenia.services.published import load_space
from xenia.services.templates import templates
from xenia.services.working import Worker
from xenia.store.database import Database

DOUBLE = CAFE.replace("1 per 1.00", "2 per 1.00")
BROKEN = CAFE.replace("beans: 1 per", "baens: 1 per")
LATER = "2026-12-01T00:00:00+02:00"
DAY = 86_400_000_000


@pytest.fixture
def worlds(database: Database) -> Iterator[Worlds]:
    published(database, CAFE)
    found = Worlds(database)
    yield found
    found.close()


class Office:
    """Two people with every scope, who ask one after the other."""

    def __init__(self, worlds: Worlds) -> None:
        self.worlds = worlds
        self.anna, self.boris = worlds.key(), worlds.key()
        self.asked = 0

    def ask(
        self, method: str, address: str, body: Any = None, *, by: str = "", **fields: str
    ) -> Response:
        self.asked += 1
        head = {"idempotency-key": f"request {self.asked}", **bearer(by or self.anna)}
        named = {name.replace("_", "-"): value for name, value in fields.items()}
        return self.worlds.client.ask(method, address, body, {**head, **named})

    def begin(self, document: Any = DOUBLE, **more: str) -> str:
        begun = self.ask("POST", "/v1/programmes", {"document": document}, **more)
        assert begun.status == 201, begun.body
        name: str = begun.json()["draft"]
        return name

    def approve(self, draft: str, revision: int = 1, by: str = "") -> Response:
        address = f"/v1/drafts/{draft}/approval"
        return self.ask("POST", address, by=by or self.boris, if_match=f'"{revision}"')

    def publish(
        self, draft: str, start: str | None = LATER, revision: int = 1, **more: str
    ) -> Response:
        address = f"/v1/drafts/{draft}/publication"
        return self.ask("POST", address, {"from": start}, if_match=f'"{revision}"', **more)

    def released(self, document: Any = DOUBLE, start: str | None = LATER) -> Any:
        """The version that a document has become."""
        draft = self.begin(document)
        assert self.approve(draft).status == 200
        done = self.publish(draft, start)
        assert done.status == 201, done.body
        return done.json()

    def states(self) -> list[str]:
        listed = self.ask("GET", "/v1/programmes").json()["data"]
        return [version["state"] for version in listed[0]["versions"]]


@contextmanager
def opened(database: Database, document: str) -> Iterator[Office]:
    """An office over a space in which a programme is published."""
    published(database, document)
    worlds = Worlds(database)
    yield Office(worlds)
    worlds.close()


@pytest.fixture
def office(worlds: Worlds) -> Office:
    return Office(worlds)


def code(response: Response) -> tuple[int, str]:
    return response.status, problem(response)["code"]


# ---- from the first word to the version that decides ---------------------------------------------


def test_a_draft_is_written_corrected_approved_and_published(office: Office) -> None:
    begun = office.ask("POST", "/v1/programmes", {"document": BROKEN})
    draft = begun.json()["draft"]
    assert (begun.status, begun.headers["etag"], begun.json()["state"]) == (201, '"1"', "written")
    (finding,) = [item for item in begun.json()["findings"] if item["severity"] == "error"]
    assert (finding["pointer"], finding["line"]) == ("/rules/bean-per-euro/then/earn/baens", 10)
    refused = office.approve(draft)
    assert code(refused) == (422, "draft-with-errors")
    assert problem(refused)["errors"][0]["pointer"] == finding["pointer"]
    assert "line 10, column 19: " in problem(refused)["detail"]

    address = f"/v1/drafts/{draft}"
    put = office.ask("PUT", address, {"document": DOUBLE}, if_match='"1"')
    assert (put.status, put.headers["etag"], put.json()["revision"]) == (200, '"2"', 2)
    approved = office.approve(draft, 2).json()
    assert (approved["state"], approved["revision"]) == ("approved", 2)
    done = office.publish(draft, revision=2)
    assert done.status == 201
    version = done.json()
    assert (version["version"], version["from"], version["follows"]) == (2, LATER, 1)
    assert version["changes"][0].startswith("rule bean-per-euro: earns 2 per 1 beans, was 1 per 1")
    assert version["announced"]
    assert office.states() == ["running", "waiting"]
    shown = office.ask("GET", address)
    assert (shown.json()["state"], shown.json()["version"]) == ("published", 2)
    assert (shown.headers["etag"], shown.json()["document"]) == ('"2"', DOUBLE)
    assert code(office.ask("DELETE", address, if_match='"2"')) == (409, "draft-is-published")


def test_the_trail_tells_who_did_what(office: Office) -> None:
    draft = office.begin()
    office.approve(draft)
    office.publish(draft)
    trail = office.ask("GET", f"/v1/changes?about=draft/{draft}").json()["data"]
    assert [item["action"] for item in trail] == ["draft.approved", "draft.begun"]
    assert trail[0]["by"] != trail[1]["by"]
    (release,) = office.ask("GET", "/v1/changes?about=programme/cafe").json()["data"]
    assert release["action"] == "programme.published"
    assert release["after"] == {"version": 2, "from": LATER, "draft": draft}


def test_a_draft_is_dropped(office: Office) -> None:
    draft = office.begin()
    assert office.ask("DELETE", f"/v1/drafts/{draft}", if_match='"1"').status == 200
    assert code(office.ask("GET", f"/v1/drafts/{draft}")) == (404, "unknown-draft")


def test_drafts_come_in_pages_the_last_first(office: Office) -> None:
    begun = [office.begin() for _ in range(5)]
    listed: list[str] = []
    address = "/v1/drafts?limit=2"
    while True:
        page = office.ask("GET", address).json()
        listed += [item["draft"] for item in page["data"]]
        if not page["has_more"]:
            break
        address = f"/v1/drafts?limit=2&cursor={page['next_cursor']}"
    assert listed == begun[::-1]
    assert page["next_cursor"] is None
    assert code(office.ask("GET", "/v1/drafts?cursor=x")) == (400, "wrong-parameter")


# ---- ready, or sent back -------------------------------------------------------------------------


def reviewed(office: Office, draft: str, what: str, *, revision: int = 1, **more: Any) -> Response:
    address = f"/v1/drafts/{draft}/{what}"
    body = more.pop("body", None)
    return office.ask("POST", address, body, if_match=f'"{revision}"', **more)


def test_a_draft_is_submitted_sent_back_and_submitted_again(office: Office) -> None:
    draft = office.begin()
    ready = reviewed(office, draft, "submission").json()
    assert (ready["state"], ready["submitted_by"]) == ("submitted", ready["authors"][0])
    note = {"note": "too dear"}
    back = reviewed(office, draft, "objection", body=note, by=office.boris).json()
    assert (back["state"], back["note"], back["submitted_by"]) == ("sent-back", "too dear", None)
    assert back["sent_back_by"] not in (None, back["authors"][0])
    put = office.ask("PUT", f"/v1/drafts/{draft}", {"document": DOUBLE + "#"}, if_match='"1"')
    assert (put.json()["state"], put.json()["note"]) == ("sent-back", "too dear")
    again = reviewed(office, draft, "submission", revision=2).json()
    assert (again["state"], again["note"], again["sent_back_by"]) == ("submitted", None, None)
    assert office.approve(draft, 2).json()["state"] == "approved"
    trail = office.ask("GET", f"/v1/changes?about=draft/{draft}").json()["data"]
    did = [item["action"].removeprefix("draft.") for item in trail]
    assert did == ["approved", "submitted", "changed", "sent-back", "submitted", "begun"]
    assert trail[3]["after"] == {"revision": 1, "note": "too dear"}


def test_what_was_submitted_is_written_again_by_a_change(office: Office) -> None:
    draft = office.begin()
    reviewed(office, draft, "submission")
    put = office.ask("PUT", f"/v1/drafts/{draft}", {"document": DOUBLE + "#"}, if_match='"1"')
    assert (put.json()["state"], put.json()["submitted_by"]) == ("written", None)


def test_an_approval_is_taken_back_by_an_objection(office: Office) -> None:
    draft = office.begin()
    office.approve(draft)
    note = {"note": "wait"}
    assert reviewed(office, draft, "objection", body=note).json()["state"] == "sent-back"
    assert code(office.publish(draft)) == (409, "not-approved")


def test_only_what_is_sound_is_submitted_and_only_as_it_was_read(office: Office) -> None:
    broken = office.begin(BROKEN)
    assert code(reviewed(office, broken, "submission")) == (422, "draft-with-errors")
    draft = office.begin()
    for what, body in (("submission", None), ("objection", {"note": "no"})):
        refused = reviewed(office, draft, what, body=body, revision=7)
        assert code(refused) == (412, "changed-meanwhile")
    office.approve(draft)
    office.publish(draft)
    assert code(reviewed(office, draft, "submission")) == (409, "draft-is-published")


def test_drafts_of_one_programme_and_those_that_are_open(office: Office) -> None:
    office.released()
    mine, other = office.begin(), office.begin(DOUBLE.replace("programme: cafe", "programme: bar"))

    def found(query: str) -> list[str]:
        listed = office.ask("GET", f"/v1/drafts?{query}").json()["data"]
        return [item["draft"] for item in listed]

    assert found("unpublished=true") == [other, mine]
    assert found("unpublished=true&programme=cafe") == [mine]
    assert len(found("programme=cafe")) == 2
    assert found("programme=pub") == []


def test_a_check_tells_what_customers_are_told(office: Office) -> None:
    def told(document: str, query: str) -> Any:
        done = office.ask("POST", f"/v1/drafts/check{query}", {"document": document})
        return done.json()["explained"]

    in_words = told(DOUBLE, "?explain=true")
    assert sorted(in_words) == ["el", "en", "hy", "ru"]
    assert "2 beans" in " ".join(in_words["en"]["sentences"])
    assert told(DOUBLE, "") is None
    assert told(BROKEN, "?explain=true") is None


# ---- four eyes -----------------------------------------------------------------------------------


def test_nobody_approves_what_they_have_written_in(office: Office) -> None:
    draft = office.begin()
    assert code(office.approve(draft, by=office.anna)) == (403, "own-draft")
    office.ask("PUT", f"/v1/drafts/{draft}", {"document": CAFE}, by=office.boris, if_match='"1"')
    for one in (office.anna, office.boris):
        assert code(office.approve(draft, 2, by=one)) == (403, "own-draft")
    assert code(office.publish(draft, revision=2)) == (409, "not-approved")


def test_a_second_key_is_no_second_person(office: Office) -> None:
    draft = office.begin()
    body = {"name": "the same", "scopes": ["drafts:approve", "keys:write"]}
    again = office.ask("POST", "/v1/keys", body).json()["secret"]
    office.worlds.look()
    assert code(office.approve(draft, by=again)) == (403, "own-draft")
    third = office.ask("POST", "/v1/keys", body, by=again).json()["secret"]
    office.worlds.look()
    assert code(office.approve(draft, by=third)) == (403, "own-draft")
    other = office.ask("POST", "/v1/keys", body, by=office.boris).json()["secret"]
    office.worlds.look()
    assert office.approve(draft, by=other).status == 200


def test_a_space_may_say_that_one_person_is_enough(office: Office) -> None:
    assert office.ask("GET", "/v1/approval").json() == {"four_eyes": True}
    assert office.ask("PUT", "/v1/approval", {"four_eyes": False}).status == 200
    draft = office.begin()
    assert office.approve(draft, by=office.anna).status == 200
    theirs = office.worlds.key(space=THEIRS)
    assert office.ask("GET", "/v1/approval", by=theirs).json() == {"four_eyes": True}
    (change,) = office.ask("GET", "/v1/changes?about=approval").json()["data"]
    assert (change["before"], change["after"]) == ({"four_eyes": True}, {"four_eyes": False})


def test_a_change_takes_another_approval(office: Office) -> None:
    draft = office.begin()
    office.approve(draft)
    office.ask("PUT", f"/v1/drafts/{draft}", {"document": DOUBLE + "\n"}, if_match='"1"')
    shown = office.ask("GET", f"/v1/drafts/{draft}").json()
    assert (shown["state"], shown["approved_by"]) == ("written", None)
    assert code(office.publish(draft, revision=2)) == (409, "not-approved")
    office.approve(draft, 2)
    assert office.publish(draft, revision=2).status == 201


def test_another_version_in_between_takes_another_approval(office: Office) -> None:
    first, second = office.begin(), office.begin(DOUBLE.replace("2 per", "3 per"))
    office.approve(first)
    office.approve(second)
    assert office.publish(first).status == 201
    assert code(office.publish(second)) == (409, "approval-outdated")
    assert code(office.publish(first)) == (409, "draft-is-published")
    office.approve(second)
    assert office.publish(second).json()["version"] == 3
    assert office.states() == ["running", "replaced", "waiting"]


def test_what_changes_no_version_leaves_an_approval(office: Office) -> None:
    draft = office.begin()
    office.approve(draft)
    assert office.ask("PUT", "/v1/programmes/cafe/safety", {"codes": {"beans": "5"}}).status == 200
    assert office.publish(draft).status == 201
    other = office.begin(DOUBLE.replace("2 per", "3 per"))
    office.approve(other)
    assert office.ask("DELETE", "/v1/programmes/cafe/versions/2").status == 200
    assert code(office.publish(other)) == (409, "approval-outdated")


def test_of_two_who_publish_at_once_one_wins(office: Office) -> None:
    drafts = [office.begin(DOUBLE.replace("2 per", f"{n} per")) for n in (2, 3, 4, 5)]
    for draft in drafts:
        office.approve(draft)
    database, found = office.worlds.database, []
    start = threading.Barrier(len(drafts))

    def publish(draft: str) -> None:
        with database.connect() as connection:
            space = load_space(connection)
            connection.commit()
            changing = Changing(connection, Actor(1, f"somebody/{draft}"), NOW)
            start.wait()
            found.append(
                changed(
                    changing,
                    "once",
                    b"",
                    b"",
                    lambda changing: publish_draft(changing, space, draft, 1, NOW + DAY),
                    dry_run=False,
                )
            )

    threads = [threading.Thread(target=publish, args=(draft,)) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [one for one in found if isinstance(one, Answer)]
    lost = [one.code for one in found if isinstance(one, Problem)]
    assert (len(won), lost) == (1, ["approval-outdated"] * 3)
    assert office.states() == ["running", "waiting"]


# ---- which text was read -------------------------------------------------------------------------


def test_nobodys_change_is_lost(office: Office) -> None:
    draft = office.begin()
    address, body = f"/v1/drafts/{draft}", {"document": CAFE}
    assert code(office.ask("PUT", address, body)) == (428, "if-match")
    assert office.ask("PUT", address, body, by=office.boris, if_match='"1"').status == 200
    for stale in ('"1"', '"3"', "*", "x", '"99999999999999999999"'):
        late = office.ask("PUT", address, {"document": BROKEN}, if_match=stale)
        assert code(late) == (412, "changed-meanwhile")
    assert office.ask("GET", address).json()["document"] == CAFE
    for method, part in (("DELETE", ""), ("POST", "/approval"), ("POST", "/publication")):
        assert code(office.ask(method, address + part, {})) == (428, "if-match")
        assert code(office.ask(method, address + part, {}, if_match='"1"')) == (
            412,
            "changed-meanwhile",
        )


def test_the_same_write_again_is_one_and_for_another_revision_another(office: Office) -> None:
    draft = office.begin()
    address, body = f"/v1/drafts/{draft}", {"document": CAFE}
    once = {"idempotency_key": "put it"}
    first = office.ask("PUT", address, body, if_match='"1"', **once)
    again = office.ask("PUT", address, body, if_match='"1"', **once)
    assert again.json() == first.json()
    assert (again.headers["idempotent-replayed"], again.headers["etag"]) == ("true", '"2"')
    other = office.ask("PUT", address, body, if_match='"2"', **once)
    assert code(other) == (422, "different-request")


def test_a_dry_run_says_what_would_be(office: Office) -> None:
    draft = office.begin()
    dry = office.ask("POST", f"/v1/drafts/{draft}/approval?dry_run=true", by=office.boris,
                     if_match='"1"')  # fmt: skip
    assert dry.json()["state"] == "approved"
    assert code(office.publish(draft)) == (409, "not-approved")
    office.approve(draft)
    address = f"/v1/drafts/{draft}/publication?dry_run=true"
    dry = office.ask("POST", address, {"from": LATER}, if_match='"1"')
    assert (dry.status, dry.json()["version"], dry.headers["dry-run"]) == (201, 2, "true")
    assert office.states() == ["running"]


# ---- documents -----------------------------------------------------------------------------------

AS_JSON = {
    "xenia": 1,
    "programme": "cafe",
    "money": "EUR",
    "timezone": "Europe/Athens",
    "currencies": {"beans": {"value": 1}},
    "rules": {"all": {"then": {"earn": {"beans": "1 per 1.00"}}}},
}


@pytest.mark.parametrize("document", [CAFE, AS_JSON, json.dumps(AS_JSON, indent="\t")])
def test_a_document_is_yaml_or_json(office: Office, document: Any) -> None:
    begun = office.ask("POST", "/v1/programmes", {"document": document}).json()
    assert begun["programme"] == "cafe"
    assert [item for item in begun["findings"] if item["severity"] == "error"] == []


def test_numbers_of_a_document_keep_their_digits(office: Office) -> None:
    text = json.dumps(AS_JSON).replace('"value": 1', '"value": 0.010')
    head = {**bearer(office.anna), "idempotency-key": "digits"}
    sent = Request("POST", "/v1/programmes", (f'{{"document": {text}}}'.encode(),), head)
    client = office.worlds.client
    begun = client.run(client.send(sent)).json()
    assert [item for item in begun["findings"] if item["severity"] == "error"] == []
    shown = office.ask("GET", f"/v1/drafts/{begun['draft']}").json()
    assert '"value": 0.010' in shown["document"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"document": CAFE, "template": "birthday"}, ""),
        ({"document": CAFE, "programme": "mine"}, "/programme"),
        ({"document": ["xenia"]}, "/document"),
        ({"document": 7}, "/document"),
        ({"document": "a\0b"}, "/document"),
        ({"document": "x" * (SIZE_MAX + 1)}, "/document"),
        ({"template": "birthday", "programme": "No Name"}, "/programme"),
        ({"template": ""}, "/template"),
        ({"documents": CAFE}, ""),
    ],
)
def test_what_is_no_document_is_refused_with_its_place(
    office: Office, body: Any, pointer: str
) -> None:
    found = office.ask("POST", "/v1/programmes", body)
    assert code(found) == (422, "unreadable-body")
    assert problem(found)["errors"][0]["pointer"] == pointer


def test_a_document_is_checked_without_being_kept(office: Office) -> None:
    address = "/v1/drafts/check"
    found = office.worlds.client.ask("POST", address, {"document": BROKEN}, bearer(office.anna))
    assert (found.status, found.json()["sound"], found.json()["programme"]) == (200, False, "cafe")
    assert found.json()["findings"][0]["column"] == 19
    assert "did you mean" in found.json()["findings"][0]["remedy"]
    good = office.worlds.client.ask("POST", address, {"document": CAFE}, bearer(office.anna))
    assert good.json()["sound"]
    assert office.ask("GET", "/v1/drafts").json()["data"] == []


# ---- told in words -------------------------------------------------------------------------------


def test_a_draft_is_told_as_members_would_be(office: Office) -> None:
    draft = office.begin()
    found = office.ask("GET", f"/v1/drafts/{draft}/difference?locale=el").json()
    assert (found["programme"], found["version"]) == ("cafe", 1)
    assert found["changes"][0]["kind"] == "number"
    assert "2" in found["told"]["now"][0]
    assert found["told"]["now"] != found["told"]["no_longer"]
    explained = office.ask("GET", f"/v1/drafts/{draft}/explain?locale=el").json()
    assert explained["sentences"][0] in found["told"]["now"]
    in_force = office.ask("GET", "/v1/programmes/cafe/explain?locale=el").json()
    assert in_force["sentences"][0] in found["told"]["no_longer"]
    for address in (f"/v1/drafts/{draft}/explain", f"/v1/drafts/{draft}/difference"):
        assert code(office.ask("GET", f"{address}?locale=tlh")) == (400, "wrong-parameter")


def test_a_draft_is_held_against_what_decides_now_or_another_version(office: Office) -> None:
    office.released(DOUBLE)
    triple = office.begin(DOUBLE.replace("2 per", "3 per"))
    address = f"/v1/drafts/{triple}/difference"
    now = office.ask("GET", address).json()
    assert (now["version"], "was 1 per 1" in now["changes"][0]["text"]) == (1, True)
    later = office.ask("GET", f"{address}?version=2").json()
    assert (later["version"], "was 2 per 1" in later["changes"][0]["text"]) == (2, True)
    assert code(office.ask("GET", f"{address}?version=7")) == (404, "unknown-version")


def test_of_a_programme_that_is_new_everything_is_new(office: Office) -> None:
    draft = office.begin(CAFE.replace("programme: cafe", "programme: bar"))
    found = office.ask("GET", f"/v1/drafts/{draft}/difference").json()
    assert (found["version"], found["changes"], found["told"]["no_longer"]) == (None, [], [])
    assert found["told"]["now"]


def test_of_what_has_errors_nothing_is_told(office: Office) -> None:
    draft = office.begin(BROKEN)
    for part in ("difference", "explain"):
        found = office.ask("GET", f"/v1/drafts/{draft}/{part}")
        assert code(found) == (422, "draft-with-errors")


# ---- versions ------------------------------------------------------------------------------------


def test_a_version_is_fetched_by_time_or_number(office: Office) -> None:
    office.released(DOUBLE)
    address = "/v1/programmes/cafe"
    assert office.ask("GET", address).json()["version"] == 1
    earlier = office.ask("GET", f"{address}?at=2026-11-30T23:59:59%2B02:00").json()
    later = office.ask("GET", f"{address}?at=2026-12-01T00:00:00%2B02:00").json()
    assert (earlier["version"], earlier["document"], earlier["since"]) == (1, CAFE, None)
    assert (later["version"], later["document"], later["since"]) == (2, DOUBLE, LATER)
    assert office.ask("GET", f"{address}?version=2").json() == later
    assert code(office.ask("GET", f"{address}?version=3")) == (404, "unknown-version")
    assert code(office.ask("GET", "/v1/programmes/caffe")) == (404, "no-such-programme")
    for wrong in ("at=soon", "at=2026-12-01T00:00:00Z&version=1", "at=2026-12-01"):
        assert code(office.ask("GET", f"{address}?{wrong}")) == (400, "wrong-parameter")


def test_what_is_published_over_http_decides(office: Office) -> None:
    office.released(DOUBLE, "now")
    office.worlds.look()
    at = "2026-11-18T13:06:41+02:00"
    answer = office.ask("POST", "/v1/events", purchase("e1", occurred_at=at)).json()
    assert (answer["version"], answer["wallet"]["beans"]["balance"]) == (2, "6")


@pytest.mark.parametrize(
    ("start", "status", "why"),
    [
        ("2026-11-18T13:00:00+02:00", 409, "too-early"),
        ("soon", 422, "unreadable-body"),
        ("2026-12-01", 422, "unreadable-body"),
    ],
)
def test_a_version_does_not_begin_just_anywhere(
    office: Office, start: str, status: int, why: str
) -> None:
    draft = office.begin()
    office.approve(draft)
    assert code(office.publish(draft, start)) == (status, why)


def test_a_version_that_cannot_follow_is_refused_with_the_place(office: Office) -> None:
    draft = office.begin(CAFE.replace("EUR", "USD"))
    office.approve(draft)
    found = office.publish(draft)
    assert code(found) == (422, "cannot-follow")
    assert problem(found)["errors"][0]["pointer"] == "/money"


# ---- withdrawing ---------------------------------------------------------------------------------


def withdraw(office: Office, version: int, **more: str) -> Response:
    return office.ask("DELETE", f"/v1/programmes/cafe/versions/{version}", **more)


def test_a_version_is_withdrawn_before_it_decides_anything(office: Office) -> None:
    worlds = office.worlds
    worlds.client.post(purchase("e1"), **bearer(office.anna))
    office.released(DOUBLE)
    office.released(DOUBLE.replace("2 per", "3 per"))  # in its place
    done = withdraw(office, 3)
    assert done.json() == {
        "programme": "cafe",
        "withdrawn": [2, 3],
        "follows": 1,
        "from": LATER,
        "announced": True,
    }
    assert office.states() == ["running", "withdrawn", "withdrawn"]
    assert code(withdraw(office, 3)) == (404, "unknown-version")
    assert office.ask("GET", "/v1/programmes/cafe?at=2027-01-01T00:00:00Z").json()["version"] == 1
    # What stood in the way of another one stands there no more.
    sooner = office.released(DOUBLE, "2026-11-19T00:00:00+02:00")
    assert (sooner["version"], sooner["follows"]) == (4, 1)
    assert said(worlds.database) == ""
    with worlds.database.connect() as connection:
        told = connection.execute(
            "select version, withdrawn, withdrawal from outbox join programme_version"
            " using (space_id, programme_id, version) order by position"
        ).fetchall()
    assert [row[:2] for row in told] == [(2, None), (3, None), (3, True), (4, None)]
    assert json.loads(told[2][2]) == {"withdrawn": [2, 3], "follows": 1, "from": LATER}


def test_accounts_that_were_to_move_stay_where_they_are(office: Office) -> None:
    """Also those that the worker has told of the first day of what does not come."""
    worlds = office.worlds
    worlds.client.post(purchase("e1"), **bearer(office.anna))
    office.released(DOUBLE)
    worker = Worker(worlds.database, threading.Event(), lambda: NOW)

    def due() -> Any:
        with worlds.database.connect() as connection:
            query = "select next_due::text, version from account"
            return connection.execute(query).fetchone()

    before = due()
    assert [*worker.once()]
    assert (before[0] > "2027", due()) == (True, ("2026-12-01", 1))
    assert said(worlds.database) == ""
    withdraw(office, 2)
    assert said(worlds.database) == ""
    later = Worker(worlds.database, threading.Event(), lambda: NOW + 30 * DAY)
    assert [*later.once()]
    assert due() == before
    assert said(worlds.database) == ""


def test_what_is_told_of_a_withdrawal_is_proved(office: Office) -> None:
    office.released(DOUBLE)
    withdraw(office, 2)
    with office.worlds.database.connect() as connection:
        connection.execute("delete from outbox where withdrawn")
    assert "version 2: how often it is in the outbox" in said(office.worlds.database)


def test_a_version_that_stands_is_not_withdrawn(office: Office) -> None:
    assert code(withdraw(office, 1)) == (409, "not-waiting")
    office.released(DOUBLE, "now")
    assert code(withdraw(office, 2)) == (409, "not-waiting")
    assert code(withdraw(office, 9)) == (404, "unknown-version")
    gone = office.ask("DELETE", "/v1/programmes/bar/versions/1")
    assert code(gone) == (404, "no-such-programme")


def test_the_last_version_is_withdrawn_first(office: Office) -> None:
    office.released(DOUBLE)
    office.released(DOUBLE.replace("2 per", "3 per"), "2027-01-01T00:00:00+02:00")
    assert code(withdraw(office, 2)) == (409, "out-of-order")
    assert withdraw(office, 3).json()["follows"] == 2
    assert withdraw(office, 2).json()["follows"] == 1


def test_once_something_has_occurred_under_it_a_version_stands(office: Office) -> None:
    """A till whose clock is ahead has sent what the version decides."""
    office.released(DOUBLE, "2026-11-18T13:07:00+02:00")
    office.worlds.look()
    ahead = purchase("e1", occurred_at="2026-11-18T13:08:00+02:00")
    assert office.ask("POST", "/v1/events", ahead).json()["version"] == 2
    assert code(withdraw(office, 2)) == (409, "not-waiting")


# ---- the catalogue -------------------------------------------------------------------------------


def test_a_draft_begins_with_a_template(office: Office) -> None:
    listed = office.ask("GET", "/v1/templates?locale=el").json()["data"]
    names = [item["template"] for item in listed]
    assert {"coffee-stars", "birthday", "referral"} <= {*names}
    titles = {item["template"]: item["title"] for item in listed}
    assert titles["coffee-stars"] == "Αστέρια του καφέ"
    body = {"template": "coffee-stars", "programme": "our-stars"}
    begun = office.ask("POST", "/v1/programmes", body).json()
    assert begun["programme"] == "our-stars"
    draft = office.ask("GET", f"/v1/drafts/{begun['draft']}").json()
    original = office.ask("GET", "/v1/templates/coffee-stars").json()["document"]
    assert draft["document"] == original.replace("programme: coffee-stars", "programme: our-stars")
    assert office.approve(begun["draft"]).status == 200
    wrong = office.ask("POST", "/v1/programmes", {"template": "coffee-star"})
    assert code(wrong) == (404, "unknown-template")
    assert 'did you mean \\"coffee-stars\\"?' in wrong.body.decode()
    assert code(office.ask("GET", "/v1/templates/../secrets"))[0] == 404


def test_every_programme_of_the_catalogue_is_a_template_in_every_language() -> None:
    for locale in ("en", "el", "hy", "ru"):
        assert all(one.title and one.document for one in templates(locale))


# ---- two spaces ----------------------------------------------------------------------------------


def test_drafts_of_others_are_not_there(office: Office) -> None:
    draft, theirs = office.begin(), office.worlds.key(space=THEIRS)
    address = f"/v1/drafts/{draft}"
    asked = [
        ("GET", "", None), ("GET", "/difference", None), ("GET", "/explain", None),
        ("PUT", "", {"document": CAFE}), ("DELETE", "", None), ("POST", "/approval", None),
        ("POST", "/publication", {}),
    ]  # fmt: skip
    for method, part, body in asked:
        found = office.ask(method, address + part, body, by=theirs, if_match='"1"')
        assert code(found) == (404, "unknown-draft"), part
    assert office.ask("GET", "/v1/drafts", by=theirs).json()["data"] == []
    gone = office.ask("DELETE", "/v1/programmes/cafe/versions/1", by=theirs)
    assert code(gone) == (404, "no-such-programme")
    assert office.ask("GET", address).json()["revision"] == 1


def test_one_may_write_another_approve_and_a_third_publish(office: Office) -> None:
    writer, other, releaser = (
        office.worlds.key([scope, Scope.PROGRAMMES])
        for scope in (Scope.DRAFTS, Scope.APPROVAL, Scope.PUBLISHING)
    )
    draft = office.begin(by=writer)
    assert code(office.approve(draft, by=writer)) == (403, "not-allowed")
    assert code(office.publish(draft, by=writer)) == (403, "not-allowed")
    assert office.approve(draft, by=other).status == 200
    assert office.publish(draft, by=releaser).status == 201

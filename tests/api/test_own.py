"""Members who sign in: by a code that they are sent, and only to what is theirs."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest

from tests.api.guarding import Shop, buy, event, shop
from tests.api.test_access import BODIES, KEPT, filled
from tests.api.test_events import problem
from tests.api.test_one_time_codes import Post
from tests.api.worlds import THEIRS, bearer
from tests.live.conftest import discrepancies
from tests.postgres import Server
from xenia.notifiers import Letter
from xenia.services.access import Scope
from xenia.services.courier import Messenger
from xenia.services.member_signing import TRIES

ANNA, BEN = "anna@example.org", "ben@example.org"


class Members:
    """A shop whose members come in; each test has members of its own."""

    def __init__(self, served: Shop) -> None:
        self.shop, self.post = served, Post()
        self.key = bearer(served.worlds.key())

    def ask(self, name: str, space: str = "default") -> Any:
        body = {"name": name, "space": space}
        return self.shop.till.ask("POST", "/v1/own/codes", body)

    def told(self) -> list[Letter]:
        before = len(self.post.letters)
        stop, url = Event(), "https://club.example/"
        clock = lambda: self.shop.now  # noqa: E731 - a clock
        Messenger(self.shop.database, stop, clock, [self.post], url).once()
        return self.post.letters[before:]

    def code(self, name: str) -> tuple[str, Letter]:
        code = self.ask(name).json()["code"]
        (letter,) = self.told()
        return code, letter

    def enter(self, code: str, digits: str, space: str = "default") -> Any:
        body = {"code": code, "digits": digits, "space": space}
        return self.shop.till.ask("POST", "/v1/own/sign-in", body)

    def came(self, name: str) -> dict[str, str]:
        """The head of a member who is signed in."""
        code, letter = self.code(name)
        return bearer(self.enter(code, letter.text.split()[0]).json()["token"])

    def joins(self, member: str, **identifiers: str) -> None:
        body = {"member": member, "identifiers": identifiers}
        done = self.shop.write("POST", "/v1/members", body, **self.key)
        assert done.status == 201, done.body

    def rich(self, member: str, amount: str = "100.00") -> None:
        event = buy(f"rich {member}", member, amount, occurred_at="2026-11-18T13:06:40+02:00")
        assert self.shop.till.post(event, **self.key).status == 200

    def get(self, address: str, head: dict[str, str]) -> Any:
        return self.shop.till.ask("GET", address, None, head)

    def does(self, method: str, address: str, body: Any, head: dict[str, str]) -> Any:
        return self.shop.write(method, address, body, **head)


@pytest.fixture(scope="module")
def members(servers: Callable[[str | None], Server]) -> Iterator[Members]:
    """What the tests of this page have left must be provable in the end."""
    with servers(None).fresh(migrated=True) as database, shop(database) as served:
        found = Members(served)
        found.joins("anna", email=ANNA, card="4000")
        found.joins("ben", email=BEN, card="4001")
        found.rich("anna")
        yield found
        assert discrepancies(database) == []


# ---- coming in -----------------------------------------------------------------------------------


def test_a_code_opens_once_what_is_theirs(members: Members) -> None:
    code, letter = members.code(ANNA)
    assert letter.text.split()[0].isdecimal()
    assert len(letter.text.split()[0]) == 8
    assert (letter.to, letter.subject) == ("anna", f"{letter.text[:8]}: your code to sign in")
    came = members.enter(code, f" {letter.text[:8]} ")
    assert (came.status, came.json()["member"]) == (200, "anna")
    again = members.enter(code, letter.text[:8])
    assert (again.status, problem(again)["code"]) == (401, "bad-code")
    own = members.get("/v1/own", bearer(came.json()["token"])).json()
    assert (own["member"], own["card"]) == ("anna", {"kind": "card", "value": "4000"})
    (points,) = [one for one in own["currencies"] if one["currency"] == "points"]
    assert (points["title"], points["balance"], points["transfers"]) == ("points", "100", True)
    assert points["endings"][0]["units"] == "100"
    session = members.shop.till.ask("POST", "/v1/own/session", {"token": came.json()["token"]})
    assert session.json()["scopes"] == ["own:write"]


def test_the_link_of_the_message_does_the_same(members: Members) -> None:
    members.joins("cleo", phone="+302101234567")
    code, letter = members.code("+30 210 123-4567")
    where = next(word for word in letter.text.split() if word.startswith("https:"))
    assert where.startswith(f"https://club.example/my/link/{code}/")
    assert members.enter(code, where.rpartition("/")[2]).json()["member"] == "cleo"
    assert members.enter(code, letter.text[:8]).status == 401, "it has been used"


def test_an_address_that_is_added_takes_over_nothing(
    members: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members.post, "kind", "email")
    members.joins("max", email="max@example.org")
    with members.shop.database.connect(autocommit=True) as connection:
        connection.execute("""
            insert into identifier (space_id, kind, value, member_id, recorded_at)
            select space_id, kind, 'thief@example.org', member_id, recorded_at + interval '1 day'
            from identifier where value = 'max@example.org'
        """)
    for name in ("max@example.org", "thief@example.org"):
        _, letter = members.code(name)
        assert letter.to == "max@example.org"


def test_nobody_learns_who_is_known(members: Members) -> None:
    known, unknown = members.ask("4001"), members.ask("4999")
    elsewhere = members.ask("4001", "no-such-space")
    for answer in (known, unknown, elsewhere):
        assert answer.status == 200
        assert sorted(answer.json()) == ["code", "tries", "until"]
        assert len(answer.json()["code"]) == len(known.json()["code"])
    assert [one.to for one in members.told()] == ["ben"]
    wrong = members.enter(unknown.json()["code"], "12345678")
    assert problem(wrong)["code"] == problem(members.enter("mco_never", "12345678"))["code"]


def test_a_code_is_tried_so_often_only_and_ends(members: Members) -> None:
    members.joins("dan", email="dan@example.org")
    code, letter = members.code("dan@example.org")
    other = "11111111" if letter.text[:8] != "11111111" else "22222222"
    for _ in range(TRIES):
        assert members.enter(code, other).status == 401
    assert members.enter(code, letter.text[:8]).status == 401, "it is locked"
    code, letter = members.code("dan@example.org")
    newer, second = members.code("dan@example.org")
    assert members.enter(code, letter.text[:8]).status == 401, "a newer one takes its place"
    members.shop.later(11)
    assert members.enter(newer, second.text[:8]).status == 401, "it has ended"


def test_a_session_ends_where_it_began_and_everywhere(members: Members) -> None:
    members.joins("eve", email="eve@example.org")
    first, second = members.came("eve@example.org"), members.came("eve@example.org")
    sessions = members.get("/v1/own/profile", first).json()["sessions"]
    assert sorted(one["this"] for one in sessions) == [False, True]
    token = first["authorization"].split()[1]
    body = {"token": token, "everywhere": True}
    assert members.shop.till.ask("POST", "/v1/own/sign-out", body).status == 200
    members.shop.worlds.look()
    for head in (first, second):
        assert problem(members.get("/v1/own", head))["code"] == "session-over"


# ---- only what is theirs -------------------------------------------------------------------------


def test_every_other_address_is_closed_to_members(members: Members) -> None:
    head = members.came(BEN)
    for method, path, scope in KEPT:
        if scope is Scope.OWN:
            continue
        address = filled(path)
        answer = members.does(method, address, BODIES.get((method, path)), head)
        assert (answer.status, problem(answer)["code"]) == (403, "not-allowed"), (method, path)


def test_no_own_address_says_or_changes_anything_of_somebody_else(members: Members) -> None:
    """Whatever names another is refused, or left alone."""
    head = members.came(BEN)
    before = members.get("/v1/members/anna/export", members.key).json()
    for method, path, scope in KEPT:
        if scope is not Scope.OWN or method == "DELETE":
            continue
        assert "{" not in path, "no address under /v1/own names a member"
        if method == "GET":
            for query in ("member=anna", "event=rich%20anna", "event=rich%20anna&source=api"):
                answer = members.get(f"{path}?{query}", head)
                assert b"anna" not in answer.body.replace(b"rich anna", b""), (path, query)
        else:
            body = {**BODIES[method, path], "member": "anna"}
            assert members.does(method, path, body, head).status == 422, path
    explained = members.get("/v1/own/explain?event=rich%20anna", head)
    assert (explained.status, problem(explained)["code"]) == (404, "unknown-event")
    after = members.get("/v1/members/anna/export", members.key).json()
    assert {**after, "exported_at": ""} == {**before, "exported_at": ""}


def test_a_key_and_staff_are_no_members(members: Members) -> None:
    for method, path, scope in KEPT:
        if scope is Scope.OWN:
            address = f"{path}?event=x" if path.endswith("/explain") else path
            answer = members.does(method, address, BODIES.get((method, path)), members.key)
            assert (answer.status, problem(answer)["code"]) == (404, "no-member"), path


def test_their_own_export_names_nobody_else(members: Members) -> None:
    """An id, or a card, is all that a till asks for."""
    members.joins("nora-the-giver", email="nora@example.org")
    members.joins("otto-the-other", card="card-otto")
    friend = {"member": "pia-the-friend", "referred_by": "nora-the-giver"}
    members.shop.write("POST", "/v1/members", friend, **members.key)
    members.rich("nora-the-giver")
    for name, to in (("g1", "otto-the-other"), ("g2", {"card": "card-otto"})):
        given = event(name, "transfer", "nora-the-giver", currency="points", units="5", to=to)
        sent = {**given, "occurred_at": "2026-11-18T13:06:40+02:00"}
        assert members.shop.till.post(sent, **members.key).status == 200
    whole = members.get("/v1/members/nora-the-giver/export", members.key).body
    own = members.get("/v1/own/export", members.came("nora@example.org")).body
    for other in (b"otto-the-other", b"pia-the-friend", b"card-otto"):
        assert other in whole or other == b"pia-the-friend", "who runs the programme sees it"
        assert other not in own, own[max(0, own.index(other) - 300) :][:400]
    assert b"nora-the-giver" in own
    assert b'"g1"' in own


def test_a_member_of_one_space_is_nobody_in_another(members: Members) -> None:
    code, letter = members.code(ANNA)
    assert members.enter(code, letter.text[:8], THEIRS).status == 401
    assert members.enter(code, letter.text[:8]).status == 200


# ---- what they do --------------------------------------------------------------------------------


def test_they_take_a_reward_and_see_why(members: Members) -> None:
    members.joins("fay", email="fay@example.org")
    members.rich("fay", "10.00")
    head = members.came("fay@example.org")
    (tea,) = [r for r in members.get("/v1/own/rewards", head).json()["data"] if r["price"]]
    assert (tea["available"], tea["price"]) == (True, {"points": "7"})
    taken = members.does("POST", "/v1/own/redemptions", {"reward": "tea"}, head).json()
    assert taken["answer"]["refusals"] == []
    (voucher,) = members.get("/v1/own/vouchers", head).json()["data"]
    assert (voucher["reward"], voucher["state"]) == ("tea", "issued")
    refused = members.does("POST", "/v1/own/redemptions", {"reward": "tea"}, head).json()
    assert refused["answer"]["refusals"][0]["code"] == "insufficient-balance"
    spent, earned = members.get("/v1/own/ledger?locale=el", head).json()["data"]
    assert "πόντοι" in earned["words"]
    why = members.get("/v1/own/explain?event=rich%20fay&locale=el", head).json()
    assert [one["units"] for one in why["entries"]] == ["10"]
    assert "1 πόντος για κάθε 1 €" in why["because"][0]["text"]
    assert spent["event"]["type"] == "redemption"


def test_they_give_to_whoever_is_known_and_to_nobody_else(members: Members) -> None:
    members.joins("gus", email="gus@example.org", card="4007")
    members.rich("gus", "20.00")
    head = members.came("gus@example.org")
    given = {"to": "4001", "currency": "points", "units": "5"}
    before = members.get("/v1/members/ben/wallet", members.key).json()["wallet"]["points"]
    done = members.does("POST", "/v1/own/transfers", given, head)
    assert (done.status, done.json()["answer"]["refusals"]) == (200, [])
    after = members.get("/v1/members/ben/wallet", members.key).json()["wallet"]["points"]
    assert int(after["balance"]) == int(before["balance"]) + 5
    for to in ("4998", "4007"):
        answer = members.does("POST", "/v1/own/transfers", {**given, "to": to}, head)
        assert (answer.status, problem(answer)["code"]) == (422, "nobody-to-give-to")
    assert members.get("/v1/members?card=4998", members.key).json()["data"] == []


def test_where_nothing_is_given_to_others_nobody_learns_who_is_known(members: Members) -> None:
    members.joins("lou", email="lou@example.org")
    head, said = members.came("lou@example.org"), []
    for to in ("4001", "4998"):
        given = {"to": to, "currency": "stamps", "units": "1"}
        answer = members.does("POST", "/v1/own/transfers?dry_run=true", given, head)
        told = problem(answer)
        said.append((answer.status, told["code"], told["detail"]))
    assert said[0] == said[1]
    assert said[0][:2] == (422, "unreadable-body")


def test_they_say_what_is_theirs_to_say(members: Members) -> None:
    members.joins("hal", email="hal@example.org")
    head = members.came("hal@example.org")
    said = {"attributes": {"birthday": "1987-03-09", "locale": "hy"}}
    consents = {"consents": [{"purpose": "news", "given": True, "channel": "email"}]}
    assert members.does("PATCH", "/v1/own", {**said, **consents}, head).status == 200
    profile = members.get("/v1/own/profile", head).json()
    assert profile["attributes"] == said["attributes"]
    assert [(one["purpose"], one["given"]) for one in profile["consents"]] == [("news", True)]
    for wrong in ({"birthday": "1987-03-10"}, {"timezone": "Europe/Athens"}, {"vip": "yes"}):
        answer = members.does("PATCH", "/v1/own", {"attributes": wrong}, head)
        assert answer.status == 422, wrong


def test_who_is_erased_is_signed_out_and_gone(members: Members) -> None:
    members.joins("ivy", email="ivy@example.org")
    head = members.came("ivy@example.org")
    export = members.get("/v1/own/export", head).json()
    assert export["kept"]["sessions"]
    assert export["kept"]["sign_in_codes"]
    proof = members.does("DELETE", "/v1/own", None, head).json()
    assert proof["by"] == "member/ivy"
    members.shop.worlds.look()
    assert problem(members.get("/v1/own", head))["code"] == "session-over"
    members.ask("ivy@example.org")
    assert members.told() == [], "nobody is known by it any more"


def test_who_is_merged_signs_in_again_as_the_other(members: Members) -> None:
    members.joins("kay", email="kay@example.org")
    members.joins("kay-again", email="kay2@example.org")
    head = members.came("kay2@example.org")
    body = {"from": "kay-again", "into": "kay"}
    assert members.does("POST", "/v1/merges", body, members.key).status == 201
    members.shop.worlds.look()
    assert problem(members.get("/v1/own", head))["code"] == "session-over"
    assert members.get("/v1/own", members.came("kay2@example.org")).json()["member"] == "kay"


def test_no_session_or_code_outlives_a_merge_that_is_begun_or_undone(members: Members) -> None:
    members.joins("lea", email="lea@example.org")
    members.joins("lea-again", email="lea2@example.org")
    before, letter = members.code("lea2@example.org")
    body = {"from": "lea-again", "into": "lea"}
    merge = members.does("POST", "/v1/merges", body, members.key).json()["merge"]
    assert members.enter(before, letter.text.split()[0]).status == 401, "it was of the one"
    head = members.came("lea2@example.org")
    between, letter = members.code("lea2@example.org")
    undone = members.does("POST", f"/v1/merges/{merge}/undo", None, members.key)
    assert undone.status == 200, undone.body
    members.shop.worlds.look()
    assert problem(members.get("/v1/own", head))["code"] == "session-over"
    assert members.enter(between, letter.text.split()[0]).status == 401, "it was of both"
    assert members.get("/v1/own", members.came("lea2@example.org")).json()["member"] == "lea-again"


def test_leaving_ends_what_they_hold(members: Members) -> None:
    members.joins("joy", email="joy@example.org")
    members.rich("joy")
    head = members.came("joy@example.org")
    assert members.does("POST", "/v1/own/leave", {}, head).status == 200
    own = members.get("/v1/own", head).json()
    assert (own["enrolled"], own["currencies"][0]["balance"]) == (False, "0")


# ---- the brand -----------------------------------------------------------------------------------


def test_a_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can(
    members: Members,
) -> None:
    def put(**brand: str) -> Any:
        return members.does("PUT", "/v1/brand", brand, members.key)

    refused = put(colour="#ffd400")
    assert (refused.status, problem(refused)["code"]) == (422, "too-little-contrast")
    nearest = problem(refused)["detail"].split()[-1]
    done = put(name="The shop", colour=nearest)
    assert (done.status, done.json()["colour"]) == (200, nearest)
    assert put(colour=nearest, colour_dark=done.json()["colour_dark"]).status == 200
    assert put(colour="#1d4ed8", colour_dark="#1d4ed8").status == 422
    assert put(colour="blue").status == 422
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n...").decode()
    assert put(name="The shop", picture=picture).json()["picture_kind"] == "image/png"
    assert problem(put(picture=base64.b64encode(b"<svg>").decode()))["code"] == "wrong-picture"
    shown = members.shop.till.ask("POST", "/v1/own/brand", {}).json()
    assert (shown["name"], shown["picture"]) == ("The shop", None)

"""Simulations: the real decision, by a draft or by what runs, for a member real or imagined."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.client import NOW, Response
from tests.api.test_events import problem
from tests.api.test_quotes import SHOP, buy, event, everything, quote, without
from tests.api.worlds import Worlds, bearer
from tests.services.publishing import published
from xenia.programme.words import languages
from xenia.services.access import Scope
from xenia.store.database import Database

PATH = "/v1/simulations"
BIRTHDAY = """
  birthday:
    when: month(occurred_at) == month(member.birthday)
    then: {earn: {points: 7}}
rewards:"""
DRAFT = SHOP.replace("percent: 10", "percent: 20").replace("1 per 1.00", "3 per 1.00")
DRAFT = DRAFT.replace("\nrewards:", BIRTHDAY)
HELLO = "\n  hello: {then: {notify: hi}}\nrewards:"
TOLD = """
texts:
  hi: {en: "Hello from {programme}!", el: "Γεια από {programme}!", hy: "Բարև {programme}",
       ru: "Привет от {programme}"}
"""


@pytest.fixture
def worlds(database: Database) -> Iterator[Worlds]:
    published(database, SHOP)
    found = Worlds(database)
    yield found
    found.close()


def ask(worlds: Worlds, key: str | None = None, **body: Any) -> Response:
    head = {} if key is None else bearer(key)
    return worlds.client.post(body, address=PATH, **head)


def simulated(worlds: Worlds, source: dict[str, Any], sent: Any, **more: Any) -> Any:
    response = ask(worlds, programme=source, event=sent, **more)
    assert response.status == 200, response.body
    return response.json()


def basket(amount: str = "50.00", **more: Any) -> dict[str, Any]:
    return {**without(buy("x", amount), "id", "member", "occurred_at"), **more}


RUNNING = {"published": "shop"}


# ---- the same decision ---------------------------------------------------------------------------


def test_of_what_runs_it_is_what_is_quoted_and_then_answered(worlds: Worlds) -> None:
    till = worlds.client
    till.post(buy("e1"))
    told = simulated(worlds, RUNNING, basket(member="anna"))
    quoted = quote(till, buy("e2"))
    done = till.post(buy("e2")).json()
    shared = ("payable", "wallet", "tiers", "metrics", "refusals", "vouchers", "version")
    assert {name: told[name] for name in shared} == {name: quoted[name] for name in shared}
    assert told["payable"] == done["payable"]
    assert told["status"] == "quoted"
    reasons = {one["rule"]: one for one in quoted["trace"]}
    titles = {one["rule"]: one.pop("title") for one in told["rules"]}
    assert {one["rule"]: one for one in told["rules"] if one["rule"] in reasons} == reasons
    assert titles["point-per-euro"] == "point per euro"


def test_every_rule_is_told_as_it_is_explained_afterwards(worlds: Worlds) -> None:
    till = worlds.client
    till.post(buy("e1"))
    told = simulated(worlds, RUNNING, basket(member="anna", channel="thanks"))
    till.post(buy("e2", channel="thanks"))
    found = till.ask("GET", "/v1/members/anna/explain?event=e2&source=api").json()
    lucky = {"lucky"}  # chance may have fallen on it
    assert [one for one in told["rules"] if one["rule"] not in lucky] == [
        one for one in found["rules"] if one["rule"] not in lucky
    ]
    assert {one["rule"]: one["applied"] for one in told["rules"]} == {
        "gold": True,
        "launch": False,
        "lucky": False,
        "point-per-euro": True,
        "thanks": True,
    }


def test_a_draft_decides_as_it_would_once_it_is_published(
    worlds: Worlds, database: Database
) -> None:
    till = worlds.client
    till.post(buy("e1"))
    told = simulated(worlds, {"document": DRAFT}, basket(member="anna"))
    assert told["version"] == 2
    published(database, DRAFT, now=NOW, start=NOW)
    worlds.look()
    at = "2026-11-18T13:06:40+02:00"
    done = till.post({**buy("e2"), "occurred_at": at}).json()
    told_now = simulated(worlds, RUNNING, {**basket(member="ben"), "occurred_at": at})
    assert told["payable"] == done["payable"], "20 percent off"
    assert told["payable"]["to_pay"] == "40.00"
    mine = [one for one in told["effects"] if one["effect"] == "earn"]
    assert [one["units"] for one in mine] == ["120"]
    assert told_now["simulated"]["version"] == 2


def test_an_imagined_member_is_like_one_who_has_come_to_it(worlds: Worlds) -> None:
    """Balance, level and metric as of somebody who bought for 50.00 before."""
    worlds.client.post(buy("e1"))
    real = simulated(worlds, RUNNING, basket(member="anna"))
    units = worlds.client.ask("GET", "/v1/members/anna/wallet?programme=shop").json()
    held = units["wallet"]["points"]["balance"]
    member = {
        "joined": "2026-11-18",
        "balances": {"points": held},
        "tiers": {"status": "gold"},
        "metrics": {"spent-ever": "50"},
    }
    told = simulated(worlds, RUNNING, basket(), member=member)
    same = ("payable", "wallet", "tiers", "metrics", "rules")
    assert {name: told[name] for name in same} == {name: real[name] for name in same}
    assert told["member"] is None


def test_of_an_imagined_birthday(worlds: Worlds) -> None:
    source = {"document": DRAFT}
    said = {
        day: {
            one["rule"]: one
            for one in simulated(
                worlds, source, basket(), member={"attributes": {"birthday": day}}
            )["rules"]
        }["birthday"]
        for day in ("1980-11-03", "1980-05-03")
    }
    assert said["1980-11-03"]["applied"]
    assert not said["1980-05-03"]["applied"]
    assert "5" in said["1980-05-03"]["because"]


def test_a_template_of_the_catalogue_and_a_draft(worlds: Worlds) -> None:
    key = {"idempotency-key": "d1"}
    made = worlds.client.ask("POST", "/v1/programmes", {"document": DRAFT}, key).json()
    told = simulated(worlds, {"draft": made["draft"]}, basket(), member={})
    assert told["simulated"] == {
        "programme": "shop",
        "version": None,
        "draft": made["draft"],
        "revision": 1,
        "template": None,
    }


def test_a_time_that_has_passed_sees_members_as_they_were(worlds: Worlds) -> None:
    worlds.client.post(buy("e1"))
    past = {**basket(member="anna"), "occurred_at": "2026-11-01T10:00:00+02:00"}
    told = simulated(worlds, RUNNING, past)
    assert told["tiers"]["status"]["level"] == "gold", "by this purchase alone"
    assert told["payable"]["discount"] == "0.00"
    later = {**basket(member="anna"), "occurred_at": "2027-12-01T10:00:00+02:00"}
    assert simulated(worlds, RUNNING, later)["wallet"]["points"]["balance"] == "45"


# ---- what the member would read ------------------------------------------------------------------


def test_it_says_what_the_member_would_read_in_each_language(worlds: Worlds) -> None:
    hello = DRAFT.replace("\nrewards:", HELLO) + TOLD
    told = simulated(worlds, {"document": hello}, basket(), member={})
    assert [one["locale"] for one in told["told"]] == [*languages()]
    by = {one["locale"]: one for one in told["told"]}
    kinds = {one["type"]: one for one in by["en"]["messages"]}
    assert kinds["member.notified"]["text"] == "Hello from shop!"
    assert kinds["member.notified"]["purpose"] == "marketing"
    assert "gold" in kinds["tier.upgraded"]["text"]
    assert by["el"]["messages"][-1]["text"] or by["el"]["entries"]
    assert by["hy"]["entries"] != by["en"]["entries"]
    assert any("150" in entry for entry in by["en"]["entries"])


def test_nothing_is_kept(worlds: Worlds, database: Database) -> None:
    worlds.client.post(buy("e1"))
    simulated(worlds, {"document": DRAFT}, basket(member="anna"))
    before = everything(database)
    simulated(worlds, {"document": DRAFT}, basket(member="anna", channel="thanks"))
    simulated(worlds, RUNNING, basket(), member={"balances": {"points": "50"}})
    assert everything(database) == before


def test_codes_of_simulated_vouchers_are_no_codes(worlds: Worlds) -> None:
    asked = basket(member="anna", channel="thanks")
    told = simulated(worlds, RUNNING, {**asked, "id": "e9", "source": "api"})
    done = worlds.client.post(buy("e9", channel="thanks")).json()
    (mine,) = [one["voucher"] for one in told["effects"] if one["effect"] == "issue"]
    (real,) = [one["voucher"] for one in done["effects"] if one["effect"] == "issue"]
    assert mine != real


# ---- what cannot be ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"programme": {}, "event": {}}, "unreadable-body", "/programme"),
        ({"event": {}}, "unreadable-body", ""),
        ({"programme": {"published": "nix"}, "event": {}}, "no-such-programme", None),
        ({"programme": {"draft": "nix"}, "event": {}}, "unknown-draft", None),
        ({"programme": {"document": "xenia: 1"}, "event": {}}, "draft-with-errors", None),
        ({"programme": RUNNING, "event": {}}, "missing-field", "/event/type"),
        (
            {"programme": RUNNING, "event": basket("1e2"), "member": {}},
            "not-a-decimal",
            "/event/lines/0/amount",
        ),
        (
            {"programme": RUNNING, "event": {**basket(), "occurred_at": "soon"}},
            "unreadable-body",
            "/event/occurred_at",
        ),
        (
            {"programme": RUNNING, "event": {**basket(), "programme": "other"}},
            "unreadable-body",
            "/event/programme",
        ),
        (
            {"programme": RUNNING, "event": basket(), "member": {"balances": {"miles": "3"}}},
            None,
            "/member/balances/miles",
        ),
        (
            {"programme": RUNNING, "event": basket(), "member": {"balances": {"points": "x"}}},
            None,
            "/member/balances/points",
        ),
        (
            {"programme": RUNNING, "event": basket(), "member": {"tiers": {"status": "silver"}}},
            None,
            "/member/tiers/status",
        ),
        (
            {"programme": RUNNING, "event": basket(), "member": {"attributes": {"nix": "1"}}},
            None,
            "/member",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_place(
    worlds: Worlds, body: dict[str, Any], code: str | None, pointer: str | None
) -> None:
    said = problem(worlds.client.post(body, address=PATH))
    assert said["code"] == (code or "unreadable-body"), said
    if pointer is not None:
        assert said["errors"][0]["pointer"] == pointer, said


def test_a_draft_that_cannot_follow_says_so(worlds: Worlds) -> None:
    other = SHOP.replace("Europe/Athens", "Europe/Paris")
    said = ask(worlds, programme={"document": other}, event=basket(member="anna"))
    assert problem(said)["code"] == "cannot-follow"
    assert simulated(worlds, {"document": other}, basket(), member={})["version"] == 1


def test_who_may_not_read_members_imagines_them(worlds: Worlds) -> None:
    key = worlds.key([Scope.PROGRAMMES])
    worlds.client.post(buy("e1"))
    refused = ask(worlds, key, programme=RUNNING, event=basket(member="anna"))
    assert refused.status == 403
    assert "members:read" in json.dumps(refused.json())
    assert ask(worlds, key, programme=RUNNING, event=basket(), member={}).status == 200
    assert ask(worlds, worlds.key([Scope.EVENTS]), programme=RUNNING, event={}).status == 403
    both = worlds.key([Scope.PROGRAMMES, Scope.MEMBERS])
    assert ask(worlds, both, programme=RUNNING, event=basket(member="anna")).status == 200


def test_who_is_no_member_is_told_why_nothing_comes(worlds: Worlds) -> None:
    told = simulated(worlds, RUNNING, basket())
    assert {one["because"] for one in told["rules"]} == {"nobody was a member when it happened"}
    act = simulated(worlds, RUNNING, without(event("x", "enrolment", "zoe"), "id"))
    assert [one["applied"] for one in act["rules"]] == [False] * len(act["rules"])


def test_what_there_is_in_a_programme(worlds: Worlds) -> None:
    body = {"programme": {"document": SHOP}}
    said = worlds.client.post(body, address=f"{PATH}/vocabulary?locale=el").json()
    assert said["currencies"] == [{"id": "points", "title": "points"}]
    assert said["metrics"] == [{"id": "spent-ever", "title": "spent ever", "values": []}]
    (ladder,) = said["tiers"]
    assert [one["id"] for one in ladder["levels"]] == ["basic", "gold"]
    assert [one["id"] for one in said["attributes"]] == [
        *("birthday", "locale", "timezone", "nickname"),
    ]
    known = {name: said[name] for name in ("programme", "money", "timezone", "categories")}
    assert known == {
        "programme": "shop",
        "money": "EUR",
        "timezone": "Europe/Athens",
        "categories": [],
    }
    wrong = worlds.client.post({"programme": {"document": "x"}}, address=f"{PATH}/vocabulary")
    assert problem(wrong)["code"] == "draft-with-errors"

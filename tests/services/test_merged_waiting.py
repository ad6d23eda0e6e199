"""What waits of somebody who is merged, and who brought whom: it is who stays that has it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.services.cafe import Cafe, Line, buy, event, join, said, time
from tests.services.merging import end, merge
from xenia.services.merging import undo
from xenia.store.database import Database

DOCUMENT = """\
xenia: 1
programme: club
money: EUR
timezone: Europe/Athens
claims: {within: 30 days}
currencies:
  points: {value: 0.01}
  thanks: {}
rules:
  point-per-euro: {then: {earn: {points: 1 per 1.00}}}
  brought: {limits: {times: 1, per: ever}, then: {earn: {thanks: 1}, refer: true}}
  thanks: {on: referral, then: {earn: {thanks: 7}}}
"""


@pytest.fixture
def cafe(database: Database) -> Cafe:
    return Cafe(database, DOCUMENT)


def back(name: str, member: str | None, day: str, of: str, **more: Any) -> Line:
    return event("return", name, member, day, "18:00", purchase=of, **(more or {"all": True}))


def brought(name: str, member: str, by: str, day: str) -> Line:
    return event("enrolment", name, member, day, "10:00", referred_by=by)


def some(amount: str) -> Line:
    return {"lines": [{"line": "1"}], "amount": amount}


def answers(cafe: Cafe) -> dict[str, Any]:
    return {
        name: json.loads(answer)
        for name, answer in cafe.rows("select event_id, answer from record")
    }


def units(cafe: Cafe, member: str, currency: str = "points") -> str:
    """What a member was left with by the last of their events."""
    query = "select answer from record where member_id = '{}' order by seq desc limit 1"
    ((answer,),) = cafe.rows(query.format(member))
    found: str = json.loads(answer)["wallet"][currency]["balance"]
    return found


def test_what_waits_for_a_purchase_waits_on_as_who_stays(cafe: Cafe) -> None:
    cafe.post(join("j0", "m0", "01-01"), join("j1", "m1", "01-01"))
    cafe.post(back("w1", "m1", "01-02", "p", **some("1.00")))
    cafe.post(back("w2", "m0", "01-02", "p", **some("2.00")))
    cafe.post(back("w3", "m0", "01-02", "p", **some("4.00")), back("w4", "m0", "01-02", "q"))
    cafe.post(event("cancel", "w5", "m0", "01-02", "19:00", of={"id": "q"}))
    end(cafe, merge(cafe, "m0", "m1", time("01-03")), time("01-03"))
    assert said(cafe.database) == ""
    cafe.post(back("w6", "m0", "01-03", "p", **some("8.00")))
    cafe.post(buy("p", "m0", "01-04", "100.00"))
    told = answers(cafe)["p"]
    assert (told["member"], units(cafe, "m1")) == ("m1", "85")
    names = [one["id"].rsplit("/", 1)[0] for one in told["effects"] if one["effect"] == "take-back"]
    assert names == ["api/w1", "api/w2", "api/w3", "api/w6"], "as they have waited"
    cafe.post(buy("q", "m1", "01-04", "10.00"))
    told = answers(cafe)["q"]
    assert [one["code"] for one in told["refusals"]] == ["nothing-left"]
    assert units(cafe, "m1") == "85"
    assert cafe.rows("select member_id, waiting from account where waiting > 0") == []
    assert cafe.rows("select member_id from waiting") == []
    assert said(cafe.database) == ""


def test_what_came_while_it_rested_is_taken_back_as_it_is_done(cafe: Cafe) -> None:
    cafe.post(join("j0", "m0", "01-01"), join("j1", "m1", "01-01"))
    cafe.post(back("w1", "m0", "01-02", "p", **some("2.00")), back("w2", "m0", "01-02", "q"))
    name = merge(cafe, "m0", "m1", time("01-03"))
    cafe.post(buy("p", "m0", "01-03", "10.00"))
    assert units(cafe, "m1") == "10", "their account lies still, and so does what waits"
    end(cafe, name, time("01-04"))
    own = answers(cafe)["waited/club/api/w1"]
    assert (own["member"], own["refund"]) == ("m1", [{"method": "other", "amount": "2.00"}])
    assert units(cafe, "m1") == "8"
    cafe.post(buy("q", "m1", "01-05", "5.00"))
    assert units(cafe, "m1") == "8"
    assert said(cafe.database) == ""


def test_what_is_undone_waits_as_before(cafe: Cafe) -> None:
    cafe.post(join("j0", "m0", "01-01"), join("j1", "m1", "01-01"))
    cafe.post(
        back("w1", "m0", "01-02", "p"), event("claim", "c1", "m0", "01-02", "09:00", of={"id": "g"})
    )
    name = merge(cafe, "m0", "m1", time("01-03"))
    cafe.post(buy("g", None, "01-02", "30.00"))
    assert answers(cafe)["claim/club/api/c1"]["member"] == "m0", "it was theirs already"
    end(cafe, name, time("01-04"), undo)
    cafe.post(buy("p", "m0", "01-05", "10.00"))
    assert units(cafe, "m0") == "30"
    assert said(cafe.database) == ""


def test_claims_that_wait_are_who_stays(cafe: Cafe) -> None:
    """In the order in which they were recorded, also of who has not joined."""
    cafe.post(join("j1", "m1", "01-01"), join("j2", "m2", "01-01"))
    cafe.post(event("claim", "c0", "m0", "01-02", "12:00", receipt="r"))
    cafe.post(event("claim", "c2", "m2", "01-02", "13:00", receipt="r"))
    end(cafe, merge(cafe, "m0", "m1", time("01-03")), time("01-03"))
    assert said(cafe.database) == ""
    cafe.post(buy("g", None, "01-02", "30.00", receipt="r"))
    told = answers(cafe)
    assert told["claim/club/api/c0"]["member"] == "m1"
    assert told["claim/club/api/c0"]["refusals"] == []
    assert [one["code"] for one in told["claim/club/api/c2"]["refusals"]] == ["already-claimed"]
    assert units(cafe, "m1") == "30"
    assert said(cafe.database) == ""


def test_what_waits_goes_on_by_two_merges(cafe: Cafe) -> None:
    for name in ("m0", "m1", "m2"):
        cafe.post(join(f"j{name}", name, "01-01"))
    cafe.post(back("w1", "m0", "01-02", "p"))
    end(cafe, merge(cafe, "m0", "m1", time("01-03")), time("01-03"))
    end(cafe, merge(cafe, "m1", "m2", time("01-04")), time("01-04"))
    cafe.post(buy("p", "m0", "01-05", "10.00"))
    assert (answers(cafe)["p"]["member"], units(cafe, "m2")) == ("m2", "0")
    assert said(cafe.database) == ""


def test_verify_sees_what_waits_of_the_wrong_one(cafe: Cafe) -> None:
    cafe.post(join("j0", "m0", "01-01"), join("j1", "m1", "01-01"))
    cafe.post(back("w1", "m0", "01-02", "p"))
    end(cafe, merge(cafe, "m0", "m1", time("01-03")), time("01-03"))
    assert cafe.change("update waiting set member_id = 'm0'") == 1
    told = said(cafe.database)
    assert "member m0: waiting" in told
    assert "member m1: waiting" in told


# ---- who brought whom ----------------------------------------------------------------------------


def test_who_stays_has_the_friends_of_who_goes(cafe: Cafe) -> None:
    cafe.post(join("j0", "m0", "01-01"), join("j1", "m1", "01-01"))
    friends = [brought(f"j{who}", who, "m0", "01-02") for who in ("f1", "f2", "f3", "f4")]
    cafe.post(*friends)
    cafe.post(buy("a1", "f1", "01-03"), buy("a2", "f2", "01-03"))
    assert units(cafe, "m0", "thanks") == "14"
    name = merge(cafe, "m0", "m1", time("01-04"))
    cafe.post(buy("a3", "f3", "01-04"), back("r1", "f1", "01-04", "a1"))
    told = answers(cafe)
    assert told["referral/club/api/a3"]["member"] == "m1", "as all that is given to them"
    assert told["cancel/club/api/r1"]["member"] == "m0", "it is taken where it lies"
    assert (units(cafe, "m0", "thanks"), units(cafe, "m1", "thanks")) == ("7", "7")
    cafe.post(buy("lent", "f4", "01-04", by="m0"))
    assert any(one["effect"] == "flag" for one in answers(cafe)["lent"]["effects"])
    end(cafe, name, time("01-05"))
    cafe.post(
        buy("a4", "f4", "01-06"), back("r2", "f2", "01-06", "a2"), back("r3", "f3", "01-06", "a3")
    )
    told = answers(cafe)
    owners = [
        told[f"{one}/club/api/{of}"]["member"]
        for one, of in (("referral", "a4"), ("cancel", "r2"), ("cancel", "r3"))
    ]
    assert owners == ["m1", "m1", "m1"]
    assert units(cafe, "m1", "thanks") == "7"
    assert said(cafe.database) == ""


def test_a_friend_who_is_merged_leaves_what_they_have_brought(cafe: Cafe) -> None:
    """What comes back of their purchase takes the referral back, whoever brings it."""
    cafe.post(
        join("j0", "m0", "01-01"), join("j1", "m1", "01-01"), brought("jf", "f", "m0", "01-02")
    )
    cafe.post(buy("a1", "f", "01-03"))
    end(cafe, merge(cafe, "f", "m1", time("01-04")), time("01-04"))
    cafe.post(back("r1", "m1", "01-05", "a1"))
    assert answers(cafe)["cancel/club/api/r1"]["member"] == "m0"
    assert units(cafe, "m0", "thanks") == "0"
    assert said(cafe.database) == ""


@pytest.mark.parametrize("whom", ["m0", "f"])
def test_nobody_brings_themselves(cafe: Cafe, whom: str) -> None:
    cafe.post(join("j0", "m0", "01-01"), brought("jf", "f", "m0", "01-02"))
    into = "f" if whom == "m0" else "m0"
    end(cafe, merge(cafe, whom, into, time("01-04")), time("01-04"))
    cafe.post(buy("a1", "f", "01-05"))
    told = answers(cafe)
    assert told["a1"]["member"] == into
    assert not any(name.startswith("referral/") for name in told)
    assert said(cafe.database) == ""


def test_who_has_not_joined_gets_what_friends_bring(cafe: Cafe) -> None:
    cafe.post(join("j0", "m0", "01-01"), brought("jf", "f", "m0", "01-02"))
    cafe.change("insert into member (space_id, member_id, recorded_at) values (1, 'm1', now())")
    merge(cafe, "m0", "m1", time("01-04"))
    cafe.post(buy("a1", "f", "01-05"))
    assert answers(cafe)["referral/club/api/a1"]["member"] == "m1"
    assert said(cafe.database) == ""

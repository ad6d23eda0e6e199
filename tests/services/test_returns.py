"""Returns through the service: recorded, answered as a replay does, verified, in any batches."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.services.cafe import CAFE, Cafe, Line, buy, event, join, said, time
from xenia.programme.read import read
from xenia.services.files import zones
from xenia.services.replay import replay_of
from xenia.store.database import Database

KEY = bytes(32)
DOCUMENT = CAFE.replace("value: 0.01", "value: 0.10").replace("after: 20 days", "after: 3 months")


def back(name: str, of: str, day: str, clock: str = "15:00", **more: Any) -> Line:
    return event("return", name, "m1", day, clock, purchase=of, **(more or {"all": True}))


def two(name: str, day: str, **more: Any) -> Line:
    lines = [
        {"id": "a", "sku": "s", "category": "c", "quantity": 2, "amount": "30.00"},
        {"id": "b", "sku": "t", "category": "c", "quantity": 1, "amount": "15.00"},
    ]
    return event("purchase", name, "m1", day, "12:00", lines=lines, **more)


TYPED = {"reason": "typed twice", "author": "anna"}
STORY = [
    join("e", "m1", "01-01"),
    two("p1", "01-02"),
    back("r1", "p1", "01-03", lines=[{"line": "a", "quantity": 1}]),
    buy("p2", "m1", "01-05", "20.00", spend={"points": "30"}, payments=[{"method": "cash"}]),
    back("r2", "p1", "01-06", lines=[{"sku": "t"}]),
    back("r3", "p1", "01-07", lines=[{"line": "b", "quantity": 1}]),  # nothing is left
    back("r4", "p1", "01-07", "16:00", lines=[{"line": "a"}]),  # takes what was spent
    buy("p3", "m1", "01-08", "5.00"),  # fills the deficit
    back("r5", "p2", "01-09", amount="4.00"),
    back("r6", "p4", "01-10"),  # waits
    back("r7", "x1", "01-10", "16:00"),  # another member's
    back("r8", "e", "01-10", "17:00"),  # no purchase
    buy("p4", "m1", "01-10", "40.00"),
    event("cancel", "c1", "m1", "01-11", "12:00", of={"id": "p3"}),
    back("r9", "p2", "02-20"),
    back("r0", "nowhere", "02-21"),  # waits for ever
    buy("p5", "m1", "02-22", "90.00"),
    event("adjustment", "a1", "m1", "02-23", "12:00", currency="points", units="-5", **TYPED),
    event("cancel", "c2", "m1", "02-24", "12:00", of={"id": "a1"}),  # staff corrects it
    event("cancel", "c3", "m1", "02-24", "13:00", of={"id": "c3"}),  # itself
    back("r10", "r10", "02-25"),  # itself
]


def alone(*events: Line) -> list[Any]:
    """What a replay answers."""
    programme = read(DOCUMENT, zones=zones()).programme
    assert programme is not None
    replay = replay_of(programme, KEY)
    lines = replay.run((place, line) for place, line in enumerate(events))
    return [line for line in lines if "final" not in line]


@pytest.fixture
def cafe(database: Database) -> Cafe:
    return Cafe(database, DOCUMENT)


OTHER = buy("x1", "m2", "01-01")


@pytest.mark.parametrize("batch", [1, 3, 100])
def test_the_service_answers_returns_as_a_replay_does(cafe: Cafe, batch: int) -> None:
    expected = alone(OTHER, *STORY)
    cafe.post(OTHER)
    told = []
    for start in range(0, len(STORY), batch):
        told += cafe.post(*STORY[start : start + batch])
    answers = [json.loads(one.answer or "") for one in told]
    for line, answer in zip(expected[1:], answers, strict=True):
        line.pop("trace"), answer.pop("trace", None)
        for told_ in (line, answer):  # their keys differ, and so their codes
            for effect in told_["effects"]:
                effect.pop("voucher", None)
            told_.pop("vouchers")
        assert answer == line
    assert said(cafe.database) == ""
    cafe.sweep(time("06-01"))
    assert said(cafe.database) == ""


def test_what_is_left_of_a_purchase_that_is_tampered_with_is_seen(cafe: Cafe) -> None:
    cafe.post(*STORY[:3])
    assert "what is left" not in said(cafe.database)
    assert cafe.change("update remains set remains = replace(remains, 'true', 'false')") == 1
    assert "what is left" in said(cafe.database)
    assert cafe.change("delete from remains") == 1
    assert "what is left" in said(cafe.database)


def test_what_waits_and_is_tampered_with_is_seen(cafe: Cafe) -> None:
    cafe.post(back("r", "nowhere", "01-02"))
    assert said(cafe.database) == ""
    assert cafe.change("update account set waiting = 0") == 1
    assert "how many wait" in said(cafe.database)
    assert cafe.change("update account set waiting = 1") == 1
    assert cafe.change("delete from waiting") == 1
    assert "waiting" in said(cafe.database)


def test_what_another_build_has_decided_is_taken_back_all_the_same(cafe: Cafe) -> None:
    expected = alone(*STORY[:5])
    cafe.post(*STORY[:3])
    assert cafe.change("update record set plan = 'another' where plan is not null") == 2
    # Of a plan that is compiled in another way the numbers stand in other places.
    assert cafe.change("update record set posted = read where plan is not null") == 2
    told = cafe.post(*STORY[3:5])
    answers = [json.loads(one.answer or "") for one in told]
    for line, answer in zip(expected[3:], answers, strict=True):
        assert (answer["refund"], answer["wallet"]) == (line["refund"], line["wallet"])
    assert said(cafe.database) == ""

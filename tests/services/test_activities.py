"""Acts, stays, flights and rentals through the service: recorded, read again, verified, erased."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.services.cafe import CAFE, SCOPE, Cafe, event, said, time
from xenia.services.erasing import erase_member
from xenia.services.statements import ledger_page
from xenia.store.database import Database

ACTIVE = CAFE.replace("rules:\n", """\
acts: {weigh-in: {title: a weigh-in}}
rules:
  weigh-in:
    on: act
    when: act == "weigh-in"
    limits: [{times: 2, per: day}, {units: 9, per: month}]
    then: {earn: {points: "2"}}
  at-the-gym: {on: act, when: place == "gym", then: {earn: {points: "7"}}, limits: {times: 1, per: day}}
  nights: {on: stay, when: status == "stayed", then: {earn: {points: "nights * 10"}}}
  distance: {on: flight, then: {earn: {points: "per(distance, 100)"}}}
""", 1)  # fmt: skip  # noqa: E501


def act(name: str, day: str, clock: str = "12:00", **more: Any) -> dict[str, Any]:
    return event("act", name, "m1", day, clock, **{"act": "weigh-in", **more})


def stay(name: str, day: str, **more: Any) -> dict[str, Any]:
    own = {"property": "sea", "category": "4", "arrival": "2026-01-01", "departure": "2026-01-03",
           "nights": 2, "status": "stayed", "folio": []}  # fmt: skip
    return event("stay", name, "m1", day, "12:00", **{**own, **more})


def flight(name: str, day: str) -> dict[str, Any]:
    own = {"from": "ATH", "to": "EVN", "distance": "1299.9", "cabin": "economy", "carrier": "A3"}
    return event("flight", name, "m1", day, "12:00", **own)


def rental(name: str, day: str) -> dict[str, Any]:
    own = {"days": 2, "car_class": "small", "amount": "90", "office_out": "a", "office_in": "b"}
    return event("rental", name, "m1", day, "12:00", **own)


@pytest.fixture
def cafe(database: Database) -> Cafe:
    cafe = Cafe(database, ACTIVE)
    cafe.post(act("w1", "01-05"), act("w2", "01-05"), act("w3", "01-05"))
    cafe.post(act("gym", "01-06", place="gym"))
    cafe.post(stay("s1", "01-07"), stay("s2", "01-07", status="no-show"))
    cafe.post(flight("f1", "01-08"), rental("r1", "01-08"))
    return cafe


def earned(cafe: Cafe, name: str) -> list[tuple[str, str]]:
    ((text,),) = cafe.rows(f"select answer from record where event_id = '{name}'")
    return [(one["rule"], one["units"]) for one in json.loads(text)["effects"]]


def test_activities_are_recorded_and_verified(cafe: Cafe) -> None:
    assert earned(cafe, "w2") == [("weigh-in", "2")]
    assert earned(cafe, "w3") == []  # the third of the day
    assert earned(cafe, "gym") == [("at-the-gym", "7"), ("weigh-in", "2")]
    assert earned(cafe, "s1") == [("nights", "20")]
    assert earned(cafe, "s2") == []
    assert earned(cafe, "f1") == [("distance", "12")]
    assert earned(cafe, "r1") == []  # of which the programme says nothing
    assert said(cafe.database) == ""
    cafe.sweep(time("03-01"))
    assert said(cafe.database) == ""


def test_the_ledger_tells_what_it_was_for(cafe: Cafe) -> None:
    with cafe.database.connect() as connection:
        page = ledger_page(connection, SCOPE, cafe.published, "m1", currency="points")
    text = json.dumps(page, ensure_ascii=False, default=str)
    assert "stay s1" in text
    assert "flight f1" in text


def test_what_a_place_decided_is_verified_after_it_was_erased(cafe: Cafe) -> None:
    facts = "select count(*) from event where facts::text like '%gym\"%'"
    assert cafe.rows(facts) == [(0,)]
    with cafe.database.connect() as connection:
        erase_member(connection, "m1", now=time("02-01"))
    assert said(cafe.database) == ""

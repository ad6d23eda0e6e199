"""Replay records moments by itself, each once, before what comes after it."""

from __future__ import annotations

from typing import Any

from xenia.events.moments import parse_time
from xenia.programme.read import read
from xenia.services.files import zones
from xenia.services.replay import replay_of

PROGRAMME = """
xenia: 1
programme: gifts
money: EUR
timezone: Europe/Athens
currencies: {points: {value: 0.01, expires: {after: 1 month}}}
metrics: {birthdays: {count: true, on: birthday}}
rules:
  gift: {on: birthday, when: metric.birthdays < 2, then: {earn: {points: 100}}}
  visit: {then: {earn: {points: 1}}}
"""
KEY = bytes(32)
JOINED: dict[str, Any] = {
    "type": "enrolment",
    "id": "j1",
    "member": "ann",
    "occurred_at": "2026-01-10T12:00:00+02:00",
    "attributes": {"birthday": "1990-05-04"},
}


def buy(name: str, at: str, member: str | None = "ann") -> dict[str, Any]:
    return {"type": "purchase", "id": name, "member": member, "occurred_at": at, "lines": []}


def clock(name: str, at: str) -> dict[str, Any]:
    return {"type": "clock", "id": name, "occurred_at": at}


def lines(*events: Any, until: str | None = None) -> list[dict[str, Any]]:
    programme = read(PROGRAMME, zones=zones()).programme
    assert programme is not None
    end = None if until is None else parse_time(until)
    return list(replay_of(programme, KEY).run(enumerate(events, start=1), end))


def names(found: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(one["event"], one["member"]) for one in found if "final" not in one]


def test_a_birthday_comes_before_the_event_after_it() -> None:
    found = lines(
        JOINED, buy("e1", "2026-05-03T23:59:59+03:00"), buy("e2", "2026-05-04T00:00:00+03:00")
    )
    assert names(found) == [
        ("j1", "ann"),
        ("e1", "ann"),
        ("birthday/gifts/ann/2026", "ann"),
        ("e2", "ann"),
    ]
    birthday = found[2]
    assert (birthday["source"], birthday["occurred_at"]) == ("xenia", "2026-05-04T00:00:00+03:00")
    assert [one["id"] for one in birthday["effects"]] == ["xenia/birthday/gifts/ann/2026/1"]
    assert birthday["wallet"]["points"]["balance"] == "101"
    assert found[3]["wallet"]["points"]["balance"] == "102"


def test_what_is_due_by_its_day_goes_before_it() -> None:
    found = lines(
        JOINED, buy("e1", "2026-04-04T12:00:00+03:00"), clock("c", "2026-07-01T00:00:00Z")
    )
    assert names(found)[2:] == [("birthday/gifts/ann/2026", "ann"), ("c", "ann")]
    told = [(one["effect"], one["units"], one["occurred_at"]) for one in found[2]["effects"]]
    day = "2026-05-04T00:00:00+03:00"
    assert told == [("expire", "1", day), ("earn", "100", day)]
    assert [(one["effect"], one["units"]) for one in found[3]["effects"]] == [("expire", "100")]


def test_time_that_passes_brings_every_birthday_once() -> None:
    found = lines(JOINED, until="2028-12-31T00:00:00Z")
    birthdays = [one for one in found if one.get("source") == "xenia"]
    assert [one["event"][-4:] for one in birthdays] == ["2026", "2027", "2028"]
    assert [bool(one["effects"]) for one in birthdays] == [True, True, True]
    assert [one["effect"] for one in birthdays[2]["effects"]] == ["expire"]  # the rule gives two
    assert found[-1]["metrics"] == {"birthdays": "3"}


def test_a_clock_again_brings_no_birthday_again() -> None:
    found = lines(JOINED, *(clock("c", "2026-07-01T00:00:00Z") for _ in range(2)))
    assert names(found) == [
        ("j1", "ann"),
        ("birthday/gifts/ann/2026", "ann"),
        ("c", "ann"),
        ("c", "ann"),
    ]


def test_a_late_event_brings_none_that_is_later_and_none_again() -> None:
    found = lines(
        JOINED,
        buy("e1", "2026-05-05T12:00:00+03:00"),
        buy("late", "2026-05-01T12:00:00+03:00"),
        buy("e2", "2026-05-06T12:00:00+03:00"),
    )
    assert [name for name, _ in names(found)][1:] == [
        "birthday/gifts/ann/2026",
        "e1",
        "late",
        "e2",
    ]


def test_guests_and_who_never_said_a_birthday_have_none() -> None:
    found = lines(
        {**JOINED, "attributes": {"timezone": "Asia/Tokyo"}},
        buy("g", "2026-05-05T12:00:00+03:00", None),
        buy("e", "2026-05-05T12:00:00+03:00"),
        until="2027-12-31T00:00:00Z",
    )
    assert [name for name, _ in names(found)] == ["j1", "g", "e", None]


def test_the_same_is_not_to_be_sent() -> None:
    fake = {**JOINED, "id": "birthday/gifts/ann/2026", "source": "xenia", "type": "profile"}
    sent = {"type": "birthday", "id": "b", "member": "ann", "occurred_at": JOINED["occurred_at"]}
    found = lines(JOINED, fake, sent)
    assert [one.get("error") for one in found[1:3]] == ["reserved-source", "not-to-be-sent"]


def test_a_zone_that_is_none_is_said_so() -> None:
    found = lines({**JOINED, "attributes": {"timezone": "Europe/Athen"}})
    assert found[0]["error"] == "unknown-value"
    assert 'did you mean "Europe/Athens"?' in found[0]["text"]

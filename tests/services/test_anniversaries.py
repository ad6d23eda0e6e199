"""Anniversaries, month ends and inactivity in the database: once, by the work or before an event,
the same either way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.postgres import on_both
from tests.services.cafe import MINUTE, Cafe, Line, checked, said
from xenia.events.moments import parse_time
from xenia.programme.read import read
from xenia.services.erasing import erase_member
from xenia.services.files import zones
from xenia.services.replay import replay_of
from xenia.store import sweeping
from xenia.store.database import Database

REGULARS = """\
xenia: 1
programme: regulars
money: EUR
timezone: Europe/Athens
currencies: {points: {title: {en: [point, points]}, value: 0.01, expires: {after: 3 months}}}
metrics:
  visits: {count: true, over: calendar month}
  years: {count: true, on: anniversary}
rules:
  busy: {on: month-end, when: metric.visits >= 2, then: {earn: {points: 50}}}
  year: {on: anniversary, then: {earn: {points: 100}, issue: cake}}
  missed: {on: inactivity, after: 2 months, then: {earn: {points: 10}}}
  missed-more: {on: inactivity, after: 61 days, then: {earn: {points: 7}}}
rewards: {cake: {price: {points: 30}, gives: {item: A cake}, lasts: 10 days}}
"""
NONE = REGULARS[: REGULARS.index("  years:")] + (
    "rules: {visit: {then: {earn: {points: 1}}}}\n"
    "rewards: {cake: {price: {points: 30}, gives: {item: A cake}}}\n"
)
MOMENTS = "select event_id from event where source = 'xenia' order by occurred_at, event_id"


def buy(name: str, member: str, at: str) -> Line:
    return {
        "type": "purchase",
        "id": name,
        "member": member,
        "lines": [],
        "occurred_at": f"{at}T12:00:00+02:00",
    }


def instant(day: str, clock: str = "00:00:00+02:00") -> int:
    return parse_time(f"{day}T{clock}")


def moments(cafe: Cafe) -> list[str]:
    return [name.replace("/regulars/", " ") for (name,) in cafe.rows(MOMENTS)]


def answers(cafe: Cafe, member: str) -> list[dict[str, Any]]:
    query = f"select answer from record where member_id = '{member}' order by seq"
    return [json.loads(answer) for (answer,) in cafe.rows(query)]


@pytest.fixture
def cafe(database: Database) -> Cafe:
    return Cafe(database, REGULARS)


@on_both
def test_the_work_records_each_once_as_it_comes(cafe: Cafe) -> None:
    cafe.post(buy("a1", "ann", "2026-01-05"), buy("a2", "ann", "2026-01-06"))
    assert cafe.celebrate(instant("2026-01-31", "23:59:59+02:00")) == 0
    assert cafe.celebrate(instant("2026-02-01")) == 1
    assert cafe.celebrate(instant("2026-02-01")) == 0
    (_, _, answer) = answers(cafe, "ann")
    assert (answer["source"], answer["event"]) == ("xenia", "month-end/regulars/ann/2026-01")
    assert answer["occurred_at"] == "2026-01-31T23:59:59.999999+02:00"
    assert answer["wallet"]["points"]["balance"] == "50"
    assert cafe.celebrate(instant("2026-03-05")) == 1
    # Two months after 6 January, and 61 days after it.
    assert cafe.celebrate(instant("2026-03-06")) == 1
    assert cafe.celebrate(instant("2026-03-08")) == 1
    assert cafe.celebrate(instant("2026-03-31", "00:00:00+03:00")) == 0
    assert moments(cafe) == [
        "month-end ann/2026-01",
        "month-end ann/2026-02",
        "inactivity ann/2026-03-06",
        "inactivity ann/2026-03-08",
    ]
    assert said(cafe.database) == ""


STORY: list[Line] = [
    buy("e1", "ann", "2026-01-31"),
    buy("e2", "bob", "2026-02-28"),
    buy("late", "bob", "2026-02-27"),
    buy("e3", "ann", "2026-02-01"),
    buy("e4", "ann", "2026-02-28"),
    {**buy("e5", "ann", "2026-04-10"), "type": "redemption", "reward": "cake"},
    buy("e6", "bob", "2026-05-01"),
    buy("e7", "bob", "2026-05-31"),
    buy("e8", "bob", "2026-06-01"),
    buy("e9", "ann", "2028-03-01"),
    buy("e10", "bob", "2028-03-01"),
]
del STORY[5]["lines"]


def shown(line: dict[str, Any]) -> Any:
    effects = [{**one, "voucher": None} for one in line["effects"]]
    return line["event"], line["occurred_at"], effects, line["wallet"], line["metrics"]


def replayed(events: list[Line]) -> dict[str, list[Any]]:
    programme = read(REGULARS, zones=zones()).programme
    assert programme is not None
    told: dict[str, list[Any]] = {}
    for line in replay_of(programme, bytes(32)).run(enumerate(events, start=1)):
        if "final" not in line:
            told.setdefault(line["member"], []).append(shown(line))
    return told


def one_by_one(cafe: Cafe) -> None:
    for event in STORY:
        cafe.post(event)


def all_at_once(cafe: Cafe) -> None:
    cafe.post(*STORY)


def with_work_in_between(cafe: Cafe) -> None:
    for event in STORY:
        cafe.celebrate(parse_time(event["occurred_at"]) - MINUTE)
        cafe.post(event)


@pytest.mark.parametrize("how", [one_by_one, all_at_once, with_work_in_between])
def test_whoever_is_first_the_same_comes_of_it_as_in_a_replay(
    cafe: Cafe, how: Callable[[Cafe], None]
) -> None:
    expected = replayed(STORY)
    how(cafe)
    for member, lines in expected.items():
        assert [shown(one) for one in answers(cafe, member)] == lines, member
    found = moments(cafe)
    assert [name for name in found if name.startswith("anniversary")] == [
        "anniversary ann/1",
        "anniversary bob/1",
        "anniversary ann/2",
        "anniversary bob/2",
    ]
    away = [name for name in found if name.startswith("inactivity")]
    assert away == [
        "inactivity bob/2026-04-28",
        "inactivity bob/2026-04-30",
        "inactivity ann/2026-06-10",
        "inactivity bob/2026-08-01",
    ]
    assert said(cafe.database) == ""


def test_what_was_due_goes_before_whatever_the_work_was_away_for(cafe: Cafe) -> None:
    cafe.post(buy("a1", "ann", "2026-01-05"), buy("a2", "ann", "2026-01-06"))
    cafe.work(instant("2027-06-01", "12:00:00+03:00"))
    told = [
        (one["event"].split("/")[0], effect["effect"], effect["occurred_at"][:10])
        for one in answers(cafe, "ann")
        for effect in one["effects"]
        if effect["effect"] in ("earn", "expire")
    ]
    assert told == [
        ("month-end", "earn", "2026-01-31"),
        ("inactivity", "earn", "2026-03-06"),
        ("inactivity", "earn", "2026-03-08"),
        ("month-end", "expire", "2026-04-30"),
        ("month-end", "expire", "2026-06-06"),
        ("month-end", "expire", "2026-06-08"),
        ("anniversary", "earn", "2027-01-05"),
        ("month-end", "expire", "2027-04-05"),
    ]
    assert said(cafe.database) == ""


def test_only_who_has_something_coming_is_looked_at(
    cafe: Cafe, monkeypatch: pytest.MonkeyPatch
) -> None:
    cafe.post(*(buy(f"b{n}", f"m{n}", f"2026-01-{n + 10}") for n in range(5)))
    looked: list[str] = []
    listed = sweeping.due_members

    def due_members(*words: Any) -> list[str]:
        found = listed(*words)
        looked.extend(found)
        return found

    monkeypatch.setattr(sweeping, "due_members", due_members)
    cafe.work(instant("2026-01-31", "23:00:00+02:00"))
    assert looked == []
    cafe.work(instant("2026-02-01"))
    assert looked == [f"m{n}" for n in range(5)]
    cafe.work(instant("2026-03-01"))
    looked.clear()
    cafe.work(instant("2026-03-12"))
    assert looked == ["m0", "m1", "m2"]


def test_a_programme_without_them_has_none(database: Database) -> None:
    cafe = Cafe(database, NONE)
    cafe.post(buy("a1", "ann", "2026-01-05"))
    assert cafe.celebrate(instant("2028-01-05")) == 0
    assert cafe.rows("select next_due::text from account") == [("2026-04-05",)]


def test_a_version_brings_them_from_its_first_day_on(database: Database) -> None:
    cafe = Cafe(database, NONE)
    cafe.post(buy("a1", "ann", "2025-06-20"), buy("b1", "bob", "2026-05-20"))
    cafe.work(instant("2026-05-25"))
    assert moments(cafe) == []
    cafe.publish(REGULARS, instant("2026-05-31", "12:00:00+03:00"))
    cafe.work(instant("2026-08-02", "00:00:00+03:00"))
    # Nobody knows when they were active before the first day that begins under it, 1 June.
    assert moments(cafe) == [
        "month-end ann/2026-05",
        "month-end bob/2026-05",
        "anniversary ann/1",
        "month-end ann/2026-06",
        "month-end bob/2026-06",
        "month-end ann/2026-07",
        "month-end bob/2026-07",
        "inactivity ann/2026-08-01",
        "inactivity bob/2026-08-01",
    ]
    assert said(database) == ""
    cafe.publish(NONE, instant("2026-08-10"))
    cafe.post(buy("b2", "bob", "2026-08-12"))
    cafe.work(instant("2027-07-01"))
    assert len(moments(cafe)) == 9
    cafe.publish(REGULARS.replace("2 months", "1 month"), instant("2027-07-10"))
    cafe.work(instant("2027-09-11", "00:00:00+03:00"))
    assert moments(cafe)[9:] == [
        "month-end ann/2027-07",
        "month-end bob/2027-07",
        "inactivity ann/2027-08-11",
        "inactivity bob/2027-08-11",
        "month-end ann/2027-08",
        "month-end bob/2027-08",
        "inactivity ann/2027-09-10",
        "inactivity bob/2027-09-10",
    ]
    assert said(database) == ""


def test_they_go_on_for_who_has_been_erased(cafe: Cafe) -> None:
    cafe.post(buy("a1", "ann", "2026-01-05"))
    with cafe.database.connect() as connection:
        erase_member(connection, "ann", now=instant("2026-01-06"))
    cafe.work(instant("2026-02-01"))
    assert len(moments(cafe)) == 1
    assert checked(cafe.database).discrepancies == []


def test_a_forgotten_day_of_the_next_look_is_noticed(cafe: Cafe) -> None:
    cafe.post(buy("a1", "ann", "2026-01-05"))
    cafe.change("update account set next_due = date '2026-04-05'")
    assert "next due day" in said(cafe.database)

"""Members are told before units end: once, the same by a sweep as by what happens next."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.services.cafe import Cafe, Line, said
from xenia.engine.account import Account, decide, new_account, pass_day
from xenia.engine.compile import compile_programme
from xenia.events.model import Purchase
from xenia.events.moments import parse_date, parse_time
from xenia.programme.read import read
from xenia.services.files import zones
from xenia.services.replay import replay_of
from xenia.store.database import Database

LASTING = """\
xenia: 1
programme: lasting
money: EUR
timezone: Europe/Athens
currencies:
  points: {value: 0.01, expires: {after: 2 months}, notice: 10 days}
  stars: {expires: {inactive: 3 months}, notice: 7 days}
rules:
  visit: {then: {earn: {points: 5}}}
  short: {when: channel == "app", then: {earn: {points: {units: 3, expires: {after: 10 days}}}}}
  star: {when: channel == "web", then: {earn: {stars: 1}}}
"""
FIRST_EARNED = LASTING.replace("value: 0.01,", "value: 0.01, spend-first: first-earned,")
SILENT = LASTING.replace(", notice: 10 days", "").replace(", notice: 7 days", "")


def buy(name: str, at: str, **more: Any) -> Line:
    occurred = f"{at}T12:00:00+03:00"
    said = {"type": "purchase", "id": name, "member": "ann", "lines": []}
    return {**said, "occurred_at": occurred, **more}


def change(kind: str, name: str, at: str, **more: Any) -> Line:
    about = {"currency": "points", "reason": "a doubt", **more}
    return {**buy(name, at), "type": kind, **about}


def clock(name: str, at: str) -> Line:
    return {"type": "clock", "id": name, "occurred_at": f"{at}T12:00:00+03:00"}


def told(*events: Line, document: str = LASTING) -> list[tuple[str, str, str, str]]:
    """Day, currency, units, and when they end, of each notice."""
    programme = read(document, zones=zones()).programme
    assert programme is not None
    for event in events:
        if event["type"] != "purchase":
            event.pop("lines", None)
    lines = [*replay_of(programme, bytes(32)).run(enumerate(events, start=1))]
    assert not [line for line in lines if "error" in line]
    return [
        (one["occurred_at"][:10], one["currency"], one["units"], one["expires"][:10])
        for line in lines
        for one in line.get("effects", ())
        if one["effect"] == "notify"
    ]


@pytest.mark.parametrize("document", [LASTING, FIRST_EARNED])
def test_each_end_is_told_once_with_all_its_units(document: str) -> None:
    found = told(
        buy("a", "2026-06-01"),
        buy("b", "2026-06-01"),
        buy("c", "2026-06-03"),
        clock("k", "2026-12-01"),
        document=document,
    )
    assert found == [
        ("2026-07-22", "points", "10", "2026-08-01"),
        ("2026-07-24", "points", "5", "2026-08-03"),
    ]


def test_what_is_spent_is_not_told_and_what_is_held_is() -> None:
    units = {"units": "3"}
    found = told(
        buy("a", "2026-06-01"),
        change("hold", "h", "2026-06-02", **units),
        change("adjustment", "j", "2026-06-03", units="-1", author="clerk"),
        clock("k", "2026-12-01"),
    )
    assert found == [("2026-07-22", "points", "4", "2026-08-01")]


def test_what_comes_once_it_has_been_told_is_not_told_of() -> None:
    found = told(
        buy("a", "2026-06-01"),
        buy("b", "2026-07-22", channel="app"),  # ends on 1 August too
        buy("late", "2026-06-02"),
        buy("later", "2026-05-25"),
        clock("k", "2026-08-02"),
    )
    assert found == [
        ("2026-07-22", "points", "5", "2026-08-01"),
        ("2026-07-23", "points", "5", "2026-08-02"),
    ]


def test_inactivity_is_told_again_once_it_was_put_off() -> None:
    found = told(
        buy("a", "2026-01-05", channel="web"),
        buy("b", "2026-04-01", channel="web"),
        clock("k", "2026-07-02"),
    )
    stars = [one for one in found if one[1] == "stars"]
    assert stars == [
        ("2026-03-29", "stars", "1", "2026-04-05"),
        ("2026-06-24", "stars", "2", "2026-07-01"),
    ]


def test_work_behind_a_late_event_tells_nothing_twice() -> None:
    """An event makes work due again on a day that the member has come to."""
    programme = read(LASTING, zones=zones()).programme
    assert programme is not None
    plan = compile_programme(programme)
    account: Account = new_account(plan, "m")

    def bought(name: str, at: str) -> Purchase:
        return Purchase(id=name, member="m", occurred_at=parse_time(at), lines=())

    account, _ = decide(plan, account, bought("a", "2026-06-01T12:00:00+03:00"))
    account, passed = pass_day(plan, account, parse_date("2026-07-22"))
    assert [effect.kind.value for effect in passed.effects] == ["notify"]
    account, outcome = decide(plan, account, bought("late", "2026-05-22T12:00:00+03:00"))
    assert [effect.kind.value for effect in outcome.effects] == ["earn", "expire"]


def notices(cafe: Cafe) -> list[Any]:
    query = "select answer from record where member_id = 'ann' order by seq"
    effects = [one for (answer,) in cafe.rows(query) for one in json.loads(answer)["effects"]]
    return [one["occurred_at"][:10] for one in effects if one["effect"] == "notify"]


def test_a_sweep_and_the_next_event_come_to_the_same(database: Database) -> None:
    cafe = Cafe(database, LASTING)
    cafe.post(buy("a", "2026-06-01"), {**buy("b", "2026-06-01"), "member": "bob"})
    assert cafe.rows("select distinct next_due::text from account") == [("2026-07-22",)]
    cafe.post(buy("c", "2026-07-23"))
    assert notices(cafe) == ["2026-07-22"]
    assert [one.accounts for one in cafe.sweep(parse_time("2026-07-22T12:00:00+03:00"))] == [1]
    assert cafe.rows("select member_id, next_due::text from account order by member_id") == [
        ("ann", "2026-08-01"),
        ("bob", "2026-08-01"),
    ]
    cafe.post({**buy("d", "2026-07-24"), "member": "bob"})
    assert said(database) == ""


def test_a_version_that_brings_notices_tells_of_what_is_still_to_come(database: Database) -> None:
    cafe = Cafe(database, SILENT)
    cafe.post(buy("a", "2026-06-01"), buy("b", "2026-06-20"))
    cafe.publish(LASTING, parse_time("2026-07-25T12:00:00+03:00"))
    cafe.post(buy("c", "2026-08-19"))
    assert notices(cafe) == ["2026-08-10"]
    assert said(database) == ""


def test_a_notice_is_said_in_days() -> None:
    found = read(LASTING.replace("10 days", "1 month"), zones=zones()).findings
    assert [item.code for item in found] == ["in-days"]

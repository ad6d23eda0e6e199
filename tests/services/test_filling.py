"""Metrics that a version brings count what was recorded before it, whoever asks first."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.services.cafe import SCOPE, Cafe, Line, buy, checked, event, join, profile, said, time
from xenia.services.erasing import erase_member
from xenia.services.posted import Posted
from xenia.services.statements import statement
from xenia.store.database import Database

OLD = """\
xenia: 1
programme: tavern
money: EUR
timezone: Europe/Athens
attributes:
  member: {kind: {type: text, options: [adult, student]}, nickname: {type: text}}
currencies: {points: {value: 0.01}}
rules:
  rate: {then: {earn: {points: 1 per 1.00}}}
rewards:
  tea: {price: {points: 7}, gives: {item: A tea}}
"""
NEW = (
    OLD.replace("1 per 1.00", "2 per 1.00")
    + """\
metrics:
  visits: {count: true}
  spent: {sum: spent, over: calendar month}
  lately: {sum: spent, over: rolling 20 days}
  earned: {sum: earned.points}
  student: {count: true, when: member.kind == "student"}
  zorba: {count: true, when: member.nickname == "Zorba"}
tiers:
  status: {by: visits, levels: {guest: 0, regular: 5}}
"""
)
START = time("02-01", "00:00")


@pytest.fixture
def tavern(database: Database) -> Cafe:
    """What was before the second version, which is published already."""
    cafe = Cafe(database, OLD)
    cafe.post(join("j1", "m1", "01-02", kind="adult", nickname="Zorba"), join("j2", "m2", "01-02"))
    cafe.post(buy("a1", "m1", "01-03"), buy("b1", "m2", "01-04", "1.50"))
    cafe.post(
        buy("a2", "m1", "01-20", "30.00", spend={"points": "10"}),
        profile("p1", "m1", "01-21", kind="student"),
        buy("a3", "m1", "01-25", "20.00"),
    )
    cafe.publish(NEW, START)
    cafe.post(returned("r1", "m1", "01-26", "a1"), buy("late", "m1", "01-05", "4.00"))
    assert said(database) == ""
    return cafe


def returned(name: str, member: str, day: str, of: str) -> Line:
    return event("return", name, member, day, "15:00", of={"id": of}, all=True)


def metrics(posted: list[Posted]) -> dict[str, str]:
    """Of the member of the last event."""
    answer = posted[-1].answer
    assert answer is not None
    found: dict[str, Any] = json.loads(answer)
    return {key: value for key, value in found["metrics"].items() if value not in ("0", "0.00")}


# a1 came back.  Of a2, 10 points were spent, which is 10 cents; 2 points for each euro.
BEFORE = {
    "visits": "3",
    "spent": "53.90",
    "lately": "49.90",
    "earned": "106",
    "student": "2",
}
AFTER = {**BEFORE, "visits": "4", "spent": "8.00", "lately": "57.90", "earned": "122"}
AFTER["student"] = "3"


def shown(tavern: Cafe, member: str, now: int) -> dict[str, str]:
    with tavern.database.connect() as connection:
        found = statement(connection, SCOPE, tavern.published, member, now)
    assert found is not None
    return {key: value for key, value in found["metrics"].items() if value not in ("0", "0.00")}


@pytest.mark.parametrize("first", ["event", "sweep", "batch"])
def test_what_was_before_counts_whoever_comes_first(tavern: Cafe, first: str) -> None:
    if first == "sweep":
        tavern.sweep(START)
        assert tavern.rows("select distinct version from account") == [(2,)]
    last = buy("a5", "m1", "02-01", "8.00")
    if first == "batch":
        more = buy("a4", "m1", "01-31", "6.00")
        found = metrics(tavern.post(buy("b2", "m2", "02-01"), more, last))
        changed = {"visits": "5", "lately": "63.90", "earned": "134", "student": "4"}
        assert found == {**AFTER, **changed, "zorba": "1"}
    else:
        assert metrics(tavern.post(last)) == {**AFTER, "zorba": "1"}
    assert said(tavern.database) == ""
    again = buy("a6", "m1", "02-02", "1.00")
    assert metrics(tavern.post(again))["visits"] == ("6" if first == "batch" else "5")
    assert said(tavern.database) == ""


def test_a_level_is_climbed_to_by_what_was_before(tavern: Cafe) -> None:
    tavern.sweep(START)
    posted = tavern.post(buy("a5", "m1", "02-01"), buy("a6", "m1", "02-02"))
    answer = posted[-1].answer
    assert answer is not None
    assert json.loads(answer)["tiers"]["status"]["level"] == "regular"


def test_a_statement_shows_what_a_sweep_would_find(tavern: Cafe) -> None:
    before = shown(tavern, "m1", START)
    tavern.sweep(START)
    assert shown(tavern, "m1", START) == before
    assert before["visits"] == "3"


def test_what_was_erased_makes_no_difference(tavern: Cafe) -> None:
    """A nickname is personal: it is in no fact, and so counts for nothing that was before."""
    with tavern.database.connect(autocommit=True) as connection:
        erase_member(connection, "m1", now=time("01-28"))
    assert metrics(tavern.post(buy("a5", "m1", "02-01", "8.00"))) == AFTER
    assert said(tavern.database) == ""


def test_what_earlier_versions_decide_later_counts_too(tavern: Cafe) -> None:
    """A late event, and what comes back, by itself or with what it had waited for."""
    tavern.post(buy("a5", "m1", "02-01", "8.00"))
    late = metrics(tavern.post(buy("a6", "m1", "01-27", "5.00"), now=time("02-02")))
    assert late == {
        **AFTER,
        "visits": "5",
        "lately": "62.90",
        "earned": "132",
        "student": "4",
        "zorba": "1",
    }
    assert said(tavern.database) == ""
    back = metrics(tavern.post(returned("r2", "m1", "02-02", "a3")))
    assert back == {
        **AFTER,
        "lately": "42.90",
        "earned": "92",
        "zorba": "1",
    }
    tavern.post(returned("r3", "m1", "02-03", "a7"))
    found = metrics(tavern.post(buy("a7", "m1", "01-28", "9.00"), now=time("02-04")))
    assert (found["visits"], found["earned"]) == ("4", "92")
    assert said(tavern.database) == ""


def test_it_is_proved(tavern: Cafe) -> None:
    tavern.sweep(START)
    new = tavern.published.timeline.moves[0].new_metrics
    place = next(slot.at for slot in new if slot.name.startswith("metric.visits."))
    changed = tavern.change(
        f"update account set state = set_byte(state, {8 * place}, 9) where member_id = 'm1'"
    )
    assert changed == 1
    assert "member m1: account: state" in said(tavern.database)


def test_a_version_that_never_began_has_filled_nothing(tavern: Cafe) -> None:
    """What a metric counts is as the version has it that took its place."""
    tavern.publish(NEW.replace("2 per 1.00", "3 per 1.00"), START)
    found = metrics(tavern.post(buy("a5", "m1", "02-01", "8.00")))
    assert (found["visits"], found["earned"]) == ("4", "183")
    assert checked(tavern.database).discrepancies == []


def test_who_joined_by_buying_and_who_was_brought_are_known(database: Database) -> None:
    """Who has joined stays a member, also where the version would not have let them."""
    refers = "rules:\n  friend: {limits: {times: 1, per: ever}, then: {refer: true}}"
    thanks = "  thanks: {on: referral, then: {earn: {points: 5}}}\nrewards:"
    old, new = (text.replace("rules:", refers).replace("rewards:", thanks) for text in (OLD, NEW))
    cafe = Cafe(database, old)
    cafe.post(join("j1", "m1", "01-02"), buy("b1", "m2", "01-02"), buy("b2", "m2", "01-05"))
    cafe.post(event("enrolment", "j3", "m3", "01-06", "11:00", referred_by="m1"))
    cafe.post(buy("c1", "m3", "01-07"))
    new = new.replace("rules:", "enrolment: enrolment-only\nrules:", 1)
    counts = "  thanked: {sum: earned.points, on: referral}\ntiers:"
    new = new.replace("tiers:", "  brought: {count: true, on: referral}\n" + counts)
    cafe.publish(new, START)
    cafe.sweep(START)
    members = {"m1": ("0", "1", "5"), "m2": ("2", "0", "0"), "m3": ("1", "0", "0")}
    for member, expected in members.items():
        with database.connect() as connection:
            found = statement(connection, SCOPE, cafe.published, member, START)
        assert found is not None
        seen = found["metrics"]
        assert (seen["visits"], seen["brought"], seen["thanked"]) == expected
    assert said(database) == ""

"""What inactivity ended comes back in the ledger, with its age and its end, and is proved."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.services.cafe import SCOPE, Cafe, Line, said
from xenia.events.moments import parse_time
from xenia.services.statements import ledger_page
from xenia.store.database import Database

IDLE = """\
xenia: 1
programme: idle
money: EUR
timezone: Europe/Athens
currencies:
  points:
    title: {en: [point, points]}
    value: 0.01
    expires: {inactive: 3 months, after: 2 years}
rules:
  buy: {then: {earn: {points: 1 per 1.00}}}
"""


def at(day: str) -> int:
    return parse_time(f"2026-{day}T12:00:00+02:00")


def told(kind: str, name: str, day: str, **more: Any) -> Line:
    about = {"type": kind, "id": name, "member": "ann", **more}
    return {**about, "occurred_at": f"2026-{day}T12:00:00+02:00"}


def bought(name: str, day: str, amount: str = "10.00") -> Line:
    line = {"sku": "s", "category": "c", "quantity": 1, "amount": amount}
    return told("purchase", name, day, lines=[line])


@pytest.fixture
def idle(database: Database) -> Cafe:
    """Ann bought on two days, some of her points are held; all of them ended on 2 April."""
    cafe = Cafe(database, IDLE)
    cafe.post(bought("a", "01-01"), bought("b", "01-02", "20.00"))
    cafe.post(told("hold", "h", "01-03", currency="points", units="4", reason="a doubt"))
    cafe.sweep(at("04-02"))
    assert lots(cafe) == []
    return cafe


def lots(cafe: Cafe) -> list[tuple[Any, ...]]:
    return cafe.rows(
        "select account::text, earned::text, ends::text, units::int from lot order by 1, 2, 3"
    )


def effects(cafe: Cafe, event: Line, now: str) -> list[tuple[str, str]]:
    (posted,) = cafe.post(event, now=at(now))
    assert posted.answer is not None
    return [(one["effect"], one["units"]) for one in json.loads(posted.answer)["effects"]]


def test_what_would_not_have_ended_comes_back_held_what_was_held(idle: Cafe) -> None:
    found = effects(idle, bought("late", "03-30", "1.00"), now="04-10")
    assert found == [("earn", "1"), ("reinstate", "6"), ("reinstate", "4"), ("reinstate", "20")]
    assert lots(idle) == [
        ("held", "2026-01-01", "2028-01-01", 4),
        ("wallet", "2026-01-01", "2028-01-01", 6),
        ("wallet", "2026-01-02", "2028-01-02", 20),
        ("wallet", "2026-03-30", "2028-03-30", 1),
    ]
    idle.sweep(at("06-30"))
    assert lots(idle) == []
    assert said(idle.database) == ""


def test_what_a_return_has_taken_meanwhile_stays_away(idle: Cafe) -> None:
    back = told("return", "r", "04-05", purchase="b", all=True)
    assert effects(idle, back, now="04-05") == []
    found = effects(idle, bought("late", "03-30", "1.00"), now="04-10")
    assert found == [("earn", "1"), ("reinstate", "6"), ("reinstate", "4")]
    # What has come back is there to be taken, as if it had never ended.
    back = told("return", "r2", "04-11", purchase="a", all=True)
    assert effects(idle, back, now="04-11") == [("take-back", "10")]
    assert said(idle.database) == ""


@pytest.mark.parametrize(
    ("day", "now"),
    [
        ("04-02", "04-10"),  # earned once all had ended
        ("01-02", "04-10"),  # puts nothing off
        ("03-01", "06-02"),  # until 1 June, which is over
    ],
)
def test_what_would_have_ended_all_the_same_does_not_come_back(
    idle: Cafe, day: str, now: str
) -> None:
    idle.post(told("adjustment", "t", now, currency="points", units="1", reason="x", author="c"))
    idle.sweep(at(now))
    found = effects(idle, bought("late", day, "1.00"), now=now)
    assert "reinstate" not in dict(found)
    assert said(idle.database) == ""


def test_a_member_reads_that_they_are_back(idle: Cafe) -> None:
    idle.post(bought("late", "03-30", "1.00"), now=at("04-10"))
    with idle.database.connect() as connection:
        page = ledger_page(connection, SCOPE, idle.published, "ann", limit=3)
    sentences = [entry["words"] for entry in page.entries]
    assert sentences[0] == "20 points reinstated, purchase late"
    assert all("reinstated" in sentence for sentence in sentences)

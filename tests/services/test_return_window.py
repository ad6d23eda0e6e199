"""What is returned too late is recorded and takes nothing back; units wait until nothing can be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.services.cafe import Cafe, Line, buy, event, said, time
from xenia.services.posted import Posted
from xenia.store.database import Database

DOCUMENT = (Path(__file__).parents[1] / "engine" / "try-at-home.yaml").read_text("utf-8")


def back(name: str, of: str, day: str, member: str | None = "ann") -> Line:
    return event("return", name, member, day, "13:00", purchase=of, all=True)


def answered(posted: list[Posted]) -> list[dict[str, Any]]:
    return [json.loads(one.answer or "null") for one in posted]


def test_a_return_is_in_time_or_takes_nothing_back(database: Database) -> None:
    cafe = Cafe(database, DOCUMENT)
    cafe.post(buy("a", "ann", "01-10"), buy("b", "ann", "01-11"))
    assert cafe.rows("select account::text, units::int from lot") == [("pending", 12)] * 2
    (refused,) = answered(cafe.post(back("late", "a", "02-09")))
    assert [one["code"] for one in refused["refusals"]] == ["too-late"]
    assert refused["wallet"]["points"] == {"balance": "12", "pending": "12", "held": "0"}
    (taken,) = answered(cafe.post(back("in-time", "b", "02-09")))
    assert (taken["refusals"], taken["refund"]) == ([], [{"method": "other", "amount": "12.00"}])
    assert taken["wallet"]["points"] == {"balance": "12", "pending": "0", "held": "0"}
    assert said(database) == ""


def test_a_guest_returns_in_the_time_that_held_when_it_was_bought(database: Database) -> None:
    cafe = Cafe(database, DOCUMENT)
    cafe.post(buy("a", None, "01-10"))
    cafe.publish(DOCUMENT.replace("within: 30 days", "within: 10 days"), time("01-15", "00:00"))
    cafe.post(buy("b", None, "01-20"))
    asked = [("b1", "b", "01-30"), ("a1", "a", "02-08"), ("a2", "a", "02-09")]
    told = answered(cafe.post(*[back(*one, member=None) for one in asked]))
    assert [[one["code"] for one in each["refusals"]] for each in told] == [
        ["too-late"],
        [],
        ["too-late"],
    ]
    assert [each["version"] for each in told] == [2, 1, 1]
    assert said(database) == ""


def test_the_time_is_that_of_the_version_that_decided_the_purchase(database: Database) -> None:
    cafe = Cafe(database, DOCUMENT)
    cafe.post(buy("a", "ann", "01-10"))
    cafe.publish(DOCUMENT.replace("within: 30 days", "within: 10 days"), time("01-15", "00:00"))
    cafe.post(buy("b", "ann", "01-20"))
    late, in_time = answered(cafe.post(back("late", "b", "01-30"), back("in-time", "a", "01-31")))
    assert [one["code"] for one in late["refusals"]] == ["too-late"]
    assert in_time["refusals"] == []
    assert in_time["wallet"]["points"] == {"balance": "12", "pending": "0", "held": "0"}
    assert said(database) == ""

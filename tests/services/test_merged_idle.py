"""Of two who are found to be one person, what inactivity has ended, and what it has not."""

from __future__ import annotations

import pytest

from tests.services.cafe import Cafe, buy, event, join, said, time
from tests.services.merging import end, merge
from tests.services.test_merged_counts import standing
from xenia.store.database import Database

IDLE = """\
xenia: 1
programme: club
money: EUR
timezone: Europe/Athens
currencies: {stars: {expires: {inactive: 1 month}, transfers: {}}}
rules:
  star-per-euro: {then: {earn: {stars: 1 per 1.00}}}
"""


def stars(cafe: Cafe, at: int) -> str:
    found: str = standing(cafe, at)["wallet"]["stars"]["balance"]
    return found


@pytest.mark.parametrize(("idle", "given"), [("m0", "m1"), ("m1", "m0")])
def test_what_somebody_was_given_does_not_end_by_how_long_ago_the_other_earned(
    database: Database, idle: str, given: str
) -> None:
    cafe = Cafe(database, IDLE)
    cafe.post(*[join(f"j{who}", who, "01-01") for who in ("m0", "m1", "giver")])
    cafe.post(buy("a1", idle, "01-02", "30.00"))
    cafe.sweep(time("02-20"))
    cafe.post(
        buy("a2", "giver", "02-25", "50.00"),
        event("transfer", "t1", "giver", "02-25", "13:00", to=given, currency="stars", units="50"),
    )
    end(cafe, merge(cafe, "m0", "m1", time("03-01")), time("03-01"))
    assert stars(cafe, time("03-02")) == "50"
    cafe.sweep(time("03-26"))
    assert stars(cafe, time("03-26")) == "0", "they keep the giver's end"
    assert said(cafe.database) == ""


def test_what_inactivity_has_ended_is_not_taken_once_more(database: Database) -> None:
    """As it was gone before, what comes back of it takes nothing of what the other has."""
    cafe = Cafe(database, IDLE)
    cafe.post(*[join(f"j{who}", who, "01-01") for who in ("m0", "m1")])
    cafe.post(buy("a1", "m0", "01-02", "100.00"))
    cafe.sweep(time("02-20"))
    cafe.post(buy("b1", "m1", "02-21", "30.00"))
    end(cafe, merge(cafe, "m0", "m1", time("02-22")), time("02-22"))
    cafe.post(event("return", "r1", "m1", "02-23", "13:00", of={"id": "a1"}, all=True))
    assert stars(cafe, time("02-24")) == "30"
    assert said(database) == ""

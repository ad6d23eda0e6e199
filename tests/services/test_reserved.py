"""What is reserved is not there for what comes of itself either, whoever records that."""

from __future__ import annotations

import json

import pytest

from tests.services.cafe import SCOPE, Cafe, buy, join, said, time
from xenia.services.statements import statement
from xenia.store import reservations
from xenia.store.database import Database
from xenia.store.reservations import Reservation

DOCUMENT = """\
xenia: 1
programme: club
money: EUR
timezone: Europe/Athens
currencies: {points: {value: 0.01}, stars: {}, stamps: {pending: 2 days}}
rules:
  point-per-euro: {then: {earn: {points: 1 per 1.00}}}
  birthday: {on: birthday, when: balance.points >= 40, then: {earn: {stars: 7}}}
  stamp: {when: channel == "app", then: {earn: {stamps: 1}}}
rewards:
  tip: {price: {stamps: 2}, automatic: true, gives: {gift-card: 3.00}}
"""


@pytest.mark.parametrize("before", ["an event", "the work"])
def test_a_moment_reads_what_is_not_reserved(database: Database, before: str) -> None:
    cafe = Cafe(database, DOCUMENT)
    for name in ("m1", "m2"):
        cafe.post(join(f"j {name}", name, "01-01", birthday="1990-01-06"))
        cafe.post(buy(f"b {name}", name, "01-02", "50.00"))
    made, until = time("01-05"), time("01-06")
    kept = Reservation(
        "r", SCOPE.programme_id, "m1", "reserved", made, until, {"points": 40}, [], []
    )
    with cafe.database.connect() as connection:
        reservations.add(connection, SCOPE.space_id, kept)
    if before == "the work":
        cafe.celebrate(time("01-06", "01:00"))
    else:
        for name in ("m1", "m2"):
            cafe.post(buy(f"c {name}", name, "01-06", "1.00"), now=time("01-06", "01:00"))
    earned = cafe.rows("select member_id, units from entry where currency = 'stars'")
    assert earned == [("m2", 7)]
    assert said(cafe.database) == ""


def test_a_voucher_that_nobody_has_swept_yet_is_kept_as_well(database: Database) -> None:
    """A member sees it, and it can be reserved, before any work in the background has come by."""
    cafe = Cafe(database, DOCUMENT)
    cafe.post(*[buy(name, "m1", "01-02", channel="app") for name in ("a", "b")])
    with cafe.database.connect() as connection:
        told = statement(connection, SCOPE, cafe.published, "m1", time("01-05"))
        assert told is not None
        code = told["vouchers"][0]["code"]
        live = time("01-05"), time("01-06")
        made = Reservation("r", SCOPE.programme_id, "m1", "reserved", *live, {}, [code], [])
        reservations.add(connection, SCOPE.space_id, made)
    mine, theirs = (
        json.loads(cafe.post(buy(name, name, "01-05", vouchers=[code]))[0].answer or "")
        for name in ("m1", "m2")
    )
    assert [one["code"] for one in mine["refusals"]] == ["reserved"]
    assert [one["code"] for one in theirs["refusals"]] == ["not-yours"]
    assert cafe.rows("select state from voucher") == [("issued",)]
    assert said(cafe.database) == ""

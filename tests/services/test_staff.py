"""What staff changes, through the service: recorded, shown, verified, and erased."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.services.cafe import CAFE, SCOPE, Cafe, buy, event, said, time
from xenia.services.erasing import erase_member
from xenia.services.statements import ledger_page, statement
from xenia.store.database import Database

REASON = "Zoe's cup was cold"


def staff(kind: str, name: str, day: str, clock: str = "12:00", **more: Any) -> dict[str, Any]:
    return event(kind, name, "m1", day, clock, **{"reason": REASON, **more})


def adjust(name: str, day: str, units: str, currency: str = "points") -> dict[str, Any]:
    more = {"currency": currency, "units": units, "author": "eleni"}
    return staff("adjustment", name, day, "15:00", **more)


@pytest.fixture
def cafe(database: Database) -> Cafe:
    cafe = Cafe(database)
    cafe.post(buy("a1", "m1", "01-02"))
    cafe.post(adjust("give", "01-03", "30"), adjust("take", "01-03", "-20"))
    cafe.post(adjust("too-many", "01-04", "-23"), adjust("star", "01-04", "1", "stars"))
    return cafe


def answer(cafe: Cafe, name: str) -> Any:
    ((text,),) = cafe.rows(f"select answer from record where event_id = '{name}'")
    return json.loads(text)


def test_an_adjustment_is_recorded_and_verified(cafe: Cafe) -> None:
    assert said(cafe.database) == ""
    told = answer(cafe, "take")
    assert [(one["effect"], one["units"]) for one in told["effects"]] == [("adjust", "-20")]
    assert told["wallet"]["points"]["balance"] == "22"
    refused = answer(cafe, "too-many")
    assert [one["code"] for one in refused["refusals"]] == ["insufficient-balance"]
    assert [one["effect"] for one in refused["effects"]] == ["activate"]  # which was due
    cafe.sweep(time("03-01"))
    assert said(cafe.database) == ""


def test_an_entry_of_an_adjustment_that_is_tampered_with_is_seen(cafe: Cafe) -> None:
    assert cafe.change("update entry set units = 31 where units = 30") == 1
    assert "entry 0" in said(cafe.database)


def test_an_adjustment_is_told_in_the_member_s_ledger(cafe: Cafe) -> None:
    with cafe.database.connect() as connection:
        page = ledger_page(connection, SCOPE, cafe.published, "m1", currency="points")
    assert [entry["words"] for entry in page.entries] == [
        "8 points taken back, correction take",
        "12 points taken back, correction take",
        "30 points given, correction give",
        "A point per euro: 12 points, purchase a1",
    ]


def test_the_reason_is_erased_with_the_member_and_the_author_stays(cafe: Cafe) -> None:
    facts = "select string_agg(facts::text, ' ') from event"
    personal = "select string_agg(said::text, ' ') from personal"
    assert REASON not in cafe.rows(facts)[0][0]
    assert cafe.rows(personal)[0][0].count(REASON) == 4
    with cafe.database.connect() as connection:
        erase_member(connection, "m1", now=time("02-01"))
    assert cafe.rows(personal) == [(None,)]
    assert cafe.rows(facts)[0][0].count("eleni") == 4
    assert said(cafe.database) == ""


def test_what_is_held_is_verified_shown_and_released(cafe: Cafe) -> None:
    cafe.post(staff("hold", "h1", "01-05", currency="points", units="10"))
    cafe.post(staff("hold", "h2", "01-06"), staff("release", "r1", "01-06", "15:00", units=None))
    cafe.post(staff("hold", "h3", "01-07", currency="points", units="5"))
    assert said(cafe.database) == ""
    assert answer(cafe, "h2")["wallet"]["points"] == {"balance": "0", "pending": "0", "held": "22"}
    assert answer(cafe, "h3")["wallet"]["points"] == {"balance": "17", "pending": "0", "held": "5"}
    with cafe.database.connect() as connection:
        page = ledger_page(connection, SCOPE, cafe.published, "m1", currency="points", limit=3)
        greek = ledger_page(
            connection, SCOPE, cafe.published, "m1", currency="points", limit=1, locale="el"
        )
    assert [entry["words"] for entry in page.entries] == [
        "5 points cannot be used for now, review h3",
        "22 points can be used again, end of review r1",
        "12 points cannot be used for now, review h2",
    ]
    assert [entry["words"] for entry in greek.entries] == [
        "Δεσμεύονται προσωρινά: 5 πόντοι, έλεγχος h3"
    ]
    cafe.sweep(time("03-01"))
    expired = "select debit, units from entry where credit = 'breakage' and currency = 'points'"
    assert sorted(cafe.rows(expired)) == [("held", 5), ("wallet", 17)]
    assert said(cafe.database) == ""


def test_held_units_that_are_tampered_with_are_seen(cafe: Cafe) -> None:
    cafe.post(staff("hold", "h1", "01-05", currency="points", units="10"))
    assert cafe.change("update entry set credit = 'redeemed' where credit = 'held'") == 1
    assert "held" in said(cafe.database)


GRANTS = CAFE.replace(
    "    holds: end of month\n", "    holds: end of month\nbenefits: {wifi: {title: fast wifi}}\n"
)


def grant(name: str, day: str, **what: Any) -> dict[str, Any]:
    return staff("grant", name, day, author="eleni", **what)


def test_grants_are_recorded_and_verified(database: Database) -> None:
    cafe = Cafe(database, GRANTS)
    until = "2026-03-15T00:00:00+02:00"
    cafe.post(grant("level", "01-03", tier={"status": "gold"}, until=until))
    cafe.post(grant("right", "01-03", benefit="wifi"), buy("a1", "m1", "01-04", "50.00"))
    cafe.post(grant("tea", "01-05", voucher="tea"), grant("tea-2", "01-05", voucher="tea"))
    cafe.post(grant("tea-3", "01-05", voucher="tea"), grant("twice", "01-05", benefit="wifi"))
    assert said(cafe.database) == ""
    told = answer(cafe, "a1")
    assert told["payable"]["discount"] == "5.00"  # gold has ten per cent
    assert told["tiers"]["status"]["until"] == until
    assert told["benefits"] == [{"benefit": "wifi", "left": None, "until": None}]
    assert [one["code"] for one in answer(cafe, "tea-3")["refusals"]] == ["out-of-stock"]
    assert [one["code"] for one in answer(cafe, "twice")["refusals"]] == ["already-granted"]
    assert cafe.rows("select reward from voucher order by seq") == [("tea",), ("tea",)]
    cafe.sweep(time("04-01"))
    with cafe.database.connect() as connection:
        shown = statement(connection, SCOPE, cafe.published, "m1", time("04-01"))
    assert shown is not None
    assert shown["tiers"]["status"]["level"] == "basic"
    assert said(cafe.database) == ""

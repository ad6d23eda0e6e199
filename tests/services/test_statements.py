"""What a member is shown: what they hold at a moment, and their ledger in words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.postgres import on_both
from tests.services.cafe import CAFE, SCOPE, Cafe, buy, filled, said, time
from xenia.programme.words import NoPhrases
from xenia.services.answers import Json
from xenia.services.statements import PAGE_MAX, Page, ledger_page, statement
from xenia.store.database import Database


@pytest.fixture
def cafe(database: Database) -> Cafe:
    return filled(Cafe(database))


def shown(cafe: Cafe, member: str, now: int) -> Json | None:
    with cafe.database.connect() as connection:
        return statement(connection, SCOPE, cafe.published, member, now)


def page(cafe: Cafe, member: str = "m1", **asked: Any) -> Page:
    with cafe.database.connect() as connection:
        return ledger_page(connection, SCOPE, cafe.published, member, **asked)


# ---- what is held --------------------------------------------------------------------------------


@on_both
def test_a_member_is_shown_all_that_they_hold(cafe: Cafe) -> None:
    assert shown(cafe, "m1", time("02-06")) == {
        "member": "m1",
        "programme": "cafe",
        "version": 1,
        "at": "2026-02-06T12:00:00+02:00",
        "enrolled": True,
        "wallet": {
            "points": {"balance": "12", "pending": "0", "held": "0"},
            "stars": {"balance": "2", "pending": "0", "held": "0"},
        },
        "endings": [
            {"currency": "points", "units": "12", "at": "2026-02-23T00:00:00+02:00"},
            {"currency": "stars", "units": "2", "at": "2026-03-01T00:00:00+02:00"},
        ],
        "tiers": {
            "status": {
                "level": "basic",
                "until": None,
                "to_next": [{"metric": "spent-this-month", "units": "28.00"}],
                "to_keep": [],
            }
        },
        "metrics": {"spent-this-month": "12.00"},
        "vouchers": [
            {"code": codes(cafe)[0], "reward": "cookie", "state": "expired",
             "expires": "2026-01-16T00:00:00+02:00"},
            {"code": codes(cafe)[1], "reward": "tea", "state": "issued", "expires": None},
        ],
        "benefits": [],
    }  # fmt: skip


def codes(cafe: Cafe) -> list[str]:
    found = cafe.rows("select code from voucher where member_id = 'm1' order by seq, n")
    return [code for (code,) in found]


def test_what_is_due_counts_though_nobody_has_swept(cafe: Cafe) -> None:
    cafe.post(buy("a8", "m1", "02-06"))
    before = cafe.rows("select member_id, seq, state from account order by 1")
    now = shown(cafe, "m1", time("02-08"))
    assert now is not None
    assert now["wallet"]["stars"] == {"balance": "0", "pending": "0", "held": "0"}
    assert [(item["reward"], item["state"]) for item in now["vouchers"]] == [
        ("cookie", "expired"),
        ("tea", "issued"),
        ("cookie", "issued"),
    ]
    later = shown(cafe, "m1", time("03-01"))
    assert later is not None
    assert later["wallet"]["points"]["balance"] == "0"
    assert later["metrics"] == {"spent-this-month": "0.00"}
    assert cafe.rows("select member_id, seq, state from account order by 1") == before
    assert said(cafe.database) == ""


def test_a_sweep_changes_nothing_of_what_is_shown(cafe: Cafe) -> None:
    before = shown(cafe, "m1", time("03-01"))
    cafe.sweep(time("03-01"))
    assert shown(cafe, "m1", time("03-01")) == before


def test_it_is_shown_in_the_terms_of_the_version_in_force(cafe: Cafe) -> None:
    cafe.publish(CAFE.replace("gold: 40", "gold: 50"), start=time("03-01", "00:00"))
    now, later = shown(cafe, "m1", time("02-20")), shown(cafe, "m1", time("03-05"))
    assert now is not None
    assert later is not None
    assert (now["version"], later["version"]) == (1, 2)
    missing = [one["tiers"]["status"]["to_next"][0]["units"] for one in (now, later)]
    assert missing == ["28.00", "50.00"]


def test_of_nobody_nothing_is_shown(cafe: Cafe) -> None:
    assert shown(cafe, "m7", time("02-06")) is None


def test_who_has_not_joined_is_told_so(database: Database) -> None:
    cafe = Cafe(database, CAFE.replace("title: The café", "enrolment: enrolment-only"))
    cafe.post(buy("a1", "m1", "01-02"))
    found = shown(cafe, "m1", time("01-03"))
    assert found is not None
    assert found["enrolled"] is False
    assert said(database) == ""


# ---- the ledger ----------------------------------------------------------------------------------


def words(found: Page) -> list[str]:
    return [str(entry["words"]) for entry in found.entries]


@on_both
def test_every_entry_is_told_newest_first(cafe: Cafe) -> None:
    assert words(page(cafe, "m2")) == [
        "2 stars can be used from now on",
        "star: 2 stars, not to be used yet, purchase a7",
        "A point per euro: 12 points, purchase a7",
        "10 points expired",
        "30 points expired",
        "2 stars used, purchase late",
        "2 stars used, purchase late",
        "2 stars can be used from now on, purchase late",
        "star: 2 stars, not to be used yet, purchase late",
        "A point per euro: 30 points, purchase late",
        "2 points used, reward r2",
        "5 points used, reward r2",
        "2 stars can be used from now on",
        "star: 2 stars, not to be used yet, purchase a2",
        "A point per euro: 12 points, purchase a2",
        "welcome: 5 points, joining j2",
    ]


def test_they_are_told_in_greek_as_well(cafe: Cafe) -> None:
    assert words(page(cafe, "m2", locale="el"))[:4] == [
        "Διαθέσιμα πλέον: 2 αστέρια",
        "star: 2 αστέρια, σε αναμονή, αγορά a7",
        "Ένας πόντος ανά ευρώ: 12 πόντοι, αγορά a7",
        "Λήξη: 10 πόντοι",
    ]


def test_an_entry_comes_with_its_event_lot_and_times(cafe: Cafe) -> None:
    entries = page(cafe).entries
    assert entries[-2] == {
        "id": "2.0",
        "effect": "api/a1/1",
        "currency": "points",
        "units": "12",
        "debit": "issuance",
        "credit": "wallet",
        "lot": {"earned": "2026-01-02", "expires": "2026-01-22T00:00:00+02:00"},
        "kind": "base",
        "rule": "point-per-euro",
        "funder": None,
        "version": 1,
        "event": {"source": "api", "id": "a1", "type": "purchase"},
        "occurred_at": "2026-01-02T12:00:00+02:00",
        "recorded_at": "2026-01-03T12:01:00+02:00",
        "accounting_on": "2026-01-03",
        "words": "A point per euro: 12 points, purchase a1",
    }
    swept = entries[0]
    assert (swept["event"], swept["version"], swept["rule"]) == (None, 1, None)
    assert swept["occurred_at"] == "2026-02-05T00:00:00+02:00"
    assert swept["recorded_at"] == "2026-02-06T12:00:00+02:00"


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
def test_pages_follow_each_other_without_a_gap(cafe: Cafe, limit: int) -> None:
    whole = page(cafe, limit=PAGE_MAX)
    assert whole.cursor is None
    found: list[Json] = []
    cursor: str | None = None
    while True:
        one = page(cafe, limit=limit, cursor=cursor)
        assert 0 < len(one.entries) <= limit
        found += one.entries
        cursor = one.cursor
        if cursor is None:
            break
    assert tuple(found) == whole.entries
    assert len(found) == cafe.rows("select count(*) from entry where member_id = 'm1'")[0][0]


def test_the_ledger_of_one_currency(cafe: Cafe) -> None:
    whole = [entry for entry in page(cafe).entries if entry["currency"] == "stars"]
    assert len(whole) > 5
    assert page(cafe, currency="stars").entries == tuple(whole)
    first = page(cafe, currency="stars", limit=4)
    rest = page(cafe, currency="stars", cursor=first.cursor)
    assert (*first.entries, *rest.entries) == tuple(whole)


def test_a_page_has_bounds(cafe: Cafe) -> None:
    assert len(page(cafe, limit=0).entries) == 1
    assert len(page(cafe, limit=-5).entries) == 1
    assert len(page(cafe, limit=10**9).entries) > 20


@pytest.mark.parametrize("cursor", ["", "x", "1", "1.", ".1", "1.x", "-1.2", "1.2.3", "9" * 50])
def test_a_cursor_that_no_page_has_given_is_refused(cafe: Cafe, cursor: str) -> None:
    with pytest.raises(ValueError, match="is not a cursor"):
        page(cafe, cursor=cursor)


def test_a_language_without_phrases_is_refused(cafe: Cafe) -> None:
    with pytest.raises(NoPhrases):
        page(cafe, "m7", locale="fr")


def test_who_has_nothing_has_an_empty_ledger(cafe: Cafe) -> None:
    assert page(cafe, "m7") == Page((), None)


def test_decimals_and_titles_are_those_of_the_version_that_decided(database: Database) -> None:
    cafe = Cafe(database, CAFE.replace("value: 0.01", "value: 0.01\n    decimals: 2"))
    cafe.post(buy("a1", "m1", "01-02", "12.34"))
    newer = CAFE.replace("value: 0.01", "value: 0.01\n    decimals: 2")
    newer = newer.replace("A point per euro", "One point a euro")
    cafe.publish(newer, start=time("02-01"))
    cafe.post(buy("a2", "m1", "02-02", "1.00"))
    found = page(cafe)
    said_so = [text for text in words(found) if "euro" in text]
    assert said_so == [
        "One point a euro: 1 point, purchase a2",
        "A point per euro: 12 points, purchase a1",
    ]
    assert {entry["units"] for entry in found.entries if entry["rule"] == "point-per-euro"} == {
        "12.00",
        "1.00",
    }

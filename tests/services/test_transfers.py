"""Transfers through the service: both sides recorded, answered as a replay does, and verified."""

from __future__ import annotations

import json
from random import Random
from threading import Barrier, Thread
from typing import Any

import pytest

from tests.services.cafe import SCOPE, Cafe, Line, buy, event, join, said, time
from xenia.programme.read import read
from xenia.services.erasing import erase_member
from xenia.services.files import zones
from xenia.services.replay import replay_of
from xenia.services.statements import ledger_page
from xenia.store.database import Database

DOCUMENT = """\
xenia: 1
programme: club
money: EUR
timezone: Europe/Athens
currencies:
  points:
    title: {en: [point, points], el: [πόντος, πόντοι], ru: [балл, балла, баллов, балла],
            hy: [միավոր, միավոր]}
    value: 0.01
    expires: {after: 20 days}
    transfers: {limits: {units: 100, per: month}}
  miles: {expires: {inactive: 2 months}, transfers: {}}
rules:
  point-per-euro: {then: {earn: {points: 1 per 1.00, miles: 1 per 1.00}}}
  birthday: {on: birthday, then: {earn: {points: 7}}}
rewards:
  tea: {price: {points: 50}, automatic: true, gives: {item: A tea}}
"""
LIMITED = "transfers: {limits: {units: 100, per: month}}"
BORN = {"birthday": "1990-01-06"}


def give(name: str, member: object, to: object, day: str, units: str, **more: Any) -> Line:
    known = {"to": to, "currency": "points", "units": units, **more}
    return event("transfer", name, member, day, "15:00", **known)


STORY = [
    join("j1", "m1", "01-01"),
    join("j2", {"card": "4"}, "01-01", **BORN),
    buy("a1", "m1", "01-02", "30.00"),
    buy("a2", "m1", "01-04", "30.00", spend={"points": "10"}),
    give("t1", "m1", {"card": "4"}, "01-08", "25", by={"phone": "9"}),
    give("t2", "m1", {"card": "5"}, "01-08", "5"),
    give("t3", "m1", "nobody", "01-08", "5"),
    give("t4", "m1", "m1", "01-08", "5"),
    give("t5", "m1", {"card": "4"}, "01-09", "500"),
    give("t6", "m1", {"card": "4"}, "01-10", "3", currency="miles"),
    give("t7", {"card": "4"}, "m1", "01-11", "4"),
    give("t0", "m1", {"card": "4"}, "01-11", "20"),
    event("return", "r1", "m1", "01-12", "12:00", purchase="a2", all=True),  # below 0
    give("t8", {"card": "4"}, "m1", "01-13", "28"),  # fills it
    event("cancel", "c1", "m1", "01-13", "16:00", of={"id": "t1"}),
    buy("a3", "m1", "01-20", "60.00"),
    give("t9", "m1", {"card": "4"}, "01-02", "5"),  # late
]


def alone(*events: Line) -> list[Any]:
    """What a replay answers."""
    programme = read(DOCUMENT, zones=zones()).programme
    assert programme is not None
    replay = replay_of(programme, bytes(32))
    lines = replay.run((place, line) for place, line in enumerate(events))
    return [line for line in lines if "final" not in line]


def told(cafe: Cafe, cards: dict[str, str]) -> dict[tuple[str, str], Any]:
    """All answers by event, members by what they were named by."""
    rows = cafe.rows("select source, event_id, answer from record")
    found = {}
    for row in rows:
        source, name, answer = row
        for member, card in cards.items():
            name, answer = (text.replace(member, card) for text in (name, answer))
        found[source, name] = _plain(json.loads(answer))
    return found


def _plain(answer: Any) -> Any:
    for part in ("trace", "vouchers", "notes"):
        answer.pop(part, None)
    for effect in answer["effects"]:
        effect.pop("voucher", None)
    return answer


def cards_of(cafe: Cafe) -> list[tuple[Any, ...]]:
    return cafe.rows("select member_id, value from identifier where kind = 'card'")


@pytest.mark.parametrize("batch", [1, 3, len(STORY)])
def test_it_is_recorded_in_any_batches_as_a_replay_tells_it(database: Database, batch: int) -> None:
    cafe = Cafe(database, DOCUMENT)
    for start in range(0, len(STORY), batch):
        cafe.post(*STORY[start : start + batch])
    assert said(database) == ""
    cards = {member: f"card:{card}" for member, card in cards_of(cafe)}
    expected = {(line["source"], line["event"]): _plain(line) for line in alone(*STORY)}
    assert told(cafe, cards) == expected
    assert len(expected) == len(STORY) + 6 + 1  # received, and a birthday
    assert cafe.rows("select count(*) from member where member_id = 'nobody'") == [(0,)]
    assert cafe.rows("select count(*) from identifier where value = '5'") == [(0,)]
    filled = "select member_id, units from entry where debit = 'wallet' and credit = 'deficit'"
    assert cafe.rows(filled) == [("m1", 11)]
    cafe.work(time("04-01"))
    assert said(database) == ""


def two_members(database: Database) -> Cafe:
    cafe = Cafe(database, DOCUMENT)
    cafe.post(buy("a1", "m1", "01-02", "40.00"), buy("b1", "m2", "01-03", "30.00"))
    cafe.post(give("t1", "m1", "m2", "01-05", "12"), give("t2", "m1", "m2", "01-05", "90"))
    return cafe


def test_the_entries_of_each_member_balance_by_themselves(database: Database) -> None:
    cafe = two_members(database)
    entries = cafe.rows(
        "select member_id, debit::text, credit::text, units, earned::text, ends::text from entry"
        " where 'transit' in (debit::text, credit::text) order by member_id"
    )
    assert entries == [
        ("m1", "wallet", "transit", 12, "2026-01-02", "2026-01-22"),
        ("m2", "transit", "wallet", 12, "2026-01-02", "2026-01-22"),
    ]
    assert said(database, member="m1") == said(database, member="m2") == ""


def test_the_same_again_gives_the_same_answer_and_moves_nothing(database: Database) -> None:
    cafe = two_members(database)
    steps = cafe.rows("select member_id, seq from account order by 1")
    first = cafe.post(give("t1", "m1", "m2", "01-05", "12"))
    assert first[0].answer is not None
    assert not first[0].new
    assert cafe.post(give("t1", "m1", "m2", "01-05", "13"))[0].answer is None
    assert cafe.rows("select member_id, seq from account order by 1") == steps


def test_a_recipient_who_enrols_in_the_same_batch_can_be_given_to(database: Database) -> None:
    cafe = Cafe(database, DOCUMENT)
    cafe.post(
        buy("a1", "m1", "01-02", "40.00"),
        give("t1", "m1", "m2", "01-03", "5"),
        join("j2", "m2", "01-03"),
        give("t2", "m1", "m2", "01-03", "6"),
    )
    assert cafe.rows("select member_id, balance from wallet where currency = 'points'") == [
        ("m1", 34),
        ("m2", 6),
    ]
    assert said(database) == ""


@pytest.mark.parametrize(
    "change",
    [
        "update entry set units = 11 where credit = 'transit'",
        "update entry set units = 11 where debit = 'transit'",
        "update entry set earned = earned + 1 where debit = 'transit'",
        "update record set inputs = replace(convert_from(inputs, 'UTF8'), '12]', '13]')::bytea"
        " where source = 'xenia'",
        "update record set inputs = null where source = 'xenia'",
        "delete from entry where debit = 'transit'",
    ],
)
def test_what_is_tampered_with_is_seen(database: Database, change: str) -> None:
    cafe = two_members(database)
    assert cafe.change(change) == 1
    assert said(database) != ""


def test_more_that_was_received_than_given_is_seen_where_each_side_agrees(
    database: Database,
) -> None:
    cafe = two_members(database)
    cafe.change("update entry set effect = 'api/t0/1' where credit = 'transit'")
    assert "transfer api/t1: points between two members" in said(database)


def test_it_is_told_in_both_ledgers_in_each_language(database: Database) -> None:
    cafe = two_members(database)
    words = {}
    with cafe.database.connect() as connection:
        for locale in ("en", "el", "hy", "ru"):
            for member in ("m1", "m2"):
                page = ledger_page(
                    connection, SCOPE, cafe.published, member, locale=locale, limit=1
                )
                words[locale, member] = page.entries[0]["words"]
    assert words == {
        ("en", "m1"): "12 points given to another member, transfer t1",
        ("en", "m2"): "12 points received from another member, a transfer",
        ("el", "m1"): "Προς άλλο μέλος: 12 πόντοι, μεταφορά t1",
        ("el", "m2"): "Από άλλο μέλος: 12 πόντοι, μεταφορά",
        ("hy", "m1"): "Այլ անդամի՝ 12 միավոր, փոխանցում t1",
        ("hy", "m2"): "Այլ անդամից՝ 12 միավոր, փոխանցում",
        ("ru", "m1"): "Другому участнику: 12 баллов, перевод t1",
        ("ru", "m2"): "От другого участника: 12 баллов, перевод",
    }


def test_what_named_the_recipient_is_no_fact_and_is_erased(database: Database) -> None:
    cafe = Cafe(database, DOCUMENT)
    cafe.post(join("j2", {"phone": "+30 210"}, "01-01"), buy("a1", "m1", "01-02", "40.00"))
    cafe.post(give("t1", "m1", {"phone": "+30 210"}, "01-03", "5"))
    assert "+30" not in cafe.rows("select string_agg(facts, ' ') from event")[0][0]
    assert said(database) == ""
    with cafe.database.connect() as connection:
        erase_member(connection, "m1", now=time("02-01"))
    assert cafe.rows("select count(*) from personal") == [(0,)]
    assert said(database) == ""


def test_members_who_give_to_one_another_at_once_wait_for_no_one_for_ever(
    database: Database,
) -> None:
    cafe = Cafe(
        database,
        DOCUMENT.replace(LIMITED, "transfers: {}").replace("{points: 50}", "{points: 500}"),
    )
    members = ("m1", "m2", "m3")
    cafe.post(*(buy(f"a-{name}", name, "01-02", "40.00") for name in members))
    start, failed = Barrier(4), list[BaseException]()

    def alone(number: int) -> None:
        random = Random(number)
        start.wait()
        try:
            for n in range(25):
                one, other = random.sample(members, 2)
                both = [give(f"t{number}-{n}", one, other, "01-03", "1")]
                if n % 3 == 0:
                    both.append(give(f"u{number}-{n}", other, one, "01-03", "2"))
                cafe.post(*both)
        except BaseException as error:  # noqa: BLE001 - told by the test
            failed.append(error)

    threads = [Thread(target=alone, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert cafe.rows("select sum(balance) from wallet where currency = 'points'") == [(120,)]
    assert cafe.rows("select count(*) from event where source = 'xenia'")[0][0] > 50
    assert said(database) == ""

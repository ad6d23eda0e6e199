"""Guests' purchases through the service: brought back, claimed once, and verified."""

from __future__ import annotations

import json
from threading import Barrier, Thread
from typing import Any

import pytest

from tests.services.cafe import CAFE, SCOPE, Cafe, Line, buy, event, join, said, time
from xenia.programme.read import read
from xenia.services.erasing import erase_member
from xenia.services.explaining import explanation
from xenia.services.files import zones
from xenia.services.posting import post
from xenia.services.replay import replay_of
from xenia.services.statements import ledger_page
from xenia.services.taking import Taken, take
from xenia.store.database import Database

KEY = bytes(32)
DOCUMENT = CAFE.replace("currencies:\n", "claims: {within: 30 days}\ncurrencies:\n", 1).replace(
    "then: {earn: {points: 1 per 1.00}}",
    "then: {earn: {points: 1 per 1.00}}\n    budget: {units: 100, per: month}",
)


def claim(name: str, member: object, day: str, clock: str = "15:00", **by: Any) -> Line:
    return event("claim", name, member, day, clock, **by)


def of(name: str) -> dict[str, Any]:
    return {"of": {"id": name}}


def back(name: str, purchase: str, member: object, day: str, **more: Any) -> Line:
    return event("return", name, member, day, "16:00", purchase=purchase, **(more or {"all": True}))


def two(name: str, day: str, **more: Any) -> Line:
    lines = [
        {"id": "a", "sku": "s", "category": "c", "quantity": 2, "amount": "30.00"},
        {"id": "b", "sku": "t", "category": "c", "quantity": 1, "amount": "15.00"},
    ]
    return event("purchase", name, None, day, "12:00", lines=lines, **more)


STORY = [
    join("e", "m1", "01-01"),
    back("b0", "c1", "m1", "01-01"),  # waits for what is no purchase
    event("cancel", "b-", "m1", "01-01", "17:00", **of("b4")),
    two("g1", "01-02", receipt="r-1", payment={"method": "bank-card", "card": "1234"}),
    buy("g2", None, "01-02", "20.00", receipt="r-2", spend={"points": "3"}, by={"phone": "210"}),
    buy("p1", "m1", "01-03", "8.00"),
    back("b1", "g1", None, "01-03", lines=[{"line": "a", "quantity": 1}]),
    claim("c1", "m1", "01-04", **of("g1")),
    claim("c2", "m2", "01-04", **of("g1")),
    claim("c3", "m2", "01-05", receipt="r-2"),
    claim("c4", "m2", "01-05", receipt="r-9"),
    claim("c5", "m2", "01-05", **of("p1")),
    back("b2", "g1", None, "01-05"),
    back("b3", "g1", "m2", "01-05"),
    back("b4", "g1", "m1", "01-06", lines=[{"sku": "t"}]),
    back("b5", "c1", "m1", "01-06"),
    event("cancel", "b6", "m2", "01-07", "12:00", **of("g2")),
    buy("g3", None, "01-08", "90.00", receipt="r-3"),
    buy("g4", None, "01-08", "90.00", receipt="r-3"),
    claim("c6", "m2", "01-09", receipt="r-3"),
    claim("c7", "m2", "01-09", **of("g3")),
    claim("c8", "m1", "01-09", **of("g4")),  # of the month's budget little is left
    back("b7", "g5", None, "01-10"),
    buy("g5", None, "01-10", "5.00"),
    event("cancel", "b8", None, "01-11", "12:00", **of("g5")),
    claim("c9", "m1", "01-11", **of("g5")),
    claim("c10", "m1", "02-20", **of("g2")),
    buy("g6", None, "01-02", "6.00"),
    claim("c11", "m1", "02-20", **of("g6")),
    # What is claimed before it is told.
    claim("c12", "m1", "03-02", **of("g7")),
    claim("c13", "m3", "03-02", receipt="r-7"),
    claim("c14", "m2", "03-02", receipt="r-8", location="athens"),
    buy("g7", None, "03-01", "50.00", receipt="r-7"),
    buy("g8", None, "03-02", "60.00", receipt="r-8"),
    buy("g9", None, "03-02", "70.00", receipt="r-8", location="athens"),
    back("b9", "g7", "m1", "03-03"),
]


def alone(*events: Line, document: str = DOCUMENT) -> list[Any]:
    """What a replay answers."""
    programme = read(document, zones=zones()).programme
    assert programme is not None
    replay = replay_of(programme, KEY)
    lines = replay.run((place, line) for place, line in enumerate(events))
    return [line for line in lines if "final" not in line]


def unnamed(name: str, member: object, day: str, **lines: int) -> Line:
    back_ = [{"sku": sku, "quantity": quantity} for sku, quantity in lines.items()]
    return event("return", name, member, day, "16:00", without_receipt=True, lines=back_)


NO_RECEIPTS = [
    join("e", "m1", "01-01"),
    buy("p1", "m1", "01-02", "20.00"),
    {**two("p2", "01-03"), "member": "m1"},
    {**two("p3", "01-03"), "member": "m2"},
    two("g1", "01-04"),
    unnamed("u1", "m1", "01-05", s=1, t=1),
    unnamed("u2", "m1", "01-05", s=2),
    unnamed("u3", "m1", "01-05", s=1),
    claim("c1", "m1", "01-05", **of("g1")),
    unnamed("u4", "m1", "01-05", s=1),
    unnamed("u5", "m1", "01-05", s=1),
    unnamed("u6", "m1", "01-05", s=1),
    unnamed("u7", "m1", "01-05", s=1),
    unnamed("u8", None, "01-05", t=1),
    unnamed("u9", "m3", "01-05", t=1),
    unnamed("u0", "m2", "01-02", t=1),  # before it was bought
    buy("p4", "m1", "01-06", "9.00"),
    unnamed("v1", "m1", "01-06", s=1),
]


@pytest.fixture
def cafe(database: Database) -> Cafe:
    return Cafe(database, DOCUMENT)


def plain(answer: Any) -> Any:
    """Without what differs: reasons, and the codes of vouchers, as their keys do."""
    answer.pop("trace", None)
    for effect in answer["effects"]:
        effect.pop("voucher", None)
    answer.pop("vouchers")
    return answer


@pytest.mark.parametrize("batch", [1, 4, len(STORY)])
def test_the_service_answers_as_a_replay_does(cafe: Cafe, batch: int) -> None:
    everything = [plain(line) for line in alone(*STORY)]
    expected = [line for line in everything if line["source"] != "xenia"]
    told = []
    for start in range(0, len(STORY), batch):
        told += cafe.post(*STORY[start : start + batch])
    assert [plain(json.loads(one.answer or "")) for one in told] == expected
    codes = {line["event"]: [one["code"] for one in line["refusals"]] for line in expected}
    assert {name: found for name, found in codes.items() if found} == {
        "g2": ["not-a-member"],
        "c1": ["not-returnable"],
        "b4": ["not-returnable"],
        "c2": ["already-claimed"],
        "c5": ["not-claimable"],
        "b2": ["not-yours"],
        "b3": ["not-yours"],
        "b5": ["not-returnable"],
        "c6": ["several-purchases"],
        "b7": ["unknown-purchase"],
        "c9": ["nothing-left"],
        "c10": ["already-claimed"],
        "c11": ["claim-too-late"],
    }
    waits = [line["event"] for line in expected if "waits" in line.get("notes", ())]
    assert waits == ["b0", "b-", "c4", "c12", "c13", "c14"]
    behind = "select answer::json from record where source = 'xenia' order by event_id"
    answers = [plain(answer) for (answer,) in cafe.rows(behind)]
    own = [line for line in everything if line["source"] == "xenia"]
    assert answers == sorted(own, key=lambda line: str(line["event"]))
    assert [len(line["effects"]) for line in own] == [3, 0, 3]
    assert cafe.rows("select event_id from awaited") == [("c4",)]
    assert said(cafe.database) == ""
    cafe.sweep(time("06-01"))
    assert said(cafe.database) == ""


@pytest.mark.parametrize("batch", [1, 5, len(NO_RECEIPTS)])
def test_what_comes_back_without_a_receipt_finds_its_purchase(cafe: Cafe, batch: int) -> None:
    expected = [plain(line) for line in alone(*NO_RECEIPTS)]
    told = []
    for start in range(0, len(NO_RECEIPTS), batch):
        told += cafe.post(*NO_RECEIPTS[start : start + batch])
    assert [plain(json.loads(one.answer or "")) for one in told] == expected
    codes = {line["event"]: [one["code"] for one in line["refusals"]] for line in expected}
    assert {name: found for name, found in codes.items() if found} == {
        "u2": ["unknown-purchase"],
        "u7": ["unknown-purchase"],
        "u8": ["not-a-member"],
        "u9": ["unknown-purchase"],
        "u0": ["unknown-purchase"],
    }
    chosen = "select event_id, convert_from(inputs, 'UTF8')::json -> 'chosen' ->> 'id' from record"
    found = dict(cafe.rows(chosen + " where event_id ~ '^[uv]' and inputs is not null"))
    names = {"u1": "p2", "u3": "p2", "u4": "g1", "u5": "g1", "u6": "p1", "v1": "p4"}
    assert {name: key for name, key in found.items() if key} == names
    assert said(cafe.database) == ""


def test_the_same_claim_again_gives_the_same_answer(cafe: Cafe) -> None:
    cafe.post(*STORY[:7])
    first = cafe.post(claim("c1", "m1", "01-04", **of("g1")))[0]
    again = cafe.post(claim("c1", "m1", "01-04", **of("g1")))[0]
    assert first.answer == again.answer
    assert (first.new, again.new) == (True, False)
    assert cafe.rows("select count(*) from claimed") == [(1,)]


def test_without_the_programmes_word_nothing_can_be_claimed(database: Database) -> None:
    cafe = Cafe(database)
    answer = cafe.post(buy("g", None, "01-02"), claim("c", "m1", "01-03", **of("g")))[1].answer
    assert [one["code"] for one in json.loads(answer or "")["refusals"]] == ["no-claims"]
    assert said(database) == ""


@pytest.mark.parametrize("by", [of("g"), {"receipt": "r"}])
def test_of_many_who_claim_at_once_one_has_it(cafe: Cafe, by: dict[str, Any]) -> None:
    cafe.post(buy("g", None, "01-02", "20.00", receipt="r"))
    start, failed = Barrier(6), list[BaseException]()

    def alone_(number: int) -> None:
        start.wait()
        try:
            cafe.post(
                claim(f"c{number}", f"m{number}", "01-03", **by),
                claim(f"d{number}", f"n{number}", "01-03", **by),
            )
        except BaseException as error:  # noqa: BLE001 - told by the test
            failed.append(error)

    threads = [Thread(target=alone_, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    earned = "select count(*), sum(units) from entry where currency = 'points'"
    assert cafe.rows(earned) == [(1, 20)]
    refused = "select count(*) from record where answer like '%already-claimed%'"
    assert cafe.rows(refused) == [(11,)]
    assert said(cafe.database) == ""


def test_what_comes_back_at_once_comes_back_once(cafe: Cafe) -> None:
    cafe.post(buy("g", None, "01-02", "20.00"))
    start, failed = Barrier(4), list[BaseException]()

    def alone_(number: int) -> None:
        start.wait()
        try:
            one = back(f"b{number}", "g", None, "01-03")
            cafe.post(one if number % 2 else claim(f"c{number}", f"m{number}", "01-03", **of("g")))
        except BaseException as error:  # noqa: BLE001 - told by the test
            failed.append(error)

    threads = [Thread(target=alone_, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    granted = "select count(*) from record where answer like '%\"refusals\":[]%'"
    assert cafe.rows(granted) == [(2,)]  # and the purchase
    assert said(cafe.database) == ""


@pytest.mark.parametrize("claims_first", [True, False])
def test_a_claim_and_its_purchase_at_the_same_time_find_each_other(
    cafe: Cafe, claims_first: bool
) -> None:
    lines = [claim("c", "m1", "01-03", receipt="r"), buy("g", None, "01-02", receipt="r")]
    first, second = lines if claims_first else reversed(lines)
    cafe.post(join("e", "m1", "01-01"))
    behind = Thread(target=cafe.post, args=(second,))
    waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    with cafe.database.connect() as connection:
        item = take(cafe.space, json.dumps(first))
        assert isinstance(item, Taken)
        connection.execute("select 1")
        post(connection, cafe.space, cafe.published, [item], time("01-04"), within=True)
        behind.start()
        while behind.is_alive() and cafe.rows(waiting) == [(0,)]:
            pass
    behind.join()
    assert cafe.rows("select member_id from claimed") == [("m1",)]
    assert cafe.rows("select count(*) from awaited") == [(0,)]
    assert said(cafe.database) == ""


@pytest.mark.parametrize(
    "change",
    [
        "update awaited set of_event_id = 'other'",
        "update awaited set member_id = 'm3'",
        "update awaited set event_id = 'c3'",
        "delete from awaited",
    ],
)
def test_a_claim_that_waits_and_is_tampered_with_is_seen(cafe: Cafe, change: str) -> None:
    cafe.post(STORY[0], claim("c12", "m1", "01-02", **of("g7")))
    assert said(cafe.database) == ""
    assert cafe.change(change) == 1
    assert said(cafe.database) != ""


@pytest.mark.parametrize(
    "change",
    [
        "update claimed set claim_event_id = 'other'",
        "update claimed set member_id = 'm2'",
        "delete from claimed",
        "update event set facts = replace(facts, '1500', '1400') where event_id = 'g1'",
        "update record set inputs = replace(convert_from(inputs, 'UTF8'), '1500', '1400')::bytea"
        " where event_id = 'c1'",
        "update record set inputs = null where event_id = 'c1'",
        "update record set inputs = null where event_id = 'b1'",
        "update remains set remains = replace(remains, '1500', '1400')",
        "delete from remains",
    ],
)
def test_what_is_tampered_with_is_seen(cafe: Cafe, change: str) -> None:
    cafe.post(*STORY[:8])
    assert said(cafe.database) == ""
    assert cafe.change(change) == 1
    assert said(cafe.database) != ""


def test_what_is_left_of_what_nobody_claimed_and_is_tampered_with_is_seen(cafe: Cafe) -> None:
    again = back("b9", "g1", None, "01-04", lines=[{"line": "b"}])
    cafe.post(*STORY[:7], again)
    assert said(cafe.database) == ""
    kept = cafe.rows("select remains from remains")[0][0]
    for change in ("update remains set remains = replace(remains, '1500', '1400')",
                   "update remains set member_id = 'm1'", "delete from remains"):  # fmt: skip
        assert cafe.change(change) == 1
        assert "what is left" in said(cafe.database)
        cafe.change(f"update remains set remains = '{kept}', member_id = null")


def test_what_another_build_has_decided_is_taken_back_all_the_same(cafe: Cafe) -> None:
    expected = alone(*STORY[:8], STORY[14])
    cafe.post(*STORY[:8])
    assert cafe.change("update record set plan = 'another' where event_id = 'c1'") == 1
    assert cafe.change("update record set posted = read where event_id = 'c1'") == 1
    told = cafe.post(STORY[14])
    answer = json.loads(told[0].answer or "")
    assert (answer["refund"], answer["wallet"]) == (expected[8]["refund"], expected[8]["wallet"])


def test_it_is_decided_by_the_version_of_its_day_and_claimed_by_that_of_the_claim(
    database: Database,
) -> None:
    cafe = Cafe(database)
    cafe.post(buy("g1", None, "01-02", "20.00"), join("e", "m1", "01-02"))
    doubled = DOCUMENT.replace("points: 1 per 1.00", "points: 2 per 1.00")
    cafe.publish(doubled, time("01-05", "00:00"))
    cafe.post(
        buy("g2", None, "01-06", "20.00"),
        claim("c1", "m1", "01-07", **of("g1")),
        claim("c2", "m1", "01-07", **of("g2")),
        back("b1", "g1", "m1", "01-08"),
    )
    points = "select event_id, units from entry join record using (member_id, seq)"
    points += " where currency = 'points' and rule <> 'welcome' and debit = 'issuance'"
    points += " order by seq"
    assert cafe.rows(points) == [("c1", 20), ("c2", 40)]
    versions = "select event_id, version from record where event_id in ('c1', 'c2') order by 1"
    assert cafe.rows(versions) == [("c1", 1), ("c2", 2)]
    assert cafe.rows("select balance from wallet where currency = 'points'") == [(45,)]
    assert said(database) == ""


def test_it_is_explained_as_the_purchase_that_it_was(cafe: Cafe) -> None:
    cafe.post(*STORY[:8])
    with cafe.database.connect() as connection:
        told = explanation(connection, SCOPE, cafe.published, "api", "c1")
        page = ledger_page(connection, SCOPE, cafe.published, "m1", currency="points", limit=1)
    assert told is not None
    applied = {rule["rule"] for rule in told["rules"] if rule["applied"]}
    assert applied == {"point-per-euro", "star"}
    assert page.entries[0]["words"] == "A point per euro: 30 points, claim c1"


def test_with_who_claimed_it_goes_what_was_said_with_it(cafe: Cafe) -> None:
    cafe.post(*STORY[:11])
    assert cafe.rows("select count(*) from personal where member_id is null") == [(2,)]
    with cafe.database.connect() as connection:
        erase_member(connection, "m1", now=time("02-01"))
    left = cafe.rows("select event_id from personal where member_id is null")
    assert left == [("g2",)]
    assert said(cafe.database) == ""

"""Redemptions that are cancelled through the service: as a replay tells them, and verified."""

from __future__ import annotations

import json
from threading import Barrier, Thread
from typing import Any

import pytest

from tests.services.cafe import CAFE, Cafe, Line, buy, event, join, redeem, said, time
from xenia.programme.read import read
from xenia.services.files import zones
from xenia.services.replay import replay_of
from xenia.store.database import Database

DOCUMENT = CAFE.replace("after: 20 days", "after: 3 months").replace(
    "stock: 2}", "stock: 2}\n  cake: {price: {points: 9}, gives: {gift-card: 4}, lasts: 20 days}"
)


def cancel(name: str, of: str, day: str, member: str = "m1", clock: str = "15:00") -> Line:
    return event("cancel", name, member, day, clock, of={"id": of})


def grant(name: str, reward: str, day: str) -> Line:
    return event("grant", name, "m1", day, "14:00", voucher=reward, reason="sorry", author="a")


STORY = [
    join("e", "m1", "01-01"),
    buy("p1", "m1", "01-02", "40.00"),
    buy("p2", "m2", "01-02", "40.00"),
    cancel("c0", "r1", "01-03"),  # waits
    redeem("r1", "m1", "01-03"),
    redeem("r2", "m1", "01-03"),
    redeem("r3", "m2", "01-03"),
    redeem("r4", "m2", "01-03"),  # out of stock
    cancel("c1", "r2", "01-04"),
    redeem("r5", "m2", "01-04"),
    cancel("c2", "r4", "01-05", "m2"),
    cancel("c3", "r2", "01-05"),
    cancel("c4", "r3", "01-05"),
    redeem("r6", "m1", "01-06", "cake"),
    cancel("c5", "r6", "02-20"),
    redeem("r7", "m1", "02-20", "cake"),
    cancel("c6", "r7", "02-21"),
    grant("g1", "cake", "02-22"),
    cancel("c7", "g1", "02-22", "m2"),
    cancel("c8", "g1", "02-22"),
    cancel("c9", "g1", "02-22"),
    cancel("c10", "g2", "02-23"),  # waits
    grant("g2", "tea", "02-23"),  # out of stock
    grant("g3", "cookie", "02-23"),
    cancel("c11", "g3", "02-24"),
    event("grant", "g4", "m1", "02-24", "12:00", tier={"status": "gold"}, reason="r", author="a"),
    cancel("c12", "g4", "02-24"),
]


def alone(*events: Line) -> list[Any]:
    """What a replay answers."""
    programme = read(DOCUMENT, zones=zones()).programme
    assert programme is not None
    replay = replay_of(programme, bytes(32))
    lines = replay.run((place, line) for place, line in enumerate(events))
    return [line for line in lines if "final" not in line]


def plain(answer: Any) -> Any:
    """Without reasons, and without the codes of vouchers, as their keys differ."""
    answer.pop("trace", None)
    for effect in answer["effects"]:
        effect.pop("voucher", None)
    for voucher in answer["vouchers"]:
        voucher.pop("code")
    answer["vouchers"].sort(key=str)
    return answer


@pytest.fixture
def cafe(database: Database) -> Cafe:
    return Cafe(database, DOCUMENT)


@pytest.mark.parametrize("batch", [1, 4, len(STORY)])
def test_the_service_answers_as_a_replay_does(cafe: Cafe, batch: int) -> None:
    expected = [plain(line) for line in alone(*STORY)]
    told = []
    for start in range(0, len(STORY), batch):
        told += cafe.post(*STORY[start : start + batch])
    assert [plain(json.loads(one.answer or "")) for one in told] == expected
    codes = {line["event"]: [one["code"] for one in line["refusals"]] for line in expected}
    assert {name: found for name, found in codes.items() if found} == {
        "r4": ["out-of-stock"],
        "c2": ["not-returnable"],
        "c3": ["nothing-left"],
        "c4": ["not-yours"],
        "c5": ["expired"],
        "c7": ["not-yours"],
        "c9": ["nothing-left"],
        "g2": ["out-of-stock", "staff-only"],
        "c12": ["not-returnable"],
    }
    granted = "select state from voucher join record using (member_id, seq) where event_id = '{}'"
    assert cafe.rows(granted.format("g1")) == [("cancelled",)]
    assert cafe.rows(granted.format("g3")) == [("cancelled",)]
    assert cafe.rows("select used from budget where name = 'stock.tea'") == [(2,)]
    assert said(cafe.database) == ""
    cafe.sweep(time("06-01"))
    assert said(cafe.database) == ""


def test_one_that_was_used_is_kept(cafe: Cafe) -> None:
    cafe.post(*STORY[:2], redeem("r", "m1", "01-03", "cake"))
    code = cafe.rows("select code from voucher where reward = 'cake'")[0][0]
    cafe.post(buy("p3", "m1", "01-04", "1.00", vouchers=[code]))
    told = json.loads(cafe.post(cancel("c", "r", "01-05"))[0].answer or "")
    assert [one["code"] for one in told["refusals"]] == ["already-used"]
    # What it had paid is back on it.
    cafe.post(event("return", "b", "m1", "01-06", "12:00", purchase="p3", all=True))
    told = json.loads(cafe.post(cancel("d", "r", "01-07"))[0].answer or "")
    assert told["refusals"] == []
    assert cafe.rows("select state from voucher where reward = 'cake'") == [("cancelled",)]
    assert said(cafe.database) == ""


def test_it_is_either_used_or_cancelled(cafe: Cafe) -> None:
    cafe.post(*STORY[:2], redeem("r", "m1", "01-03"))
    code = cafe.rows("select code from voucher where reward = 'tea'")[0][0]
    start, failed = Barrier(4), list[BaseException]()

    def alone_(number: int) -> None:
        start.wait()
        use = event("use", f"u{number}", "m1", "01-04", "12:00", voucher=code)
        try:
            cafe.post(use if number % 2 else cancel(f"c{number}", "r", "01-04"))
        except BaseException as error:  # noqa: BLE001 - told by the test
            failed.append(error)

    threads = [Thread(target=alone_, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    granted = "select count(*) from record where event_id ~ '^[cu]' and answer ~ '\"refusals\":..,'"
    (state,) = cafe.rows("select state from voucher where reward = 'tea'")
    assert state in {("used",), ("cancelled",)}
    assert cafe.rows(granted) == [(1,)]
    assert said(cafe.database) == ""

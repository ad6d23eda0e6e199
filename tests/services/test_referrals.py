"""Referrals through the service: both sides recorded, answered as a replay does, and verified."""

from __future__ import annotations

import json
from random import Random
from threading import Barrier, Thread
from typing import Any

import pytest

from tests.services.cafe import SCOPE, Cafe, Line, buy, event, join, said, time
from xenia.programme.read import read
from xenia.services.erasing import erase_member
from xenia.services.explaining import explanation
from xenia.services.files import zones
from xenia.services.posted import OutdatedError
from xenia.services.replay import replay_of
from xenia.store import accounts
from xenia.store.database import Database

DOCUMENT = """\
xenia: 1
programme: club
money: EUR
timezone: Europe/Athens
currencies:
  points: {value: 0.01, expires: {after: 20 days}}
metrics:
  friends: {count: true, on: referral}
tiers:
  circle: {by: friends, levels: {guest: 0, vip: 2}, holds: ever}
rules:
  welcome:
    when: basket.paid >= 20
    limits: {times: 1, per: ever}
    then: {earn: {points: 10}, refer: true}
  thanks: {on: referral, then: {earn: {points: 7}}}
  birthday: {on: birthday, then: {earn: {points: 1}}}
  lucky: {chance: 1 in 2, budget: {units: 30}, then: {earn: {points: 5}}}
"""
BORN = {"birthday": "1990-01-06"}


def brought(name: str, member: object, by: object, day: str) -> Line:
    return event("enrolment", name, member, day, "10:00", referred_by=by)


def back(name: str, member: object, day: str, of: str, **more: Any) -> Line:
    return event("return", name, member, day, "18:00", purchase=of, **(more or {"all": True}))


STORY = [
    join("j1", {"card": "1"}, "01-01", **BORN),
    brought("j2", "m2", {"card": "1"}, "01-02"),
    brought("j3", {"card": "3"}, {"card": "1"}, "01-02"),
    brought("j4", "m4", {"card": "99"}, "01-02"),
    brought("j5", {"card": "5"}, {"card": "5"}, "01-02"),
    brought("j6", "m2", {"card": "3"}, "01-03"),
    buy("a0", "m2", "01-04", "19.99"),
    buy("a1", "m2", "01-07", "20.00"),  # behind a birthday of who brought them
    buy("a2", {"card": "3"}, "01-07", "30.00", by={"card": "1"}),
    buy("a3", {"card": "3"}, "01-07", "30.00", payment={"method": "bank-card", "card": "1"}),
    buy("a4", {"card": "3"}, "01-08", "30.00", payment={"method": "bank-card", "card": "2"}),
    buy("a5", "m4", "01-08", "30.00"),
    back("r0", "m2", "01-09", "a1", lines=[{"line": "1"}], amount="0.01"),
    back("r1", {"card": "3"}, "01-09", "a6"),  # waits
    back("r2", {"card": "3"}, "01-09", "a4"),
    buy("a6", {"card": "3"}, "01-09", "40.00"),
    buy("a7", {"card": "3"}, "01-10", "40.00"),
    event("cancel", "c1", {"card": "3"}, "01-11", "12:00", of={"id": "a7"}),
    buy("a8", "m2", "01-05", "25.00"),  # late
]


def alone(*events: Line) -> list[Any]:
    """What a replay answers."""
    programme = read(DOCUMENT, zones=zones()).programme
    assert programme is not None
    replay = replay_of(programme, bytes(32))
    lines = replay.run((place, line) for place, line in enumerate(events))
    return [line for line in lines if "final" not in line]


def told(cafe: Cafe) -> dict[tuple[str, str], Any]:
    """All answers by event, members by what they were named by."""
    cards = cafe.rows("select member_id, value from identifier where kind = 'card'")
    found = {}
    for source, name, answer in cafe.rows("select source, event_id, answer from record"):
        key, text = name, answer
        for member, card in cards:
            key, text = key.replace(member, f"card:{card}"), text.replace(member, f"card:{card}")
        found[source, key] = plain(json.loads(text))
    return found


def plain(answer: Any) -> Any:
    for part in ("trace", "vouchers", "notes"):
        answer.pop(part, None)
    return answer


@pytest.mark.parametrize("batch", [1, 3, len(STORY)])
def test_it_is_recorded_in_any_batches_as_a_replay_tells_it(database: Database, batch: int) -> None:
    cafe = Cafe(database, DOCUMENT)
    for start in range(0, len(STORY), batch):
        cafe.post(*STORY[start : start + batch])
    assert said(database) == ""
    expected = {(line["source"], line["event"]): plain(line) for line in alone(*STORY)}
    assert told(cafe) == expected
    own = sorted(name for source, name in expected if source == "xenia")
    assert [name for name in own if not name.startswith("birthday")] == [
        "cancel/club/api/c1",
        "cancel/club/api/r0",
        "cancel/club/api/r2",
        "referral/club/api/a1",
        "referral/club/api/a4",
        "referral/club/api/a7",
        "referral/club/api/a8",
    ]
    flagged = [key[1] for key, line in expected.items() if "flag" in str(line["effects"])]
    assert flagged == ["a2", "a3"]
    assert cafe.rows("select count(*) from identifier where value = '99'") == [(0,)]
    cafe.work(time("04-01"))
    assert said(database) == ""


def test_the_same_again_gives_the_same_answer_and_rewards_nobody(database: Database) -> None:
    cafe = Cafe(database, DOCUMENT)
    cafe.post(*STORY[:8])
    rows = cafe.rows("select source, event_id from event order by 1, 2")
    first = cafe.post(STORY[7], STORY[1])
    assert [one.new for one in first] == [False, False]
    assert cafe.rows("select source, event_id from event order by 1, 2") == rows


@pytest.mark.parametrize(
    "change",
    [
        "delete from record where source = 'xenia' and event_id like 'referral%'",
        "update account set attributes = '{}' where member_id = 'm2'",
        "update record set inputs = null where event_id = 'j2'",
    ],
)
def test_what_is_tampered_with_is_seen(database: Database, change: str) -> None:
    cafe = Cafe(database, DOCUMENT)
    cafe.post(*STORY[:8])
    assert said(database) == ""
    assert cafe.change(change) == 1
    assert said(database) != ""


def test_a_draw_is_kept_and_not_drawn_again(database: Database) -> None:
    cafe = Cafe(database, DOCUMENT)
    cafe.post(*(buy(f"b{n}", f"m{n}", "01-02", "5.00") for n in range(40)))
    inputs = [json.loads(bytes(row[0])) for row in cafe.rows("select inputs from record")]
    won = sum(one["drawn"] == ["lucky"] for one in inputs)
    assert 8 < won < 32
    assert cafe.rows("select sum(balance) from wallet") == [(30,)]  # six of them, as the budget has
    cafe.change("update programme_version set code_key = decode(repeat('07', 32), 'hex')")
    assert said(database) == ""
    lost = next(f"b{n}" for n in range(40) if inputs[n]["drawn"] == [])
    with cafe.database.connect() as connection:
        found = explanation(connection, SCOPE, cafe.published, "api", lost)
    assert found is not None
    (lucky,) = [rule for rule in found["rules"] if rule["rule"] == "lucky"]
    assert (lucky["applied"], lucky["because"]) == (False, "chance did not fall on it: 1 in 2")


def test_why_it_was_no_referral_is_told_from_the_record(database: Database) -> None:
    cafe = Cafe(database, DOCUMENT)
    cafe.post(*STORY[:12])
    because = {}
    with cafe.database.connect() as connection:
        for name in ("a0", "a1", "a2", "a4", "a5"):
            found = explanation(connection, SCOPE, cafe.published, "api", name)
            assert found is not None
            because[name] = next(r["because"] for r in found["rules"] if r["rule"] == "welcome")
    assert because == {
        "a0": "basket.paid is 19.99, not at least 20",
        "a1": "10 points (10), a referral",
        "a2": "who brought the member lent it",
        "a4": "10 points (10), a referral",
        "a5": "nobody brought the member",
    }


def test_a_rule_on_a_referral_knows_what_is_personal_of_who_brought_a_member(
    database: Database,
) -> None:
    greek = DOCUMENT.replace("thanks: {on: referral,", "thanks: {on: referral, when: LOCALE,")
    greek = greek.replace("LOCALE", "member.locale == 'el'")
    cafe = Cafe(
        database, greek.replace("  birthday: {on: birthday, then: {earn: {points: 1}}}\n", "")
    )
    cafe.post(join("j1", "m1", "01-01", locale="el"), join("j2", "m2", "01-01", locale="ru"))
    cafe.post(brought("j3", "m3", "m1", "01-02"), brought("j4", "m4", "m2", "01-02"))
    cafe.post(buy("a3", "m3", "01-03", "20.00"), buy("a4", "m4", "01-03", "20.00"))
    thanked = "select member_id from entry where rule = 'thanks'"
    assert cafe.rows(thanked) == [("m1",)]
    with cafe.database.connect() as connection:
        erase_member(connection, "m1", now=time("02-01"))
    assert said(database) == ""


def test_what_named_who_brought_a_member_is_no_fact_and_is_erased(database: Database) -> None:
    cafe = Cafe(database, DOCUMENT)
    cafe.post(join("j1", {"phone": "+30 210"}, "01-01"))
    cafe.post(brought("j2", "m2", {"phone": "+30 210"}, "01-02"), buy("a1", "m2", "01-03", "20.00"))
    assert "+30" not in cafe.rows("select string_agg(facts, ' ') from event")[0][0]
    assert said(database) == ""
    with cafe.database.connect() as connection:
        erase_member(connection, "m2", now=time("02-01"))
    assert said(database) == ""


def test_friends_who_buy_at_once_wait_for_no_one_for_ever(database: Database) -> None:
    cafe = Cafe(database, DOCUMENT.replace("lucky: {chance: 1 in 2, budget: {units: 30}, ", "x: {"))
    cafe.post(join("j-m0", "m0", "01-01"), join("j-m1", "m1", "01-01"))
    start, failed = Barrier(4), list[BaseException]()

    def alone(number: int) -> None:
        random = Random(number)
        start.wait()
        try:
            for n in range(12):
                name, by = f"f{number}-{n}", random.choice(("m0", "m1"))
                purchases = [buy(f"a-{name}", name, "01-03", "20.00")]
                others = [buy(f"b-{name}", by, "01-03", "20.00")]
                both = [*others, *purchases] if n % 2 else [*purchases, *others]
                post(brought(f"j-{name}", name, by, "01-02"))
                post(*both)
                if n % 3 == 0:
                    post(back(f"r-{name}", name, "01-04", f"a-{name}"))
        except BaseException as error:  # noqa: BLE001 - told by the test
            failed.append(error)

    def post(*lines: Line) -> None:
        while True:
            try:
                cafe.post(*lines)
            except OutdatedError:  # as who posts tries again
                continue
            return

    threads = [Thread(target=alone, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    query = "select split_part(event_id, '/', 1), count(*) from event where source = 'xenia'"
    assert cafe.rows(f"{query} group by 1 order by 1") == [("cancel", 16), ("referral", 48)]
    assert said(database) == ""


def test_a_member_who_was_enrolled_meanwhile_is_looked_at_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who brought them is not locked where the enrolment was committed after the batch looked."""
    cafe = Cafe(database, DOCUMENT)
    cafe.post(join("j1", "m1", "01-01"))
    looked = accounts.referrers

    def then_enrolled(*args: Any) -> dict[str, str]:
        found = looked(*args)
        monkeypatch.setattr(accounts, "referrers", looked)
        cafe.post(brought("j2", "m2", "m1", "01-02"))
        return found

    monkeypatch.setattr(accounts, "referrers", then_enrolled)
    with pytest.raises(OutdatedError):
        cafe.post(buy("a1", "m2", "01-03", "20.00"))
    cafe.post(buy("a1", "m2", "01-03", "20.00"))
    assert cafe.rows("select event_id from event where source = 'xenia'") == [
        ("referral/club/api/a1",)
    ]
    assert said(database) == ""

"""Cards and phones through the service: as a replay has them, in races, and verified."""

from __future__ import annotations

import json
from threading import Barrier, Event, Thread
from typing import Any

from tests.services.cafe import Cafe, Line, buy, event, join, said
from xenia.events.errors import Unreadable
from xenia.programme.read import read
from xenia.services.files import zones
from xenia.services.posted import Posted
from xenia.services.poster import Poster, Result
from xenia.services.replay import replay_of
from xenia.services.taking import take
from xenia.store.database import Database

DOCUMENT = """\
xenia: 1
programme: club
money: EUR
timezone: Europe/Athens
currencies: {points: {value: 0.01}}
rules:
  point-per-euro: {then: {earn: {points: 1 per 1.00}}}
  birthday: {on: birthday, then: {earn: {points: 7}}}
"""


def card(name: str, member: object, day: str, action: str, number: str, **more: Any) -> Line:
    return event("card", name, member, day, "13:00", action=action, card=number, **more)


STORY = [
    {**join("j1", "m1", "01-01", birthday="1990-01-06"), "identifiers": {"phone": "30"}},
    {**join("j2", "m2", "01-01"), "identifiers": {"phone": "30", "email": "b"}},
    card("c1", "m1", "01-02", "add", "4"),
    buy("a1", {"card": "4"}, "01-03", "30.00"),
    card("c2", {"email": "b"}, "01-03", "add", "4"),
    card("c3", {"card": "4"}, "01-04", "block", "4"),
    buy("a2", {"card": "4"}, "01-05", "30.00", spend={"points": "10"}),
    event("return", "r1", {"card": "4"}, "01-06", "12:00", purchase="a1", all=True),
    buy("a3", {"phone": "30"}, "01-07", "15.00"),
    card("c4", "m1", "01-08", "replace", "4", new="5"),
    buy("a4", {"card": "5"}, "01-09", "12.00"),
    buy("a5", {"card": "4"}, "01-10", "12.00"),
    {**event("profile", "i1", "m1", "01-11", "10:00"), "identifiers": {"phone": "31"}},
    {**event("profile", "i2", "m2", "01-11", "11:00"), "identifiers": {"phone": "30"}},
    buy("a6", {"phone": "30"}, "01-12", "3.00"),
    card("c5", "m1", "01-13", "remove", "4"),
    card("c6", "m2", "01-14", "add", "4"),
    buy("a7", {"card": "4"}, "01-15", "4.00"),
]


def alone(*events: Line) -> list[Any]:
    """What a replay answers."""
    programme = read(DOCUMENT, zones=zones()).programme
    assert programme is not None
    lines = replay_of(programme, bytes(32)).run((place, line) for place, line in enumerate(events))
    return [line for line in lines if "final" not in line]


def plain(answer: Any) -> Any:
    return {name: part for name, part in answer.items() if name not in ("trace", "payable")}


def test_the_service_has_them_as_a_replay_does(database: Database) -> None:
    cafe = Cafe(database, DOCUMENT)
    for line in STORY:
        cafe.post(line)
    told = {
        (source, name): plain(json.loads(answer))
        for source, name, answer in cafe.rows("select source, event_id, answer from record")
    }
    expected = {(line["source"], line["event"]): plain(line) for line in alone(*STORY)}
    assert told == expected
    codes = {name: [one["code"] for one in line["refusals"]] for (_, name), line in told.items()}
    assert (codes["j2"], codes["c2"]) == (["identifier-taken"], ["card-taken"])
    assert told["api", "a7"]["member"] == told["api", "a6"]["member"] == "m2"
    assert said(database) == ""


def test_what_is_sent_again_changes_nothing_again(database: Database) -> None:
    cafe = Cafe(database, DOCUMENT)
    for line in (STORY[0], STORY[2]):
        cafe.post(line)
    cafe.post(card("c9", "m1", "01-20", "remove", "4"))
    before = cafe.rows("select kind, value, member_id from identifier order by 1, 2")
    (again,) = cafe.post(STORY[2])
    assert not again.new
    assert cafe.rows("select kind, value, member_id from identifier order by 1, 2") == before


def submitted(database: Database, cafe: Cafe, *lines: Line) -> list[Any]:
    """The answers of events that wait together."""
    poster, done, results = Poster(database, cafe.space), Event(), list[Result]()

    def answered(found: list[Result]) -> None:
        results.extend(found)
        done.set()

    items = [take(cafe.space, line) for line in lines]
    taken = [item for item in items if not isinstance(item, Unreadable)]
    assert len(taken) == len(items)
    poster.submit(taken, answered)
    assert done.wait(30)
    poster.close()
    return [json.loads(one.answer or "") for one in results if isinstance(one, Posted)]


def test_who_is_meant_goes_by_what_was_told_before_in_the_same_request(database: Database) -> None:
    cafe = Cafe(database, DOCUMENT)
    answers = submitted(
        database,
        cafe,
        join("j1", "m1", "01-01"),
        card("c1", "m1", "01-02", "add", "4"),
        buy("a1", {"card": "4"}, "01-03"),
        card("c2", "m1", "01-04", "block", "4"),
        buy("a2", {"card": "4"}, "01-05"),
    )
    assert [one["member"] for one in answers] == ["m1"] * 5
    assert [one.get("notes") for one in answers] == [None] * 4 + [["card-blocked"]]
    assert cafe.rows("select count(*) from member") == [(1,)]


def test_a_card_that_two_are_given_at_once_is_of_one(database: Database) -> None:
    """Each over a connection of its own; all that is kept proves itself."""
    cafe = Cafe(database, DOCUMENT)
    for number in range(8):
        cafe.post(join(f"j{number}", f"m{number}", "01-01"))
    barrier, codes = Barrier(8), list[tuple[str, ...]]()

    def add(number: int) -> None:
        mine = Cafe(database, None)
        barrier.wait()
        for n in range(5):
            (told,) = mine.post(card(f"c{number}/{n}", f"m{number}", "01-02", "add", str(n)))
            refusals = json.loads(told.answer or "")["refusals"]
            codes.append(tuple(one["code"] for one in refusals))

    threads = [Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [()] * 5 + [("card-taken",)] * 35
    assert cafe.rows("select count(*) from identifier") == [(5,)]
    assert said(database) == ""


def test_who_is_blocked_at_once_with_a_purchase_is_so_before_or_after_it(
    database: Database,
) -> None:
    cafe = Cafe(database, DOCUMENT)
    cafe.post(join("j1", "m1", "01-01"))
    cafe.post(card("c0", "m1", "01-02", "add", "4"))
    barrier, told = Barrier(2), list[Any]()

    def shop() -> None:
        mine = Cafe(database, None)
        barrier.wait()
        for n in range(20):
            (one,) = mine.post(buy(f"a{n}", {"card": "4"}, "01-03"))
            told.append(json.loads(one.answer or ""))

    thread = Thread(target=shop)
    thread.start()
    barrier.wait()
    Cafe(database, None).post(card("c1", "m1", "01-03", "block", "4"))
    thread.join()
    blocked = [one.get("notes") == ["card-blocked"] for one in told]
    assert blocked == sorted(blocked), "once it is blocked it stays so"
    assert said(database) == ""

"""Birthdays in the database: recorded once, by the work or before an event, the same either way."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Event, Thread
from typing import Any

import pytest

from tests.postgres import on_both
from tests.services.cafe import MINUTE, Cafe, Line, checked, said
from tests.services.test_erasing import places
from xenia.events.moments import parse_date, parse_time
from xenia.programme.read import read
from xenia.services import celebrating, working
from xenia.services.celebrating import Celebrating
from xenia.services.erasing import erase_member
from xenia.services.files import zones
from xenia.services.posted import OutdatedError
from xenia.services.replay import replay_of
from xenia.services.working import Worker
from xenia.store import moments
from xenia.store.database import Database

GIFTS = """\
xenia: 1
programme: gifts
money: EUR
timezone: Europe/Athens
currencies: {points: {title: {en: [point, points]}, value: 0.01, expires: {after: 3 months}}}
metrics: {birthdays: {count: true, on: birthday}}
rules:
  gift: {title: {en: Happy birthday}, on: birthday, then: {earn: {points: 100}}}
  grown-up: {on: birthday, when: member.birthday < date("1995-01-01"), then: {issue: cake}}
  visit: {then: {earn: {points: 1}}}
rewards: {cake: {gives: {item: A cake}, lasts: 10 days}}
"""
RULE = "  gift: {title: {en: Happy birthday}, on: birthday, then: {earn: {points: 100}}}\n"
NONE = GIFTS.replace("on: birthday", "on: profile")
BIRTHDAYS = """
    select event_id, to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') from event
    where type = 'birthday' order by event_id
"""


def join(name: str, at: str = "2026-01-10", birthday: str = "1990-05-04", **more: Any) -> Line:
    attributes = {"birthday": birthday, **more}
    said = {"type": "enrolment", "id": f"j-{name}-{at}", "member": name, "attributes": attributes}
    return {**said, "occurred_at": f"{at}T12:00:00+02:00"}


def buy(name: str, member: str, at: str, clock: str = "12:00") -> Line:
    said = {"type": "purchase", "id": name, "member": member, "lines": []}
    return {**said, "occurred_at": f"{at}T{clock}:00+03:00"}


def instant(day: str, clock: str = "12:00") -> int:
    return parse_time(f"{day}T{clock}:00+03:00")


def birthdays(cafe: Cafe) -> list[tuple[str, str]]:
    return [(name, at) for name, at in cafe.rows(BIRTHDAYS)]


def answers(cafe: Cafe, member: str) -> list[dict[str, Any]]:
    query = f"select answer from record where member_id = '{member}' order by seq"
    return [json.loads(answer) for (answer,) in cafe.rows(query)]


@pytest.fixture
def gifts(database: Database) -> Cafe:
    return Cafe(database, GIFTS)


@on_both
def test_the_work_records_it_once_as_the_day_begins(gifts: Cafe) -> None:
    gifts.post(join("ann"), join("bob", birthday="1991-05-05"), join("cy", birthday="1992-11-04"))
    assert gifts.celebrate(instant("2026-05-03", "23:59")) == 0
    assert gifts.celebrate(instant("2026-05-04", "00:00")) == 1
    assert gifts.celebrate(instant("2026-05-04", "00:00")) == 0
    assert birthdays(gifts) == [("birthday/gifts/ann/2026", "2026-05-03 21:00")]
    (_, answer) = answers(gifts, "ann")
    assert (answer["source"], answer["event"]) == ("xenia", "birthday/gifts/ann/2026")
    assert [one["effect"] for one in answer["effects"]] == ["earn", "issue"]
    assert answer["wallet"]["points"]["balance"] == "100"
    assert gifts.rows("select through::text from moment") == [("2026-05-03",)]
    assert said(gifts.database) == ""


def test_an_event_that_comes_first_records_it_before_itself(gifts: Cafe) -> None:
    gifts.post(join("ann"))
    (posted,) = gifts.post(buy("e1", "ann", "2026-05-04", "00:00"))
    assert json.loads(posted.answer or "")["wallet"]["points"]["balance"] == "101"
    assert [one["event"] for one in answers(gifts, "ann")][1:] == ["birthday/gifts/ann/2026", "e1"]
    assert gifts.celebrate(instant("2026-05-05")) == 0
    gifts.post(buy("late", "ann", "2026-05-01"), buy("e2", "ann", "2026-05-05"))
    assert len(birthdays(gifts)) == 1
    assert said(gifts.database) == ""


STORY: list[Line] = [
    join("ann"),
    join("bob", birthday="2000-02-29", timezone="Asia/Tokyo"),
    join("cy", birthday="1980-12-31", timezone="America/New_York"),
    buy("e1", "ann", "2026-04-04"),
    buy("e2", "bob", "2027-02-27"),
    buy("e3", "ann", "2027-05-04", "00:00"),
    join("bob", "2027-07-01", birthday="1999-08-01"),
    join("ann", "2028-05-05", birthday="1990-05-06"),
    buy("e4", "cy", "2029-01-02"),
    buy("e5", "bob", "2029-01-02"),
    buy("e6", "ann", "2029-01-02"),
]


def replayed(events: list[Line]) -> dict[str, list[Any]]:
    programme = read(GIFTS, zones=zones()).programme
    assert programme is not None
    told: dict[str, list[Any]] = {}
    for line in replay_of(programme, bytes(32)).run(enumerate(events, start=1)):
        if "final" not in line:
            told.setdefault(line["member"], []).append(shown(line))
    return told


def shown(line: dict[str, Any]) -> Any:
    """What must not depend on who let time pass: no voucher's code, as each version has its key."""
    effects = [{**one, "voucher": None} for one in line["effects"]]
    return line["event"], line["occurred_at"], effects, line["wallet"], line["metrics"]


def one_by_one(cafe: Cafe) -> None:
    for event in STORY:
        cafe.post(event)


def all_at_once(cafe: Cafe) -> None:
    cafe.post(*STORY)


def with_work_in_between(cafe: Cafe) -> None:
    for event in STORY:
        cafe.celebrate(parse_time(event["occurred_at"]) - MINUTE)
        cafe.post(event)


@pytest.mark.parametrize("how", [one_by_one, all_at_once, with_work_in_between])
def test_whoever_is_first_the_same_comes_of_it_as_in_a_replay(
    gifts: Cafe, how: Callable[[Cafe], None]
) -> None:
    expected = replayed(STORY)
    how(gifts)
    for member, lines in expected.items():
        assert [shown(one) for one in answers(gifts, member)] == lines, member
    names = [name.removeprefix("birthday/gifts/") for name, _ in birthdays(gifts)]
    years = (2026, 2027, 2028)
    assert names == [f"{member}/{year}" for member in ("ann", "bob", "cy") for year in years]
    assert said(gifts.database) == ""


def test_who_was_told_of_late_has_none_for_the_year(gifts: Cafe) -> None:
    gifts.post(join("ann", "2026-05-04"))  # at noon, when the day has begun
    assert gifts.celebrate(instant("2026-05-20")) == 0
    gifts.post(join("bob", birthday="1990-07-01"))
    # Another birthday within a year, and one in another year but less than a year later.
    assert gifts.celebrate(instant("2026-07-02")) == 1
    gifts.post(join("bob", "2026-07-03", birthday="1990-08-01"))
    gifts.post(join("bob", "2026-08-03", birthday="1990-03-01"))
    assert gifts.celebrate(instant("2027-06-30")) == 1
    assert [name for name, _ in birthdays(gifts)] == [
        "birthday/gifts/ann/2027",
        "birthday/gifts/bob/2026",
    ]
    assert said(gifts.database) == ""


def test_the_29th_of_february_is_found_on_its_day(database: Database) -> None:
    for setting, day in (("28 February", "02-28"), ("1 March", "03-01")):
        name = setting.replace(" ", "-").lower()
        document = GIFTS.replace("programme: gifts", f"programme: from-{name}")
        cafe = Cafe(database, document + f"settings: {{leap-birthdays: {setting}}}\n")
        cafe.space = type(cafe.space)(
            cafe.space.space_id,
            cafe.space.name,
            cafe.space.secret,
            {f"from-{name}": cafe.space.programmes[f"from-{name}"]},
        )
        cafe.post({**join("ann", birthday="2000-02-29"), "id": setting})
        assert cafe.celebrate(instant("2026-12-01")) == 1
        for year in (2027, 2028, 2029):
            here = day if year != 2028 else "02-29"
            before = date.fromisoformat(f"{year}-{here}") - timedelta(1)
            assert cafe.celebrate(instant(before.isoformat(), "12:00")) == 0
            assert cafe.celebrate(parse_time(f"{year}-{here}T00:00:00+02:00")) == 1
    assert said(database) == ""


def test_work_that_was_away_for_long_catches_up(gifts: Cafe) -> None:
    gifts.post(join("ann"), join("bob", birthday="1991-09-09"))
    assert gifts.celebrate(instant("2026-02-01")) == 0
    assert gifts.celebrate(instant("2028-06-01")) == 5
    assert [name[-4:] for name, _ in birthdays(gifts)] == ["2026", "2027", "2028", "2026", "2027"]
    # An earlier time does nothing, and is not remembered.
    assert gifts.celebrate(instant("2027-06-01")) == 0
    assert gifts.rows("select through::text from moment") == [("2028-06-01",)]
    assert said(gifts.database) == ""


def test_only_a_few_days_are_looked_at_again(gifts: Cafe, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    listed = moments.born_on

    def born_on(connection: Any, scope: Any, *born: int, **more: Any) -> list[moments.Born]:
        asked.append(born)
        return listed(connection, scope, *born, **more)

    monkeypatch.setattr(moments, "born_on", born_on)
    gifts.celebrate(instant("2026-05-04"))
    assert len(asked) > 366
    asked.clear()
    gifts.celebrate(instant("2026-05-04", "12:01"))
    assert asked == [(5, 1), (5, 2), (5, 3), (5, 4)]


def test_it_goes_on_from_chunk_to_chunk_and_page_to_page(
    gifts: Cafe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(celebrating, "CHUNK", 2)
    monkeypatch.setattr(celebrating, "_LISTED", 3)
    gifts.post(*(join(f"m{n}") for n in range(7)))
    with gifts.database.connect(autocommit=True) as connection:
        until = instant("2026-05-04")
        run = Celebrating(connection, gifts.space, gifts.published, lambda: until).run(until)
        assert [*run] == [2, 1, 2, 1, 1]
    assert len(birthdays(gifts)) == 7


@on_both
def test_several_at_once_record_each_birthday_once(gifts: Cafe) -> None:
    names = [f"m{n}" for n in range(30)]
    gifts.post(*(join(name) for name in names))
    until, start = instant("2026-05-04"), Barrier(4)
    failed: list[BaseException] = []

    def alone(work: Callable[[], object]) -> None:
        start.wait()
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told by the test
            failed.append(error)

    def shop(order: list[str], till: str) -> None:
        for name in order:
            gifts.post(buy(f"{till}-{name}", name, "2026-05-04"))

    works = (
        lambda: gifts.celebrate(until),
        lambda: gifts.celebrate(until),
        lambda: shop(names, "a"),
        lambda: shop(names[::-1], "b"),
    )
    threads = [Thread(target=alone, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(birthdays(gifts)) == len(names)
    assert said(gifts.database) == ""
    balances = gifts.rows("select distinct balance from wallet")
    assert balances == [(102,)]


def test_a_budget_holds_for_birthdays_too(database: Database) -> None:
    limited = RULE.replace("then:", "budget: {times: 2, per: year}, then:")
    gifts = Cafe(database, GIFTS.replace(RULE, limited))
    gifts.post(*(join(f"m{n}") for n in range(3)))
    gifts.post(buy("e1", "m2", "2026-05-04"), buy("e2", "m1", "2026-05-04"))
    assert gifts.celebrate(instant("2026-05-04")) == 1
    balances = gifts.rows("select member_id, balance from wallet order by member_id")
    assert balances == [("m1", 101), ("m2", 101)]
    assert said(database) == ""


def test_a_version_brings_birthdays_from_its_day_on_and_for_all_that_is_known(
    database: Database,
) -> None:
    gifts = Cafe(database, NONE)
    gifts.post(join("ann"), join("bob", birthday="1990-05-20"))
    assert gifts.celebrate(instant("2026-05-05")) == 0
    gifts.publish(GIFTS, instant("2026-05-10"))
    assert gifts.celebrate(instant("2026-05-21")) == 1
    assert [name for name, _ in birthdays(gifts)] == ["birthday/gifts/bob/2026"]
    assert gifts.celebrate(instant("2027-05-05")) == 1
    assert said(database) == ""


def test_a_year_has_one_also_where_a_version_in_between_knows_of_none(gifts: Cafe) -> None:
    gifts.post(join("ann"))
    assert gifts.celebrate(instant("2026-05-05")) == 1
    gifts.publish(NONE, instant("2026-06-01"))
    gifts.post(buy("e1", "ann", "2026-06-02"))
    gifts.publish(GIFTS, instant("2026-07-01"))
    gifts.post(buy("e2", "ann", "2026-07-02"))
    gifts.post(join("ann", "2026-07-03", birthday="1990-08-01"))
    (posted,) = gifts.post(buy("e3", "ann", "2026-08-02"))
    assert json.loads(posted.answer or "")["event"] == "e3"
    assert gifts.celebrate(instant("2026-08-03")) == 0
    assert len(birthdays(gifts)) == 1
    assert said(gifts.database) == ""


def test_another_version_published_meanwhile_is_noticed(gifts: Cafe) -> None:
    gifts.post(join("ann"))
    old = gifts.published
    gifts.publish(GIFTS.replace("100", "200"), instant("2026-06-01"))
    until = instant("2026-05-05")
    with gifts.database.connect(autocommit=True) as connection, pytest.raises(OutdatedError):
        [*Celebrating(connection, gifts.space, old, lambda: until).run(until)]
    assert birthdays(gifts) == []


def test_rounds_of_work_record_and_stop(gifts: Cafe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(celebrating, "CHUNK", 1)
    gifts.post(join("ann"), join("bob"), buy("e1", "ann", "2026-02-04"))
    stop, noon = Event(), instant("2026-05-04")
    worker = Worker(gifts.database, stop, lambda: noon, until=instant("2026-05-03"))
    assert next(worker.once()).moments == 0
    worker.until = None
    rounds = [*worker.once()]
    # What was due for ann went with her birthday.
    assert [(one.moments, one.accounts, one.idle) for one in rounds] == [(2, 0, False)]
    assert working.Round("default", "gifts", moments=1).idle is False
    gifts.post(join("cy"), join("di"))

    def clock() -> int:
        if len(birthdays(gifts)) == 3:
            stop.set()
        return noon + MINUTE

    worker.clock = clock
    assert sum(one.moments for one in worker.once()) <= 2
    assert said(gifts.database) == ""


def test_of_who_is_erased_the_date_of_birth_is_nowhere_and_all_is_proved(gifts: Cafe) -> None:
    born = "1987-05-04"
    gifts.post(join("ann", birthday=born, timezone="Asia/Tokyo"), join("bob"))
    assert gifts.celebrate(instant("2026-05-05")) == 2
    with gifts.database.connect() as connection:
        for secret in (str(parse_date(born)), "Asia/Tokyo", "birthday since"):
            assert places(connection, secret), secret
        erase_member(connection, "ann", now=instant("2026-05-06"))
        connection.execute("delete from member where member_id = 'bob'")
        connection.execute("delete from personal where member_id = 'bob'")
        for secret in (str(parse_date(born)), "Asia/Tokyo", "birthday since"):
            assert places(connection, secret) == set(), secret
        connection.rollback()
        erase_member(connection, "ann", now=instant("2026-05-06"))
    assert said(gifts.database) == ""
    # Nobody knows any more when the next one is.
    gifts.post(buy("e1", "ann", "2027-06-01"))
    assert gifts.celebrate(instant("2027-06-01")) == 1
    assert [name for name, _ in birthdays(gifts)][-1] == "birthday/gifts/bob/2027"
    assert checked(gifts.database).discrepancies == []


def test_members_are_found_by_an_index(gifts: Cafe) -> None:
    gifts.post(join("ann"))
    with gifts.database.connect() as connection:
        connection.execute("set enable_seqscan = off")
        query = moments._BORN
        values = {
            "space_id": 1,
            "programme_id": 1,
            "date": 504,
            "source": "xenia",
            "before": "birthday/gifts/",
            "behind": "/2026",
            "after": "",
            "limit": 10,
        }
        plan = connection.execute(f"explain {query}", values).fetchall()
    shown = "\n".join(line for (line,) in plan)
    assert "Index Scan using member_by_birthday" in shown
    assert "504" in shown.split("Index Cond:")[1].splitlines()[0]

"""Who leaves, through the service: as a replay has it, with moments and versions, and verified."""

from __future__ import annotations

import json

from tests.services.cafe import Cafe, buy, event, join, said, time
from tests.services.test_cards import plain
from xenia.programme.read import read
from xenia.services.files import zones
from xenia.services.listing import listed
from xenia.services.replay import replay_of
from xenia.store.database import Database

DOCUMENT = """\
xenia: 1
programme: club
money: EUR
timezone: Europe/Athens
currencies:
  points: {value: 0.01, expires: {inactive: 2 months}}
  stars: {pending: 10 days}
metrics:
  this-year: {sum: spent, over: membership year}
tiers:
  status: {by: this-year, levels: {basic: 0, gold: 20}, holds: 12 months}
rules:
  point-per-euro: {then: {earn: {points: 1 per 1.00, stars: 1}}}
  welcome: {on: enrolment, then: {earn: {points: 5}}, limits: {times: 1, per: ever}}
  birthday: {on: birthday, then: {earn: {points: 7}}}
  month: {on: month-end, then: {earn: {points: 1}}}
  year: {on: anniversary, then: {earn: {points: 2}}}
  idle: {on: inactivity, after: 20 days, then: {earn: {points: 3}}}
"""
BORN = {"birthday": "1990-02-06"}
STORY = [
    join("j1", "m1", "01-01", **BORN),
    buy("a1", "m1", "01-03", "30.00"),
    event("leave", "l1", "m1", "01-05", "12:00"),
    buy("a2", "m1", "01-06", "30.00"),
    event("return", "r1", "m1", "01-07", "12:00", purchase="a1", all=True),
    join("j2", "m1", "03-01"),
    buy("a3", "m1", "03-03", "10.00"),
    event("leave", "l2", "m1", "03-04", "12:00"),
    event("leave", "l3", "m1", "03-05", "12:00"),
    join("j3", "m1", "03-06"),
    buy("a4", "m1", "04-20", "10.00"),
]


def test_the_service_lets_them_leave_as_a_replay_does(database: Database) -> None:
    cafe = Cafe(database, DOCUMENT)
    cafe.post(*STORY[:5])  # one batch, and then one each: it makes no difference
    for line in STORY[5:]:
        cafe.post(line)
    programme = read(DOCUMENT, zones=zones()).programme
    assert programme is not None
    lines = replay_of(programme, bytes(32)).run((place, one) for place, one in enumerate(STORY))
    expected = {(one["source"], one["event"]): plain(one) for one in lines if "final" not in one}
    told = {
        (source, name): plain(json.loads(answer))
        for source, name, answer in cafe.rows("select source, event_id, answer from record")
    }
    assert told == expected
    names = {name.split("/")[0] for _, name in told}
    assert names == {"a1", "a2", "a3", "a4", "inactivity", "j1", "j2", "j3", "l1", "l2", "l3",
                     "month-end", "r1"}  # fmt: skip
    assert said(database) == ""


def members(cafe: Cafe) -> int:
    """How many there are, as `programme list` says."""
    with cafe.database.connect() as connection:
        (only,) = listed(connection, now=time("12-01"))
    return only.members


def test_no_moment_comes_while_they_are_away_and_the_first_year_comes_again(
    database: Database,
) -> None:
    cafe = Cafe(database, DOCUMENT)
    cafe.post(join("j1", "m1", "01-01", **BORN))
    assert cafe.rows("select next_due is not null from account") == [(True,)]
    assert members(cafe) == 1
    cafe.post(event("leave", "l1", "m1", "01-05", "12:00"))
    assert members(cafe) == 0
    assert cafe.rows("select next_due from account") == [(None,)]
    day = 86_400_000_000
    cafe.celebrate(time("01-05") + 400 * day)
    assert cafe.rows("select count(*) from event where source = 'xenia'") == [(0,)]
    cafe.post({**join("j2", "m1", "01-06"), "occurred_at": "2027-03-01T12:00:00+02:00"})
    cafe.celebrate(time("01-05") + 1_000 * day)
    anniversaries = cafe.rows(
        "select event_id from event where event_id like 'anniversary%' order by 1"
    )
    assert [name.split("/")[3:] for (name,) in anniversaries] == [["1", "20878"]]
    assert said(database) == ""


def test_a_later_version_knows_who_has_left(database: Database) -> None:
    cafe = Cafe(database, DOCUMENT)
    cafe.post(*STORY[:4])
    more = DOCUMENT.replace("metrics:\n", "metrics:\n  visits: {count: true, over: ever}\n")
    cafe.publish(more, time("02-01", "00:00"))
    for line in STORY[5:]:
        cafe.post(line)
    (row,) = cafe.rows("select answer from record where event_id = 'a4'")
    assert json.loads(row[0])["metrics"] == {"this-year": "10.00", "visits": "3"}
    assert said(database) == ""

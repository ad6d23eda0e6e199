"""`/v1/requests`: what programs have asked, without persons and bodies; in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.client import CAFE, NOW, purchase
from tests.api.worlds import THEIRS, Worlds, bearer
from tests.services.publishing import published
from xenia.api import request_log
from xenia.api.bridge import Answered
from xenia.api.request_log import RequestLog
from xenia.services.access import Actor, Key, Scope
from xenia.store import request_log as store
from xenia.store.database import Database

NAME = "anna.the.person@example.org"
PROGRAM = Actor(1, "key/1")


@pytest.fixture
def worlds(database: Database) -> Iterator[Worlds]:
    published(database, CAFE)
    found = Worlds(database)
    yield found
    found.close()


def flush(worlds: Worlds) -> None:
    """What a worker's keeper does every few seconds."""
    log: RequestLog = worlds.client.application._log
    with worlds.database.connect(autocommit=True) as connection:
        log.flush(connection, NOW)


def listed(worlds: Worlds, key: str, query: str = "") -> list[dict[str, Any]]:
    flush(worlds)
    answer = worlds.client.ask("GET", f"/v1/requests{query}", None, bearer(key))
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def test_what_was_asked_is_told_without_whom_it_was_about(worlds: Worlds) -> None:
    key, client = worlds.key(), worlds.client
    assert client.post(purchase("e1"), **bearer(key)).status == 200
    for path in (f"/v1/members/{NAME}", f"/v1/members/{NAME}/wallet", f"/v1/membres/{NAME}/x"):
        assert client.ask("GET", path, None, bearer(key)).status == 404
    client.post({"id": "e2"}, **bearer(key), x_request_id="mine")
    rows = listed(worlds, key)
    assert [(one["method"], one["path"], one["status"]) for one in rows[::-1]] == [
        ("POST", "/v1/events", 200),
        ("GET", "/v1/members/{member}", 404),
        ("GET", "/v1/members/{member}/wallet", 404),
        ("GET", "/v1/membres/…", 404),
        ("POST", "/v1/events", 422),
    ]
    assert {one["by"] for one in rows} == {rows[0]["by"]}
    assert rows[0]["by"].startswith("key/")
    assert [one["code"] for one in rows[::-1]][:2] == [None, "unknown-member"]
    assert all(one["milliseconds"] > 0 for one in rows)
    with worlds.database.connect() as connection:
        kept = connection.execute("select asked::text from asked").fetchall()
    assert kept
    assert not any(NAME in row[0] for row in kept)


def test_no_address_is_too_odd_to_be_written_down(worlds: Worlds) -> None:
    key = worlds.key()
    for path in ("/v1/a%00b", "/%EF%BF%BF/%0A", "/v1/" + "x" * 2_000, "/v1/\N{GRINNING FACE}"):
        assert worlds.client.ask("GET", path, None, bearer(key)).status == 404
    found = [one["path"] for one in listed(worlds, key)]
    assert len(found) == 4
    assert all(one.removesuffix("/…").isascii() and len(one) < 100 for one in found), found


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/v1/membres/anna", "/v1/membres/…"),
        ("/v1/4000123412341234", "/v1/?/…"),
        ("/v1/anna@example.org", "/v1/?/…"),
        (f"/v1/{'x' * 31}", "/v1/?/…"),
        ("/members/anna", "/members/…"),
        ("/anna.the.person/x", "/?/…"),
        ("/", "//…"),
    ],
)
def test_an_address_that_is_none_is_kept_without_what_may_name_somebody(
    path: str, kept: str
) -> None:
    log, asked = RequestLog(), Asked()
    asked.path = path
    log.note(PROGRAM, asked, Answered(404, None, None), 0, "1")  # type: ignore[arg-type]
    assert [one.path for one in request_log._emptied(log._wrong)] == [kept]


def test_it_is_narrowed_and_walked(worlds: Worlds) -> None:
    key, client = worlds.key(), worlds.client
    for number in range(3):
        client.post(purchase(f"e{number}"), **bearer(key))
    client.ask("GET", "/v1/members/nobody", None, bearer(key))
    wrong = listed(worlds, key, "?only=wrong")
    assert [one["status"] for one in wrong] == [404]
    well = listed(worlds, key, "?only=well&path=/v1/events")
    assert len(well) == 3
    assert len(listed(worlds, key, f"?request_id={wrong[0]['request_id']}")) == 1
    assert listed(worlds, key, "?by=key/other") == []
    assert listed(worlds, key, "?until=2000-01-01T00:00:00Z") == []
    page = client.ask("GET", "/v1/requests?limit=1&path=/v1/events", None, bearer(key)).json()
    assert page["has_more"]
    after = f"/v1/requests?limit=2&path=/v1/events&cursor={page['next_cursor']}"
    rest = client.ask("GET", after, None, bearer(key)).json()
    assert [one["request_id"] for one in [*page["data"], *rest["data"]]] == [
        one["request_id"] for one in well
    ]
    for query in ("?only=odd", "?since=noon", "?cursor=x"):
        assert client.ask("GET", f"/v1/requests{query}", None, bearer(key)).status == 400


def test_nobody_sees_what_others_have_asked(worlds: Worlds) -> None:
    ours, theirs = worlds.key(), worlds.key(space=THEIRS)
    worlds.client.post(purchase("e1"), **bearer(ours))
    assert listed(worlds, theirs) == []
    assert len(listed(worlds, ours, "?path=/v1/events")) == 1


def test_people_and_strangers_are_not_in_it() -> None:
    log, asked = RequestLog(), Asked()
    person = Key(1, "a", frozenset(Scope), None, "staff")
    member = Key(1, "anna", frozenset(Scope), None, "member")
    for actor in (Actor(1, "staff/a", person), Actor(1, member.name, member), Actor(0, "anybody")):
        log.well(actor, "POST", 0, "1")
        log.note(actor, asked, Answered(404, None, "x"), 0, "2")  # type: ignore[arg-type]
    assert request_log._emptied(log._well) == []
    assert request_log._emptied(log._wrong) == []
    log.well(PROGRAM, "POST", 0, "3")
    assert [one.request_id for one in request_log._emptied(log._well)] == ["3"]


class Asked:
    method, path = "GET", "/v1/members/x"


def test_what_goes_well_never_pushes_out_what_failed() -> None:
    log, asked = RequestLog(), Asked()
    log.note(PROGRAM, asked, Answered(404, None, "x"), 0, "wrong")  # type: ignore[arg-type]
    for number in range(10_000):
        log.well(PROGRAM, "POST", 0, str(number))
    assert len(log._well) == request_log.HELD
    assert [one.request_id for one in log._wrong] == ["wrong"]


def test_what_is_old_is_forgotten(database: Database) -> None:
    def row(at: int, status: int) -> store.Request:
        return store.Request(1, at, "key/1", "GET", "/v1/x", status, None, 1, str(at))

    everything = store.Wanted(0, 2**52, "any", None, None, None, None, 100)
    with database.connect(autocommit=True) as connection:
        store.add(connection, [row(at, 404 if at == 2 else 200) for at in range(1, 8)])
        assert store.forget(connection, before=0, kept=3, most=100) == 2
        left = [one.request.at for one in store.found(connection, 1, everything)]
        assert left == [7, 6, 5, 4, 2]
        assert store.forget(connection, before=5, kept=100, most=1) == 1
        assert store.forget(connection, before=5, kept=100, most=100) == 1
        assert [one.request.at for one in store.found(connection, 1, everything)] == [7, 6, 5]

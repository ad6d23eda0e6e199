"""Batches of events: posted once, in order, whatever else goes on."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from tests.services.publishing import published
from xenia.events.errors import Unreadable
from xenia.services import posting
from xenia.services.posted import Posted
from xenia.services.poster import Bounds, Poster, QueueFull, Result
from xenia.services.published import Space, load_space
from xenia.services.taking import Taken, take
from xenia.store.database import Database

NOW = 1_700_000_000_000_000

PROGRAMME = """
xenia: 1
programme: cafe
title: Cafe
operator: A cafe
money: EUR
timezone: Europe/Athens
attributes:
  member: {kind: {type: text, options: [adult, student]}, nickname: {type: text}}
currencies:
  points: {expires: {after: 12 months}, value: 0.01}
rules:
  everything: {on: purchase, then: {earn: {points: 1 per 1.00}}}
  students: {on: purchase, when: member.kind == "student", then: {earn: {points: 5}}}
rewards:
  tea: {price: {points: 7}, gives: {gift-card: 1.00}, lasts: 30 days}
"""


@pytest.fixture
def space(database: Database) -> Space:
    published(database, PROGRAMME)
    with database.connect() as connection:
        return load_space(connection)


def buy(name: str, member: object = "m1", amount: str = "10.00", **more: object) -> bytes:
    line = {"sku": "s", "category": "c", "quantity": 1, "amount": amount}
    event = {"id": name, "type": "purchase", "occurred_at": "2023-11-14T09:00:00+02:00"}
    return json.dumps({**event, "member": member, "lines": [line], **more}).encode()


def redeem(name: str, member: object = "m1", quantity: int = 1) -> bytes:
    event = {"id": name, "type": "redemption", "occurred_at": "2023-11-14T10:00:00+02:00"}
    return json.dumps({**event, "member": member, "reward": "tea", "quantity": quantity}).encode()


def taken(space: Space, data: bytes, *, trace: bool = False) -> Taken:
    item = take(space, data, trace=trace)
    assert not isinstance(item, Unreadable), item
    return item


Post = Callable[..., list[Posted]]


@pytest.fixture
def post(database: Database, space: Space) -> Iterator[Post]:
    with database.connect() as connection:

        def run(*events: bytes, trace: bool = False) -> list[Posted]:
            items = [taken(space, data, trace=trace) for data in events]
            published = space.programmes["cafe"]
            found = posting.post(connection, space, published, items, NOW)
            connection.commit()
            return found

        yield run


def answer(posted: Posted) -> dict[str, Any]:
    assert posted.answer is not None
    return json.loads(posted.answer)  # type: ignore[no-any-return]


def units(posted: Posted) -> list[tuple[str, str]]:
    return [
        (item["effect"], item["units"]) for item in answer(posted)["effects"] if "units" in item
    ]


def rows(database: Database, statement: str) -> list[tuple[Any, ...]]:
    with database.connect() as connection:
        return connection.execute(statement).fetchall()


def test_an_event_is_decided_and_stored(database: Database, post: Post) -> None:
    (first,) = post(buy("e1"))
    assert first.new
    assert units(first) == [("earn", "10")]
    assert answer(first)["wallet"] == {"points": {"balance": "10", "pending": "0", "held": "0"}}
    (entry,) = rows(database, "select debit, credit, units, rule, effect from entry")
    assert entry == ("issuance", "wallet", 10, "everything", "api/e1/1")
    assert rows(database, "select seq from account") == [(1,)]
    assert rows(database, "select source, event_id from told") == [("api", "e1")]


def test_the_same_event_again_is_the_stored_answer(database: Database, post: Post) -> None:
    (first,) = post(buy("e1"))
    (again,) = post(buy("e1", amount="10"))
    assert not again.new
    assert again.answer == first.answer
    assert rows(database, "select count(*) from entry") == [(1,)]


def test_other_content_under_the_same_id_changes_nothing(database: Database, post: Post) -> None:
    post(buy("e1"))
    (other,) = post(buy("e1", amount="11"))
    assert other.answer is None
    assert rows(database, "select units from entry") == [(10,)]


def test_one_batch_may_hold_an_event_twice(database: Database, post: Post) -> None:
    first, again, other, next_ = post(
        buy("e1"), buy("e1"), buy("e1", amount="11"), buy("e2", amount="3")
    )
    assert first.new
    assert not again.new
    assert again.answer == first.answer
    assert other.answer is None
    assert answer(next_)["wallet"]["points"]["balance"] == "13"
    assert rows(database, "select seq from account") == [(2,)]


def test_events_of_a_batch_are_decided_in_their_order(post: Post) -> None:
    found = post(buy("e1"), redeem("e2"), redeem("e3"), buy("e4"), redeem("e5"))
    refused = [[item["code"] for item in answer(one)["refusals"]] for one in found]
    assert refused == [[], [], ["insufficient-balance"], [], []]


def test_a_member_is_found_by_identifiers(database: Database, post: Post) -> None:
    first, again, other = post(
        buy("e1", {"card": "77"}), buy("e2", {"card": "77"}), buy("e3", {"phone": "+30 1"})
    )
    assert answer(first)["member"] == answer(again)["member"] != answer(other)["member"]
    assert answer(again)["wallet"]["points"]["balance"] == "20"
    (facts,) = rows(database, "select string_agg(facts, '') from event")[0]
    assert "77" not in facts


def test_a_guest_pays_in_full(database: Database, post: Post) -> None:
    (found,) = post(buy("e1", None))
    assert answer(found)["member"] is None
    assert answer(found)["payable"]["to_pay"] == "10.00"
    assert rows(database, "select count(*) from account") == [(0,)]
    (again,) = post(buy("e1", None))
    assert again.answer == found.answer


def test_what_the_profile_says_is_read_from_then_on(database: Database, post: Post) -> None:
    when = {"occurred_at": "2023-11-14T08:00:00+02:00"}
    profile = {"id": "p", "type": "profile", "member": "m1", **when}
    said = {"kind": "student", "nickname": "Bo", "birthday": "1999-02-03"}
    post(buy("e1"), json.dumps({**profile, "attributes": said}).encode())
    (found,) = post(buy("e2"))
    assert units(found) == [("earn", "10"), ("earn", "5")]
    assert rows(database, "select attributes from account") == [('{"kind":"student"}',)]
    ((private,),) = rows(database, "select personal from member")
    assert private["nickname"] == "Bo"


def test_reasons_are_told_but_not_stored(post: Post) -> None:
    (told,) = post(buy("e1"), trace=True)
    assert [item["rule"] for item in answer(told)["trace"]] == ["everything", "students"]
    (again,) = post(buy("e1"))
    assert answer(again)["trace"] == []


# ---- the queue ---------------------------------------------------------------------------------


class Posters:
    """Makes posters that are closed at the end."""

    def __init__(self, database: Database, space: Space) -> None:
        self._database, self._space = database, space
        self.made: list[Poster] = []

    def new(self, **more: Any) -> Poster:
        poster = Poster(self._database, self._space, clock=lambda: NOW, **more)
        self.made.append(poster)
        return poster


@pytest.fixture
def posters(database: Database, space: Space) -> Iterator[Posters]:
    made = Posters(database, space)
    yield made
    for poster in made.made:
        poster.close()


def submitted(poster: Poster, items: list[Taken]) -> Future[list[Result]]:
    future: Future[list[Result]] = Future()
    poster.submit(items, future.set_result)
    return future


def test_fifty_clients_spend_one_account_dry(
    database: Database, space: Space, posters: Posters
) -> None:
    first, second = posters.new(), posters.new()
    submitted(first, [taken(space, buy("seed", amount="700.00"))]).result(30)
    items = [taken(space, redeem(f"r{number}")) for number in range(150)]
    futures = []
    start = threading.Barrier(50)

    def client(number: int) -> None:
        start.wait()
        for item in items[number::50]:
            futures.append(submitted((first, second)[number % 2], [item]))

    threads = [threading.Thread(target=client, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers = [result for future in futures for result in future.result(30)]
    refused = sum(bool(answer(one)["refusals"]) for one in answers if isinstance(one, Posted))
    assert len(answers) == 150
    assert refused == 50
    assert rows(database, "select count(*), sum(units) from entry where credit = 'redeemed'") == [
        (100, 700)
    ]


def test_one_event_from_many_posters_is_one_event(
    database: Database, space: Space, posters: Posters
) -> None:
    made = [posters.new() for _ in range(5)]
    item = taken(space, buy("e1"))
    futures = [submitted(made[number % 5], [item]) for number in range(50)]
    answers = {result.answer for future in futures for result in future.result(30)}  # type: ignore[union-attr]
    assert len(answers) == 1
    assert rows(database, "select count(*) from entry") == [(1,)]


def test_more_than_may_wait_is_turned_away(
    database: Database, space: Space, posters: Posters
) -> None:
    poster = posters.new(bounds=Bounds(events_waiting=3))
    items = [taken(space, buy(f"e{number}")) for number in range(5)]
    with database.connect() as other:
        other.execute("select * from programme for update")  # so that no batch gets through
        whole = submitted(poster, items)  # nothing waits: let in, however large
        with pytest.raises(QueueFull):
            submitted(poster, items[:1])
    assert all(isinstance(result, Posted) for result in whole.result(30))
    assert poster.waiting == 0
    assert isinstance(submitted(poster, items[:1]).result(30)[0], Posted)


def test_a_poisoned_event_harms_no_other(
    database: Database, space: Space, posters: Posters, monkeypatch: pytest.MonkeyPatch
) -> None:
    timeline = type(space.programmes["cafe"].timeline)
    decide = timeline.decide

    def broken(self: Any, account: Any, event: Any, **more: Any) -> Any:
        if event.id in ("e7", "e11"):
            raise OverflowError("more units than a balance can hold")
        return decide(self, account, event, **more)

    monkeypatch.setattr(timeline, "decide", broken)
    items = [taken(space, buy(f"e{number}", f"m{number}")) for number in range(20)]
    results = submitted(posters.new(), items).result(30)
    failed = [place for place, result in enumerate(results) if not isinstance(result, Posted)]
    assert failed == [7, 11]
    assert rows(
        database, "select count(*), count(*) filter (where event_id = 'e7') from event"
    ) == [(18, 0)]


def test_a_batch_that_fails_for_no_known_reason_is_answered(
    space: Space, posters: Posters, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = posting.post

    def broken(*given: Any) -> list[Posted]:
        if any(item.event.id == "e5" for item in given[3]):
            raise RuntimeError("nobody has thought of this")
        return post(*given)

    monkeypatch.setattr("xenia.services.poster.post", broken)
    poster = posters.new()
    items = [taken(space, buy(f"e{number}", f"m{number}")) for number in range(9)]
    results = submitted(poster, items).result(30)
    assert [isinstance(result, Posted) for result in results] == [n != 5 for n in range(9)]
    monkeypatch.undo()
    assert isinstance(submitted(poster, items[5:6]).result(30)[0], Posted)

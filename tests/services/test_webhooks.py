"""Webhooks: a receiver that fails, is slow, repeats and moves loses nothing, and gets nothing twice
under another id."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise
from threading import Event
from typing import Any

import pytest

from tests.services.cafe import CAFE, Cafe, buy, join, redeem, said, time
from tests.services.receiving import Got, Receiver, is_signed
from xenia.connectors.sending import Sender
from xenia.notifiers import Letter, UnsentError
from xenia.services import staff, webhooks
from xenia.services.access import Actor
from xenia.services.changing import Changing, Done
from xenia.services.courier import Courier, Told
from xenia.services.delivering import SCHEDULE, SECOND, next_attempt
from xenia.services.happenings import MOST, About
from xenia.services.messaging import Messaging
from xenia.services.problems import Problem
from xenia.services.staff import Person
from xenia.services.webhooks import Patch, Range, Wanted
from xenia.store.database import Database

NOON = time("02-10")
HOUR = 3600 * SECOND


class Noting:
    """Notes what is sent, as often as it is able to."""

    def __init__(self, fails: int = 0) -> None:
        self.letters: list[Letter] = []
        self._fails = fails

    @property
    def name(self) -> str:
        return "note"

    @property
    def kind(self) -> str | None:
        return "email"

    def send(self, letter: Letter) -> None:
        if self._fails:
            self._fails -= 1
            raise UnsentError("the server is not reached")
        self.letters.append(letter)


class World:
    """A café whose operator has a receiver; the clock stands where it is put."""

    def __init__(self, database: Database, receiver: Receiver) -> None:
        self.cafe = Cafe(database)
        self.receiver = receiver
        self.now = NOON
        self.stop = Event()
        self.sender = Sender({"127.0.0.1"}, seconds=5)

    @property
    def database(self) -> Database:
        return self.cafe.database

    def do(self, work: Any, *args: Any, **more: Any) -> dict[str, Any]:
        """A write of the operator's: what it is answered with, what is shown once included."""
        with self.database.connect() as connection, connection.transaction():
            changing = Changing(connection, Actor(1, "test"), self.now)
            done = work(changing, *args, **more)
        assert isinstance(done, Done), done
        return {**done.body, **(done.once or {})}

    def hook(self, *types: str, url: str | None = None) -> dict[str, Any]:
        return self.do(webhooks.make, self.cafe.space, Wanted(url or self.receiver.url, types))

    def work(self) -> Told:
        return Courier(self.database, self.stop, lambda: self.now, self.sender).once()

    def until_all_is_sent(self) -> None:
        """Work whenever something is due, until nothing waits."""
        for _ in range(1000):
            self.work()
            due = [
                at
                for (at,) in self.rows(
                    "select (extract(epoch from next_at) * 1000000)::bigint "
                    "from delivery where state = 'waiting'"
                )
            ]
            if not due:
                return
            self.now = min(at for at in due if at > self.now)
        raise AssertionError("it never ends")

    def rows(self, query: str) -> list[Any]:
        return self.cafe.rows(query)

    def owners(self, *addresses: str) -> None:
        for address in addresses:
            self.do(staff.invite, Person(address, "Somebody", "owner"))
        self.cafe.change("update staff set password = 'chosen'")
        self.do(staff.invite, Person("new@example.org", "Who has not come yet", "owner"))

    def tell(self, told: Noting) -> int:
        """How many letters are sent."""
        before = len(told.letters)
        with self.database.connect(autocommit=True) as connection:
            Messaging(connection, [told], lambda: self.now).run()
        return len(told.letters) - before

    def states(self) -> dict[str, int]:
        return dict(self.rows("select state, count(*) from delivery group by state"))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def world(database: Database, receiver: Receiver) -> World:
    return World(database, receiver)


# ---- what is told --------------------------------------------------------------------------------


def test_what_happened_is_told_as_the_standard_says(world: World) -> None:
    hook = world.hook()
    world.cafe.post(join("j", "ann", "01-02"), buy("a", "ann", "01-02", "50.00"))
    assert world.work() == Told(rows=1, sent=4)
    got = world.receiver.got
    assert sorted(world.receiver.types) == [
        "member.created",
        "points.earned",  # of joining
        "points.earned",
        "tier.upgraded",
    ]
    assert all(is_signed(one, hook["secret"]) for one in got)
    assert {one.timestamp for one in got} == {NOON // SECOND}
    (bought,) = [
        one.message
        for one in got
        if one.message["data"]["event"]["id"] == "a" and one.type == "points.earned"
    ]
    assert bought["timestamp"] == "2026-01-02T10:01:00Z"
    data = bought["data"]
    assert (data["programme"], data["member"], data["version"]) == ("cafe", "ann", 1)
    assert data["event"] == {"source": "api", "id": "a", "type": "purchase"}
    assert [(one["currency"], one["units"], one["state"]) for one in data["effects"]] == [
        ("points", "50", "posted"),
        ("stars", "2", "pending"),
    ]
    assert data["wallet"]["points"]["balance"] == "55"
    (tier,) = [one.message["data"]["effects"] for one in got if one.type == "tier.upgraded"]
    assert (tier[0]["from"], tier[0]["level"]) == ("basic", "gold")


def test_nothing_is_told_twice_and_the_outbox_is_empty(world: World) -> None:
    world.hook()
    world.cafe.post(buy("a", "ann", "01-02"), buy("b", "ben", "01-02"))
    assert world.work().rows == 1
    assert world.work() == Told()
    assert world.rows("select count(*) from outbox") == [(0,)]
    assert len({one.id for one in world.receiver.got}) == len(world.receiver.got) > 0


def test_what_falls_due_without_an_event_is_told(world: World) -> None:
    world.hook("points.*", "tier.*", "reward.*")
    world.cafe.post(join("j", "ann", "01-02"), buy("a", "ann", "01-02", "50.00"))
    world.cafe.post(buy("b", "ann", "01-03", "1.00"))
    world.work()
    assert world.receiver.types.count("tier.upgraded") == 1
    world.receiver.got.clear()
    world.cafe.sweep(time("02-09"))
    world.work()
    assert set(world.receiver.types) == {
        "points.available",
        "points.redeemed",
        "points.expired",
        "reward.issued",
        "tier.downgraded",
    }
    by_type = {one.type: one.message["data"] for one in world.receiver.got}
    assert by_type["points.expired"]["event"] is None
    assert {one["currency"] for one in by_type["points.expired"]["effects"]} == {"points"}
    (fall,) = by_type["tier.downgraded"]["effects"]
    assert (fall["from"], fall["level"]) == ("gold", "basic")
    assert by_type["reward.issued"]["effects"][0]["reward"] == "cookie"


def test_a_version_that_changes_something_is_told(world: World) -> None:
    world.hook("programme.published")
    world.cafe.publish(CAFE.replace("1 per 1.00", "2 per 1.00"), start=time("03-01"))
    world.cafe.post(buy("a", "ann", "01-02"))
    world.work()
    (got,) = world.receiver.got
    assert got.message["data"]["version"] == 2
    assert got.message["data"]["from"] == "2026-03-01T12:00:00+02:00"
    assert got.message["data"]["changes"] == [
        "rule point-per-euro: earns 2 per 1 points, was 1 per 1",
        "only numbers change: the structure stays",
    ]


def test_an_endpoint_is_told_of_what_it_wants(world: World) -> None:
    world.hook("points.redeemed", "reward.*")
    world.cafe.post(buy("a", "ann", "01-02"), redeem("r", "ann", "01-02"))
    world.work()
    assert sorted(world.receiver.types) == ["points.redeemed", "reward.issued"]


def test_many_effects_are_told_in_several_messages_of_which_each_can_be_sent() -> None:
    effects = [
        {"effect": "expire", "id": f"due/ann/20500/{n}", "units": str(n), "currency": "points"}
        for n in range(1000)
    ]
    about = About("step\0cafe\0ann\0" + "9", NOON, "ann", {"member": "ann"})
    found = [*about.of_effects(effects, {}, dict, {})]
    assert len(found) > 1
    assert all(len(one.body.encode()) <= MOST for one in found)
    told = [item for one in found for item in json.loads(one.body)["data"]["effects"]]
    assert told == effects
    assert len({one.message_id("whk_1") for one in found}) == len(found)


def test_where_nobody_listens_the_outbox_is_emptied_all_the_same(world: World) -> None:
    world.cafe.post(buy("a", "ann", "01-02"))
    assert world.work() == Told(rows=1)
    assert world.rows("select number from told_sum") == [(1,)]
    assert said(world.database) == ""


# ---- what was told is proved ---------------------------------------------------------------------


def everything(world: World) -> None:
    """Some of all that can be told, taken out of the outbox; and some that is still in it."""
    world.cafe.post(join("j", "ann", "01-02"), buy("a", "ann", "01-02"), buy("g", None, "01-02"))
    world.cafe.sweep(time("02-09"))
    world.cafe.publish(CAFE.replace("1 per 1.00", "2 per 1.00"), start=time("03-01"))
    world.work()
    world.cafe.post(buy("b", "ann", "02-10"), now=time("02-10"))


TAMPERED = {
    "update told_sum set number = number + 1": "told_sum",
    "update told_sum set digest = digest + 1": "told_sum",
    "delete from told_sum": "told_sum",
    "update sweep set effects = '[]'": "sweep",
    "update programme_version set announcement = null": "programme_version",
    "update record set recorded_at = recorded_at + interval '1 ms' where event_id = 'a'": "record",
    "insert into outbox (space_id, programme_id, recorded_at, sources, event_ids) "
    "select space_id, programme_id, recorded_at, array[source], array[event_id] from record": (
        "outbox"
    ),
}


def test_what_was_told_is_proved_after_it_has_left_the_outbox(world: World) -> None:
    everything(world)
    assert said(world.database) == ""
    for statement, table in TAMPERED.items():
        world.cafe.change(f"create table kept as select * from {table}")
        assert world.cafe.change(statement) > 0
        found = said(world.database)
        assert "the outbox" in found or "what was told" in found, statement
        world.cafe.change(f"delete from {table}")
        world.cafe.change(f"insert into {table} overriding system value select * from kept")
        world.cafe.change("drop table kept")
    assert said(world.database) == ""


# ---- a receiver that fails -----------------------------------------------------------------------


def test_it_is_sent_again_on_the_schedule_and_then_given_up(world: World) -> None:
    world.receiver.answers = lambda _: (500, {}, b"not now")
    world.hook("points.earned")
    world.cafe.post(buy("a", "ann", "01-02"))
    began, sent = world.now, list[int]()
    while world.states() != {"dead": 1}:
        world.until_all_is_sent()
    sent = [one.timestamp for one in world.receiver.got]
    assert len(sent) == len(SCHEDULE) == 10
    assert len({(one.id, one.body) for one in world.receiver.got}) == 1
    waits = [later - sooner for sooner, later in pairwise(sent)]
    for wait, planned in zip(waits, SCHEDULE[1:], strict=True):
        assert planned - 1 <= wait <= planned * 1.1 + 1
    assert sent[0] == began // SECOND
    attempts = world.rows("select n, status, response from attempt order by n")
    assert attempts == [(n, 500, "not now") for n in range(1, 11)]


def test_the_schedule_is_the_same_each_time_and_another_for_each() -> None:
    found = [next_attempt(f"msg_{n}", 3, 0) for n in range(100)]
    assert found == [next_attempt(f"msg_{n}", 3, 0) for n in range(100)]
    assert len(set(found)) > 90
    assert next_attempt("msg_1", 10, 0) is None
    assert next_attempt("msg_1", 1, 0, wanted=900) == 900 * SECOND


def test_what_was_given_up_can_be_sent_again_one_or_all_of_a_time(world: World) -> None:
    world.receiver.answers = lambda _: (500, {}, b"")
    hook = world.hook("points.earned")["webhook"]
    world.cafe.post(*(buy(f"a{n}", f"m{n}", "01-02") for n in range(3)))
    world.until_all_is_sent()
    assert world.states() == {"dead": 3}
    ids = {one.id for one in world.receiver.got}
    world.do(webhooks.enable, hook)
    world.receiver.answers = lambda _: (204, {}, b"")
    world.receiver.got.clear()
    one = min(ids)
    assert world.do(webhooks.send_again, hook, one)["replayed"] == 1
    world.work()
    assert [got.id for got in world.receiver.got] == [one]
    nothing = Range(NOON + 1, NOON + HOUR, ["dead"])
    assert world.do(webhooks.send_range_again, hook, nothing)["replayed"] == 0
    day = Range(NOON, NOON + HOUR, ["dead"])
    assert world.do(webhooks.send_range_again, hook, day) == {"replayed": 2, "has_more": False}
    world.work()
    assert {got.id for got in world.receiver.got} == ids
    assert world.states() == {"delivered": 3}


def test_one_that_has_moved_gets_all_at_its_new_address(world: World) -> None:
    """A redirection is not followed: who sends there would be led anywhere."""
    world.receiver.answers = lambda _: (301, {"location": world.receiver.url + "2"}, b"")
    hook = world.hook("points.earned")["webhook"]
    world.cafe.post(*(buy(f"a{n}", f"m{n}", "01-02") for n in range(5)))
    world.work()
    assert {got.path for got in world.receiver.got} == {"/hook"}
    first = {(got.id, got.body) for got in world.receiver.got}
    new = Receiver()
    try:
        world.do(webhooks.change, hook, Patch(url=new.url))
        world.cafe.post(buy("b", "m1", "01-03"))
        world.until_all_is_sent()
        assert Counter(got.id for got in new.got).most_common(1)[0][1] == 1
        assert {(got.id, got.body) for got in new.got} > first
        assert len(new.got) == 6
    finally:
        new.close()


def test_owners_are_told_until_it_has_reached_them(world: World) -> None:
    world.owners("anna@example.org")
    world.receiver.answers = lambda _: (410, {}, b"")
    world.hook("points.earned")
    world.cafe.post(buy("a", "ann", "01-02"))
    world.work()
    told = Noting(fails=1)
    assert world.tell(told) == 0
    world.now += HOUR // 2
    assert [world.tell(told), world.tell(told)] == [1, 0]
    mine = world.hook("points.earned")["webhook"]
    world.do(webhooks.disable, mine)
    assert world.tell(told) == 0, "who has disabled it knows"


def test_one_that_is_gone_is_asked_no_more_and_loses_nothing(world: World) -> None:
    world.owners("anna@example.org", "ben@example.org")
    world.receiver.answers = lambda _: (410, {}, b"")
    hook = world.hook("points.earned")["webhook"]
    world.cafe.post(buy("a", "ann", "01-02"))
    world.work()
    (row,) = world.rows("select disabled_because, disabled_at is not null from webhook")
    assert row == ("it answered 410: nobody is there any more", True)
    world.cafe.post(buy("b", "ann", "01-03"))
    world.now += 48 * HOUR
    assert world.work().sent == 0
    assert len(world.receiver.got) == 1
    assert world.rows("select actor, action from change order by position")[-1] == (
        "xenia",
        "webhook.disabled",
    )
    told = Noting()
    assert [world.tell(told), world.tell(told)] == [2, 0]
    assert [letter.to for letter in told.letters] == ["anna@example.org", "ben@example.org"]
    assert hook in told.letters[0].text
    assert "410: nobody is there any more" in told.letters[0].text
    world.receiver.answers = lambda _: (200, {}, b"")
    world.do(webhooks.enable, hook)
    world.until_all_is_sent()
    assert [got.message["data"]["event"]["id"] for got in world.receiver.got] == ["a", "a", "b"]


def test_one_that_takes_nothing_for_days_is_asked_no_more(world: World) -> None:
    world.receiver.answers = lambda _: (503, {}, b"")
    world.hook("points.earned")
    for day in range(1, 9):
        world.cafe.post(buy(f"a{day}", f"m{day}", f"02-{day:02d}"))
        world.now += 24 * HOUR
        world.work()
        if world.rows("select 1 from webhook where disabled_at is not null"):
            break
    assert day == 7, "the first attempt was on the first day, the last more than five days later"
    assert world.rows("select disabled_because from webhook") == [
        ("it has taken nothing since 2026-02-11T10:00:00Z",)
    ]


def test_one_that_recovers_is_not_held_to_have_failed(world: World) -> None:
    answers = iter([500, 200])
    world.receiver.answers = lambda _: (next(answers), {}, b"")
    world.hook("points.earned")
    world.cafe.post(buy("a", "ann", "01-02"))
    world.work()
    assert world.rows("select failing_since is null from webhook") == [(False,)]
    world.until_all_is_sent()
    assert world.rows("select failing_since is null from webhook") == [(True,)]
    assert world.states() == {"delivered": 1}


def test_one_that_says_nothing_is_waited_for_no_longer_than_so_long(world: World) -> None:
    free, calls = Event(), list[Got]()

    def answers(got: Got) -> tuple[int, dict[str, str], bytes] | None:
        calls.append(got)
        if len(calls) == 1:
            free.wait(60)
        return (200, {}, b"") if len(calls) > 2 else None

    world.receiver.answers = answers
    world.sender = Sender({"127.0.0.1"}, seconds=0.2)
    world.hook("points.earned")
    world.cafe.post(buy("a", "ann", "01-02"))
    world.work()
    free.set()
    world.sender = Sender({"127.0.0.1"})
    world.until_all_is_sent()
    errors = [error for (error,) in world.rows("select error from attempt order by n")]
    assert errors[0] == "no answer within 0.2 seconds"
    assert errors[1].startswith("RemoteDisconnected")
    assert errors[2] is None
    assert world.states() == {"delivered": 1}
    assert len({one.id for one in world.receiver.got}) == 1


def test_one_that_drips_is_waited_for_no_longer_than_so_long() -> None:
    """Each byte comes in time, the whole never."""
    ended = Event()

    def drip() -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nx-slow: ")
            while not ended.wait(0.01):
                connection.sendall(b"y")

    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as pool:
        pool.submit(drip)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        reply = Sender({"127.0.0.1"}, seconds=0.3).post(url, {}, b"{}")
        ended.set()
    assert reply.error == "no answer within 0.3 seconds"


def test_a_slow_one_holds_up_no_other(world: World) -> None:
    free, quick = Event(), Receiver()
    held = list[Got]()

    def slowly(got: Got) -> tuple[int, dict[str, str], bytes]:
        held.append(got)
        assert free.wait(60)
        return 200, {}, b""

    def sees(_: Got) -> tuple[int, dict[str, str], bytes]:
        if len(quick.got) == 20:
            free.set()  # only once the quick one has all: else nobody would ever get on
        return 200, {}, b""

    world.receiver.answers, quick.answers = slowly, sees
    try:
        world.hook("points.earned")
        world.hook("points.earned", url=quick.url)
        world.cafe.post(*(buy(f"a{n}", f"m{n}", "01-02") for n in range(20)))
        world.sender = Sender({"127.0.0.1"}, seconds=60)
        world.work()
        assert len(quick.got) == len(held) == 20
    finally:
        free.set()
        quick.close()


# ---- order ---------------------------------------------------------------------------------------


def test_a_members_messages_come_in_their_order_also_where_one_fails(world: World) -> None:
    failed = list[str]()

    def answers(got: Got) -> tuple[int, dict[str, str], bytes]:
        data = got.message["data"]
        if data["member"] == "ann" and data["event"]["id"] == "a1" and len(failed) < 2:
            failed.append(got.id)
            return 500, {}, b""
        return 200, {}, b""

    world.receiver.answers = answers
    world.hook("points.earned")
    for n in range(4):
        world.cafe.post(buy(f"a{n}", "ann", "01-02"), buy(f"b{n}", "ben", "01-02"))
    world.work()
    assert order(world, "ann") == ["a0", "a1"], "what comes later waits"
    assert order(world, "ben") == ["b0", "b1", "b2", "b3"], "and holds up nobody else"
    world.until_all_is_sent()
    assert order(world, "ann") == ["a0", "a1", "a1", "a1", "a2", "a3"]
    sequences = [
        got.message["data"]["sequence"]
        for got in world.receiver.got
        if got.message["data"]["member"] == "ann"
    ]
    assert sequences == sorted(sequences)


def test_after_some_attempts_the_rest_goes_first(world: World) -> None:
    def answers(got: Got) -> tuple[int, dict[str, str], bytes]:
        return (500 if got.message["data"]["event"]["id"] == "a0" else 200), {}, b""

    world.receiver.answers = answers
    world.hook("points.earned")
    world.cafe.post(buy("a0", "ann", "01-02"), buy("a1", "ann", "01-02"))
    world.until_all_is_sent()
    assert order(world, "ann")[:5] == ["a0", "a0", "a0", "a0", "a1"]
    assert world.states() == {"dead": 1, "delivered": 1}


def order(world: World, member: str) -> list[str]:
    found = [got.message["data"] for got in world.receiver.got]
    return [data["event"]["id"] for data in found if data["member"] == member]


# ---- several workers, and one that dies ----------------------------------------------------------


def test_many_workers_tell_everything_once(world: World) -> None:
    world.hook()
    for n in range(10):
        world.cafe.post(*(buy(f"a{n}-{m}", f"m{m}", "01-02") for m in range(10)))
    with ThreadPoolExecutor(4) as pool:
        done = [*pool.map(lambda _: world.work(), range(4))]
    world.work()
    assert sum(one.rows for one in done) <= 10
    counted = Counter(got.id for got in world.receiver.got)
    assert set(counted.values()) == {1}
    bought = [got for got in world.receiver.got if got.type == "points.earned"]
    assert len(bought) == 100
    for member in range(10):
        assert order_of_ids(world, f"m{member}") == [f"a{n}-{member}" for n in range(10)]
    assert world.states() == {"delivered": len(counted)}
    assert said(world.database) == ""


def order_of_ids(world: World, member: str) -> list[str]:
    found = [got.message["data"] for got in world.receiver.got if got.type == "points.earned"]
    return [data["event"]["id"] for data in found if data["member"] == member]


def test_a_worker_that_is_killed_loses_nothing(world: World) -> None:
    """Killed while a receiver has what it sent and has not said so: it is sent again, the same."""
    reached, free = Event(), Event()

    def answers(_: Got) -> tuple[int, dict[str, str], bytes]:
        reached.set()
        assert free.wait(60)
        return 200, {}, b""

    world.receiver.answers = answers
    world.hook("points.earned")
    world.cafe.post(*(buy(f"a{n}", f"m{n}", "01-02") for n in range(8)))
    worker = subprocess.Popen(
        [sys.executable, "-m", "xenia.cli", "work"],
        env={
            **os.environ,
            "XENIA_DATABASE_URL": world.database.url,
            "XENIA_WEBHOOK_HOSTS": "127.0.0.1",
        },
        stdout=subprocess.DEVNULL,
    )
    try:
        assert reached.wait(60)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    free.set()
    before = {(got.id, got.body) for got in world.receiver.got}
    assert before
    # The worker's clock was the real one.
    ((latest,),) = world.rows(
        "select (extract(epoch from max(next_at)) * 1000000)::bigint from delivery"
    )
    world.receiver.answers = lambda _: (200, {}, b"")
    world.now = latest + 1
    world.until_all_is_sent()
    assert world.states() == {"delivered": 8}
    after = {(got.id, got.body) for got in world.receiver.got}
    assert before <= after
    assert len(after) == len({one for one, _ in after}) == 8
    assert said(world.database) == ""


def test_nothing_is_half_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What breaks between writing the deliveries and emptying the outbox leaves all as it was."""
    world.hook()
    world.cafe.post(buy("a", "ann", "01-02"))
    with monkeypatch.context() as patched:
        patched.setattr("xenia.services.telling.outbox.take_out", broken)
        with pytest.raises(ConnectionError):
            world.work()
    assert world.states() == {}
    assert world.work().sent > 0
    assert max(Counter(got.id for got in world.receiver.got).values()) == 1


def broken(*_: object) -> None:
    raise ConnectionError


# ---- secrets -------------------------------------------------------------------------------------


def test_a_changed_secret_and_the_one_before_both_sign_for_a_while(world: World) -> None:
    hook = world.hook("points.earned")
    new = world.do(webhooks.rotate, world.cafe.space, hook["webhook"], 24)
    assert new["secret"] != hook["secret"]
    world.cafe.post(buy("a", "ann", "01-02"))
    world.work()
    (got,) = world.receiver.got
    assert len(got.signatures) == 2
    assert is_signed(got, new["secret"], 0)
    assert is_signed(got, hook["secret"], 1)
    world.now += 25 * HOUR
    world.cafe.post(buy("b", "ann", "01-03"))
    world.work()
    assert len(world.receiver.got[1].signatures) == 1
    assert is_signed(world.receiver.got[1], new["secret"])
    at_once = world.do(webhooks.rotate, world.cafe.space, hook["webhook"], 0)
    world.cafe.post(buy("c", "ann", "01-04"))
    world.work()
    assert len(world.receiver.got[2].signatures) == 1
    assert is_signed(world.receiver.got[2], at_once["secret"])


def test_a_secret_stands_nowhere(world: World) -> None:
    hook = world.hook()
    for table in ("webhook", "change", "request", "delivery"):
        assert hook["secret"].removeprefix("whsec_") not in str(
            world.rows(f"select * from {table}")
        )


# ---- a test, and what is old ---------------------------------------------------------------------


def test_a_test_is_sent_whatever_it_wants(world: World) -> None:
    hook = world.hook("programme.published")
    sent = world.do(webhooks.send_test, hook["webhook"])
    world.work()
    (got,) = world.receiver.got
    assert (got.id, got.type) == (sent["delivery"], "webhook.test")
    assert is_signed(got, hook["secret"])


def test_while_disabled_it_is_kept_and_can_be_dropped(world: World) -> None:
    hook = world.hook("points.earned")["webhook"]
    world.do(webhooks.disable, hook)
    world.cafe.post(buy("a", "ann", "01-02"))
    assert world.work().sent == 0
    world.do(webhooks.enable, hook, drop=True)
    assert world.work().sent == 0
    assert world.states() == {"dropped": 1}


def test_what_is_old_is_forgotten(world: World) -> None:
    world.hook("points.earned")
    world.cafe.post(buy("a", "ann", "01-02"))
    world.work()
    world.now += 29 * 24 * HOUR
    assert world.work().forgotten == 0
    world.now += 2 * 24 * HOUR
    assert world.work().forgotten == 1
    assert world.rows("select count(*) from attempt") == [(0,)]


def test_there_are_so_many_endpoints_and_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "MOST", 1)
    world.hook()
    with world.database.connect() as connection:
        changing = Changing(connection, Actor(1, "test"), NOON)
        found = webhooks.make(changing, world.cafe.space, Wanted(world.receiver.url))
    assert isinstance(found, Problem)
    assert found.code == "too-many-webhooks"

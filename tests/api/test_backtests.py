"""Backtests over HTTP: asked for, run by a worker in a process of its own, cancelled, read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.api.backtesting import STAND_IN, Stop, history, worker
from tests.api.client import CAFE, NOW, Response
from tests.api.test_events import problem
from tests.api.worlds import OURS, THEIRS, Worlds, bearer
from tests.services.publishing import published
from xenia.services import backtest_process, backtests
from xenia.services.access import Actor
from xenia.services.backtest_running import LEASE, kept_days
from xenia.services.backtests import Wanted
from xenia.services.changing import Changing, Done
from xenia.services.inputs import UnusableError
from xenia.services.published import load_space
from xenia.services.sources import Source
from xenia.store import backtests as store
from xenia.store.database import Database

DAY = 86_400_000_000
PATIENCE = 3000  # looks


class World:
    """A space with a programme, and a folder of histories."""

    def __init__(self, worlds: Worlds, folder: Path) -> None:
        self.worlds, self.folder = worlds, folder
        self.database = worlds.database
        self.key, self.theirs = worlds.key(), worlds.key(space=THEIRS)
        self._asked = 0

    def send(
        self, method: str, path: str, body: Any = None, *, by: str = "", **fields: str
    ) -> Response:
        """A request of ours; every write has a key of its own."""
        self._asked += 1
        head = {**bearer(by or self.key), "idempotency-key": f"key-{self._asked}", **fields}
        return self.worlds.client.ask(method, path, body, head)

    def ask(self, name: str = "year", *, by: str = "", **more: Any) -> str:
        """A backtest over a history: its id."""
        body = {"programme": {"template": "coffee-stars"}, "history": name, **more}
        found = self.send("POST", "/v1/backtests", body, by=by)
        assert found.status == 202, found.body
        return str(found.json()["backtest"])

    def get(self, name: str) -> dict[str, Any]:
        """A backtest as it stands."""
        found: dict[str, Any] = self.send("GET", f"/v1/backtests/{name}").json()
        return found

    def refused(self, body: Any) -> tuple[int, str, dict[str, Any]]:
        """What is said of a backtest that is not begun."""
        said = problem(self.send("POST", "/v1/backtests", body))
        return said["status"], said["code"], said


@pytest.fixture
def world(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("XENIA_HISTORIES", str(tmp_path))
    published(database, CAFE)
    worlds = Worlds(database)
    history(tmp_path, "year")
    yield World(worlds, tmp_path)
    worlds.close()


def eventually(found: Callable[[], bool]) -> None:
    """Wait until it is so."""
    for _ in range(PATIENCE):
        if found():
            return
        Event().wait(0.01)
    raise AssertionError("it never was")


def is_gone(pid: int) -> bool:
    """Whether a process that is not ours has ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


# ---- asking --------------------------------------------------------------------------------------


def test_what_is_asked_is_run_and_told(world: World) -> None:
    sweep = {"parameter": "rules.bean-per-euro.then.earn.beans", "values": ["2 per 1.00"]}
    options = {
        "redeem": "share:40%",
        "also_redeem": ["never", "threshold:20"],
        "enrolled": "first-purchase",
        "margin": "30%",
        "margins": {"PRODUCE": "12.5%"},
        "sweep": {**sweep, "from": None, "to": None, "steps": None},
    }
    body = {"programme": {"published": "cafe"}, "history": "year", **options}
    asked = world.send("POST", "/v1/backtests", body)
    assert asked.status == 202
    made = asked.json()
    assert (made["state"], made["progress"], made["doing"]) == ("waiting", 0, None)
    nothing = {"version": None, "draft": None, "revision": None, "template": None}
    assert made["programme"] == {**nothing, "programme": "cafe", "version": 1}
    against = {"programme": "apple-none", "template": "apple-none"}
    assert made["against"] == {**nothing, **against}
    name = made["backtest"]
    assert problem(world.send("GET", f"/v1/backtests/{name}/report"))["code"] == "no-report"

    assert worker(world.database, NOW).once() == 1
    done = world.get(name)
    assert (done["state"], done["progress"], done["failure"]) == ("done", 1, None)
    assert done["started_at"] == done["finished_at"] == "2026-11-18T11:06:40Z"
    assert {key: done[key] for key in options} == options
    report = world.send("GET", f"/v1/backtests/{name}/report")
    assert report.headers["content-type"] == "application/json"
    found = report.json()
    assert (found["programme"], found["history"]) == (CAFE, "year")
    assert "apple-none" in found["against"]
    assert found["options"] == {
        **options,
        "unit_values": {},
        "reward_values": {},
        "responses": [],
        "cost_ratio": "100%",
        "cannibalised": "0%",
        "running": "0%",
    }
    assert found["nice"] == 19, "everything else goes first"
    assert worker(world.database, NOW).once() == 0


def test_a_report_is_read_as_a_page_or_by_programs(world: World) -> None:
    name = world.ask()
    worker(world.database, NOW).once()
    for accept, page in [
        ("text/html", True),
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("application/json, text/html", False),
        ("*/*", False),
    ]:
        found = world.send("GET", f"/v1/backtests/{name}/report", accept=accept)
        kind = "text/html; charset=utf-8" if page else "application/json"
        assert (found.status, found.headers["content-type"]) == (200, kind)
        assert found.body.startswith(b"<!doctype html>") == page
        alone = found.headers.get("content-security-policy", "")
        assert alone.startswith("default-src 'none'") == page


def test_programmes_are_taken_from_where_they_are(world: World) -> None:
    text = CAFE.replace("1 per 1.00", "2 per 1.00")
    draft = world.send("POST", "/v1/programmes", {"document": text}).json()["draft"]
    as_json = {"xenia": 1, "programme": "bar", "money": "EUR", "timezone": "Europe/Athens"}
    sides = [
        ({"draft": draft}, {"programme": "cafe", "draft": draft, "revision": 1}, text),
        ({"document": text}, {"programme": "cafe"}, text),
        ({"document": as_json}, {"programme": "bar"}, json.dumps(as_json)),
        ({"published": "cafe", "version": 1}, {"programme": "cafe", "version": 1}, CAFE),
    ]
    for source, shown, document in sides:
        name = world.ask(against=source)
        assert shown.items() <= world.get(name)["against"].items()
        world.send("DELETE", f"/v1/drafts/{draft}", **{"if-match": '"1"'})  # what is asked stays
        worker(world.database, NOW).once()
        found = world.send("GET", f"/v1/backtests/{name}/report").json()["against"]
        assert found.replace(" ", "") == document.replace(" ", "")


NO_RULE = CAFE.replace("beans: 1 per", "baens: 1 per")


SWEEP = {
    "parameter": "rules.bean-per-euro.then.earn.beans",
    "from": "1",
    "to": "2",
    "steps": 2,
}
REFUSED: list[tuple[dict[str, Any], int, str, str]] = [
    ({"programme": {"document": NO_RULE}}, 422, "draft-with-errors", "programme: line 10"),
    ({"against": {"document": NO_RULE}}, 422, "draft-with-errors", "against: line 10"),
    ({"against": {"document": "a: [b"}}, 422, "draft-with-errors", "against: line"),
    ({"programme": {"published": "caffe"}}, 404, "no-such-programme", '"cafe"'),
    ({"programme": {"published": "cafe", "version": 7}}, 404, "unknown-version", "7"),
    ({"programme": {"draft": "0"}}, 404, "unknown-draft", "/v1/drafts"),
    ({"programme": {"template": "coffee-star"}}, 404, "unknown-template", "coffee-stars"),
    ({"programme": {}}, 422, "unreadable-body", "one of"),
    ({"programme": {"draft": "0", "template": "x"}}, 422, "unreadable-body", "one of"),
    ({"programme": {"template": "x", "version": 2}}, 422, "unreadable-body", "published"),
    ({"programme": {"document": 7}}, 422, "unreadable-body", "YAML"),
    ({"history": "yaer"}, 404, "unknown-history", '"year"'),
    ({"history": "../default/year"}, 404, "unknown-history", "GET /v1/histories"),
    ({"history": ".."}, 404, "unknown-history", "GET /v1/histories"),
    ({"history": "half"}, 422, "history-unusable", "import"),
    ({"history": "torn"}, 422, "history-unusable", "history.json"),
    ({"redeem": "sometimes"}, 422, "unreadable-body", "regex"),
    ({"redeem": "share:101%"}, 422, "unreadable-body", "regex"),
    ({"enrolled": "always"}, 422, "unreadable-body", "enum"),
    ({"margin": "130%"}, 422, "unreadable-body", "regex"),
    ({"responses": [{"deciles": "0-3"}]}, 422, "unreadable-body", "regex"),
    ({"responses": [{}, {"deciles": "9-3"}]}, 422, "unreadable-body", "9-3"),
    ({"swept": "1"}, 422, "unreadable-body", "swept"),
    ({"also_redeem": ["sometimes"]}, 422, "unreadable-body", "regex"),
    ({"sweep": {"parameter": "rules"}}, 422, "unreadable-body", "name `values`, or else `from`"),
    ({"sweep": {**SWEEP, "values": ["1"]}}, 422, "unreadable-body", "name `values`, or else"),
    ({"sweep": {**SWEEP, "to": None}}, 422, "unreadable-body", "name `values`, or else `from`"),
    ({"sweep": {**SWEEP, "steps": 51}}, 422, "unreadable-body", "<= 50"),
    ({"sweep": {**SWEEP, "parameter": "rules.x"}}, 422, "unreadable-body", "no x there"),
    ({"sweep": {**SWEEP, "parameter": "rules"}}, 422, "unreadable-body", "no single value"),
    ({"sweep": {**SWEEP, "from": "0"}}, 422, "unreadable-body", "sweep rules.bean-per-euro"),
]


def test_what_cannot_be_run_is_not_begun(world: World) -> None:
    history(world.folder, "half", complete=False)
    (history(world.folder, "torn") / "history.json").write_text("{")
    known = {"programme": {"published": "cafe"}, "history": "year"}
    for body, status, code, said in REFUSED:
        found = world.refused({**known, **body})
        assert found[:2] == (status, code), body
        assert said in found[2]["detail"], body
        assert bool(found[2]["errors"]) == (status == 422 and code != "history-unusable"), body
    assert world.send("GET", "/v1/backtests").json()["data"] == []


def test_without_what_runs_them_none_is_begun(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = "xenia.services.backtests.find_spec"
    monkeypatch.setattr(there, lambda name: None if name == "duckdb" else find_spec(name))
    body = {"programme": {"published": "cafe"}, "history": "year"}
    status, code, said = world.refused(body)
    assert (status, code) == (501, "not-installed")
    assert "duckdb" in said["detail"]
    assert "pip install 'xenia[fast]'" in said["detail"]
    assert worker(world.database, NOW).once() == 0


def test_the_same_write_asks_once_and_a_dry_one_never(world: World) -> None:
    body = {"programme": {"published": "cafe"}, "history": "year"}
    head = {"idempotency-key": "the one"}
    dry = world.send("POST", "/v1/backtests?dry_run=true", body, **head)
    assert (dry.status, dry.headers["dry-run"]) == (202, "true")
    first = world.send("POST", "/v1/backtests", body, **head)
    again = world.send("POST", "/v1/backtests", body, **head)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == first.json()
    listed = world.send("GET", "/v1/backtests").json()["data"]
    assert [one["backtest"] for one in listed] == [first.json()["backtest"]]


def test_so_many_wait_and_no_more_whoever_comes_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backtests, "WAITING_MOST", 3)
    world.ask()
    wanted = Wanted(Source(template="apple-none"), Source(template="apple-none"), "year", {})

    def asked(_number: int) -> bool:
        with world.database.connect() as connection, connection.transaction():
            space = load_space(connection)
            changing = Changing(connection, Actor(space.space_id, "test"), NOW)
            return isinstance(backtests.ask(changing, space, wanted), Done)

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(asked, range(6))) == 2
    body = {"programme": {"published": "cafe"}, "history": "year"}
    assert world.refused(body)[:2] == (409, "too-many-backtests")


# ---- running -------------------------------------------------------------------------------------


@contextmanager
def at_work(world: World, **more: Any) -> Iterator[list[int]]:
    """A worker beside the test, until there is nothing to do: the processes that it began."""
    began: list[int] = []
    by = worker(world.database, NOW, began=lambda _claimed, pid: began.append(pid), **more)
    with ThreadPoolExecutor(1) as pool:
        ran = pool.submit(by.once)
        try:
            yield began
        finally:
            by.stop.set()
            ran.result()


def test_it_is_told_how_far_it_is_until_it_is_cancelled(world: World) -> None:
    history(world.folder, "long", "go on")
    name = world.ask("long")
    with at_work(world) as began:
        eventually(lambda: world.get(name)["progress"] == 0.25)
        running = world.get(name)
        assert (running["state"], running["doing"]) == ("running", "reading long")
        assert problem(world.send("GET", f"/v1/backtests/{name}/report"))["code"] == "no-report"
        cancelled = world.send("POST", f"/v1/backtests/{name}/cancel")
        assert (cancelled.status, cancelled.json()["state"]) == (200, "cancelled")
        eventually(lambda: is_gone(began[0]))
    after = world.get(name)
    assert (after["state"], after["finished_at"]) == ("cancelled", "2026-11-18T11:06:40Z")
    said = problem(world.send("GET", f"/v1/backtests/{name}/report"))
    assert (said["status"], said["code"]) == (409, "no-report")
    again = problem(world.send("POST", f"/v1/backtests/{name}/cancel"))
    assert (again["status"], again["code"]) == (409, "backtest-is-over")


def test_one_that_waits_is_cancelled_and_never_run(world: World) -> None:
    name = world.ask()
    dry = world.send("POST", f"/v1/backtests/{name}/cancel?dry_run=true")
    assert dry.json()["state"] == "cancelled"
    assert world.get(name)["state"] == "waiting"
    world.send("POST", f"/v1/backtests/{name}/cancel")
    assert worker(world.database, NOW).once() == 0
    assert world.get(name)["started_at"] is None


FAILING = [
    ("refuse", 1, "the history has no purchases: import some"),
    ("fault", 1, "a fault of the program"),
    ("no memory", 1, "not enough memory"),
    ("die", 3, "it was killed (SIGKILL) 3 times while it ran"),
    ("much", 1, "the report has more than 32 MiB"),
    ("too much", 1, "the report has more than 32 MiB"),
]


def test_one_that_cannot_end_says_why(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also who kills whatever runs it comes to an end."""
    monkeypatch.setattr(backtest_process, "MOST", 1_000)
    monkeypatch.setattr(backtest_process, "_PIPE_MOST", 2_000)
    for does, ran, said in FAILING:
        name = history(world.folder, does.replace(" ", "-"), does).name
        asked = world.ask(name)
        assert worker(world.database, NOW).once() == ran, does
        found = world.get(asked)
        assert found["state"] == "failed", does
        assert said in found["failure"]
        assert "anna" not in found["failure"], "what a fault says may be of a member"
        no_report = problem(world.send("GET", f"/v1/backtests/{asked}/report"))
        assert said in no_report["detail"]


def test_a_history_that_is_gone_meanwhile_is_told(world: World) -> None:
    name = world.ask()
    (world.folder / "default" / "year" / "history.json").unlink()
    worker(world.database, NOW).once()
    assert (world.get(name)["state"], "no history" in world.get(name)["failure"]) == (
        "failed",
        True,
    )


def test_a_worker_that_is_stopped_gives_it_back(world: World) -> None:
    history(world.folder, "year", "go on")
    name = world.ask()
    with at_work(world) as began:
        eventually(lambda: world.get(name)["doing"] is not None)
    assert is_gone(began[0])
    given = world.get(name)
    assert (given["state"], given["progress"], given["started_at"]) == ("waiting", 0, None)
    history(world.folder, "year")
    for _ in range(3):  # as often as it is: nobody was lost by it
        assert worker(world.database, NOW, stop=Stop(looks=1)).once() == 1
        assert world.get(name)["state"] == "waiting"
    assert worker(world.database, NOW).once() == 1
    assert world.get(name)["state"] == "done"


def test_what_a_lost_worker_had_is_run_by_another_and_the_lost_one_says_no_more(
    world: World,
) -> None:
    name = world.ask()
    with world.database.connect(autocommit=True) as connection:
        lost = store.claim(connection, now=NOW, until=NOW + LEASE)
        assert lost is not None
        assert worker(world.database, NOW + LEASE - 1).once() == 0, "it may still come"
        kept = store.keep(connection, lost, until=NOW + LEASE + 5, permille=10, doing="on it")
        assert kept
        assert worker(world.database, NOW + LEASE).once() == 0, "it has said that it works"
        other = store.claim(connection, now=NOW + LEASE + 5, until=NOW + DAY)
        assert other is not None
        assert (other.attempt, other.lost) == (2, 1)
        assert not store.keep(connection, lost, until=NOW + DAY, permille=999, doing="late")
        assert not store.done(connection, lost, b"{}", b"", now=NOW)
        assert not store.failed(connection, lost, "late", now=NOW)
        assert not store.give_back(connection, lost, lost=True)
        assert store.give_back(connection, other, lost=False)
    assert worker(world.database, NOW + LEASE + 5).once() == 1
    assert world.get(name)["state"] == "done"
    assert world.send("GET", f"/v1/backtests/{name}/report").json()["history"] == "year"


def test_who_has_cost_three_workers_costs_no_fourth(world: World) -> None:
    name, now = world.ask(), NOW
    with world.database.connect(autocommit=True) as connection:
        for _ in range(3):
            assert store.claim(connection, now=now, until=now + LEASE)
            now += LEASE
    assert worker(world.database, now).once() == 1
    found = world.get(name)
    assert found["state"] == "failed"
    assert "3 times" in found["failure"]


def test_of_several_workers_each_takes_another(world: World) -> None:
    names = {world.ask() for _ in range(6)}
    taken: list[str] = []

    def one(_number: int) -> None:
        worker(
            world.database, NOW, began=lambda claimed, _pid: taken.append(claimed.backtest_id)
        ).once()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, range(2)))
    assert sorted(taken) == sorted(names)
    assert {world.get(name)["state"] for name in names} == {"done"}


# ---- spaces --------------------------------------------------------------------------------------


def test_spaces_take_turns_and_see_nothing_of_each_other(world: World) -> None:
    history(world.folder, "bread", space=THEIRS)
    ours = [world.ask(), world.ask()]
    their = world.ask("bread", by=world.theirs)
    order: list[str] = []
    clock = count(NOW)
    by = worker(world.database, NOW, began=lambda claimed, _pid: order.append(claimed.backtest_id))
    by.clock = lambda: next(clock)
    assert by.once() == 3
    assert order == [ours[0], their, ours[1]]

    listed = world.send("GET", "/v1/backtests", by=world.theirs).json()["data"]
    assert [one["backtest"] for one in listed] == [their]
    for path in (ours[0], f"{ours[0]}/report"):
        assert world.send("GET", f"/v1/backtests/{path}", by=world.theirs).status == 404
    waits = world.ask()
    tried = world.send("POST", f"/v1/backtests/{waits}/cancel", by=world.theirs)
    assert (tried.status, problem(tried)["code"]) == (404, "unknown-backtest")
    assert world.get(waits)["state"] == "waiting"
    body = {"programme": {"template": "apple-none"}, "history": "year"}
    foreign = problem(world.send("POST", "/v1/backtests", body, by=world.theirs))
    assert foreign["code"] == "unknown-history"


def test_histories_are_listed_as_they_say_themselves(world: World) -> None:
    history(world.folder, "half", complete=False)
    history(world.folder, "bread", space=THEIRS)
    (world.folder / OURS / "notes").mkdir()
    (history(world.folder, "torn") / "history.json").write_text("{")
    page = world.send("GET", "/v1/histories?limit=1").json()
    assert [one["history"] for one in page["data"]] == ["half"]
    assert (page["data"][0]["complete"], page["has_more"]) == (False, True)
    rest = world.send("GET", f"/v1/histories?cursor={page['next_cursor']}").json()
    assert (rest["has_more"], rest["next_cursor"]) == (False, None)
    assert rest["data"] == [
        {
            "history": "year",
            "complete": True,
            "members": 2,
            "purchases": 1210,
            "guest_purchases": 10,
            "returns": 30,
            "lines": 5012,
            "money": "EUR",
            "amount": "42050.50",
            "first_at": "2024-12-31T23:58:20Z",
            "last_at": "2025-12-31T00:00:00Z",
        }
    ]


def test_where_no_histories_are_there_are_none(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XENIA_HISTORIES", str(tmp_path / "nowhere"))
    assert world.send("GET", "/v1/histories").json()["data"] == []


# ---- later ---------------------------------------------------------------------------------------


def test_pages_go_from_the_last_to_the_first(world: World) -> None:
    names = [world.ask() for _ in range(3)]
    page = world.send("GET", "/v1/backtests?limit=2").json()
    rest = world.send("GET", f"/v1/backtests?limit=2&cursor={page['next_cursor']}").json()
    assert (page["has_more"], rest["has_more"]) == (True, False)
    found = [one["backtest"] for one in (*page["data"], *rest["data"])]
    assert found == names[::-1]


def test_the_trail_says_who_asked_and_who_cancelled(world: World) -> None:
    name = world.ask()
    world.send("POST", f"/v1/backtests/{name}/cancel")
    trail = world.send("GET", f"/v1/changes?about=backtest/{name}").json()["data"]
    assert [one["action"] for one in trail] == ["backtest.cancelled", "backtest.asked"]
    assert trail[1]["after"]["history"] == "year"
    assert trail[1]["by"] == world.get(name)["made_by"]


def test_what_ended_long_ago_is_forgotten(world: World) -> None:
    done = world.ask()
    worker(world.database, NOW).once()
    waits = world.ask()
    with world.database.connect(autocommit=True) as connection:
        connection.execute("update backtest set state = 'x' where backtest_id = %s", [waits])
    worker(world.database, NOW + 30 * DAY, days=30).once()
    assert world.get(done)["state"] == "done"
    worker(world.database, NOW + 30 * DAY + 1, days=30).once()
    assert world.get(done)["code"] == "unknown-backtest"
    assert world.get(waits)["state"] == "x", "it has never ended"
    with world.database.connect() as connection:
        assert connection.execute("select count(*) from backtest_report").fetchone() == (0,)


def test_for_how_long_is_said_in_days() -> None:
    assert kept_days({}) == kept_days({"XENIA_BACKTEST_DAYS": " "}) == 90
    assert kept_days({"XENIA_BACKTEST_DAYS": "7"}) == 7
    for wrong in ("0", "-1", "week", "40000", "1.5", "9" * 5000):
        with pytest.raises(UnusableError, match="XENIA_BACKTEST_DAYS"):
            kept_days({"XENIA_BACKTEST_DAYS": wrong})


# ---- killed --------------------------------------------------------------------------------------

WORKER = """
import sys
from threading import Event
from xenia.services.backtest_running import Backtester
from xenia.services.poster import now
from xenia.store.database import Database

def began(claimed, pid):
    print(pid, flush=True)

Backtester(Database(sys.argv[1]), Event(), now, command=sys.argv[2:], beat=0.05, began=began).once()
"""


def test_a_worker_that_is_killed_takes_its_process_along(world: World) -> None:
    history(world.folder, "year", "go on")
    name = world.ask()
    command = [sys.executable, "-c", WORKER, world.database.url, *STAND_IN]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ}
    ) as working:
        assert working.stdout is not None
        pid = int(working.stdout.readline())
        eventually(lambda: world.get(name)["doing"] is not None)
        working.kill()
    eventually(lambda: is_gone(pid))
    assert world.get(name)["state"] == "running"
    history(world.folder, "year")
    with world.database.connect(autocommit=True) as connection:
        row = connection.execute(
            "select (extract(epoch from lease_until) * 1000000)::bigint from backtest"
        ).fetchone()
    assert row is not None
    assert worker(world.database, row[0] - 1).once() == 0
    assert worker(world.database, row[0]).once() == 1
    assert world.get(name)["state"] == "done"

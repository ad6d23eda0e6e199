"""`xenia serve`: real processes on a free port of this machine, and how they end."""

from __future__ import annotations

import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from tests.api.client import CAFE, LINES, purchase
from tests.services.publishing import published
from xenia.api.server import free_port
from xenia.cli.app import build
from xenia.services.access import Actor
from xenia.services.changing import Changing
from xenia.services.keys import Wanted, make_key
from xenia.store.database import Database

PATIENCE = 60.0  # seconds until a test gives up


class Serving:
    """A service in processes of its own."""

    def __init__(self, database: Database, *options: str) -> None:
        command = [sys.executable, "-m", "xenia.cli", "serve", "--port", "0", *options]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "XENIA_DATABASE_URL": database.url, "PYTHONWARNINGS": "error"},
        )
        self.said: list[str] = []
        self._handles: list[int] = []
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._read, args=(stream,), daemon=True)
            for stream in (self.process.stdout, self.process.stderr)
        ]
        for thread in self._threads:
            thread.start()
        self.address = self.until(r"Serving (http://\S+)")[1]

    def _read(self, stream: Any) -> None:
        with stream:
            for line in stream:
                self._lines.put(line)

    def until(self, pattern: str) -> re.Match[str]:
        """Wait until a line is printed."""
        while True:
            try:
                line = self._lines.get(timeout=PATIENCE)
            except Empty:
                raise AssertionError(f"no {pattern} in: {self.said}") from None
            self.said.append(line)
            if found := re.search(pattern, line):
                return found

    def workers(self, number: int) -> list[int]:
        """The numbers of so many processes, once they take requests."""
        found = [
            int(self.until(r'a worker takes requests.*"process": (\d+)')[1]) for _ in range(number)
        ]
        # Held on to, so that nobody else's process can be meant later.
        self._handles += [os.pidfd_open(pid) for pid in found]
        return found

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Its exit code, having been told to stop."""
        self.process.send_signal(how)
        return self.ended()

    def ended(self) -> int:
        """Its exit code, once nothing of it is left that could say something."""
        self.process.wait(PATIENCE)
        for handle in self._handles:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
            os.close(handle)
        self._handles.clear()
        for thread in self._threads:
            thread.join(PATIENCE)
        return self.process.wait(PATIENCE)


@pytest.fixture
def serving(database: Database) -> Iterator[Serving]:
    """Two workers with a programme."""
    published(database, CAFE)
    service = Serving(database, "--workers", "2")
    yield service
    if service.process.poll() is None:
        service.end()
    service.ended()


def gone(pid: int) -> bool:
    """Whether a process has ended, or does within the test's patience."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], PATIENCE)[0])
    finally:
        os.close(handle)


def events(database: Database) -> set[str]:
    """The ids of all recorded events."""
    with database.connect() as connection:
        return {name for (name,) in connection.execute("select event_id from record")}


# ---- while it runs -------------------------------------------------------------------------------


def test_it_takes_events_and_tells_what_came_of_them(serving: Serving, database: Database) -> None:
    serving.workers(2)
    with httpx.Client(base_url=serving.address, timeout=PATIENCE) as client:
        one = client.post("/v1/events", json=purchase("e1"), headers={"X-Request-Id": "mine"})
        assert one.status_code == 200
        assert one.headers["x-request-id"] == "mine"
        assert one.json()["wallet"]["beans"]["balance"] == "3"
        several = client.post("/v1/events?trace=true", json=[purchase("e2"), {}])
        assert several.json()[0]["trace"][0]["applied"] is True
        assert several.json()[1]["code"] == "missing-field"
        lines = client.post(
            "/v1/events",
            content=f"{one.request.content.decode()}\n",
            headers={"content-type": LINES},
        )
        assert lines.text == f"{one.text}\n"
        chunked = client.post(
            "/v1/events",
            content=iter([one.request.content[:9], one.request.content[9:]]),
            headers={"content-type": "application/json"},
        )
        assert chunked.text == one.text
        assert client.get("/v1/members/anna").json()["programmes"][0]["enrolled"] is True
        client.post("/v1/events", json=purchase("e3", member="a/b"))
        assert client.get("/v1/members/a%252Fb/wallet").json()["member"] == "a/b"
        assert client.get("/readyz").status_code == 200
        assert client.head("/healthz").status_code == 200
        assert client.get("/nowhere").json()["code"] == "not-found"
        assert "/v1/events" in client.get("/openapi.json").json()["paths"]
    assert events(database) == {"e1", "e2", "e3"}


def test_numbers_are_those_of_all_workers(serving: Serving) -> None:
    workers = serving.workers(2)
    for number in range(20):  # each over a connection of its own: both workers get some
        address, body = f"{serving.address}/v1/events", purchase(f"e{number}")
        httpx.post(address, json=body, timeout=PATIENCE)
    os.kill(workers[0], signal.SIGTERM)  # what it had counted is written when it ends
    assert gone(workers[0])
    text = httpx.get(f"{serving.address}/metrics", timeout=PATIENCE).text
    (recorded,) = re.findall(
        r'xenia_events_total\{outcome="recorded",type="purchase"\} (\S+)', text
    )
    assert float(recorded) == 20
    (batches,) = re.findall(r"xenia_batch_events_sum (\S+)", text)
    assert float(batches) == 20


# ---- how it ends ---------------------------------------------------------------------------------


def test_what_was_answered_before_it_stopped_is_recorded(
    serving: Serving, database: Database
) -> None:
    serving.workers(2)
    answered: list[list[str]] = [[] for _ in range(8)]
    begun = threading.Barrier(9)

    def post(mine: list[str], number: int) -> None:
        with httpx.Client(base_url=serving.address, timeout=PATIENCE) as client:
            for count in range(10_000):
                name = f"e{number}-{count}"
                try:
                    response = client.post("/v1/events", json=purchase(name, member=f"m{number}"))
                except httpx.TransportError:
                    return  # nobody listens any more
                if response.status_code == 200:
                    mine.append(name)
                if count == 5:
                    begun.wait(PATIENCE)

    threads = [
        threading.Thread(target=post, args=(mine, number)) for number, mine in enumerate(answered)
    ]
    for thread in threads:
        thread.start()
    begun.wait(PATIENCE)
    assert serving.end() == 0
    for thread in threads:
        thread.join(PATIENCE)
    said = {name for mine in answered for name in mine}
    assert len(said) >= 8 * 6
    assert events(database) == said, "all that is recorded was answered, and the other way round"
    serving.until("Stopped. What was taken is recorded.")


def test_it_stops_while_it_starts(database: Database) -> None:
    service = Serving(database)
    assert service.end(signal.SIGINT) == 0


def test_a_worker_that_is_killed_is_made_again(serving: Serving, database: Database) -> None:
    first, other = serving.workers(2)
    os.kill(first, signal.SIGKILL)
    (third,) = serving.workers(1)
    assert third not in {first, other}
    os.kill(other, signal.SIGKILL)
    assert gone(other)
    with httpx.Client(base_url=serving.address, timeout=PATIENCE) as client:
        assert client.post("/v1/events", json=purchase("e1")).status_code == 200
    assert events(database) == {"e1"}


def test_nothing_is_left_of_a_service_whose_parent_was_killed(serving: Serving) -> None:
    workers = serving.workers(2)
    serving.process.kill()
    assert [gone(worker) for worker in workers] == [True, True]


# ---- what it refuses -----------------------------------------------------------------------------


def serve(monkeypatch: pytest.MonkeyPatch, database: Database, *options: str) -> Result:
    monkeypatch.setenv("XENIA_DATABASE_URL", database.url)
    result = CliRunner().invoke(build(), ["serve", *options])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    return result


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_an_address_that_others_can_reach_before_there_are_keys(
    monkeypatch: pytest.MonkeyPatch, database: Database, host: str
) -> None:
    result = serve(monkeypatch, database, "--host", host)
    assert f"--host {host}" in result.stderr
    assert "xenia key make" in result.stderr


def test_others_reach_the_service_once_there_are_keys(database: Database) -> None:
    with database.connect() as connection:
        changing = Changing(connection, Actor(1, "test"), 0)
        make_key(changing, "live", Wanted("tills", ["events:write"]))
    service = Serving(database, "--host", "0.0.0.0")
    try:
        service.workers(1)
        with httpx.Client(base_url=service.address, timeout=PATIENCE) as client:
            assert client.post("/v1/events", json=purchase("e1")).status_code == 401
    finally:
        assert service.end() == 0


def test_what_is_no_address(monkeypatch: pytest.MonkeyPatch, empty_database: Database) -> None:
    result = serve(monkeypatch, empty_database, "--host", "example.org")
    assert "--host example.org" in result.stderr


def test_a_port_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The workers of a service that was killed hold it until they see that."""
    with socket.create_server(("127.0.0.1", 0)) as left:
        port = left.getsockname()[1]
        monkeypatch.setattr("xenia.api.server.time.sleep", lambda _: left.close())
        assert free_port("127.0.0.1", port) == port


def test_a_port_that_is_taken(monkeypatch: pytest.MonkeyPatch, empty_database: Database) -> None:
    monkeypatch.setattr("xenia.api.server.LEFT_SECONDS", 0)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = serve(monkeypatch, empty_database, "--port", port)
    assert f"port {port}" in result.stderr
    assert "--port" in result.stderr


def test_tables_that_are_not_current(
    monkeypatch: pytest.MonkeyPatch, empty_database: Database
) -> None:
    result = serve(monkeypatch, empty_database, "--port", "0")
    assert "xenia database upgrade" in result.stderr


def test_a_programme_with_errors(
    monkeypatch: pytest.MonkeyPatch, database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("xenia: 1\n")
    result = serve(monkeypatch, database, "--port", "0", "--programme", str(path))
    assert str(path) in result.stderr


def test_a_programme_is_published_first_and_once(
    monkeypatch: pytest.MonkeyPatch, database: Database, tmp_path: Path
) -> None:
    def run(_: Database, *, host: str, port: int, workers: int) -> None:
        assert (host, workers) == ("127.0.0.1", 1)
        assert port

    monkeypatch.setattr("xenia.api.server.run", run)
    path = tmp_path / "cafe.yaml"
    path.write_text(CAFE)
    monkeypatch.setenv("XENIA_DATABASE_URL", database.url)
    for words in ("published, in force always", "published already"):
        result = CliRunner().invoke(build(), ["serve", "--port", "0", "--programme", str(path)])
        assert result.exit_code == 0, result.output
        assert f"cafe version 1: {words}.\n" in result.stdout
    with database.connect() as connection:
        trail = connection.execute("select actor, action, object from change").fetchall()
    assert trail == [("command-line", "programme.published", "programme/cafe")]

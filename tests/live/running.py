"""The service as people run it: processes on loopback, and clients that do not give up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from benchmarks.serving import free_port
from xenia.store.database import Database

PATIENCE = 60.0  # seconds in which a service must be there, or an event be recorded
PAUSE = 0.05


def wait_until(holds: Callable[[], bool], what: str, pause: float = PAUSE) -> None:
    """Ask again and again, for a minute at most."""
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, f"not within {PATIENCE:.0f} seconds: {what}"
        time.sleep(pause)


class Process:
    """A verb of xenia in a process group of its own."""

    def __init__(self, *words: str, database: Database, log: Path) -> None:
        self._words, self._log = words, log
        self._environment = {**os.environ, "XENIA_DATABASE_URL": database.url}
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin, again or for the first time."""
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(
                [sys.executable, "-m", "xenia.cli", *self._words],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def id(self) -> int:
        """The number of the running process."""
        assert self._running is not None, "it has not been started"
        return self._running.pid

    def children(self) -> list[int]:
        """The processes that it has started."""
        path = Path(f"/proc/{self.id}/task/{self.id}/children")
        return [int(word) for word in path.read_text().split()]

    def kill(self) -> None:
        """End it as a power cut would, without its children."""
        os.kill(self.id, signal.SIGKILL)
        self.ended()

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        os.kill(self.id, signal.SIGTERM)
        return self.ended()

    def ended(self) -> int:
        """Wait for its end; its exit code."""
        assert self._running is not None, "it has not been started"
        return self._running.wait(PATIENCE)

    def cleaned(self) -> None:
        """Leave nothing behind, whatever became of it."""
        if self._running is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._running.pid, signal.SIGKILL)
        self._running.wait(PATIENCE)

    @property
    def log(self) -> str:
        """All that it has said."""
        return self._log.read_text("utf-8", "replace")


class Service(Process):
    """`xenia serve` at a port that is free."""

    def __init__(self, database: Database, folder: Path, *, workers: int = 1) -> None:
        self.port = free_port()
        super().__init__(
            "serve",
            "--port",
            str(self.port),
            "--workers",
            str(workers),
            database=database,
            log=folder / f"serve-{self.port}.log",
        )

    def ready(self) -> None:
        """Wait until it takes events."""
        wait_until(self._ready, "ready to serve")

    def _ready(self) -> bool:
        try:
            return Client(self).get("/readyz")[0] == 200
        except (OSError, HTTPException):
            return False


class Client:
    """One connection to a service, made again when it breaks."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body."""
        return self._ask("GET", path, None)[:2]

    def post(self, event: Any) -> tuple[int, Any, dict[str, str]]:
        """Status, answer and head; an array is posted as one."""
        status, body, head = self._ask("POST", "/v1/events", json.dumps(event).encode())
        return status, json.loads(body), head

    def insist(self, event: Any, stop: threading.Event | None = None) -> Any:
        """The answer to an event, posted again until there is one."""
        until = time.monotonic() + 3 * PATIENCE
        while True:
            try:
                status, answer, _ = self.post(event)
            except (OSError, HTTPException):
                status, answer = 0, None
            if status == 200:
                return answer
            assert status in (0, 503), (status, answer)
            assert time.monotonic() < until, f"no answer to {event['id']}: {answer}"
            (stop or threading.Event()).wait(PAUSE)

    def _ask(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes, dict[str, str]]:
        connection = HTTPConnection("127.0.0.1", self._service.port, timeout=PATIENCE)
        try:
            head = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, body, head)
            answer = connection.getresponse()
            return answer.status, answer.read(), {k.lower(): v for k, v in answer.getheaders()}
        finally:
            connection.close()


def at_once(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all of them in threads that begin together; their results in order."""
    found: list[Any] = [None] * len(jobs)
    failed: list[BaseException] = []
    start = threading.Barrier(len(jobs))

    def run(place: int) -> None:
        start.wait()
        try:
            found[place] = jobs[place]()
        except BaseException as error:  # noqa: BLE001 - raised again below, in the test's thread
            failed.append(error)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return found


def spread(clients: Sequence[Client], events: Iterable[Any], threads: int) -> list[Any]:
    """Post events from so many threads at once, each to one of the services in turn."""
    given = list(events)

    def sender(number: int) -> list[Any]:
        client = clients[number % len(clients)]
        return [client.insist(event) for event in given[number::threads]]

    answers: list[Any] = [None] * len(given)
    senders = [lambda number=number: sender(number) for number in range(threads)]
    for number, found in enumerate(at_once(senders)):
        answers[number::threads] = found
    return answers

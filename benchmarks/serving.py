"""`xenia serve` as a program of its own, and requests sent to it."""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import msgspec

from benchmarks.cluster import Cluster, compiled
from benchmarks.processes import Spent, Watch, running

HOST = "127.0.0.1"
PORTS = range(20_000, 30_000)  # below those that systems give to connections
START_SECONDS = 60
READY_IN_A_ROW = 20  # connections go to any worker
TAKES = "a worker takes requests"


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What `load.c` says: `measured` requests in `seconds`, the rest in microseconds."""

    sent: int
    good: int
    bad: int
    measured: int
    seconds: float
    p50: int
    p99: int
    longest: int
    cpu: float

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.measured / self.seconds


@dataclass(frozen=True)
class Loaded:
    """A run with the processor time of one request, in microseconds."""

    load: Load
    app: float
    database: float
    generator: float
    others: float  # share of the machine that somebody else used


class Generator:
    """The load generator, compiled once."""

    def __init__(self, folder: Path) -> None:
        """Raises Missing."""
        self._program = compiled("load.c", folder / "load")
        self._folder = folder

    def pool(self, name: str) -> Path:
        """Where to write the requests of a run."""
        return self._folder / f"{name}.pool"

    def send(
        self, port: int, pool: Path, *, clients: int, members: int, seconds: float, must: str
    ) -> Load:
        """Send requests for some seconds, and some before that are not measured."""
        warm = max(0.5, seconds / 4)
        words = map(str, (HOST, port, clients, warm, seconds, 1, members, pool, must))
        done = subprocess.run([self._program, *words], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        if done.stderr:
            print(done.stderr, file=sys.stderr)
        return msgspec.json.decode(done.stdout, type=Load)


@dataclass(frozen=True)
class Serving:
    """A service that answers; `process` is the one from which its workers descend."""

    process: int
    port: int
    database: int

    def watched(self, send: Load, spent: Spent) -> Loaded:
        """Processor time for each request that was sent."""
        app, database = (part / send.sent for part in spent.trees)
        return Loaded(send, app, database, send.cpu / send.sent, spent.others)

    def watch(self) -> Watch:
        """Counts what the service and the database spend from here on."""
        return Watch(self.process, self.database)


@contextmanager
def serving(cluster: Cluster, workers: int, folder: Path) -> Iterator[Serving]:
    """The service on a free port, stopped afterwards."""
    log, port = folder / "serve.log", free_port()
    log.unlink(missing_ok=True)
    words = ("serve", "--port", str(port), "--workers", str(workers))
    variables = {"XENIA_DATABASE_URL": cluster.url}
    with running([sys.executable, "-m", "xenia.cli", *words], variables, log) as process:
        wait_for(process, port, log, (TAKES, workers))
        yield Serving(process.pid, port, cluster.process)


def free_port() -> int:
    """A port on which nothing listens, and which the system gives to nobody's connection: so that
    it is free still when a process has begun that is to listen there."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as trial, suppress(OSError):
            trial.bind((HOST, port))
            return port


def wait_for(
    process: subprocess.Popen[bytes], port: int, log: Path, said: tuple[str, int] = ("", 0)
) -> None:
    """Wait until a server answers, from all its workers, and has said something so many times."""
    end = monotonic() + START_SECONDS
    while process.poll() is None and monotonic() < end:
        if log.read_text("utf-8").count(said[0]) >= said[1] and all(
            _ready(port) for _ in range(READY_IN_A_ROW)
        ):
            return
        sleep(0.05)
    raise RuntimeError(f"a server does not answer:\n{log.read_text('utf-8')}")


def _ready(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def machine() -> str:
    """What all of it runs on, in a few words."""
    version = ".".join(map(str, sys.version_info[:3]))
    return f"{os.cpu_count()} processors, the load generator on them, too; Python {version}"

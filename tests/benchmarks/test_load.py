"""The load generator accounts for every request; the slow disk is as slow as it says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmarks.cluster import MEMORY, SYNCED, compiled
from benchmarks.processes import cpu, tree
from benchmarks.purchases import write_requests
from benchmarks.serving import Generator

pytestmark = pytest.mark.skipif(
    not (shutil.which("gcc") or shutil.which("cc")), reason="missing: a C compiler"
)


class Till(BaseHTTPRequestHandler):
    """Takes every purchase and notes it; refuses each tenth."""

    protocol_version = "HTTP/1.1"
    taken: list[dict[str, str]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.taken.append(body)
        good = len(self.taken) % 10 != 0
        answer = b'{"status":"recorded"}'
        self.send_response(200 if good else 503)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *words: object) -> None:  # noqa: A002 - overridden
        pass


@contextmanager
def till() -> Iterator[ThreadingHTTPServer]:
    Till.taken = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Till) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def test_every_request_is_accounted_for(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    generator, pool = Generator(tmp_path), tmp_path / "pool"
    with till() as server:
        port = server.server_address[1]
        write_requests(pool, "run", port)
        load = generator.send(
            port, pool, clients=4, members=7, seconds=0.3, must='"status":"recorded"'
        )
    assert load.sent == load.good + load.bad == len(Till.taken) > 20
    assert load.bad == load.sent // 10
    assert 0 < load.measured < load.sent
    assert load.p50 <= load.p99 <= load.longest
    assert {body["id"] for body in Till.taken} == {
        f"run-{number:012}" for number in range(1, load.sent + 1)
    }
    assert {body["member"] for body in Till.taken} == {f"m-{number:06}" for number in range(7)}
    assert "503" in capfd.readouterr().err


def test_an_answer_without_the_text_is_not_good(tmp_path: Path) -> None:
    generator, pool = Generator(tmp_path), tmp_path / "pool"
    with till() as server:
        port = server.server_address[1]
        write_requests(pool, "run", port)
        load = generator.send(port, pool, clients=1, members=1, seconds=0.1, must="refused")
    assert load.good == 0
    assert load.bad == load.sent > 0


def test_the_slow_disk_is_slow(tmp_path: Path) -> None:
    options = ("-shared", "-fPIC", "-DMICROSECONDS=2000")
    library = compiled("slowsync.c", tmp_path / "slowsync.so", *options)
    # In memory, where nothing else makes it slow.
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else tmp_path) as folder:
        said = subprocess.run(
            [sys.executable, "-c", SYNCED, f"{folder}/file", "5"],
            env={"LD_PRELOAD": str(library)},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
    assert all(float(line) >= 0.002 for line in said.split())  # asleep at least so long
    assert len(said.split()) == 5


def test_the_processor_time_of_children_is_counted() -> None:
    # A shell that has a child which has worked and ended, and one that waits.
    work = "sum(i * i for i in range(3_000_000))"
    shell = subprocess.Popen(
        ["/bin/sh", "-c", f"{sys.executable} -c '{work}'; echo done; cat & wait"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert shell.stdout is not None
        assert shell.stdout.readline() == b"done\n"
        assert shell.pid in tree(shell.pid)
        assert cpu(shell.pid) > 50_000
    finally:
        shell.communicate()

"""Other processes that use an embedded server, and what tests ask about servers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xenia.store.database import Database
from xenia.store.embedded_locks import opened

# Uses the server until its standard input ends.  What comes before may change who it is.
USER = """
import os, sys
from pathlib import Path
import psycopg
from xenia.store.database import DatabaseUnavailable
from xenia.store.embedded import EmbeddedServer
{before}
try:
    with EmbeddedServer(Path({home!r})) as server:
        print(server.url, flush=True)
        sys.stdin.read()
except DatabaseUnavailable as error:
    print(error, flush=True)
    sys.exit(2)
"""


class Process:
    """A process that has entered an embedded server, or says in one line why it could not."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        self.said = process.stdout.readline().strip()

    def kill(self, number: int = signal.SIGKILL) -> int:
        """Send a signal and wait for the end; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def leave(self) -> int:
        """Let it go its way; the exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(timeout=60)


@contextmanager
def using(home: Path, before: str = "") -> Iterator[Process]:
    """A process that uses the server in a home; killed at the latest afterwards."""
    code = USER.format(home=str(home), before=before)
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Process(process)
        finally:
            process.kill()


def number(home: Path) -> int:
    """The process number of the server."""
    text = (home / "postgresql/cluster/postmaster.pid").read_text("utf-8")
    return int(text.partition("\n")[0])


def kill_server(home: Path) -> None:
    """As the machine does when it runs out of memory."""
    os.kill(number(home), signal.SIGKILL)


def runs(home: Path) -> bool:
    """Whether any process of the server is left."""
    with opened(home / "postgresql/server.lock") as lock:
        return not lock.take()


def ask(url: str, statement: str) -> list[tuple[object, ...]]:
    """The rows of a statement; what it changes is committed."""
    with Database(url).connect() as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []

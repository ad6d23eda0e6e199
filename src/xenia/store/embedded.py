"""Starts PostgreSQL in a folder of ours, shares it with other processes, and stops it again.

Three locks say all there is to know, however processes end (a process number would not: it may be
another's by now, or that of a process that has ended and was never fetched):

- `users.lock`, shared: each process that uses the server. Who takes it alone is the last.
- `server.lock`: inherited by the server and whatever it starts. Who can take it knows that no
  process of it is left.
- `change.lock`: held while the server is started or stopped.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn, Self
from urllib.parse import quote

import psycopg

from xenia.store.database import DatabaseUnavailable
from xenia.store.embedded_folder import (
    ELSEWHERE,
    PORT,
    USER,
    folder_in,
    make_cluster,
    own_folder,
    reachable,
    runnable,
)
from xenia.store.embedded_locks import PAUSE, Lock, opened
from xenia.store.embedded_programs import Programs, choose

START_SECONDS = 60
CHANGE_SECONDS = 2 * START_SECONDS + 30  # while another process makes, starts or stops the server
LOG_BYTES = 8 * 1024 * 1024  # a longer log is put aside when the server starts
LOG_LINES = 12  # of its end, in an error


class EmbeddedServer:
    """PostgreSQL in a folder, for as long as somebody uses it: a context manager.

    Within it the server answers at `url`; whoever leaves last stops it. SIGTERM and SIGHUP end the
    program as `sys.exit` does, so that they stop it, too. Entering and leaving raise
    DatabaseUnavailable.
    """

    def __init__(
        self,
        home: Path,
        *,
        programs: Programs | None = None,
        settings: Mapping[str, str] | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """`home`: where this installation keeps what is its own.

        For tests and measures: other programs than those of the machine; settings of PostgreSQL and
        environment variables with which a server is started (one that runs keeps its own).
        """
        self.home = home
        self._programs = programs
        self._settings = dict(settings or {})
        self._variables = dict(variables or {})
        self._open = ExitStack()

    @property
    def url(self) -> str:
        """The address of the database."""
        return self._address(USER)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(_ending_on_signals())
            self.folder = folder_in(self.home)
            users = stack.enter_context(self._lock("users"))
            with self._changing():
                users.take(shared=True)
                self._join()
            stack.callback(self._leave, users)
            self._open = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    # ---- who is there ----------------------------------------------------------------------------

    def _lock(self, name: str) -> AbstractContextManager[Lock]:
        return opened(self.folder.path / f"{name}.lock", self.folder.user.owner)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._lock("change") as lock:
            if not lock.take(seconds=CHANGE_SECONDS):
                raise DatabaseUnavailable(
                    f"{self.folder.path}: another process has been starting or stopping this "
                    f"database for {CHANGE_SECONDS} s: end it, and try again"
                )
            yield

    def _leave(self, users: Lock) -> None:
        users.close()
        with self._changing(), self._lock("users") as last:
            if last.take():
                self._stop()

    def _join(self) -> None:
        """Have a server that answers, whoever started it."""
        end = time.monotonic() + START_SECONDS
        with self._lock("server") as server:
            # Its holder starts, recovers or stops, or is what is left of a server that was killed.
            while not server.take():
                if self._answers():
                    return
                self._wait(end)
            if self._answers():  # started by hand, so none of ours; nor is it stopped by us
                return
            self._start(server)
        while not self._answers():
            with self._lock("server") as server:
                if server.take():
                    raise DatabaseUnavailable(
                        f"{self.folder.path}: PostgreSQL did not start: {self._log_end()}"
                    )
            self._wait(end)

    def _wait(self, end: float) -> None:
        if time.monotonic() >= end:
            raise self._too_slow()
        time.sleep(PAUSE)

    def _too_slow(self) -> DatabaseUnavailable:
        return DatabaseUnavailable(
            f"{self.folder.path}: PostgreSQL is there but has not answered for "
            f"{START_SECONDS} s: try again (it may be recovering): {self._log_end()}"
        )

    # ---- the server ------------------------------------------------------------------------------

    def _address(self, database: str) -> str:
        host = quote(str(self.folder.sockets), safe="")
        return f"postgresql://{USER}@/{database}?host={host}&port={PORT}"

    def _answers(self) -> bool:
        """Whether the server does what it is asked; sees that our database is there."""
        try:
            with psycopg.connect(
                self._address("postgres"), autocommit=True, connect_timeout=5
            ) as connection:
                there = "select 1 from pg_database where datname = %s"
                if connection.execute(there, [USER]).fetchone() is None:
                    connection.execute(f"create database {USER}")
        except psycopg.OperationalError:
            return False
        return True

    def _start(self, server: Lock) -> None:
        """Have a server begin to start that inherits the lock."""
        folder = self.folder
        reachable(folder)
        major = folder.major()
        programs = runnable(self._programs or choose(major, folder.cluster), folder)
        if major is None:
            make_cluster(programs, folder, START_SECONDS)
        if folder.sockets != folder.path:
            own_folder(folder.sockets, folder.user)
        self._clear_numbers()
        with suppress(FileNotFoundError):
            if folder.log.stat().st_size > LOG_BYTES:
                folder.log.replace(folder.log.with_suffix(".log.1"))
        settings = {
            **self._settings,
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": f'"{folder.sockets}"',
            "unix_socket_permissions": "0700",
        }
        options = " ".join(shlex.quote(f"--{name}={value}") for name, value in settings.items())
        # Within the folder, for pg_ctl does not quote names for the shell that it calls.
        files = ["-D", folder.cluster.name, "-l", folder.log.name]
        try:
            done = folder.user.run(
                [str(programs.program("pg_ctl")), "start", "-W", *files, "-o", options],
                folder.path,
                seconds=START_SECONDS,
                variables=self._variables,
                inherited=(server.file,),
            )
        except subprocess.TimeoutExpired:
            raise self._too_slow() from None
        if done.returncode:
            said = done.stdout.strip()
            raise DatabaseUnavailable(f"{folder.path}: PostgreSQL did not start: {said}")

    def _clear_numbers(self) -> None:
        """Take away what a killed server left, which PostgreSQL can take for a living one.

        It does so when another process of the same user has the number by now, or when nobody has
        fetched the dead one.
        """
        if not Path("/proc/self").exists():
            return  # PostgreSQL's own check has to do
        cluster = self.folder.cluster
        number = self._number()
        try:
            there = Path(f"/proc/{int(number)}/cwd").readlink()
        except (OSError, ValueError):
            there = None
        if there == cluster.resolve():
            raise DatabaseUnavailable(
                f"{cluster}: process {number} runs PostgreSQL on this folder, and was not started "
                f"by xenia: stop it, or {ELSEWHERE}"
            )
        (cluster / "postmaster.pid").unlink(missing_ok=True)
        (self.folder.sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)

    def _number(self) -> str:
        """The number of the server's process, as it wrote it down; empty if it did not (yet)."""
        try:
            text = (self.folder.cluster / "postmaster.pid").read_text("utf-8", errors="replace")
        except FileNotFoundError:
            return ""
        return text.partition("\n")[0].strip()

    def _stop(self) -> None:
        """Stop the server if it is ours: clients are cut off, what is committed is on disk."""
        end = time.monotonic() + START_SECONDS
        asked = ""
        with self._lock("server") as server:
            while not server.take():
                number = self._number()
                if number.isdecimal() and number != asked:
                    with suppress(ProcessLookupError):
                        os.kill(int(number), signal.SIGINT)
                    asked = number
                if time.monotonic() >= end:
                    raise DatabaseUnavailable(
                        f"{self.folder.path}: PostgreSQL has not stopped for {START_SECONDS} s: "
                        f"end process {number or asked} (nothing committed is lost)"
                    )
                time.sleep(PAUSE)
        if self.folder.sockets != self.folder.path:
            with suppress(OSError):
                self.folder.sockets.rmdir()

    def _log_end(self) -> str:
        try:
            with self.folder.log.open("rb") as log:
                log.seek(max(log.seek(0, os.SEEK_END) - 200 * LOG_LINES, 0))
                lines = log.read().decode("utf-8", errors="replace").splitlines()
        except OSError:
            return "it has written no log"
        return "\n".join([f"the end of {self.folder.log}:", *lines[-LOG_LINES:]])


@contextmanager
def _ending_on_signals() -> Iterator[None]:
    """In here signals that would end the process at once let it close what is open first."""
    taken = []
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, _end)
                taken.append(number)
    try:
        yield
    finally:
        for number in taken:
            if signal.getsignal(number) is _end:
                signal.signal(number, signal.SIG_DFL)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)

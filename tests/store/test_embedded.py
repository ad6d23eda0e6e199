"""The embedded server is shared, outlives nobody's wish, and is found again however it was lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.postgres import chosen, scratch
from tests.store.processes import ask, kill_server, number, runs, using
from xenia.store import embedded
from xenia.store.database import DatabaseUnavailable
from xenia.store.embedded import EmbeddedServer
from xenia.store.embedded_folder import folder_in
from xenia.store.embedded_locks import opened

AS_NOBODY = "os.setgroups([]); os.setgid(65534); os.setuid(65534)"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A home whose database has been made; its server is stopped before and after each test."""
    with scratch() as folder:
        with EmbeddedServer(folder / "home", programs=chosen(None)):
            pass
        yield folder / "home"


@pytest.fixture
def home(made: Path) -> Iterator[Path]:
    assert not runs(made)
    yield made
    assert not runs(made)


@pytest.fixture
def new() -> Iterator[Path]:
    chosen(None)
    with scratch() as folder:
        yield folder / "home"


# ---- start and stop ------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", ["system", "wheel"])
def test_it_starts_answers_and_stops(origin: str) -> None:
    programs = chosen(origin)
    with scratch() as folder:
        home = folder / "home"
        with EmbeddedServer(home, programs=programs) as server:
            rows = ask(
                server.url,
                "select current_setting('server_version_num')::int / 10000, current_database(), "
                "current_setting('fsync'), current_setting('data_checksums'), "
                "current_setting('listen_addresses'), current_setting('max_connections'), "
                "'B' < 'a', lower('Ξ')",
            )
            assert rows == [(programs.major, "xenia", "on", "on", "", "100", True, "ξ")]
            # Only its own user comes to the socket.
            assert (home / "postgresql").stat().st_mode & 0o077 == 0
        assert not runs(home)
        with EmbeddedServer(home, programs=programs) as again:
            assert again.url == server.url


def test_it_stops_after_an_error(home: Path) -> None:
    with pytest.raises(ZeroDivisionError), EmbeddedServer(home):
        raise ZeroDivisionError


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_it_stops_on_signals(home: Path, number: signal.Signals) -> None:
    with using(home) as process:
        assert process.said.startswith("postgresql://")
        assert process.kill(number) == 128 + number
        assert not runs(home)


def test_handlers_of_others_are_left_alone(home: Path) -> None:
    def mine(*_: object) -> None:
        """Does nothing."""

    hangup = signal.getsignal(signal.SIGHUP)  # of another server in this process, or none
    before = signal.signal(signal.SIGTERM, mine)
    try:
        with EmbeddedServer(home):
            assert signal.getsignal(signal.SIGTERM) is mine
            assert signal.getsignal(signal.SIGHUP) is not signal.SIG_DFL
        assert signal.getsignal(signal.SIGTERM) is mine
        assert signal.getsignal(signal.SIGHUP) is hangup
    finally:
        signal.signal(signal.SIGTERM, before)


# ---- several users -------------------------------------------------------------------------------


def test_the_last_user_stops_it(home: Path) -> None:
    with ExitStack() as second:
        with EmbeddedServer(home) as starter:
            first = number(home)
            joined = second.enter_context(EmbeddedServer(home))
            assert joined.url == starter.url
            assert number(home) == first
        assert ask(joined.url, "select 1") == [(1,)]
    assert not runs(home)


def test_processes_share_it_and_the_starter_may_leave(home: Path) -> None:
    with using(home) as starter:
        first = number(home)
        with using(home) as other:
            assert starter.leave() == 0
            assert number(home) == first
            assert ask(other.said, "select 1") == [(1,)]
            assert other.leave() == 0
            assert not runs(home)


def test_many_come_at_once_to_a_database_that_is_not_made_yet(new: Path) -> None:
    with ExitStack() as stack, ThreadPoolExecutor(4) as pool:
        # A server that a thread enters takes no signals; the database is made once all the same.
        servers = [EmbeddedServer(new) for _ in range(4)]
        entered = list(pool.map(stack.enter_context, servers))
        assert len({ask(one.url, "select pg_postmaster_start_time()")[0] for one in entered}) == 1
    assert not runs(new)


# ---- what was lost -------------------------------------------------------------------------------


def test_the_server_of_a_killed_starter_is_joined_and_stopped(home: Path) -> None:
    with using(home) as starter:
        first = number(home)
        starter.kill()
        assert runs(home)
        with EmbeddedServer(home) as server:
            assert number(home) == first
            assert ask(server.url, "select 1") == [(1,)]
    assert not runs(home)


def test_a_killed_server_is_recovered_with_all_that_was_committed(home: Path) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(EmbeddedServer(home))
        ask(server.url, "create table kept as select generate_series(1, 1000) as n")
        kill_server(home)
        # The first user is still there, and the second has it started again for both.
        with EmbeddedServer(home):
            assert ask(server.url, "select sum(n)::int from kept") == [(500_500,)]
            ask(server.url, "drop table kept")
        assert ask(server.url, "select 1") == [(1,)]


def test_everybody_was_killed(home: Path) -> None:
    with using(home) as process:
        ask(process.said, "create table kept as select 7 as n")
        kill_server(home)
        process.kill()
        with EmbeddedServer(home) as server:
            assert ask(server.url, "select n from kept") == [(7,)]
            ask(server.url, "drop table kept")


def test_a_number_that_belongs_to_another_process_by_now(home: Path) -> None:
    folder = folder_in(home)
    user = {"user": folder.user.uid, "group": folder.user.gid} if folder.user.other else {}
    with subprocess.Popen(["/bin/sleep", "600"], **user) as other:  # type: ignore[call-overload]
        try:
            # As after a restart of the machine: PostgreSQL would take this one for itself.
            stale = folder.cluster / "postmaster.pid"
            stale.write_text(f"{other.pid}\n{folder.cluster}\n", encoding="utf-8")
            with EmbeddedServer(home) as server:
                assert ask(server.url, "select 1") == [(1,)]
        finally:
            other.kill()


def test_making_the_database_was_cut_off(new: Path) -> None:
    (new / "postgresql").mkdir(parents=True)
    cut = new / "postgresql/cluster.new"
    cut.mkdir()
    (cut / "PG_VERSION").write_text("15\n", encoding="ascii")
    if os.geteuid() == 0:
        for path in (new / "postgresql", cut):
            os.chown(path, 65534, 65534)
    with EmbeddedServer(new) as server:
        assert ask(server.url, "select 1") == [(1,)]
    assert not cut.exists()


def test_a_server_started_by_hand_is_left_alone(home: Path) -> None:
    folder, programs = folder_in(home), chosen(None)

    def by_hand(*words: str) -> None:
        command = [str(programs.program("pg_ctl")), *words, "-D", str(folder.cluster)]
        options = f"-l {folder.log}".split()
        assert folder.user.run([*command, *options], folder.path, seconds=60).returncode == 0

    by_hand("start", "-w", "-o", f"-c listen_addresses= -c port=6543 -k {folder.path}")
    try:
        sentence = rf"process {number(home)} runs PostgreSQL on this folder, and was not started"
        with pytest.raises(DatabaseUnavailable, match=sentence), EmbeddedServer(home):
            raise AssertionError("not reached")
        assert number(home)
    finally:
        by_hand("stop", "-m", "fast")


# ---- refusals ------------------------------------------------------------------------------------


def test_the_end_of_the_log_says_why_it_does_not_start(home: Path) -> None:
    server = EmbeddedServer(home, settings={"shared_buffers": "much"})
    with pytest.raises(DatabaseUnavailable) as caught, server:
        raise AssertionError("not reached")
    assert "PostgreSQL did not start: the end of " in str(caught.value)
    assert 'invalid value for parameter "shared_buffers": "much"' in str(caught.value)


def test_a_server_that_does_not_answer_in_time(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with using(home) as process:
        monkeypatch.setattr(embedded, "START_SECONDS", 0)
        monkeypatch.setattr(EmbeddedServer, "_answers", lambda _: False)
        with pytest.raises(DatabaseUnavailable, match="has not answered for 0 s"):
            EmbeddedServer(home).__enter__()
        assert process.leave() == 0


def test_a_change_that_does_not_end(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "CHANGE_SECONDS", 0)
    with opened(home / "postgresql/change.lock") as lock:
        assert lock.take()
        with pytest.raises(DatabaseUnavailable, match="end it, and try again"):
            EmbeddedServer(home).__enter__()


# ---- who runs it ---------------------------------------------------------------------------------


@as_root
def test_the_server_of_root_does_not_run_as_root(home: Path) -> None:
    with EmbeddedServer(home) as server:
        assert Path(f"/proc/{number(home)}").stat().st_uid == server.folder.user.uid != 0


@as_root
def test_who_is_not_root_runs_it_as_themselves(new: Path) -> None:
    new.mkdir()
    os.chown(new, 65534, 65534)
    with using(new, AS_NOBODY) as process:
        assert process.said.startswith("postgresql://")
        assert Path(f"/proc/{number(new)}").stat().st_uid == 65534
        # Root joins it, and is the last to leave.
        with EmbeddedServer(new) as server:
            assert process.leave() == 0
            assert ask(server.url, "select 1") == [(1,)]
    assert not runs(new)


@as_root
def test_what_root_starts_in_the_folder_of_another_is_theirs(new: Path) -> None:
    new.mkdir()
    os.chown(new, 65534, 65534)
    with EmbeddedServer(new), using(new, AS_NOBODY) as process:
        assert process.said.startswith("postgresql://")
        assert Path(f"/proc/{number(new)}").stat().st_uid == 65534
        assert process.leave() == 0


@as_root
def test_a_folder_of_somebody_else_is_refused(home: Path) -> None:
    with using(home, AS_NOBODY) as process:
        assert process.said.startswith(f"{home}/postgresql: this is no folder of nobody's: ")
        assert process.leave() == 2


def test_python_gives_no_warnings() -> None:
    chosen(None)
    with scratch() as folder:
        code = (
            "from pathlib import Path\n"
            "from xenia.store.embedded import EmbeddedServer\n"
            f"with EmbeddedServer(Path({str(folder / 'home')!r})): pass\n"
        )
        done = subprocess.run(
            [sys.executable, "-W", "error", "-X", "dev", "-c", code],
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

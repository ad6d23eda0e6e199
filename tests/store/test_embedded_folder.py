"""The embedded server's folder and programs: whose, of which version, and where to come by them."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import chosen, scratch
from tests.store.processes import ask, runs
from xenia.store import embedded_programs
from xenia.store.database import DatabaseUnavailable
from xenia.store.embedded import EmbeddedServer
from xenia.store.embedded_folder import folder_in
from xenia.store.embedded_programs import Programs, choose
from xenia.store.embedded_user import server_user

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can hide a folder from another")


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch() as path:
        yield path


def refusal(home: Path, programs: Programs | None = None) -> str:
    with pytest.raises(DatabaseUnavailable) as caught:
        EmbeddedServer(home, programs=programs).__enter__()
    return str(caught.value)


# ---- the folder ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["long-" * 20, "with,comma", 'with"quote'])
def test_a_path_that_makes_no_address_listens_elsewhere(folder: Path, name: str) -> None:
    home = folder / name
    with EmbeddedServer(home, programs=chosen(None)) as server:
        sockets = server.folder.sockets
        assert sockets.parent == Path("/tmp")
        assert sockets.stat().st_mode & 0o077 == 0
        assert ask(server.url, "select 1") == [(1,)]
    assert not runs(home)
    assert not sockets.exists()


def test_a_short_path_with_strange_letters(folder: Path) -> None:
    with EmbeddedServer(folder / "ξένος 50% & $x", programs=chosen(None)) as server:
        assert server.folder.sockets == server.folder.path
        assert ask(server.url, "select 1") == [(1,)]


def test_a_folder_that_others_could_enter_is_closed(folder: Path) -> None:
    path = folder_in(folder).path
    path.chmod(0o755)
    assert folder_in(folder).path.stat().st_mode & 0o777 == 0o700


def test_where_nothing_can_be_made(folder: Path) -> None:
    (folder / "file").write_text("", encoding="ascii")
    assert refusal(folder / "file") == (
        f"{folder}/file/postgresql: not a directory: name another folder in XENIA_HOME"
    )


def test_a_link_in_its_place(folder: Path) -> None:
    (folder / "postgresql").symlink_to("/etc")
    assert "this is no folder of " in refusal(folder)


def test_something_else_in_place_of_the_data(folder: Path) -> None:
    (folder_in(folder).cluster).mkdir()
    assert "cluster: this is no data folder of PostgreSQL: move it away" in refusal(folder)


@as_root
def test_a_folder_that_its_user_cannot_come_to_is_said_and_not_opened(folder: Path) -> None:
    folder.chmod(0o700)
    sentence = refusal(folder / "home", chosen(None))
    assert sentence.startswith(f"{folder}/home/postgresql: PostgreSQL does not run as root, and ")
    assert sentence.endswith("name another folder in XENIA_HOME, which everybody can pass through")
    assert folder.stat().st_mode & 0o777 == 0o700


@as_root
def test_root_uses_the_owner_of_what_is_there(folder: Path) -> None:
    unprivileged = server_user(folder / "missing")
    assert unprivileged.name in {"postgres", "nobody"}
    assert unprivileged.uid != 0
    assert server_user(folder / "missing", folder) == unprivileged
    os.chown(folder, NOBODY, NOBODY)
    assert server_user(folder / "missing", folder).uid == NOBODY


@as_root
def test_nothing_of_root_is_left_to_another(folder: Path) -> None:
    user = server_user(folder)
    before = os.getgroups()
    os.setgroups([0, 4])
    try:
        said = user.run(["/bin/sh", "-c", "id -u; id -G"], folder, seconds=60).stdout
    finally:
        os.setgroups(before)
    assert said == f"{user.uid}\n{user.gid}\n"


def test_the_server_sees_no_secrets_of_ours(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XENIA_SECRET_KEY", "hunter2")
    monkeypatch.setenv("PGDATA", "/nowhere")
    user = server_user(folder)
    seen = user.run(["/usr/bin/env"], folder, seconds=60, variables={"A": "1"}).stdout
    assert "hunter2" not in seen
    assert "PGDATA" not in seen
    assert "A=1\n" in seen


# ---- programs and versions -----------------------------------------------------------------------


def test_data_of_another_version_are_refused(folder: Path) -> None:
    cluster = folder_in(folder).cluster
    cluster.mkdir()
    (cluster / "PG_VERSION").write_text("99\n", encoding="ascii")
    sentence = refusal(folder)
    assert sentence.startswith(f"{cluster}: this was made by PostgreSQL 99, this machine has ")
    assert sentence.endswith(
        ": install PostgreSQL 99, or name another folder in XENIA_HOME and bring the data there "
        "with pg_dump"
    )


def test_data_are_served_by_the_version_that_made_them(folder: Path) -> None:
    by_default, other = chosen("system"), chosen("wheel")
    with EmbeddedServer(folder / "home", programs=other):
        pass
    assert by_default.major != other.major
    with EmbeddedServer(folder / "home") as server:
        found = ask(server.url, "select current_setting('server_version_num')::int / 10000")
    assert found == [(other.major,)]


def test_the_systems_programs_go_before_those_of_a_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def said(*versions: str) -> Programs:
        there = [Programs(Path("/somewhere"), one) for one in versions]
        monkeypatch.setattr(embedded_programs, "found", lambda: iter(there))
        return choose(None, Path("/data"))

    assert said("15.18", "18.6").major == 15
    assert said("14.20", "18.6").major == 18
    with pytest.raises(DatabaseUnavailable, match=r"needed, this machine has 14.20: install it"):
        said("14.20")
    with pytest.raises(DatabaseUnavailable, match="needed, this machine has none: install it"):
        said()


def test_programs_are_found_by_path_and_told_apart(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("initdb", "pg_ctl", "postgres"):
        (folder / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 16.4'\n", "utf-8")
        (folder / name).chmod(0o755)
    monkeypatch.setattr(embedded_programs, "SYSTEM", ())
    monkeypatch.setattr(embedded_programs, "_package_folder", lambda: None)
    monkeypatch.setenv("PATH", str(folder))
    assert list(embedded_programs.found()) == [Programs(folder, "16.4")]
    (folder / "pg_ctl").unlink()
    assert list(embedded_programs.found()) == []


@as_root
def test_programs_of_a_package_that_are_out_of_reach_are_copied(folder: Path) -> None:
    package = chosen("wheel").folder.parents[1]
    hidden = folder / "hidden"
    for part in (package.name, f"{package.name}.libs"):
        shutil.copytree(package.parent / part, hidden / part, symlinks=True)
    hidden.chmod(0o700)
    inner = hidden / package.name / "pginstall" / "bin"
    programs = Programs(inner, chosen("wheel").version, bundled=True)
    copies = []
    for _ in range(2):
        with EmbeddedServer(folder / "home", programs=programs) as server:
            assert ask(server.url, "select 1") == [(1,)]
        found = folder / "home" / f"programs-{programs.version}"
        copies.append(found.stat().st_ino)
    assert copies[0] == copies[1]
    assert hidden.stat().st_mode & 0o777 == 0o700
    # The system's own are not ours to copy.
    sentence = refusal(folder / "home2", Programs(inner, programs.version))
    assert sentence.startswith(f"{inner}: the user ")

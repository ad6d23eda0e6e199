"""A PostgreSQL for measures, on a disk of known speed, and the floors that it is measured by."""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks.processes import Watch
from xenia.store.database import Database
from xenia.store.embedded import EmbeddedServer
from xenia.store.embedded_programs import Programs, found

HERE = Path(__file__).parent
MEMORY = Path("/dev/shm")
SLOW = 1000  # microseconds of a slow fsync
SETTINGS = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",  # no checkpoint falls into a few seconds of measuring
    "checkpoint_timeout": "1h",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
}
QUICK = {**SETTINGS, "shared_buffers": "128MB", "max_wal_size": "1GB"}
SYNCED = """
import os, sys, time
file = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
for number in range(int(sys.argv[2])):
    os.pwrite(file, bytes(8192), 8192 * number)
    start = time.perf_counter()
    os.fdatasync(file)
    print(time.perf_counter() - start)
"""
SYNCS = 200


class Missing(Exception):  # noqa: N818 - a state of the machine
    """Something that a measure needs is not on this machine; the message says what."""


def compiled(name: str, target: Path, *options: str) -> Path:
    """A C program or library of this folder.  Raises Missing."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise Missing("a C compiler (Debian: apt install gcc libc6-dev)")
    command = [compiler, "-O2", "-Wall", "-Wextra", "-Werror", *options]
    subprocess.run([*command, "-o", target, HERE / name], check=True)
    return target


def programs() -> Programs:
    """PostgreSQL with pgbench, the system's own if it has it.  Raises Missing."""
    for one in found():
        if one.program("pgbench").is_file():
            return one
    raise Missing("PostgreSQL with pgbench (Debian: apt install postgresql)")


@dataclass(frozen=True)
class Cluster:
    """A running server: its folder, its programs, and the environment its processes have."""

    server: EmbeddedServer
    programs: Programs
    variables: Mapping[str, str]
    kind: str  # of its disk, in words

    @property
    def process(self) -> int:
        """The number of the process from which all others of the server descend."""
        text = (self.server.folder.cluster / "postmaster.pid").read_text("utf-8")
        return int(text.partition("\n")[0])

    @property
    def url(self) -> str:
        """The address of the database that the service uses."""
        return self.server.url

    def database(self) -> Database:
        """The same, to connect to."""
        return Database(self.url)

    def run(self, statement: str) -> list[tuple[object, ...]]:
        """Run one statement of SQL; its rows, if it has any."""
        with self.database().connect(autocommit=True, statement_seconds=0) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def sync_milliseconds(self) -> float:
        """What `fdatasync` of a written page costs here: the median."""
        file = self.server.folder.path / "synced"
        try:
            said = subprocess.run(
                [sys.executable, "-c", SYNCED, file, str(SYNCS)],
                env={**os.environ, **self.variables},
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            ).stdout
        finally:
            file.unlink(missing_ok=True)
        return statistics.median(map(float, said.split())) * 1000

    def described(self, sync: float) -> str:
        """What it is and how it is set, in a line; `sync`: what `sync_milliseconds` found."""
        settings = ", ".join(f"{name} {value}" for name, value in self._shown())
        return (
            f"{self.kind}: fdatasync {sync:.2f} ms; PostgreSQL {self.programs.version}, by a Unix "
            f"socket; {settings}"
        )

    def _shown(self) -> list[tuple[object, ...]]:
        names = ", ".join(f"'{name}'" for name in SETTINGS)
        return self.run(
            f"select name, current_setting(name) from pg_settings where name in ({names})"
        )


class Disk(StrEnum):
    """What a server keeps its data on."""

    DISK = "disk"  # where temporary files are
    MEMORY = "memory"
    SLOW = "slow"  # memory, with a slow fsync


@contextmanager
def cluster(
    disk: Disk, *, quick: bool = False, settings: Mapping[str, str] | None = None
) -> Iterator[Cluster]:
    """A new server that is gone afterwards.  Raises Missing."""
    chosen = programs()
    room = None if disk is Disk.DISK else MEMORY
    least = (1 if quick else 8) * 2**30
    if room and not (room.is_dir() and shutil.disk_usage(room).free >= least):
        raise Missing(f"{least // 2**30} GB of room in {room}")
    with tempfile.TemporaryDirectory(prefix="xenia-measure-", dir=room) as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server runs as another user where this is root
        variables = {}
        kind = f"{disk} ({folder.parent})"
        if disk is Disk.SLOW:
            options = ("-shared", "-fPIC", f"-DMICROSECONDS={SLOW}")
            variables["LD_PRELOAD"] = str(compiled("slowsync.c", folder / "slowsync.so", *options))
            kind += f", each fsync {SLOW / 1000:g} ms longer"
        server = EmbeddedServer(
            folder / "home",
            programs=chosen,
            settings={**(QUICK if quick else SETTINGS), **(settings or {})},
            variables=variables,
        )
        with server:
            yield Cluster(server, chosen, variables, kind)


# ---- floors --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Floor:
    """What pgbench reached: transactions per second, and the mean of one in milliseconds."""

    rate: float
    milliseconds: float
    cpu: float  # microseconds of PostgreSQL for one
    others: float  # share of the machine that somebody else used


class Bench:
    """pgbench, in a database of its own on the same server."""

    NAME = "pgbench"

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        cluster.run(f"create database {self.NAME}")

    def initialise(self, scale: int) -> None:
        """The tables of TPC-B, with so many times 100,000 accounts."""
        self._pgbench("--initialize", "--quiet", f"--scale={scale}")

    def run(self, statements: str) -> None:
        """Run SQL in its database."""
        program = self._cluster.programs.program("psql")
        options = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--command", statements)
        subprocess.run([program, *options, self._address], check=True)

    def measure(self, clients: int, seconds: float, script: Path | None = None) -> Floor:
        """Transactions of TPC-B, or of a script, for some whole seconds."""
        self._cluster.run("checkpoint")
        watch = Watch(self._cluster.process)
        file = () if script is None else (f"--file={script}",)
        said = self._pgbench(
            *(f"--client={clients}", "--jobs=2", "--protocol=prepared", "--no-vacuum"),
            *(f"--time={max(1, round(seconds))}", *file),
        )
        spent = watch.read()
        rate, done = (
            float(_number(pattern, said)) for pattern in (r"tps = (\S+)", r"processed: (\d+)")
        )
        mean = float(_number(r"latency average = (\S+) ms", said))
        return Floor(rate, mean, spent.trees[0] / done, spent.others)

    @property
    def _address(self) -> str:
        return self._cluster.url.replace("/xenia?", f"/{self.NAME}?")

    def _pgbench(self, *words: str) -> str:
        program: str | Path = self._cluster.programs.program("pgbench")
        command = [program, *words, self._address]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"pgbench {' '.join(words)}: {done.stderr}")
        return done.stdout


def _number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    assert found is not None, text
    return float(found[1])

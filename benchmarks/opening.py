"""A company moves in: a million members with five million lots, killed in the middle and resumed.

    python -m benchmarks.opening [MEMBERS]

It prints members a second, by the clock and of the processor's time; the most memory that the
import took, which is not to grow with the files; and whether the books say what the other system
said.  The database is one of its own, and is removed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.processes import Peak, Watch
from benchmarks.verdicts import exact, reached
from tests.services.moving import CLUB, tables
from tests.services.publishing import published
from xenia.store.database import Database
from xenia.store.embedded import EmbeddedServer
from xenia.store.migrate import upgrade

MEMBERS = 1_000_000
AT = "2026-11-06T00:00:00+02:00"
MOST = 400  # MiB of the importing process, however many members there are
_PAUSE = 0.2  # seconds between two looks


def main(members: int) -> int:
    """Run it; 1 where anything is not as it should be."""
    with TemporaryDirectory(prefix="xenia-opening-") as folder:
        Path(folder).chmod(0o755)  # the database may run as another user
        paths, controls = tables(Path(folder), members)
        print(f"{members:,} members, {int(controls['lots']):,} lots: {_size(paths)} of CSV")
        with EmbeddedServer(Path(folder) / "home") as server:
            database = Database(server.url)
            upgrade(database)
            published(database, CLUB)
            return _measure(database, paths, controls, members)


def _measure(
    database: Database, paths: Sequence[Path], controls: dict[str, str], members: int
) -> int:
    words = [word for key, one in controls.items() for word in ("--control", f"{key}={one}")]
    verb = [sys.executable, "-m", "xenia.cli", "import", "opening", *map(str, paths)]
    verb += ["--at", AT, *words]
    environment = {**os.environ, "XENIA_DATABASE_URL": database.url}
    began = time.monotonic()
    first = subprocess.Popen(verb, env=environment)
    while first.poll() is None and _recorded(database) < members // 2:
        time.sleep(0.5)
    first.send_signal(signal.SIGKILL)
    first.wait()
    there = _recorded(database)
    print(f"killed with {there:,} members recorded, after {time.monotonic() - began:,.0f} s")
    began, watch = time.monotonic(), Watch()
    second = subprocess.Popen(verb, env=environment)
    peak = Peak(second.pid)
    while second.poll() is None:
        peak.look()
        time.sleep(_PAUSE)
    passed, spent = time.monotonic() - began, watch.read()
    new = members - there
    print(f"the rest in {passed:,.0f} s: {new / passed:,.0f} members a second, all passes counted")
    print(
        f"of the processor's time, without the database's: {new / spent.ran * 1e6:,.0f} members a "
        f"second (others, the database among them, took {spent.others:.0%} of the machine)"
    )
    most, more = peak.own / 2**20, peak.others / 2**20
    print(
        f"most memory of the import: {most:,.0f} MiB, and {more:,.0f} of what it has started: "
        f"{reached(most <= MOST)}, to be at most {MOST} MiB"
    )
    sums = _sums(database)
    told = {"members": str(_recorded(database)), "points": sums["points"], "stars": sums["stars"]}
    equal = told == {key: controls[key] for key in told}
    print(f"books: {told}: {exact(equal)}" + ("" if equal else f", to be {controls}"))
    return 0 if equal and second.returncode == 0 else 1


def _recorded(database: Database) -> int:
    with database.connect() as connection:
        row = connection.execute("select count(*) from record").fetchone()
    return 0 if row is None else int(row[0])


def _sums(database: Database) -> dict[str, str]:
    query = (
        "select currency, sum(units)::bigint from entry where debit::text = 'opening' group by 1"
    )
    with database.connect(statement_seconds=0) as connection:
        sums: dict[str, int] = dict(connection.execute(query).fetchall())
    points = int(sums["points"])
    return {"points": f"{points // 100}.{points % 100:02}", "stars": str(sums["stars"])}


def _size(paths: Sequence[Path]) -> str:
    return f"{sum(path.stat().st_size for path in paths) / 2**20:,.0f} MiB"


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS))

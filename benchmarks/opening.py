"""A company moves in: a million members with five million lots, killed in the middle and resumed.

    python benchmarks/opening.py [MEMBERS]

It prints members a second, the most memory that the import took, and whether the books say what the
other system said.  The database is one of its own, and is removed.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.services.moving import CLUB, tables
from tests.services.publishing import published
from xenia.store.database import Database
from xenia.store.embedded import EmbeddedServer
from xenia.store.migrate import upgrade

MEMBERS = 1_000_000
AT = "2026-11-06T00:00:00+02:00"
_KIB = 1024


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
    began = time.monotonic()
    done = subprocess.run(verb, env=environment, check=False)
    passed = time.monotonic() - began
    rate = (members - there) / passed
    print(f"the rest in {passed:,.0f} s: {rate:,.0f} members a second, all passes counted")
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * _KIB
    print(f"most memory of the import: {most / 2**20:,.0f} MiB")
    sums = _sums(database)
    told = {"members": str(_recorded(database)), "points": sums["points"], "stars": sums["stars"]}
    equal = told == {key: controls[key] for key in told}
    print(f"books: {told}: {'equal' if equal else f'NOT EQUAL to {controls}'}")
    return 0 if equal and done.returncode == 0 else 1


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

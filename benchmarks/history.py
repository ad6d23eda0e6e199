"""What it takes to make a history, against DuckDB reading and ordering the same file.

`python -m benchmarks.history --purchases 1000000 --lines 5`: each in a process of its own,
with wall time, processor time and the most memory that it had.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from xenia.backtest.history_making import Making
from xenia.backtest.history_mapping import Terms, Written
from xenia.backtest.history_sql import connected

# Made of integers: nobody's purchases.
_LINES = """
    copy (
        select 'p' || p as id,
               strftime(make_timestamp((1704067200 + hash(p) % 31536000)::bigint * 1000000),
                        '%Y-%m-%dT%H:%M:%S+02:00') as occurred_at,
               'm' || hash(p + {seed}) % {members} as member,
               'store-' || p % 50 as location,
               'sku-' || hash(p * 7 + l) % 20000 as sku,
               'category-' || hash(p * 7 + l) % 40 as category,
               1 + hash(l + p) % 3 as quantity,
               printf('%d.%02d', hash(p + l * 13) % 40, hash(p * 3 + l) % 100) as amount
        from range({purchases}) as purchases(p), range({lines}) as lines(l)
        order by p, l
    ) to '{path}' (header)
"""


def made(path: Path, folder: Path) -> None:
    """The import."""
    terms = Terms(money="EUR", written=Written())
    Making.of([path], folder, terms, []).make(lambda _what, _done, _total: None)


def floor(path: Path, folder: Path) -> None:
    """The same rows, read and ordered by DuckDB."""
    connected(folder / "spilled").execute(
        f"copy (from read_csv('{path}') order by member, occurred_at) to '{folder}/floor.parquet'"
        " (compression zstd)"
    )


def measured(what: str, path: Path, folder: Path) -> None:
    folder.mkdir()
    begun = time.monotonic()
    line = [sys.executable, "-m", "benchmarks.history", "--only", what, str(path), str(folder)]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    passed = time.monotonic() - begun
    print(f"{what:>6}: {passed:7.1f} s, {done.stdout.strip()}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--purchases", type=int, default=200_000)
    parser.add_argument("--lines", type=int, default=5)
    parser.add_argument("--members", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs=3)
    said = parser.parse_args()
    if said.only:
        what, path, folder = said.only
        (made if what == "made" else floor)(Path(path), Path(folder))
        status = Path("/proc/self/status").read_text("utf-8")
        peak = next(one.split()[1] for one in status.splitlines() if one.startswith("VmHWM"))
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = used.ru_utime + used.ru_stime
        print(f"{seconds:7.1f} s of the processor, {int(peak) / 1024:,.0f} MiB at most")
        return
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as name:
        path = Path(name) / "lines.csv"
        duckdb.sql(_LINES.format(**{**vars(said), "path": path}))
        rows, size = said.purchases * said.lines, path.stat().st_size / 2**20
        print(f"{said.purchases:,} purchases, {rows:,} lines, {size:,.0f} MiB of CSV")
        for what in ("floor", "made"):
            measured(what, path, Path(name) / what)


if __name__ == "__main__":
    main()

"""How long a sweep takes over the real year, first start included, beside DuckDB reading it once.

    python -m benchmarks.sweep [--quick]

Twenty values of a number that only decisions read, and twenty of one that rows are made of, each by
`xenia backtest` in a process of its own: with an empty cache of machine code, and with one that has
it.  What is told is processor time, which others on the machine do not lengthen, and the clock.
`--quick`: a few values, over some of the households.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic, process_time

import duckdb

from xenia.backtest.history import History
from xenia.backtest.history_making import Making
from xenia.backtest.history_mapping import Terms, Written
from xenia.connectors.complete_journey import tables
from xenia.connectors.history import Missing
from xenia.services.catalogue import catalogue

PROGRAMME = catalogue() / "department-points.yaml"
SWEEPS = (
    ("a rate, which rows are without", "rules.everything-else.then.earn.points=1..20/{}"),
    ("a threshold, which rows are made of", "rules.swept.when=100..290/{}"),
)
VALUES, QUICK, WANTED = 20, 3, 10.0  # seconds of the processor
SWEPT = """\
  swept:
    when: basket.amount >= 50
    then: {earn: {points: 10}}
"""
_YEAR = """
    copy (
        select basket_id::varchar as id, transaction_timestamp::timestamp as occurred_at,
               household_id::varchar as member, 'store-' || store_id as location,
               product_id::varchar as sku, coalesce(department, 'UNKNOWN') as category,
               quantity, sales_value as amount, brand
        from read_parquet('{transactions}') as bought join read_parquet('{products}') as sold
             using (product_id)
        where household_id <= {households}
    ) to '{path}' (format parquet, compression zstd)
"""


def year(folder: Path, households: int) -> History:
    """The history of the real year."""
    transactions, products = tables()
    path = folder / "year.parquet"
    said = {"transactions": transactions, "products": products}
    duckdb.sql(_YEAR.format(path=path, households=households, **said))
    terms = Terms(money="USD", timezone="America/New_York", written=Written())
    return Making.of([path], folder / "year", terms, []).make(lambda _what, _done, _of: None)


def swept(folder: Path) -> Path:
    """The programme, with a rule that asks of baskets."""
    before, rules, after = PROGRAMME.read_text("utf-8").partition("rules:\n")
    path = folder / "programme.yaml"
    path.write_text(before + rules + SWEPT + after, "utf-8")
    return path


def floor(history: History) -> float:
    """Seconds of the processor that DuckDB takes to read the same files once."""
    began = process_time()
    with duckdb.connect(config={"threads": 1}) as database:
        for path in history.paths():
            database.sql(f"select * from read_parquet('{path}')").to_arrow_table()
    return process_time() - began


def measured(what: str, words: list[str], cache: Path, once: float) -> float:
    """Run a program, and tell what it takes; seconds of the processor."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), monotonic()
    subprocess.run(
        [sys.executable, *words],
        check=True,
        capture_output=True,
        env={**os.environ, "XENIA_CACHE": str(cache)},
    )
    after, passed = resource.getrusage(resource.RUSAGE_CHILDREN), monotonic() - began
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    ratio = f"{spent / once:8.1f} times the floor"
    print(f"  {what:52} {spent:7.2f} s of processors {passed:7.2f} s by the clock {ratio}")
    return spent


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    values = QUICK if quick else VALUES
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as name:
        folder = Path(name)
        try:
            history = year(folder, 40 if quick else 10_000)
        except Missing as missing:
            print(f"left out, for want of {missing}")
            return 0
        told, once = history.told.of_members, floor(history)
        print(f"{told.purchases:,} purchases of {told.lines:,} lines, {values} values")
        print(f"  {'DuckDB reads the files once':52} {once:7.2f} s of processors")
        cache, programme = folder / "cache", swept(folder)
        verb = ["-m", "xenia.cli", "backtest", str(programme), str(history.folder)]
        verb += ["--margin", "30%", "--format", "json"]
        found = 0.0
        starts = "imports, nothing run"
        measured(starts, ["-c", "import xenia.backtest.__main__, xenia.cli.backtest"], cache, once)
        measured("nothing compiled yet, no sweep", verb, cache, once)
        measured("compiled, no sweep", verb, cache, once)
        for what, sweep in SWEEPS:
            words = [*verb, "--sweep", sweep.format(values)]
            found = max(found, measured(what, words, cache, once))
    print(f"a sweep takes {found:.1f} s of processors (wanted: {WANTED:.0f} at most)")
    return 0


if __name__ == "__main__":
    sys.exit(main())

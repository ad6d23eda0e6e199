"""How long it takes to read the rows of a history, beside DuckDB's putting the same file in order.

    python -m benchmarks.columns [--quick | PURCHASES]

Purchases of five lines each are made up, ten a member, in one bucket; the programme asks of lines,
baskets and the clock.  What is told, in seconds by the clock and of the processors: scanning the
file, ordering it by member and time into columns, the rows by SQL with what each step of that
takes, and the rows one by one of some of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import duckdb
import numpy as np

from xenia.backtest import columns, columns_rows
from xenia.backtest.columns import ColumnReader
from xenia.backtest.columns_bucket import Bucket
from xenia.engine.compile import compile_programme
from xenia.engine.plan import Plan
from xenia.programme.read import read
from xenia.services.files import zones

MADE, QUICK = 1_000_000, 2_000
FEW = 50  # as many times fewer are read one by one
WANTED = 1.5  # times the order
PROGRAMME = """xenia: 1
programme: many
money: EUR
timezone: Europe/Athens
currencies: {points: {value: 0.01}}
exclusions: {fuel: {lines: l.category == "cat3", never: earn}}
rules:
  base: {then: {earn: {points: 1 per 1.00}}}
  brand: {lines: l.brand == "b7", then: {earn: {points: 2 per 1.00}}}
  promo: {lines: '"promo" in l.tags', then: {discount: {percent: 5}}}
  dear: {when: basket.amount > 100, then: {earn: {points: 50}}}
  fish: {when: 'lines.exists(l, l.category == "cat5")', then: {earn: {points: 5}}}
  evening: {when: hour(occurred_at) >= 18 && channel == "store", then: {earn: {points: 5}}}
"""
MAKE = """
copy (
    select 'm' || lpad((i // 10)::varchar, 9, '0') as member, 'purchase' as type,
        'till' as source, 'e' || i as id,
        1700000000000000 + i % 10 * 3000000000000
            + (hash(i) % 2000000000000)::bigint as occurred_at,
        case when hash(i, 1) % 3 > 0 then 'store' end as channel,
        's' || hash(i, 2) % 50 as location,
        null::varchar as partner, null::varchar as cashier, null::varchar as terminal,
        null::varchar as receipt, null::varchar as currency, 'gross' as prices,
        list_transform(range(1 + (hash(i, 3) % 9)::bigint), lambda j: {
            'id': (j + 1)::varchar, 'sku': 'sku' || hash(i, j, 4) % 20000,
            'category': 'cat' || hash(i, j, 5) % 30,
            'quantity': 1000 * (1 + hash(i, j, 6) % 4)::bigint,
            'amount': (hash(i, j, 7) % 5000)::bigint, 'unit': null::varchar,
            'regular_amount': null::bigint, 'tax': (hash(i, j, 7) % 5000 // 6)::bigint,
            'tags': case when hash(i, j, 8) % 10 = 0 then ['promo'] else []::varchar[] end,
            'brand': 'b' || hash(i, j, 9) % 100, 'seller': null::varchar}) as lines,
        case when hash(i, 10) % 2 = 0
            then [{'method': 'cash', 'amount': null::bigint, 'card': null::varchar}]
            else [] end as payments,
        []::struct(kind varchar, amount bigint, tax bigint)[] as charges,
        []::struct(currency varchar, units varchar)[] as spend, []::varchar[] as vouchers,
        null::varchar as of_source, null::varchar as of_id,
        []::struct(line varchar, sku varchar, quantity bigint)[] as back, null::boolean as all,
        null::bigint as amount, null::integer as left_of
    from range({made}) made(i)
) to '{path}' (format parquet, compression zstd)
"""


def made(path: Path, purchases: int) -> None:
    with duckdb.connect() as database:
        database.execute(MAKE.replace("{made}", str(purchases)).replace("{path}", str(path)))


@contextmanager
def timed(what: str, rows: int) -> Iterator[dict[str, float]]:
    found: dict[str, float] = {}
    clock, processor = perf_counter(), process_time()
    yield found
    found["clock"], found["processor"] = perf_counter() - clock, process_time() - processor
    rate = rows / max(found["clock"], 1e-9)
    said = f"{found['clock']:8.2f} s {found['processor']:8.2f} s of processors {rate:12,.0f} /s"
    print(f"  {what:44} {said}", flush=True)


def by_duckdb(what: str, statement: str, rows: int) -> dict[str, float]:
    with timed(f"{what} by DuckDB into columns", rows) as found, duckdb.connect() as database:
        database.sql(statement).to_arrow_table()
    return found


def told(inner: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    """The same function, whose time is counted."""

    def counted(*words: Any, **named: Any) -> Any:
        begin = process_time()
        found = inner(*words, **named)
        spent[name] = spent.get(name, 0.0) + process_time() - begin
        return found

    return counted


def by_sql(plan: Plan, path: Path, rows: int) -> dict[str, float]:
    """The rows, and what each step takes of the processors."""
    spent: dict[str, float] = {}
    steps: tuple[tuple[Any, str, str], ...] = (
        (Bucket, "frame", "members and returns"),
        (Bucket, "table", "statements of DuckDB, all"),
        (columns, "in_slices", "lines into slices"),
        (columns_rows.Layout, "written", "slices into rows"),
    )
    kept = [getattr(owner, name) for owner, name, _ in steps]
    for (owner, name, what), inner in zip(steps, kept, strict=True):
        setattr(owner, name, told(inner, what, spent))
    try:
        with timed("rows by SQL", rows) as found:
            read_by_sql = ColumnReader(plan).read(path)
    finally:
        for (owner, name, _), inner in zip(steps, kept, strict=True):
            setattr(owner, name, inner)
    for what, seconds in spent.items():
        print(f"    of these: {what:32} {'':10} {seconds:8.2f} s of processors")
    numbers = read_by_sql.rows.numbers
    print(f"    {len(numbers):,} numbers, which sum to {int(np.sum(numbers)):,}")
    return found


def main(words: list[str]) -> None:
    quick = "--quick" in words
    rows = QUICK if quick else int(words[0]) if words else MADE
    reading = read(PROGRAMME, zones=zones())
    assert reading.programme is not None, reading.findings
    plan = compile_programme(reading.programme)
    with TemporaryDirectory() as folder:
        path, few = Path(folder) / "part.parquet", Path(folder) / "few.parquet"
        made(path, rows)
        made(few, max(10, rows // FEW))
        ColumnReader(plan).read(few)  # compiles the loops
        print(f"{rows:,} purchases, {path.stat().st_size / 2**20:,.0f} MiB")
        by_duckdb("scanned", f"select * from '{path}'", rows)
        order = f"select * from '{path}' order by member, occurred_at"
        theirs = by_duckdb("ordered", order, rows)
        ours = by_sql(plan, path, rows)
        with timed("rows one by one, of some", max(10, rows // FEW)):
            ColumnReader(plan, sql=False).read(few)
    ratio = ours["processor"] / max(theirs["processor"], 1e-9)
    print(f"rows by SQL take {ratio:.2f} times what the order takes (wanted: {WANTED} at most)")


if __name__ == "__main__":
    main(sys.argv[1:])

"""A backtest from the file to the sums, beside DuckDB's putting the same file in order.

    python -m benchmarks.backtest [--purchases 10000000] [--times 5] [--quick]

A file of purchases of five lines each is made up, of 3 % of which a line comes back.  Each step is
a process of its own: by the clock, of the processors, and the most memory that it had.

- The floor: DuckDB, two threads, orders what the programme needs of the file's rows by member and
  time, into arrays of Arrow.  For the import: it orders the whole file, into a file.
- The import, once; the first run of a programme; the same with other numbers; one with another
  structure that asks the same of purchases, and one that asks more of them; what compiling takes.
- The same history so many times over, each time of other members: whether memory is bounded.

Ratios are of processors' time, without compiling; by the clock they depend on who else is there.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import msgspec
import pyarrow.parquet as pq

from benchmarks.backtest_file import Made, repeated
from benchmarks.processes import KIB, ROOT
from benchmarks.verdicts import exact, reached
from xenia.backtest import columns_kernel
from xenia.backtest.fold import LOOP
from xenia.backtest.history import History
from xenia.backtest.history_making import Making
from xenia.backtest.history_mapping import Terms, Written
from xenia.backtest.policies import policy
from xenia.backtest.result import Result
from xenia.backtest.run import run
from xenia.backtest.stored import history_for
from xenia.native.machine_code import alone, compile_loop
from xenia.programme.model import Programme
from xenia.programme.read import read
from xenia.services.catalogue import catalogue
from xenia.services.files import zones

TERMS = Terms(money="USD", timezone="America/New_York", written=Written())
PROGRAMME = "department-points"
NEEDED = "member, occurred_at, id, return_of, category, quantity, amount, tags"
FIRST, ALARM, AGAIN, ALARM_AGAIN, COMPILING = 2.0, 3.0, 0.5, 1.5, 8.0  # times the floor; seconds
FEW, MANY, TIMES = 300, 10_000_000, 5
GIB, MOST = 2**30, 2 * 2**30  # bytes
MEMORY = "6GB"  # that DuckDB may take for the floor before it writes to disk
RULES = "\nrules:\n"
# What is changed of the programme: numbers; its structure, where of a purchase nothing else is
# asked, and where something is.
CHANGES = {
    "first": ("", ""),
    "numbers": ("points: 3 per 1.00", "points: 5 per 1.00"),
    "limit": ("    lines: l.category in list.special", "    limits: {times: 2, per: day}\n"),
    "condition": (
        RULES,
        f"{RULES}  late: {{when: hour(occurred_at) >= 18, then: {{earn: {{points: 5}}}}}}\n",
    ),
}


class Cost(msgspec.Struct, frozen=True):
    """What a step took: seconds by the clock and of the processors, and bytes at most."""

    clock: float
    processor: float
    peak: int
    said: str = ""
    compiling: tuple[float, float] = (0.0, 0.0)  # of these, both
    sums: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where everything is."""

    folder: Path

    @property
    def file(self) -> Path:
        """The purchases."""
        return self.folder / "purchases.parquet"

    @property
    def history(self) -> Path:
        """What was made of them."""
        return self.folder / "history"

    @property
    def repeated(self) -> Path:
        """The same so many times over."""
        return self.folder / "repeated"


# ---- steps ---------------------------------------------------------------------------------------


def programme(change: str) -> Programme:
    """The programme, with something changed."""
    text = (catalogue() / f"{PROGRAMME}.yaml").read_text("utf-8")
    old, new = CHANGES[change]
    if change == "limit":
        new += old
    assert old in text, f"{PROGRAMME} is another now"
    reading = read(text.replace(old, new, 1), zones=zones())
    assert reading.programme is not None, reading.findings
    return reading.programme


def told(step: str, done: int, of: int) -> None:
    """Tenths of long work."""
    if of and (done == of or 10 * done // of != 10 * (done - 1) // of):
        print(f"    {step}: {done:,} of {of:,}", file=sys.stderr, flush=True)


def made(place: Place, purchases: str) -> Cost:
    return timed(lambda: Made(int(purchases)).write(place.file))


def floor(place: Place) -> Cost:
    with _database(place) as database:
        wanted = f"select {NEEDED} from '{place.file}' order by member, occurred_at"
        return timed(lambda: database.sql(wanted).to_arrow_table().num_rows)


def ordered(place: Place) -> Cost:
    to = place.folder / "floor.parquet"
    with _database(place) as database:
        rows = f"select * from '{place.file}' order by member, occurred_at"
        cost = timed(lambda: database.execute(f"copy ({rows}) to '{to}' (compression zstd)"))
    to.unlink()
    return cost


def _database(place: Place) -> duckdb.DuckDBPyConnection:
    spills = str(place.folder / "spilled")
    return duckdb.connect(config={"threads": 2, "memory_limit": MEMORY, "temp_directory": spills})


def imported(place: Place) -> Cost:
    return timed(lambda: Making.of([place.file], place.history, TERMS, []).make(told))


def ran(place: Place, change: str) -> Cost:
    return _run(place.history, change)


def over_many(place: Place, times: str) -> Cost:
    repeated(History.open(place.history), place.repeated, int(times))
    return Cost(0, 0, 0)


def ran_over_many(place: Place, change: str) -> Cost:
    return _run(place.repeated, change)


def _run(folder: Path, change: str) -> Cost:
    one = programme(change)
    found: list[Result] = []
    marks: list[float] = []

    def progress(step: str, done: int, of: int) -> None:
        if step == "compile":
            marks.extend((time.monotonic(), _processor()))
        told(step, done, of)

    def work() -> None:
        source = history_for(folder, [one])
        found.append(run(one, source, policy("eager"), progress=progress))

    cost, result = timed(work), found[0]
    steps = {one.step: one.milliseconds / 1000 for one in result.timings}
    money = result.money_months
    sums = money.purchases, money.returns, money.sales, *(one.units for one in result.effects)
    return msgspec.structs.replace(
        cost,
        said=", ".join(f"{name} {seconds:.1f} s" for name, seconds in steps.items()),
        compiling=(marks[2] - marks[0], marks[3] - marks[1]) if marks else (0.0, 0.0),
        sums=tuple(int(one.sum()) for one in sums),
    )


def prepared(_: Place) -> Cost:
    """What is compiled for no plan, by running over next to nothing."""

    def work() -> None:
        compile_loop(LOOP)
        for name in ("cut", "fill"):
            alone(Path(columns_kernel.__file__), name)

    return timed(work)


STEPS: dict[str, Callable[..., Cost]] = {
    one.__name__: one
    for one in (made, floor, ordered, imported, prepared, ran, over_many, ran_over_many)
}


def timed(work: Callable[[], object]) -> Cost:
    """What work takes in this process, and the most memory that the process has had."""
    clock, before = time.monotonic(), _processor()
    work()
    clock, worked = time.monotonic() - clock, _processor() - before
    status = Path("/proc/self/status").read_text("utf-8").splitlines()
    peak = next(int(one.split()[1]) for one in status if one.startswith("VmHWM"))
    return Cost(clock, worked, peak * KIB)


def _processor() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


# ---- the measure ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Measure:
    """Runs the steps, and says what they come to."""

    place: Place
    variables: dict[str, str]
    quick: bool = False
    good: bool = True

    def step(self, title: str, name: str, *words: str) -> Cost:
        """One step; in a process of its own, unless this is but a look: then the floor alone."""
        alone = not self.quick or name == floor.__name__
        cost = self._alone(name, *words) if alone else STEPS[name](self.place, *words)
        if cost.clock:
            times = f"{cost.clock:8.1f} s {cost.processor:8.1f} s of processors"
            said = f"  ({cost.said})" if cost.said else ""
            print(f"  {title:44} {times} {cost.peak / 2**20:7,.0f} MiB{said}", flush=True)
        return cost

    def _alone(self, name: str, *words: str) -> Cost:
        line = [sys.executable, "-m", "benchmarks.backtest", "--only", name]
        done = subprocess.run(
            [*line, str(self.place.folder), *words],
            cwd=ROOT,
            env={**os.environ, **self.variables},
            stdout=subprocess.PIPE,
            check=True,
        )
        return msgspec.json.decode(done.stdout, type=Cost)

    def ratio(self, what: str, cost: Cost, floor: Cost, most: float, alarm: float) -> None:
        """Of the processors' time, which others on the machine change least; and by the clock."""
        clock, processor = cost.compiling
        found = (cost.processor - processor) / floor.processor
        by_clock = (cost.clock - clock) / floor.clock
        verdict = reached(found <= most) if found <= alarm else "ALARM"
        print(
            f"    {what}: ratio {found:.2f} (by the clock {by_clock:.2f}): {verdict}, "
            f"to be at most {most} x, alarm above {alarm} x",
            flush=True,
        )

    def compiled(self, cost: Cost) -> None:
        """What compiling took."""
        clock, processor = cost.compiling
        verdict = reached(processor <= COMPILING)
        print(
            f"    its compile {clock:.1f} s, {processor:.1f} s of processors: {verdict}, to be at "
            f"most {COMPILING:.0f} s",
            flush=True,
        )

    def exactly(self, what: str, same: bool) -> None:
        """What must be equal is."""
        self.good &= same
        print(f"    {what}: {exact(same)}", flush=True)


def measure(measure: Measure, purchases: int, times: int) -> bool:
    """Print all; whether it is exact."""
    step = measure.step
    step("the file is made", "made", str(purchases))
    size = measure.place.file.stat().st_size / 2**20
    rows = pq.read_metadata(measure.place.file).num_rows
    print(f"  {purchases:,} purchases, {rows:,} rows, {size:,.0f} MiB of Parquet")
    if measure.variables:
        step("what is compiled for no programme", "prepared")
    print(f"  the floor is of {NEEDED}; DuckDB may take {MEMORY} before it writes to disk")
    least = step("floor: ordered by DuckDB into arrays", "floor")
    whole = step("floor of the import: all, into a file", "ordered")
    cost = step("import", "imported")
    measure.ratio("import", cost, whole, 4.0, 8.0)
    _bounded("import", cost)
    history = History.open(measure.place.history)
    of = history.told.of_members
    print(f"  {of.purchases:,} purchases, {of.returns:,} returns, {of.lines:,} lines of members")
    first = step("first run", "ran", "first")
    measure.ratio("first run", first, least, FIRST, ALARM)
    measure.compiled(first)
    _bounded("first run", first)
    again = step("re-run, numbers changed", "ran", "numbers")
    measure.ratio("re-run", again, least, AGAIN, ALARM_AGAIN)
    for change in ("limit", "condition"):
        cost = step(f"run, structure changed ({change})", "ran", change)
        measure.ratio("run", cost, least, AGAIN, ALARM_AGAIN)
        measure.compiled(cost)
    same = step("re-run of the first", "ran", "first")
    measure.exactly("the first comes to the same again", same.sums == first.sums)
    measure.exactly("all purchases are in it", first.sums[:2] == (of.purchases, of.returns))
    step("", "over_many", str(times))
    cost = step(f"{times * of.purchases:,} purchases, first run", "ran_over_many", "first")
    _bounded("first run", cost)
    larger = tuple(times * one for one in first.sums)
    measure.exactly(f"all comes to {times} times as much", cost.sums == larger)
    return measure.good


def _bounded(what: str, cost: Cost) -> None:
    peak = f"{cost.peak / GIB:.2f} GiB"
    print(f"    {what}: {peak} at most: {reached(cost.peak < MOST)}, to be under 2 GiB", flush=True)


def main(words: Sequence[str] | None = None) -> int:
    """Print the measure; 1 where it is not exact."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.backtest")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it works")
    parser.add_argument("--purchases", type=int, default=MANY)
    parser.add_argument("--times", type=int, default=TIMES, help="that the same comes again")
    parser.add_argument("--only", nargs="+", help=argparse.SUPPRESS)
    said = parser.parse_args(words)
    if said.only:
        name, folder, *more = said.only
        cost = STEPS[name](Place(Path(folder)), *more)
        sys.stdout.buffer.write(msgspec.json.encode(cost))
        return 0
    with TemporaryDirectory(prefix="xenia-backtest-") as folder:
        # What is compiled is compiled here, to see what that takes; of a few events nothing is.
        variables = {} if said.quick else {"XENIA_CACHE": f"{folder}/code"}
        own = Measure(Place(Path(folder)), variables, said.quick)
        purchases = FEW if said.quick else said.purchases
        return 0 if measure(own, purchases, said.times) else 1


if __name__ == "__main__":
    sys.exit(main())

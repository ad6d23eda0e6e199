"""How many purchases a second are durable over HTTP, against what PostgreSQL can do at all.

    python -m benchmarks.service [--quick] [--disks disk,memory,slow] [--seconds N]

The whole way: `xenia serve` in processes of its own, a programme of twenty rules, the full answer
after the commit. The floor is pgbench's TPC-B on the same server just before. A purchase is good
only if the answer says that it is recorded; afterwards events are counted, and members' accounts
folded again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.asked import cost, told
from benchmarks.cluster import HERE, Bench, Cluster, Disk, Floor, Missing, cluster
from benchmarks.processes import until_stopped
from benchmarks.purchases import (
    fill,
    number_of_rows,
    published,
    write_requests,
)
from benchmarks.serving import Generator, Load, Loaded, machine, serving
from benchmarks.verdicts import exact, reached, verified
from xenia.api.request_log import LATEST

PROGRAMME = HERE / "twenty-rules.yaml"
PG_CLIENTS = 8
NEAR_FREE = 0.25  # milliseconds of an fsync
QUIET = 0.08  # of the machine, at most, that others use
TABLES = ("event", "record", "told")


@dataclass(frozen=True)
class Sizes:
    """`each`: purchases that every member has made before; `sample`: members who are
    verified; `scale`: of pgbench; `native`: whether there is machine code from the start; `log`:
    rows of the log of requests."""

    members: int = 100_000
    each: int = 1
    seconds: float = 10
    sample: int = 300
    scale: int = 10
    native: bool = True
    log: int = LATEST
    runs: tuple[tuple[int, int], ...] = ((1, 256), (2, 256), (1, 1))  # workers, clients


QUICK = Sizes(
    members=500,
    each=1,
    seconds=1,
    sample=20,
    scale=1,
    native=False,
    log=1_000,
    runs=((2, 64), (1, 1)),
)


def main(words: Sequence[str] | None = None) -> int:
    """Print the measures; 1 where what was acknowledged and what is stored are not the same."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it works")
    parser.add_argument("--disks", default=",".join(Disk), help="some of disk, memory, slow")
    parser.add_argument("--seconds", type=float, help="of each measure")
    chosen = parser.parse_args(words)
    sizes = QUICK if chosen.quick else Sizes()
    if chosen.seconds:
        sizes = replace(sizes, seconds=chosen.seconds)
    print(f"Durable purchases over HTTP: {machine()}")
    print(
        f"20 rules, {sizes.members:,} members with {sizes.each} purchases each before, 3 lines a "
        f"purchase; {sizes.seconds:g} s each; floor: pgbench TPC-B, -c {PG_CLIENTS} -j 2 -M "
        f"prepared, scale {sizes.scale}, on the same server just before"
    )
    good = True
    for disk in map(Disk, chosen.disks.split(",")):
        try:
            with cluster(disk, quick=chosen.quick) as found:
                good &= measure(found, sizes)
        except Missing as missing:
            print(f"{disk}: left out, for want of {missing}")
    return 0 if good else 1


def measure(found: Cluster, sizes: Sizes) -> bool:
    """All runs on one server; whether all that was acknowledged is stored, and right."""
    sync = found.sync_milliseconds()
    print(found.described(sync))
    published(found.database(), PROGRAMME, native=sizes.native)
    rate = fill(found.database(), sizes.members, sizes.each)
    print(f"  filled at {rate:,.0f} purchases a second, without HTTP, one after the other")
    found.run("vacuum analyze")
    bench = Bench(found)
    bench.initialise(sizes.scale)
    log = cost(found, sizes.log)
    print(HEAD)
    good = True
    with tempfile.TemporaryDirectory(prefix="xenia-measure-") as name:
        generator = Generator(Path(name))
        for number, (workers, clients) in enumerate(sizes.runs):
            floor = bench.measure(PG_CLIENTS, sizes.seconds / 2)
            found.run("checkpoint")
            before = number_of_rows(found.database(), TABLES)
            with serving(found, workers, Path(name)) as service:
                pool = generator.pool(f"run-{number}")
                write_requests(pool, f"run-{number}", service.port)
                watch = service.watch()
                sent = generator.send(
                    service.port,
                    pool,
                    clients=clients,
                    members=sizes.members,
                    seconds=sizes.seconds,
                    must='"status":"recorded"',
                )
                run = service.watched(sent, watch.read())
            show(workers, clients, run, floor, sync)
            if clients > 1:
                told(log, run.app + run.database, workers, run.load.rate)
            good &= stored(before, number_of_rows(found.database(), TABLES), run.load)
    return verified(found.database(), drawn(found, sizes)) and good


def drawn(found: Cluster, sizes: Sizes) -> list[str]:
    """Some members who have bought while it was measured."""
    rows = found.run(
        f"select member_id from account where seq > {sizes.each} "
        f"order by md5(member_id) limit {sizes.sample}"
    )
    return [str(member) for (member,) in rows]


# ---- what is printed -----------------------------------------------------------------------------

HEAD = (
    "  workers clients  purchases/s   floor/s  ratio   p50 ms   p99 ms  longest"
    "  us of CPU a request: app    db  load   floor's db  others"
)


def show(workers: int, clients: int, run: Loaded, floor: Floor, sync: float) -> None:
    """One row, and below it what is to be reached."""
    load = run.load
    ratio = load.rate / floor.rate
    print(
        f"  {workers:7} {clients:7} {load.rate:12,.0f} {floor.rate:9,.0f} {ratio:6.2f}"
        f" {load.p50 / 1000:8.2f} {load.p99 / 1000:8.2f} {load.longest / 1000:8.1f}"
        f" {run.app:25.0f} {run.database:5.0f} {run.generator:5.1f} {floor.cpu:12.0f}"
        f" {run.others:7.0%}"
    )
    if max(run.others, floor.others) > QUIET:
        print("    others have worked on this machine meanwhile: the ratio says little")
    if clients == 1:
        most = 3 * sync + 5
        said = reached(load.p99 / 1000 <= most)
        print(f"    p99 {said}: to be at most {most:.2f} ms (3 x {sync:.2f} + 5)")
        return
    reach, alarm = (2.0, 0.7) if sync <= NEAR_FREE else (6.0, 2.5)
    said = "ALARM" if ratio < alarm else reached(ratio >= reach)
    spread = load.p99 / load.p50
    print(f"    ratio {said}: to reach {reach} x, alarm below {alarm} x", end="; ")
    print(f"p99 {reached(spread <= 3)}: {spread:.1f} x p50, to be at most 3 x")


def stored(before: Mapping[str, int], after: Mapping[str, int], load: Load) -> bool:
    """Whether just what was acknowledged is there, by the rows of each table; says so."""
    more = {table: after[table] - before[table] for table in TABLES}
    same = load.bad == 0 and set(more.values()) == {load.good}
    rows = ", ".join(f"{number:,} rows of {table}" for table, number in more.items())
    print(f"    {load.good:,} acknowledged, {load.bad} refused; {rows}: {exact(same)}")
    return same


if __name__ == "__main__":
    sys.exit(until_stopped(main))

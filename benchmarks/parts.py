"""Where the time of one purchase goes, part by part: in the process, and in PostgreSQL.

    python -m benchmarks.parts [--quick] [--disk memory] [--events N]

The parts are timed from outside, by standing in front of the functions that do them; what stands
there costs something itself, which is measured and said. A part's time is its own: what it calls
and is a part, too, is not in it, and what it waits for PostgreSQL is told apart.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time, thread_time
from typing import Any, cast

import psycopg
import uvloop

from benchmarks.cluster import HERE, Cluster, Disk, Missing, cluster
from benchmarks.processes import Watch, running, until_stopped
from benchmarks.purchases import baskets, fill, loaded, now, published, taken, write_requests
from benchmarks.serving import HOST, Generator, free_port, machine, wait_for
from xenia.api.handover import Handover
from xenia.engine.machine import Machine
from xenia.engine.timeline import Timeline
from xenia.engine.views import Views
from xenia.services import kept, taking
from xenia.services import posting as services
from xenia.services.answers import Writer
from xenia.services.poster import Poster
from xenia.services.published import Published, Space
from xenia.services.taking import Taken
from xenia.store import posting as store

PROGRAMME = HERE / "twenty-rules.yaml"
CLIENTS = 256
# Who does a part, and what it is called; in the order in which they are printed.
PARTS: tuple[tuple[object, str, str], ...] = (
    (taking, "read_shape", "take: JSON"),
    (taking, "typed", "take: values and units"),
    (taking, "split", "take: facts apart from names"),
    (taking, "fingerprint", "take: fingerprint"),
    (taking, "take", "take: the rest"),
    (store, "claim", "claim, lock and read accounts"),
    (Published, "state", "unpack states"),
    (Machine, "read", "decide: row of the event"),
    (Machine, "due", "decide: what is due"),
    (Machine, "step", "decide: step, and its effects"),
    (Views, "view", "decide: what the member holds"),
    (Machine, "told", "decide: outcome"),
    (Timeline, "decide", "decide: the rest"),
    (Writer, "answer", "answer"),
    (kept, "entries_of", "entries"),
    (kept, "entry_row", "rows of entries"),
    (Timeline, "pack", "pack states"),
    (services, "account_row", "rows of accounts"),
    (store, "write", "write and commit"),
    (services, "post", "post: the rest (JSON of answers, rows)"),
)


@dataclass
class Stopwatch:
    """Seconds by part: `own` of the processor, which others on the machine do not lengthen, and
    `waiting` for PostgreSQL by the clock; `calls` of all parts together."""

    own: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    waiting: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    calls: int = 0
    _open: list[str] = field(default_factory=list)
    _since: float = 0.0

    def timed(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, its time being noted under a name."""

        def run(*words: Any, **named: Any) -> Any:
            self._turn()
            self._open.append(name)
            self.calls += 1
            try:
                return work(*words, **named)
            finally:
                self._turn()
                self._open.pop()

        return run

    def waited(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, its time being noted as waiting of the part that calls it."""

        def run(*words: Any, **named: Any) -> Any:
            self._turn()
            start = perf_counter()
            try:
                return work(*words, **named)
            finally:
                if self._open:
                    self.waiting[self._open[-1]] += perf_counter() - start
                self._since = thread_time()

        return run

    def _turn(self) -> None:
        """The time since the last turn belongs to the part that is open."""
        time = thread_time()
        if self._open:
            self.own[self._open[-1]] += time - self._since
        self._since = time

    @contextmanager
    def standing(self) -> Iterator[None]:
        """In here all parts are timed."""
        with ExitStack() as stack:
            for owner, name, label in PARTS:
                before = getattr(owner, name)
                setattr(owner, name, self.timed(label, before))
                stack.callback(setattr, owner, name, before)
            wait = psycopg.Connection.wait
            psycopg.Connection.wait = self.waited(wait)  # type: ignore[method-assign]
            stack.callback(setattr, psycopg.Connection, "wait", wait)
            yield


def cost_of_a_call() -> float:
    """Seconds that the stopwatch itself takes for one part."""
    watch, times = Stopwatch(), 100_000
    plain = thread_time()
    for _ in range(times):
        _nothing()
    began = thread_time()
    timed = watch.timed("nothing", _nothing)
    for _ in range(times):
        timed()
    return (thread_time() - began - (began - plain)) / times


def _nothing() -> None:
    pass


# ---- one batch after the other -------------------------------------------------------------------


def measure_parts(found: Cluster, members: int, batches: int, events: int) -> None:
    """Batches of one process and one connection, first as they are and then with a stopwatch."""
    number = batches * events
    with found.database().connect(autocommit=True) as connection:
        space, programme = loaded(connection)

        def run(name: str) -> float:
            """Post new events; microseconds of each."""
            bodies = list(islice(baskets(name, members), number))
            start = perf_counter()
            for place in range(0, number, events):
                batch = [taking.take(space, body) for body in bodies[place : place + events]]
                services.post(connection, space, programme, cast("list[Taken]", batch), now())
            return (perf_counter() - start) / number * 1e6

        run("first")  # statements are prepared, code is warm
        found.run("select pg_stat_statements_reset()")
        watch, own = Watch(found.process), process_time()
        plain = run("plain")
        own, spent = (process_time() - own) / number * 1e6, watch.read()
        by_statement = statements(found)
        stopwatch = Stopwatch()
        with stopwatch.standing():
            run("timed")
    print(f"  {batches} batches of {events} events, one after the other, in us an event:")
    print(f"    {plain:.1f} in all; this process worked {own:.1f}, ", end="")
    print(f"PostgreSQL {spent.trees[0] / number:.1f} (others {spent.others:.0%})")
    show_parts(stopwatch, number)
    stand = stopwatch.calls / number * cost_of_a_call() * 1e6
    print(f"    (all that has worked has the stopwatch's own {stand:.1f} in it)")
    print("  PostgreSQL by statement, in us an event:")
    for text, microseconds in by_statement:
        print(f"    {text:62} {microseconds / number:7.1f}")


def show_parts(stopwatch: Stopwatch, number: int) -> None:
    """A line for each part."""
    print(f"    {'part':54} {'worked':>7} {'waited':>7}")
    for _, _, label in PARTS:
        own, waiting = (part[label] / number * 1e6 for part in (stopwatch.own, stopwatch.waiting))
        print(f"    {label:54} {own:7.1f} {waiting:7.1f}")
    if idle := [label for _, _, label in PARTS if label not in stopwatch.own]:
        print(f"    never called, so look for them elsewhere: {', '.join(idle)}")


def statements(found: Cluster) -> list[tuple[str, float]]:
    """The statements since the last reset, with microseconds of all calls of each."""
    rows = found.run(
        "select regexp_replace(left(query, 200), '\\s+', ' ', 'g'), "
        "(total_exec_time + total_plan_time) * 1000 from pg_stat_statements order by 2 desc limit 9"
    )
    return [(str(text)[:62], float(str(time))) for text, time in rows]


# ---- through the queue ---------------------------------------------------------------------------


def measure_queue(found: Cluster, members: int, seconds: float) -> None:
    """Many clients of one event loop through the poster, without HTTP: how long each waits."""
    with found.database().connect() as connection:
        space, _ = loaded(connection)
    sizes: list[tuple[int, float]] = []
    poster = Poster(
        found.database(), space, observe=lambda one: sizes.append((one.events, one.seconds))
    )
    try:
        times = uvloop.run(_clients(poster, space, members, seconds))
    finally:
        poster.close()
    events = sum(size for size, _ in sizes)
    batch = sum(size * spent for size, spent in sizes) / events  # as an event sees it
    mean = sum(times) / len(times)
    print(
        f"  {CLIENTS} clients in the same process, through the queue: {len(times) / seconds:,.0f} a"
        f" second; batches of {events / len(sizes):.0f} events; in ms an event: {mean * 1e3:.1f} in"
        f" all, {batch * 1e3:.1f} in its batch, {(mean - batch) * 1e3:.1f} waiting for it"
    )


async def _clients(poster: Poster, space: Space, members: int, seconds: float) -> list[float]:
    handover = Handover(asyncio.get_running_loop(), lambda _taken, _results: None)
    bodies = baskets("queue", members)
    times: list[float] = []
    end = perf_counter() + seconds

    async def client() -> None:
        while (start := perf_counter()) < end:
            await handover.submit(poster, [taken(space, next(bodies))])
            times.append(perf_counter() - start)

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return times


# ---- HTTP alone ----------------------------------------------------------------------------------


def measure_http(seconds: float) -> None:
    """The same requests and answers of the same size, with nothing in between."""
    with tempfile.TemporaryDirectory(prefix="xenia-measure-") as name:
        folder, port = Path(name), free_port()
        generator = Generator(folder)
        command = [sys.executable, "-m", "benchmarks.at_once", str(port)]
        with running(command, {}, folder / "log") as process:
            wait_for(process, port, folder / "log")
            pool = generator.pool("http")
            write_requests(pool, "http", port)
            watch = Watch(process.pid)
            load = generator.send(
                port, pool, clients=CLIENTS, members=1, seconds=seconds, must="recorded"
            )
            spent = watch.read()
    print(
        f"  HTTP alone, {CLIENTS} clients at {HOST}, answered at once: {load.rate:,.0f} a second, "
        f"p50 {load.p50 / 1000:.2f} ms, p99 {load.p99 / 1000:.2f} ms; in us a request: "
        f"{spent.trees[0] / load.sent:.1f} of the server, {load.cpu / load.sent:.1f} of the load "
        f"generator (others {spent.others:.0%})"
    )


def main(words: Sequence[str] | None = None) -> int:
    """Print the parts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parts")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it works")
    parser.add_argument("--disk", type=Disk, default=Disk.MEMORY, help="disk, memory or slow")
    parser.add_argument("--events", type=int, default=200, help="of a batch")
    chosen = parser.parse_args(words)
    members, batches, seconds = (500, 3, 1.0) if chosen.quick else (10_000, 30, 5.0)
    print(f"Parts of one purchase: {machine()}")
    loaded_library = {"shared_preload_libraries": "pg_stat_statements"}
    try:
        measure_http(seconds)
        with cluster(chosen.disk, quick=chosen.quick, settings=loaded_library) as found:
            print(found.described(found.sync_milliseconds()))
            found.run("create extension pg_stat_statements")
            published(found.database(), PROGRAMME, native=not chosen.quick)
            fill(found.database(), members, 2)
            found.run("vacuum analyze")
            found.run("checkpoint")
            measure_parts(found, members, batches, chosen.events)
            measure_queue(found, members, seconds)
    except Missing as missing:
        print(f"left out, for want of {missing}")
    return 0


if __name__ == "__main__":
    sys.exit(until_stopped(main))

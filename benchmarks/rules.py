"""How much more an event costs where there are many rules: 20, 1,000 and 10,000 of them.

    python -m benchmarks.rules [--quick] [--over-http] [RULES ..]

Each is a rule as campaigns have them (an event type, a channel, a window of dates, a sku or a
category in the basket, perhaps a least amount), all live and in one document.  What is told:

- the whole decision where all rules but the first 20 are about goods that nobody buys: the same
  request, which comes to the same;
- the whole decision where more rules hold, the more there are, with how many do;
- up to 1,000 rules, the same from the source of a plan without a table of offers;
- how long it takes to check the programme, to compile it, and to make the reader of its events;
- with `--over-http`, in place of all that, the whole request: the first and the last number of
  rules published, served by one worker, and the same requests sent to both; by processor time of
  the service and its database, as others may use the machine.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from time import process_time

from benchmarks.cluster import Disk, cluster
from benchmarks.purchases import fill, published, write_requests
from benchmarks.serving import Generator, Loaded, serving
from benchmarks.verdicts import exact, reached
from xenia.engine.account import decide, new_account
from xenia.engine.compile import compile_programme
from xenia.engine.plan import Plan
from xenia.engine.rows import RowReader
from xenia.events.model import Event
from xenia.events.read import read_event
from xenia.programme.check import check
from xenia.programme.model import Programme
from xenia.programme.read import read
from xenia.services.conventions import conventions_of
from xenia.services.files import zones

SIZES = (20, 1_000, 10_000)
SAME = 20  # rules about what is bought
IN_SOURCE = 1_000  # so many can stand there
PURCHASES, LINES, REPEATS = 60, 5, 5
WANTED = 1.3  # times the whole request, of 10,000 rules against 20
CATEGORIES = (
    "dairy", "bakery", "wine", "fish", "meat", "vegetables", "toys", "books", "fuel", "cafe",
)  # fmt: skip
CHANNELS = ("store", "web", "app")
SKUS = 2_000
HEAD = """xenia: 1
programme: many
money: EUR
timezone: Europe/Athens
currencies: {points: {expires: {after: 12 months}, value: 0.01}}
rules:
"""


def rule(number: int, draw: random.Random, *, bought: bool = True) -> str:
    """One rule, as YAML; of goods that are `bought`, or of such as nobody buys."""
    when = [f'channel == "{draw.choice(CHANNELS)}"']
    if not bought:
        when.append(f'lines.exists(l, l.sku == "other-{draw.randrange(SKUS)}")')
    elif draw.random() < 0.5:
        when.append(f'lines.exists(l, l.sku == "sku-{draw.randrange(SKUS)}")')
    else:
        when.append(f'lines.exists(l, l.category == "{draw.choice(CATEGORIES)}")')
    if draw.random() < 0.5:
        when.append(f"basket.amount >= {draw.choice((20, 30, 50, 75, 100))}")
    since = date(2026, 1, 1) + timedelta(days=draw.randrange(330))
    until = since + timedelta(days=draw.choice((7, 14, 30)))
    if number < SAME:
        since, until = date(2026, 1, 1), date(2026, 12, 31)
    earn = f"{{earn: {{points: {draw.randrange(1, 9)} per 1.00}}}}"
    return (
        f"  r{number}: {{from: {since}, until: {until}, when: '{' && '.join(when)}', then: {earn}}}"
    )


def document(rules: int, draw: random.Random, *, same: bool = False) -> str:
    """So many rules; `same`: all but the first of goods that nobody buys."""
    texts = [rule(number, draw, bought=not same or number < SAME) for number in range(rules)]
    return HEAD + "\n".join(texts) + "\n"


def programme_of(text: str) -> Programme:
    """The programme of a document."""
    found = read(text, zones=zones()).programme
    assert found is not None, "the document is sound"
    return found


def purchases(programme: Programme, draw: random.Random) -> list[Event]:
    """One member's purchases, in the order in which they happened."""
    found = []
    for number in range(PURCHASES):
        lines = [
            {
                "sku": f"sku-{draw.randrange(SKUS)}",
                "category": draw.choice(CATEGORIES),
                "quantity": 1,
                "amount": f"{draw.randrange(1, 40)}.00",
            }
            for _ in range(LINES)
        ]
        day, minute = 1 + number // 3, number % 60
        sent = {
            "id": f"e{number}",
            "type": "purchase",
            "member": "m",
            "occurred_at": f"2026-06-{day:02d}T10:{minute:02d}:00+03:00",
            "channel": draw.choice(CHANNELS),
            "lines": lines,
        }
        event = read_event(sent, conventions_of(programme))
        assert not hasattr(event, "errors"), event
        found.append(event)
    return found


def timed(work: Callable[[], object]) -> float:
    """Seconds of the processor: others may use the machine."""
    began = process_time()
    work()
    return process_time() - began


def best(work: Callable[[], object]) -> float:
    """Seconds for each purchase, of the quickest of some rounds over all."""
    return min(timed(work) for _ in range(REPEATS)) / PURCHASES


@dataclass(frozen=True)
class Measured:
    """What so many rules cost a purchase, in seconds: the same request, and one of which more
    hold."""

    rules: int
    same: float
    more: float


def decided(plan: Plan, events: Sequence[Event]) -> int:
    """Decide all; how many effects there were."""
    account, effects = new_account(plan, "m"), 0
    for event in events:
        account, outcome = decide(plan, account, event, trace=False)
        effects += len(outcome.effects)
    return effects


def whole(plan: Plan, events: Sequence[Event]) -> tuple[float, float]:
    """Seconds for each decision, and how many effects each has."""
    effects = decided(plan, events)  # what is made once is
    gc.collect()
    gc.freeze()  # as the service does
    return best(lambda: decided(plan, events)), effects / len(events)


def agree(one: Plan, other: Plan, events: Sequence[Event]) -> bool:
    """Whether both tell the same effects."""
    accounts = [new_account(plan, "m") for plan in (one, other)]
    for event in events:
        told = [
            decide(plan, account, event, trace=False)
            for plan, account in zip((one, other), accounts, strict=True)
        ]
        if told[0][1].effects != told[1][1].effects:
            return False
        accounts = [after for after, _ in told]
    return True


def measured(rules: int) -> Measured:
    """Build so many rules, and say what they cost."""
    text = document(rules, random.Random(7))
    checking = timed(lambda: check(read(text, zones=zones())))
    programme = programme_of(text)
    began = process_time()
    plan = compile_programme(programme)
    compiling = process_time() - began
    events = purchases(programme, random.Random(8))
    began = process_time()
    RowReader(plan, plan.types["purchase"])
    making = process_time() - began
    print(
        f"{rules:>6,} rules: checked in {checking:.2f} s, compiled in {compiling:.2f} s, the "
        f"row's reader made in {making:.2f} s",
        flush=True,
    )
    same = compile_programme(programme_of(document(rules, random.Random(7), same=True)))
    cost, effects = whole(same, events)
    more, held = whole(plan, events)
    print(
        f"    the whole decision: {cost * 1e6:,.0f} µs, with {effects:.1f} effects; "
        f"{more * 1e6:,.0f} µs, with {held:.1f}"
    )
    if rules <= IN_SOURCE:
        straight = compile_programme(programme, many=sys.maxsize)
        slow, _ = whole(straight, events)
        print(f"    without a table: {slow * 1e6:,.0f} µs: {exact(agree(plan, straight, events))}")
    return Measured(rules, cost, more)


@dataclass(frozen=True)
class Requests:
    """How many requests are sent: for so many seconds, by so many clients, of so many members."""

    seconds: float = 10
    clients: int = 64
    members: int = 10_000


def requested(rules: int, sizes: Requests, *, quick: bool) -> Loaded:
    """Publish so many rules, most of them of goods that nobody buys, and send requests."""
    with (
        tempfile.TemporaryDirectory(prefix="xenia-rules-") as name,
        cluster(Disk.MEMORY, quick=quick) as found,
    ):
        folder = Path(name)
        programme = folder / "many.yaml"
        programme.write_text(document(rules, random.Random(7), same=True), encoding="utf-8")
        published(found.database(), programme, native=not quick)
        fill(found.database(), sizes.members, 1)
        generator = Generator(folder)
        with serving(found, 1, folder) as service:
            pool = generator.pool("rules")
            write_requests(pool, "rules", service.port)
            watch = service.watch()
            sent = generator.send(
                service.port,
                pool,
                clients=sizes.clients,
                members=sizes.members,
                seconds=sizes.seconds,
                must='"status":"recorded"',
            )
            run = service.watched(sent, watch.read())
    print(
        f"{rules:>6,} rules: {run.load.rate:,.0f} requests/s, p50 {run.load.p50 / 1000:.1f} ms, "
        f"{run.load.bad} not recorded; processor time of a request: service {run.app:,.0f} µs, "
        f"database {run.database:,.0f} µs; others used {run.others:.0%} of the machine",
        flush=True,
    )
    return run


def over_http(sizes: Sequence[int], *, quick: bool) -> None:
    """Hold the most rules against the fewest, by whole requests."""
    wanted = Requests(1, 16, 200) if quick else Requests()
    few, many = (requested(rules, wanted, quick=quick) for rules in (sizes[0], sizes[-1]))
    times = (many.app + many.database) / (few.app + few.database)
    print(
        f"the whole request, {sizes[-1]:,} rules against {sizes[0]}: {times:.2f} × its processor "
        f"time, {few.load.rate / many.load.rate:.2f} × its time (wanted: {WANTED} ×): "
        f"{reached(times <= WANTED)}"
    )


def main(words: Sequence[str] | None = None) -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rules")
    parser.add_argument("--quick", action="store_true", help="a few rules, to see that it works")
    parser.add_argument("--over-http", action="store_true", help="whole requests")
    parser.add_argument("rules", nargs="*", type=int, help="so many rules, the fewest first")
    chosen = parser.parse_args(words)
    sizes = chosen.rules or ((20, 200) if chosen.quick else SIZES)
    if chosen.over_http:
        over_http(sizes, quick=chosen.quick)
    else:
        decisions(sizes)


def decisions(sizes: Sequence[int]) -> None:
    """Measure each, and say how they compare."""
    found = [measured(rules) for rules in sizes]
    first, last = found[0], found[-1]
    times = last.same / first.same
    print(
        f"the whole decision, {last.rules:,} rules against {first.rules}: {times:.1f} × "
        f"(wanted: {WANTED} × of a whole request): {reached(times <= WANTED)}"
    )


if __name__ == "__main__":
    main()

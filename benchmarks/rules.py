"""How much more an event costs where there are many rules: 10, 1,000 and 10,000 of them.

    python -m benchmarks.rules [--quick | RULES ..]

Each is a rule as campaigns have them (an event type, a channel, a window of dates, a sku or a
category in the basket, perhaps a least amount), all in one programme.  What is told, of the same
purchases:

- the conditions by the index, and the floor of it: all conditions one after the other;
- the whole decision, of which the conditions are one part, against that of 10 rules;
- how long it takes to check the programme, to compile it, and to make the index.

A document has 1,000 rules at most; more are put together here from several of them.
"""

from __future__ import annotations

import gc
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from time import process_time

from benchmarks.verdicts import exact, reached
from xenia.effects import NOTHING
from xenia.engine import many
from xenia.engine.account import decide, new_account
from xenia.engine.claims import asked
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

SIZES = (10, 1_000, 10_000)
DOCUMENT = 1_000  # rules of one document
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


def rule(number: int, draw: random.Random) -> str:
    """One rule, as YAML."""
    when = [f'channel == "{draw.choice(CHANNELS)}"']
    if draw.random() < 0.5:
        when.append(f'lines.exists(l, l.sku == "sku-{draw.randrange(SKUS)}")')
    else:
        when.append(f'lines.exists(l, l.category == "{draw.choice(CATEGORIES)}")')
    if draw.random() < 0.5:
        when.append(f"basket.amount >= {draw.choice((20, 30, 50, 75, 100))}")
    since = date(2026, 1, 1) + timedelta(days=draw.randrange(330))
    until = since + timedelta(days=draw.choice((7, 14, 30)))
    earn = f"{{earn: {{points: {draw.randrange(1, 9)} per 1.00}}}}"
    return (
        f"  r{number}: {{from: {since}, until: {until}, when: '{' && '.join(when)}', then: {earn}}}"
    )


def documents(rules: int, draw: random.Random) -> list[str]:
    """So many rules in documents of a thousand each."""
    texts = [rule(number, draw) for number in range(rules)]
    parts = [texts[at : at + DOCUMENT] for at in range(0, rules, DOCUMENT)]
    return [HEAD + "\n".join(part) + "\n" for part in parts]


def together(texts: Iterable[str]) -> Programme:
    """One programme of the rules of all."""
    found = [read(text, zones=zones()).programme for text in texts]
    programmes = [one for one in found if one is not None]
    assert len(programmes) == len(found), "the documents are sound"
    rules = {key: rule for one in programmes for key, rule in one.rules.items()}
    return replace(programmes[0], rules=rules)


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
    """What so many rules cost; by event in seconds."""

    rules: int
    indexed: float
    one_by_one: float
    whole: float | None  # None: Python cannot compile the plan's source


def rows(reader: RowReader, plan: Plan, events: Sequence[Event]) -> list[list[int]]:
    return [reader.read(event, {}, asked(plan, event, NOTHING)).numbers for event in events]


def decided(plan: Plan, events: Sequence[Event]) -> None:
    account = new_account(plan, "m")
    for event in events:
        account, _ = decide(plan, account, event, trace=False)


def whole(plan: Plan, events: Sequence[Event]) -> float | None:
    """Seconds for each decision; None where there is none."""
    try:
        decided(plan, events)  # what is made once is
    except RecursionError:
        return None
    return best(lambda: decided(plan, events))


def said(seconds: float | None) -> str:
    return "Python cannot compile it" if seconds is None else f"{seconds * 1e6:,.0f} µs"


def measured(rules: int) -> Measured:
    """Build so many rules, and say what they cost."""
    draw = random.Random(7)
    texts = documents(rules, draw)
    checking = sum(timed(lambda text=text: check(read(text, zones=zones()))) for text in texts)  # type: ignore[misc]
    programme = together(texts)
    began = process_time()
    plan = compile_programme(programme)
    compiling = process_time() - began
    part, events = plan.types["purchase"], purchases(programme, draw)
    began = process_time()
    reader = RowReader(plan, part)
    making = process_time() - began
    least, many.MANY = many.MANY, sys.maxsize
    plain = RowReader(plan, part)
    many.MANY = least
    same = rows(reader, plan, events) == rows(plain, plan, events)
    gc.collect()
    gc.freeze()  # as the service does
    found = Measured(
        rules,
        best(lambda: rows(reader, plan, events)),
        best(lambda: rows(plain, plan, events)),
        whole(plan, events),
    )
    print(
        f"{rules:>6,} rules: checked in {checking:.2f} s, compiled in {compiling:.2f} s, the row's "
        f"reader made in {making:.2f} s\n"
        f"    the row: {found.indexed * 1e6:,.0f} µs with the index, {found.one_by_one * 1e6:,.0f} "
        f"µs one by one ({found.one_by_one / found.indexed:.1f} ×): {exact(same)}\n"
        f"    the whole decision: {said(found.whole)}",
        flush=True,
    )
    return found


def main(sizes: Sequence[int]) -> None:
    """Measure each, and say how they compare."""
    found = [measured(rules) for rules in sizes]
    first, last = found[0], found[-1]
    row = last.indexed / first.indexed
    print(f"the row, {last.rules:,} rules against {first.rules}: {row:.1f} ×")
    times, good = "none", False
    if first.whole is not None and last.whole is not None:
        times, good = f"{last.whole / first.whole:.1f} ×", last.whole <= WANTED * first.whole
    print(
        f"the whole decision, {last.rules:,} rules against {first.rules}: {times} (wanted: "
        f"{WANTED} × of a whole request): {reached(good)}"
    )


if __name__ == "__main__":
    words = sys.argv[1:]
    main((10, 200) if words == ["--quick"] else [int(one) for one in words] or SIZES)

"""How much longer a quote of 1,000 lines takes than one of three, with 2,000 live rules.

    python -m benchmarks.quote [--quick]

The rules are those of two programmes, a thousand each, which is what a document holds; all of them
are in force, and a quote asks both.  A request is answered by the whole application, over a real
database, without a socket; baskets of either size take turns, and of each the least time of the
processor counts, as others use the machine.  Then the same events are recorded: what they come to
must be what was quoted.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import msgspec

from benchmarks.processes import until_stopped
from benchmarks.rules import CATEGORIES, CHANNELS, HEAD, SKUS, rule
from benchmarks.verdicts import exact, reached
from tests.api.client import Request
from tests.api.worlds import Worlds
from tests.services.publishing import published
from xenia.store.database import Database
from xenia.store.embedded import EmbeddedServer
from xenia.store.migrate import upgrade

MOST = 20  # times the quote of a few lines
_DATES = re.compile("from: .*?, until: .*?, ")
Json = dict[str, Any]


@dataclass(frozen=True)
class Sizes:
    """`rules` of each programme; lines of the baskets; `turns` of both sizes."""

    rules: int = 1_000
    few: int = 3
    many: int = 1_000
    turns: int = 15


QUICK = Sizes(rules=20, many=50, turns=2)
NAMES = ("first", "second")


def document(name: str, rules: int) -> str:
    """A programme whose rules are all in force."""
    draw = random.Random(name)
    texts = [_DATES.sub("", rule(number, draw)) for number in range(rules)]
    return HEAD.replace("programme: many", f"programme: {name}") + "\n".join(texts) + "\n"


def basket(lines: int, name: str, **more: str) -> bytes:
    """A purchase of so many lines."""
    draw = random.Random(lines)
    sent = {
        "id": name,
        "type": "purchase",
        "member": "anna",
        "occurred_at": "2026-11-18T10:00:00+02:00",
        "channel": CHANNELS[0],
        "lines": [
            {
                "sku": f"sku-{draw.randrange(SKUS)}",
                "category": draw.choice(CATEGORIES),
                "quantity": 1,
                "amount": f"{draw.randrange(1, 40)}.00",
            }
            for _ in range(lines)
        ],
        **more,
    }
    return msgspec.json.encode(sent)


class Shop:
    """Sends requests to the application."""

    def __init__(self, worlds: Worlds) -> None:
        self._client = worlds.client

    def ask(self, address: str, body: bytes) -> Json:
        """What is answered.  Raises AssertionError where that is a problem."""
        request = Request("POST", address, (body,), {"content-type": "application/json"})
        answered = self._client.run(self._client.send(request))
        assert answered.status == 200, answered.body[:1000]
        found: Json = msgspec.json.decode(answered.body)
        return found

    def timed(self, body: bytes) -> tuple[float, float]:
        """Seconds of a quote, by the clock and of the processor."""
        began, worked = perf_counter(), process_time()
        self.ask("/v1/quotes", body)
        return perf_counter() - began, process_time() - worked


def same(shop: Shop, lines: int) -> bool:
    """Whether a basket comes to what was quoted, by each programme alone and by both at once."""
    good = True
    for name in NAMES:
        body = basket(lines, f"{name}-{lines}", programme=name)
        quoted, both = shop.ask("/v1/quotes", body), basket(lines, f"{name}-{lines}")
        among = next(
            one for one in shop.ask("/v1/quotes", both)["results"] if one["programme"] == name
        )
        recorded = shop.ask("/v1/events", body)
        good &= quoted["status"] == among["status"] == "quoted"
        good &= recorded["status"] == "recorded" and bool(recorded["effects"])
        good &= _came_to(quoted) == _came_to(among) == _came_to(recorded)
    return good


def _came_to(answer: Json) -> Json:
    without = ("status", "quote", "until", "trace")
    return {name: value for name, value in answer.items() if name not in without}


def measure(database: Database, sizes: Sizes) -> bool:
    """Print the measure; whether it is exact."""
    for name in NAMES:
        published(database, document(name, sizes.rules))
    worlds = Worlds(database)
    try:
        shop = Shop(worlds)
        bodies = [basket(lines, "quoted") for lines in (sizes.few, sizes.many)]
        for body in bodies:
            shop.timed(body)  # what is made once, is
        turns = [[shop.timed(body) for body in bodies] for _ in range(sizes.turns)]
        few, many = (
            [min(turn[place][part] for turn in turns) for part in (0, 1)] for place in (0, 1)
        )
        ratio = many[1] / few[1]
        for lines, (passed, worked) in ((sizes.few, few), (sizes.many, many)):
            print(
                f"  {lines:5,} lines: {passed * 1e3:8.2f} ms, of the processor {worked * 1e3:.2f}"
            )
        print(f"    ratio {ratio:.1f}: {reached(ratio <= MOST)}, to be at most {MOST} x")
        good = all(same(shop, lines) for lines in (sizes.few, sizes.many))
        print(f"    what was quoted is what is recorded, by each programme: {exact(good)}")
        return good
    finally:
        worlds.close()


def main(words: Sequence[str] | None = None) -> int:
    """Print the measure; 1 where a quote is not what comes of the event."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quote")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it works")
    sizes = QUICK if parser.parse_args(words).quick else Sizes()
    print(
        f"Quotes by {len(NAMES)} programmes of {sizes.rules:,} live rules each; {sizes.turns} turns"
    )
    with TemporaryDirectory(prefix="xenia-quotes-") as folder:
        Path(folder).chmod(0o755)  # the database may run as another user
        with EmbeddedServer(Path(folder) / "home") as server:
            database = Database(server.url)
            upgrade(database)
            return 0 if measure(database, sizes) else 1


if __name__ == "__main__":
    sys.exit(until_stopped(main))

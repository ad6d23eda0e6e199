"""What staff grants: golden scenario, and against the reference where grants are many."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.engine.test_reference import both, difference
from xenia.engine.zones import EPOCH
from xenia.events.model import Event, Grant, Line, Purchase
from xenia.programme.ladders import Fall
from xenia.programme.model import Programme
from xenia.services.programmes import sound_programme
from xenia.services.scenario import check_scenario, read_scenario

HERE = Path(__file__).parent
DAY = 86_400_000_000
AMOUNTS = (1_000, 3_000, 11_000, 12_000)
START = (date(2026, 1, 5) - EPOCH).days * DAY
# Of histories: some every day, more in `make prove`.
SEEDS = (range(10), pytest.param(range(10, 25), marks=pytest.mark.prove))


@cache
def programme() -> Programme:
    return sound_programme(HERE / "grants.yaml")


def test_the_golden_scenario() -> None:
    assert check_scenario(read_scenario(HERE / "grants.scenario.yaml")) == ()


def history(random: Random, count: int) -> Iterator[Event]:
    """Purchases and grants of levels, some of them late, in the order of recording."""
    now = START
    for n in range(count):
        now += random.choice((0, 1, 5, 20, 45, 120)) * DAY
        late = random.randrange(60) * DAY if random.random() < 0.1 else 0
        told: dict[str, Any] = {"id": f"e{n}", "member": "m", "occurred_at": now - late}
        if random.random() < 0.3:
            line = Line(id="1", sku="s", category="c", quantity=1000, amount=random.choice(AMOUNTS))
            yield Purchase(**told, lines=(line,))
            continue
        key = random.choice(sorted(programme().tiers))
        level = random.choice([*programme().tiers[key].levels][1:])
        until = random.choice((None, now + random.choice((10, 40, 150, 400)) * DAY))
        yield Grant(**told, tier={key: level}, until=until, author="eleni")


def softly() -> Programme:
    """The same, but that levels fall one by one."""
    tiers = {key: replace(tier, falls=Fall.ONE_LEVEL) for key, tier in programme().tiers.items()}
    return replace(programme(), tiers=tiers)


@pytest.mark.parametrize("seeds", SEEDS, ids=len)
@pytest.mark.parametrize("variant", [programme, softly])
def test_the_engine_says_what_the_reference_says_of_grants(
    variant: Callable[[], Programme], seeds: Sequence[int]
) -> None:
    for seed in seeds:
        events = [*history(Random(seed), 30)]
        for event, expected, found in both(variant(), events):
            assert difference(expected, found) == [], (seed, event)

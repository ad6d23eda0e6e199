"""What counts on beyond a level: golden scenario, the reference, and from version to version."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.engine.test_reference import both, difference
from tests.engine.versions import bought, decided, laddered, line_of, standing
from xenia.engine.zones import EPOCH
from xenia.events.model import Event, Line, Purchase
from xenia.programme.ladders import Level
from xenia.programme.model import Programme
from xenia.programme.periods import CalendarWindow, MembershipYear, Unit, Window
from xenia.programme.succession import succession
from xenia.services.programmes import sound_programme
from xenia.services.scenario import check_scenario, read_scenario

HERE = Path(__file__).parent
DAY = 86_400_000_000
START = (date(2026, 1, 5) - EPOCH).days * DAY


@cache
def programme() -> Programme:
    return sound_programme(HERE / "nights.yaml")


def test_the_golden_scenario() -> None:
    assert check_scenario(read_scenario(HERE / "nights.scenario.yaml")) == ()


# ---- against the reference -----------------------------------------------------------------------


def over(window: Window, *, holds: bool) -> Programme:
    """The same counted in another unit, with a third threshold on another ladder."""
    found = programme()
    metrics = {**found.metrics, "nights": replace(found.metrics["nights"], over=window)}
    status = found.tiers["status"]
    top = {"top": Level(all={"nights": Decimal("62.5")})}
    tiers = {
        **found.tiers,
        "status": replace(status, holds=status.holds if holds else None),
        "other": replace(status, levels={"basic": Level(), **top}, title=None),
    }
    return replace(found, metrics=metrics, tiers=tiers)


def history(random: Random, count: int, pace: tuple[int, ...]) -> Iterator[Event]:
    """Stays, some of them told late, in the order of recording."""
    now = START
    for n in range(count):
        now += random.choice(pace) * DAY
        late = random.randrange(max(pace)) * DAY if random.random() < 0.3 else 0
        nights = random.choice((1, 4, 10, 11, 35, 60, 140)) * 1000 + random.choice((0, 500))
        line = Line(id="1", sku="s", category="night", quantity=nights, amount=100)
        yield Purchase(id=f"e{n}", member="m", occurred_at=max(START, now - late), lines=(line,))


@pytest.mark.parametrize(
    ("window", "pace", "holds"),
    [
        (CalendarWindow(Unit.DAY), (0, 1, 2, 6), True),
        (CalendarWindow(Unit.DAY), (0, 1, 2, 6), False),
        (CalendarWindow(Unit.WEEK), (0, 3, 9, 30), True),
        (CalendarWindow(Unit.MONTH), (0, 7, 15, 40), False),
        (CalendarWindow(Unit.YEAR), (0, 40, 150, 400), True),
        (MembershipYear(), (0, 40, 150, 400), True),
    ],
)
def test_the_engine_says_what_the_reference_says_of_rollovers(
    window: Window, pace: tuple[int, ...], holds: bool
) -> None:
    for seed in range(4):
        events = [*history(Random(seed), 20, pace)]
        for event, expected, found in both(over(window, holds=holds), events):
            assert difference(expected, found) == [], (seed, event)


# ---- from version to version ---------------------------------------------------------------------

PLAIN = laddered("{basic: 0, gold: 2}", "holds: end of month").replace(
    "{count: true}", "{count: true, over: calendar month}"
)
ROLLING = PLAIN.replace("over: calendar month", "over: calendar month, rollover: true")
LOWER = ROLLING.replace("gold: 2", "gold: 1")
APRIL = tuple(f"2026-04-{day}" for day in (10, 11, 12, 13))


@pytest.mark.parametrize(
    ("before", "after", "visits"),
    [
        (PLAIN, ROLLING, 1 + 2),  # what was counted before may be carried on
        (ROLLING, PLAIN, 1),
        (ROLLING, ROLLING, 1 + 2),
        (ROLLING, LOWER, 1 + 3),  # by the thresholds of the version that carries
    ],
)
def test_a_new_rollover_carries_what_was_counted(before: str, after: str, visits: int) -> None:
    line = line_of(before, after)
    account, _ = decided(line, *map(bought, APRIL), bought("2026-05-02"))
    seen: Any = line.view(account, bought("2026-05-02").occurred_at)
    assert seen.metrics["visits"] == visits
    assert standing(line, account, "2026-05-02")[0] == ("gold" if visits > 1 else "basic")
    old, new = (version.plan.programme for version in line.versions)
    assert [found.code for found in succession(old, new)] == []

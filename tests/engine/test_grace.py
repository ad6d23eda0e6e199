"""A level that outlasts its hold: golden scenario, the reference, and from version to version."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.engine.test_reference import both, difference
from tests.engine.versions import at, bought, decided, laddered, line_of, standing
from xenia.engine.zones import EPOCH
from xenia.events.model import Event, Grant, Line, Purchase
from xenia.programme.ladders import Fall
from xenia.programme.model import Programme
from xenia.programme.read import read
from xenia.services.files import zones
from xenia.services.programmes import sound_programme
from xenia.services.scenario import check_scenario, read_scenario

HERE = Path(__file__).parent
DAY = 86_400_000_000
AMOUNTS = (1_000, 9_999, 12_000, 31_000)
START = (date(2026, 1, 5) - EPOCH).days * DAY
# Of histories: some every day, more in `make prove`.
SEEDS = (range(10), pytest.param(range(10, 25), marks=pytest.mark.prove))


@cache
def programme() -> Programme:
    return sound_programme(HERE / "grace.yaml")


def turned() -> Programme:
    """The same, but that each ladder falls as the others do."""
    other = {Fall.ONE_LEVEL: Fall.TO_EARNED, Fall.TO_EARNED: Fall.ONE_LEVEL}
    tiers = {key: replace(tier, falls=other[tier.falls]) for key, tier in programme().tiers.items()}
    return replace(programme(), tiers=tiers)


def test_the_golden_scenario() -> None:
    assert check_scenario(read_scenario(HERE / "grace.scenario.yaml")) == ()


# ---- against the reference -----------------------------------------------------------------------


def history(random: Random, count: int) -> Iterator[Event]:
    """Purchases and grants of levels, some of them late, in the order of recording."""
    now = START
    for n in range(count):
        now += random.choice((0, 1, 12, 40, 70, 150)) * DAY
        late = random.randrange(120) * DAY if random.random() < 0.15 else 0
        told: dict[str, Any] = {"id": f"e{n}", "member": "m", "occurred_at": now - late}
        if random.random() < 0.8:
            line = Line(id="1", sku="s", category="c", quantity=1000, amount=random.choice(AMOUNTS))
            yield Purchase(**told, lines=(line,))
            continue
        key = random.choice(sorted(programme().tiers))
        level = random.choice([*programme().tiers[key].levels][1:])
        until = random.choice((None, now + random.choice((10, 40, 150, 400)) * DAY))
        yield Grant(**told, tier={key: level}, until=until, author="eleni")


@pytest.mark.parametrize("seeds", SEEDS, ids=len)
@pytest.mark.parametrize("variant", [programme, turned])
def test_the_engine_says_what_the_reference_says_of_graces(
    variant: Any, seeds: Sequence[int]
) -> None:
    for seed in seeds:
        events = [*history(Random(seed), 30)]
        for event, expected, found in both(variant(), events):
            assert difference(expected, found) == [], (seed, event)


# ---- what a document may say ---------------------------------------------------------------------


@pytest.mark.parametrize("terms", ["grace: 1 month", "holds: ever, grace: 1 month"])
def test_a_grace_needs_a_hold_that_ends(terms: str) -> None:
    [finding] = read(laddered("{basic: 0, gold: 2}", terms), zones=zones()).findings
    assert (finding.code, finding.path) == ("not-together", ("tiers", "status", "grace"))


# ---- from version to version ---------------------------------------------------------------------

VISITS = "metrics: {visits: {count: true}"
MONTHLY = "metrics: {visits: {count: true, over: calendar month}"


def ladder(*terms: str) -> str:
    return laddered("{basic: 0, silver: 1, gold: 2}", *terms).replace(VISITS, MONTHLY)


def gold_in_march(*versions: str) -> Any:
    """Gold from 10 March; the second version takes effect on 1 May."""
    line = line_of(*versions)
    account, _ = decided(line, bought("2026-03-10T10:00:00+02:00"), bought("2026-03-10"))
    assert standing(line, account, "2026-03-10") == ("gold", "2026-04-10")
    return line, account


def on(line: Any, account: Any, day: str) -> tuple[str | None, str | None]:
    moved, _ = line.pass_time(account, at(f"{day}T12:00:00+03:00"))
    return standing(line, moved, day)


HELD, GRACED = "holds: 1 month", "grace: 2 months"


def test_a_grace_goes_on_under_a_version_that_has_it_as_well() -> None:
    line, account = gold_in_march(ladder(HELD, GRACED), ladder(HELD, "grace: 1 day"))
    assert on(line, account, "2026-05-01") == ("gold", "2026-06-10")
    # The next hold counts from the day on which it would have begun without the grace.
    assert on(line, account, "2026-06-10") == ("basic", None)


def test_a_grace_ends_with_its_day_where_the_new_version_has_none() -> None:
    falls = "falls: one-level"
    line, account = gold_in_march(ladder(HELD, GRACED, falls), ladder(HELD, falls))
    assert on(line, account, "2026-06-09") == ("gold", "2026-06-10")
    # Three reviews are behind it by then: of the levels of April, May and June.
    assert on(line, account, "2026-06-10") == ("basic", None)


@pytest.mark.parametrize("grace", [(), (GRACED,)])
@pytest.mark.parametrize(
    ("hold", "until"),
    [("holds: end of month", "2026-07-01"), ("holds: 5 days", "2026-06-15")],
)
def test_another_hold_counts_from_the_end_of_the_grace(
    hold: str, until: str, grace: tuple[str, ...]
) -> None:
    falls = "falls: one-level"
    line, account = gold_in_march(ladder(HELD, GRACED, falls), ladder(hold, falls, *grace))
    assert on(line, account, "2026-06-09") == ("gold", "2026-06-10")
    # Once it was in its grace it gets no second one.
    assert on(line, account, "2026-06-10") == ("silver", until)


def test_a_grace_that_is_new_is_for_levels_that_are_held_already() -> None:
    line = line_of(ladder("holds: 2 months"), ladder("holds: 2 months", GRACED))
    account, _ = decided(line, bought("2026-03-10T10:00:00+02:00"), bought("2026-03-10"))
    assert on(line, account, "2026-05-09") == ("gold", "2026-05-10")
    assert on(line, account, "2026-05-10") == ("gold", "2026-07-10")
    assert on(line, account, "2026-07-10") == ("basic", None)

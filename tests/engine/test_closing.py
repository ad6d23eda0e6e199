"""How a programme ends: golden scenario, the reference, and versions that announce it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.engine.test_reference import both, difference
from tests.engine.versions import PLAIN, at, bought, day, decided, laddered, line_of, wallet
from xenia.effects import Kind
from xenia.engine.zones import EPOCH
from xenia.events.model import Adjustment, Event, Grant, Hold, Line, Purchase, Redemption
from xenia.programme.model import Programme, SpendFirst
from xenia.services.programmes import sound_programme
from xenia.services.scenario import check_scenario, read_scenario

HERE = Path(__file__).parent
DAY = 86_400_000_000
START = (date(2026, 4, 20) - EPOCH).days * DAY
# Of histories: some every day, more in `make prove`.
SEEDS = (range(8), pytest.param(range(8, 20), marks=pytest.mark.prove))


@cache
def programme() -> Programme:
    return sound_programme(HERE / "closing.yaml")


def spent_in_order_of_earning() -> Programme:
    """The same with lots in another order, and a ladder that holds nothing."""
    currencies = {
        key: replace(currency, spend_first=SpendFirst.FIRST_EARNED)
        for key, currency in programme().currencies.items()
    }
    tiers = {key: replace(tier, holds=None) for key, tier in programme().tiers.items()}
    return replace(programme(), currencies=currencies, tiers=tiers)


def for_ever_spent() -> Programme:
    """The same, but that what has been earned does not end with the programme."""
    return replace(programme(), spend_until=None)


def test_the_golden_scenario() -> None:
    assert check_scenario(read_scenario(HERE / "closing.scenario.yaml")) == ()


def history(random: Random, count: int) -> Iterator[Event]:
    """All that may happen before and after the end, some of it told late."""
    now = START
    for n in range(count):
        now += random.choice((0, 1, 3, 12, 25)) * DAY
        late = random.randrange(60) * DAY if random.random() < 0.3 else 0
        told: dict[str, Any] = {"id": f"e{n}", "member": "m", "occurred_at": max(START, now - late)}
        until = random.choice((None, now + 20 * DAY, now + 200 * DAY))
        spend = random.choice(({}, {}, {"points": "3"}))
        line = Line(id="1", sku="s", category="c", quantity=1000, amount=2000)
        staff = {**told, "author": "eleni"}
        yield random.choice(
            (
                Purchase(**told, lines=(line,), spend=spend),
                Purchase(**told, lines=(line,)),
                Redemption(**told, reward="tea"),
                Adjustment(**staff, currency="stamps", units="1"),
                Hold(**told, currency="points", units="2", reason="odd"),
                Grant(**staff, tier={"club": "gold"}, until=until or now + DAY),
                Grant(**staff, benefit="wifi", until=until),
                Grant(**staff, voucher="tea", until=until),
            )
        )


@pytest.mark.parametrize("seeds", SEEDS, ids=len)
@pytest.mark.parametrize("variant", [programme, spent_in_order_of_earning, for_ever_spent])
def test_the_engine_says_what_the_reference_says_of_closing(
    variant: Any, seeds: Sequence[int]
) -> None:
    for seed in seeds:
        events = [*history(Random(seed), 40)]
        for event, expected, found in both(variant(), events):
            assert difference(expected, found) == [], (seed, event)


# ---- announced by a version ----------------------------------------------------------------------

ENDS = "earn-until: 2026-05-20\nspend-until: 2026-06-01\n"


def closing(text: str) -> str:
    return text.replace("money:", f"{ENDS}money:")


def test_a_version_that_closes_ends_what_earlier_ones_gave() -> None:
    line = line_of(PLAIN, closing(PLAIN))
    account, _ = decided(line, bought("2026-04-10"), bought("2026-05-10", 5), bought("2026-05-20"))
    assert wallet(line, account) == {"never": 10, "2026-06-01": 5}
    moved, outcome = line.pass_time(account, at("2026-05-31T12:00:00+03:00"))
    assert outcome.effects == ()
    moved, outcome = line.pass_time(moved, at("2026-06-01T12:00:00+03:00"))
    assert [(one.kind, one.units, one.day) for one in outcome.effects] == [
        (Kind.EXPIRE, 5, day("2026-06-01")),
        (Kind.EXPIRE, 10, day("2026-06-01")),
    ]
    assert wallet(line, moved) == {}


@pytest.mark.parametrize("hold", ["holds: ever", "holds: 12 months", ""])
def test_levels_that_earlier_versions_gave_end_with_the_programme(hold: str) -> None:
    ladder = laddered("{basic: 0, gold: 1}", *([hold] if hold else []))
    line = line_of(ladder, closing(ladder))
    account, _ = decided(line, bought("2026-04-10"))
    seen = line.view(account, at("2026-05-31T12:00:00+03:00")).tiers["status"]
    assert seen.level == "gold"
    _, outcome = line.pass_time(account, at("2026-06-02T12:00:00+03:00"))
    assert [(one.level, one.day) for one in outcome.effects if one.tier] == [
        ("basic", day("2026-06-01"))
    ]


def test_a_late_event_of_a_version_that_did_not_close_ends_at_once() -> None:
    line = line_of(PLAIN, closing(PLAIN))
    account, _ = decided(line, bought("2026-06-02"))
    after, outcome = line.decide(account, bought("2026-04-10"))
    kinds = [(one.kind, one.units) for one in outcome.effects]
    assert kinds == [(Kind.EARN, 10), (Kind.EXPIRE, 10)]
    assert wallet(line, after) == {}


def test_a_later_version_may_go_on_after_all() -> None:
    starts = ("2026-05-01T00:00:00+03:00", "2026-05-25T00:00:00+03:00")
    line = line_of(PLAIN, closing(PLAIN), PLAIN, starts=starts)
    account, _ = decided(line, bought("2026-04-10"), bought("2026-05-21"), bought("2026-05-26"))
    account, _ = line.pass_time(account, at("2026-06-02T12:00:00+03:00"))
    assert wallet(line, account) == {"never": 20}

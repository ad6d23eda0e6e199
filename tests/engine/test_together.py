"""What programmes have beside each other, in one that closes: moments, notices, vouchers, acts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from tests.engine.test_birthdays import plan_of, recorded
from tests.engine.test_reference import both, difference
from tests.reference.days import day_start
from tests.reference.moments import with_moments
from tests.reference.random_activities import TYPES, random_activity
from tests.reference.random_histories import random_history
from tests.reference.random_programmes import random_programme, start_of
from xenia.effects import Kind
from xenia.events.model import Act, Event, OfItself, Purchase, Rental, Use
from xenia.events.moments import parse_time
from xenia.programme.model import Programme
from xenia.programme.periods import Duration

DAY = 86_400_000_000
PROGRAMME = """
xenia: 1
programme: gifts
money: EUR
timezone: Europe/Athens
currencies: {points: {value: 0.01}}
acts: {run: {}, review: {}, weigh-in: {}}
rules:
  year: {on: anniversary, then: {earn: {points: 100}}}
  gift: {on: birthday, then: {earn: {points: 100}}}
  month: {on: month-end, then: {earn: {points: 1}}}
  back: {on: inactivity, after: 2 months, then: {earn: {points: 9}}}
  night: {on: stay, then: {earn: {points: nights}}}
"""
CLOSING = PROGRAMME + "earn-until: 2027-04-01\nspend-until: 2027-09-01\n"


def closing(programme: Programme, random: Random) -> Programme:
    """The same, but that it closes, and tells before units end."""
    earn = start_of(programme) + timedelta(random.randrange(100, 400))
    currencies = {
        key: replace(currency, notice=random.choice((None, *map(days, (1, 10, 60)))))
        for key, currency in programme.currencies.items()
    }
    spend = earn + timedelta(random.randrange(1, 200))
    return replace(programme, earn_until=earn, spend_until=spend, currencies=currencies)


def days(number: int) -> Duration:
    return Duration(days=number)


# Programmes in which all of it happens.
FEW = (9_010, 9_012, 9_014, 9_016, 9_018, 9_021, 9_024, 9_027)
MANY = range(9_010, 9_030)


@pytest.mark.parametrize("seeds", [FEW, pytest.param(MANY, marks=pytest.mark.prove)], ids=len)
def test_the_engine_says_what_the_reference_says_of_whatever_closes(seeds: Sequence[int]) -> None:
    seen: Counter[str] = Counter()
    for seed in seeds:
        programme = closing(random_programme(seed), Random(seed))
        history = with_moments(programme, random_history(programme, seed, 60))
        for event, expected, found in both(programme, history):
            assert difference(expected, found) == [], (seed, event)
            seen.update(told(programme, event))
            seen.update(code for code, _ in expected.refusals)
            seen.update(effect.kind.value for effect in expected.effects)
    # What is returned and given has histories of its own.
    elsewhere = {Kind.FILL, Kind.GIVE_BACK, Kind.TAKE_BACK, Kind.TRANSFER, Kind.REINSTATE}
    elsewhere |= {Kind.RENEW, Kind.OPEN, Kind.MERGE}
    assert {*Kind, "programme-closed", "moment"} - elsewhere <= {*seen}
    assert "moment at the close" not in seen


def told(programme: Programme, event: Event) -> list[str]:
    last: date | None = programme.earn_until
    if last is None or not isinstance(event, OfItself):
        return []
    late = event.occurred_at >= day_start(programme.timezone, last)
    return ["moment at the close" if late else "moment"]


def history(programme: Programme, random: Random) -> list[Event]:
    """Of a member who does this and that, sometimes nothing for long."""
    now, events = parse_time("2026-02-20T09:00:00Z"), list[Event]()
    for n in range(25):
        now += random.choice((0, DAY, 5 * DAY, 20 * DAY, 62 * DAY, 90 * DAY))
        late = random.choice((0, 0, 0, 70 * DAY))
        kind = random.choice((*TYPES, "use", "purchase"))
        common: dict[str, Any] = {"id": f"e{n}", "member": "m", "occurred_at": now - late}
        match kind:
            case "use":
                events.append(Use(**common, voucher="none"))
            case "purchase":
                events.append(Purchase(**common, lines=()))
            case _:
                events.append(random_activity(programme, random, kind, **common))
    return events


def test_moments_come_to_who_does_nothing_until_a_programme_closes() -> None:
    counts = []
    for text in (PROGRAMME, CLOSING):
        plan, found = plan_of(text), list[Event]()
        for seed in range(16):
            events = history(plan.programme, Random(seed))
            expected = with_moments(plan.programme, events)
            assert recorded(plan, events) == expected, seed
            found += expected
        counts.append(Counter(type(event).__name__ for event in found))
    whole, closed = counts
    assert all(0 < closed[name] < whole[name] for name in ("Inactivity", "MonthEnd", "Anniversary"))
    assert all(whole[kind.__name__] for kind in (Act, Rental, Use, Purchase))

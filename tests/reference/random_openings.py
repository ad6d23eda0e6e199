"""Random openings: what members of a random programme bring along from another system."""

from __future__ import annotations

from datetime import date
from random import Random

from tests.reference.days import day_start, number
from xenia.amounts import format_decimal
from xenia.events.brought import NEVER, Ends, OpenLevel, OpenLot, OpenMetric, OpenVoucher
from xenia.events.model import OWN, Opening
from xenia.programme.model import Metric, Programme

_NOON = 12 * 60 * 60 * 1_000_000


def random_opening(programme: Programme, seed: int, day: date, member: str = "m") -> Opening:
    """What a member brings along to a programme on a day; some of it has ended by then."""
    random, today = Random(f"opening {seed}"), number(day)
    lots = tuple(
        one
        for key, currency in sorted(programme.currencies.items())
        for one in _lots(random, key, 10**currency.decimals, today)
    )
    rewards = sorted(programme.rewards)
    return Opening(
        id=f"opening/{programme.id}/{member}",
        source=OWN,
        member=member,
        occurred_at=day_start(programme.timezone, day) + _NOON,
        joined=_past(random, today),
        active=random.choice((None, None, _past(random, today))),
        lots=(*lots, OpenLot(currency="gold-bars", units=3, earned=today)),
        tiers={
            key: OpenLevel(
                random.choice([*tier.levels, "emperor"]), random.choice((None, *_days(random, day)))
            )
            for key, tier in programme.tiers.items()
            if random.random() < 0.8
        },
        metrics=tuple(
            one
            for key, metric in sorted(programme.metrics.items())
            for one in _metrics(random, key, metric, today)
        ),
        vouchers=tuple(
            OpenVoucher(
                code=f"{member}-{place}",
                reward=random.choice(rewards),
                ends=_ends(random, today),
                left=random.choice((None, 1, 250)),
                uses=random.choice((None, 1)),
            )
            for place in range(random.choice((0, 0, 1, 3)) if rewards else 0)
        ),
    )


def _past(random: Random, today: int) -> int:
    return today - random.choice((0, 1, 20, 100, 400, 900))


def _days(random: Random, day: date) -> list[int]:
    return [number(day) + random.choice((-40, 0, 1, 30, 365)) for _ in range(2)]


def _ends(random: Random, today: int) -> Ends:
    choices: tuple[Ends, ...] = (None, None, NEVER, today + 1, today + 45, today + 400, today - 3)
    return random.choice(choices)


def _lots(random: Random, key: str, unit: int, today: int) -> list[OpenLot]:
    lots = []
    for _ in range(random.choice((0, 1, 2, 5))):
        earned = today - random.choice((0, 1, 2, 10, 60, 300, 700))
        lots.append(
            OpenLot(
                currency=key,
                units=random.randrange(1, 60) * unit + random.choice((0, unit - 1)),
                earned=earned,
                ends=_ends(random, today),
                available=random.choice((None, None, None, today, today + 3, today + 40)),
                held=random.random() < 0.15,
            )
        )
    if random.random() < 0.15:
        lots.append(OpenLot(currency=key, units=-random.randrange(1, 90), earned=0, ends=NEVER))
    return lots


def _metrics(random: Random, key: str, metric: Metric, today: int) -> list[OpenMetric]:
    found = []
    for _ in range(random.choice((0, 1, 1, 3))):
        value = format_decimal(random.randrange(0, 30_000), 2)
        if metric.distinct is not None:
            value = random.choice((*metric.values, "strange"))
        elif metric.streak is not None:
            value = str(random.randrange(0, 9))
        day = today - random.choice((0, 0, 1, 8, 35, 100, 370, 800))
        found.append(OpenMetric(key, value, day))
    return found

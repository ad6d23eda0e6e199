"""Random transfers among the events of a history, and the limits they go by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.reference.days import SECOND
from xenia.amounts import format_decimal
from xenia.events.model import Event, Transfer, member_name
from xenia.programme.giving import TransferLimit, Transfers
from xenia.programme.model import Programme
from xenia.programme.periods import BudgetPeriod

DAY = 24 * 60 * 60 * SECOND
SHARE = 0.5  # how many events have a transfer behind them
PERIODS: tuple[BudgetPeriod, ...] = ("day", "week", "month", "year", "ever")


def with_terms_of_transfers(programme: Programme, seed: int) -> Programme:
    """The same programme, in which most currencies may be given."""
    random = Random(f"terms of transfers {seed}")
    found = {
        key: replace(currency, transfers=terms(random) if random.random() < 0.85 else None)
        for key, currency in sorted(programme.currencies.items())
    }
    return replace(programme, currencies={key: found[key] for key in programme.currencies})


def terms(random: Random) -> Transfers:
    limits = tuple(limit(random) for _ in range(random.choice((0, 0, 1, 2))))
    minimum = random.choice((None, None, None, Decimal(2), Decimal(10)))
    return Transfers(minimum=minimum, limits=limits)


def limit(random: Random) -> TransferLimit:
    per = random.choice(PERIODS)
    if random.random() < 0.5:
        return TransferLimit(per=per, times=random.choice((1, 2, 5)))
    return TransferLimit(per=per, units=Decimal(random.choice((5, 40, 300))))


def with_transfers(programme: Programme, events: list[Event], seed: int) -> Iterator[Event]:
    """The same events with transfers behind some of them, a few of them late."""
    random = Random(f"transfers {seed}")
    members = sorted({member_name(each.member) or "" for each in events})
    keys = [*programme.currencies] * 8 + ["gold-bars"]
    for place, event in enumerate(events):
        yield event
        if random.random() >= SHARE:
            continue
        key = random.choice(keys)
        decimals = programme.currencies[key].decimals if key in programme.currencies else 0
        most = random.choice((1, 3, 10, 10, 40)) * 10**decimals
        late = random.randint(1, 60) * DAY if random.random() < 0.1 else 0
        yield Transfer(
            id=f"give-{place}",
            occurred_at=event.occurred_at - late,
            member=random.choice(members),
            to=random.choice((*members, *members, *members, "nobody")),
            currency=key,
            units=format_decimal(random.randrange(most + 1), decimals),
        )

"""Random referrals: rules that refer, and members who brought one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

from msgspec import structs

from xenia.events.model import Enrolment, Event, Purchase
from xenia.programme.chances import Chance
from xenia.programme.model import (
    Accrual,
    Earn,
    Expression,
    Limit,
    Metric,
    Programme,
    Rule,
    Then,
)


def with_terms_of_referrals(programme: Programme, seed: int) -> Programme:
    """The same programme, in which members are thanked for those whom they bring."""
    random = Random(f"terms of referrals {seed}")
    currency = random.choice(sorted(programme.currencies))
    units = Earn(units=Expression(str(random.randrange(1, 40))), kind=random.choice([*Accrual]))
    asked = random.choice(("basket.paid >= 5", "basket.amount < 20", 'channel == "web"', None))
    once = Limit(times=1, per="ever")
    friend = Rule(
        when=None if asked is None else Expression(asked),
        chance=Chance(2, 3) if random.random() < 0.2 else None,
        limits=(once, *[Limit(per="day", units=Decimal(20))] * (random.random() < 0.3)),
        then=Then(earn={currency: units} if random.random() < 0.8 else {}, refer=True),
    )
    rules = {
        "friend": friend if friend.then.earn else replace(friend, limits=(once,)),
        "thanks": Rule(on="referral", then=Then(earn={currency: units})),
        "many": Rule(when=Expression("metric.friends >= 2"), then=Then(earn={currency: units})),
    }
    return replace(
        programme,
        rules={**programme.rules, **rules},
        metrics={**programme.metrics, "friends": Metric(count=True, on="referral")},
    )


def with_referrals(events: Sequence[Event], seed: int) -> list[Event]:
    """The same events, before them an enrolment of about everybody, who brought one another; some
    purchases are made by another member."""
    random = Random(f"referrals {seed}")
    names = sorted({str(event.member) for event in events})
    first = names[:2]
    found: list[Event] = []
    for event in events:
        name = str(event.member)
        if name in names and random.random() < 0.8:
            names.remove(name)
            others = [*names, name, "nobody", *first, first[0]]
            found += joining(random, name, event.occurred_at, others)
        lent = isinstance(event, Purchase) and random.random() < 0.6
        by = random.choice((*first, name))
        found.append(structs.replace(event, by=by) if lent else event)
    return found


def joining(random: Random, name: str, at: int, others: list[str]) -> list[Event]:
    """An enrolment, now and then a second one."""
    return [
        Enrolment(
            id=f"join-{name}-{n}", member=name, occurred_at=at, referred_by=random.choice(others)
        )
        for n in range(1 if random.random() < 0.8 else 2)
    ]

"""What inactivity ended comes back if something told late would have prevented it: as the reference
says, in histories in which much is told late and much comes back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from msgspec import structs

from tests.engine.test_reference import difference
from tests.engine.test_returns_reference import InMemory
from tests.reference.beside import beside
from tests.reference.moments import with_moments
from tests.reference.random_histories import random_history
from tests.reference.random_programmes import random_programme
from tests.reference.random_returns import with_returns, with_terms_of_returns
from xenia.effects import Kind
from xenia.events.model import Event, Purchase
from xenia.programme.model import Earn, Expression, Programme, Rule, Then
from xenia.programme.periods import Duration, Inactive
from xenia.programme.render import render

BATCH = 3
FIRST = range(7_000, 7_000 + BATCH, BATCH)
MANY = range(8_000, 8_100, 50)


def idling(seed: int) -> Programme:
    """A random programme in which all lots end after a few days without any earned, and every
    purchase earns."""
    programme, random = with_terms_of_returns(random_programme(seed), seed), Random(f"idle {seed}")
    currencies = {}
    for key, currency in programme.currencies.items():
        latest = Duration(days=random.randrange(5, 90)) if random.random() < 0.3 else None
        expires = Inactive(Duration(days=random.randrange(3, 40)), latest)
        currencies[key] = replace(currency, expires=expires)
    always = Rule(then=Then(earn={key: Earn(units=Expression("3")) for key in currencies}))
    rules = {**programme.rules, "always": always}
    return replace(programme, currencies=currencies, rules=rules)


def told_late(events: list[Event], seed: int) -> list[Event]:
    """The same events, and purchases between two of them that are recorded behind both."""
    random, told = Random(f"late {seed}"), list[Event]()
    purchases = [event for event in events if isinstance(event, Purchase)]
    for before, event in zip([events[0], *events], events, strict=False):
        told.append(event)
        for n in range(random.choice((0, 0, 1, 2)) if purchases else 0):
            first, last = sorted((before.occurred_at, event.occurred_at))
            at, name = random.randint(first, last), f"{event.id}-late-{n}"
            late = structs.replace(random.choice(purchases), id=name, occurred_at=at)
            told.insert(len(told) - random.randrange(2), late)
    return told


def check(seed: int, seen: Counter[str]) -> None:
    """Fail with the programme, the event and the first difference."""
    programme, random = idling(seed), Random(seed)
    members = 1 + seed % 2
    events = [
        structs.replace(each, member=f"m{random.randrange(members)}")
        for each in random_history(programme, seed, 40)
    ]
    events = with_moments(programme, with_returns(programme, told_late(events, seed), seed))
    for event, expected, found in beside(programme, events, InMemory(programme)):
        told = difference(expected, found)
        if told:
            shown = "\n".join(told)
            pytest.fail(f"seed {seed}\n{render(programme)}\n{event}\n\n{shown}", pytrace=False)
        seen.update(effect.kind.value for effect in found.effects)


@pytest.mark.parametrize("first", FIRST)
def test_the_engine_reinstates_what_the_reference_does(first: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(first, first + BATCH):
        check(seed, seen)
    assert seen[Kind.REINSTATE] > 5
    assert seen[Kind.EXPIRE] > seen[Kind.REINSTATE]


@pytest.mark.prove
@pytest.mark.parametrize("first", MANY)
def test_the_engine_reinstates_what_the_reference_does_in_many_programmes(first: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(first, first + MANY.step):
        check(seed, seen)

"""What tills really gave in a random history: what rules take off, other money, or nothing."""

from __future__ import annotations

from random import Random

from msgspec import structs

from xenia.events.model import Event, Purchase
from xenia.events.parts import Off
from xenia.programme.model import Programme


def with_given(programme: Programme, events: list[Event], seed: int) -> list[Event]:
    """The same events; of some purchases it is told what was given."""
    random = Random(seed)
    rules = [key for key, rule in programme.rules.items() if rule.then.discount is not None]
    return [
        structs.replace(event, given=given(event, [*rules, "by-hand"], random))
        if isinstance(event, Purchase) and random.random() < 0.5
        else event
        for event in events
    ]


def given(event: Purchase, rules: list[str], random: Random) -> tuple[Off, ...]:
    """Money off some of the lines, never more than they cost."""
    found = []
    for line in event.lines:
        left = line.amount
        for rule in random.sample(rules, random.randint(0, min(3, len(rules)))):
            amount = random.randint(0, left)
            left -= amount
            if amount:
                found.append(Off(rule, line.id, amount))
    return tuple(found)

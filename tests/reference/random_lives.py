"""Random lives: whatever can happen to a few members of any programme, in the programme's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from msgspec import structs

from tests.engine.shopping import Words
from tests.reference.days import SECOND
from tests.reference.random_histories import random_history
from tests.reference.random_returns import with_returns
from tests.reference.random_transfers import with_transfers
from xenia.events.conventions import AttributeRule, Conventions
from xenia.events.errors import Unreadable
from xenia.events.model import (
    Act,
    AttributeValue,
    Clock,
    Enrolment,
    Event,
    Line,
    Profile,
    Purchase,
)
from xenia.events.read import read_event
from xenia.events.write import write_event
from xenia.programme.model import Programme
from xenia.services.conventions import conventions_of

MEMBERS = ("m0", "m1", "m2")
DAY = 24 * 60 * 60 * SECOND
PASSING = 0.12  # how many events have time behind them that passes by itself


def random_life(programme: Programme, seed: int, count: int) -> list[Event]:
    """They buy, earn, climb, spend, redeem, give to one another, return in parts, twice and before
    the purchase, and much of it late, while time passes.  Vouchers are named by their numbers."""
    random = Random(f"life {seed}")
    drawing = Drawing.of(programme, random)
    events = [
        structs.replace(drawing.in_its_words(each), member=random.choice(MEMBERS))
        for each in random_history(programme, seed, count)
    ]
    told = with_returns(programme, [*with_transfers(programme, events, seed)], seed)
    return list(readable(with_time(told, random), drawing.conventions))


def with_time(events: list[Event], random: Random) -> Iterator[Event]:
    """The same events, and clocks behind some of them, mostly before the next one occurs."""
    now = 0
    for place, event in enumerate(events):
        yield event
        now = max(now, event.occurred_at)
        if random.random() < PASSING:
            behind = events[min(place + 1, len(events) - 1)].occurred_at
            now = random.choice((now, (now + max(now, behind)) // 2, now + 10 * DAY))
            yield Clock(id=f"clock-{place}", occurred_at=now)


def readable(events: Iterator[Event], conventions: Conventions) -> Iterator[Event]:
    """Those that the programme can read, as they are read."""
    for event in events:
        read = read_event(write_event(event, conventions), conventions)
        if not isinstance(read, Unreadable):
            yield read


@dataclass
class Drawing:
    programme: Programme
    conventions: Conventions
    words: Words
    random: Random

    @staticmethod
    def of(programme: Programme, random: Random) -> Drawing:
        return Drawing(programme, conventions_of(programme), Words.of(programme), random)

    def in_its_words(self, event: Event) -> Event:
        """The same event, so that the programme's conditions may hold."""
        of_member = isinstance(event, Enrolment | Profile)
        event = structs.replace(event, attributes=self.attributes(event, of_member=of_member))
        match event:
            case Purchase():
                dear = self.random.choice((1, 1, 1, 10, 50))
                lines = tuple(self.line(each, dear) for each in event.lines)
                return structs.replace(event, lines=lines)
            case Act() if self.programme.acts:
                return structs.replace(event, act=self.random.choice(sorted(self.programme.acts)))
        return event

    def line(self, line: Line, dear: int) -> Line:
        names, told = self.words.names, dict[str, Any]()
        if self.random.random() < 0.7:
            told["category"] = self.random.choice(self.programme.categories or names)
        if self.random.random() < 0.3:
            told["sku"] = self.random.choice(names)
        if self.random.random() < 0.3:
            told["tags"] = (self.random.choice(names),)
        regular = None if line.regular_amount is None else line.regular_amount * dear
        money = {"amount": line.amount * dear, "regular_amount": regular, "tax": line.tax * dear}
        return structs.replace(line, **money, **told)

    def attributes(self, event: Event, *, of_member: bool) -> dict[str, AttributeValue]:
        """Values of some attributes that the programme has."""
        known = self.conventions.attributes(of_member=of_member)
        drawn = {key: value for key, value in event.attributes.items() if key in known}
        for key, rule in known.items():
            if key not in drawn and not (of_member and key in ("locale", "timezone", "birthday")):
                drawn[key] = self.value(rule)
        return {key: value for key, value in drawn.items() if self.random.random() < 0.8}

    def value(self, rule: AttributeRule) -> AttributeValue:
        match rule.type:
            case "boolean":
                return self.random.random() < 0.5
            case "integer" | "date":
                return self.random.randrange(15, 70)
            case "decimal":
                return self.random.randrange(30_000_000)
        return self.random.choice(rule.options or ("one", "another"))

"""Random returns and cancellations among the events of a history, and the settings they go by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any, TypeVar

from tests.reference.days import SECOND
from tests.reference.random_expressions import SKUS
from xenia.events.model import (
    Cancel,
    Event,
    Purchase,
    Redemption,
    Return,
    TakingBack,
    Use,
    member_name,
)
from xenia.events.parts import EventKey, LineBack
from xenia.programme.model import Programme
from xenia.programme.periods import Duration

DAY = 24 * 60 * 60 * SECOND
SHARE = 0.3  # how many events have a return behind them
TWICE = 0.3  # how many of these are of what was returned just before
LASTING = (Duration(days=30), Duration(days=1), Duration(days=7), Duration(months=2))

Part = TypeVar("Part")


def with_returns(programme: Programme, events: list[Event], seed: int) -> list[Event]:
    """The same events with returns behind some of them, of earlier and a few of later ones."""
    return list(Returns(programme, events, Random(f"returns {seed}")).among())


def with_terms_of_returns(programme: Programme, seed: int) -> Programme:
    """The same programme with other settings of returns, as far as programmes have these."""
    random = Random(f"terms of returns {seed}")
    settings = programme.settings
    below = random.choice(("deficit", "deficit", "absorbed", "refused"))
    lasting = random.choice(LASTING)
    settings = with_field(settings, "below_zero", partial(called, below))
    counts = random.choice(("no-activity", "no-activity", "activity"))
    settings = with_field(settings, "returned_purchase", partial(called, counts))
    settings = with_field(settings, "given_back_lasts", lambda _: lasting)
    tiers = {}
    for key, tier in sorted(programme.tiers.items()):
        when = random.choice(("now", "now", "now", "at-review"))
        tiers[key] = with_field(tier, "returns", partial(called, when))
    return replace(programme, settings=settings, tiers=tiers)


def with_field(part: Part, name: str, make: Callable[[Any], Any]) -> Part:
    """The part with another value of a field, made by the type of its present one, if it has it."""
    if name not in {each.name for each in fields(part)}:  # type: ignore[arg-type]
        return part
    return replace(part, **{name: make(type(getattr(part, name)))})  # type: ignore[type-var]


def called(value: str, kind: Callable[[str], object]) -> object:
    """A value of an enumeration."""
    return kind(value)


class Returns:
    def __init__(self, programme: Programme, events: list[Event], random: Random) -> None:
        self.programme = programme
        self.events = events
        self.random = random
        self.members = sorted({member_name(each.member) or "" for each in events})
        self.uses = Random(f"uses {programme.id}")
        self.count = 0

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def among(self) -> Iterator[Event]:
        told: list[TakingBack] = []
        for place, event in enumerate(self.events):
            yield event
            while self.chance(SHARE):
                again = told and self.chance(TWICE)
                of = self.random.choice(told[-3:]).of if again else self.named(place, told)
                told.append(self.taking_back(of, place))
                yield told[-1]

    # ---- which event, whose, when ----------------------------------------------------------------

    def named(self, place: int, told: list[TakingBack]) -> EventKey:
        """What is returned: mostly a purchase told lately, seldom what cannot be."""
        before, behind = self.events[: place + 1], self.events[place + 1 :]
        if self.chance(0.03):
            return EventKey("no-such-event")
        if self.chance(0.03):
            year = datetime.fromtimestamp(self.events[place].occurred_at / SECOND, UTC).year
            member = self.random.choice(self.members)
            return EventKey(f"birthday/{self.programme.id}/{member}/{year}", "xenia")
        uses = [each for each in before if isinstance(each, Use) and each.benefit is not None]
        if uses and self.uses.random() < 0.05:
            return key_of(self.uses.choice(uses))
        if told and self.chance(0.02):
            return key_of(self.random.choice(told))
        if behind and self.chance(0.1):
            return key_of(self.random.choice(behind[:6]))
        kind: type[Redemption | Purchase] = Redemption if self.chance(0.1) else Purchase
        kinds: list[Event] = [each for each in before if isinstance(each, kind)]
        if self.chance(0.2):
            kinds = [each for each in kinds if isinstance(each, Purchase) and each.spend]
        if not kinds or self.chance(0.05):
            kinds = before
        recent = self.random.choice((1, 3, 10, len(kinds)))
        return key_of(self.random.choice(kinds[-recent:]))

    def taking_back(self, of: EventKey, place: int) -> TakingBack:
        self.count += 1
        found = next((each for each in self.events if key_of(each) == of), None)
        member = member_name(found.member) if found else None
        if member is None or self.chance(0.03):
            member = self.random.choice(self.members)
        common: dict[str, Any] = {
            "id": f"t{self.count}",
            "source": self.random.choice(("api", "till")),
            "member": member,
            "occurred_at": self.instant(place),
            "of": of,
        }
        if not isinstance(found, Purchase):
            return Return(all=True, **common) if self.chance(0.2) else Cancel(**common)
        return self.of_purchase(found, common)

    def instant(self, place: int) -> int:
        """Between the event before and the next, as a rule; else late."""
        first = self.events[place].occurred_at
        after = self.events[min(place + 1, len(self.events) - 1)].occurred_at
        instant = first + self.random.choice((0, self.random.randint(0, max(0, after - first))))
        return instant - self.random.randint(1, 60) * DAY if self.chance(0.06) else instant

    # ---- what of a purchase ----------------------------------------------------------------------

    def of_purchase(self, purchase: Purchase, common: dict[str, Any]) -> TakingBack:
        match self.random.choices(("lines", "amount", "all", "cancel"), (8, 3, 4, 2))[0]:
            case "all":
                return Return(all=True, **common)
            case "cancel":
                return Cancel(**common)
            case "amount":
                return self.cheaper(purchase, common)
        lines = tuple(self.back(purchase) for _ in range(self.random.choice((1, 1, 1, 2, 3))))
        return Return(lines=lines, **common)

    def back(self, purchase: Purchase) -> LineBack:
        if not purchase.lines or self.chance(0.04):
            return LineBack(line="99") if self.chance(0.5) else LineBack(sku="no-such-sku")
        line = self.random.choice(purchase.lines)
        if self.chance(0.3):
            sku = line.sku if self.chance(0.9) else self.random.choice(SKUS)
            same = [each for each in purchase.lines if each.sku == sku]
            return LineBack(sku=sku, quantity=self.quantity(sum(each.quantity for each in same)))
        return LineBack(line=line.id, quantity=self.quantity(line.quantity))

    def quantity(self, whole: int) -> int | None:
        """All that is left, all there was, a part, next to nothing; seldom none or too much."""
        if self.chance(0.35):
            return None
        return self.random.choice(
            (whole, 1000, 1000, 500, 1, self.random.randint(0, whole), whole // 2)
            if self.chance(0.9)
            else (0, whole + 1, whole + 1000)
        )

    def cheaper(self, purchase: Purchase, common: dict[str, Any]) -> Return:
        named = [each for each in purchase.lines if self.chance(0.5)] if self.chance(0.6) else []
        lines = tuple(
            LineBack(sku=each.sku) if self.chance(0.2) else LineBack(line=each.id) for each in named
        )
        most = sum(each.amount for each in named or purchase.lines)
        few = self.random.randint(0, max(1, most // 3))
        amount = self.random.choice((few, few, few, 1, most, self.random.randint(0, most)))
        if self.chance(0.05):
            amount = self.random.choice((0, most + 1))
        return Return(lines=lines, amount=amount, **common)


def key_of(event: Event) -> EventKey:
    return EventKey(event.id, event.source)

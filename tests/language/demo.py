"""A small scope with every type of name, and random events that fill it, nulls included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from tests.reference.evaluate import EPOCH, Stored
from xenia.language.ir import Field, Ref
from xenia.language.types import (
    AMOUNT_BOUND,
    QUANTITY_BOUND,
    Bool,
    Date,
    Instant,
    Level,
    Name,
    Number,
    Origin,
    Scope,
    Text,
    Texts,
)

CHANNELS = ("app", "store", "web")
CATEGORIES = ("drink", "food", "toys")
LEVELS = ("basic", "silver", "gold")
SPECIAL = ("a", "b")
TAGS = ("new", "sale")
WORDS = ("a", "b", "c", "d")

MONEY = Name(Number(2), bound=AMOUNT_BOUND)
WORD = Name(Text(), nullable=True)
UNITS = Name(Number(0), origin=Origin.STATE)

NAMES = {
    "occurred_at": Name(Instant()),
    "basket.amount": MONEY,
    "basket.quantity": Name(Number(3), bound=QUANTITY_BOUND),
    "spent": replace(MONEY, origin=Origin.DISCOUNTED),
    "payment.amount": replace(MONEY, nullable=True),
    "channel": Name(Text(CHANNELS), nullable=True),
    "shop": WORD,
    "receipt": WORD,
    "attributes.nights": Name(Number(0), nullable=True, bound=1_000),
    "attributes.factor": Name(Number(1), nullable=True, bound=1_000),
    "attributes.vip": Name(Bool(), nullable=True),
    "member.birthday": Name(Date(), nullable=True),
    "member.enrolled_on": Name(Date(), origin=Origin.STATE),
    "metric.spent_this_year": Name(Number(2), origin=Origin.STATE),
    "metric.visits": UNITS,
    "balance.points": UNITS,
    "tier.status": Name(Level("status", LEVELS), origin=Origin.STATE),
}
LINE = {
    "category": Name(Text(CATEGORIES)),
    "sku": WORD,
    "brand": WORD,
    "quantity": Name(Number(3), bound=QUANTITY_BOUND),
    "amount": MONEY,
    "regular_amount": replace(MONEY, nullable=True),
    "nights": Name(Number(0), nullable=True, bound=1_000),
    "tags": Name(Texts()),
    "paid": replace(MONEY, origin=Origin.DISCOUNTED),
}
METHODS = ("cash", "bank-card")
PAYMENT = {"method": Name(Text(METHODS)), "amount": replace(MONEY, nullable=True)}
SCOPE = Scope(
    names=NAMES,
    lists={"lines": LINE, "payments": PAYMENT},
    constants={"list.special": SPECIAL},
    previous={"metric.spent_this_year": NAMES["metric.spent_this_year"]},
    with_this={"metric.visits": UNITS},
)
READS = {"previous": SCOPE.previous, "with_this": SCOPE.with_this}


def key(node: Ref) -> str:
    """How a value is found in an event: by its name and the way in which it is read."""
    return node.name if node.read == "now" else f"{node.read}({node.name})"


@dataclass(frozen=True)
class Event:
    """Stored values by `key`, records as mappings of stored values."""

    values: dict[str, Stored]
    lists: dict[str, list[dict[str, Stored]]]
    local: datetime

    @property
    def row(self) -> dict[str, Any]:
        """The event as emitted code reads it."""
        day = (self.local.date() - EPOCH).days
        parts = {"occurred_at.date": day, "occurred_at.hour": self.local.hour}
        return {**self.values, **parts, **self.lists}


@dataclass(frozen=True)
class EventNames:
    """The names of an event for the reference, at one of its records."""

    event: Event
    record: dict[str, Stored] | None = None

    def ref(self, node: Ref) -> Stored:
        return self.event.values[key(node)]

    def field(self, node: Field) -> Stored:
        assert self.record is not None
        return self.record[node.name]

    def records(self, name: str) -> Iterator[EventNames]:
        return (EventNames(self.event, record) for record in self.event.lists[name])

    def local_time(self) -> datetime:
        return self.event.local


class RowLeaves:
    """Where emitted code finds an event's values: in `row`, and in `record` inside a macro."""

    def ref(self, node: Ref) -> tuple[str, str | None]:
        source = f"row[{key(node)!r}]"
        return source, f"{source} is not None" if node.nullable else None

    def field(self, node: Field) -> tuple[str, str | None]:
        source = f"record[{node.name!r}]"
        return source, f"{source} is not None" if node.nullable else None

    def records(self, name: str, /) -> tuple[str, str]:
        return f"row[{name!r}]", "record"


def day_of(number: int) -> date:
    return EPOCH + timedelta(days=number)


# What emitted code may call: a few builtins, and the calendar that the engine brings.
BUILTINS = {"all": all, "any": any, "max": max, "min": min, "sum": sum}
CALENDAR = {
    "year_of": lambda day: day_of(day).year,
    "month_of_year": lambda day: day_of(day).month,
    "day_of_month": lambda day: day_of(day).day,
    "weekday_of": lambda day: day_of(day).isoweekday(),
}


def event(random: Random) -> Event:
    """A random event: a quarter of what may be missing is, some numbers are as large as they can
    be, and few texts and days differ, so that equality is as common as difference."""
    local = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=random.randrange(3 * 8760))
    values = {name: _value(random, kind) for name, kind in NAMES.items()}
    values["occurred_at"] = (local - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    for read, names in READS.items():
        values |= {f"{read}({name})": _value(random, kind) for name, kind in names.items()}
    lists = {
        name: [_record(random, fields) for _ in range(random.choice((0, 0, 1, 2, 4)))]
        for name, fields in SCOPE.lists.items()
    }
    return Event(values, lists, local)


def _record(random: Random, fields: Mapping[str, Name]) -> dict[str, Stored]:
    # A quarter of the bound: the amounts of four records sum to no more than one may be.
    return {
        name: _value(random, replace(kind, bound=kind.bound // 4)) for name, kind in fields.items()
    }


def _value(random: Random, name: Name) -> Stored:
    if name.nullable and random.random() < 0.25:
        return None
    match name.type:
        case Number(scale=scale):
            return _number(random, name.bound, 10**scale)
        case Text(options=options):
            return random.choice(options or WORDS)
        case Texts():
            return frozenset(random.sample(TAGS, random.randrange(3)))
        case Level(options=options):
            return random.randrange(len(options))
        case Date():
            return random.choice((20454, 20513, 11016, -3000, random.randrange(-9000, 21500)))
        case Bool():
            return random.random() < 0.5
        case Instant():
            return 0


def _number(random: Random, bound: int, unit: int) -> int:
    choice = random.random()
    if choice < 0.1:
        return random.choice((-bound, bound))
    if choice < 0.5:
        return random.choice((0, unit, 10 * unit, 50 * unit, -unit, unit // 2, -(unit // 2)))
    return random.randrange(-min(bound, 30 * unit), min(bound, 200 * unit) + 1)

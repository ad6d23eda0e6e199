"""Random programmes and histories are valid, always the same, and leave no operator out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from types import ModuleType

from tests.reference.engine import Reference
from tests.reference.holdings import Member
from tests.reference.random_guests import with_terms_of_claims
from tests.reference.random_histories import random_history
from tests.reference.random_programmes import ZONE_NAMES, random_programme
from tests.reference.random_returns import with_terms_of_returns
from xenia.effects import Kind
from xenia.programme import ladders, model, periods, settings
from xenia.programme.check import check
from xenia.programme.model import Expression
from xenia.programme.read import read
from xenia.programme.render import render


def test_random_programmes_are_valid_and_always_the_same() -> None:
    for seed in range(15):
        programme = random_programme(seed)
        text = render(programme)
        reading = read(text, zones=ZONE_NAMES)
        assert reading.programme == programme
        assert [found for found in check(reading) if found.severity == "error"] == []
        again = random_programme.__wrapped__(seed)  # drawn anew, not remembered
        assert again is not programme
        assert render(again) == text
        assert random_history(programme, seed, 5) == random_history(programme, seed, 5)


def parts(value: object) -> Iterator[str]:
    """The names of all kinds of things, and of all choices, that a programme is made of."""
    if isinstance(value, Enum):
        yield f"{type(value).__name__}.{value}"
    elif is_dataclass(value):
        yield type(value).__name__
        for slot in fields(value):
            inner = getattr(value, slot.name)
            yield from parts(inner)
            if isinstance(inner, bool | str | Decimal | int | Expression) and inner:
                yield f"{type(value).__name__}.{slot.name}"
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from parts(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from parts(inner)


def choices(module: ModuleType) -> set[str]:
    """Every dataclass and every enumerated choice that a module defines."""
    types = [thing for thing in vars(module).values() if isinstance(thing, type)]
    own = [thing for thing in types if thing.__module__ == module.__name__]
    found = {thing.__name__ for thing in own if is_dataclass(thing)}
    enums = [thing for thing in own if issubclass(thing, Enum)]
    return found | {f"{enum.__name__}.{choice}" for enum in enums for choice in enum}


def test_random_programmes_use_every_operator() -> None:
    used = {
        part
        for seed in range(60)
        for part in parts(
            with_terms_of_claims(with_terms_of_returns(random_programme(seed), seed), seed)
        )
    }
    assert choices(model) | choices(ladders) | choices(periods) | choices(settings) <= used
    assert {f"Metric.{kind}" for kind in ("sum", "count", "max", "distinct", "streak")} <= used
    assert {f"Discount.{kind}" for kind in ("percent", "amount", "price", "maximum")} <= used
    assert {f"Limit.{kind}" for kind in ("times", "units", "amount")} <= used
    assert {f"Budget.{kind}" for kind in ("times", "units", "amount")} <= used
    assert {
        "Then.issue",
        "Then.badge",
        "Then.notify",
        "Then.flag",
        "Part.lines",
        "Part.quantity",
        "Reward.automatic",
        "Reward.stock",
        "Metric.when",
        "Rule.when",
        "Rule.lines",
    } <= used


def test_random_histories_do_everything() -> None:
    effects: set[tuple[Kind, bool]] = set()
    codes: set[str] = set()
    for seed in range(36):
        reference, member = Reference(random_programme(seed)), Member()
        for event in random_history(random_programme(seed), seed, 40):
            result = reference.decide(member, event)
            effects |= {(effect.kind, effect.due) for effect in result.effects}
            codes |= {code for code, _claim in result.refusals}
    due = {Kind.ACTIVATE, Kind.EXPIRE, Kind.TIER, Kind.SPEND, Kind.ISSUE, Kind.NOTIFY}
    own = {Kind.EARN, Kind.SPEND, Kind.DISCOUNT, Kind.ISSUE, Kind.TIER}
    own |= {Kind.ADJUST, Kind.HOLD, Kind.RELEASE, Kind.BENEFIT, Kind.USE}
    own |= {Kind.BADGE, Kind.NOTIFY, Kind.FLAG}
    assert effects == {(kind, True) for kind in due} | {(kind, False) for kind in own}
    assert codes >= {
        "unknown-currency",
        "not-spendable",
        "nothing-to-spend",
        "insufficient-balance",
        "more-than-the-bill",
        "unknown-reward",
        "not-for-sale",
        "out-of-stock",
        "unknown-voucher",
        "given-twice",
        "already-used",
        "expired",
        "not-for-a-purchase",
        "nothing-to-discount",
        "not-counted",
        "unknown-benefit",
        "programme-closed",
    }

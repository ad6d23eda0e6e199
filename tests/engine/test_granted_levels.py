"""Levels that were granted, or brought along, and bought for ever by what came back."""

from datetime import date

import pytest

from tests.engine.test_reference import difference
from tests.engine.test_returns_reference import InMemory
from tests.reference.beside import beside
from xenia.engine.zones import EPOCH
from xenia.events.brought import OpenLevel
from xenia.events.model import OWN, Event, Grant, Line, Opening, Purchase, Return
from xenia.events.parts import EventKey
from xenia.programme.model import Programme
from xenia.programme.read import read
from xenia.services.files import zones

DAY = 86_400_000_000
FOR_EVER = """
xenia: 1
programme: club
money: EUR
timezone: UTC
metrics: {spend: {sum: basket.amount}}
tiers: {club: {levels: {basic: {}, gold: {all: {spend: 100}}}, holds: ever}}
"""


def programme() -> Programme:
    found = read(FOR_EVER, zones=zones()).programme
    assert found is not None
    return found


def at(day: str) -> int:
    return (date.fromisoformat(day) - EPOCH).days * DAY


def granted(day: str, until: str) -> Grant:
    tier = {"club": "gold"}
    return Grant(
        id="grant", member="m", occurred_at=at(day), author="eleni", tier=tier, until=at(until)
    )


def brought(day: str, until: str) -> Opening:
    level, key = OpenLevel(level="gold", until=day_number(until)), "opening/club/m"
    joined = day_number(day)
    return Opening(
        id=key, source=OWN, member="m", occurred_at=at(day), joined=joined, tiers={"club": level}
    )


def day_number(day: str) -> int:
    return (date.fromisoformat(day) - EPOCH).days


def bought(key: str, day: str, amount: int = 10_000) -> Purchase:
    lines = (Line(id="1", sku="s", category="c", quantity=1000, amount=amount),)
    return Purchase(id=key, member="m", occurred_at=at(day), lines=lines)


def back(key: str, day: str, of: str) -> Return:
    return Return(id=key, member="m", occurred_at=at(day), of=EventKey(of), all=True)


def standings(*events: Event) -> list[tuple[str | None, int | None]]:
    """Level and end behind each event; the reference says the same."""
    found = []
    rules = programme()
    for event, expected, got in beside(rules, [*events], InMemory(rules)):
        assert not difference(expected, got), event
        found.append(got.tiers["club"])
    return found


FIRST = [granted("2026-03-01", "2026-06-01"), brought("2026-03-01", "2026-06-01")]
END = ("gold", day_number("2026-06-01"))


@pytest.mark.parametrize("first", FIRST, ids=["granted", "brought"])
def test_it_lasts_as_it_was_when_what_bought_it_for_ever_comes_back(first: Event) -> None:
    events = [first, bought("e1", "2026-03-10"), back("r1", "2026-03-20", "e1")]
    assert standings(*events) == [END, ("gold", None), END]


@pytest.mark.parametrize("first", FIRST, ids=["granted", "brought"])
def test_it_is_over_when_that_comes_back_after_its_end(first: Event) -> None:
    events = [first, bought("e1", "2026-03-10"), back("r1", "2026-07-20", "e1")]
    assert standings(*events) == [END, ("gold", None), ("basic", None)]


@pytest.mark.parametrize("first", FIRST, ids=["granted", "brought"])
def test_it_stays_for_ever_by_another_purchase(first: Event) -> None:
    events = [
        first,
        bought("e1", "2026-03-10"),
        bought("e2", "2026-03-11"),
        back("r1", "2026-07-20", "e1"),
        back("r2", "2026-07-21", "e2"),
    ]
    assert standings(*events)[1:] == [("gold", None)] * 3 + [("basic", None)]

"""Levels by how many different values there were: won, kept and lost with the values themselves."""

from datetime import date

import pytest

from tests.engine.test_reference import difference
from tests.engine.test_returns_reference import InMemory
from tests.reference.beside import beside
from xenia.engine.zones import EPOCH
from xenia.events.model import Event, Line, Purchase, Return
from xenia.events.parts import EventKey
from xenia.programme.read import read
from xenia.services.files import zones

DAY = 86_400_000_000


def levels(over: str, *events: Event) -> list[str | None]:
    """The level behind each event; the reference says the same."""
    document = f"""
xenia: 1
programme: explorer
money: EUR
timezone: Europe/Athens
metrics:
  shops: {{distinct: location, values: [harbour, airport, square], over: {over}}}
tiers:
  status: {{levels: {{basic: {{}}, silver: {{all: {{shops: 2}}}}}}, holds: end of year + 1}}
"""
    programme, found = read(document, zones=zones()).programme, list[str | None]()
    assert programme is not None
    engine = InMemory(programme)
    for event, expected, got in beside(programme, [*events], engine):
        assert not difference(expected, got), event
        found.append(got.tiers["status"][0])
    return found


def bought(key: str, day: str, location: str) -> Purchase:
    line = Line(id="1", sku="s", category="c", quantity=1000, amount=100)
    return Purchase(id=key, member="m", occurred_at=noon(day), location=location, lines=(line,))


def back(key: str, day: str, of: str) -> Return:
    purchase = EventKey(source="api", id=of)
    return Return(id=key, member="m", occurred_at=noon(day), of=purchase, all=True)


def noon(day: str) -> int:
    return (date.fromisoformat(day) - EPOCH).days * DAY + DAY // 2


CLIMBED: list[Event] = [
    bought("e1", "2026-02-10", "harbour"),
    bought("e2", "2026-03-10", "square"),
]


@pytest.mark.parametrize("over", ["rolling 12 months", "calendar year", "membership year"])
def test_a_level_goes_with_the_only_purchase_of_a_value(over: str) -> None:
    events: list[Event] = [*CLIMBED, back("r1", "2026-04-10", "e2")]
    assert levels(over, *events) == ["basic", "silver", "basic"]


@pytest.mark.parametrize("over", ["rolling 12 months", "calendar year", "membership year"])
def test_a_level_stays_while_the_value_was_there_twice(over: str) -> None:
    events: list[Event] = [
        *CLIMBED,
        bought("e3", "2026-03-20", "square"),
        back("r1", "2026-04-10", "e2"),
        back("r2", "2026-04-11", "e3"),
    ]
    found = levels(over, *events)
    assert found == ["basic", "silver", "silver", "silver", "basic"]


@pytest.mark.parametrize("over", ["rolling 1 month", "calendar month"])
def test_what_won_a_level_is_known_when_its_window_is_long_over(over: str) -> None:
    events: list[Event] = [
        bought("e1", "2026-03-02", "harbour"),
        bought("e2", "2026-03-10", "square"),
        bought("e3", "2026-08-10", "square"),
        back("r1", "2026-08-11", "e3"),
        back("r2", "2026-08-12", "e1"),
    ]
    found = levels(over, *events)
    assert found == ["basic", "silver", "silver", "silver", "basic"]


CONFIRMED: list[Event] = [
    bought("e1", "2025-05-01", "harbour"),
    bought("e2", "2025-06-01", "square"),
    bought("e3", "2026-05-01", "harbour"),
    bought("e4", "2026-06-01", "square"),
    bought("e5", "2027-01-02", "harbour"),  # the review before it looks at 2026
]


def test_a_level_goes_with_a_value_of_the_unit_before_that_confirmed_it() -> None:
    found = levels("calendar year", *[*CONFIRMED, back("r", "2027-01-03", "e4")])
    assert found == ["basic", "silver", "silver", "silver", "silver", "basic"]


def test_a_value_told_late_counts_in_the_unit_before_the_last() -> None:
    late = bought("e6", "2026-07-01", "airport")
    events: list[Event] = [
        *CONFIRMED,
        late,
        back("r1", "2027-01-03", "e4"),
        back("r2", "2027-01-04", "e6"),
    ]
    found = levels("calendar year", *events)
    assert found[-3:] == ["silver", "silver", "basic"]

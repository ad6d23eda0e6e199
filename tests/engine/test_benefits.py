"""Benefits that are counted: used, given back, and counted anew at each review."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.engine.shopping import Member
from tests.engine.test_returns_reference import InMemory
from tests.reference.beside import beside
from tests.reference.days import SECOND
from xenia.events.model import Cancel, Event, Line, Purchase, Use
from xenia.events.parts import EventKey
from xenia.programme.model import Programme
from xenia.services.programmes import sound_programme
from xenia.services.scenario import check_scenario, read_scenario

HERE = Path(__file__).parent
DAY = 24 * 60 * 60 * SECOND
START = 20_500 * DAY


def test_it_comes_out_as_the_scenario_says() -> None:
    assert check_scenario(read_scenario(HERE / "benefits.scenario.yaml")) == ()


@pytest.fixture(scope="module")
def programme() -> Programme:
    return sound_programme(HERE / "benefits.yaml")


def events(seed: int) -> list[Event]:
    random, now = Random(seed), START
    found: list[Event] = []
    for n in range(120):
        now += random.choice((1, 1, 5, 20, 90)) * DAY // 2
        at = now - random.choice((0, 0, 0, 0, 40)) * DAY
        common: dict[str, Any] = {"id": f"e{n}", "member": "m", "occurred_at": max(at, START)}
        uses = [one for one in found if isinstance(one, Use)]
        match random.choice(("buy", "buy", "use", "use", "use", "cancel")):
            case "buy":
                amount = random.choice((100, 5_000, 12_000, 40_000))
                line = Line(id="1", sku="s", category="x", quantity=1000, amount=amount)
                found.append(Purchase(lines=(line,), **common))
            case "cancel" if found:
                of = random.choice(random.choice((uses[-3:], found[-5:])) or found)
                found.append(Cancel(of=EventKey(of.id), **common))
            case _:
                named = random.choice(
                    ("lounge-visit", "lounge-visit", "free-coffee", "wifi", "spa")
                )
                found.append(Use(benefit=named, **common))
    return found


@pytest.mark.parametrize(
    "first", [0, *(pytest.param(first, marks=pytest.mark.prove) for first in (8, 16))]
)
def test_the_engine_counts_as_the_reference_does(programme: Programme, first: int) -> None:
    said: set[tuple[str, str]] = set()
    for seed in range(first, first + 8):
        for event, expected, found in beside(programme, events(seed), InMemory(programme)):
            assert found == expected, (seed, event)
            said |= {("refused", code) for code, _ in found.refusals}
            said |= {(effect.kind, effect.benefit or "") for effect in found.effects}
    wanted = {("refused", code) for code in ("none-left", "not-yours", "not-counted")}
    assert said >= wanted | {("use", "lounge-visit"), ("give-back", "lounge-visit")}


def test_a_return_that_takes_a_level_which_nothing_holds_begins_no_count_anew(
    programme: Programme,
) -> None:
    """Whoever has used what the level brings, and earns it again, has it as used."""
    member = Member(programme)

    def buys(name: str) -> None:
        line = Line(id="1", sku="s", category="x", quantity=1000, amount=100)
        member.take(Purchase(id=name, member="m", occurred_at=member.now, lines=(line,)))

    for name in ("a", "b", "c"):
        buys(name)
    common: dict[str, Any] = {"member": "m", "occurred_at": member.now}
    member.take(Use(id="coffee", benefit="free-coffee", **common))
    assert member.seen.left == {"free-coffee": (0, 1)}
    member.take(Cancel(id="back", of=EventKey("c"), **common))
    assert member.seen.left == {}
    buys("d")
    assert member.seen.left == {"free-coffee": (0, 1)}

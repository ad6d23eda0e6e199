"""Redemptions that are cancelled: golden scenario, and against the reference where many are."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec import structs

from tests.engine.test_reference import difference
from tests.engine.test_returns_reference import InMemory
from tests.reference.beside import beside
from xenia.events.model import Cancel, Event, Grant, Line, Purchase, Redemption, Use
from xenia.events.parts import EventKey
from xenia.programme.model import Programme
from xenia.programme.render import render
from xenia.services.programmes import sound_programme
from xenia.services.scenario import check_scenario, read_scenario

HERE = Path(__file__).parent
DAY = 86_400_000_000
START = 20_500 * DAY
EVENTS = 60


def test_the_golden_scenario() -> None:
    assert check_scenario(read_scenario(HERE / "redeemed.scenario.yaml")) == ()


def history(seed: int) -> tuple[Programme, list[Event]]:
    """Two members who buy, redeem, are granted vouchers, use what they have, and cancel some of it,
    also too early."""
    random, now, events = Random(seed), START, list[Event]()
    kinds = ("buy", "buy", "redeem", "redeem", "grant", "use", "cancel", "cancel", "cancel")
    drawn = [random.choice(kinds) for _ in range(EVENTS)]
    for n in range(EVENTS):
        now += random.choice((0, 0, 1, 3, 8)) * DAY
        member = f"m{random.randrange(2)}"
        known: dict[str, Any] = {"id": f"e{n}", "occurred_at": now, "member": member}
        vouchers = (f"#{random.randrange(6)}",) if random.random() < 0.4 else ()
        line = Line("1", "s", "c", 1000, random.randrange(200, 9_000))
        kind = drawn[n]
        if kind == "buy":
            events.append(Purchase(lines=(line,), vouchers=vouchers, **known))
        elif kind == "redeem":
            reward = random.choice(("mug", "mug", "five-off"))
            events.append(Redemption(reward=reward, quantity=random.choice((1, 1, 2)), **known))
        elif kind == "grant":
            reward = random.choice(("mug", "mug", "five-off"))
            until = random.choice((None, None, now + random.choice((0, 5, 40)) * DAY))
            events.append(Grant(voucher=reward, until=until, author="a", **known))
        elif kind == "use":
            events.append(Use(voucher=f"#{random.randrange(6)}", **known))
        else:
            redeemed = [one for one in events if isinstance(one, Redemption | Grant)][-6:]
            of = random.choice(redeemed) if redeemed and random.random() < 0.9 else None
            kinds_of = ("buy", "redeem", "grant")
            later = [place for place in range(n, EVENTS) if drawn[place] in kinds_of]
            key = EventKey(f"e{later[0]}" if later else "none") if of is None else EventKey(of.id)
            event = Cancel(of=key, **known)
            own = of is not None and random.random() < 0.9
            events.append(structs.replace(event, member=of.member) if of and own else event)
    return sound_programme(HERE / "redeemed.yaml"), events


def check(seed: int) -> Counter[str]:
    """Fail with the event and the first difference; what happened."""
    programme, events = history(seed)
    happened = Counter[str]()
    for event, expected, found in beside(programme, events, InMemory(programme)):
        told = difference(expected, found)
        if told:
            shown = "\n".join(told)
            pytest.fail(f"seed {seed}\n{render(programme)}\n{event}\n\n{shown}", pytrace=False)
        happened.update(code for code, claim in found.refusals if claim in ("cancel", "redemption"))
        if isinstance(event, Cancel):
            happened.update(effect.kind.value for effect in found.effects)
            if any(event.of.id == one.id and isinstance(one, Grant) for one in events):
                happened.update(f"{effect.kind.value} of a grant" for effect in found.effects)
                happened.update(f"{code} of a grant" for code, _ in found.refusals)
        elif isinstance(event, Redemption) and any(
            effect.kind == "give-back" for effect in found.effects
        ):
            happened["waited"] += 1
    return happened


def test_the_engine_cancels_redemptions_as_the_reference_does() -> None:
    happened = sum((check(seed) for seed in range(40)), Counter[str]())
    of_grants = {"take-back", "already-used", "expired", "nothing-left", "not-returnable"}
    assert happened.keys() >= {
        *(f"{name} of a grant" for name in of_grants),
        "give-back",
        "take-back",
        "waited",
        "already-used",
        "expired",
        "nothing-left",
        "not-returnable",
        "not-yours",
        "out-of-stock",
    }
    assert happened["give-back"] > 50

"""Members who leave, and join again: golden scenario, and against the reference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.engine.test_cards import history, told_apart
from xenia.effects import NOTHING, Kind
from xenia.events.model import Enrolment, Event, Leave
from xenia.services.scenario import check_scenario, read_scenario

HERE = Path(__file__).parent
MANY = range(7_000, 7_100, 25)


def test_the_golden_scenario() -> None:
    assert check_scenario(read_scenario(HERE / "leave.scenario.yaml")) == ()


def with_leaves(events: list[Event], seed: int) -> Iterator[Event]:
    """The events, among which members leave now and then, and join again, or try to."""
    random = Random(seed)
    for n, event in enumerate(events):
        yield event
        known: dict[str, Any] = {"member": event.member, "occurred_at": event.occurred_at}
        if random.random() < 0.1:
            yield Leave(id=f"l{n}", **known)
        if random.random() < 0.15:
            yield Enrolment(id=f"again{n}", **known)


def check(seed: int) -> Counter[str]:
    """What happened, as the reference says, too."""
    programme, events = history(seed)
    happened = Counter[str]()
    story = ((event, NOTHING) for event in with_leaves(events, seed))
    for event, found in told_apart(programme, story):
        if isinstance(event, Leave):
            happened.update(one.kind for one in found.effects)
            happened.update(code for code, claim in found.refusals if claim == "leave")
    return happened


def test_the_engine_lets_members_leave_as_the_reference_does() -> None:
    happened = sum((check(seed) for seed in range(12)), Counter[str]())
    assert {Kind.EXPIRE, Kind.TIER, Kind.ACTIVATE, "not-a-member"} <= happened.keys()


@pytest.mark.prove
@pytest.mark.parametrize("first", MANY)
def test_the_engine_lets_many_members_leave_as_the_reference_does(first: int) -> None:
    for seed in range(first, first + MANY.step):
        check(seed)

"""What members bring along from another system: against the reference, and as it is used then."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from msgspec import structs

from tests.engine.test_reference import difference
from tests.engine.test_transfers import Both
from tests.reference.random_histories import random_history
from tests.reference.random_openings import random_opening
from tests.reference.random_programmes import random_programme, start_of
from tests.reference.random_returns import with_terms_of_returns
from xenia.effects import Kind
from xenia.events.model import Event
from xenia.programme.model import Programme
from xenia.programme.render import render

EVENTS = 25
MANY = range(20_000, 20_200, 50)


def story(seed: int) -> tuple[Programme, list[Event]]:
    """A programme, an opening, what happens to the member then; and another opening."""
    programme = with_terms_of_returns(random_programme(seed), seed)
    history = random_history(programme, seed, EVENTS, returns=True)
    before = start_of(programme) - timedelta(days=seed % 3)
    opening = random_opening(programme, seed, before)
    events = [structs.replace(one, member="m") for one in history]
    return programme, [opening, *events, structs.replace(opening, id="again")]


def check(seed: int) -> Counter[str]:
    """Fail with the programme, the event and the first difference; what happened."""
    programme, events = story(seed)
    happened = Counter[str]()
    both = Both(programme)
    for event, expected, found in (told for one in events for told in both.decide(one)):
        if told := difference(expected, found):
            shown = "\n".join(told)
            pytest.fail(f"seed {seed}\n{render(programme)}\n{event}\n\n{shown}", pytrace=False)
        if event.id.startswith("opening"):
            happened.update(one.kind for one in found.effects)
        happened.update(code for code, claim in found.refusals if claim == "opening")
    return happened


def test_the_engine_opens_as_the_reference_does() -> None:
    happened = sum((check(seed) for seed in range(20_000, 20_012)), Counter[str]())
    assert happened["already-a-member"] == 12
    assert happened.keys() >= {Kind.OPEN, Kind.TIER, Kind.ISSUE, Kind.EXPIRE}


@pytest.mark.prove
@pytest.mark.parametrize("first", MANY)
def test_the_engine_opens_as_the_reference_does_in_many_programmes(first: int) -> None:
    for seed in range(first, first + MANY.step):
        check(seed)

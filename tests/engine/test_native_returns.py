"""Compiled is interpreted, also where something is taken back: every number of every call."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.test_native import (
    CATALOGUE,
    FILES,
    MORE,
    Call,
    Customers,
    Told,
    check_calls,
    left,
)
from tests.reference.random_returns import with_returns
from xenia.engine.account import decide
from xenia.events.model import Event, TakingBack
from xenia.programme.model import Programme
from xenia.services.programmes import sound_programme
from xenia.services.taken_back import Recorded


class Returning(Told):
    """An account of which something is taken back, too."""

    def __init__(self, programme: Programme, *, native: bool) -> None:
        super().__init__(programme, native=native)
        self.recorded = Recorded()

    def decide(self, event: Event) -> list[Call]:
        self.calls.clear()
        given = self.recorded.given(event, left(self.plan, event), self.plan)
        past = self.recorded.past(event)
        self.account, outcome = decide(
            self.plan, self.account, event, trace=False, given=given, past=past
        )
        self.recorded.keep(event, outcome)
        return self.calls


def check_file(path: Path, members: int, events: int) -> None:
    programme = sound_programme(path)
    taken = 0
    for seed in range(members):
        history = with_returns(programme, Customers(programme, seed).history(events), seed)
        ours, theirs = Returning(programme, native=False), Returning(programme, native=True)
        for event in history:
            check_calls(ours.decide(event), theirs.decide(event))
            taken += isinstance(event, TakingBack) and ours.recorded.past(event).prior is not None
    assert taken > events // 10, "hardly anything is taken back"


@pytest.mark.parametrize("path", FILES[:1], ids=lambda path: path.stem)
def test_compiled_is_interpreted(path: Path) -> None:
    check_file(path, members=6, events=40)


@pytest.mark.prove
@pytest.mark.parametrize("path", [*FILES[1:], *MORE, *CATALOGUE], ids=lambda path: path.stem)
def test_compiled_is_interpreted_in_every_programme(path: Path) -> None:
    check_file(path, members=10, events=60)

"""What becomes of the events of a batch: an answer, or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from xenia.services.problems import Problem

T = TypeVar("T")


class OutdatedError(Exception):
    """Another version has been published since the space was loaded."""


class NotPublishedError(OutdatedError):
    """No such programme was there when the space was loaded; `problem` says so to who asked."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class PoisonedError(Exception):
    """An event that cannot be decided; nothing of the batch is written."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


@dataclass(frozen=True, slots=True)
class Posted:
    """`answer` is JSON as the contract has it; None: the event is recorded with other content."""

    answer: str | None
    event: str
    source: str
    new: bool = False


def attempt(place: int, work: Callable[..., T], *words: Any, **named: Any) -> T:
    """Do it; if it fails, the event at this place is at fault."""
    try:
        return work(*words, **named)
    except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as bug:
        raise PoisonedError(place) from bug

"""Two members of a café who are found to be one person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.services.cafe import Cafe
from xenia.services import merging
from xenia.services.access import Actor
from xenia.services.changing import Changing, Done
from xenia.services.problems import Problem


def written(cafe: Cafe, now: int, work: Callable[[Changing], Done | Problem]) -> Done | Problem:
    """A write of staff, in a transaction of its own."""
    with cafe.database.connect() as connection, connection.transaction():
        return work(Changing(connection, Actor(1, "test"), now))


def merge(cafe: Cafe, whom: str, into: str, now: int) -> str:
    """A merge that rests; its id."""
    told = written(cafe, now, lambda one: merging.propose(one, cafe.space, whom, into, 14))
    assert isinstance(told, Done), told
    cafe.reload()
    return str(told.body["merge"])


def end(cafe: Cafe, name: str, now: int, how: Any = merging.confirm) -> None:
    """It is confirmed, or undone."""
    told = written(cafe, now, lambda one: how(one, cafe.space, name))
    assert isinstance(told, Done), told

"""Decides what is only asked, beside the event loop: quotes, and events sent with `dry_run`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from psycopg import Connection

from xenia.api.reading import Reader, Sees
from xenia.services.posted import OutdatedError, PoisonedError
from xenia.services.poster import FAILED, Result
from xenia.services.problems import DATABASE_UNAVAILABLE, Problem
from xenia.services.published import UNPUBLISHED, Space, load_space
from xenia.services.quoting import Weighing
from xenia.services.taking import Taken
from xenia.store.database import Database, DatabaseUnavailable

T = TypeVar("T")
Work = Callable[[Connection[Any], Space], T]


class Weighs:
    """Does work on a space as it is published, which may have changed since it was loaded."""

    def __init__(self, database: Database, reader: Reader) -> None:
        self._database, self._reader = database, reader

    async def run(self, space: Space, work: Work[T], sees: Sees = Sees.ONE_MOMENT) -> T | Problem:
        """What `work` comes to.

        Raises what `work` raises, but OutdatedError.
        """
        try:
            try:
                found = await self._reader.read(lambda reads: work(reads, space), sees)
                if not unpublished(found):
                    return found
            except OutdatedError:
                pass
            fresh = await self.fresh(space)
            if isinstance(fresh, Problem):
                return fresh
            return await self._reader.read(lambda reads: work(reads, fresh), sees)
        except DatabaseUnavailable:
            return DATABASE_UNAVAILABLE

    async def fresh(self, space: Space) -> Space | Problem:
        """The space as it is published now."""
        try:
            return await self._reader.run(lambda: self._loaded(space))
        except DatabaseUnavailable:
            return DATABASE_UNAVAILABLE

    def _loaded(self, space: Space) -> Space:
        with self._database.connect() as connection:
            return load_space(connection, space.name, known=space)

    async def dry(self, space: Space, taken: Sequence[Taken], now: int) -> list[Result] | Problem:
        """What would become of events if they were posted, in their order."""
        return await self.run(space, lambda reads, space: _dry(reads, space, taken, now))


def unpublished(found: object) -> bool:
    """Whether somebody is refused for a programme that may have been published since the space was
    loaded."""
    return isinstance(found, Problem) and found.code == UNPUBLISHED


def _dry(reads: Connection[Any], space: Space, taken: Sequence[Taken], now: int) -> list[Result]:
    weighing = Weighing(reads, space, now)
    results: list[Result] = [FAILED] * len(taken)
    for name in dict.fromkeys(item.programme for item in taken):
        if name not in space.programmes:
            raise OutdatedError
        left = [place for place, item in enumerate(taken) if item.programme == name]
        while left:
            try:
                found = weighing.dry(space.programmes[name], [taken[place] for place in left])
            except PoisonedError as fault:
                left.pop(fault.place)
                continue
            for place, one in zip(left, found, strict=True):
                results[place] = one
            break
    return results

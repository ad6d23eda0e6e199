"""Hands events to the poster, and its results back to the event loop, many at one wake-up."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from xenia.services.poster import Result
from xenia.services.published import Space
from xenia.services.taking import Taken


class Posts(Protocol):
    """What posts events: `services.poster.Poster`, or what stands for it in a test."""

    space: Space  # the programmes as they are known now

    @property
    def waiting(self) -> int:
        """How many events have no answer yet."""

    def submit(self, items: Sequence[Taken], done: Callable[[list[Result]], None]) -> None:
        """Post events; `done` is called from any thread.  Raises QueueFull."""

    def close(self) -> None:
        """Post what waits, then stop."""


Results = list[Result]
Counts = Callable[[Sequence[Taken], Results], None]


class Handover:
    """The way between one event loop and the poster's threads; `counts` sees all that passes."""

    def __init__(self, loop: asyncio.AbstractEventLoop, counts: Counts) -> None:
        self._loop, self._counts = loop, counts
        self._ready: deque[tuple[asyncio.Future[Results], Sequence[Taken], Results]] = deque()
        self._woken = False

    def submit(self, poster: Posts, taken: Sequence[Taken]) -> asyncio.Future[Results]:
        """The results to come, one for each event, in their order.  Raises QueueFull."""
        future: asyncio.Future[Results] = self._loop.create_future()
        poster.submit(taken, partial(self._done, future, taken))
        return future

    def _done(
        self, future: asyncio.Future[Results], taken: Sequence[Taken], results: Results
    ) -> None:
        """Called from the poster's threads.  Waking the loop costs more than all the rest, so it is
        done once for all that is ready by the time it runs."""
        self._ready.append((future, taken, results))
        if not self._woken:
            self._woken = True
            self._loop.call_soon_threadsafe(self._pass_on)

    def _pass_on(self) -> None:
        # First this: whatever comes from here on wakes the loop again.
        self._woken = False
        while self._ready:
            future, taken, results = self._ready.popleft()
            self._counts(taken, results)
            if not future.done():
                future.set_result(results)

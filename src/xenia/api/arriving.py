"""The bodies of requests on their way: so many bytes and so much time each, and no more."""

from __future__ import annotations

import asyncio
import time

from xenia.api.rsgi import Exchange, Headers
from xenia.services.problems import QUEUE_FULL, Problem, slow_request, too_large

MOST = 16 * 2**20  # bytes of one request
TOGETHER = 16 * MOST  # bytes of all that are being read or answered
SECONDS = 30


class Arriving:
    """Reads bodies, and knows how much of them is held; `give_up` must be called now and then."""

    def __init__(self, most: int = MOST, seconds: int = SECONDS, together: int = TOGETHER) -> None:
        self._most, self._seconds, self._together = most, seconds, together
        # A timer for each request would cost more than all the rest of reading it.
        self._began: dict[asyncio.Task[object], float] = {}  # the oldest first
        self._late: set[asyncio.Task[object]] = set()
        self.held = 0  # bytes

    async def body(self, head: Headers, exchange: Exchange) -> bytes | Problem:
        """The whole body, or why it is not waited for.

        A body is held until `release` is told its length.
        """
        length = head.get("content-length")
        if length is not None and not (length.isascii() and length.isdigit()):
            length = None  # the server refuses that; whoever else calls has the bytes counted
        size = 0 if length is None else int(length)
        if size > self._most:
            return too_large(self._most)
        if self.held + size > self._together:
            return QUEUE_FULL
        task = asyncio.current_task()
        assert task is not None
        self._began[task] = time.monotonic()
        self.held += size
        body: bytes | Problem = QUEUE_FULL
        try:
            body = await (self._counted(exchange) if length is None else exchange())
        except asyncio.CancelledError:
            if task not in self._late:
                raise
            self._late.discard(task)
            task.uncancel()
            body = slow_request(self._seconds)
        finally:
            del self._began[task]
            self.held += (len(body) if isinstance(body, bytes) else 0) - size
        return body

    def release(self, size: int) -> None:
        """So many bytes of a body are held no longer."""
        self.held -= size

    async def _counted(self, exchange: Exchange) -> bytes | Problem:
        found = bytearray()
        try:
            async for part in exchange:
                found += part
                self.held += len(part)
                if len(found) > self._most:
                    return too_large(self._most)
                if self.held > self._together:
                    return QUEUE_FULL
            return bytes(found)
        finally:
            self.held -= len(found)

    def give_up(self) -> None:
        """Wait no longer for what should have been here by now."""
        end = time.monotonic() - self._seconds
        for task, began in self._began.items():
            if began > end:
                break
            if task not in self._late:
                self._late.add(task)
                task.cancel()

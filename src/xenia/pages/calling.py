"""Asks the interface without leaving the process: as anybody would, key and all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from threading import Event
from typing import Any, Protocol
from urllib.parse import unquote

from xenia.api.rsgi import Exchange, Fields, Scope
from xenia.client.sending import SECONDS, Reply


class Answers(Protocol):
    """What answers requests: the worker's own application."""

    def __rsgi__(self, scope: Scope, exchange: Exchange) -> Coroutine[Any, Any, None]:
        """Answer a request."""


class _Head:
    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields

    def get(self, key: str, default: str | None = None) -> str | None:
        return self._fields.get(key, default)

    def items(self) -> list[tuple[str, str]]:
        return list(self._fields.items())


class _Request:
    http_version, scheme = "1.1", "http"
    server = "127.0.0.1:0"

    def __init__(self, method: str, address: str, head: Mapping[str, str], client: str) -> None:
        path, _, self.query_string = address.partition("?")
        self.method, self.path = method, _decoded(path)
        self.client = f"{client}:0"
        self.headers = _Head(head)


class _Exchange:
    """The body of one request, and the answer to it, for which a thread waits."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.reply: Reply | None = None
        self._ended = Event()
        self._task: asyncio.Task[None] | None = None

    def begin(self, loop: asyncio.AbstractEventLoop, asked: Coroutine[Any, Any, None]) -> None:
        """Have it answered; to be called in the thread of the loop."""
        self._task = loop.create_task(self._answered(asked))

    def give_up(self) -> None:
        """Nobody waits for the answer any more; to be called in the thread of the loop."""
        if self._task is not None:
            self._task.cancel()

    def wait(self, seconds: float) -> bool:
        """Wait for the answer, or that there will be none; whether either came in time."""
        return self._ended.wait(seconds)

    async def _answered(self, asked: Coroutine[Any, Any, None]) -> None:
        try:
            await asked
        finally:
            self._ended.set()

    async def __call__(self) -> bytes:
        return self._body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body

    def response_bytes(self, status: int, headers: Fields, body: bytes) -> None:
        self.reply = Reply(status, {name.lower(): value for name, value in headers}, body)
        self._ended.set()

    def response_str(self, status: int, headers: Fields, body: str) -> None:
        self.response_bytes(status, headers, body.encode())

    def response_empty(self, status: int, headers: Fields) -> None:
        self.response_bytes(status, headers, b"")


class Within:
    """A way to the service that this process is part of; for threads other than the loop's.

    `client`: the address of whoever looks at the page, which is asked for them.
    """

    def __init__(
        self, answers: Answers, loop: asyncio.AbstractEventLoop, client: str = "127.0.0.1"
    ) -> None:
        self._answers, self._loop, self._client = answers, loop, client

    def send(self, method: str, address: str, body: bytes | None, head: Mapping[str, str]) -> Reply:
        """What is answered.  Raises an OSError where that takes too long, or the service ends."""
        data = body or b""
        fields = {**head, "content-length": str(len(data))}
        exchange = _Exchange(data)
        request = _Request(method, address, fields, self._client)
        # Futures for threads would take several times as long, and a page asks up to ten times.
        asked = self._answers.__rsgi__(request, exchange)
        self._loop.call_soon_threadsafe(exchange.begin, self._loop, asked)
        if not exchange.wait(SECONDS):
            self._loop.call_soon_threadsafe(exchange.give_up)
            raise TimeoutError
        if exchange.reply is None:
            raise ConnectionAbortedError("the service has ended meanwhile")
        return exchange.reply

    def close(self) -> None:
        """It holds nothing."""


def _decoded(path: str) -> str:
    """An address as the server hands it over: decoded once, as a whole."""
    return unquote(path)

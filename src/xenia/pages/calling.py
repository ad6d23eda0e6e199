"""Asks the interface without leaving the process: as anybody would, key and all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Protocol
from urllib.parse import unquote

from xenia.api.rsgi import Exchange, Fields, Scope
from xenia.client.sending import SECONDS, Reply


class Answers(Protocol):
    """What answers requests: the worker's own application."""

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
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
    """The body of one request, and the answer to it."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.reply: Reply | None = None

    async def __call__(self) -> bytes:
        return self._body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body

    def response_bytes(self, status: int, headers: Fields, body: bytes) -> None:
        self.reply = Reply(status, {name.lower(): value for name, value in headers}, body)

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
        """What is answered.  Raises TimeoutError, an OSError, where that takes too long."""
        data = body or b""
        fields = {**head, "content-length": str(len(data))}
        exchange = _Exchange(data)
        asked = self._answers.__rsgi__(_Request(method, address, fields, self._client), exchange)
        waiting = asyncio.run_coroutine_threadsafe(asked, self._loop)
        try:
            waiting.result(SECONDS)
        except TimeoutError:
            waiting.cancel()
            raise
        assert exchange.reply is not None, "every request is answered"
        return exchange.reply

    def close(self) -> None:
        """It holds nothing."""


def _decoded(path: str) -> str:
    """An address as the server hands it over: decoded once, as a whole."""
    return unquote(path)

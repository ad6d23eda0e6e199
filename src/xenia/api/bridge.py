"""Lets an ASGI application answer what is not worth a way of its own: RSGI in, ASGI within."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec
from litestar.types import ASGIApp, Receive, Send
from litestar.types import Scope as AsgiScope
from msgspec import Struct

from xenia.api.arriving import Arriving
from xenia.api.gate import Admitted
from xenia.api.heads import REQUEST_ID
from xenia.api.rsgi import Exchange, Fields, Headers, Scope
from xenia.api.service import Service
from xenia.services.problems import Problem

_ASGI = {"version": "3.0", "spec_version": "2.3"}


class Answered(NamedTuple):
    """That a request was answered, and how: `path` is the address with its places left open, None
    where there is nothing at it; `code` says which problem it was."""

    status: int
    path: str | None
    code: str | None


class _Code(Struct):
    code: str | None = None


_codes = msgspec.json.Decoder(_Code)


class Bridge:
    """Passes requests on to an ASGI application, and its whole answers back.

    The application finds the `service` in the state of each request: it takes a third of a second
    to make one, so there is one for all.
    """

    def __init__(self, application: ASGIApp, arriving: Arriving, service: Service) -> None:
        self._application, self._arriving, self._service = application, arriving, service

    async def reply(
        self,
        scope: Scope,
        head: Headers,
        exchange: Exchange,
        admitted: Admitted,
        request_id: str,
    ) -> Problem | Answered:
        """Answer a request; a problem is what must be answered instead."""
        body = b""
        if scope.method not in ("GET", "HEAD"):
            arrived = await self._arriving.body(head, exchange)
            if isinstance(arrived, Problem):
                return arrived
            body = arrived
        answer = _Answer(body)
        state = {"request_id": request_id, "actor": admitted.actor, "service": self._service}
        try:
            asked = _asgi(scope, head, state)
            await self._application(asked, answer.receive, answer.send)
        finally:
            self._arriving.release(len(body))
        answer.fields += [(REQUEST_ID, request_id), *admitted.fields]
        if scope.method == "HEAD":
            exchange.response_empty(answer.status, answer.fields)
        else:
            exchange.response_bytes(answer.status, answer.fields, bytes(answer.body))
        return Answered(answer.status, asked.get("path_template"), _code_of(answer))


class _Answer:
    """What the application reads, and what it writes."""

    def __init__(self, body: bytes) -> None:
        self._sent = body
        self.status = 500
        self.fields: Fields = []
        self.body = bytearray()

    @property
    def receive(self) -> Receive:
        return self._receive  # type: ignore[return-value]

    async def _receive(self) -> dict[str, Any]:
        body, self._sent = self._sent, b""
        return {"type": "http.request", "body": body, "more_body": False}

    @property
    def send(self) -> Send:
        return self._send

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.fields = [
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in message["headers"]
            ]
        else:
            self.body += message.get("body", b"")


def _code_of(answer: _Answer) -> str | None:
    """Which problem an answer is."""
    if answer.status < 400:
        return None
    try:
        return _codes.decode(bytes(answer.body)).code
    except msgspec.DecodeError:  # a page, or a file
        return None


def _asgi(scope: Scope, head: Headers, state: dict[str, Any]) -> AsgiScope:
    found: Any = {
        "type": "http",
        "asgi": _ASGI,
        "http_version": scope.http_version,
        "method": "GET" if scope.method == "HEAD" else scope.method,
        "scheme": scope.scheme,
        "path": scope.path,
        "raw_path": quote(scope.path).encode(),
        "query_string": scope.query_string.encode("latin-1"),
        "root_path": "",
        "headers": [
            (name.encode("latin-1"), value.encode("latin-1")) for name, value in head.items()
        ],
        "server": _address(scope.server),
        "client": _address(scope.client),
        "state": state,
        "extensions": {},
    }
    return found  # type: ignore[no-any-return]


def _address(written: str) -> tuple[str, int] | None:
    host, _, port = written.rpartition(":")
    return (host, int(port)) if port.isdecimal() else None

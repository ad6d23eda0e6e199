"""An application without a server: requests as granian hands them over, and what comes back."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import unquote

from xenia.api.application import Application
from xenia.api.arriving import Arriving
from xenia.api.bridge import Bridge
from xenia.api.desks import Desks
from xenia.api.events import Events
from xenia.api.gate import Gate
from xenia.api.handover import Handover, Posts
from xenia.api.metrics import Metrics
from xenia.api.reading import Reader
from xenia.api.rest import for_anybody, rest
from xenia.api.rsgi import Fields
from xenia.api.service import Service
from xenia.api.sessions import Sessions
from xenia.api.weighing import Weighs
from xenia.engine.since import ALWAYS
from xenia.services.posted import Posted
from xenia.services.poster import QueueFull, Result
from xenia.services.published import Space, _published
from xenia.services.taking import Taken
from xenia.store.database import Database
from xenia.store.programmes import ProgrammeRow, VersionRow

T = TypeVar("T")

NOW = 1_795_000_000_000_000  # 2026-11-18T11:06:40Z
JSON = "application/json"
LINES = "application/x-ndjson"
NOWHERE = Database("postgresql://nobody@127.0.0.1:1/nothing")
CAFE = """
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
currencies:
  beans: {expires: {after: 12 months}}
rules:
  bean-per-euro:
    then: {earn: {beans: 1 per 1.00}}
"""


def space_of(*documents: str) -> Space:
    """A space in which these have been published."""
    found = {}
    for number, document in enumerate(documents, start=1):
        name = document.split("programme: ")[1].split("\n")[0]
        version = VersionRow(1, document, bytes(32), ALWAYS, NOW)
        found[name] = _published(ProgrammeRow(number, name, 1), (version,), {})
    return Space(1, "default", bytes(32), found)


def purchase(name: str, **more: Any) -> dict[str, Any]:
    """A purchase as it is sent."""
    line = {"sku": "latte", "category": "drink", "quantity": 1, "amount": "3.80"}
    known = {"id": name, "type": "purchase", "member": "anna", "lines": [line]}
    return {**known, "occurred_at": "2026-11-18T10:00:00+02:00", **more}


def answer(item: Taken) -> Posted:
    """What a poster would say, as far as it matters."""
    text = json.dumps({"event": item.event.id, "trace": item.trace, "refusals": []})
    return Posted(text.replace(" ", ""), item.event.id, item.event.source, True)


class Desk:
    """Stands for a poster: answers from another thread, or keeps what it has until it is told."""

    def __init__(
        self, space: Space, result: Callable[[Taken], Result] = answer, *, full: bool = False
    ) -> None:
        self.space, self._result, self.full = space, result, full
        self.taken: list[Taken] = []
        self.requests: list[int] = []
        self.closed = False

    @property
    def waiting(self) -> int:
        return len(self.taken)

    def submit(self, items: Sequence[Taken], done: Callable[[list[Result]], None]) -> None:
        if self.full:
            raise QueueFull
        self.taken += items
        self.requests.append(len(items))
        results = [self._result(item) for item in items]
        threading.Thread(target=done, args=(results,)).start()

    def close(self) -> None:
        self.closed = True


Parts = Sequence[bytes | float]


class Request:
    """`parts`: how the body arrives; a number among them is seconds of nothing."""

    http_version = "1.1"
    scheme = "http"
    server = "127.0.0.1:8080"
    client = "127.0.0.1:50000"

    def __init__(
        self,
        method: str,
        address: str,
        parts: Parts = (b"",),
        fields: Mapping[str, str] | None = None,
    ) -> None:
        path, _, self.query_string = address.partition("?")
        self.method, self.path, self.parts = method, unquote(path), parts
        whole = parts[0] if len(parts) == 1 else None
        length = {"content-length": str(len(whole))} if isinstance(whole, bytes) else {}
        self.headers = Head({**length, **(fields or {})})


class Head:
    def __init__(self, fields: dict[str, str]) -> None:
        self._fields = fields

    def get(self, key: str, default: str | None = None) -> str | None:
        return self._fields.get(key, default)

    def items(self) -> list[tuple[str, str]]:
        return list(self._fields.items())


@dataclass
class Response:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as it says it is."""
        if self.headers["content-type"] == LINES:
            return [json.loads(line) for line in self.body.splitlines()]
        return json.loads(self.body)


class Exchange:
    """One request's body, and its response."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.response: Response | None = None

    async def __call__(self) -> bytes:
        return b"".join([part async for part in self])

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._request.parts:
            if isinstance(part, bytes):
                yield part
            else:
                await asyncio.sleep(part)

    def response_bytes(self, status: int, headers: Fields, body: bytes) -> None:
        assert self.response is None, "one request has one response"
        self.response = Response(status, dict(headers), body)

    def response_str(self, status: int, headers: Fields, body: str) -> None:
        self.response_bytes(status, headers, body.encode())

    def response_empty(self, status: int, headers: Fields) -> None:
        self.response_bytes(status, headers, b"")


class Client:
    """Sends requests to an application of its own; `desk` None is a worker without a database."""

    def __init__(
        self,
        desk: Posts | None,
        *,
        database: Database = NOWHERE,
        arriving: Arriving | None = None,
        gate: Gate | None = None,
        make: Callable[[Space], Posts] | None = None,
    ) -> None:
        self._runner = asyncio.Runner()
        self.arriving = arriving or Arriving()
        self.metrics = Metrics()
        handover = Handover(self._runner.get_loop(), self.metrics.results)
        self.desks = Desks(make or (lambda space: desk or Desk(space)))
        self.desks.hold([] if desk is None else [desk.space])
        self._reader, self._weigher = Reader(database), Reader(database)
        weighs = Weighs(database, self._weigher)
        self.events = Events(
            handover, self.arriving, self.metrics, self.desks, weighs=weighs, clock=lambda: NOW
        )
        self.gate = gate or Gate(1)
        self._slow = Reader(database, threads=1)
        service = Service(
            database=database,
            desks=self.desks,
            reader=self._reader,
            weighs=weighs,
            slow=self._slow,
            metrics=self.metrics,
            clock=lambda: NOW,
        )
        self.service = service
        bridge = Bridge(rest(), self.arriving, service)
        sessions = Sessions(self.gate, self._reader, lambda: NOW)
        self.application = Application(
            self.gate,
            self.events,
            bridge,
            self.metrics,
            for_anybody=for_anybody(),
            sessions=sessions,
        )

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the application's loop."""
        return self._runner.run(work)

    async def send(self, request: Request) -> Response:
        """Have a request answered."""
        exchange = Exchange(request)
        await self.application.__rsgi__(request, exchange)
        assert exchange.response is not None, "every request is answered"
        return exchange.response

    def post(
        self, body: Any, kind: str | None = JSON, address: str = "/v1/events", **fields: str
    ) -> Response:
        """Post events: bytes as they are, anything else as JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in fields.items()}
        known = named if kind is None else {"content-type": kind, **named}
        return self.run(self.send(Request("POST", address, (data,), known)))

    def ask(
        self, method: str, address: str, body: Any = None, fields: Mapping[str, str] | None = None
    ) -> Response:
        """Send any request; a body as JSON."""
        data = b"" if body is None else json.dumps(body).encode()
        known = {**({} if body is None else {"content-type": JSON}), **(fields or {})}
        return self.run(self.send(Request(method, address, (data,), known)))

    def get(self, address: str, method: str = "GET", **fields: str) -> Response:
        """Ask for what is at an address."""
        named = {name.replace("_", "-"): value for name, value in fields.items()}
        return self.run(self.send(Request(method, address, fields=named)))

    def close(self) -> None:
        """Give threads and loop back."""
        self._reader.close()
        self._weigher.close()
        self._slow.close()
        self._runner.close()

"""What the addresses of one worker share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from litestar import Request

from xenia.api.desks import Desks
from xenia.api.events import now
from xenia.api.metrics import Metrics
from xenia.api.reading import Reader
from xenia.api.weighing import Weighs
from xenia.api.whence import Proxies, client_of
from xenia.connectors.asking import Asks, Http
from xenia.services.access import Actor
from xenia.services.published import Space
from xenia.store.database import Database

PASSWORDS = 20  # that wait to be looked at
_OF_ONE = 5  # of these, from one network


class Queue:
    """Who waits to have a password looked at: nobody takes all the places. Of the loop alone."""

    def __init__(self) -> None:
        self._standing = Counter[str]()

    @contextmanager
    def standing(self, network: str) -> Iterator[bool]:
        """Stand in it meanwhile; False: too many from there do already."""
        if self._standing[network] >= _OF_ONE:
            yield False
            return
        self._standing[network] += 1
        try:
            yield True
        finally:
            self._standing[network] -= 1
            if not self._standing[network]:
                del self._standing[network]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """`clock` gives microseconds since 1970-01-01 UTC; `slow` is for passwords, one at a time, as
    each takes much memory, and `queue` for who waits for it."""

    database: Database
    desks: Desks
    reader: Reader
    weighs: Weighs
    slow: Reader
    metrics: Metrics
    clock: Callable[[], int] = now
    asks: Asks = field(default_factory=Http)  # what shops are asked by
    proxies: Proxies = field(default_factory=Proxies)
    queue: Queue = field(default_factory=Queue)


AnyRequest = Request[Any, Any, Any]


def service_of(request: AnyRequest) -> Service:
    """What the worker that answers this request has."""
    found: Service = request.scope["state"]["service"]
    return found


def address_of(request: AnyRequest) -> str:
    """From where the request comes, as far as it is known."""
    return client_of(request, service_of(request).proxies)


def actor_of(request: AnyRequest) -> Actor:
    """Who sends the request."""
    actor: Actor = request.scope["state"]["actor"]
    return actor


def space_of(request: AnyRequest) -> Space | None:
    """The space of who sends it, and nobody else's; None: it has not been read yet."""
    return service_of(request).desks.spaces.get(actor_of(request).space_id)

"""What programs ask, in memory until somebody writes it down: without bodies, without persons.

A request costs one more entry in a list of fixed length, and no wait; what has failed has a list of
its own, so that a flood of what goes well never pushes it out.
"""

from __future__ import annotations

import re
from collections import deque
from time import perf_counter_ns
from typing import Any, Final

from psycopg import Connection

from xenia.api.bridge import Answered
from xenia.api.rsgi import Scope
from xenia.services.access import Actor
from xenia.services.poster import now
from xenia.store import request_log as store
from xenia.store.request_log import Request

EVENTS: Final = "/v1/events"
HELD: Final = 200  # of those that went well, between two looks, in each worker
_WRONG: Final = 500  # of the others
_KEPT: Final = 7 * 86_400_000_000  # microseconds
LATEST: Final = 100_000  # of those that went well
_AT_ONCE: Final = 5_000  # that are forgotten
_PLAIN: Final = re.compile(r"v1|[a-z-]{1,30}")  # what is no name, number or address of anybody
_FORGETS: Final = 30  # of so many times that something is written down, once


class RequestLog:
    """Of one worker: filled by the loop, emptied by another thread."""

    def __init__(self) -> None:
        self._well: deque[Request] = deque(maxlen=HELD)
        self._wrong: deque[Request] = deque(maxlen=_WRONG)
        self._flushed = 0

    def well(self, actor: Actor, method: str, began: int, request_id: str) -> None:
        """Note that events were taken."""
        if _is_program(actor):
            taken = (perf_counter_ns() - began) // 1000
            self._well.append(
                Request(
                    *(actor.space_id, now(), actor.name, method, EVENTS),
                    *(200, None, taken, request_id),
                )
            )

    def note(
        self, actor: Actor, scope: Scope, answered: Answered, began: int, request_id: str
    ) -> None:
        """Note how a request was answered; one of nobody's space is not kept."""
        if not _is_program(actor):
            return
        path = _open(scope.path) if answered.path is None else answered.path.replace(":str", "")
        taken = (perf_counter_ns() - began) // 1000
        found = Request(
            *(actor.space_id, now(), actor.name, scope.method, path.replace(":int", "")),
            *(answered.status, answered.code, taken, request_id),
        )
        (self._wrong if answered.status >= 400 else self._well).append(found)

    def flush(self, connection: Connection[Any], at: int) -> None:
        """Write down what has come since the last time, and forget what is old."""
        found = [*_emptied(self._wrong), *_emptied(self._well)]
        if not found:
            return
        found.sort(key=lambda one: one.at)
        store.add(connection, found)
        self._flushed += 1
        if self._flushed % _FORGETS == 1:
            store.forget(connection, at - _KEPT, LATEST, _AT_ONCE)


def _is_program(actor: Actor) -> bool:
    """Of people, staff or members, the trail tells what they change, and nothing what they look
    at."""
    return actor.space_id != 0 and (actor.key is None or actor.key.kind == "key")


def _open(path: str) -> str:
    """An address at which there is nothing, without what may name somebody."""
    if path == EVENTS:
        return path
    parts = [part for part in path.split("/") if part][:2]
    kept = parts if parts[:1] == ["v1"] else parts[:1]
    return "/" + "/".join(part if _PLAIN.fullmatch(part) else "?" for part in kept) + "/…"


def _emptied(ring: deque[Request]) -> list[Request]:
    """All that it holds; the loop may go on filling it meanwhile."""
    found = []
    while True:
        try:
            found.append(ring.popleft())
        except IndexError:
            return found

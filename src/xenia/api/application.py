"""One application for all addresses: events go the short way, everything else through Litestar."""

from __future__ import annotations

import logging
from asyncio import AbstractEventLoop
from time import perf_counter_ns
from typing import Protocol

from litestar.types import ASGIApp

from xenia.api.bridge import Answered, Bridge
from xenia.api.events import Events
from xenia.api.gate import Admitted, Gate, Unknown
from xenia.api.heads import REQUEST_ID, RequestIds, fields_of
from xenia.api.metrics import Metrics
from xenia.api.request_log import RequestLog
from xenia.api.rsgi import Exchange, Fields, Headers, Scope
from xenia.api.sessions import Sessions
from xenia.services.access import Actor
from xenia.services.problems import INTERNAL_ERROR, Problem

_log = logging.getLogger(__name__)

EVENTS = "/v1/events"
CONNECTORS = "/v1/connectors/"  # below it what is sent is signed, which is looked at there
ANYBODY = Admitted(Actor(0, "anybody"))


class Pages(Protocol):
    """What people see; who they are is looked at when the pages ask the interface."""

    def begin(self, application: Application, loop: AbstractEventLoop) -> None:
        """From now on they may be asked for; they ask the application, over the loop."""

    def has(self, path: str) -> bool:
        """Whether an address is one of theirs."""

    @property
    def asgi(self) -> ASGIApp:
        """What answers there."""

    def close(self) -> None:
        """Give back what they hold."""


class Application:
    """What the server calls for each request; some addresses are `for_anybody`, without a key."""

    def __init__(
        self,
        gate: Gate,
        events: Events,
        rest: Bridge,
        metrics: Metrics,
        *,
        for_anybody: frozenset[str],
        sessions: Sessions,
        pages: Pages | None = None,
        drawn: Bridge | None = None,
        log: RequestLog | None = None,
    ) -> None:
        self._gate, self._events, self._rest, self._metrics = gate, events, rest, metrics
        self._for_anybody, self._sessions = for_anybody, sessions
        self._pages, self._drawn = pages, drawn
        self._log = RequestLog() if log is None else log
        self._ids = RequestIds()

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        """Answer a request, whatever happens."""
        began = perf_counter_ns()
        head = scope.headers  # a copy each time that it is asked for
        request_id = self._ids.of(head.get(REQUEST_ID))
        problem: Problem | Answered
        admitted: Admitted | Problem | Unknown = ANYBODY
        told: Fields = []
        try:
            admitted = self._admitted(scope.path, head)
            if isinstance(admitted, Unknown):
                admitted = await self._sessions.look(admitted, head)
            if isinstance(admitted, Problem):
                problem = admitted
            elif scope.path == EVENTS:
                told = admitted.fields
                reply = await self._events.reply(scope, head, exchange, admitted.actor, request_id)
                if not isinstance(reply, Problem):
                    fields = [("content-type", reply.kind), (REQUEST_ID, request_id), *told]
                    if reply.dry:
                        fields.append(("dry-run", "true"))
                    exchange.response_str(200, fields, reply.body)
                    self._log.well(admitted.actor, scope.method, began, request_id)
                    return
                problem = reply
            elif self._is_page(scope.path):
                assert self._drawn is not None, "pages come with what draws them"
                problem = await self._drawn.reply(scope, head, exchange, admitted, request_id)
            else:
                told = admitted.fields
                problem = await self._rest.reply(scope, head, exchange, admitted, request_id)
        except Exception:  # noqa: BLE001 - the caller gets an answer, the logs what happened
            _log.exception("a request failed", extra={"request_id": request_id})
            problem = INTERNAL_ERROR
        answered = problem
        if isinstance(problem, Problem):
            self._metrics.problem(problem.code)
            self._refuse(exchange, problem, [(REQUEST_ID, request_id), *told], request_id)
            answered = Answered(problem.status, None, problem.code)
        if isinstance(admitted, Admitted) and isinstance(answered, Answered):
            self._log.note(admitted.actor, scope, answered, began, request_id)

    def _is_page(self, path: str) -> bool:
        return self._pages is not None and self._pages.has(path)

    def _admitted(self, path: str, head: Headers) -> Admitted | Problem | Unknown:
        # Who sees a page is asked about when it asks the interface.
        if self._is_page(path) or path in self._for_anybody or path.startswith(CONNECTORS):
            return ANYBODY
        return self._gate.admit(head)

    def _refuse(self, exchange: Exchange, problem: Problem, told: Fields, request_id: str) -> None:
        fields = [*fields_of(problem), *told]
        exchange.response_bytes(problem.status, fields, problem.body(request_id))

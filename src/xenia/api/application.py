"""One application for all addresses: events go the short way, everything else through Litestar."""

from __future__ import annotations

import logging

from xenia.api.bridge import Bridge
from xenia.api.events import Events
from xenia.api.heads import REQUEST_ID, RequestIds, fields_of
from xenia.api.metrics import Metrics
from xenia.api.rsgi import Exchange, Scope
from xenia.services.problems import INTERNAL_ERROR, Problem

_log = logging.getLogger(__name__)

EVENTS = "/v1/events"


class Application:
    """What the server calls for each request."""

    def __init__(self, events: Events, rest: Bridge, metrics: Metrics) -> None:
        self._events, self._rest, self._metrics = events, rest, metrics
        self._ids = RequestIds()

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        """Answer a request, whatever happens."""
        head = scope.headers  # a copy each time that it is asked for
        request_id = self._ids.of(head.get(REQUEST_ID))
        problem: Problem | None
        try:
            if scope.path == EVENTS:
                reply = await self._events.reply(scope, head, exchange, request_id)
                if not isinstance(reply, Problem):
                    fields = [("content-type", reply.kind), (REQUEST_ID, request_id)]
                    exchange.response_str(200, fields, reply.body)
                    return
                problem = reply
            else:
                problem = await self._rest.reply(scope, head, exchange, request_id)
        except Exception:  # noqa: BLE001 - the caller gets an answer, the logs what happened
            _log.exception("a request failed", extra={"request_id": request_id})
            problem = INTERNAL_ERROR
        if problem is not None:
            self._refuse(exchange, problem, request_id)

    def _refuse(self, exchange: Exchange, problem: Problem, request_id: str) -> None:
        self._metrics.problem(problem.code)
        fields = [*fields_of(problem), (REQUEST_ID, request_id)]
        exchange.response_bytes(problem.status, fields, problem.body(request_id))

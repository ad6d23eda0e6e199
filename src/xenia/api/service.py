"""What the addresses of one worker share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from litestar import Request

from xenia.api.events import Events, now
from xenia.api.metrics import Metrics
from xenia.api.reading import Reader
from xenia.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """`clock` gives microseconds since 1970-01-01 UTC."""

    database: Database
    events: Events
    reader: Reader
    metrics: Metrics
    clock: Callable[[], int] = now


AnyRequest = Request[Any, Any, Any]


def service_of(request: AnyRequest) -> Service:
    """What the worker that answers this request has."""
    found: Service = request.app.state.service
    return found

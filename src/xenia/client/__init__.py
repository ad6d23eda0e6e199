"""A client of the service: events, and every other address, with types.

from xenia.client import Client, shapes

with Client("http://127.0.0.1:8080", "xen_live_…") as xenia:
    answer = xenia.record(shapes.Purchase(id="1001", member="anna", …))
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Raw, Struct, json

from xenia.client import shapes
from xenia.client.calls import Calls
from xenia.client.sending import ProblemError

__all__ = ["Client", "ProblemError", "shapes"]

EVENTS = "/v1/events"


class Client(Calls):
    """One connection to a service; see `Sender` for what is sent again."""

    def record(self, event: shapes.Event, *, trace: bool = False) -> shapes.Answer:
        """Record an event, and say what was made of it.  Raises ProblemError, OSError."""
        asked = {"trace": trace}
        return self._ask("POST", EVENTS, shapes.Answer, query=asked, body=event)

    def description(self) -> bytes:
        """The interface described, as OpenAPI 3.1 in JSON.  Raises ProblemError, OSError."""
        return self._ask("GET", "/openapi.json", bytes)

    def record_all(self, events: Sequence[shapes.Event]) -> list[shapes.Answer | shapes.Problem]:
        """Record several: each gets its answer or its problem, in their order.

        Raises ProblemError where none of them was taken, and OSError.
        """
        return [_result(one) for one in self._ask("POST", EVENTS, list[Raw], body=list(events))]


class _Refused(Struct):
    code: str | None = None


def _result(found: Raw) -> shapes.Answer | shapes.Problem:
    """Only a problem has a code."""
    if json.decode(found, type=_Refused).code is None:
        return json.decode(found, type=shapes.Answer)
    return json.decode(found, type=shapes.Problem)

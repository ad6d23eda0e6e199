"""The heads of requests and responses: an id for each, and what comes with a problem."""

from __future__ import annotations

import re
import secrets
from itertools import count

from xenia.api.rsgi import Fields
from xenia.services.problems import MEDIA_TYPE, Problem

REQUEST_ID = "x-request-id"
_WELL_FORMED = re.compile(r"[A-Za-z0-9._~-]{1,64}")


class RequestIds:
    """An id for each request, which no other process gives; a caller may bring one along."""

    def __init__(self) -> None:
        self._prefix, self._numbers = secrets.token_hex(6), count(1)

    def of(self, brought: str | None) -> str:
        """The id that was brought if it is well formed, or a new one."""
        if brought is not None and _WELL_FORMED.fullmatch(brought):
            return brought
        return f"{self._prefix}-{next(self._numbers)}"


def fields_of(problem: Problem) -> Fields:
    """The fields of the head that come with a problem."""
    fields = [("content-type", MEDIA_TYPE)]
    if problem.retry_after is not None:
        fields.append(("retry-after", str(problem.retry_after)))
    if problem.allow is not None:
        fields.append(("allow", problem.allow))
    if problem.status in (408, 413):
        # What is left of the body is not read: nothing more can come over this connection.
        fields.append(("connection", "close"))
    return fields

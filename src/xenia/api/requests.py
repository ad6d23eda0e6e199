"""`/v1/requests`: what programs have asked lately, and what they were answered."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from litestar import Response, get
from litestar.params import QueryParameter
from msgspec import Struct

from xenia.api.asking import PAGE, Cursor, Limit, Reading, Time, ok, paged, place_of, read, time_of
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.services.access import Scope
from xenia.services.problems import Problem, wrong_parameter
from xenia.services.published import Space
from xenia.services.times import utc_text
from xenia.store import request_log as store

_EVER = 2**52  # microseconds
Which = Literal["any", "well", "wrong"]
_By = Annotated[str | None, QueryParameter(description="Only by this, such as `key/…`.")]
_Path = Annotated[
    str | None, QueryParameter(description="Only at this address, such as `/v1/events`.")
]
_RequestId = Annotated[
    str | None, QueryParameter(description="Only this, by the `X-Request-Id` of its answer.")
]


class AskedRequest(Struct):
    """A request that was answered: `path` has its places left open, `code` says which problem it
    was."""

    at: str
    by: str
    method: str
    path: str
    status: int
    code: str | None
    milliseconds: float
    request_id: str


class AskedRequests(Struct):
    """A page of requests, the newest first."""

    data: tuple[AskedRequest, ...]
    next_cursor: str | None
    has_more: bool


@get(
    "/v1/requests",
    summary="What programs have asked",
    tags=["keys"],
    opt=needs(Scope.KEYS),
    responses=ok(AskedRequests, "The newest first."),
)
async def requests(
    *,
    request: AnyRequest,
    only: Annotated[
        str, QueryParameter(description="`well` or `wrong`: what went so; else all.")
    ] = "any",
    by: _By = None,
    path: _Path = None,
    request_id: _RequestId = None,
    since: Time = None,
    until: Time = None,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response[Any]:
    """Of the last seven days: all that failed, and the latest of what went well; within seconds.
    Where much comes at once, only a part of what went well is kept. What people do in the console
    is not among it."""
    if only not in get_args(Which):
        return refused(wrong_parameter("only", "take well or wrong"), request)
    before, start, end = place_of(cursor), time_of("since", since), time_of("until", until)
    for one in (before, start, end):
        if isinstance(one, Problem):
            return refused(one, request)
    assert not isinstance(before, Problem), "it was looked at"
    assert not isinstance(start, Problem), "it was looked at"
    assert not isinstance(end, Problem), "it was looked at"
    wanted = store.Wanted(
        start if start is not None else 0,
        end if end is not None else _EVER,
        only,
        by,
        path,
        request_id,
        before,
        limit + 1,
    )

    def found(reads: Reading, space: Space, _now: int) -> Any:
        rows = store.found(reads, space.space_id, wanted)
        return paged(rows, limit, _shown, lambda row: row.position)

    return await read(request, found)


def _shown(row: store.Found) -> AskedRequest:
    one = row.request
    return AskedRequest(
        utc_text(one.at),
        *(one.actor, one.method, one.path, one.status, one.code),
        one.microseconds / 1000,
        one.request_id,
    )

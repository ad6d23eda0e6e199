"""`/v1/changes`: who has changed what, and when."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get
from litestar.openapi import ResponseSpec
from litestar.params import QueryParameter
from msgspec import Struct
from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.api.asking import place_of
from xenia.api.problems import refused
from xenia.api.reading import Sees
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, actor_of, service_of
from xenia.services.access import Scope
from xenia.services.problems import Problem
from xenia.services.times import utc_text
from xenia.services.watching import together
from xenia.store import changes as store
from xenia.store import staff

_PAGE, _PAGE_MAX = 50, 200


class ShownChange(Struct):
    """One change: by whom, what and of what; `before` and `after` have what differs: values by
    name, or by what they are of.  `name` is the person's, where it was one of the staff of whom it
    is still known."""

    at: str
    by: str
    name: str | None
    action: str
    object: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str | None


class Changes(Struct):
    """A page of changes, the newest first."""

    data: tuple[ShownChange, ...]
    next_cursor: str | None
    has_more: bool


@get(
    "/v1/changes",
    summary="Who has changed what",
    tags=["audit"],
    opt=needs(Scope.AUDIT),
    responses={
        200: ResponseSpec(Changes, description="The newest first.", generate_examples=False)
    },
)
async def changes(
    *,
    request: AnyRequest,
    about: Annotated[
        str | None, QueryParameter(description="Only of this, such as `key/…`.")
    ] = None,
    by: Annotated[
        str | None, QueryParameter(description="Only by this, such as `staff/…` or `key/…`.")
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=_PAGE_MAX, description="On a page.")] = _PAGE,
    cursor: Annotated[
        str | None, QueryParameter(description="`next_cursor` of the page before.")
    ] = None,
) -> Response[Any]:
    """All that was changed beside events, which tell of themselves. What tells who a member is goes
    with them when they are erased, and is shown to whoever may read members."""
    before = place_of(cursor)
    if isinstance(before, Problem):
        return refused(before, request)
    actor = actor_of(request)
    space, of_persons = actor.space_id, actor.may(Scope.MEMBERS)

    def trail(reads: Connection[TupleRow]) -> tuple[list[store.Change], dict[str, str]]:
        found = store.trail(reads, space, limit=limit + 1, before=before, about=about, by=by)
        return found, staff.names(reads, space, {row.actor for row in found})

    told = await service_of(request).reader.read(trail, Sees.EACH_ITS_OWN)
    if isinstance(told, Problem):
        return refused(told, request)
    found, names = told
    rows, more = found[:limit], len(found) > limit
    shown = tuple(
        ShownChange(
            utc_text(row.recorded_at),
            row.actor,
            names.get(row.actor),
            row.action,
            row.object,
            *_both(row, of_persons=of_persons),
            row.request_id,
        )
        for row in rows
    )
    return Response(Changes(shown, str(rows[-1].position) if more else None, more))


def _both(
    row: store.Change, *, of_persons: bool
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """What it was, and what it is."""
    said = (row.personal if of_persons else None) or {}
    return together(row.before, said.get("before")), together(row.after, said.get("after"))

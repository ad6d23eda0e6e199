"""`/v1/messages`: what members were told, and why not where they were not."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from litestar import Response, get
from litestar.openapi import ResponseSpec
from litestar.params import QueryParameter
from msgspec import Struct

from xenia.api.asking import place_of
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, actor_of, service_of
from xenia.services.access import Scope
from xenia.services.messaging import shown
from xenia.services.problems import Problem, wrong_parameter
from xenia.store import messages as store

_PAGE, _PAGE_MAX = 50, 200
MessageState = Literal["waiting", "sent", "unsent", "dead"]


class Message(Struct):
    """A message to a member: `unsent` for a reason of theirs, as that they have no address; `dead`
    as it failed too often."""

    message: str
    member: str
    by: str
    type: str
    state: MessageState
    reason: str | None
    tried: int
    made_at: str
    next_at: str | None
    sent_at: str | None


class Messages(Struct):
    """A page of messages, the newest first."""

    data: tuple[Message, ...]
    next_cursor: str | None
    has_more: bool


@get(
    "/v1/messages",
    summary="What members were told",
    tags=["messages"],
    opt=needs(Scope.MESSAGES),
    responses={
        200: ResponseSpec(Messages, description="The newest first.", generate_examples=False)
    },
)
async def messages(
    *,
    request: AnyRequest,
    member: Annotated[str | None, QueryParameter(description="Only to this member.")] = None,
    only: Annotated[
        str | None, QueryParameter(description="Only of a state, such as `unsent`.")
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=_PAGE_MAX, description="On a page.")] = _PAGE,
    cursor: Annotated[
        str | None, QueryParameter(description="`next_cursor` of the page before.")
    ] = None,
) -> Response[Any]:
    """They are kept for 90 days; what they said, and the address they went to, is not."""
    if only is not None and only not in get_args(MessageState):
        wrong = wrong_parameter("only", f"take one of {', '.join(get_args(MessageState))}")
        return refused(wrong, request)
    before = place_of(cursor)
    if isinstance(before, Problem):
        return refused(before, request)
    space = actor_of(request).space_id
    found = await service_of(request).reader.read(
        lambda reads: store.listed(
            reads, space, limit=limit + 1, before=before, member=member, state=only
        )
    )
    if isinstance(found, Problem):
        return refused(found, request)
    rows, more = found[:limit], len(found) > limit
    last = str(rows[-1].position) if more else None
    return Response({"data": [shown(row) for row in rows], "next_cursor": last, "has_more": more})

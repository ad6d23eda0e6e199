"""`/v1/messages`: what members were told, why not where they were not, and what they are told."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from litestar import Response, get, post
from litestar.openapi import ResponseSpec
from litestar.params import PathParameter, QueryParameter
from msgspec import Struct

from xenia.api.asking import Locale, Reading, ok, place_of, programme_in, read
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, actor_of, service_of
from xenia.api.webhooks import Nothing
from xenia.api.writing import DryRun, IdempotencyKey, written_of
from xenia.services.access import Scope
from xenia.services.message_texts import texts
from xenia.services.messaging import send_again, shown
from xenia.services.problems import Problem, wrong_parameter
from xenia.services.published import Space
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


class MessageAgain(Struct, kw_only=True, forbid_unknown_fields=True):
    """It waits to be sent."""

    message: str
    state: MessageState


class MessageText(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a kind of message says; `purpose`: that to which a member must not have said no
    (`service`) or have said yes (`marketing`), null: it is sent whatever they said."""

    type: str
    purpose: Literal["service", "marketing"] | None
    subject: str
    text: str


class MessageTexts(Struct, kw_only=True, forbid_unknown_fields=True):
    """All kinds of messages that a programme can send."""

    programme: str
    data: list[MessageText]


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


@post(
    "/v1/messages/{message:str}/again",
    summary="Try a message again",
    tags=["messages"],
    status_code=202,
    opt=needs(Scope.MESSAGING, body=Nothing),
    responses=ok(MessageAgain, "It will be tried in a moment.", 202),
)
async def message_again(
    *,
    message: Annotated[str, PathParameter(description="The message's id.")],
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """One that is `unsent` or `dead`, after what was in its way has been mended. Whether the member
    agrees to it is looked at again, and so is where it goes."""
    return await written_of(
        request,
        idempotency_key,
        Nothing,
        lambda changing, _space, _nothing: send_again(changing, message),
        dry_run=dry_run,
    )


@get(
    "/v1/messages/texts",
    summary="What messages say",
    tags=["messages"],
    opt=needs(Scope.PROGRAMMES),
    responses=ok(MessageTexts, "One of each kind, with figures that are made up for it."),
)
async def message_texts(
    *,
    request: AnyRequest,
    programme: Annotated[
        str | None, QueryParameter(description="Which programme; needed where there are several.")
    ] = None,
    locale: Locale = "en",
) -> Response[Any]:
    """In the words of a language, or in English where there are none; a programme brings its own
    by its `texts`."""

    def found(_reads: Reading, space: Space, now: int) -> Any:
        known = programme_in(space, programme)
        spoken = known.timeline.at(now).plan.programme
        return {"programme": known.name, "data": texts(spoken, locale, now)}

    return await read(request, found)

"""`/v1/notifiers`: by which ways people are reached, how that goes, and test messages."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from litestar import Response, get, post
from litestar.params import PathParameter
from msgspec import Meta, Struct

from xenia.api.asking import Reading, ok, read
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, actor_of
from xenia.api.writing import DryRun, IdempotencyKey, written_of
from xenia.services.access import Scope
from xenia.services.notifying import ask_test, listed
from xenia.services.published import Space

_TAGS = ["messages"]


class NotifierTest(Struct, kw_only=True, forbid_unknown_fields=True):
    """A test message to whoever asked for it; `reason`: why it was not sent."""

    test: str
    notifier: str
    state: Literal["waiting", "sent", "failed"]
    reason: str | None
    made_at: str
    ended_at: str | None


class NotifierState(Struct, kw_only=True, forbid_unknown_fields=True):
    """A way by which people are reached. `kind`: of identifier that it sends to, null: the id of a
    member. `working`: `xenia work` has worked with it in the last minutes. `failures`: how many
    messages in a row it has not taken by now, the first `failing_since`; `reason` is of the last
    that it has not taken, at `failed_at`. `test` is the last one of whoever asks."""

    notifier: str
    kind: str | None
    working: bool
    seen_at: str
    sent_at: str | None
    failing_since: str | None
    failures: int
    failed_at: str | None
    reason: str | None
    reaches_staff: bool
    test: NotifierTest | None


class Notifiers(Struct, kw_only=True, forbid_unknown_fields=True):
    """All of them, by name."""

    data: list[NotifierState]


class TestMessage(Struct, kw_only=True, forbid_unknown_fields=True):
    """In which language it is written; in English where there is none of it."""

    locale: Annotated[str, Meta(max_length=40)] = "en"


@get(
    "/v1/notifiers",
    summary="The ways by which people are reached",
    tags=_TAGS,
    opt=needs(Scope.MESSAGES),
    responses=ok(Notifiers, "As `xenia work` has said."),
)
async def notifiers(request: AnyRequest) -> Response[Any]:
    """They are settings of `xenia work`; none where it has never run with any."""
    actor = actor_of(request)
    staff = actor.key.key_id if actor.key is not None and actor.key.kind == "staff" else None

    def found(reads: Reading, space: Space, now: int) -> Any:
        return {"data": listed(reads, space.space_id, staff, now)}

    return await read(request, found)


@post(
    "/v1/notifiers/{notifier:str}/test",
    summary="Send a test message to oneself",
    tags=_TAGS,
    status_code=202,
    opt=needs(Scope.MESSAGING, body=TestMessage),
    responses=ok(NotifierTest, "It is sent in a moment.", 202),
)
async def sent_test(
    *,
    notifier: Annotated[str, PathParameter(description="The notifier's name.")],
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """To the address of whoever has signed in; what became of it is told with the notifiers. Where
    one of theirs waits still, it is that one."""
    return await written_of(
        request,
        idempotency_key,
        TestMessage,
        lambda changing, _space, wanted: ask_test(changing, notifier, wanted.locale),
        dry_run=dry_run,
    )

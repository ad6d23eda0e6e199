"""`/v1/drafts`: programmes that are being written, looked at by others, and published."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Response, delete, post, put
from msgspec import UNSET, Meta, Raw, Struct, UnsetType, field

from xenia.api import draft_shapes as shapes
from xenia.api.asking import IfMatch, ok, revision_of, tag_of
from xenia.api.documents import Document, DraftId, text_of, wrong
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.api.writing import DryRun, IdempotencyKey, body_of, written
from xenia.events.moments import NotATime, parse_time
from xenia.services import drafts as service
from xenia.services.access import Scope
from xenia.services.changing import Changing, Done
from xenia.services.problems import Problem
from xenia.services.published import Space
from xenia.services.publishing import Start
from xenia.services.templates import document_of

_TAGS = ["drafts"]
T = TypeVar("T", bound=msgspec.Struct)


class NewDraft(Struct, forbid_unknown_fields=True):
    """What a draft begins with: a document, as YAML in a text or as JSON; or a template of the
    catalogue, for a programme of a name of its own."""

    document: Raw | UnsetType = UNSET
    template: Annotated[str, Meta(min_length=1, max_length=100)] | None = None
    programme: (
        Annotated[str, Meta(pattern="^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=64)] | None
    ) = None


class When(Struct, forbid_unknown_fields=True):
    """When a version is to take effect: a time with its offset, `now`, or in a minute."""

    start: str | None = field(default=None, name="from")


# ---- writing -------------------------------------------------------------------------------------


@post(
    "/v1/programmes",
    summary="Begin a draft of a programme",
    tags=_TAGS,
    status_code=201,
    opt=needs(Scope.DRAFTS, body=NewDraft),
    responses=ok(shapes.CheckedDraft, "The draft, and what is to be said of it.", 201),
)
async def new_draft(
    *, request: AnyRequest, idempotency_key: IdempotencyKey = None, dry_run: DryRun = False
) -> Response[Any]:
    """A draft may have errors: they are told with their places, and must be gone before it is
    approved."""
    wanted = body_of(await request.body(), NewDraft)
    text = wanted if isinstance(wanted, Problem) else _text_of(wanted)
    if isinstance(text, Problem):
        return refused(text, request)
    return await _written(
        request, idempotency_key, lambda changing, _: service.begin(changing, text), dry_run
    )


@put(
    "/v1/drafts/{draft:str}",
    summary="Replace a draft's text",
    tags=_TAGS,
    opt=needs(Scope.DRAFTS, body=Document),
    responses=ok(shapes.CheckedDraft, "The draft, and what is to be said of it."),
)
async def changed_draft(
    *,
    draft: DraftId,
    request: AnyRequest,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """`If-Match` says which revision was read; where it is another now, nothing is changed."""

    def work(changing: Changing, _: Space, revision: int, wanted: Document) -> Done | Problem:
        text = text_of(wanted.document)
        if isinstance(text, Problem):
            return text
        return service.replace(changing, draft, revision, text)

    return await matched_of(request, if_match, idempotency_key, Document, work, dry_run=dry_run)


@delete(
    "/v1/drafts/{draft:str}",
    summary="Drop a draft",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.DRAFTS),
    responses=ok(shapes.Dropped, "It is."),
)
async def dropped_draft(
    *,
    draft: DraftId,
    request: AnyRequest,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """One that was published stays."""

    def work(changing: Changing, _: Space, revision: int) -> Done | Problem:
        return service.drop(changing, draft, revision)

    return await matched(request, if_match, idempotency_key, work, dry_run=dry_run)


@post(
    "/v1/drafts/{draft:str}/approval",
    summary="Approve a draft",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.APPROVAL),
    responses=ok(shapes.CheckedDraft, "The draft, approved as it stands."),
)
async def approved_draft(
    *,
    draft: DraftId,
    request: AnyRequest,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Nobody approves what they have written in, unless the space says that one person is enough.
    A change, and another version that comes between, take another approval."""

    def work(changing: Changing, _: Space, revision: int) -> Done | Problem:
        return service.approve(changing, draft, revision)

    return await matched(request, if_match, idempotency_key, work, dry_run=dry_run)


@post(
    "/v1/drafts/{draft:str}/publication",
    summary="Publish a draft",
    tags=_TAGS,
    status_code=201,
    opt=needs(Scope.PUBLISHING, body=When),
    responses=ok(shapes.Publication, "The version that it has become.", 201),
)
async def published_draft(
    *,
    draft: DraftId,
    request: AnyRequest,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """It decides what occurs from the time on that is named, or in a minute; the first version of a
    programme has always been in force."""

    def work(changing: Changing, space: Space, revision: int, wanted: When) -> Done | Problem:
        start = _start(wanted.start)
        if isinstance(start, Problem):
            return start
        done = service.publish_draft(changing, space, draft, revision, start)
        return done if isinstance(done, Problem) else Done(done.body, 201)

    return await matched_of(request, if_match, idempotency_key, When, work, dry_run=dry_run)


# ---- what they share -----------------------------------------------------------------------------


def _text_of(wanted: NewDraft) -> str | Problem:
    if (wanted.document is UNSET) == (wanted.template is None):
        return wrong("", "send either a `document`, or the name of a `template`")
    if not isinstance(wanted.document, UnsetType):
        if wanted.programme is not None:
            return wrong("/programme", "a document has its own `programme`: name it there")
        return text_of(wanted.document)
    assert wanted.template is not None, "one of the two"
    return document_of(wanted.template, wanted.programme)


def _start(written_: str | None) -> Start | Problem:
    if written_ is None or written_ == "now":
        return "now" if written_ else None
    try:
        return parse_time(written_)
    except NotATime as error:
        return wrong("/from", f"{error}: a time with its offset from UTC, or `now`")


async def matched(
    request: AnyRequest,
    if_match: str | None,
    key: str | None,
    work: Callable[[Changing, Space, int], Done | Problem],
    *,
    dry_run: bool,
) -> Response[Any]:
    """A write to the revision that was read."""

    def checked(changing: Changing, space: Space) -> Done | Problem:
        revision = revision_of(if_match)
        return revision if isinstance(revision, Problem) else work(changing, space, revision)

    return await _written(request, key, checked, dry_run, of=if_match or "")


async def matched_of(
    request: AnyRequest,
    if_match: str | None,
    key: str | None,
    shape: type[T],
    work: Callable[[Changing, Space, int, T], Done | Problem],
    *,
    dry_run: bool,
) -> Response[Any]:
    """The same of what is sent, which the `work` has as it must be."""
    wanted = body_of(await request.body(), shape)
    if isinstance(wanted, Problem):
        return refused(wanted, request)
    return await matched(
        request,
        if_match,
        key,
        lambda changing, space, revision: work(changing, space, revision, wanted),
        dry_run=dry_run,
    )


async def _written(
    request: AnyRequest,
    key: str | None,
    work: Callable[[Changing, Space], Done | Problem],
    dry_run: bool,
    of: str = "",
) -> Response[Any]:
    """A write, whose answer names the revision that there is now."""
    response = await written(request, key, work, dry_run=dry_run, of=of)
    if response.status_code is not None and response.status_code < 300:
        revision = msgspec.json.decode(response.content).get("revision")
        if revision is not None:
            response.headers.update(tag_of(revision))
    return response

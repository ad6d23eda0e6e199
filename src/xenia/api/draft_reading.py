"""`GET /v1/drafts/…`: what is written, what it would change, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import QueryParameter

from xenia.api import draft_shapes as shapes
from xenia.api.asking import (
    PAGE,
    Cursor,
    Limit,
    Locale,
    Reading,
    ok,
    paged,
    place_of,
    read,
    tag_of,
)
from xenia.api.documents import Document, DraftId, text_of
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.api.writing import body_of
from xenia.programme.model import Programme
from xenia.services import drafts as service
from xenia.services import versions
from xenia.services.access import Scope
from xenia.services.draft_steps import ends
from xenia.services.drafts import Looked, look
from xenia.services.in_words import difference, explained, in_all_languages
from xenia.services.problems import Problem
from xenia.services.programme_problems import unknown_draft, unknown_version, with_errors
from xenia.services.published import Space, programme_of
from xenia.store import drafts as store

_TAGS = ["drafts"]


@get(
    "/v1/drafts",
    summary="The drafts",
    tags=_TAGS,
    opt=needs(Scope.PROGRAMMES),
    responses=ok(shapes.Drafts, "A page of them, the last one that was begun first."),
)
async def drafts(
    *,
    request: AnyRequest,
    limit: Limit = PAGE,
    cursor: Cursor = None,
    programme: Annotated[
        str | None, QueryParameter(description="Only those of this programme.", max_length=100)
    ] = None,
    unpublished: Annotated[
        bool, QueryParameter(description="Only those that are not published.")
    ] = False,
) -> Response[Any]:
    """Those that were published, too, unless that is said."""
    before = place_of(cursor)
    if isinstance(before, Problem):
        return refused(before, request)

    def found(reads: Reading, space: Space, _now: int) -> Any:
        rows = store.page(
            reads,
            space.space_id,
            before=before,
            limit=limit + 1,
            programme=programme,
            unpublished=unpublished,
        )
        return paged(rows, limit, service.fields, lambda row: row.position)

    return await read(request, found)


@get(
    "/v1/drafts/{draft:str}",
    summary="A draft",
    tags=_TAGS,
    opt=needs(Scope.PROGRAMMES),
    responses=ok(shapes.WholeDraft, "Its text, and what is to be said of it."),
)
async def draft(*, draft: DraftId, request: AnyRequest) -> Response[Any]:
    """Its ETag goes into `If-Match` of whatever is done with it."""

    def found(reads: Reading, space: Space, _now: int) -> Any:
        row = store.draft(reads, space.space_id, draft)
        if row is None:
            return unknown_draft(draft)
        findings = service.told(look(row.document).findings)
        turns = ends(reads, space.space_id, draft)
        body = {**service.fields(row), **turns, "document": row.document, "findings": findings}
        return Response(body, headers=tag_of(row.revision))

    return await read(request, found)


@get(
    "/v1/drafts/{draft:str}/difference",
    summary="What a draft would change",
    tags=_TAGS,
    opt=needs(Scope.PROGRAMMES),
    responses=ok(shapes.Difference, "In words, and as members are told."),
)
async def draft_difference(
    *,
    draft: DraftId,
    request: AnyRequest,
    version: Annotated[
        int | None,
        QueryParameter(description="Against this one; else against what is in force now.", ge=1),
    ] = None,
    locale: Locale = "en",
) -> Response[Any]:
    """What members feel most comes first."""

    def found(reads: Reading, looked: Looked, space: Space, now: int) -> Any:
        sound = looked.sound
        assert sound is not None, "asked of those without errors"
        name = sound.programme.id
        old = versions.chosen(reads, space.space_id, name, at=now, version=version)
        if old is None and version is not None:
            return unknown_version(name, version)
        before = None if old is None else programme_of(old.document)
        return {
            "programme": name,
            "timezone": sound.programme.timezone,
            "version": None if old is None else old.version,
            **difference(before, sound.programme, locale),
        }

    return await _of_sound(request, draft, found)


@get(
    "/v1/drafts/{draft:str}/explain",
    summary="A draft in plain words",
    tags=_TAGS,
    opt=needs(Scope.PROGRAMMES),
    responses=ok(shapes.Explained, "As a customer would be told it."),
)
async def draft_explained(
    *, draft: DraftId, request: AnyRequest, locale: Locale = "en"
) -> Response[Any]:
    """As `GET /v1/programmes/{programme}/explain` tells what is published."""
    return await _of_sound(
        request, draft, lambda _reads, looked, _space, _now: explained(_sound(looked), locale)
    )


@post(
    "/v1/drafts/check",
    summary="Check a document",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.PROGRAMMES, body=Document),
    responses=ok(shapes.Findings, "Errors and advice, by place."),
)
async def checked_document(
    *,
    request: AnyRequest,
    explain: Annotated[
        bool,
        QueryParameter(description="Also as customers are told it, in every language."),
    ] = False,
) -> Response[Any]:
    """Nothing is kept, so no Idempotency-Key is needed."""
    wanted = body_of(await request.body(), Document)
    text = wanted if isinstance(wanted, Problem) else text_of(wanted.document)
    if isinstance(text, Problem):
        return refused(text, request)

    def found(_reads: Reading, _space: Space, _now: int) -> Any:
        looked = look(text)
        sound = looked.sound
        return {
            "programme": looked.programme,
            "sound": sound is not None,
            "findings": service.told(looked.findings),
            "explained": in_all_languages(sound.programme) if explain and sound else None,
        }

    return await read(request, found)


def _sound(looked: Looked) -> Programme:
    assert looked.sound is not None, "asked of those without errors"
    return looked.sound.programme


async def _of_sound(
    request: AnyRequest, draft: str, work: Callable[[Reading, Looked, Space, int], Any]
) -> Response[Any]:
    """What is said of a draft in which there is no error."""

    def found(reads: Reading, space: Space, now: int) -> Any:
        row = store.draft(reads, space.space_id, draft)
        if row is None:
            return unknown_draft(draft)
        looked = look(row.document)
        if looked.sound is None:
            return with_errors(looked.findings)
        return work(reads, looked, space, now)

    return await read(request, found)

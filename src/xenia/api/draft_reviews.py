"""`/v1/drafts/{draft}/submission` and `/objection`: a draft is ready, or is not after all."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, post
from msgspec import Meta, Struct

from xenia.api import draft_shapes as shapes
from xenia.api.asking import IfMatch, ok
from xenia.api.documents import DraftId
from xenia.api.drafts import matched, matched_of
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.api.writing import DryRun, IdempotencyKey
from xenia.services import reviews as service
from xenia.services.access import Scope
from xenia.services.changing import Changing, Done
from xenia.services.problems import Problem
from xenia.services.published import Space

_TAGS = ["drafts"]


class Objection(Struct, forbid_unknown_fields=True):
    """Why a draft is not approved as it stands."""

    note: Annotated[str, Meta(min_length=1, max_length=service.NOTE_MOST)]


@post(
    "/v1/drafts/{draft:str}/submission",
    summary="Submit a draft for approval",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.DRAFTS),
    responses=ok(shapes.CheckedDraft, "The draft, which waits for approval as it stands."),
)
async def submitted_draft(
    *,
    draft: DraftId,
    request: AnyRequest,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """One with errors is not submitted; a change takes it back."""

    def work(changing: Changing, _: Space, revision: int) -> Done | Problem:
        return service.submit(changing, draft, revision)

    return await matched(request, if_match, idempotency_key, work, dry_run=dry_run)


@post(
    "/v1/drafts/{draft:str}/objection",
    summary="Send a draft back",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.APPROVAL, body=Objection),
    responses=ok(shapes.CheckedDraft, "The draft, with the note."),
)
async def objected_draft(
    *,
    draft: DraftId,
    request: AnyRequest,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """The note stays until it is submitted again; an approval that it has does not hold any
    more."""

    def work(changing: Changing, _: Space, revision: int, wanted: Objection) -> Done | Problem:
        return service.send_back(changing, draft, revision, wanted.note)

    return await matched_of(request, if_match, idempotency_key, Objection, work, dry_run=dry_run)

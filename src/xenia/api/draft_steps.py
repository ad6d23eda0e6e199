"""`/v1/drafts/{draft}/undo` and `/redo`: the changes of a draft, back and forth one by one."""

from __future__ import annotations

from typing import Any

from litestar import Response, post

from xenia.api import draft_shapes as shapes
from xenia.api.asking import IfMatch, ok
from xenia.api.documents import DraftId
from xenia.api.drafts import matched
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.api.writing import DryRun, IdempotencyKey
from xenia.services import undoing as service
from xenia.services.access import Scope
from xenia.services.changing import Changing, Done
from xenia.services.problems import Problem
from xenia.services.published import Space

_TAGS = ["drafts"]


@post(
    "/v1/drafts/{draft:str}/undo",
    summary="Undo the last change of a draft",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.DRAFTS),
    responses=ok(shapes.CheckedDraft, "The draft as it was before, as its next revision."),
)
async def undone_draft(
    *,
    draft: DraftId,
    request: AnyRequest,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """`undo` of the draft says which one that is. The last 50 changes are kept until the draft is
    published."""

    def work(changing: Changing, _: Space, revision: int) -> Done | Problem:
        return service.undo(changing, draft, revision)

    return await matched(request, if_match, idempotency_key, work, dry_run=dry_run)


@post(
    "/v1/drafts/{draft:str}/redo",
    summary="Do a change of a draft again",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.DRAFTS),
    responses=ok(shapes.CheckedDraft, "The draft as it was after it, as its next revision."),
)
async def redone_draft(
    *,
    draft: DraftId,
    request: AnyRequest,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """The one that was undone last, which `redo` of the draft names; another change takes all that
    is undone away."""

    def work(changing: Changing, _: Space, revision: int) -> Done | Problem:
        return service.redo(changing, draft, revision)

    return await matched(request, if_match, idempotency_key, work, dry_run=dry_run)

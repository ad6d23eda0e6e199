"""`/v1/drafts/{draft}/parts`: currencies, levels, rewards and all else of a draft that has an id,
as forms show it; `rule_forms` changes it."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get
from litestar.params import PathParameter

from xenia.api import rule_shapes as shapes
from xenia.api.asking import PAGE, Cursor, Limit, Locale, ok, place_of, tag_of
from xenia.api.documents import DraftId
from xenia.api.problems import refused
from xenia.api.rule_forms import TAGS, of_draft
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.programme.edit.sections import SECTIONS
from xenia.services import draft_parts as service
from xenia.services.access import Scope
from xenia.services.drafts import Looked
from xenia.services.problems import Problem
from xenia.services.programme_problems import unknown_part, unknown_section
from xenia.store.drafts import DraftRow

SectionKey = Annotated[str, PathParameter(description="The section's key: `currencies`.")]
PartId = Annotated[str, PathParameter(description="The part's id in its section.")]


@get(
    "/v1/drafts/{draft:str}/parts",
    summary="What a draft is made of",
    tags=TAGS,
    opt=needs(Scope.PROGRAMMES),
    responses=ok(shapes.DraftTitles, "By section, in the order of a document."),
)
async def draft_titles(
    *, draft: DraftId, request: AnyRequest, locale: Locale = "en"
) -> Response[Any]:
    """The ids that its text has, whatever is wrong with them."""

    def found(row: DraftRow, looked: Looked) -> Any:
        data = service.titles(looked, locale)
        return {"draft": row.draft_id, "revision": row.revision, "data": data}

    return await of_draft(request, draft, found)


@get(
    "/v1/drafts/{draft:str}/parts/{section:str}",
    summary="The parts of a section",
    tags=TAGS,
    opt=needs(Scope.PROGRAMMES),
    responses=ok(shapes.DraftParts, "A page of them, in the order of the text."),
)
async def draft_parts(
    *,
    draft: DraftId,
    section: SectionKey,
    request: AnyRequest,
    locale: Locale = "en",
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response[Any]:
    """Each in words and as it is written, with what is wrong with it; a draft may have errors."""
    first = place_of(cursor)
    if isinstance(first, Problem):
        return refused(first, request)
    if section not in SECTIONS:
        return refused(unknown_section(section, SECTIONS), request)

    def found(row: DraftRow, looked: Looked) -> Any:
        start = first or 0
        ids = service.part_ids(looked, section)
        page, more = ids[start : start + limit], len(ids) > start + limit
        return {
            "draft": row.draft_id,
            "revision": row.revision,
            "section": section,
            "data": service.part_cards(looked, locale, section, page),
            "next_cursor": str(start + limit) if more else None,
            "has_more": more,
        }

    return await of_draft(request, draft, found)


@get(
    "/v1/drafts/{draft:str}/parts/{section:str}/{part:str}",
    summary="A part of a draft",
    tags=TAGS,
    opt=needs(Scope.PROGRAMMES),
    responses=ok(shapes.WholePart, "With all that it says."),
)
async def draft_part(
    *,
    draft: DraftId,
    section: SectionKey,
    part: PartId,
    request: AnyRequest,
    locale: Locale = "en",
) -> Response[Any]:
    """Its ETag, which is the draft's, goes into `If-Match` of a change."""
    if section not in SECTIONS:
        return refused(unknown_section(section, SECTIONS), request)

    def found(row: DraftRow, looked: Looked) -> Any:
        body = service.whole_part(looked, locale, section, part)
        if body is None:
            return unknown_part(section, part, service.part_ids(looked, section))
        whole = {**body, "draft": row.draft_id, "revision": row.revision}
        return Response(whole, headers=tag_of(row.revision))

    return await of_draft(request, draft, found)

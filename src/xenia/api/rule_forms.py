"""`/v1/drafts/{draft}/rules` and `/changes`: a draft's rules as forms show and change them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import PathParameter, QueryParameter
from msgspec import UnsetType

from xenia.api import rule_shapes as shapes
from xenia.api.asking import (
    PAGE,
    Cursor,
    IfMatch,
    Limit,
    Locale,
    Reading,
    ok,
    place_of,
    read,
    tag_of,
)
from xenia.api.documents import DraftId, wrong
from xenia.api.drafts import matched_of
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.api.writing import DryRun, IdempotencyKey
from xenia.language.rows import Form, Group, Row
from xenia.programme.edit.changes import Change, Copy, Move, Remove, Set
from xenia.programme.edit.spans import Path, Plain
from xenia.programme.model import EventType
from xenia.programme.words import NoPhrases, languages
from xenia.services import rule_forms as service
from xenia.services.access import Scope
from xenia.services.changing import Changing, Done
from xenia.services.draft_changes import Ask, change
from xenia.services.drafts import Looked, look
from xenia.services.problems import Problem, wrong_parameter
from xenia.services.programme_problems import unknown_draft, unknown_rule, with_errors
from xenia.services.published import Space
from xenia.store import drafts as store
from xenia.store.drafts import DraftRow

TAGS = ["drafts"]
_DEPTH = 12  # of a value
_decode = msgspec.json.Decoder(float_hook=Decimal).decode

RuleId = Annotated[str, PathParameter(description="The rule's id.")]


# ---- reading -------------------------------------------------------------------------------------


@get(
    "/v1/drafts/{draft:str}/rules",
    summary="The rules of a draft",
    tags=TAGS,
    opt=needs(Scope.PROGRAMMES),
    responses=ok(shapes.Rules, "A page of them, in the order of the text."),
)
async def draft_rules(
    *,
    draft: DraftId,
    request: AnyRequest,
    locale: Locale = "en",
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response[Any]:
    """Each in words, with what is wrong with it; a draft may have errors."""
    first = place_of(cursor)
    if isinstance(first, Problem):
        return refused(first, request)

    def found(row: DraftRow, looked: Looked) -> Any:
        start = first or 0
        ids = service.rule_ids(looked)
        page, more = ids[start : start + limit], len(ids) > start + limit
        return {
            "draft": row.draft_id,
            "revision": row.revision,
            "data": service.cards(looked, locale, page),
            "next_cursor": str(start + limit) if more else None,
            "has_more": more,
        }

    return await of_draft(request, draft, found)


@get(
    "/v1/drafts/{draft:str}/rules/{rule:str}",
    summary="A rule of a draft",
    tags=TAGS,
    opt=needs(Scope.PROGRAMMES),
    responses=ok(shapes.WholeRule, "With its conditions as rows."),
)
async def draft_rule(
    *, draft: DraftId, rule: RuleId, request: AnyRequest, locale: Locale = "en"
) -> Response[Any]:
    """Its ETag, which is the draft's, goes into `If-Match` of a change."""

    def found(row: DraftRow, looked: Looked) -> Any:
        body = service.whole(looked, locale, rule)
        if body is None:
            return unknown_rule(rule, service.rule_ids(looked))
        whole = {**body, "draft": row.draft_id, "revision": row.revision}
        return Response(whole, headers=tag_of(row.revision))

    return await of_draft(request, draft, found)


@get(
    "/v1/drafts/{draft:str}/choices",
    summary="What rules can name",
    tags=TAGS,
    opt=needs(Scope.PROGRAMMES),
    responses=ok(shapes.Choices, "By where it stands."),
)
async def draft_choices(
    *,
    draft: DraftId,
    request: AnyRequest,
    on: Annotated[
        EventType, QueryParameter(description="The type of the events that the rule is about.")
    ] = "purchase",
    discounting: Annotated[
        bool, QueryParameter(description="Whether the rule discounts, so that it goes first.")
    ] = False,
    locale: Locale = "en",
) -> Response[Any]:
    """Of a draft with errors, what can be read of it."""

    def found(_row: DraftRow, looked: Looked) -> Any:
        known = service.choices(looked, locale, on, discounting=discounting)
        return with_errors(looked.findings) if known is None else known

    return await of_draft(request, draft, found)


async def of_draft(
    request: AnyRequest, draft: str, work: Callable[[DraftRow, Looked], Any]
) -> Response[Any]:
    """What is to be said of a draft, as it stands."""

    def found(reads: Reading, space: Space, _now: int) -> Any:
        row = store.draft(reads, space.space_id, draft)
        return unknown_draft(draft) if row is None else work(row, look(row.document))

    return await read(request, found)


# ---- changing ------------------------------------------------------------------------------------


@post(
    "/v1/drafts/{draft:str}/changes",
    summary="Change parts of a draft",
    tags=TAGS,
    status_code=200,
    opt=needs(Scope.DRAFTS, body=shapes.PartChanges),
    responses=ok(shapes.ChangedDraft, "The draft, and the parts that were changed."),
)
async def changed_parts(
    *,
    draft: DraftId,
    request: AnyRequest,
    if_match: IfMatch = None,
    locale: Locale = "en",
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """All else in the text stays as it is, with its comments and its layout.  `If-Match` says which
    revision was read."""

    def work(
        changing: Changing, _: Space, revision: int, sent: shapes.PartChanges
    ) -> Done | Problem:
        wanted = _wanted(sent)
        if isinstance(wanted, Problem):
            return wanted
        try:
            return change(changing, draft, revision, wanted, locale)
        except NoPhrases:
            known = ", ".join(languages())
            return wrong_parameter("locale", f"there are sentences in these languages: {known}")

    return await matched_of(
        request, if_match, idempotency_key, shapes.PartChanges, work, dry_run=dry_run
    )


def _wanted(sent: shapes.PartChanges) -> list[Change | Ask] | Problem:
    found: list[Change | Ask] = []
    for index, one in enumerate(sent.changes):
        change_ = _change(one, f"/changes/{index}")
        if isinstance(change_, Problem):
            return change_
        found.append(change_)
    return found


def _change(one: shapes.PartChange, place: str) -> Change | Ask | Problem:
    at = _path(one.at)
    if at is None or not at:
        return wrong(f"{place}/at", "a JSON Pointer into the document: /rules/welcome/when")
    has_value, has_condition = (
        not isinstance(each, UnsetType) for each in (one.value, one.condition)
    )
    if (has_value and has_condition) or (one.do == "set") != (has_value or has_condition):
        return wrong(place, "`set` takes a `value` or a `condition`, and nothing else does")
    if (one.do == "copy") != (one.to is not None):
        return wrong(f"{place}/to", "`copy` takes the key of the copy, and nothing else does")
    if one.before is not None and one.do != "move":
        return wrong(f"{place}/before", "only `move` has a place to go before")
    match one.do:
        case "remove":
            return Remove(at)
        case "move":
            return Move(at, one.before)
        case "copy":
            return Copy(at, one.to or "")
    if not isinstance(one.condition, UnsetType):
        return Ask(at, _form(one.condition))
    assert not isinstance(one.value, UnsetType), "it is set"
    try:
        return Set(at, _plain(_decode(one.value), _DEPTH))
    except (ValueError, RecursionError):
        return wrong(f"{place}/value", f"a value is nested at most {_DEPTH} deep")


def _path(pointer: str) -> Path | None:
    """The steps of a JSON Pointer; None where it is none."""
    if pointer and not pointer.startswith("/"):
        return None
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def _plain(value: Any, deep: int) -> Plain:
    if not deep:
        raise ValueError("too deep")
    if isinstance(value, dict):
        return {key: _plain(one, deep - 1) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one, deep - 1) for one in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _form(asked: shapes.Asked) -> Form:
    return Form(asked.join, tuple(_part(part) for part in asked.parts))


def _part(part: shapes.Part) -> Row | Group:
    rows = tuple(Row(row.subject, row.operator, tuple(row.values), row.kind) for row in part.rows)
    if part.join is None and len(rows) == 1:
        return rows[0]
    return Group(part.join or "all", rows, part.of)

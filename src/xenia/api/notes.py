"""`/v1/members/{member}/notes`: what staff notes about members, for one another."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, delete, get, post
from litestar.params import PathParameter
from msgspec import Meta, Struct

from xenia.api.asking import PAGE, Cursor, Limit, Reading, id_of, ok, read
from xenia.api.problems import refused
from xenia.api.reading import Sees
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.api.writing import DryRun, IdempotencyKey, written, written_of
from xenia.services import notes as service
from xenia.services.access import Scope
from xenia.services.problems import Problem, unknown_member
from xenia.services.published import Space
from xenia.store import notes as store
from xenia.store.members import is_known

_TAGS = ["corrections"]
_LONGEST = 4000  # characters
MemberId = Annotated[str, PathParameter(description="The member's id.")]


class NewNote(Struct, forbid_unknown_fields=True):
    """What is to be noted."""

    text: Annotated[str, Meta(min_length=1, max_length=_LONGEST)]


class Note(Struct, kw_only=True, forbid_unknown_fields=True):
    """A note; `name` is whose it is, where it was one of the staff of whom it is still known."""

    note: str
    member: str
    text: str
    by: str
    name: str | None
    at: str


class Notes(Struct, kw_only=True, forbid_unknown_fields=True):
    """A page of notes, the latest first."""

    data: list[Note]
    next_cursor: str | None
    has_more: bool


class RemovedNote(Struct, kw_only=True, forbid_unknown_fields=True):
    """A note that is no more."""

    note: str
    removed: bool


@post(
    "/v1/members/{member:str}/notes",
    summary="Note something about a member",
    tags=_TAGS,
    status_code=201,
    opt=needs(Scope.STAFF, body=NewNote),
    responses=ok(Note, "It is noted.", 201),
)
async def new_note(
    *,
    member: MemberId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """For staff alone. It is given out with all that is held about the person, and erased with
    them."""
    return await written_of(
        request,
        idempotency_key,
        NewNote,
        lambda changing, _, wanted: service.add(changing, member, wanted.text),
        dry_run=dry_run,
    )


@get(
    "/v1/members/{member:str}/notes",
    summary="What staff has noted about a member",
    tags=_TAGS,
    opt=needs(Scope.MEMBERS),
    responses=ok(Notes, "A page of them, the latest first."),
)
async def notes(
    *, member: MemberId, request: AnyRequest, limit: Limit = PAGE, cursor: Cursor = None
) -> Response[Any]:
    """Of somebody who was erased there are none."""
    before = id_of(cursor)
    if isinstance(before, Problem):
        return refused(before, request)

    def found(reads: Reading, space: Space, _now: int) -> Any:
        if not is_known(reads, space.space_id, member):
            return unknown_member(member)
        rows = store.page(reads, space.space_id, member, before=before, limit=limit + 1)
        page, more = rows[:limit], len(rows) > limit
        return {
            "data": service.shown(reads, space.space_id, page),
            "next_cursor": page[-1].note if more else None,
            "has_more": more,
        }

    return await read(request, found, Sees.EACH_ITS_OWN)


@delete(
    "/v1/members/{member:str}/notes/{note:str}",
    summary="Remove a note",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.STAFF),
    responses=ok(RemovedNote, "It is gone."),
)
async def removed_note(
    *,
    member: MemberId,
    note: Annotated[str, PathParameter(description="The note's id.")],
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """That there was one stays in the trail, and what it said until the member is erased."""
    return await written(
        request,
        idempotency_key,
        lambda changing, _: service.remove(changing, member, note),
        dry_run=dry_run,
    )

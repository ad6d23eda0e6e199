"""`/v1/programmes/{programme}`: what is published, told in words, and withdrawn; the catalogue."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, delete, get, put
from litestar.params import PathParameter, QueryParameter

from xenia.api import draft_shapes as shapes
from xenia.api.asking import Locale, Reading, ok, read
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, actor_of, service_of
from xenia.api.writing import DryRun, IdempotencyKey, written, written_of
from xenia.events.moments import NotATime, parse_time
from xenia.services import templates as catalogue
from xenia.services import versions
from xenia.services.access import Scope
from xenia.services.changing import Changing, Done
from xenia.services.in_words import explained
from xenia.services.listing import listed_version
from xenia.services.problems import Problem, wrong_parameter
from xenia.services.programme_problems import unknown_programme, unknown_version
from xenia.services.published import Space, programme_of
from xenia.services.withdrawing import note_withdrawal, withdraw
from xenia.store import drafts as store
from xenia.store.programmes import VersionRow

_TAGS, _CATALOGUE = ["programmes"], ["templates"]

Name = Annotated[str, PathParameter(description="The programme's id.")]
TemplateName = Annotated[str, PathParameter(description="Its name in the catalogue.")]
At = Annotated[
    str | None,
    QueryParameter(description="The version in force at this time (RFC 3339); else now."),
]
Number = Annotated[int | None, QueryParameter(description="Exactly this version.", ge=1)]


@get(
    "/v1/programmes/{programme:str}",
    summary="A version of a programme",
    tags=_TAGS,
    opt=needs(Scope.PROGRAMMES),
    responses=ok(shapes.Version, "With its document, as it was written."),
)
async def programme_version(
    *, programme: Name, request: AnyRequest, at: At = None, version: Number = None
) -> Response[Any]:
    """The one that decides now, that decided or will decide at a time, or that of a number."""

    def found(reads: Reading, space: Space, now: int) -> Any:
        rows = versions.all_of(reads, space.space_id, programme)
        row = _chosen(rows, programme, at, version, now)
        if isinstance(row, Problem):
            return row
        shown = listed_version(row, rows, now)
        return {
            "programme": programme,
            **{name: getattr(shown, name) for name in shown.__slots__},
            "document": row.document,
        }

    return await read(request, found)


@get(
    "/v1/programmes/{programme:str}/explain",
    summary="A programme in plain words",
    tags=_TAGS,
    opt=needs(Scope.PROGRAMMES),
    responses=ok(shapes.Explained, "As a customer is told it."),
)
async def explained_programme(
    *,
    programme: Name,
    request: AnyRequest,
    at: At = None,
    version: Number = None,
    locale: Locale = "en",
) -> Response[Any]:
    """With how simple it is, and why."""

    def found(reads: Reading, space: Space, now: int) -> Any:
        rows = versions.all_of(reads, space.space_id, programme)
        row = _chosen(rows, programme, at, version, now)
        return row if isinstance(row, Problem) else explained(programme_of(row.document), locale)

    return await read(request, found)


@delete(
    "/v1/programmes/{programme:str}/versions/{version:int}",
    summary="Withdraw a version",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.PUBLISHING),
    responses=ok(shapes.Withdrawn, "It does not come."),
)
async def withdrawn_version(
    *,
    programme: Name,
    version: Annotated[int, PathParameter(description="Its number.")],
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Only before it takes effect, and the last one first; with it those whose place it took. All
    members are told, if they were told of it."""

    def work(changing: Changing, space: Space) -> Done | Problem:
        done = withdraw(
            changing.connection, space, programme, version, clock=service_of(request).clock
        )
        if isinstance(done, Problem):
            return done
        note_withdrawal(changing, programme, done)
        told = {"withdrawn": list(done.versions), "follows": done.follows, "from": done.since}
        return Done({"programme": programme, **told, "announced": done.announced})

    return await written(request, idempotency_key, work, dry_run=dry_run)


# ---- whether one person is enough ----------------------------------------------------------------


@get(
    "/v1/approval",
    summary="Who approves drafts",
    tags=["drafts"],
    opt=needs(Scope.PROGRAMMES),
    responses=ok(shapes.Approval, "Whether it takes a second person."),
)
async def approval(request: AnyRequest) -> Response[Any]:
    """It does, unless the space says otherwise."""
    space = actor_of(request).space_id
    return await read(
        request, lambda reads, _space, _now: {"four_eyes": store.four_eyes(reads, space)}
    )


@put(
    "/v1/approval",
    summary="Say who approves drafts",
    tags=["drafts"],
    opt=needs(Scope.ACCOUNTS, body=shapes.Approval),
    responses=ok(shapes.Approval, "As it is from now on."),
)
async def changed_approval(
    *, request: AnyRequest, idempotency_key: IdempotencyKey = None, dry_run: DryRun = False
) -> Response[Any]:
    """Let one person be enough, where there is but one; or ask for a second one again."""

    def work(changing: Changing, space: Space, wanted: shapes.Approval) -> Done:
        before = {"four_eyes": store.four_eyes(changing.connection, space.space_id)}
        store.set_four_eyes(changing.connection, space.space_id, wanted=wanted.four_eyes)
        after = {"four_eyes": wanted.four_eyes}
        changing.note("approval.changed", "approval", before=before, after=after)
        return Done(after)

    return await written_of(request, idempotency_key, shapes.Approval, work, dry_run=dry_run)


# ---- the catalogue -------------------------------------------------------------------------------


@get(
    "/v1/templates",
    summary="The catalogue",
    tags=_CATALOGUE,
    opt=needs(Scope.PROGRAMMES),
    responses=ok(shapes.Templates, "Programmes to begin with, by name."),
)
async def templates(*, request: AnyRequest, locale: Locale = "en") -> Response[Any]:
    """`POST /v1/programmes` begins a draft from one."""

    def found(_reads: Reading, _space: Space, _now: int) -> Any:
        parts = ("template", "title", "notes")
        all_ = catalogue.templates(locale)
        return {"data": [{part: getattr(one, part) for part in parts} for one in all_]}

    return await read(request, found)


@get(
    "/v1/templates/{template:str}",
    summary="A programme of the catalogue",
    tags=_CATALOGUE,
    opt=needs(Scope.PROGRAMMES),
    responses=ok(shapes.WholeTemplate, "With its text."),
)
async def template(
    *, template: TemplateName, request: AnyRequest, locale: Locale = "en"
) -> Response[Any]:
    """As it comes with Xenia."""
    return await read(request, lambda _reads, _space, _now: catalogue.template(template, locale))


def _chosen(
    rows: tuple[VersionRow, ...], programme: str, at: str | None, version: int | None, now: int
) -> VersionRow | Problem:
    if not rows:
        return unknown_programme(programme, ())
    if at is not None and version is not None:
        return wrong_parameter("at", "name either a time or a version")
    try:
        instant = now if at is None else parse_time(at)
    except NotATime as error:
        return wrong_parameter("at", str(error))
    found = versions.among(rows, at=instant, version=version)
    if found is None:
        return unknown_version(programme, version or 0)
    return found

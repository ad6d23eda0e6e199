"""`/v1/cashiers` and `/v1/reports/staff`: who serves and is a member, too, and what they did for
which cards."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, delete, get, put
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta, Struct

from xenia.api.asking import (
    PAGE,
    Cursor,
    Form,
    Limit,
    Reading,
    Time,
    ok,
    programme_in,
    read,
    time_of,
    wrong_form,
)
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.api.writing import DryRun, IdempotencyKey, written, written_of
from xenia.services import cashiers as service
from xenia.services.access import Scope as Allowed
from xenia.services.cashiers import LEAST, Wish
from xenia.services.problems import Problem
from xenia.services.published import Space
from xenia.store.posting import Scope

_TAGS = ["safety"]
CashierName = Annotated[
    str, PathParameter(description="As events name them: `cashier`, or `author`.", max_length=200)
]


class Link(Struct, forbid_unknown_fields=True):
    """The member who somebody is."""

    member: Annotated[str, Meta(min_length=1, max_length=200)]


class Cashier(Struct, kw_only=True, forbid_unknown_fields=True):
    """Somebody who serves, and the member who they are."""

    cashier: str
    member: str
    since: str


class Cashiers(Struct, kw_only=True, forbid_unknown_fields=True):
    """A page of them, by name."""

    data: list[Cashier]
    next_cursor: str | None
    has_more: bool


class Unlinked(Struct, kw_only=True, forbid_unknown_fields=True):
    """Somebody of whom it is not said any more."""

    cashier: str
    linked: bool


class StaffFinding(Struct, kw_only=True, forbid_unknown_fields=True):
    """What somebody did for a card: `own`, if it is theirs; `units` that it brought the member."""

    finding: str
    cashier: str
    member: str
    day: str | None
    own: bool
    events: int
    purchases: int
    returns: int
    claims: int
    adjustments: int
    grants: int
    units: dict[str, str]
    first_at: str
    last_at: str
    examples: list[str]


class StaffReport(Struct, kw_only=True, forbid_unknown_fields=True):
    """A page of what was found in a time."""

    since: str
    until: str
    data: list[StaffFinding]
    next_cursor: str | None
    has_more: bool


@get(
    "/v1/cashiers",
    summary="Who serves and is a member",
    tags=_TAGS,
    opt=needs(Allowed.SAFETY),
    responses=ok(Cashiers, "A page of them, by name."),
)
async def cashiers(
    *, request: AnyRequest, limit: Limit = PAGE, cursor: Cursor = None
) -> Response[Any]:
    """Of others nobody has said which member they are."""
    return await read(
        request, lambda reads, space, _now: service.page(reads, space.space_id, cursor, limit)
    )


@put(
    "/v1/cashiers/{cashier:str}",
    summary="Say which member somebody is who serves",
    tags=_TAGS,
    opt=needs(Allowed.SAFETY, body=Link),
    responses=ok(Cashier, "It is said."),
)
async def linked_cashier(
    *,
    cashier: CashierName,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """In place of what was said of them. It goes when the member is erased."""
    return await written_of(
        request,
        idempotency_key,
        Link,
        lambda changing, _, wanted: service.link(changing, cashier, wanted.member),
        dry_run=dry_run,
    )


@delete(
    "/v1/cashiers/{cashier:str}",
    summary="Say no more which member somebody is",
    tags=_TAGS,
    status_code=200,
    opt=needs(Allowed.SAFETY),
    responses=ok(Unlinked, "It is not said any more."),
)
async def unlinked_cashier(
    *,
    cashier: CashierName,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """What they did stays what it was."""
    return await written(
        request,
        idempotency_key,
        lambda changing, _: service.unlink(changing, cashier),
        dry_run=dry_run,
    )


@get(
    "/v1/reports/staff",
    summary="What staff did for which cards",
    tags=_TAGS,
    opt=needs(Allowed.REPORTS),
    responses=ok(StaffReport, "A page of what was found; as CSV, all of it."),
)
async def staff_report(
    *,
    request: AnyRequest,
    programme: Annotated[
        str | None, QueryParameter(description="Which programme; needed where there are several.")
    ] = None,
    since: Time = None,
    until: Time = None,
    least: Annotated[
        int, QueryParameter(ge=1, le=1000, description="From how many of a kind on it is told.")
    ] = LEAST,
    finding: Annotated[str | None, QueryParameter(description="Only of this kind.")] = None,
    form: Form = "json",
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response[Any]:
    """Purchases, returns, claims of guests' purchases, adjustments and grants, by who served (of
    what staff changes: by its author) and by member; without times, of the last 30 days. That
    something is told here proves nothing."""
    times = time_of("since", since), time_of("until", until)
    for one in (*times, wrong_form(form)):
        if isinstance(one, Problem):
            return refused(one, request)

    def found(reads: Reading, space: Space, now: int) -> Any:
        published = programme_in(space, programme)
        scope = Scope(space.space_id, published.programme_id)
        first, last = (None if isinstance(time, Problem) else time for time in times)
        wish = Wish(first, last, least, finding)
        if form == "csv":
            told = service.table(reads, scope, published, wish, now)
            return told if isinstance(told, Problem) else Response(told, media_type="text/csv")
        return service.report(reads, scope, published, wish, now=now, cursor=cursor, limit=limit)

    return await read(request, found)

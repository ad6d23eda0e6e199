"""`/v1/reports/refused-spends`: what members were refused for safety."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get
from litestar.params import QueryParameter
from msgspec import Struct

from xenia.api.asking import (
    PAGE,
    Cursor,
    Form,
    Limit,
    Reading,
    Time,
    ok,
    place_of,
    programme_in,
    read,
    time_of,
    wrong_form,
)
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.services import refused_spends as service
from xenia.services.access import Scope as Allowed
from xenia.services.problems import Problem
from xenia.services.published import Space
from xenia.services.refused_spends import Page, Wish
from xenia.store.posting import Scope


class RefusedClaim(Struct, kw_only=True, forbid_unknown_fields=True):
    """By what something was to be taken, and of what: a currency, a reward, a voucher."""

    claim: str
    of: str


class RefusedSpend(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a member was refused; `asked_by` an `event`, that is recorded, or a `reservation`, of
    which nothing has happened."""

    at: str
    programme: str
    member: str
    reason: str
    claims: list[RefusedClaim]
    type: str
    source: str
    event: str
    asked_by: str
    location: str | None
    terminal: str | None
    cashier: str | None


class RefusedSpends(Struct, kw_only=True, forbid_unknown_fields=True):
    """A page of what was refused in a time."""

    since: str
    until: str
    data: list[RefusedSpend]
    next_cursor: str | None
    has_more: bool


@get(
    "/v1/reports/refused-spends",
    summary="What members were refused for safety",
    tags=["safety"],
    opt=needs(Allowed.REPORTS),
    responses=ok(RefusedSpends, "A page of it, the latest first; as CSV, all of it."),
)
async def refused_spends(
    *,
    request: AnyRequest,
    programme: Annotated[
        str | None, QueryParameter(description="Which programme; needed where there are several.")
    ] = None,
    since: Time = None,
    until: Time = None,
    member: Annotated[str | None, QueryParameter(description="Only of this member.")] = None,
    reason: Annotated[str | None, QueryParameter(description="Only for this reason.")] = None,
    form: Form = "json",
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response[Any]:
    """What went beyond a limit, came without its one-time code or with a wrong one, with a blocked
    card, or while what the member has was held; without times, of the last 30 days."""
    first, last, before = time_of("since", since), time_of("until", until), place_of(cursor)
    for one in (first, last, before, wrong_form(form)):
        if isinstance(one, Problem):
            return refused(one, request)
    assert not isinstance(first, Problem), "it is told above"
    assert not isinstance(last, Problem), "it is told above"
    assert not isinstance(before, Problem), "it is told above"
    wish, page = Wish(first, last, member, reason), Page(before, limit)

    def found(reads: Reading, space: Space, now: int) -> Any:
        published = programme_in(space, programme)
        scope = Scope(space.space_id, published.programme_id)
        if form == "csv":
            told = service.table(reads, scope, published, wish, now)
            return told if isinstance(told, Problem) else Response(told, media_type="text/csv")
        return service.report(reads, scope, published, wish, now=now, page=page)

    return await read(request, found)

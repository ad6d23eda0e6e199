"""`/v1/entries`: the ledger of all members, looked through by what an entry is."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get
from litestar.params import QueryParameter
from msgspec import Struct

from xenia.api import shapes
from xenia.api.asking import Cursor, Form, Locale, Reading, ok, programme_in, read, wrong_form
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.services.access import Scope as Allowed
from xenia.services.problems import Problem
from xenia.services.published import Space
from xenia.services.searching import PAGE, PAGE_MAX, Wish, search, table
from xenia.store.posting import Scope

_TEXT = 200


class FoundEntry(shapes.Entry, kw_only=True, forbid_unknown_fields=True):
    """An entry, and whose it is."""

    member: str


class FoundEntries(Struct, kw_only=True, forbid_unknown_fields=True):
    """What was found, the newest in the books first; `looked_from` is the first day that was looked
    at: where much does not fit, a page may end before it is full, and the next one looks further
    back.  `programmes` and `currencies` are those that there are to be chosen."""

    programme: str
    programmes: list[str]
    currencies: list[str]
    looked_from: str
    data: list[FoundEntry]
    next_cursor: str | None
    has_more: bool


def _text(description: str) -> Any:
    return QueryParameter(description=description, max_length=_TEXT)


@get(
    "/v1/entries",
    summary="Look through the ledger",
    tags=["ledger"],
    opt=needs(Allowed.MEMBERS),
    responses=ok(FoundEntries, "A page of what was found; as CSV, all of it."),
)
async def entries(
    *,
    request: AnyRequest,
    programme: Annotated[
        str | None, QueryParameter(description="Which programme; needed where there are several.")
    ] = None,
    member: Annotated[str | None, _text("Only of this member.")] = None,
    event: Annotated[str | None, _text("Only what this event has moved.")] = None,
    source: Annotated[str, _text("The event's source.")] = "api",
    currency: Annotated[str | None, _text("Only this currency.")] = None,
    kind: Annotated[
        str | None,
        _text(
            "Only what was `issued`, `redeemed`, `expired`, `adjusted`, `settled`, `brought` from "
            "elsewhere, `moved` between members, or moved `within` what a member has."
        ),
    ] = None,
    since: Annotated[str | None, _text("From this day of the books on, such as 2026-03-01.")] = (
        None
    ),
    until: Annotated[str | None, _text("To this day, included.")] = None,
    least: Annotated[str | None, _text("Of so many units or more.")] = None,
    most: Annotated[str | None, _text("Of so many units or fewer.")] = None,
    form: Form = "json",
    limit: Annotated[int, QueryParameter(ge=1, le=PAGE_MAX, description="On a page.")] = PAGE,
    cursor: Cursor = None,
    locale: Locale = "en",
) -> Response[Any]:
    """Every movement of units in a programme, each in words."""
    wrong = wrong_form(form)
    if wrong is not None:
        return refused(wrong, request)
    wish = Wish(
        member=member,
        source=source,
        event=event,
        currency=currency,
        kind=kind,
        since=since,
        until=until,
        least=least,
        most=most,
    )

    def found(reads: Reading, space: Space, now: int) -> Any:
        published = programme_in(space, programme)
        scope = Scope(space.space_id, published.programme_id)
        if form == "csv":
            told = table(reads, scope, published, wish, now=now, locale=locale)
            return told if isinstance(told, Problem) else Response(told, media_type="text/csv")
        page = search(
            reads, scope, published, wish, now=now, cursor=cursor, limit=limit, locale=locale
        )
        if isinstance(page, Problem):
            return page
        return {**page, "programmes": sorted(space.programmes)}

    return await read(request, found)

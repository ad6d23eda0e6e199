"""`/v1/members/…`: what is known of a member, what they hold, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from litestar import Response, get
from litestar.openapi import ResponseSpec
from litestar.params import PathParameter, QueryParameter
from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.api import shapes
from xenia.api.asking import programme_in, read
from xenia.api.reading import Sees
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.services import persons
from xenia.services.access import Scope as Allowed
from xenia.services.explaining import explanation
from xenia.services.problems import (
    unknown_event,
    unknown_member,
    wrong_parameter,
)
from xenia.services.published import Published, Space
from xenia.services.statements import PAGE, PAGE_MAX, Page, ledger_page, membership, statement
from xenia.store.members import is_known
from xenia.store.posting import Scope

T = TypeVar("T")
Reading = Connection[TupleRow]

ProgrammeName = Annotated[
    str | None, QueryParameter(description="Which programme; needed where there are several.")
]
MemberId = Annotated[
    str,
    PathParameter(
        description="The member's id; a slash in it is written `%252F`, a per cent sign `%2525`."
    ),
]
Locale = Annotated[str, QueryParameter(description="The language of sentences.", max_length=40)]
_TAGS = ["members"]


def _ok(shape: type, description: str) -> dict[int, ResponseSpec]:
    return {200: ResponseSpec(shape, description=description, generate_examples=False)}


@get(
    "/v1/members/{member:str}",
    summary="A member",
    tags=_TAGS,
    opt=needs(Allowed.MEMBERS),
    responses=_ok(shapes.Member, "Who they are, where they have joined, and their tiers."),
)
async def member(member: MemberId, request: AnyRequest) -> Response[Any]:
    """What leads to them, what they have agreed to, and each programme in which something was
    recorded of them."""

    def found(reads: Reading, space: Space, now: int) -> Any:
        if not is_known(reads, space.space_id, member):
            return unknown_member(member)
        programmes = []
        for one in persons.programmes_of(reads, space, member):
            scope = Scope(space.space_id, one.programme_id)
            joined = membership(reads, scope, one, member, now)
            if joined is not None:
                said = persons.attributes(reads, one, scope, member, now)
                programmes.append({**joined, "attributes": said})
        return {**persons.known(reads, space.space_id, member), "programmes": programmes}

    return await read(request, found)


@get(
    "/v1/members/{member:str}/wallet",
    summary="What a member holds",
    tags=_TAGS,
    opt=needs(Allowed.MEMBERS),
    responses=_ok(shapes.Statement, "What is held at this moment."),
)
async def wallet(
    member: MemberId, request: AnyRequest, programme: ProgrammeName = None
) -> Response[Any]:
    """Wallet, tiers, metrics, vouchers and benefits, with everything that is due by now."""

    def found(reads: Reading, scope: Scope, published: Published, now: int) -> Any:
        return statement(reads, scope, published, member, now) or unknown_member(member)

    return await _read_in(request, programme, found)


@get(
    "/v1/members/{member:str}/ledger",
    summary="A member's ledger",
    tags=_TAGS,
    opt=needs(Allowed.MEMBERS),
    responses=_ok(shapes.LedgerPage, "Entries, newest first."),
)
async def ledger(
    *,
    member: MemberId,
    request: AnyRequest,
    programme: ProgrammeName = None,
    currency: Annotated[str | None, QueryParameter(description="Only this currency.")] = None,
    limit: Annotated[
        int, QueryParameter(ge=1, le=PAGE_MAX, description="Entries on a page.")
    ] = PAGE,
    cursor: Annotated[
        str | None, QueryParameter(description="`next_cursor` of the page before.")
    ] = None,
    locale: Locale = "en",
) -> Response[Any]:
    """Every movement of units, each in words."""

    def found(reads: Reading, scope: Scope, published: Published, _now: int) -> Any:
        if not is_known(reads, scope.space_id, member):
            return unknown_member(member)
        try:
            page: Page = ledger_page(
                reads,
                scope,
                published,
                member,
                locale=locale,
                currency=currency,
                cursor=cursor,
                limit=limit,
            )
        except ValueError as error:
            return wrong_parameter("cursor", str(error))
        more = page.cursor is not None
        return {"data": page.entries, "next_cursor": page.cursor, "has_more": more}

    return await _read_in(request, programme, found, Sees.EACH_ITS_OWN)


@get(
    "/v1/members/{member:str}/explain",
    summary="Why an event came out as it did",
    tags=_TAGS,
    opt=needs(Allowed.MEMBERS),
    responses=_ok(shapes.Explanation, "The answer, every rule with its reason, and the entries."),
)
async def explain(
    *,
    member: MemberId,
    request: AnyRequest,
    event: Annotated[str, QueryParameter(description="The event's id.")],
    source: Annotated[str, QueryParameter(description="The event's source.")] = "api",
    programme: ProgrammeName = None,
    locale: Locale = "en",
) -> Response[Any]:
    """Of an event of this member."""

    def found(reads: Reading, scope: Scope, published: Published, _now: int) -> Any:
        told = explanation(reads, scope, published, source, event, locale=locale)
        if told is None or told["member"] != member:
            return unknown_event(source, event, member)
        return told

    return await _read_in(request, programme, found)


async def _read_in(
    request: AnyRequest,
    programme: str | None,
    work: Callable[[Reading, Scope, Published, int], Any],
    sees: Sees = Sees.ONE_MOMENT,
) -> Response[Any]:
    """The same in one programme."""

    def in_it(reads: Reading, space: Space, now: int) -> Any:
        published = programme_in(space, programme)
        return work(reads, Scope(space.space_id, published.programme_id), published, now)

    return await read(request, in_it, sees)

"""`GET /v1/members`: who there is, and whom something leads to."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get
from litestar.openapi import ResponseSpec
from litestar.params import QueryParameter
from msgspec import Struct

from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, actor_of, service_of
from xenia.services import persons
from xenia.services.access import Scope
from xenia.services.problems import Problem
from xenia.store.persons import Person

_PAGE, _PAGE_MAX = 50, 500


class ShownPerson(Struct):
    """Somebody of whom something is known since then, and whether they have been erased."""

    member: str
    since: str
    erased_at: str | None


class Persons(Struct):
    """Members, in the order of their ids."""

    data: tuple[ShownPerson, ...]
    next_cursor: str | None
    has_more: bool


def _leads(what: str) -> Any:
    return QueryParameter(description=f"Only whom this {what} leads to.", max_length=200)


@get(
    "/v1/members",
    summary="The members, or whom something leads to",
    tags=["members"],
    opt=needs(Scope.MEMBERS),
    responses={200: ResponseSpec(Persons, description="Their ids.", generate_examples=False)},
)
async def members(
    *,
    request: AnyRequest,
    card: Annotated[str | None, _leads("card")] = None,
    phone: Annotated[str | None, _leads("phone")] = None,
    email: Annotated[str | None, _leads("address")] = None,
    app: Annotated[str | None, _leads("app")] = None,
    pass_: Annotated[
        str | None,
        QueryParameter(name="pass", description="Only whom this pass leads to.", max_length=200),
    ] = None,
    identifier: Annotated[str | None, _leads("card, phone or whatever it is")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=_PAGE_MAX, description="On a page.")] = _PAGE,
    cursor: Annotated[
        str | None, QueryParameter(description="`next_cursor` of the page before.")
    ] = None,
) -> Response[Any]:
    """Whom something leads to is one member or nobody; what leads to several says so, by their
    ids."""
    asked = {"card": card, "phone": phone, "email": email, "app": app, "pass": pass_}
    named = {kind: value for kind, value in asked.items() if value is not None}
    if identifier is not None:
        named["identifier"] = identifier
    space = actor_of(request).space_id

    def read(reads: persons.Reads) -> Persons | Problem:
        if named:
            found = persons.found(reads, space, named)
            return found if isinstance(found, Problem) else _page(found, more=False)
        rows, more = persons.page(reads, space, cursor, limit)
        return _page(rows, more=more)

    found = await service_of(request).reader.read(read)
    return refused(found, request) if isinstance(found, Problem) else Response(found)


def _page(rows: list[Person], *, more: bool) -> Persons:
    data = tuple(ShownPerson(**persons.shown(row)) for row in rows)
    return Persons(data, rows[-1].member if more else None, more)

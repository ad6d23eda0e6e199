"""`GET /v1/members`: who there is, and whom something leads to."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get
from litestar.openapi import ResponseSpec
from litestar.params import QueryParameter
from msgspec import Struct

from xenia.api.asking import read
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.services import persons
from xenia.services.access import Scope
from xenia.services.finding import Question, listed
from xenia.services.problems import Problem, wrong_parameter
from xenia.services.published import Space
from xenia.store.finding import Erased, Order, State
from xenia.store.persons import Person

_PAGE, _PAGE_MAX = 50, 500


class PersonIn(Struct):
    """Somebody in a programme, as of the last that happened there: whether they are a member of it,
    and by tier the level that they hold."""

    programme: str
    state: State
    levels: dict[str, str]


class ShownPerson(Struct):
    """Somebody of whom something is known since then, and whether they have been erased; `name` as
    their profile has it. `programmes` are those in which something was recorded of them."""

    member: str
    since: str
    erased_at: str | None
    name: str | None
    programmes: tuple[PersonIn, ...]


class Persons(Struct):
    """Members, in the order that was asked for."""

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
    find: Annotated[
        str | None,
        QueryParameter(
            description="Only whose id, or card, phone, address or the like begins so, or whose"
            " name has words that begin so.",
            max_length=200,
        ),
    ] = None,
    programme: Annotated[
        str | None,
        QueryParameter(description="Only of whom something was recorded in this programme."),
    ] = None,
    state_: Annotated[
        State | None,
        QueryParameter(
            name="state",
            description="Only who has joined the programme (or any), has left it, or never joined.",
        ),
    ] = None,
    tier: Annotated[
        str | None, QueryParameter(description="Of which tier `level` is; needed with several.")
    ] = None,
    level: Annotated[
        str | None, QueryParameter(description="Only who holds this level of the programme now.")
    ] = None,
    erased: Annotated[
        Erased, QueryParameter(description="Also those who were erased, only these, or none.")
    ] = "any",
    order: Annotated[
        Order, QueryParameter(description="By their ids, or the newest first.")
    ] = "id",
    limit: Annotated[int, QueryParameter(ge=1, le=_PAGE_MAX, description="On a page.")] = _PAGE,
    cursor: Annotated[
        str | None, QueryParameter(description="`next_cursor` of the page before.")
    ] = None,
) -> Response[Any]:
    """Whom something leads to is one member or nobody; what leads to several says so, by their
    ids. What is looked for by `find` may be several: they come in pages."""
    asked = {"card": card, "phone": phone, "email": email, "app": app, "pass": pass_}
    named = {kind: value for kind, value in asked.items() if value is not None}
    if identifier is not None:
        named["identifier"] = identifier
    question = Question(limit, find, programme, state_, tier, level, erased, order, cursor)

    def work(reads: persons.Reads, space: Space, _now: int) -> Persons | Problem:
        if not named:
            found = listed(reads, space, question)
            return found if isinstance(found, Problem) else _page(*found)
        if question != Question(limit, cursor=cursor):
            return wrong_parameter("find", f"{next(iter(named))} already says who is meant")
        one = persons.found(reads, space.space_id, named)
        return one if isinstance(one, Problem) else _page(one, None)

    return await read(request, work)


def _page(rows: list[Person], cursor: str | None) -> Persons:
    data = tuple(
        ShownPerson(
            **persons.shown(row),
            name=row.name,
            programmes=tuple(_person_in(*one) for one in row.standings or ()),
        )
        for row in rows
    )
    return Persons(data, cursor, cursor is not None)


def _person_in(programme: str, standing: list[str]) -> PersonIn:
    states: tuple[State, ...] = ("left", "not-joined")
    state: State = next((one for one in states if one in standing), "joined")
    return PersonIn(programme, state, dict(one.split("=", 1) for one in standing if "=" in one))

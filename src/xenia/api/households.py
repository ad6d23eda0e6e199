"""`/v1/households`: members to whom others belong, and who these are."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, delete, get, patch, post
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta, Struct

from xenia.api.asking import PAGE, Limit, ok, read
from xenia.api.members import MemberId
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.api.shapes import Time
from xenia.api.writing import DryRun, IdempotencyKey, written, written_of
from xenia.events.wire import Text
from xenia.services import households as service
from xenia.services.access import Scope
from xenia.services.changing import Changing, Done
from xenia.services.problems import Problem
from xenia.services.published import Space
from xenia.store import households as store
from xenia.store.households import PersonRow

_TAGS = ["households"]
HouseholdId = Annotated[str, PathParameter(description="The household's id, which is a member's.")]


class NewHousehold(Struct, forbid_unknown_fields=True):
    """Its first person, who is a member; its id, if it is not to have a new one, and its name."""

    person: Text
    household: Text | None = None
    name: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    may_spend: bool = True


class NewPerson(Struct, forbid_unknown_fields=True):
    """Who is to belong to a household, and whether they may spend what is in its pool."""

    member: Text
    may_spend: bool = True


class ChangedPerson(Struct, forbid_unknown_fields=True):
    """Whether they may spend what is in the pool."""

    may_spend: bool


class HouseholdPerson(Struct, kw_only=True):
    """Who belongs to a household; `name` as their profile has it."""

    member: str
    name: str | None
    may_spend: bool
    since: Time


class Household(Struct, kw_only=True):
    """A member to whom others belong; `name` is null once the household has been erased."""

    household: str
    name: str | None
    made_at: Time
    dissolved_at: Time | None
    persons: list[HouseholdPerson]


class Households(Struct):
    """A page of households, in the order of their ids."""

    data: tuple[Household, ...]
    next_cursor: str | None
    has_more: bool


@post(
    "/v1/households",
    summary="Make a household",
    tags=_TAGS,
    status_code=201,
    opt=needs(Scope.ENROLLING, body=NewHousehold),
    responses=ok(Household, "It is made.", 201),
)
async def new_household(
    *,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """A member to whom others belong: what they buy and do is recorded of the household from now
    on, with them in `by`. The id may be that of a member that there is."""

    def work(changing: Changing, space: Space, wanted: NewHousehold) -> Done | Problem:
        first = PersonRow("", wanted.person, wanted.may_spend, 0)
        return service.make(changing, space, wanted.household, wanted.name, first)

    return await written_of(request, idempotency_key, NewHousehold, work, dry_run=dry_run)


@post(
    "/v1/households/{household:str}/persons",
    summary="Add a person to a household",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.ENROLLING, body=NewPerson),
    responses=ok(Household, "They belong to it."),
)
async def new_person(
    *,
    household: HouseholdId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """What they had stays theirs: what they want to bring is given to the household by a `transfer`
    of theirs."""

    def work(changing: Changing, space: Space, wanted: NewPerson) -> Done | Problem:
        person = PersonRow(household, wanted.member, wanted.may_spend, 0)
        return service.add(changing, space, person)

    return await written_of(request, idempotency_key, NewPerson, work, dry_run=dry_run)


@patch(
    "/v1/households/{household:str}/persons/{member:str}",
    summary="Say whether somebody may spend",
    tags=_TAGS,
    opt=needs(Scope.ENROLLING, body=ChangedPerson),
    responses=ok(Household, "It holds from now on."),
)
async def changed_person(
    *,
    household: HouseholdId,
    member: MemberId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Who may not earns for the household all the same; what they claim of its pool is refused as
    `may-not-spend`."""

    def work(changing: Changing, _: Space, wanted: ChangedPerson) -> Done | Problem:
        return service.let_spend(changing, household, member, may=wanted.may_spend)

    return await written_of(request, idempotency_key, ChangedPerson, work, dry_run=dry_run)


@delete(
    "/v1/households/{household:str}/persons/{member:str}",
    summary="Remove a person from a household",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.ENROLLING),
    responses=ok(Household, "They belong to it no more."),
)
async def removed_person(
    *,
    household: HouseholdId,
    member: MemberId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """What they do from now on is their own. What is in the pool stays in it, also what comes back
    of what they have bought for it."""
    return await written(
        request,
        idempotency_key,
        lambda changing, _: service.remove(changing, household, member),
        dry_run=dry_run,
    )


@delete(
    "/v1/households/{household:str}",
    summary="Dissolve a household",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.ENROLLING),
    responses=ok(Household, "It is none any more."),
)
async def dissolved_household(
    *,
    household: HouseholdId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """If nobody belongs to it. What is left in its pool can still be given away by its id."""
    return await written(
        request,
        idempotency_key,
        lambda changing, _: service.dissolve(changing, household),
        dry_run=dry_run,
    )


@get(
    "/v1/households/{household:str}",
    summary="A household",
    tags=_TAGS,
    opt=needs(Scope.MEMBERS),
    responses=ok(Household, "With who belongs to it."),
)
async def household(household: HouseholdId, request: AnyRequest) -> Response[Any]:
    """What is in its pool is told as of any member: `GET /v1/members/{member}/wallet`."""

    def found(reads: service.Reads, space: Space, _: int) -> Any:
        return service.found(reads, space.space_id, household)

    return await read(request, found)


@get(
    "/v1/households",
    summary="The households",
    tags=_TAGS,
    opt=needs(Scope.MEMBERS),
    responses=ok(Households, "Also those that are dissolved."),
)
async def households(
    *,
    request: AnyRequest,
    limit: Limit = PAGE,
    cursor: Annotated[
        str | None,
        QueryParameter(description="`next_cursor` of the page before.", max_length=200),
    ] = None,
) -> Response[Any]:
    """In the order of their ids, each with who belongs to it."""

    def found(reads: service.Reads, space: Space, _: int) -> Any:
        rows = store.page(reads, space.space_id, after=cursor, limit=limit + 1)
        page, more = rows[:limit], len(rows) > limit
        return {
            "data": service.shown(reads, space.space_id, page),
            "next_cursor": page[-1].household if more else None,
            "has_more": more,
        }

    return await read(request, found)

"""`/v1/rewards` and `/v1/vouchers`: what can be had, how many are left, and who holds what."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import PathParameter, QueryParameter
from msgspec import UNSET, Meta, Struct, UnsetType

from xenia.api.asking import (
    PAGE,
    WRONG_CURSOR,
    Cursor,
    Limit,
    Locale,
    Reading,
    ok,
    programme_in,
    read,
)
from xenia.api.problems import refused
from xenia.api.reading import Sees
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, actor_of
from xenia.api.writing import DryRun, IdempotencyKey, written_of
from xenia.services import rewards as service
from xenia.services import vouchers as held
from xenia.services.access import Scope as Allowed
from xenia.services.changing import Changing, Done
from xenia.services.problems import Problem, not_allowed, unknown_member, wrong_parameter
from xenia.services.published import Space
from xenia.services.rewards import MOST, change_stock
from xenia.store.members import is_known
from xenia.store.posting import Scope

_REWARDS, _VOUCHERS = ["rewards"], ["vouchers"]

ProgrammeName = Annotated[
    str | None, QueryParameter(description="Which programme; needed where there are several.")
]
MemberId = Annotated[str, PathParameter(description="The member's id.")]


class StockChange(Struct, forbid_unknown_fields=True):
    """How many more there are, or below 0 how many fewer."""

    change: Annotated[int, Meta(ge=-MOST, le=MOST)]


class Stock(Struct, kw_only=True, forbid_unknown_fields=True):
    """How many there are in all, and how many are left."""

    of: int
    left: int


class Lacking(Struct, kw_only=True, forbid_unknown_fields=True):
    """Why a member cannot have a reward now: a refusal, and the units that are missing."""

    code: str
    text: str
    units: dict[str, str]


class Reward(Struct, kw_only=True, forbid_unknown_fields=True):
    """A reward; of a member that was asked for, whether they can have it now, and what they lack.

    `price` is empty where it is not for sale; `automatic`: it comes by itself at its price;
    `version` is that of the programme, as of which it is all this.
    """

    programme: str
    version: int
    reward: str
    title: str
    gives: str
    price: dict[str, str]
    automatic: bool
    stock: Stock | None
    text: str
    available: bool | UnsetType = UNSET
    missing: list[Lacking] | UnsetType = UNSET


class Rewards(Struct, kw_only=True, forbid_unknown_fields=True):
    """All rewards of a programme, in its order."""

    data: list[Reward]


class ChangedStock(Struct, kw_only=True, forbid_unknown_fields=True):
    """How many there are from now on."""

    programme: str
    reward: str
    stock: Stock


class Issuer(Struct, kw_only=True, forbid_unknown_fields=True):
    """The event that issued a voucher."""

    source: str
    id: str


class HeldVoucher(Struct, kw_only=True, forbid_unknown_fields=True):
    """A voucher, and whose it is; `issued_by` null: it came by itself."""

    code: str
    reward: str
    state: str
    expires: str | None
    left: str | UnsetType = UNSET
    uses: int | UnsetType = UNSET
    programme: str
    member: str
    issued_by: Issuer | None


class HeldVouchers(Struct, kw_only=True, forbid_unknown_fields=True):
    """A page of vouchers."""

    data: list[HeldVoucher]
    next_cursor: str | None
    has_more: bool


@get(
    "/v1/rewards",
    summary="The rewards",
    tags=_REWARDS,
    opt=needs(Allowed.PROGRAMMES),
    responses=ok(Rewards, "All of a programme."),
)
async def rewards(
    *,
    request: AnyRequest,
    programme: ProgrammeName = None,
    member: Annotated[
        str | None,
        QueryParameter(description="Say what this member can have, and what is missing."),
    ] = None,
    locale: Locale = "en",
) -> Response[Any]:
    """As the version has them that decides now. What a member can have is what a redemption at this
    moment would come to; to ask for that takes the scope `members:read`, too."""
    if member is not None and not actor_of(request).may(Allowed.MEMBERS):
        return refused(not_allowed(Allowed.MEMBERS), request)

    def found(reads: Reading, space: Space, now: int) -> Any:
        published = programme_in(space, programme)
        scope = Scope(space.space_id, published.programme_id)
        all_ = service.rewards(reads, scope, published, now, locale=locale, member=member)
        return {"data": all_} if all_ is not None else unknown_member(member or "")

    return await read(request, found)


@post(
    "/v1/rewards/{reward:str}/stock",
    summary="Change how many there are",
    tags=_REWARDS,
    status_code=200,
    opt=needs(Allowed.REWARDS, body=StockChange),
    responses=ok(ChangedStock, "As many as there are from now on."),
)
async def changed_stock(
    *,
    reward: Annotated[str, PathParameter(description="The reward's id.")],
    request: AnyRequest,
    programme: ProgrammeName = None,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """What came, or is gone, beside what the programme says there are. Never more is taken than is
    left."""

    def work(changing: Changing, space: Space, wanted: StockChange) -> Done | Problem:
        published = programme_in(space, programme)
        if not wanted.change:
            return wrong_parameter("change", "0 changes nothing: say how many came, or are gone")
        scope = Scope(space.space_id, published.programme_id)
        return change_stock(changing, scope, published, reward, wanted.change)

    return await written_of(request, idempotency_key, StockChange, work, dry_run=dry_run)


@get(
    "/v1/vouchers",
    summary="All vouchers",
    tags=_VOUCHERS,
    opt=needs(Allowed.MEMBERS),
    responses=ok(HeldVouchers, "A page of them, by their codes."),
)
async def all_vouchers(
    *,
    request: AnyRequest,
    begins: Annotated[
        str, QueryParameter(description="Only those whose codes begin so.", max_length=100)
    ] = "",
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response[Any]:
    """Of all members and programmes; those that were used, have ended or were cancelled, too."""
    if "\0" in f"{begins}{cursor}":  # no database keeps such a code
        return refused(WRONG_CURSOR, request)
    return await read(
        request,
        lambda reads, space, now: held.listed(
            reads, space, begins=begins, cursor=cursor, limit=limit, now=now
        ),
        Sees.EACH_ITS_OWN,
    )


@get(
    "/v1/vouchers/{code:str}",
    summary="A voucher",
    tags=_VOUCHERS,
    opt=needs(Allowed.MEMBERS),
    responses=ok(HeldVoucher, "Its state, whose it is, and until when it holds."),
)
async def voucher(
    *, code: Annotated[str, PathParameter(description="Its code.")], request: AnyRequest
) -> Response[Any]:
    """Staff issues one by an event `grant`."""
    return await read(
        request,
        lambda reads, space, now: held.voucher(reads, space, code, now),
        Sees.EACH_ITS_OWN,
    )


@get(
    "/v1/members/{member:str}/vouchers",
    summary="A member's vouchers",
    tags=_VOUCHERS,
    opt=needs(Allowed.MEMBERS),
    responses=ok(HeldVouchers, "A page of them, newest first."),
)
async def vouchers(
    *,
    member: MemberId,
    request: AnyRequest,
    programme: ProgrammeName = None,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response[Any]:
    """Those that were used, have ended or were cancelled, too."""

    def found(reads: Reading, space: Space, now: int) -> Any:
        published = programme_in(space, programme)
        if not is_known(reads, space.space_id, member):
            return unknown_member(member)
        scope = Scope(space.space_id, published.programme_id)
        try:
            return held.page(reads, scope, published, member, cursor=cursor, limit=limit, now=now)
        except ValueError as error:
            return wrong_parameter("cursor", str(error))

    return await read(request, found, Sees.EACH_ITS_OWN)

"""`/v1/till/…`: what a till works with, in one call for each thing that it shows."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get
from litestar.params import QueryParameter
from msgspec import Struct

from xenia.api import shapes
from xenia.api.asking import Locale, Reading, ok, programme_in, read
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.services import tills as service
from xenia.services.access import Scope as Allowed
from xenia.services.published import Space
from xenia.store.posting import Scope

_TAGS = ["tills"]

ProgrammeName = Annotated[
    str | None, QueryParameter(description="Which programme; needed where there are several.")
]


class TillCurrency(Struct, kw_only=True, forbid_unknown_fields=True):
    """A currency; `value`: the money that a unit is worth where it is `spendable`."""

    currency: str
    title: str
    decimals: int
    value: str | None
    spendable: bool


class TillProgramme(Struct, kw_only=True, forbid_unknown_fields=True):
    """A programme as it decides now, and what its parts are called, by their ids.

    `decimals` are those of its money; `attributes`: what can be said of a member.
    """

    programme: str
    version: int
    title: str
    money: str
    decimals: int
    currencies: list[TillCurrency]
    categories: list[str]
    locations: dict[str, str]
    attributes: list[str]
    metrics: dict[str, str]
    tiers: dict[str, str]
    levels: dict[str, dict[str, str]]
    benefits: dict[str, str]
    rules: dict[str, str]
    rewards: dict[str, str]


class TillMember(Struct, kw_only=True, forbid_unknown_fields=True):
    """Somebody who stands at the till; `blocked`: what led to them is of no use any more.

    What is held is the household's of whoever belongs to one; `vouchers` are those that can be
    used.
    """

    member: str
    name: str | None
    blocked: bool
    programme: str
    enrolled: bool
    wallet: dict[str, shapes.Held]
    tiers: dict[str, shapes.Standing]
    metrics: dict[str, str]
    vouchers: list[shapes.Voucher]
    benefits: list[shapes.Benefit]


class TillLine(Struct, kw_only=True, forbid_unknown_fields=True):
    """A line of a purchase: so many were bought, of which so many are `left`."""

    line: str
    sku: str
    category: str
    quantity: str
    left: str
    amount: str
    discount: str


class TillPayment(Struct, kw_only=True, forbid_unknown_fields=True):
    """What was paid by a means, less what was given back."""

    method: str
    amount: str


class TillPurchase(Struct, kw_only=True, forbid_unknown_fields=True):
    """A purchase, what came of it, and what is left of it after its returns."""

    source: str
    id: str
    programme: str
    member: str | None
    receipt: str | None
    occurred_at: str
    answer: shapes.Answer
    lines: list[TillLine]
    paid: str
    payments: list[TillPayment]


@get(
    "/v1/till",
    summary="A programme, for a till",
    tags=_TAGS,
    opt=needs(Allowed.TILLS),
    responses=ok(TillProgramme, "As it decides now."),
)
async def till_programme(
    *, request: AnyRequest, programme: ProgrammeName = None, locale: Locale = "en"
) -> Response[Any]:
    """Its currencies and categories, and what its rules, rewards and levels are called."""

    def found(_reads: Reading, space: Space, now: int) -> Any:
        published = programme_in(space, programme)
        return service.programme_at_tills(published, now, locale)

    return await read(request, found)


@get(
    "/v1/till/member",
    summary="Whoever stands at a till",
    tags=_TAGS,
    opt=needs(Allowed.TILLS),
    responses=ok(TillMember, "Who they are, and what they can spend and use."),
)
async def till_member(
    *,
    request: AnyRequest,
    identifier: Annotated[
        str,
        QueryParameter(
            description="A card, phone, address or whatever leads to them, or their id.",
            min_length=1,
            max_length=200,
        ),
    ],
    programme: ProgrammeName = None,
) -> Response[Any]:
    """Found by what was scanned or typed; what leads to several says so."""

    def found(reads: Reading, space: Space, now: int) -> Any:
        published = programme_in(space, programme)
        scope = Scope(space.space_id, published.programme_id)
        return service.recognised(reads, scope, published, identifier, now)

    return await read(request, found)


@get(
    "/v1/till/purchase",
    summary="A purchase of which something comes back",
    tags=_TAGS,
    opt=needs(Allowed.TILLS),
    responses=ok(TillPurchase, "What was bought, and what is left of it."),
)
async def till_purchase(
    *,
    request: AnyRequest,
    event: Annotated[str, QueryParameter(description="The purchase's id.", max_length=200)],
    source: Annotated[
        str, QueryParameter(description="The purchase's source.", max_length=200)
    ] = "api",
    programme: ProgrammeName = None,
) -> Response[Any]:
    """By its source and id, which a receipt has."""

    def found(reads: Reading, space: Space, _now: int) -> Any:
        published = programme_in(space, programme)
        scope = Scope(space.space_id, published.programme_id)
        return service.purchase(reads, scope, published, source, event)

    return await read(request, found)

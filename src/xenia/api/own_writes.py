"""`/v1/own…`: what members who have signed in do for themselves; each is an event of theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from litestar import Response, delete, patch, post
from msgspec import Meta, Struct

from xenia.api.asking import ok
from xenia.api.enrolling import ToldOfMember
from xenia.api.own import NO_MEMBER
from xenia.api.privacy import Erasure
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, actor_of
from xenia.api.writing import DryRun, IdempotencyKey, written, written_said
from xenia.events.wire import Text
from xenia.services import own_doing as doing
from xenia.services.access import Scope
from xenia.services.changing import Changing, Done
from xenia.services.erasing import erase
from xenia.services.problems import Problem
from xenia.services.published import Space

_TAGS = ["own"]
Short = Annotated[str, Meta(min_length=1, max_length=200)]
Units = Annotated[str, Meta(max_length=30)]


class OwnConsent(Struct, kw_only=True, forbid_unknown_fields=True):
    """Yes or no to a purpose, on one channel or on all; `text` is the version that was shown."""

    purpose: Text
    given: bool
    channel: Text | None = None
    text: Text | None = None


class OwnChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """What is otherwise than it was; a name that is null is known no longer. A birthday is said
    once."""

    programme: Text | None = None
    attributes: Annotated[dict[Text, Text | None], Meta(max_length=10)] | None = None
    consents: Annotated[list[OwnConsent], Meta(max_length=20)] | None = None


class OwnRedemption(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which reward is taken; at which `price` by currency it was seen, and in which `version` of
    the programme."""

    reward: Short
    programme: Text | None = None
    price: Annotated[dict[Text, Units], Meta(max_length=20)] | None = None
    version: Annotated[int, Meta(ge=1)] | None = None


class OwnTransfer(Struct, kw_only=True, forbid_unknown_fields=True):
    """Units that are given to another member, who is named by card, phone or address."""

    to: Short
    currency: Short
    units: Units | int
    programme: Text | None = None


class OwnLeaving(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which programme is left; else the one that was joined first."""

    programme: Text | None = None


Does = Callable[[Changing, Space, str, str, dict[str, Any]], Done | Problem]


@patch(
    "/v1/own",
    summary="Change one's own profile and consents",
    tags=_TAGS,
    opt=needs(Scope.OWN, body=OwnChange),
    responses=ok(ToldOfMember, "It is."),
)
async def changed_own(
    *,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Name, birthday and language, as far as the programme has them; what was said of consents
    before is kept."""
    return await _done(request, idempotency_key, OwnChange, doing.change, dry_run=dry_run)


@post(
    "/v1/own/redemptions",
    summary="Take a reward",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.OWN, body=OwnRedemption),
    responses=ok(ToldOfMember, "It is theirs, or `refusals` says why not."),
)
async def own_redemption(
    *,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """With the units that the member has; the voucher is in the answer. Where it costs something
    else by now than `price`, or is otherwise than in that `version`, nothing is taken."""
    return await _done(request, idempotency_key, OwnRedemption, doing.redeem, dry_run=dry_run)


@post(
    "/v1/own/transfers",
    summary="Give units to another member",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.OWN, body=OwnTransfer),
    responses=ok(ToldOfMember, "They have them, or `refusals` says why not."),
)
async def own_transfer(
    *,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Where the programme allows it, and to whoever is known."""
    return await _done(request, idempotency_key, OwnTransfer, doing.transfer, dry_run=dry_run)


@post(
    "/v1/own/leave",
    summary="Leave a programme",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.OWN, body=OwnLeaving),
    responses=ok(ToldOfMember, "They have left."),
)
async def left_own(
    *,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """All that the member holds in it ends on that day."""
    return await _done(request, idempotency_key, OwnLeaving, doing.leave, dry_run=dry_run)


@delete(
    "/v1/own",
    summary="Have oneself erased",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.OWN),
    responses=ok(Erasure, "The proof."),
)
async def erased_own(
    *,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Whatever leads to the member and all that they have said of themselves; all sessions end. It
    cannot be undone."""
    member = actor_of(request).member
    if member is None and idempotency_key is not None:
        return refused(NO_MEMBER, request)
    return await written(
        request,
        idempotency_key,
        lambda changing, _: erase(changing, member or ""),
        dry_run=dry_run,
    )


async def _done(
    request: AnyRequest, key: str | None, shape: type[Struct], does: Does, *, dry_run: bool
) -> Response[Any]:
    """Have it done for whoever asks."""
    member = actor_of(request).member
    if member is None and key is not None:
        return refused(NO_MEMBER, request)
    return await written_said(
        request,
        key,
        shape,
        lambda changing, space, asked: does(changing, space, key or "", member or "", asked),
        dry_run=dry_run,
    )

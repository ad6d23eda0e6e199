"""`/v1/members`: who joins, what they say of themselves, and their cards; each is an event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from litestar import Response, patch, post
from litestar.openapi import ResponseSpec
from litestar.params import PathParameter
from msgspec import Meta, Struct

from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.api.shapes import Answer
from xenia.api.writing import DryRun, IdempotencyKey, written_said
from xenia.events.wire import Attributes, Consents, Text
from xenia.services import enrolling
from xenia.services.access import Scope
from xenia.services.changing import Changing, Done
from xenia.services.problems import Problem
from xenia.services.published import Space

_TAGS = ["members"]
Named = Annotated[dict[Text, Text], Meta(max_length=10)]


class _Told(Struct, kw_only=True, forbid_unknown_fields=True):
    """How something is told: where there are several programmes, of which one."""

    programme: Text | None = None
    occurred_at: Text | None = None
    channel: Text | None = None
    location: Text | None = None
    partner: Text | None = None
    cashier: Text | None = None
    terminal: Text | None = None


class NewMember(_Told, kw_only=True, forbid_unknown_fields=True):
    """Who is to be a member; without an id and anything that leads to somebody, a new one."""

    member: Text | None = None
    identifiers: Named | None = None
    attributes: Annotated[Attributes, Meta(max_length=200)] | None = None
    consents: Consents | None = None
    referred_by: Text | Annotated[dict[Text, Text], Meta(max_length=1)] | None = None


class Changed(_Told, kw_only=True, forbid_unknown_fields=True):
    """What is otherwise than it was; an identifier that is null leads to the member no longer."""

    identifiers: Annotated[dict[Text, Text | None], Meta(max_length=10)] | None = None
    attributes: Annotated[Attributes, Meta(max_length=200)] | None = None
    consents: Consents | None = None


class ChangedCard(_Told, kw_only=True, forbid_unknown_fields=True):
    """What happens to a card of a member; `new` takes the place of one."""

    card: Text
    action: Literal["add", "block", "replace", "remove"] = "add"
    new: Text | None = None


class Leaving(_Told, kw_only=True, forbid_unknown_fields=True):
    """Which programme is left, and when."""


class ToldOfMember(Struct):
    """Who it is about, and the answer to the event that it was."""

    member: str
    answer: Answer


MemberId = Annotated[str, PathParameter(description="The member's id.")]
Does = Callable[[Changing, Space, str, dict[str, Any]], Done | Problem]


@post(
    "/v1/members",
    summary="Enrol a member",
    tags=_TAGS,
    status_code=201,
    opt=needs(Scope.ENROLLING, body=NewMember),
    responses={
        201: ResponseSpec(ToldOfMember, description="They have joined.", generate_examples=False)
    },
)
async def new_member(
    *,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """By an id of yours, by what leads to them, or as somebody new: an enrolment is recorded.

    Who is known by a purchase but has not joined joins; what leads to several is refused.
    """
    return await _told(request, idempotency_key, NewMember, enrolling.enrol, dry_run=dry_run)


@patch(
    "/v1/members/{member:str}",
    summary="Change a profile",
    tags=_TAGS,
    opt=needs(Scope.ENROLLING, body=Changed),
    responses={200: ResponseSpec(ToldOfMember, description="It is.", generate_examples=False)},
)
async def changed_member(
    *,
    member: MemberId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """What is named is changed, all else stays: a profile is recorded. What was said of consents
    before is kept."""

    def does(changing: Changing, space: Space, key: str, asked: dict[str, Any]) -> Done | Problem:
        return enrolling.change(changing, space, key, member, asked)

    return await _told(request, idempotency_key, Changed, does, dry_run=dry_run)


@post(
    "/v1/members/{member:str}/cards",
    summary="Add, block, replace or remove a card",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.ENROLLING, body=ChangedCard),
    responses={200: ResponseSpec(ToldOfMember, description="It is done.", generate_examples=False)},
)
async def changed_card(
    *,
    member: MemberId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """With a card that is blocked, or was replaced, nothing is earned and nothing spent; what the
    member holds stays theirs."""

    def does(changing: Changing, space: Space, key: str, asked: dict[str, Any]) -> Done | Problem:
        return enrolling.card(changing, space, key, member, asked)

    return await _told(request, idempotency_key, ChangedCard, does, dry_run=dry_run)


@post(
    "/v1/members/{member:str}/leave",
    summary="Leave",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.ENROLLING, body=Leaving),
    responses={
        200: ResponseSpec(ToldOfMember, description="They have left.", generate_examples=False)
    },
)
async def left_member(
    *,
    member: MemberId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """All that they hold ends on that day. They can be enrolled again; what is known of them is
    erased apart."""

    def does(changing: Changing, space: Space, key: str, asked: dict[str, Any]) -> Done | Problem:
        return enrolling.leave(changing, space, key, member, asked)

    return await _told(request, idempotency_key, Leaving, does, dry_run=dry_run)


async def _told(
    request: AnyRequest, key: str | None, shape: type[_Told], does: Does, *, dry_run: bool
) -> Response[Any]:
    """Have it done what the body says."""
    return await written_said(
        request,
        key,
        shape,
        lambda changing, space, asked: does(changing, space, key or "", asked),
        dry_run=dry_run,
    )

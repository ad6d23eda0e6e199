"""`/v1/own/codes`, `/v1/own/sign-in` and the like: how members come in; without a key."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, post
from msgspec import Meta, Struct

from xenia.api.asking import ok
from xenia.api.coming_in import (
    Before,
    Door,
    Ended,
    Json,
    SignOut,
    SpaceName,
    Token,
    come,
    look_at,
)
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.services.member_signing import Signing, look
from xenia.services.problems import Problem
from xenia.services.published import DEFAULT

_TAGS = ["own"]
Short = Annotated[str, Meta(min_length=1, max_length=200)]


class AskedCode(Struct, forbid_unknown_fields=True):
    """Who wants to come in: by an e-mail address, a phone or a card's number. `before` is the token
    of a session that they had, which may have ended: with it nobody who asks for codes in their
    name makes them wait."""

    name: Short
    space: SpaceName = DEFAULT
    before: Before | None = None


class SentOwnCode(Struct, kw_only=True, forbid_unknown_fields=True):
    """A code that is being sent, if anybody is known: by which it is named with the digits, until
    when it holds, and how often it may be tried."""

    code: str
    until: str
    tries: int


class OwnSignIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """The code that was asked for, and the digits that were sent; or what stands in the link."""

    code: Short
    digits: Short
    space: SpaceName = DEFAULT


class NewOwnSession(Struct, kw_only=True, forbid_unknown_fields=True):
    """A session: `token` goes into each request, as a key does."""

    token: str
    member: str
    expires_at: str


class MemberSession(Struct, kw_only=True, forbid_unknown_fields=True):
    """Whose session it is, and in which space."""

    member: str
    name: str | None
    scopes: list[str]
    expires_at: str
    space: str
    mode: str


@post(
    "/v1/own/codes",
    summary="Have a code sent to sign in as a member",
    tags=_TAGS,
    status_code=200,
    opt=needs(None, body=AskedCode),
    responses=ok(SentOwnCode, "It is being sent, if anybody is known by that."),
)
async def asked_own_code(request: AnyRequest) -> Response[Any]:
    """By all notifiers of the service to which the member has an address, to be used once. Nobody
    is told whether anybody is known; five codes an hour by one name from one network, and ten from
    all networks where nobody has come in by it."""
    return await come(request, AskedCode, _asked)


@post(
    "/v1/own/sign-in",
    summary="Sign in as a member",
    tags=_TAGS,
    status_code=200,
    opt=needs(None, body=OwnSignIn),
    responses=ok(NewOwnSession, "A session, for ninety days."),
)
async def signed_in_member(request: AnyRequest) -> Response[Any]:
    """Send the token as `Authorization: Bearer …`, to addresses under `/v1/own` alone."""
    return await come(request, OwnSignIn, _signed_in)


@post(
    "/v1/own/session",
    summary="Look at a member's session",
    tags=_TAGS,
    status_code=200,
    opt=needs(None, body=Token),
    responses=ok(MemberSession, "It holds."),
)
async def member_session(request: AnyRequest) -> Response[Any]:
    """Whoever has the token may see whose it is."""
    return await look_at(request, look)


@post(
    "/v1/own/sign-out",
    summary="Sign out as a member",
    tags=_TAGS,
    status_code=200,
    opt=needs(None, body=SignOut),
    responses=ok(Ended, "The session has ended."),
)
async def signed_out_member(request: AnyRequest) -> Response[Any]:
    """Whoever has the token may end it, or all sessions of the member."""
    return await come(request, SignOut, _signed_out)


def _asked(door: Door, wanted: AskedCode) -> Json | Problem:
    return _signing(door, wanted.before).ask(door.space(wanted.space), wanted.name)


def _signed_in(door: Door, wanted: OwnSignIn) -> Json | Problem:
    return _signing(door).sign_in(door.space(wanted.space), wanted.code, wanted.digits)


def _signed_out(door: Door, wanted: SignOut) -> Json | Problem:
    return _signing(door).sign_out(wanted.token, everywhere=wanted.everywhere)


def _signing(door: Door, before: str | None = None) -> Signing:
    return Signing(door.connection, door.clock, door.whence(before), door.home)

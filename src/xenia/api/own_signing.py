"""`/v1/own/codes`, `/v1/own/sign-in` and the like: how members come in; without a key.

None takes an Idempotency-Key: another code takes the place of the one before, a code is used once,
and what has ended has ended.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from litestar import Response, post
from msgspec import Meta, Struct

from xenia.api.asking import ok
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, service_of
from xenia.api.signing_in import Ended, SignOut, Token
from xenia.api.writing import body_of
from xenia.services.member_signing import Json, Signing, look
from xenia.services.problems import DATABASE_UNAVAILABLE, Problem
from xenia.services.published import DEFAULT, Space

_TAGS = ["own"]
Short = Annotated[str, Meta(min_length=1, max_length=200)]
SpaceName = Annotated[str, Meta(max_length=100)]


class AskedCode(Struct, forbid_unknown_fields=True):
    """Who wants to come in: by an e-mail address, a phone or a card's number."""

    name: Short
    space: SpaceName = DEFAULT


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
    is told whether anybody is known; five codes an hour by one name."""
    wanted = body_of(await request.body(), AskedCode)
    if isinstance(wanted, Problem):
        return refused(wanted, request)
    space = _space(request, wanted.space)
    return await _signing(request, lambda signing: signing.ask(space, wanted.name))


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
    wanted = body_of(await request.body(), OwnSignIn)
    if isinstance(wanted, Problem):
        return refused(wanted, request)
    space = _space(request, wanted.space)
    return await _signing(
        request, lambda signing: signing.sign_in(space, wanted.code, wanted.digits)
    )


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
    wanted = body_of(await request.body(), Token)
    if isinstance(wanted, Problem):
        return refused(wanted, request)
    service = service_of(request)
    found = await service.reader.read(lambda reads: look(reads, wanted.token, service.clock()))
    if isinstance(found, Problem):
        return refused(found, request)
    space = service.desks.spaces.get(found.pop("space_id"))
    if space is None:
        return refused(DATABASE_UNAVAILABLE, request)
    said = msgspec.json.decode(found.pop("said") or "{}")
    name = said.get("name")
    name = name if isinstance(name, str) else None
    return Response({**found, "name": name, "space": space.name, "mode": space.mode})


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
    wanted = body_of(await request.body(), SignOut)
    if isinstance(wanted, Problem):
        return refused(wanted, request)
    return await _signing(
        request, lambda signing: signing.sign_out(wanted.token, everywhere=wanted.everywhere)
    )


def _space(request: AnyRequest, name: str) -> Space | None:
    spaces = service_of(request).desks.spaces.values()
    return next((one for one in spaces if one.name == name), None)


async def _signing(request: AnyRequest, work: Callable[[Signing], Json | Problem]) -> Response[Any]:
    service = service_of(request)

    def do() -> Json | Problem:
        with service.database.connect() as connection:
            return work(Signing(connection, service.clock))

    found = await service.reader.run(do)
    return refused(found, request) if isinstance(found, Problem) else Response(found)

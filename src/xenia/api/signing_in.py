"""`/v1/sign-in`, `/v1/sign-out` and `/v1/invitations`: how the staff comes in; without a key."""

from __future__ import annotations

from typing import Any

from litestar import Response, post
from msgspec import Struct

from xenia.api.asking import ok
from xenia.api.coming_in import (
    Before,
    Door,
    Ended,
    Json,
    Secret,
    SignOut,
    SpaceName,
    Token,
    come,
    look_at,
)
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.api.staff import Email, Name, wrong_email
from xenia.services.first_owner import Newcomer, shown
from xenia.services.problems import Problem
from xenia.services.published import DEFAULT
from xenia.services.signing_in import Signing, look

_TAGS = ["staff"]


class SignIn(Struct, forbid_unknown_fields=True):
    """Who wants to come in, in which space; `before` is the token of a session that they had, which
    may have ended: with it nobody who fails in their name makes them wait."""

    email: Secret
    password: Secret
    space: SpaceName = DEFAULT
    before: Before | None = None


class Invitation(Struct, forbid_unknown_fields=True):
    """The invitation that is asked about."""

    invitation: Secret


class Acceptance(Struct, forbid_unknown_fields=True):
    """An invitation, and the password that somebody chooses; who they are, where the invitation
    names nobody, which only the first owner's does."""

    invitation: Secret
    password: Secret
    email: Email | None = None
    name: Name | None = None


class Session(Struct, kw_only=True, forbid_unknown_fields=True):
    """A session: `token` goes into each request, as a key does."""

    token: str
    expires_at: str
    staff: str
    name: str | None
    role: str
    scopes: list[str]


class RunningSession(Struct, kw_only=True, forbid_unknown_fields=True):
    """Where somebody is signed in; `this` is the one that was asked about."""

    begun_at: str
    last_used_at: str | None
    expires_at: str
    this: bool


class OwnSession(Struct, kw_only=True, forbid_unknown_fields=True):
    """Whose session it is, in which space, what they may do, and all sessions that they have."""

    staff: str
    name: str | None
    email: str | None
    role: str
    scopes: list[str]
    expires_at: str
    space: str
    mode: str
    sessions: list[RunningSession]


class ShownInvitation(Struct, kw_only=True, forbid_unknown_fields=True):
    """What an invitation is for; `email` null: whoever takes it up says who they are."""

    role: str
    email: str | None
    name: str | None
    invited_until: str


class Came(Struct, kw_only=True, forbid_unknown_fields=True):
    """An account with which one can sign in now."""

    staff: str
    email: str
    role: str


@post(
    "/v1/invitations",
    summary="Accept an invitation",
    tags=_TAGS,
    status_code=200,
    opt=needs(None, body=Acceptance),
    responses=ok(Came, "The password holds from now on."),
)
async def accepted(request: AnyRequest) -> Response[Any]:
    """Once; sessions that the account had are ended."""
    return await come(request, Acceptance, _accepted, slow=True)


@post(
    "/v1/invitations/check",
    summary="Look at an invitation",
    tags=_TAGS,
    status_code=200,
    opt=needs(None, body=Invitation),
    responses=ok(ShownInvitation, "It holds."),
)
async def shown_invitation(request: AnyRequest) -> Response[Any]:
    """Before a password is chosen: whether it still holds, and for whom."""
    return await come(
        request,
        Invitation,
        lambda door, wanted: shown(door.connection, wanted.invitation, door.clock()),
    )


@post(
    "/v1/session",
    summary="Look at a session",
    tags=_TAGS,
    status_code=200,
    opt=needs(None, body=Token),
    responses=ok(OwnSession, "It holds."),
)
async def own_session(request: AnyRequest) -> Response[Any]:
    """Whoever has the token may see whose it is, and what may be done with it."""
    return await look_at(request, look)


@post(
    "/v1/sign-in",
    summary="Sign in",
    tags=_TAGS,
    status_code=200,
    opt=needs(None, body=SignIn),
    responses=ok(Session, "A session, for twelve hours."),
)
async def signed_in(request: AnyRequest) -> Response[Any]:
    """Send the token as `Authorization: Bearer …`: it may what the role may, at every address."""
    return await come(request, SignIn, _signed_in, slow=True)


@post(
    "/v1/sign-out",
    summary="Sign out",
    tags=_TAGS,
    status_code=200,
    opt=needs(None, body=SignOut),
    responses=ok(Ended, "The session has ended."),
)
async def signed_out(request: AnyRequest) -> Response[Any]:
    """Whoever has the token may end it."""
    return await come(request, SignOut, _signed_out)


def _accepted(door: Door, wanted: Acceptance) -> Json | Problem:
    newcomer = None
    if wanted.email is not None and wanted.name is not None:
        if (wrong := wrong_email(wanted.email)) is not None:
            return wrong
        newcomer = Newcomer(wanted.email.strip().lower(), wanted.name)
    return _signing(door).accept(wanted.invitation, wanted.password, newcomer)


def _signed_in(door: Door, wanted: SignIn) -> Json | Problem:
    email, space = wanted.email.strip().lower(), door.space(wanted.space)
    return _signing(door, wanted.before).sign_in(space, email, wanted.password)


def _signed_out(door: Door, wanted: SignOut) -> Json | Problem:
    return _signing(door).sign_out(wanted.token, everywhere=wanted.everywhere)


def _signing(door: Door, before: str | None = None) -> Signing:
    return Signing(door.connection, door.clock, door.whence(before), door.home)

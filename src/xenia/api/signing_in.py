"""`/v1/sign-in`, `/v1/sign-out` and `/v1/invitations`: how the staff comes in; without a key.

None takes an Idempotency-Key: to sign in again is another session, an invitation is used once, and
what has ended has ended.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from litestar import Response, post
from msgspec import Meta, Struct

from xenia.api.asking import ok
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, service_of
from xenia.api.staff import Email, Name, wrong_email
from xenia.api.writing import body_of
from xenia.services.first_owner import Newcomer, shown
from xenia.services.problems import DATABASE_UNAVAILABLE, Problem
from xenia.services.published import DEFAULT
from xenia.services.signing_in import Json, Signing, look

_TAGS = ["staff"]

Secret = Annotated[str, Meta(min_length=1, max_length=1000)]


class SignIn(Struct, forbid_unknown_fields=True):
    """Who wants to come in, in which space."""

    email: Secret
    password: Secret
    space: Annotated[str, Meta(max_length=100)] = DEFAULT


class SignOut(Struct, forbid_unknown_fields=True):
    """The session that is to end, and whether all others of the same person are, too."""

    token: Secret
    everywhere: bool = False


class Token(Struct, forbid_unknown_fields=True):
    """The session that is asked about."""

    token: Secret


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


class Ended(Struct, kw_only=True, forbid_unknown_fields=True):
    """A session that has ended."""

    signed_out: bool


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
    wanted = body_of(await request.body(), Acceptance)
    if isinstance(wanted, Problem):
        return refused(wanted, request)
    newcomer = None
    if wanted.email is not None and wanted.name is not None:
        if (wrong := wrong_email(wanted.email)) is not None:
            return refused(wrong, request)
        newcomer = Newcomer(wanted.email.strip().lower(), wanted.name)
    return await _signing(
        request, lambda signing: signing.accept(wanted.invitation, wanted.password, newcomer)
    )


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
    wanted = body_of(await request.body(), Invitation)
    if isinstance(wanted, Problem):
        return refused(wanted, request)
    return await _signing(
        request,
        lambda signing: shown(signing.connection, wanted.invitation, signing.clock()),
        quick=True,
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
    return Response({**found, "space": space.name, "mode": space.mode})


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
    wanted = body_of(await request.body(), SignIn)
    if isinstance(wanted, Problem):
        return refused(wanted, request)
    spaces = service_of(request).desks.spaces.values()
    space = next((one for one in spaces if one.name == wanted.space), None)
    email = wanted.email.strip().lower()
    return await _signing(request, lambda signing: signing.sign_in(space, email, wanted.password))


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
    wanted = body_of(await request.body(), SignOut)
    if isinstance(wanted, Problem):
        return refused(wanted, request)
    return await _signing(
        request, lambda signing: signing.sign_out(wanted.token, everywhere=wanted.everywhere)
    )


async def _signing(
    request: AnyRequest, work: Callable[[Signing], Json | Problem], *, quick: bool = False
) -> Response[Any]:
    """What comes of it; `quick`: no password is weighed."""
    service = service_of(request)

    def do() -> Json | Problem:
        with service.database.connect() as connection:
            return work(Signing(connection, service.clock))

    found = await (service.reader if quick else service.slow).run(do)
    return refused(found, request) if isinstance(found, Problem) else Response(found)

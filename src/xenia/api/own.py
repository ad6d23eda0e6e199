"""`/v1/own…`: what members who have signed in see of themselves.  No address names a member: whose
it is goes by the session, so that nobody can name another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from litestar import Response, get
from litestar.params import QueryParameter

from xenia.api import own_shapes as shapes
from xenia.api.asking import PAGE, Cursor, Limit, Locale, Reading, ok, read
from xenia.api.privacy import Export
from xenia.api.problems import refused
from xenia.api.rewards import HeldVouchers, Rewards
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, actor_of
from xenia.api.shapes import LedgerPage
from xenia.events.errors import EventError
from xenia.services import own as service
from xenia.services import own_programme, persons
from xenia.services import rewards as goods
from xenia.services import vouchers as held
from xenia.services.access import Scope as Allowed
from xenia.services.access import digest_of
from xenia.services.dossier import own_dossier
from xenia.services.problems import Problem, unknown_event, wrong_parameter
from xenia.services.published import Published, Space
from xenia.services.statements import ledger_page
from xenia.services.times import utc_text
from xenia.store import households, member_sessions
from xenia.store.posting import Scope

_TAGS = ["own"]

ProgrammeName = Annotated[
    str | None, QueryParameter(description="Which programme; else the one that was joined first.")
]
Work = Callable[[Reading, Space, str, int], Any]
WorkIn = Callable[[Reading, Scope, Published, str, int], Any]

NO_MEMBER = Problem(
    status=404,
    code="no-member",
    detail="this is for members who have signed in (`POST /v1/own/sign-in`): who asks is none",
)


@get(
    "/v1/own",
    summary="What one holds",
    tags=_TAGS,
    opt=needs(Allowed.OWN),
    responses=ok(shapes.Own, "At this moment, in one programme."),
)
async def own(
    request: AnyRequest, programme: ProgrammeName = None, locale: Locale = "en"
) -> Response[Any]:
    """Card, balances and when they end, levels and what the next asks for, benefits."""

    def found(reads: Reading, space: Space, member: str, now: int) -> Any:
        published = _published(reads, space, member, programme, now)
        if isinstance(published, Problem):
            return published
        return service.overview(reads, space, published, member, locale=locale, now=now)

    return await _read(request, found)


@get(
    "/v1/own/ledger",
    summary="One's own ledger",
    tags=_TAGS,
    opt=needs(Allowed.OWN),
    responses=ok(LedgerPage, "Entries, newest first."),
)
async def own_ledger(
    *,
    request: AnyRequest,
    programme: ProgrammeName = None,
    limit: Limit = PAGE,
    cursor: Cursor = None,
    locale: Locale = "en",
) -> Response[Any]:
    """Every movement of units, each in words, which name no event."""

    def found(reads: Reading, scope: Scope, published: Published, member: str, _now: int) -> Any:
        try:
            page = ledger_page(
                reads,
                scope,
                published,
                member,
                locale=locale,
                cursor=cursor,
                limit=limit,
                names_events=False,
            )
        except ValueError as error:
            return wrong_parameter("cursor", str(error))
        more = page.cursor is not None
        return {"data": page.entries, "next_cursor": page.cursor, "has_more": more}

    return await _read_in(request, programme, found)


@get(
    "/v1/own/explain",
    summary="Why an event of one's own came out as it did",
    tags=_TAGS,
    opt=needs(Allowed.OWN),
    responses=ok(shapes.OwnWhy, "What it has come to, and which rules are why."),
)
async def own_explanation(
    *,
    request: AnyRequest,
    event: Annotated[str, QueryParameter(description="The event's id.")],
    source: Annotated[str, QueryParameter(description="The event's source.")] = "api",
    programme: ProgrammeName = None,
    locale: Locale = "en",
) -> Response[Any]:
    """Rules that did nothing are not told."""

    def found(reads: Reading, scope: Scope, published: Published, member: str, _now: int) -> Any:
        told = service.why(
            reads, scope, published, member, source=source, event=event, locale=locale
        )
        return told or unknown_event(source, event, member)

    return await _read_in(request, programme, found)


@get(
    "/v1/own/rewards",
    summary="What one can have",
    tags=_TAGS,
    opt=needs(Allowed.OWN),
    responses=ok(Rewards, "All rewards of a programme."),
)
async def own_rewards(
    *, request: AnyRequest, programme: ProgrammeName = None, locale: Locale = "en"
) -> Response[Any]:
    """With what each costs, and what is missing."""

    def found(reads: Reading, scope: Scope, published: Published, member: str, now: int) -> Any:
        all_ = goods.rewards(reads, scope, published, now, locale=locale, member=member)
        return {"data": all_ or []}

    return await _read_in(request, programme, found)


@get(
    "/v1/own/vouchers",
    summary="One's own vouchers",
    tags=_TAGS,
    opt=needs(Allowed.OWN),
    responses=ok(HeldVouchers, "A page of them, newest first."),
)
async def own_vouchers(
    *,
    request: AnyRequest,
    programme: ProgrammeName = None,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response[Any]:
    """Those that were used, have ended or were cancelled, too; the household's, of whoever belongs
    to one, as what they take a reward for comes to it."""

    def found(reads: Reading, scope: Scope, published: Published, member: str, now: int) -> Any:
        whose = households.pool_of(reads, scope.space_id, member)
        try:
            return held.page(reads, scope, published, whose, cursor=cursor, limit=limit, now=now)
        except ValueError as error:
            return wrong_parameter("cursor", str(error))

    return await _read_in(request, programme, found)


@get(
    "/v1/own/profile",
    summary="What is known of oneself",
    tags=_TAGS,
    opt=needs(Allowed.OWN),
    responses=ok(shapes.OwnProfile, "Profile, consents, what leads to one, and sessions."),
)
async def own_profile(request: AnyRequest, programme: ProgrammeName = None) -> Response[Any]:
    """`asked`: what a profile can say, by the programme."""
    key = (request.headers.get("authorization") or "").partition(" ")[2].strip()

    def found(reads: Reading, space: Space, member: str, now: int) -> Any:
        published = _published(reads, space, member, programme, now)
        if isinstance(published, Problem):
            return published
        scope = Scope(space.space_id, published.programme_id)
        known = persons.known(reads, space.space_id, member)
        sessions = member_sessions.live(reads, space.space_id, member, now)
        return {
            "member": member,
            "since": known["since"],
            "programme": published.name,
            "attributes": persons.attributes(reads, published, scope, member, now),
            "asked": [*service.asked(published, now)],
            "identifiers": known["identifiers"],
            "consents": known["consents"],
            "sessions": [
                {
                    "begun_at": utc_text(one.begun_at),
                    "expires_at": utc_text(one.until),
                    "this": one.digest == digest_of(key),
                }
                for one in sessions
            ],
        }

    return await _read(request, found)


@get(
    "/v1/own/export",
    summary="All that is held about oneself",
    tags=_TAGS,
    opt=needs(Allowed.OWN),
    responses=ok(Export, "All of it."),
)
async def own_export(request: AnyRequest) -> Response[Any]:
    """To keep, or to take elsewhere; what would lead to other members is left out."""
    return await _read(request, own_dossier)


def _published(
    reads: Reading, space: Space, member: str, named: str | None, now: int
) -> Published | Problem:
    found = own_programme.of_member(reads, space, member, named, now)
    return wrong_parameter("programme", found.text) if isinstance(found, EventError) else found


async def _read(request: AnyRequest, work: Work) -> Response[Any]:
    """What a reading about whoever asks comes to."""
    member = actor_of(request).member
    if member is None:
        return refused(NO_MEMBER, request)
    return await read(request, lambda reads, space, now: work(reads, space, member, now))


async def _read_in(request: AnyRequest, programme: str | None, work: WorkIn) -> Response[Any]:
    """The same in one programme."""

    def in_it(reads: Reading, space: Space, member: str, now: int) -> Any:
        published = _published(reads, space, member, programme, now)
        if isinstance(published, Problem):
            return published
        scope = Scope(space.space_id, published.programme_id)
        return work(reads, scope, published, member, now)

    return await _read(request, in_it)

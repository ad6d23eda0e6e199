"""`/v1/simulations`: what a programme, also one that is being written, would do."""

from __future__ import annotations

from typing import Any

from litestar import Response, post

from xenia.api import simulation_shapes as shapes
from xenia.api.asking import Locale, Reading, ok, read
from xenia.api.problems import refused
from xenia.api.programme_sources import source_of
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, actor_of, service_of, space_of
from xenia.api.writing import body_of
from xenia.programme.words import NoPhrases, locale_of
from xenia.services.access import Scope
from xenia.services.imagining import Imagined
from xenia.services.problems import DATABASE_UNAVAILABLE, Problem, not_allowed, wrong_parameter
from xenia.services.published import Space
from xenia.services.simulating import Wanted, simulated
from xenia.services.vocabulary import vocabulary

# What in an event names somebody, or something that is somebody's.
_NAMING = ("member", "by", "to", "referred_by", "of", "vouchers", "voucher")


@post(
    "/v1/simulations",
    summary="Simulate an event",
    tags=["quotes"],
    status_code=200,
    opt=needs(Scope.PROGRAMMES, body=shapes.NewSimulation),
    responses=ok(shapes.Simulation, "What it would come to; nothing is recorded."),
)
async def new_simulation(request: AnyRequest, locale: Locale = "en") -> Response[Any]:
    """By a programme that runs, or as though a draft, a version or a template took effect at that
    moment; for an imagined member, or for a real one, which takes `members:read`. Chance falls on
    nothing. Nothing is kept, so no Idempotency-Key is needed."""
    service, space = service_of(request), space_of(request)
    if space is None:
        return refused(DATABASE_UNAVAILABLE, request)
    sent = body_of(await request.body(), shapes.NewSimulation)
    wanted = sent if isinstance(sent, Problem) else _wanted(sent, locale)
    if isinstance(wanted, Problem):
        return refused(wanted, request)
    if any(wanted.event.get(name) for name in _NAMING) and not actor_of(request).may(Scope.MEMBERS):
        return refused(not_allowed(Scope.MEMBERS), request)
    now = service.clock()
    found = await service.weighs.run(
        space, lambda reads, space: simulated(reads, space, wanted, now)
    )
    return refused(found, request) if isinstance(found, Problem) else Response(found)


@post(
    "/v1/simulations/vocabulary",
    summary="Ask what can be simulated",
    tags=["quotes"],
    status_code=200,
    opt=needs(Scope.PROGRAMMES, body=shapes.NewVocabulary),
    responses=ok(shapes.Vocabulary, "The names that the programme has."),
)
async def simulation_vocabulary(request: AnyRequest, locale: Locale = "en") -> Response[Any]:
    """What events and imagined members can name. Nothing is kept, so no Idempotency-Key is
    needed."""
    sent = body_of(await request.body(), shapes.NewVocabulary)
    source = sent if isinstance(sent, Problem) else source_of(sent.programme, "/programme")
    if isinstance(source, Problem):
        return refused(source, request)

    def found(reads: Reading, space: Space, now: int) -> Any:
        return vocabulary(reads, space, source, locale, now)

    return await read(request, found)


def _wanted(sent: shapes.NewSimulation, locale: str) -> Wanted | Problem:
    try:
        locale_of(locale)
    except NoPhrases as error:
        return wrong_parameter("locale", str(error))
    source = source_of(sent.programme, "/programme")
    if isinstance(source, Problem):
        return source
    member = sent.member
    if member is None:
        return Wanted(source, sent.event, None, locale)
    known = (member.attributes, member.balances, member.tiers, member.metrics)
    return Wanted(source, sent.event, Imagined(member.joined, *known), locale)

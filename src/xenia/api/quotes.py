"""`/v1/quotes`: what would come of an event, before it has happened."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import msgspec
from litestar import Response, post
from litestar.openapi import ResponseSpec
from litestar.params import QueryParameter
from msgspec import Raw
from psycopg import Connection

from xenia.api import shapes
from xenia.api.events import Taking
from xenia.api.problems import refused
from xenia.api.reading import Sees
from xenia.api.scopes import needs
from xenia.api.sent import Form, Wishes, sent
from xenia.api.service import AnyRequest, actor_of, service_of, space_of
from xenia.events.errors import EventError, Unreadable
from xenia.events.moments import NotATime, parse_time
from xenia.services.access import Scope
from xenia.services.problems import (
    DATABASE_UNAVAILABLE,
    Problem,
    one_event,
    unreadable,
    wrong_parameter,
)
from xenia.services.published import Space
from xenia.services.quoting import Quote, Weighing, quote
from xenia.services.taking import Taken
from xenia.services.times import utc_text

_TRACE = Wishes(trace=True)
_object = msgspec.json.Decoder(dict[str, Raw])
_encode = msgspec.json.Encoder().encode

AsOf = Annotated[
    str | None,
    QueryParameter(
        name="as_of",
        description="A time that has passed: what would have come of it then, for audits.",
    ),
]


@post(
    "/v1/quotes",
    summary="Ask what would come of an event",
    tags=["quotes"],
    status_code=200,
    opt=needs(Scope.EVENTS),
    responses={
        200: ResponseSpec(
            shapes.Quote,
            description="What it would come to; nothing is recorded.",
            generate_examples=False,
        )
    },
)
async def new_quote(*, request: AnyRequest, as_of: AsOf = None) -> Response[Any]:
    """The body is one event as it would be sent to `POST /v1/events`; `id` and `occurred_at` may be
    left out.  What is taken off is kept until the time that the answer says, for a purchase of the
    same basket that names the quote."""
    service, space = service_of(request), space_of(request)
    if space is None:
        return refused(DATABASE_UNAVAILABLE, request)
    now = service.clock()
    then = _instant(as_of, now)
    if isinstance(then, Problem):
        return refused(then, request)
    head = request.headers
    found = sent(head.get("content-type"), head.get("content-encoding"), await request.body())
    if isinstance(found, Problem):
        return refused(found, request)
    if found.form is not Form.ONE:
        return refused(one_event(), request)
    taking = Taking(space, _TRACE, actor_of(request).may(Scope.STAFF), now)

    def asked(reads: Connection[Any], space: Space) -> Quote | Problem:
        taken = _taken(replace(taking, space=space), found.texts[0], now if then is None else then)
        if isinstance(taken, Problem):
            return taken
        return quote(Weighing(reads, space, now), taken, then=then)

    answer = await service.weighs.run(space, asked, Sees.AND_KEEPS)
    if isinstance(answer, Problem):
        return refused(answer, request)
    return Response(_body(answer), media_type="application/json")


def _instant(as_of: str | None, now: int) -> int | Problem | None:
    if as_of is None:
        return None
    try:
        then = parse_time(as_of)
    except NotATime as error:
        return wrong_parameter("as_of", str(error))
    if then > now:
        return wrong_parameter("as_of", "as_of is a time that has passed: leave it out for now")
    return then


def _taken(taking: Taking, text: bytes, at: int) -> list[Taken] | Problem:
    """The event, for each programme that it may be for; all that it says is as it was sent."""
    try:
        fields = _object.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        sentence = f"this is not a JSON object: {error}"
        return unreadable(Unreadable((EventError("invalid-json", "", sentence),)))
    fields.setdefault("id", Raw(b'"quote"'))
    fields.setdefault("occurred_at", Raw(_encode(utc_text(at))))
    names: list[str | None] = [None]
    if "programme" not in fields and len(taking.space.programmes) > 1:
        names = [*sorted(taking.space.programmes)]
    taken: list[Taken] = []
    for name in names:
        if name is not None:
            fields["programme"] = Raw(_encode(name))
        one = taking.take(_encode(fields))
        if isinstance(one, Problem):
            return one
        taken.append(one)
    return taken


def _body(answer: Quote) -> bytes:
    until = None if answer.until is None else utc_text(answer.until)
    kept = _encode({"quote": answer.id, "until": until})
    if len(answer.answers) == 1:
        return b"%b,%b" % (answer.answers[0].encode()[:-1], kept[1:])
    results = ",".join(answer.answers).encode()
    return b'{"results":[%b],%b' % (results, kept[1:])

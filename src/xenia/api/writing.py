"""A write beside events as every address does it: once for each Idempotency-Key, or dry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Response
from litestar.params import HeaderParameter, QueryParameter
from psycopg import errors

from xenia.api.problems import refused
from xenia.api.service import AnyRequest, actor_of, service_of, space_of
from xenia.api.weighing import unpublished
from xenia.events.errors import child
from xenia.services.changing import Answer, Changing, Done, changed
from xenia.services.member_problems import PUBLISHED_MEANWHILE
from xenia.services.posted import NotPublishedError
from xenia.services.problems import (
    DATABASE_UNAVAILABLE,
    NO_IDEMPOTENCY_KEY,
    Problem,
    Reason,
    still_running,
    unreadable_body,
)
from xenia.services.published import Space, load_space

_TRIES = 5  # where two transactions have waited for each other
T = TypeVar("T", bound=msgspec.Struct)

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        description="A key of your own for this write: the same again gets the stored answer.",
        max_length=255,
    ),
]
DryRun = Annotated[
    bool, QueryParameter(name="dry_run", description="Say what would happen; change nothing.")
]
_NOTHING = b"\\u0000"  # in JSON, a character that no text in the database has
Work = Callable[[Changing, Space], Done | Problem]


def body_of(request_body: bytes, shape: type[T]) -> T | Problem:
    """What was sent, as it must be; a problem names the place that is not."""
    try:
        if _NOTHING in request_body:
            for place in _with_nothing(msgspec.json.decode(request_body), ""):
                sentence = "a text has a character that is none: take it out"
                return unreadable_body([Reason(place, "control-character", sentence)])
        return msgspec.json.decode(request_body or b"{}", type=shape)
    except msgspec.ValidationError as error:
        sentence, _, place = str(error).partition(" - at `$")
        pointer = place.rstrip("`").replace(".", "/").replace("[", "/").replace("]", "")
        return unreadable_body([Reason(pointer, "unreadable-body", sentence)])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return unreadable_body([Reason("", "unreadable-body", f"this is not JSON: {error}")])


def _with_nothing(decoded: object, place: str) -> Iterator[str]:
    """The places of the texts with that character."""
    if isinstance(decoded, dict):
        for name, value in decoded.items():
            if "\0" in name:
                yield place
            yield from _with_nothing(value, child(place, name))
    elif isinstance(decoded, list):
        for number, value in enumerate(decoded):
            yield from _with_nothing(value, child(place, number))
    elif isinstance(decoded, str) and "\0" in decoded:
        yield place


async def written(
    request: AnyRequest, key: str | None, work: Work, *, dry_run: bool, of: str = ""
) -> Response[Any]:
    """Do a write for who asks, in their space, and answer; `of` is what else was asked for, beside
    the address and the body."""
    service, space = service_of(request), space_of(request)
    if space is None:
        return refused(DATABASE_UNAVAILABLE, request)
    named = (key or "").strip().strip('"')
    if not named:
        return refused(NO_IDEMPOTENCY_KEY, request)
    url = request.url
    asked = b"\0".join(
        (request.method.encode(), url.path.encode(), url.query.encode(), await request.body())
    )
    asked += b"\0" + of.encode() if of else b""
    request_id: str = request.scope["state"]["request_id"]
    actor, now = actor_of(request), service.clock()

    def do() -> Answer | Problem:
        known = space
        found: Answer | Problem = still_running(named)
        for _ in range(_TRIES):
            with suppress(errors.DeadlockDetected):
                try:
                    found = once(known)
                    missing = unpublished(found)
                except NotPublishedError as error:
                    found, missing = error.problem, True
                looked = missing and known is not space
                if looked or not (missing or found is PUBLISHED_MEANWHILE):
                    return found
                with service.database.connect() as connection:
                    known = load_space(connection, known.name, known=known)
        return found

    def once(space: Space) -> Answer | Problem:
        with service.database.connect() as connection:
            changing = Changing(connection, actor, now, request_id)
            return changed(
                changing,
                named,
                asked,
                space.secret,
                lambda changing: work(changing, space),
                dry_run=dry_run,
            )

    found = await service.reader.run(do)
    if isinstance(found, Problem):
        return refused(found, request)
    told = {"Idempotent-Replayed": "true"} if found.replayed else {}
    if dry_run:
        told["Dry-Run"] = "true"
    return Response(
        found.body, status_code=found.status, media_type="application/json", headers=told
    )


def _nothing_wrong(_wanted: object) -> None:
    """What has the right shape is right."""


async def written_of(
    request: AnyRequest,
    key: str | None,
    shape: type[T],
    work: Callable[[Changing, Space, T], Done | Problem],
    *,
    dry_run: bool,
    wrong: Callable[[T], Problem | None] = _nothing_wrong,
) -> Response[Any]:
    """The same of what is sent, which the `work` has as it must be; what is not, or is `wrong`, is
    refused before anything is done."""
    wanted = body_of(await request.body(), shape)
    problem = wanted if isinstance(wanted, Problem) else wrong(wanted)
    if isinstance(wanted, Problem) or problem is not None:
        assert problem is not None, "what cannot be read is a problem"
        return refused(problem, request)
    return await written(
        request, key, lambda changing, space: work(changing, space, wanted), dry_run=dry_run
    )


async def written_said(
    request: AnyRequest,
    key: str | None,
    shape: type[T],
    work: Callable[[Changing, Space, dict[str, Any]], Done | Problem],
    *,
    dry_run: bool,
) -> Response[Any]:
    """The same, which the `work` has as fields: what is null says nothing."""

    def said(changing: Changing, space: Space, wanted: T) -> Done | Problem:
        fields = msgspec.to_builtins(wanted).items()
        return work(changing, space, {name: one for name, one in fields if one is not None})

    return await written_of(request, key, shape, said, dry_run=dry_run)

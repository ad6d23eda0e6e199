"""`/v1/keys`: who may do what in a space."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, delete, get, post
from litestar.openapi import ResponseSpec
from litestar.params import PathParameter
from msgspec import Meta, Struct

from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, actor_of, service_of
from xenia.api.writing import DryRun, IdempotencyKey, written, written_of
from xenia.events.errors import did_you_mean
from xenia.services.access import MEANT, Scope
from xenia.services.changing import Changing, Done
from xenia.services.keys import Wanted, listed_keys, make_key, revoke_key
from xenia.services.problems import Problem, Reason, not_allowed, unreadable_body
from xenia.services.published import Space
from xenia.services.times import utc_text
from xenia.store.keys import KeyRow

_TAGS = ["keys"]


class NewKey(Struct, forbid_unknown_fields=True):
    """What a key is to be for."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    scopes: Annotated[tuple[str, ...], Meta(min_length=1, max_length=len(Scope))]
    per_minute: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None


class ShownKey(Struct):
    """A key, without what only its holder knows; `shown` is how it begins."""

    key: str
    name: str
    shown: str
    scopes: tuple[str, ...]
    per_minute: int | None
    created_by: str
    created_at: str
    last_used_at: str | None
    revoked_at: str | None


class MadeKey(ShownKey):
    """A key that was made just now; `secret` is shown this once."""

    secret: str | None = None


class Keys(Struct):
    """The keys of a space, the oldest first."""

    data: tuple[ShownKey, ...]


class Revoked(Struct):
    """A key that nobody gets in with any more."""

    key: str
    revoked: bool


@get(
    "/v1/keys",
    summary="The keys",
    tags=_TAGS,
    opt=needs(Scope.KEYS),
    responses={
        200: ResponseSpec(Keys, description="All, the oldest first.", generate_examples=False)
    },
)
async def keys(request: AnyRequest) -> Response[Any]:
    """Those that were taken back are listed, too; what a key is in full is shown to nobody."""
    space = actor_of(request).space_id
    found = await service_of(request).reader.read(lambda reads: listed_keys(reads, space))
    if isinstance(found, Problem):
        return refused(found, request)
    return Response(Keys(tuple(ShownKey(**_fields(row)) for row in found)))


@post(
    "/v1/keys",
    summary="Make a key",
    tags=_TAGS,
    status_code=201,
    opt=needs(Scope.KEYS, body=NewKey),
    responses={
        201: ResponseSpec(MadeKey, description="The key, shown this once.", generate_examples=False)
    },
)
async def new_key(
    *,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Nobody can give a key more than their own may do."""

    def make(changing: Changing, space: Space, wanted: NewKey) -> Done:
        asked = Wanted(wanted.name, wanted.scopes, wanted.per_minute)
        row, secret = make_key(changing, space.mode, asked)
        return Done(_fields(row), 201, once={"secret": secret.text})

    return await written_of(
        request,
        idempotency_key,
        NewKey,
        make,
        dry_run=dry_run,
        wrong=lambda wanted: _refused(request, wanted),
    )


@delete(
    "/v1/keys/{key:str}",
    summary="Take a key back",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.KEYS),
    responses={200: ResponseSpec(Revoked, description="It is.", generate_examples=False)},
)
async def revoked_key(
    *,
    key: Annotated[str, PathParameter(description="The key's id.")],
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Within seconds nobody gets in with it."""
    return await written(
        request, idempotency_key, lambda changing, _: revoke_key(changing, key), dry_run=dry_run
    )


def _refused(request: AnyRequest, wanted: NewKey) -> Problem | None:
    for place, name in enumerate(wanted.scopes):
        if name not in set(Scope):
            hint = did_you_mean(name, list(Scope)) or f": there are {', '.join(MEANT)}"
            sentence = f'"{name[:40]}" is no scope{hint}'
            return unreadable_body([Reason(f"/scopes/{place}", "unknown-scope", sentence)])
        if not actor_of(request).may(Scope(name)):
            return not_allowed(name)
    return None


def _fields(row: KeyRow) -> dict[str, Any]:
    return {
        "key": row.key_id,
        "name": row.name,
        "shown": row.shown,
        "scopes": tuple(row.scopes),
        "per_minute": row.per_minute,
        "created_by": row.created_by,
        "created_at": utc_text(row.created_at),
        "last_used_at": None if row.last_used_at is None else utc_text(row.last_used_at),
        "revoked_at": None if row.revoked_at is None else utc_text(row.revoked_at),
    }

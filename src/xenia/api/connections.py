"""`/v1/connections`: the shops that send what happens in them, and what of it could not be used."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from litestar import Response, delete, get, patch, post
from litestar.openapi import ResponseSpec
from litestar.params import PathParameter, QueryParameter
from msgspec import UNSET, Meta, Struct, UnsetType, structs

from xenia.api.asking import id_of
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, actor_of, service_of
from xenia.api.writing import DryRun, IdempotencyKey, Work, written, written_of
from xenia.connectors.inbound import ShopOptions
from xenia.services import connections as services
from xenia.services.access import Scope
from xenia.services.changing import Changing, Done
from xenia.services.problems import (
    DATABASE_UNAVAILABLE,
    Problem,
    Reason,
    no_secret_key,
    unreadable_body,
)
from xenia.services.published import Space
from xenia.services.receiving import PostingAway
from xenia.services.sealing import CannotSeal, Sealing
from xenia.store import connections as store

_TAGS = ["connections"]
PAGE, _PAGE_MAX = 50, 200
_OWN_SECRET = ("shopify", "square")  # kinds that make the secret themselves

Kind = Literal["odoo", "shopify", "square", "woocommerce"]
Secret = Annotated[str, Meta(min_length=8, max_length=500)]
Limit = Annotated[int, QueryParameter(ge=1, le=_PAGE_MAX, description="On a page.")]
Cursor = Annotated[str | None, QueryParameter(description="`next_cursor` of the page before.")]
ConnectionId = Annotated[str, PathParameter(description="The connection's id.")]


class NewConnection(Struct, forbid_unknown_fields=True):
    """A shop to be connected.  Shopify and Square show the `secret` that they sign with; of others
    one is made.  `token` is what the shop is asked with."""

    kind: Kind
    name: Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    programme: Annotated[str, Meta(max_length=200)] | None = None
    options: ShopOptions = ShopOptions()
    secret: Secret | None = None
    token: Secret | None = None


class ChangedConnection(Struct, forbid_unknown_fields=True):
    """What is to be changed of a connection; all of the options at once."""

    programme: Annotated[str, Meta(max_length=200)] | UnsetType | None = UNSET
    options: ShopOptions | UnsetType = UNSET
    secret: Secret | UnsetType = UNSET
    token: Secret | UnsetType | None = UNSET


class ShownConnection(Struct):
    """A connection without its secrets; `path` is where the shop sends to, `token` says whether it
    can be asked."""

    connection: str
    kind: str
    name: str
    programme: str | None
    options: Any
    token: bool
    path: str
    created_by: str
    created_at: str


class MadeConnection(ShownConnection):
    """A connection that was made just now; a `secret` that was made for it is shown this once."""

    secret: str | None = None


class ListedConnection(ShownConnection):
    """A connection of a list; `kept` are its deliveries that could not be used and that wait for
    somebody to mend what is in their way."""

    kept: int


class Connections(Struct):
    """A page of connections."""

    data: tuple[ListedConnection, ...]
    next_cursor: str | None
    has_more: bool


class RemovedConnection(Struct):
    """A connection to which nothing is sent any more."""

    connection: str
    removed: bool


def spec(shape: type[Struct], sentence: str) -> ResponseSpec:
    """What an address answers."""
    return ResponseSpec(shape, description=sentence, generate_examples=False)


@get(
    "/v1/connections",
    summary="The connections",
    tags=_TAGS,
    opt=needs(Scope.CONNECTIONS),
    responses={200: spec(Connections, "A page of them.")},
)
async def connections(
    *, request: AnyRequest, limit: Limit = PAGE, cursor: Cursor = None
) -> Response[Any]:
    """What a shop signs with is shown to nobody."""
    after = id_of(cursor)
    if isinstance(after, Problem):
        return refused(after, request)
    space = actor_of(request).space_id
    found = await service_of(request).reader.read(
        lambda reads: store.listed(reads, space, limit=limit + 1, after=after or "")
    )
    if isinstance(found, Problem):
        return refused(found, request)
    rows, more = found[:limit], len(found) > limit
    data = tuple(ListedConnection(**services.shown(row), kept=row.kept) for row in rows)
    return Response(Connections(data, rows[-1].connection_id if more else None, more))


@post(
    "/v1/connections",
    summary="Connect a shop",
    tags=_TAGS,
    status_code=201,
    opt=needs(Scope.CONNECTIONS, body=NewConnection),
    responses={201: spec(MadeConnection, "The connection, and what was made for it.")},
)
async def new_connection(
    *, request: AnyRequest, idempotency_key: IdempotencyKey = None, dry_run: DryRun = False
) -> Response[Any]:
    """From then on the shop sends to the connection's `path`."""

    def make(changing: Changing, space: Space, wanted: NewConnection) -> Done | Problem:
        asked = services.Wanted(**structs.asdict(wanted))
        return sealed(lambda does, _: services.connect(does, Sealing.of_environment(), asked))(
            changing, space
        )

    return await written_of(
        request, idempotency_key, NewConnection, make, dry_run=dry_run, wrong=_refused
    )


@patch(
    "/v1/connections/{connection:str}",
    summary="Change a connection",
    tags=_TAGS,
    opt=needs(Scope.CONNECTIONS, body=ChangedConnection),
    responses={200: spec(ShownConnection, "As it is now.")},
)
async def changed_connection(
    *,
    connection: ConnectionId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """What is left out stays as it is."""

    def change(changing: Changing, space: Space, wanted: ChangedConnection) -> Done | Problem:
        said = structs.asdict(wanted).items()
        changes = {name: value for name, value in said if value is not UNSET}
        return sealed(
            lambda does, _: services.change(does, Sealing.of_environment(), connection, changes)
        )(changing, space)

    return await written_of(
        request,
        idempotency_key,
        ChangedConnection,
        change,
        dry_run=dry_run,
        wrong=lambda wanted: _bad_options(wanted.options),
    )


@delete(
    "/v1/connections/{connection:str}",
    summary="Remove a connection",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.CONNECTIONS),
    responses={200: spec(RemovedConnection, "It is.")},
)
async def removed_connection(
    *,
    connection: ConnectionId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """What the shop has told stays; what of it could not be used goes."""
    return await written(
        request,
        idempotency_key,
        lambda changing, _: services.remove(changing, connection),
        dry_run=dry_run,
    )


# ---- how -----------------------------------------------------------------------------------------


def sealed(work: Work) -> Work:
    """Work that needs the keys of secrets, or posts events, with a problem where it cannot."""

    def done(changing: Changing, space: Space) -> Done | Problem:
        try:
            return work(changing, space)
        except CannotSeal as trouble:
            return no_secret_key(str(trouble))
        except PostingAway:
            return DATABASE_UNAVAILABLE

    return done


def _refused(wanted: NewConnection) -> Problem | None:
    if wanted.kind in _OWN_SECRET and wanted.secret is None:
        sentence = f"{wanted.kind} shows the secret that it signs with: give it"
        return unreadable_body([Reason("/secret", "missing-field", sentence)])
    return _bad_options(wanted.options)


def _bad_options(options: ShopOptions | UnsetType) -> Problem | None:
    if isinstance(options, UnsetType):
        return None
    for name in ("address", "api"):
        value = getattr(options, name)
        if value is not None and not value.startswith("https://"):
            sentence = f"{name} is an address that begins with https://"
            return unreadable_body([Reason(f"/options/{name}", "not-https", sentence)])
    return None

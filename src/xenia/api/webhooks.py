"""`/v1/webhooks`: operators' own programs that are told what was recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from litestar import Response, delete, get, patch, post
from litestar.params import PathParameter
from msgspec import Meta, Struct

from xenia.api.asking import ok, read
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest, actor_of, service_of
from xenia.api.writing import DryRun, IdempotencyKey, body_of, written, written_of
from xenia.services import happenings, webhooks
from xenia.services.access import Scope
from xenia.services.changing import Changing, Done
from xenia.services.problems import Problem
from xenia.services.published import Space

TAGS = ["webhooks"]
WebhookId = Annotated[str, PathParameter(description="The webhook's id.")]
Url = Annotated[str, Meta(min_length=1, max_length=2000)]
Types = Annotated[tuple[str, ...], Meta(max_length=100)]
Description = Annotated[str, Meta(max_length=500)]


class NewWebhook(Struct, forbid_unknown_fields=True):
    """Where to send, and of what: types as `points.earned` or `points.*`; none are all."""

    url: Url
    types: Types = ()
    description: Description = ""


class WebhookPatch(Struct, forbid_unknown_fields=True):
    """What is to be changed; what is left out stays."""

    url: Url | None = None
    types: Types | None = None
    description: Description | None = None


class NewSecret(Struct, forbid_unknown_fields=True):
    """For how many hours the secret before signs, too."""

    overlap_hours: Annotated[int, Meta(ge=0, le=168)] = webhooks.OVERLAP_HOURS


class Enabling(Struct, forbid_unknown_fields=True):
    """Whether what was kept meanwhile is left out."""

    drop: bool = False


class Nothing(Struct, forbid_unknown_fields=True):
    """`{}`, or no body at all."""


class Webhook(Struct):
    """An endpoint; `disabled_because` and `failing_since` say how it does."""

    webhook: str
    url: str
    types: tuple[str, ...]
    description: str
    enabled: bool
    disabled_because: str | None
    failing_since: str | None
    overlap_until: str | None
    created_at: str
    created_by: str


class CountedWebhook(Webhook):
    """An endpoint, with how many deliveries wait, and how many were given up."""

    waiting: int
    dead: int


class MadeWebhook(Webhook):
    """An endpoint whose secret is shown this once."""

    secret: str | None = None


class Webhooks(Struct):
    """The endpoints of a space, the oldest first."""

    data: tuple[Webhook, ...]


class WebhookType(Struct):
    """A type of message, and what it tells."""

    type: str
    means: str


class WebhookTypes(Struct):
    """All types of messages; `points.*` stands for all that begin so."""

    data: tuple[WebhookType, ...]


class RemovedWebhook(Struct):
    """An endpoint to which nothing is sent any more."""

    webhook: str
    removed: bool


class TestSent(Struct):
    """A test that will be sent in a moment."""

    delivery: str
    type: str
    state: str


@get(
    "/v1/webhooks",
    summary="The webhooks",
    tags=TAGS,
    opt=needs(Scope.WEBHOOKS),
    responses=ok(Webhooks, "All, the oldest first."),
)
async def all_webhooks(request: AnyRequest) -> Response[Any]:
    """Their secrets are shown to nobody."""
    space = actor_of(request).space_id
    found = await service_of(request).reader.read(lambda reads: webhooks.listed(reads, space))
    return refused(found, request) if isinstance(found, Problem) else Response({"data": found})


@get(
    "/v1/webhook-types",
    summary="What webhooks can be told",
    tags=TAGS,
    opt=needs(Scope.WEBHOOKS),
    responses=ok(WebhookTypes, "All types of messages."),
)
async def webhook_types(request: AnyRequest) -> Response[Any]:
    """Types to choose from when a webhook is made."""
    known = tuple(WebhookType(name, means) for name, means in happenings.TYPES.items())
    return await read(request, lambda _reads, _space, _now: WebhookTypes(known))


@get(
    "/v1/webhooks/{webhook:str}",
    summary="A webhook",
    tags=TAGS,
    opt=needs(Scope.WEBHOOKS),
    responses=ok(CountedWebhook, "It, and how much waits for it."),
)
async def webhook(webhook: WebhookId, request: AnyRequest) -> Response[Any]:
    """With how many deliveries wait, and how many were given up."""
    space = actor_of(request).space_id
    found = await service_of(request).reader.read(
        lambda reads: webhooks.found(reads, space, webhook)
    )
    return refused(found, request) if isinstance(found, Problem) else Response(found)


@post(
    "/v1/webhooks",
    summary="Make a webhook",
    tags=TAGS,
    status_code=201,
    opt=needs(Scope.WEBHOOKS, body=NewWebhook),
    responses=ok(MadeWebhook, "The webhook; its secret is shown this once.", 201),
)
async def new_webhook(
    *,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Its address begins with https:// and leads to the public internet."""

    def work(changing: Changing, space: Space, wanted: NewWebhook) -> Done | Problem:
        asked = webhooks.Wanted(wanted.url, wanted.types, wanted.description)
        return webhooks.make(changing, space, asked)

    return await _fitting(request, idempotency_key, NewWebhook, work, dry_run=dry_run)


@patch(
    "/v1/webhooks/{webhook:str}",
    summary="Change a webhook",
    tags=TAGS,
    opt=needs(Scope.WEBHOOKS, body=WebhookPatch),
    responses=ok(Webhook, "As it is now."),
)
async def changed_webhook(
    *,
    webhook: WebhookId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """What waits is sent to the new address."""

    def work(changing: Changing, _: Space, wanted: WebhookPatch) -> Done | Problem:
        asked = webhooks.Patch(wanted.url, wanted.types, wanted.description)
        return webhooks.change(changing, webhook, asked)

    return await _fitting(request, idempotency_key, WebhookPatch, work, dry_run=dry_run)


@delete(
    "/v1/webhooks/{webhook:str}",
    summary="Remove a webhook",
    tags=TAGS,
    status_code=200,
    opt=needs(Scope.WEBHOOKS),
    responses=ok(RemovedWebhook, "It is."),
)
async def removed_webhook(
    *,
    webhook: WebhookId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """What waits for it is not sent."""
    return await written(
        request,
        idempotency_key,
        lambda changing, _: webhooks.remove(changing, webhook),
        dry_run=dry_run,
    )


@post(
    "/v1/webhooks/{webhook:str}/secret",
    summary="Change a webhook's secret",
    tags=TAGS,
    status_code=200,
    opt=needs(Scope.WEBHOOKS, body=NewSecret),
    responses=ok(MadeWebhook, "The webhook; its new secret is shown this once."),
)
async def new_secret(
    *,
    webhook: WebhookId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """For some hours both sign, so that nothing is lost while the receiver learns the new one."""

    def work(changing: Changing, space: Space, wanted: NewSecret) -> Done | Problem:
        return webhooks.rotate(changing, space, webhook, wanted.overlap_hours)

    return await written_of(request, idempotency_key, NewSecret, work, dry_run=dry_run)


@post(
    "/v1/webhooks/{webhook:str}/disable",
    summary="Disable a webhook",
    tags=TAGS,
    status_code=200,
    opt=needs(Scope.WEBHOOKS, body=Nothing),
    responses=ok(Webhook, "As it is now."),
)
async def disabled_webhook(
    *,
    webhook: WebhookId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """What happens meanwhile is kept for it for 30 days."""
    return await written_of(
        request,
        idempotency_key,
        Nothing,
        lambda changing, _space, _nothing: webhooks.disable(changing, webhook),
        dry_run=dry_run,
    )


@post(
    "/v1/webhooks/{webhook:str}/enable",
    summary="Enable a webhook",
    tags=TAGS,
    status_code=200,
    opt=needs(Scope.WEBHOOKS, body=Enabling),
    responses=ok(Webhook, "As it is now."),
)
async def enabled_webhook(
    *,
    webhook: WebhookId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """What was kept is sent first, unless it is to be dropped."""
    return await written_of(
        request,
        idempotency_key,
        Enabling,
        lambda changing, _, wanted: webhooks.enable(changing, webhook, drop=wanted.drop),
        dry_run=dry_run,
    )


@post(
    "/v1/webhooks/{webhook:str}/test",
    summary="Try a webhook out",
    tags=TAGS,
    status_code=202,
    opt=needs(Scope.WEBHOOKS, body=Nothing),
    responses=ok(TestSent, "What will be sent in a moment.", 202),
)
async def tried_webhook(
    *,
    webhook: WebhookId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Sends a message of type `webhook.test`, whatever types it wants."""
    return await written_of(
        request,
        idempotency_key,
        Nothing,
        lambda changing, _space, _nothing: webhooks.send_test(changing, webhook),
        dry_run=dry_run,
    )


W = TypeVar("W", NewWebhook, WebhookPatch)


async def _fitting(
    request: AnyRequest,
    key: str | None,
    shape: type[W],
    work: Callable[[Changing, Space, W], Done | Problem],
    *,
    dry_run: bool,
) -> Response[Any]:
    """A write of where messages go, once it is known that they can: names are asked for, which
    takes its time, and nothing is locked meanwhile."""
    wanted = body_of(await request.body(), shape)
    if isinstance(wanted, Problem):
        return refused(wanted, request)
    problem = await service_of(request).reader.run(lambda: webhooks.unfit(wanted.url, wanted.types))
    if problem is not None:
        return refused(problem, request)
    return await written(
        request, key, lambda changing, space: work(changing, space, wanted), dry_run=dry_run
    )

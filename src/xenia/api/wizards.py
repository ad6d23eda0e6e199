"""`/v1/wizards`: programmes made for a firm, from its margin and its own purchases."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, post

from xenia.api import backtest_shapes as shapes
from xenia.api.asking import Reading, ok, read
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.api.writing import DryRun, IdempotencyKey, body_of, written
from xenia.services import backtests as service
from xenia.services.access import Scope
from xenia.services.backtest_problems import cannot_be_made, not_installed
from xenia.services.inputs import UnusableError
from xenia.services.problems import Problem
from xenia.services.published import Space

_TAGS = ["backtests"]
_OPTIONS = shapes.ChooserOptions.__struct_fields__


@post(
    "/v1/wizards/ready-made",
    summary="Make a programme that a margin can bear",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.PROGRAMMES, body=shapes.NewReadyMade),
    responses=ok(shapes.ReadyMade, "The document, and what it costs."),
)
async def ready_made(request: AnyRequest) -> Response[Any]:
    """As `xenia wizard ready-made`. Nothing is kept, so no Idempotency-Key is needed: begin a draft
    with the document."""
    wanted = body_of(await request.body(), shapes.NewReadyMade)
    if isinstance(wanted, Problem):
        return refused(wanted, request)

    def found(_reads: Reading, _space: Space, _now: int) -> Any:
        if (lacking := service.missing()) is not None:
            return not_installed(lacking)
        try:
            return _made(wanted)
        except UnusableError as error:
            return cannot_be_made(str(error))

    return await read(request, found)


@post(
    "/v1/wizards/programme-chooser",
    summary="Hold kinds of programmes against each other",
    tags=_TAGS,
    status_code=202,
    opt=needs(Scope.BACKTESTS, body=shapes.NewChoice),
    responses=ok(shapes.Backtest, "It waits for a worker.", 202),
)
async def programme_choice(
    *, request: AnyRequest, idempotency_key: IdempotencyKey = None, dry_run: DryRun = False
) -> Response[Any]:
    """As `xenia wizard programme-chooser`: no programme, a discount, a bonus, levels and a paid
    club, side by side over a history. It is a backtest: it is told, cancelled and read as one
    (`/v1/backtests/{backtest}`); its report is what the command prints as JSON."""
    wanted = body_of(await request.body(), shapes.NewChoice)
    if isinstance(wanted, Problem):
        return refused(wanted, request)
    stated = msgspec.to_builtins({name: getattr(wanted, name) for name in _OPTIONS})
    return await written(
        request,
        idempotency_key,
        lambda changing, space: service.choose(changing, space, wanted.history, stated),
        dry_run=dry_run,
    )


def _made(wanted: shapes.NewReadyMade) -> dict[str, Any]:
    """What the wizard makes.  Raises UnusableError."""
    # What it is made by is there only with the extra `fast`.
    from xenia.backtest.economics import Settlement
    from xenia.backtest.report.stated import share
    from xenia.backtest.wizards import ready_made as making
    from xenia.backtest.wizards.as_json import made_fields
    from xenia.backtest.wizards.documents import Firm

    settlement = Settlement(
        cost_ratio=share(wanted.cost_ratio, "cost_ratio"),
        cannibalised=share(wanted.cannibalised, "cannibalised"),
    )
    wish = making.Wish(
        margin=share(wanted.margin, "margin"),
        kind=wanted.kind,
        uplift=None if wanted.uplift is None else share(wanted.uplift, "uplift"),
        running=share(wanted.running, "running"),
        settlement=settlement,
        category=wanted.category,
    )
    firm = Firm(
        id=wanted.programme,
        operator=wanted.operator,
        money=wanted.money,
        timezone=wanted.timezone,
    )
    return made_fields(making.ready_made(wish, firm))

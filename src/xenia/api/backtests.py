"""`/v1/backtests` and `/v1/histories`: what a programme would have cost and changed, found out by
workers beside the service."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import PathParameter

from xenia.api import backtest_shapes as shapes
from xenia.api.asking import PAGE, Cursor, Limit, Reading, ok, paged, place_of, read
from xenia.api.documents import wrong
from xenia.api.problems import refused
from xenia.api.programme_sources import source_of
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.api.writing import DryRun, IdempotencyKey, body_of, written
from xenia.services import backtests as service
from xenia.services.access import Scope
from xenia.services.backtests import NOTHING, Wanted
from xenia.services.histories import Histories
from xenia.services.problems import Problem
from xenia.services.published import Space
from xenia.services.sources import Source
from xenia.store import backtests as store

_TAGS = ["backtests"]
_ALONE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"  # all is in the page
_OPTIONS = shapes.BacktestOptions.__struct_fields__
BacktestId = Annotated[str, PathParameter(description="The backtest's id.")]


# ---- asking --------------------------------------------------------------------------------------


@post(
    "/v1/backtests",
    summary="Ask for a backtest",
    tags=_TAGS,
    status_code=202,
    opt=needs(Scope.BACKTESTS, body=shapes.NewBacktest),
    responses=ok(shapes.Backtest, "It waits for a worker.", 202),
)
async def new_backtest(
    *, request: AnyRequest, idempotency_key: IdempotencyKey = None, dry_run: DryRun = False
) -> Response[Any]:
    """What it runs is fixed now: a draft may be changed afterwards. `xenia work` runs one at a time
    and lets everything else go first."""
    wanted = body_of(await request.body(), shapes.NewBacktest)
    found = wanted if isinstance(wanted, Problem) else _wanted(wanted)
    if isinstance(found, Problem):
        return refused(found, request)
    return await written(
        request,
        idempotency_key,
        lambda changing, space: service.ask(changing, space, found),
        dry_run=dry_run,
    )


@post(
    "/v1/backtests/{backtest:str}/cancel",
    summary="Cancel a backtest",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.BACKTESTS),
    responses=ok(shapes.Backtest, "It is cancelled."),
)
async def cancelled_backtest(
    *,
    backtest: BacktestId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """One that runs ends within seconds. There will be no report."""
    return await written(
        request,
        idempotency_key,
        lambda changing, _: service.cancel(changing, backtest),
        dry_run=dry_run,
    )


# ---- reading -------------------------------------------------------------------------------------


@get(
    "/v1/backtests",
    summary="The backtests",
    tags=_TAGS,
    opt=needs(Scope.BACKTEST_REPORTS),
    responses=ok(shapes.Backtests, "A page of them, the one that was asked for last first."),
)
async def backtests(
    *, request: AnyRequest, limit: Limit = PAGE, cursor: Cursor = None
) -> Response[Any]:
    """They are forgotten some time after they have ended, with their reports."""
    before = place_of(cursor)
    if isinstance(before, Problem):
        return refused(before, request)

    def found(reads: Reading, space: Space, _now: int) -> Any:
        rows = store.page(reads, space.space_id, before=before, limit=limit + 1)
        return paged(rows, limit, service.fields, lambda row: row.position)

    return await read(request, found)


@get(
    "/v1/backtests/{backtest:str}",
    summary="A backtest",
    tags=_TAGS,
    opt=needs(Scope.BACKTEST_REPORTS),
    responses=ok(shapes.Backtest, "How far it is."),
)
async def backtest(*, backtest: BacktestId, request: AnyRequest) -> Response[Any]:
    """What it was asked for, and what has become of it."""
    return await read(
        request, lambda reads, space, _now: service.one(reads, space.space_id, backtest)
    )


@get(
    "/v1/backtests/{backtest:str}/report",
    summary="What a backtest has found",
    tags=_TAGS,
    opt=needs(Scope.BACKTEST_REPORTS),
    responses=ok(dict[str, Any], "The report, as `xenia backtest --format json` prints it."),
)
async def backtest_report(*, backtest: BacktestId, request: AnyRequest) -> Response[Any]:
    """With `Accept: text/html` the same as one page to read, with its charts. There is nothing in
    it of any one member."""
    page = _as_page(request.headers.get("accept", ""))

    def found(reads: Reading, space: Space, _now: int) -> Any:
        report = service.report(reads, space.space_id, backtest, page=page)
        if isinstance(report, Problem):
            return report
        if page:
            alone = {"Content-Security-Policy": _ALONE, "Vary": "Accept"}
            return Response(report, media_type="text/html", headers=alone)
        return Response(report, media_type="application/json", headers={"Vary": "Accept"})

    return await read(request, found)


@get(
    "/v1/histories",
    summary="The histories",
    tags=_TAGS,
    opt=needs(Scope.BACKTEST_REPORTS),
    responses=ok(shapes.Histories, "A page of them, by name."),
)
async def histories(
    *, request: AnyRequest, limit: Limit = PAGE, cursor: Cursor = None
) -> Response[Any]:
    """Past purchases that whoever runs the service has put where backtests find them."""

    def found(_reads: Reading, space: Space, _now: int) -> Any:
        rows = Histories.of(space.name).listed(cursor or "", limit + 1)
        page, more = rows[:limit], len(rows) > limit
        next_cursor = page[-1]["history"] if more else None
        return {"data": page, "next_cursor": next_cursor, "has_more": more}

    return await read(request, found)


# ---- what they share -----------------------------------------------------------------------------


def _wanted(sent: shapes.NewBacktest) -> Wanted | Problem:
    programme = source_of(sent.programme, "/programme")
    if isinstance(programme, Problem):
        return programme
    against: Source | Problem = Source(template=NOTHING)
    if sent.against is not None:
        against = source_of(sent.against, "/against")
    if isinstance(against, Problem):
        return against
    for number, response in enumerate(sent.responses):
        low, _, high = response.deciles.partition("-")
        if high and int(low) > int(high):
            place = f"/responses/{number}/deciles"
            return wrong(place, f"{response.deciles}: from 1 (spends most) to 10, the lower first")
    if sent.sweep is not None:
        steps = [one is not None for one in (sent.sweep.from_, sent.sweep.to, sent.sweep.steps)]
        if bool(sent.sweep.values) == any(steps) or any(steps) != all(steps):
            return wrong("/sweep", "name `values`, or else `from`, `to` and so many `steps`")
    options = msgspec.to_builtins({name: getattr(sent, name) for name in _OPTIONS})
    return Wanted(programme, against, sent.history, options)


def _as_page(accept: str) -> bool:
    """Whether HTML is wanted, and JSON not before it."""
    named = [one.split(";")[0].strip().lower() for one in accept.split(",")]
    wanted = [one for one in named if one in ("text/html", "application/json")]
    return wanted[:1] == ["text/html"]

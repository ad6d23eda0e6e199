"""`/v1/finance/…`: the books by month, what a unit is worth in them, and closing them."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get, post, put
from litestar.params import PathParameter, QueryParameter

from xenia.api.asking import Cursor, Form, Reading, ok, programme_in, read, wrong_form
from xenia.api.finance_shapes import BookedMonth, Months, NewValuation, Summed, Valuations
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.api.writing import DryRun, IdempotencyKey, written, written_of
from xenia.services import closing
from xenia.services.access import Scope as Allowed
from xenia.services.changing import Changing, Done
from xenia.services.closing import COLUMNS, PAGE, PAGE_MAX, Said
from xenia.services.monthly import Bookkeeping, first_day
from xenia.services.problems import Problem, wrong_parameter
from xenia.services.published import Space
from xenia.services.reporting import table_of
from xenia.store.posting import Scope

_TAGS = ["finance"]
ProgrammeName = Annotated[
    str | None, QueryParameter(description="Which programme; needed where there are several.")
]
MonthName = Annotated[str, PathParameter(description="The month, such as 2026-03.", max_length=20)]


@get(
    "/v1/finance/months",
    summary="The books by month",
    tags=_TAGS,
    opt=needs(Allowed.BOOKS),
    responses=ok(Months, "A page of months, the newest first."),
)
async def booked_months(
    *,
    request: AnyRequest,
    programme: ProgrammeName = None,
    limit: Annotated[int, QueryParameter(ge=1, le=PAGE_MAX, description="Months.")] = PAGE,
    cursor: Cursor = None,
) -> Response[Any]:
    """What each currency began with, what came and went, and what members have at the end: the
    closing is opening + issued - redeemed - expired + adjusted + settled + brought. The present
    month is the first."""
    wrong = None if cursor is None else _wrong_month("cursor", cursor)
    if wrong is not None:
        return refused(wrong, request)

    def told(books: Bookkeeping, space: Space) -> Any:
        page = closing.months_page(books, cursor, limit)
        return {**page, "programmes": sorted(space.programmes)}

    return await _read_in(request, programme, told)


@get(
    "/v1/finance/months/{month:str}",
    summary="The books of a month",
    tags=_TAGS,
    opt=needs(Allowed.BOOKS),
    responses=ok(BookedMonth, "What it came to, its journal, and what does not agree; as CSV, the "
                 "journal."),
)  # fmt: skip
async def booked_month(
    *,
    month: MonthName,
    request: AnyRequest,
    programme: ProgrammeName = None,
    form: Form = "json",
) -> Response[Any]:
    """Held against every entry of the month; of a closed one, also against what it was when it was
    closed."""
    wrong = wrong_form(form) or _wrong_month("month", month)
    if wrong is not None:
        return refused(wrong, request)

    def told(books: Bookkeeping, _space: Space) -> Any:
        found = closing.month_told(books, month)
        if form == "json" or isinstance(found, Problem):
            return found
        return Response(table_of(COLUMNS, closing.journal_rows(found)), media_type="text/csv")

    return await _read_in(request, programme, told)


@post(
    "/v1/finance/months/{month:str}/closing",
    summary="Close the books of a month",
    tags=_TAGS,
    status_code=201,
    opt=needs(Allowed.CLOSING),
    responses=ok(BookedMonth, "It is closed, and all months before it.", 201),
)
async def closed_month(
    *,
    month: MonthName,
    request: AnyRequest,
    programme: ProgrammeName = None,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """For good: whatever is recorded later, also of days in it, is booked in a month that is open.
    It is refused where anything does not agree with the ledger."""
    wrong = _wrong_month("month", month)
    if wrong is not None:
        return refused(wrong, request)
    return await written(
        request,
        idempotency_key,
        lambda changing, space: closing.close_month(
            changing, space, programme_in(space, programme).name, month
        ),
        dry_run=dry_run,
    )


@post(
    "/v1/finance/totals",
    summary="Sum up all days again",
    tags=_TAGS,
    status_code=200,
    opt=needs(Allowed.CLOSING),
    responses=ok(Summed, "The totals are the sums of the entries."),
)
async def summed_again(
    *,
    request: AnyRequest,
    programme: ProgrammeName = None,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Makes the totals of all days again from the entries, which are not changed. Of use where a
    month says that its totals differ, and `xenia verify` finds the entries true."""
    return await written(
        request,
        idempotency_key,
        lambda changing, space: closing.sum_again(
            changing, space, programme_in(space, programme).name
        ),
        dry_run=dry_run,
    )


@get(
    "/v1/finance/valuation",
    summary="What units are worth in the books",
    tags=_TAGS,
    opt=needs(Allowed.BOOKS),
    responses=ok(Valuations, "Of every currency."),
)
async def valuation(*, request: AnyRequest, programme: ProgrammeName = None) -> Response[Any]:
    """By which months are valued that are not closed."""
    return await _read_in(
        request,
        programme,
        lambda books, _: closing.valuation(books),
    )  # fmt: skip


@put(
    "/v1/finance/valuation",
    summary="Say what units are worth in the books",
    tags=_TAGS,
    opt=needs(Allowed.CLOSING, body=NewValuation),
    responses=ok(Valuations, "As it is said from now on."),
)
async def changed_valuation(
    *,
    request: AnyRequest,
    programme: ProgrammeName = None,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """In place of what was said, of all currencies. Months that are closed keep theirs."""

    def work(changing: Changing, space: Space, wanted: NewValuation) -> Done | Problem:
        said = {
            currency: Said(None if one.value is None else str(one.value), str(one.breakage))
            for currency, one in wanted.currencies.items()
        }
        name = programme_in(space, programme).name
        return closing.value_anew(changing, space, name, said)

    return await written_of(request, idempotency_key, NewValuation, work, dry_run=dry_run)


def _wrong_month(name: str, written_month: str) -> Problem | None:
    try:
        first_day(written_month)
    except ValueError:
        return wrong_parameter(name, "write a month such as 2026-03")
    return None


async def _read_in(request: AnyRequest, programme: str | None, work: Any) -> Response[Any]:
    def found(reads: Reading, space: Space, now: int) -> Any:
        published = programme_in(space, programme)
        scope = Scope(space.space_id, published.programme_id)
        return work(Bookkeeping(reads, scope, published, now), space)

    return await read(request, found)

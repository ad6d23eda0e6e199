"""What finance decides of the books: what a unit is worth, and that a month is closed for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xenia.amounts import NotAnAmount, parse_decimal
from xenia.events.errors import did_you_mean
from xenia.services import monthly
from xenia.services.changing import Changing, Done
from xenia.services.monthly import (
    VALUE_DECIMALS,
    WHOLE,
    Bookkeeping,
    Json,
    Month,
    Teller,
    first_day,
    months_from,
    next_month,
    percent_text,
    value_text,
)
from xenia.services.problems import Problem, Reason, unreadable_body
from xenia.services.programme_problems import unknown_programme
from xenia.services.published import Published, Space
from xenia.store import monthly as store
from xenia.store import programmes, totals
from xenia.store.monthly import Closed, Kept, Valuation
from xenia.store.posting import Scope

PAGE, PAGE_MAX = 12, 36  # months
_LONGEST = 1200  # months that may be closed at once: a hundred years


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a currency, as decimals; None: what the programme says."""

    value: str | None
    breakage: str


# ---- reading -------------------------------------------------------------------------------------


def months_page(books: Bookkeeping, before: str | None, limit: int) -> Json:
    """Months, the newest first; `before` is the one that a page ended with."""
    first, last = books.first, books.present
    if before is not None and before > last:
        before = None
    found: list[Month] = []
    if first is not None and first < (before or next_month(last)):
        oldest = newest = last if before is None else monthly.month_of(first_day(before) - 1)
        for _ in range(limit - 1):
            if oldest <= first:
                break
            oldest = monthly.month_of(first_day(oldest) - 1)
        found = books.months(oldest, newest)[::-1]
    teller, more = Teller(books.published), bool(found) and found[-1].month > (first or "")
    return {
        "programme": books.published.name,
        "money": teller.money,
        "to_close": books.to_close,
        "data": [teller.month(one) for one in found],
        "next_cursor": found[-1].month if more else None,
        "has_more": more,
    }


def month_told(books: Bookkeeping, month: str) -> Json | Problem:
    """One month with its journal, held against the entries."""
    first = books.first
    if first is None or not first <= month <= books.present:
        return nothing_in(month)
    one = books.months(month, month)[0]
    teller = Teller(books.published)
    # A month is told with all that is wrong of it.
    whole = Month(one.month, one.state, one.lines, one.closed, books.differences(one))
    return {
        "programme": books.published.name,
        "money": teller.money,
        "to_close": books.to_close,
        **teller.month(whole),
        "journal": teller.moves(one, books.moves(one)),
    }


COLUMNS = (
    *("programme", "month", "currency", "debit", "credit", "funder"),
    *("units", "value", "amount", "money"),
)


def journal_rows(told: Json) -> list[tuple[Any, ...]]:
    """The journal of a month as rows of `COLUMNS`."""
    values = {one["currency"]: one["value"] for one in told["currencies"]}
    return [
        (
            *(told["programme"], told["month"], one["currency"], one["debit"], one["credit"]),
            *(one["funder"], one["units"], values.get(one["currency"]), one["amount"]),
            told["money"],
        )
        for one in told["journal"]
    ]


def valuation(books: Bookkeeping) -> Json:
    """What is said of each currency, and what the programme says that a unit is worth now."""
    teller = Teller(books.published)
    said = store.valuations(books.connection, books.scope)
    newest = books.published.timeline.at(books.now).plan.programme.currencies
    found = []
    for currency in sorted({*newest, *said}):
        one = said.get(currency, Valuation(None, 0))
        found.append(
            {
                "currency": currency,
                "value": value_text(one.value),
                "breakage": percent_text(one.breakage),
                "programme_value": value_text(books.programme_value(books.present, currency)),
            }
        )
    return {"programme": books.published.name, "money": teller.money, "currencies": found}


# ---- changing ------------------------------------------------------------------------------------


def value_anew(
    changing: Changing, space: Space, programme: str, said: Mapping[str, Said]
) -> Done | Problem:
    """Say by what months that are not closed are valued, in place of what was said."""
    found = _held(changing, space, programme)
    if isinstance(found, Problem):
        return found
    published, scope = found
    newest = published.timeline.at(changing.now).plan.programme.currencies
    wrong, rows = [], {}
    for currency, one in said.items():
        at = f"/currencies/{currency}"
        if currency not in newest:
            hint = did_you_mean(currency, newest) or f": there are {', '.join(sorted(newest))}"
            wrong.append(Reason(at, "unknown-currency", f'there is no "{currency[:100]}"{hint}'))
            continue
        value = None if one.value is None else _number(at, "value", one.value, VALUE_DECIMALS)
        breakage = _number(at, "breakage", one.breakage, 2)
        if isinstance(value, Reason) or isinstance(breakage, Reason):
            wrong += [bad for bad in (value, breakage) if isinstance(bad, Reason)]
        elif (value, breakage) != (None, 0):
            exact = None if value is None else Decimal(value).scaleb(-VALUE_DECIMALS)
            rows[currency] = Valuation(exact, breakage)
    if wrong:
        return unreadable_body(wrong)
    books = Bookkeeping(changing.connection, scope, published, changing.now)
    before = valuation(books)
    store.put_valuations(changing.connection, scope, rows)
    after = valuation(books)
    about = f"programme/{published.name}/valuation"
    changing.note("valuation.changed", about, before=_noted(before), after=_noted(after))
    return Done(after)


def _number(at: str, name: str, written: str, decimals: int) -> int | Reason:
    try:
        found = parse_decimal(written, decimals, what=name)
    except NotAnAmount as error:
        return Reason(f"{at}/{name}", error.code, str(error))
    if name == "breakage" and found > WHOLE:
        return Reason(f"{at}/{name}", "too-large", "breakage is 100 per cent at most")
    return found


def _noted(shown: Json) -> Json:
    return {
        one["currency"]: {"value": one["value"], "breakage": one["breakage"]}
        for one in shown["currencies"]
    }


def close_month(changing: Changing, space: Space, programme: str, month: str) -> Done | Problem:
    """Close the books of a month, and of all before it: nothing is booked there any more.

    Waits for the batches that run; what is recorded later is booked in a month that is open.
    """
    found = _held(changing, space, programme)
    if isinstance(found, Problem):
        return found
    published, scope = found
    books = Bookkeeping(changing.connection, scope, published, changing.now)
    problem = _not_to_close(books, month)
    if problem is not None:
        return problem
    begins = books.to_close
    assert begins is not None, "there is something to close"
    totals.follow(changing.connection, scope, first_day(next_month(month)) - 1)
    books = Bookkeeping(changing.connection, scope, published, changing.now)
    found_months = books.months(books.last_closed or begins, month)
    for one in found_months:
        # Of the one that is closed, with which these begin, what it came to is looked at alone.
        differences = one.differences if one.closed else books.differences(one)
        if differences:
            return books_differ(one.month, differences)
    open_months = [one for one in found_months if one.closed is None]
    for one in open_months:
        closed = Closed(one.month, changing.now, changing.actor.name)
        store.close(
            changing.connection, scope, closed, [_kept(one.month, line) for line in one.lines]
        )
    programmes.revise(changing.connection, *scope)
    about = f"programme/{published.name}/month/{month}"
    changing.note("month.closed", about, after={"months": [*months_from(begins, month)]})
    after = Bookkeeping(changing.connection, scope, published, changing.now)
    told = month_told(after, month)
    assert not isinstance(told, Problem), "it was just closed"
    return Done(told, status=201)


def sum_again(changing: Changing, space: Space, programme: str) -> Done | Problem:
    """Make all totals of days again from their entries."""
    found = _held(changing, space, programme)
    if isinstance(found, Problem):
        return found
    published, scope = found
    through = store.last_total(changing.connection, scope)
    rows = 0
    if through is not None:
        totals.clear(changing.connection, scope)
        rows = totals.follow(changing.connection, scope, through)
    changing.note("totals.made", f"programme/{published.name}/totals", after={"totals": rows})
    return Done({"programme": published.name, "totals": rows})


def _held(changing: Changing, space: Space, programme: str) -> tuple[Published, Scope] | Problem:
    """The programme, in which nothing is recorded until the end of the transaction."""
    published = space.programmes.get(programme)
    if published is None:
        return unknown_programme(programme, space.programmes)
    row = programmes.hold(changing.connection, space.space_id, programme)
    assert row is not None, "a programme that was published stays"
    return published, Scope(space.space_id, published.programme_id)


def _not_to_close(books: Bookkeeping, month: str) -> Problem | None:
    begins, first = books.to_close, books.first
    if begins is None or first is None or month < first:
        return nothing_in(month)
    if month < begins:
        return Problem(
            status=409,
            code="month-is-closed",
            detail=f"the books of {month} are closed, and stay so: correct what is wrong by an "
            "adjustment, which is booked today",
        )
    over = month <= books.present and books.is_over(month)
    if not over or len([*months_from(begins, month)]) > _LONGEST:
        return Problem(
            status=409,
            code="month-not-over",
            detail=f"{month} is not over: it can be closed from ten minutes after midnight on, on "
            "the first day of the month after it",
        )
    return None


def _kept(month: str, line: monthly.Line) -> Kept:
    sums = line.sums
    return Kept(
        month, line.currency, sums.opening, sums.issued, sums.redeemed, sums.expired,
        sums.adjusted, sums.settled, sums.brought, sums.closing, line.value, line.breakage,
    )  # fmt: skip


# ---- what is wrong -------------------------------------------------------------------------------


def nothing_in(month: str) -> Problem:
    """A month in which there are no books."""
    sentence = (
        f"there is nothing in the books of {month[:20]}: `GET /v1/finance/months` lists the months "
        "that there are"
    )
    return Problem(status=404, code="nothing-in-the-books", detail=sentence)


def books_differ(month: str, differences: tuple[monthly.Difference, ...]) -> Problem:
    """No month is closed, as something about one of them does not agree."""
    sentence = (
        f"the books of {month} do not agree with the ledger: run `xenia verify`, and have the "
        "totals made again by `POST /v1/finance/totals` if it finds nothing wrong with the entries"
    )
    reasons = tuple(
        Reason("", "books-differ", f"{one.currency}, {one.what}: {one.kept} is kept, "
               f"{one.found} is found, in smallest units")
        for one in differences[:10]
    )  # fmt: skip
    return Problem(status=409, code="books-differ", detail=sentence, errors=reasons)

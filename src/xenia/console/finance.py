"""Finance: the books by month, what is owed, closing a month, and by what units are valued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from xenia.client import ProblemError, shapes
from xenia.console.accounting import ACCOUNTS, TITLES, liability_of, said
from xenia.console.places import FINANCE, LEDGER
from xenia.pages.answering import Download, Flash, Gone, Page, Shown, csv_file
from xenia.pages.asking import Asked
from xenia.pages.choosing import in_programme
from xenia.pages.formats import UNCLEAR
from xenia.pages.forms import at_fields
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import address, with_query
from xenia.pages.words import marked

_PAGE: Final = 12  # months
MONTH: Final = f"{FINANCE}/{{month:str}}"
VALUATION: Final = f"{FINANCE}/valuation"
# The figures of a month in the order in which they are added up, and whether they are taken away.
_FIGURES: Final = (
    *(("issued", 1), ("redeemed", -1), ("expired", -1)),
    *(("adjusted", 1), ("settled", 1), ("brought", 1)),
)
_USUAL: Final = frozenset({"issued", "redeemed", "expired", "adjusted"})  # shown also where 0
_STATES: Final[Mapping[str, str]] = {
    "open": marked("Open"),
    "over": marked("Can be closed"),
    "closed": marked("Closed"),
}
_CHECKS: Final[Mapping[str, str]] = {
    "totals": marked("A day's total is not the sum of its entries"),
    "closed": marked("The ledger has changed since the month was closed"),
    "sum": marked("The figures do not add up to the closing"),
}
_HEADS: Final = (
    *(marked("Programme"), marked("Month"), marked("Currency"), marked("Debit")),
    *(marked("Credit"), marked("Funder"), marked("Units"), marked("Value of a unit")),
    *(marked("Amount"), marked("Money")),
)


# ---- months --------------------------------------------------------------------------------------


@shown_at(FINANCE)
def months(asked: Asked) -> Page:
    """All months of a programme, each currency in a table of its own."""
    cursor = asked.query.one("cursor")
    books = in_programme(
        asked,
        lambda programme: asked.client.booked_months(
            programme=programme, limit=_PAGE, cursor=cursor or None
        ),
    )
    values: dict[str, object] = {
        "books": books,
        "cursor": cursor,
        "finance_path": FINANCE,
        "valuation_path": VALUATION,
        "tables": {} if books is None else _tables(books.data),
        "titles": said(asked, TITLES),
        "states": said(asked, _STATES),
        "liability": None if books is None or not books.data else liability_of(books.data[0]),
        "wrong": [] if books is None else [one.month for one in books.data if one.differences],
    }
    return Shown("console/finance/months.html", values)


def _tables(found: Sequence[shapes.ListedMonth]) -> dict[str, dict[str, Any]]:
    """By currency: the figures that are shown, and each month with its line."""
    tables: dict[str, dict[str, Any]] = {}
    for month in found:
        for line in month.currencies:
            table = tables.setdefault(line.currency, {"figures": set(), "rows": []})
            table["rows"].append((month, line))
            table["figures"] |= {name for name, _ in shown_figures(line)}
    for table in tables.values():
        table["figures"] = [name for name, _ in _FIGURES if name in table["figures"]]
    return tables


def shown_figures(line: shapes.BookedCurrency) -> list[tuple[str, int]]:
    """The figures of a month that are shown, each with its sign; those that are rare only where
    there is something."""
    return [
        (name, sign)
        for name, sign in _FIGURES
        if name in _USUAL or Decimal(getattr(line, name)) != 0
    ]


# ---- one month -----------------------------------------------------------------------------------


@shown_at(MONTH)
def month(asked: Asked) -> Page:
    """What one came to, its journal, and whether it agrees with the ledger."""
    name = asked.places["month"]
    book = in_programme(
        asked, lambda programme: asked.client.booked_month(name, programme=programme)
    )
    if book is None:
        return Gone(FINANCE)
    if asked.query.one("as") == "csv":
        return _journal(asked, book)
    return Shown("console/finance/month.html", _values(asked, book))


def _values(asked: Asked, book: shapes.BookedMonth) -> dict[str, object]:
    own = with_query(
        address("/console/finance/{month}", month=book.month), [("programme", book.programme)]
    )
    can_close = book.state == "over" and asked.may("finance:write") and not book.differences
    return {
        "book": book,
        "own_path": own,
        "finance_path": with_query(FINANCE, [("programme", book.programme)]),
        "lines": [(line, shown_figures(line)) for line in book.currencies],
        "ledger_of": lambda currency, kind: with_query(
            LEDGER,
            [
                *(("programme", book.programme), ("currency", currency), ("kind", kind)),
                *(("since", f"{book.month}-01"), ("until", last_day(book.month))),
            ],
        ),
        "titles": said(asked, TITLES),
        "states": said(asked, _STATES),
        "accounts": said(asked, ACCOUNTS),
        "checks": said(asked, _CHECKS),
        "can_close": can_close,
        "can_sum": asked.may("finance:write")
        and any(one.check == "totals" for one in book.differences),
        "earlier": can_close and book.to_close is not None and book.to_close < book.month,
    }


def last_day(month: str) -> str:
    """The last day of a month, both as ISO 8601 writes them."""
    after = date.fromisoformat(f"{month}-01") + timedelta(days=31)
    return (after.replace(day=1) - timedelta(days=1)).isoformat()


def _journal(asked: Asked, book: shapes.BookedMonth) -> Download:
    """Its movements, each a debit and a credit of the same size."""
    values = {one.currency: one.value for one in book.currencies}
    rows = [
        (
            *(book.programme, book.month, one.currency, one.debit, one.credit, one.funder),
            *(one.units, values.get(one.currency), one.amount, book.money),
        )
        for one in book.journal
    ]
    name = f"journal-{book.programme}-{book.month}.csv"
    return csv_file(name, [asked.say(head) for head in _HEADS], rows)


@sent_to(f"{MONTH}/closing")
def closed(asked: Asked) -> Page:
    """Close it, and all before it."""
    name, programme = asked.places["month"], asked.form.one("programme")
    own = with_query(address("/console/finance/{month}", month=name), [("programme", programme)])
    try:
        asked.client.closed_month(name, programme=programme or None, idempotency_key=asked.once)
    except ProblemError as error:
        return _refused(error, own)
    return Gone(own, Flash(marked("The month is closed.")))


@sent_to(f"{FINANCE}/totals")
def summed(asked: Asked) -> Page:
    """Have the totals of all days made again."""
    programme, name = asked.form.one("programme"), asked.form.one("month")
    own = with_query(
        address("/console/finance/{month}", month=name) if name else FINANCE,
        [("programme", programme)],
    )
    try:
        asked.client.summed_again(programme=programme or None, idempotency_key=asked.once)
    except ProblemError as error:
        return _refused(error, own)
    return Gone(own, Flash(marked("All days were summed up again.")))


_REFUSED: Final[Mapping[str, str]] = {
    "books-differ": marked(
        "Not closed: the books do not agree with the ledger. Below it says where, and what to do."
    ),
    "month-is-closed": marked("This month is closed already."),
    "month-not-over": marked("This month is not over yet."),
}


def _refused(error: ProblemError, own: str) -> Page:
    """Back to the month, with what is in the way."""
    found = _REFUSED.get(error.problem.code)
    if found is None:
        raise error
    return Gone(own, Flash(found, kind="failed"))


# ---- what units are worth ------------------------------------------------------------------------


@shown_at(VALUATION)
def valuation(asked: Asked) -> Page:
    """By what months are valued that are not closed."""
    found = in_programme(asked, lambda programme: asked.client.valuation(programme=programme))
    return Gone(FINANCE) if found is None else _valuation(asked, found)


def _valuation(
    asked: Asked,
    found: shapes.Valuations,
    given: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Page:
    values = {
        "found": found,
        "given": given or {},
        "wrong": wrong or {},
        "valuation_path": VALUATION,
        "finance_path": with_query(FINANCE, [("programme", found.programme)]),
        "may_change": asked.may("finance:write"),
    }
    return Shown("console/finance/valuation.html", values, 422 if wrong else 200)


@sent_to(VALUATION)
def valued(asked: Asked) -> Page:
    """Say it anew."""
    programme, form = asked.form.one("programme"), asked.form
    known = asked.client.valuation(programme=programme)
    typed = _typed(asked, known)
    unclear = {name: asked.say(UNCLEAR) for name, value in typed.items() if value is None}
    if unclear:
        return _valuation(asked, known, dict(form.items()), unclear)
    body = shapes.NewValuation(
        currencies={
            one.currency: shapes.Valued(
                value=typed[f"value-{one.currency}"] or None,
                breakage=typed[f"breakage-{one.currency}"] or "0",
            )
            for one in known.currencies
        }
    )
    try:
        asked.client.changed_valuation(body, programme=programme, idempotency_key=asked.once)
    except ProblemError as error:
        wrong = _wrong(asked, error, known)
        if not wrong:
            raise
        return _valuation(asked, known, dict(form.items()), wrong)
    to = with_query(FINANCE, [("programme", programme)])
    return Gone(to, Flash(marked("Units are valued so from now on; closed months keep theirs.")))


def _typed(asked: Asked, known: shapes.Valuations) -> dict[str, str | None]:
    """What was written, by the fields; what was not asked for yet stays."""
    stood = {f"value-{one.currency}": one.value or "" for one in known.currencies}
    stood |= {f"breakage-{one.currency}": one.breakage for one in known.currencies}
    typed = asked.formats.typed
    return {name: typed(asked.form.one(name, before), before) for name, before in stood.items()}


def _wrong(asked: Asked, error: ProblemError, known: shapes.Valuations) -> dict[str, str]:
    """What is said at the fields."""
    fields = {
        f"/currencies/{one.currency}/{what}": f"{what}-{one.currency}"
        for one in known.currencies
        for what in ("value", "breakage")
    }
    sentences = {
        "value": asked.say("Write an amount such as 0.01, with 9 decimals at most."),
        "breakage": asked.say("Write a share from 0 to 100 per cent, with 2 decimals at most."),
    }
    found = at_fields(error.problem, fields)
    return {name: sentences[name.partition("-")[0]] for name in found}


ROUTES = (months, valuation, month, closed, summed, valued)

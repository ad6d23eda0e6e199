"""The ledger: every movement of units, looked for by whose it is, when, what and how much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from xenia.client import ProblemError, shapes
from xenia.console.accounting import ACCOUNTS, KINDS, said
from xenia.console.places import LEDGER
from xenia.pages.answering import Download, Page, Shown, csv_file
from xenia.pages.asking import Asked
from xenia.pages.choosing import in_programme, spoken_by
from xenia.pages.rooms import shown_at
from xenia.pages.words import marked

_PAGE: Final = 50
_LONGEST: Final = 200  # characters of what is looked for
_FILE_PAGE, _FILE_MOST = 500, 10_000  # entries of a file
_FIELDS: Final = ("member", "event", "currency", "kind", "since", "until", "least", "most")
_WRONG: Final[Mapping[str, str]] = {
    "since": marked("Write a day such as 2026-03-01."),
    "until": marked("Write a day such as 2026-03-01."),
    "least": marked("Write a number such as 12.5; choose the currency first."),
    "most": marked("Write a number such as 12.5; choose the currency first."),
    "currency": marked("There is no such currency."),
    "kind": marked("There is no such kind."),
}
_HEADS: Final = (
    *(marked("Booked on"), marked("Member"), marked("What it was"), marked("Currency")),
    *(marked("Units"), marked("From"), marked("To"), marked("Rule"), marked("Event")),
    *(marked("Source"), marked("Happened at"), marked("Recorded at")),
)


@shown_at(LEDGER)
def ledger(asked: Asked) -> Page:
    """What is found; all that is chosen stands in its address."""
    wish = {name: asked.query.one(name)[:_LONGEST] for name in _FIELDS}
    source = asked.query.one("source")[:_LONGEST]
    cursor = asked.query.one("cursor")
    found, wrong = None, dict[str, str]()
    try:
        if asked.query.one("as") == "csv":
            return _file(asked, wish, source, cursor)
        found = _found(asked, wish, source, cursor=cursor, limit=_PAGE)
    except ProblemError as error:
        wrong = _wrong(asked, error)
    programme = asked.query.one("programme") if found is None else found.programme
    chosen = [
        (name, value)
        for name, value in (("programme", asked.query.one("programme")), *wish.items())
        if value
    ]
    if source and wish["event"]:
        chosen.append(("source", source))
    values = {
        "found": found,
        "wrong": wrong,
        "wish": wish,
        "source": source,
        "cursor": cursor,
        "chosen": chosen,
        "is_narrowed": any(wish.values()),
        "programme": programme,
        "kinds": said(asked, KINDS),
        "accounts": said(asked, ACCOUNTS),
        "ledger_path": LEDGER,
        "language_told": spoken_by(asked),
    }
    return Shown("console/ledger/list.html", values, fragments=frozenset({"results"}))


def _found(
    asked: Asked, wish: Mapping[str, str], source: str, *, cursor: str, limit: int
) -> shapes.FoundEntries | None:
    return in_programme(
        asked,
        lambda programme: asked.client.entries(
            programme=programme,
            member=wish["member"] or None,
            event=wish["event"] or None,
            currency=wish["currency"] or None,
            kind=wish["kind"] or None,
            since=wish["since"] or None,
            until=wish["until"] or None,
            least=wish["least"] or None,
            most=wish["most"] or None,
            source=source or "api",
            limit=limit,
            cursor=cursor or None,
            locale=spoken_by(asked),
        ),
    )


def _wrong(asked: Asked, error: ProblemError) -> dict[str, str]:
    """What is said at the fields that cannot be used; whatever else is wrong is passed on."""
    names = [one.pointer.removeprefix("?") for one in error.problem.errors]
    found = {name: asked.say(_WRONG[name]) for name in names if name in _WRONG}
    if not found:
        raise error
    return found


def _file(asked: Asked, wish: Mapping[str, str], source: str, cursor: str) -> Download:
    """All that is found from where the page begins, as machines read it; what is not all of it says
    so where it ends."""
    rows: list[tuple[Any, ...]] = []
    before: str | None = cursor
    while before is not None and len(rows) < _FILE_MOST:
        found = _found(asked, wish, source, cursor=before, limit=_FILE_PAGE)
        rows += [] if found is None else [_row(one) for one in found.data]
        before = None if found is None else found.next_cursor
    if before is not None:
        number = asked.formats.number(len(rows)).striptags()
        said = asked.say(
            "These %(number)s are not all entries: choose a shorter time.", number=number
        )
        rows.append((said,))
    return csv_file("ledger.csv", [asked.say(head) for head in _HEADS], rows)


def _row(one: shapes.FoundEntry) -> tuple[Any, ...]:
    event = one.event
    return (
        *(one.accounting_on, one.member, one.words, one.currency, one.units, one.debit),
        *(one.credit, one.rule, event and event.id, event and event.source),
        *(one.occurred_at, one.recorded_at),
    )


ROUTES = (ledger,)

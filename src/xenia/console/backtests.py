"""Backtests: what a programme would have cost, asked for, waited for and read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from xenia.client import ProblemError, shapes
from xenia.console import backtest_form as form
from xenia.console import backtest_result as result
from xenia.console.draft_tabs import tab_path
from xenia.console.places import BACKTESTS, DRAFT
from xenia.pages.answering import Download, Flash, Gone, Page, Shown, csv_file
from xenia.pages.asking import Asked
from xenia.pages.choosing import spoken_by
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import address, with_query
from xenia.pages.words import marked

NEW: Final = f"{BACKTESTS}/new"
ONE: Final = f"{BACKTESTS}/{{backtest:str}}"
OF_DRAFT: Final = f"{DRAFT}/backtest"
_PAGE: Final = 30
GOING: Final = ("waiting", "running")
STATES: Final[Mapping[str, tuple[str, str]]] = {  # in words, and the kind of the badge
    "waiting": (marked("Waits"), "neutral"),
    "running": (marked("Runs"), "brand"),
    "done": (marked("Done"), "positive"),
    "failed": (marked("Failed"), "failed"),
    "cancelled": (marked("Cancelled"), "neutral"),
}
_HEADS: Final = (
    *(marked("Month"), marked("Purchases"), marked("Sales"), marked("Discounts")),
    *(marked("Redeemed"), marked("Vouchers"), marked("Given away")),
    *(marked("Given away by the other"), marked("Active members"), marked("Enrolled")),
)


@shown_at(BACKTESTS)
def backtests(asked: Asked) -> Page:
    """All that there are, the newest first; looked at again while any of them runs."""
    cursor = asked.query.one("cursor")
    found = asked.client.backtests(limit=_PAGE, cursor=cursor or None)
    values = {
        "rows": [(one, *_named(asked, one)) for one in found.data],
        "goes_on": any(one.state in GOING for one in found.data),
        "next_cursor": found.next_cursor,
        "cursor": cursor,
        "backtests_path": BACKTESTS,
        "new_path": NEW,
        "states": _states(asked),
    }
    return Shown("console/backtests/list.html", values, fragments=frozenset({"results"}))


@shown_at(NEW)
def new(asked: Asked) -> Page:
    """The form; what is chosen already stands in the address."""
    return _form(asked, form.filled(asked.query))


@shown_at(OF_DRAFT)
def of_draft(asked: Asked) -> Page:
    """The form, with a draft chosen."""
    return Gone(with_query(NEW, [("programme", f"draft/{asked.places['draft']}")]))


@sent_to(BACKTESTS)
def ask(asked: Asked) -> Page:
    """Ask for one, and go to where it is waited for."""
    fields = form.filled(asked.form)
    try:
        made = asked.client.new_backtest(form.sent_as(fields), idempotency_key=asked.once)
    except ProblemError as error:
        if error.problem.status not in (400, 404, 409, 422, 503):
            raise
        return _form(asked, fields, error.problem)
    return Gone(_path(made.backtest))


def _form(asked: Asked, fields: dict[str, str], problem: shapes.Problem | None = None) -> Page:
    known = form.choices(asked, spoken_by(asked))
    values = {
        "choices": known,
        "policies": [(key, asked.say(said)) for key, said in form.POLICIES],
        "fields": fields,
        "problem": problem,
        "wrong": {} if problem is None else form.at_fields(problem),
        "backtests_path": BACKTESTS,
        "new_path": NEW,
    }
    return Shown("console/backtests/new.html", values, 200 if problem is None else 422)


@shown_at(ONE)
def backtest(asked: Asked) -> Page:
    """How far one is; once it is done, what it has found."""
    one = asked.client.backtest(asked.places["backtest"])
    title, other = _named(asked, one)
    values: dict[str, Any] = {
        "one": one,
        "title": title,
        "other": other,
        "goes_on": one.state in GOING,
        "own_path": _path(one.backtest),
        "backtests_path": BACKTESTS,
        "states": _states(asked),
        "report": None,
        "choice": None,
    }
    if one.state == "done":
        report = asked.client.backtest_report(one.backtest)
        wish = asked.query.one("as")
        if wish == "json":
            body = json.dumps(report, ensure_ascii=False, indent=1).encode()
            return Download(f"backtest-{one.backtest}.json", "application/json", body)
        if report.get("shape") == result.REPORT:
            if wish == "csv":
                heads = [asked.say(head) for head in _HEADS]
                return csv_file(f"backtest-{one.backtest}.csv", heads, result.rows(report))
            values["report"] = result.shown(asked, report)
        elif "candidates" in report:
            values["choice"] = report
    return Shown("console/backtests/one.html", values, fragments=frozenset({"state"}))


@sent_to(f"{ONE}/cancel")
def cancel(asked: Asked) -> Page:
    """End one that waits or runs."""
    name = asked.places["backtest"]
    try:
        asked.client.cancelled_backtest(name, idempotency_key=asked.once)
    except ProblemError as error:
        if error.problem.status != 409:
            raise
        return Gone(_path(name), Flash(marked("It had ended already."), kind="failed"))
    return Gone(_path(name), Flash(marked("The backtest was cancelled.")))


@sent_to(f"{ONE}/draft")
def draft_of(asked: Asked) -> Page:
    """Begin a draft from one of the kinds that were held against each other."""
    name = asked.places["backtest"]
    report = asked.client.backtest_report(name)
    found = [one for one in report.get("candidates", ()) if one["kind"] == asked.form.one("kind")]
    if not found:
        return Gone(_path(name), Flash(marked("There is no such kind."), kind="failed"))
    return begun(asked, str(found[0]["document"]))


def begun(asked: Asked, document: str) -> Page:
    """Begin a draft, and go to where it can be tried."""
    made = asked.client.new_draft(shapes.NewDraft(document=document), idempotency_key=asked.once)
    to = tab_path(f"{DRAFT}/simulate", made.draft)
    return Gone(to, Flash(marked("A draft was begun. Try here what it does.")))


def _path(name: str) -> str:
    return address(f"{BACKTESTS}/{{backtest}}", backtest=name)


def _states(asked: Asked) -> dict[str, tuple[str, str]]:
    return {key: (asked.say(said), kind) for key, (said, kind) in STATES.items()}


def _named(asked: Asked, one: shapes.Backtest) -> tuple[str, str]:
    """What is run, and against what."""
    if one.wizard is not None:
        return asked.say("Programme chooser"), ""
    return _side(asked, one.programme), _side(asked, one.against)


def _side(asked: Asked, side: shapes.BacktestProgramme | None) -> str:
    if side is None:
        return ""
    if side.template == "apple-none":
        return asked.say("No programme")
    if side.draft is not None:
        return asked.say("Draft of %(name)s", name=side.programme)
    if side.version is not None:
        return asked.say("%(name)s, version %(number)s", name=side.programme, number=side.version)
    return side.programme


ROUTES = (backtests, new, of_draft, ask, backtest, cancel, draft_of)

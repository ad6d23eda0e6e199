"""Asks for backtests, lists and cancels them; what one runs is fixed when it is asked for."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.services.backtest_problems import (
    WAITING_MOST,
    backtest_is_over,
    no_report,
    not_installed,
    too_many_backtests,
    unknown_backtest,
)
from xenia.services.changing import Changing, Done
from xenia.services.drafts import look
from xenia.services.histories import Histories
from xenia.services.inputs import UnusableError
from xenia.services.problems import Problem, Reason, unreadable_body
from xenia.services.programme_problems import with_errors
from xenia.services.published import Space
from xenia.services.sources import Side, Source, found_of
from xenia.services.times import utc_text
from xenia.services.varying import Place, sweep_of
from xenia.store import backtests as store
from xenia.store.backtests import BacktestRow

NOTHING = "apple-none"  # of the catalogue: no programme at all
NEEDED = ("numba", "numpy", "duckdb", "pyarrow")
CHOOSER = "programme-chooser"
OVER = ("done", "failed", "cancelled")
_ID_BYTES = 8
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A backtest that somebody wants; `options` is how it is run and what is assumed, as it was
    sent."""

    programme: Source
    against: Source
    history: str
    options: Mapping[str, Any]


def missing() -> str | None:
    """What backtests need and is not installed here; None: nothing."""
    return next((name for name in NEEDED if find_spec(name) is None), None)


def ask(changing: Changing, space: Space, wanted: Wanted) -> Done | Problem:
    """A new backtest, which waits for a worker.  Programmes with errors are refused at once."""
    if (lacking := missing()) is not None:
        return not_installed(lacking)
    path = Histories.of(space.name).path(wanted.history)
    if isinstance(path, Problem):
        return path
    programme = _side(changing, space, wanted.programme, "programme")
    if isinstance(programme, Problem):
        return programme
    if (unfit := _unfit(programme.document, wanted.options)) is not None:
        return unfit
    against = _side(changing, space, wanted.against, "against")
    if isinstance(against, Problem):
        return against
    if store.waiting(changing.connection, space.space_id) >= WAITING_MOST:
        return too_many_backtests()
    about = {"programme": programme.shown, "against": against.shown, "history": wanted.history}
    run = {"programme": programme.document, "against": against.document, "history": wanted.history}
    return _added(
        changing,
        {**run, "options": wanted.options},
        {**about, "wizard": None, **wanted.options},
        about,
    )


def choose(
    changing: Changing, space: Space, history: str, wanted: Mapping[str, Any]
) -> Done | Problem:
    """A run of the programme chooser over a history, which waits for a worker as backtests do;
    `wanted` is what is stated, as it was sent."""
    if (lacking := missing()) is not None:
        return not_installed(lacking)
    path = Histories.of(space.name).path(history)
    if isinstance(path, Problem):
        return path
    if store.waiting(changing.connection, space.space_id) >= WAITING_MOST:
        return too_many_backtests()
    nothing = {"programme": None, "against": None, "history": history}
    common = {"redeem": wanted["redeem"], "margin": wanted["margin"]}
    return _added(
        changing,
        {"wizard": wanted, "history": history},
        {**nothing, "wizard": wanted, **common},
        {"wizard": CHOOSER, "history": history},
    )


def _added(changing: Changing, asked: Json, shown: Json, about: Json) -> Done:
    name = secrets.token_hex(_ID_BYTES)
    store.add(
        changing.connection,
        changing.space_id,
        name,
        asked=_text(asked),
        shown=_text(shown),
        by=changing.actor.name,
        now=changing.now,
    )
    changing.note("backtest.asked", f"backtest/{name}", after=about)
    return Done(_as_it_stands(changing, name), 202)


def cancel(changing: Changing, name: str) -> Done | Problem:
    """End a backtest that waits or runs: it will have no report."""
    row = store.backtest(changing.connection, changing.space_id, name, hold=True)
    if row is None:
        return unknown_backtest(name)
    if row.state in OVER:
        return backtest_is_over(row.state)
    store.cancel(changing.connection, changing.space_id, name, changing.now)
    before = {"state": row.state}
    changing.note("backtest.cancelled", f"backtest/{name}", before=before)
    return Done(_as_it_stands(changing, name))


def one(connection: Connection[TupleRow], space: int, name: str) -> Json | Problem:
    """A backtest, and how far it is."""
    row = store.backtest(connection, space, name)
    return unknown_backtest(name) if row is None else fields(row)


def report(
    connection: Connection[TupleRow], space: int, name: str, *, page: bool
) -> bytes | Problem:
    """What a backtest has found, as JSON or as a page of HTML."""
    row = store.backtest(connection, space, name)
    if row is None:
        return unknown_backtest(name)
    found = store.report(connection, space, name, page=page)
    return no_report(row.state, row.failure) if found is None else found


def fields(row: BacktestRow) -> Json:
    """A backtest as it is shown: without the documents."""
    return {
        "backtest": row.backtest_id,
        "state": row.state,
        "progress": row.permille / 1000,
        "doing": row.doing,
        "failure": row.failure,
        **msgspec.json.decode(row.shown),
        "made_by": row.made_by,
        "made_at": utc_text(row.made_at),
        "started_at": None if row.started_at is None else utc_text(row.started_at),
        "finished_at": None if row.finished_at is None else utc_text(row.finished_at),
    }


def _as_it_stands(changing: Changing, name: str) -> Json:
    row = store.backtest(changing.connection, changing.space_id, name)
    assert row is not None, "it was written just now"
    return fields(row)


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _unfit(document: str, options: Mapping[str, Any]) -> Problem | None:
    """Why what is to be swept cannot be: its first value is tried, the others when they are run."""
    try:
        if (wanted := sweep_of(options.get("sweep"))) is not None:
            place = Place.of(document, wanted.path, what="sweep")
            place.varied(place.written(wanted.values)[0])
    except UnusableError as error:
        return unreadable_body([Reason("/sweep", "unreadable-body", str(error))])
    return None


# ---- programmes ----------------------------------------------------------------------------------


def _side(changing: Changing, space: Space, source: Source, named: str) -> Side | Problem:
    found = found_of(changing.connection, space, source, at=changing.now)
    if isinstance(found, Problem):
        return found
    looked = look(found.document)
    if looked.sound is None:
        problem = with_errors(looked.findings)
        return replace(problem, detail=f"{named}: {problem.detail}")
    return replace(found, shown={"programme": looked.sound.programme.id, **found.shown})

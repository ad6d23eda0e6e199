"""A draft and a backtest to look at, made where a page of theirs is looked at first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import msgspec

from tests.browser.place import Place
from xenia.api.backtest_shapes import BacktestOptions
from xenia.services.poster import now
from xenia.services.spaces import known_space
from xenia.store import backtests

REPORT: Final = Path(__file__).parents[1] / "real_year" / "golden.json"
_NAME: Final = "0123456789abcdef"
_SHOWN: Final = {
    **msgspec.to_builtins(BacktestOptions()),
    "programme": {
        "programme": "department-points",
        "version": None,
        "draft": None,
        "revision": None,
        "template": None,
    },
    "against": None,
    "history": "last-year",
    "wizard": None,
}


def of_draft(place: Place) -> str:
    """The simulation of the draft that was begun last."""
    with place.client(place.token("anna", "owner")) as client:
        return f"/console/programmes/drafts/{client.drafts(limit=1).data[0].draft}/simulate"


def backtest_of_draft(place: Place) -> str:
    """The form of a backtest, from that draft."""
    return of_draft(place).replace("/simulate", "/backtest")


def backtest(place: Place) -> str:
    """One that has come to its end, with a report of a real year."""
    with place.database.connect(autocommit=True) as connection:
        space = known_space(connection, "default").space_id
        is_there = backtests.backtest(connection, space, _NAME) is not None
        if not is_there:
            shown = json.dumps(_SHOWN)
            backtests.add(connection, space, _NAME, asked="{}", shown=shown, by="test", now=now())
    if not is_there:
        ended(place)
    return f"/console/backtests/{_NAME}"


def ended(place: Place) -> None:
    """A worker has come to the end of the backtest that waits, with a report of a real year."""
    with place.database.connect(autocommit=True) as connection:
        at = now()
        claimed = backtests.claim(connection, now=at, until=at + 60_000_000)
        assert claimed is not None, "it waits"
        backtests.done(connection, claimed, REPORT.read_bytes(), b"<p>", now=at)

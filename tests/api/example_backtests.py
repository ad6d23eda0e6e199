"""Examples of backtests: asked for, run, read and cancelled."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from unittest.mock import patch

from tests.api.backtesting import history
from tests.api.client import NOW
from tests.api.telling import Teller
from xenia.store import backtests as store

NONE = "0123456789abcdef"
REPORT = {
    "facts": {"programme": "cafe", "money": "EUR", "members": 2},
    "margin": "0.300000",
    "candidate": {"sales": "42000.50", "cost": {"whole": "840.01", "of_sales": "0.020000"}},
}


def backtests(teller: Teller) -> None:
    """An analyst asks what the café's programme would have cost, reads it, and asks too much."""
    with patch.dict("os.environ", {"XENIA_HISTORIES": str(teller.folder)}):
        history(teller.folder, "last-year")
        _told(teller)


def _told(teller: Teller) -> None:
    tell, path, one = teller.tell, "/v1/backtests", "/v1/backtests/{backtest}"
    none = {"backtest": NONE}
    tell("All", "GET", "/v1/histories")
    tell("A page without an end", "GET", "/v1/histories", query={"limit": "0"})
    body = {"programme": {"published": "cafe"}, "history": "last-year", "margin": "30%"}
    made = tell("What is in force, against no programme", "POST", path, body)["backtest"]
    wrong = teller.document.replace("beans: 1 per", "baens: 1 per")
    other = {**body, "programme": {"document": wrong}}
    tell("A document with errors", "POST", path, other)
    tell("A history that is none", "POST", path, {**body, "history": "lastyear"})
    sweep = {
        "parameter": "rules.bean-per-euro.then.earn.beans",
        "from": "1",
        "to": "3",
        "steps": 5,
    }
    also = {"sweep": sweep, "also_redeem": ["never", "share:50%"]}
    tell("Other numbers of it, and other ways to redeem", "POST", path, {**body, **also})
    other = {**body, "sweep": {**sweep, "parameter": "rules.tea"}}
    tell("A number that is not there", "POST", path, other)
    other = {
        "programme": {"template": "coffee-stars"},
        "against": {"published": "cafe", "version": 1},
        "history": "last-year",
        "redeem": "share:40%",
    }
    waits = tell("A template, against a version", "POST", path, other)["backtest"]
    with teller.worlds.database.connect(autocommit=True) as connection:
        claimed = store.claim(connection, now=NOW, until=NOW + 60_000_000)
        assert claimed is not None
        until = NOW + 60_000_000
        store.keep(connection, claimed, until=until, permille=420, doing="folding: 27 of 64")
        tell("One that runs", "GET", one, backtest=made)
        tell("It is not done", "GET", one + "/report", backtest=made)
        store.done(connection, claimed, json.dumps(REPORT).encode(), b"<p>", now=NOW)
    tell("There is none", "GET", one, **none)
    tell("The report", "GET", one + "/report", backtest=made)
    tell("It is not needed any more", "POST", one + "/cancel", backtest=waits)
    tell("It has ended", "POST", one + "/cancel", backtest=made)
    tell("All", "GET", path)
    _wizards(teller)
    tell("A cursor that is none", "GET", path, query={"cursor": "x"})


def _wizards(teller: Teller) -> None:
    """A shop has a programme made, and holds kinds against each other."""
    tell, path = teller.tell, "/v1/wizards/ready-made"
    body = {"programme": "corner", "margin": "33%", "money": "EUR", "timezone": "Europe/Athens"}
    tell("A bonus that a margin of a third can bear", "POST", path, body)
    tell("A margin that bears none", "POST", path, {**body, "margin": "1%"})
    path = "/v1/wizards/programme-chooser"
    body = {"history": "last-year", "margin": "30%", "rate": "5%", "fee": "25", "club_rate": "10%"}
    tell("Five kinds side by side", "POST", path, body)
    tell("A history that is none", "POST", path, {**body, "history": "lastyear"})


BACKTEST_STORIES: Mapping[str, Callable[[Teller], None]] = {"backtests": backtests}

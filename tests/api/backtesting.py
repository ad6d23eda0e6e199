"""Histories to ask for, and what runs backtests in place of the real run: see `stand_in.py`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from xenia.backtest.history import SCHEMA
from xenia.services.backtest_running import Backtester
from xenia.store.database import Database

STAND_IN = (sys.executable, str(Path(__file__).with_name("stand_in.py")))
YEAR: dict[str, Any] = {
    "schema": SCHEMA,
    "complete": True,
    "money": "EUR",
    "money_decimals": 2,
    "timezone": "Europe/Athens",
    "buckets": 1,
    "members": 2,
    "of_members": {
        "purchases": 1200,
        "returns": 30,
        "lines": 5000,
        "amount": 4200050,
        "first": 1735689600000000,
        "last": 1767139200000000,
    },
    "of_guests": {"purchases": 10, "lines": 12, "amount": 5000, "first": 1735689500000000},
    "lacks": {},
    "attributes": {},
    "sources": [],
}


def history(
    folder: Path, name: str, does: str = "report", space: str = "default", **say: Any
) -> Path:
    """A history of a space; `does` is what the stand-in does over it."""
    made = folder / space / name
    made.mkdir(parents=True, exist_ok=True)
    (made / "history.json").write_text(json.dumps({**YEAR, **say}))
    (made / "does").write_text(does)
    return made


class Stop:
    """Set when it is looked at for the n-th time, or when it is told; waits for nothing."""

    def __init__(self, looks: int | None = None) -> None:
        self.looks = looks
        self.told = False

    def is_set(self) -> bool:
        if self.looks is not None:
            self.looks -= 1
        return self.told or (self.looks is not None and self.looks < 0)

    def wait(self, timeout: float) -> bool:
        del timeout
        return self.is_set()

    def set(self) -> None:
        self.told = True


def worker(database: Database, now: int, **more: Any) -> Backtester:
    """One whose clock stands, and whose backtests are run by the stand-in."""
    known = {"stop": Stop(), "command": STAND_IN, "beat": 0.05, **more}
    return Backtester(database, clock=lambda: now, **known)

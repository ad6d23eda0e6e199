"""Sums over the real year by month: as hand-written SQL has them, and as an engine says them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import duckdb

from xenia.connectors.complete_journey import tables
from xenia.effects import Effect, Kind

HERE = Path(__file__).parent
EVERYBODY = 10_000  # more households than there are
Sums = Counter[tuple[str, str]]  # (month, what): units, cents or a number


def by_sql(name: str, households: int) -> Sums:
    """What `<name>.sql` comes to for the first households; nothing of the engine is used."""
    transactions, products = tables()
    with duckdb.connect() as database:
        database.execute("set variable transactions = ?", [str(transactions)])
        database.execute("set variable products = ?", [str(products)])
        database.execute("set variable households = ?", [households])
        database.execute((HERE / "purchases.sql").read_text("utf-8"))
        rows = database.execute((HERE / f"{name}.sql").read_text("utf-8")).fetchall()
    return Counter({(month, what): number for month, what, number in rows if number})


def take(sums: Sums, effects: Iterable[Effect]) -> None:
    """Add effects; each counts in the month of its own day."""
    for effect in effects:
        month = f"{date(1970, 1, 1) + timedelta(effect.day):%Y-%m}"
        subject, number = _counted(effect)
        sums[month, f"{effect.kind.value} {subject}"] += number


def _counted(effect: Effect) -> tuple[str, int]:
    match effect.kind:
        case Kind.EARN:
            return effect.rule or "", effect.units or 0
        case Kind.DISCOUNT:
            return effect.rule or "", effect.amount or 0
        case Kind.ISSUE:
            return effect.reward or "", 1
        case Kind.TIER:
            return effect.level or "none", 1
        case Kind.BENEFIT:
            return effect.benefit or "", 1
        case _:
            return effect.currency or "", effect.units or 0

"""What a history says by itself, whatever the programme: sales by category, and by half."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from xenia.backtest.tables import Vector

# A purchase that came back in part has the lines that its last return left of it.
_NET = """
    WITH
    back AS (
        SELECT of_source, of_id, arg_max(lines, (occurred_at, source, id)) AS lines
        FROM read_parquet($file) WHERE type = 'return' AND left_of IS NOT NULL GROUP BY ALL
    ),
    net AS (
        SELECT
            member,
            occurred_at,
            CASE WHEN back.of_id IS NULL THEN bought.lines ELSE back.lines END AS lines
        FROM read_parquet($file) AS bought
        LEFT JOIN back ON back.of_source = bought.source AND back.of_id = bought.id
        WHERE type = 'purchase'
    )
"""
_CATEGORIES = f"""{_NET}
    SELECT line.category, sum(line.amount)::BIGINT
    FROM (SELECT unnest(lines) AS line FROM net) GROUP BY 1
"""
_HALVES = f"""{_NET}
    SELECT
        member,
        occurred_at >= $middle,
        sum(list_sum([line.amount for line in lines]))::BIGINT,
        count(*)::BIGINT
    FROM net GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Halves:
    """By member, in the order of the results: what they bought in either half of the history."""

    sales_before: Vector
    sales_after: Vector
    purchases_before: Vector
    purchases_after: Vector


@dataclass(frozen=True, slots=True)
class Purchases:
    """Sales by category (of lines without one under ""), and by half; less what came back."""

    by_category: Mapping[str, int]
    halves: Halves


def purchases_of(history: Path, names: Sequence[str]) -> Purchases:
    """What the folder of a history says; `names` are members in the order of the results.

    A bucket is read at a time, so memory stays bounded.
    """
    files = sorted(str(path) for path in history.glob("bucket=*/*.parquet"))
    by_category: dict[str, int] = {}
    place = {name: at for at, name in enumerate(names)}
    found = np.zeros((4, len(names)), np.int64)
    with duckdb.connect() as connection:
        middle = _middle(connection, files)
        for file in files:
            for category, amount in connection.execute(_CATEGORIES, {"file": file}).fetchall():
                key = category or ""
                by_category[key] = by_category.get(key, 0) + int(amount or 0)
            asked = {"file": file, "middle": middle}
            for member, late, amount, count in connection.execute(_HALVES, asked).fetchall():
                if member in place:
                    found[int(late), place[member]] += int(amount or 0)
                    found[2 + int(late), place[member]] += int(count)
    return Purchases(by_category, Halves(found[0], found[1], found[2], found[3]))


def _middle(connection: duckdb.DuckDBPyConnection, files: Sequence[str]) -> int:
    """The instant in the middle between the first purchase and the last."""
    if not files:
        return 0
    ends = connection.execute(
        "SELECT min(occurred_at), max(occurred_at) FROM read_parquet($files)"
        " WHERE type = 'purchase'",
        {"files": list(files)},
    ).fetchone()
    first, last = ends if ends is not None and ends[0] is not None else (0, 0)
    return int(first) + (int(last) - int(first) + 1) // 2

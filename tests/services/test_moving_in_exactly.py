"""Nobody comes from another system with a unit more or fewer than they had there, unnoticed."""

from __future__ import annotations

from pathlib import Path

from tests.services.moving import Club, Row, write
from xenia.store.database import Database


def test_what_is_owed_is_taken_off_whoever_comes_first(database: Database, tmp_path: Path) -> None:
    club = Club(database)
    rows: list[Row] = [
        {"member": "m1", "balance.stars": "-4", "balance.points": "-2.50"},
        {"member": "m2", "balance.stars": "10"},
    ]
    path = write(tmp_path / "p.csv", rows)
    found = club.move_in([path], controls={"stars": "6", "points": "-2.50"})
    assert (found.differences, found.recorded) == ([], 2)
    assert found.totals.units == {"stars": 6, "points": -250}
    sums = "select currency, sum(balance)::bigint from wallet group by 1 order by 1"
    assert club.rows(sums) == [("points", -250), ("stars", 6)]

"""Nobody comes from another system with a unit more or fewer than they had there, unnoticed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.services.cafe import buy, said
from tests.services.moving import NOW, Club, Row, write, wrong_rows
from xenia.engine.zones import EPOCH, zone
from xenia.services.inputs import UnusableError
from xenia.services.opening_tables import Mapped
from xenia.services.opening_values import Flaw, parse_day
from xenia.services.poster import Poster
from xenia.store import moving_in as store
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


TWO: list[Row] = [
    {"member": "m1", "balance.points": "5"},
    {"member": "m2", "balance.points": "7"},
]


def _left_out(club: Club, path: Path) -> None:
    """Imported again, it is said that one of two could not be brought in."""
    again = club.move_in([path], now=NOW + 1)
    assert wrong_rows(path) == [("2", "already-a-member")]
    assert (again.totals.members, again.totals.known, again.recorded) == (1, 1, 0)
    assert again.totals.units == {"points": 700}
    assert club.rows("select member_id, units from entry where debit = 'opening'") == [("m2", 700)]
    assert said(club.database) == ""


def test_who_buys_as_an_opening_is_recorded_is_not_taken_for_brought_in(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    club, path = Club(database), write(tmp_path / "p.csv", TWO)
    submit = Poster.submit

    def bought(self: Poster, items: Any, done: Any) -> None:
        club.post(buy("a1", "m1", "01-05"))
        submit(self, items, done)

    monkeypatch.setattr(Poster, "submit", bought)
    with pytest.raises(UnusableError, match="1 members are recorded now, and 1 could not be"):
        club.move_in([path])
    monkeypatch.undo()
    _left_out(club, path)


def test_who_buys_between_the_check_and_the_opening_is_told_of(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    club, path = Club(database), write(tmp_path / "p.csv", TWO)
    begin = store.begin

    def bought(*scope: Any, **more: Any) -> int:
        club.post(buy("a1", "m1", "01-05"))
        return begin(*scope, **more)

    monkeypatch.setattr(store, "begin", bought)
    with pytest.raises(UnusableError, match="1 members are recorded now, and 1 could not be"):
        club.move_in([path])
    monkeypatch.undo()
    assert club.rows("select count(*) from moving_in where finished_at is null") == [(1,)]
    _left_out(club, path)


# ---- numbers -------------------------------------------------------------------------------------

COMMA = Mapped(decimals=",")


def test_a_point_is_no_decimal_sign_beside_a_comma(database: Database, tmp_path: Path) -> None:
    club = Club(database)
    written = ["12.5", "1.50", "1.2345", "12,5", "1.234,5", "1234,50", "1,234.50", "1..234", ".5"]
    rows: list[Row] = [
        {"member": f"m{n}", "balance.points": units} for n, units in enumerate(written)
    ]
    path = write(tmp_path / "p.csv", rows, ";")
    found = club.move_in([path], COMMA)
    assert wrong_rows(path) == [(row, "not-a-decimal") for row in ("2", "3", "4", "8", "9", "10")]
    assert found.totals.units == {"points": 1250 + 123450 + 123450}


def test_exact_numbers_are_what_they_are_whatever_sign_is_mapped(
    database: Database, tmp_path: Path
) -> None:
    arrow, parquet = map(pytest.importorskip, ("pyarrow", "pyarrow.parquet"))
    club, path = Club(database), tmp_path / "p.parquet"
    units = arrow.array([Decimal("12.50"), Decimal("1.23"), None], arrow.decimal128(12, 2))
    texts = arrow.array(["1.234", "2", "3"])
    table = {"member": ["m1", "m2", "m3"], "balance.points": units, "balance.stars": texts}
    parquet.write_table(arrow.table(table), path)
    found = club.move_in([path], COMMA)
    assert wrong_rows(path) == []
    assert found.totals.units == {"points": 1250 + 123, "stars": 1234 + 2 + 3}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-12-31", "2026-12-31"),
        ("2026-12-31 22:30:00", "2026-12-31"),
        ("2026-12-31T23:59", "2026-12-31"),
        ("2026-12-31 22:30:00Z", "2027-01-01"),
        ("2026-12-31 22:30:00.123456789Z", "2027-01-01"),
        ("2026-12-31 22:30:00 UTC", "2027-01-01"),
        ("2026-12-31T21:59Z", "2026-12-31"),
        ("2026-12-31 22:30:00+00:00", "2027-01-01"),
        ("2026-12-31 17:30:00-0500", "2027-01-01"),  # as Parquet tells times of a zone
        ("2026-12-31 17:30:00-05", "2027-01-01"),
        ("2099-12-31 22:30:00Z", "2100-01-01"),
        ("2026-12-31 24:00:00", None),
        ("2026-12-31 until further notice", None),
        ("2026-12-31 22:30:00 EST", None),
        ("2026-12-3", "2026-12-03"),
    ],
)
def test_a_time_is_of_the_day_that_it_was_here(written: str, day: str | None) -> None:
    if day is None:
        with pytest.raises(Flaw, match="is no day written as yyyy-mm-dd"):
            parse_day(written, "ends", Mapped(), zone("Europe/Athens"))
        return
    found = parse_day(written, "ends", Mapped(), zone("Europe/Athens"))
    assert (EPOCH + timedelta(found)).isoformat() == day


# ---- what could not be kept ----------------------------------------------------------------------


def test_a_voucher_comes_with_what_is_left_of_it_or_not_at_all(
    database: Database, tmp_path: Path
) -> None:
    club = Club(database)
    # `off` takes 5.00 off at once; `card` keeps its money; `tea` is a thing.
    vouchers: list[Row] = [
        {"member": "m1", "code": "A", "reward": "off", "left": "3.00"},
        {"member": "m2", "code": "B", "reward": "off", "left": "5.00", "uses": "1"},
        {"member": "m3", "code": "C", "reward": "tea", "left": "2.00"},
        {"member": "m4", "code": "D", "reward": "tea", "uses": "3"},
        {"member": "m5", "code": "E", "reward": "card", "left": "7.50"},
    ]
    people = write(tmp_path / "p.csv", [{"member": row["member"]} for row in vouchers])
    path = write(tmp_path / "v.csv", vouchers)
    club.move_in([people, path])
    assert wrong_rows(path) == [
        ("2", "keeps-no-money"),
        ("4", "keeps-no-money"),
        ("5", "used-once"),
    ]
    kept = "select code, money_left, uses_left from voucher order by 1"
    assert club.rows(kept) == [("B", None, None), ("E", 750, None)]


def test_what_is_held_is_not_let_go_by_waiting(database: Database, tmp_path: Path) -> None:
    club = Club(database)
    lot = {"currency": "stars", "units": "3", "earned": "2026-11-05", "held": "yes"}
    lots: list[Row] = [
        {"member": "m1", **lot, "available": "2026-11-20"},
        {"member": "m2", **lot, "available": "2026-11-06"},
    ]
    people = write(tmp_path / "p.csv", [{"member": "m1"}, {"member": "m2"}])
    path = write(tmp_path / "l.csv", lots)
    club.move_in([people, path])
    assert wrong_rows(path) == [("2", "held")]
    assert club.rows("select member_id, account::text, units from lot") == [("m2", "held", 3)]


def test_what_inactivity_has_ended_is_told_and_not_brought_to_end_at_once(
    database: Database, tmp_path: Path
) -> None:
    club = Club(database)
    lot = {"currency": "stars", "units": "3"}
    people: list[Row] = [
        {"member": "m1"}, {"member": "m2", "last_active": "2026-10-01"},
        {"member": "m3"}, {"member": "m4"}, {"member": "m5", "last_active": "2024-11-06"},
    ]  # fmt: skip
    lots: list[Row] = [
        {"member": "m1", **lot, "earned": "2024-11-06"},  # 24 months ago
        {"member": "m2", **lot, "earned": "2020-01-01"},
        {"member": "m3", **lot, "earned": "2024-11-07"},
        {"member": "m4", **lot, "earned": "2026-11-05", "available": "2026-12-01"},
        {"member": "m5", **lot, "earned": "2020-01-01", "held": "yes"},
    ]
    paths = [write(tmp_path / "p.csv", people), write(tmp_path / "l.csv", lots)]
    found = club.move_in(paths)
    assert wrong_rows(paths[0]) == [("2", "already-over"), ("6", "already-over")]
    assert found.totals.units == {"stars": 9}
    held = "select sum(balance + pending)::bigint from wallet"
    assert club.rows(held) == [(9,)], "nothing of it is gone"


# ---- twice ---------------------------------------------------------------------------------------


def test_a_balance_and_its_lots_are_not_added_up(database: Database, tmp_path: Path) -> None:
    club = Club(database)
    lot = {"currency": "points", "units": "100", "earned": "2026-10-01"}
    people: list[Row] = [
        {"member": "m1", "balance.points": "100"},
        {"member": "m2", "balance.points": "0", "balance.stars": "3"},
    ]
    lots: list[Row] = [{"member": "m1", **lot}, {"member": "m2", **lot}]
    paths = [write(tmp_path / "p.csv", people), write(tmp_path / "l.csv", lots)]
    found = club.move_in(paths)
    assert wrong_rows(paths[1]) == [("2", "given-twice")]
    assert found.totals.units == {"points": 10_000, "stars": 3}


def test_the_same_file_is_not_read_twice(database: Database, tmp_path: Path) -> None:
    club = Club(database)
    people = write(tmp_path / "p.csv", [{"member": "m1"}])
    rows: list[Row] = [{"member": "m1", "currency": "points", "units": "5", "earned": "2026-10-01"}]
    lots, copy = write(tmp_path / "l.csv", rows), write(tmp_path / "l (1).csv", rows)
    for twice in ([people, lots, copy], [people, lots, lots]):
        with pytest.raises(UnusableError, match=r"l.csv: name one of them"):
            club.move_in(twice)
    assert sum(club.counts().values()) == 0

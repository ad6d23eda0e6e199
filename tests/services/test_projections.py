"""Totals by day are the sums of the entries, made again at any time; what is owed is read there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import Connection

from tests.postgres import on_both
from tests.services.cafe import SCOPE, Cafe, filled, said, time
from xenia.services import projections
from xenia.services.projections import Liability
from xenia.store import totals
from xenia.store.database import Database

TOTALS = """
    select accounting_on::text, currency, debit::text, credit::text, units from daily_total
    order by 1, 2, 3, 4
"""
SUMS = """
    select accounting_on::text, currency, debit::text, credit::text, sum(units)::bigint from entry
    where accounting_on <= '{}' group by 1, 2, 3, 4 order by 1, 2, 3, 4
"""
STRAGGLER = """
    insert into entry
    select space_id, programme_id, member_id, seq, 50, currency, debit, credit, 5, earned, ends,
           accrual, 'a partner', rule, effect, occurred_at, recorded_at, date '2026-01-07'
    from entry where member_id = 'm1' and seq = 2 and n = 0
"""


@pytest.fixture
def cafe(database: Database) -> Cafe:
    return filled(Cafe(database))


@pytest.fixture
def connection(database: Database) -> Iterator[Connection[Any]]:
    with database.connect(autocommit=True) as connection:
        yield connection


def day(cafe: Cafe, date: str) -> int:
    return cafe.published.timeline.zone.day_of(time(date))


@on_both
def test_days_that_are_over_are_summed_up(cafe: Cafe, connection: Connection[Any]) -> None:
    assert projections.follow(connection, SCOPE, day(cafe, "01-08")) > 0
    assert cafe.rows(TOTALS) == cafe.rows(SUMS.format("2026-01-08"))
    assert projections.follow(connection, SCOPE, day(cafe, "01-08")) == 0
    assert projections.follow(connection, SCOPE, day(cafe, "02-28")) > 0
    assert cafe.rows(TOTALS) == cafe.rows(SUMS.format("2026-02-28"))
    assert said(cafe.database) == ""


def test_what_came_late_to_the_last_day_is_taken_in_with_the_next(
    cafe: Cafe, connection: Connection[Any]
) -> None:
    through = day(cafe, "01-07")
    projections.follow(connection, SCOPE, through)
    cafe.change(STRAGGLER)
    assert projections.follow(connection, SCOPE, through) == 0
    assert len(totals.deviations(connection, SCOPE, 10)) == 1
    projections.follow(connection, SCOPE, through + 1)
    assert totals.deviations(connection, SCOPE, 10) == []
    found = cafe.rows("select units from daily_total where funder = 'a partner'")
    assert found == [(5,)]


def test_totals_can_be_made_again(cafe: Cafe, connection: Connection[Any]) -> None:
    through = day(cafe, "01-20")
    projections.follow(connection, SCOPE, through)
    before = cafe.rows(TOTALS)
    cafe.change("update daily_total set units = units + 1")
    cafe.change("insert into daily_total values (1, 1, '2025-01-01', 'x', 'held', 'wallet', '', 4)")
    assert projections.rebuild(connection, SCOPE, through) == len(before)
    assert cafe.rows(TOTALS) == before


def test_a_deviation_is_told(cafe: Cafe, connection: Connection[Any]) -> None:
    projections.follow(connection, SCOPE, day(cafe, "01-08"))
    cafe.change(STRAGGLER)
    (found,) = totals.deviations(connection, SCOPE, 10)
    assert projections.told(found) == (
        "points from issuance to wallet on 2026-01-07, funded by a partner",
        "nothing",
        "5",
    )


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (time("01-08", "00:00"), "01-06"),
        (time("01-08", "00:09"), "01-06"),
        (time("01-08", "00:10"), "01-07"),
        (time("01-08", "23:59"), "01-07"),
    ],
)
def test_a_day_is_over_a_while_after_midnight(cafe: Cafe, now: int, last: str) -> None:
    assert projections.last_settled_day(cafe.published, now) == day(cafe, last)


# ---- what is owed --------------------------------------------------------------------------------


def test_what_is_owed_is_what_was_issued_and_is_still_held(
    cafe: Cafe, connection: Connection[Any]
) -> None:
    owed = projections.liability(connection, SCOPE, day(cafe, "01-08"))
    none = {"expired": 0, "adjusted": 0, "settled": 0, "brought": 0}
    assert owed == {
        "points": Liability(issued=99, redeemed=24, **none, owed=75),
        "stars": Liability(issued=10, redeemed=4, **none, owed=6),
    }


@pytest.mark.parametrize("date", ["01-01", "01-02", "01-07", "01-09", "01-25", "02-06", "02-20"])
def test_it_is_the_same_with_totals_and_without(
    cafe: Cafe, connection: Connection[Any], date: str
) -> None:
    without = projections.liability(connection, SCOPE, day(cafe, date))
    for through in ("01-05", "01-09", "02-20"):
        projections.follow(connection, SCOPE, day(cafe, through))
        assert projections.liability(connection, SCOPE, day(cafe, date)) == without
    for one in without.values():
        into = one.issued + one.adjusted + one.settled + one.brought
        assert one.owed == into - one.redeemed - one.expired


def test_in_the_end_it_is_what_is_in_the_wallets(cafe: Cafe, connection: Connection[Any]) -> None:
    held = cafe.rows(
        "select currency, sum(balance + pending + held)::bigint from wallet group by 1"
    )
    owed = projections.liability(connection, SCOPE, day(cafe, "02-20"))
    assert {currency: one.owed for currency, one in owed.items()} == dict(held)
    assert owed["points"].owed > 0


def test_corrections_settlements_and_what_was_brought_have_columns_of_their_own(
    cafe: Cafe, connection: Connection[Any]
) -> None:
    last = day(cafe, "02-20")
    before = projections.liability(connection, SCOPE, last)["points"]
    cafe.change(STRAGGLER.replace("debit, credit, 5", "'adjustment', 'wallet', 5"))
    cafe.change(
        STRAGGLER.replace("debit, credit, 5", "'held', 'settlement', 3").replace("50", "51")
    )
    cafe.change(STRAGGLER.replace("debit, credit, 5", "'opening', 'wallet', 7").replace("50", "52"))
    after = projections.liability(connection, SCOPE, last)["points"]
    assert (after.adjusted, after.settled) == (before.adjusted + 5, before.settled - 3)
    assert after.brought == before.brought + 7
    assert after.owed == before.owed + 9


def test_nothing_is_owed_where_nothing_was_issued(database: Database) -> None:
    cafe = Cafe(database)
    with database.connect() as connection:
        assert projections.liability(connection, SCOPE, day(cafe, "02-20")) == {}

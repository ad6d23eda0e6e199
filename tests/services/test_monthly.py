"""The books by month agree with the ledger, with totals of days and without; a month that is closed
stays what it was."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.postgres import on_both
from tests.services.bookkeeping import months, sums, unbalanced
from tests.services.cafe import (
    CAFE,
    MINUTE,
    SCOPE,
    Cafe,
    buy,
    event,
    filled,
    join,
    said,
    time,
)
from xenia.services import closing, projections
from xenia.services.access import Actor
from xenia.services.changing import Changing, Done
from xenia.services.closing import Said
from xenia.services.monthly import Bookkeeping, Sums, expected, summed, worth
from xenia.services.problems import Problem
from xenia.store.database import Database
from xenia.store.monthly import Moved

NOW = time("03-01", "00:10")


@pytest.fixture
def cafe(database: Database) -> Cafe:
    return filled(Cafe(database))


def follow(cafe: Cafe, day: str) -> None:
    with cafe.database.connect(autocommit=True) as connection:
        through = cafe.published.timeline.zone.day_of(time(day))
        projections.follow(connection, SCOPE, through)


def closed(cafe: Cafe, month: str, now: int = NOW) -> Done | Problem:
    with cafe.database.connect() as connection:
        changing = Changing(connection, Actor(1, "staff/fay"), now)
        done = closing.close_month(changing, cafe.space, "cafe", month)
        if isinstance(done, Problem):
            connection.rollback()
    cafe.reload()
    return done


def valued(cafe: Cafe, **said: Said) -> Done | Problem:
    with cafe.database.connect() as connection:
        return closing.value_anew(
            Changing(connection, Actor(1, "staff/fay"), NOW), cafe.space, "cafe", said
        )


# ---- the figures ---------------------------------------------------------------------------------


@on_both
def test_they_are_those_of_the_entries_with_totals_and_without(cafe: Cafe) -> None:
    assert unbalanced(cafe, NOW) == []
    before = months(cafe, NOW)
    assert [*before] == ["2026-01", "2026-02", "2026-03"]
    assert [one.state for one in before.values()] == ["over", "over", "open"]
    for day in ("01-05", "01-31", "02-20"):
        follow(cafe, day)
        assert unbalanced(cafe, NOW) == []
        assert months(cafe, NOW) == before


def test_what_is_owed_is_what_members_have(cafe: Cafe) -> None:
    held = cafe.rows(
        "select currency, sum(balance + pending + held)::bigint from wallet group by 1"
    )
    found = sums(months(cafe, NOW)["2026-02"])
    assert {currency: one.closing for currency, one in found.items()} == dict(held)


def test_a_late_event_is_booked_when_it_is_recorded(cafe: Cafe) -> None:
    before = months(cafe, NOW)["2026-01"]
    cafe.post(buy("very-late", "m1", "01-20", "50.00"), now=time("02-25"))
    after = months(cafe, NOW)
    assert after["2026-01"] == before
    assert sums(after["2026-02"])["points"].issued >= 50


def test_an_empty_ledger_has_no_months(database: Database) -> None:
    empty = Cafe(database)
    assert months(empty, NOW) == {}
    done = closed(empty, "2026-02")
    assert isinstance(done, Problem)
    assert done.code == "nothing-in-the-books"


def test_a_month_without_movement_carries_on() -> None:
    moves = [
        Moved("", "beans", "issuance", "wallet", "", 7),
        Moved("2026-01", "beans", "wallet", "redeemed", "", 2),
        Moved("2026-03", "stars", "opening", "pending", "", 4),
    ]
    found = summed(moves, ["2026-01", "2026-02", "2026-03"])
    assert found["2026-01"] == {"beans": Sums(opening=7, redeemed=2, closing=5)}
    assert found["2026-02"] == {"beans": Sums(opening=5, closing=5)}
    assert found["2026-03"] == {
        "beans": Sums(opening=5, closing=5),
        "stars": Sums(brought=4, closing=4),
    }


@pytest.mark.parametrize(
    ("units", "decimals", "value", "breakage", "money"),
    [
        (1000, 0, "0.01", 0, (1000, 1000)),
        (1000, 0, "0.01", 1250, (1000, 875)),
        (1, 0, "0.005", 0, (1, 1)),
        (-1, 0, "0.005", 0, (-1, -1)),
        (1, 0, "0.004", 0, (0, 0)),
        (12345, 2, "0.1", 3333, (1235, 823)),
        (2**52, 0, "0.000001", 10_000, (450359962737, 0)),
    ],
)
def test_what_units_are_worth(
    units: int, decimals: int, value: str, breakage: int, money: tuple[int, int]
) -> None:
    owed = worth(units, decimals, Decimal(value), 2)
    assert (owed, expected(units, decimals, Decimal(value), 2, breakage)) == money


# ---- closing -------------------------------------------------------------------------------------


def test_a_month_is_closed_with_those_before_it_and_stays_so(cafe: Cafe) -> None:
    before = months(cafe, NOW)
    done = closed(cafe, "2026-02")
    assert isinstance(done, Done)
    after = months(cafe, NOW)
    assert [one.state for one in after.values()] == ["closed", "closed", "open"]
    for name in ("2026-01", "2026-02"):
        assert sums(after[name]) == sums(before[name])
        kept = after[name].closed
        assert kept is not None
        assert kept.by == "staff/fay"
    assert unbalanced(cafe, NOW) == []
    again = closed(cafe, "2026-01")
    assert isinstance(again, Problem)
    assert again.code == "month-is-closed"
    cafe.post(buy("later", "m1", "02-14", "90.00"), now=time("03-02"))
    assert months(cafe, time("03-02"))["2026-02"] == after["2026-02"]
    assert said(cafe.database) == ""


@pytest.mark.parametrize(
    ("now", "month", "code"),
    [
        (time("03-01", "00:09"), "2026-02", "month-not-over"),
        (NOW, "2026-03", "month-not-over"),
        (NOW, "2025-12", "nothing-in-the-books"),
    ],
)
def test_what_is_not_closed(cafe: Cafe, now: int, month: str, code: str) -> None:
    done = closed(cafe, month, now)
    assert isinstance(done, Problem)
    assert done.code == code


@on_both
def test_a_slow_clock_books_in_the_month_that_is_open(cafe: Cafe) -> None:
    assert isinstance(closed(cafe, "2026-02"), Done)
    january = months(cafe, NOW)["2026-01"]
    cafe.post(buy("slow", "m1", "02-27", "30.00"), now=time("02-27") + MINUTE)
    cafe.sweep(time("02-28"), now=time("02-28"))
    after = months(cafe, NOW)
    assert after["2026-01"] == january
    assert sums(after["2026-03"])["points"].issued == 30
    assert unbalanced(cafe, NOW) == []
    assert said(cafe.database) == ""
    cafe.change("update entry set accounting_on = '2026-02-27' where effect like '%slow%'")
    assert "accounting_on" not in said(cafe.database), "it is the day of recording"
    cafe.change("update entry set accounting_on = '2026-03-02' where effect like '%slow%'")
    assert "accounting_on" in said(cafe.database)


def test_a_value_is_kept_with_the_month(cafe: Cafe) -> None:
    done = valued(cafe, points=Said("0.05", "20"), stars=Said(None, "0"))
    assert isinstance(done, Done)
    assert cafe.rows("select currency, value::text, breakage from valuation") == [
        ("points", "0.050000000", 2000)
    ]
    assert isinstance(closed(cafe, "2026-01"), Done)
    valued(cafe, points=Said(None, "0"))
    found = months(cafe, NOW)
    values = {
        name: next((one.value, one.breakage) for one in month.lines if one.currency == "points")
        for name, month in found.items()
    }
    assert values == {
        "2026-01": (Decimal("0.05"), 2000),
        "2026-02": (Decimal("0.01"), 0),
        "2026-03": (Decimal("0.01"), 0),
    }


@pytest.mark.parametrize("said_of", [None, Said("0.0000125", "0")])
def test_a_small_value_is_kept_to_its_last_decimal(
    database: Database, said_of: Said | None
) -> None:
    value = "0.01" if said_of else "0.0000125"
    cafe = Cafe(database, CAFE.replace("value: 0.01", f"value: {value}"))
    given = event(
        "adjustment", "many", "m1", "02-20", "12:00",
        currency="points", units="80000000", reason="moved in", author="nikos",
    )  # fmt: skip
    cafe.post(join("joins", "m1", "02-20"), given)
    if said_of is not None:
        assert isinstance(valued(cafe, points=said_of), Done)

    def liability() -> tuple[str, str]:
        with cafe.database.connect() as connection:
            books = Bookkeeping(connection, SCOPE, cafe.published, NOW)
            told = closing.month_told(books, "2026-02")
        assert not isinstance(told, Problem)
        (points,) = (one for one in told["currencies"] if one["currency"] == "points")
        return points["value"], points["liability"]

    before = liability()
    assert before == ("0.0000125", "1000.00")
    assert isinstance(closed(cafe, "2026-02"), Done)
    assert liability() == before


@pytest.mark.parametrize(
    ("currency", "said_of", "code"),
    [
        ("gems", Said(None, "1"), "unknown-currency"),
        ("points", Said(None, "100.01"), "too-large"),
        ("points", Said("-1", "0"), "negative"),
        ("points", Said("0.0000000001", "0"), "too-precise"),
        ("points", Said(None, "much"), "not-a-decimal"),
    ],
)
def test_a_value_that_is_none(cafe: Cafe, currency: str, said_of: Said, code: str) -> None:
    done = valued(cafe, **{currency: said_of})
    assert isinstance(done, Problem)
    assert [one.code for one in done.errors] == [code]


# ---- what does not agree -------------------------------------------------------------------------


def test_a_total_that_is_wrong_is_told_and_made_again(cafe: Cafe) -> None:
    follow(cafe, "02-20")
    cafe.change("update daily_total set units = units + 1 where accounting_on = '2026-01-03'")
    wrong = months(cafe, NOW)["2026-01"].differences
    assert {one.check for one in wrong} == {"totals"}
    assert all(one.what.startswith("2026-01-03") for one in wrong)
    refused = closed(cafe, "2026-01")
    assert isinstance(refused, Problem)
    assert refused.code == "books-differ"
    with cafe.database.connect() as connection:
        changing = Changing(connection, Actor(1, "staff/fay"), NOW)
        assert isinstance(closing.sum_again(changing, cafe.space, "cafe"), Done)
    assert unbalanced(cafe, NOW) == []
    assert isinstance(closed(cafe, "2026-01"), Done)


def test_a_month_begins_with_what_the_closed_one_before_it_ended_with(cafe: Cafe) -> None:
    assert isinstance(closed(cafe, "2026-01"), Done)
    ended = sums(months(cafe, NOW)["2026-01"])["points"].closing
    cafe.change("update daily_total set units = units + 1 where accounting_on = '2026-01-03'")
    refused = closed(cafe, "2026-02")
    assert isinstance(refused, Problem)
    assert (refused.code, "2026-01" in refused.detail) == ("books-differ", True)
    with cafe.database.connect() as connection:
        changing = Changing(connection, Actor(1, "staff/fay"), NOW)
        assert isinstance(closing.sum_again(changing, cafe.space, "cafe"), Done)
    assert isinstance(closed(cafe, "2026-02"), Done)
    assert sums(months(cafe, NOW)["2026-02"])["points"].opening == ended
    assert unbalanced(cafe, NOW) == []


def test_an_entry_in_a_closed_month_is_told(cafe: Cafe) -> None:
    assert isinstance(closed(cafe, "2026-01"), Done)
    cafe.change("update entry set units = units + 3 where member_id = 'm1' and seq = 2 and n = 0")
    found = months(cafe, NOW)
    assert {one.check for one in found["2026-01"].differences} <= {"closed", "totals"}
    assert found["2026-01"].differences


def test_what_is_given_by_staff_is_an_adjustment(cafe: Cafe) -> None:
    given = event(
        "adjustment", "adj", "m1", "02-10", "12:00",
        currency="points", units="-3", reason="counted twice", author="nikos",
    )  # fmt: skip
    cafe.post(given)
    assert sums(months(cafe, NOW)["2026-02"])["points"].adjusted == -3
    assert unbalanced(cafe, NOW) == []

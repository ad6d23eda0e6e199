"""Somebody is found to be another member, who is found to be a third one, or has left: what was
recorded of them is where it lies, and what comes back is taken there."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from psycopg import Rollback

from tests.services.cafe import SCOPE, Cafe, buy, event, join, said, time
from tests.services.merging import end, merge
from tests.services.test_merged_waiting import DOCUMENT, answers, back, brought, some, units
from xenia.services import books, merging
from xenia.services.access import Actor
from xenia.services.changing import Changing
from xenia.services.merge_shown import not_to_erase
from xenia.services.merged import leads
from xenia.services.merging import confirm, confirm_over, propose, undo
from xenia.services.posted import OutdatedError, PoisonedError
from xenia.services.problems import Problem
from xenia.services.published import Space
from xenia.store import merges, reservations
from xenia.store.database import Database
from xenia.store.merges import MergeRow
from xenia.store.reservations import Reservation


@pytest.fixture
def cafe(database: Database) -> Cafe:
    return Cafe(database, DOCUMENT)


def test_what_comes_back_while_a_second_merge_rests_is_taken_where_it_lies(cafe: Cafe) -> None:
    cafe.post(*[join(f"j{who}", who, "01-01") for who in ("m0", "m1", "m2")])
    cafe.post(buy("a1", "m0", "01-02", "100.00"))
    end(cafe, merge(cafe, "m0", "m1", time("01-03")), time("01-03"))
    name = merge(cafe, "m1", "m2", time("01-04"))
    for place, who in enumerate(("m0", "m1", "m2")):
        cafe.post(back(f"r{place}", who, "01-05", "a1", **some("10.00")))
        told = answers(cafe)[f"r{place}"]
        assert (told["member"], told["refusals"]) == ("m1", [])
    assert units(cafe, "m1") == "70"
    end(cafe, name, time("01-06"), undo)
    assert units(cafe, "m1") == "70"
    cafe.post(back("r3", "m1", "01-07", "a1"))
    assert units(cafe, "m1") == "0"
    assert said(cafe.database) == ""


def test_a_referral_is_taken_back_where_it_lies_while_a_second_merge_rests(cafe: Cafe) -> None:
    cafe.post(*[join(f"j{who}", who, "01-01") for who in ("m0", "m1", "m2")])
    cafe.post(brought("jf", "f", "m0", "01-02"))
    cafe.post(buy("a1", "f", "01-03"))
    end(cafe, merge(cafe, "m0", "m1", time("01-04")), time("01-04"))
    assert units(cafe, "m1", "thanks") == "7"
    name = merge(cafe, "m1", "m2", time("01-05"))
    cafe.post(back("r1", "f", "01-06", "a1"))
    told = answers(cafe)["cancel/club/api/r1"]
    assert (told["member"], told["refusals"]) == ("m1", [])
    end(cafe, name, time("01-07"))
    assert units(cafe, "m2", "thanks") == "0"
    assert said(cafe.database) == ""


@pytest.mark.parametrize("whose", ["m0", "f"])
def test_what_comes_back_as_a_merge_is_done_is_taken_of_who_has_it(
    cafe: Cafe, whose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose it is was looked up before, and the merge done before the account was locked."""
    cafe.post(*[join(f"j{who}", who, "01-01") for who in ("m0", "m1")])
    cafe.post(brought("jf", "f", "m0", "01-02"))
    cafe.post(buy("a1", whose, "01-03", "100.00"))
    name = merge(cafe, "m0", "m1", time("01-04"))
    before = books.Books.claim

    def late(*given: Any, **more: Any) -> Any:
        monkeypatch.setattr(books.Books, "claim", before)
        end(cafe, name, time("01-05"))
        return before(*given, **more)

    monkeypatch.setattr(books.Books, "claim", late)
    with pytest.raises(OutdatedError):
        cafe.post(back("r1", whose, "01-06", "a1"))
    cafe.post(back("r1", whose, "01-06", "a1"))
    assert answers(cafe)["r1"]["refusals"] == []
    assert (units(cafe, "m1"), units(cafe, "m1", "thanks")) == ("0", "0")
    assert said(cafe.database) == ""


@pytest.mark.parametrize("step", ["begun", "done"])
def test_what_is_given_as_a_merge_goes_on_is_of_who_stays(
    database: Database, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To whom it is given was looked up before, and the merge begun before they were locked."""
    cafe = Cafe(database, DOCUMENT.replace("value: 0.01", "value: 0.01, transfers: {}"))
    cafe.post(*[join(f"j{who}", who, "01-01") for who in ("m0", "m1", "giver")])
    cafe.post(buy("a1", "giver", "01-02", "100.00"))
    merge(cafe, "m1", "giver", time("01-03"))  # the space knows of merges
    end(cafe, cafe.rows("select merge_id from merge")[0][0], time("01-03"), undo)
    before = books.Books.claim

    def late(*given: Any, **more: Any) -> Any:
        monkeypatch.setattr(books.Books, "claim", before)
        name = merge(cafe, "m0", "m1", time("01-05"))
        if step == "done":
            end(cafe, name, time("01-05"))
        return before(*given, **more)

    gives = event(
        "transfer", "t1", "giver", "01-06", "13:00", to="m0", currency="points", units="40"
    )
    monkeypatch.setattr(books.Books, "claim", late)
    with pytest.raises(OutdatedError):
        cafe.post(gives)
    cafe.post(gives)
    assert answers(cafe)["t1"]["refusals"] == []
    assert (units(cafe, "m0"), units(cafe, "m1")) == ("0", "40")
    assert said(cafe.database) == ""


def test_who_left_owing_owes_as_who_stays_whatever_is_published(cafe: Cafe) -> None:
    cafe.post(join("j0", "m0", "01-01"))
    cafe.post(buy("a1", "m0", "01-02", "100.00"), buy("a2", "m0", "01-02", spend={"points": "100"}))
    cafe.post(back("r1", "m0", "01-03", "a1"), event("leave", "l0", "m0", "01-03", "19:00"))
    owed = int(units(cafe, "m0"))
    assert owed < 0
    cafe.change("insert into member (space_id, member_id, recorded_at) values (1, 'm1', now())")
    end(cafe, merge(cafe, "m0", "m1", time("01-04")), time("01-04"))
    cafe.post(buy("a0", "m1", "01-05"))
    assert "not-a-member" in answers(cafe)["a0"]["notes"], "they have left"
    cafe.publish(DOCUMENT.replace("club\n", "club\ntitle: The club\n"), time("01-10"))
    cafe.post(join("j1", "m1", "01-11"), buy("a3", "m1", "01-11", "150.00"))
    assert int(units(cafe, "m1")) == 150 + owed
    assert said(cafe.database) == ""


def test_what_is_published_as_the_days_pass_leaves_no_merge_half_done(cafe: Cafe) -> None:
    """Whoever confirms it knows nothing of that version, and tries again when it does."""
    cafe.post(*[join(f"j{who}", who, "01-01") for who in ("m0", "m1")])
    cafe.post(buy("a1", "m0", "01-02", "100.00"))
    merge(cafe, "m0", "m1", time("01-03"))
    before = cafe.space
    cafe.publish(DOCUMENT.replace("club\n", "club\ntitle: The club\n"), time("02-10"))
    with cafe.database.connect(autocommit=True) as connection:
        assert confirm_over(connection, before, time("02-01")) == 0
        assert (
            cafe.rows(
                "select 1 from event where event_id like 'merging/club/%' "
                "and event_id not like '%/begun'"
            )
            == []
        )
        assert confirm_over(connection, cafe.space, time("02-01")) == 1
    assert units(cafe, "m1") == "100"
    assert said(cafe.database) == ""


def test_who_leaves_as_a_merge_is_done_gets_nothing(
    cafe: Cafe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether they had left was looked at before their account was locked."""
    cafe.post(*[join(f"j{who}", who, "01-01") for who in ("m0", "m1")])
    cafe.post(buy("a1", "m0", "01-02", "100.00"))
    name = merge(cafe, "m0", "m1", time("01-03"))
    before = merging._watched

    def late(*given: Any) -> Any:
        cafe.post(event("leave", "l1", "m1", "01-04", "19:00"))
        return before(*given)

    monkeypatch.setattr(merging, "_watched", late)
    with cafe.database.connect() as connection, suppress(Rollback), connection.transaction():
        told = confirm(Changing(connection, Actor(1, "test"), time("01-05")), cafe.space, name)
        assert isinstance(told, Problem)
        assert told.code == "left-survivor"
        raise Rollback
    assert units(cafe, "m0") == "100"
    assert said(cafe.database) == ""


def test_a_merge_that_cannot_be_confirmed_holds_up_no_other(
    cafe: Cafe, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cafe.post(*[join(f"j{who}", who, "01-01") for who in ("m0", "m1", "m2", "m3")])
    cafe.post(buy("a1", "m0", "01-02", "100.00"), buy("a2", "m2", "01-02", "30.00"))
    merge(cafe, "m0", "m1", time("01-03"))
    merge(cafe, "m2", "m3", time("01-03"))
    finish, poisoned = merging._finish, {"m0"}

    def finished(changing: Changing, space: Space, row: MergeRow) -> None:
        finish(changing, space, row)
        if row.whom in poisoned:
            raise PoisonedError(0)

    monkeypatch.setattr(merging, "_finish", finished)
    with cafe.database.connect(autocommit=True) as connection:
        assert confirm_over(connection, cafe.space, time("02-01")) == 1
        assert [one.getMessage() for one in caplog.records] == ["a merge cannot be confirmed"]
        assert units(cafe, "m3") == "30"
        assert said(cafe.database) == ""
        poisoned.clear()
        assert confirm_over(connection, cafe.space, time("02-01")) == 1
    assert units(cafe, "m1") == "100"
    assert said(cafe.database) == ""


# ---- many ----------------------------------------------------------------------------------------


def test_many_that_cannot_be_confirmed_hold_up_no_other(
    cafe: Cafe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "_AT_ONCE", 1)
    cafe.post(*[join(f"j{who}", who, "01-01") for who in ("m0", "m1", "m2", "m3")])
    cafe.post(buy("a1", "m0", "01-02", "100.00"), buy("a2", "m2", "01-02", "30.00"))
    merge(cafe, "m0", "m1", time("01-03"))
    merge(cafe, "m2", "m3", time("01-04"))
    cafe.post(event("leave", "l1", "m1", "01-05", "19:00"))
    with cafe.database.connect(autocommit=True) as connection:
        assert confirm_over(connection, cafe.space, time("02-01")) == 1
    assert (units(cafe, "m0"), units(cafe, "m3")) == ("100", "30")
    assert said(cafe.database) == ""


def test_one_that_rests_is_seen_behind_many_that_are_over(cafe: Cafe) -> None:
    """They would be merged, or erased, as another is still on the way into them."""
    cafe.post(*[join(f"j{who}", who, "01-01") for who in ("m0", "m1", "m2")])
    name = merge(cafe, "m0", "m1", time("01-03"))
    cafe.change("insert into member (space_id, member_id, recorded_at) values (1, 'x', now())")
    cafe.change(
        "insert into merge (space_id, merge_id, from_member, into_member, made_at, until, "
        "undone_at) select 1, 'z' || n, 'x', 'm1', now(), now(), now() "
        "from generate_series(1, 101) as n"
    )
    with cafe.database.connect() as connection, suppress(Rollback), connection.transaction():
        told = propose(Changing(connection, Actor(1, "test"), time("01-04")), cafe.space, "m1",
                       "m2", 14)  # fmt: skip
        assert isinstance(told, Problem)
        assert told.code == "merge-rests"
        raise Rollback
    with cafe.database.connect() as connection:
        waits = not_to_erase(connection, 1, "m1")
    assert waits is not None
    assert waits.code == "merge-rests"
    end(cafe, name, time("01-05"))
    assert said(cafe.database) == ""


def test_somebody_is_who_they_are_after_however_many_merges(cafe: Cafe) -> None:
    many = 120
    cafe.change(
        "insert into member (space_id, member_id, recorded_at) "
        f"select 1, 'c' || n, now() from generate_series(0, {many}) as n"
    )
    cafe.change(
        "insert into merge (space_id, merge_id, from_member, into_member, made_at, until, done_at)"
        " select 1, 'z' || n, 'c' || n, 'c' || n + 1, now(), now(), now()"
        f" from generate_series(0, {many - 1}) as n"
    )
    with cafe.database.connect() as connection:
        assert leads(connection, 1, {"c0"})["c0"] == f"c{many}"
        assert len(merges.led_here(connection, 1, [f"c{many}"])) == many


# ---- what is reserved meanwhile ------------------------------------------------------------------


def test_what_is_reserved_as_a_merge_begins_is_seen(
    cafe: Cafe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was looked for before their account was locked."""
    cafe.post(*[join(f"j{who}", who, "01-01") for who in ("m0", "m1")])
    cafe.post(buy("a1", "m0", "01-02", "100.00"))
    made, until = time("01-03"), time("01-04")
    kept = Reservation(
        "r", SCOPE.programme_id, "m0", "reserved", made, until, {"points": 40}, [], []
    )
    before = merging._refused

    def late(*given: Any) -> Any:
        told = before(*given)
        with cafe.database.connect() as connection:
            reservations.add(connection, SCOPE.space_id, kept)
        return told

    monkeypatch.setattr(merging, "_refused", late)
    with cafe.database.connect() as connection, suppress(Rollback), connection.transaction():
        told = propose(Changing(connection, Actor(1, "test"), made), cafe.space, "m0", "m1", 14)
        assert isinstance(told, Problem)
        assert told.code == "reserved-member"
        raise Rollback
    assert said(cafe.database) == ""

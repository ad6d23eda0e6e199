"""The background work: rounds that sweep and sum up, stop when told to, and wait out a pause."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from threading import Event

import pytest

from tests.services.cafe import CAFE, Cafe, buy, said, time
from tests.services.publishing import published
from xenia.services import sweeping, working
from xenia.services.sweeping import Sweeper, Swept
from xenia.services.working import Round, Worker
from xenia.store.database import Database
from xenia.store.unavailable import DatabaseUnavailable

NOON = time("02-10")


@pytest.fixture
def cafe(database: Database) -> Cafe:
    cafe = Cafe(database)
    cafe.post(*(buy(f"a{n}", f"m{n}", "01-02") for n in range(10)))
    return cafe


class Patience:
    """Ends the work after so many pauses; `between` happens in each."""

    def __init__(self, pauses: int, between: Callable[[], object] = lambda: None) -> None:
        self.pauses, self.between = pauses, between
        self.waited: list[float] = []

    def is_set(self) -> bool:
        return len(self.waited) >= self.pauses

    def set(self) -> None:
        self.pauses = 0

    def wait(self, timeout: float) -> bool:
        self.waited.append(timeout)
        self.between()
        return self.is_set()


def test_a_round_does_what_is_due_and_sums_up_what_is_over(cafe: Cafe) -> None:
    worker = Worker(cafe.database, Event(), lambda: NOON)
    assert [*worker.once()] == [
        Round("default", "cafe", accounts=10, entries=30, vouchers=0, totals=2)
    ]
    # What was swept today is summed up tomorrow.
    assert [*worker.once()] == [Round("default", "cafe")]
    assert next(worker.once()).idle
    worker = Worker(cafe.database, Event(), lambda: time("02-11"))
    assert [*worker.once()] == [Round("default", "cafe", totals=3)]
    assert said(cafe.database) == ""


def test_only_what_is_due_by_a_time_is_done(cafe: Cafe) -> None:
    worker = Worker(cafe.database, Event(), lambda: NOON, until=time("01-04"))
    assert next(worker.once()).entries == 10
    assert next(worker.once()).entries == 0


def test_every_programme_has_its_round(cafe: Cafe) -> None:
    published(cafe.database, CAFE.replace("programme: cafe", "programme: bar"))
    worker = Worker(cafe.database, Event(), lambda: NOON)
    assert [(one.programme, one.accounts) for one in worker.once()] == [("bar", 0), ("cafe", 10)]


def test_it_stops_between_two_chunks(cafe: Cafe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "CHUNK", 3)
    published(cafe.database, CAFE.replace("programme: cafe", "programme: zoo"))
    stop = Event()

    def clock() -> int:
        if cafe.rows("select count(*) from sweep")[0][0]:
            stop.set()
        return NOON

    worker = Worker(cafe.database, stop, clock)
    assert [*worker.once()] == [Round("default", "cafe", accounts=6, entries=18)]
    assert said(cafe.database) == ""


def test_it_goes_on_with_a_version_that_is_published_meanwhile(cafe: Cafe) -> None:
    worker = Worker(cafe.database, Event(), lambda: NOON)
    assert next(worker.once()).accounts == 10
    cafe.publish(CAFE.replace("1 per 1.00", "2 per 1.00"), start=time("03-01"))
    cafe.post(buy("b1", "m1", "03-02"))
    worker.clock = lambda: time("04-02")
    # Everybody moves on to it, and what m1 earned in March has expired.
    done = next(worker.once())
    assert (done.accounts, done.entries) == (10, 3)
    assert said(cafe.database) == ""


def test_it_takes_a_version_up_in_the_middle_of_a_round(
    cafe: Cafe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "CHUNK", 3)
    run, published = Sweeper.run, list[int]()

    def interrupted(self: Sweeper, until: int) -> Iterator[Swept]:
        for swept in run(self, until):
            yield swept
            if not published:
                published.append(1)
                cafe.publish(CAFE.replace("1 per 1.00", "2 per 1.00"), start=time("03-01"))

    monkeypatch.setattr(Sweeper, "run", interrupted)
    worker = Worker(cafe.database, Event(), lambda: NOON)
    assert [*worker.once()] == [
        Round("default", "cafe", accounts=10, entries=30, vouchers=0, totals=2)
    ]
    assert said(cafe.database) == ""


def test_it_works_in_rounds_until_it_is_stopped(cafe: Cafe) -> None:
    def later() -> None:
        passed = len(stop.waited)
        cafe.post(buy(f"b{passed}", "m1", f"02-{10 + 3 * passed}"))

    stop = Patience(3, later)
    worker = Worker(cafe.database, stop, lambda: time(f"02-{12 + 3 * len(stop.waited)}"))
    found = [one.accounts for one in worker.forever()]
    assert found == [10, 1, 1]
    assert stop.waited == [working.PAUSE] * 3


def test_it_waits_for_a_database_that_is_away(cafe: Cafe, caplog: pytest.LogCaptureFixture) -> None:
    away = Database(re.sub(r"/\w+\?", "/nowhere?", cafe.database.url))
    worker = Worker(away, Patience(2), lambda: NOON)
    assert [*worker.forever()] == []
    assert len(caplog.records) == 2
    assert "there is no such database" in caplog.text
    with pytest.raises(DatabaseUnavailable):
        [*worker.once()]


def test_what_fails_of_one_programme_holds_up_no_other(
    cafe: Cafe, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    published(cafe.database, CAFE.replace("programme: cafe", "programme: bar"))
    run, failing = Sweeper.run, {"bar"}

    def failed(self: Sweeper, until: int) -> Iterator[Swept]:
        if self.published.name in failing:
            raise ValueError(self.published.name)
        return run(self, until)

    monkeypatch.setattr(Sweeper, "run", failed)
    worker = Worker(cafe.database, Patience(2, failing.clear), lambda: NOON)
    found = [(one.programme, one.accounts) for one in worker.forever()]
    assert found == [("cafe", 10), ("bar", 0), ("cafe", 0)]
    assert [one.getMessage() for one in caplog.records] == [
        "the work of default/bar has failed, and is tried again"
    ]
    failing.add("bar")
    with pytest.raises(ValueError, match="bar"):
        [*Worker(cafe.database, Event(), lambda: NOON).once()]

"""Sweeps do what is due, once, on its day, and change nothing about what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from random import Random
from threading import Barrier, Thread
from typing import Any

import pytest
from msgspec import structs
from psycopg.errors import UniqueViolation

from tests.postgres import on_both
from tests.reference.moments import with_moments
from tests.reference.random_histories import random_history
from tests.reference.random_programmes import random_programme
from tests.services.cafe import CAFE, SCOPE, Cafe, buy, join, said, time
from xenia.effects import Movement, Voucher
from xenia.events.model import Clock, Event
from xenia.ledger.entries import Entry
from xenia.ledger.posting import entries_of
from xenia.programme.model import Programme
from xenia.programme.render import render
from xenia.services import sweeping
from xenia.services.posted import OutdatedError
from xenia.services.sweeping import Sweeper, Swept
from xenia.store import posting
from xenia.store.database import Database
from xenia.store.posting import Scope, Written
from xenia.store.together import Together

DAY = 86_400_000_000
SEEDS = (0, 5, 103, 113)  # the last two have birthdays
MANY_SEEDS = (*range(8), *range(100, 160))
ENTRIES = """
    select effect, occurred_at from entry where member_id = 'm1' order by seq, n
"""


@pytest.fixture
def cafe(database: Database) -> Cafe:
    return Cafe(database)


@on_both
def test_what_is_due_is_done_and_dated_on_its_day(cafe: Cafe) -> None:
    cafe.post(buy("a1", "m1", "01-02"))
    (swept,) = cafe.sweep(time("02-10"))
    assert (swept.accounts, swept.entries, swept.vouchers) == (1, 3, 0)
    found = [(effect, f"{at:%m-%d %H}") for effect, at in cafe.rows(ENTRIES)]
    assert found == [
        ("api/a1/1", "01-02 10"),
        ("api/a1/2", "01-02 10"),
        ("due/m1/2026-01-04/1", "01-03 22"),
        ("due/m1/2026-01-22/1", "01-21 22"),
        ("due/m1/2026-02-01/1", "01-31 22"),
    ]
    accounts = cafe.rows("select seq, next_due from account")
    assert accounts == [(2, None)]
    sweeps = cafe.rows("select seq, version, until::text, recorded_at::text from sweep")
    assert sweeps == [(2, 1, "2026-02-10", "2026-02-10 10:00:00+00")]
    days = cafe.rows("select distinct accounting_on::text from entry where seq = 2")
    assert days == [("2026-02-10",)]
    assert said(cafe.database) == ""


def test_a_sweep_issues_what_is_automatic(cafe: Cafe) -> None:
    cafe.post(buy("a1", "m1", "01-02"), buy("a2", "m1", "01-02"))
    (swept,) = cafe.sweep(time("01-04"))
    assert swept.vouchers == 1
    found = cafe.rows("select reward, state, expires::text, seq, n from voucher")
    assert found == [("cookie", "issued", "2026-01-14", 3, 0)]


def test_what_is_not_due_is_left_alone(cafe: Cafe) -> None:
    cafe.post(buy("a1", "m1", "01-02"))
    assert cafe.sweep(time("01-03", "23:59")) == []
    (swept,) = cafe.sweep(time("01-04", "00:00"))
    assert swept.accounts == 1
    assert cafe.sweep(time("01-04")) == []


def test_an_event_goes_on_from_a_sweep(cafe: Cafe) -> None:
    cafe.post(join("j1", "m1", "01-02", kind="student"))
    cafe.sweep(time("02-10"))
    cafe.post(buy("a1", "m1", "02-11"))
    assert cafe.rows("select seq, attributes from account") == [(3, '{"kind":"student"}')]
    assert said(cafe.database) == ""


# ---- the same as without ----------------------------------------------------------------------


def in_order(events: list[Event]) -> list[Event]:
    """Without those that come late."""
    kept: list[Event] = []
    for event in events:
        if not kept or event.occurred_at >= kept[-1].occurred_at:
            kept.append(event)
    return kept


def unswept(cafe: Cafe, events: list[Event], until: int) -> tuple[list[Entry], bytes, list[str]]:
    """Entries, state and vouchers of a member whose work is only ever done when it must be."""
    timeline = cafe.published.timeline
    account = timeline.new_account("m")
    movements: list[Movement] = []
    vouchers: list[Voucher] = []
    for event in events:
        account, outcome = timeline.decide(account, event)
        movements += outcome.movements
        vouchers += outcome.vouchers
    account, outcome = timeline.pass_time(account, until)
    vouchers += outcome.vouchers
    codes = [voucher.code for voucher in vouchers]
    return [*entries_of((*movements, *outcome.movements))], timeline.pack(account), codes


def posted(cafe: Cafe) -> tuple[list[tuple[Any, ...]], bytes, list[str]]:
    entries = cafe.rows("""
        select currency, debit::text, credit::text, units, earned - date '1970-01-01',
               ends - date '1970-01-01', effect, rule, accrual
        from entry order by seq, n
    """)
    vouchers = cafe.rows("select code from voucher order by seq, n")
    ((state,),) = cafe.rows("select state from account")
    return entries, state, [code for (code,) in vouchers]


def flat(entry: Entry) -> tuple[Any, ...]:
    return (
        entry.currency,
        entry.debit.value,
        entry.credit.value,
        entry.units,
        entry.earned,
        entry.ends,
        entry.effect,
        entry.rule,
        entry.accrual,
    )


def without_budgets(programme: Programme) -> Programme:
    """What members share is left out: here is only one."""
    rules, groups, rewards = programme.rules, programme.groups, programme.rewards
    return replace(
        programme,
        rules={key: replace(rule, budget=()) for key, rule in rules.items()},
        groups={key: replace(group, budget=()) for key, group in groups.items()},
        rewards={key: replace(reward, stock=None) for key, reward in rewards.items()},
    )


def swept_as_unswept(database: Database, seed: int) -> int:
    """Entries of a random history that is swept at random moments; the same as without."""
    random = Random(seed)
    programme = without_budgets(random_programme(seed))
    cafe = Cafe(database, render(programme))
    events = in_order(random_history(programme, seed, 40))
    end = events[-1].occurred_at + 400 * DAY
    moments = [*(event.occurred_at for event in events), end]
    for event, (now, later) in zip(events, pairwise(moments), strict=True):
        cafe.record(event)
        for _ in range(random.choice((0, 1, 2))):
            cafe.work(random.randint(now, later))
    cafe.work(end)
    last = Clock(id="end", occurred_at=end)
    *events, _ = with_moments(programme, [*events, last])
    entries, state, vouchers = unswept(cafe, events, end)
    assert posted(cafe) == ([flat(entry) for entry in entries], state, vouchers)
    assert said(database) == ""
    return len(entries)


@pytest.mark.parametrize("seed", SEEDS)
def test_sweeps_change_nothing_of_what_comes_of_a_history(database: Database, seed: int) -> None:
    assert swept_as_unswept(database, seed) > 0


@pytest.mark.prove
@pytest.mark.parametrize("seed", MANY_SEEDS)
def test_sweeps_change_nothing_of_many_histories(database: Database, seed: int) -> None:
    swept_as_unswept(database, seed)


def recorded(database: Database, seed: int) -> None:
    """Members who share budgets, with late events and sweeps in between."""
    random = Random(seed)
    programme = random_programme(seed)
    cafe = Cafe(database, render(programme))
    found = {
        f"m{n}": [
            structs.replace(event, id=f"{n}-{event.id}", member=f"m{n}")
            for event in random_history(programme, seed + n, 12)
        ]
        for n in range(3)
    }
    now = 0
    while waiting := [member for member, events in found.items() if events]:
        chosen = random.sample(waiting, random.randint(1, len(waiting)))
        batch = [found[member].pop(0) for member in chosen]
        now = max(now, *(event.occurred_at for event in batch))
        cafe.record(*batch, now=now)
        if random.random() < 0.3:
            cafe.work(now)
    cafe.work(now + 400 * DAY)
    assert said(database) == ""


@pytest.mark.parametrize("seed", SEEDS)
def test_any_history_is_proved(database: Database, seed: int) -> None:
    recorded(database, seed)


@pytest.mark.prove
@pytest.mark.parametrize("seed", MANY_SEEDS)
def test_many_histories_are_proved(database: Database, seed: int) -> None:
    recorded(database, seed)


# ---- together with others, and in pieces -------------------------------------------------------


@pytest.fixture
def many(cafe: Cafe, monkeypatch: pytest.MonkeyPatch) -> Cafe:
    """Sixty members for whom the same is due, and small chunks."""
    monkeypatch.setattr(sweeping, "CHUNK", 7)
    monkeypatch.setattr(sweeping, "_LISTED", 20)
    cafe.post(*(buy(f"a{n}", f"m{n}", "01-02") for n in range(60)))
    return cafe


@contextmanager
def sweeper(cafe: Cafe, until: int) -> Iterator[Iterator[Swept]]:
    with cafe.database.connect(autocommit=True) as connection:
        yield Sweeper(connection, SCOPE, cafe.published, lambda: until).run(until)


def test_a_long_list_is_swept_in_chunks(many: Cafe) -> None:
    found = [swept.accounts for swept in many.sweep(time("01-04"))]
    assert found == [7, 7, 6, 7, 7, 6, 7, 7, 6]
    assert many.rows("select count(*), count(distinct member_id) from sweep") == [(60, 60)]


def test_what_was_broken_off_goes_on_later(many: Cafe) -> None:
    with sweeper(many, time("01-04")) as chunks:
        assert next(chunks).accounts == 7
    assert many.rows("select count(*) from sweep") == [(7,)]
    assert said(many.database) == ""
    assert sum(swept.accounts for swept in many.sweep(time("01-04"))) == 53
    assert many.rows("select count(*) from entry where debit = 'pending'") == [(60,)]
    assert said(many.database) == ""


def test_a_chunk_that_breaks_leaves_nothing(many: Cafe, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(together: Together, scope: Scope, now: int, today: int, written: Written) -> None:
        if calls:  # refused when most of it has been written
            written = written._replace(entries=(*written.entries, written.entries[0]))
        calls.append(1)
        write(together, scope, now, today, written)

    write, calls = posting.write, list[int]()
    monkeypatch.setattr(posting, "write", broken)
    with pytest.raises(UniqueViolation):
        many.sweep(time("01-04"))
    monkeypatch.setattr(posting, "write", write)
    assert many.rows("select count(*) from sweep") == [(7,)]
    assert many.rows("select count(*) from entry where debit = 'pending'") == [(7,)]
    assert said(many.database) == ""
    assert sum(swept.accounts for swept in many.sweep(time("01-04"))) == 53


def test_two_sweepers_do_everything_once(many: Cafe) -> None:
    found: list[int] = []
    start = Barrier(2)

    def sweep() -> None:
        start.wait()
        found.extend(swept.accounts for swept in many.sweep(time("01-04")))

    threads = [Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(found) == 60
    assert many.rows("select count(*), count(distinct member_id) from sweep") == [(60, 60)]
    assert said(many.database) == ""


def test_who_is_being_worked_on_is_left_for_later(many: Cafe) -> None:
    with many.database.connect() as other:
        other.execute("select from account where member_id in ('m1', 'm2') for update")
        assert sum(swept.accounts for swept in many.sweep(time("01-04"))) == 58
    assert sum(swept.accounts for swept in many.sweep(time("01-04"))) == 2


def test_what_an_event_has_done_meanwhile_is_not_done_again(many: Cafe) -> None:
    with sweeper(many, time("01-04")) as chunks:
        next(chunks)
        many.post(*(buy(f"b{n}", f"m{n}", "01-04") for n in range(60)))
        assert sum(swept.accounts for swept in chunks) == 0
    assert said(many.database) == ""


def test_a_sweep_stops_where_another_version_is_published(many: Cafe) -> None:
    with sweeper(many, time("01-04")) as chunks:
        next(chunks)
        many.publish(CAFE.replace("1 per 1.00", "2 per 1.00"), start=time("01-20"))
        with pytest.raises(OutdatedError):
            next(chunks)
    assert sum(swept.accounts for swept in many.sweep(time("01-04"))) == 53
    assert said(many.database) == ""


# ---- days on which to look again -----------------------------------------------------------------


def test_a_day_that_is_wrong_is_put_right_without_a_step(cafe: Cafe) -> None:
    cafe.post(buy("a1", "m1", "01-02"))
    cafe.change("update account set next_due = '2026-01-02'")
    assert sum(swept.accounts for swept in cafe.sweep(time("01-03"))) == 0
    assert cafe.rows("select seq, next_due::text from account") == [(1, "2026-01-04")]
    assert cafe.rows("select count(*) from sweep") == [(0,)]


def test_an_account_moves_to_a_version_on_its_first_day(cafe: Cafe) -> None:
    cafe.post(join("j1", "m1", "01-02"))
    cafe.sweep(time("02-20"))
    cafe.publish(CAFE.replace("1 per 1.00", "2 per 1.00"), start=time("03-01", "00:00"))
    assert cafe.rows("select next_due::text from account") == [("2026-03-01",)]
    (swept,) = cafe.sweep(time("03-01"))
    assert (swept.accounts, swept.entries) == (1, 0)
    assert cafe.rows("select version, next_due from account") == [(2, None)]
    assert said(cafe.database) == ""

"""A history that was imported is the same source, read by SQL or event by event."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.backtest.classic import plain
from tests.backtest.histories import made
from xenia.backtest.history import History, event_schema
from xenia.backtest.history_mapping import Terms, Written
from xenia.backtest.policies import HISTORY
from xenia.backtest.run import run
from xenia.backtest.sources import StoredSource
from xenia.backtest.stored import HistorySource, beside, history_for, spends
from xenia.engine.compile import compile_programme
from xenia.programme.read import read
from xenia.services.catalogue import catalogue
from xenia.services.files import zones
from xenia.services.inputs import UnusableError
from xenia.services.programmes import sound_programme

DOLLAR = Terms(money="USD", timezone="America/New_York", written=Written())
HEADER = "id,occurred_at,member,sku,category,quantity,amount,return_of"
# By SQL all, in slices, with levels; of several goods picked; what comes by itself is no column.
NAMES = ("department-points", "next-visit-20", "three-per-hundred", "birthday")


def csv(seed: int, purchases: int = 80) -> str:
    """What members and guests bought, some of which comes back in parts, once or twice."""
    random, rows = Random(seed), [HEADER]
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(purchases):
        at = start + timedelta(days=number * 5, minutes=random.randrange(3) * 700)
        member = random.choice(("", "ann", "ben", "Ζωή", "dan", "eva"))
        lines = [
            (sku, random.choice(("cosmetics", "shoes", "gift-card")), random.randint(1, 4))
            for sku in random.sample(("a", "b", "c", "d"), random.randint(1, 3))
        ]
        for sku, category, quantity in lines:
            amount = f"{random.randint(1, 200_000) / 100:.2f}"
            rows.append(
                f"p{number},{at.isoformat()},{member},{sku},{category},{quantity},{amount},"
            )
        for again in range(random.choice((0, 0, 1, 2)) if member else 0):
            sku, category, quantity = random.choice(lines)
            later = (at + timedelta(days=random.choice((0, 3, 200)) + again)).isoformat()
            part = f"{random.randint(1, quantity)},-1"
            rows.append(f"r{number}-{again},{later},{member},{sku},{category},{part},p{number}")
    return "\n".join(rows)


def both(history: History) -> tuple[HistorySource, StoredSource]:
    told = history.told
    of = told.of_members, told.of_guests
    return HistorySource(history), StoredSource(history.events, told.buckets, *of, redeems=False)


@pytest.mark.parametrize("name", NAMES)
def test_rows_by_sql_are_those_of_the_events(name: str, tmp_path: Path) -> None:
    history = made(tmp_path, csv(1), terms=DOLLAR)
    assert history.told.of_members.returns > 10
    plan = compile_programme(sound_programme(catalogue() / f"{name}.yaml"))
    by_sql, by_event = both(history)
    for bucket in range(by_sql.buckets):
        mine, theirs = (one.read(plan, bucket, claims=True) for one in (by_sql, by_event))
        for mine_each, theirs_each in zip(mine.rows, theirs.rows, strict=True):
            assert np.array_equal(mine_each, theirs_each)
        assert [*mine.names] == [*theirs.names]
        assert [*mine.keys] == [*theirs.keys]
        assert dict(mine.left_out) == dict(theirs.left_out)


def test_a_backtest_comes_to_the_same(tmp_path: Path) -> None:
    history = made(tmp_path, csv(2), terms=DOLLAR)
    programme = sound_programme(catalogue() / "department-points.yaml")
    mine, theirs = (run(programme, one, HISTORY, compiles=False) for one in both(history))
    assert plain(mine) == plain(theirs)
    assert mine.money_months.returned.sum() > 0


BUDGET = """xenia: 1
programme: short
money: USD
timezone: America/New_York
currencies: {points: {value: 0.01}}
rules: {base: {budget: {units: 9000}, then: {earn: {points: 1 per 1.00}}}}
"""


def test_what_runs_out_is_shared_out_the_same_in_buckets_side_by_side(tmp_path: Path) -> None:
    history = made(tmp_path, csv(4), terms=DOLLAR, buckets=5)
    reading = read(BUDGET, zones=zones())
    assert reading.programme is not None, reading.findings
    by_sql, by_event = both(history)
    assert by_sql.side_by_side > by_event.side_by_side == 1
    told: list[tuple[str, int, int]] = []
    wanted = plain(run(reading.programme, by_event, HISTORY, compiles=False))
    for _ in range(2):  # rows are made, and are there
        found = run(
            reading.programme,
            by_sql,
            HISTORY,
            compiles=False,
            progress=lambda *step: told.append(step),
        )
        assert plain(found) == wanted
        assert found.currencies[0].outstanding[-1] == 9000
    assert ("fold", 5, 5) in told
    assert any(step == "budgets" for step, *_ in told)


def test_its_money_is_that_of_the_programmes(tmp_path: Path) -> None:
    history = made(tmp_path, csv(3, 5))
    programme = sound_programme(catalogue() / "department-points.yaml")
    with pytest.raises(UnusableError, match=r"its amounts are in EUR, and those of .* in USD"):
        history_for(history.folder, [programme])


def test_no_programme_at_all_is_the_same_in_any_money() -> None:
    candidate, nothing, other = (
        sound_programme(catalogue() / f"{name}.yaml")
        for name in ("next-visit-20", "apple-none", "department-points")
    )
    candidate = replace(candidate, money="EUR", timezone="Europe/Athens")
    assert (nothing.money, other.money) == ("USD", "USD")
    assert beside(candidate, nothing).money == "EUR"
    assert beside(candidate, nothing).timezone == "Europe/Athens"
    assert beside(replace(candidate, money="USD"), other) == other


def test_another_programme_is_run_in_the_money_of_the_candidate() -> None:
    candidate, other = (
        sound_programme(catalogue() / f"{name}.yaml")
        for name in ("department-points", "discount-fixed")
    )
    assert (candidate.money, other.money) == ("USD", "EUR")
    found = beside(candidate, other)
    assert (found.money, found.timezone) == ("USD", "America/New_York")
    assert found.rules == other.rules
    with pytest.raises(UnusableError, match="which has other decimals"):
        beside(replace(candidate, money="JPY"), other)


def test_whether_anybody_spends_is_seen_before_the_rows_are_read(tmp_path: Path) -> None:
    path, schema = tmp_path / "part.parquet", event_schema({})
    lists: dict[str, object] = {f.name: [] for f in schema if pa.types.is_list(f.type)}
    for spend, wanted in (([], False), ([{"currency": "points", "units": "5"}], True)):
        rows = [{**lists, "id": "p1"}, {**lists, "id": "p2", "spend": spend}]
        pq.write_table(pa.Table.from_pylist(rows, schema), path)
        assert spends(path) is wanted
        pq.write_table(pa.Table.from_pylist(rows, schema), path, write_statistics=False)
        assert spends(path) is wanted

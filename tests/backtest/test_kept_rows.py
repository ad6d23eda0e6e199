"""Rows that were made of a history are kept: for the same recipe, and for no other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.backtest import buckets as plainly
from tests.backtest.histories import made
from tests.backtest.test_columns import told
from tests.backtest.test_stored import DOLLAR, csv
from tests.backtest.written import write
from xenia.backtest.columns import BucketRows, ColumnReader, keys_of
from xenia.backtest.columns_kept import FOLDER, MOST, KeptRows
from xenia.backtest.history import History
from xenia.backtest.sources import Bucket
from xenia.backtest.stored import HistorySource
from xenia.engine.compile import compile_programme
from xenia.engine.operators import COLUMNS
from xenia.engine.plan import Column, Plan
from xenia.events.model import Event, Line, Purchase, Return
from xenia.events.parts import EventKey
from xenia.programme.read import read
from xenia.services.files import zones

DAY = 86_400_000_000
HEAD = "xenia: 1\nprogramme: kept\nmoney: USD\ntimezone: America/New_York\n"
RULES = """
currencies: {points: {value: 0.01}}
rules:
  base: {budget: {units: 5000}, then: {earn: {points: 1 per 1.00}}}
  shoes: {lines: l.category == "shoes", then: {discount: {percent: 5}}}
  many: {when: basket.amount > 1000, then: {earn: {points: 5}}}
"""
NUMBERS = {
    "another rate": RULES.replace("1 per 1.00", "2 per 1.00"),
    "another budget": RULES.replace("5000", "4000"),
    "another percentage": RULES.replace("percent: 5", "percent: 6"),
}
# Each makes, or may make, other rows of the same events.
OTHERS = {
    "another condition": RULES.replace("> 1000", "> 900"),
    "lines told apart otherwise": RULES.replace('"shoes"', '"cosmetics"'),
    "by line": f"settings: {{round-per: line}}{RULES}",
    "without tax": f"settings: {{tax: excluded}}{RULES}",
    "returns end": f"returns: {{within: 100 days}}{RULES}",
    "a price": RULES.replace("percent: 5", "price: 3.00"),
    "another price": RULES.replace("percent: 5", "price: 4.00"),
    "some units": RULES.replace("percent: 5", "percent: 50, of: {cheapest: 1, every: 2}"),
    "only members": f"enrolment: enrolment-only\nfirst-purchase: 500.00{RULES}",
    "only other members": f"enrolment: enrolment-only\nfirst-purchase: 900.00{RULES}",
    "by chance": RULES.replace("when: basket", "chance: 1 in 3, when: basket"),
    "by another chance": RULES.replace("when: basket", "chance: 1 in 2, when: basket"),
}


@pytest.fixture
def history(tmp_path: Path) -> History:
    return made(tmp_path, csv(1), terms=DOLLAR)


def plan_of(text: str, head: str = HEAD) -> Plan:
    reading = read(head + text, zones=zones())
    assert reading.programme is not None, reading.findings
    return compile_programme(reading.programme)


def buckets(history: History, plan: Plan) -> Iterator[tuple[Bucket, Bucket]]:
    """Each as it is read with what is kept, and without."""
    source = HistorySource(history)
    for number, path in enumerate(history.paths()):
        found = ColumnReader(plan).read(path)
        alone = Bucket(found.rows, found.members.to_pylist(), found.left_out, ())
        yield source.read(plan, number, claims=True), alone


def check(history: History, plan: Plan) -> None:
    for mine, theirs in buckets(history, plan):
        for one, other in zip(mine.rows, theirs.rows, strict=True):
            assert np.array_equal(one, other)
            assert one.dtype == np.int64
        assert mine.names == theirs.names
        assert mine.left_out == theirs.left_out


def test_rows_by_the_same_recipe_are_the_same(history: History) -> None:
    path = max(history.paths(), key=lambda each: each.stat().st_size)
    found: dict[str, BucketRows] = {}
    texts = [RULES, *NUMBERS.values(), *OTHERS.values()]
    plans = [*map(plan_of, texts), plan_of(RULES, HEAD.replace("America/New_York", "Asia/Tokyo"))]
    for plan in plans:
        reader = ColumnReader(plan)
        made = reader.made(path)
        same = found.setdefault(reader.recipe(path).print, made)
        for one, other in zip(same.rows, made.rows, strict=True):
            assert np.array_equal(one, other), plan.programme
        assert same.left_out == made.left_out
    assert len(found) == len(plans) - len(NUMBERS)


@pytest.mark.parametrize("name", NUMBERS)
def test_other_numbers_make_no_other_rows(
    name: str, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(history, plan_of(RULES))
    check(history, plan_of(RULES))
    wanted = [alone for _, alone in buckets(history, plan_of(NUMBERS[name]))]
    monkeypatch.setattr(ColumnReader, "made_of", _nothing)
    source = HistorySource(history)
    for number, alone in enumerate(wanted):
        found = source.read(plan_of(NUMBERS[name]), number, claims=True)
        assert np.array_equal(found.rows.numbers, alone.rows.numbers)
        assert len(found.keys) == len(alone.rows.back)


def _nothing(*_: object) -> None:
    raise AssertionError("rows were made anew")


def test_what_is_claimed_is_filled_in_by_the_programme(tmp_path: Path) -> None:
    """The rows that are kept are the same, and the same claim comes to other units in them."""
    whole, parts = (
        plan_of(RULES.replace("{value: 0.01}", f"{{value: 0.01, decimals: {decimals}}}"))
        for decimals in (0, 2)
    )
    line = Line(id="1", sku="a", category="shoes", quantity=1000, amount=5_000)
    ann = [
        Purchase(id=f"p{day}", member="ann", occurred_at=day * DAY, lines=(line,), spend=spend)
        for day, spend in enumerate(({}, {"points": "7"}, {}))
    ]
    history = write(tmp_path, whole.programme, {"ann": ann}, buckets=1)
    for plan, units in ((whole, 7), (parts, 700), (whole, 7)):
        check(history, plan)
        rows = HistorySource(history).read(plan, 0, claims=True).rows
        column = plan.types["purchase"].columns.index(Column("claim", key="points"))
        assert rows.numbers[rows.starts[:-1] + COLUMNS + column].tolist() == [0, units, 0]
    assert len([*(history.folder / FOLDER).iterdir()]) == 1


JOINING = (
    "enrolment: enrolment-only" + RULES + "  hello: {on: enrolment, then: {earn: {points: 50}}}\n"
)


def test_enrolments_that_are_assumed_are_kept_as_if_they_were_told(tmp_path: Path) -> None:
    plan, line = plan_of(JOINING), Line(id="1", sku="a", category="shoes", quantity=1000, amount=5)
    events: list[Event] = [
        Purchase(id=f"p{day}", member="m", occurred_at=day * DAY, lines=(line,), spend=spend)
        for day, spend in enumerate(({}, {"points": "7"}, {}, {"points": "9"}))
    ]
    back = Return(id="r", member="m", occurred_at=9 * DAY, of=EventKey("p1"), all=True)
    names = ("ann", "ben")
    joined = [plainly.member(name, [*events, back], joined=0) for name in names]
    silent = [plainly.member(name, [*events, back]) for name in names]
    wanted = plainly.expected(plan, joined)
    paths = []
    for name, those in (("joined", joined), ("silent", silent)):
        (tmp_path / name).mkdir()
        paths.append(plainly.write(tmp_path / name, those, {}))
    prints, keys = set(), []
    for path, assumes in zip(paths, (False, True), strict=True):
        reader, kept = ColumnReader(plan, assumes=assumes), KeptRows(path.parent)
        recipe = reader.recipe(path)
        assert recipe.plain
        made_now = reader.made(path)
        kept.keep(recipe.print, 0, path, made_now)
        again = kept.read(recipe.print, 0, path)
        assert again is not None
        for found in map(reader.filled, (made_now, again)):
            assert told(found) == wanted
            assert found.rows.back.tolist() == [*[-1] * 5, 2, *[-1] * 5, 8]
            keys.append(keys_of(path, found.place))
        prints.add(recipe.print)
    assert keys[0][0] == (0, "", "ann")
    assert all(each == keys[0] for each in keys)
    assert len(prints) == 2


def test_what_is_kept_of_a_file_that_has_changed_is_made_anew(history: History) -> None:
    plan = plan_of(RULES)
    check(history, plan)
    path = max(history.paths(), key=lambda each: each.stat().st_size)
    table = pq.read_table(path, partitioning=None)
    pq.write_table(table.slice(0, table.num_rows // 2), path)
    check(history, plan)


@pytest.mark.parametrize("damage", ["cut off", "another", "empty"])
def test_what_is_damaged_is_made_anew(damage: str, history: History) -> None:
    plan = plan_of(RULES)
    check(history, plan)
    for path in (history.folder / FOLDER).rglob("*.arrow"):
        data = path.read_bytes()
        path.write_bytes(
            {"cut off": data[: len(data) // 2], "another": b"x" * 99, "empty": b""}[damage]
        )
    check(history, plan)
    check(history, plan)


def test_a_history_to_which_nothing_can_be_written_is_read(history: History) -> None:
    (history.folder / FOLDER).write_text("in the way of a folder")
    check(history, plan_of(RULES))


def test_rows_that_nobody_has_used_for_long_go(history: History) -> None:
    folder = history.folder / FOLDER
    texts = [RULES, *OTHERS.values()][: MOST + 1]
    for age, text in enumerate(texts[:-1]):
        check(history, plan_of(text))
        (newest,) = (one for one in folder.iterdir() if one.stat().st_mtime > MOST * 10)
        os.utime(newest, (age, age))
    oldest, second = sorted(folder.iterdir(), key=lambda one: one.stat().st_mtime)[:2]
    check(history, plan_of(texts[0]))  # so the second one is the oldest now
    check(history, plan_of(texts[-1]))
    assert oldest.exists()
    assert not second.exists()
    assert len([*folder.iterdir()]) == MOST

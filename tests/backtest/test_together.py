"""Programmes that are run side by side come to what each comes to alone, and are read once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from shutil import rmtree

import numpy as np
import pytest

from tests.backtest.classic import plain
from tests.backtest.histories import made
from tests.backtest.test_stored import DOLLAR, both, csv
from xenia.backtest.columns import ColumnReader
from xenia.backtest.columns_bucket import Bucket
from xenia.backtest.columns_kept import FOLDER
from xenia.backtest.history import History
from xenia.backtest.policies import policy
from xenia.backtest.result import Result
from xenia.backtest.run import run
from xenia.backtest.stored import HistorySource
from xenia.backtest.together import Side, run_together
from xenia.engine.compile import compile_programme
from xenia.programme.model import Programme
from xenia.programme.read import read
from xenia.services.catalogue import catalogue
from xenia.services.files import zones
from xenia.services.inputs import UnusableError
from xenia.services.varying import Place

SWEPT = """\
xenia: 1
programme: swept
money: USD
timezone: America/New_York
returns: {within: 90 days}
settings: {tax: included}
currencies: {points: {value: 0.01, expires: {after: 3 months}}}
rules:
  base: {then: {earn: {points: 1 per 1.00}}}
  dear: {when: basket.amount > 500, then: {earn: {points: 50}}}
  shoes: {lines: l.category == "shoes" && l.amount > 100, then: {discount: {percent: 5}}}
  third:
    lines: l.category == "cosmetics"
    then: {discount: {percent: 50, of: {cheapest: 1, every: 3}}}
  few: {then: {earn: {points: 5}}, budget: {units: 40}}
rewards:
  mug: {price: {points: 1000}, gives: {item: a mug}}
"""
ENDLESS = SWEPT.replace(", budget: {units: 40}", "")  # else members are decided again
# What is changed, and which of its values are read of the history again: those that stand in what
# lines or baskets are asked.
PLACES = {
    "rules.base.then.earn.points": ("2 per 1.00", "3 per 2.00"),
    "rules.dear.when": ("basket.amount > 100", "basket.amount > 1000"),
    "rules.shoes.lines": ('l.category == "shoes" && l.amount > 10', "l.amount > 1000.5"),
    "rules.shoes.then.discount.percent": ("7", "12.5"),
    "rules.third.then.discount.percent": ("10", "100"),
    "rules.third.then.discount.of.every": ("2", "4"),
    "rules.few.budget.units": ("10", "1000"),
    "returns.within": ("2 days", "300 days"),
    "settings.tax": ("excluded", "included"),
    "timezone": ("Asia/Tokyo", "Europe/Athens"),
    "currencies.points.expires.after": ("1 month", "12 months"),
    "rewards.mug.price.points": ("10", "5000"),
}


# Only members who redeem notice the one, and only purchases with tax the other.
UNSEEN = ("rewards.mug.price.points", "settings.tax")
SELDOM = {"settings.tax", "timezone", "currencies.points.expires.after", *UNSEEN}
OFTEN = [pytest.param(path, marks=pytest.mark.prove) if path in SELDOM else path for path in PLACES]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    return made(tmp_path_factory.mktemp("swept"), csv(4, 24), terms=DOLLAR, buckets=2)


def programme_of(text: str) -> Programme:
    found = read(text, zones=zones()).programme
    assert found is not None
    return found


def values(path: str, text: str = SWEPT) -> list[Programme]:
    place = Place.of(text, path)
    return [place.varied(value) for value in PLACES[path]]


def alone(side: Side, history: History) -> Result:
    return run(side.programme, HistorySource(history), side.policy, compiles=False)


@pytest.mark.parametrize("path", OFTEN)
def test_values_of_a_sweep_come_to_what_separate_runs_come_to(path: str, history: History) -> None:
    first = programme_of(SWEPT)
    sides = [Side(one) for one in (first, *values(path))]
    found = run_together(sides, HistorySource(history), compiles=False)
    for side, one in zip(sides, found, strict=True):
        assert plain(one) == plain(alone(side, history))
    if path not in UNSEEN:
        assert plain(found[1]) != plain(found[0])


def test_policies_and_programmes_stand_side_by_side(history: History) -> None:
    first, none = programme_of(SWEPT), programme_of(SWEPT.split("currencies", maxsplit=1)[0])
    sides = [
        Side(first, policy("eager")),
        Side(first, policy("share:40%")),
        Side(values("rewards.mug.price.points")[0], policy("threshold:20")),
        Side(first, policy("fitted")),
        Side(none),
    ]
    found = run_together(sides, HistorySource(history), compiles=False)
    for side, one in zip(sides, found, strict=True):
        assert plain(one) == plain(alone(side, history))
    assert plain(found[0]) != plain(found[1])


def test_events_that_are_no_history_are_run_alike(history: History) -> None:
    sides = [Side(one) for one in (programme_of(SWEPT), *values("rules.dear.when"))]
    _, by_event = both(history)
    found = run_together(sides, by_event, compiles=False)
    by_sql = run_together(sides, HistorySource(history), compiles=False)
    assert [*map(plain, found)] == [*map(plain, by_sql)]


def test_without_members_the_sums_are_the_same(history: History) -> None:
    first = programme_of(SWEPT)
    whole, short = run_together(
        [Side(first), Side(first, members=False)], HistorySource(history), compiles=False
    )
    assert whole.members.names
    assert not short.members.names
    assert len(short.members.sales) == 0
    for name in ("currencies", "money_months", "ladders", "cohorts", "effects", "treatments"):
        assert repr(getattr(short, name)) == repr(getattr(whole, name))


def test_how_far_all_are_is_told(history: History) -> None:
    told: list[tuple[str, int, int]] = []
    sides = [Side(programme_of(SWEPT)), Side(values("rules.base.then.earn.points")[0])]
    run_together(
        sides, HistorySource(history), compiles=False, progress=lambda *at: told.append(at)
    )
    assert [at for at in told if at[0] == "fold"] == [("fold", n, 4) for n in range(1, 5)]


# ---- what is read --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "again"),
    [
        ("rules.base.then.earn.points", 0),
        ("rules.shoes.then.discount.percent", 0),
        ("currencies.points.expires.after", 0),
        ("rules.dear.when", 3),  # of the purchases of two buckets, and of what returns leave in one
        ("rules.shoes.lines", 3),
    ],
)
def test_only_what_the_number_is_in_is_read_again(
    path: str, again: int, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    table = Bucket.table

    def noted(bucket: Bucket, statement: str) -> object:
        asked.append(statement)
        return table(bucket, statement)

    monkeypatch.setattr(Bucket, "table", noted)
    rmtree(history.folder / FOLDER, ignore_errors=True)
    run_together([Side(programme_of(ENDLESS))], HistorySource(history), compiles=False)
    once = len(asked)
    asked.clear()
    rmtree(history.folder / FOLDER)
    sides = [Side(one) for one in (programme_of(ENDLESS), *values(path, ENDLESS))]
    run_together(sides, HistorySource(history), compiles=False)
    assert len(asked) == once + again * len(values(path))


NUMBER = re.compile(r"(?<![\w.-])[0-9]+(\.[0-9]+)?(?![\w.-])")


def others(text: str) -> Iterator[Programme]:
    """The programme with each of its numbers changed, one at a time, as far as that is one."""
    for found in NUMBER.finditer(text):
        changed = f"{text[: found.start()]}{int(float(found[0])) + 1}{text[found.end() :]}"
        try:
            yield programme_of(changed)
        except (AssertionError, UnusableError):
            continue


def check_numbers(name: str, history: History) -> int:
    text = (catalogue() / f"{name}.yaml").read_text("utf-8")
    path, count = history.paths()[0], 0
    reader = ColumnReader(compile_programme(programme_of(text)))
    if reader.beyond or reader.why:
        return 0
    with reader.opened(path) as bucket:
        for programme in others(text):
            try:
                mine = ColumnReader(compile_programme(programme))
            except (ValueError, KeyError):  # the number makes no programme
                continue
            if mine.beyond or mine.why or not mine.suits(bucket, path):
                continue
            bucket.answers.turn()
            found = mine.filled(mine.made_of(bucket, mine.recipe(path)))
            own = mine.read(path)
            for one, other in zip(found.rows, own.rows, strict=True):
                assert np.array_equal(one, other), (name, programme)
            assert found.left_out == own.left_out
            count += 1
    return count


@pytest.mark.parametrize("name", ["department-points", "discount-threshold"])
def test_rows_of_another_number_are_those_that_are_read_alone(name: str, history: History) -> None:
    assert check_numbers(name, history) > 3


@pytest.mark.prove
def test_rows_of_any_number_of_the_catalogue_are_those_that_are_read_alone(
    history: History,
) -> None:
    names = [path.stem for path in catalogue().glob("*.yaml") if ".scenario" not in path.name]
    assert sum(check_numbers(name, history) for name in names) > 200

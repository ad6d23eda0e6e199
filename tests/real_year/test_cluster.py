"""A backtest over the real year on a cluster comes to what it comes to in one process: all sums by
month and by member, and all effects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pytest

from tests.backtest.classic import on_spark_itself, plain
from tests.backtest.histories import made
from tests.backtest.sail import sail
from tests.backtest.test_spark import roomy
from tests.real_year.sums import EVERYBODY, HERE
from xenia.backtest.columns import ColumnReader
from xenia.backtest.history import History
from xenia.backtest.history_mapping import Terms, Written
from xenia.backtest.policies import policy
from xenia.backtest.run import run
from xenia.backtest.spark import Spark
from xenia.backtest.stored import HistorySource
from xenia.connectors.complete_journey import tables
from xenia.engine.compile import compile_programme
from xenia.programme.model import Programme
from xenia.programme.render import render
from xenia.services.catalogue import catalogue, programme_file
from xenia.services.programmes import sound_programme

pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas")

DOLLAR = Terms(money="USD", timezone="UTC", written=Written())
DAILY = ("department-points", "next-visit-20")
SLICE = 5  # households of a run every day
FEW = 100  # households of programmes whose events are read one by one, which takes long
BOUGHT = {"purchase", "inactivity", "month-end"}  # what a history of purchases has, or leads to
EAGER = policy("eager")


def year(folder: Path, households: int, buckets: int = 8) -> History:
    """The purchases of the first households by number, imported."""
    folder.mkdir()
    file = folder / "lines.parquet"
    transactions, products = tables()
    with duckdb.connect() as database:
        database.execute("set variable transactions = ?", [str(transactions)])
        database.execute("set variable products = ?", [str(products)])
        database.execute("set variable households = ?", [households])
        database.execute((HERE / "lines.sql").read_text("utf-8").format(file=file))
    found = made(folder, file, terms=DOLLAR, buckets=buckets)
    assert found.told.bad.rows == 0
    return found


def runnable(path: Path) -> Programme:
    """A programme in the year's money, with budgets that do not run out."""
    return roomy(replace(sound_programme(path), money=DOLLAR.money))


def of_the_catalogue() -> Iterator[Programme]:
    """Those that give something for what is bought."""
    for path in sorted(catalogue().glob("*.yaml")):
        if not path.name.endswith(".scenario.yaml"):
            programme = runnable(path)
            if any(rule.on in BOUGHT for rule in programme.rules.values()):
                yield programme


@dataclass(frozen=True)
class Task:
    """A programme, its document, and the history over which it is run."""

    programme: Programme
    document: Path
    history: History


@pytest.fixture(scope="module")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Task]:
    """Every programme of the catalogue that purchases lead to something in."""
    folder = tmp_path_factory.mktemp("year")
    whole, few = year(folder / "whole", EVERYBODY), year(folder / "few", FEW)
    assert whole.told.of_members.purchases == 155_848
    found = []
    for programme in of_the_catalogue():
        document = folder / f"{programme.id}.yaml"
        document.write_text(render(programme), "utf-8")
        one_by_one = ColumnReader(compile_programme(programme)).beyond
        found.append(Task(programme, document, few if one_by_one else whole))
    return found


def test_of_a_few_households_sail_says_the_same(tmp_path: Path) -> None:
    history = year(tmp_path / "few", SLICE, buckets=3)
    source = HistorySource(history)
    with sail():
        for name in DAILY:
            programme = runnable(programme_file(name))
            here = run(programme, source, EAGER, compiles=False)
            there = run(programme, source, EAGER, compiles=False, cluster=Spark(history))
            assert here.effects
            assert plain(there) == plain(here)


@pytest.mark.prove
def test_of_everybody_sail_says_the_same(tasks: Sequence[Task]) -> None:
    giving = set()
    with sail():
        for task in tasks:
            source = HistorySource(task.history)
            here = run(task.programme, source, EAGER)
            there = run(task.programme, source, EAGER, cluster=Spark(task.history))
            assert plain(there) == plain(here), task.programme.id
            giving |= {task.programme.id for one in here.effects if one.times.any()}
    assert len(tasks) > 20
    assert len(giving) > 12, giving


@pytest.mark.prove
def test_of_everybody_spark_says_the_same(tasks: Sequence[Task]) -> None:
    said = on_spark_itself([(task.document, task.history) for task in tasks], EAGER.name)
    for task, there in zip(tasks, said, strict=True):
        here = run(task.programme, HistorySource(task.history), EAGER)
        assert there == plain(here), task.programme.id

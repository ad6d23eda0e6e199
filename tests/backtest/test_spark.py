"""A backtest on a cluster comes to what it comes to in one process, to the last unit."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from msgspec import structs
from typer.testing import CliRunner, Result

from tests.backtest.classic import plain
from tests.backtest.histories import made
from tests.backtest.sail import sail as a_cluster
from tests.backtest.written import Histories, in_order, shuffled, source_of, write
from tests.reference.beside import with_returns_of
from xenia.backtest import partition as parts
from xenia.backtest import worker
from xenia.backtest.history import History
from xenia.backtest.partition import Found, Sum, Task, partition, plan_of, task_of, whole_members
from xenia.backtest.policies import HISTORY, Policy, policy
from xenia.backtest.run import run
from xenia.backtest.spark import Spark
from xenia.cli.app import build
from xenia.engine.compile import compile_programme
from xenia.events.model import Purchase, Return
from xenia.programme.model import Budget, Programme, Reward, counts_of
from xenia.services.catalogue import programme_file
from xenia.services.inputs import UnusableError

# Said as Connect's client is imported beside the newest pandas, which nothing of it here uses.
pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas")


@pytest.fixture(scope="module")
def sail() -> Iterator[None]:
    with a_cluster():
        yield


def roomy(programme: Programme) -> Programme:
    """The same with budgets that do not run out."""

    def more(budgets: tuple[Budget, ...]) -> tuple[Budget, ...]:
        return tuple(
            replace(one, **{(of := counts_of(one)): getattr(one, of) * 10**5}) for one in budgets
        )

    def stocked(reward: Reward) -> Reward:
        return reward if reward.stock is None else replace(reward, stock=10**6)

    return replace(
        programme,
        rules={key: replace(one, budget=more(one.budget)) for key, one in programme.rules.items()},
        groups={
            key: replace(one, budget=more(one.budget)) for key, one in programme.groups.items()
        },
        rewards={key: stocked(one) for key, one in programme.rewards.items()},
    )


def random_histories(seed: int, events: int, members: int) -> tuple[Programme, Histories]:
    """A random programme, and what members bought and brought back, of whom most have names that
    are not English."""
    scarce, told = with_returns_of(seed, events, members)
    programme = roomy(scarce)
    found: dict[str, list[Purchase | Return]] = {}
    for event in told:
        if isinstance(event, Return):
            event = structs.replace(event, exchange_for=None)  # noqa: PLW2901
        if isinstance(event, Purchase) or (isinstance(event, Return) and not event.without_receipt):
            member = f"μέλος {event.member}"
            found.setdefault(member, []).append(structs.replace(event, member=member))
    histories = {member: in_order(member, events) for member, events in found.items()}
    return programme, {member: events for member, events in histories.items() if events}


def check(programme: Programme, history: History, how: Policy = HISTORY) -> int:
    """Both ways; how many lines of effects there were."""
    source = source_of(history)
    here = run(programme, source, how, compiles=False)
    there = run(programme, source, how, compiles=False, cluster=Spark(history))
    assert plain(there) == plain(here)
    return sum(int(each.times.sum()) for each in here.effects)


@pytest.fixture(scope="module")
def drawn() -> tuple[Programme, Histories]:
    found = random_histories(SEEDS[0], 120, 9)
    assert compile_programme(found[0]).budgets
    return found


SEEDS = (3, 4, 5)


@pytest.fixture(scope="module")
def programme(drawn: tuple[Programme, Histories]) -> Programme:
    return drawn[0]


@pytest.fixture(scope="module")
def history(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[Programme, Histories]
) -> History:
    found = write(tmp_path_factory.mktemp("history"), *drawn)
    assert found.told.of_members.returns > 5
    return found


@pytest.fixture(scope="module")
def task(programme: Programme, history: History) -> Task:
    return task_of(compile_programme(programme), history, compiles=False)


# ---- on a cluster --------------------------------------------------------------------------------


@pytest.mark.usefixtures("sail")
@pytest.mark.parametrize("how", ["history", "share:40%", "fitted"])
def test_on_a_cluster_it_comes_to_the_same(
    how: str, programme: Programme, history: History
) -> None:
    assert check(programme, history, policy(how)) > 50


@pytest.mark.usefixtures("sail")
@pytest.mark.parametrize("seed", SEEDS[1:])
def test_so_it_does_in_other_programmes(seed: int, tmp_path: Path) -> None:
    programme, histories = random_histories(seed, 80, 5)
    assert check(programme, write(tmp_path, programme, histories)) > 20


@pytest.mark.usefixtures("sail")
def test_a_cluster_puts_in_order_what_is_in_none(
    programme: Programme, drawn: tuple[Programme, Histories], tmp_path: Path
) -> None:
    history = write(tmp_path, programme, drawn[1])
    source = source_of(history)
    here = plain(run(programme, source, compiles=False))
    shuffled(history, 1)
    assert plain(run(programme, source, compiles=False, cluster=Spark(history))) == here


@pytest.mark.usefixtures("sail")
def test_what_a_cluster_complains_of_is_said(history: History, task: Task, tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match=r"^--engine spark: .+"):
        Spark(history, seen_as=f"file://{tmp_path}/nowhere").do(task)
    with pytest.raises(UnusableError, match=r"another version of xenia"):
        Spark(history).do(structs.replace(task, made_of="of another version"))


PAST = """\
id,occurred_at,member,sku,category,quantity,amount
p1,2026-01-05T10:00:00+02:00,zoe,tea,drink,1,12.00
p2,2026-01-20T10:00:00+02:00,max,tea,drink,1,3.00
p3,2026-03-20T10:00:00+02:00,zoe,tea,drink,1,7.00
p4,2026-03-21T10:00:00+02:00,,tea,drink,1,7.00
"""


def asked(folder: Path, *words: str) -> Result:
    """`xenia backtest` of a programme over a few purchases, which are a history."""
    if not (folder / "history").exists():
        made(folder, PAST)
    words = (str(programme_file("next-visit-20")), str(folder / "history"), *words)
    return CliRunner().invoke(build("backtest"), ["backtest", *words, "--format", "json"])


@pytest.mark.usefixtures("sail")
def test_the_verb_reports_the_same_of_a_cluster(tmp_path: Path) -> None:
    here, there = asked(tmp_path), asked(tmp_path, "--engine", "spark")
    assert (here.exit_code, there.exit_code) == (0, 0), there.output
    assert json.loads(there.stdout) == json.loads(here.stdout)
    assert "12" in here.stdout


def test_without_pyspark_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    found = asked(tmp_path, "--engine", "spark")
    assert found.exit_code == 2
    assert "--engine spark: " in found.stderr
    assert "pip install 'xenia[spark]'" in found.stderr


def test_only_a_history_goes_to_a_cluster(tmp_path: Path) -> None:
    (tmp_path / "past.csv").write_text(PAST, "utf-8")
    words = [str(programme_file("next-visit-20")), str(tmp_path / "past.csv"), "--engine", "spark"]
    found = CliRunner().invoke(build("backtest"), ["backtest", *words])
    assert found.exit_code == 2
    assert "make a history of it first: `xenia history import" in found.stderr


@pytest.mark.prove
@pytest.mark.usefixtures("sail")
@pytest.mark.parametrize("first", range(100, 180, 20))
def test_on_a_cluster_it_comes_to_the_same_in_many_programmes(first: int, tmp_path: Path) -> None:
    lines = 0
    for seed in range(first, first + 20):
        programme, histories = random_histories(seed, 60, 5)
        lines += check(programme, write(tmp_path / str(seed), programme, histories))
    assert lines > 500


# ---- parts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("at_once", [1, 4, 7, 1000])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_members_stay_whole(size: int, at_once: int) -> None:
    names = "abbbbbccdddddddddef"
    table = pa.table({"member": list(names), "place": range(len(names))})
    found = [each.to_pylist() for each in whole_members(table.to_batches(size), at_once)]
    assert [row["place"] for each in found for row in each] == list(range(len(names)))
    members = [name for each in found for name, _ in groupby(row["member"] for row in each)]
    assert members == list("abcdef")
    assert len(found) == 1 or at_once < 1000
    assert all(len(each) >= at_once - size for each in found[:-1])


def sums_of(task: Task, tables: list[pa.Table]) -> list[Sum]:
    """Each of the tables is a part of its own."""
    batches = [batch for table in tables for batch in partition(task, table.to_batches(7))]
    rows = [row for batch in batches for row in batch.to_pylist()]
    return [
        (row["name"], row["place"], row["number"], [row["members"]] if row["members"] else [])
        for row in rows
    ]


def tables_of(history: History) -> list[pa.Table]:
    return [pq.read_table(path) for path in history.paths()]


def test_however_members_are_cut_the_sums_are_the_same(
    task: Task, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found() -> Found:
        return parts.together(task, history, sums_of(task, tables_of(history)))

    whole = found()
    monkeypatch.setattr(parts, "AT_ONCE", 20)
    cut = found()
    assert (cut.names, cut.left_out) == (whole.names, whole.left_out)
    assert cut.names == tuple(sorted(cut.names))
    for name in (*parts.SUMMED, *parts.OF_MEMBER):
        assert np.array_equal(getattr(cut.folded, name), getattr(whole.folded, name)), name


def test_rows_that_are_lost_or_of_a_member_in_two_places_are_noticed(
    task: Task, history: History
) -> None:
    tables = tables_of(history)
    first = next(table for table in tables if table.num_rows)
    with pytest.raises(UnusableError, match="import it anew"):
        parts.together(task, history, sums_of(task, [each for each in tables if each != first]))
    assert first["member"][0] == first["member"][1]
    rest = [each for each in tables if each != first]
    twice = sums_of(task, [first.slice(0, 1), first.slice(1), *rest])
    with pytest.raises(UnusableError, match="members have different names"):
        parts.together(task, history, twice)


def test_a_budget_that_runs_out_is_refused_and_one_that_does_not_is_none(
    programme: Programme, drawn: tuple[Programme, Histories], tmp_path: Path
) -> None:
    history = write(tmp_path, programme, drawn[1])

    def found(times: int) -> Found:
        budget = (Budget(times=times),)
        rules = {key: replace(rule, budget=budget) for key, rule in programme.rules.items()}
        plan = compile_programme(replace(programme, rules=rules))
        task = task_of(plan, history, compiles=False)
        return parts.together(task, history, sums_of(task, tables_of(history)))

    assert found(10**6).folded.units.any()
    with pytest.raises(UnusableError, match=r"budget\.rule\..* runs out .* without --engine spark"):
        found(1)


def test_nobody_comes_to_nothing(programme: Programme, tmp_path: Path) -> None:
    history = write(tmp_path, programme, {})
    task = task_of(compile_programme(programme), history, compiles=False)
    found = parts.together(task, history, sums_of(task, tables_of(history)))
    assert (found.names, found.left_out) == ((), {})
    assert not found.folded.units.any()


# ---- workers -------------------------------------------------------------------------------------


def test_a_task_is_plain_data(task: Task) -> None:
    assert msgspec.json.decode(msgspec.json.encode(task), type=Task) == task
    assert parts.made_of(plan_of(task.document)) == task.made_of


def test_a_worker_without_a_home_keeps_machine_code_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("XENIA_CACHE", str(tmp_path / "file" / "cache"))
    worker.find_room()
    own = tmp_path / f"xenia-{os.getuid()}"
    assert os.environ["XENIA_CACHE"] == str(own)
    assert own.stat().st_mode & 0o777 == 0o700
    own.chmod(0o777)  # somebody else may have put something there
    monkeypatch.setenv("XENIA_CACHE", str(tmp_path / "file" / "cache"))
    worker.find_room()
    assert os.environ["XENIA_CACHE"] not in (str(own), str(tmp_path / "file" / "cache"))


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize(
    ("names", "numbers", "good"),
    [
        ("abbbcdd", [1, 1, 2, 3, 1, 1, 2], True),
        ("abbbcda", [1, 1, 2, 3, 1, 1, 2], False),  # of a member there is one more elsewhere
        ("abbbcdd", [1, 1, 3, 2, 1, 1, 2], False),  # in another order
        ("abbbcdd", [1, 1, 2, 3, 1, 2, 3], False),  # the first is missing
        ("abbbcdd", [1, 1, 2, 4, 1, 1, 2], False),
    ],
)
def test_a_worker_refuses_members_who_are_torn(
    names: str, numbers: list[int], size: int, *, good: bool
) -> None:
    table = pa.table({"member": list(names), "nth": numbers, "place": range(len(names))})
    batches = [table.schema.empty_table().to_batches(), table.to_batches(size)]
    found = worker.in_order((one for some in batches for one in some), "nth")
    if good:
        assert pa.Table.from_batches(found).equals(table.drop_columns(["nth"]))
        return
    with pytest.raises(RuntimeError, match="together and in order"):
        pa.Table.from_batches(found)

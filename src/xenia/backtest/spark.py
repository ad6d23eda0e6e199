"""A backtest on a cluster that understands PySpark's data frames: the same plan, many machines.

Only what runs alike on Spark, on Spark Connect, on Databricks and on Sail is used: files of Parquet
are read, members are brought together and put in order, each part is folded by `partition` in a
worker, and the sums are added up.  Workers need xenia with the extra `fast`, as it is here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from xenia.backtest.history import PART, History, folder_of
from xenia.backtest.partition import MEMBERS, Found, Sum, Task, task_of, together
from xenia.backtest.policies import Policy
from xenia.engine.account import NO_KEY
from xenia.engine.plan import Plan
from xenia.services.inputs import UnusableError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ORDER = ("member", "occurred_at", "source", "id")
NTH = "nth"  # of the events of a member, from 1
_SUMS = f"name string, place bigint, number bigint, {MEMBERS} binary"
_AT_MOST = 500  # characters of what a cluster complains of

Part = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]


@dataclass(frozen=True)
class Spark:
    """Where a history is folded by a cluster: that of the `session`, or else the one that is open,
    or the one that SPARK_REMOTE or spark-submit names, whose session stays open.

    `seen_as`: the history's folder as workers see it, where that is another path or an address
    (`s3://…`).  `assumes`: see `read_members`.
    """

    history: History
    seen_as: str | None = None
    session: SparkSession | None = None
    key: bytes = NO_KEY
    assumes: bool = False

    def fold(self, plan: Plan, policy: Policy, *, compiles: bool) -> Found:
        """What comes of the history.  Raises UnusableError, also where a budget runs out: what is
        left of it for one member depends on all others."""
        how = {"compiles": compiles, "assumes": self.assumes}
        return self.do(task_of(plan, self.history, policy, key=self.key, **how))

    def do(self, task: Task) -> Found:
        """The same of a task."""
        try:
            from pyspark.errors import PySparkException
            from pyspark.sql import SparkSession
        except ImportError as error:
            remedy = (
                "pip install 'xenia[spark]', or pyspark-client for a cluster that SPARK_REMOTE "
                "names"
            )
            raise UnusableError(f"--engine spark: {error}: {remedy}") from None
        try:
            session = self.session or SparkSession.getActiveSession()
            if session is None:
                session = SparkSession.builder.appName("xenia backtest").getOrCreate()
            events = _events(session, self.history, self.seen_as)
            return together(task, self.history, _sums(task, events))
        except PySparkException as error:
            raise UnusableError(f"--engine spark: {_in_short(error)}") from error


def _events(session: SparkSession, history: History, seen_as: str | None) -> DataFrame:
    """A history's events, in no order."""
    root = (seen_as or f"file://{history.folder.absolute()}").rstrip("/")
    paths = [f"{root}/{folder_of(bucket)}/{PART}" for bucket in range(history.told.buckets)]
    return session.read.parquet(*paths)


def _sums(task: Task, events: DataFrame) -> Iterator[Sum]:
    from pyspark.sql import Window, functions

    names = events.columns
    # Sail takes a dot in a name for a part of a column.
    plain = [f"column_{at}" if "." in name else name for at, name in enumerate(names)]
    # Sail leaves a sort out that none of its own steps asks for; this one brings members together,
    # and asks for it.
    nth = functions.row_number().over(Window.partitionBy("member").orderBy(*ORDER[1:]))
    ordered = events.toDF(*plain).withColumn(NTH, nth).sortWithinPartitions(*ORDER)
    parts = ordered.mapInArrow(_part(msgspec.json.encode(task), [*names, NTH]), _SUMS)
    added = parts.groupBy("name", "place").agg(
        functions.sum("number").alias("number"),
        functions.collect_list(MEMBERS).alias(MEMBERS),
    )
    for row in added.collect():
        yield row["name"], row["place"], row["number"], [bytes(file) for file in row[MEMBERS]]


def _part(told: bytes, names: list[str]) -> Part:
    """What a worker runs: it is sent to it whole, and imports the rest there."""

    def part(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        if "numba" not in sys.modules:  # which reads this once
            os.environ.setdefault("NUMBA_NUM_THREADS", "1")
        from xenia.backtest.worker import work

        yield from work(told, names, batches)

    return part


def _in_short(error: Any) -> str:
    """The last line of what a worker said, or the first of what the cluster did."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    own = [line for line in lines if line.startswith(("RuntimeError:", "ModuleNotFoundError:"))]
    return (own or lines or [type(error).__name__])[0][:_AT_MOST]

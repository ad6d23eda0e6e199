"""Programmes and policies side by side over one history: each bucket is read once for all of them.

What one of them reads of a bucket that the one before has read, is not read again; see
`columns_answers`.  So those that differ least go best one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import count
from threading import Lock

from xenia.backtest.policies import FITTED, HISTORY, Policy
from xenia.backtest.result import Result
from xenia.backtest.run import Clock, Progress, Run, fitted, nobody, side_by_side
from xenia.backtest.sources import Reads, Source
from xenia.backtest.spark import Spark
from xenia.backtest.stored import HistorySource
from xenia.backtest.sums import Part
from xenia.programme.model import Programme


@dataclass(frozen=True, slots=True)
class Side:
    """A programme, and how its members redeem; whether the result has totals by member, which take
    room for each of them."""

    programme: Programme
    policy: Policy = HISTORY
    members: bool = True


def run_together(
    sides: Sequence[Side],
    source: Source,
    *,
    progress: Progress = nobody,
    begins: Callable[[int], None] = lambda _side: None,
    compiles: bool | None = None,
    cluster: Spark | None = None,
) -> list[Result]:
    """What `run` finds of each.

    `progress` is told of "fold" for all of them together: each bucket for one side after the other;
    and of "fit" for each that is counted first, by its buckets.  Which side `begins` with a bucket
    is told by its number.
    """
    runs = [_begun(side, source, progress, compiles, cluster) for side in sides]
    if cluster is None:
        _take_all(runs, source, progress, begins)
    return [run.result() for run in runs]


def _take_all(
    runs: Sequence[Run], source: Source, progress: Progress, begins: Callable[[int], None]
) -> None:
    """Have all of them take all buckets."""
    for run in runs:
        run.begin()
    done, of, lock = count(1), source.buckets * len(runs), Lock()

    def work(number: int, at_once: int) -> list[Part]:
        found = []
        with _opened(source, number) as opened:
            for side, run in enumerate(runs):
                with lock:
                    begins(side)
                found.append(run.part(number, opened, at_once=at_once))
                with lock:
                    progress("fold", next(done), of)
        return found

    for parts in side_by_side(range(source.buckets), source.side_by_side, work):
        for run, part in zip(runs, parts, strict=True):
            run.take(part)


def _opened(source: Source, number: int) -> AbstractContextManager[Reads]:
    if isinstance(source, HistorySource):
        return source.opened(number)
    return nullcontext(source)


def _begun(
    side: Side, source: Source, progress: Progress, compiles: bool | None, cluster: Spark | None
) -> Run:
    def told(step: str, done: int, of: int) -> None:
        progress("fit" if step == "fold" else step, done, of)

    clock, policy = Clock(told), side.policy
    if policy.name == FITTED and policy.share is None:
        policy = fitted(side.programme, source, clock, compiles, cluster)
    return Run(
        side.programme, source, policy, clock, compiles, cluster=cluster, members=side.members
    )

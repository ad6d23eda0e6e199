"""A backtest: one programme over a history, bucket by bucket, put together as a result."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING
from zlib import crc32

from xenia.amounts import money_decimals
from xenia.backtest.fold import LOOP, Folded, Months, fold, is_compiled
from xenia.backtest.meanings import vector
from xenia.backtest.passes import Rooms
from xenia.backtest.policies import FITTED, HISTORY, Policy
from xenia.backtest.result import Result, Timing
from xenia.backtest.sources import Bucket, Source
from xenia.backtest.sums import Part, Sums
from xenia.backtest.tables import CHANCES, RETURNS_REFUSED, TAKEN, Table
from xenia.backtest.treatments import of_plan, treatments
from xenia.engine.compile import compile_programme
from xenia.engine.plan import Plan
from xenia.native.machine_code import loop
from xenia.programme.model import Programme

if TYPE_CHECKING:
    from xenia.backtest.spark import Spark

FEW = 1_000  # events that are decided sooner than a plan is compiled

Lines = Callable[[Bucket, Table], None]
Progress = Callable[[str, int, int], None]  # a step's name, how much of it is done, of how much


def _nobody(_step: str, _done: int, _of: int) -> None:
    """Nobody looks."""


@dataclass(slots=True)
class _Clock:
    """How long each step takes."""

    progress: Progress
    spent: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def step(self, name: str, side_by_side: int = 1) -> Iterator[None]:
        """What goes on in here takes that long; of so many at a time each has a part in it."""
        began = time.monotonic()
        try:
            yield
        finally:
            taken = round(1000 * (time.monotonic() - began) / side_by_side)
            with self._lock:
                self.spent[name] += taken

    def timings(self) -> tuple[Timing, ...]:
        return tuple(Timing(name, spent) for name, spent in self.spent.items())


def run(
    programme: Programme,
    source: Source,
    policy: Policy = HISTORY,
    *,
    progress: Progress = _nobody,
    compiles: bool | None = None,
    lines: Lines | None = None,
    cluster: Spark | None = None,
) -> Result:
    """A programme over a history, up to its end.

    Other numbers of a programme take no compiling; another structure does, of which `progress` is
    told, unless there are only a few events, or it is said whether it `compiles`.  In the end
    `lines` is called with each bucket and the lines of its log, as in `Folded`.  A `cluster` folds
    the history of the source instead of this process; see `Spark.fold`.
    """
    clock = _Clock(progress)
    if policy.name == FITTED and policy.share is None:
        policy = _fitted(programme, source, clock, compiles, cluster)
    own = _Run(programme, source, policy, clock, compiles, cluster=cluster)
    found = own.result()
    if lines is not None:
        own.tell(lines)
    return found


def _fitted(
    programme: Programme,
    source: Source,
    clock: _Clock,
    compiles: bool | None,
    cluster: Spark | None,
) -> Policy:
    """The share of chances that members take in their history."""
    watching = Policy(FITTED, watches=True)
    own = _Run(programme, source, watching, clock, compiles, cluster=cluster)
    counts = own.sums().counts
    chances, taken = int(counts[CHANCES]), int(counts[TAKEN])
    share = min(Fraction(1), Fraction(taken, chances)) if chances else Fraction(0)
    return Policy(FITTED, share)


class _Run:
    def __init__(
        self,
        programme: Programme,
        source: Source,
        policy: Policy,
        clock: _Clock,
        compiles: bool | None,
        *,
        cluster: Spark | None,
    ) -> None:
        self.programme, self.source, self.policy = programme, source, policy
        self.clock, self.cluster = clock, cluster
        self.plan: Plan = compile_programme(policy.programme(programme))
        day_of = self.plan.zone.day_of
        self.horizon = day_of(source.last)
        self.months = Months.between(day_of(source.first), self.horizon)
        self.compiles = compiles
        if compiles is None:
            self.compiles = sum(source.events.values()) > FEW or is_compiled(self.plan)
        self.left_out: Counter[str] = Counter(source.left_out)
        self.rooms = Rooms(self.plan)

    def result(self) -> Result:
        """All of it."""
        sums = self.sums()
        effects = sums.effects()
        self.left_out["returns-below-zero"] += int(sums.counts[RETURNS_REFUSED])
        for name, count in of_plan(self.plan, self.source, self.policy, effects):
            self.left_out[name] += count
        return Result(
            programme=self.programme.id,
            money=self.programme.money,
            money_decimals=money_decimals(self.programme.money),
            policy=self._policy(),
            first_month=self.months.first,
            months=self.months.length,
            horizon=self.horizon,
            currencies=sums.currencies(),
            money_months=sums.money_months(),
            ladders=sums.ladders(),
            cohorts=sums.cohorts_by_month(),
            effects=effects,
            members=sums.members(),
            treatments=treatments(self.left_out),
            timings=self.clock.timings(),
        )

    def _policy(self) -> str:
        if self.policy.name != FITTED or self.policy.share is None:
            return self.policy.name
        return f"{FITTED}: {self.policy.share.numerator} of {self.policy.share.denominator}"

    def sums(self) -> Sums:
        """All buckets folded, again and again while budgets run out."""
        if self.cluster is not None:
            with self.clock.step("fold"):
                found = self.cluster.fold(self.plan, self.policy, compiles=bool(self.compiles))
            self.left_out.update(found.left_out)
            whole = Part.of(self.plan, found.names, found.folded, found.left_out)
            return Sums.of(self.plan, self.months, [whole])
        return self._sums_here()

    def _sums_here(self) -> Sums:
        if self.compiles and not is_compiled(self.plan):
            self.clock.progress("compile", 0, 1)
            with self.clock.step("compile"):
                loop(self.plan, LOOP)
            self.clock.progress("compile", 1, 1)
        of = range(self.source.buckets)
        found = {}
        for number, one in self._all("fold", of):
            found[number] = one
            self.left_out.update(one.left_out)
        while self.rooms.names and (again := sorted(self.rooms.settle())):
            found.update(self._all("budgets", again))
        return Sums.of(self.plan, self.months, [found[number] for number in of])

    def _all(self, step: str, numbers: Sequence[int]) -> Iterator[tuple[int, Part]]:
        """Some buckets, in their order."""
        done = zip(numbers, self._side_by_side(step, numbers), strict=True)
        for count, one in enumerate(done, 1):
            yield one
            self.clock.progress(step, count, len(numbers))

    def _side_by_side(self, step: str, numbers: Sequence[int]) -> Iterator[Part]:
        """The same, as many of them at a time as the source says."""
        first, *rest = numbers
        # Alone: it loads the machine code that there is, once for all.
        yield self._bucket(step, 1, first)
        at_once = min(self.source.side_by_side, len(rest))
        if at_once < 2:
            yield from map(partial(self._bucket, step, 1), rest)
            return
        with ThreadPoolExecutor(at_once) as workers:
            try:
                yield from workers.map(partial(self._bucket, step, at_once), rest)
            finally:
                workers.shutdown(cancel_futures=True)

    def _bucket(self, step: str, at_once: int, number: int) -> Part:
        """One bucket."""
        with self.clock.step("read", at_once):
            bucket = self.source.read(self.plan, number, claims=self.policy.share is None)
        if self.rooms.names:
            self.rooms.give(number, bucket)
        with self.clock.step(step, at_once):
            folded = self._fold(bucket)
        if self.rooms.names:
            self.rooms.note(number, bucket, folded)
        return Part.of(self.plan, bucket.names, folded, bucket.left_out)

    def tell(self, lines: Lines) -> None:
        """All lines of all buckets, of which everything is known by now."""
        for number in range(self.source.buckets):
            bucket = self.source.read(self.plan, number, claims=self.policy.share is None)
            if self.rooms.names:
                self.rooms.give(number, bucket)
            lines(bucket, self._fold(bucket, lines=True).lines)

    def _fold(self, bucket: Bucket, *, lines: bool = False) -> Folded:
        share = self.policy.share
        by = 1 if share is None else share.denominator
        return fold(
            self.plan,
            bucket.rows,
            self.horizon,
            lines=lines,
            months=self.months,
            policy=self.policy,
            phases=vector([crc32(name.encode()) % by for name in bucket.names]),
            compiles=bool(self.compiles),
        )

"""A backtest: one programme over a history, bucket by bucket, put together as a result."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from threading import Lock
from typing import TYPE_CHECKING, TypeVar
from zlib import crc32

from xenia.amounts import money_decimals
from xenia.backtest.fold import LOOP, Folded, Months, fold, is_compiled
from xenia.backtest.meanings import vector
from xenia.backtest.passes import Rooms
from xenia.backtest.policies import FITTED, HISTORY, Policy
from xenia.backtest.result import Result, Timing
from xenia.backtest.sources import Bucket, Reads, Source
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

_Done = TypeVar("_Done")
Lines = Callable[[Bucket, Table], None]
Progress = Callable[[str, int, int], None]  # a step's name, how much of it is done, of how much


def nobody(_step: str, _done: int, _of: int) -> None:
    """Nobody looks."""


@dataclass(slots=True)
class Clock:
    """How long each step takes."""

    progress: Progress
    spent: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def step(self, name: str, side_by_side: int = 1) -> Iterator[None]:
        """What is done meanwhile is a step: of so many side by side each has a part of its time."""
        began = time.monotonic()
        try:
            yield
        finally:
            taken = round(1000 * (time.monotonic() - began) / side_by_side)
            with self._lock:
                self.spent[name] += taken

    def timings(self) -> tuple[Timing, ...]:
        """How long each has taken so far."""
        return tuple(Timing(name, spent) for name, spent in self.spent.items())


def run(
    programme: Programme,
    source: Source,
    policy: Policy = HISTORY,
    *,
    progress: Progress = nobody,
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
    clock = Clock(progress)
    if policy.name == FITTED and policy.share is None:
        policy = fitted(programme, source, clock, compiles, cluster)
    own = Run(programme, source, policy, clock, compiles, cluster=cluster)
    found = own.result()
    if lines is not None:
        own.tell(lines)
    return found


def fitted(
    programme: Programme,
    source: Source,
    clock: Clock,
    compiles: bool | None,
    cluster: Spark | None,
) -> Policy:
    """The policy of the share of chances that members take in their history."""
    watching = Policy(FITTED, watches=True)
    own = Run(programme, source, watching, clock, compiles, cluster=cluster)
    counts = own.sums().counts
    chances, taken = int(counts[CHANCES]), int(counts[TAKEN])
    share = min(Fraction(1), Fraction(taken, chances)) if chances else Fraction(0)
    return Policy(FITTED, share)


class Run:
    """One programme on its way through the buckets; `clock` and the rest as in `run`.

    Without `members` the result has no totals by member, which take room for each of them.
    """

    def __init__(
        self,
        programme: Programme,
        source: Source,
        policy: Policy,
        clock: Clock,
        compiles: bool | None,
        *,
        cluster: Spark | None,
        members: bool = True,
    ) -> None:
        self.programme, self.source, self.policy = programme, source, policy
        self.clock, self.cluster, self.members = clock, cluster, members
        self.plan: Plan = compile_programme(policy.programme(programme))
        day_of = self.plan.zone.day_of
        self.horizon = day_of(source.last)
        self.months = Months.between(day_of(source.first), self.horizon)
        self.compiles = compiles
        if compiles is None:
            self.compiles = sum(source.events.values()) > FEW or is_compiled(self.plan)
        self.left_out: Counter[str] = Counter(source.left_out)
        self.rooms = Rooms(self.plan)
        self._found: list[Part] = []  # of the first buckets, in their order

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
        if not self._found:
            self.begin()
            for one in self._all("fold", range(self.source.buckets)):
                self.take(one)
        found = self._found
        while self.rooms.names and (again := sorted(self.rooms.settle())):
            for number, one in zip(again, self._all("budgets", again), strict=True):
                found[number] = one
        return Sums.of(self.plan, self.months, found)

    def begin(self) -> None:
        """Compile what is to be compiled."""
        if self.compiles and not is_compiled(self.plan):
            self.clock.progress("compile", 0, 1)
            with self.clock.step("compile"):
                loop(self.plan, LOOP)
            self.clock.progress("compile", 1, 1)

    def take(self, found: Part) -> None:
        """What came of the next bucket, each in its turn."""
        self._found.append(found)
        self.left_out.update(found.left_out)

    def _all(self, step: str, numbers: Sequence[int]) -> Iterator[Part]:
        """What comes of some buckets, in their order."""

        def work(number: int, at_once: int) -> Part:
            return self.part(number, self.source, step, at_once)

        for count, one in enumerate(side_by_side(numbers, self.source.side_by_side, work), 1):
            yield one
            self.clock.progress(step, count, len(numbers))

    def part(self, number: int, source: Reads, step: str = "fold", at_once: int = 1) -> Part:
        """What comes of a bucket, read where it is open, beside others."""
        with self.clock.step("read", at_once):
            bucket = source.read(self.plan, number, claims=self.policy.share is None)
        if self.rooms.names:
            self.rooms.give(number, bucket)
        with self.clock.step(step, at_once):
            folded = self._fold(bucket)
        if self.rooms.names:
            self.rooms.note(number, bucket, folded)
        return Part.of(self.plan, bucket.names, folded, bucket.left_out, members=self.members)

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
        names = bucket.names if by > 1 else ()  # else all wait for nothing
        return fold(
            self.plan,
            bucket.rows,
            self.horizon,
            lines=lines,
            months=self.months,
            policy=self.policy,
            phases=vector([crc32(name.encode()) % by for name in names]) if names else None,
            compiles=bool(self.compiles),
        )


def side_by_side(
    numbers: Sequence[int], most: int, work: Callable[[int, int], _Done]
) -> Iterator[_Done]:
    """What comes of some buckets, in their order; `most` at a time.  `work` is told how many."""
    first, *rest = numbers
    # Alone: it loads the machine code that there is, once for all.
    yield work(first, 1)
    at_once = max(1, min(most, len(rest)))
    if at_once == 1:
        yield from (work(number, 1) for number in rest)
        return
    with ThreadPoolExecutor(at_once) as workers:
        try:
            yield from workers.map(lambda number: work(number, at_once), rest)
        finally:
            workers.shutdown(cancel_futures=True)

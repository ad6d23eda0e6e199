"""How long an event takes, replayed and as a bare step, each against a floor of the same run.

    python benchmarks/step.py [PROGRAMME.yaml ..]

The floors: for a replay, reading and writing the same JSON; for a step, calling a function of the
same arguments that does nothing, or, for the compiled loop, the least loop that counts points.
"""

from __future__ import annotations

import os
import platform
import random
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec
import numba
import numpy as np

from xenia.backtest.fold import fold
from xenia.backtest.reading import read_rows
from xenia.backtest.tables import Rows, Vector
from xenia.cache_home import cache_home
from xenia.engine.account import decide, new_account
from xenia.engine.compile import compile_programme
from xenia.engine.link import interpreted
from xenia.engine.operators import (
    AMOUNT,
    DAY,
    EVENT_DAY,
    MEMORY,
    NEXT_DUE,
    SLICES,
    SLICES_AT,
    STRIDE,
)
from xenia.engine.plan import Plan
from xenia.events.model import Event, member_name
from xenia.events.read import read_event
from xenia.native.machine_code import compiled
from xenia.services.conventions import conventions_of
from xenia.services.programmes import sound_programme
from xenia.services.replay import replay_of

njit: Any = numba.njit

PROGRAMMES = Path(__file__).parents[1] / "programmes"
CHOSEN = ("department-points", "discount-cumulative", "burrito-dollars")
MEMBERS, PURCHASES, LINES, REPEATS = 100, 30, 10, 5
LOOPED = 20  # how often the compiled loop goes over the same members: it is too quick otherwise
CATEGORIES = ("COSMETICS", "GROCERY", "MEAT", "FLORAL", "gift-card", "food", "drink")
ROOM = 100  # entries of a ring, so that no state has to grow


# ---- purchases -----------------------------------------------------------------------------------


def purchases() -> list[list[bytes]]:
    """Each member's purchases as lines of JSON: a year and more, some days apart."""
    draw = random.Random(2017)
    found = []
    for member in range(MEMBERS):
        moment = datetime(2017, 1, 1, 9, tzinfo=UTC)
        lines = []
        for number in range(PURCHASES):
            moment += timedelta(hours=draw.randrange(2, 24 * 30))
            lines.append(msgspec.json.encode(purchase(draw, f"{member}-{number}", member, moment)))
        found.append(lines)
    return found


def purchase(draw: random.Random, name: str, member: int, moment: datetime) -> dict[str, Any]:
    lines = [
        {
            "sku": f"sku-{draw.randrange(1000)}",
            "category": draw.choice(CATEGORIES),
            "quantity": "1",
            "amount": f"{draw.randrange(1, 40)}.{draw.randrange(100):02}",
        }
        for _ in range(LINES)
    ]
    return {
        "type": "purchase",
        "id": name,
        "member": f"member-{member}",
        "occurred_at": moment.isoformat(),
        "lines": lines,
    }


# ---- measuring -----------------------------------------------------------------------------------


def shortest(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Seconds of the quickest run."""
    found = []
    for _ in range(repeats):
        start = perf_counter()
        work()
        found.append(perf_counter() - start)
    return min(found)


def show(what: str, seconds: float, events: int, floor: float, of: str) -> None:
    """One line; `floor` is the time that `of` takes for as many events."""
    rate, ratio = f"{events / seconds:,.0f}", f"{seconds / floor:.1f}"
    each = f"{of} ({floor / events * 1e9:,.0f} ns)"
    print(f"  {what:28} {rate:>10} events a second {ratio:>7} x {each}", flush=True)


# ---- whole events --------------------------------------------------------------------------------


def measure_replay(plan: Plan, histories: list[list[bytes]]) -> None:
    lines = [line for history in histories for line in history]
    conventions = conventions_of(plan.programme)
    events: list[Event] = [read_event(line, conventions) for line in lines]  # type: ignore[misc]

    def copied() -> None:
        for line in lines:
            msgspec.json.encode(msgspec.json.decode(line))

    def replayed() -> None:
        for answer in replay_of(plan.programme, bytes(32)).run(enumerate(lines)):
            msgspec.json.encode(answer)

    def decided(*, trace: bool) -> None:
        accounts = {f"member-{n}": new_account(plan, f"member-{n}") for n in range(MEMBERS)}
        for event in events:
            member = member_name(event.member) or ""
            accounts[member], _ = decide(plan, accounts[member], event, trace=trace)

    floor, of = shortest(copied), "the same JSON read and written"
    show("replayed", shortest(replayed, 3), len(lines), floor, of)
    show(
        "decided, with reasons",
        shortest(lambda: decided(trace=True), 3),
        len(lines),
        floor,
        of,
    )
    show("decided", shortest(lambda: decided(trace=False)), len(lines), floor, of)


# ---- bare steps ----------------------------------------------------------------------------------


def nothing(*_: object) -> None:
    """The floor of a call."""


# The floor of a compiled call.
idle = njit(lambda state, event, record, posted, decision, memory, log, params: None)  # noqa: ARG005


def least(numbers: Vector, starts: Vector, members: Vector, points: Vector) -> None:
    """The floor of the compiled loop: a point for each 1.00 of an event's amount."""
    for member in range(members.shape[0] - 1):
        for row in range(members[member], members[member + 1]):
            event = numbers[starts[row] : starts[row + 1]]
            amount = 0
            for i in range(event[SLICES]):
                amount += event[event[SLICES_AT] + event[STRIDE] * i + AMOUNT]
            points[member] += amount // 100


@dataclass(frozen=True)
class Driver:
    """The least that calls `step` and `due` rightly, over lists or arrays."""

    step: Callable[..., None]
    due: Callable[..., None]
    new: Callable[[Iterable[int]], Any]

    def work(self, plan: Plan, rows: Rows) -> Callable[[], None]:
        """All members once; making their states and rows is not part of it."""
        parts = plan.types.values()
        record = self.new([0] * max(2 + len(part.inputs) for part in parts))
        posted = self.new([0] * max(part.results for part in parts))
        decision, memory = self.new(posted), self.new([0] * MEMORY)
        params, fresh = (
            self.new(plan.params),
            self.new(changed(plan.layout, room=ROOM).fresh().tolist()),
        )
        log = self.new([0] * (4 * len(fresh) + 1024))
        numbers = rows.numbers.tolist()
        events = [self.new(numbers[here:there]) for here, there in pairwise(rows.starts.tolist())]
        members = [events[here:there] for here, there in pairwise(rows.members.tolist())]
        zeros = self.new(posted)

        def run() -> None:
            for history in members:
                state = fresh.copy()
                for event in history:
                    while state[NEXT_DUE] <= max(event[EVENT_DAY], state[DAY]):
                        log[0] = 0
                        self.due(state, log, params)
                    log[0] = 0
                    decision[:] = zeros
                    self.step(state, event, record, posted, decision, memory, log, params)

        return run


def repeated(rows: Rows, times: int) -> Rows:
    """The same members so many times over."""

    def offsets(once: Vector) -> Vector:
        return np.concatenate([[0], *(once[1:] + n * once[-1] for n in range(times))])

    count = len(rows.back)
    back = [np.where(rows.back < 0, -1, rows.back + n * count) for n in range(times)]
    starts, members = offsets(rows.starts), offsets(rows.members)
    return Rows(np.tile(rows.numbers, times), starts, members, np.concatenate(back))


def array(values: Iterable[int]) -> Vector:
    return np.array(values, np.int64)


def measure_steps(plan: Plan, rows: Rows) -> None:
    events, names = len(rows.starts) - 1, interpreted(plan).names
    floor = shortest(Driver(nothing, nothing, list).work(plan, rows))
    seconds = shortest(Driver(names["step"], names["due"], list).work(plan, rows))
    show("step, interpreted", seconds, events, floor, "an empty call")
    start = perf_counter()
    native = compiled(plan)
    print(f"  compiled, or loaded, in {perf_counter() - start:.2f} s")
    floor = shortest(Driver(idle, nothing, array).work(plan, rows))
    seconds = shortest(Driver(native.step, native.due, array).work(plan, rows))
    show("step, compiled, from Python", seconds, events, floor, "an empty call")
    many, loop = repeated(rows, LOOPED), njit(least)
    points = np.zeros(len(many.members) - 1, np.int64)
    loop(*many, points)
    floor = shortest(lambda: loop(*many, points))
    horizon = int(rows.numbers[rows.starts[-2] + EVENT_DAY])
    fold(plan, many, horizon)
    seconds = shortest(lambda: fold(plan, many, horizon))
    show("step, compiled, in the loop", seconds, events * LOOPED, floor, "the least loop")


def main() -> None:
    files = [Path(name) for name in sys.argv[1:]] or [
        PROGRAMMES / f"{name}.yaml" for name in CHOSEN
    ]
    print(
        f"{os.cpu_count()} processors, one thread; Python {platform.python_version()}, Numba"
        f" {numba.__version__}; {MEMBERS} members with {PURCHASES} purchases of {LINES} lines; the"
        f" quickest of {REPEATS} runs; compiled code in {cache_home()}"
    )
    histories = purchases()
    for file in files:
        print(file.stem)
        plan = compile_programme(sound_programme(file))
        measure_replay(plan, histories)
        conventions = conventions_of(plan.programme)
        read = [[read_event(line, conventions) for line in lines] for lines in histories]
        measure_steps(plan, read_rows(plan, read))  # type: ignore[arg-type]


if __name__ == "__main__":
    main()

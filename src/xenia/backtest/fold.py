"""Members' past events folded by a compiled plan: the same decisions, at the speed of columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from xenia.backtest.meanings import ladders, setup_of, vector, width_of
from xenia.backtest.policies import HISTORY, Policy
from xenia.backtest.tables import COHORTS, COUNTS, LINES_WRITTEN, MONEY, Rows, Table, Tally, Vector
from xenia.engine import operators
from xenia.engine.link import functions
from xenia.engine.operators import TODAY, month_of
from xenia.engine.plan import Plan
from xenia.native.machine_code import Loop, has_loop, loop

_LINE = 6
_USE = 3
_HERE = Path(__file__).parent
LOOP = Loop(
    file=_HERE / "kernel.py",
    function="fold",
    counting=("fold", "grown", "begun", "roomier"),
    parts=tuple(_HERE / f"kernel_{name}.py" for name in ("sums", "state", "returns", "policy")),
    constants=(_HERE / "tables.py",),
)


class Months(NamedTuple):
    """The months over which is summed up: the first, since year 0, and how many."""

    first: int
    length: int

    @staticmethod
    def between(first: int, last: int) -> Months:
        """Those from one local day to another."""
        return Months(month_of(first), month_of(max(first, last)) + 1 - month_of(first))


def is_compiled(plan: Plan) -> bool:
    """Whether the cache has the loop of a plan."""
    return has_loop(plan, LOOP)


@lru_cache(maxsize=64)
def uncompiled(plan: Plan) -> Callable[..., None]:
    """The loop of a plan as Python runs it: for what is too little to be worth compiling."""
    spec = spec_from_file_location("xenia_backtest_kernel", LOOP.file)
    assert spec is not None, "a path that ends in .py has a loader"
    assert spec.loader is not None, "a path that ends in .py has a loader"
    module: Any = module_from_spec(spec)
    spec.loader.exec_module(module)
    # Not those of the engine, which remember what they came to: here numbers are those of arrays.
    names = functions(plan.source, dict(vars(operators)), "plan")
    module.step = lambda _address, *given: names["step"](*given)
    module.due = lambda _address, *given: names["due"](*given)
    return partial(module.fold, np.zeros(module.ADDRESSES, np.int64))


@dataclass(frozen=True, slots=True)
class Folded:
    """What the loop has found: see `Tally`.

    `lines` has, if asked for, a row for each line of the log, in order: event, day, code, units,
    key1, key2; what falls due after the last event of member m stands under the event -1 - m.
    """

    first_month: int
    units: Table
    times: Table
    lines: Table
    finals: Table
    money: Table
    totals: Table
    cohorts: Table
    levels: Table
    used: Table
    counts: Vector


def fold(
    plan: Plan,
    rows: Rows,
    horizon: int,
    *,
    lines: bool = False,
    months: Months | None = None,
    policy: Policy = HISTORY,
    phases: Vector | None = None,
    compiles: bool = True,
) -> Folded:
    """Fold all members, then what falls due up to the local day `horizon`.

    `plan` is of the programme as the policy has it; see `Policy`.  What is not compiled takes no
    time to begin with, and milliseconds for each event.
    """
    run, setup = loop(plan, LOOP) if compiles else uncompiled(plan), setup_of(plan, policy)
    if months is None:
        days = rows.numbers[rows.starts[:-1] + TODAY]
        first = int(days.min(initial=horizon))
        months = Months.between(first, max(horizon, int(days.max(initial=horizon))))
    count, codes = months.length, len(plan.codes)
    members = len(rows.members) - 1
    waiting = vector([0] * members) if phases is None else phases
    uses = (len(rows.starts) - 1) * max(1, setup.budgets.shape[0]) if setup.budgets.size else 0
    if setup.policy[0]:
        uses *= 2

    def tally(room: int) -> Tally:
        shapes = {
            "units": (codes, count),
            "times": (codes, count),
            "lines": (room, _LINE),
            "finals": (members, plan.layout.width),
            "money": (MONEY, count),
            "totals": (members, width_of(plan)),
            "cohorts": (COHORTS * setup.currencies * count, count),
            "levels": (ladders(plan)[1], count),
            "used": (uses, _USE),
        }
        tables = {name: np.zeros(shape, np.int64) for name, shape in shapes.items()}
        found = Tally(first_month=months.first, counts=np.zeros(COUNTS, np.int64), **tables)
        run(setup, rows, horizon, waiting, found)
        return found

    found = tally(0)
    if lines:
        found = tally(int(found.counts[LINES_WRITTEN]))
    return Folded(**found._asdict())

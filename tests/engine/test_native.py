"""Compiled is interpreted: every number of every call, and all that whole histories come to."""

from __future__ import annotations

import fcntl
import os
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from decimal import Decimal
from importlib import reload
from pathlib import Path
from random import Random
from threading import Barrier, Thread, current_thread
from typing import Any

import numpy as np
import pytest
from msgspec import structs

import xenia.backtest.tables
import xenia.native
from tests.reference.days import SECOND
from tests.reference.moments import with_moments
from tests.reference.random_histories import Drawing, random_history
from tests.reference.random_programmes import random_programme, start_of
from tests.reference.random_vouchers import coded
from xenia.backtest.fold import LOOP, Folded, fold
from xenia.backtest.reading import read_rows
from xenia.cache_home import cache_home
from xenia.effects import Given
from xenia.engine import operators
from xenia.engine.account import decide, machine, new_account, pass_time
from xenia.engine.compile import compile_programme
from xenia.engine.link import Before, Ints, Names, Sizes, Steps, Worked
from xenia.engine.operators import DAY, month_of
from xenia.engine.plan import Plan
from xenia.events.model import AttributeValue, Event, Line, Purchase
from xenia.language.ir import Constant, Contains, In, walk
from xenia.native import cached, machine_code
from xenia.native.cached import UnwritableCacheError, is_compiled
from xenia.native.machine_code import compiled, loop
from xenia.native.steps import native_steps
from xenia.programme.model import (
    Currency,
    Discount,
    Earn,
    Gives,
    Per,
    Programme,
    Reward,
    Rule,
    Then,
)
from xenia.programme.periods import After, Duration
from xenia.services.programmes import sound_programme

HERE = Path(__file__).parent
PROGRAMMES = HERE.parents[1] / "programmes"
# To compile a structure takes many seconds: one every day, the others in the long proofs.
FILES = (
    PROGRAMMES / "department-points.yaml",
    pytest.param(HERE / "vouchers.yaml", marks=pytest.mark.prove),
)
MORE = tuple(
    HERE / f"{name}.yaml"
    for name in (
        "windows",
        "claims",
        "budgets",
        "picks",
        "grace",
        "nights",
        "closing",
        "settled",
        "chance",
        "benefits",
        "told",
    )
)
CATALOGUE = sorted({*PROGRAMMES.glob("*.yaml")} - {*PROGRAMMES.glob("*.scenario.yaml")})
HORIZON = 900  # days after the last event
DAY_LONG = 24 * 60 * 60 * SECOND
STEP, DUE = ("state", "record", "decision", "memory", "log"), ("state", "log")

Call = tuple[list[int], ...]  # what a call of `step` or of `due` has left behind


# ---- histories -----------------------------------------------------------------------------------


class Customers(Drawing):
    """Purchases whose lines say what the programme asks about, while its rules are live."""

    def __init__(self, programme: Programme, seed: int) -> None:
        super().__init__(replace(programme, id=f"random-{seed}"), Random(seed))
        self.words = [*words(compile_programme(programme)), "anything"]
        since = programme.since or start_of(self.programme)
        day = since.date() if hasattr(since, "date") else since
        self.later = (day - start_of(self.programme)).days * DAY_LONG

    def history(self, count: int) -> list[Event]:
        events = super().history(count)
        return [
            structs.replace(event, occurred_at=event.occurred_at + self.later) for event in events
        ]

    def about_event(self) -> dict[str, AttributeValue]:
        about = super().about_event()
        return {**about, "campaign": self.random.choice(self.words)} if about else about

    def line(self, place: int) -> Line:
        line = super().line(place)
        if self.chance(0.3):
            return line
        word = self.random.choice(self.words)
        return structs.replace(line, category=word, sku=word, brand=word, tags=(word,))


def words(plan: Plan) -> list[str]:
    """The texts in a programme's expressions."""
    found: set[str] = set()
    for node in plan.analysis.nodes.values():
        for part in walk(node):
            match part:
                case Constant(value=str(text)) | Contains(value=str(text)):
                    found.add(text)
                case In(values=values):
                    found.update(value for value in values if isinstance(value, str))
    return sorted(found)


# ---- the two ways --------------------------------------------------------------------------------


class Telling(Steps):
    """Steps that tell what each of their calls has left behind."""

    def __init__(self, steps: Steps, calls: list[Call]) -> None:
        self._steps, self._calls = steps, calls

    @property
    def names(self) -> Names:
        return self._steps.names

    def state(self, numbers: Sequence[int]) -> Ints:
        return self._steps.state(numbers)

    def step(
        self, state: Ints, event: Sequence[int], sizes: Sizes, before: Before | None = None
    ) -> Worked:
        record, decision, memory, log = worked = self._steps.step(state, event, sizes, before)
        self._calls.append((list(state), list(record), list(decision), list(memory), told(log)))
        return worked

    def due(self, state: Ints, room: int) -> Ints:
        log = self._steps.due(state, room)
        self._calls.append((list(state), told(log)))
        return log


def told(log: Ints) -> list[int]:
    """What a log says, without the room that is left."""
    return list(log[: 1 + 4 * log[0]])


class Told:
    """One member's account, and the calls that what happens to it makes."""

    def __init__(self, programme: Programme, *, native: bool) -> None:
        self.plan = plan = compile_programme(programme)
        self.account = new_account(plan, "m")
        self.calls: list[Call] = []
        run = machine(plan)
        run.exchange(Telling(native_steps(plan) if native else run.steps, self.calls))

    def decide(self, event: Event) -> list[Call]:
        self.calls.clear()
        given = left(self.plan, event)
        self.account, _ = decide(self.plan, self.account, event, trace=False, given=given)
        return self.calls

    def pass_time(self, until: int) -> list[Call]:
        self.calls.clear()
        self.account, _ = pass_time(self.plan, self.account, until)
        return self.calls


def check_calls(ours: list[Call], theirs: list[Call]) -> None:
    """All numbers of all calls are the same."""
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        different = [
            f"{name}[{i}]: {a} interpreted, {b} compiled"
            for name, *pair in zip(STEP if len(one) == len(STEP) else DUE, one, other, strict=True)
            for i, (a, b) in enumerate(zip(*pair, strict=True))
            if a != b
        ]
        assert not different, "\n".join(different)


def left(plan: Plan, event: Event) -> Given:
    """Some part of every budget and stock, or nothing of it; of the same event always the same."""
    random = Random(f"{event.source}/{event.id}")
    most = sorted(plan.budgets.items())
    return Given(rooms={key: random.choice((0, random.randint(0, n), n)) for key, n in most})


# ---- whole histories -----------------------------------------------------------------------------


def lines_of(call: Call, event: int) -> list[list[int]]:
    """The log of a call as the kernel tells it; a record has the event's day."""
    day, log = call[0][DAY] if len(call) == len(DUE) else call[1][1], call[-1]
    return [[event, day, *log[1 + 4 * i : 5 + 4 * i]] for i in range(log[0])]


def check(programme: Programme, histories: list[list[Event]]) -> None:
    """Both ways, call by call; then all members in one loop."""
    plan = compile_programme(programme)
    until = max(event.occurred_at for history in histories for event in history)
    until += HORIZON * DAY_LONG
    lines: list[list[int]] = []
    finals, row = b"", 0
    for member, history in enumerate(histories):
        ours, theirs = Told(programme, native=False), Told(programme, native=True)
        for event in history:
            calls = ours.decide(event)
            check_calls(calls, theirs.decide(event))
            lines += [line for call in calls for line in lines_of(call, row)]
            row += any(len(call) == len(STEP) for call in calls)
        calls = ours.pass_time(until)
        check_calls(calls, theirs.pass_time(until))
        lines += [line for call in calls for line in lines_of(call, -1 - member)]
        finals += plan.layout.pack(ours.account.state)[: 8 * plan.layout.width]
    rows = read_rows(plan, histories, lambda event: left(plan, event))
    found = fold(plan, rows, plan.zone.day_of(until), lines=True)
    assert found.lines.tolist() == lines
    assert found.finals.tobytes() == finals
    check_totals(found)


def check_totals(found: Folded) -> None:
    """The totals are those of the lines."""
    units: Counter[tuple[int, ...]] = Counter()
    times: Counter[tuple[int, ...]] = Counter()
    for _, day, code, amount, _, _ in found.lines.tolist():
        place = code, month_of(day) - found.first_month
        units[place] += amount
        times[place] += 1
    for table, counted in ((found.units, units), (found.times, times)):
        assert {place: int(n) for place, n in np.ndenumerate(table) if n} == +counted


def check_vouchers(programme: Programme, histories: list[list[Event]]) -> int:
    """Both ways, call by call, where vouchers are used; how many were."""
    used = 0
    for history in histories:
        ours, theirs = Told(programme, native=False), Told(programme, native=True)
        for event in history:
            named = coded(event, ours.account)
            check_calls(ours.decide(named), theirs.decide(named))
        used += sum(voucher.state == "used" for voucher in ours.account.vouchers)
    return used


def check_file(path: Path, members: int, events: int) -> None:
    programme = sound_programme(path)
    histories = [Customers(programme, seed).history(events) for seed in range(members)]
    check(programme, [with_moments(programme, history) for history in histories])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_compiled_is_interpreted(path: Path) -> None:
    check_file(path, members=12, events=60)


@pytest.mark.prove
def test_compiled_is_interpreted_where_vouchers_are_used() -> None:
    programme = sound_programme(HERE / "vouchers.yaml")
    histories = [Customers(programme, seed).history(60) for seed in range(12)]
    assert check_vouchers(programme, histories) > 20


@pytest.mark.prove
@pytest.mark.parametrize("path", [*MORE, *CATALOGUE], ids=lambda path: path.stem)
def test_compiled_is_interpreted_in_every_programme(path: Path) -> None:
    check_file(path, members=16, events=100)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(3))
def test_compiled_is_interpreted_in_random_programmes(seed: int) -> None:
    programme = random_programme(seed)
    histories = [random_history(programme, 1000 * seed + n, 100) for n in range(20)]
    check(programme, [with_moments(programme, history) for history in histories])
    check_vouchers(programme, histories)


def test_a_difference_is_seen() -> None:
    call: Call = ([1, 2], [0])
    check_calls([call], [([1, 2], [0])])
    with pytest.raises(AssertionError, match=r"state\[1\]: 2 interpreted, 3 compiled"):
        check_calls([call], [([1, 3], [0])])
    with pytest.raises(AssertionError):
        check_calls([call], [])


def test_the_log_has_room_for_what_all_rules_do_at_once() -> None:
    """Interpreted it would be an IndexError; compiled, nobody would check."""
    earn = {"points": Earn(units=Per(Decimal(1), Decimal(1)))}
    rule = Rule(then=Then(earn=earn, discount=Discount(amount=Decimal("0.01")), issue="mug"))
    programme = Programme(
        id="many",
        money="EUR",
        timezone="UTC",
        currencies={"points": Currency()},
        rules={f"rule-{n}": rule for n in range(100)},
        rewards={"mug": Reward(gives=Gives(gift_card=Decimal(1)))},
    )
    plan = compile_programme(programme)
    line = Line(id="1", sku="s", category="c", quantity=1000, amount=10_000)
    bought = Purchase(id="1", member="m", occurred_at=0, lines=(line,))
    _, outcome = decide(plan, new_account(plan, "m"), bought, trace=False)
    assert len(outcome.effects) == 300


# ---- what is kept on disk ------------------------------------------------------------------------


def points(units: int, *, expires: bool = False) -> Plan:
    """A programme that compiles quickly."""
    earn = Earn(units=Per(Decimal(units), Decimal(1)))
    lots = Currency(expires=After(Duration(months=12)) if expires else None)
    rule = Rule(then=Then(earn={"points": earn}))
    return compile_programme(
        Programme(
            id="points",
            money="EUR",
            timezone="UTC",
            currencies={"points": lots},
            rules={"all": rule},
        )
    )


@pytest.mark.prove
def test_other_numbers_compile_nothing_and_another_structure_does() -> None:
    assert compiled(points(2)) is compiled(points(3))
    assert compiled(points(2)) is not compiled(points(2, expires=True))


def test_what_is_in_the_cache_is_not_compiled_again() -> None:
    plan = points(2)
    loop(plan, LOOP)
    assert is_compiled(plan)
    machine_code.compile_source.cache_clear()
    machine_code._loop.cache_clear()
    machine_code.compile_loop.cache_clear()
    machine_code.alone.cache_clear()
    found = compiled(plan)
    for function in (
        found.step,
        found.due,
        found.one_event,
        machine_code.compile_loop(LOOP),
    ):
        stats = function.stats  # type: ignore[attr-defined]
        assert (sum(stats.cache_hits.values()), sum(stats.cache_misses.values())) == (1, 0)


@pytest.mark.prove
def test_the_loop_is_compiled_for_no_plan() -> None:
    loop(points(2), LOOP)
    other = points(2, expires=True)
    machine_code.compile_loop.cache_clear()
    compiled(other)
    loop(other, LOOP)
    stats = machine_code.compile_loop(LOOP).stats  # type: ignore[attr-defined]
    assert (sum(stats.cache_hits.values()), sum(stats.cache_misses.values())) == (1, 0)


def test_a_folder_of_the_cache_is_complete_or_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XENIA_CACHE", str(tmp_path))
    with monkeypatch.context() as without_locks:
        without_locks.setattr(cached, "_alone_with", nullcontext)
        with cached.folder_for("plan", "a", "b") as slow:
            (slow.path / "plan.py").write_text("slow")
            with cached.folder_for("plan", "a", "b") as quick:
                (quick.path / "plan.py").write_text("quick")
    with cached.folder_for("plan", "a", "b") as found:
        assert (found.path / "plan.py").read_text() == "quick"
    assert (slow.new, quick.new, found.new) == (True, True, False)
    with pytest.raises(RuntimeError), cached.folder_for("plan", "ab"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == [found.path]


@pytest.mark.parametrize("fails", [False, True])
def test_of_two_that_want_a_folder_one_fills_it_and_the_other_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    monkeypatch.setenv("XENIA_CACHE", str(tmp_path))
    found, lock, waits = list[bool](), fcntl.flock, Barrier(2)

    def told(file: Any, how: int) -> None:
        if current_thread() is other and how == fcntl.LOCK_EX:
            waits.wait(60)
        lock(file, how)

    def another() -> None:
        with cached.folder_for("plan", "a") as folder:
            found.append(folder.new)

    monkeypatch.setattr(fcntl, "flock", told)
    other = Thread(target=another)
    with suppress(ValueError), cached.folder_for("plan", "a") as folder:
        other.start()
        waits.wait(60)
        assert found == []
        if fails:
            raise ValueError
    other.join()
    assert (folder.new, found) == (True, [fails])
    assert [path.name[:5] for path in tmp_path.iterdir()] == ["plan-"]


def test_an_interruption_as_a_folder_is_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = os.mkdir

    def interrupted(path: str | Path, mode: int = 0o777) -> None:
        make(path, mode)
        if "new-" in str(path):
            raise KeyboardInterrupt

    monkeypatch.setenv("XENIA_CACHE", str(tmp_path))
    monkeypatch.setattr(os, "mkdir", interrupted)
    with pytest.raises(KeyboardInterrupt), cached.folder_for("plan", "a"):
        raise AssertionError("the folder was not made")
    assert list(tmp_path.iterdir()) == []


def test_without_numba_it_says_which_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'xenia\[fast\]'"):
        reload(xenia.native)


def test_without_a_cache_it_says_which_folder_to_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("XENIA_CACHE", str(file / "cache"))
    machine_code.compile_source.cache_clear()
    with pytest.raises(UnwritableCacheError, match="set XENIA_CACHE to a folder"):
        compiled(points(2))


@pytest.mark.parametrize(
    ("system", "variables", "folder"),
    [
        ("linux", {"XDG_CACHE_HOME": "/x"}, "/x/xenia"),
        ("linux", {"HOME": "/h"}, "/h/.cache/xenia"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Caches/xenia"),
        ("win32", {"LOCALAPPDATA": "/l"}, "/l/xenia/cache"),
        ("linux", {"XENIA_CACHE": "/c", "XDG_CACHE_HOME": "/x"}, "/c"),
    ],
)
def test_the_cache_is_where_the_platform_keeps_caches(
    monkeypatch: pytest.MonkeyPatch, system: str, variables: dict[str, str], folder: str
) -> None:
    for name in ("XENIA_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", system)
    assert cache_home() == Path(folder)


def test_a_number_of_a_kernel_is_its_own_whatever_operators_call_so(tmp_path: Path) -> None:
    kernel = tmp_path / "named.py"
    kernel.write_text(
        "from xenia.backtest.tables import VALUE, Vector\n\n"
        "def named(found: Vector) -> None:\n    found[0] = VALUE\n"
    )
    found = np.zeros(1, np.int64)
    machine_code.alone(kernel, "named")(found)
    assert found[0] == xenia.backtest.tables.VALUE != operators.VALUE

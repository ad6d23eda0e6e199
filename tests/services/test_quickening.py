"""Programmes get machine code beside the service, and run interpreted until then."""

from decimal import Decimal
from pathlib import Path

import pytest

from xenia.amounts import money_decimals
from xenia.cache_home import cache_home
from xenia.effects import NOTHING
from xenia.engine.account import decide, machine, new_account
from xenia.engine.compile import compile_programme
from xenia.engine.link import Interpreted, Sizes
from xenia.engine.plan import Plan
from xenia.engine.since import ALWAYS
from xenia.engine.timeline import Timeline
from xenia.engine.versions import TimelineVersion
from xenia.events.model import Line, Purchase
from xenia.native import cached
from xenia.native.cached import is_compiled
from xenia.native.machine_code import compiled
from xenia.native.steps import NativeSteps, native_steps
from xenia.programme.model import Currency, Earn, Per, Programme, Rule, Then
from xenia.services import quickening
from xenia.services.answers import Writer
from xenia.services.conventions import conventions_of
from xenia.services.published import Published, Space, Version
from xenia.services.quickening import Quickener, quicken

PURCHASE = Purchase(
    id="1", member="m", occurred_at=0, lines=(Line("1", "s", "c", 1000, 10_000),)
)  # of 100.00


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One without plans: what is of no plan is that of all tests."""
    _, plan = space(units=1)
    compiled(plan)
    for shared in ("operators-*", "one_event-*"):
        for folder in cache_home().glob(shared):
            (tmp_path / folder.name).symlink_to(folder)
    monkeypatch.setenv("XENIA_CACHE", str(tmp_path))
    monkeypatch.delenv("XENIA_COMPILE", raising=False)
    return tmp_path


@pytest.fixture
def known(cache: Path) -> tuple[Space, Plan]:
    """A programme of one rule, whose plan the cache has."""
    found, plan = space(units=1)
    shared = next(cache.glob("operators-*")).resolve().parent
    name = cached._name("plan", *cached.texts(plan.source))
    (cache / name).symlink_to(shared / name)
    return found, plan


def space(*, units: int) -> tuple[Space, Plan]:
    """A space with a programme of one version; of one rule it is in the cache of all tests."""
    programme = Programme(
        id="points",
        money="EUR",
        timezone="UTC",
        currencies={"points": Currency()},
        rules={
            f"rule-{n}": Rule(then=Then(earn={"points": Earn(units=Per(Decimal(1), Decimal(1)))}))
            for n in range(units)
        },
    )
    plan = compile_programme(programme)
    writer = Writer(
        programme=programme.id,
        version=1,
        clock=plan.zone,
        money=money_decimals(programme.money),
        currencies={"points": 0},
        metrics={1: {}},
    )
    version = Version(1, ALWAYS, plan, conventions_of(programme), writer, bytes(32))
    timeline = Timeline([TimelineVersion(1, ALWAYS, plan)])
    published = Published(1, programme.id, 1, timeline, {1: version})
    return Space(1, "default", b"", {programme.id: published}), plan


def earned(plan: Plan) -> int:
    _, outcome = decide(plan, new_account(plan, "m"), PURCHASE, trace=False)
    return sum(effect.units or 0 for effect in outcome.effects)


def test_a_programme_is_compiled_beside_the_service_and_then_taken() -> None:
    found, plan = space(units=2)
    quickener = Quickener()
    quickener.look(found)
    assert isinstance(machine(plan).steps, Interpreted)
    assert earned(plan) == 200
    process = quickener._process
    assert process is not None
    assert process.wait(120) == 0
    quickener.look(found)
    assert isinstance(machine(plan).steps, NativeSteps)
    assert earned(plan) == 200
    assert quickener._process is None
    quickener.close()


def test_what_the_cache_has_is_taken_at_once(known: tuple[Space, Plan]) -> None:
    found, plan = known
    assert isinstance(machine(plan).steps, Interpreted)
    quicken(found)
    assert isinstance(machine(plan).steps, NativeSteps)
    assert earned(plan) == 100
    found, plan = space(units=3)
    quicken(found)
    assert isinstance(machine(plan).steps, Interpreted)


def test_a_state_that_was_on_its_way_goes_on() -> None:
    """Steps may be exchanged between any two calls."""
    _, plan = space(units=1)
    account, _ = decide(plan, new_account(plan, "m"), PURCHASE, trace=False)
    assert isinstance(account.state, list)
    run = machine(plan)
    run.exchange(native_steps(plan))
    state = list(account.state)
    reading, part = run.read(PURCHASE, {}, NOTHING), plan.types["purchase"]
    sizes = Sizes(2 + len(part.inputs), part.results, 1000)
    assert run.steps.step(state, reading.numbers, sizes).log[0] == 1
    after, _ = decide(plan, account, PURCHASE, trace=False)
    assert list(after.state) == state


def test_compiling_ends_with_the_service(cache: Path) -> None:
    found, plan = space(units=4)
    quickener = Quickener()
    quickener.look(found)
    process = quickener._process
    assert process is not None
    quickener.close()
    assert process.returncode != 0
    assert not is_compiled(plan)
    assert [path.name for path in cache.iterdir() if path.name.startswith("new-")] == []


def test_a_cache_that_cannot_be_written_is_said_once(
    cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (cache / "file").touch()
    monkeypatch.setenv("XENIA_CACHE", str(cache / "file" / "cache"))
    found, plan = space(units=5)
    quickener = Quickener()
    quickener.look(found)
    process = quickener._process
    assert process is not None
    assert process.wait(120) == 2
    quickener.look(found)
    quickener.look(found)
    assert quickener._process is None
    assert isinstance(machine(plan).steps, Interpreted)
    (said,) = caplog.records
    assert "set XENIA_CACHE to a folder that can" in str(vars(said)["because"])


@pytest.mark.parametrize("wanted", [True, False])
def test_without_numba_or_unwanted_all_runs_interpreted(
    wanted: bool, known: tuple[Space, Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    found, plan = known
    if wanted:
        monkeypatch.setattr(quickening, "find_spec", lambda _name: None)
    else:
        monkeypatch.setenv("XENIA_COMPILE", "no")
    quickener = Quickener()
    quickener.look(found)
    quicken(found)
    assert quickener._process is None
    assert isinstance(machine(plan).steps, Interpreted)

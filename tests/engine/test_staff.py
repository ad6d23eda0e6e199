"""What staff changes: golden scenario, and what the ledger is told of it."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from xenia.effects import Outcome
from xenia.engine.account import Account, decide, new_account, pass_day
from xenia.engine.compile import compile_programme
from xenia.engine.plan import Plan
from xenia.engine.views import lots
from xenia.engine.zones import EPOCH
from xenia.events.model import Adjustment, Event, Hold, Release
from xenia.ledger.entries import Entry
from xenia.ledger.lots import open_lots
from xenia.ledger.posting import entries_of
from xenia.services.programmes import sound_programme
from xenia.services.scenario import check_scenario, read_scenario

HERE = Path(__file__).parent
HOUR = 3_600_000_000
MARCH = (date(2026, 3, 1) - EPOCH).days


@cache
def plan() -> Plan:
    return compile_programme(sound_programme(HERE / "staff.yaml"))


def told(day: int, **more: Any) -> Any:
    at = plan().zone.start_of(MARCH + day) + HOUR
    return {"id": f"e{day}", "member": "m", "occurred_at": at, **more}


def adjustment(day: int, units: str, currency: str = "points") -> Adjustment:
    return Adjustment(**told(day, currency=currency, units=units, author="eleni", reason="-"))


def decided(events: Iterable[Event]) -> tuple[Account, Outcome]:
    """The account after all of them, and what the last one came to."""
    account, outcome = new_account(plan(), "m"), Outcome(effects=())
    for event in events:
        account, outcome = decide(plan(), account, event)
    return account, outcome


def moved(outcome: Outcome) -> list[tuple[str, str, int, int]]:
    """Debit, credit, units and the day earned, in March, of each entry."""
    return [
        (entry.debit, entry.credit, entry.units, entry.earned - MARCH)
        for entry in entries_of(outcome.movements)
    ]


def test_the_golden_scenario() -> None:
    assert check_scenario(read_scenario(HERE / "staff.scenario.yaml")) == ()


def test_what_is_given_comes_from_the_account_of_adjustments() -> None:
    _, outcome = decided([adjustment(1, "30")])
    assert moved(outcome) == [("adjustment", "wallet", 30, 1)]
    (entry,) = entries_of(outcome.movements)
    assert (entry.rule, entry.accrual) == (None, None)


def test_what_is_taken_goes_there_lot_by_lot_as_one_effect() -> None:
    given = [adjustment(day, "30") for day in (1, 2, 3)]
    _, outcome = decided([*given, adjustment(4, "-70")])
    assert [(effect.kind, effect.units) for effect in outcome.effects] == [("adjust", -70)]
    assert moved(outcome) == [
        ("wallet", "adjustment", 30, 1),
        ("wallet", "adjustment", 30, 2),
        ("wallet", "adjustment", 10, 3),
    ]
    assert {entry.effect for entry in entries_of(outcome.movements)} == {"api/e4/1"}


def test_what_is_held_keeps_its_lots_and_expires_from_there() -> None:
    given = [adjustment(day, "30") for day in (1, 2, 3)]
    hold = Hold(**told(4, currency="points", units="70", reason="-"))
    account, outcome = decided([*given, hold])
    assert [(effect.kind, effect.units) for effect in outcome.effects] == [("hold", 70)]
    assert moved(outcome) == [
        ("wallet", "held", 30, 1),
        ("wallet", "held", 30, 2),
        ("wallet", "held", 10, 3),
    ]
    release = Release(**told(5, currency="points", units="40", reason="-"))
    account, outcome = decide(plan(), account, release)
    assert [(effect.kind, effect.units) for effect in outcome.effects] == [("release", 40)]
    assert moved(outcome) == [("held", "wallet", 30, 1), ("held", "wallet", 10, 2)]
    account, outcome = pass_day(plan(), account, MARCH + 33)
    assert moved(outcome) == [
        ("wallet", "breakage", 30, 1),
        ("wallet", "breakage", 10, 2),
        ("held", "breakage", 20, 2),
        ("wallet", "breakage", 20, 3),
        ("held", "breakage", 10, 3),
    ]
    assert lots(plan(), account.state) == {}


def test_the_lots_of_the_state_are_those_of_the_entries() -> None:
    events: list[Event] = [adjustment(day, "30") for day in (1, 2, 3)]
    events.append(adjustment(4, "9", "stars"))
    events.append(Hold(**told(5, currency="points", units="45", reason="-")))
    events.append(Hold(**told(6, currency="stars", reason="-")))
    events.append(Release(**told(7, currency="points", units="20", reason="-")))
    account = new_account(plan(), "m")
    entries: list[Entry] = []
    for event in events:
        account, outcome = decide(plan(), account, event)
        entries += entries_of(outcome.movements)
    found = lots(plan(), account.state)
    assert found == open_lots(entries)
    held = {key: units for key, units in found.items() if key[1] == "held"}
    assert sorted(held.values()) == [9, 10, 15]

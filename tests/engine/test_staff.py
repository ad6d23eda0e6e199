"""What staff changes: golden scenario, and what the ledger is told of it."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from xenia.effects import Outcome
from xenia.engine.account import Account, decide, new_account
from xenia.engine.compile import compile_programme
from xenia.engine.plan import Plan
from xenia.engine.zones import EPOCH
from xenia.events.model import Adjustment, Event
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

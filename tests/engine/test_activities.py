"""Acts, stays, flights and rentals in the engine: their fields, their reasons, and who is idle."""

from typing import Any

import pytest
from msgspec import structs

from xenia.engine.activities import ACTIVITIES
from xenia.engine.compile import compile_programme
from xenia.engine.plan import Plan
from xenia.engine.since import ALWAYS
from xenia.engine.timeline import Timeline
from xenia.engine.versions import TimelineVersion
from xenia.events.model import Act, Event, Flight, Rental, Stay
from xenia.events.moments import parse_time
from xenia.events.parts import FolioLine
from xenia.programme.check import check
from xenia.programme.read import read

START = """\
xenia: 1
programme: club
money: EUR
timezone: UTC
acts: {weigh-in: {}, run: {}}
currencies: {points: {title: {en: [point, points]}, expires: {after: 5 days}, value: 0.01}}
rules:
"""
COMMON: dict[str, Any] = {
    "id": "e",
    "member": "m",
    "occurred_at": parse_time("2026-03-02T12:00:00Z"),
}
STAY = Stay(
    **COMMON,
    property="sea",
    category="4",
    arrival=20_500,
    departure=20_502,
    nights=2,
    status="stayed",
    folio=(FolioLine("room", 12_050, True), FolioLine("spa", 3_000, False)),
)
FLIGHT = Flight(**COMMON, from_="ATH", to="EVN", distance=1_250_500, cabin="economy", carrier="A3")
RENTAL = Rental(
    **COMMON, days=3, car_class="small", amount=9_000, office_out="a", office_in="b", drivers=2
)


def act(name: str = "weigh-in", **more: Any) -> Act:
    return Act(**{**COMMON, **more}, act=name)


def plan_of(*rules: str) -> Plan:
    text = START + "".join(f"  rule-{n}: {rule}\n" for n, rule in enumerate(rules))
    reading = read(text, zones=frozenset({"UTC"}))
    assert reading.programme is not None, reading.findings
    assert [found for found in check(reading) if found.severity == "error"] == []
    return compile_programme(reading.programme)


def decided(event: Event, *rules: str) -> tuple[list[str], list[str]]:
    """The units earned, and the reasons of rules that were silent."""
    line = Timeline([TimelineVersion(1, ALWAYS, plan_of(*rules))])
    _, outcome = line.decide(line.new_account("m"), event, trace=True)
    reasons = [reason.because for reason in outcome.trace if reason.because]
    return [str(effect.units) for effect in outcome.effects], reasons


@pytest.mark.parametrize(
    ("event", "formula", "units"),
    [
        (act(value=2_500), "value * 2", 5),
        (act(), "coalesce(value, 7)", 7),
        (act(), "value", 0),
        (STAY, "nights * rooms", 2),
        (STAY, "folio.map(f, f.amount).sum()", 150),
        (STAY, "folio.filter(f, f.eligible).map(f, f.amount).sum()", 120),
        (STAY, 'folio.filter(f, f.kind == "spa").count() + 4', 5),
        (STAY, "days(departure, arrival) * 3", 6),
        (FLIGHT, "distance", 1250),
        (FLIGHT, "ceil(distance)", 1251),
        (FLIGHT, "coalesce(fare, 1)", 1),
        (FLIGHT, 'from == "ATH" && to == "EVN" ? 3 : 4', 3),
        (RENTAL, "per(amount, 40) + days * drivers", 8),
    ],
)
def test_a_formula_reads_the_fields_of_its_event(event: Event, formula: str, units: int) -> None:
    kind = type(event).__name__.lower()
    found, _ = decided(event, f"{{on: {kind}, then: {{earn: {{points: '{formula}'}}}}}}")
    assert found == ([str(units)] if units else [])


@pytest.mark.parametrize(
    ("event", "condition", "because"),
    [
        (act("run"), 'act == "weigh-in"', 'act is "run", not "weigh-in"'),
        (STAY, 'status == "no-show"', 'status is "stayed", not "no-show"'),
        (STAY, "nights >= 3", "nights is 2, not at least 3"),
        (FLIGHT, 'cabin == "business"', 'cabin is "economy", not "business"'),
        (FLIGHT, "fare > 10", "fare is unknown, not above 10"),
    ],
)
def test_a_reason_names_the_field(event: Event, condition: str, because: str) -> None:
    kind = type(event).__name__.lower()
    rule = f"{{on: {kind}, when: '{condition}', then: {{earn: {{points: '1'}}}}}}"
    assert decided(event, rule) == ([], [because])


def test_types_on_which_there_is_nothing_are_decided_as_one() -> None:
    plan = plan_of("{on: act, then: {earn: {points: '1'}}, limits: {times: 1, per: day}}")
    assert plan.types["act"].name == "act"
    assert {plan.types[name].name for name in ACTIVITIES} == {"act", "idle"}
    every = plan_of(*(f"{{on: {name}, then: {{earn: {{points: '1'}}}}}}" for name in ACTIVITIES))
    assert {name: every.types[name].name for name in ACTIVITIES} == {n: n for n in ACTIVITIES}
    assert "idle" not in every.types


def test_an_event_on_which_there_is_nothing_enrols_and_lets_time_pass() -> None:
    line = Timeline([TimelineVersion(1, ALWAYS, plan_of("{then: {earn: {points: 1 per 1}}}"))])
    _, outcome = line.decide(line.new_account("m"), STAY)
    assert outcome.effects == ()
    assert outcome.payable is None


@pytest.mark.parametrize(
    ("kind", "condition", "personal"),
    [("act", 'place == "gym"', True), ("act", "value > 1", False), ("stay", "nights > 1", False)],
)
def test_where_somebody_was_is_personal(kind: str, condition: str, personal: bool) -> None:
    plan = plan_of(f"{{on: {kind}, when: '{condition}', then: {{earn: {{points: '1'}}}}}}")
    assert plan.types[kind].reads_personal is personal


def test_what_was_earned_by_an_act_ends_with_a_later_stay() -> None:
    plan = plan_of("{on: act, then: {earn: {points: '3'}}, limits: {times: 1, per: day}}")
    line = Timeline([TimelineVersion(1, ALWAYS, plan)])
    account, _ = line.decide(line.new_account("m"), act())
    later = structs.replace(STAY, occurred_at=parse_time("2026-03-06T23:59:59Z"))
    _, outcome = line.decide(account, later)
    assert outcome.effects == ()
    later = structs.replace(STAY, occurred_at=parse_time("2026-03-07T00:00:00Z"))
    _, outcome = line.decide(account, later)
    assert [effect.kind.value for effect in outcome.effects] == ["expire"]

"""Returns, step by step: golden scenarios of most of what they do, and of the time for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from xenia.programme.read import read
from xenia.services.files import zones
from xenia.services.replay import replay_of
from xenia.services.scenario import check_scenario, read_scenario


@pytest.mark.parametrize("name", ["returns", "exchange", "try-at-home"])
def test_it_comes_out_as_the_scenario_says(name: str) -> None:
    path = Path(__file__).parent / f"{name}.scenario.yaml"
    assert check_scenario(read_scenario(path)) == ()


DEFICIT = """\
xenia: 1
programme: deficit
money: EUR
timezone: Europe/Athens
currencies:
  points: {expires: {inactive: 1 month}}
  miles: {expires: {after: 40 days}}
rules:
  points: {then: {earn: {points: 1 per 1.00, miles: 1 per 1.00}}}
rewards:
  mug: {price: {points: 10}, automatic: true, gives: {item: A mug}}
"""


def event(kind: str, name: str, day: str, **more: object) -> dict[str, object]:
    at = f"2026-{day}T12:00:00+02:00"
    return {"type": kind, "id": name, "member": "m", "occurred_at": at, **more}


def bought(name: str, day: str, amount: str) -> dict[str, object]:
    line = {"sku": "a", "category": "x", "quantity": 1, "amount": amount}
    return event("purchase", name, day, lines=[line])


def test_what_filled_a_deficit_has_not_ended_and_can_be_taken_back() -> None:
    """Something else falls due after the day of inactivity, on which there is no lot."""
    programme = read(DEFICIT, zones=zones()).programme
    assert programme is not None
    events = [
        bought("a", "01-01", "10.00"),
        event("return", "r1", "01-02", purchase="a", all=True),
        bought("b", "01-03", "6.00"),
        event("return", "r2", "02-20", purchase="b", all=True),
    ]
    lines = list(replay_of(programme, bytes(32)).run(enumerate(events)))
    balances = [line["wallet"]["points"]["balance"] for line in lines if "final" not in line]
    assert balances == ["0", "-10", "-4", "-10"]

"""A purchase of so much enrols: golden scenario, against the reference, and in the books."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from tests.engine.test_cards import history, told_apart
from tests.services.cafe import CAFE, Cafe, buy, event, said
from xenia.effects import NOTHING, Kind
from xenia.engine.account import NOT_A_MEMBER
from xenia.events.model import Enrolment as Enrols
from xenia.programme.model import Enrolment
from xenia.services.scenario import check_scenario, read_scenario
from xenia.store.database import Database

HERE = Path(__file__).parent


def test_the_golden_scenario() -> None:
    assert check_scenario(read_scenario(HERE / "first_purchase.scenario.yaml")) == ()


def test_it_enrols_as_the_reference_says() -> None:
    """Of random programmes and histories, in which nobody enrols otherwise."""
    kinds = set()
    for seed in range(300, 312):
        programme, events = history(seed)
        programme = replace(
            programme, enrolment=Enrolment.ENROLMENT_ONLY, first_purchase=Decimal(seed % 40)
        )
        story = ((each, NOTHING) for each in events if not isinstance(each, Enrols))
        for _, found in told_apart(programme, story):
            kinds |= {one.kind for one in found.effects} | {code for code, _ in found.refusals}
    assert {Kind.EARN, NOT_A_MEMBER} <= kinds


def test_it_is_proved_as_all_else(database: Database) -> None:
    entry = "enrolment: enrolment-only\nfirst-purchase: 50.00\ntimezone: Europe/Athens\n"
    cafe = Cafe(database, CAFE.replace("timezone: Europe/Athens\n", entry))
    small, first = cafe.post(buy("a", "m1", "03-02"), buy("b", "m1", "03-02", "50.00"))
    assert '"effect":"earn"' not in (small.answer or "")
    assert '"effect":"earn"' in (first.answer or "")
    (back,) = cafe.post(event("return", "r", "m1", "03-03", "12:00", of={"id": "b"}, all=True))
    assert '"effect":"take-back"' in (back.answer or "")
    (again,) = cafe.post(buy("c", "m1", "03-04"))
    assert '"effect":"earn"' in (again.answer or "")
    assert said(cafe.database) == ""

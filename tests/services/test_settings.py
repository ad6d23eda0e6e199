"""Settings of returns through the service: answered as a replay does, in any batches; verified."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.services.cafe import CAFE, Cafe, Line, buy, event, join, said, time
from tests.services.test_returns import back, two
from xenia.programme.read import read
from xenia.services.files import zones
from xenia.services.replay import replay_of
from xenia.store.database import Database

RULES = """\
  zorbas: {when: member.nickname == "Zorba", then: {earn: {points: 4}}}
  card: {when: basket.amount >= 45, then: {issue: card}}
  pair: {lines: l.sku == "s", when: basket.quantity >= 3, then: {discount: {percent: 50}}}
rewards:
  card: {gives: {gift-card: 8.00}}
"""
SETTINGS = (
    "{return-inputs: today, refund: line-paid, used-voucher: deficit, round-per: line}",
    "{return-inputs: today, refund: paid-less-discount, used-voucher: absorbed}",
    "{return-inputs: original, refund: line-paid, used-voucher: deficit, multiply-round: before}",
)
STORY = [
    join("e", "m1", "01-01", nickname="Zorba"),
    two("p1", "01-02"),
    buy("p2", "m1", "01-05", "60.00", spend={"points": "30"}),
    back("r1", "p1", "01-06", lines=[{"line": "a", "quantity": 1}]),  # gold, and no card, by now
    event("profile", "called", "m1", "01-07", "12:00", attributes={"nickname": "Alexis"}),
    back("r2", "p1", "01-08", lines=[{"sku": "t"}]),
    back("r3", "p2", "01-09", amount="20.00"),
    back("r4", "p3", "01-10"),  # waits
    two("p3", "01-10"),
    back("r5", "p1", "02-20"),
    back("r6", "p2", "02-20", "16:00", lines=[{"line": "1", "quantity": "0.5"}]),
    event("cancel", "c1", "m1", "02-21", "12:00", of={"id": "p2"}),
]


def document(settings: str) -> str:
    return CAFE.replace("rewards:\n", RULES, 1).replace(
        "timezone: Europe/Athens\n", f"timezone: Europe/Athens\nsettings: {settings}\n"
    )


def alone(settings: str, *events: Line) -> list[Any]:
    """What a replay answers."""
    programme = read(document(settings), zones=zones()).programme
    assert programme is not None
    lines = replay_of(programme, bytes(32)).run(enumerate(events))
    return [line for line in lines if "final" not in line]


def plain(answer: Any) -> Any:
    """Without codes, which are made of the key, and without reasons."""
    answer.pop("trace", None), answer.pop("vouchers")
    for effect in answer["effects"]:
        effect.pop("voucher", None)
    return answer


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("batch", [1, 100])
def test_the_service_answers_as_a_replay_does(
    database: Database, settings: str, batch: int
) -> None:
    cafe = Cafe(database, document(settings))
    told = []
    for start in range(0, len(STORY), batch):
        told += cafe.post(*STORY[start : start + batch])
    answers = [plain(json.loads(one.answer or "")) for one in told]
    assert answers == [plain(line) for line in alone(settings, *STORY)]
    assert said(cafe.database) == ""
    cafe.sweep(time("06-01"))
    assert said(cafe.database) == ""


@pytest.mark.parametrize(("settings", "refund"), [(SETTINGS[0], "38.70"), (SETTINGS[1], "45.00")])
def test_what_was_used_of_a_card_is_kept_back_or_borne(
    database: Database, settings: str, refund: str
) -> None:
    """6.30 are used of it, as who has it is gold by then."""
    cafe = Cafe(database, document(settings))
    (brought,) = cafe.post(buy("p1", "m1", "01-02", "45.00"))
    code = json.loads(brought.answer or "")["vouchers"][0]["code"]
    cafe.post(buy("p2", "m1", "01-03", "7.00", vouchers=[code]))
    (returned,) = cafe.post(back("r1", "p1", "01-04"))
    answer = json.loads(returned.answer or "")
    assert [one["amount"] for one in answer["refund"]] == [refund]
    assert said(cafe.database) == ""


def many(number: int) -> Line:
    line = {"sku": "s", "category": "c", "quantity": 1, "amount": "2.00"}  # half of it off
    return event("purchase", "p", "m1", "01-02", "12:00", lines=[line] * number)


def test_lines_that_are_rounded_by_themselves_are_so_many_at_most() -> None:
    (decided,) = alone(SETTINGS[0], many(64))
    assert decided["wallet"]["points"]["balance"] == "64"
    (refused,) = alone(SETTINGS[0], many(65))
    assert (refused["error"], refused["pointer"]) == ("too-many-lines", "/lines")
    assert alone(SETTINGS[1], many(65))[0]["wallet"]["points"]["balance"] == "65"

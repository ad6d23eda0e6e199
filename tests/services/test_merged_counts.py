"""What two who are found to be one person have counted is that of one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.cafe import SCOPE, Cafe, buy, join, said, time
from tests.services.merging import end, merge
from xenia.services.statements import statement
from xenia.store.database import Database

DOCUMENT = """\
xenia: 1
programme: club
money: EUR
timezone: Europe/Athens
currencies: {points: {}}
metrics:
  spent: {sum: spent, over: calendar month, rollover: true}
tiers:
  status: {by: spent, levels: {basic: 0, gold: 100}, holds: end of month}
rules:
  point-per-euro: {then: {earn: {points: 1 per 1.00}}}
"""


def standing(cafe: Cafe, at: int) -> Any:
    """What who stays has at an instant."""
    with cafe.database.connect() as connection:
        told = statement(connection, SCOPE, cafe.published, "m1", at)
    assert told is not None
    return told


@pytest.mark.parametrize(
    ("theirs", "mine", "both"),
    [
        # January and February of who goes, of who stays; February of both.
        ((150, 10), (0, 1), 61),
        ((150, 10), (0, 0), 60),
        ((0, 1), (150, 10), 61),
        ((60, 5), (60, 5), 30),
        ((150, 10), (130, 5), 195),
        ((150, 0), (60, 5), 115),
        ((60, 5), (150, 0), 115),
    ],
)
def test_what_is_beyond_a_threshold_is_carried_on_once(
    database: Database, theirs: tuple[int, int], mine: tuple[int, int], both: int
) -> None:
    cafe = Cafe(database, DOCUMENT)
    cafe.post(join("j0", "m0", "01-01"), join("j1", "m1", "01-01"))
    for who, months in (("m0", theirs), ("m1", mine)):
        for month, amount in enumerate(months, start=1):
            if amount:
                cafe.post(buy(f"{who} {month}", who, f"0{month}-20", f"{amount}.00"))
    end(cafe, merge(cafe, "m0", "m1", time("02-21")), time("02-21"))
    assert standing(cafe, time("02-22"))["metrics"]["spent"] == f"{both}.00"
    assert said(cafe.database) == ""

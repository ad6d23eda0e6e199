"""Acts, stays, flights and rentals as they arrive: what is read of them, and its edges."""

import json
from datetime import date
from typing import Any

import pytest

from tests.broken.events import CONVENTIONS, FLIGHT, RENTAL, STAY, act, activity
from xenia.events.errors import Unreadable
from xenia.events.facts import split
from xenia.events.model import Act, Event, Flight, Rental, Stay
from xenia.events.parts import FolioLine
from xenia.events.read import read_event

EPOCH = date(1970, 1, 1)
OCCURRED = 1_772_432_100_000_000
COMMON: dict[str, Any] = {"id": "e1", "member": "m1", "occurred_at": OCCURRED}


def day(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days


def read(text: str) -> Event | Unreadable:
    return read_event(text, CONVENTIONS)


def errors(text: str) -> list[tuple[str, str]]:
    found = read(text)
    assert isinstance(found, Unreadable)
    return [(error.code, error.pointer) for error in found.errors]


def test_an_act_is_read_with_its_value_in_thousandths() -> None:
    assert read(act(value="1.5", place="gym")) == Act(
        **COMMON, act="weigh-in", value=1500, place="gym"
    )
    assert read(act()) == Act(**COMMON, act="weigh-in")
    assert read(act(value=0)) == Act(**COMMON, act="weigh-in", value=0)


def test_an_act_that_nobody_knows_is_told_with_the_one_that_was_meant() -> None:
    found = read(act(act="reviews"))
    assert isinstance(found, Unreadable)
    (error,) = found.errors
    assert error.pointer == "/act"
    assert error.text == 'corner-coffee knows no act "reviews"; did you mean "review"?'


def test_a_stay_is_read_with_its_days_and_what_was_billed() -> None:
    assert read(activity(STAY)) == Stay(
        **COMMON,
        property="sea-view",
        category="4",
        arrival=day("2026-02-28"),
        departure=day("2026-03-02"),
        nights=2,
        status="stayed",
        folio=(FolioLine("room", 18000, True),),
    )


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"nights": 2}, []),
        ({"nights": 3}, [("too-many-nights", "/nights")]),
        ({"nights": 2, "nights_on_points": 2}, []),
        ({"nights": 1, "nights_on_points": 2}, [("too-many-nights", "/nights_on_points")]),
        ({"departure": "2026-02-28", "nights": 0}, []),
        ({"departure": "2026-02-27", "nights": 0}, [("dates-in-order", "/departure")]),
        ({"rooms": 9_999}, []),
        ({"rooms": 10_000}, [("too-large", "/rooms")]),
        (
            {"arrival": "28/02/2026", "nights": "2.5"},
            [("not-a-time", "/arrival"), ("too-precise", "/nights")],
        ),
    ],
)
def test_a_stay_fits_into_its_days(changed: dict[str, Any], wrong: list[tuple[str, str]]) -> None:
    text = activity(STAY, **changed)
    assert isinstance(read(text), Stay) if not wrong else errors(text) == wrong


@pytest.mark.parametrize(
    ("eligible", "counts"),
    [(True, True), ("true", True), (False, False), ("false", False), ("yes", None), (1, None)],
)
def test_whether_a_line_counts_may_be_written_as_a_text(eligible: Any, counts: bool | None) -> None:
    text = activity(STAY, folio=[{"kind": "room", "amount": "1", "eligible": eligible}])
    if counts is None:
        assert errors(text) == [("wrong-type", "/folio/0/eligible")]
    else:
        found = read(text)
        assert isinstance(found, Stay)
        assert found.folio == (FolioLine("room", 100, counts),)


def test_what_a_folio_sums_to_is_bounded() -> None:
    room = {"kind": "room", "amount": "87960930222.07", "eligible": True}
    cent = {"kind": "spa", "amount": "0.01", "eligible": False}
    assert isinstance(read(activity(STAY, folio=[room])), Stay)
    assert errors(activity(STAY, folio=[room, cent])) == [("too-large", "/folio")]


def test_a_flight_is_read_from_where_it_began() -> None:
    assert read(activity(FLIGHT, fare="99.50")) == Flight(
        **COMMON,
        from_="ATH",
        to="EVN",
        distance=1_250_000,
        fare=9950,
        cabin="economy",
        carrier="A3",
    )


def test_a_rental_is_read() -> None:
    assert read(activity(RENTAL, drivers="2")) == Rental(
        **COMMON,
        days=3,
        car_class="small",
        amount=12000,
        office_out="athens",
        office_in="patras",
        drivers=2,
    )


def test_facts_name_the_fields_as_the_contract_does_and_keep_the_place_apart() -> None:
    flight = read(activity(FLIGHT))
    assert isinstance(flight, Flight)
    facts, personal = split(flight, CONVENTIONS)
    assert json.loads(facts)["from"] == "ATH"
    assert personal is None
    done = read(act(place="gym"))
    assert isinstance(done, Act)
    facts, personal = split(done, CONVENTIONS)
    assert json.loads(facts) == {"act": "weigh-in"}
    assert json.loads(personal or "") == {"place": "gym"}

"""One number of a document is changed where it stands, and nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xenia.programme.model import Per
from xenia.services.catalogue import catalogue
from xenia.services.inputs import UnusableError
from xenia.services.programmes import sound_programme
from xenia.services.varying import MOST, Place, Steps, Sweep, sweep

FILE = catalogue() / "department-points.yaml"
TEXT = FILE.read_text("utf-8")
RATE = "rules.everything-else.then.earn.points"


def test_a_value_is_changed_where_it_stands() -> None:
    place = Place.of(TEXT, "tiers.status.levels.top.all.spent-this-year")
    assert place.present == "3500"
    programme = place.varied("2000")
    assert programme.tiers["status"].levels["top"].all == {"spent-this-year": Decimal(2000)}
    assert place.varied("3500") == sound_programme(FILE)


def test_a_rate_is_a_value_too() -> None:
    place = Place.of(TEXT, RATE)
    assert place.present == "1 per 1.00"
    found = place.varied("3 per 2.00").rules["everything-else"].then.earn["points"]
    assert found.units == Per(Decimal(3), Decimal("2.00"))


def test_a_document_may_be_json() -> None:
    text = (
        '{"xenia": 1, "programme": "card", "money": "EUR", "timezone": "Europe/Athens",'
        ' "rules": {"card": {"then": {"discount": {"percent": 3}}}}}'
    )
    place = Place.of(text, "rules.card.then.discount.percent", json=True)
    discount = place.varied("2.5").rules["card"].then.discount
    assert discount is not None
    assert discount.percent == Decimal("2.5")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a.b=1, 2 per 1.00,3", Sweep("a.b", ("1", "2 per 1.00", "3"))),
        ("a.b=1..2.5/4", Sweep("a.b", Steps(Decimal(1), Decimal("2.5"), 4))),
    ],
)
def test_what_is_swept_is_written_in_one_word(text: str, wanted: Sweep) -> None:
    assert sweep(text) == wanted


@pytest.mark.parametrize(
    ("document", "steps", "wanted"),
    [
        ("a: 5", "a=1..2/5", ("1", "1.25", "1.5", "1.75", "2")),
        ("a: 5", "a=2..1/4", ("2", "1.67", "1.33", "1")),
        ("a: 5", "a=0.5..1/4", ("0.5", "0.667", "0.833", "1")),
        ("a: 5", "a=3..3/4", ("3",)),
        ("a: 5", "a=10..30/3", ("10", "20", "30")),
        ("a: 1 per 1.00", "a=1..3/3", ("1 per 1.00", "2 per 1.00", "3 per 1.00")),
        ("a: b > 7.5 && c", "a=10..20/2", ("b > 10 && c", "b > 20 && c")),
        ("a: 5", "a=1,2,1", ("1", "2")),
    ],
)
def test_numbers_from_one_to_another_stand_where_the_first_one_stood(
    document: str, steps: str, wanted: tuple[str, ...]
) -> None:
    asked = sweep(steps)
    assert Place.of(document, asked.path).written(asked.values) == wanted


def test_where_there_is_no_number_none_is_changed() -> None:
    with pytest.raises(UnusableError, match="there is no number in first-earned: name values"):
        Place.of("a: first-earned", "a").written(Steps(Decimal(1), Decimal(2), 2))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a.b", "write a place of the programme"),
        ("a.b=", "write a place of the programme"),
        ("=1", "write a place of the programme"),
        ("a=" + ",".join("1" * (MOST + 1)), "name up to 50"),
        ("a=1..2/51", "name up to 50"),
        ("a=1..2/1", "at least 2 steps"),
        ("a=1..2/0", "at least 2 steps"),
    ],
)
def test_what_is_no_sweep_is_said(text: str, told: str) -> None:
    with pytest.raises(UnusableError, match=told):
        sweep(text)


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("rules.nothing.then", "1", "the programme has no nothing there"),
        ("rules", "1", "this is no single value"),
        ("rewards.gift-card-25.price.points", "-5", "--sweep rewards.gift-card-25.price.points=-5"),
    ],
)
def test_a_place_or_a_value_that_is_wrong_is_said(path: str, value: str, told: str) -> None:
    with pytest.raises(UnusableError, match=told):
        Place.of(TEXT, path).varied(value)

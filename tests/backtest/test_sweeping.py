"""One number of a document is changed where it stands, and nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xenia.backtest.sweeping import MOST, Sweep, present, sweep, varied
from xenia.programme.model import Per
from xenia.services.catalogue import catalogue
from xenia.services.inputs import UnusableError
from xenia.services.programmes import sound_programme

FILE = catalogue() / "department-points.yaml"
TEXT = FILE.read_text("utf-8")


def test_a_value_is_changed_where_it_stands() -> None:
    path = "tiers.status.levels.top.all.spent-this-year"
    assert present(TEXT, path) == "3500"
    programme = varied(TEXT, path, "2000", FILE)
    assert programme.tiers["status"].levels["top"].all == {"spent-this-year": Decimal(2000)}
    assert varied(TEXT, path, "3500", FILE) == sound_programme(FILE)


def test_a_rate_is_a_value_too() -> None:
    path = "rules.everything-else.then.earn.points"
    assert present(TEXT, path) == "1 per 1.00"
    found = varied(TEXT, path, "3 per 2.00", FILE).rules["everything-else"].then.earn["points"]
    assert found.units == Per(Decimal(3), Decimal("2.00"))


def test_what_is_swept_is_written_in_one_word() -> None:
    assert sweep("a.b=1, 2 per 1.00,3") == Sweep("a.b", ("1", "2 per 1.00", "3"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a.b", "write a place of the programme"),
        ("a.b=", "write a place of the programme"),
        ("=1", "write a place of the programme"),
        ("a=" + ",".join("1" * (MOST + 1)), "name up to 50"),
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
        varied(TEXT, path, value, FILE)

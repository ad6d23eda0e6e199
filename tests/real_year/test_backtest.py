"""A backtest over the real year comes to what hand-written SQL says that knows nothing of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real_year.sums import EVERYBODY, Sums, by_sql
from tests.real_year.test_totals import FILES
from xenia.backtest.result import Effects
from xenia.backtest.run import run
from xenia.backtest.sources import EventSource
from xenia.connectors.complete_journey import CompleteJourney
from xenia.services.catalogue import catalogue
from xenia.services.programmes import sound_programme

FEW = 4
NO_UNITS = {"tier", "benefit"}  # what is counted of them is how often


def by_backtest(path: Path, year: CompleteJourney, *, compiles: bool | None = None) -> Sums:
    """What is summed up by month; levels are not told apart there, and left out."""
    found = run(sound_programme(path), EventSource.of(year.purchases()), compiles=compiles)
    sums = Sums()
    for one in found.effects:
        for place, (units, times) in enumerate(zip(one.units, one.times, strict=True)):
            number = times if one.kind in NO_UNITS else units
            if number:
                sums[found.month(place), f"{one.kind} {_subject(one)}"] += int(number)
    return without_levels(sums)


def _subject(one: Effects) -> str:
    rule = one.rule if one.kind in {"earn", "discount"} else None
    return rule or one.reward or one.currency or ""


def without_levels(sums: Sums) -> Sums:
    return Sums({key: n for key, n in sums.items() if key[1].split()[0] not in NO_UNITS})


def test_a_few_households_come_to_what_sql_says() -> None:
    path = catalogue() / "department-points.yaml"
    expected = without_levels(by_sql(path.stem, FEW))
    assert expected
    assert by_backtest(path, CompleteJourney(FEW), compiles=False) == expected


@pytest.mark.prove
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_whole_year_comes_to_what_sql_says(path: Path) -> None:
    assert by_backtest(path, CompleteJourney()) == without_levels(by_sql(path.stem, EVERYBODY))

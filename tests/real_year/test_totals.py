"""Totals over the real year equal those of hand-written SQL that knows nothing of the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real_year.sums import EVERYBODY, HERE, Sums, by_sql, take
from xenia.connectors.complete_journey import CompleteJourney
from xenia.engine.account import Account, decide, new_account, pass_time
from xenia.engine.compile import compile_programme
from xenia.events.model import member_name
from xenia.services.catalogue import catalogue
from xenia.services.programmes import sound_programme

SLICE = 50
FILES = [
    catalogue() / "department-points.yaml",
    catalogue() / "next-visit-20.yaml",
    HERE / "by-basket.yaml",
    HERE / "often.yaml",
]


def by_engine(path: Path, year: CompleteJourney) -> Sums:
    """All effects of a programme over the year, due work up to its last day included."""
    plan = compile_programme(sound_programme(path))
    accounts: dict[str, Account] = {}
    sums = Sums()
    for purchase in year.purchases():
        member = member_name(purchase.member) or ""
        account = accounts.get(member) or new_account(plan, member)
        accounts[member], outcome = decide(plan, account, purchase, trace=False)
        take(sums, outcome.effects)
    for account in accounts.values():
        take(sums, pass_time(plan, account, year.counts.last)[1].effects)
    return sums


@pytest.fixture(scope="module")
def fifty() -> CompleteJourney:
    return CompleteJourney(SLICE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_fifty_households_come_to_what_sql_says(path: Path, fifty: CompleteJourney) -> None:
    expected = by_sql(path.stem, SLICE)
    assert expected
    assert by_engine(path, fifty) == expected


@pytest.mark.prove
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_whole_year_comes_to_what_sql_says(path: Path) -> None:
    assert by_engine(path, CompleteJourney()) == by_sql(path.stem, EVERYBODY)

"""Rows of the real year that SQL reads are those that `RowReader` reads."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from tests.backtest.buckets import KEY, expected, member, write
from tests.backtest.test_columns import check_same, told
from tests.real_year.sums import HERE
from xenia.backtest.columns import ColumnReader
from xenia.connectors.complete_journey import CompleteJourney
from xenia.engine.compile import compile_programme
from xenia.events.model import member_name
from xenia.services.catalogue import catalogue
from xenia.services.programmes import sound_programme

HOUSEHOLDS = 250
FILES = [
    catalogue() / "department-points.yaml",
    catalogue() / "coffee-stars.yaml",
    catalogue() / "discount-cumulative.yaml",
    HERE / "by-basket.yaml",
    HERE / "often.yaml",
]


@pytest.mark.prove
def test_sql_reads_the_real_year_as_the_reader_does(tmp_path: Path) -> None:
    bought = [*CompleteJourney(HOUSEHOLDS).purchases()]
    bought.sort(key=lambda each: (member_name(each.member) or "", each.occurred_at, each.id))
    groups = groupby(bought, lambda each: member_name(each.member) or "")
    members = [member(name, [*events]) for name, events in groups]
    path = write(tmp_path, members, {})
    for file in FILES:
        plan = compile_programme(sound_programme(file))
        reader = ColumnReader(plan, key=KEY)
        assert not reader.why
        reader.beyond = ()
        found = told(reader.read(path))
        wanted = expected(plan, members)
        assert sum(map(len, found)) > 0
        check_same(plan, wanted, found)

"""Pages over a million members with ten million entries: as quick as their SQL, which reads by
indexes, and none asks once per row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from benchmarks.cluster import Missing
from benchmarks.pages import MOST, Measured, Sizes, run

# What reads over all entries of a month or of many, by their days and not by members.
SUMS = ("finance", "ledger")


@pytest.fixture(scope="module")
def pages() -> Mapping[str, Measured]:
    """What was measured of each, by what it is."""
    try:
        found = run(Sizes(turns=3))
    except Missing as missing:
        pytest.skip(f"missing: {missing}")
    return {one.name: one for one in found}


@pytest.mark.prove
def test_no_page_takes_longer_than_three_times_its_sql(pages: Mapping[str, Measured]) -> None:
    assert {name: one.beyond for name, one in pages.items() if one.beyond > MOST} == {}


@pytest.mark.prove
def test_lists_searches_and_members_are_read_by_indexes(pages: Mapping[str, Measured]) -> None:
    whole = {name: one.whole for name, one in pages.items() if one.whole}
    assert {name: one for name, one in whole.items() if not name.startswith(SUMS)} == {}


@pytest.mark.prove
def test_no_page_runs_a_statement_for_each_row(pages: Mapping[str, Measured]) -> None:
    """Of 20 to 50 rows; a statement is run for each of the few parts of a page."""
    often = {name: max(Counter(one.statements).values()) for name, one in pages.items()}
    files = {name for name in often if name.endswith("a file")}  # these go from page to page
    assert {name: many for name, many in often.items() if many > 10 and name not in files} == {}

"""The generated history is the same every time, in order, and says that it is generated."""

from __future__ import annotations

from itertools import pairwise

import pytest

from xenia.connectors.generated import Generated
from xenia.engine.zones import EPOCH, zone
from xenia.events.model import member_name


@pytest.fixture(scope="module")
def history() -> Generated:
    return Generated(12)


def test_it_is_the_same_every_time(history: Generated) -> None:
    purchases = list(history.purchases())
    assert purchases == list(Generated(12).purchases())
    assert purchases != list(Generated(12, seed=1).purchases())


def test_more_households_leave_those_before_them_as_they_are(history: Generated) -> None:
    first = {str(number) for number in range(1, 13)}
    assert list(Generated(14).purchases(first)) == list(history.purchases())


def test_it_is_counted_as_it_is(history: Generated) -> None:
    purchases, counts = list(history.purchases()), history.counts
    lines = [line for purchase in purchases for line in purchase.lines]
    assert (counts.members, counts.purchases, counts.lines) == (12, len(purchases), len(lines))
    assert counts.amount == sum(line.amount for line in lines)
    assert counts.first == purchases[0].occurred_at
    assert counts.last == purchases[-1].occurred_at
    assert 0 in {line.amount for line in lines}


def test_it_comes_in_order(history: Generated) -> None:
    keys = [
        (one.occurred_at, int(member_name(one.member) or ""), one.id) for one in history.purchases()
    ]
    assert all(before < after for before, after in pairwise(keys))
    assert len({key[2] for key in keys}) == len(keys)


def test_all_of_it_lies_in_one_year_where_the_shops_are(history: Generated) -> None:
    clock = zone(history.timezone)
    counts = Generated(60).counts
    days = [
        EPOCH.fromordinal(EPOCH.toordinal() + clock.day_of(t)) for t in (counts.first, counts.last)
    ]
    assert {day.year for day in days} == {2017}


def test_shops_are_closed_at_night(history: Generated) -> None:
    clock = zone(history.timezone)
    assert {clock.hour_of(one.occurred_at) for one in history.purchases()} <= {*range(7, 24)}


def test_it_says_that_it_is_generated(history: Generated) -> None:
    assert "generated" in history.name
    assert history.notice.startswith("Generated")
    assert {one.source for one in history.purchases()} == {"generated"}

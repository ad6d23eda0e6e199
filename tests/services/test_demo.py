"""The demonstration's sums agree with what members hold; its stories explain every point."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from fractions import Fraction

import pytest

from tests.services.demonstrating import decided
from xenia.connectors import complete_journey
from xenia.connectors.complete_journey import CompleteJourney
from xenia.connectors.generated import Generated
from xenia.effects import Effect, Kind
from xenia.programme.model import Programme
from xenia.programme.read import read
from xenia.services.catalogue import programme_file
from xenia.services.demo import Demonstration, Summary, history
from xenia.services.files import zones
from xenia.services.inputs import UnusableError
from xenia.services.programmes import sound_programme
from xenia.services.stories import Gap, Story, Told

STARS = """
xenia: 1
programme: stars
money: USD
timezone: America/New_York
currencies:
  stars: {decimals: 1, value: 0.02, expires: {after: 90 days}, pending: 10 days}
tiers:
  club: {levels: {none-yet: {all: {visits: 2}}, often: {all: {visits: 8}}}}
metrics:
  visits: {count: true, over: rolling 30 days}
rules:
  star: {then: {earn: {stars: 1 per 10.00}}}
  large:
    when: basket.amount >= 60
    then: {discount: {percent: 5}, issue: treat}
rewards:
  treat: {gives: {item: {en: a treat}}}
"""


def programme(text: str) -> Programme:
    found = read(text, zones=zones()).programme
    assert found is not None
    return found


def finished(checked: Programme, households: int = 30) -> Demonstration:
    run = Demonstration(checked, Generated(households))
    assert decided(run) == run.source.counts.purchases
    return run


@pytest.fixture(scope="module")
def points() -> Demonstration:
    return finished(sound_programme(programme_file("department-points")))


@pytest.fixture(scope="module")
def stars() -> Demonstration:
    return finished(programme(STARS))


@pytest.fixture(scope="module")
def summary(points: Demonstration) -> Summary:
    return points.summary()


def runs(name: str, request: pytest.FixtureRequest) -> Demonstration:
    found = request.getfixturevalue(name)
    assert isinstance(found, Demonstration)
    return found


BOTH = pytest.mark.parametrize("name", ["points", "stars"])


@BOTH
def test_what_was_earned_was_spent_or_expired_or_is_held(
    name: str, request: pytest.FixtureRequest
) -> None:
    summary = runs(name, request).summary()
    (holding,) = summary.holdings
    units, key = summary.whole.units, holding.currency
    assert units.earned[key] == sum(holding.earned) > 0
    gone = units.spent[key] + units.expired[key]
    assert units.earned[key] == gone + holding.balance + holding.pending


@BOTH
def test_months_add_up_to_the_whole(name: str, request: pytest.FixtureRequest) -> None:
    run = runs(name, request)
    summary = run.summary()
    assert [row.month for row in summary.months] == [(2017, month) for month in range(1, 13)]
    assert sum(row.period.amount for row in summary.months) == summary.whole.amount
    assert sum(row.period.discount for row in summary.months) == summary.whole.discount
    assert summary.whole.lines == run.source.counts.lines
    for ladder in run.plan.programme.tiers:
        ends = Counter(one.levels[ladder] for one in run.tally.shoppers.values())
        last = summary.months[-1].standing
        assert {level: last[ladder, level] for level in ends} == dict(ends)


def test_gift_cards_cost_their_face_value(summary: Summary) -> None:
    cards = summary.whole.issued["gift-card-25"]
    assert cards > 0
    assert summary.cards == 2500 * cards
    assert summary.whole.units.spent["points"] == 5000 * cards
    assert sum(number * members for number, members in summary.vouchers.items()) == cards
    assert sum(summary.vouchers.values()) == 30


def test_units_are_worth_what_they_buy_or_their_value(
    summary: Summary, stars: Demonstration
) -> None:
    assert summary.holdings[0].worth == Fraction(1, 2)  # cents a point
    assert stars.summary().holdings[0].worth == Fraction(2, 10)  # cents a tenth of a star


def test_what_would_expire_is_said_by_the_year_and_once(
    points: Demonstration, stars: Demonstration
) -> None:
    (holding,) = points.summary().holdings
    assert holding.gone == ((date(2019, 1, 1), holding.balance),)
    (held,) = stars.summary().holdings
    assert held.pending > 0
    soon, later = held.gone  # some of the 90 days end with the year
    assert later == (date(2019, 1, 1), held.balance + held.pending)
    assert soon[0] == date(2018, 1, 1)
    assert 0 < soon[1] < later[1]


def test_units_are_distributed_as_members_earned_them(summary: Summary) -> None:
    (holding,) = summary.holdings
    assert list(holding.earned) == sorted(holding.earned)
    assert holding.of_top_tenth == sum(holding.earned[-3:])
    assert holding.median == holding.earned[14]


def test_the_top_level_is_the_last_of_the_ladder(points: Demonstration) -> None:
    level, members = points.summary().tops["status"]
    assert level == "top"
    reached = [one for one in points.tally.shoppers.values() if ("status", "top") in one.reached]
    assert members == len(reached) > 0


# ---- stories -------------------------------------------------------------------------------------


@BOTH
def test_every_point_of_a_story_is_in_one_of_its_lines(
    name: str, request: pytest.FixtureRequest
) -> None:
    run = runs(name, request)
    stories = list(run.stories())
    assert len(stories) == 3
    assert len({story.member for story in stories}) == 3
    for story in stories:
        whole = Gap()
        for part in story.parts:
            add(whole, part)
        assert whole.units == story.whole.units
        assert whole.discount == story.whole.discount
        assert story.whole.purchases == run.tally.shoppers[story.member].purchases
        for key, held in story.end.wallet.items():
            left = whole.units.earned[key] - whole.units.spent[key] - whole.units.expired[key]
            assert left == held.balance + held.pending


def add(whole: Gap, part: Told | Gap) -> None:
    if isinstance(part, Told):
        whole.take(part)
        return
    whole.discount += part.discount
    for name in ("earned", "spent", "expired"):
        getattr(whole.units, name).update(getattr(part.units, name))


def test_the_reasons_of_a_shown_purchase_tell_all_its_points(points: Demonstration) -> None:
    told = [part for story in points.stories() for part in story.parts if isinstance(part, Told)]
    assert told
    for part in told:
        reasons = " ".join(one.because for one in part.outcome.trace if one.applied)
        explained = sum(int(number) for number in re.findall(r"(\d+) points", reasons))
        earned = [one.units or 0 for one in part.outcome.effects if one.kind is Kind.EARN]
        assert explained == sum(earned)


def test_the_stories_are_the_same_every_time(points: Demonstration) -> None:
    again = finished(points.plan.programme)
    assert list(again.stories()) == list(points.stories())


def test_the_stories_are_of_whom_they_say(points: Demonstration) -> None:
    most, late, small = points.stories()
    shoppers = points.tally.shoppers
    assert most.whole.issued.total() == max(one.issued.total() for one in shoppers.values())
    assert small.whole.amount <= min(one.amount for one in shoppers.values() if one.purchases >= 6)
    assert late.why == "the last to reach top"
    kinds = [
        {effect.kind for effect in part.outcome.effects} if isinstance(part, Told) else set()
        for part in late.parts
    ]
    place = next(place for place, found in enumerate(kinds) if Kind.TIER in found)
    after = late.parts[place + 1]
    assert isinstance(after, Told)
    assert "top-rate" in {reason.rule for reason in after.outcome.trace if reason.applied}


def test_no_purchase_is_left_out_alone(points: Demonstration) -> None:
    gaps = [part for story in points.stories() for part in story.parts if isinstance(part, Gap)]
    assert gaps
    assert min(gap.purchases for gap in gaps) > 1


def test_a_story_of_one_household_is_enough() -> None:
    run = finished(sound_programme(programme_file("department-points")), households=1)
    (story,) = run.stories()
    assert isinstance(story, Story)
    assert story.member == "1"


# ---- what it is run on ---------------------------------------------------------------------------


def test_the_year_of_groceries_is_taken_where_it_is() -> None:
    source, instead = history(5)
    assert isinstance(source, CompleteJourney)
    assert instead is None
    assert source.counts.members == 5


def test_without_it_purchases_are_generated_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(complete_journey, "PACKAGE", "no_such_package")
    source, instead = history(5)
    assert isinstance(source, Generated)
    assert source.counts.members == 5
    assert instead is not None
    assert "make demo" in instead


def test_a_money_with_other_decimals_is_refused() -> None:
    yen = programme(STARS.replace("money: USD", "money: JPY"))
    with pytest.raises(UnusableError, match="in USD, which JPY cannot stand for"):
        Demonstration(yen, Generated(1))


def effects_of(story: Story) -> list[Effect]:
    told = [part for part in story.parts if isinstance(part, Told)]
    return [effect for part in told for effect in part.outcome.effects]


def test_all_is_counted_up_to_the_last_purchase(points: Demonstration) -> None:
    assert points.until == points.source.counts.last
    days = [effect.day for one in points.stories() for effect in effects_of(one)]
    assert max(days) <= points.plan.zone.day_of(points.until)

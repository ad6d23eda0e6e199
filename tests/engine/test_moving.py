"""From one version to the next: what becomes of what a member has."""

from __future__ import annotations

import pytest

from tests.engine.versions import (
    COUNTING,
    HEAD,
    MAY,
    PLAIN,
    at,
    bought,
    day,
    decided,
    laddered,
    line_of,
    standing,
    told,
    wallet,
)
from xenia.effects import Kind

# ---- currencies ----------------------------------------------------------------------------------


def test_lots_keep_their_end_whatever_the_new_version_says() -> None:
    line = line_of(
        PLAIN.replace("points: {}", "points: {expires: {after: 3 months}}"),
        PLAIN.replace("points: {}", "points: {expires: {after: 1 month}}"),
    )
    account, _ = decided(line, bought("2026-04-10"), bought("2026-05-10", 5))
    assert wallet(line, account) == {"2026-07-10": 10, "2026-06-10": 5}


@pytest.mark.parametrize(
    "orders", [("soonest-expiry", "first-earned"), ("first-earned", "soonest-expiry")]
)
def test_another_order_of_spending_sorts_the_lots_again(orders: tuple[str, str]) -> None:
    texts = [
        HEAD
        + "currencies: {points: {value: 1, expires: {after: 12 months}, "
        + f"spend-first: {order}}}}}\n"
        + "rules:\n"
        + "  long: {when: basket.amount >= 20, then: {earn: {points: 1 per 1.00}}}\n"
        + "  short: {when: basket.amount < 20, then: {earn: {points: {units: 1 per 1.00,"
        + " expires: {after: 2 months}}}}}\n"
        for order in orders
    ]
    line = line_of(*texts)
    account, _ = decided(line, bought("2026-04-01", 20), bought("2026-04-02", 10))
    before = wallet(line, account)
    moved, _ = line.pass_time(account, at(MAY))
    assert wallet(line, moved) == before == {"2027-04-01": 20, "2026-06-02": 10}
    _, outcome = line.decide(moved, bought("2026-05-02", 100, spend={"points": "5"}))
    [spent] = [item for item in outcome.movements if item.kind is Kind.SPEND]
    first_earned = orders[1] == "first-earned"
    assert spent.earned == day("2026-04-01" if first_earned else "2026-04-02")
    # A late event of the first version spends in its order, from lots in the second one's.
    late, outcome = line.decide(moved, bought("2026-04-03", 100, spend={"points": "5"}))
    [spent] = [item for item in outcome.movements if item.kind is Kind.SPEND]
    assert spent.earned == day("2026-04-02" if first_earned else "2026-04-01")
    assert sum(wallet(line, late).values()) == 30 - 5 + 95
    _, outcome = line.decide(late, bought("2026-05-02", 100, spend={"points": "5"}))
    [spent] = [item for item in outcome.movements if item.kind is Kind.SPEND]
    assert spent.earned == day("2026-04-01" if first_earned else "2026-04-02")


def test_what_is_pending_becomes_usable_on_its_own_day() -> None:
    pending = PLAIN.replace("points: {}", "points: {pending: 30 days}")
    line = line_of(pending, pending.replace("30 days", "1 day"))
    account, _ = decided(line, bought("2026-04-15"), bought("2026-05-02", 5))
    _, outcome = line.pass_day(account, day("2026-06-01"))
    assert told(outcome.effects) == [
        (Kind.ACTIVATE, "2026-05-03", 5),
        (Kind.ACTIVATE, "2026-05-15", 10),
    ]


def test_inactivity_counts_from_the_version_that_brings_it() -> None:
    line = line_of(PLAIN, PLAIN.replace("points: {}", "points: {expires: {inactive: 2 months}}"))
    account, _ = decided(line, bought("2026-01-10"))
    account, outcome = line.pass_day(account, day("2026-06-30"))
    assert outcome.effects == ()
    assert line.next_due(account) == day("2026-07-01")
    _, outcome = line.pass_day(account, day("2026-07-01"))
    assert told(outcome.effects) == [(Kind.EXPIRE, "2026-07-01", 10)]


def test_inactivity_that_is_counted_already_counts_on() -> None:
    text = PLAIN.replace("points: {}", "points: {expires: {inactive: 6 months}}")
    line = line_of(text, text.replace("6 months", "12 months"))
    account, _ = decided(line, bought("2026-01-10"))
    _, outcome = line.pass_day(account, day("2026-12-01"))
    assert told(outcome.effects) == [(Kind.EXPIRE, "2026-07-10", 10)]


def test_without_inactivity_nothing_ends_what_it_would_have_ended() -> None:
    text = PLAIN.replace("points: {}", "points: {expires: {inactive: 6 months}}")
    line = line_of(text, PLAIN)
    account, _ = decided(line, bought("2026-01-10"))
    account, outcome = line.pass_day(account, day("2036-12-01"))
    assert outcome.effects == ()
    assert wallet(line, account) == {"never": 10}


# ---- metrics and limits --------------------------------------------------------------------------


def test_a_metric_is_kept_while_its_definition_is() -> None:
    other = COUNTING.replace("sum: spent", "sum: 2 * spent").replace(
        "visits: {count", "visits: {title: {en: Visits}, count"
    )
    line = line_of(COUNTING, other)
    account, _ = decided(line, bought("2026-04-01"), bought("2026-04-02"))
    assert line.view(account, at("2026-04-03T12:00:00+03:00")).metrics == {
        "visits": 2,
        "spent": 2000,
    }
    assert line.view(account, at(MAY)).metrics == {"visits": 2, "spent": 0}


def test_a_metric_whose_decimals_change_starts_anew() -> None:
    scored = PLAIN + (
        "attributes: {event: {score: integer}}\n"
        "metrics: {score: {sum: attributes.score, over: calendar year}}\n"
    )
    line = line_of(scored, scored.replace("integer", "decimal"))
    account, _ = decided(line, bought("2026-04-01", attributes={"score": 7}))
    assert line.view(account, at("2026-04-03T12:00:00+03:00")).metrics == {"score": 7}
    assert line.view(account, at(MAY)).metrics == {"score": 0}


def test_a_limit_that_is_kept_stays_used() -> None:
    limited = PLAIN.replace("points: {then", "points: {limits: {units: 15, per: year}, then")
    line = line_of(limited, limited.replace("15", "17"))
    account, _ = decided(line, bought("2026-04-01"), bought("2026-05-02"))
    assert wallet(line, account) == {"never": 17}


# ---- tiers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ("{guest: 0, regular: 2, patron: 5}", "regular"),
        ("{patron: 0, regular: 2}", "regular"),  # another place on the ladder
        ("{guest: 0, friend: 1, regular: 2}", "regular"),
        ("{guest: 1, regular: 3}", "regular"),  # now with a `none` below it, and out of reach
        ("{guest: 0, patron: 2}", "guest"),  # gone: the nearest lower one
        ("{patron: 2, saint: 3}", None),  # none of the lower ones is left
        ("{patron: 0, saint: 3}", "patron"),
    ],
)
def test_a_level_is_kept_by_its_name(levels: str, expected: str | None) -> None:
    line = line_of(
        laddered("{guest: 0, regular: 2}", "holds: 12 months"),
        laddered(levels, "holds: 12 months"),
    )
    account, _ = decided(line, bought("2026-04-01"), bought("2026-04-02"))
    until = "2027-04-02" if expected == "regular" else None
    level, found = standing(line, account, "2026-05-02")
    if expected == "guest" or expected is None or expected == "patron":
        assert (level, found) == (expected, None)
    else:
        assert (level, found) == (expected, until)


def test_the_lowest_level_that_becomes_a_higher_one_is_held_from_then_on() -> None:
    line = line_of(
        laddered("{guest: 0, regular: 2}", "holds: 12 months"),
        laddered("{guest: 1, regular: 2}", "holds: 2 months"),
    )
    account, _ = decided(line, bought("2026-04-01"))
    assert standing(line, account, "2026-05-02") == ("guest", "2026-07-01")


def test_a_level_that_was_not_held_is_held_from_the_first_day_of_the_new_version() -> None:
    line = line_of(
        laddered("{guest: 0, regular: 2}"),
        laddered("{guest: 0, regular: 3}", "holds: end of month + 1"),
    )
    account, _ = decided(line, bought("2026-04-01"), bought("2026-04-02"))
    assert standing(line, account, "2026-05-02") == ("regular", "2026-07-01")
    assert line.pass_day(account, day("2026-06-30"))[1].effects == ()
    _, outcome = line.pass_day(account, day("2026-07-01"))
    assert told(outcome.effects) == [(Kind.TIER, "2026-07-01", "guest")]


def test_a_level_is_held_as_long_as_it_was_and_then_by_the_new_terms() -> None:
    line = line_of(
        laddered("{guest: 0, regular: 2, patron: 3}", "holds: 12 months"),
        laddered("{guest: 0, regular: 4, patron: 5}", "holds: 1 month", "falls: one-level"),
    )
    account, _ = decided(line, *(bought(f"2026-04-0{n}") for n in (1, 2, 3)))
    assert standing(line, account, "2026-05-02") == ("patron", "2027-04-03")
    _, outcome = line.pass_day(account, day("2027-07-01"))
    assert told(outcome.effects) == [
        (Kind.TIER, "2027-04-03", "regular"),
        (Kind.TIER, "2027-05-03", "guest"),
    ]
    assert [effect.expires for effect in outcome.effects] == [day("2027-05-03"), None]


def test_a_level_that_is_held_no_more_is_looked_at_when_its_metric_may_change() -> None:
    yearly = COUNTING.replace("visits: {count: true}", "visits: {count: true, over: calendar year}")
    ladder = "tiers: {status: {by: visits, levels: {guest: 0, regular: 2}, HOLDS}}\n"
    line = line_of(
        yearly + ladder.replace("HOLDS", "holds: 24 months"), yearly + ladder.replace(", HOLDS", "")
    )
    account, _ = decided(line, bought("2026-04-01"), bought("2026-04-02"))
    assert standing(line, account, "2026-05-02") == ("regular", None)
    account, _ = line.pass_day(account, day("2026-05-01"))
    assert line.next_due(account) == day("2027-01-01")
    _, outcome = line.pass_day(account, day("2027-03-01"))
    assert told(outcome.effects) == [(Kind.TIER, "2027-01-01", "guest")]


def test_nothing_is_due_by_a_version_before_its_first_day() -> None:
    daily = COUNTING.replace("visits: {count: true}", "visits: {count: true, over: calendar month}")
    ladder = "tiers: {status: {by: visits, levels: {guest: 0, regular: 2}, HOLDS}}\n"
    line = line_of(
        daily + ladder.replace("HOLDS", "holds: 24 months"),
        daily + ladder.replace(", HOLDS", ""),
        starts=("2026-08-10T00:00:00+03:00",),
    )
    account, _ = decided(line, bought("2026-04-01"), bought("2026-04-02"))
    # By its metric alone the level would have been due on 1 May, under the first version.
    account, outcome = line.pass_day(account, day("2026-09-30"))
    assert told(outcome.effects) == [(Kind.TIER, "2026-08-10", "guest")]


def test_a_level_below_what_the_metrics_say_waits_for_the_next_event() -> None:
    line = line_of(
        laddered("{guest: 0, regular: 5}", "holds: 12 months"),
        laddered("{guest: 0, regular: 2}", "holds: 12 months"),
    )
    account, _ = decided(line, *(bought(f"2026-04-0{n}") for n in (1, 2, 3)))
    assert standing(line, account, "2026-05-02")[0] == "guest"
    account, outcome = line.decide(account, bought("2026-05-03"))
    assert told(outcome.effects)[-1] == (Kind.TIER, "2026-05-03", "regular")

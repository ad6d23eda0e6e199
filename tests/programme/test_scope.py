"""Each place of a programme knows the names that are known there, and says why not the others."""

import pytest

from tests.programme.small import HEAD, POINTS, programme
from xenia.language.types import (
    AMOUNT_BOUND,
    Bool,
    Date,
    Instant,
    Level,
    Number,
    Origin,
    Scope,
    Text,
    Texts,
)
from xenia.programme.formulas import analyse
from xenia.programme.ladders import Level as Rung
from xenia.programme.ladders import Tier
from xenia.programme.scope import Formula, Standing, ladder, scope_of

RICH = programme(
    """\
xenia: 1
programme: rich
money: KWD
timezone: Europe/Athens
attributes:
  member: {age: integer, home-city: [athens, patras], vip: boolean}
  event: {campaign: text, distance: decimal, booked-on: date}
categories: [drink, food]
lists: {top-sellers: [a, b]}
locations: {athens: {region: attica, partner: agora}, patras: {region: achaia}}
currencies: {gold-points: {decimals: 2}, nights: {kind: qualifying}}
metrics:
  spent-this-year: {sum: spent, over: calendar year}
  visits: {count: true, over: rolling 30 days}
  web-visits: {count: true, when: channel == "web", over: membership year}
  earned: {sum: earned.gold_points, over: calendar month}
  largest: {max: basket.amount}
  weeks: {streak: week}
  kinds: {distinct: channel, values: [web, store], over: calendar year}
  redeemed: {sum: quantity, on: redemption, over: calendar year}
tiers:
  status: {by: visits, levels: {basic: 0, gold: 5}}
  club: {levels: {silver: {any: {visits: 5}}, gold: {all: {visits: 9}}}}
rewards: {mug: {gives: {item: A mug}}}
"""
)
METRICS = {
    "spent-this-year": Formula(3, frozenset({Origin.DISCOUNTED})),
    "visits": Formula(),
    "web-visits": Formula(0, frozenset({Origin.EVENT})),
    "earned": Formula(2, frozenset({Origin.EARNED})),
    "largest": Formula(3, frozenset({Origin.EVENT})),
    "weeks": Formula(),
    "kinds": Formula(0, frozenset({Origin.EVENT})),
    "redeemed": Formula(0, frozenset({Origin.EVENT})),
}


def discount() -> Scope:
    return scope_of(RICH, Standing.DISCOUNT, "purchase", METRICS)


def earn() -> Scope:
    return scope_of(RICH, Standing.EARN, "purchase", METRICS)


def test_names_of_a_purchase() -> None:
    scope = discount()
    names = scope.names
    assert names["occurred_at"].type == Instant()
    assert names["channel"].nullable
    assert not names["source"].nullable
    assert names["location"].type == Text(("athens", "patras"))
    assert names["location.region"].type == Text(("attica", "achaia"))
    assert names["location.owner"].type == Text(None)
    assert names["location.partner"].type == Text(("agora",))
    assert names["payment.method"].type == Text(
        ("cash", "bank-card", "card-balance", "gift-card", "reward", "other")
    )
    assert names["basket.amount"].type == Number(3)
    assert names["basket.amount"].bound == AMOUNT_BOUND
    assert names["basket.quantity"].type == Number(3)
    assert names["basket.quantity"].bound == 2_000 * 10**12
    assert names["attributes.distance"].type == Number(6)
    assert names["attributes.booked_on"].type == Date()
    assert scope.constants == {"list.top_sellers": ("a", "b")}


def test_names_of_the_member_and_the_state() -> None:
    names = discount().names
    assert names["member.home_city"].type == Text(("athens", "patras"))
    assert names["member.vip"].type == Bool()
    assert names["member.birthday"].nullable
    assert names["member.enrolled_on"].origin is Origin.STATE
    assert not names["member.enrolled_on"].nullable
    assert names["metric.spent_this_year"].type == Number(3)
    assert names["metric.earned"].type == Number(2)
    assert names["balance.gold_points"].type == Number(2)
    assert names["tier.status"].type == Level("status", ("basic", "gold"))
    assert names["tier.club"].type == Level("club", ("none", "silver", "gold"))
    assert {names[name].origin for name in names if name.startswith(("metric.", "tier."))} == {
        Origin.STATE
    }


def test_line_fields() -> None:
    fields = discount().lists["lines"]
    assert fields["category"].type == Text(("drink", "food"))
    assert fields["tags"].type == Texts()
    assert {name for name, field in fields.items() if field.nullable} == {
        "unit",
        "regular_amount",
        "brand",
        "seller",
    }
    assert set(discount().lists) == {"lines", "payments", "charges"}
    assert "paid" not in fields
    assert earn().lists["lines"]["paid"].origin is Origin.DISCOUNTED


def test_prices_paid_are_known_to_earning_rules_only() -> None:
    assert {"spent", "basket.paid"} <= set(earn().names)
    assert not {"spent", "basket.paid"} & set(discount().names)
    assert not [name for name in earn().names if name.startswith("earned.")]


def test_a_metric_knows_what_was_earned_but_no_state() -> None:
    names = scope_of(RICH, Standing.METRIC, "purchase", {}).names
    assert names["earned.gold_points"].type == Number(2)
    assert names["earned.gold_points"].origin is Origin.EARNED
    state = [name for name, entry in names.items() if entry.origin is Origin.STATE]
    assert state == ["member.enrolled_on"]


def test_a_choice_of_lines_knows_lines_and_lists_only() -> None:
    scope = scope_of(RICH, Standing.LINES, "purchase", METRICS)
    assert scope.names == {}
    assert set(scope.lists) == {"lines"}
    assert scope.constants
    assert "paid" not in scope.lists["lines"]


def test_names_of_other_events() -> None:
    redemption = scope_of(RICH, Standing.EARN, "redemption", METRICS)
    assert redemption.names["reward"].type == Text(("mug",))
    assert redemption.names["quantity"].type == Number(0)
    assert redemption.lists == {}
    assert "spent" not in redemption.names
    enrolment = scope_of(RICH, Standing.EARN, "enrolment", METRICS)
    assert "attributes.age" in enrolment.names
    assert "attributes.campaign" not in enrolment.names
    assert "basket.amount" not in enrolment.names


def test_previous_is_of_calendar_windows_and_membership_years() -> None:
    assert set(discount().previous) == {
        "metric.spent_this_year",
        "metric.web_visits",
        "metric.earned",
        "metric.kinds",
        "metric.redeemed",
    }


def test_with_this_is_of_what_is_known_already() -> None:
    assert set(discount().with_this) == {"metric.visits", "metric.web_visits", "metric.largest"}
    assert set(earn().with_this) == {*discount().with_this, "metric.spent_this_year"}
    assert earn().with_this["metric.spent_this_year"].origin is Origin.DISCOUNTED
    assert earn().with_this["metric.visits"].origin is Origin.STATE
    redemption = scope_of(RICH, Standing.EARN, "redemption", METRICS)
    assert set(redemption.with_this) == {"metric.redeemed"}


def test_a_ladder_has_none_below_a_level_that_must_be_reached() -> None:
    threshold = Rung(any={"visits": 1})  # type: ignore[dict-item]
    assert ladder(Tier(levels={"low": Rung(), "high": threshold})) == ("low", "high")
    assert ladder(Tier(levels={"low": threshold})) == ("none", "low")


def test_every_expression_is_under_its_path() -> None:
    analysis = analyse(
        programme(
            POINTS
            + """\
exclusions: {gift-cards: {lines: l.category == "gift-card"}}
metrics:
  spent: {sum: spent * 1.5, when: channel == "web"}
  kinds: {distinct: channel, values: [web]}
  largest: {max: basket.quantity}
rules:
  base:
    lines: l.amount > 5
    when: metric.spent > 100
    then: {earn: {points: {units: 'per(spent, 10)', kind: bonus}}}
  rate: {then: {earn: {points: 1 per 1.00}}}
"""
        )
    )
    assert analysis.problems == ()
    assert set(analysis.nodes) == {
        ("exclusions", "gift-cards", "lines"),
        ("metrics", "spent", "sum"),
        ("metrics", "spent", "when"),
        ("metrics", "kinds", "distinct"),
        ("metrics", "largest", "max"),
        ("rules", "base", "lines"),
        ("rules", "base", "when"),
        ("rules", "base", "then", "earn", "points"),
    }
    assert analysis.metric_scales == {"spent": 3, "kinds": 0, "largest": 3}


def problem(rules: str) -> tuple[str, str]:
    analysis = analyse(programme(POINTS + rules))
    (only,) = analysis.problems
    return only.code, only.error.message


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (
            "rules: {a: {when: spent > 5, then: {discount: {percent: 5}}}}",
            "not-known-yet",
            "`spent` is known only once the discounts are decided",
        ),
        (
            "rules: {a: {when: 'lines.exists(x, x.paid > 5)', then: {discount: {percent: 5}}}}",
            "not-known-yet",
            "`x.paid` is known only once the discounts are decided",
        ),
        (
            "rules: {a: {lines: l.paid > 5, then: {earn: {points: 1}}}}",
            "not-known-yet",
            "`l.paid` is known only once the discounts are decided",
        ),
        (
            "rules: {a: {when: earned.points > 5, then: {earn: {points: 1}}}}",
            "not-known-yet",
            "`earned.points` is known only once the accruals are decided",
        ),
        (
            'rules: {a: {lines: channel == "web", then: {earn: {points: 1}}}}',
            "not-of-a-line",
            "`channel` is not a field of the line `l`",
        ),
        (
            "rules: {a: {on: enrolment, when: basket.amount > 5, then: {earn: {points: 1}}}}",
            "other-event",
            "`basket.amount` is known of a purchase only",
        ),
        (
            "metrics: {a: {sum: balance.points}}",
            "circular",
            "`balance.points` is itself counted from events, so a metric that read it would be "
            "circular",
        ),
        ('rules: {a: {when: chanel == "web", then: {earn: {points: 1}}}}', "expression", None),
    ],
)
def test_a_name_that_is_withheld_says_why(text: str, code: str, message: str | None) -> None:
    said = problem(text)
    assert said[0] == code
    assert message is None or said[1] == message


def test_a_rule_with_a_discount_reads_what_is_known_before_it() -> None:
    both = "rules: {a: {when: spent > 5, then: {earn: {points: 1}, discount: {amount: 1}}}}"
    assert problem(both)[0] == "not-known-yet"


def test_a_metric_may_read_the_day_of_enrolment() -> None:
    text = (
        HEAD
        + "metrics:\n  a: {count: true, when: 'days(date(occurred_at), member.enrolled_on) > 3'}\n"
    )
    assert analyse(programme(text)).problems == ()


def test_a_failed_metric_does_not_spoil_those_who_read_it() -> None:
    analysis = analyse(
        programme(
            POINTS
            + "metrics: {a: {sum: spend}}\n"
            + "rules: {b: {when: with_this(metric.a) > 5, then: {earn: {points: 1}}}}\n"
        )
    )
    assert [only.path for only in analysis.problems] == [("metrics", "a", "sum")]

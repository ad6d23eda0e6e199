"""What may not follow a version of a programme, and what is said about what may."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from xenia.programme.attributes import Attribute, Attributes
from xenia.programme.ladders import Level, Tier
from xenia.programme.model import Currency, Expression, Gives, Metric, Programme, Reward
from xenia.programme.periods import After, Duration, Inactive
from xenia.programme.succession import succession
from xenia.programme.texts import Texts

OLD = Programme(
    id="cafe",
    money="EUR",
    timezone="Europe/Athens",
    attributes=Attributes(
        member={"kind": Attribute(options=("adult", "student")), "nickname": Attribute()},
        event={"weather": Attribute()},
    ),
    currencies={
        "points": Currency(decimals=2, pending=Duration(days=14)),
        "stars": Currency(expires=Inactive(Duration(months=24))),
    },
    metrics={"visits": Metric(count=True), "spent": Metric(sum=Expression("spent"))},
    tiers={
        "status": Tier(
            levels={
                "guest": Level(),
                "regular": Level(any={"visits": Decimal(2)}),
                "patron": Level(any={"visits": Decimal(9)}),
            }
        ),
        "club": Tier(levels={"friend": Level(all={"visits": Decimal(1)})}),
    },
    rewards={"mug": Reward(gives=Gives(gift_card=Decimal(1)))},
)


def said(new: Programme) -> list[tuple[str, str, str]]:
    """Severity, code and path of each finding."""
    return [(found.severity, found.code, ".".join(found.path)) for found in succession(OLD, new)]


def with_attributes(**changed: Attribute | None) -> Programme:
    """None: it is gone."""
    member = {**OLD.attributes.member, **changed}
    left = {key: attribute for key, attribute in member.items() if attribute is not None}
    return replace(OLD, attributes=replace(OLD.attributes, member=left))


def with_currency(**parts: object) -> Programme:
    points = replace(OLD.currencies["points"], **parts)  # type: ignore[arg-type]
    return replace(OLD, currencies={**OLD.currencies, "points": points})


def with_levels(*names: str) -> Programme:
    levels = {name: OLD.tiers["status"].levels[name] for name in names}
    tiers = {**OLD.tiers, "status": replace(OLD.tiers["status"], levels=levels)}
    return replace(OLD, tiers=tiers)


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (replace(OLD, id="bar"), ("error", "other-programme", "programme")),
        (replace(OLD, money="USD"), ("error", "other-money", "money")),
        (replace(OLD, timezone="Asia/Tokyo"), ("error", "other-timezone", "timezone")),
        (with_attributes(kind=None), ("error", "attribute-gone", "attributes.member.kind")),
        (
            with_attributes(kind=Attribute(type="integer")),
            ("error", "other-type", "attributes.member.kind.type"),
        ),
        (
            with_attributes(kind=Attribute()),
            ("error", "other-keeping", "attributes.member.kind.options"),
        ),
        (
            with_attributes(nickname=Attribute(options=("Zorba",))),
            ("error", "other-keeping", "attributes.member.nickname.options"),
        ),
        (
            with_attributes(nickname=Attribute(type="date")),
            ("error", "other-type", "attributes.member.nickname.type"),
        ),
        (
            replace(OLD, currencies={"stars": OLD.currencies["stars"]}),
            ("error", "currency-gone", "currencies.points"),
        ),
        (with_currency(decimals=0), ("error", "other-decimals", "currencies.points.decimals")),
        (with_currency(pending=None), ("error", "pending-gone", "currencies.points.pending")),
        (
            replace(OLD, currencies={**OLD.currencies, "stars": Currency()}),
            ("advice", "never-ends", "currencies.stars.expires"),
        ),
        (
            replace(OLD, tiers={"status": OLD.tiers["status"]}),
            ("advice", "tier-gone", "tiers.club"),
        ),
        (with_levels("guest", "patron"), ("advice", "level-gone", "tiers.status.levels.regular")),
        (
            replace(OLD, metrics={**OLD.metrics, "visits": Metric(count=True, on="profile")}),
            ("advice", "counts-anew", "metrics.visits"),
        ),
    ],
)
def test_what_members_would_lose_is_said(new: Programme, expected: tuple[str, str, str]) -> None:
    assert said(new) == [expected]


def test_what_members_do_not_lose_is_not_said() -> None:
    metrics = {
        "visits": replace(OLD.metrics["visits"], title=Texts({"en": ("visits",)})),
        "spent": Metric(sum=Expression("2 * spent")),  # on which no level depends
        "more": Metric(count=True),
    }
    currencies = {
        "points": Currency(decimals=2, pending=Duration(days=1), expires=After(Duration(months=1))),
        "stars": Currency(expires=Inactive(Duration(months=1))),
        "miles": Currency(),
    }
    kinds = Attribute(options=("child", "adult"))
    attributes = Attributes(member={"kind": kinds, "shoe": Attribute(type="integer")})
    new = replace(
        OLD,
        attributes=attributes,  # free text that nobody asks for any more is still kept as personal
        metrics=metrics,
        currencies=currencies,
        rewards={},
        operator="A cafe",
    )
    assert said(OLD) == []
    assert said(new) == []
    assert {found.place for found in succession(OLD, replace(OLD, id="bar"))} == {None}


def test_what_ends_by_itself_needs_no_inactivity_to_end() -> None:
    both = Currency(expires=Inactive(Duration(months=24), Duration(months=36)))
    never = Currency()
    old = replace(OLD, currencies={**OLD.currencies, "stars": both})
    new = replace(OLD, currencies={**OLD.currencies, "stars": never})
    assert [code for _, code, _ in said(new)] == ["never-ends"]
    assert succession(old, new) == ()


@pytest.mark.parametrize(
    ("left", "levels"),
    [
        (("guest",), ["the level guest", "the level guest"]),
        (("regular",), ["the level regular"]),
        (("patron",), ["none"]),
    ],
)
def test_a_level_that_is_gone_becomes_the_nearest_below(
    left: tuple[str, ...], levels: list[str]
) -> None:
    told = [
        found.sentence.rpartition(" will have ")[2]
        for found in succession(OLD, with_levels(*left))
        if found.path[-1] != "guest"
    ]
    assert told == levels

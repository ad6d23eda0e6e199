"""Ladders of levels: how levels are won, held and lost, and what they bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from xenia.programme.periods import Duration, Hold
from xenia.programme.texts import Id, Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A rung: reached when `any` (`all`) of the metrics are at their threshold; neither: always."""

    any: Mapping[Id, Decimal] = field(default_factory=dict)
    all: Mapping[Id, Decimal] = field(default_factory=dict)
    benefits: Mapping[Id, int | None] = field(default_factory=dict)  # how often, if it is counted
    title: Texts | None = None


class Fall(StrEnum):
    TO_EARNED = "to-earned"
    ONE_LEVEL = "one-level"


class Returned(StrEnum):
    """When a level is lost that was won by what is returned."""

    NOW = "now"
    AT_REVIEW = "at-review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A ladder of levels, lowest first.  Without `holds` a level lasts just while it is earned."""

    by: Id | None = None  # the metric of the short form `gold: 30`
    levels: Mapping[Id, Level]  # their order counts, unlike that of every other mapping
    holds: Hold | None = None
    falls: Fall = Fall.TO_EARNED
    grace: Duration | None = None  # how long a level stays when its hold has ended
    returns: Returned = Returned.NOW
    title: Texts | None = None


def metrics_of(tier: Tier) -> list[str]:
    """The metrics that a ladder's thresholds are set on, by id."""
    return sorted({key for level in tier.levels.values() for key in (*level.any, *level.all)})


def counted_benefits(tiers: Mapping[Id, Tier]) -> dict[str, str]:
    """The benefits that some level counts, by id, each with the ladder that does."""
    found = {
        benefit: key
        for key, tier in tiers.items()
        for level in tier.levels.values()
        for benefit, times in level.benefits.items()
        if times
    }
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """A right that levels bring, standing or counted, under the name by which customers know it."""

    title: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """What a member has once, to be seen, under the name by which customers know it."""

    title: Texts

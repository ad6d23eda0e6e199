"""Whether every level of a tier can be had."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product
from math import prod
from typing import Final

from xenia.programme.check.subject import Found, Subject
from xenia.programme.ladders import Level, Tier, counted_benefits
from xenia.programme.model import Programme

_TRIED_MAX: Final = 20_000


def skipped_levels(subject: Subject) -> Iterator[Found]:
    """A level that nobody can have, since a higher one is reached with it."""
    for key, tier in subject.programme.tiers.items():
        held = _held(tier)
        names = list(tier.levels)
        for place, level in enumerate(names):
            if held is None or place in held:
                continue
            yield Found(
                "unreachable-level",
                ("tiers", key, "levels", level),
                f"nobody can have `{level}`: whoever reaches it reaches "
                f"`{names[place + 1] if place + 1 < len(names) else names[-1]}` as well",
                "levels stand lowest first, each with higher thresholds than the one before",
                on_key=True,
            )


def _held(tier: Tier) -> set[int] | None:
    """The places of the levels that some values of the metrics lead to; None: too many to try."""
    values: dict[str, set[Decimal]] = {}
    for rung in tier.levels.values():
        for thresholds in (rung.any, rung.all):
            for metric, threshold in thresholds.items():
                values.setdefault(metric, {Decimal(0)}).add(threshold)
    if prod(len(choices) for choices in values.values()) > _TRIED_MAX:
        return None
    rungs = list(tier.levels.values())
    return {
        max((place for place, rung in enumerate(rungs) if _reached(rung, known)), default=-1)
        for chosen in product(*values.values())
        for known in (dict(zip(values, chosen, strict=True)),)
    }


def _reached(rung: Level, known: Mapping[str, Decimal]) -> bool:
    some = [known[metric] >= threshold for metric, threshold in rung.any.items()]
    each = [known[metric] >= threshold for metric, threshold in rung.all.items()]
    return (any(some) or not some) and all(each)


def beyond_metric(subject: Subject) -> Iterator[Found]:
    """A threshold above the most that its metric can ever be."""
    for key, tier in subject.programme.tiers.items():
        for level, rung in tier.levels.items():
            for which, thresholds in (("any", rung.any), ("all", rung.all)):
                for metric, threshold in thresholds.items():
                    most = _most(subject.programme, metric)
                    if most is not None and threshold > most:
                        yield Found(
                            "unreachable-level",
                            ("tiers", key, "levels", level, which, metric),
                            f"`{metric}` is never more than {most}, so never {threshold}",
                            "lower the threshold, or count something else",
                        )


def _most(programme: Programme, key: str) -> int | None:
    """The most that a metric can be, where its definition says so."""
    metric = programme.metrics.get(key)
    if metric is None:
        return None
    if metric.distinct is not None:
        return len(metric.values)
    for currency in programme.currencies:
        formula = metric.sum or metric.max
        if formula is not None and formula.text.strip() == f"earned.{currency.replace('-', '_')}":
            earns = any(
                rule.on == metric.on and (currency in rule.then.earn)
                for rule in programme.rules.values()
            )
            return None if earns else 0
    return None


def rollover_of_nothing(subject: Subject) -> Iterator[Found]:
    """What is beyond a threshold cannot count on where there is none."""
    for key, metric in subject.programme.metrics.items():
        if metric.rollover and not any(subject.programme.thresholds(key)):
            yield Found(
                "rollover-of-nothing",
                ("metrics", key, "rollover"),
                f"no level has a threshold on `{key}`, so that nothing of it can be beyond one",
                "name the metric in a level, or take `rollover` away",
            )


def counted_twice(subject: Subject) -> Iterator[Found]:
    """A benefit that is counted is brought by one ladder, or nobody knows what is left of it."""
    counted = counted_benefits(subject.programme.tiers)
    for key, tier in subject.programme.tiers.items():
        for level, rung in tier.levels.items():
            for number, benefit in enumerate(rung.benefits):
                if counted.get(benefit, key) != key:
                    step = benefit if any(rung.benefits.values()) else str(number)
                    yield Found(
                        "counted-twice",
                        ("tiers", key, "levels", level, "benefits", step),
                        f"`{benefit}` is counted by `{counted[benefit]}`, and brought here, too",
                        "let one ladder bring it, or give it two names",
                        on_key=True,
                    )


CHECKS = (skipped_levels, beyond_metric, rollover_of_nothing, counted_twice)

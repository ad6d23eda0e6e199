"""What a member holds, read off the state: wallet, metrics, places on ladders, benefits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xenia.effects import Balance, Standing, View
from xenia.engine.link import Steps
from xenia.engine.operators import DAY, FAR, LEVEL, TOTAL, UNTIL
from xenia.engine.plan import Plan
from xenia.engine.terms import ceiling
from xenia.programme.scope import ladder


@dataclass(frozen=True, slots=True)
class _Level:
    """A place on a ladder; `level` is None for the one below the lowest level."""

    level: str | None
    benefits: tuple[str, ...]
    thresholds: tuple[tuple[str, int], ...]


class Views:
    """Reads the views of one plan, whose places and thresholds it looks up once."""

    def __init__(self, plan: Plan, steps: Steps) -> None:
        places = {slot.name: slot.at for slot in plan.layout.slots}
        programme = plan.programme
        self._steps = steps
        self._metrics = sorted(programme.metrics)
        self._wallet = [
            (key, places[f"lots.{key}"] + TOTAL, places.get(f"pending.{key}"))
            for key in sorted(programme.currencies)
        ]
        self._ladders = [
            (key, places[f"tier.{key}"], _levels(plan, key)) for key in sorted(programme.tiers)
        ]

    def view(self, state: Sequence[int], day: int) -> View:
        """What is held on `day`, or on the state's own day if that is later."""
        state = list(state)  # reading a window drops what has left it
        state[DAY] = day = max(day, state[DAY])
        wallet = {
            key: Balance(state[total], 0 if pending is None else state[pending + TOTAL])
            for key, total, pending in self._wallet
        }
        metrics = {key: self._steps.metric(key, state, day) for key in self._metrics}
        tiers: dict[str, Standing] = {}
        benefits: dict[str, int] = {}
        for key, at, levels in self._ladders:
            number, until = state[at + LEVEL], state[at + UNTIL]
            missing: tuple[tuple[str, int], ...] = ()
            if number + 1 < len(levels):
                missing = tuple(
                    (metric, least - metrics[metric])
                    for metric, least in levels[number + 1].thresholds
                    if least > metrics[metric]
                )
            here = levels[number]
            tiers[key] = Standing(here.level, None if until >= FAR else until, missing)
            for name in here.benefits:
                benefits[name] = max(until, benefits.get(name, until))
        lasting = {
            name: None if benefits[name] >= FAR else benefits[name] for name in sorted(benefits)
        }
        return View(wallet=wallet, tiers=tiers, metrics=metrics, benefits=lasting)


def _levels(plan: Plan, key: str) -> tuple[_Level, ...]:
    """The places on a ladder, lowest first."""
    tier, scales = plan.programme.tiers[key], plan.analysis.metric_scales
    found = []
    for name in ladder(tier):
        level = tier.levels.get(name)
        if level is None:
            found.append(_Level(None, (), ()))
            continue
        asked = sorted({**level.all, **level.any}.items())
        thresholds = tuple((metric, ceiling(least, scales[metric])) for metric, least in asked)
        found.append(_Level(name, level.benefits, thresholds))
    return tuple(found)

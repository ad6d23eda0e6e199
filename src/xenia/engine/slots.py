"""Which slots a programme's currencies, metrics, tiers and limits keep in a member's state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from xenia.engine.layout import LayoutWriter
from xenia.engine.operators import COUNTER, STREAK, TIER, UNTIL
from xenia.programme.model import Limit, Metric, Programme, Rule
from xenia.programme.periods import Inactive, RollingWindow


@dataclass(frozen=True, slots=True)
class LimitSlot:
    """A limit of a rule or group; `slot` is None for one that counts within an event only."""

    name: str
    limit: Limit
    slot: int | None
    decimals: int  # in which units are counted: the most that its currencies have

    @property
    def counts(self) -> str:
        """`times`, `units` or `amount`."""
        return _counts(self.limit)


class Slots:
    """Places by id; hyphens stay as they are in slot names."""

    def __init__(self, programme: Programme, layout: LayoutWriter) -> None:
        self.lots: dict[str, int] = {}
        self.pending: dict[str, int] = {}
        self.idle: dict[str, int] = {}
        self.metrics: dict[str, int] = {}
        self.tiers: dict[str, int] = {}
        self.limits: dict[str, tuple[LimitSlot, ...]] = {}
        for key, currency in sorted(programme.currencies.items()):
            self.lots[key] = layout.ring(f"lots.{key}")
            if currency.pending is not None:
                self.pending[key] = layout.ring(f"pending.{key}")
            if isinstance(currency.expires, Inactive):
                self.idle[key] = layout.slot(f"idle.{key}", 1, never=0)
        for key, metric in sorted(programme.metrics.items()):
            self.metrics[key] = _metric_slot(layout, key, metric)
        for key in sorted(programme.tiers):
            self.tiers[key] = layout.slot(f"tier.{key}", TIER, never=UNTIL)
        for owner, limits, rules in _limited(programme):
            decimals = _decimals(programme, rules)
            self.limits[owner] = tuple(
                LimitSlot(name, limit, _limit_slot(layout, name, limit), decimals)
                for i, limit in enumerate(limits)
                for name in (f"limit.{owner}.{_counts(limit)}.{limit.per}.{i}.{decimals}",)
            )


def _metric_slot(layout: LayoutWriter, key: str, metric: Metric) -> int:
    """A metric is known by what it counts: one whose definition changed starts anew."""
    definition = sha256(repr(replace(metric, title=None)).encode()).hexdigest()[:12]
    name = f"metric.{key}.{definition}"
    if metric.streak is not None:
        return layout.slot(name, STREAK)
    if isinstance(metric.over, RollingWindow):
        return layout.ring(name)
    return layout.slot(name, COUNTER + len(metric.values))


def _counts(limit: Limit) -> str:
    if limit.times is not None:
        return "times"
    return "units" if limit.units is not None else "amount"


def _limit_slot(layout: LayoutWriter, name: str, limit: Limit) -> int | None:
    return None if limit.per == "purchase" else layout.slot(name, COUNTER)


def _limited(programme: Programme) -> Iterator[tuple[str, tuple[Limit, ...], list[Rule]]]:
    """What may have limits, and the rules that they bind."""
    for key, rule in sorted(programme.rules.items()):
        yield f"rule.{key}", rule.limits, [rule]
    for key, group in sorted(programme.groups.items()):
        rules = [rule for rule in programme.rules.values() if rule.group == key]
        yield f"group.{key}", group.limits, rules


def _decimals(programme: Programme, rules: list[Rule]) -> int:
    currencies = {key for rule in rules for key in (*rule.then.earn, *rule.then.multiply)}
    return max((programme.currencies[key].decimals for key in currencies), default=0)

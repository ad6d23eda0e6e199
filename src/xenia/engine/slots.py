"""Which slots a programme's currencies, metrics, tiers and limits keep in a member's state.

Budgets keep none: what is used of them is counted for all members together, outside, by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from hashlib import sha256

from xenia.amounts import money_decimals
from xenia.engine.layout import LayoutWriter
from xenia.engine.operators import COUNTER, LAPSE, STREAK, TIER, UNTIL, WON
from xenia.programme.ladders import Returned, Tier, counted_benefits, metrics_of
from xenia.programme.model import (
    MOMENTS,
    Beyond,
    Budget,
    Limit,
    Metric,
    Programme,
    Rule,
    SpendFirst,
    counts_of,
)
from xenia.programme.periods import Duration, Inactive, RollingWindow
from xenia.programme.scope import ladder

LAST_ACTIVE = "active"  # the day on which the member last did something
METRIC = "metric."  # the names of metrics' slots begin so
HOLDS = "holds."  # and those of what holds levels
SETTLED = "confirmed."  # and those of what they are held by beside events
_NO_DEFINITION = frozenset({"title", "rollover"})  # of a metric: not what it counts


@dataclass(frozen=True, slots=True)
class LimitSlot:
    """A limit or a budget of a rule or group, or of what is given of a currency.

    `slot` is None for a budget, and for a limit that counts within an event only.
    """

    name: str
    limit: Limit | Budget
    slot: int | None
    decimals: int  # in which units are counted: the most that its currencies have

    @property
    def counts(self) -> str:
        """`times`, `units` or `amount`."""
        return counts_of(self.limit)

    @property
    def shared(self) -> bool:
        """Whether all members use it up together."""
        return isinstance(self.limit, Budget)


class Slots:
    """Places by id; hyphens stay as they are in slot names."""

    def __init__(
        self, programme: Programme, scales: Mapping[str, int], layout: LayoutWriter
    ) -> None:
        self.lots: dict[str, int] = {}
        self.held: dict[str, int] = {}
        self.pending: dict[str, int] = {}
        self.idle: dict[str, int] = {}
        self.earning: dict[str, int] = {}
        self.earning_before: dict[str, int] = {}
        self.wiped: dict[str, int] = {}
        self.lapse: dict[str, int] = {}
        self.gone: dict[str, int] = {}
        self.metrics: dict[str, int] = {}
        self.tiers: dict[str, int] = {}
        # With what a level was won, by tier and metric, and the level held before with the same.
        self.won: dict[str, dict[str, int]] = {}
        self.before: dict[str, int] = {}
        # What holds a level: the last review, or what else settled it; and events since.
        self.settled: dict[str, int] = {}
        self.holds: dict[str, int] = {}
        self.won_before: dict[str, dict[str, int]] = {}
        self.granted_levels: dict[str, dict[int, int]] = {}  # by place on the ladder
        self.granted_benefits: dict[str, int] = {}
        self.limits: dict[str, tuple[LimitSlot, ...]] = {}
        for key, currency in sorted(programme.currencies.items()):
            first = currency.spend_first is SpendFirst.FIRST_EARNED
            self.lots[key] = layout.ring(f"lots.{key}", swapped=first)
            self.held[key] = layout.ring(f"held.{key}", swapped=first)
            if programme.wait(key) is not None:
                self.pending[key] = layout.ring(f"pending.{key}")
            if isinstance(currency.expires, Inactive):
                self.idle[key] = layout.slot(f"idle.{key}", 1, never=0)
                # The days of what was earned, by the day to which each puts off the end of all
                # lots; and the latest of those that are past.
                self.earning[key] = layout.ring(f"earning.{key}")
                self.earning_before[key] = layout.slot(f"earning-before.{key}", 1)
                # The last day on which all lots ended by inactivity; no event is as early as day 0.
                self.wiped[key] = layout.slot(f"wiped.{key}", 1)
                # Until when they lasted, since when something is earned again, `wiped` before; and
                # the lots themselves, which may come back.
                self.lapse[key] = layout.slot(f"lapse.{key}", LAPSE)
                self.gone[key] = layout.ring(f"gone.{key}")
        for key, metric in sorted(programme.metrics.items()):
            self.metrics[key] = _metric_slot(layout, key, metric, scales[key])
        for key, tier in sorted(programme.tiers.items()):
            levels = ladder(tier)
            self.tiers[key] = layout.slot(f"tier.{key}", TIER, never=UNTIL, levels=levels)
            if remembers_wins(tier):
                self._remember(programme, layout, key, levels)
            # Until when each level was granted; no event is as early as day 0.
            self.granted_levels[key] = {
                place: layout.slot(f"granted-level.{key}.{level}", 1)
                for place, level in enumerate(levels[1:], start=1)
            }
        for key in sorted(programme.benefits):
            self.granted_benefits[key] = layout.slot(f"granted-benefit.{key}", 1)
        self._add_pairs(programme, layout)
        # The date of the last one of each kind, where it means anything.
        self.moments = {kind: layout.slot(kind, 1, never=0) for kind in moments_of(programme)}
        idle = "inactivity" in self.moments
        self.active = layout.slot(LAST_ACTIVE, 1, never=0) if idle else None
        for owner, limits, budgets, decimals in _limited(programme):
            self.limits[owner] = tuple(
                LimitSlot(name, limit, _limit_slot(layout, name, limit), decimals)
                for i, limit in enumerate(limits)
                for name in (f"limit.{owner}.{counts_of(limit)}.{limit.per}.{i}.{decimals}",)
            ) + tuple(
                LimitSlot(_budget_name(programme, owner, budget, decimals), budget, None, decimals)
                for budget in budgets
            )

    def _add_pairs(self, programme: Programme, layout: LayoutWriter) -> None:
        # How often they were used, and since when.
        counted = counted_benefits(programme.tiers)
        self.counted_benefits = {key: layout.slot(f"counted-benefit.{key}", 2) for key in counted}
        # How many events stand that gave it, and the day of the first.
        given = {rule.then.badge for rule in programme.rules.values() if rule.then.badge}
        self.badges = {key: layout.slot(f"badge.{key}", 2) for key in sorted(given)}

    def _remember(
        self, programme: Programme, layout: LayoutWriter, key: str, levels: tuple[str, ...]
    ) -> None:
        self.before[key] = layout.slot(f"before.{key}", 1, levels=levels)
        self.settled[key] = layout.slot(f"{SETTLED}{key}", TIER, never=UNTIL, levels=levels)
        self.holds[key] = layout.ring(f"{HOLDS}{key}")
        names = {slot.at: slot.name for slot in layout.slots}
        for found, title in ((self.won, "won"), (self.won_before, "won-before")):
            found[key] = {
                metric: layout.slot(
                    f"{title}.{key}.{names[self.metrics[metric]]}",
                    won_size(programme.metrics[metric]),
                )
                for metric in metrics_of(programme.tiers[key])
            }


def won_size(metric: Metric) -> int:
    """How many numbers say with what of a metric a level was won."""
    return WON + len(metric.values)


def remembers_wins(tier: Tier) -> bool:
    """Whether a return may take a level that is held."""
    return tier.holds is not None and tier.returns is Returned.NOW and bool(metrics_of(tier))


def moments_of(programme: Programme) -> list[str]:
    """The kinds of moment that mean anything, by name."""
    parts: tuple[Rule | Metric, ...] = (*programme.rules.values(), *programme.metrics.values())
    named = {part.on for part in parts}
    if not lengths_of(programme):  # then nobody is ever found inactive
        named -= {"inactivity"}
    return [kind for kind in MOMENTS if kind in named]


def lengths_of(programme: Programme) -> frozenset[Duration]:
    """How long members are inactive for when rules mean it."""
    return frozenset(rule.after for rule in programme.rules.values() if rule.after is not None)


def _metric_slot(layout: LayoutWriter, key: str, metric: Metric, scale: int) -> int:
    name = f"{METRIC}{key}.{_definition(metric, scale)}"
    if metric.streak is not None:
        return layout.slot(name, STREAK)
    if isinstance(metric.over, RollingWindow):
        return layout.ring(name)
    return layout.slot(name, COUNTER + 2 * len(metric.values))  # of the unit, of the one before


def _definition(metric: Metric, scale: int) -> str:
    """A metric is known by what it counts: one whose definition or decimals changed is a new one.

    What is at its default is left out, so that a new kind of part does not change every metric.
    """
    said = [
        (field.name, value)
        for field in fields(metric)
        if field.name not in _NO_DEFINITION
        and (value := getattr(metric, field.name)) != _default(field)
    ]
    return sha256(f"{scale}{sorted(said)!r}".encode()).hexdigest()[:12]


def _default(field: Field[object]) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _budget_name(programme: Programme, owner: str, budget: Budget, decimals: int) -> str:
    """All that what is used of a budget means, but not how much it is: that may change."""
    counts = counts_of(budget)
    fine = {"times": 0, "units": decimals, "amount": money_decimals(programme.money)}[counts]
    return f"budget.{owner}.{counts}.{budget.per}.{fine}"


def _limit_slot(layout: LayoutWriter, name: str, limit: Limit) -> int | None:
    return None if limit.per == "purchase" else layout.slot(name, COUNTER)


def _limited(
    programme: Programme,
) -> Iterator[tuple[str, tuple[Limit, ...], tuple[Budget, ...], int]]:
    """What may have limits and budgets, and in how many decimals these count units."""
    for key, rule in sorted(programme.rules.items()):
        yield f"rule.{key}", rule.limits, rule.budget, _decimals(programme, [rule])
    for key, group in sorted(programme.groups.items()):
        rules = [rule for rule in programme.rules.values() if rule.group == key]
        yield f"group.{key}", group.limits, group.budget, _decimals(programme, rules)
    for key, currency in sorted(programme.currencies.items()):
        if currency.transfers is not None:
            given = [
                Limit(per=limit.per, times=limit.times, units=limit.units, beyond=Beyond.REFUSE)
                for limit in currency.transfers.limits
            ]
            yield f"transfer.{key}", tuple(given), (), currency.decimals


def _decimals(programme: Programme, rules: list[Rule]) -> int:
    currencies = {key for rule in rules for key in (*rule.then.earn, *rule.then.multiply)}
    return max((programme.currencies[key].decimals for key in currencies), default=0)

"""A programme with its expressions typed, and the few orders and scales that deciding needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import ceil, floor

from xenia.amounts import money_decimals
from xenia.language.ir import Field, Fold, Node, Ref, walk
from xenia.language.types import Origin
from xenia.programme.formulas import analyse
from xenia.programme.ladders import Tier
from xenia.programme.model import Combine, Expression, Metric, Programme
from xenia.programme.periods import CalendarWindow, Unit
from xenia.programme.settings import Rounding


def rounded(exact: Fraction, mode: Rounding) -> int:
    match mode:
        case Rounding.DOWN:
            return floor(exact)
        case Rounding.UP:
            return ceil(exact)
        case Rounding.NEAREST:
            return floor(exact + Fraction(1, 2))


def shared(total: int, weights: Sequence[int]) -> list[int]:
    """The total by largest remainder: what is left after rounding down goes to the largest
    remainders, ties to the earlier."""
    whole = sum(weights)
    if whole == 0:
        return [0 for _ in weights]
    exact = [Fraction(total * weight, whole) for weight in weights]
    shares = [floor(part) for part in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (shares[i] - exact[i], i))
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return shares


@dataclass(frozen=True)
class Turn:
    """The discount rules that take a turn together."""

    combine: Combine
    rules: tuple[str, ...]


class Rulebook:
    """Everything about a programme that does not depend on a member."""

    def __init__(self, programme: Programme) -> None:
        analysis = analyse(programme)
        if analysis.problems:
            raise ValueError(analysis.problems)
        self.programme = programme
        self.nodes = analysis.nodes
        self.scales = analysis.metric_scales
        self.reads: dict[int, tuple[str, ...]] = {}
        self.met: dict[tuple[object, ...], bool] = {}  # what conditions said of lines
        self.money_unit: int = 10 ** money_decimals(programme.money)

    def money(self, major: Decimal) -> int:
        """Money in smallest units; a programme has none that is not whole."""
        smallest = Fraction(major) * self.money_unit
        if smallest.denominator != 1:
            raise ValueError(f"{major} {self.programme.money}")
        return int(smallest)

    def unit(self, currency: str) -> int:
        units: int = 10 ** self.programme.currencies[currency].decimals
        return units

    def node(self, *path: str) -> Node | None:
        return self.nodes.get(path)

    def fields_read(self, node: Node) -> tuple[str, ...]:
        """The fields of the line that a condition reads; none where it reads anything else."""
        if id(node) not in self.reads:
            leaves = [leaf for leaf in walk(node) if isinstance(leaf, Field | Ref | Fold)]
            fields = [leaf.name for leaf in leaves if isinstance(leaf, Field)]
            self.reads[id(node)] = tuple(fields) if len(fields) == len(leaves) else ()
        return self.reads[id(node)]

    @cached_property
    def in_order(self) -> tuple[str, ...]:
        """All rules by priority, then id."""
        rules = self.programme.rules
        return tuple(sorted(rules, key=lambda key: (rules[key].priority, key)))

    def combine_of(self, rule: str) -> Combine:
        group = self.programme.rules[rule].group
        return Combine.ALL if group is None else self.programme.groups[group].combine

    def together(self, rules: Iterable[str]) -> list[Turn]:
        """Ordered rules in turns: a `best` or `first` group has the place of its first rule."""
        turns: dict[str, list[str]] = {}
        for rule in rules:
            group = self.programme.rules[rule].group
            alone = group is None or self.combine_of(rule) is Combine.ALL
            turns.setdefault(f"rule {rule}" if alone else f"group {group}", []).append(rule)
        return [Turn(self.combine_of(turn[0]), tuple(turn)) for turn in turns.values()]

    @cached_property
    def discount_turns(self) -> list[Turn]:
        rules = self.programme.rules
        return self.together(key for key in self.in_order if rules[key].then.discount)

    @cached_property
    def earn_turns(self) -> list[Turn]:
        rules = self.programme.rules
        return self.together(key for key in self.in_order if rules[key].then.earn)

    @cached_property
    def line_conditions(self) -> tuple[Node, ...]:
        """What tells lines apart beside exclusions: rules' lines, filters of sums of `l.paid`."""
        chosen = [node for path, node in self.nodes.items() if is_choice(path)]
        filters = [
            below.where
            for node in self.nodes.values()
            for below in walk(node)
            if isinstance(below, Fold) and below.where is not None and sums_paid(below)
        ]
        return tuple(chosen + filters)

    def threshold_reached(self, metric: str, value: int, threshold: Decimal) -> bool:
        return Fraction(value, 10 ** self.scales[metric]) >= Fraction(threshold)

    def least(self, metric: str, threshold: Decimal) -> int:
        """The least value that reaches a threshold."""
        scale: int = 10 ** self.scales[metric]
        return ceil(Fraction(threshold) * scale)

    def no_later(self, end: date | None) -> date | None:
        """A day, or the one on which the programme closes if that is earlier."""
        closes = self.programme.spend_until
        return end if closes is None else min(end or closes, closes)

    def closed(self, day: date) -> bool:
        """Whether everything has ended by a day."""
        return self.programme.spend_until is not None and day >= self.programme.spend_until

    def has_none_level(self, tier: Tier) -> bool:
        """Whether the lowest level has to be reached, so that there is a place below it."""
        lowest = next(iter(tier.levels.values()))
        need_any = bool(lowest.any) and all(value > 0 for value in lowest.any.values())
        return need_any or any(value > 0 for value in lowest.all.values())


def is_choice(path: tuple[str, ...]) -> bool:
    """Whether an expression there chooses lines for a rule or a voucher."""
    return path[0] in ("rules", "rewards") and path[-1] == "lines"


def sums_paid(fold: Fold) -> bool:
    if fold.value is None:
        return False
    return any(
        isinstance(leaf, Field) and leaf.origin is Origin.DISCOUNTED for leaf in walk(fold.value)
    )


def formula(metric: Metric) -> tuple[str, Expression] | None:
    """The key and text of the formula that a metric collects, if it has one."""
    found = (("sum", metric.sum), ("max", metric.max), ("distinct", metric.distinct))
    return next(((key, text) for key, text in found if text is not None), None)


def calendar_unit(metric: Metric) -> Unit | None:
    return metric.over.unit if isinstance(metric.over, CalendarWindow) else None

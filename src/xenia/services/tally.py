"""Counts what a history of purchases came to: by month, by rule and by member."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache

from xenia.effects import Effect, Kind
from xenia.engine.plan import Plan
from xenia.engine.zones import EPOCH
from xenia.events.model import Purchase, member_name
from xenia.programme.ladders import Tier

Month = tuple[int, int]  # year, month of the programme's calendar
Rung = tuple[str, str | None]  # a ladder, one of its levels (None: below the lowest)


@lru_cache(maxsize=1024)
def month_of(day: int) -> Month:
    """The month of a local day number."""
    date = EPOCH + timedelta(day)
    return date.year, date.month


@dataclass(slots=True)
class Units:
    """What came to wallets and left them, by currency, in smallest units."""

    earned: Counter[str] = field(default_factory=Counter)
    spent: Counter[str] = field(default_factory=Counter)
    expired: Counter[str] = field(default_factory=Counter)

    def take(self, effect: Effect) -> None:
        """Count an effect, if it is one of units."""
        if effect.currency is None or effect.units is None:
            return
        if effect.kind is Kind.EARN:
            self.earned[effect.currency] += effect.units
        elif effect.kind is Kind.SPEND:
            self.spent[effect.currency] += effect.units
        elif effect.kind is Kind.EXPIRE:
            self.expired[effect.currency] += effect.units
        elif effect.kind is Kind.REINSTATE:
            self.expired[effect.currency] -= effect.units


@dataclass(slots=True)
class Period:
    """One month; `moves` is by how many members each rung has grown."""

    purchases: int = 0
    lines: int = 0
    amount: int = 0
    discount: int = 0
    units: Units = field(default_factory=Units)
    issued: Counter[str] = field(default_factory=Counter)
    moves: Counter[Rung] = field(default_factory=Counter)


@dataclass(slots=True)
class ByRule:
    """What one rule came to: in how many purchases, units by currency, money off, vouchers."""

    times: int = 0
    earned: Counter[str] = field(default_factory=Counter)
    discount: int = 0
    issued: int = 0


@dataclass(slots=True)
class Shopper:
    """One member's sums; `reached` is the day on which each rung was last come to, and the number
    of the purchase."""

    levels: dict[str, str | None]
    purchases: int = 0
    amount: int = 0
    discount: int = 0
    units: Units = field(default_factory=Units)
    issued: Counter[str] = field(default_factory=Counter)
    reached: dict[Rung, tuple[int, int]] = field(default_factory=dict)


def ground(tier: Tier) -> str | None:
    """Where every member begins: the lowest level, or below it if that has thresholds."""
    name, lowest = next(iter(tier.levels.items()))
    return None if lowest.any or lowest.all else name


def top(tier: Tier) -> str:
    """The highest level."""
    return list(tier.levels)[-1]


class Tally:
    """Sums over outcomes; the order in which members come does not matter."""

    def __init__(self, plan: Plan) -> None:
        self._zone = plan.zone
        self._ground = {key: ground(tier) for key, tier in plan.programme.tiers.items()}
        self.months: defaultdict[Month, Period] = defaultdict(Period)
        self.rules: defaultdict[str, ByRule] = defaultdict(ByRule)
        self.shoppers: dict[str, Shopper] = {}

    def take(self, purchase: Purchase, effects: Sequence[Effect]) -> None:
        """Count a purchase of a member and all that it did."""
        month = self.months[month_of(self._zone.day_of(purchase.occurred_at))]
        member = member_name(purchase.member) or ""
        shopper = self.shoppers.get(member)
        if shopper is None:
            shopper = self.shoppers[member] = Shopper(dict(self._ground))
            month.moves.update(self._ground.items())
        amount = sum(line.amount for line in purchase.lines)
        for sums in (month, shopper):
            sums.purchases += 1
            sums.amount += amount
        month.lines += len(purchase.lines)
        self._effects(shopper, effects)
        for rule in {effect.rule for effect in effects if effect.rule is not None}:
            self.rules[rule].times += 1

    def later(self, member: str, effects: Sequence[Effect]) -> None:
        """Count what fell due for a member after their last purchase."""
        self._effects(self.shoppers[member], effects)

    def _effects(self, shopper: Shopper, effects: Sequence[Effect]) -> None:
        for effect in effects:
            month = self.months[month_of(effect.day)]
            for sums in (month, shopper):
                sums.units.take(effect)
                sums.discount += effect.amount or 0
                if effect.reward is not None:
                    sums.issued[effect.reward] += 1
            if effect.tier is not None:
                self._move(shopper, effect, month)
            if effect.rule is not None:
                self._rule(self.rules[effect.rule], effect)

    @staticmethod
    def _move(shopper: Shopper, effect: Effect, month: Period) -> None:
        tier = effect.tier or ""
        month.moves[tier, shopper.levels[tier]] -= 1
        month.moves[tier, effect.level] += 1
        shopper.levels[tier] = effect.level
        shopper.reached[tier, effect.level] = effect.day, shopper.purchases

    @staticmethod
    def _rule(rule: ByRule, effect: Effect) -> None:
        if effect.currency is not None:
            rule.earned[effect.currency] += effect.units or 0
        rule.discount += effect.amount or 0
        rule.issued += effect.kind is Kind.ISSUE

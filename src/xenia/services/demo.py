"""The demonstration: a programme over a whole history of purchases, counted and told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from statistics import median_low

from xenia.amounts import money_decimals
from xenia.connectors.complete_journey import CompleteJourney
from xenia.connectors.generated import Generated
from xenia.connectors.history import History, Missing
from xenia.effects import NOTHING, Effect, Given, Kind
from xenia.engine.account import Account, pass_time
from xenia.engine.compile import compile_programme
from xenia.engine.plan import Plan
from xenia.engine.zones import EPOCH
from xenia.events.model import Purchase
from xenia.programme.model import Programme
from xenia.services.inputs import UnusableError
from xenia.services.stories import Story, chosen, tell
from xenia.services.tally import Month, Period, Rung, Tally, month_of, top

_YEARS_AHEAD = 5


def history(households: int | None) -> tuple[History, str | None]:
    """The year of groceries; or generated purchases, and why."""
    try:
        return CompleteJourney(households), None
    except Missing as missing:
        return Generated() if households is None else Generated(households), str(missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What all members hold of one currency, in smallest units."""

    currency: str
    balance: int
    pending: int
    holders: int  # members with a balance
    earned: tuple[int, ...]  # of each member who earned any, ascending
    worth: Fraction | None  # smallest units of money a unit, at most; None where none is known
    gone: tuple[tuple[date, int], ...]  # expired by then, if nobody bought anything more

    @property
    def median(self) -> int:
        """What the middle one of those who earned anything earned."""
        return median_low(self.earned) if self.earned else 0

    @property
    def of_top_tenth(self) -> int:
        """What the tenth of members who earned most earned together."""
        return sum(self.earned[len(self.earned) - -(-len(self.earned) // 10) :])


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow:
    """One month, and how many members stood on each rung at its end."""

    month: Month
    period: Period
    standing: Counter[Rung]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """`cards` is the face value of the gift cards issued, in smallest units."""

    months: tuple[MonthRow, ...]
    whole: Period
    holdings: tuple[Holding, ...]
    cards: int
    vouchers: Counter[int]  # members by how many vouchers they got
    tops: dict[str, tuple[str, int]]  # by ladder: its highest level, and how many ever reached it


class Demonstration:
    """One run of a checked programme over a history."""

    def __init__(self, programme: Programme, source: History) -> None:
        if money_decimals(programme.money) != money_decimals(source.money):
            raise UnusableError(
                f"the purchases are in {source.money}, which {programme.money} cannot stand for: "
                "its decimals differ; take a programme with another money"
            )
        self.plan: Plan = compile_programme(programme)
        self.source = source
        self.tally = Tally(self.plan)
        self._accounts: dict[str, Account] = {}
        self._given: Mapping[str, Given] = {}  # by purchase

    @property
    def until(self) -> int:
        """The instant up to which everything is counted: the last purchase's."""
        return self.source.counts.last

    def take(self, purchase: Purchase, effects: Sequence[Effect]) -> None:
        """Count a purchase, and what was decided for it."""
        self.tally.take(purchase, effects)

    def end(self, accounts: Mapping[str, Account], given: Mapping[str, Given]) -> None:
        """Take what members hold after their last purchases, and count what fell due since then.

        `given` is what purchases, by id, were given from outside, as far as there was anything.
        """
        self._given = given
        for member, account in accounts.items():
            self._accounts[member], outcome = pass_time(self.plan, account, self.until)
            self.tally.later(member, outcome.effects)

    def stories(self) -> Iterator[Story]:
        """Up to three members' years; of the same history always the same."""
        for member, why in chosen(self.plan, self.tally).items():
            purchases = self.source.purchases({member})
            given = ((one, self._given.get(one.id, NOTHING)) for one in purchases)
            yield tell(self.plan, member, why, given, self.until)

    def summary(self) -> Summary:
        """What the run came to."""
        tiers = self.plan.programme.tiers
        shoppers = self.tally.shoppers.values()
        months = tuple(self._months())
        whole = _sum([row.period for row in months])
        rungs = {key: (key, top(tier)) for key, tier in tiers.items()}
        return Summary(
            months=months,
            whole=whole,
            holdings=tuple(self._holdings()),
            cards=self._cards(whole),
            vouchers=Counter(one.issued.total() for one in shoppers),
            tops={
                key: (rung[1], sum(rung in one.reached for one in shoppers))
                for key, rung in rungs.items()
            },
        )

    def _months(self) -> Iterator[MonthRow]:
        standing: Counter[Rung] = Counter()
        for month, period in sorted(self.tally.months.items()):
            standing.update(period.moves)
            yield MonthRow(month=month, period=period, standing=Counter(standing))

    def _cards(self, whole: Period) -> int:
        rewards = self.plan.programme.rewards
        unit = 10**self.plan.money_decimals
        return sum(
            int((rewards[key].gives.gift_card or 0) * unit) * number
            for key, number in whole.issued.items()
        )

    def _holdings(self) -> Iterator[Holding]:
        views = [pass_time(self.plan, one, self.until)[1].view for one in self._accounts.values()]
        wallets = [view.wallet for view in views if view is not None]
        gone = self._gone()
        for key in self.plan.programme.currencies:
            earned = [one.units.earned[key] for one in self.tally.shoppers.values()]
            yield Holding(
                currency=key,
                balance=sum(wallet[key].balance for wallet in wallets),
                pending=sum(wallet[key].pending for wallet in wallets),
                holders=sum(wallet[key].balance > 0 for wallet in wallets),
                earned=tuple(sorted(units for units in earned if units)),
                worth=self._worth(key),
                gone=tuple(_steps((day, units[key]) for day, units in gone)),
            )

    def _gone(self) -> list[tuple[date, Counter[str]]]:
        """What would have expired by the first day of each of the next years."""
        year = month_of(self.plan.zone.day_of(self.until))[0]
        accounts, expired = list(self._accounts.values()), Counter[str]()
        found = []
        for ahead in range(1, _YEARS_AHEAD + 1):
            day = date(year + ahead, 1, 1)
            instant = self.plan.zone.start_of((day - EPOCH).days)
            passed = [pass_time(self.plan, account, instant) for account in accounts]
            accounts = [account for account, _ in passed]
            for effect in (effect for _, outcome in passed for effect in outcome.effects):
                if effect.kind is Kind.EXPIRE:
                    expired[effect.currency or ""] += effect.units or 0
            found.append((day, Counter(expired)))
        return found

    def _worth(self, key: str) -> Fraction | None:
        """What a smallest unit is worth at most: by its value, or by what it buys."""
        currency = self.plan.programme.currencies[key]
        scale = Fraction(10**self.plan.money_decimals, 10**currency.decimals)
        known = [] if currency.value is None else [Fraction(currency.value)]
        known += [
            Fraction(reward.gives.gift_card) / Fraction(reward.price[key])
            for reward in self.plan.programme.rewards.values()
            if reward.gives.gift_card is not None and key in reward.price
        ]
        return max(known) * scale if known else None


def _steps(sums: Iterable[tuple[date, int]]) -> Iterator[tuple[date, int]]:
    """The sums that are larger than the one before."""
    known = 0
    for day, number in sums:
        if number > known:
            yield day, number
        known = number


def _sum(periods: list[Period]) -> Period:
    whole = Period()
    for period in periods:
        whole.purchases += period.purchases
        whole.lines += period.lines
        whole.amount += period.amount
        whole.discount += period.discount
        whole.issued.update(period.issued)
        whole.moves.update(period.moves)
        for name in ("earned", "spent", "expired"):
            getattr(whole.units, name).update(getattr(period.units, name))
    return whole

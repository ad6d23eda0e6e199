"""What a programme is, once it has been read: frozen values, no text to interpret but formulas.

Every number is a `Decimal` in major units as the author wrote it (money, units, per cent);
`engine.compile` turns them into whole smallest units.  Ids are kebab-case keys of the mappings.
Where a field stands in the file is kept apart, in `nodes.Places`, so that two programmes that
say the same are equal wherever they say it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

from xenia.programme.attributes import Attributes
from xenia.programme.chances import Chance
from xenia.programme.giving import Transfers
from xenia.programme.ladders import Badge, Benefit, Tier
from xenia.programme.periods import (
    BudgetPeriod,
    Duration,
    Ever,
    Expiry,
    ReturnWindow,
    Unit,
    Wait,
    Window,
)
from xenia.programme.settings import Claims, Rounding, Settings
from xenia.programme.texts import Id, Texts


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition or formula in the programme language, as written (see `language`)."""

    text: str


# ---- parts ---------------------------------------------------------------------------------------


class Enrolment(StrEnum):
    """Who becomes a member: whoever has an event, or only who enrols."""

    FIRST_EVENT = "first-event"
    ENROLMENT_ONLY = "enrolment-only"


class Never(StrEnum):
    EARN = "earn"
    DISCOUNT = "discount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Lines that never earn, or are never discounted, whatever a rule says."""

    lines: Expression
    never: tuple[Never, ...] = (Never.EARN, Never.DISCOUNT)
    title: Texts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    timezone: str | None = None  # None: the programme's
    region: str | None = None
    owner: str | None = None
    partner: str | None = None
    title: Texts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that members do, which the programme knows by its id."""

    title: Texts | None = None


class CurrencyKind(StrEnum):
    REDEEMABLE = "redeemable"
    QUALIFYING = "qualifying"  # only counts towards a tier


class SpendFirst(StrEnum):
    SOONEST_EXPIRY = "soonest-expiry"
    FIRST_EARNED = "first-earned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """What may be returned: nothing, from so long after the day of the purchase on."""

    within: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    title: Texts | None = None
    decimals: int = 0
    kind: CurrencyKind = CurrencyKind.REDEEMABLE
    expires: Expiry | None = None
    notice: Duration | None = None  # so many days before units end, members are told
    pending: Wait | None = None
    spend_first: SpendFirst = SpendFirst.SOONEST_EXPIRY
    value: Decimal | None = None  # money that a unit is worth, and pays when it is spent
    transfers: Transfers | None = None  # None: no member gives units to another


class Accrual(StrEnum):
    """For the purchase itself, or on top of it."""

    BASE = "base"
    BONUS = "bonus"


EventType = Literal[
    "purchase", "redemption", "enrolment", "profile", "birthday", "anniversary", "month-end",
    "inactivity", "act", "stay", "flight", "rental", "referral",
]  # fmt: skip
MOMENTS: Final = ("anniversary", "birthday", "inactivity", "month-end")  # that come by themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One number a member.  Exactly one of `sum`, `count`, `max`, `distinct`, `streak` is set.

    `sum`, `max`: a formula over the event (`spent`, `earned.<currency>` included).
    `count: true` counts matching events.  `distinct`: a text formula, with its listed `values`.
    `streak`: consecutive calendar units, each with a matching event, up to the present one
    (which may still be empty); its `over` is `ever`.
    """

    sum: Expression | None = None
    count: bool = False
    max: Expression | None = None
    distinct: Expression | None = None
    values: tuple[str, ...] = ()
    streak: Unit | None = None
    on: EventType = "purchase"
    when: Expression | None = None
    kind: Accrual | None = None  # which accruals `earned.<currency>` means here; None is both
    over: Window = field(default_factory=Ever)
    rollover: bool = False  # what is beyond a level's threshold counts into the next unit of time
    title: Texts | None = None


# ---- rules ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Per:
    """`3 per 100`: so many units for each whole `amount` of what the rule counts as spent."""

    units: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Percent:
    """`20 %` of what the rule counts as spent, a unit of money being one unit of the currency."""

    percent: Decimal


Units = Per | Percent | Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Earn:
    units: Units
    kind: Accrual = Accrual.BASE
    round: Rounding | None = None  # None: the programme's `round-units`
    expires: Expiry | None = None  # None: the currency's; never `inactive`


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a bundle is made of: so many units of the lines that it is of."""

    lines: Expression | None = None
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """`{cheapest: 1, every: 3}`: of each 3 units of the lines the cheapest one; without `every`,
    the cheapest one of all.  `{every: 3}`: each 3 units.  `{bundle: [..]}`: each bundle."""

    cheapest: int | None = None
    dearest: int | None = None
    every: int | None = None
    bundle: tuple[Part, ...] = ()

    @property
    def count(self) -> int:
        """How many of every so many; 0: all of them."""
        return self.cheapest or self.dearest or 0

    @property
    def parts(self) -> tuple[Part, ...]:
        """What each bundle is made of; empty where only some of the units are meant."""
        return self.bundle if self.count or not self.every else (Part(quantity=self.every),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """Exactly one of `percent`, `amount`, `price` (of each unit of the rule's lines).

    With `of`, `percent` is off some units only, `amount` off each bundle, `price` that of each.
    """

    percent: Decimal | None = None
    of: Pick | None = None
    amount: Decimal | None = None
    price: Decimal | None = None
    maximum: Decimal | None = None  # money a purchase


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """The effects; at least one."""

    earn: Mapping[Id, Earn] = field(default_factory=dict)  # by currency
    multiply: Mapping[Id, Decimal] = field(default_factory=dict)  # base accruals, by currency
    discount: Discount | None = None
    issue: Id | None = None  # a reward
    refer: bool = False  # whoever brought the member has a referral
    badge: Id | None = None
    notify: Id | None = None  # a text for the member
    flag: str | None = None  # why staff should look

    @property
    def tells(self) -> bool:
        """Whether it gives or tells anything that is neither units, money nor a reward."""
        return any((self.badge, self.notify, self.flag))


class Beyond(StrEnum):
    """An effect that is more than a limit leaves room for is cut to that, or does not happen."""

    TRIM = "trim"
    REFUSE = "refuse"


LimitPeriod = Literal["purchase", "day", "week", "month", "year", "ever"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """`{times: 3, per: day}`: exactly one of `times`, `units`, `amount` (money of discount)."""

    per: LimitPeriod
    times: int | None = None
    units: Decimal | None = None
    amount: Decimal | None = None
    beyond: Beyond = Beyond.TRIM


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """`{units: 1000, per: month}`: a limit for all members together; exactly one of `times`,
    `units`, `amount` (money of discount)."""

    times: int | None = None
    units: Decimal | None = None
    amount: Decimal | None = None
    per: BudgetPeriod = "ever"
    beyond: Beyond = Beyond.TRIM


def counts_of(limit: Limit | Budget) -> Literal["times", "units", "amount"]:
    """What a limit or a budget counts."""
    if limit.times is not None:
        return "times"
    return "units" if limit.units is not None else "amount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    on: EventType = "purchase"
    after: Duration | None = None  # of inactivity
    when: Expression | None = None
    chance: Chance | None = None  # it holds only where chance falls on it
    lines: Expression | None = None  # only these lines are spent on, or discounted
    since: date | datetime | None = None  # key `from`; a date is its local midnight
    until: date | datetime | None = None  # the first instant at which it no longer holds
    group: Id | None = None
    priority: int = 100  # lower goes first
    limits: tuple[Limit, ...] = ()
    budget: tuple[Budget, ...] = ()
    title: Texts | None = None
    terms: Texts | None = None  # for the customer, where the generated sentence would be poor
    then: Then


class Combine(StrEnum):
    ALL = "all"
    BEST = "best"
    FIRST = "first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    combine: Combine = Combine.ALL
    limits: tuple[Limit, ...] = ()
    budget: tuple[Budget, ...] = ()
    title: Texts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gives:
    """Exactly one: money on a gift card, a named service, a named thing, a discount on a purchase
    (on some `lines`, or on all)."""

    gift_card: Decimal | None = None
    service: Texts | None = None
    item: Texts | None = None
    discount: Discount | None = None
    lines: Expression | None = None
    partial: bool = False  # what a purchase leaves of an `amount` stays on the voucher


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    price: Mapping[Id, Decimal] = field(default_factory=dict)  # one currency; empty: not for sale
    automatic: bool = False  # issued by itself whenever the balance reaches the price
    gives: Gives
    stock: int | None = None  # how many there are, for all members together; None: no end of them
    lasts: Duration | None = None
    uses: int | None = None  # how often a voucher can be used; None: once
    title: Texts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    id: Id
    money: str  # ISO 4217
    timezone: str  # IANA
    title: Texts | None = None
    operator: str | None = None
    notes: Texts | None = None  # what was chosen where the terms are silent
    since: date | None = None  # key `from`
    until: date | None = None
    earn_until: date | None = None  # of one that closes: the first day without earning
    spend_until: date | None = None  # the day on which everything ends
    enrolment: Enrolment = Enrolment.FIRST_EVENT
    first_purchase: Decimal | None = None  # that enrols, where only who enrols is a member
    returns: Returns | None = None  # None: whatever was bought, whenever it was
    claims: Claims | None = None  # None: no purchase without a member is given to one
    settings: Settings = field(default_factory=Settings)
    attributes: Attributes = field(default_factory=Attributes)
    categories: tuple[str, ...] = ()  # when given, a line's category must be one of them
    lists: Mapping[Id, tuple[str, ...]] = field(default_factory=dict)
    exclusions: Mapping[Id, Exclusion] = field(default_factory=dict)
    locations: Mapping[Id, Location] = field(default_factory=dict)
    acts: Mapping[Id, Act] = field(default_factory=dict)
    currencies: Mapping[Id, Currency] = field(default_factory=dict)
    metrics: Mapping[Id, Metric] = field(default_factory=dict)
    tiers: Mapping[Id, Tier] = field(default_factory=dict)
    benefits: Mapping[Id, Benefit] = field(default_factory=dict)
    groups: Mapping[Id, Group] = field(default_factory=dict)
    rules: Mapping[Id, Rule] = field(default_factory=dict)
    rewards: Mapping[Id, Reward] = field(default_factory=dict)
    badges: Mapping[Id, Badge] = field(default_factory=dict)
    texts: Mapping[Id, Texts] = field(default_factory=dict)

    def wait(self, currency: Id) -> Duration | None:
        """How long units of a currency are pending."""
        wait = self.currencies[currency].pending
        if isinstance(wait, ReturnWindow):
            return None if self.returns is None else self.returns.within
        return wait

    def thresholds(self, metric: Id) -> tuple[Decimal, ...]:
        """All that levels set on a metric."""
        return tuple(
            asked[metric]
            for tier in self.tiers.values()
            for level in tier.levels.values()
            for asked in (level.any, level.all)
            if metric in asked
        )

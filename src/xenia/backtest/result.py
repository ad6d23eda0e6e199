"""What a backtest has found: whole numbers by month, by member and by cohort, for any report.

Months are counted from `Result.first_month`, itself in months since year 0 (`year * 12 + month -
1`), in the programme's zone; a month's number in a table is its place in an array.  Money is in the
programme's smallest unit, units of a currency are in its smallest unit, too (`decimals` says how
many digits are behind the point).  Nothing here is rounded, and nothing is a ratio.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xenia.backtest.tables import Table, Vector


@dataclass(frozen=True, slots=True)
class Treatment:
    """Something that a history cannot replay as a service would: its name, how often it occurs, and
    how it was treated, in a sentence."""

    name: str
    count: int
    how: str


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a step took, in milliseconds: `read`, `compile`, `fold`, `budgets` …"""

    step: str
    milliseconds: int


@dataclass(frozen=True, slots=True)
class CurrencyMonths:
    """Units of one currency by month, each an array over the months of the result.

    issued + given_back + reinstated + adjusted - spent - expired - taken_back is by how much
    `outstanding` changes in a month.

    `issued`: earned, whether they can be spent at once or later.  `spent`: by claims of a purchase,
    redemptions and automatic rewards.  `given_back`: spent on what came back.  `taken_back`: earned
    by what came back (also what the balance owes then).  `adjusted`: by staff, below 0 where taken.
    `outstanding`: what all members hold at the end of the month, pending and held units included,
    less what they owe.  What rewards cost is not here: that is an assumption of the report.
    """

    currency: str
    decimals: int
    issued: Vector
    spent: Vector
    expired: Vector
    given_back: Vector
    taken_back: Vector
    reinstated: Vector
    adjusted: Vector
    outstanding: Vector


@dataclass(frozen=True, slots=True)
class MoneyMonths:
    """Money and counts by month, each an array over the months.

    `sales`: line amounts of purchases before anything the programme takes off, as the history has
    them; `returned`: the same of what came back, in the month of the return.  `discounts`: what the
    programme's rules took off; `discounts_back`: how much less of it after returns.  `spent`: what
    units (claims `spend`) and vouchers paid or took off; `spent_back`: the same after returns.
    """

    sales: Vector
    returned: Vector
    discounts: Vector
    discounts_back: Vector
    spent: Vector
    spent_back: Vector
    purchases: Vector
    returns: Vector
    active: Vector  # members with a purchase in the month
    enrolled: Vector  # members who have joined by the end of the month, and have not left


@dataclass(frozen=True, slots=True)
class LadderMonths:
    """`members[level, month]`: how many of those who have joined hold a level at the month's end;
    level 0 is the lowest."""

    tier: str
    levels: tuple[str, ...]
    members: Table


@dataclass(frozen=True, slots=True)
class Cohorts:
    """Units of one currency by the month in which they were issued (rows) and by age in months
    (columns) when that happened; what is not here is still outstanding.

    issued - used.sum() - expired.sum() - taken.sum() of a row is what is left of it; over all rows
    it is what members hold.
    """

    currency: str
    issued: Vector  # by rules, and by staff
    used: Table  # less what was given back
    expired: Table  # less what was reinstated
    taken: Table  # by returns, or by staff


@dataclass(frozen=True, slots=True)
class Effects:
    """One meaning of what was decided, by month: `kind` as an effect's (earn, spend, expire, issue,
    discount, tier …); `units` are units of the currency, smallest money of a discount, the number
    of vouchers of an issue; of a tier they mean nothing.  `times`: how many lines."""

    kind: str
    rule: str | None
    currency: str | None
    reward: str | None
    tier: str | None
    accrual: str | None
    units: Vector
    times: Vector


@dataclass(frozen=True, slots=True)
class Members:
    """Totals by member: array i is of the member `names[i]`; the same order in every result of a
    backtest.  Without names (a history of ready rows) they are known by their place.

    `issued`, `spent` and `held` are by currency, `levels` (at the end) by ladder; `rewards` counts
    vouchers issued by reward.
    """

    names: tuple[str, ...]
    purchases: Vector
    returns: Vector
    sales: Vector  # less what came back
    discounts: Vector  # less what came back
    spent_value: Vector  # money that units and vouchers paid or took off, less what came back
    issued: Mapping[str, Vector]
    taken_back: Mapping[str, Vector]
    spent: Mapping[str, Vector]  # less what was given back
    expired: Mapping[str, Vector]
    held: Mapping[str, Vector]  # at the end: balance, pending and held
    levels: Mapping[str, Vector]
    rewards: Mapping[str, Vector]


@dataclass(frozen=True, slots=True)
class Result:
    """One programme over a history."""

    programme: str
    money: str
    money_decimals: int
    policy: str  # how members spend: `history`, or as was asked for (`eager`, `threshold:N` …)
    first_month: int
    months: int
    horizon: int  # the local day up to which time was let pass, as a number since 1970-01-01
    currencies: tuple[CurrencyMonths, ...]
    money_months: MoneyMonths
    ladders: tuple[LadderMonths, ...]
    cohorts: tuple[Cohorts, ...]
    effects: tuple[Effects, ...]
    members: Members
    treatments: tuple[Treatment, ...] = ()
    timings: tuple[Timing, ...] = ()

    def month(self, place: int) -> str:
        """The name of a month: 2026-03."""
        year, month = divmod(self.first_month + place, 12)
        return f"{year:04}-{month + 1:02}"


@dataclass(frozen=True, slots=True)
class Backtest:
    """The results of several programmes (or policies, or numbers) over one history, the first being
    that which was asked for, the second the one against which it is held, if any."""

    results: tuple[Result, ...]
    events: Mapping[str, int] = field(default_factory=dict)  # rows of the history by type

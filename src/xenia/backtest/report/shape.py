"""The report as one value: what it holds, and so what its JSON says.

Money and units are `Amount`s, shares are Fractions of 1; months are named as 2026-03.  Facts of the
history, what is counted from them, and what somebody has assumed stand in different parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from xenia.backtest.report.amount import Amount

SHAPE = "xenia-backtest-report-1"


@dataclass(frozen=True, slots=True)
class Named:
    """A programme, a currency, a level …: its id, and what it is called."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the history is, whatever the programme."""

    money: str
    first_month: str
    last_month: str
    members: int
    purchases: int
    returns: int
    sales: Amount  # before anything is taken off, less what came back


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something that the history does not say: what was taken, and who says so."""

    what: str
    taken: str
    source: str


@dataclass(frozen=True, slots=True)
class ToState:
    """What has to be stated before a part of the report can be worked out, and how."""

    part: str
    say: str


@dataclass(frozen=True, slots=True)
class UnitMonth:
    """One currency in one month; `liability` (money) is what is outstanding is worth, `expected`
    the part of it that is expected to be redeemed. None: a unit's value is not known."""

    month: str
    issued: Amount
    spent: Amount  # less what was given back
    expired: Amount  # less what was reinstated
    taken_back: Amount
    adjusted: Amount
    outstanding: Amount  # at its end
    liability: Amount | None
    expected: Amount | None


@dataclass(frozen=True, slots=True)
class CohortRow:
    """The units issued in one month: `redeemed[a]` is the share spent by age a (months), and the
    share that is spent in the end lies between `least` and `most`."""

    month: str
    issued: Amount
    redeemed: tuple[Fraction, ...]
    least: Fraction
    expected: Fraction
    most: Fraction


@dataclass(frozen=True, slots=True)
class Deferred:
    """Revenue of this history that belongs to the units, by relative stand-alone prices.

    `allocated` of the sales, of which `recognised` so far; the rest is the contract liability. It
    is another number than the liability at face value: both are right, for different books.
    """

    allocated: Amount
    recognised: Amount
    contract_liability: Amount


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency that can be spent; `value` is money a unit (of the smallest money: a share)."""

    currency: Named
    value: str | None  # what one whole unit is worth, in words: "0.005 USD"
    months: tuple[UnitMonth, ...]
    issued: Amount
    spent: Amount
    expired: Amount
    taken_back: Amount
    adjusted: Amount
    outstanding: Amount
    redeemed_of_issued: Fraction | None  # in the history; not the same as by cohort
    cohorts: tuple[CohortRow, ...]
    breakage: Fraction | None  # expected, over all cohorts
    breakage_least: Fraction | None
    breakage_most: Fraction | None
    liability: Amount | None
    liability_expected: Amount | None
    deferred: Deferred | None


@dataclass(frozen=True, slots=True)
class MoneyMonth:
    """What one month gave away; the parts are at what they cost."""

    month: str
    purchases: int
    sales: Amount  # less what came back
    discounts: Amount
    redeemed: Amount
    vouchers: Amount  # given by rules, not bought with units
    given: Amount  # the three together
    active: int
    enrolled: int


@dataclass(frozen=True, slots=True)
class Vouchers:
    """Vouchers issued of one reward; `face` is what one is worth, if that is known."""

    reward: Named
    issued: int
    bought: bool  # with units: its cost stands under what was redeemed
    face: Amount | None


@dataclass(frozen=True, slots=True)
class Ladder:
    """Members by level, lowest first; `months[m][l]` at the end of month m."""

    tier: Named
    levels: tuple[Named, ...]
    months: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """What the programme costs over the whole history.

    `given` away so far; `owed`: what is outstanding, at the same cost, `owed_expected` of which is
    expected to be redeemed; `running` it. `whole` is given + owed_expected + running.
    """

    discounts: Amount
    redeemed: Amount
    vouchers: Amount
    given: Amount
    owed: Amount
    owed_expected: Amount
    running: Amount
    whole: Amount
    share_of_sales: Fraction
    share_of_margin: Fraction | None


@dataclass(frozen=True, slots=True)
class Treated:
    """What a history cannot replay, how often, and how it was treated."""

    name: str
    count: int
    how: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two programmes."""

    programme: Named
    policy: str  # how members spend what they have
    currencies: tuple[Currency, ...]
    months: tuple[MoneyMonth, ...]
    vouchers: tuple[Vouchers, ...]
    ladders: tuple[Ladder, ...]
    cost: Cost
    treated: tuple[Treated, ...]


@dataclass(frozen=True, slots=True)
class Decile:
    """A tenth of the members by what they spend, 1 the highest.

    `got` is discounts, redemptions and vouchers at face value; `held` what they still hold, at face
    value, which may never be spent. `better` and `worse`: members who got more, or less, than with
    the other programme; `same` the rest.
    """

    decile: int
    members: int
    sales: Amount
    got: Amount
    held: Amount
    other_got: Amount
    other_held: Amount
    better: int
    worse: int
    same: int


@dataclass(frozen=True, slots=True)
class Full:
    """Rewards to members whose share of wallet is already full, as far as a history shows it."""

    members: int
    of_members: Fraction
    sales: Amount
    of_sales: Fraction
    got: Amount
    of_got: Fraction | None
    definition: str


@dataclass(frozen=True, slots=True)
class BreakEven:
    """By how much sales must rise for the programme to pay; None: no rise can do it.

    `growing`: its cost grows with sales; `fixed`: it does not.
    """

    cost: Fraction  # of sales
    other_cost: Fraction
    margin: Fraction | None  # None: none is stated
    growing: Fraction | None
    fixed: Fraction | None
    by_margin: tuple[tuple[Fraction, Fraction | None, Fraction | None], ...]


@dataclass(frozen=True, slots=True)
class SameGenerosity:
    """A discount and a bonus of the same rate, over two purchases of the mean price."""

    price: Amount
    profit: Amount
    rate: Fraction
    discount: Amount
    discount_share: Fraction  # of the profit of both purchases
    bonus: Amount
    bonus_share: Fraction
    with_owed: Amount
    with_owed_share: Fraction
    lasting_share: Fraction


@dataclass(frozen=True, slots=True)
class Variant:
    """The same programme with another number, or with members who spend otherwise."""

    value: str
    issued: tuple[Amount, ...]  # by currency
    given: Amount
    owed_expected: Amount
    whole: Amount
    share_of_sales: Fraction
    break_even: Fraction | None


@dataclass(frozen=True, slots=True)
class Sweep:
    """One parameter, and what comes of each of its values; `current` is that of the document."""

    parameter: str
    current: str | None
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class Response:
    """What would follow *if* a segment bought more often, or more: an assumption, never a fact.

    `gain` is against no programme: the margin on what is sold, less the programme's cost on it.
    """

    segment: str
    members: int
    sales: Amount
    frequency: Fraction
    basket: Fraction
    uplift: Fraction
    cost: Fraction  # of the segment's sales
    extra_sales: Amount
    gain: Amount | None  # None: no margin is stated
    break_even: Fraction | None


@dataclass(frozen=True, slots=True)
class Report:
    """A candidate held against another programme over one history."""

    shape: str
    facts: Facts
    assumptions: tuple[Assumption, ...]
    to_state: tuple[ToState, ...]
    margin: Fraction | None  # over all sales
    candidate: Side
    against: Side
    deciles: tuple[Decile, ...]
    full: Full | None
    other_full: Full | None
    break_even: BreakEven
    same_generosity: SameGenerosity | None
    sweep: Sweep | None = None
    policies: tuple[Variant, ...] = ()
    responses: tuple[Response, ...] = ()

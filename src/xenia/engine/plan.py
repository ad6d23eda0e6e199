"""What a compiled programme is: generated source, its numbers, and what its places mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Literal, overload

from xenia.effects import Kind
from xenia.engine.layout import Layout
from xenia.engine.slots import LAST_ACTIVE, lengths_of
from xenia.engine.zones import Zone, zone
from xenia.language.ir import Node
from xenia.programme.formulas import Analysis
from xenia.programme.model import MOMENTS, Programme
from xenia.programme.periods import BudgetPeriod, Duration


@dataclass(frozen=True, slots=True)
class Code:
    """What a line of the log says, beside its units.

    The lot's end and the day it was earned are the line's keys: (end, day), or (day, end) where
    `swapped`.  `taken`: the units of an adjustment were taken, and count below 0.
    `held`: what expired or is taken back had been held; `pending`: it could not be spent yet;
    `owed`: it is a deficit now.
    """

    kind: Kind
    rule: str | None = None
    currency: str | None = None
    accrual: str | None = None
    reward: str | None = None
    tier: str | None = None
    swapped: bool = False
    taken: bool = False
    held: bool = False
    pending: bool = False
    owed: bool = False
    benefit: str | None = None
    badge: str | None = None


LINES = 4 * 3  # numbers of the log: each meaning up to three times
OFFER_MEANINGS = 5  # lines of the log that an offer may write, each of another meaning


@dataclass(frozen=True, slots=True)
class Offer:
    """A rule that stands in the table of its event type, with one currency that it earns.

    `place` is that in a decision; without a condition it always holds.
    """

    rule: str
    currency: str
    accrual: str
    swapped: bool
    place: int
    condition: Node | None

    def meaning(self, which: int) -> Code:
        """A line of the log about it: earned, or taken back of lots, of what is pending, of what is
        held, or owed."""
        if which == 0:
            return Code(
                Kind.EARN,
                rule=self.rule,
                currency=self.currency,
                accrual=self.accrual,
                swapped=self.swapped,
            )
        pending, held, owed = (which == n for n in (2, 3, 4))
        return Code(
            Kind.TAKE_BACK,
            rule=self.rule,
            currency=self.currency,
            swapped=self.swapped,
            pending=pending,
            held=held,
            owed=owed,
        )


@dataclass(frozen=True, slots=True)
class Offers:
    """The table of an event type; in `column` a row of numbers says where its offers are.

    `places`: which offer has a place in a decision.
    """

    column: int
    rows: tuple[Offer, ...]
    places: Mapping[int, int]


class Meanings(Sequence[Code]):
    """What the lines of the log mean, by number: `own` ones, and behind these those of offers."""

    def __init__(self, own: tuple[Code, ...], offers: tuple[Offer, ...]) -> None:
        self.own, self._offers = own, offers

    def __len__(self) -> int:
        return len(self.own) + OFFER_MEANINGS * len(self._offers)

    @overload
    def __getitem__(self, at: int) -> Code: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Code]: ...
    def __getitem__(self, at: int | slice) -> Code | Sequence[Code]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        if 0 <= at < len(self.own):
            return self.own[at]
        if not 0 <= at < len(self):
            raise IndexError(at)
        offer, which = divmod(at - len(self.own), OFFER_MEANINGS)
        return self._offers[offer].meaning(which)


@dataclass(frozen=True, slots=True)
class Column:
    """One number of an event's row.

    `truth`: 1 where the condition is definitely true, else 0; `three`: the same, and 2 where it is
    unknown; `value`: the number, 0 where it is unknown; `known`: 1 where it is not; `listed`: the
    place of a text in `values`, or -1; `claim`: the units asked for of the currency `key`;
    `reward` and `quantity`: those of a redemption; `date`, `since`: those of a moment; `room`: what
    the budget `key` has left; `chance`: 1 where chance falls on the rule `key`; `brought`: BROUGHT
    where another member brought this one, LENT where that one has a part in it;
    `reserved`: the units of the currency `key` that are kept for something else;
    `offers`: where in the row its offers are, 0: there are none;
    `given`: which number of a slice is the first of what was taken off by rules, as it is given;
    0: it is not given;
    `voucher`: of the vouchers that are used, the number `key` of two each: what it is of (0: there
    is none), and the money that is left on it.
    """

    how: Literal[
        "truth",
        "three",
        "value",
        "known",
        "listed",
        "claim",
        "reward",
        "quantity",
        "date",
        "since",
        "room",
        "chance",
        "brought",
        "voucher",
        "given",
        "reserved",
        "offers",
    ]
    node: Node | None = None
    values: tuple[str, ...] = ()
    key: str = ""


BROUGHT, LENT = 1, 2


@dataclass(frozen=True, slots=True)
class Refer:
    """The rule that refers, and the results that say that it does, or would but for what was
    lent."""

    rule: str
    place: int
    lent: int


@dataclass(frozen=True, slots=True)
class Budget:
    """What all members use up together: a budget of a rule or group, or the stock of a reward.

    The input `room` says what is left, the result `used` what an event has used.  Only an event
    within one of the `windows` may use any ([from, until), in microseconds), or one that asks for
    the `reward`; and a purchase by what was given, if that counts here (`given`).
    """

    name: str
    most: int  # the programme's number: times, smallest units of currency or money, vouchers
    per: BudgetPeriod
    room: int
    used: int
    windows: tuple[tuple[int, int], ...]
    reward: str | None = None
    given: bool = False


@dataclass(frozen=True, slots=True)
class FixedPrice:
    """A number of each line, which a slice sums up: what it costs at this price of a unit, in
    smallest money units."""

    price: int


@dataclass(frozen=True, slots=True)
class Picked:
    """A number of each line, which a slice sums up: `number` / `by` of the price of those of its
    units that are picked.

    They are the `count` cheapest or `dearest` of every so many units of the lines whose mask has
    all of `bits`; without `every`, of all units that cost anything.
    """

    bits: int
    count: int
    every: int | None
    dearest: bool
    number: int
    by: int


@dataclass(frozen=True, slots=True)
class Bundled:
    """A number of each line, which a slice sums up: what is off those of its units that make up
    bundles, `number` / `by` of their price, or the `amount` off, or down to the `price`, of each.

    A part of a bundle is so many units of the lines whose mask has all of its bits.
    """

    parts: tuple[tuple[int, int], ...]
    number: int
    by: int
    amount: int | None
    price: int | None


LineNumber = FixedPrice | Picked | Bundled


@dataclass(frozen=True, slots=True)
class Usable:
    """A reward whose vouchers an event may use: its `number` in the column, and the number of each
    line that its discount goes by.

    `money` is what is on a new voucher, None where what it leaves is not kept; `paid`: it pays,
    instead of lowering prices.
    """

    number: int
    line_number: LineNumber | None
    money: int | None
    paid: bool


@dataclass(frozen=True, slots=True)
class VoucherPlaces:
    """Where a decision has what the vouchers of an event come to, one number each.

    `off`: what it took off or paid, or 1 where it was used without a purchase; 0: it was not used.
    `paid`: what it paid.
    """

    usable: Mapping[str, Usable]  # by reward
    off: int
    paid: int | None


@dataclass(frozen=True, slots=True)
class RuleParts:
    """What the trace needs to know of a rule.

    `dates` and `conditions` are the conjuncts of the full condition; `accruals` are (currency,
    result), `share` is where the shares of its discount begin, `issued` a result.
    """

    rule: str
    dates: tuple[Node, ...]
    conditions: tuple[Node, ...]
    accruals: tuple[tuple[str, int], ...]
    share: int | None
    issued: int | None
    spent_bits: int
    limits: tuple[tuple[str, int, int], ...]  # name, the limit, the input that counts, or -1
    budgets: tuple[str, ...]  # by name, the stock of what it issues included
    chance: int | None  # the input that says whether chance fell on it
    brought: int | None  # the input that says whether another member brought this one


@dataclass(frozen=True, slots=True)
class Claim:
    """The results of a `spend` claim: units, why refused (0: not), tendered, shares as discount."""

    currency: str
    units: int
    refused: int
    tendered: int | None
    share: int | None


@dataclass(frozen=True, slots=True)
class TypePlan:
    """How one type of event is read, decided and recorded.

    The record R of a decision is two sequences: `record` = [type, day, inputs..], what it has read,
    by name, and `posted` = [results..], what it has posted.  A return will be decided from both, on
    what is left of the purchase.
    """

    name: str
    number: int
    columns: tuple[Column, ...]
    predicates: tuple[Node, ...]  # of lines; bit 2 + i of a slice's mask
    line_numbers: tuple[LineNumber, ...]
    discount_numbers: Mapping[str, int]  # which of them a rule's discount goes by
    claims: tuple[Claim, ...]
    vouchers: VoucherPlaces | None
    spends: tuple[tuple[str, int], ...]  # currency and result of what claims or a redemption spend
    budgets: tuple[Budget, ...]  # by name
    inputs: Mapping[str, int]  # places in `record`
    results: int  # the length of `posted`
    places: Mapping[str, int]  # of the results in `posted`, by name: other versions differ in them
    metric_results: Mapping[str, int]  # what the event adds to each metric
    rules: tuple[RuleParts, ...]
    offers: Offers | None  # the rules among them that stand in a table
    chances: tuple[str, ...]  # the rules that ask for chance, by id
    refer: Refer | None
    turns: tuple[tuple[str, int], ...]  # discounts in order: rule or "spend", its shares
    given: tuple[tuple[str, int], ...]  # the rules' among them, at last what is of no rule of these
    refused: int | None  # the result that says that what is asked for as a whole is refused
    reads_clock: bool  # whether a column asks for the hour or the date at the event's location
    reads_personal: bool  # whether a column is made of what is erased some day (see `personal`)

    def refers(self, decision: Sequence[int]) -> int:
        """1 where a decision is that it is a referral, else 0."""
        return 0 if self.refer is None else decision[self.refer.place]


@dataclass(frozen=True, eq=False)
class Plan:
    """A programme, compiled.  Two that differ in numbers only share `source` and so `key`."""

    programme: Programme
    analysis: Analysis
    version: int
    source: str
    params: tuple[int, ...]
    layout: Layout
    codes: Meanings
    types: Mapping[str, TypePlan]
    money_decimals: int
    excluded: Mapping[str, tuple[Node, ...]]  # predicates of lines, by "earn" and "discount"
    rewards: tuple[str, ...]  # in order of their number in a redemption's column
    offers: str = ""  # what sets its offers apart from others of the same source
    reads: str = ""  # the key of the plan whose records it reads and writes, if not its own

    @cached_property
    def key(self) -> str:
        """Equal for plans that differ in numbers only."""
        return self.reads or sha256((self.source + self.offers).encode()).hexdigest()[:16]

    @cached_property
    def log_room(self) -> int:
        """The numbers of a log beside four for each ring entry: each meaning up to three times, and
        each voucher that is used; and beside those of offers."""
        return 128 + LINES * len(self.codes.own)

    @cached_property
    def budgets(self) -> Mapping[str, int]:
        """What the programme says of each budget and stock: the most that may be used of it."""
        return {budget.name: budget.most for part in self.types.values() for budget in part.budgets}

    @cached_property
    def moments(self) -> Mapping[str, int]:
        """The places in a state of the date of the last moment of each kind, and of the day on
        which the member was last active; of a kind on which nothing is, none is recorded."""
        names = {*MOMENTS, LAST_ACTIVE}
        return {slot.name: slot.at for slot in self.layout.slots if slot.name in names}

    @cached_property
    def lengths(self) -> frozenset[Duration]:
        """How long members are inactive for when something is on it."""
        return lengths_of(self.programme)

    @property
    def refers(self) -> bool:
        """Whether there are referrals."""
        return self.types["purchase"].refer is not None

    @property
    def zone(self) -> Zone:
        """The programme's zone."""
        return zone(self.programme.timezone)

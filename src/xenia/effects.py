"""What the engine decided: effects, refusals, and what is to be paid, in whole smallest units.

Days are local day numbers of the programme (0 is 1970-01-01); the surfaces turn them into times.
No value can refer to itself, so the garbage collector need not look for circles (`gc=False`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec
from msgspec import Struct, field

from xenia.events.model import AttributeValue, Purchase
from xenia.events.parts import EventKey, Off


class Kind(StrEnum):
    """The effects that the engine decides so far; the contract names more."""

    EARN = "earn"
    SPEND = "spend"
    EXPIRE = "expire"
    ACTIVATE = "activate"
    DISCOUNT = "discount"
    ISSUE = "issue"
    TIER = "tier"
    ADJUST = "adjust"
    HOLD = "hold"
    RELEASE = "release"
    BENEFIT = "benefit"
    BADGE = "badge"
    FLAG = "flag"
    NOTIFY = "notify"
    USE = "use"
    FILL = "fill"  # a lot fills a deficit; told to the ledger only
    GIVE_BACK = "give-back"
    TAKE_BACK = "take-back"
    TRANSFER = "transfer"
    REINSTATE = "reinstate"
    OPEN = "open"
    MERGE = "merge"
    RENEW = "renew"  # a lot gets another end; told to the ledger only


class Effect(Struct, frozen=True, kw_only=True, gc=False):
    """One thing decided.  Which fields are set depends on `kind`; the others are None.

    earn: currency, units, accrual, rule, available, expires. spend, expire, activate, reinstate:
    currency, units, expires (of the lot). open: the
    same, available; units below 0 are owed. adjust: as spend, units below 0 where they were taken.
    merge: as open, units of the other sign of who has them no longer. hold, release: currency,
    units. transfer: the same, units below 0 of who gives. discount: rule, amount. issue: rule or
    None, reward, voucher, expires. tier: tier, level (None: below the lowest), expires. benefit:
    benefit, expires. notify: currency, units, expires (when they end).
    use: reward, voucher, amount (what it took off or paid, None: it was not used on a purchase);
    or benefit, left (None: it is not counted). give-back: units, or a voucher, or a benefit with
    left. badge: rule, badge. take-back: units, or a voucher, or a badge. Of a rule, notify: rule,
    text (its id); flag: rule, reason (None: of whoever would have referred), and of what was given
    otherwise the amount that it was more.
    """

    kind: Kind
    id: str = ""  # source/event/n, or due/member/day/n
    day: int = 0  # the local day on which it falls
    due: bool = False  # it fell due then; otherwise it belongs to the event
    rule: str | None = None
    currency: str | None = None
    units: int | None = None
    accrual: str | None = None  # base or bonus
    amount: int | None = None
    reward: str | None = None
    voucher: str | None = None
    tier: str | None = None
    level: str | None = None
    benefit: str | None = None
    left: int | None = None  # how often a benefit can still be used
    badge: str | None = None
    text: str | None = None
    reason: str | None = None
    available: int | None = None  # the day on which pending units can be spent
    expires: int | None = None  # the first day on which it no longer holds


class Movement(Struct, frozen=True, kw_only=True, gc=False):
    """What happened to one lot: the part of an effect that the ledger posts.

    Days are local day numbers; `ends` is None where the lot has no end of its own.  `pending` says
    of an accrual, and of what is renewed, that it cannot be spent yet.  The units of an adjustment
    are below 0 where they were taken, and those of what is renewed under the end that it had.
    `held` says of an expiry, of what is reinstated, renewed or taken back, that the units could not
    be used; `owed` that they were not there, so that the balance is below 0.
    """

    kind: Kind  # earn, spend, expire, activate, adjust, hold, release, fill, give- or take-back …
    currency: str
    units: int
    earned: int
    ends: int | None
    effect: str  # the effect's id
    day: int
    due: bool
    rule: str | None = None
    accrual: str | None = None
    pending: bool = False
    held: bool = False
    owed: bool = False


class Refusal(Struct, frozen=True, gc=False):
    """A claim that is not granted; the event is recorded all the same.  `opens`: when the same
    would be granted, in microseconds, where time alone makes it so."""

    code: str
    claim: str  # "spend", or the type of the event, as "redemption"
    text: str
    rule: str | None = None
    subject: str = ""  # the currency or reward that was asked for
    opens: int | None = None


class LineDiscount(Struct, frozen=True, gc=False):
    """What one rule (or `spend`, or the `voucher` of a code) takes off one line."""

    rule: str
    amount: int
    voucher: str | None = None


class LinePayable(Struct, frozen=True, gc=False):
    line: str
    discounts: tuple[LineDiscount, ...]
    discount: int


class Payable(Struct, frozen=True, gc=False):
    """to_pay = total - discount - tendered."""

    total: int
    discount: int
    tendered: int
    to_pay: int
    lines: tuple[LinePayable, ...]


class Refund(Struct, frozen=True, gc=False):
    """Money to be given back by the means by which it was paid."""

    method: str
    amount: int


class Said(Struct, frozen=True, gc=False):
    """Part of a reason, to be put into words: a phrase by its code, with what stands in its places.
    `seen` are values by their names, where several were looked at."""

    code: str
    parts: Mapping[str, str] = {}
    seen: tuple[tuple[str, str], ...] = ()


class Reason(Struct, frozen=True, gc=False):
    """Why a rule applied or did not, for the trace: in English, and as what it was said of."""

    rule: str
    applied: bool
    because: str
    said: tuple[Said, ...] = ()


class Balance(Struct, frozen=True, gc=False):
    balance: int
    pending: int
    held: int = 0


class Standing(Struct, frozen=True, gc=False):
    """A member's place on one ladder."""

    level: str | None
    until: int | None  # day
    to_next: tuple[tuple[str, int], ...] = ()  # metric, missing units (its own scale)
    to_keep: tuple[tuple[str, int], ...] = ()


class Voucher(Struct, frozen=True, gc=False):
    """The right to a reward: `issued` until it is `used`."""

    code: str
    reward: str
    state: str
    expires: int | None  # day
    left: int | None = None  # money that is left on it; None: it keeps none
    uses: int | None = None  # times that it can be used; None: once


class View(Struct, frozen=True, kw_only=True, gc=False):
    """A member's holdings at one moment, as a `version` of the programme has it."""

    wallet: dict[str, Balance]
    tiers: dict[str, Standing]
    metrics: dict[str, int]
    benefits: dict[str, int | None] = field(default_factory=dict)  # until which day
    # Of those that are counted: how often they can still be used, and of how often.
    left: dict[str, tuple[int, int]] = field(default_factory=dict)
    badges: dict[str, int] = field(default_factory=dict)  # since which day
    version: int = 1


class Record(Struct, frozen=True, gc=False):
    """What a return of the event will be decided from: what its decision has read and posted.

    `plan` is the key of the plan that decided; both are numbers at the places of its `TypePlan`,
    packed (see `engine.records`).
    """

    plan: str
    read: bytes
    posted: bytes


SpentLot = tuple[str, int, int | None, int]  # currency, day earned, end, units


class LineLeft(Struct, frozen=True, array_like=True, gc=False):
    """A line of a purchase since its price was last changed: of so many there were then, `quantity`
    are left.

    Money is in smallest units, quantities are in thousandths.  `gone`: all of it came back.
    """

    quantity: int
    of: int
    amount: int
    tax: int
    regular_amount: int | None
    gone: bool = False


class Remains(Struct, frozen=True, array_like=True, gc=False):
    """What is left of an event of which something was taken back.

    `lines` and `tenders` (what each payment paid and has not got back) are in its own order;
    `paid` is what was paid for it less what was refunded; `posted` is what its decision has posted
    by now, packed, at the places of the plan of this key.  `spent` are lots that it spent, in the
    order in which they were taken.
    """

    lines: tuple[LineLeft, ...]
    charges: bool
    tenders: tuple[tuple[str, int], ...]
    paid: int
    posted: bytes
    spent: tuple[SpentLot, ...] = ()
    plan: str = ""


class Found(Struct, frozen=True, omit_defaults=True, gc=False):
    """The guest's purchase that an event is of, and what was left of it then; or, by a `code`, why
    there is none.  Of the purchase there are its facts alone."""

    code: str = ""
    purchase: Purchase | None = None
    remains: Remains | None = None  # None: all
    timed: bool = False  # builds of before did not ask whether it comes back in time


class Quoted(Struct, frozen=True, omit_defaults=True, gc=False):
    """What rules take off by the quote that a purchase names; or, by a `code`, why that is not
    kept."""

    code: str = ""
    given: tuple[Off, ...] = ()


class Carried(Struct, frozen=True, omit_defaults=True, gc=False):
    """What somebody had who is the same person as another member: their state, by the names of its
    slots, as far as there is anything in them.

    `enrolled` and `day` are the day of their enrolment and their today.  `rings` have three numbers
    for each entry, of lots the end before the day earned; `owed` is by currency what their balance
    was below 0, `levels` the names of levels by slot.
    """

    enrolled: int
    day: int
    slots: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    rings: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    owed: Mapping[str, int] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)


class Guarded(Struct, frozen=True, omit_defaults=True, gc=False):
    """Why an event takes nothing of what it asks for: a code and a sentence, and when it could, in
    microseconds."""

    code: str
    text: str
    opens: int | None = None


class Outcome(Struct, frozen=True, kw_only=True, gc=False):
    """All that one event did for one member, due work before it included, in order.

    `record` is None where nothing was decided: of time alone, and of who is no member.
    """

    effects: tuple[Effect, ...]
    movements: tuple[Movement, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    refund: tuple[Refund, ...] = ()
    trace: tuple[Reason, ...] = ()
    payable: Payable | None = None
    view: View | None = None
    vouchers: tuple[Voucher, ...] = ()  # issued
    changed: tuple[Voucher, ...] = ()  # vouchers that were there, as they have become
    shown: tuple[Voucher, ...] = ()  # the member's of the vouchers that were named, as they were
    record: Record | None = None
    spent: tuple[SpentLot, ...] = ()  # by its claims, in order
    handed: tuple[SpentLot, ...] = ()  # lots as another member gets them, in order
    carried: Carried | None = None  # all that the member had, as another one gets it
    remains: Remains | None = None  # of what it took something back, or gave to the member
    claimed: Purchase | None = None  # that was a guest's, and is the member's now
    notes: tuple[str, ...] = ()
    version: int = 1  # of the programme, that decided
    row: tuple[int, ...] | None = None  # the event's numbers, where personal values are in them
    behind: tuple[tuple[int, ...] | None, ...] = ()  # as `row`, of what had waited for it
    used: Mapping[str, int] = field(default_factory=dict)  # of budgets
    drawn: tuple[str, ...] | None = None  # the rules on which chance fell, where any asks for it
    refers: int = 0  # 1: whoever brought the member has a referral; -1: has it no more


class Given(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a decision takes from outside the member and the facts; kept, and given again by a fold.

    `rooms`: what budgets have left, by name.  `row`: the event's numbers, of an outcome that told
    them; then the event's own values are not read.  `vouchers`: those of the member that the event
    names, as they stood; `others`: the codes that it names of vouchers of other members.
    `behind`: as `row`, of what had waited to take something back of it.  `theirs`: what something
    is to be taken back of is somebody else's.  `to`: the member to whom something is given; empty:
    nobody who is enrolled; of an enrolment, who brought the member.  `lots`: what another member
    has given.  `found`: the guest's purchase that is claimed, or of which something comes back.
    `chosen`: the member's purchase of which something comes back that did not say of which.
    `drawn`: the rules on which chance falls; None: nobody has asked it yet.  `lent`: who brought
    the member has a part in what they buy.  `quote`: the one that a purchase names.
    `reserved`: units by currency that are kept for something else.
    `blocked`: the member was named by a card that is of no use.
    `refused`: what of the event's identifiers was: a code, and the kind, each.
    `carried`: what a member had who is merged into this one.  `prior`: what something is taken back
    of, as JSON, where that was recorded of such a member.
    `guarded`: why nothing of the member's is taken by its claims, or nothing is taken back by a
    cancellation; `counted`: what is taken counts
    where the next event asks how much that was.
    `waiting`: of a merge, what waits of who is merged, or of who stays from now on, as JSON.
    """

    rooms: Mapping[str, int] = field(default_factory=dict)
    row: tuple[int, ...] | None = None
    vouchers: tuple[Voucher, ...] = ()
    others: tuple[str, ...] = ()
    behind: tuple[tuple[int, ...] | None, ...] = ()
    theirs: bool = False
    to: str | None = None
    lots: tuple[SpentLot, ...] = ()
    found: Found | None = None
    chosen: EventKey | None = None
    drawn: tuple[str, ...] | None = None
    lent: bool = False
    quote: Quoted | None = None
    reserved: Mapping[str, int] = field(default_factory=dict)
    blocked: bool = False
    refused: tuple[tuple[str, str], ...] = ()
    carried: Carried | None = None
    prior: str | None = None
    guarded: Guarded | None = None
    counted: bool = False
    waiting: tuple[str, ...] = ()

    def packed(self) -> bytes | None:
        """What is stored; None where there is nothing to keep."""
        return None if self == NOTHING else msgspec.json.encode(self)

    @staticmethod
    def unpacked(stored: bytes | None) -> Given:
        """The inverse of `packed`."""
        return NOTHING if stored is None else msgspec.json.decode(stored, type=Given)


NOTHING = Given()

"""What an event is, once it has been read: frozen values in whole smallest units.

Money is in the smallest unit of the programme's money, quantities in thousandths, `occurred_at` in
microseconds since 1970-01-01 UTC.  Field names are those of the contract.  No value can refer to
itself, so the garbage collector need not look for circles (`gc=False`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from xenia.events.brought import OpenLevel, OpenLot, OpenMetric, OpenVoucher
from xenia.events.parts import Charge, Consent, EventKey, FolioLine, Identifier, LineBack, Off

QUANTITY_DECIMALS = 3

Method = Literal["cash", "bank-card", "card-balance", "gift-card", "reward", "other"]
AttributeValue = str | int | bool  # a decimal in 10**-6, a date as its day number


class Line(Struct, frozen=True, omit_defaults=True, gc=False):
    id: str
    sku: str
    category: str
    quantity: int
    amount: int
    unit: str | None = None
    regular_amount: int | None = None
    tax: int = 0
    tags: tuple[str, ...] = ()
    brand: str | None = None
    seller: str | None = None


class Payment(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    method: Method
    amount: int | None = None  # None: the whole bill
    card: str | None = None


class Common(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The fields of every event.  `member` is None for a guest; whoever keeps members by their ids
    puts the id where an identifier stands."""

    id: str
    source: str = "api"
    programme: str | None = None
    member: str | Identifier | None = None
    by: str | Identifier | None = None
    occurred_at: int
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)


class Purchase(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="purchase"):
    """`given`: what the till took off by rules, whatever would have been; None: what they take.
    `quote`: whose prices are to be kept.

    `claimed`: it was a guest's, and given to its member afterwards; the prices paid stand.  That
    is never sent, and no fact."""

    lines: tuple[Line, ...]
    payments: tuple[Payment, ...] = ()
    charges: tuple[Charge, ...] = ()
    prices: Literal["gross", "net"] = "gross"
    currency: str | None = None
    receipt: str | None = None
    vouchers: tuple[str, ...] = ()
    spend: Mapping[str, str] = field(default_factory=dict)  # currency: units as written
    quote: str | None = None
    given: tuple[Off, ...] | None = None
    claimed: bool = False


class Act(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="act"):
    """Something that a member did beside buying, of a name that the programme knows.  `place` is
    None once it has been erased."""

    act: str
    value: int | None = None  # in thousandths, whatever it counts
    place: str | None = None


class Stay(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="stay"):
    """Days are day numbers, as the calendar has them there."""

    property: str
    category: str
    arrival: int
    departure: int
    nights: int
    rooms: int = 1
    status: Literal["stayed", "no-show", "cancelled"]
    rate: str | None = None
    folio: tuple[FolioLine, ...]
    nights_on_points: int = 0


class Flight(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="flight"):
    """One coupon of a ticket, flown."""

    from_: str = field(name="from")
    to: str
    distance: int  # in thousandths, whatever it is measured in
    fare: int | None = None
    cabin: str
    booking_class: str | None = None
    carrier: str
    operated_by: str | None = None
    coupon: str | None = None


class Rental(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="rental"):
    """A car, brought back."""

    days: int
    car_class: str
    amount: int
    office_out: str
    office_in: str
    drivers: int = 1


class Redemption(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="redemption"):
    reward: str
    quantity: int = 1  # whole


class Enrolment(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="enrolment"):
    """`attributes` become the member's, and `identifiers` (value by kind) lead to them.  These, and
    `referred_by`, are None once erased, or kept apart.  A consent may be its purpose alone."""

    consents: tuple[str | Consent, ...] = ()
    identifiers: Mapping[str, str | None] | None = None
    referred_by: str | Identifier | None = None


class Profile(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="profile"):
    """Both replace the member's of the same names; see `Enrolment`.  None: there is none more."""

    consents: tuple[str | Consent, ...] = ()
    identifiers: Mapping[str, str | None] | None = None


class Card(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="card"):
    """Something happens to a card of a member.  The numbers, `card` and `new`, are None where they
    have been erased, or are kept apart."""

    action: Literal["add", "block", "replace", "remove"]
    card: str | None = None
    new: str | None = None  # that takes its place


class Adjustment(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="adjustment"):
    """A correction by staff.  `reason` is None once it has been erased."""

    currency: str
    units: str  # as written, with the currency's decimals; below 0: taken
    author: str
    reason: str | None = None


class Hold(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="hold"):
    """Units are kept from use while something is looked into.  `reason` as of an adjustment."""

    currency: str | None = None  # None: every currency
    units: str | None = None  # as written, with the currency's decimals; None: all
    reason: str | None = None


class Release(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="release"):
    """Units that were held can be used again; see `Hold`."""

    currency: str | None = None
    units: str | None = None
    reason: str | None = None


class Clock(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="clock"):
    """No member: time passes for everybody up to `occurred_at`."""


class Grant(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="grant"):
    """A level, a benefit or a voucher, given by staff.  `reason` as of an adjustment."""

    author: str
    tier: Mapping[str, str] | None = None  # ladder: level
    benefit: str | None = None
    voucher: str | None = None  # of this reward
    until: int | None = None  # microseconds
    reason: str | None = None


class Use(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="use"):
    """A voucher, or a benefit, is used without a purchase: what it is for was handed out."""

    voucher: str | None = None
    benefit: str | None = None

    @property
    def subject(self) -> str:
        """The code of the voucher, or the id of the benefit."""
        return self.voucher or self.benefit or ""


class Moment(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What comes by itself: recorded by Xenia as time passes, of source `OWN`."""

    date: int  # the day's number, as the calendar has it where that counts


class Birthday(Moment, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="birthday"):
    """A member's day begins, where they live."""


class Anniversary(
    Moment, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="anniversary"
):
    """The day begins on which a member enrolled so many years ago."""


class MonthEnd(Moment, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="month-end"):
    """The last day of a calendar month ends."""


class Inactivity(Moment, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="inactivity"):
    """The day begins on which a member has done nothing for so long."""

    since: int  # the number of the day on which they last did something


OfItself = Birthday | Anniversary | MonthEnd | Inactivity


class Return(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="return"):
    """A part of a purchase is taken back: of `lines`, or `all` of it; or, with an `amount`, the
    price of its lines is lowered by so much together.

    `without_receipt`: it does not say of which purchase; `of` is `UNNAMED` as long as none has been
    found for it.
    """

    of: EventKey
    lines: tuple[LineBack, ...] = ()
    all: bool = False
    amount: int | None = None
    exchange_for: str | None = None
    without_receipt: bool = False


class Cancel(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="cancel"):
    """An event is taken back whole."""

    of: EventKey


class Claim(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="claim"):
    """A guest's purchase is given to a member: by its key, or by its receipt."""

    of: EventKey | None = None
    receipt: str | None = None


class Transfer(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="transfer"):
    """A member gives units to another.  `to` is None where what named them has been erased, or is
    kept apart."""

    currency: str
    units: str  # as written, with the currency's decimals
    to: str | Identifier | None = None


class Received(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="received"):
    """What the transfer `of` gave; recorded by Xenia itself, of source `OWN`."""

    of: EventKey
    giver: str


class Referral(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="referral"):
    """A member whom this one has brought made the purchase `of`, which counts; recorded by Xenia
    itself, of source `OWN`."""

    of: EventKey
    friend: str


class Opening(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="opening"):
    """What a member brings along from another system; recorded by Xenia itself, of source `OWN`.

    `attributes` become the member's.  Days are day numbers: on which they joined, and on which they
    last did something.
    """

    joined: int
    active: int | None = None
    lots: tuple[OpenLot, ...] = ()
    tiers: Mapping[str, OpenLevel] = field(default_factory=dict)  # by ladder
    metrics: tuple[OpenMetric, ...] = ()
    vouchers: tuple[OpenVoucher, ...] = ()


class Merging(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="merging"):
    """The member is found to be another one, `into` whom they are merged: that rests, is undone, or
    done.  Recorded by Xenia itself, of source `OWN`."""

    into: str
    step: Literal["begun", "undone", "done"]


class Merge(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="merge"):
    """All that `whom` had comes to the member, who is the same person; recorded behind `of`."""

    of: EventKey
    whom: str


TakingBack = Return | Cancel
OfEarlier = Return | Cancel | Claim  # about what was told before


class Leave(Common, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="leave"):
    """Somebody is no member any more."""


OfPerson = Enrolment | Profile | Card | Leave  # whom it is about, and what leads to them
OfMerge = Merging | Merge
OfMember = Enrolment | Profile | Opening | OfMerge  # that may change what is said of the member
OfStaff = Adjustment | Hold | Release | Grant  # for a reason
Activity = Act | Stay | Flight | Rental
Event = (
    Purchase
    | Activity
    | Redemption
    | Enrolment
    | Profile
    | Card
    | Leave
    | OfStaff
    | TakingBack
    | Claim
    | Use
    | Transfer
    | Clock
    | OfItself
    | Received
    | Referral
    | Opening
    | OfMerge
)
TYPE_NAMES: Mapping[type, str] = {
    Purchase: "purchase",
    Redemption: "redemption",
    Enrolment: "enrolment",
    Profile: "profile",
    Card: "card",
    Leave: "leave",
    Adjustment: "adjustment",
    Hold: "hold",
    Release: "release",
    Grant: "grant",
    Use: "use",
    Return: "return",
    Cancel: "cancel",
    Claim: "claim",
    Clock: "clock",
    Birthday: "birthday",
    Act: "act",
    Stay: "stay",
    Flight: "flight",
    Rental: "rental",
    Anniversary: "anniversary",
    MonthEnd: "month-end",
    Inactivity: "inactivity",
    Transfer: "transfer",
    Received: "received",
    Referral: "referral",
    Opening: "opening",
    Merging: "merging",
    Merge: "merge",
}
OWN = "xenia"  # the source of what nobody sends


def member_name(member: str | Identifier | None) -> str | None:
    """What a member is known by where identifiers lead to nobody yet, as in a replay: the id, or
    `kind:value`.  None is a guest."""
    return f"{member.kind}:{member.value}" if isinstance(member, Identifier) else member

"""The shape of events as the contract has them, before any value is looked at.

A decimal is a text or a whole number here; `read` makes typed events of these.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from xenia.events.model import Method

LINES = 2_000
# Control characters are looked for apart: a `pattern` here, in a union with a mapping, makes
# msgspec 0.22 crash when the process ends (its issue 717).
Text = Annotated[str, Meta(min_length=1, max_length=200)]
Written = str | int
Member = Text | dict[Text, Text]
Attributes = dict[Text, str | int | bool | None]


class LineShape(Struct, kw_only=True, frozen=True, gc=False, forbid_unknown_fields=True):
    sku: Text
    category: Text
    quantity: Written
    amount: Written
    id: Text | None = None
    unit: Text | None = None
    regular_amount: Written | None = None
    tax: Written | None = None
    tags: Annotated[list[Text], Meta(max_length=100)] | None = None
    brand: Text | None = None
    seller: Text | None = None


class PaymentShape(Struct, kw_only=True, frozen=True, gc=False, forbid_unknown_fields=True):
    method: Method
    amount: Written | None = None
    card: Text | None = None


class ChargeShape(Struct, kw_only=True, frozen=True, gc=False, forbid_unknown_fields=True):
    kind: Text
    amount: Written
    tax: Written | None = None


class EventShape(
    Struct, kw_only=True, frozen=True, gc=False, forbid_unknown_fields=True, tag_field="type"
):
    """The fields of every event."""

    id: Text
    occurred_at: str
    source: Text | None = None
    programme: Text | None = None


class MemberEventShape(EventShape, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """The fields of every event that somebody does."""

    member: Member | None = None
    by: Member | None = None
    channel: Text | None = None
    location: Text | None = None
    partner: Text | None = None
    cashier: Text | None = None
    terminal: Text | None = None
    attributes: Annotated[Attributes, Meta(max_length=200)] | None = None


class OffShape(Struct, kw_only=True, frozen=True, gc=False, forbid_unknown_fields=True):
    rule: Text
    line: Text
    amount: Written


class PurchaseShape(
    MemberEventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="purchase"
):
    lines: Annotated[list[LineShape], Meta(max_length=LINES)]
    payments: Annotated[list[PaymentShape], Meta(max_length=100)] | None = None
    payment: PaymentShape | None = None
    charges: Annotated[list[ChargeShape], Meta(max_length=100)] | None = None
    prices: Literal["gross", "net"] = "gross"
    currency: Text | None = None
    receipt: Text | None = None
    vouchers: Annotated[list[Text], Meta(max_length=100)] | None = None
    spend: Annotated[dict[Text, Written], Meta(max_length=20)] | None = None
    quote: Text | None = None
    given: Annotated[list[OffShape], Meta(max_length=10 * LINES)] | None = None
    one_time_code: Text | None = None


class ActShape(MemberEventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="act"):
    act: Text
    value: Written | None = None
    place: Text | None = None


class FolioShape(Struct, kw_only=True, frozen=True, gc=False, forbid_unknown_fields=True):
    kind: Text
    amount: Written
    eligible: bool | Text


class StayShape(
    MemberEventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="stay"
):
    property: Text
    category: Text
    arrival: Text
    departure: Text
    nights: Written
    status: Literal["stayed", "no-show", "cancelled"]
    folio: Annotated[list[FolioShape], Meta(max_length=LINES)]
    rooms: Written | None = None
    rate: Text | None = None
    nights_on_points: Written | None = None


class FlightShape(
    MemberEventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="flight"
):
    from_: Text = field(name="from")
    to: Text
    distance: Written
    cabin: Text
    carrier: Text
    fare: Written | None = None
    booking_class: Text | None = None
    operated_by: Text | None = None
    coupon: Text | None = None


class RentalShape(
    MemberEventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="rental"
):
    days: Written
    car_class: Text
    amount: Written
    office_out: Text
    office_in: Text
    drivers: Written | None = None


class RedemptionShape(
    MemberEventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="redemption"
):
    reward: Text
    quantity: Written | None = None
    amount: Any = None
    to: Any = None
    one_time_code: Text | None = None


class ConsentShape(Struct, kw_only=True, frozen=True, gc=False, forbid_unknown_fields=True):
    purpose: Text
    given: bool | Text = True
    channel: Text | None = None
    text: Text | None = None
    source: Text | None = None
    at: str | None = None


Consents = Annotated[list[Text | ConsentShape], Meta(max_length=100)]
Identifiers = Annotated[dict[Text, Text | None], Meta(max_length=10)]


class EnrolmentShape(
    MemberEventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="enrolment"
):
    consents: Consents | None = None
    identifiers: Identifiers | None = None
    referred_by: Member | None = None


class ProfileShape(
    MemberEventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="profile"
):
    consents: Consents | None = None
    identifiers: Identifiers | None = None


class CardShape(
    MemberEventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="card"
):
    action: Literal["add", "block", "replace", "remove"]
    card: Text
    new: Text | None = None


class LeaveShape(
    MemberEventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="leave"
):
    pass


class AdjustmentShape(
    MemberEventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="adjustment"
):
    currency: Text
    units: Written
    reason: Text
    author: Text


class HoldShape(
    MemberEventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="hold"
):
    reason: Text
    currency: Text | None = None
    units: Written | None = None


class ReleaseShape(
    MemberEventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="release"
):
    reason: Text
    currency: Text | None = None
    units: Written | None = None


class GrantShape(
    MemberEventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="grant"
):
    reason: Text
    author: Text
    tier: Annotated[dict[Text, Text], Meta(min_length=1, max_length=1)] | None = None
    benefit: Text | None = None
    voucher: Text | None = None
    until: str | None = None


class UseShape(MemberEventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="use"):
    voucher: Text | None = None
    benefit: Text | None = None
    one_time_code: Text | None = None


class KeyShape(Struct, kw_only=True, frozen=True, gc=False, forbid_unknown_fields=True):
    id: Text
    source: Text | None = None


class LineBackShape(Struct, kw_only=True, frozen=True, gc=False, forbid_unknown_fields=True):
    line: Text | None = None
    sku: Text | None = None
    quantity: Written | None = None


class ReturnShape(
    MemberEventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="return"
):
    of: KeyShape | None = None
    purchase: Text | None = None
    lines: Annotated[list[LineBackShape], Meta(max_length=LINES)] | None = None
    all: bool | Text = False
    amount: Written | None = None
    exchange_for: Text | None = None
    without_receipt: bool | Text = False


class CancelShape(
    MemberEventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="cancel"
):
    of: KeyShape


class ClaimShape(
    MemberEventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="claim"
):
    of: KeyShape | None = None
    receipt: Text | None = None


class TransferShape(
    MemberEventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="transfer"
):
    to: Member
    currency: Text
    units: Written
    one_time_code: Text | None = None


class ClockShape(EventShape, kw_only=True, frozen=True, forbid_unknown_fields=True, tag="clock"):
    pass


Shape = (
    PurchaseShape
    | ActShape
    | StayShape
    | FlightShape
    | RentalShape
    | RedemptionShape
    | EnrolmentShape
    | ProfileShape
    | CardShape
    | LeaveShape
    | AdjustmentShape
    | HoldShape
    | ReleaseShape
    | GrantShape
    | UseShape
    | ReturnShape
    | CancelShape
    | ClaimShape
    | TransferShape
    | ClockShape
)
SHAPES: dict[str, type[Shape]] = {
    "purchase": PurchaseShape,
    "act": ActShape,
    "stay": StayShape,
    "flight": FlightShape,
    "rental": RentalShape,
    "redemption": RedemptionShape,
    "enrolment": EnrolmentShape,
    "profile": ProfileShape,
    "card": CardShape,
    "leave": LeaveShape,
    "adjustment": AdjustmentShape,
    "hold": HoldShape,
    "release": ReleaseShape,
    "grant": GrantShape,
    "use": UseShape,
    "return": ReturnShape,
    "cancel": CancelShape,
    "claim": ClaimShape,
    "transfer": TransferShape,
    "clock": ClockShape,
}
# Types that nobody sends, as they are recorded while time passes; what to send instead.
MOMENTS = {
    "birthday": "send the day of birth, as an attribute of an enrolment or a profile",
    "anniversary": "send the enrolment, with the time at which it happened",
    "month-end": "send what happened in the month",
    "inactivity": "send what the members do",
    "received": "send a transfer, of the member who gives",
    "referral": "send the enrolment of the friend, with `referred_by`, and what they buy",
    "merging": "merge two members by `POST /v1/merges`",
    "merge": "merge two members by `POST /v1/merges`",
    "opening": "bring members in from another system with `xenia import opening FILE`",
}
# Types of the contract whose part is not built yet.
LATER = (
    "code", "survey", "case", "fee", "load",
)  # fmt: skip

"""The shapes of answers, for the description of the interface.

Answers are written by `services.answers` and not by these; tests hold the two together.
"""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType, field

Decimal = str  # units and money, in major units
Time = str  # RFC 3339, with the programme's offset


class Effect(Struct, kw_only=True, forbid_unknown_fields=True):
    """One thing that was decided; which fields it has beyond the common ones goes by `effect`."""

    id: str
    effect: str
    member: str | None
    rule: str | None
    occurred_at: Time
    state: str
    currency: str | UnsetType | None = UNSET
    units: Decimal | UnsetType | None = UNSET
    amount: Decimal | UnsetType | None = UNSET
    kind: str | UnsetType | None = UNSET
    line: str | UnsetType | None = UNSET
    reward: str | UnsetType | None = UNSET
    voucher: str | UnsetType | None = UNSET
    benefit: str | UnsetType | None = UNSET
    left: Decimal | UnsetType | None = UNSET
    badge: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    tier: str | UnsetType | None = UNSET
    level: str | UnsetType | None = UNSET
    available_at: Time | UnsetType | None = UNSET
    expires: Time | UnsetType | None = UNSET
    funder: str | UnsetType | None = UNSET


class Refusal(Struct, kw_only=True, forbid_unknown_fields=True):
    """A claim that was not granted; the event is recorded all the same."""

    code: str
    claim: str
    subject: str | None
    rule: str | None
    text: str
    opens_at: Time | UnsetType = UNSET


class Trace(Struct, kw_only=True, forbid_unknown_fields=True):
    """Whether a rule that came near was applied, and why not."""

    rule: str
    applied: bool
    because: str | None


class ToldRule(Trace, kw_only=True, forbid_unknown_fields=True):
    """The same, with what the rule is called in the language that was asked for."""

    title: str


class LineDiscount(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a rule, or a voucher, takes off a line."""

    rule: str
    amount: Decimal
    voucher: str | UnsetType = UNSET


class PayableLine(Struct, kw_only=True, forbid_unknown_fields=True):
    """A line's share of the discounts."""

    line: str
    discounts: list[LineDiscount]
    discount: Decimal


class Payable(Struct, kw_only=True, forbid_unknown_fields=True):
    """What is to be paid for a basket."""

    total: Decimal
    discount: Decimal
    tendered: Decimal
    to_pay: Decimal
    lines: list[PayableLine]
    charges: list[PayableLine]


class Held(Struct, kw_only=True, forbid_unknown_fields=True):
    """Of one currency: `balance` can be spent now, and excludes the other two."""

    balance: Decimal
    pending: Decimal
    held: Decimal


class Missing(Struct, kw_only=True, forbid_unknown_fields=True):
    """How much of a metric is missing."""

    metric: str
    units: Decimal


class Standing(Struct, kw_only=True, forbid_unknown_fields=True):
    """A place on a ladder; `until` is the first instant at which it no longer holds."""

    level: str | None
    until: Time | None
    to_next: list[Missing]
    to_keep: list[Missing]


class Voucher(Struct, kw_only=True, forbid_unknown_fields=True):
    """The right to a reward: issued, used or expired.

    Where it keeps money, `left` is how much; where it can be used several times, `uses` how many
    are left.
    """

    code: str
    reward: str
    state: str
    expires: Time | None
    left: Decimal | UnsetType = UNSET
    uses: int | UnsetType = UNSET


class Benefit(Struct, kw_only=True, forbid_unknown_fields=True):
    """A right: a standing one, or one that can be used so and so often (`of`), and still is `left`
    so often."""

    benefit: str
    left: str | None
    until: Time | None
    of: str | UnsetType = UNSET


class Badge(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a member has once, and since when."""

    badge: str
    since: Time | None


class Refund(Struct, kw_only=True, forbid_unknown_fields=True):
    """Money to be given back by the means by which it was paid."""

    method: str
    amount: Decimal


class Answer(Struct, kw_only=True, forbid_unknown_fields=True):
    """What was made of an event; the same event again gets the same answer."""

    event: str | None
    source: str | None
    member: str | None
    programme: str
    version: int
    occurred_at: Time
    status: str
    effects: list[Effect]
    refusals: list[Refusal]
    payable: Payable | None
    refund: list[Refund]
    wallet: dict[str, Held]
    tiers: dict[str, Standing]
    metrics: dict[str, Decimal]
    vouchers: list[Voucher]
    benefits: list[Benefit]
    badges: list[Badge]
    trace: list[Trace] | UnsetType = UNSET
    notes: list[str] | UnsetType = UNSET


class Quote(Struct, kw_only=True, forbid_unknown_fields=True):
    """What would come of an event: an answer, or `results` where several programmes answer.

    `quote` names the prices that are kept `until` then; both are null where there are none.
    """

    quote: str | None
    until: Time | None
    results: list[Answer] | UnsetType = UNSET
    event: str | UnsetType | None = UNSET
    source: str | UnsetType | None = UNSET
    member: str | UnsetType | None = UNSET
    programme: str | UnsetType = UNSET
    version: int | UnsetType = UNSET
    occurred_at: Time | UnsetType = UNSET
    status: str | UnsetType = UNSET
    effects: list[Effect] | UnsetType = UNSET
    refusals: list[Refusal] | UnsetType = UNSET
    payable: Payable | UnsetType | None = UNSET
    refund: list[Refund] | UnsetType = UNSET
    wallet: dict[str, Held] | UnsetType = UNSET
    tiers: dict[str, Standing] | UnsetType = UNSET
    metrics: dict[str, Decimal] | UnsetType = UNSET
    vouchers: list[Voucher] | UnsetType = UNSET
    benefits: list[Benefit] | UnsetType = UNSET
    badges: list[Badge] | UnsetType = UNSET
    trace: list[Trace] | UnsetType = UNSET
    notes: list[str] | UnsetType = UNSET


class MemberProgramme(Struct, kw_only=True, forbid_unknown_fields=True):
    """A member in one programme; `enrolled`: they have joined it.  `attributes` are as they are
    sent."""

    programme: str
    version: int
    enrolled: bool
    tiers: dict[str, Standing]
    attributes: dict[str, str | int | bool]


class Identifier(Struct, kw_only=True, forbid_unknown_fields=True):
    """What leads to a member; with a card that is blocked nothing is earned or spent."""

    kind: str
    value: str
    blocked: bool
    since: Time


class EventName(Struct, kw_only=True, forbid_unknown_fields=True):
    """What an event is known by."""

    source: str
    id: str


class LastWord(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a member said, and when, of their data being used for a purpose; `text` is the version
    of what they were shown, `source` where they said so."""

    purpose: str
    channel: str | None
    given: bool
    text: str | None
    source: str | None
    at: Time
    event: EventName


class Merged(Struct, kw_only=True):
    """That one member was found to be another: `merged` while it can be undone, then `final`; or
    `undone`."""

    merge: str
    whom: str = field(name="from")
    into: str
    state: str
    made_at: Time
    until: Time
    done_at: Time | None
    undone_at: Time | None


class Belonging(Struct, kw_only=True):
    """To which household somebody belongs, and whether they may spend what is in its pool."""

    household: str
    may_spend: bool
    since: Time


class Member(Struct, kw_only=True, forbid_unknown_fields=True):
    """Somebody of whom something was recorded; of who was erased, nothing tells who they were.
    `consents` are the last word on each purpose and channel, `merged` those who are merged into
    them."""

    member: str
    since: Time
    erased_at: Time | None
    identifiers: list[Identifier]
    consents: list[LastWord]
    merged_into: Merged | None
    merged: list[Merged]
    household: Belonging | None
    programmes: list[MemberProgramme]


class Ending(Struct, kw_only=True, forbid_unknown_fields=True):
    """Units that end at an instant, unless they are spent before."""

    currency: str
    units: Decimal
    at: Time


class Statement(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a member holds in a programme at a moment; `endings` has the soonest first."""

    member: str
    programme: str
    version: int
    at: Time
    enrolled: bool
    wallet: dict[str, Held]
    tiers: dict[str, Standing]
    metrics: dict[str, Decimal]
    vouchers: list[Voucher]
    benefits: list[Benefit]
    badges: list[Badge] | UnsetType = UNSET
    endings: list[Ending]


class Lot(Struct, kw_only=True, forbid_unknown_fields=True):
    """The accrual that units belong to: the day it was earned, and its end."""

    earned: str
    expires: Time | None


class Origin(Struct, kw_only=True, forbid_unknown_fields=True):
    """The event that an entry came of."""

    source: str
    id: str
    type: str | None


class Entry(Struct, kw_only=True, forbid_unknown_fields=True):
    """One movement of units from one account (`debit`) to another (`credit`); `event` is null where
    time alone has done it."""

    id: str
    effect: str
    currency: str
    units: Decimal
    debit: str
    credit: str
    lot: Lot
    kind: str | None
    rule: str | None
    funder: str | None
    version: int | None
    event: Origin | None
    occurred_at: Time
    recorded_at: Time
    accounting_on: str
    words: str


class LedgerPage(Struct, kw_only=True, forbid_unknown_fields=True):
    """Entries; `next_cursor` leads to those before them."""

    data: list[Entry]
    next_cursor: str | None
    has_more: bool


class Explanation(Answer, kw_only=True, forbid_unknown_fields=True):
    """The answer to an event, with every rule, and the entries that it made."""

    recorded_at: Time
    seq: int | None
    rules: list[ToldRule]
    entries: list[Entry]


class Reason(Struct, kw_only=True, forbid_unknown_fields=True):
    """One reason; `pointer` is a JSON Pointer into what was sent, or `?` and a parameter's name."""

    pointer: str
    code: str
    detail: str


class Problem(Struct, kw_only=True, forbid_unknown_fields=True):
    """Problem details (RFC 9457): `code` is for programs, `detail` says what to do."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[Reason]
    request_id: str

"""What the service takes and gives, as types.

Made from the description of the interface by `make docs`.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field


class Acceptance(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An invitation, and the password that somebody chooses; who they are, where the invitation
    names nobody, which only the first owner's does."""

    invitation: str
    password: str
    email: str | None = None
    name: str | None = None


class Account(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Account"""

    staff: str
    role: str
    state: str
    created_at: str
    created_by: str
    last_sign_in_at: str | None
    email: str | None = None
    name: str | None = None


class Accounts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Accounts"""

    data: tuple[Account, ...]
    next_cursor: str | None
    has_more: bool


class Act(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="act"):
    """Act"""

    id: str
    occurred_at: str
    source: str | None = None
    programme: str | None = None
    member: str | dict[str, str] | None = None
    by: str | dict[str, str] | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    act: str
    value: str | int | None = None
    place: str | None = None


class Adjustment(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="adjustment"
):
    """Adjustment"""

    id: str
    occurred_at: str
    source: str | None = None
    programme: str | None = None
    member: str | dict[str, str] | None = None
    by: str | dict[str, str] | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    currency: str
    units: str | int
    reason: str
    author: str


class Again(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which deliveries are sent again: those made in [since, until), by default that were given
    up."""

    since: str
    until: str
    states: tuple[Literal["dead", "delivered", "dropped"], ...] | None = None


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was made of an event; the same event again gets the same answer."""

    event: str | None
    source: str | None
    member: str | None
    programme: str
    version: int
    occurred_at: str
    status: str
    effects: tuple[Effect, ...]
    refusals: tuple[Refusal, ...]
    payable: Payable | None
    refund: tuple[Refund, ...]
    wallet: dict[str, Held]
    tiers: dict[str, Standing]
    metrics: dict[str, str]
    vouchers: tuple[Voucher, ...]
    benefits: tuple[Benefit, ...]
    badges: tuple[Badge, ...]
    trace: tuple[Trace, ...] | None = None
    notes: tuple[str, ...] | None = None


class Approval(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether nobody may approve what they have written."""

    four_eyes: bool


class Asked(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A condition as rows."""

    join: Literal["all", "any", "none"] | None = None
    parts: tuple[Part, ...]


class AskedCode(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who wants to come in: by an e-mail address, a phone or a card's number. `before` is the
    token of a session that they had, which may have ended: with it nobody who asks for codes in
    their name makes them wait."""

    name: str
    space: str | None = None
    before: str | None = None


class AskedCorrection(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """AskedCorrection"""

    correction: str | None
    state: Literal["made", "waiting"]
    why: str | None
    answer: Answer


class AskedRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """AskedRequest"""

    at: str
    by: str
    method: str
    path: str
    status: int
    code: str | None
    milliseconds: float
    request_id: str


class AskedRequests(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """AskedRequests"""

    data: tuple[AskedRequest, ...]
    next_cursor: str | None
    has_more: bool


class AssumedResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Members of some deciles of spend (1 spends most) are assumed to come more often, and to
    buy more each time, by so much."""

    deciles: str | None = None
    frequency: str | None = None
    basket: str | None = None


class Attempt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Attempt"""

    at: str
    milliseconds: int
    status: int | None
    error: str | None
    response: str


class AttributeName(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """AttributeName"""

    id: str
    type: str
    options: tuple[str, ...]


class Backtest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Backtest"""

    redeem: str | None = None
    enrolled: Literal["first-purchase", None] | None = None
    also_redeem: tuple[str, ...] | None = None
    sweep: Sweep | None = None
    margin: str | None = None
    margins: dict[str, str] | None = None
    unit_values: dict[str, str] | None = None
    reward_values: dict[str, str] | None = None
    cost_ratio: str | None = None
    cannibalised: str | None = None
    running: str | None = None
    responses: tuple[AssumedResponse, ...] | None = None
    backtest: str
    state: str
    progress: float
    doing: str | None
    failure: str | None
    wizard: ChooserOptions | None
    programme: BacktestProgramme | None
    against: BacktestProgramme | None
    history: str
    made_by: str
    made_at: str
    started_at: str | None
    finished_at: str | None


class BacktestProgramme(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """BacktestProgramme"""

    programme: str
    version: int | None
    draft: str | None
    revision: int | None
    template: str | None


class Backtests(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Backtests"""

    data: tuple[Backtest, ...]
    next_cursor: str | None
    has_more: bool


class Badge(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a member has once, and since when."""

    badge: str
    since: str | None


class Belonging(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Belonging"""

    household: str
    may_spend: bool
    since: str


class Benefit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A right: a standing one, or one that can be used so and so often (`of`), and still is
    `left` so often."""

    benefit: str
    left: str | None
    until: str | None
    of: str | None = None


class BookedCurrency(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """BookedCurrency"""

    currency: str
    opening: str
    issued: str
    redeemed: str
    expired: str
    adjusted: str
    settled: str
    brought: str
    closing: str
    value: str | None
    breakage: str
    owed: str | None
    liability: str | None


class BookedDifference(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """BookedDifference"""

    check: Literal["totals", "closed", "sum"]
    what: str
    currency: str
    kept: str | None
    found: str | None


class BookedMonth(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """BookedMonth"""

    month: str
    state: Literal["open", "over", "closed"]
    closed_at: str | None
    closed_by: str | None
    currencies: tuple[BookedCurrency, ...]
    differences: tuple[BookedDifference, ...]
    programme: str
    money: str
    to_close: str | None
    journal: tuple[JournalLine, ...]


class Brand(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Brand"""

    name: str | None
    colour: str | None
    colour_dark: str | None
    picture: str | None
    picture_kind: str | None


class Came(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Came"""

    staff: str
    email: str
    role: str


class Cancel(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="cancel"):
    """Cancel"""

    id: str
    occurred_at: str
    source: str | None = None
    programme: str | None = None
    member: str | dict[str, str] | None = None
    by: str | dict[str, str] | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    of: Key


class Card(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="card"):
    """Card"""

    id: str
    occurred_at: str
    source: str | None = None
    programme: str | None = None
    member: str | dict[str, str] | None = None
    by: str | dict[str, str] | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    action: Literal["add", "block", "remove", "replace"]
    card: str
    new: str | None = None


class Cashier(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Cashier"""

    cashier: str
    member: str
    since: str


class Cashiers(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Cashiers"""

    data: tuple[Cashier, ...]
    next_cursor: str | None
    has_more: bool


class Change(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Change"""

    path: tuple[str, ...]
    kind: str
    text: str


class Changed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is otherwise than it was; an identifier that is null leads to the member no longer."""

    programme: str | None = None
    occurred_at: str | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    identifiers: dict[str, str | None] | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    consents: tuple[str | ConsentShape, ...] | None = None


class ChangedCard(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happens to a card of a member; `new` takes the place of one."""

    programme: str | None = None
    occurred_at: str | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    card: str
    action: Literal["add", "block", "remove", "replace"] | None = None
    new: str | None = None


class ChangedConnection(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be changed of a connection; all of the options at once."""

    programme: str | None = None
    options: ShopOptions | None = None
    secret: str | None = None
    token: str | None = None


class ChangedDraft(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ChangedDraft"""

    draft: str
    programme: str | None
    revision: int
    state: str
    authors: tuple[str, ...]
    created_at: str
    changed_at: str
    approved_by: str | None
    approved_at: str | None
    submitted_by: str | None
    submitted_at: str | None
    sent_back_by: str | None
    sent_back_at: str | None
    note: str | None
    version: int | None
    undo: DraftStep | None
    redo: DraftStep | None
    findings: tuple[Finding, ...]
    rules: tuple[Rule, ...]
    parts: tuple[DraftPart, ...]


class ChangedPerson(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether they may spend what is in the pool."""

    may_spend: bool


class ChangedStaff(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be changed; what is not named stays."""

    role: str | None = None
    name: str | None = None
    disabled: bool | None = None


class ChangedStock(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ChangedStock"""

    programme: str
    reward: str
    stock: Stock


class Changes(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Changes"""

    data: tuple[ShownChange, ...]
    next_cursor: str | None
    has_more: bool


class Charge(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Charge"""

    kind: str
    amount: str | int
    tax: str | int | None = None


class CheckedDraft(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CheckedDraft"""

    draft: str
    programme: str | None
    revision: int
    state: str
    authors: tuple[str, ...]
    created_at: str
    changed_at: str
    approved_by: str | None
    approved_at: str | None
    submitted_by: str | None
    submitted_at: str | None
    sent_back_by: str | None
    sent_back_at: str | None
    note: str | None
    version: int | None
    undo: DraftStep | None
    redo: DraftStep | None
    findings: tuple[Finding, ...]


class Choices(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Choices"""

    on: str
    events: tuple[str, ...]
    money: str
    subjects: tuple[Subject, ...]
    records: tuple[RecordChoices, ...]
    lines: tuple[Subject, ...]
    lists: tuple[str, ...]
    currencies: tuple[Titled, ...]
    rewards: tuple[Titled, ...]
    badges: tuple[Titled, ...]
    groups: tuple[Titled, ...]
    texts: tuple[Titled, ...]


class ChooserOptions(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ChooserOptions"""

    margin: str
    rate: str
    redeem: str | None = None
    fee: str | None = None
    club_rate: str | None = None
    operator: str | None = None
    timezone: str | None = None


class Claim(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="claim"):
    """Claim"""

    id: str
    occurred_at: str
    source: str | None = None
    programme: str | None = None
    member: str | dict[str, str] | None = None
    by: str | dict[str, str] | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    of: Key | None = None
    receipt: str | None = None


class Condition(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Condition"""

    join: Literal["all", "any", "none"] | None = None
    parts: tuple[Part, ...]
    text: str


class Connections(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Connections"""

    data: tuple[ListedConnection, ...]
    next_cursor: str | None
    has_more: bool


class Consent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Consent"""

    purpose: str
    given: bool | str | None = None
    channel: str | None = None
    text: str | None = None
    source: str | None = None
    at: str | None = None


class ConsentShape(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ConsentShape"""

    purpose: str
    given: bool | str | None = None
    channel: str | None = None
    text: str | None = None
    source: str | None = None
    at: str | None = None


class Correction(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Correction"""

    correction: str
    programme: str
    member: str
    state: Literal["waiting", "confirmed", "declined", "withdrawn"]
    type: Literal["adjustment", "grant", "hold", "release"]
    currency: str | None
    units: str | int | None
    tier: dict[str, str] | None
    benefit: str | None
    voucher: str | None
    until: str | None
    reason: str
    asked_by: str
    asked_by_name: str | None
    asked_at: str
    decided_by: str | None
    decided_by_name: str | None
    decided_at: str | None


class Corrections(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Corrections"""

    data: tuple[Correction, ...]
    next_cursor: str | None
    has_more: bool


class CountedWebhook(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CountedWebhook"""

    webhook: str
    url: str
    types: tuple[str, ...]
    description: str
    enabled: bool
    disabled_because: str | None
    failing_since: str | None
    overlap_until: str | None
    created_at: str
    created_by: str
    waiting: int
    dead: int


class Deliveries(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Deliveries"""

    data: tuple[Delivery, ...]
    next_cursor: str | None
    has_more: bool


class Delivery(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Delivery"""

    delivery: str
    type: str
    member: str | None
    state: Literal["waiting", "delivered", "dead", "dropped"]
    tried: int
    made_at: str
    next_at: str | None


class Difference(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Difference"""

    programme: str
    timezone: str
    version: int | None
    changes: tuple[Change, ...]
    told: Told


class DiscardedDelivery(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """DiscardedDelivery"""

    delivery: str
    discarded: bool


class Document(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document, as YAML in a text or as JSON."""

    document: Any


class Draft(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Draft"""

    draft: str
    programme: str | None
    revision: int
    state: str
    authors: tuple[str, ...]
    created_at: str
    changed_at: str
    approved_by: str | None
    approved_at: str | None
    submitted_by: str | None
    submitted_at: str | None
    sent_back_by: str | None
    sent_back_at: str | None
    note: str | None
    version: int | None


class DraftPart(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """DraftPart"""

    section: str
    id: str
    title: str
    line: int
    written: str
    sentences: tuple[str, ...]
    sayable: bool
    findings: tuple[Finding, ...]


class DraftParts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """DraftParts"""

    draft: str
    revision: int
    section: str
    data: tuple[DraftPart, ...]
    next_cursor: str | None
    has_more: bool


class DraftStep(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """DraftStep"""

    parts: tuple[StepPart, ...]
    count: int
    by: str
    at: str


class DraftTitles(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """DraftTitles"""

    draft: str
    revision: int
    data: tuple[SectionTitles, ...]


class Drafts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Drafts"""

    data: tuple[Draft, ...]
    next_cursor: str | None
    has_more: bool


class Dropped(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Dropped"""

    draft: str
    dropped: bool


class Effect(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that was decided; which fields it has beyond the common ones goes by `effect`."""

    id: str
    effect: str
    member: str | None
    rule: str | None
    occurred_at: str
    state: str
    currency: str | None = None
    units: str | None = None
    amount: str | None = None
    kind: str | None = None
    line: str | None = None
    reward: str | None = None
    voucher: str | None = None
    benefit: str | None = None
    left: str | None = None
    badge: str | None = None
    text: str | None = None
    reason: str | None = None
    tier: str | None = None
    level: str | None = None
    available_at: str | None = None
    expires: str | None = None
    funder: str | None = None


class Enabling(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether what was kept meanwhile is left out."""

    drop: bool | None = None


class Ended(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Ended"""

    signed_out: bool


class Ending(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Ending"""

    currency: str
    units: str
    at: str


class Enrolment(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="enrolment"
):
    """Enrolment"""

    id: str
    occurred_at: str
    source: str | None = None
    programme: str | None = None
    member: str | dict[str, str] | None = None
    by: str | dict[str, str] | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    consents: tuple[str | Consent, ...] | None = None
    identifiers: dict[str, str | None] | None = None
    referred_by: str | dict[str, str] | None = None


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Entry"""

    id: str
    effect: str
    currency: str
    units: str
    debit: str
    credit: str
    lot: Lot
    kind: str | None
    rule: str | None
    funder: str | None
    version: int | None
    event: Origin | None
    occurred_at: str
    recorded_at: str
    accounting_on: str
    words: str


class ErasedAccount(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ErasedAccount"""

    staff: str
    erased: bool


class Erasure(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Erasure"""

    erasure: str
    member: str
    erased_at: str
    by: str
    removed: dict[str, int]
    digest: str


class Erasures(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Erasures"""

    data: tuple[Erasure, ...]
    next_cursor: str | None
    has_more: bool


class EventName(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """EventName"""

    source: str
    id: str


class Explained(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Explained"""

    title: str
    sentences: tuple[str, ...]
    tables: tuple[dict[str, Any], ...]
    reading: str
    reasons: tuple[str, ...]
    grade: str
    things: int
    riddles: tuple[dict[str, Any], ...]
    unsaid: tuple[dict[str, Any], ...]


class Explanation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Explanation"""

    event: str | None
    source: str | None
    member: str | None
    programme: str
    version: int
    occurred_at: str
    status: str
    effects: tuple[Effect, ...]
    refusals: tuple[Refusal, ...]
    payable: Payable | None
    refund: tuple[Refund, ...]
    wallet: dict[str, Held]
    tiers: dict[str, Standing]
    metrics: dict[str, str]
    vouchers: tuple[Voucher, ...]
    benefits: tuple[Benefit, ...]
    badges: tuple[Badge, ...]
    trace: tuple[Trace, ...] | None = None
    notes: tuple[str, ...] | None = None
    recorded_at: str
    seq: int | None
    rules: tuple[ToldRule, ...]
    entries: tuple[Entry, ...]


class Export(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Export"""

    member: str
    since: str
    erased_at: str | None
    exported_at: str
    identifiers: tuple[Identifier, ...]
    consents: tuple[LastWord, ...]
    programmes: tuple[dict[str, Any], ...]
    kept: dict[str, tuple[dict[str, Any], ...]]
    kept_of_merged: dict[str, dict[str, tuple[dict[str, Any], ...]]]
    merged_into: Merged | None
    merged: tuple[Merged, ...]


class Finding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Finding"""

    severity: str
    code: str
    pointer: str
    line: int
    column: int
    text: str
    remedy: str


class Findings(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Findings"""

    programme: str | None
    sound: bool
    findings: tuple[Finding, ...]
    explained: dict[str, Explained] | None


class Flight(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="flight"):
    """Flight"""

    id: str
    occurred_at: str
    source: str | None = None
    programme: str | None = None
    member: str | dict[str, str] | None = None
    by: str | dict[str, str] | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    from_: str = field(name="from")
    to: str
    distance: str | int
    cabin: str
    carrier: str
    fare: str | int | None = None
    booking_class: str | None = None
    operated_by: str | None = None
    coupon: str | None = None


class Folio(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Folio"""

    kind: str
    amount: str | int
    eligible: bool | str


class FoundEntries(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """FoundEntries"""

    programme: str
    programmes: tuple[str, ...]
    currencies: tuple[str, ...]
    looked_from: str
    data: tuple[FoundEntry, ...]
    next_cursor: str | None
    has_more: bool


class FoundEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """FoundEntry"""

    id: str
    effect: str
    currency: str
    units: str
    debit: str
    credit: str
    lot: Lot
    kind: str | None
    rule: str | None
    funder: str | None
    version: int | None
    event: Origin | None
    occurred_at: str
    recorded_at: str
    accounting_on: str
    words: str
    member: str


class Grant(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="grant"):
    """Grant"""

    id: str
    occurred_at: str
    source: str | None = None
    programme: str | None = None
    member: str | dict[str, str] | None = None
    by: str | dict[str, str] | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    reason: str
    author: str
    tier: dict[str, str] | None = None
    benefit: str | None = None
    voucher: str | None = None
    until: str | None = None


class Healthy(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Healthy"""

    status: str | None = None


class Held(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of one currency: `balance` can be spent now, and excludes the other two."""

    balance: str
    pending: str
    held: str


class HeldByBoth(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """HeldByBoth"""

    from_: tuple[dict[str, Any], ...] = field(name="from")
    into: tuple[dict[str, Any], ...]


class HeldVoucher(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """HeldVoucher"""

    code: str
    reward: str
    state: str
    expires: str | None
    left: str | None = None
    uses: int | None = None
    programme: str
    member: str
    issued_by: Issuer | None


class HeldVouchers(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """HeldVouchers"""

    data: tuple[HeldVoucher, ...]
    next_cursor: str | None
    has_more: bool


class Histories(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Histories"""

    data: tuple[History, ...]
    next_cursor: str | None
    has_more: bool


class History(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """History"""

    history: str
    complete: bool
    members: int
    purchases: int
    guest_purchases: int
    returns: int
    lines: int
    money: str
    amount: str
    first_at: str | None
    last_at: str | None


class Hold(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="hold"):
    """Hold"""

    id: str
    occurred_at: str
    source: str | None = None
    programme: str | None = None
    member: str | dict[str, str] | None = None
    by: str | dict[str, str] | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    reason: str
    currency: str | None = None
    units: str | int | None = None


class Household(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Household"""

    household: str
    name: str | None
    made_at: str
    dissolved_at: str | None
    persons: tuple[HouseholdPerson, ...]


class HouseholdPerson(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """HouseholdPerson"""

    member: str
    name: str | None
    may_spend: bool
    since: str


class Households(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Households"""

    data: tuple[Household, ...]
    next_cursor: str | None
    has_more: bool


class Identifier(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Identifier"""

    kind: str
    value: str
    blocked: bool
    since: str


class ImaginedMember(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A member whom nobody knows: when they `joined` (a day; null: on that of the event), their
    attributes (all as texts), balances that can be spent, levels by ladder, and metrics."""

    joined: str | None = None
    attributes: dict[str, str] | None = None
    balances: dict[str, str] | None = None
    tiers: dict[str, str] | None = None
    metrics: dict[str, str] | None = None


class Invitation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The invitation that is asked about."""

    invitation: str


class InvitedAccount(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """InvitedAccount"""

    staff: str
    role: str
    state: str
    created_at: str
    created_by: str
    last_sign_in_at: str | None
    email: str | None = None
    name: str | None = None
    invitation: str | None = None
    invited_until: str | None = None


class Issuer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Issuer"""

    source: str
    id: str


class JournalLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """JournalLine"""

    currency: str
    debit: str
    credit: str
    funder: str | None
    units: str
    amount: str | None


class Key(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Key"""

    id: str
    source: str | None = None


class Keys(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Keys"""

    data: tuple[ShownKey, ...]


class Lacking(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Lacking"""

    code: str
    text: str
    units: dict[str, str]


class LastWord(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """LastWord"""

    purpose: str
    channel: str | None
    given: bool
    text: str | None
    source: str | None
    at: str
    event: EventName


class Leave(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="leave"):
    """Leave"""

    id: str
    occurred_at: str
    source: str | None = None
    programme: str | None = None
    member: str | dict[str, str] | None = None
    by: str | dict[str, str] | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: dict[str, str | int | bool | None] | None = None


class Leaving(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which programme is left, and when."""

    programme: str | None = None
    occurred_at: str | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None


class LedgerPage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """LedgerPage"""

    data: tuple[Entry, ...]
    next_cursor: str | None
    has_more: bool


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Line"""

    sku: str
    category: str
    quantity: str | int
    amount: str | int
    id: str | None = None
    unit: str | None = None
    regular_amount: str | int | None = None
    tax: str | int | None = None
    tags: tuple[str, ...] | None = None
    brand: str | None = None
    seller: str | None = None


class LineBack(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """LineBack"""

    line: str | None = None
    sku: str | None = None
    quantity: str | int | None = None


class LineDiscount(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a rule, or a voucher, takes off a line."""

    rule: str
    amount: str
    voucher: str | None = None


class Link(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The member who somebody is."""

    member: str


class Listed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Listed"""

    programme: str
    title: str | None
    members: int
    versions: tuple[ListedVersion, ...]
    tiers: dict[str, tuple[str, ...]]


class ListedConnection(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ListedConnection"""

    connection: str
    kind: str
    name: str
    programme: str | None
    options: Any
    token: bool
    path: str
    created_by: str
    created_at: str
    kept: int


class ListedMonth(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ListedMonth"""

    month: str
    state: Literal["open", "over", "closed"]
    closed_at: str | None
    closed_by: str | None
    currencies: tuple[BookedCurrency, ...]
    differences: tuple[BookedDifference, ...]


class ListedVersion(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ListedVersion"""

    version: int
    since: str | None
    published_at: str | None
    title: str | None
    state: Literal["past", "running", "waiting", "replaced", "withdrawn"]


class Lost(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Lost"""

    programme: str
    what: str
    name: str | None


class Lot(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Lot"""

    earned: str
    expires: str | None


class MadeConnection(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """MadeConnection"""

    connection: str
    kind: str
    name: str
    programme: str | None
    options: Any
    token: bool
    path: str
    created_by: str
    created_at: str
    secret: str | None = None


class MadeKey(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """MadeKey"""

    key: str
    name: str
    shown: str
    scopes: tuple[str, ...]
    per_minute: int | None
    created_by: str
    created_at: str
    last_used_at: str | None
    revoked_at: str | None
    secret: str | None = None


class MadeReservation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """MadeReservation"""

    reservation: str
    state: str
    programme: str
    member: str
    made_at: str
    until: str
    units: dict[str, str]
    vouchers: tuple[str, ...]
    budgets: dict[str, int]
    source: str | None
    event: str | None
    answer: Answer


class MadeWebhook(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """MadeWebhook"""

    webhook: str
    url: str
    types: tuple[str, ...]
    description: str
    enabled: bool
    disabled_because: str | None
    failing_since: str | None
    overlap_until: str | None
    created_at: str
    created_by: str
    secret: str | None = None


class Member(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Member"""

    member: str
    since: str
    erased_at: str | None
    identifiers: tuple[Identifier, ...]
    consents: tuple[LastWord, ...]
    merged_into: Merged | None
    merged: tuple[Merged, ...]
    household: Belonging | None
    programmes: tuple[MemberProgramme, ...]


class MemberFigures(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """MemberFigures"""

    programme: str
    days: int
    since: str
    members: int
    joined: int
    joined_before: int
    active: int
    active_before: int


class MemberMessage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """MemberMessage"""

    type: str
    purpose: str
    subject: str
    text: str


class MemberProgramme(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """MemberProgramme"""

    programme: str
    version: int
    enrolled: bool
    tiers: dict[str, Standing]
    attributes: dict[str, str | int | bool]


class MemberSession(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """MemberSession"""

    member: str
    name: str | None
    scopes: tuple[str, ...]
    expires_at: str
    space: str
    mode: str


class MemberWords(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """MemberWords"""

    locale: str
    rules: dict[str, str]
    entries: tuple[str, ...]
    messages: tuple[MemberMessage, ...]


class Merged(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Merged"""

    merge: str
    from_: str = field(name="from")
    into: str
    state: str
    made_at: str
    until: str
    done_at: str | None
    undone_at: str | None


class Merges(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Merges"""

    data: tuple[Merged, ...]
    next_cursor: str | None
    has_more: bool


class Message(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Message"""

    message: str
    member: str
    by: str
    type: str
    state: Literal["waiting", "sent", "unsent", "dead"]
    reason: str | None
    tried: int
    made_at: str
    next_at: str | None
    sent_at: str | None


class MessageAgain(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """MessageAgain"""

    message: str
    state: Literal["waiting", "sent", "unsent", "dead"]


class MessageText(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """MessageText"""

    type: str
    purpose: Literal["service", "marketing", None]
    subject: str
    text: str


class MessageTexts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """MessageTexts"""

    programme: str
    data: tuple[MessageText, ...]


class Messages(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Messages"""

    data: tuple[Message, ...]
    next_cursor: str | None
    has_more: bool


class MetricName(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """MetricName"""

    id: str
    title: str
    values: tuple[str, ...]


class Missing(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How much of a metric is missing."""

    metric: str
    units: str


class Months(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Months"""

    programme: str
    programmes: tuple[str, ...]
    money: str
    to_close: str | None
    data: tuple[ListedMonth, ...]
    next_cursor: str | None
    has_more: bool


class NewBacktest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A programme that is run over a history; `against` another, else against none at all."""

    redeem: str | None = None
    enrolled: Literal["first-purchase"] | None = None
    also_redeem: tuple[str, ...] | None = None
    sweep: Sweep | None = None
    margin: str | None = None
    margins: dict[str, str] | None = None
    unit_values: dict[str, str] | None = None
    reward_values: dict[str, str] | None = None
    cost_ratio: str | None = None
    cannibalised: str | None = None
    running: str | None = None
    responses: tuple[AssumedResponse, ...] | None = None
    programme: ProgrammeSource
    against: ProgrammeSource | None = None
    history: str


class NewBrand(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that is said of it, in place of what was: colours as `#1d4ed8`, the picture as base64
    of a PNG, JPEG or WebP. What is left out is as the pages come."""

    name: str | None = None
    colour: str | None = None
    colour_dark: str | None = None
    picture: str | None = None


class NewChoice(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Kinds of programmes that are held against each other over a history."""

    margin: str
    rate: str
    redeem: str | None = None
    fee: str | None = None
    club_rate: str | None = None
    operator: str | None = None
    timezone: str | None = None
    history: str


class NewCode(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """At most how many units of which currencies are to be taken with a code."""

    units: dict[str, str | int]


class NewConnection(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A shop to be connected. Shopify and Square show the `secret` that they sign with; of
    others one is made. `token` is what the shop is asked with."""

    kind: Literal["odoo", "shopify", "square", "woocommerce"]
    name: str
    programme: str | None = None
    options: ShopOptions | None = None
    secret: str | None = None
    token: str | None = None


class NewCorrection(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be done, as the event of that type says it; its author is who asks."""

    type: Literal["adjustment", "grant", "hold", "release"]
    member: str
    reason: str
    programme: str | None = None
    currency: str | None = None
    units: str | int | None = None
    tier: dict[str, str] | None = None
    benefit: str | None = None
    voucher: str | None = None
    until: str | None = None


class NewDraft(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a draft begins with: a document, as YAML in a text or as JSON; or a template of the
    catalogue, for a programme of a name of its own."""

    document: Any = None
    template: str | None = None
    programme: str | None = None


class NewHousehold(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Its first person, who is a member; its id, if it is not to have a new one, and its name."""

    person: str
    household: str | None = None
    name: str | None = None
    may_spend: bool | None = None


class NewKey(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a key is to be for."""

    name: str
    scopes: tuple[str, ...]
    per_minute: int | None = None


class NewMember(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who is to be a member; without an id and anything that leads to somebody, a new one."""

    programme: str | None = None
    occurred_at: str | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    member: str | None = None
    identifiers: dict[str, str] | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    consents: tuple[str | ConsentShape, ...] | None = None
    referred_by: str | dict[str, str] | None = None


class NewMerge(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who goes, who stays, and for how many days it can be undone."""

    from_: str = field(name="from")
    into: str
    undo_days: int | None = None


class NewMerged(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NewMerged"""

    preview: Preview
    merge: str
    from_: str = field(name="from")
    into: str
    state: str
    made_at: str
    until: str
    done_at: str | None
    undone_at: str | None


class NewNote(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be noted."""

    text: str


class NewOwnSession(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NewOwnSession"""

    token: str
    member: str
    expires_at: str


class NewPerson(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who is to belong to a household, and whether they may spend what is in its pool."""

    member: str
    may_spend: bool | None = None


class NewReadyMade(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A programme to be made: its id, the gross `margin` on sales, what it is to give (`kind`);
    by how much sales are expected to rise (`uplift`; null: ten per cent, named as an
    assumption), what running it costs (`running`), what rewards cost of their price
    (`cost_ratio`) and the share of them that would have been bought for money (`cannibalised`);
    of stamps the `category` that they are for."""

    programme: str
    margin: str
    money: str
    timezone: str
    kind: Literal["bonus", "discount", "stamps"] | None = None
    uplift: str | None = None
    running: str | None = None
    cost_ratio: str | None = None
    cannibalised: str | None = None
    category: str | None = None
    operator: str | None = None


class NewReservation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The event that is about to happen, as it would be sent, and for how many seconds what it
    takes is to be kept."""

    event: Any
    expires_in: int | None = None


class NewSafety(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that is said of a programme, in place of what was; by `codes`, whoever takes more
    units of a currency at once has to know the code that the member is sent; whoever adjusts by
    more than `second_person` says needs somebody else to confirm it, and with
    `second_person_grants` whoever grants anything does. These two stay as they were where they
    are left out, and it takes the scope `accounts:write` to change them."""

    limits: tuple[SpendingLimit, ...] | None = None
    codes: dict[str, str | int] | None = None
    second_person: dict[str, str | int] | None = None
    second_person_grants: bool | None = None


class NewSecret(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """For how many hours the secret before signs, too."""

    overlap_hours: int | None = None


class NewSimulation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An `event` as it would be sent; its `id` and `source` are not looked at, and `occurred_at`
    may be left out. With a `member` it is theirs, who is imagined, else of whom it names."""

    programme: ProgrammeSource
    event: dict[str, Any]
    member: ImaginedMember | None = None


class NewStaff(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who is to be invited."""

    email: str
    name: str
    role: str


class NewValuation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """By currency; of one that is not named, what the programme says, and no breakage."""

    currencies: dict[str, Valued]


class NewVocabulary(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A programme whose names are asked for."""

    programme: ProgrammeSource


class NewWebhook(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where to send, and of what: types as `points.earned` or `points.*`; none are all."""

    url: str
    types: tuple[str, ...] | None = None
    description: str | None = None


class Note(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Note"""

    note: str
    member: str
    text: str
    by: str
    name: str | None
    at: str


class Notes(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Notes"""

    data: tuple[Note, ...]
    next_cursor: str | None
    has_more: bool


class Nothing(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`{}`, or no body at all."""


class NotifierState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifierState"""

    notifier: str
    kind: str | None
    working: bool
    seen_at: str
    sent_at: str | None
    failing_since: str | None
    failures: int
    failed_at: str | None
    reason: str | None
    reaches_staff: bool
    test: NotifierTest | None


class NotifierTest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifierTest"""

    test: str
    notifier: str
    state: Literal["waiting", "sent", "failed"]
    reason: str | None
    made_at: str
    ended_at: str | None


class Notifiers(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Notifiers"""

    data: tuple[NotifierState, ...]


class Objection(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a draft is not approved as it stands."""

    note: str


class OfSpace(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of which space, and whether with its picture; one that there is not looks as the pages
    come."""

    space: str | None = None
    picture: bool | None = None


class Off(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Off"""

    rule: str
    line: str
    amount: str | int


class Origin(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Origin"""

    source: str
    id: str
    type: str | None


class Own(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Own"""

    member: str
    name: str | None
    space: str
    mode: str
    programme: str
    title: str
    programmes: tuple[OwnProgramme, ...]
    at: str
    enrolled: bool
    card: OwnCard | None
    currencies: tuple[OwnCurrency, ...]
    ladders: tuple[OwnLadder, ...]
    benefits: tuple[OwnBenefit, ...]
    badges: tuple[OwnBadge, ...]
    household: OwnHousehold | None


class OwnBadge(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """OwnBadge"""

    badge: str
    title: str
    since: str | None


class OwnBenefit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """OwnBenefit"""

    benefit: str
    title: str
    left: str | None
    until: str | None
    of: str | None = None


class OwnCard(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """OwnCard"""

    kind: str
    value: str


class OwnChange(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is otherwise than it was; a name that is null is known no longer. A birthday is said
    once."""

    programme: str | None = None
    attributes: dict[str, str | None] | None = None
    consents: tuple[OwnConsent, ...] | None = None


class OwnConsent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Yes or no to a purpose, on one channel or on all; `text` is the version that was shown."""

    purpose: str
    given: bool
    channel: str | None = None
    text: str | None = None


class OwnCurrency(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """OwnCurrency"""

    currency: str
    title: str
    qualifying: bool
    transfers: bool
    balance: str
    pending: str
    held: str
    endings: tuple[OwnEnding, ...]


class OwnEnding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """OwnEnding"""

    units: str
    at: str


class OwnHousehold(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """OwnHousehold"""

    name: str | None
    may_spend: bool
    enrolled: bool
    currencies: tuple[OwnCurrency, ...]
    ladders: tuple[OwnLadder, ...]
    benefits: tuple[OwnBenefit, ...]
    badges: tuple[OwnBadge, ...]


class OwnLadder(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """OwnLadder"""

    ladder: str
    title: str
    level: str | None
    level_title: str | None
    until: str | None
    next: str | None
    to_next: tuple[OwnMissing, ...]
    to_keep: tuple[OwnMissing, ...]


class OwnLeaving(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which programme is left; else the one that was joined first."""

    programme: str | None = None


class OwnMissing(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """OwnMissing"""

    metric: str
    title: str
    there: str
    missing: str


class OwnProfile(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """OwnProfile"""

    member: str
    since: str
    programme: str
    attributes: dict[str, str | int | bool]
    asked: tuple[str, ...]
    identifiers: tuple[Identifier, ...]
    consents: tuple[LastWord, ...]
    sessions: tuple[OwnRunningSession, ...]


class OwnProgramme(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """OwnProgramme"""

    programme: str
    title: str


class OwnReason(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """OwnReason"""

    title: str
    text: str


class OwnRedemption(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which reward is taken; at which `price` by currency it was seen, and in which `version` of
    the programme."""

    reward: str
    programme: str | None = None
    price: dict[str, str] | None = None
    version: int | None = None


class OwnRunningSession(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """OwnRunningSession"""

    begun_at: str
    expires_at: str
    this: bool


class OwnSession(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """OwnSession"""

    staff: str
    name: str | None
    email: str | None
    role: str
    scopes: tuple[str, ...]
    expires_at: str
    space: str
    mode: str
    sessions: tuple[RunningSession, ...]


class OwnSignIn(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The code that was asked for, and the digits that were sent; or what stands in the link."""

    code: str
    digits: str
    space: str | None = None


class OwnTransfer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Units that are given to another member, who is named by card, phone or address."""

    to: str
    currency: str
    units: str | int
    programme: str | None = None


class OwnWhy(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """OwnWhy"""

    event: str
    source: str
    programme: str
    occurred_at: str
    type: str | None
    entries: tuple[Entry, ...]
    refusals: tuple[Refusal, ...]
    discount: str | None
    to_pay: str | None
    money: str
    because: tuple[OwnReason, ...]


class Part(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Rows that are joined, or (`join` null) a single one. `of` a list (`lines`, `payments`):
    some record of it must be like that, or with `none` no one may be."""

    join: Literal["all", "any", "none"] | None = None
    of: str | None = None
    rows: tuple[Row, ...]


class PartChange(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change of a document, `at` a JSON Pointer into it: `set` a `value`, or a `condition`
    from its rows (what of it stands there already stays as it is written; null takes it away);
    `remove` it; `move` it `before` another key of its mapping, else behind all; `copy` it `to`
    another key."""

    do: Literal["copy", "move", "remove", "set"]
    at: str
    value: Any = None
    condition: Asked | None = None
    before: str | None = None
    to: str | None = None


class PartChanges(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Changes of a draft, done in their order, all or none."""

    changes: tuple[PartChange, ...]


class Payable(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be paid for a basket."""

    total: str
    discount: str
    tendered: str
    to_pay: str
    lines: tuple[PayableLine, ...]
    charges: tuple[PayableLine, ...]


class PayableLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line's share of the discounts."""

    line: str
    discounts: tuple[LineDiscount, ...]
    discount: str


class Payment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Payment"""

    method: Literal["bank-card", "card-balance", "cash", "gift-card", "other", "reward"]
    amount: str | int | None = None
    card: str | None = None


class PersonIn(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """PersonIn"""

    programme: str
    state: Literal["joined", "left", "not-joined"]
    levels: dict[str, str]


class Persons(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Persons"""

    data: tuple[ShownPerson, ...]
    next_cursor: str | None
    has_more: bool


class Preview(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Preview"""

    before: HeldByBoth
    after: tuple[dict[str, Any], ...]
    lost: tuple[Lost, ...]


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Problem details (RFC 9457): `code` is for programs, `detail` says what to do."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: tuple[Reason, ...]
    request_id: str


class Profile(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="profile"
):
    """Profile"""

    id: str
    occurred_at: str
    source: str | None = None
    programme: str | None = None
    member: str | dict[str, str] | None = None
    by: str | dict[str, str] | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    consents: tuple[str | Consent, ...] | None = None
    identifiers: dict[str, str | None] | None = None


class ProgrammeSource(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a programme is taken from, by one of four: a `document` (YAML in a text, or JSON),
    what is `published` under a name (of a `version`, else what is in force), a `draft` by its
    id, or a `template` of the catalogue."""

    document: Any = None
    published: str | None = None
    version: int | None = None
    draft: str | None = None
    template: str | None = None


class Programmes(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Programmes"""

    data: tuple[Listed, ...]


class Publication(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Publication"""

    draft: str
    programme: str
    version: int
    published: bool
    same: bool
    from_: str | None = field(name="from")
    follows: int | None
    changes: tuple[str, ...]
    announced: bool
    advice: tuple[Finding, ...]


class Purchase(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="purchase"
):
    """Purchase"""

    id: str
    occurred_at: str
    source: str | None = None
    programme: str | None = None
    member: str | dict[str, str] | None = None
    by: str | dict[str, str] | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    lines: tuple[Line, ...]
    payments: tuple[Payment, ...] | None = None
    payment: Payment | None = None
    charges: tuple[Charge, ...] | None = None
    prices: Literal["gross", "net"] | None = None
    currency: str | None = None
    receipt: str | None = None
    vouchers: tuple[str, ...] | None = None
    spend: dict[str, str | int] | None = None
    quote: str | None = None
    given: tuple[Off, ...] | None = None
    one_time_code: str | None = None


class Quote(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Quote"""

    quote: str | None
    until: str | None
    results: tuple[Answer, ...] | None = None
    event: str | None = None
    source: str | None = None
    member: str | None = None
    programme: str | None = None
    version: int | None = None
    occurred_at: str | None = None
    status: str | None = None
    effects: tuple[Effect, ...] | None = None
    refusals: tuple[Refusal, ...] | None = None
    payable: Payable | None = None
    refund: tuple[Refund, ...] | None = None
    wallet: dict[str, Held] | None = None
    tiers: dict[str, Standing] | None = None
    metrics: dict[str, str] | None = None
    vouchers: tuple[Voucher, ...] | None = None
    benefits: tuple[Benefit, ...] | None = None
    badges: tuple[Badge, ...] | None = None
    trace: tuple[Trace, ...] | None = None
    notes: tuple[str, ...] | None = None


class RateAt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RateAt"""

    uplift: str
    rate: str


class ReadyMade(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ReadyMade"""

    document: str
    rate: str
    cost: str
    break_even: str | None
    uplift: str
    uplift_assumed: bool
    rates: tuple[RateAt, ...]
    advice: tuple[str, ...]


class Reason(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One reason; `pointer` is a JSON Pointer into what was sent, or `?` and a parameter's name."""

    pointer: str
    code: str
    detail: str


class RecordChoices(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RecordChoices"""

    of: str
    subjects: tuple[Subject, ...]


class Redemption(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="redemption"
):
    """Redemption"""

    id: str
    occurred_at: str
    source: str | None = None
    programme: str | None = None
    member: str | dict[str, str] | None = None
    by: str | dict[str, str] | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    reward: str
    quantity: str | int | None = None
    amount: Any = None
    to: Any = None
    one_time_code: str | None = None


class Refund(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Money to be given back by the means by which it was paid."""

    method: str
    amount: str


class Refusal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A claim that was not granted; the event is recorded all the same."""

    code: str
    claim: str
    subject: str | None
    rule: str | None
    text: str
    opens_at: str | None = None


class RefusedClaim(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RefusedClaim"""

    claim: str
    of: str


class RefusedSpend(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RefusedSpend"""

    at: str
    programme: str
    member: str
    reason: str
    claims: tuple[RefusedClaim, ...]
    type: str
    source: str
    event: str
    asked_by: str
    location: str | None
    terminal: str | None
    cashier: str | None


class RefusedSpends(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RefusedSpends"""

    since: str
    until: str
    data: tuple[RefusedSpend, ...]
    next_cursor: str | None
    has_more: bool


class Release(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="release"
):
    """Release"""

    id: str
    occurred_at: str
    source: str | None = None
    programme: str | None = None
    member: str | dict[str, str] | None = None
    by: str | dict[str, str] | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    reason: str
    currency: str | None = None
    units: str | int | None = None


class RemovedConnection(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RemovedConnection"""

    connection: str
    removed: bool


class RemovedNote(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RemovedNote"""

    note: str
    removed: bool


class RemovedWebhook(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RemovedWebhook"""

    webhook: str
    removed: bool


class Rental(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="rental"):
    """Rental"""

    id: str
    occurred_at: str
    source: str | None = None
    programme: str | None = None
    member: str | dict[str, str] | None = None
    by: str | dict[str, str] | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    days: str | int
    car_class: str
    amount: str | int
    office_out: str
    office_in: str
    drivers: str | int | None = None


class Replayed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Replayed"""

    replayed: int
    has_more: bool


class Reservation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Reservation"""

    reservation: str
    state: str
    programme: str
    member: str
    made_at: str
    until: str
    units: dict[str, str]
    vouchers: tuple[str, ...]
    budgets: dict[str, int]
    source: str | None
    event: str | None


class Return(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="return"):
    """Return"""

    id: str
    occurred_at: str
    source: str | None = None
    programme: str | None = None
    member: str | dict[str, str] | None = None
    by: str | dict[str, str] | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    of: Key | None = None
    purchase: str | None = None
    lines: tuple[LineBack, ...] | None = None
    all: bool | str | None = None
    amount: str | int | None = None
    exchange_for: str | None = None
    without_receipt: bool | str | None = None


class Revoked(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Revoked"""

    key: str
    revoked: bool


class Reward(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Reward"""

    programme: str
    version: int
    reward: str
    title: str
    gives: str
    price: dict[str, str]
    automatic: bool
    stock: Stock | None
    text: str
    available: bool | None = None
    missing: tuple[Lacking, ...] | None = None


class Rewards(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Rewards"""

    data: tuple[Reward, ...]


class Role(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Role"""

    role: str
    means: str
    scopes: tuple[str, ...]


class Roles(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Roles"""

    data: tuple[Role, ...]


class Row(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is asked: a subject, an operator, and the values that it is compared with,
    all of one kind. With the operator `text` its only value is a condition as it is written."""

    subject: str | None = None
    operator: Literal[
        "at-least",
        "at-most",
        "false",
        "has",
        "has-not",
        "in-list",
        "is",
        "is-not",
        "known",
        "less-than",
        "level-at-least",
        "more-than",
        "none-of",
        "not-in-list",
        "one-of",
        "text",
        "true",
        "unknown",
    ]
    values: tuple[str, ...] | None = None
    kind: Literal["date", "formula", "moment", "number", "text"] | None = None


class Rule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Rule"""

    rule: str
    title: str
    line: int
    on: str | None
    sentences: tuple[str, ...]
    sayable: bool
    findings: tuple[Finding, ...]


class Rules(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Rules"""

    draft: str
    revision: int
    data: tuple[Rule, ...]
    next_cursor: str | None
    has_more: bool


class RunningSession(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RunningSession"""

    begun_at: str
    last_used_at: str | None
    expires_at: str
    this: bool


class Safety(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Safety"""

    programme: str
    limits: tuple[ShownLimit, ...]
    codes: dict[str, str]
    second_person: dict[str, str]
    second_person_grants: bool


class SectionTitles(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SectionTitles"""

    section: str
    parts: tuple[Titled, ...]


class SentCode(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SentCode"""

    id: str
    member: str
    programme: str
    units: dict[str, str]
    until: str
    tries: int
    to: tuple[SentTo, ...]


class SentOwnCode(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SentOwnCode"""

    code: str
    until: str
    tries: int


class SentTo(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SentTo"""

    kind: str
    address: str


class Session(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Session"""

    token: str
    expires_at: str
    staff: str
    name: str | None
    role: str
    scopes: tuple[str, ...]


class ShopDeliveries(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ShopDeliveries"""

    data: tuple[ShopDelivery, ...]
    next_cursor: str | None
    has_more: bool


class ShopDelivery(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ShopDelivery"""

    delivery: str
    topic: str
    waits_for: str | None
    pointer: str
    code: str
    reason: str
    times: int
    received_at: str


class ShopOptions(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an operator says of a shop. `locations` and `categories` (by sku) say what the shop's
    own are called in the programme; `category` is that of all other goods. Members are
    recognised by the first of `identify` that an order has. `test_customers` are e-mail
    addresses whose orders are tries. `address` is where the shop sends to as it is seen from
    outside, and `api` where it can be asked."""

    locations: dict[str, str] | None = None
    category: str | None = None
    categories: dict[str, str] | None = None
    channel: str | None = None
    identify: tuple[Literal["card", "email", "phone"], ...] | None = None
    test_customers: tuple[str, ...] | None = None
    merchant: str | None = None
    address: str | None = None
    api: str | None = None


class ShownChange(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ShownChange"""

    at: str
    by: str
    name: str | None
    action: str
    object: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str | None


class ShownConnection(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ShownConnection"""

    connection: str
    kind: str
    name: str
    programme: str | None
    options: Any
    token: bool
    path: str
    created_by: str
    created_at: str


class ShownInvitation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ShownInvitation"""

    role: str
    email: str | None
    name: str | None
    invited_until: str


class ShownKey(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ShownKey"""

    key: str
    name: str
    shown: str
    scopes: tuple[str, ...]
    per_minute: int | None
    created_by: str
    created_at: str
    last_used_at: str | None
    revoked_at: str | None


class ShownLimit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ShownLimit"""

    name: str
    counts: Literal["spends", "units", "locations", "terminals"]
    most: str
    minutes: int
    currency: str | None
    then: Literal["refuse", "hold"]


class ShownPerson(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ShownPerson"""

    member: str
    since: str
    erased_at: str | None
    name: str | None
    programmes: tuple[PersonIn, ...]


class ShownValuation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ShownValuation"""

    currency: str
    value: str | None
    breakage: str
    programme_value: str | None


class SignIn(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who wants to come in, in which space; `before` is the token of a session that they had,
    which may have ended: with it nobody who fails in their name makes them wait."""

    email: str
    password: str
    space: str | None = None
    before: str | None = None


class SignOut(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The session that is to end, and whether all others of the same person are, too."""

    token: str
    everywhere: bool | None = None


class SignedOut(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SignedOut"""

    staff: str
    signed_out: bool


class Simulation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Simulation"""

    event: str | None
    source: str | None
    member: str | None
    programme: str
    version: int
    occurred_at: str
    status: str
    effects: tuple[Effect, ...]
    refusals: tuple[Refusal, ...]
    payable: Payable | None
    refund: tuple[Refund, ...]
    wallet: dict[str, Held]
    tiers: dict[str, Standing]
    metrics: dict[str, str]
    vouchers: tuple[Voucher, ...]
    benefits: tuple[Benefit, ...]
    badges: tuple[Badge, ...]
    trace: tuple[Trace, ...] | None = None
    notes: tuple[str, ...] | None = None
    simulated: BacktestProgramme
    rules: tuple[ToldRule, ...]
    told: tuple[MemberWords, ...]


class SpendingLimit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A member takes `most` in so many minutes: times (`spends`), units of a currency, different
    locations, or different tills. What goes beyond is refused; with `hold`, all that the member
    has is held, too."""

    name: str
    counts: Literal["locations", "spends", "terminals", "units"]
    most: str | int
    minutes: int
    currency: str | None = None
    then: Literal["hold", "refuse"] | None = None


class StaffFinding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """StaffFinding"""

    finding: str
    cashier: str
    member: str
    day: str | None
    own: bool
    events: int
    purchases: int
    returns: int
    claims: int
    adjustments: int
    grants: int
    units: dict[str, str]
    first_at: str
    last_at: str
    examples: tuple[str, ...]


class StaffReport(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """StaffReport"""

    since: str
    until: str
    data: tuple[StaffFinding, ...]
    next_cursor: str | None
    has_more: bool


class Standing(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place on a ladder; `until` is the first instant at which it no longer holds."""

    level: str | None
    until: str | None
    to_next: tuple[Missing, ...]
    to_keep: tuple[Missing, ...]


class Statement(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Statement"""

    member: str
    programme: str
    version: int
    at: str
    enrolled: bool
    wallet: dict[str, Held]
    tiers: dict[str, Standing]
    metrics: dict[str, str]
    vouchers: tuple[Voucher, ...]
    benefits: tuple[Benefit, ...]
    badges: tuple[Badge, ...] | None = None
    endings: tuple[Ending, ...]


class Stay(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="stay"):
    """Stay"""

    id: str
    occurred_at: str
    source: str | None = None
    programme: str | None = None
    member: str | dict[str, str] | None = None
    by: str | dict[str, str] | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    property: str
    category: str
    arrival: str
    departure: str
    nights: str | int
    status: Literal["cancelled", "no-show", "stayed"]
    folio: tuple[Folio, ...]
    rooms: str | int | None = None
    rate: str | None = None
    nights_on_points: str | int | None = None


class StepPart(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """StepPart"""

    do: str
    section: str
    part: str | None


class Stock(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Stock"""

    of: int
    left: int


class StockChange(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many more there are, or below 0 how many fewer."""

    change: int


class Subject(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Subject"""

    subject: str
    title: str | None
    type: Literal["number", "text", "level", "texts", "date", "moment", "truth"]
    options: tuple[str, ...] | None
    decimals: int | None
    missing: bool


class Summed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Summed"""

    programme: str
    totals: int


class Sweep(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One number of the programme by its place in the document (`parameter`, such as
    `rules.card.then.discount.percent`), and other values of it: either `values` as they would be
    written there, or so many `steps` of its first number, evenly `from` one `to` another."""

    parameter: str
    values: tuple[str, ...] | None = None
    from_: str | None = field(default=None, name="from")
    to: str | None = None
    steps: int | None = None


class TakenDelivery(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TakenDelivery"""

    status: Literal["recorded", "skipped", "waiting", "kept", "gone"]
    events: tuple[str, ...]
    pointer: str
    code: str
    reason: str
    delivery: str | None


class Template(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Template"""

    template: str
    title: str
    notes: str


class Templates(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Templates"""

    data: tuple[Template, ...]


class TestMessage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """In which language it is written; in English where there is none of it."""

    locale: str | None = None


class TestSent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TestSent"""

    delivery: str
    type: str
    state: str


class TierName(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TierName"""

    id: str
    title: str
    levels: tuple[Vocable, ...]


class TillCurrency(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TillCurrency"""

    currency: str
    title: str
    decimals: int
    value: str | None
    spendable: bool


class TillLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TillLine"""

    line: str
    sku: str
    category: str
    quantity: str
    left: str
    amount: str
    discount: str


class TillMember(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TillMember"""

    member: str
    name: str | None
    blocked: bool
    programme: str
    enrolled: bool
    wallet: dict[str, Held]
    tiers: dict[str, Standing]
    metrics: dict[str, str]
    vouchers: tuple[Voucher, ...]
    benefits: tuple[Benefit, ...]


class TillPayment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TillPayment"""

    method: str
    amount: str


class TillProgramme(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TillProgramme"""

    programme: str
    version: int
    title: str
    money: str
    decimals: int
    currencies: tuple[TillCurrency, ...]
    categories: tuple[str, ...]
    locations: dict[str, str]
    attributes: tuple[str, ...]
    metrics: dict[str, str]
    tiers: dict[str, str]
    levels: dict[str, dict[str, str]]
    benefits: dict[str, str]
    rules: dict[str, str]
    rewards: dict[str, str]


class TillPurchase(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TillPurchase"""

    source: str
    id: str
    programme: str
    member: str | None
    receipt: str | None
    occurred_at: str
    answer: Answer
    lines: tuple[TillLine, ...]
    paid: str
    payments: tuple[TillPayment, ...]


class Titled(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Titled"""

    id: str
    title: str


class Token(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The session that is asked about."""

    token: str


class Told(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Told"""

    no_longer: tuple[str, ...]
    now: tuple[str, ...]


class ToldOfMember(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ToldOfMember"""

    member: str
    answer: Answer


class ToldRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ToldRule"""

    rule: str
    applied: bool
    because: str | None
    title: str


class Trace(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether a rule that came near was applied, and why not."""

    rule: str
    applied: bool
    because: str | None


class Transfer(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="transfer"
):
    """Transfer"""

    id: str
    occurred_at: str
    source: str | None = None
    programme: str | None = None
    member: str | dict[str, str] | None = None
    by: str | dict[str, str] | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    to: str | dict[str, str]
    currency: str
    units: str | int
    one_time_code: str | None = None


class Unlinked(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Unlinked"""

    cashier: str
    linked: bool


class Use(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="use"):
    """Use"""

    id: str
    occurred_at: str
    source: str | None = None
    programme: str | None = None
    member: str | dict[str, str] | None = None
    by: str | dict[str, str] | None = None
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    cashier: str | None = None
    terminal: str | None = None
    attributes: dict[str, str | int | bool | None] | None = None
    voucher: str | None = None
    benefit: str | None = None
    one_time_code: str | None = None


class Valuations(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Valuations"""

    programme: str
    money: str
    currencies: tuple[ShownValuation, ...]


class Valued(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """By what a currency is valued: `value` is money a unit, null: what the programme says."""

    value: str | int | None = None
    breakage: str | int | None = None


class Version(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Version"""

    programme: str
    version: int
    since: str | None
    published_at: str | None
    title: str | None
    state: str
    document: str


class Vocable(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Vocable"""

    id: str
    title: str


class Vocabulary(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Vocabulary"""

    programme: str
    title: str
    chosen: BacktestProgramme
    money: str
    timezone: str
    currencies: tuple[Vocable, ...]
    metrics: tuple[MetricName, ...]
    tiers: tuple[TierName, ...]
    attributes: tuple[AttributeName, ...]
    categories: tuple[str, ...]
    locations: tuple[str, ...]


class Voucher(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The right to a reward: issued, used or expired. Where it keeps money, `left` is how much;
    where it can be used several times, `uses` how many are left."""

    code: str
    reward: str
    state: str
    expires: str | None
    left: str | None = None
    uses: int | None = None


class Webhook(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Webhook"""

    webhook: str
    url: str
    types: tuple[str, ...]
    description: str
    enabled: bool
    disabled_because: str | None
    failing_since: str | None
    overlap_until: str | None
    created_at: str
    created_by: str


class WebhookPatch(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be changed; what is left out stays."""

    url: str | None = None
    types: tuple[str, ...] | None = None
    description: str | None = None


class WebhookType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """WebhookType"""

    type: str
    means: str


class WebhookTypes(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """WebhookTypes"""

    data: tuple[WebhookType, ...]


class Webhooks(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Webhooks"""

    data: tuple[Webhook, ...]


class When(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When a version is to take effect: a time with its offset, `now`, or in a minute."""

    from_: str | None = field(default=None, name="from")


class WholeDelivery(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """WholeDelivery"""

    delivery: str
    type: str
    member: str | None
    state: Literal["waiting", "delivered", "dead", "dropped"]
    tried: int
    made_at: str
    next_at: str | None
    body: str
    attempts: tuple[Attempt, ...]


class WholeDraft(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """WholeDraft"""

    draft: str
    programme: str | None
    revision: int
    state: str
    authors: tuple[str, ...]
    created_at: str
    changed_at: str
    approved_by: str | None
    approved_at: str | None
    submitted_by: str | None
    submitted_at: str | None
    sent_back_by: str | None
    sent_back_at: str | None
    note: str | None
    version: int | None
    undo: DraftStep | None
    redo: DraftStep | None
    findings: tuple[Finding, ...]
    document: str


class WholePart(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """WholePart"""

    section: str
    id: str
    title: str
    line: int
    written: str
    sentences: tuple[str, ...]
    sayable: bool
    findings: tuple[Finding, ...]
    draft: str
    revision: int
    value: Any
    editable: bool


class WholeRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """WholeRule"""

    rule: str
    title: str
    line: int
    on: str | None
    sentences: tuple[str, ...]
    sayable: bool
    findings: tuple[Finding, ...]
    draft: str
    revision: int
    value: Any
    editable: bool
    when: Condition | None
    lines: Condition | None


class WholeTemplate(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """WholeTemplate"""

    template: str
    title: str
    notes: str
    document: str


class Withdrawn(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Withdrawn"""

    programme: str
    withdrawn: tuple[int, ...]
    follows: int
    from_: str | None = field(name="from")
    announced: bool


Event = (
    Purchase
    | Act
    | Stay
    | Flight
    | Rental
    | Redemption
    | Enrolment
    | Profile
    | Card
    | Leave
    | Adjustment
    | Hold
    | Release
    | Grant
    | Use
    | Return
    | Cancel
    | Claim
    | Transfer
)

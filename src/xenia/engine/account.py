"""One member's account in memory: how an event, or time, takes it from one state to the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from msgspec import Struct, structs

from xenia.effects import NOTHING, Given, Outcome, Refusal, View, Voucher
from xenia.engine import claiming, identified, opening, outcome, returning, told_back
from xenia.engine.claims import Asked
from xenia.engine.entering import enters
from xenia.engine.giving import QUOTE
from xenia.engine.link import Ints
from xenia.engine.logs import Done, Heading
from xenia.engine.machine import Machine, Reading
from xenia.engine.operators import DAY, ENROLLED, FAR, NEXT_DUE
from xenia.engine.plan import Plan
from xenia.engine.referrals import refused
from xenia.engine.returning import NO_PAST, Past, Prior, TakenBack, Taking
from xenia.engine.vouchers import USE, VOUCHERS, held
from xenia.events.conventions import BIRTHDAY, BIRTHDAY_SINCE, JOINED_AGAIN, REFERRED_BY
from xenia.events.model import (
    TYPE_NAMES,
    AttributeValue,
    Claim,
    Enrolment,
    Event,
    Grant,
    Leave,
    OfEarlier,
    OfMember,
    OfPerson,
    OfStaff,
    Opening,
    Profile,
    Purchase,
    Redemption,
    TakingBack,
    Transfer,
    Use,
)

NO_KEY = bytes(32)
NOT_A_MEMBER = "not-a-member"
_ONLY_MEMBERS = "only a member can claim this, and nobody was enrolled when it happened"


class Account(Struct, frozen=True, gc=False):
    """A member in one programme.  `state` is never changed in place.

    `version` is that of the programme whose layout the state has; see `timeline`.
    """

    member: str
    state: Sequence[int]
    attributes: Mapping[str, AttributeValue] = {}
    vouchers: tuple[Voucher, ...] = ()
    version: int = 1

    @property
    def enrolled(self) -> bool:
        """Whether they are a member now."""
        return self.state[ENROLLED] < FAR

    @property
    def joined(self) -> bool:
        """Whether they ever were one."""
        return self.state[ENROLLED] != FAR


@lru_cache(maxsize=64)
def machine(plan: Plan) -> Machine:
    """The machine of a plan, made once."""
    return Machine(plan)


def new_account(plan: Plan, member: str) -> Account:
    """A member to whom nothing has happened."""
    return Account(member, plan.layout.fresh())


def decide(
    plan: Plan,
    account: Account,
    event: Event,
    *,
    key: bytes = NO_KEY,
    trace: bool = True,
    given: Given = NOTHING,
    past: Past = NO_PAST,
    name: str | None = None,
) -> tuple[Account, Outcome]:
    """Due work up to the event's day, then the event.  The account that is given is not changed.

    `key` makes voucher codes, and what chance falls on; the trace takes longer than the decision.
    `name` begins the ids of effects where they are not those of the event itself.
    """
    run = machine(plan)
    if given.blocked or outside(plan, account, event):
        return account, undecided(run, event, account.version, given)
    if isinstance(event, OfEarlier | Opening):
        if isinstance(event, Opening):
            after, told = _open(run, account, event, key)
        elif isinstance(event, Claim):
            after, told = _claim(run, account, event, given=given, key=key, trace=trace)
        else:
            after, told = _take_back(run, account, event, past.prior, given=given, key=key)
        return after, told_back.with_refused(told, past.waiting)
    reading = read(run, account, event, given, key)
    attributes = reading.attributes
    state, done = run.steps.state(account.state), Done()
    if state[NEXT_DUE] <= max(reading.day, state[DAY]):
        run.due(account.member, state, max(reading.day, state[DAY]), key, done)
    reading = run.with_vouchers(reading, account.vouchers, done)
    stepped = run.step(state, reading, key, done, name)
    backs: list[TakenBack] = []
    if past.waiting:
        prior = returning.of_stepped(run, reading, stepped, account.version, done)
        behind = told_back.given_behind(event, given, past.waiting)
        for waiting, own in zip(past.waiting, behind, strict=True):
            mine = returning.held_now(prior, account.vouchers, given.vouchers, done.vouchers)
            mine |= returning.held_now(prior, done.changed, *[back.changed for back in backs])
            taking = Taking(waiting, prior, attributes, own, key, mine)
            backs.append(returning.take_back(run, state, taking, done))
            prior = returning.after(prior, backs[-1])
    # What a late event made due in the past is done today.
    if state[NEXT_DUE] <= state[DAY]:
        run.due(account.member, state, state[DAY], key, done, behind=stepped.told)
    seen = run.views.view(state, state[DAY])
    told = run.told(reading, stepped, done, seen, version=account.version, trace=trace)
    if backs:
        told = told_back.with_backs(told, backs)
    vouchers = held(account.vouchers, told.vouchers, told.changed)
    return Account(account.member, state, attributes, vouchers, account.version), told


def _open(run: Machine, account: Account, event: Opening, key: bytes) -> tuple[Account, Outcome]:
    """As `decide`, of what a member brings along; refused, nothing changes."""
    if account.enrolled:
        seen = run.views.view(account.state, account.state[DAY])
        refusals = (opening.refused(),)
        return account, Outcome(effects=(), refusals=refusals, view=seen, version=account.version)
    done = Done()
    state, behind = opening.opened(run, account.state, event, key, done)
    run.due(account.member, state, state[DAY], key, done, behind=behind)
    outcome = passed(done, run.views.view(state, state[DAY]), account.version)
    attributes = told(account.attributes, event)
    return Account(account.member, state, attributes, outcome.vouchers, account.version), outcome


def _take_back(
    run: Machine,
    account: Account,
    event: TakingBack,
    prior: Prior | None,
    *,
    given: Given,
    key: bytes,
) -> tuple[Account, Outcome]:
    """As `decide`, of what takes something back; nothing yet, if that is not recorded."""
    state, done = run.steps.state(account.state), Done()
    day = run.plan.zone.day_of(event.occurred_at)
    run.due(account.member, state, max(day, state[DAY]), key, done)
    back = returning.without_prior(event, given)
    if prior is not None:
        mine = returning.held_now(prior, account.vouchers, given.vouchers, done.vouchers)
        taking = Taking(event, prior, account.attributes, given, key, mine)
        back = returning.take_back(run, state, taking, done)
    return _came(run, account, state, done, Heading(back.told.name, key, day, False), back=back)


def _claim(
    run: Machine, account: Account, event: Claim, *, given: Given, key: bytes, trace: bool
) -> tuple[Account, Outcome]:
    """As `decide`, of a guest's purchase that becomes the member's."""
    state, done = run.steps.state(account.state), Done()
    day = run.plan.zone.day_of(event.occurred_at)
    run.due(account.member, state, max(day, state[DAY]), key, done)
    claiming.came(run, state, day)
    purchase = claiming.claimed(run.plan, event, given)
    if not isinstance(purchase, Purchase):
        back = returning.refused(event, purchase)
        return _came(run, account, state, done, Heading(back.told.name, key, day, False), back=back)
    vouchers = held(account.vouchers, tuple(done.vouchers), ())
    there = Account(account.member, state, account.attributes, vouchers, account.version)
    name = f"{event.source}/{event.id}"
    after, told = decide(run.plan, there, purchase, key=key, trace=trace, given=given, name=name)
    return after, claiming.told(told, done, event, given)


def _came(
    run: Machine, account: Account, state: Ints, done: Done, heading: Heading, *, back: TakenBack
) -> tuple[Account, Outcome]:
    """What is about an earlier event has happened, with what it has made due."""
    key = heading.key
    behind = returning.came(run, state, heading, back, done)
    run.due(account.member, state, state[DAY], key, done, behind=behind)
    seen = run.views.view(state, state[DAY])
    told = told_back.outcome_of(back, done, seen, account.version)
    vouchers = held(account.vouchers, told.vouchers, told.changed)
    return Account(account.member, state, account.attributes, vouchers, account.version), told


def read(run: Machine, account: Account, event: Event, given: Given, key: bytes) -> Reading:
    """The event's numbers, with the member's attributes and what it says about them."""
    if not isinstance(event, OfPerson):
        return run.read(event, account.attributes, given, key)
    attributes, refusals = account.attributes, [*identified.refusals(event, given)]
    if isinstance(event, Enrolment | Profile):
        attributes = told(attributes, event, again=account.joined and not account.enrolled)
        refusal = refused(account.member, event, given, enrolled=account.joined)
        if refusal is not None:
            refusals.append(refusal)
        elif given.to is not None:
            attributes = {**attributes, REFERRED_BY: given.to}
    reading = run.read(event, attributes, given, key)
    if not refusals:
        return reading
    refusals = [*reading.wanted.refusals, *refusals]
    return structs.replace(reading, wanted=replace(reading.wanted, refusals=tuple(refusals)))


def told(
    attributes: Mapping[str, AttributeValue], event: OfMember, *, again: bool = False
) -> Mapping[str, AttributeValue]:
    """A member's attributes with what an event says of them, and since when that is known which
    has to be told in time, or that they are a member `again`."""
    if again:
        attributes = {**attributes, JOINED_AGAIN: event.occurred_at}
    said = event.attributes.get(BIRTHDAY)
    if said is None or said == attributes.get(BIRTHDAY):
        return {**attributes, **event.attributes}
    return {**attributes, **event.attributes, BIRTHDAY_SINCE: event.occurred_at}


def guest(plan: Plan, event: Purchase | TakingBack, given: Given = NOTHING) -> Outcome:
    """What happens without a member: a purchase is recorded, and paid in full; of one that is
    `found`, something comes back,
    by the programme of the day on which it was bought."""
    if isinstance(event, TakingBack):
        return claiming.guest_returns(plan, event, given)
    return undecided(machine(plan), event, 1)


def pass_time(
    plan: Plan, account: Account, until: int, *, key: bytes = NO_KEY
) -> tuple[Account, Outcome]:
    """Due work up to the local day of the instant `until` (microseconds)."""
    return pass_day(plan, account, plan.zone.day_of(until), key=key)


def pass_day(
    plan: Plan, account: Account, day: int, *, key: bytes = NO_KEY
) -> tuple[Account, Outcome]:
    """Due work up to and including a local day; the same account where there was none."""
    run, done = machine(plan), Done()
    state = run.steps.state(account.state)
    run.due(account.member, state, day, key, done)
    told = passed(done, run.views.view(state, day), account.version)
    if account.state[NEXT_DUE] > day:
        return account, told
    return structs.replace(account, state=state, vouchers=account.vouchers + told.vouchers), told


def passed(done: Done, seen: View, version: int) -> Outcome:
    """What time alone has done."""
    return Outcome(
        effects=tuple(done.effects),
        movements=tuple(done.movements),
        view=seen,
        vouchers=tuple(done.vouchers),
        version=version,
    )


def view(plan: Plan, account: Account, at: int) -> View:
    """What the member holds at an instant, its due work done."""
    return machine(plan).views.view(account.state, plan.zone.day_of(at))


def vouchers(plan: Plan, account: Account, at: int) -> tuple[Voucher, ...]:
    """All vouchers of the member, as they stand at an instant (microseconds)."""
    day = plan.zone.day_of(at)
    return tuple(as_on(voucher, day) for voucher in account.vouchers)


def as_on(voucher: Voucher, day: int) -> Voucher:
    """A voucher as it stands on a day: it may have ended since something was last done with it."""
    if voucher.state == "issued" and voucher.expires is not None and voucher.expires <= day:
        return structs.replace(voucher, state="expired")
    return voucher


def outside(plan: Plan, account: Account, event: Event) -> bool:
    """Whether the event is of somebody who would have had to enrol first, also once more."""
    if isinstance(event, Leave) or (account.joined and not account.enrolled):
        return not (account.enrolled or isinstance(event, Enrolment))
    if account.enrolled or isinstance(event, Enrolment | Opening):
        return False
    return not enters(plan.programme, event)


def undecided(run: Machine, event: Event, version: int, given: Given = NOTHING) -> Outcome:
    """Recorded without effect: it is nobody's who was a member, or the card is blocked."""
    bill = None
    if isinstance(event, Purchase):
        part = run.plan.types[TYPE_NAMES[type(event)]]
        row = run.reader(part).read(event, {}, Asked())
        bill = outcome.payable(part, event, row, [0] * part.results)
    code, text = NOT_A_MEMBER, _ONLY_MEMBERS
    refusals: list[Refusal] = []
    if given.blocked:
        code, text = identified.BLOCKED, identified.BLOCKED_TEXT
        refusals.append(identified.blocked())
    refusals += [Refusal(code, claim, text, subject=subject) for claim, subject in _claims(event)]
    return Outcome(
        effects=(),
        refusals=tuple(refusals),
        payable=bill,
        notes=(code,),
        version=version,
    )


def _claims(event: Event) -> Iterator[tuple[str, str]]:
    """Claim and subject of all that an event asks for."""
    if isinstance(event, Purchase):
        if event.quote is not None:
            yield QUOTE, event.quote
        for code in event.vouchers:
            yield VOUCHERS, code
        for currency in sorted(event.spend):
            yield "spend", currency
    if isinstance(event, Use):
        yield USE, event.subject
    if isinstance(event, Redemption):
        yield "redemption", event.reward
    if isinstance(event, OfEarlier):
        yield TYPE_NAMES[type(event)], ""
    if isinstance(event, Leave):
        yield "leave", ""
    if isinstance(event, Transfer):
        yield "transfer", event.currency
    if isinstance(event, OfStaff):
        subject = "" if isinstance(event, Grant) else event.currency or ""
        yield TYPE_NAMES[type(event)], subject

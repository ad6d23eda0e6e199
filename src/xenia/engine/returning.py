"""How something is taken back of an event: decided again on what is left, the difference posted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, structs

from xenia.effects import (
    Given,
    Record,
    Refund,
    Refusal,
    Remains,
    SpentLot,
    Voucher,
)
from xenia.engine import refunding
from xenia.engine import remains as rest
from xenia.engine.budgets import used_by
from xenia.engine.claims import Asked, Used
from xenia.engine.link import Before, Ints
from xenia.engine.logs import Done, Heading
from xenia.engine.machine import Machine, Reading, Stepped, Told
from xenia.engine.offers import with_posted
from xenia.engine.operators import (
    AGAIN,
    COLUMNS,
    DAY,
    ENROLLED,
    EVENT_DAY,
    FAR,
    FIXED,
    KIND,
    NEXT_DUE,
    NONE_LEFT,
    SLICES_AT,
    SOME_LEFT,
    STRIDE,
    TODAY,
)
from xenia.engine.outcome import granted_units, spent_by
from xenia.engine.plan import TypePlan
from xenia.engine.records import places_of, unpacked
from xenia.engine.returnable import LATE, TOO_LATE, returnable, too_late
from xenia.engine.terms import day_after
from xenia.engine.transfers import add_lots
from xenia.engine.type_writer import STOCK
from xenia.engine.vouchers import judged, known
from xenia.engine.vouchers_back import (
    Again,
    Issued,
    asks_for,
    granted,
    issued_by,
    put_back,
    still_used,
    stock_back,
    taken_back,
    why_kept,
)
from xenia.engine.zones import EPOCH
from xenia.events.model import (
    TYPE_NAMES,
    AttributeValue,
    Event,
    Purchase,
    Return,
    TakingBack,
)
from xenia.events.parts import EventKey
from xenia.programme.settings import BelowZero

WAITS = "waits"  # a note: what it takes back is not recorded yet


class Prior(Struct, frozen=True, gc=False):
    """A recorded event, of which something is taken back.

    `record` is None where nothing was decided; `spent` are the lots that it spent, in their order;
    `remains` is None where nothing of it has been taken back yet; `shown` are the member's vouchers
    that it named, as they stood then, `issued` those that its rules issued.
    """

    event: Event
    version: int
    record: Record | None
    spent: tuple[SpentLot, ...] = ()
    remains: Remains | None = None
    shown: tuple[Voucher, ...] = ()
    issued: tuple[Issued, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The vouchers that it used or issued."""
        named = [voucher.code for voucher in self.shown]
        return tuple(dict.fromkeys([*named, *[code for _, code in self.issued]]))


class Past(Struct, frozen=True, gc=False):
    """What was recorded before of what an event is about: the event that it takes something back
    of, and those `waiting` to take something back of it."""

    prior: Prior | None = None
    waiting: tuple[TakingBack, ...] = ()


NO_PAST = Past()


class Taking(Struct, frozen=True, gc=False):
    """Something to be taken back of `prior`, for a member of these attributes.

    `given` has the row to be decided, where personal values are in it; `key` makes codes;
    `vouchers` are those that `prior` names, as they stand now.
    """

    event: TakingBack
    prior: Prior
    attributes: Mapping[str, AttributeValue]
    given: Given
    key: bytes
    vouchers: Mapping[str, Voucher] = {}


class TakenBack(Struct, frozen=True, gc=False):
    """What came of it; what was refused changed nothing.

    `numbers` are the row that was decided, where personal values are in it.
    """

    told: Told
    refusal: Refusal | None = None
    remains: Remains | None = None
    refund: tuple[Refund, ...] = ()
    used: Mapping[str, int] = {}
    numbers: tuple[int, ...] | None = None
    changed: tuple[Voucher, ...] = ()
    shown: tuple[Voucher, ...] = ()
    refers: int = 0  # -1: it is no referral any more


def take_back(run: Machine, state: Ints, taking: Taking, done: Done) -> TakenBack:
    """Take back of an event, by the plan that decided it; the state is changed in place."""
    event, prior = taking.event, taking.prior
    purchase, record = prior.event, prior.record
    if taking.given.guarded is not None:
        return _refused(event, taking.given.guarded.code, taking.given.guarded.text)
    if record is None or not returnable(event, purchase):
        return _refused(event, "not-returnable", "nothing can be taken back of what it is of")
    if isinstance(event, Return) and too_late(run.plan, purchase, event):
        return _refused(event, TOO_LATE, LATE)
    part = run.plan.types[TYPE_NAMES[type(purchase)]]
    if record.plan != run.plan.key:
        raise ValueError(f"the record of {purchase.source}/{purchase.id} is of another build")
    before = prior.remains or _whole(part, prior, record)
    after = _without(before, purchase, event)
    asks = asks_for(purchase) is not None
    if asks:
        after = _asked_for(run, state, taking, after)
    if isinstance(after, Refusal):
        # It may be refused for what the vouchers were like then.
        seen = taking.vouchers.values() if asks else ()
        return structs.replace(refused(event, after), shown=tuple(seen))
    read, posted = unpacked(record.read), unpacked(before.posted)
    left = rest.left_of(purchase, after) if isinstance(purchase, Purchase) else None
    used = _vouchers(run, part, prior)
    today = run.plan.zone.day_of(event.occurred_at)
    numbers = _numbers(run, part, left, taking, before=before, used=used)
    mine, told = run.steps.state(state), Done()
    worked = run.again(mine, numbers, part, Before(read, posted), len(before.spent))
    name = f"{event.source}/{event.id}"
    number = run.tell(worked.log, Heading(name, taking.key, today, False), told)
    if run.plan.programme.settings.below_zero is BelowZero.REFUSED and any(
        moved.owed for moved in told.movements
    ):
        text = "the member has fewer units than would be taken back"
        return _refused(event, "insufficient-balance", text)
    state[:] = mine
    lasts = run.plan.programme.settings.given_back_lasts
    twice = Again(part, posted, worked.decision, taking.vouchers)
    changed = [
        *put_back(twice, used, _no_later(run, day_after(today, lasts))),
        *taken_back(twice, prior.issued, today),
    ]
    for each in changed:
        number += 1
        told.effects.append(each.effect(name, number, today))
    done.effects += told.effects
    done.movements += told.movements
    done.vouchers += told.vouchers
    after, refund = rest.refunded(after, _due(run, taking, left, after, worked.decision))
    now = granted_units(part, worked.decision)
    back = {key: units - now[key] for key, units in granted_units(part, posted).items()}
    again = run.record(part, read, worked.decision, numbers)
    spent = rest.unspent(before.spent, back)
    after = structs.replace(after, posted=again.posted, spent=spent, plan=again.plan)
    less = _less_used(part, worked.decision, posted) if part.budgets else {}
    if asks:
        less |= stock_back(part, purchase, granted(part, purchase, posted))
    return TakenBack(
        Told(name, number),
        remains=after,
        refund=refund,
        used=less,
        numbers=tuple(numbers) if part.reads_personal else None,
        changed=tuple([each.voucher for each in changed]),
        shown=tuple(taking.vouchers.values()),
        refers=part.refers(worked.decision) - part.refers(posted),
    )


def _asked_for(
    run: Machine, state: Ints, taking: Taking, after: Remains | Refusal
) -> Remains | Refusal:
    """The same for what asks for vouchers, which is cancelled with all of them or not at all."""
    prior, code = taking.prior, TYPE_NAMES[type(taking.event)]
    assert prior.record is not None, "it was decided"
    part = run.plan.types[TYPE_NAMES[type(prior.event)]]
    if not granted(part, prior.event, unpacked(prior.record.posted)):
        return Refusal("not-returnable", code, "it was refused: there is nothing to take back")
    if isinstance(after, Refusal):
        return after
    today = max(run.plan.zone.day_of(taking.event.occurred_at), state[DAY])
    kept = why_kept(run.plan, prior.issued, taking.vouchers, today)
    return after if kept is None else Refusal(kept[0], code, kept[1])


def _no_later(run: Machine, day: int) -> int:
    """A day, or the one on which everything ends."""
    closes = run.plan.programme.spend_until
    return day if closes is None else min(day, (closes - EPOCH).days)


def _whole(part: TypePlan, prior: Prior, record: Record) -> Remains:
    """An event of which nothing has been taken back."""
    if isinstance(prior.event, Purchase):
        paid = refunding.to_pay(part, rest.bill(prior.event), unpacked(record.posted))
        return rest.whole(prior.event, paid, record.posted, prior.spent)
    return Remains((), True, (), 0, record.posted, prior.spent)


def _without(before: Remains, of: Event, event: TakingBack) -> Remains | Refusal:
    if isinstance(event, Return) and isinstance(of, Purchase):
        return rest.without(before, of, event)
    if isinstance(of, Purchase):
        whole = Return(id=event.id, occurred_at=event.occurred_at, of=event.of, all=True)
        found = rest.without(before, of, whole)
        return structs.replace(found, claim="cancel") if isinstance(found, Refusal) else found
    if not before.charges:
        return Refusal("nothing-left", "cancel", "it has been cancelled")
    return structs.replace(before, charges=False)


def _less_used(part: TypePlan, decision: Sequence[int], posted: Sequence[int]) -> dict[str, int]:
    """What is used of budgets now, beside what was posted; what was issued stays so."""
    used = used_by(part, decision, posted)
    return {name: units for name, units in used.items() if not name.startswith(STOCK)}


def refused(event: Event, refusal: Refusal | None) -> TakenBack:
    """Nothing came of an event; without a refusal, it waits."""
    return TakenBack(_name(event), refusal=refusal)


def _refused(event: TakingBack, code: str, text: str) -> TakenBack:
    return refused(event, Refusal(code, TYPE_NAMES[type(event)], text))


def _name(event: Event) -> Told:
    return Told(f"{event.source}/{event.id}", 0)


def without_prior(event: TakingBack, given: Given) -> TakenBack:
    """What it takes something back of is somebody else's, or itself, or not recorded yet, or not
    found."""
    if isinstance(event, Return) and event.without_receipt:
        text = "the member has no purchase of which so much of all these is left"
        return _refused(event, "unknown-purchase", text)
    if given.theirs:
        return _refused(event, "not-yours", "what it is of is not of this member")
    if event.of == EventKey(event.id, event.source):
        return _refused(event, "not-returnable", "it names itself, which is no purchase")
    return TakenBack(_name(event))


def came(run: Machine, state: Ints, heading: Heading, back: TakenBack, done: Done) -> Told:
    """An event has happened; where nothing was posted of it, only automatic rewards that wait are
    issued.  What has been told of it."""
    day, told = heading.day, back.told
    state[DAY] = max(state[DAY], day)
    if state[ENROLLED] == FAR:
        state[ENROLLED] = day
    if back.remains is None:
        told = Told(told.name, run.automatic(state, heading, done))
    state[NEXT_DUE] = run.steps.names["next_due"](state, run.plan.params)
    return told


def _numbers(
    run: Machine,
    part: TypePlan,
    left: Purchase | None,
    taking: Taking,
    *,
    before: Remains,
    used: tuple[Used, ...],
) -> list[int]:
    """The row that is decided, with the lots that had been spent."""
    prior, asked = taking.prior, Asked()
    if taking.given.row is not None:
        return list(taking.given.row)
    if left is not None and isinstance(prior.event, Purchase) and prior.record is not None:
        first, posted = unpacked(prior.record.posted), unpacked(before.posted)
        whole, still = granted_units(part, first), granted_units(part, posted)
        units = rest.asked_again(prior.event, left, whole, still)
        asked = Asked(units=units, vouchers=still_used(part, used, posted))
    numbers = _row(run, part, left, asked, taking)
    with_posted(part, numbers, places_of(before.posted))
    add_lots(run.plan, numbers, before.spent)
    numbers[TODAY] = run.plan.zone.day_of(taking.event.occurred_at)
    return numbers


def _row(
    run: Machine, part: TypePlan, left: Purchase | None, asked: Asked, taking: Taking
) -> list[int]:
    """The row of what is left."""
    if left is not None and left.lines:
        numbers = run.reader(part).read(left, taking.attributes, asked).numbers
        numbers[AGAIN] = SOME_LEFT
        return numbers
    numbers = [0] * COLUMNS
    day = run.plan.zone.day_of(taking.prior.event.occurred_at)
    numbers[KIND], numbers[EVENT_DAY] = part.number, day
    numbers[SLICES_AT], numbers[STRIDE], numbers[AGAIN] = COLUMNS, FIXED, NONE_LEFT
    return numbers


def _vouchers(run: Machine, part: TypePlan, prior: Prior) -> tuple[Used, ...]:
    """The vouchers that the event could use."""
    day = run.plan.zone.day_of(prior.event.occurred_at)
    used, _ = judged(part, prior.event, known(prior.event, prior.shown), (), day)
    return used


def _due(
    run: Machine, taking: Taking, left: Purchase | None, after: Remains, decision: Sequence[int]
) -> int:
    """What is to be paid for what is left, and for what was used of vouchers it does not bring."""
    prior, part = taking.prior, run.plan.types[TYPE_NAMES[type(taking.prior.event)]]
    due = refunding.kept_back(run.plan, part, prior.issued, decision, taking.vouchers)
    if left is None or not isinstance(prior.event, Purchase) or prior.record is None:
        return due
    bill = rest.bill(left)
    if not refunding.pays_line_prices(run):
        return due + refunding.to_pay(part, bill, decision)
    row = run.reader(part).read(prior.event, taking.attributes, Asked())
    first = refunding.First(prior.event, row, unpacked(prior.record.posted))
    return due + refunding.still_to_pay(part, first, after, bill, decision)


def of_stepped(run: Machine, reading: Reading, stepped: Stepped, version: int, done: Done) -> Prior:
    """An event whose own step has just been done."""
    part, event = reading.part, reading.event
    record = run.record(part, stepped.record, stepped.decision, reading.numbers)
    spent = spent_by(part, event, stepped.decision, done.movements)
    issued = issued_by(done.effects, stepped.told.name, event)
    return Prior(event, version, record, spent, shown=reading.shown, issued=issued)


def held_now(prior: Prior, *those: Iterable[Voucher]) -> dict[str, Voucher]:
    """The vouchers that an event used or issued, as they stand; later ones for earlier ones."""
    named = frozenset(prior.codes)
    return {voucher.code: voucher for them in those for voucher in them if voucher.code in named}


def after(prior: Prior, back: TakenBack) -> Prior:
    """The event as it is after something was taken back of it."""
    return prior if back.remains is None else structs.replace(prior, remains=back.remains)

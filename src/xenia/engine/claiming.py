"""What becomes of a guest's purchase: a member claims it, or some of it comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import structs

from xenia.effects import Found, Given, Outcome, Refusal, Remains
from xenia.engine import remains as rest
from xenia.engine.claims import closed
from xenia.engine.giving import as_given
from xenia.engine.link import Ints
from xenia.engine.logs import Done
from xenia.engine.machine import Machine
from xenia.engine.operators import DAY, ENROLLED, FAR, NEXT_DUE
from xenia.engine.plan import Plan
from xenia.engine.returnable import LATE, TOO_LATE, too_late
from xenia.engine.slots import LAST_ACTIVE
from xenia.engine.terms import day_after
from xenia.events.model import (
    OWN,
    TYPE_NAMES,
    Cancel,
    Claim,
    Event,
    Purchase,
    Return,
    TakingBack,
    member_name,
)
from xenia.events.parts import EventKey

CLAIM = "claim"
UNKNOWN, SEVERAL = "unknown-purchase", "several-purchases"
AWAITED = "awaited"  # builds of before refused such a claim as of an unknown purchase
CLAIMED, NOT_CLAIMABLE, NOT_YOURS = "already-claimed", "not-claimable", "not-yours"
_WHY = {
    UNKNOWN: "no purchase without a member is recorded by that: look at the number again",
    SEVERAL: "several purchases have that receipt: name one of them by `of`",
    CLAIMED: "the purchase has been claimed already",
    NOT_CLAIMABLE: "only a purchase without a member can be claimed",
}
_OF_A_MEMBER = "what it is of is a member's: name them as its member"


# ---- which purchase ------------------------------------------------------------------------------


def found(event: Event | None, remains: Remains | None) -> Found:
    """What is found where an event is recorded, or none."""
    if event is None:
        return Found(UNKNOWN)
    if not isinstance(event, Purchase):
        return Found(NOT_CLAIMABLE)
    if event.member is not None:
        return Found(CLAIMED if event.claimed else NOT_YOURS)
    return Found(purchase=event, remains=remains)


def by_receipt(plan: Plan, event: Claim, those: Sequence[Purchase]) -> EventKey | Found | None:
    """Which of the guests' purchases with its receipt a claim is of."""
    today = plan.zone.day_of(event.occurred_at)
    there = [one for one in those if event.location in (None, one.location)]
    past = [one for one in there if plan.zone.day_of(one.occurred_at) <= today]
    past.sort(key=lambda one: (one.occurred_at, one.source, one.id))
    if not past or plan.programme.claims is None:
        return None
    if sum(_in_time(plan, event, one) for one in past) > 1:
        return Found(SEVERAL)
    return EventKey(past[-1].id, past[-1].source)


def _in_time(plan: Plan, event: Claim, purchase: Purchase) -> bool:
    """Whether a claim comes within its window, and not before the purchase."""
    today, day = (plan.zone.day_of(one.occurred_at) for one in (event, purchase))
    claims = plan.programme.claims
    return claims is not None and day <= today <= day_after(day, claims.within)


# ---- claims that wait for their purchases --------------------------------------------------------


def awaits(plan: Plan, event: Claim, purchase: Purchase) -> bool:
    """Whether a claim that waits, by the plan of its day, has waited for a purchase."""
    if purchase.member is not None:
        return False
    if event.of is not None:
        return event.of == EventKey(purchase.id, purchase.source)
    there = event.receipt == purchase.receipt and event.location in (None, purchase.location)
    return there and _in_time(plan, event, purchase)


def behind(programme: str, event: Claim, purchase: Purchase) -> Claim:
    """What is recorded behind a purchase of a claim that has waited for it."""
    return Claim(
        id=f"{CLAIM}/{programme}/{claim_name(event)}",
        source=OWN,
        member=member_name(event.member),
        occurred_at=event.occurred_at,
        of=EventKey(purchase.id, purchase.source),
    )


def claim_name(event: Claim) -> str:
    """What names a claim, also one that is recorded behind its purchase."""
    own = event.source == OWN
    return event.id.split("/", 2)[2] if own else f"{event.source}/{event.id}"


def all_behind(
    programme: str, waiting: Iterable[tuple[Plan, Claim]], purchase: Purchase
) -> Iterator[Claim]:
    """What is recorded behind a purchase, of those that have waited for it, in their order."""
    for plan, event in waiting:
        if awaits(plan, event, purchase):
            yield behind(programme, event, purchase)


# ---- what a claim gives --------------------------------------------------------------------------


def claimed(plan: Plan, event: Claim, given: Given) -> Purchase | Refusal | None:
    """The purchase as it is decided for whoever claims it, by the programme of the day of the
    claim; or why it is refused; None: it waits, as the purchase is not recorded yet."""
    programme, it = plan.programme, given.found
    if closed(plan, event) is not None:
        text = f"the programme was open until {programme.spend_until}, and all has ended"
        return _refused("programme-closed", text)
    if programme.claims is None:
        return _refused("no-claims", "the programme gives no purchase to a member afterwards")
    if it is not None and it.code == AWAITED:
        return None
    if it is None or it.purchase is None:
        code = UNKNOWN if it is None else it.code
        code = NOT_CLAIMABLE if code == NOT_YOURS else code
        return _refused(code, _WHY[code])
    today, day = (plan.zone.day_of(one.occurred_at) for one in (event, it.purchase))
    if today < day:
        return _refused(NOT_CLAIMABLE, "the purchase was on a later day")
    if today > day_after(day, programme.claims.within):
        return _refused("claim-too-late", "it is too late to claim the purchase")
    if it.remains is not None and not _left(it).lines:
        return _refused("nothing-left", "all of the purchase came back")
    return as_decided(event, it)


def as_decided(event: Claim, it: Found) -> Purchase:
    """What is left of a purchase, as an event of whoever claims it."""
    return _of(event, _left(it))


def about(event: Event, given: Given) -> Event:
    """What is decided of an event: itself, with what was given, or, of a claim, the purchase."""
    if isinstance(event, Claim) and given.found is not None and given.found.purchase is not None:
        return as_decided(event, given.found)
    return as_given(event, given)


def _left(it: Found) -> Purchase:
    assert it.purchase is not None, "otherwise it has been refused"
    return it.purchase if it.remains is None else rest.left_of(it.purchase, it.remains)


def owned(event: Claim, it: Found) -> Purchase:
    """The whole purchase as that of whoever has claimed it."""
    assert it.purchase is not None, "what was claimed has been found"
    return _of(event, it.purchase)


def _of(event: Claim, purchase: Purchase) -> Purchase:
    return structs.replace(
        purchase, member=event.member, claimed=True, vouchers=(), spend={}, quote=None
    )


def _refused(code: str, text: str) -> Refusal:
    return Refusal(code, CLAIM, text)


def came(run: Machine, state: Ints, day: int) -> None:
    """Somebody has claimed something on a day: they are a member, who is active."""
    state[DAY] = max(state[DAY], day)
    if state[ENROLLED] == FAR:
        state[ENROLLED] = day
    at = run.plan.moments.get(LAST_ACTIVE)
    if at is not None:
        state[at] = day if state[at] == FAR else max(state[at], day)
    state[NEXT_DUE] = run.steps.names["next_due"](state, run.plan.params)


def told(outcome: Outcome, before: Done, event: Claim, given: Given) -> Outcome:
    """The outcome of a claim: of the purchase's decision, and of what was due before."""
    it, record = given.found, outcome.record
    assert it is not None, "it was granted"
    kept = it.remains
    if kept is not None and record is not None:
        kept = structs.replace(kept, posted=record.posted, plan=record.plan)
    return structs.replace(
        outcome,
        effects=(*before.effects, *outcome.effects),
        movements=(*before.movements, *outcome.movements),
        vouchers=(*before.vouchers, *outcome.vouchers),
        payable=None,
        remains=kept,
        claimed=owned(event, it),
    )


# ---- what comes back -----------------------------------------------------------------------------


def guest_returns(plan: Plan, event: TakingBack, given: Given) -> Outcome:
    """Something of a guest's purchase comes back: recorded, and what is to be refunded; by the
    programme of the purchase."""
    it = given.found
    if isinstance(event, Return) and event.without_receipt:
        refusal = Refusal("not-a-member", TYPE_NAMES[Return], "without a receipt, say whose it is")
        return Outcome(effects=(), refusals=(refusal,))
    if it is None or it.purchase is None:
        return _back_refused(event, UNKNOWN if it is None else it.code)
    if it.timed and isinstance(event, Return) and too_late(plan, it.purchase, event):
        refusal = Refusal(TOO_LATE, TYPE_NAMES[Return], LATE)
        return Outcome(effects=(), refusals=(refusal,))
    before = it.remains or rest.whole(it.purchase, rest.paid(it.purchase), b"")
    asked = event
    if isinstance(event, Cancel):
        asked = Return(id=event.id, occurred_at=event.occurred_at, of=event.of, all=True)
    assert isinstance(asked, Return), "there is no third"
    after = rest.without(before, it.purchase, asked)
    if isinstance(after, Refusal):
        refusal = structs.replace(after, claim=TYPE_NAMES[type(event)])
        return Outcome(effects=(), refusals=(refusal,))
    kept, refund = rest.refunded(after, rest.paid(rest.left_of(it.purchase, after)))
    return Outcome(effects=(), refund=refund, remains=kept)


def _back_refused(event: TakingBack, code: str) -> Outcome:
    name = TYPE_NAMES[type(event)]
    if code == UNKNOWN:
        refusal = Refusal(code, name, _WHY[UNKNOWN])
    elif code in (CLAIMED, NOT_YOURS):
        refusal = Refusal(NOT_YOURS, name, _OF_A_MEMBER)
    else:
        refusal = Refusal("not-returnable", name, "nothing can be taken back of what it is of")
    return Outcome(effects=(), refusals=(refusal,))

"""What becomes of vouchers where the event that used or issued them is taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from msgspec import Struct, structs

from xenia.effects import Effect, Kind, Voucher
from xenia.engine.claims import Used
from xenia.engine.emit_vouchers import money_on
from xenia.engine.plan import Plan, TypePlan
from xenia.engine.vouchers import ISSUED, USED
from xenia.events.model import Event, Grant, Redemption

CANCELLED = "cancelled"


def asks_for(event: Event) -> str | None:
    """The reward of which an event asks for vouchers."""
    if isinstance(event, Redemption):
        return event.reward
    return event.voucher if isinstance(event, Grant) else None


Issued = tuple[str | None, str]  # the rule that issued a voucher, None: asked for; its code


class Changed(Struct, frozen=True, gc=False):
    """A voucher as it has become; `amount` is the money that came back to it."""

    kind: Kind
    voucher: Voucher
    rule: str | None = None
    amount: int | None = None

    def effect(self, name: str, number: int, day: int) -> Effect:
        """The same as the effect of an event of this name."""
        voucher = self.voucher
        return Effect(
            kind=self.kind,
            id=f"{name}/{number}",
            day=day,
            rule=self.rule,
            reward=voucher.reward,
            voucher=voucher.code,
            amount=self.amount,
            expires=voucher.expires,
        )


class Again(Struct, frozen=True, gc=False):
    """What an event came to `before` and comes to `now`, and the vouchers that it used or issued as
    they stand, by code."""

    part: TypePlan
    before: Sequence[int]
    now: Sequence[int]
    mine: Mapping[str, Voucher]


def still_used(part: TypePlan, used: Sequence[Used], posted: Sequence[int]) -> tuple[Used, ...]:
    """Vouchers as what was `posted` by them is decided again: none that takes off nothing by now,
    or was refused at first, and none of more money than it still takes off.  What is beyond that
    may have been used elsewhere."""
    places = part.vouchers
    if places is None:
        return ()
    return tuple(_still(one, posted[places.off + place]) for place, one in enumerate(used))


def _still(one: Used, off: int) -> Used:
    if off == 0:  # but what it had picked, no other one picks
        return replace(one, of=replace(one.of, number=0), left=0)
    return replace(one, left=min(one.left, off)) if one.keeps else one


def put_back(again: Again, used: Sequence[Used], until: int) -> Iterator[Changed]:
    """What vouchers took off more than they do now: money comes back to those that keep it, others
    can be used again once they take off nothing.  None ends before the day `until`."""
    places = again.part.vouchers
    for place, one in enumerate(used):
        voucher = again.mine.get(one.voucher.code)
        if places is None or voucher is None or voucher.state == CANCELLED:
            continue
        off, left = again.before[places.off + place], again.now[places.off + place]
        expires = None if voucher.expires is None else max(voucher.expires, until)
        if one.keeps and left < off:
            money = off - left
            back = structs.replace(
                voucher, state=ISSUED, left=(voucher.left or 0) + money, expires=expires
            )
            yield Changed(Kind.GIVE_BACK, back, amount=money)
        elif off > 0 and left == 0:
            uses = None if voucher.uses is None else voucher.uses + 1
            back = structs.replace(voucher, state=ISSUED, uses=uses, expires=expires)
            yield Changed(Kind.GIVE_BACK, back, amount=off)


def taken_back(again: Again, issued: Sequence[Issued], today: int) -> Iterator[Changed]:
    """Vouchers that rules issued which do not hold any more, if they can still be used; also one
    that had been used when its rule held no more, and has come back since."""
    for rule, code in issued:
        voucher = again.mine.get(code)
        if voucher is None:
            continue
        asked = _asked(again.part, voucher.reward)
        place = again.part.places.get(asked if rule is None else f"issue.{rule}")
        if place is None or again.now[place] > 0:
            continue
        if usable(voucher, today):
            yield Changed(Kind.TAKE_BACK, structs.replace(voucher, state=CANCELLED), rule)


def _asked(part: TypePlan, reward: str) -> str:
    """Which result is how many of a reward were granted that were asked for."""
    return f"grant.voucher.{reward}" if part.name == "grant" else f"redemption.{reward}"


def granted(part: TypePlan, event: Event, decision: Sequence[int]) -> int:
    """How many vouchers were granted that an event asks for; none, if it was refused."""
    place = part.places.get(_asked(part, asks_for(event) or ""))
    return 0 if place is None else decision[place]


def why_kept(
    plan: Plan, issued: Sequence[Issued], mine: Mapping[str, Voucher], today: int
) -> tuple[str, str] | None:
    """Why what asked for vouchers cannot be cancelled: they are not as they were issued by this
    plan.  None: they are."""
    for rule, code in issued:
        voucher = mine.get(code)
        if rule is not None or voucher is None:
            continue
        reward = plan.programme.rewards[voucher.reward]
        whole = money_on(reward.gives, plan.money_decimals), reward.uses
        if voucher.state == USED or (voucher.left, voucher.uses) != whole:
            return "already-used", "a voucher that it has issued has been used"
        if not usable(voucher, today):
            return "expired", "a voucher that it has issued has ended"
    return None


def stock_back(part: TypePlan, event: Event, units: int) -> dict[str, int]:
    """What is used of the stock of a reward once so many vouchers of it are cancelled."""
    reward = asks_for(event)
    return {budget.name: -units for budget in part.budgets if budget.reward == reward}


def usable(voucher: Voucher, today: int) -> bool:
    """Whether a voucher can still be used."""
    return voucher.state == ISSUED and (voucher.expires is None or voucher.expires > today)


def issued_by(
    effects: Sequence[Effect], name: str, event: Event | None = None
) -> tuple[Issued, ...]:
    """The vouchers that the rules of an event of this name issued; and those that it asks for."""
    reward = None if event is None else asks_for(event)
    found = [
        (effect.rule, effect.voucher)
        for effect in effects
        if effect.kind is Kind.ISSUE
        and (effect.rule is not None or effect.reward == reward)
        and effect.voucher is not None
        and effect.id.startswith(f"{name}/")
    ]
    # What is redeemed is never issued by itself as well; what is granted may be, behind it.
    return tuple(found[:1] if isinstance(event, Grant) else found)

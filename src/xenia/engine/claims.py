"""What an event asks for beside the fact, as far as the programme alone can refuse it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from xenia.amounts import NotAnAmount, parse_decimal, parse_signed
from xenia.effects import NOTHING, Given, Refusal, Voucher
from xenia.engine.emit_grant import UNTIL, of_benefit, of_tier
from xenia.engine.giving import QUOTE, quote_refused
from xenia.engine.guarded import refusals
from xenia.engine.operators import ALL
from xenia.engine.plan import Plan, Usable
from xenia.engine.zones import EPOCH
from xenia.events.model import (
    TYPE_NAMES,
    Adjustment,
    Event,
    Grant,
    Hold,
    Purchase,
    Redemption,
    Release,
    Transfer,
    Use,
    member_name,
)
from xenia.programme.ladders import counted_benefits
from xenia.programme.model import CurrencyKind
from xenia.programme.scope import ladder

NOT_FOR_SALE = -1


@dataclass(frozen=True, slots=True)
class Used:
    """A voucher that is used if it comes to anything; `left` is the money that it keeps."""

    voucher: Voucher
    of: Usable
    left: int

    @property
    def keeps(self) -> bool:
        """Whether what a purchase leaves of its money stays on it: as it was issued, whatever its
        reward says by now."""
        return self.voucher.left is not None


@dataclass(frozen=True, slots=True)
class Asked:
    """Claims that depend on the member's balance or on the bill, and refusals of those that do
    not."""

    units: Mapping[str, int] = field(default_factory=dict)
    reward: int = NOT_FOR_SALE
    vouchers: tuple[Used, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def asked(plan: Plan, event: Event, given: Given = NOTHING) -> Asked:
    """The claims of an event."""
    refused = _refused_whole(plan, event, given)
    if refused is not None:
        return refused
    match event:
        case Purchase(quote=str(quote)):
            found = _spend(plan, event.spend)
            return replace(found, refusals=(*quote_refused(quote, given), *found.refusals))
        case Purchase(spend=spend) if spend:
            return _spend(plan, spend)
        case Redemption(reward=reward):
            return _reward(plan, reward)
        case Adjustment(currency=currency, units=written):
            return _adjustment(plan, currency, written)
        case Hold(currency=currency, units=units) | Release(currency=currency, units=units):
            return _held(plan, TYPE_NAMES[type(event)], currency, units)
        case Grant():
            return _grant(plan, event)
        case Transfer():
            return _transfer(plan, event, given)
        case Use(benefit=benefit) if benefit is not None:
            return _benefit(plan, benefit)
    return _NO_CLAIM


_NO_CLAIM = Asked()


def _refused_whole(plan: Plan, event: Event, given: Given) -> Asked | None:
    """All that an event asks for is refused, as everything had ended, or as it is guarded."""
    day = closed(plan, event)
    if day is not None:
        return _too_late(event, day)
    if given.guarded is None:
        return None
    kept: tuple[Refusal, ...] = ()
    if isinstance(event, Purchase) and event.quote is not None:
        kept = quote_refused(event.quote, given)
    return Asked(refusals=(*kept, *refusals(event, given.guarded)))


def closed(plan: Plan, event: Event) -> date | None:
    """The day on which everything had ended when the event happened, if it had."""
    day = plan.programme.spend_until
    if day is None or event.occurred_at < plan.zone.start_of((day - EPOCH).days):
        return None
    return day


def _too_late(event: Event, day: date) -> Asked:
    """Nothing can be asked for any more."""
    text = f"the programme was open until {day}, and all has ended"
    claims: list[tuple[str, str]] = []
    match event:
        case Purchase(spend=spend, vouchers=codes, quote=quote):
            claims = [] if quote is None else [(QUOTE, quote)]
            claims += [("spend", key) for key in sorted(spend)]
            claims += [("vouchers", code) for code in codes]
        case Use():
            claims = [("use", event.subject)]
        case Transfer(currency=key):
            claims = [("transfer", key)]
        case Redemption() | Adjustment() | Hold() | Release() | Grant():
            claims = [(TYPE_NAMES[type(event)], "")]
    refusals = (Refusal("programme-closed", claim, text, subject=key) for claim, key in claims)
    return Asked(refusals=tuple(refusals))


def _spend(plan: Plan, spend: Mapping[str, str]) -> Asked:
    units: dict[str, int] = {}
    refusals = []
    for key, written in sorted(spend.items()):
        found = _units(plan, key, written)
        if isinstance(found, Refusal):
            refusals.append(found)
        else:
            units[key] = found
    return Asked(units=units, refusals=tuple(refusals))


def _units(plan: Plan, key: str, written: str) -> int | Refusal:
    currency = plan.programme.currencies.get(key)
    if currency is None:
        return _unknown(plan, key, "spend")
    if currency.kind is CurrencyKind.QUALIFYING or currency.value is None:
        return _refused("not-spendable", key, f"{key} cannot be spent on a purchase")
    try:
        units = parse_decimal(written, currency.decimals, what=key)
    except NotAnAmount as error:
        return _refused(error.code, key, str(error))
    if units == 0:
        return _refused("nothing-to-spend", key, f"0 {key} were asked to be spent")
    return units


def _refused(code: str, currency: str, text: str) -> Refusal:
    return Refusal(code, "spend", text, subject=currency)


def _reward(plan: Plan, key: str) -> Asked:
    reward = plan.programme.rewards.get(key)
    if reward is None:
        known = ", ".join(plan.rewards) or "none"
        text = f"there is no reward {key} (there is: {known})"
        return Asked(refusals=(Refusal("unknown-reward", "redemption", text, subject=key),))
    if not reward.price or reward.automatic:
        text = f"{key} is not for sale: it is issued by the programme"
        return Asked(refusals=(Refusal("not-for-sale", "redemption", text, subject=key),))
    return Asked(reward=plan.rewards.index(key))


def _benefit(plan: Plan, key: str) -> Asked:
    programme = plan.programme
    counted = counted_benefits(programme.tiers)
    if key in counted:
        return Asked(units={of_benefit(key): 1})
    brought = {
        name
        for tier in programme.tiers.values()
        for one in tier.levels.values()
        for name in one.benefits
    }
    code, text = "not-counted", f"{key} is a standing right: nobody needs to say that it is used"
    if key not in {*programme.benefits, *brought}:
        known = ", ".join(counted) or "none"
        code, text = "unknown-benefit", f"there is no benefit {key} (counted are: {known})"
    return Asked(refusals=(Refusal(code, "use", text, subject=key),))


# ---- what staff asks for -------------------------------------------------------------------------


def _adjustment(plan: Plan, key: str, written: str) -> Asked:
    currency = plan.programme.currencies.get(key)
    if currency is None:
        return Asked(refusals=(_unknown(plan, key, "adjustment"),))
    units = parse_signed(written, currency.decimals, what=key)
    if units == 0:
        text = f"0 {key} are no adjustment"
        return Asked(refusals=(Refusal("nothing-to-adjust", "adjustment", text, subject=key),))
    return Asked(units={key: units})


def _held(plan: Plan, claim: str, key: str | None, written: str | None) -> Asked:
    """Units to be held, or to be released: of one currency or, without one, all of every one."""
    currencies = plan.programme.currencies
    if key is None:
        every = dict.fromkeys(currencies, ALL)
        return Asked(units=every) if every else Asked(refusals=(nothing_to(claim, ""),))
    if key not in currencies:
        return Asked(refusals=(_unknown(plan, key, claim),))
    if written is None:
        return Asked(units={key: ALL})
    units = parse_decimal(written, currencies[key].decimals, what=key)
    return Asked(units={key: units}) if units else Asked(refusals=(nothing_to(claim, key),))


def _grant(plan: Plan, event: Grant) -> Asked:
    """By its own names: see `emit_grant`."""
    programme, until = plan.programme, {} if event.until is None else {UNTIL: _day(plan, event)}
    for key, name in (event.tier or {}).items():
        if key not in programme.tiers:
            return _not_granted("unknown-tier", key, f"there is no tier {key}", programme.tiers)
        tier = programme.tiers[key]
        above = ladder(tier)[1:]
        if name not in above:
            text = f"{key} has no level {name} above the lowest"
            return _not_granted("unknown-level", name, text, above)
        if tier.holds is None and event.until is None:
            text = f"{key} holds no level by itself: say until when"
            return Asked(refusals=(Refusal("until-needed", "grant", text, subject=key),))
        return Asked(units={of_tier(key): above.index(name) + 1, **until})
    if event.benefit is not None:
        if event.benefit not in programme.benefits:
            text = f"there is no benefit {event.benefit}"
            return _not_granted("unknown-benefit", event.benefit, text, programme.benefits)
        return Asked(units={of_benefit(event.benefit): 1, **until})
    reward = event.voucher or ""
    if reward not in programme.rewards:
        text = f"there is no reward {reward}"
        return _not_granted("unknown-reward", reward, text, programme.rewards)
    return Asked(units=until, reward=plan.rewards.index(reward))


def _day(plan: Plan, event: Grant) -> int:
    """The first local midnight that is not before the end of a grant."""
    until = event.until or 0
    day = plan.zone.day_of(until)
    return day if plan.zone.start_of(day) >= until else day + 1


def _not_granted(code: str, subject: str, text: str, known: Iterable[str]) -> Asked:
    there = ", ".join(sorted(known)) or "none"
    return Asked(refusals=(Refusal(code, "grant", f"{text} (there is: {there})", subject=subject),))


# ---- what is given to another --------------------------------------------------------------------


def _transfer(plan: Plan, event: Transfer, given: Given) -> Asked:
    key = event.currency
    currency = plan.programme.currencies.get(key)
    if currency is None:
        return Asked(refusals=(_unknown(plan, key, "transfer"),))
    if currency.transfers is None:
        return _not_given("not-transferable", key, f"no member gives {key} to another")
    units = parse_decimal(event.units, currency.decimals, what=key)
    least = currency.transfers.minimum or 0
    if units == 0:
        return _not_given("nothing-to-transfer", key, f"0 {key} were to be given")
    if units < least * 10**currency.decimals:
        return _not_given("below-minimum", key, f"{key} are given {least} or more at a time")
    if not given.to:
        return _not_given("unknown-recipient", key, "whoever is to receive is not enrolled")
    if given.to == member_name(event.member):
        return _not_given("to-self", key, "the recipient is the member who gives")
    return Asked(units={key: units})


def _not_given(code: str, key: str, text: str) -> Asked:
    return Asked(refusals=(Refusal(code, "transfer", text, subject=key),))


def nothing_to(claim: str, key: str) -> Refusal:
    """There is nothing to hold, or to release."""
    text = f"there is nothing to {claim}"
    return Refusal(f"nothing-to-{claim}", claim, text, subject=key)


def _unknown(plan: Plan, key: str, claim: str) -> Refusal:
    known = ", ".join(sorted(plan.programme.currencies)) or "none"
    text = f"there is no currency {key} (there is: {known})"
    return Refusal("unknown-currency", claim, text, subject=key)

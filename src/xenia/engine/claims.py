"""What an event asks for beside the fact, as far as the programme alone can refuse it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xenia.amounts import NotAnAmount, parse_decimal, parse_signed
from xenia.effects import Refusal
from xenia.engine.plan import Plan
from xenia.events.model import Adjustment, Event, Purchase, Redemption
from xenia.programme.model import CurrencyKind

NOT_FOR_SALE = -1


@dataclass(frozen=True, slots=True)
class Asked:
    """Claims that depend on the member's balance, and refusals of those that do not."""

    units: Mapping[str, int] = field(default_factory=dict)
    reward: int = NOT_FOR_SALE
    refusals: tuple[Refusal, ...] = ()


def asked(plan: Plan, event: Event) -> Asked:
    """The claims of an event."""
    match event:
        case Purchase(spend=spend) if spend:
            return _spend(plan, spend)
        case Redemption(reward=reward):
            return _reward(plan, reward)
        case Adjustment(currency=currency, units=written):
            return _adjustment(plan, currency, written)
    return _NOTHING


_NOTHING = Asked()


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


def _unknown(plan: Plan, key: str, claim: str) -> Refusal:
    known = ", ".join(sorted(plan.programme.currencies)) or "none"
    text = f"there is no currency {key} (there is: {known})"
    return Refusal("unknown-currency", claim, text, subject=key)

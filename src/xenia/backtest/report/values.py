"""What a unit of a currency, and a voucher, is worth: as stated, or as the document says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from xenia.amounts import money_decimals
from xenia.backtest.report.stated import Stated
from xenia.programme.model import CurrencyKind, Programme, Reward
from xenia.programme.texts import Texts


@dataclass(frozen=True, slots=True)
class Worth:
    """`exact`: smallest money for a smallest unit; `text`: for a whole one; `source`: who says."""

    exact: Fraction
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Worths:
    """By currency that can be spent, and by reward; what is not known is not here."""

    units: Mapping[str, Worth]
    rewards: Mapping[str, Fraction]  # smallest money for a voucher, at face value
    unknown_units: tuple[str, ...]
    unknown_rewards: tuple[str, ...]  # only of those that are given without a price


def worths(programme: Programme, stated: Stated) -> Worths:
    """What the rewards of a programme are worth at face value."""
    units: dict[str, Worth] = {}
    rewards: dict[str, Fraction] = {}
    for key, reward in programme.rewards.items():
        face = _face(key, reward, programme, stated)
        if face is not None:
            rewards[key] = face
    spendable = [key for key, one in programme.currencies.items() if _spendable(programme, key)]
    for key in spendable:
        worth = _unit(programme, key, rewards, stated)
        if worth is not None:
            units[key] = worth
    free = [key for key, reward in programme.rewards.items() if not reward.price]
    return Worths(
        units,
        rewards,
        tuple(key for key in spendable if key not in units),
        tuple(key for key in free if key not in rewards),
    )


def title(texts: Texts | None, key: str) -> str:
    """What something is called in English, of several: `points`; else its id."""
    return texts.forms["en"][-1] if texts is not None and "en" in texts.forms else key


def plain(value: Fraction) -> str:
    """A number as a decimal if it ends, else as a fraction: 0.005, 1/3."""
    scale = 1
    while scale < 10**12 and (value * scale).denominator != 1:
        scale *= 10
    if (value * scale).denominator != 1:
        return str(value)
    whole, rest = divmod(abs((value * scale).numerator), scale)
    digits = f".{rest:0{len(str(scale)) - 1}}" if rest else ""
    return f"{'−' if value < 0 else ''}{whole:,}{digits}"


def _spendable(programme: Programme, key: str) -> bool:
    return programme.currencies[key].kind is CurrencyKind.REDEEMABLE


def _face(key: str, reward: Reward, programme: Programme, stated: Stated) -> Fraction | None:
    """Smallest money of one voucher."""
    scale: int = 10 ** money_decimals(programme.money)
    if key in stated.reward_values:
        return stated.reward_values[key] * scale
    gives = reward.gives
    if gives.gift_card is not None:
        return Fraction(gives.gift_card) * scale
    if gives.discount is not None and gives.discount.amount is not None:
        return Fraction(gives.discount.amount) * scale
    return None


def _unit(
    programme: Programme, key: str, rewards: Mapping[str, Fraction], stated: Stated
) -> Worth | None:
    """As stated; else as the currency says; else the dearest of the rewards that it buys."""
    money: int = 10 ** money_decimals(programme.money)
    scale = Fraction(money, 10 ** programme.currencies[key].decimals)
    value = programme.currencies[key].value
    if key in stated.unit_values:
        return _worth(stated.unit_values[key], scale, programme, "stated")
    if value is not None:
        return _worth(Fraction(value), scale, programme, "the document")
    found: tuple[Fraction, str] | None = None
    for name, reward in programme.rewards.items():
        price = reward.price.get(key)
        if price and name in rewards:
            each = rewards[name] / money / Fraction(price)
            if found is None or each > found[0]:
                found = each, f"the reward {name}, for {plain(Fraction(price))}"
    return None if found is None else _worth(found[0], scale, programme, found[1])


def _worth(value: Fraction, scale: Fraction, programme: Programme, source: str) -> Worth:
    return Worth(value * scale, f"{plain(value)} {programme.money}", source)

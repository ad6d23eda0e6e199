"""How the parts of a programme beside its rules are said: levels, currencies, rewards, terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import combinations

from xenia.language.ir import All, Constant, Node
from xenia.language.types import Bool
from xenia.programme.explain.conditions import Conditions
from xenia.programme.explain.goods import Unsayable, goods
from xenia.programme.explain.normal import normal
from xenia.programme.explain.nouns import metric_noun
from xenia.programme.explain.rules import expiry_said, limits_said, reward_named
from xenia.programme.explain.voice import Voice
from xenia.programme.feasible import possible
from xenia.programme.model import (
    Basis,
    Combine,
    Currency,
    CurrencyKind,
    Enrolment,
    Exclusion,
    Expression,
    Fall,
    Level,
    Never,
    Percent,
    Reward,
    Rounding,
    Tax,
    Tier,
)
from xenia.programme.periods import HoldFor, HoldForEver, HoldToEnd
from xenia.programme.scope import always_earned, money_decimals


def dates_said(voice: Voice) -> Iterator[str]:
    """When the programme runs, and who takes part."""
    programme = voice.programme
    first = None if programme.since is None else voice.day(programme.since)
    last = None if programme.until is None else voice.last_day(programme.until)
    if first is not None and last is not None:
        yield voice.sentence(voice.say("runs-from-to", first=first, last=last))
    elif first is not None:
        yield voice.sentence(voice.say("runs-from", first=first))
    elif last is not None:
        yield voice.sentence(voice.say("runs-to", last=last))
    if programme.enrolment is Enrolment.ENROLMENT_ONLY:
        yield voice.sentence(voice.say("enrolment-only"))


def groups_said(voice: Voice, conditions: Conditions) -> Iterator[str]:
    """How rules combine where that is not simply all of them."""
    programme = voice.programme
    if _discounts_meet(conditions):
        yield voice.sentence(voice.say("one-after-another"))
    for key, group in programme.groups.items():
        rules = {name: rule for name, rule in programme.rules.items() if rule.group == key}
        titles = [voice.quoted(voice.text(rule.title, name)) for name, rule in rules.items()]
        if len(titles) < 2:
            continue
        listed = voice.listed(titles)
        if group.combine is not Combine.ALL:
            phrase = f"group-{group.combine.value}"
            yield voice.sentence(voice.say(phrase, rules=listed))
        earned = {currency for rule in rules.values() for currency in rule.then.earn}
        remarks = list(limits_said(voice, group.limits, tuple(earned)))
        if remarks:
            joined = voice.say("between-remarks").join(remarks)
            yield voice.sentence(voice.say("group-limits", rules=listed, remarks=joined))


def _discounts_meet(conditions: Conditions) -> bool:
    """Whether two discounts that exclude each other by no group can both hold."""
    rules = conditions.voice.programme.rules
    groups = conditions.voice.programme.groups
    always = Constant(type=Bool(), value=True)

    def when(key: str) -> Node:
        return conditions.analysis.nodes.get(("rules", key, "when"), always)

    def exclusive(one: str, other: str) -> bool:
        key = rules[one].group
        group = groups.get(key) if key is not None and key == rules[other].group else None
        return group is not None and group.combine is not Combine.ALL

    discounts = [key for key, rule in rules.items() if rule.then.discount is not None]
    return any(
        not exclusive(one, other)
        and possible(normal(All(type=Bool(), items=(when(one), when(other)))))
        for one, other in combinations(discounts, 2)
    )


# ---- what is left out ----------------------------------------------------------------------------


def exclusion_said(
    voice: Voice, conditions: Conditions, key: str, exclusion: Exclusion
) -> Iterator[str]:
    """Which goods never earn, or are never discounted.  Raises Unsayable."""
    which = exclusion.never[0].value if len(exclusion.never) == 1 else "both"
    if not _discounts(voice) and Never.EARN in exclusion.never:
        which = "earn"
    if exclusion.title is not None:
        named = voice.text(exclusion.title, key)
    else:
        where = conditions.analysis.nodes.get(("exclusions", key, "lines"))
        if where is None:
            raise Unsayable
        named = goods(voice, where)
    yield voice.sentence(voice.say(f"never-{which}", goods=named))


def _discounts(voice: Voice) -> bool:
    """Whether anything is ever discounted: by a rule, or by spending what was earned."""
    programme = voice.programme
    return any(rule.then.discount is not None for rule in programme.rules.values()) or any(
        currency.value is not None for currency in programme.currencies.values()
    )


# ---- levels --------------------------------------------------------------------------------------


def tier_said(voice: Voice, conditions: Conditions, key: str, tier: Tier) -> Iterator[str]:
    """A ladder: its levels, how each is reached, what it brings and how long it lasts."""
    names = [voice.level(key, level) for level in tier.levels]
    if len(names) > 1:
        number = voice.number(Decimal(len(names)))
        yield voice.sentence(voice.say("levels", number=number, levels=voice.listed(names)))
    for level, rung in tier.levels.items():
        if not always_earned(tier, level):
            reached = _reached(voice, conditions, rung)
            said = voice.say("level-reached", level=voice.level(key, level), conditions=reached)
            yield voice.sentence(said)
        if rung.benefits:
            benefits = voice.listed(benefit.replace("-", " ") for benefit in rung.benefits)
            named = voice.level(key, level)
            yield voice.sentence(voice.say("level-benefits", level=named, benefits=benefits))
    yield voice.sentence(_held(voice, tier))
    if tier.holds is not None and not isinstance(tier.holds, HoldForEver):
        falls = "falls-one" if tier.falls is Fall.ONE_LEVEL else "falls-earned"
        yield voice.sentence(voice.say(falls))


def _reached(voice: Voice, conditions: Conditions, rung: Level) -> str:
    def each(thresholds: Mapping[str, Decimal]) -> list[str]:
        return [
            conditions.reached(
                metric_noun(voice, conditions.analysis, metric, conditions.said), threshold
            )
            for metric, threshold in thresholds.items()
        ]

    some = [voice.say("or").join(each(rung.any))] if rung.any else []
    return voice.listed(dict.fromkeys([*each(rung.all), *some]))


def _held(voice: Voice, tier: Tier) -> str:
    match tier.holds:
        case None:
            return voice.say("hold-none")
        case HoldForEver():
            return voice.say("hold-ever")
        case HoldFor(length=length):
            return voice.say("hold-for", duration=voice.duration(length))
        case HoldToEnd(unit=unit, plus=0):
            return voice.say(f"hold-{unit.value}")
        case HoldToEnd(unit=unit, plus=plus):
            number = voice.number(Decimal(plus))
            return voice.say(f"hold-more-{unit.value}", count=plus, number=number)


# ---- currencies and rewards ----------------------------------------------------------------------


def currency_said(voice: Voice, key: str, currency: Currency) -> Iterator[str]:
    """What units are worth, when they can be used, when they end, how they are rounded."""
    name = voice.currency(key)
    if currency.kind is CurrencyKind.QUALIFYING:
        yield voice.sentence(voice.say("qualifying", currency=name))
    elif currency.value is not None:
        worth = voice.money(currency.value)
        yield voice.sentence(voice.say("worth", currency=name, amount=worth))
    if currency.pending is not None:
        wait = voice.duration(currency.pending)
        yield voice.sentence(voice.say("pending", currency=name, duration=wait))
    yield voice.sentence(expiry_said(voice, key, currency.expires))
    roundings = {rounding.value: None for rounding in _roundings(voice, key, currency)}
    for rounding in roundings:
        yield voice.sentence(voice.say(f"rounded-{rounding}", currency=name))


def _roundings(voice: Voice, key: str, currency: Currency) -> Iterator[Rounding]:
    """How accruals are rounded that can come out with more decimals than the currency has."""
    settings = voice.programme.settings
    for rule in voice.programme.rules.values():
        earn = rule.then.earn.get(key)
        if earn is None:
            continue
        parts = isinstance(earn.units, Percent) or (
            isinstance(earn.units, Expression) and "spent" in earn.units.text
        )
        if parts and currency.decimals < money_decimals(voice.programme):
            yield earn.round or settings.round_units


def reward_said(voice: Voice, key: str, reward: Reward) -> Iterator[str]:
    """What a reward costs, and how long it can be used; nothing where it is not for sale."""
    for currency, price in reward.price.items():
        if currency not in voice.programme.currencies:
            raise Unsayable
        phrase = "reward-automatic" if reward.automatic else "reward-price"
        units = voice.units(currency, price)
        core = voice.say(phrase, count=price, units=units, reward=reward_named(voice, key))
        if reward.lasts is not None:
            lasts = voice.say("reward-lasts", duration=voice.duration(reward.lasts))
            core = voice.say("with-remarks", core=core, remarks=lasts)
        yield voice.sentence(core)


def settings_said(voice: Voice) -> Iterator[str]:
    """The settings that change what counts as spent."""
    settings = voice.programme.settings
    told = {
        "tax-excluded": settings.tax is Tax.EXCLUDED,
        "before-discounts": settings.earn_on is Basis.AMOUNT and _discounts(voice),
        "prepaid-earns-not": not settings.prepaid_earns,
        "rewards-earn": settings.rewards_earn,
    }
    if any(rule.then.earn for rule in voice.programme.rules.values()):
        for phrase, holds in told.items():
            if holds:
                yield voice.sentence(voice.say(phrase))

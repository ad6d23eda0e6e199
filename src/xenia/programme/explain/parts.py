"""How the parts of a programme beside its rules are said: levels, currencies, rewards, terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from xenia.language.ir import All, Constant, Node
from xenia.language.types import Bool
from xenia.programme.explain.conditions import Conditions
from xenia.programme.explain.goods import Unsayable, goods
from xenia.programme.explain.normal import normal
from xenia.programme.explain.nouns import metric_noun
from xenia.programme.explain.rules import (
    expiry_said,
    limits_said,
    reward_named,
    stock_said,
    transfers_said,
)
from xenia.programme.explain.voice import Voice
from xenia.programme.feasible import possible
from xenia.programme.ladders import Fall, Level, Tier
from xenia.programme.model import (
    Combine,
    Currency,
    CurrencyKind,
    Enrolment,
    Exclusion,
    Expression,
    Group,
    Never,
    Per,
    Percent,
    Reward,
)
from xenia.programme.periods import HoldFor, HoldForEver, HoldToEnd, Inactive
from xenia.programme.scope import always_earned, money_decimals
from xenia.programme.settings import (
    Basis,
    MultiplyRound,
    NewTerms,
    RefundOf,
    ReturnInputs,
    Rounding,
    RoundPer,
    SpendAs,
    Tax,
)


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
    if programme.earn_until is not None:
        last = voice.last_day(programme.earn_until)
        yield voice.sentence(voice.say("earn-until", last=last))
    if programme.spend_until is not None:
        last = voice.last_day(programme.spend_until)
        yield voice.sentence(voice.say("spend-until", last=last))
    if programme.first_purchase is not None:
        least = voice.money(programme.first_purchase)
        yield voice.sentence(voice.say("first-purchase", amount=least))
    elif programme.enrolment is Enrolment.ENROLMENT_ONLY:
        yield voice.sentence(voice.say("enrolment-only"))


def groups_said(voice: Voice, conditions: Conditions) -> Iterator[str]:
    """How rules combine where that is not simply all of them."""
    if _discounts_meet(conditions):
        yield voice.sentence(voice.say("one-after-another"))
    for key, group in voice.programme.groups.items():
        yield from group_said(voice, key, group)


def group_said(voice: Voice, key: str, group: Group) -> Iterator[str]:
    """How the rules of one group combine, and what limits they share."""
    rules = {name: rule for name, rule in voice.programme.rules.items() if rule.group == key}
    titles = [voice.quoted(voice.text(rule.title, name)) for name, rule in rules.items()]
    if len(titles) < 2:
        return
    listed = voice.listed(titles)
    if group.combine is not Combine.ALL:
        yield voice.sentence(voice.say(f"group-{group.combine.value}", rules=listed))
    earned = {currency for rule in rules.values() for currency in rule.then.earn}
    remarks = list(limits_said(voice, group, tuple(earned)))
    if remarks:
        joined = voice.say("between-remarks").join(remarks)
        yield voice.sentence(voice.say("group-limits", rules=listed, remarks=joined))


def metric_said(voice: Voice, conditions: Conditions, key: str) -> Iterator[str]:
    """What a metric counts, as other sentences name it.  Raises Unsayable."""
    yield voice.sentence(metric_noun(voice, conditions.analysis, key, conditions.said).said)


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
    if exclusion.title is not None:
        named = voice.text(exclusion.title, key)
    else:
        where = conditions.analysis.nodes.get(("exclusions", key, "lines"))
        if where is None:
            raise Unsayable
        named = goods(voice, where)
    facts = [voice.say(phrase, currency=_paying(voice)) for phrase in _left_out(voice, exclusion)]
    if facts:
        yield voice.sentence(voice.say("left-out", goods=named, facts=voice.listed(facts)))


def _left_out(voice: Voice, exclusion: Exclusion) -> Iterator[str]:
    """The phrases for what an exclusion keeps goods from, as far as this programme does it."""
    programme = voice.programme
    rules = programme.rules.values()
    if Never.EARN in exclusion.never and (programme.metrics or any(r.then.earn for r in rules)):
        yield "never-count"
    if Never.DISCOUNT in exclusion.never and any(r.then.discount is not None for r in rules):
        yield "never-discount"
    if Never.DISCOUNT in exclusion.never and _paying(voice):
        yield "never-pay"


def _paying(voice: Voice) -> str:
    """The currencies that take something off the price of goods when they are spent."""
    if voice.programme.settings.spend_as is not SpendAs.DISCOUNT:
        return ""
    currencies = voice.programme.currencies
    return voice.listed(voice.currency(key) for key, c in currencies.items() if c.value is not None)


def _discounts(voice: Voice) -> bool:
    """Whether anything is ever discounted: by a rule, or by spending what was earned."""
    rules = voice.programme.rules.values()
    return any(rule.then.discount is not None for rule in rules) or bool(_paying(voice))


# ---- levels --------------------------------------------------------------------------------------


def tier_said(voice: Voice, conditions: Conditions, key: str, tier: Tier) -> Iterator[str]:
    """A ladder: its levels, how each is reached, what it brings and how long it lasts."""
    names = [voice.level(key, level) for level in tier.levels]
    if len(names) > 1:
        number = voice.number(Decimal(len(names)))
        yield voice.sentence(voice.say("levels", number=number, levels=voice.listed(names)))
    shared = _shared(tier)
    for level, rung in tier.levels.items():
        if not always_earned(tier, level):
            reached = _reached(voice, conditions, rung, shared)
            said = voice.say("level-reached", level=voice.level(key, level), conditions=reached)
            yield voice.sentence(said)
        if rung.benefits:
            benefits = voice.listed(_benefit(voice, *one) for one in rung.benefits.items())
            named = voice.level(key, level)
            yield voice.sentence(voice.say("level-benefits", level=named, benefits=benefits))
    if shared:
        reached = voice.listed(_thresholds(voice, conditions, shared))
        yield voice.sentence(voice.say("levels-reached", conditions=reached))
    yield from _rolled_over(voice, tier)
    yield voice.sentence(_held(voice, tier))
    if tier.grace is not None:
        yield voice.sentence(voice.say("hold-grace", duration=voice.duration(tier.grace)))
    if tier.holds is not None and not isinstance(tier.holds, HoldForEver):
        falls = "falls-one" if tier.falls is Fall.ONE_LEVEL else "falls-earned"
        yield voice.sentence(voice.say(falls))


def _benefit(voice: Voice, key: str, times: int | None) -> str:
    """A benefit, and how often it can be used if that is counted."""
    said = voice.benefit(key)
    if times is None:
        return said
    return voice.say(
        "benefit-times", count=times, benefit=said, number=voice.number(Decimal(times))
    )


def _shared(tier: Tier) -> dict[str, Decimal]:
    """The thresholds that several levels ask for alike, so that they are said once; none where a
    level asks for nothing else."""
    rungs = [rung for level, rung in tier.levels.items() if not always_earned(tier, level)]
    if len(rungs) < 2:
        return {}
    shared = dict(set.intersection(*(set(rung.all.items()) for rung in rungs)))
    alone = any(not rung.any and rung.all.keys() == shared.keys() for rung in rungs)
    return {} if alone else {key: rungs[0].all[key] for key in rungs[0].all if key in shared}


def _reached(
    voice: Voice, conditions: Conditions, rung: Level, shared: Mapping[str, Decimal]
) -> str:
    own = {key: threshold for key, threshold in rung.all.items() if key not in shared}
    some = [voice.say("or").join(_thresholds(voice, conditions, rung.any))] if rung.any else []
    return voice.listed(dict.fromkeys([*_thresholds(voice, conditions, own), *some]))


def _thresholds(
    voice: Voice, conditions: Conditions, thresholds: Mapping[str, Decimal]
) -> Iterator[str]:
    for key, threshold in thresholds.items():
        noun = metric_noun(voice, conditions.analysis, key, conditions.said)
        yield conditions.reached(noun, threshold)


def _rolled_over(voice: Voice, tier: Tier) -> Iterator[str]:
    """The metrics of which what is beyond a level is not lost; by title where some others are."""
    asked = dict.fromkeys(key for rung in tier.levels.values() for key in (*rung.all, *rung.any))
    rolling = [key for key in asked if voice.programme.metrics[key].rollover]
    if rolling and len(rolling) == len(asked):
        yield voice.sentence(voice.say("rollover"))
    elif rolling:
        titles = [
            voice.quoted(voice.text(voice.programme.metrics[key].title, key)) for key in rolling
        ]
        yield voice.sentence(voice.say("rollover-of", metrics=voice.listed(titles)))


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
        yield voice.sentence(_worth(voice, key, currency.value))
    wait = voice.programme.wait(key)
    if wait is not None:
        told = voice.duration(wait)
        yield voice.sentence(voice.say("pending", currency=name, duration=told))
    yield voice.sentence(expiry_said(voice, key, currency.expires))
    if isinstance(currency.expires, Inactive) and currency.expires.after is not None:
        latest = voice.duration(currency.expires.after)
        yield voice.sentence(voice.say("expires-latest", currency=name, duration=latest))
    if currency.notice is not None:
        length = voice.duration(currency.notice)
        yield voice.sentence(voice.say("notice", currency=name, duration=length))
    if currency.transfers is not None:
        yield voice.sentence(transfers_said(voice, key, currency, currency.transfers))
    roundings = {rounding.value: None for rounding in _roundings(voice, key, currency)}
    for rounding in roundings:
        yield voice.sentence(voice.say(f"rounded-{rounding}", currency=name))


def _worth(voice: Voice, key: str, value: Decimal) -> str:
    """What a unit is worth, or how many are worth one of the money where that is a whole number."""
    worth = Fraction(value)
    count = Decimal(worth.denominator if worth.numerator == 1 else 1)
    amount = voice.money(count * value)
    return voice.say("worth", count=count, units=voice.units(key, count), amount=amount)


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
    """What a reward costs, how many there are, and how long it can be used; nothing where it is not
    for sale."""
    for currency, price in reward.price.items():
        if currency not in voice.programme.currencies:
            raise Unsayable
        phrase = "reward-automatic" if reward.automatic else "reward-price"
        units = voice.units(currency, price)
        core = voice.say(phrase, count=price, units=units, reward=reward_named(voice, key))
        remarks = list(stock_said(voice, reward))
        if reward.lasts is not None:
            remarks.append(voice.say("reward-lasts", duration=voice.duration(reward.lasts)))
        if remarks:
            joined = voice.say("between-remarks").join(remarks)
            core = voice.say("with-remarks", core=core, remarks=joined)
        yield voice.sentence(core)


def returns_said(voice: Voice) -> Iterator[str]:
    """Until when what was bought can be returned."""
    if voice.programme.returns is not None:
        within = voice.duration(voice.programme.returns.within)
        yield voice.sentence(voice.say("returns-within", duration=within))


def settings_said(voice: Voice) -> Iterator[str]:
    """The settings that change what counts as spent, and until when a purchase can be claimed."""
    settings, claims = voice.programme.settings, voice.programme.claims
    told = {
        "tax-excluded": settings.tax is Tax.EXCLUDED,
        "before-discounts": settings.earn_on is Basis.AMOUNT and _discounts(voice),
        "prepaid-earns-not": not settings.prepaid_earns,
        "rewards-earn": settings.rewards_earn,
        "rounded-by-line": settings.round_per is RoundPer.LINE and _of_spent(voice),
        "rounded-before-multiplying": settings.multiply_round is MultiplyRound.BEFORE
        and any(rule.then.multiply for rule in voice.programme.rules.values()),
    }
    rewards = voice.programme.rewards.values()
    money_off = any(one.gives.discount and one.gives.discount.amount for one in rewards)
    if money_off and settings.vouchers_as is SpendAs.TENDER:
        yield voice.sentence(voice.say("vouchers-tender"))
    if any(rule.then.earn for rule in voice.programme.rules.values()):
        for phrase, holds in told.items():
            if holds:
                yield voice.sentence(voice.say(phrase))
    yield from _returns_said(voice)
    if settings.new_terms is NewTerms.ALL and voice.programme.currencies:
        yield voice.sentence(voice.say("new-terms-all"))
    if claims is not None:
        length = voice.duration(claims.within)
        yield voice.sentence(voice.say("claims-within", duration=length))


def _of_spent(voice: Voice) -> bool:
    """Whether anything is earned at a rate of what is spent."""
    earns = [earn for rule in voice.programme.rules.values() for earn in rule.then.earn.values()]
    return any(isinstance(earn.units, Per | Percent) for earn in earns)


def _returns_said(voice: Voice) -> Iterator[str]:
    """What becomes of money where something comes back, of a programme in which that matters."""
    settings, rules = voice.programme.settings, voice.programme.rules.values()
    if settings.return_inputs is ReturnInputs.TODAY and any(
        rule.on == "purchase" for rule in rules
    ):
        yield voice.sentence(voice.say("return-inputs-today"))
    if settings.refund is RefundOf.LINE_PAID and any(rule.then.discount for rule in rules):
        yield voice.sentence(voice.say("refund-line-paid"))
    issued = {rule.then.issue for rule in rules}
    worth = [
        one.gives.gift_card or (one.gives.discount and one.gives.discount.amount)
        for key, one in voice.programme.rewards.items()
        if key in issued
    ]
    if any(worth):
        yield voice.sentence(voice.say(f"used-voucher-{settings.used_voucher.value}"))

"""How a rule is said: when it holds, what it gives, and how often."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xenia.language.ir import Arith, Constant, Fold, Node, Per, Ref, Round
from xenia.language.ir import Field as LineField
from xenia.programme.chances import Chance
from xenia.programme.explain.activities import NUMBERS, billed, is_money, names_act
from xenia.programme.explain.bundles import goods_chosen, together_said
from xenia.programme.explain.conditions import Conditions
from xenia.programme.explain.goods import Unsayable, decimal_of, goods
from xenia.programme.explain.voice import Voice
from xenia.programme.giving import TransferLimit, Transfers
from xenia.programme.model import (
    Accrual,
    Beyond,
    Budget,
    Currency,
    Discount,
    Earn,
    Expression,
    Group,
    Limit,
    Percent,
    Pick,
    Reward,
    Rule,
    Then,
)
from xenia.programme.model import Per as PerAmount
from xenia.programme.periods import After, EndOf, Expiry, Inactive

_SPENT = frozenset({"spent", "basket.paid", "basket.amount"})


def rule_said(voice: Voice, conditions: Conditions, key: str, rule: Rule) -> Iterator[str]:
    """The sentence of a rule, or its own `terms` in this language.  Raises Unsayable."""
    if rule.terms is not None and (own := voice.own(rule.terms)) is not None:
        yield own[0]
        return
    if rule.then == Then(flag=rule.then.flag):  # which is for staff alone
        return
    extra: list[str] = []
    core = voice.listed(_cores(voice, conditions, key, rule, extra))
    node = conditions.analysis.nodes.get(("rules", key, "when"))
    if rule.when is not None and node is None:
        raise Unsayable
    when = [*_dates(voice, rule)]
    if rule.chance is not None:
        when.append(chance_said(voice, rule.chance, rule.on))
    if rule.then.refer:
        when.append(voice.say("brought"))
    if rule.after is not None:
        when.append(voice.say(f"on-{rule.on}", duration=voice.duration(rule.after)))
    elif rule.on != "purchase" and not (rule.on == "act" and names_act(node)):
        when.append(voice.say(f"on-{rule.on}"))
    when += conditions.said(node)
    if rule.lines is not None:
        where = conditions.analysis.nodes.get(("rules", key, "lines"))
        if where is None:
            raise Unsayable
        when.append(voice.say("on-goods", goods=goods(voice, where)))
    when += extra
    if when:
        joined = voice.say("between-conditions").join(when)
        core = voice.say("with-conditions", conditions=joined, core=core)
    remarks = [*_remarks(voice, rule), *limits_said(voice, rule, tuple(rule.then.earn))]
    if remarks:
        joined = voice.say("between-remarks").join(remarks)
        core = voice.say("with-remarks", core=core, remarks=joined)
    yield voice.sentence(core)


def _dates(voice: Voice, rule: Rule) -> Iterator[str]:
    if rule.since is not None and rule.until is not None:
        last = voice.last_day(rule.until)
        yield voice.say("dates-from-to", first=voice.day(rule.since), last=last)
    elif rule.since is not None:
        yield voice.say("dates-from", first=voice.day(rule.since))
    elif rule.until is not None:
        yield voice.say("dates-to", last=voice.last_day(rule.until))


def chance_said(voice: Voice, chance: Chance, on: str) -> str:
    """In so many of so many purchases, or cases."""
    number, of = (voice.number(Decimal(each)) for each in (chance.wins, chance.of))
    phrase = "chance-purchase" if on == "purchase" else "chance-time"
    return voice.say(phrase, count=chance.wins, number=number, of=of)


def _cores(
    voice: Voice, conditions: Conditions, key: str, rule: Rule, extra: list[str]
) -> Iterator[str]:
    """What the rule gives; conditions that hide in formulas are put into `extra`."""
    for currency, earn in rule.then.earn.items():
        node = conditions.analysis.nodes.get(("rules", key, "then", "earn", currency))
        core = _earned(voice, currency, earn, node, rule, extra=extra)
        yield voice.say("bonus", core=core) if earn.kind is Accrual.BONUS else core
    for currency, factor in rule.then.multiply.items():
        name = voice.currency(currency)
        phrase = "double" if factor == 2 else "multiply"
        yield voice.say(phrase, factor=voice.number(factor), currency=name)
    if rule.then.discount is not None:
        yield _discount(voice, rule.then.discount)
    if rule.then.issue is not None:
        yield voice.say("issue", reward=reward_named(voice, rule.then.issue))
    if rule.then.refer:
        yield voice.say("refer")
    if rule.then.badge is not None:
        yield voice.say("badge", badge=_badge(voice, rule.then.badge))
    if rule.then.notify is not None:
        yield voice.say("notify", text=_text(voice, rule.then.notify))


def _badge(voice: Voice, key: str) -> str:
    declared = voice.programme.badges.get(key)
    return voice.quoted(voice.text(None if declared is None else declared.title, key))


def _text(voice: Voice, key: str) -> str:
    return voice.quoted(voice.text(voice.programme.texts.get(key), key))


def reward_named(voice: Voice, key: str) -> str:
    """A reward by its title, else by what it gives.  Raises Unsayable for an unknown one."""
    reward = voice.programme.rewards.get(key)
    if reward is None:
        raise Unsayable
    if reward.title is not None:
        return voice.text(reward.title, key)
    if reward.gives.gift_card is not None:
        return voice.say("gift-card", amount=voice.money(reward.gives.gift_card))
    if reward.gives.discount is not None:
        core = _discounted(voice, reward.gives.discount, reward.gives.lines)
        return voice.say("voucher", core=core)
    return voice.text(reward.gives.service or reward.gives.item, key)


def _discounted(voice: Voice, discount: Discount, lines: Expression | None) -> str:
    """What a voucher takes off."""
    core = _discount(voice, discount)
    if lines is None:
        return core
    where = voice.say("on-goods", goods=goods_chosen(voice, lines))
    return voice.say("with-conditions", conditions=where, core=core)


def _discount(voice: Voice, discount: Discount) -> str:
    if discount.of is not None and discount.of.parts:
        return together_said(voice, discount, discount.of)
    if discount.of is not None and discount.percent is not None:
        return _picked(voice, discount.of, discount.percent)
    if discount.percent is not None:
        core = voice.say("discount-percent", percent=voice.percent(discount.percent))
    elif discount.amount is not None:
        core = voice.say("discount-amount", amount=voice.money(discount.amount))
    else:
        core = voice.say("discount-price", amount=voice.money(discount.price or Decimal(0)))
    return core


def _picked(voice: Voice, pick: Pick, percent: Decimal) -> str:
    which = "cheapest" if pick.dearest is None else "dearest"
    if pick.every is None:
        which += "-of-all"
    number, every = (voice.number(Decimal(each)) for each in (pick.count, pick.every or 0))
    if percent == 100:
        return voice.say(f"free-{which}", count=pick.count, number=number, every=every)
    told = voice.percent(percent)
    return voice.say(f"off-{which}", count=pick.count, number=number, every=every, percent=told)


def _remarks(voice: Voice, rule: Rule) -> Iterator[str]:
    discount = rule.then.discount
    if discount is not None and discount.maximum is not None:
        yield voice.say("discount-most", amount=voice.money(discount.maximum))
    for currency, earn in rule.then.earn.items():
        if earn.expires is not None:
            yield expiry_said(voice, currency, earn.expires)
    issued = voice.programme.rewards.get(rule.then.issue or "")
    if issued is not None:
        yield from stock_said(voice, issued)


# ---- units ---------------------------------------------------------------------------------------


def _earned(
    voice: Voice, currency: str, earn: Earn, node: Node | None, rule: Rule, *, extra: list[str]
) -> str:
    if currency not in voice.programme.currencies:
        raise Unsayable
    match earn.units:
        case PerAmount(units=units, amount=amount):
            return _per(voice, currency, units, amount)
        case Percent(percent=percent):
            name = voice.currency(currency)
            return voice.say("earn-percent", percent=voice.percent(percent), currency=name)
        case Expression():
            if node is None:
                raise Unsayable
            return _formula(voice, currency, node, Decimal(1), rule, extra=extra)


def _per(voice: Voice, currency: str, units: Decimal, amount: Decimal) -> str:
    phrase = "earn-per" if amount <= 1 else "earn-full"
    said = voice.units(currency, units)
    return voice.say(phrase, count=units, units=said, amount=voice.money(amount))


def _formula(
    voice: Voice, currency: str, node: Node, times: Decimal, rule: Rule, *, extra: list[str]
) -> str:
    match node:
        case Constant():
            units = decimal_of(node) * times
            each = rule.on == "purchase" and rule.chance is None and not rule.then.refer
            phrase = "earn-each" if each else "earn-once"
            return voice.say(phrase, count=units, units=voice.units(currency, units))
        case (
            Arith(op="*", left=Constant() as factor, right=other)
            | Arith(op="*", left=other, right=Constant() as factor)
        ):
            return _formula(voice, currency, other, times * decimal_of(factor), rule, extra=extra)
        case Round(item=item):
            return _formula(voice, currency, item, times, rule, extra=extra)
        case Per(left=Ref(name=name), right=Constant() as amount) if name in _SPENT:
            return _per(voice, currency, times, decimal_of(amount))
        case Ref(name=name) if name in _SPENT:
            return _per(voice, currency, times, Decimal(1))
        case Per(left=left, right=Constant() as amount) if is_money(left):
            return _of(voice, currency, times, decimal_of(amount), left)
        case Ref() | Fold(list="folio") if is_money(node):
            return _of(voice, currency, times, Decimal(1), node)
        case Ref(name=name) if name in NUMBERS:
            said = voice.units(currency, times)
            return voice.say(f"earn-{name.replace('_', '-')}", count=times, units=said)
        case Ref(name="basket.quantity"):
            return voice.say("earn-item", count=times, units=voice.units(currency, times))
        case Fold(kind="sum", list="lines", value=LineField(name="quantity")):
            if node.where is not None:
                extra.append(voice.say("on-goods", goods=goods(voice, node.where)))
            return voice.say("earn-item", count=times, units=voice.units(currency, times))
    raise Unsayable


def _of(voice: Voice, currency: str, units: Decimal, amount: Decimal, node: Node) -> str:
    said, worth = voice.units(currency, units), voice.money(amount)
    return voice.say("earn-of", count=units, units=said, amount=worth, noun=billed(voice, node))


# ---- limits and ends -----------------------------------------------------------------------------


def limits_said(voice: Voice, holder: Rule | Group, currencies: tuple[str, ...]) -> Iterator[str]:
    """A remark for each limit, and one for budgets; units are those of the currency, if it is
    one."""
    for limit in holder.limits:
        yield _limited(voice, limit, currencies)
    if holder.budget:
        said = voice.listed(_limited(voice, budget, currencies) for budget in holder.budget)
        yield voice.say("budget", limits=said)


def _limited(voice: Voice, limit: Limit | Budget, currencies: tuple[str, ...]) -> str:
    said = _most(voice, limit, currencies)
    return voice.say("limit-refuse", limit=said) if limit.beyond is Beyond.REFUSE else said


def _most(voice: Voice, limit: Limit | Budget | TransferLimit, currencies: tuple[str, ...]) -> str:
    per = voice.say(f"per-{limit.per}")
    if limit.times is not None:
        number = voice.number(Decimal(limit.times))
        return voice.say("limit-times", count=limit.times, number=number, per=per)
    if not isinstance(limit, TransferLimit) and limit.amount is not None:
        return voice.say("limit-amount", amount=voice.money(limit.amount), per=per)
    units = limit.units or Decimal(0)
    said = voice.units(currencies[0], units) if len(currencies) == 1 else voice.number(units)
    return voice.say("limit-units", count=units, units=said, per=per)


def transfers_said(voice: Voice, key: str, currency: Currency, transfers: Transfers) -> str:
    """That members give units to one another, how many at least and at most, and when they end."""
    core, remarks = voice.say("transfers", currency=voice.currency(key)), []
    if transfers.minimum is not None:
        units = voice.units(key, transfers.minimum)
        remarks.append(voice.say("transfers-least", count=transfers.minimum, units=units))
    remarks += [_most(voice, limit, (key,)) for limit in transfers.limits]
    if currency.expires is not None:
        remarks.append(voice.say("transfers-keep"))
    joined = voice.say("between-remarks").join(remarks)
    return voice.say("with-remarks", core=core, remarks=joined) if remarks else core


def stock_said(voice: Voice, reward: Reward) -> Iterator[str]:
    """A remark on how many of a reward there are, and how its voucher can be used."""
    if reward.stock is not None:
        yield voice.say("stock", count=reward.stock, number=voice.number(Decimal(reward.stock)))
    discount = reward.gives.discount
    if discount is not None and discount.maximum is not None:
        yield voice.say("discount-most", amount=voice.money(discount.maximum))
    if reward.gives.partial:
        yield voice.say("voucher-partial")
    if reward.uses is not None:
        number = voice.number(Decimal(reward.uses))
        yield voice.say("voucher-uses", count=reward.uses, number=number)


def expiry_said(voice: Voice, currency: str, expires: Expiry | None) -> str:
    """When units of a currency end."""
    name = voice.currency(currency)
    match expires:
        case After(after=after):
            duration = voice.duration(after)
            return voice.say("expires-after", currency=name, duration=duration)
        case EndOf(end_of=unit, plus=0):
            return voice.say(f"expires-{unit.value}", currency=name)
        case EndOf(end_of=unit, plus=plus):
            number = voice.number(Decimal(plus))
            phrase = f"expires-more-{unit.value}"
            return voice.say(phrase, count=plus, currency=name, number=number)
        case Inactive(inactive=inactive):
            duration = voice.duration(inactive)
            return voice.say("expires-inactive", currency=name, duration=duration)
        case None:
            return voice.say("expires-never", currency=name)

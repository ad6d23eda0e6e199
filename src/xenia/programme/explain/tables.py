"""What the levels of a ladder ask for and bring, side by side: one column a level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from xenia.language.ir import All, Arith, Constant, In, Node, Per, Ref, Round, walk
from xenia.language.types import Bool, Level
from xenia.programme.explain.conditions import Conditions
from xenia.programme.explain.goods import Unsayable, decimal_of
from xenia.programme.explain.nouns import Noun, metric_noun
from xenia.programme.explain.voice import Voice
from xenia.programme.feasible import possible
from xenia.programme.ladders import Tier
from xenia.programme.model import Discount, Earn, Expression, Percent, Rule
from xenia.programme.model import Per as PerAmount
from xenia.programme.scope import written

_SPENT = frozenset({"spent", "basket.paid", "basket.amount"})


@dataclass(frozen=True, slots=True)
class Row:
    """One threshold, benefit or rule, by its id, with a cell for each level."""

    what: Literal["threshold", "rule", "benefit"]
    id: str
    title: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The levels of one ladder, lowest first, and what differs among them; beside that, what all
    of them earn."""

    tier: str
    title: str
    levels: tuple[tuple[str, str], ...]  # id and title
    rows: tuple[Row, ...]


def tables_said(voice: Voice, conditions: Conditions) -> Iterator[Table]:
    """A table for each ladder of two levels or more."""
    for key, tier in voice.programme.tiers.items():
        if len(tier.levels) < 2:
            continue
        rows = (
            *_thresholds(voice, conditions, tier),
            *_rules(voice, conditions, key, tier),
            *_benefits(voice, tier),
        )
        title = voice.say("table") if tier.title is None else voice.text(tier.title, key)
        levels = tuple(
            (level, voice.text(rung.title, level)) for level, rung in tier.levels.items()
        )
        yield Table(key, title, levels, rows)


# ---- what is asked for ---------------------------------------------------------------------------


def _thresholds(voice: Voice, conditions: Conditions, tier: Tier) -> Iterator[Row]:
    asked = {key: None for rung in tier.levels.values() for key in (*rung.all, *rung.any)}
    for key in asked:
        noun = _noun(voice, conditions, key)
        cells = []
        for rung in tier.levels.values():
            if key in rung.all:
                cells.append(noun.value(rung.all[key]))
            elif key in rung.any:
                other = next(iter(rung.any)) != key
                said = noun.value(rung.any[key])
                cells.append(voice.say("cell-or", value=said) if other else said)
            else:
                cells.append(voice.say("cell-no"))
        title = noun.said[:1].upper() + noun.said[1:]
        yield Row("threshold", key, title, tuple(cells))


def _noun(voice: Voice, conditions: Conditions, key: str) -> Noun:
    """What a metric is called: by its id where there are no plain words for it."""
    try:
        return metric_noun(voice, conditions.analysis, key, conditions.said)
    except Unsayable:
        return Noun(voice.text(None, key), voice.number)


# ---- what is given -------------------------------------------------------------------------------


def _benefits(voice: Voice, tier: Tier) -> Iterator[Row]:
    given = {benefit: None for rung in tier.levels.values() for benefit in rung.benefits}
    for key in given:
        cells = tuple(_times(voice, rung.benefits, key) for rung in tier.levels.values())
        yield Row("benefit", key, voice.benefit(key), cells)


def _times(voice: Voice, brought: Mapping[str, int | None], benefit: str) -> str:
    """How often a level brings a benefit."""
    times = brought.get(benefit)
    if times is not None:
        return voice.number(Decimal(times))
    return voice.say("cell-yes" if benefit in brought else "cell-no")


def _rules(voice: Voice, conditions: Conditions, key: str, tier: Tier) -> Iterator[Row]:
    for name, rule in voice.programme.rules.items():
        when = conditions.analysis.nodes.get(("rules", name, "when"))
        level = _level_read(when, key)
        if level is None and not (rule.on == "purchase" and rule.then.earn):
            continue
        given = _given(voice, conditions, name, rule)
        cells = tuple(
            given if _holds_at(when, level, rung) else voice.say("cell-no") for rung in tier.levels
        )
        yield Row("rule", name, voice.text(rule.title, name), cells)


def _level_read(when: Node | None, tier: str) -> Ref | None:
    """The level of the ladder as a condition reads it."""
    for node in () if when is None else walk(when):
        if isinstance(node, Ref) and node.name == f"tier.{written(tier)}":
            return node
    return None


def _holds_at(when: Node | None, read: Ref | None, level: str) -> bool:
    """Whether a rule can hold for who has the level."""
    if when is None or read is None:
        return True
    assert isinstance(read.type, Level)
    at = In(type=Bool(), item=read, values=(read.type.options.index(level),))
    return possible(All(type=Bool(), items=(when, at)))


def _given(voice: Voice, conditions: Conditions, key: str, rule: Rule) -> str:
    """What a rule gives, in as few words as a cell has room for."""
    then = rule.then
    cells = []
    for currency, earn in then.earn.items():
        node = conditions.analysis.nodes.get(("rules", key, "then", "earn", currency))
        cells.append(_earned(voice, currency, earn, node))
    cells += [f"× {voice.number(factor)}" for factor in then.multiply.values()]
    if then.discount is not None:
        cells.append(_taken_off(voice, then.discount))
    if then.issue is not None or then.badge is not None:
        cells.append(voice.say("cell-yes"))
    return ", ".join(cells)


def _taken_off(voice: Voice, discount: Discount) -> str:
    if discount.percent is not None:
        return voice.say("cell-off", amount=voice.percent(discount.percent))
    if discount.amount is not None:
        return voice.say("cell-off", amount=voice.money(discount.amount))
    return voice.money(discount.price or Decimal(0))


def _earned(voice: Voice, currency: str, earn: Earn, node: Node | None) -> str:
    match earn.units:
        case PerAmount(units=units, amount=amount):
            return _rate(voice, currency, units, amount)
        case Percent(percent=percent):
            return f"{voice.percent(percent)} ({voice.currency(currency)})"
        case Expression():
            return _formula(voice, currency, node, Decimal(1))


def _rate(voice: Voice, currency: str, units: Decimal, amount: Decimal) -> str:
    said = voice.units(currency, units)
    return voice.say("cell-rate", units=said, amount=voice.money(amount))


def _formula(voice: Voice, currency: str, node: Node | None, times: Decimal) -> str:
    match node:
        case Constant():
            return voice.units(currency, decimal_of(node) * times)
        case (
            Arith(op="*", left=Constant() as factor, right=other)
            | Arith(op="*", left=other, right=Constant() as factor)
        ):
            return _formula(voice, currency, other, times * decimal_of(factor))
        case Round(item=item):
            return _formula(voice, currency, item, times)
        case Per(left=Ref(name=name), right=Constant() as amount) if name in _SPENT:
            return _rate(voice, currency, times, decimal_of(amount))
    return voice.say("cell-yes")

"""What a number is called, a metric above all, and how its values are said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from xenia.language.ir import Compare, Constant, Fold, Node, Ref
from xenia.language.ir import Field as LineField
from xenia.programme.explain.activities import NUMBERS, billed, is_money
from xenia.programme.explain.goods import MONEY_FIELDS, Unsayable, goods
from xenia.programme.explain.voice import Voice
from xenia.programme.formulas import Analysis
from xenia.programme.model import Metric
from xenia.programme.periods import CalendarWindow, Ever, MembershipYear, RollingWindow
from xenia.programme.scope import written

Conditions = Callable[[Node], tuple[str, ...]]
Made = Callable[[bool, Decimal], str]
_MONEY_NAMES = frozenset({"spent", "basket.paid", "basket.amount"})


@dataclass(frozen=True, slots=True)
class Noun:
    """`said`: the noun in the nominative; `value`: how one of its values is said.

    `total`: it is a metric that only grows within its window, so a value is *reached*.  `past`: it
    will not change any more.  `made`: of a count, that so many have (or have not) been made, where
    that can be said without the noun.
    """

    said: str
    value: Callable[[Decimal], str]
    total: bool = False
    past: bool = False
    made: Made | None = None


def noun(voice: Voice, analysis: Analysis, node: Node, conditions: Conditions) -> Noun:
    """The noun for a number.  Raises Unsayable."""
    if is_money(node):
        return Noun(billed(voice, node), voice.money)
    if isinstance(node, Fold):
        return _fold(voice, node)
    if not isinstance(node, Ref):
        raise Unsayable
    root, _, rest = node.name.partition(".")
    match root:
        case "metric":
            return metric_noun(
                voice, analysis, _id(rest, voice.programme.metrics), conditions, node
            )
        case "balance":
            key = _id(rest, voice.programme.currencies)
            said = voice.say("noun-balance", currency=voice.currency(key))
            return Noun(said, lambda value: voice.units(key, value))
        case "member" | "attributes":
            return Noun(voice.quoted(rest.replace("_", " ")), voice.number)
    simple: dict[str, tuple[str, Callable[[Decimal], str]]] = {
        "spent": ("noun-spent", voice.money),
        "basket.paid": ("noun-spent", voice.money),
        "basket.amount": ("noun-spent", voice.money),
        "basket.quantity": ("noun-quantity", voice.number),
        "payment.amount": ("noun-payment", voice.money),
        "quantity": ("noun-reward-quantity", voice.number),
    }
    if node.name in NUMBERS:
        return Noun(voice.say(f"noun-{node.name.replace('_', '-')}"), voice.number)
    if node.name not in simple:
        raise Unsayable
    phrase, value = simple[node.name]
    return Noun(voice.say(phrase), value)


def _id(name: str, known: Iterable[str]) -> str:
    return next(key for key in known if written(key) == name)


def _fold(voice: Voice, node: Fold) -> Noun:
    if node.list != "lines":
        raise Unsayable
    chosen = goods(voice, node.where)
    if node.kind == "count":
        return Noun(voice.say("goods-count", goods=chosen), voice.number)
    if node.kind == "sum" and isinstance(node.value, LineField):
        if node.value.name in ("amount", "paid"):
            return Noun(voice.say("goods-total", goods=chosen), voice.money)
        if node.value.name == "quantity":
            return Noun(voice.say("goods-quantity", goods=chosen), voice.number)
    raise Unsayable


def metric_noun(
    voice: Voice, analysis: Analysis, key: str, conditions: Conditions, read: Ref | None = None
) -> Noun:
    """The noun for a metric, by its definition where that can be said, else by its title."""
    metric = voice.programme.metrics[key]
    how = "now" if read is None else read.read
    try:
        found = _defined(voice, analysis, key, metric, how == "previous")
        found = _counting(voice, analysis, key, found, conditions)
    except Unsayable:
        if metric.title is None:
            raise
        found = Noun(voice.quoted(voice.text(metric.title, key)), voice.number)
    if how == "with_this":
        phrase = "metric-with-this" if metric.on == "purchase" else "metric-with-this-one"
        return Noun(voice.say(phrase, noun=found.said), found.value, found.total)
    return replace(found, total=how == "now", past=how == "previous")


def _counting(
    voice: Voice, analysis: Analysis, key: str, found: Noun, conditions: Conditions
) -> Noun:
    if not counts_some_only(analysis, key):
        return found
    node = analysis.nodes["metrics", key, "when"]
    said = voice.say("between-conditions").join(conditions(node))

    made = found.made

    def some(what: str) -> str:
        return voice.say("metric-counting", noun=what, conditions=said)

    def some_made(reached: bool, value: Decimal) -> str:
        return some("" if made is None else made(reached, value))

    return replace(found, said=some(found.said), made=None if made is None else some_made)


def counts_some_only(analysis: Analysis, key: str) -> bool:
    """Whether a metric's condition says more than that something was paid."""
    match analysis.nodes.get(("metrics", key, "when")):
        case None:
            return False
        case Compare(op=">", left=Ref(name=name), right=Constant(value=0)):
            return name not in _MONEY_NAMES
    return True


def _defined(voice: Voice, analysis: Analysis, key: str, metric: Metric, previous: bool) -> Noun:
    window = window_said(voice, metric, previous=previous)
    if metric.streak is not None:
        if metric.on != "purchase":
            raise Unsayable
        return Noun(voice.say(f"metric-streak-{metric.streak.value}"), voice.number)
    if metric.count:
        lately = not counts_some_only(analysis, key)
        made = _made(voice, metric, window, lately=lately)
        return Noun(voice.say(f"metric-{metric.on}s", window=window), voice.number, made=made)
    if metric.distinct is not None:
        values = voice.listed(voice.quoted(value) for value in metric.values)
        return Noun(voice.say("metric-kinds", window=window, values=values), voice.number)
    formula = analysis.nodes.get(("metrics", key, "sum" if metric.sum is not None else "max"))
    if metric.max is not None:
        if not _is_money(formula):
            raise Unsayable
        return Noun(voice.say("metric-largest", window=window), voice.money)
    return _total(voice, formula, window)


def _made(voice: Voice, metric: Metric, window: str, *, lately: bool) -> Made | None:
    """How a count is said as what was done; `lately`: one purchase is something bought lately."""
    if metric.on not in ("purchase", "redemption"):
        return None

    def said(reached: bool, value: Decimal) -> str:
        no = "" if reached else "not-"
        match metric.over:
            case RollingWindow(length) if lately and value == 1 and metric.on == "purchase":
                count = length.months or length.days
                phrase = f"{no}bought-within-{'months' if length.months else 'days'}"
                return voice.say(phrase, count=count, number=voice.number(Decimal(count)))
        phrase = f"{no}made-{metric.on}s"
        return voice.say(phrase, count=value, number=voice.number(value), window=window)

    return said


def _total(voice: Voice, formula: Node | None, window: str) -> Noun:
    match formula:
        case Ref(name=name) if name in _MONEY_NAMES:
            return Noun(voice.say("metric-spent", window=window), voice.money)
        case Ref(name=name) if name.startswith("earned."):
            key = _id(name.removeprefix("earned."), voice.programme.currencies)
            said = voice.say("metric-earned", window=window, currency=voice.currency(key))
            return Noun(said, lambda value: voice.units(key, value))
        case Fold(kind="sum", list="lines", value=LineField(name="amount" | "paid")):
            chosen = goods(voice, formula.where)
            return Noun(voice.say("metric-goods", goods=chosen, window=window), voice.money)
        case Ref(name=name) if name in NUMBERS:
            phrase = f"metric-{name.replace('_', '-')}"
            return Noun(voice.say(phrase, window=window), voice.number)
        case Ref() | Fold() if is_money(formula):
            said = voice.say("metric-of", noun=billed(voice, formula), window=window)
            return Noun(said, voice.money)
    raise Unsayable


def _is_money(formula: Node | None) -> bool:
    return (isinstance(formula, Ref) and formula.name in _MONEY_NAMES) or (
        isinstance(formula, Fold)
        and isinstance(formula.value, LineField)
        and formula.value.name in MONEY_FIELDS
    )


def window_said(voice: Voice, metric: Metric, *, previous: bool = False) -> str:
    """Over which stretch of time a metric is counted."""
    which = "previous" if previous else "window"
    match metric.over:
        case CalendarWindow(unit=unit):
            return voice.say(f"{which}-{unit.value}")
        case MembershipYear():
            return voice.say(f"{which}-membership")
        case RollingWindow(length=length):
            return voice.say("window-rolling", duration=voice.duration(length))
        case Ever():
            return voice.say("window-ever")

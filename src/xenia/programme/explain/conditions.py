"""How the condition of a rule is said, one phrase a conjunct: `on purchases of $20 or more`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from xenia.language.ir import (
    All,
    Any,
    Calendar,
    Compare,
    Constant,
    Fold,
    In,
    Known,
    Node,
    Not,
    Ref,
)
from xenia.language.ir import Field as LineField
from xenia.language.types import Date, Level, Number, Text
from xenia.programme.explain.activities import OWN_WORDS, TEXTS
from xenia.programme.explain.goods import Unsayable, decimal_of, goods
from xenia.programme.explain.normal import conjuncts
from xenia.programme.explain.nouns import Noun, noun
from xenia.programme.explain.voice import Voice
from xenia.programme.feasible import leaves, true_in
from xenia.programme.formulas import Analysis

_DOMAINS: Final = {"month": range(1, 13), "weekday": range(1, 8), "hour": range(24)}
_DAYS: Final = range(1, 32)
_BOUNDS: Final = {
    ">=": "at-least",
    ">": "more-than",
    "<": "less-than",
    "<=": "at-most",
    "==": "equal",
    "!=": "not-equal",
}
_PURCHASE: Final = {">=": "from", ">": "over", "<": "below", "<=": "to"}
_NAMED: Final = frozenset(
    {
        "channel",
        "location",
        "location.region",
        "location.owner",
        "location.partner",
        "partner",
        "payment.method",
        "reward",
    }
)
_EPOCH: Final = date(1970, 1, 1)


class Conditions:
    """Says conditions of one programme in one voice; every method may raise Unsayable."""

    def __init__(self, voice: Voice, analysis: Analysis) -> None:
        self.voice = voice
        self.analysis = analysis

    def said(self, node: Node | None) -> tuple[str, ...]:
        """A phrase for each thing that must hold."""
        parts = [part for part in conjuncts(node) if not _is_true(part)]
        found: list[str] = []
        while parts:
            together = _together(parts)
            parts = [part for part in parts if part not in together]
            found.append(self._group(together))
        return tuple(found)

    def number(self, node: Node) -> Noun:
        """What a number is called."""
        return noun(self.voice, self.analysis, node, self.said)

    def reached(self, found: Noun, value: Decimal) -> str:
        """That a total has come to a value."""
        return self._reached(found, value, "reached")

    def _reached(self, found: Noun, value: Decimal, phrase: str) -> str:
        if found.made is not None:
            return found.made(phrase == "reached", value)
        return self.voice.say(phrase, noun=found.said, value=found.value(value))

    def _group(self, parts: list[Node]) -> str:
        if (leaf := _calendar_leaf(parts[0])) is not None:
            return self._calendar(leaf, parts)
        if len(parts) == 2 and _is_birthday(parts[0]):
            return self.voice.say("birthday")
        if len(parts) == 2:
            low, high = parts if _on_amount(parts[0], ">=") else reversed(parts)
            return self.voice.say(
                "purchase-between",
                low=self.voice.money(_bound_of(low)),
                high=self.voice.money(_bound_of(high)),
            )
        return self._one(parts[0])

    def _one(self, node: Node) -> str:
        match node:
            case Any(items=items):
                return self.voice.say("or").join(self._nested(item) for item in items)
            case Ref(name=name):
                return self.voice.say("marked", noun=self._field(name))
            case Not(item=Ref(name=name)):
                return self.voice.say("not-marked", noun=self._field(name))
            case Known(item=Ref() as item):
                return self._known(item)
            case In(item=Ref() as item, values=values):
                return self._in(item, values, "is")
            case Not(item=In(item=Ref() as item, values=values)):
                return self._in(item, values, "is-not")
            case Fold() | Not(item=Fold()):
                return self._records(node)
            case Compare(op=op, left=left, right=right):
                return self._compared(node, op, left, right)
        raise Unsayable

    def _nested(self, node: Node) -> str:
        if (leaf := _calendar_leaf(node)) is not None:
            return self._calendar(leaf, [node])
        if isinstance(node, All):
            return self.voice.say("between-conditions").join(self.said(node))
        return self._one(node)

    # ---- texts, levels, records ------------------------------------------------------------------

    def _field(self, name: str) -> str:
        if name in TEXTS:
            return self.voice.say(f"noun-{name.replace('_', '-')}")
        root, _, rest = name.partition(".")
        if root not in ("member", "attributes"):
            raise Unsayable
        return self.voice.quoted(rest.replace("_", " "))

    def _known(self, item: Ref) -> str:
        special = {
            "member.birthday": "noun-birthday",
            "member.locale": "noun-locale",
            "member.timezone": "noun-timezone",
        }
        if item.name in special:
            return self.voice.say("known", noun=self.voice.say(special[item.name]))
        return self.voice.say("known", noun=self._field(item.name))

    def _in(self, item: Ref, values: tuple[int | str | bool, ...], which: str) -> str:
        if isinstance(item.type, Level):
            levels = (self._level(item.type, int(value)) for value in values)
            return self.voice.say(f"level-{which}", values=self.voice.listed(levels, either=True))
        if not isinstance(item.type, Text):
            raise Unsayable
        words = self.voice.listed((self._value(item, str(v)) for v in values), either=True)
        if item.name in _NAMED or item.name in OWN_WORDS:
            return self.voice.say(f"{item.name}-{which}", values=words)
        return self.voice.say(f"other-{which}", noun=self._field(item.name), values=words)

    def _value(self, item: Ref, value: str) -> str:
        programme = self.voice.programme
        if item.name == "payment.method":
            return self.voice.say(f"pay-{value}")
        if item.name == "status":
            return self.voice.say(f"stay-{value}")
        if item.name == "act" and value in programme.acts:
            return self.voice.quoted(self.voice.text(programme.acts[value].title, value))
        if item.name == "location" and value in programme.locations:
            return self.voice.quoted(self.voice.text(programme.locations[value].title, value))
        if item.name == "reward" and value in programme.rewards:
            return self.voice.quoted(self.voice.text(programme.rewards[value].title, value))
        return self.voice.quoted(value)

    def _level(self, ladder: Level, rank: int) -> str:
        return self.voice.level(ladder.ladder, ladder.options[rank])

    def _records(self, node: Node) -> str:
        denied = isinstance(node, Not)
        fold = node.item if isinstance(node, Not) else node
        assert isinstance(fold, Fold)
        if fold.list == "lines" and fold.kind == "exists":
            phrase = "not-buying" if denied else "buying"
            return self.voice.say(phrase, goods=goods(self.voice, fold.where))
        if fold.list == "lines" and fold.kind == "all" and not denied:
            return self.voice.say("only-buying", goods=goods(self.voice, fold.where))
        if fold.list == "payments" and fold.kind == "exists":
            return self._paying(fold.where, "is-not" if denied else "is")
        raise Unsayable

    def _paying(self, where: Node | None, which: str) -> str:
        match conjuncts(where):
            case (In(item=LineField(name="method"), values=values),):
                words = [self.voice.say(f"pay-{value}") for value in values]
                said = self.voice.listed(words, either=True)
                return self.voice.say(f"payment.method-{which}", values=said)
        raise Unsayable

    # ---- numbers and days ------------------------------------------------------------------------

    def _compared(self, node: Node, op: str, left: Node, right: Node) -> str:
        if _is_birthday(node):
            if isinstance(left, Calendar) and left.part == "month":
                return self.voice.say("birthday-month")
            raise Unsayable
        if not isinstance(right, Constant):
            raise Unsayable
        if isinstance(left.type, Level):
            return self._rank(left.type, op, right)
        if isinstance(left.type, Date):
            return self._date(left, op, right)
        if not isinstance(left.type, Number):
            raise Unsayable
        value = decimal_of(right)
        if isinstance(left, Ref) and left.name == "basket.amount" and op in _PURCHASE:
            return self.voice.say(f"purchase-{_PURCHASE[op]}", value=self.voice.money(value))
        found = self.number(left)
        if found.total:
            return self._total(found, op, value, left.type.scale)
        phrase = f"was-{_BOUNDS[op]}" if found.past else _BOUNDS[op]
        return self.voice.say(phrase, noun=found.said, value=found.value(value))

    def _total(self, found: Noun, op: str, value: Decimal, scale: int) -> str:
        if op in (">", "<=") and scale == 0:
            op, value = (">=" if op == ">" else "<"), value + 1
        if op == "==" and value == 0 and scale == 0:
            op, value = "<", Decimal(1)
        if op in (">=", "<"):
            return self._reached(found, value, "reached" if op == ">=" else "not-reached")
        return self.voice.say(_BOUNDS[op], noun=found.said, value=found.value(value))

    def _rank(self, ladder: Level, op: str, right: Constant) -> str:
        assert isinstance(right.value, int)
        rank = right.value + (op in (">", "<="))
        if not 0 <= rank < len(ladder.options):
            raise Unsayable
        phrase = "level-from" if op in (">", ">=") else "level-below"
        return self.voice.say(phrase, value=self._level(ladder, rank))

    def _date(self, left: Node, op: str, right: Constant) -> str:
        if not (isinstance(left, Calendar) and _is_occurrence(left.item)):
            raise Unsayable
        assert isinstance(right.value, int)
        day = _EPOCH + timedelta(days=right.value)
        match op:
            case ">=":
                return self.voice.say("dates-from", first=self.voice.day(day))
            case ">":
                return self.voice.say("dates-from", first=self.voice.day(day + timedelta(days=1)))
            case "<":
                return self.voice.say("dates-before", last=self.voice.day(day))
            case "<=":
                return self.voice.say("dates-to", last=self.voice.day(day))
            case "==":
                return self.voice.say("dates-on", first=self.voice.day(day))
        raise Unsayable

    def _calendar(self, leaf: Calendar, parts: Iterable[Node]) -> str:
        domain = _DAYS if leaf.part == "day" else _DOMAINS[leaf.part]
        true = set(domain)
        for part in parts:
            true &= set(true_in(part, leaf, domain))
        values = sorted(true)
        if not values:
            raise Unsayable
        if leaf.part == "month":
            return self.voice.say("months", values=self.voice.months(values))
        if leaf.part == "weekday":
            return self.voice.say("weekdays", values=self.voice.weekdays(values))
        if values[-1] - values[0] + 1 != len(values):
            raise Unsayable
        if leaf.part == "hour":
            first, last = f"{values[0]:02}:00", f"{values[-1] + 1:02}:00"
            return self.voice.say("hours", first=first, last=last)
        if len(values) == 1:
            return self.voice.say("days-of-month", values=str(values[0]))
        return self.voice.say("days-of-month-range", first=str(values[0]), last=str(values[-1]))


def _is_true(node: Node) -> bool:
    return isinstance(node, Constant) and node.value is True


def _is_occurrence(node: Node) -> bool:
    return isinstance(node, Ref) and node.name == "occurred_at"


def _calendar_leaf(node: Node) -> Calendar | None:
    """The part of the event's time that a condition is about, and about nothing else."""
    found = leaves(node)
    if len(found) == 1 and isinstance(leaf := found[0], Calendar) and _is_occurrence(leaf.item):
        return leaf if leaf.part in (*_DOMAINS, "day") else None
    return None


def _bound_of(node: Node) -> Decimal:
    assert isinstance(node, Compare)
    assert isinstance(node.right, Constant)
    return decimal_of(node.right)


def _on_amount(node: Node, op: str) -> bool:
    return (
        isinstance(node, Compare)
        and node.op == op
        and isinstance(node.left, Ref)
        and node.left.name == "basket.amount"
        and isinstance(node.right, Constant)
    )


def _is_birthday(node: Node) -> bool:
    """`month(member.birthday) == month(occurred_at)`, or the same of the day, either way round."""
    match node:
        case Compare(op="==", left=Calendar(part=one, item=Ref() as a), right=Calendar() as other):
            names = {a.name, other.item.name if isinstance(other.item, Ref) else ""}
            return one == other.part and names == {"member.birthday", "occurred_at"}
    return False


def _together(parts: list[Node]) -> list[Node]:
    """The conjuncts that are said in one phrase with the first of them."""
    first = parts[0]
    if (leaf := _calendar_leaf(first)) is not None:
        return [part for part in parts if _calendar_leaf(part) == leaf]
    if _is_birthday(first):
        both = [part for part in parts if _is_birthday(part)]
        return both if len(both) == 2 else [first]
    if _on_amount(first, ">=") or _on_amount(first, "<"):
        other = "<" if _on_amount(first, ">=") else ">="
        return [first, *[part for part in parts if _on_amount(part, other)][:1]]
    return [first]

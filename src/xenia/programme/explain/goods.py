"""How a choice of lines is said: `goods of the category “coffee”`."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from xenia.language.ir import All, Any, Compare, Constant, Contains, Field, In, Node, Not
from xenia.language.types import Number
from xenia.programme.explain.normal import normal
from xenia.programme.explain.voice import Voice


class Unsayable(Exception):  # noqa: N818 - it is named after what it says
    """A part of an expression for which there are no plain words."""


MONEY_FIELDS: Final = frozenset({"amount", "paid", "tax", "regular_amount"})
_TEXT_FIELDS: Final = frozenset({"category", "sku", "brand", "seller", "unit"})
_BOUNDS: Final = {">=": "at-least", ">": "more-than", "<": "less-than", "<=": "at-most"}


def decimal_of(constant: Constant) -> Decimal:
    """The value of a constant number: 1250 of scale 2 is 12.5."""
    if not isinstance(constant.type, Number) or not isinstance(constant.value, int):
        raise Unsayable
    return Decimal(constant.value).scaleb(-constant.type.scale)


def goods(voice: Voice, where: Node | None) -> str:
    """The lines for which a condition holds, as a noun.  Raises Unsayable."""
    if where is None:
        return voice.say("all-goods")
    return voice.say("goods", adjuncts=_adjuncts(voice, normal(where)))


def list_named(voice: Voice, values: tuple[int | str | bool, ...]) -> str | None:
    """The id of the programme's list that has just these texts, if there is one."""
    for key, texts in voice.programme.lists.items():
        if len(values) > 1 and set(texts) == set(values):
            return key
    return None


def _adjuncts(voice: Voice, node: Node) -> str:
    match node:
        case All(items=items):
            return " ".join(_adjuncts(voice, item) for item in items)
        case Any(items=items):
            return voice.say("or").join(_adjuncts(voice, item) for item in items)
        case In(item=Field(name=name), values=values) if name in _TEXT_FIELDS:
            return _text(voice, name, values, "")
        case Not(item=In(item=Field(name=name), values=values)) if name in _TEXT_FIELDS:
            return _text(voice, name, values, "not")
        case Contains(value=value):
            return voice.say("goods-tagged", values=voice.quoted(value))
        case Not(item=Contains(value=value)):
            return voice.say("goods-not-tagged", values=voice.quoted(value))
        case Compare(op=op, left=Field(name="amount"), right=Constant() as right) if op in _BOUNDS:
            return voice.say(f"goods-{_BOUNDS[op]}", value=voice.money(decimal_of(right)))
        case Compare(op=op, left=Field(name=left), right=Field(name=right)):
            return _price(voice, op, left, right)
    raise Unsayable


def _text(voice: Voice, field: str, values: tuple[int | str | bool, ...], negation: str) -> str:
    if (key := list_named(voice, values)) is not None:
        phrase = "goods-not-listed" if negation else "goods-listed"
        return voice.say(phrase, values=voice.quoted(key.replace("-", " ")))
    phrase = f"goods-{field}-is-not" if negation else f"goods-{field}-is"
    return voice.say(phrase, values=voice.among(str(value) for value in values))


def _price(voice: Voice, op: str, left: str, right: str) -> str:
    match left, op, right:
        case ("amount", "<" | "!=", "regular_amount") | ("regular_amount", ">" | "!=", "amount"):
            return voice.say("goods-reduced")
        case ("amount", "==" | ">=", "regular_amount") | ("regular_amount", "==" | "<=", "amount"):
            return voice.say("goods-full-price")
    raise Unsayable

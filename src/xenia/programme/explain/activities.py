"""How stays, flights, rentals and acts are said: their numbers, what they cost, which act it is."""

from __future__ import annotations

from typing import Final

from xenia.language.ir import Field, Fold, In, Node, Ref, walk
from xenia.programme.explain.goods import Unsayable
from xenia.programme.explain.normal import conjuncts
from xenia.programme.explain.voice import Voice

NUMBERS: Final = frozenset(
    {"value", "nights", "rooms", "nights_on_points", "distance", "days", "drivers"}
)
# What a condition says in a sentence of its own, and what is said as "when {noun} is …".
OWN_WORDS: Final = frozenset({"act", "status", "property"})
TEXTS: Final = frozenset(
    {
        "place",
        "category",
        "rate",
        "from",
        "to",
        "cabin",
        "booking_class",
        "carrier",
        "operated_by",
        "coupon",
        "car_class",
        "office_out",
        "office_in",
    }
)
_PRICES: Final = frozenset({"fare", "amount"})


def is_money(node: Node | None) -> bool:
    """Whether it is what a stay, a flight or a rental cost."""
    match node:
        case Ref(name=name):
            return name in _PRICES
        case Fold(kind="sum", list="folio", value=Field(name="amount")):
            return True
    return False


def billed(voice: Voice, node: Node | None) -> str:
    """What that is called.  Raises Unsayable."""
    match node:
        case Ref(name=name):
            return voice.say(f"noun-{name}")
        case Fold(where=where):
            phrase, kinds = "noun-folio", ""
            for part in conjuncts(where):
                match part:
                    case Field(name="eligible") if "eligible" not in phrase:
                        phrase += "-eligible"
                    case In(item=Field(name="kind"), values=values) if not kinds:
                        kinds = voice.among(str(value) for value in values)
                    case _:
                        raise Unsayable
            return voice.say(f"{phrase}-kind", values=kinds) if kinds else voice.say(phrase)
    raise Unsayable


def names_act(node: Node | None) -> bool:
    """Whether a condition says which act it is about."""
    found = () if node is None else walk(node)
    return any(isinstance(part, Ref) and part.name == "act" for part in found)

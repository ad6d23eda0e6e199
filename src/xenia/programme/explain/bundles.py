"""How a discount on what is bought together is said: so many for a price, a bundle."""

from __future__ import annotations

from decimal import Decimal

from xenia.language.parse import LanguageError, line_condition
from xenia.programme.explain.goods import Unsayable, goods
from xenia.programme.explain.voice import Voice
from xenia.programme.model import Discount, Expression, Part, Pick
from xenia.programme.scope import Standing, scope_of


def goods_chosen(voice: Voice, lines: Expression) -> str:
    """The lines that an expression chooses, as a noun.  Raises Unsayable."""
    scope = scope_of(voice.programme, Standing.LINES, "purchase", {})
    try:
        return goods(voice, line_condition(lines.text, scope).node)
    except LanguageError as error:
        raise Unsayable from error


def together_said(voice: Voice, discount: Discount, of: Pick) -> str:
    """What is bought together, and what it costs then, or what is off it."""
    if of.bundle:
        kind, said = "bundle", voice.listed(_part(voice, part) for part in of.bundle)
    else:
        kind, said = "together", voice.number(Decimal(of.every or 0))
    if discount.price is not None:
        return voice.say(f"{kind}-price", goods=said, amount=voice.money(discount.price))
    if discount.percent is not None:
        off = voice.percent(discount.percent)
    else:
        off = voice.money(discount.amount or Decimal(0))
    return voice.say(f"{kind}-off", goods=said, off=off)


def _part(voice: Voice, part: Part) -> str:
    number = voice.number(Decimal(part.quantity))
    if part.lines is None:
        return voice.say("bundle-any", count=part.quantity, number=number)
    chosen = goods_chosen(voice, part.lines)
    return voice.say("bundle-part", count=part.quantity, number=number, goods=chosen)

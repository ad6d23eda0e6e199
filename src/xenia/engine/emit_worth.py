"""Writes what a discount comes to on lines, whether a rule gives it or a voucher."""

from __future__ import annotations

from fractions import Fraction

from xenia.engine.operators import ORIGINAL
from xenia.engine.plan import FixedPrice, LineNumber, Picked
from xenia.engine.terms import ROUNDING
from xenia.engine.type_writer import TypeWriter
from xenia.programme.model import Discount
from xenia.programme.settings import PercentOf


def taken(writer: TypeWriter, discount: Discount, bits: int) -> str:
    """Source of what a percentage or an amount takes off, where `left` is there to take it of."""
    terms = writer.terms
    if discount.amount is not None:
        return terms.source.param(terms.money(discount.amount))
    assert discount.percent is not None, "the reader lets a discount be of one kind"
    number, by = terms.ratio(Fraction(discount.percent) * Fraction(1, 100))
    original = terms.programme.settings.percentages_of is PercentOf.ORIGINAL
    base = f"total_amount(event, {bits})" if original else "left"
    return f"round_ratio({base} * {number}, {by}, {ROUNDING[terms.programme.settings.round_money]})"


def line_number(writer: TypeWriter, discount: Discount, bits: int) -> LineNumber | None:
    """What a discount on the lines of these bits goes by."""
    if discount.price is not None:
        return FixedPrice(writer.terms.money(discount.price))
    if discount.of is not None:
        part = Fraction(discount.percent or 0) * Fraction(1, 100)
        pick, dearest = discount.of, discount.of.dearest is not None
        return Picked(bits, pick.count, pick.every, dearest, part.numerator, part.denominator)
    return None


def picking(writer: TypeWriter, discount: Discount) -> int:
    """How what is `picked` is rounded, or that it is off the original; -1: nothing is picked."""
    if discount.of is None:
        return -1
    settings = writer.terms.programme.settings
    if settings.percentages_of is PercentOf.ORIGINAL:
        return ORIGINAL
    return ROUNDING[settings.round_money]

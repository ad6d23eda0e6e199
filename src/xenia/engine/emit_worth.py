"""Writes what a discount comes to on lines, whether a rule gives it or a voucher."""

from __future__ import annotations

from fractions import Fraction

from xenia.engine.operators import ORIGINAL
from xenia.engine.plan import Bundled, FixedPrice, LineNumber, Picked
from xenia.engine.terms import ROUNDING
from xenia.engine.type_writer import TypeWriter
from xenia.programme.model import Discount, Part
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


def line_number(
    writer: TypeWriter, discount: Discount, bits: int, path: tuple[str, ...]
) -> LineNumber | None:
    """What a discount on the lines of these bits goes by; `path` leads to it in the document."""
    if discount.of is not None and discount.of.parts:
        return _bundled(writer, discount, discount.of.parts, bits, path)
    if discount.price is not None:
        return FixedPrice(writer.terms.money(discount.price))
    if discount.of is not None:
        part = Fraction(discount.percent or 0) * Fraction(1, 100)
        pick, dearest = discount.of, discount.of.dearest is not None
        return Picked(bits, pick.count, pick.every, dearest, part.numerator, part.denominator)
    return None


def _bundled(
    writer: TypeWriter,
    discount: Discount,
    parts: tuple[Part, ...],
    bits: int,
    path: tuple[str, ...],
) -> Bundled:
    off = Fraction(discount.percent or 0) * Fraction(1, 100)
    amount, price = (
        None if money is None else int(writer.terms.money(money))
        for money in (discount.amount, discount.price)
    )
    asked = []
    for place, part in enumerate(parts):
        lines = writer.terms.analysis.nodes.get((*path, "of", "bundle", str(place), "lines"))
        own = 0 if lines is None else writer.lowering.bit(lines)
        asked.append((bits | own, part.quantity))
    return Bundled(tuple(asked), off.numerator, off.denominator, amount, price)


def picking(writer: TypeWriter, discount: Discount) -> int:
    """How what is `picked` is rounded, or that it is off the original; -1: nothing is picked."""
    if discount.of is None:
        return -1
    settings = writer.terms.programme.settings
    if settings.percentages_of is PercentOf.ORIGINAL:
        return ORIGINAL
    return ROUNDING[settings.round_money]

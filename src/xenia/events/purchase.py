"""Reads what a purchase has of its own: its lines, how it was paid, and what it claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xenia.amounts import NotAnAmount, format_decimal
from xenia.events.errors import did_you_mean
from xenia.events.given import given
from xenia.events.model import QUANTITY_DECIMALS, Line, Payment, Purchase
from xenia.events.parts import Charge
from xenia.events.values import At, Reader, units_of
from xenia.events.wire import LINES, ChargeShape, LineShape, PaymentShape, PurchaseShape

# What the amounts of one purchase, and its quantities, must sum to less than: the engine's products
# are proved to fit from these.
AMOUNT_LIMIT = 2**43
QUANTITY_LIMIT = 10**12
_POSITIONS = tuple(map(str, range(1, LINES + 1)))  # the ids of lines without one

_quantities = units_of(QUANTITY_DECIMALS)


def purchase(shape: PurchaseShape, fields: dict[str, Any], reader: Reader) -> Purchase:
    """The purchase, whose own fields are added to those of every event; only to be used where the
    reader has collected no error."""
    conventions, gross = reader.conventions, shape.prices == "gross"
    if shape.currency is not None and shape.currency != conventions.money:
        sentence = f"amounts are in {conventions.money} here, not in {shape.currency}"
        reader.fail("other-money", ("currency",), sentence)
    if conventions.lines_most is not None and len(shape.lines) > conventions.lines_most:
        sentence = (
            f"{conventions.programme} rounds by line, and takes {conventions.lines_most} lines of "
            f"a purchase at most, not {len(shape.lines)}: send it in parts"
        )
        reader.fail("too-many-lines", ("lines",), sentence)
    lines, sums = _lines(shape.lines, reader, gross=gross)
    charges = _charges(shape.charges, reader, gross=gross) if shape.charges else ()
    payments = _payments(shape, reader)
    if len({line.id for line in lines}) < len(lines):
        _not_unique(lines, reader)
    if not reader.errors:
        _bounded(sums, charges, payments, reader)
    # Only what is said: each field that is named is looked up, and most are not said.
    fields["lines"] = lines
    if charges:
        fields["charges"] = charges
    if payments:
        fields["payments"] = payments
    if not gross:
        fields["prices"] = shape.prices
    if shape.currency is not None:
        fields["currency"] = shape.currency
    if shape.receipt is not None:
        fields["receipt"] = shape.receipt
    if shape.vouchers:
        fields["vouchers"] = tuple(shape.vouchers)
    if shape.spend:
        fields["spend"] = _spend(shape.spend, reader)
    if shape.quote is not None:
        fields["quote"] = shape.quote
    if shape.given is not None:
        fields["given"] = given(shape.given, lines, reader)
    return Purchase(**fields)


def _lines(
    shapes: Sequence[LineShape], reader: Reader, *, gross: bool
) -> tuple[tuple[Line, ...], tuple[int, int, int]]:
    """The lines, and what their amounts with taxes, regular amounts and quantities sum to."""
    categories, money = reader.conventions.categories, units_of(reader.conventions.money_decimals)
    found, billed, usual, counted = [], 0, 0, 0
    for place, shape in enumerate(shapes):
        if categories and shape.category not in categories:
            _unknown_category(shape.category, place, reader)
        regular, tax = None, 0
        try:
            amount, quantity = money[shape.amount], _quantities[shape.quantity]
            if shape.regular_amount is not None:
                regular = money[shape.regular_amount]
                usual += regular
            if shape.tax is not None:
                tax = money[shape.tax]
        except NotAnAmount:
            amount = quantity = 0
            _not_amounts(shape, place, reader)
        if gross and tax > amount:
            _too_much_tax(("lines", place, "tax"), reader)
        billed += amount + tax
        counted += quantity
        line = Line(
            _POSITIONS[place] if shape.id is None else shape.id,
            shape.sku,
            shape.category,
            quantity,
            amount,
            shape.unit,
            regular,
            tax,
            tuple(shape.tags) if shape.tags else (),
            shape.brand,
            shape.seller,
        )
        found.append(line)
    return tuple(found), (billed, usual, counted)


def _not_amounts(shape: LineShape, place: int, reader: Reader) -> None:
    """Tell all amounts of a line that are none."""
    money = reader.conventions.money_decimals
    reader.decimal(shape.amount, money, ("lines", place, "amount"))
    reader.decimal(shape.quantity, QUANTITY_DECIMALS, ("lines", place, "quantity"))
    reader.decimal(shape.regular_amount, money, ("lines", place, "regular_amount"))
    reader.decimal(shape.tax, money, ("lines", place, "tax"))


def _too_much_tax(at: At, reader: Reader) -> None:
    # Where an amount could not be read, there is nothing to compare with.
    if not reader.errors:
        sentence = "the tax is more than the amount, which includes it unless prices are net"
        reader.fail("tax-above-amount", at, sentence)


def _unknown_category(category: str, place: int, reader: Reader) -> None:
    hint = did_you_mean(category, reader.conventions.categories)
    sentence = f'"{category}" is not a category of {reader.conventions.programme}{hint}'
    reader.fail("unknown-category", ("lines", place, "category"), sentence)


def _charges(shapes: Sequence[ChargeShape], reader: Reader, *, gross: bool) -> tuple[Charge, ...]:
    decimals, found = reader.conventions.money_decimals, []
    for place, shape in enumerate(shapes):
        amount = reader.decimal(shape.amount, decimals, ("charges", place, "amount")) or 0
        tax = reader.decimal(shape.tax, decimals, ("charges", place, "tax")) or 0
        if gross and tax > amount:
            _too_much_tax(("charges", place, "tax"), reader)
        found.append(Charge(kind=shape.kind, amount=amount, tax=tax))
    return tuple(found)


def _payments(shape: PurchaseShape, reader: Reader) -> tuple[Payment, ...]:
    if shape.payment is not None and shape.payments is not None:
        reader.fail("given-twice", ("payment",), "write either payment or payments, not both")
    if shape.payment is not None:
        return (_payment(shape.payment, ("payment", "amount"), reader),)
    if not shape.payments:
        return ()
    return tuple(
        [
            _payment(item, ("payments", place, "amount"), reader)
            for place, item in enumerate(shape.payments)
        ]
    )


def _payment(shape: PaymentShape, at: At, reader: Reader) -> Payment:
    if shape.amount is None:
        return Payment(method=shape.method, card=shape.card)
    amount = reader.decimal(shape.amount, reader.conventions.money_decimals, at)
    return Payment(method=shape.method, amount=amount, card=shape.card)


def _spend(written: Mapping[str, str | int], reader: Reader) -> dict[str, str]:
    """Units by currency."""
    found = {}
    for currency, units in written.items():
        value = reader.units(units, currency, ("spend", currency))
        if value is not None:
            found[currency] = value
    return found


def _not_unique(lines: Sequence[Line], reader: Reader) -> None:
    seen: set[str] = set()
    for place, line in enumerate(lines):
        if line.id in seen:
            sentence = (
                f'two lines have the id "{line.id}"; a line without one has its position as id'
            )
            reader.fail("duplicate-line-id", ("lines", place, "id"), sentence)
        seen.add(line.id)


def _bounded(
    sums: tuple[int, int, int],
    charges: Sequence[Charge],
    payments: Sequence[Payment],
    reader: Reader,
) -> None:
    """No sum of the purchase may outgrow what the engine counts with."""
    billed, regular, counted = sums
    paid = 0
    for charge in charges:
        billed += charge.amount + charge.tax
    for payment in payments:
        paid += payment.amount or 0
    if max(billed, regular, paid) >= AMOUNT_LIMIT:
        most = format_decimal(AMOUNT_LIMIT, reader.conventions.money_decimals)
        sentence = f"the amounts of one purchase must sum to less than {most}"
        for name, total in (("lines", billed), ("lines", regular), ("payments", paid)):
            if total >= AMOUNT_LIMIT:
                reader.fail("too-large", (name,), sentence)
    if counted >= QUANTITY_LIMIT:
        sentence = "the quantities of one purchase must sum to less than 1,000,000,000"
        reader.fail("too-large", ("lines",), sentence)

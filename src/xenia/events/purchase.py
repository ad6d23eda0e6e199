"""Reads what a purchase has of its own: its lines, how it was paid, and what it claims."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from xenia.amounts import format_decimal
from xenia.events.errors import child, did_you_mean
from xenia.events.model import QUANTITY_DECIMALS, Charge, Line, Payment
from xenia.events.values import Reader
from xenia.events.wire import ChargeShape, LineShape, PaymentShape, PurchaseShape

# What the amounts of one purchase, and its quantities, must sum to less than: the engine's products
# are proved to fit from these.
AMOUNT_LIMIT = 2**43
QUANTITY_LIMIT = 10**12
_MOST_DECIMALS = 9


def purchase_fields(shape: PurchaseShape, reader: Reader) -> dict[str, Any]:
    """The fields of `Purchase` beside those of every event."""
    _not_yet(shape, reader)
    if shape.currency not in (None, reader.conventions.money):
        sentence = f"amounts are in {reader.conventions.money} here, not in {shape.currency}"
        reader.fail("other-money", "/currency", sentence)
    gross = shape.prices == "gross"
    lines = tuple(_line(line, i, reader, gross) for i, line in enumerate(shape.lines))
    charges = tuple(_charge(item, i, reader, gross) for i, item in enumerate(shape.charges or ()))
    payments = _payments(shape, reader)
    _unique([line.id for line in lines], reader)
    if not reader.errors:
        _bounded(lines, charges, payments, reader)
    return {
        "lines": lines,
        "payments": payments,
        "charges": charges,
        "prices": shape.prices,
        "currency": shape.currency,
        "receipt": shape.receipt,
        "spend": _spend(shape.spend or {}, reader),
    }


def _not_yet(shape: PurchaseShape, reader: Reader) -> None:
    for name, asked in (
        ("vouchers", bool(shape.vouchers)),
        ("quote", shape.quote is not None),
        ("given", shape.given is not None),
    ):
        if asked:
            sentence = f'the field "{name}" of a purchase is not supported yet'
            reader.fail("not-supported", f"/{name}", sentence)


def _line(shape: LineShape, place: int, reader: Reader, gross: bool) -> Line:
    at = child("/lines", place)
    categories = reader.conventions.categories
    if categories and shape.category not in categories:
        hint = did_you_mean(shape.category, categories)
        sentence = f'"{shape.category}" is not a category of {reader.conventions.programme}{hint}'
        reader.fail("unknown-category", f"{at}/category", sentence)
    amount = reader.money(shape.amount, f"{at}/amount") or 0
    return Line(
        id=str(place + 1) if shape.id is None else shape.id,
        sku=shape.sku,
        category=shape.category,
        quantity=reader.decimal(shape.quantity, QUANTITY_DECIMALS, f"{at}/quantity") or 0,
        unit=shape.unit,
        amount=amount,
        regular_amount=reader.money(shape.regular_amount, f"{at}/regular_amount"),
        tax=_tax(shape.tax, amount, at, reader, gross),
        tags=tuple(shape.tags or ()),
        brand=shape.brand,
        seller=shape.seller,
    )


def _charge(shape: ChargeShape, place: int, reader: Reader, gross: bool) -> Charge:
    at = child("/charges", place)
    amount = reader.money(shape.amount, f"{at}/amount") or 0
    tax = _tax(shape.tax, amount, at, reader, gross)
    return Charge(kind=shape.kind, amount=amount, tax=tax)


def _tax(written: str | int | None, amount: int, at: str, reader: Reader, gross: bool) -> int:
    tax = reader.money(written, f"{at}/tax") or 0
    if gross and tax > amount and not reader.errors:
        sentence = "the tax is more than the amount, which includes it unless prices are net"
        reader.fail("tax-above-amount", f"{at}/tax", sentence)
    return tax


def _payments(shape: PurchaseShape, reader: Reader) -> tuple[Payment, ...]:
    if shape.payment is not None and shape.payments is not None:
        reader.fail("given-twice", "/payment", "write either payment or payments, not both")
    if shape.payment is not None:
        return (_payment(shape.payment, "/payment", reader),)
    return tuple(
        _payment(item, child("/payments", i), reader) for i, item in enumerate(shape.payments or ())
    )


def _payment(shape: PaymentShape, at: str, reader: Reader) -> Payment:
    amount = reader.money(shape.amount, f"{at}/amount")
    return Payment(method=shape.method, amount=amount, card=shape.card)


def _spend(written: dict[str, str | int], reader: Reader) -> dict[str, str]:
    """Units by currency.  One that the programme does not have is refused when it is decided: only
    that its units can be read at all is looked at here."""
    found = {}
    for currency, units in written.items():
        decimals = reader.conventions.currencies.get(currency)
        scale = _MOST_DECIMALS if decimals is None else decimals
        value = reader.decimal(units, scale, child("/spend", currency))
        if value is not None:
            found[currency] = str(units) if decimals is None else format_decimal(value, decimals)
    return found


def _unique(ids: Iterable[str], reader: Reader) -> None:
    seen: set[str] = set()
    for place, name in enumerate(ids):
        if name in seen:
            sentence = f'two lines have the id "{name}"; a line without one has its position as id'
            reader.fail("duplicate-line-id", f"/lines/{place}/id", sentence)
        seen.add(name)


def _bounded(
    lines: tuple[Line, ...],
    charges: tuple[Charge, ...],
    payments: tuple[Payment, ...],
    reader: Reader,
) -> None:
    """No sum of the purchase may outgrow what the engine counts with."""
    of_lines = sum(line.amount + line.tax for line in lines)
    sums = {
        "/lines": of_lines + sum(charge.amount + charge.tax for charge in charges),
        "/lines/regular_amount": sum(line.regular_amount or 0 for line in lines),
        "/payments": sum(payment.amount or 0 for payment in payments),
    }
    most = format_decimal(AMOUNT_LIMIT, reader.conventions.money_decimals)
    for at, total in sums.items():
        if total >= AMOUNT_LIMIT:
            pointer = at.removesuffix("/regular_amount")
            sentence = f"the amounts of one purchase must sum to less than {most}"
            reader.fail("too-large", pointer, sentence)
    if sum(line.quantity for line in lines) >= QUANTITY_LIMIT:
        sentence = "the quantities of one purchase must sum to less than 1,000,000,000"
        reader.fail("too-large", "/lines", sentence)

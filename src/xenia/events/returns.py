"""Reads what is about an earlier event: what is taken back of it, and whose it becomes."""

from __future__ import annotations

from typing import Any

from xenia.events.model import QUANTITY_DECIMALS, Cancel, Claim, Return
from xenia.events.parts import UNNAMED, EventKey, LineBack
from xenia.events.values import Reader
from xenia.events.wire import CancelShape, ClaimShape, KeyShape, LineBackShape, ReturnShape


def taken_back(shape: ReturnShape, fields: dict[str, Any], reader: Reader) -> Return:
    """The return, whose own fields are added to those of every event; only to be used where the
    reader has collected no error."""
    everything = reader.boolean(shape.all, ("all",)) is True
    unknown = reader.boolean(shape.without_receipt, ("without_receipt",)) is True
    of = UNNAMED if shape.of is None else _key(shape.of)
    if unknown:
        fields["without_receipt"] = True
        _unnamed(shape, reader)
    elif (shape.of is None) == (shape.purchase is None):
        sentence = 'name the purchase once, by "of" or by "purchase"'
        reader.fail("missing-field", ("of",), sentence)
    elif shape.purchase is not None:
        of = EventKey(shape.purchase, shape.source or UNNAMED.source)
    lines = tuple([_line(line, place, reader) for place, line in enumerate(shape.lines or ())])
    amount = reader.decimal(shape.amount, reader.conventions.money_decimals, ("amount",))
    if shape.amount is not None:
        quantities = any(line.quantity is not None for line in lines)
        if everything or quantities:
            sentence = "an amount lowers the price of what is kept: return quantities by themselves"
            reader.fail("wrong-type", ("amount",), sentence)
    elif everything == bool(lines):
        sentence = 'say what comes back: "lines", or "all": true'
        reader.fail("missing-field", ("lines",), sentence)
    if lines:
        fields["lines"] = lines
    if everything:
        fields["all"] = True
    if amount is not None:
        fields["amount"] = amount
    if shape.exchange_for is not None:
        fields["exchange_for"] = shape.exchange_for
    return Return(**fields, of=of)


def _unnamed(shape: ReturnShape, reader: Reader) -> None:
    """What is wrong with a return that names no purchase: what came back has to find it."""
    if shape.of is not None or shape.purchase is not None:
        sentence = "name the purchase, or say that there is no receipt: not both"
        reader.fail("given-twice", ("without_receipt",), sentence)
    if shape.all or shape.amount is not None or not shape.lines:
        sentence = 'without a receipt say what comes back: "lines" by "sku" and "quantity"'
        reader.fail("missing-field", ("lines",), sentence)
    for place, line in enumerate(shape.lines or ()):
        quantity = reader.decimal(line.quantity, QUANTITY_DECIMALS, ("lines", place, "quantity"))
        if line.sku is None or not quantity:
            sentence = 'without a receipt each line has a "sku" and a "quantity" above 0'
            reader.fail("missing-field", ("lines", place, "quantity"), sentence)


def cancel(shape: CancelShape, fields: dict[str, Any]) -> Cancel:
    """The cancellation; as `taken_back`."""
    return Cancel(**fields, of=_key(shape.of))


def claim(shape: ClaimShape, fields: dict[str, Any], reader: Reader) -> Claim:
    """The claim of a guest's purchase; as `taken_back`."""
    if (shape.of is None) == (shape.receipt is None):
        sentence = 'name the purchase once, by "of" or by "receipt"'
        reader.fail("missing-field", ("of",), sentence)
    if shape.of is not None:
        fields["of"] = _key(shape.of)
    if shape.receipt is not None:
        fields["receipt"] = shape.receipt
    return Claim(**fields)


def _key(shape: KeyShape) -> EventKey:
    return EventKey(shape.id) if shape.source is None else EventKey(shape.id, shape.source)


def _line(shape: LineBackShape, place: int, reader: Reader) -> LineBack:
    at = ("lines", place)
    if (shape.line is None) == (shape.sku is None):
        sentence = 'name a line by "line", or lines by "sku"'
        reader.fail("missing-field", (*at, "line"), sentence)
    quantity = reader.decimal(shape.quantity, QUANTITY_DECIMALS, (*at, "quantity"))
    return LineBack(shape.line, shape.sku, quantity)

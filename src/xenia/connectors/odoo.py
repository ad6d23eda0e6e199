"""Odoo point of sale: an order (`pos.order` with its lines and partner) becomes events.

Odoo signs nothing, so whoever sends has a key of their own in the head.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from xenia.amounts import largest_remainder
from xenia.connectors.inbound import (
    Connector,
    Delivery,
    Fetched,
    Item,
    Json,
    Money,
    Read,
    Refused,
    Shop,
    Skipped,
    Told,
    Unusable,
    decoded,
    plain,
    safely,
    same_text,
)

_PAID = ("paid", "done", "invoiced")
_CARD = "gift-card"
Many2One = int | list[int | str] | bool | None  # as `read()` gives it: an id, [id, name] or false


class Partner(Struct):
    id: int
    name: str | bool | None = None
    email: str | bool | None = None
    phone: str | bool | None = None
    barcode: str | bool | None = None


class Line(Struct):
    id: int
    product_id: Many2One
    qty: Decimal
    price_unit: Decimal
    price_subtotal: Decimal
    price_subtotal_incl: Decimal
    discount: Decimal = Decimal(0)
    default_code: str | bool | None = None
    category: str | bool | None = None
    is_reward_line: bool = False
    refunded_orderline_id: Many2One = None
    refunded_order: str | bool | None = None


class Order(Struct):
    pos_reference: str
    state: str
    date_order: str
    currency: str
    lines: list[Line]
    name: str = ""
    session_id: Many2One = None
    config_id: Many2One = None
    user_id: Many2One = None
    partner: Partner | bool | None = None
    amount_total: Decimal | None = None
    amount_paid: Decimal | None = None


def signed(delivery: Delivery, secret: str) -> bool:
    """Whether the head has the connection's key."""
    return same_text(delivery.headers.get("x-xenia-key", ""), secret)


def topic(_: Delivery) -> str:
    """Nothing: all are orders."""
    return ""


def read(_: str, body: bytes, shop: Shop, __: Fetched) -> Read:
    """A purchase of what was bought, and a return of what came back, by the order it was of."""
    return safely(lambda: _order(decoded(body, Order), shop))


def _order(order: Order, shop: Shop) -> Read:
    who = order.partner if isinstance(order.partner, Partner) else None
    if who is not None and shop.tries(_text(who.email)):
        return Skipped("it is a test order")
    if order.state == "cancel":
        at = _utc(order.date_order)
        name = order.pos_reference
        return Told((shop.taken_back(f"{name}/cancelled", name, at, all=True),))
    if order.state not in _PAID:
        return Skipped(f"it is not paid: {order.state}")
    if any(line.id <= 0 for line in order.lines):
        sentence = "send an order once it has come from the till: its lines have no ids yet"
        return Refused("/lines", "not-synchronised", sentence)
    money = Money.of(order.currency, "/currency")
    member = None
    if who is not None:
        member = shop.member(
            email=_text(who.email), phone=_text(who.phone), card=_text(who.barcode)
        )
    sold = _purchase(order, member, shop, money)
    back = _returns(order, member, shop)
    events = (*([] if sold is None else [sold]), *back)
    return Told(events) if events else Skipped("nothing was bought, and nothing came back")


def _purchase(order: Order, member: Json | None, shop: Shop, money: Money) -> Json | None:
    """What was bought, the price of reward lines taken off all of it by what it costs."""
    bought = [
        (place, line)
        for place, line in enumerate(order.lines)
        if line.qty > 0 and not line.is_reward_line and line.price_subtotal_incl >= 0
    ]
    if not bought:
        return None
    items = [_item(line, money, f"/lines/{place}") for place, line in bought]
    off = _rewards(order.lines, money)
    amounts = [one.amount for one in items]
    shares = largest_remainder(min(off, sum(amounts)), amounts)
    lines, cards = [], 0
    for (place, _), item, share in zip(bought, items, shares, strict=True):
        left = item.amount - share
        if item.category == _CARD:
            cards += left
            continue
        tax = item.tax * left // item.amount if item.amount else 0
        cheaper = Item(
            id=item.id,
            sku=item.sku,
            quantity=item.quantity,
            amount=left,
            regular=item.regular,
            tax=tax,
            category=item.category,
        )
        lines.append(cheaper.line(shop, money, f"/lines/{place}"))
    found = {
        **shop.event("purchase", order.pos_reference, _utc(order.date_order)),
        **shop.place(_id(order.config_id), "store"),
        "lines": lines,
        "currency": order.currency,
        "receipt": order.pos_reference,
    }
    if member is not None:
        found["member"] = member
    if cards:
        found["charges"] = [{"kind": _CARD, "amount": money.text(cards)}]
    if (cashier := _id(order.user_id)) is not None:
        found["cashier"] = str(cashier)
    return found


def _item(line: Line, money: Money, at: str) -> Item:
    amount = money.positive(line.price_subtotal_incl, f"{at}/price_subtotal_incl")
    net = money.positive(line.price_subtotal, f"{at}/price_subtotal")
    if net > amount:
        sentence = "price_subtotal is more than price_subtotal_incl, which has the tax"
        raise Unusable(f"{at}/price_subtotal", "tax-below-zero", sentence)
    regular = amount
    if Decimal(0) < line.discount < Decimal(100):
        # A discount of 12.5 % in whole numbers: what is left of 100 is 87.5, and the whole 100.
        number, by = line.discount.as_integer_ratio()
        left = 100 * by - number
        regular = (2 * amount * 100 * by + left) // (2 * left)
    sku = _text(line.default_code) or str(_id(line.product_id) or line.id)
    return Item(
        id=str(line.id),
        sku=sku,
        quantity=line.qty,
        amount=amount,
        regular=regular,
        tax=amount - net,
        category=_text(line.category),
    )


def _rewards(lines: Sequence[Line], money: Money) -> int:
    """What reward lines, and others below 0 that bring nothing back, take off the order."""
    off = 0
    for place, line in enumerate(lines):
        at = f"/lines/{place}/price_subtotal_incl"
        units = money.units(line.price_subtotal_incl, at)
        if line.is_reward_line or (line.qty > 0 and units < 0):
            off += max(0, -units)
    return off


def _returns(order: Order, member: Json | None, shop: Shop) -> list[Json]:
    """One for each order that something came back of; of no order, the member's latest."""
    by_order: dict[str | None, list[Json]] = {}
    for place, line in enumerate(order.lines):
        if line.qty >= 0 or not _earned(line):
            continue
        quantity = plain(-line.qty, f"/lines/{place}/qty")
        of, original = _text(line.refunded_order), _id(line.refunded_orderline_id)
        if of is not None and original is not None:
            found = {"line": str(original), "quantity": quantity}
        elif member is not None:
            of = None
            found = {"sku": _text(line.default_code) or str(_id(line.product_id))}
            found["quantity"] = quantity
        else:
            sentence = "this came back from nobody: say refunded_order and refunded_orderline_id"
            raise Unusable(f"/lines/{place}", "unknown-purchase", sentence)
        by_order.setdefault(of, []).append(found)
    events, at = [], _utc(order.date_order)
    for number, (of, lines) in enumerate(by_order.items(), start=1):
        name = f"{order.pos_reference}/returned" + ("" if number == 1 else f"/{number}")
        if of is not None:
            events.append(shop.taken_back(name, of, at, lines=lines))
            continue
        loose = {"member": member, "lines": lines, "without_receipt": True}
        events.append({**shop.event("return", name, at), **loose})
    return events


def _earned(line: Line) -> bool:
    """Whether what comes back was a line of the purchase: a card was a charge of it, and what is
    paid back to us, the price of a reward or another discount, was taken off the other lines."""
    card = _text(line.category) == _CARD
    return not line.is_reward_line and not card and line.price_unit >= 0


def _utc(written: str) -> str:
    """Odoo keeps UTC, and writes it without saying so."""
    return written if written.endswith("Z") or "+" in written else f"{written.replace(' ', 'T')}Z"


def _text(found: str | bool | None) -> str | None:
    """A text; Odoo says false where there is none."""
    return found if isinstance(found, str) and found else None


def _id(found: Many2One) -> int | None:
    if isinstance(found, list):
        found = next((one for one in found if isinstance(one, int)), None)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


ODOO = Connector(signed, topic, read)

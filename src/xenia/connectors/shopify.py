"""Shopify: its webhooks of orders and refunds (Admin REST shapes) become events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    charge,
    decoded,
    digest,
    plain,
    safely,
    same_text,
    with_tax,
)

_PAID = ("paid", "partially_refunded", "refunded")
_ORDERS = ("orders/paid", "orders/updated", "orders/edited", "orders/fulfilled", "orders/cancelled")
_METHODS = {"gift_card": "gift-card", "cash": "cash", "shopify_payments": "bank-card"}


class Tax(Struct):
    price: Decimal


class Allocation(Struct):
    amount: Decimal


class LineItem(Struct):
    id: int
    price: Decimal
    quantity: int
    sku: str | None = None
    product_id: int | None = None
    variant_id: int | None = None
    title: str = ""
    vendor: str | None = None
    gift_card: bool = False
    total_discount: Decimal = Decimal(0)
    tax_lines: list[Tax] = []
    discount_allocations: list[Allocation] | None = None


class ShippingLine(Struct):
    price: Decimal
    discounted_price: Decimal | None = None
    tax_lines: list[Tax] = []


class Customer(Struct):
    email: str | None = None
    phone: str | None = None


class RefundedLine(Struct):
    line_item_id: int
    quantity: int
    line_item: LineItem | None = None


class Transaction(Struct):
    amount: Decimal
    kind: str
    status: str = "success"
    test: bool = False


class Adjustment(Struct):
    amount: Decimal
    kind: str = ""
    tax_amount: Decimal = Decimal(0)


class Refund(Struct):
    id: int
    order_id: int
    created_at: str
    refund_line_items: list[RefundedLine] = []
    transactions: list[Transaction] = []
    order_adjustments: list[Adjustment] = []


class Order(Struct):
    id: int
    name: str
    created_at: str
    currency: str
    line_items: list[LineItem]
    financial_status: str | None = None
    processed_at: str | None = None
    cancelled_at: str | None = None
    email: str | None = None
    phone: str | None = None
    total_discounts: Decimal = Decimal(0)
    total_tip_received: Decimal = Decimal(0)
    taxes_included: bool = False
    test: bool = False
    source_name: str | None = None
    location_id: int | None = None
    user_id: int | None = None
    shipping_lines: list[ShippingLine] = []
    payment_gateway_names: list[str] = []
    customer: Customer | None = None
    refunds: list[Refund] = []


def signed(delivery: Delivery, secret: str) -> bool:
    """Whether the head has the HMAC of the body as it came, in base64."""
    given = delivery.headers.get("x-shopify-hmac-sha256", "")
    return same_text(given, digest(secret, [delivery.body]))


def topic(delivery: Delivery) -> str:
    """Such as orders/paid."""
    return delivery.headers.get("x-shopify-topic", "")


def read(about: str, body: bytes, shop: Shop, _: Fetched) -> Read:
    """Events of an order or a refund.  Orders earn once they are paid, not when they are made."""
    if about == "refunds/create":
        return safely(lambda: _refund(decoded(body, Refund), shop))
    if about == "orders/create":
        return Skipped("an order earns when it is paid, which another webhook tells: orders/paid")
    if about in _ORDERS:
        return safely(lambda: _order(decoded(body, Order), shop))
    sentence = f'webhooks about "{about[:60]}" are not read: subscribe to {", ".join(_ORDERS)}'
    return Refused("", "unknown-topic", sentence)


def _order(order: Order, shop: Shop) -> Read:
    if order.test or shop.tries(order.email):
        return Skipped("it is a test order")
    if order.financial_status not in _PAID:
        return Skipped(f"it is not paid: {order.financial_status}")
    money = Money.of(order.currency, "/currency")
    events = [_purchase(order, shop, money)]
    for refund in order.refunds:
        found = _refund(refund, shop, money)
        events += found.events if isinstance(found, Told) else ()
    if order.cancelled_at is not None:
        name = f"{order.id}/cancelled"
        events.append(shop.taken_back(name, str(order.id), order.cancelled_at, all=True))
    return Told(tuple(events))


def _purchase(order: Order, shop: Shop, money: Money) -> Json:
    items = _items(order, money)
    lines, cards = [], 0
    for place, (sold, item) in enumerate(zip(order.line_items, items, strict=True)):
        if sold.gift_card:
            cards += item.amount
        elif sold.quantity:
            lines.append(item.line(shop, money, f"/line_items/{place}"))
    charges = [*_shipping(order, money), *charge("gift-card", cards, 0, money)]
    tip = money.positive(order.total_tip_received, "/total_tip_received")
    charges += charge("tip", tip, 0, money)
    channel = "store" if order.source_name == "pos" else "online"
    found = {
        **shop.event("purchase", str(order.id), order.processed_at or order.created_at),
        **shop.place(order.location_id, channel),
        "lines": lines,
        "currency": order.currency,
        "receipt": order.name,
    }
    # Without a customer it is a guest's, whatever was written on the parcel.
    if (who := order.customer) is not None:
        member = shop.member(email=who.email or order.email, phone=who.phone or order.phone)
        found |= {} if member is None else {"member": member}
    if charges:
        found["charges"] = charges
    if order.user_id is not None:
        found["cashier"] = str(order.user_id)
    if len(order.payment_gateway_names) == 1:
        found["payment"] = {"method": _METHODS.get(order.payment_gateway_names[0], "other")}
    return found


def _items(order: Order, money: Money) -> list[Item]:
    """The lines with their shares of the order's discounts: as these were allocated, or by what the
    lines cost."""
    full = [
        money.positive(line.price, f"/line_items/{place}/price") * line.quantity
        for place, line in enumerate(order.line_items)
    ]
    off = [*_discounts(order, full, money)]
    found = []
    for place, (line, whole, less) in enumerate(zip(order.line_items, full, off, strict=True)):
        at = f"/line_items/{place}"
        tax = money.sum([one.price for one in line.tax_lines], f"{at}/tax_lines")
        net, regular = whole - less, whole
        amount = net if order.taxes_included else net + tax
        if not order.taxes_included:
            regular = with_tax(net, tax, whole)
        sku = line.sku or str(line.variant_id or line.product_id or line.title or line.id)
        found.append(
            Item(
                id=str(line.id),
                sku=sku,
                quantity=line.quantity,
                amount=amount,
                regular=regular,
                tax=tax,
                brand=line.vendor,
            )
        )
    return found


def _discounts(order: Order, full: Sequence[int], money: Money) -> Iterator[int]:
    lines = order.line_items
    if all(line.discount_allocations is not None for line in lines):
        for place, line in enumerate(lines):
            at = f"/line_items/{place}/discount_allocations"
            yield money.sum([one.amount for one in line.discount_allocations or ()], at)
        return
    own = [
        money.positive(line.total_discount, f"/line_items/{place}/total_discount")
        for place, line in enumerate(lines)
    ]
    left = [max(0, whole - less) for whole, less in zip(full, own, strict=True)]
    rest = money.positive(order.total_discounts, "/total_discounts") - sum(own)
    shares = largest_remainder(min(max(0, rest), sum(left)), left)
    yield from [less + share for less, share in zip(own, shares, strict=True)]


def _shipping(order: Order, money: Money) -> list[Json]:
    amount = tax = 0
    for place, line in enumerate(order.shipping_lines):
        at = f"/shipping_lines/{place}"
        price = line.price if line.discounted_price is None else line.discounted_price
        amount += money.positive(price, f"{at}/price")
        tax += money.sum([one.price for one in line.tax_lines], f"{at}/tax_lines")
    return charge("delivery", amount if order.taxes_included else amount + tax, tax, money)


def _refund(refund: Refund, shop: Shop, money: Money | None = None) -> Read:
    done = [one for one in refund.transactions if one.kind == "refund" and one.status == "success"]
    if done and all(one.test for one in done):
        return Skipped("it is a test refund")
    name, order = f"refund/{refund.id}", str(refund.order_id)
    lines = [
        {"line": str(one.line_item_id), "quantity": str(one.quantity)}
        for one in refund.refund_line_items
        if one.quantity > 0 and not (one.line_item is not None and one.line_item.gift_card)
    ]
    if lines:
        return Told((shop.taken_back(name, order, refund.created_at, lines=lines),))
    if refund.refund_line_items:
        return Skipped("only gift cards came back, which had earned nothing")
    delivery = sum(
        abs(one.amount) + abs(one.tax_amount)
        for one in refund.order_adjustments
        if one.kind == "shipping_refund"
    )
    paid = sum((one.amount for one in done), Decimal(0)) - delivery
    if paid <= 0:
        return Skipped("nothing came back, and no price of goods was lowered")
    # A refund does not say its money: as many decimals as are written, which the event is read by.
    at = "/transactions"
    amount = plain(paid, at) if money is None else money.text(money.units(paid, at))
    return Told((shop.taken_back(name, order, refund.created_at, amount=amount),))


SHOPIFY = Connector(signed, topic, read)

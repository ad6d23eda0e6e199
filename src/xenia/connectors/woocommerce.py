"""WooCommerce: its webhooks of orders (REST API v3 shapes) become events."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct, field

from xenia.connectors.inbound import (
    Connector,
    Delivery,
    Fetched,
    Item,
    Json,
    Money,
    Needs,
    Read,
    Refused,
    Shop,
    Skipped,
    Told,
    Unusable,
    charge,
    decoded,
    digest,
    safely,
    same_text,
)

_PAID = ("processing", "completed", "refunded", "cancelled")
_TOPICS = ("order.created", "order.updated", "order.restored")
_PING = re.compile(rb"webhook_id=\d+")
_METHODS = {"cod": "cash", "stripe": "bank-card", "woocommerce_payments": "bank-card"}
_CARD = "gift-card"


class Meta(Struct):
    key: str
    value: object = None


class LineItem(Struct):
    id: int
    quantity: int
    total: Decimal
    product_id: int = 0
    variation_id: int = 0
    name: str = ""
    sku: str | None = None
    subtotal: Decimal | None = None
    subtotal_tax: Decimal = Decimal(0)
    total_tax: Decimal = Decimal(0)
    meta_data: list[Meta] = []


class Extra(Struct):
    total: Decimal
    total_tax: Decimal = Decimal(0)
    name: str = ""


class Billing(Struct):
    email: str | None = None
    phone: str | None = None


class RefundTotal(Struct):
    id: int
    total: Decimal


class Order(Struct):
    id: int
    status: str
    currency: str
    line_items: list[LineItem]
    number: str = ""
    date_paid_gmt: str | None = None
    date_completed_gmt: str | None = None
    date_modified_gmt: str | None = None
    customer_id: int = 0
    billing: Billing = field(default_factory=Billing)
    payment_method: str = ""
    shipping_lines: list[Extra] = []
    fee_lines: list[Extra] = []
    meta_data: list[Meta] = []
    refunds: list[RefundTotal] = []


class Refund(Struct):
    id: int
    amount: Decimal
    date_created_gmt: str | None = None
    line_items: list[LineItem] = []
    shipping_lines: list[Extra] = []
    fee_lines: list[Extra] = []


def signed(delivery: Delivery, secret: str) -> bool:
    """Whether the head has the HMAC of the body as it came, in base64."""
    given = delivery.headers.get("x-wc-webhook-signature", "")
    return same_text(given, digest(secret, [delivery.body]))


def greets(delivery: Delivery) -> bool:
    """Whether the shop only tries the address, as it does unsigned when a webhook is set up."""
    return _PING.fullmatch(delivery.body) is not None


def topic(delivery: Delivery) -> str:
    """Such as order.updated."""
    return delivery.headers.get("x-wc-webhook-topic", "")


def asking(token: str) -> Mapping[str, str]:
    """`token` is the consumer key and secret with a colon between."""
    return {"authorization": "Basic " + base64.b64encode(token.encode()).decode()}


def read(about: str, body: bytes, shop: Shop, fetched: Fetched) -> Read:
    """Events of an order with its refunds, of which there is no webhook."""
    if about == "order.deleted":
        return Skipped("deleting the record of an order does not undo the purchase")
    if about not in _TOPICS:
        sentence = f'webhooks about "{about[:60]}" are not read: subscribe to order.updated'
        return Refused("", "unknown-topic", sentence)
    return safely(lambda: _order(decoded(body, Order), shop, fetched))


def _order(order: Order, shop: Shop, fetched: Fetched) -> Read:
    if _tries(order, shop):
        return Skipped("it is a test order")
    paid = order.date_paid_gmt or order.date_completed_gmt
    if order.status not in _PAID or not paid:
        return Skipped(f"it is not paid: {order.status}")
    path = f"orders/{order.id}/refunds?per_page=100"
    if order.refunds and shop.asks and path not in fetched:
        return Needs((path,))
    money = Money.of(order.currency, "/currency")
    events = [_purchase(order, shop, money, _utc(paid))]
    details = fetched.get(path)
    if details is not None:
        for refund in sorted(decoded(details, list[Refund]), key=lambda one: one.id):
            events += _refund(order, refund, shop, money)
    else:
        events += _refunded_totals(order, shop, money)
    if order.status == "cancelled":
        at = _utc(order.date_modified_gmt or paid)
        events.append(shop.taken_back(f"{order.id}/cancelled", str(order.id), at, all=True))
    return Told(tuple(events))


def _tries(order: Order, shop: Shop) -> bool:
    mode = {one.key: one.value for one in order.meta_data}.get("_wcpay_mode")
    return mode in ("test", "dev") or shop.tries(order.billing.email)


def _utc(written: str) -> str:
    """A time of a `_gmt` field, which has no offset."""
    return written if written.endswith("Z") else f"{written}Z"


def _purchase(order: Order, shop: Shop, money: Money, paid: str) -> Json:
    lines, charges, cards = [], list[Json](), 0
    for place, sold in enumerate(order.line_items):
        at = f"/line_items/{place}"
        item = _item(sold, money, at)
        if shop.category(item.sku) == _CARD:
            cards += item.amount
        elif sold.quantity:
            lines.append(item.line(shop, money, at))
    for kind, name, extras in (
        ("delivery", "shipping_lines", order.shipping_lines),
        ("service", "fee_lines", order.fee_lines),
    ):
        amount, tax = _sum(extras, money, f"/{name}")
        charges += charge(kind, amount, tax, money)
    charges += charge(_CARD, cards, 0, money)
    found = {
        **shop.event("purchase", str(order.id), paid),
        **shop.place(None, "online"),
        "lines": lines,
        "currency": order.currency,
        "receipt": order.number or str(order.id),
    }
    if order.customer_id:
        member = shop.member(email=order.billing.email, phone=order.billing.phone)
        found |= {} if member is None else {"member": member}
    if charges:
        found["charges"] = charges
    if order.payment_method:
        found["payment"] = {"method": _METHODS.get(order.payment_method, "other")}
    return found


def _item(line: LineItem, money: Money, at: str) -> Item:
    tax = money.positive(line.total_tax, f"{at}/total_tax")
    amount = money.positive(line.total, f"{at}/total") + tax
    regular = amount
    if line.subtotal is not None:
        regular = money.positive(line.subtotal, f"{at}/subtotal")
        regular += money.positive(line.subtotal_tax, f"{at}/subtotal_tax")
    return Item(
        id=str(line.id),
        sku=line.sku or str(line.variation_id or line.product_id or line.name or line.id),
        quantity=line.quantity,
        amount=amount,
        regular=regular,
        tax=tax,
    )


def _sum(extras: Sequence[Extra], money: Money, at: str) -> tuple[int, int]:
    """What they come to with tax, and the tax; a fee below 0 is a discount that is not of goods."""
    amount = tax = 0
    for place, one in enumerate(extras):
        total = money.units(one.total, f"{at}/{place}/total")
        if total < 0:
            sentence = "a fee below 0 is a discount on no line: give it as a coupon instead"
            raise Unusable(f"{at}/{place}/total", "negative", sentence)
        own = money.positive(one.total_tax, f"{at}/{place}/total_tax")
        amount, tax = amount + total + own, tax + own
    return amount, tax


def _refund(order: Order, refund: Refund, shop: Shop, money: Money) -> list[Json]:
    """What came back by quantities is one event; a line whose price was lowered one each; and what
    was given back beyond both lowers the price of what is kept."""
    known = {line.id: line for line in order.line_items}
    name, of = f"refund/{refund.id}", str(order.id)
    at = _utc(refund.date_created_gmt or order.date_modified_gmt or order.date_paid_gmt or "")
    # The amount is what was paid, whatever the lines come to.
    extras = [*refund.shipping_lines, *refund.fee_lines]
    more = abs(money.units(refund.amount, "/refunds/amount"))
    more -= abs(sum([money.units(one.total + one.total_tax, "/refunds") for one in extras]))
    whole, found = [], list[Json]()
    for line in refund.line_items:
        sold = known.get(_refunded(line))
        less = abs(money.units(line.total + line.total_tax, "/refunds/line_items/total"))
        more -= less if sold is None else max(less, _price(sold, abs(line.quantity), money))
        if sold is None or shop.category(_item(sold, money, "").sku) == _CARD:
            continue
        if line.quantity:
            whole.append({"line": str(sold.id), "quantity": str(abs(line.quantity))})
        elif less:
            lowered = {"lines": [{"line": str(sold.id)}], "amount": money.text(less)}
            found.append(shop.taken_back(f"{name}/{sold.id}", of, at, **lowered))
    if whole:
        found.insert(0, shop.taken_back(name, of, at, lines=whole))
    if more > 0:
        own = f"{name}/more" if refund.line_items else name
        found.append(shop.taken_back(own, of, at, amount=money.text(more)))
    return found


def _price(sold: LineItem, quantity: int, money: Money) -> int:
    """What so many of a line have cost, rounded up."""
    if not quantity or not sold.quantity:
        return 0
    return -(-_item(sold, money, "").amount * quantity // sold.quantity)


def _refunded(line: LineItem) -> int:
    """The line of the order that a line of a refund is about."""
    for one in line.meta_data:
        if one.key == "_refunded_item_id" and str(one.value).isdigit():
            return int(str(one.value))
    return 0


def _refunded_totals(order: Order, shop: Shop, money: Money) -> list[Json]:
    """Refunds of which only the sums are known: prices are lowered, to nothing in the end."""
    left = sum(
        _item(line, money, f"/line_items/{place}").amount
        for place, line in enumerate(order.line_items)
    )
    at = _utc(order.date_modified_gmt or order.date_paid_gmt or "")
    refunds, found = sorted(order.refunds, key=lambda one: one.id), list[Json]()
    for place, refund in enumerate(refunds):
        name = f"refund/{refund.id}"
        if order.status == "refunded" and place == len(refunds) - 1:
            found.append(shop.taken_back(name, str(order.id), at, all=True))
            break
        less = min(left, abs(money.units(refund.total, f"/refunds/{place}/total")))
        left -= less
        if less:
            found.append(shop.taken_back(name, str(order.id), at, amount=money.text(less)))
    return found


WOOCOMMERCE = Connector(signed, topic, read, asking)

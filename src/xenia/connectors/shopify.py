"""Shopify: its webhooks of orders and refunds (Admin REST shapes) become events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec import UNSET, Struct, UnsetType

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
_ORDERS = ("orders/paid", "orders/updated", "orders/fulfilled", "orders/cancelled")
_METHODS = {"gift_card": "gift-card", "cash": "cash", "shopify_payments": "bank-card"}
# Why a refund's money and its goods differ: it is of goods that have come back before.
_PENDING = "Pending refund discrepancy"
_SHIPPING = "Shipping refund"


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
    tip_payment_gateway: str | UnsetType | None = UNSET  # a tip has it, be it null; goods never

    @property
    def goods(self) -> bool:
        """Whether it can earn: neither money on a card nor a tip does."""
        return not self.gift_card and self.tip_payment_gateway is UNSET


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
    currency: str | None = None  # what the customer paid with


class ShopMoney(Struct):
    amount: Decimal
    currency_code: str


class MoneyBag(Struct):
    shop_money: ShopMoney


class Adjustment(Struct):
    amount: Decimal | None = None
    kind: str | None = None
    reason: str | None = None
    tax_amount: Decimal = Decimal(0)
    amount_set: MoneyBag | None = None

    @property
    def whole(self) -> Decimal:
        """With its tax: below 0 where more was given back than the goods had cost."""
        said = self.amount_set
        amount = self.amount if said is None else said.shop_money.amount
        return (amount or Decimal(0)) + self.tax_amount

    @property
    def shipping(self) -> bool:
        """Whether it is of what was paid for delivery."""
        return self.kind == "shipping_refund" or self.reason == _SHIPPING


class RefundedShipping(Struct):
    subtotal_amount_set: MoneyBag | None = None


class Refund(Struct):
    id: int
    order_id: int
    created_at: str
    refund_line_items: list[RefundedLine] = []
    transactions: list[Transaction] = []
    order_adjustments: list[Adjustment] = []
    refund_shipping_lines: list[RefundedShipping] = []

    @property
    def currency(self) -> str | None:
        """The shop's own money, where it is said."""
        bags = [one.amount_set for one in self.order_adjustments]
        bags += [one.subtotal_amount_set for one in self.refund_shipping_lines]
        return next((one.shop_money.currency_code for one in bags if one is not None), None)


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
    if about == "orders/edited":
        return Skipped("it tells of an edit, and not the order, which orders/updated tells")
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
    lines, cards, tips = [], 0, 0
    for place, (sold, item) in enumerate(zip(order.line_items, items, strict=True)):
        if sold.gift_card:
            cards += item.amount
        elif not sold.goods:
            tips += item.amount
        elif sold.quantity:
            lines.append(item.line(shop, money, f"/line_items/{place}"))
    charges = [*_shipping(order, money), *charge("gift-card", cards, 0, money)]
    # The tips of an order are among its lines, and told as their sum besides.
    tips = max(tips, money.positive(order.total_tip_received, "/total_tip_received"))
    charges += charge("tip", tips, 0, money)
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
        if one.quantity > 0 and (one.line_item is None or one.line_item.goods)
    ]
    back = [shop.taken_back(name, order, refund.created_at, lines=lines)] if lines else []
    less, said = _lowered(refund, done, None if money is None else money.code)
    if less > 0:
        at = "/transactions"
        if money is not None and said == money.code:
            amount = {"amount": money.text(money.units(less, at))}
        else:  # as many decimals as are written, which the event is read by
            amount = {"amount": plain(less, at), **({} if said is None else {"currency": said})}
        own = f"{name}/more" if refund.refund_line_items else name
        back.append(shop.taken_back(own, order, refund.created_at, **amount))
    if back:
        return Told(tuple(back))
    if refund.refund_line_items:
        return Skipped("only gift cards or tips came back, which had earned nothing")
    return Skipped("nothing came back, and no price of goods was lowered")


def _lowered(
    refund: Refund, done: Sequence[Transaction], known: str | None
) -> tuple[Decimal, str | None]:
    """By how much a refund lowers the price of goods that are kept, and in which money: the shop's
    own if it is told, which need not be what the customer has paid with.

    Of one with goods that is what was given back beyond their price, as it says itself.
    """
    paid = sum((one.amount for one in done), Decimal(0))
    monies = [one.currency for one in done if one.currency is not None]
    own = known or refund.currency or next(iter(monies), None)
    other = next((one for one in monies if one != own), None)
    rest = [one for one in refund.order_adjustments if not one.shipping]
    above = [one.whole for one in rest if one.reason != _PENDING and one.whole < 0]
    more = -sum(above, Decimal(0)) if paid > 0 else Decimal(0)
    if refund.refund_line_items:
        return more, own
    if other is not None and refund.currency is None:
        return paid, other  # nothing tells what it is in the shop's own
    shipping = [abs(one.whole) for one in refund.order_adjustments if one.shipping]
    left = paid - sum(shipping, Decimal(0))
    if other or refund.refund_shipping_lines or any(one.reason == _PENDING for one in rest):
        return (more if other else min(more, left)), own
    return left, own


SHOPIFY = Connector(signed, topic, read)

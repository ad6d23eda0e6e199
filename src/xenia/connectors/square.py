"""Square: its webhooks of payments, orders and refunds (Orders API shapes) become events."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

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
    plain,
    safely,
    same_text,
)

_PAYMENTS = ("payment.created", "payment.updated")
_ORDERS = ("order.created", "order.updated", "order.fulfillment.updated")
_REFUNDS = ("refund.created", "refund.updated")
_METHODS = {"CASH": "cash", "CARD": "bank-card", "SQUARE_GIFT_CARD": "gift-card"}
_NO_WAY = (
    "Square tells of the order only by its id: give this connection an access token, with which "
    "the order can be fetched"
)


class Amount(Struct):
    amount: int
    currency: str


class LineItem(Struct):
    uid: str
    quantity: str
    total_money: Amount
    name: str = ""
    catalog_object_id: str | None = None
    item_type: str = "ITEM"
    total_tax_money: Amount | None = None
    total_discount_money: Amount | None = None


class ServiceCharge(Struct):
    total_money: Amount
    total_tax_money: Amount | None = None
    treatment_type: str = "LINE_ITEM_TREATMENT"


class Tender(Struct):
    type: str = "OTHER"
    created_at: str | None = None
    customer_id: str | None = None


class ReturnedLine(Struct):
    """Of a known line, or an amount of money, whatever that was paid for."""

    quantity: str
    source_line_item_uid: str | None = None
    item_type: str = "ITEM"
    total_money: Amount | None = None


class Returned(Struct):
    source_order_id: str | None = None
    return_line_items: list[ReturnedLine] = []


class Order(Struct):
    id: str
    state: str
    created_at: str
    location_id: str | None = None
    customer_id: str | None = None
    closed_at: str | None = None
    line_items: list[LineItem] = []
    service_charges: list[ServiceCharge] = []
    tenders: list[Tender] = []
    returns: list[Returned] = []
    total_money: Amount | None = None
    total_tip_money: Amount | None = None
    net_amount_due_money: Amount | None = None
    updated_at: str | None = None

    @property
    def buyer(self) -> str | None:
        """Whose it is; one that names nobody is of whoever paid it, if that is one customer."""
        paid = {one.customer_id for one in self.tenders if one.customer_id}
        return self.customer_id or (paid.pop() if len(paid) == 1 else None)

    @property
    def paid_at(self) -> str:
        """When it was closed; or, as long as it is open, when the last of it was paid: it may have
        been made long before."""
        paid = max([one.created_at for one in self.tenders if one.created_at], default=None)
        return self.closed_at or paid or self.created_at


class Payment(Struct):
    id: str
    status: str
    order_id: str | None = None
    employee_id: str | None = None


class Refund(Struct):
    id: str
    status: str
    created_at: str
    amount_money: Amount
    order_id: str | None = None


class OrderTold(Struct):
    order_id: str
    state: str = ""


class Customer(Struct):
    email_address: str | None = None
    phone_number: str | None = None
    reference_id: str | None = None


class Objects(Struct):
    payment: Payment | None = None
    refund: Refund | None = None
    order: Order | None = None
    customer: Customer | None = None
    order_created: OrderTold | None = None
    order_updated: OrderTold | None = None


class Data(Struct):
    object: Objects = field(default_factory=Objects)


class Envelope(Struct):
    merchant_id: str
    type: str
    event_id: str
    data: Data


class FetchedOrder(Struct):
    order: Order


class FetchedCustomer(Struct):
    customer: Customer


def signed(delivery: Delivery, secret: str) -> bool:
    """Whether the head has the HMAC of the address that Square knows and the body as it came."""
    given = delivery.headers.get("x-square-hmacsha256-signature", "")
    return same_text(given, digest(secret, [delivery.address.encode(), delivery.body]))


def topic(_: Delivery) -> str:
    """Nothing: the body says what it is about."""
    return ""


def asking(token: str) -> Mapping[str, str]:
    """`token` is an access token."""
    return {"authorization": f"Bearer {token}", "accept": "application/json"}


def read(_: str, body: bytes, shop: Shop, fetched: Fetched) -> Read:
    """Events of an order that is paid, or of a refund."""
    return safely(lambda: _read(decoded(body, Envelope), shop, fetched))


def _read(told: Envelope, shop: Shop, fetched: Fetched) -> Read:
    mine = shop.options.merchant
    if mine is not None and told.merchant_id != mine:
        return Skipped("it is of another merchant, as Square's test events are")
    found = told.data.object
    if told.type in _PAYMENTS and found.payment is not None:
        if found.payment.status != "COMPLETED":
            return Skipped(f"the payment is not completed: {found.payment.status}")
        if found.payment.order_id is None:
            return Skipped("the payment is of no order")
        return _of_order(found.payment.order_id, found, shop, fetched)
    if told.type in _ORDERS:
        about = found.order_updated or found.order_created
        if about is None and found.order is None:
            return Skipped("it says nothing of the order")
        name = found.order.id if about is None and found.order is not None else None
        return _of_order(name or (about.order_id if about else ""), found, shop, fetched)
    if told.type in _REFUNDS and found.refund is not None:
        return _refund(found.refund, found, shop, fetched)
    sentence = f'"{told.type[:60]}" is not read: subscribe to payment.updated and refund.updated'
    return Refused("/type", "unknown-topic", sentence)


def _order_of(name: str, found: Objects, shop: Shop, fetched: Fetched) -> Order | Read:
    """An order that was sent along, or is fetched."""
    if found.order is not None and found.order.id == name:
        return found.order
    path = f"v2/orders/{name}"
    if path not in fetched:
        if not shop.asks:
            return Refused("/data/object", "no-access-token", _NO_WAY)
        return Needs((path,))
    body = fetched[path]
    if body is None:
        return Refused("/data/object", "unknown-order", f'Square has no order "{name[:60]}"')
    return decoded(body, FetchedOrder).order


def _of_order(name: str, found: Objects, shop: Shop, fetched: Fetched) -> Read:
    order = _order_of(name, found, shop, fetched)
    if not isinstance(order, Order):
        return order
    due = order.net_amount_due_money
    if order.state == "CANCELED":
        at = order.closed_at or order.updated_at or order.created_at
        if not order.tenders:
            return Skipped("it was cancelled before it was paid")
        back = shop.taken_back(f"{order.id}/cancelled", order.id, at, all=True)
        return Told((back,))
    if order.state == "DRAFT" or (due is not None and due.amount > 0):
        return Skipped("it is not paid in full")
    if due is None and order.state != "COMPLETED":
        return Skipped(f"it is not paid: {order.state}")
    if not order.line_items:
        return Skipped("nothing was bought")
    customer = found.customer
    if customer is None and order.buyer is not None and shop.asks:
        path = f"v2/customers/{order.buyer}"
        if path not in fetched:
            return Needs((path,))
        if (body := fetched[path]) is not None:
            customer = decoded(body, FetchedCustomer).customer
    if customer is not None and shop.tries(customer.email_address):
        return Skipped("it is a test order")
    bought = _purchase(order, customer, shop)
    # Goods that are exchanged come back by the same order, and perhaps no money does.
    return Told((bought, *_returned(order, shop, order.paid_at)))


def _purchase(order: Order, customer: Customer | None, shop: Shop) -> Json:
    at = "/data/object/order"
    money = Money.of(order.line_items[0].total_money.currency, f"{at}/line_items/0/total_money")
    lines, cards = [], 0
    for place, sold in enumerate(order.line_items):
        where = f"{at}/line_items/{place}"
        item = _item(sold, money, where)
        if sold.item_type == "GIFT_CARD":
            cards += item.amount
        elif Decimal(item.quantity):
            lines.append(item.line(shop, money, where))
    charges = charge("gift-card", cards, 0, money)
    for one in order.service_charges:
        if one.treatment_type != "APPORTIONED_TREATMENT":  # else the lines have it
            tax = _units(one.total_tax_money, money, f"{at}/service_charges")
            total = _units(one.total_money, money, f"{at}/service_charges")
            charges += charge("service", total, tax, money)
    tip = _units(order.total_tip_money, money, f"{at}/total_tip_money")
    charges += charge("tip", tip, 0, money)
    found = {
        **shop.event("purchase", order.id, order.paid_at),
        **shop.place(order.location_id, "store"),
        "lines": lines,
        "currency": money.code,
        "receipt": order.id,
    }
    if customer is not None:
        member = shop.member(
            email=customer.email_address, phone=customer.phone_number, card=customer.reference_id
        )
        found |= {} if member is None else {"member": member}
    if charges:
        found["charges"] = charges
    if len(order.tenders) == 1:
        found["payment"] = {"method": _METHODS.get(order.tenders[0].type, "other")}
    return found


def _item(line: LineItem, money: Money, at: str) -> Item:
    amount = _units(line.total_money, money, f"{at}/total_money")
    off = _units(line.total_discount_money, money, f"{at}/total_discount_money")
    return Item(
        id=line.uid,
        sku=line.catalog_object_id or line.name or line.uid,
        quantity=_quantity(line.quantity, f"{at}/quantity"),
        amount=amount,
        regular=amount + off,
        tax=_units(line.total_tax_money, money, f"{at}/total_tax_money"),
    )


def _units(found: Amount | None, money: Money, at: str) -> int:
    """Smallest units, as Square counts, too; 0 of nothing."""
    if found is None:
        return 0
    if found.currency != money.code:
        sentence = f"an order is of one money, not of {money.code} and {found.currency}"
        raise Unusable(at, "other-money", sentence)
    if found.amount < 0:
        raise Unusable(at, "negative", "this is below 0 where that makes no sense")
    return found.amount


def _quantity(written: str, at: str) -> Decimal:
    try:
        found = Decimal(written)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found < 0 or len(written) > 20:
        raise Unusable(at, "not-a-decimal", f'"{written[:40]}" is no quantity')
    return found


def _refund(refund: Refund, found: Objects, shop: Shop, fetched: Fetched) -> Read:
    """What came back by lines or amounts, as the order of the return says; of a refund that names
    the order itself, its amount."""
    if refund.status != "COMPLETED":
        return Skipped(f"the refund is not completed: {refund.status}")
    if refund.order_id is None:
        return Skipped("the refund is of no order")
    order = _order_of(refund.order_id, found, shop, fetched)
    if not isinstance(order, Order):
        return order
    if order.returns:
        back = _returned(order, shop, refund.created_at)
        return Told(tuple(back)) if back else Skipped("no goods of a known order came back")
    name = f"refund/{refund.id}"
    money = Money.of(refund.amount_money.currency, "/data/object/refund/amount_money/currency")
    amount = _units(refund.amount_money, money, "/data/object/refund/amount_money")
    if order.total_money is not None and amount == order.total_money.amount:
        return Told((shop.taken_back(name, order.id, refund.created_at, all=True),))
    if not amount:
        return Skipped("nothing came back")
    return Told((shop.taken_back(name, order.id, refund.created_at, **_told(amount, money)),))


def _returned(order: Order, shop: Shop, at: str) -> list[Json]:
    """What came back by an order, under its own name: each payment of which money goes back has a
    refund of its own."""
    events = []
    for place, one in enumerate(order.returns, start=1):
        of = one.source_order_id or order.id
        name = f"{order.id}/returned" + ("" if place == 1 else f"/{place}")
        goods = [line for line in one.return_line_items if line.item_type != "GIFT_CARD"]
        lines = [
            {"line": line.source_line_item_uid, "quantity": plain(_back(line), "/quantity")}
            for line in goods
            if line.source_line_item_uid is not None
        ]
        if lines:
            events.append(shop.taken_back(name, of, at, lines=lines))
        sums = [
            line.total_money
            for line in goods
            if line.source_line_item_uid is None and line.total_money is not None
        ]
        if one.source_order_id is not None and sums:
            where = "/data/object/order/returns/return_line_items/total_money"
            money = Money.of(sums[0].currency, where)
            if amount := sum([_units(found, money, where) for found in sums]):
                events.append(shop.taken_back(f"{name}/amount", of, at, **_told(amount, money)))
    return events


def _told(amount: int, money: Money) -> dict[str, str]:
    return {"amount": money.text(amount), "currency": money.code}


def _back(line: ReturnedLine) -> Decimal:
    return _quantity(line.quantity, "/data/object/order/returns/return_line_items/quantity")


SQUARE = Connector(signed, topic, read, asking)

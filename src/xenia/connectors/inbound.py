"""What a shop sends and what becomes of it: the words that all connectors share."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct

from xenia.amounts import (
    NotAnAmount,
    UnknownMoney,
    format_decimal,
    money_decimals,
    parse_signed,
)

T = TypeVar("T")
Json = dict[str, Any]
Identify = Literal["email", "phone", "card"]

_LONGEST_EXPONENT = 60  # of a number: 1e999999 would be written out with a million digits
_TEXT = 200  # characters of a text in an event


# ---- what a connector is given -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Delivery:
    """What arrived: the head's fields by their names in small letters, the body as it came, and the
    whole address that the shop was told to send it to."""

    headers: Mapping[str, str]
    body: bytes
    address: str = ""


class ShopOptions(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What an operator says of a shop.

    `locations` and `categories` (by sku) say what the shop's own are called in the programme;
    `category` is that of all other goods.  Members are recognised by the first of `identify` that
    an order has.  `test_customers` are e-mail addresses whose orders are tries.  `address` is where
    the shop sends to as it is seen from outside, and `api` where it can be asked.
    """

    locations: dict[str, str] = {}
    category: str = "goods"
    categories: dict[str, str] = {}
    channel: str | None = None
    identify: tuple[Identify, ...] = ("email", "phone")
    test_customers: tuple[str, ...] = ()
    merchant: str | None = None
    address: str | None = None
    api: str | None = None


@dataclass(frozen=True, slots=True)
class Shop:
    """A connection as its connector knows it; `asks`: whether what is missing can be fetched."""

    kind: str
    name: str
    options: ShopOptions = field(default_factory=ShopOptions)
    programme: str | None = None
    asks: bool = False

    @property
    def source(self) -> str:
        """The source of its events."""
        return f"{self.kind}/{self.name}"

    def event(self, kind: str, name: str, occurred_at: str) -> Json:
        """The fields of any event."""
        found: Json = {
            "id": name,
            "source": self.source,
            "type": kind,
            "occurred_at": occurred_at,
        }
        if self.programme is not None:
            found["programme"] = self.programme
        return found

    def taken_back(self, name: str, order: str, occurred_at: str, **what: Any) -> Json:
        """A return of something of an order; of an `amount` the `currency`, too, if it is known,
        which is compared with that of the programme."""
        return {**self.event("return", name, occurred_at), "of": self.of(order), **what}

    def of(self, order: str) -> Json:
        """What names an order in another event."""
        return {"source": self.source, "id": order}

    def place(self, location: str | int | None, channel: str) -> Json:
        """Where something was bought, as far as the programme knows it."""
        found = {"channel": self.options.channel or channel}
        known = self.options.locations.get(str(location))
        return found if known is None else {**found, "location": known}

    def category(self, sku: str) -> str:
        """The category of goods."""
        return self.options.categories.get(sku, self.options.category)

    def member(self, **known: str | None) -> Json | None:
        """What names the member of an order, by `email`, `phone` or `card`; None: a guest."""
        for kind in self.options.identify:
            value = (known.get(kind) or "").strip()
            if value:
                return {kind: value.lower() if kind == "email" else value}
        return None

    def tries(self, email: str | None) -> bool:
        """Whether it is the operator's own customer for trying things."""
        mine = (email or "").strip().lower()
        return mine in [one.strip().lower() for one in self.options.test_customers]


# ---- what it makes of it -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """Events of the contract, in their order; the id of a purchase is that of its order."""

    events: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """Nothing is to be recorded, and nothing is wrong."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It cannot be used: the place (a JSON Pointer into the body), a code, and what to do."""

    pointer: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Needs:
    """What must be fetched from the shop before it can be read."""

    paths: tuple[str, ...]


Read = Told | Skipped | Refused | Needs
Fetched = Mapping[str, bytes | None]  # what was fetched, by path; None: the shop has no such thing


@dataclass(frozen=True, slots=True)
class Connector:
    """One kind of shop.

    `signed` says whether a delivery comes from who has the secret; `topic` what it is about; `read`
    makes events of its topic and body; `asking` gives the fields of the head for fetching.
    """

    signed: Callable[[Delivery, str], bool]
    topic: Callable[[Delivery], str]
    read: Callable[[str, bytes, Shop, Fetched], Read]
    asking: Callable[[str], Mapping[str, str]] | None = None


class Unusable(Exception):  # noqa: N818 - it is named after what it says
    """A place in what was sent that cannot be used."""

    def __init__(self, pointer: str, code: str, text: str) -> None:
        super().__init__(text)
        self.refused = Refused(pointer, code, text)


# ---- reading -------------------------------------------------------------------------------------


def decoded(body: bytes, shape: type[T]) -> T:
    """What was sent, as it is documented; other fields are let through.  Raises Unusable."""
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        sentence, _, place = str(error).partition(" - at `$")
        pointer = place.rstrip("`").replace(".", "/").replace("[", "/").replace("]", "")
        raise Unusable(pointer, "not-as-documented", sentence) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Unusable("", "not-json", f"this is not JSON: {error}") from None


@dataclass(frozen=True, slots=True)
class Money:
    """Amounts of one currency, in its smallest units."""

    code: str
    decimals: int

    @staticmethod
    def of(code: str, pointer: str) -> Money:
        """The money of an ISO 4217 code.  Raises Unusable."""
        try:
            return Money(code, money_decimals(code))
        except UnknownMoney as error:
            raise Unusable(pointer, "unknown-currency", str(error)) from None

    def units(self, written: Decimal | int, pointer: str) -> int:
        """Smallest units, perhaps below 0; never rounded.  Raises Unusable."""
        text = plain(Decimal(written), pointer)
        try:
            return parse_signed(text, self.decimals, what=f"an amount of {self.code}")
        except NotAnAmount as error:
            raise Unusable(pointer, error.code, str(error)) from None

    def positive(self, written: Decimal | int, pointer: str) -> int:
        """The same, refused below 0."""
        found = self.units(written, pointer)
        if found < 0:
            raise Unusable(pointer, "negative", f"{written} is below 0 where that makes no sense")
        return found

    def sum(self, items: Iterable[Decimal], pointer: str) -> int:
        """What amounts come to together."""
        return sum(self.positive(one, pointer) for one in items)

    def text(self, units: int) -> str:
        """An amount as an event has it."""
        return format_decimal(units, self.decimals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of an order, all in smallest units: `amount` is what is asked for it with its `tax`,
    after the shop's own discounts, and `regular` before them."""

    id: str
    sku: str
    quantity: Decimal | int
    amount: int
    regular: int
    tax: int
    brand: str | None = None
    category: str | None = None

    def line(self, shop: Shop, money: Money, pointer: str) -> Json:
        """The line as an event has it.  Raises Unusable."""
        if self.amount < 0:
            sentence = "the discounts of this line are more than its price"
            raise Unusable(pointer, "negative", sentence)
        found: Json = {
            "id": self.id,
            "sku": self.sku[:_TEXT],
            "category": self.category or shop.category(self.sku),
            "quantity": plain(Decimal(self.quantity), pointer),
            "amount": money.text(self.amount),
        }
        if self.tax:
            found["tax"] = money.text(self.tax)
        if self.regular != self.amount:
            found["regular_amount"] = money.text(self.regular)
        if self.brand:
            found["brand"] = self.brand[:_TEXT]
        return found


def plain(value: Decimal, pointer: str) -> str:
    """A number in plain digits.  Raises Unusable."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > _LONGEST_EXPONENT:
        raise Unusable(pointer, "not-a-decimal", f"{value} is no number that is counted with")
    written = format(value, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def charge(kind: str, amount: int, tax: int, money: Money) -> list[Json]:
    """A charge as an event has it; none of nothing."""
    if not amount:
        return []
    found: Json = {"kind": kind, "amount": money.text(amount)}
    return [{**found, "tax": money.text(tax)} if tax else found]


def with_tax(net: int, tax: int, other: int) -> int:
    """What `other` is with tax, where `net` has so much; rounded half up."""
    return other if net == 0 else other + (2 * tax * other + net) // (2 * net)


def same_text(one: str, other: str) -> bool:
    """Whether two texts are the same, in a time that says nothing about where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def digest(secret: str, parts: Sequence[bytes]) -> str:
    """The HMAC-SHA256 of parts one after the other, in base64."""
    return base64.b64encode(hmac.digest(secret.encode(), b"".join(parts), sha256)).decode()


def safely(read: Callable[[], Read]) -> Read:
    """What is read, or where it cannot be used."""
    try:
        return read()
    except Unusable as trouble:
        return trouble.refused
    except ArithmeticError:
        return Refused("", "not-a-decimal", "a number is none that is counted with")

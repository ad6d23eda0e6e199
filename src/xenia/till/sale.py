"""A sale as it stands in the form of a page, and the event that it comes to."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from xenia.client import shapes
from xenia.pages.asking import Asked
from xenia.pages.formats import Formats
from xenia.pages.forms import Sent
from xenia.till.places import SOURCE
from xenia.till.this_till import this_till

# What can be read aloud and typed: no letter that is like a digit (Crockford's).
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LETTERS_OF_A_RECEIPT: Final = 12
_DRAWN: Final = re.compile(f"[{_LETTERS}]{{4}}(-[{_LETTERS}]{{4}}){{2}}")
_LONGEST: Final = 200
# What the till's script takes for space, for digits and for a number (till-decimals.js): no more.
_SPACES: Final = re.compile("[\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]")
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
_MARKS: Final = str.maketrans(",٫", "..")
_NUMBER: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{0,9})?|\.[0-9]{1,9}")
_BETWEEN: Final = str.maketrans("", "", " ()-./\u00a0\u202f")
_FINEST: Final = Decimal("0.001")  # of a quantity, as the service counts


@dataclass(frozen=True, slots=True)
class Line:
    """So many of a thing at a price each, in decimals."""

    sku: str
    category: str
    quantity: str
    price: str

    def amount(self, decimals: int) -> str:
        """What they cost together, in a money of so many decimals."""
        exact = Decimal(self.price) * Decimal(self.quantity)
        return format(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP), "f")


@dataclass(frozen=True, slots=True)
class Sale:
    """`receipt` is the number of the receipt, and the id of the purchase."""

    receipt: str
    identifier: str = ""  # what was scanned or typed of the member
    lines: tuple[Line, ...] = ()
    vouchers: tuple[str, ...] = ()
    spend: dict[str, str] = field(default_factory=dict)
    unread: dict[str, str] = field(
        default_factory=dict
    )  # what was typed to be spent, and is no number

    def total(self, decimals: int) -> Decimal:
        """What all lines cost, before anything is taken off."""
        return sum((Decimal(line.amount(decimals)) for line in self.lines), Decimal())


def new_receipt() -> str:
    """A number that nobody else has: 60 bits of chance."""
    number = "".join(secrets.choice(_LETTERS) for _ in range(_LETTERS_OF_A_RECEIPT))
    return "-".join(number[at : at + 4] for at in range(0, _LETTERS_OF_A_RECEIPT, 4))


def is_drawn(number: str) -> bool:
    """Whether a number is such as is drawn here, or by the till's script; not the shop's own, which
    may look like one of digits alone (one in a million of those that are drawn)."""
    return _DRAWN.fullmatch(number) is not None and not number.replace("-", "").isdigit()


def receipt_of(typed: str) -> str:
    """The number of a receipt as somebody has typed it, or a scanner."""
    plain = "".join(typed.upper().replace("O", "0").replace("I", "1").replace("L", "1").split())
    bare = plain.replace("-", "")
    if len(bare) == _LETTERS_OF_A_RECEIPT and set(bare) <= set(_LETTERS):
        return "-".join(bare[at : at + 4] for at in range(0, _LETTERS_OF_A_RECEIPT, 4))
    return typed.strip()


# ---- reading -------------------------------------------------------------------------------------


def plain_identifier(typed: str) -> str:
    """A telephone number without what people put between its digits; all else as it is."""
    bare = typed.strip().translate(_BETWEEN)
    is_phone = bare.removeprefix("+").isdecimal() and bare.startswith(("+", "00"))
    return bare if is_phone else typed.strip()


def decimal_of(typed: str) -> str | None:
    """A number as people type it, written as the interface reads it; None: it is none."""
    plain = _plain(typed).translate(_MARKS)
    return format(Decimal(plain), "f") if _NUMBER.fullmatch(plain) else None


def is_unclear(formats: Formats, typed: str, decimals: int = 0) -> bool:
    """Whether a price in a money of so many decimals, or so many units, may be typed with a sign
    between its thousands."""
    return formats.is_unclear(_plain(typed), decimals)


def _plain(typed: str) -> str:
    return _SPACES.sub("", typed).translate(_DIGITS)


def sale_of(asked: Asked) -> Sale:
    """What stands in the form that was sent; of its lines all, as a page has read each of them
    before."""
    form = asked.form
    spend, unread = {}, {}
    for name, typed in form.items():
        if not name.startswith("spend-") or not _plain(typed):
            continue
        value = None if is_unclear(asked.formats, typed) else decimal_of(typed)
        if value is None:
            unread[name.removeprefix("spend-")] = typed[:_LONGEST]
        elif Decimal(value):
            spend[name.removeprefix("spend-")] = value
    codes = [code.strip() for code in form.all("voucher") if code.strip()]
    return Sale(
        receipt=form.one("receipt")[:_LONGEST] or new_receipt(),
        identifier=plain_identifier(form.one("identifier")[:_LONGEST]),
        lines=tuple(_lines(form)),
        vouchers=tuple(dict.fromkeys(codes)),
        spend=spend,
        unread=unread,
    )


def _lines(form: Sent) -> Iterator[Line]:
    rows = zip(
        form.all("sku"), form.all("category"), form.all("quantity"), form.all("price"), strict=False
    )
    for sku, category, quantity, price in rows:
        line = line_of(sku, category, quantity, price)
        if line is not None:
            yield line


def line_of(sku: str, category: str, quantity: str, price: str) -> Line | None:
    """A line as it was typed; None: its numbers are none."""
    many, each = decimal_of(quantity or "1"), decimal_of(price)
    if many is None or each is None or not Decimal(many) or not _is_counted(many):
        return None
    name = sku.strip()[:_LONGEST] or category.strip()[:_LONGEST] or "-"
    return Line(name, category.strip()[:_LONGEST] or "-", many, each)


def _is_counted(quantity: str) -> bool:
    return Decimal(quantity) == Decimal(quantity).quantize(_FINEST)


def handed_over(query: Sent) -> tuple[Sale, str | None]:
    """A sale that the shop's own system has begun: `line=SKU;CATEGORY;QUANTITY;PRICE` as often as
    there are lines, `member`, and `receipt`, the system's own number; and the first of its lines
    that cannot be read, and is not in it."""
    lines, unread = [], None
    for written in query.all("line"):
        line = line_of(*_parts(written))
        if line is not None:
            lines.append(line)
        elif unread is None:
            unread = written
    sale = Sale(
        receipt=query.one("receipt")[:_LONGEST] or new_receipt(),
        identifier=plain_identifier(query.one("member")[:_LONGEST]),
        lines=tuple(lines),
    )
    return sale, unread


def price_of(written: str) -> str:
    """What stands for the price in a line that was handed over."""
    return _parts(written)[3]


def _parts(written: str) -> tuple[str, str, str, str]:
    sku, category, quantity, price, *_ = [*written.split(";"), "", "", "", ""]
    return sku, category, quantity, price


# ---- the event -----------------------------------------------------------------------------------


def instant() -> str:
    """This moment, to the second."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def purchase(
    asked: Asked,
    programme: shapes.TillProgramme,
    sale: Sale,
    member: str | None,
    at: str,
    *,
    given: Sequence[shapes.Off] | None = None,
) -> shapes.Purchase:
    """The purchase that a sale is."""
    till = this_till(asked)
    return shapes.Purchase(
        id=sale.receipt,
        source=SOURCE,
        occurred_at=at,
        programme=programme.programme,
        member=member,
        channel="shop",
        location=till.location if till.location in programme.locations else None,
        terminal=till.terminal,
        cashier=asked.staff,
        receipt=sale.receipt,
        lines=tuple(
            shapes.Line(
                id=str(number),
                sku=line.sku,
                category=line.category,
                quantity=line.quantity,
                amount=line.amount(programme.decimals),
            )
            for number, line in enumerate(sale.lines, start=1)
        ),
        vouchers=(sale.vouchers or None) if member else None,
        spend=(dict(sale.spend) or None) if member else None,
        given=None if given is None else tuple(given),
    )

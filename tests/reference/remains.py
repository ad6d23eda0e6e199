"""What is left of a purchase in the reference, and what of it can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from msgspec import structs

from tests.reference.rulebook import Rulebook, rounded, shared
from xenia.amounts import format_decimal
from xenia.effects import Refund
from xenia.events.model import Cancel, Line, Payment, Purchase, TakingBack
from xenia.events.parts import Charge, LineBack, Off
from xenia.programme.settings import Rounding

CODES = ("unknown-line", "nothing-left", "more-than-left", "nothing-to-return")


class RefusedError(Exception):
    """A return that is not granted; the code."""


@dataclass
class LineLeft:
    """A line as it was when its price was last changed, and how much of it was returned since."""

    line: Line
    returned: int = 0
    gone: bool = False

    @property
    def units(self) -> int:
        return 0 if self.gone else self.line.quantity - self.returned

    @property
    def amount(self) -> int:
        return self.now.amount

    @property
    def now(self) -> Line:
        """What is left of it, as a line."""

        def left(whole: int) -> int:
            return whole - part_of(whole, self.returned, self.line.quantity)

        if self.gone:
            return structs.replace(self.line, quantity=0, amount=0, tax=0, regular_amount=None)
        regular = self.line.regular_amount
        return structs.replace(
            self.line,
            quantity=self.units,
            amount=left(self.line.amount),
            tax=left(self.line.tax),
            regular_amount=None if regular is None else left(regular),
        )

    def give_back(self, quantity: int) -> None:
        self.returned += quantity
        self.gone = self.returned == self.line.quantity

    def lower(self, money: int) -> None:
        """Another price for what is left."""
        self.line = structs.replace(self.now, amount=self.amount - money)
        self.returned = 0


def part_of(whole: int, part: int, of: int) -> int:
    """So much of it as the part is, half-up; nothing where it is a part of nothing."""
    return rounded(Fraction(whole * part, of), Rounding.NEAREST) if of else 0


@dataclass
class Left:
    """What is left of a purchase."""

    purchase: Purchase
    lines: list[LineLeft]
    charges: bool = True
    whole: bool = True  # all of it was not returned at once

    @staticmethod
    def all_of(purchase: Purchase) -> Left:
        return Left(purchase, [LineLeft(line) for line in purchase.lines])

    @property
    def still(self) -> list[LineLeft]:
        return [each for each in self.lines if not each.gone]

    def after(self, event: TakingBack) -> Left:
        """What the return leaves, or `RefusedError`."""
        left = deepcopy(self)
        if isinstance(event, Cancel) or event.all:
            left.return_all()
        elif event.amount is not None:
            left.lower(event.lines, event.amount)
        else:
            refused = {left.refusal_of(back) for back in event.lines}
            for code in CODES:
                if code in refused:
                    raise RefusedError(code)
        return left

    def return_all(self) -> None:
        """Once, where there is something: a purchase may be of no lines and charges at all."""
        nothing = not self.still and not (self.charges and self.purchase.charges)
        if not self.whole or (nothing and self.lines):
            raise RefusedError("nothing-left")
        for each in self.lines:
            each.gone = True
        self.charges = self.whole = False

    def named(self, back: LineBack) -> list[LineLeft]:
        """The lines, if only those of which nothing is left."""
        found = [
            each
            for each in self.lines
            if (each.line.sku == back.sku if back.line is None else each.line.id == back.line)
        ]
        if not found:
            raise RefusedError("unknown-line")
        return found

    def refusal_of(self, back: LineBack) -> str | None:
        """Give it back, or why not."""
        try:
            self.give_back(back)
        except RefusedError as refused:
            return str(refused)
        return None

    def give_back(self, back: LineBack) -> None:
        named = [each for each in self.named(back) if not each.gone]
        if not named:
            raise RefusedError("nothing-left")
        if back.quantity is None:
            for each in named:
                each.gone = True
            return
        if back.quantity > sum(each.units for each in named):
            raise RefusedError("more-than-left")
        if back.quantity == 0:
            raise RefusedError("nothing-to-return")
        rest = back.quantity
        for each in named:
            part = min(rest, each.units)
            rest -= part
            if part:
                each.give_back(part)

    def lower(self, lines: Iterable[LineBack], amount: int) -> None:
        chosen = [each for back in lines for each in self.named(back)] or self.lines
        named = [each for each in self.still if any(each is one for one in chosen)]
        if not sum(each.amount for each in named):
            raise RefusedError("nothing-left")
        if amount > sum(each.amount for each in named):
            raise RefusedError("more-than-left")
        if amount == 0:
            raise RefusedError("nothing-to-return")
        for each, part in zip(named, shared(amount, [each.amount for each in named]), strict=True):
            each.lower(part)

    # ---- what is left, as a purchase -------------------------------------------------------------

    def as_purchase(
        self, book: Rulebook, granted: dict[str, int], spent: dict[str, int]
    ) -> Purchase:
        """It, with a part of the units that were granted asked for again, of each currency; never
        more than are still spent."""
        whole = self.purchase
        left = structs.replace(
            whole,
            lines=tuple(each.now for each in self.still),
            charges=whole.charges if self.charges else (),
        )
        gone = bill(whole) - bill(left)
        currencies = book.programme.currencies
        return structs.replace(
            left,
            payments=tuple(less(each, gone, bill(whole)) for each in whole.payments),
            given=None if whole.given is None else tuple(self.still_given(whole.given)),
            spend={
                key: format_decimal(min(units, spent.get(key, 0)), currencies[key].decimals)
                for key, units in self.asked_again(granted)
            },
        )

    def still_given(self, given: Iterable[Off]) -> Iterator[Off]:
        """What was given of what is left: in proportion, and no more than there is."""
        before = {line.id: line.amount for line in self.purchase.lines}
        now = {each.line.id: each.amount for each in self.still}
        left = dict(now)
        for off in given:
            if off.line not in left:
                continue
            gone = part_of(off.amount, before[off.line] - now[off.line], before[off.line])
            amount = min(off.amount - gone, left[off.line])
            left[off.line] -= amount
            if amount:
                yield structs.replace(off, amount=amount)

    def asked_again(self, granted: dict[str, int]) -> Iterator[tuple[str, int]]:
        whole = sum(line.amount for line in self.purchase.lines)
        gone = whole - sum(each.amount for each in self.still)
        for key, units in granted.items():
            yield key, units - (floor(Fraction(units * gone, whole)) if whole else 0)


def bill(purchase: Purchase) -> int:
    """Before discounts."""
    parts: list[Line | Charge] = [*purchase.lines, *purchase.charges]
    tax = sum(part.tax for part in parts) if purchase.prices == "net" else 0
    return sum(part.amount for part in parts) + tax


def less(payment: Payment, gone: int, whole: int) -> Payment:
    """The payment as it counts once so much of the whole bill is gone."""
    if payment.amount is None:
        return payment
    return structs.replace(payment, amount=payment.amount - part_of(payment.amount, gone, whole))


# ---- money back ----------------------------------------------------------------------------------


@dataclass
class Tender:
    """What a payment paid, and has not got back."""

    method: str
    left: int


def tenders(purchase: Purchase, to_pay: int) -> list[Tender]:
    """What each payment paid: what it says, as far as there was so much left to pay; then the first
    that does not say it paid the rest, or nothing that is known did."""
    rest, found = to_pay, []
    for each in purchase.payments:
        part = min(rest, each.amount or 0)
        rest -= part
        found.append(Tender(each.method, part))
    for each, tender in zip(purchase.payments, found, strict=True):
        if each.amount is None:
            tender.left = rest
            return found
    return [*found, Tender("other", rest)]


def refund(money: int, to: list[Tender]) -> list[Refund]:
    """Give money back by the means by which it was paid."""
    found = []
    for each, part in zip(to, shared(money, [each.left for each in to]), strict=True):
        each.left -= part
        found.append(Refund(each.method, part))
    return [each for each in found if each.amount]

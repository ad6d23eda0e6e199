"""What is left of a purchase after its returns: of its lines, of what was paid and of what was
spent on it.

All of it is exact: what each return takes is the difference of two roundings, so that parts sum to
the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import structs

from xenia.amounts import largest_remainder
from xenia.effects import LineLeft, Refund, Refusal, Remains, SpentLot
from xenia.events.model import Payment, Purchase, Return
from xenia.events.parts import LineBack, Off

_OTHER = "other"  # how a bill was paid, of which nothing is said


def part(line: LineLeft, money: int) -> int:
    """What is left of some money of a line."""
    if line.gone:
        return 0
    back = line.of - line.quantity
    return money - _half_up(money * back, line.of) if back else money


def whole(
    purchase: Purchase,
    paid: int,
    posted: bytes,
    spent: Sequence[SpentLot] = (),
) -> Remains:
    """A purchase of which nothing has come back; `paid` was to be paid for it."""
    lines = tuple(
        [
            LineLeft(line.quantity, line.quantity, line.amount, line.tax, line.regular_amount)
            for line in purchase.lines
        ]
    )
    return Remains(lines, True, _tenders(purchase, paid), paid, posted, tuple(spent))


def _tenders(purchase: Purchase, paid: int) -> tuple[tuple[str, int], ...]:
    """What each payment paid of the bill: what is said, and the rest by the first that says
    nothing."""
    if not purchase.payments:
        return ((_OTHER, paid),)
    rest, found = paid, []
    for payment in purchase.payments:
        part = min(rest, payment.amount or 0)
        rest -= part
        found.append((payment.method, part))
    for place, payment in enumerate(purchase.payments):
        if payment.amount is None:
            found[place] = (payment.method, rest)
            return tuple(found)
    return (*found, (_OTHER, rest)) if rest else tuple(found)


# ---- a return ------------------------------------------------------------------------------------


def without(remains: Remains, purchase: Purchase, event: Return) -> Remains | Refusal:
    """What is left after a return too; or why it is refused."""
    if event.all:
        over = purchase.lines and all(line.gone for line in remains.lines)
        if not remains.charges or (over and not purchase.charges):
            return _refused("nothing-left", "nothing is left of the purchase")
        gone = tuple([_nothing_of(line) for line in remains.lines])
        return structs.replace(remains, lines=gone, charges=False)
    for item in event.lines:
        if not [*_places(purchase, item)]:
            name = item.line or item.sku or ""
            return _refused("unknown-line", f'the purchase has no line "{name}"')
    if event.amount is not None:
        return _cheaper(remains, purchase, event)
    return _given_back(remains, purchase, event)


def _given_back(remains: Remains, purchase: Purchase, event: Return) -> Remains | Refusal:
    lines = list(remains.lines)
    found: dict[str, Refusal] = {}
    for item in event.lines:
        places = [place for place in _places(purchase, item) if not lines[place].gone]
        name = item.line or item.sku or ""
        if not places:
            text = f'nothing is left of "{name}"'
            found.setdefault("nothing-left", _refused("nothing-left", text))
        elif item.quantity is None:
            for place in places:
                lines[place] = _nothing_of(lines[place])
        elif item.quantity == 0:
            text = f'0 of "{name}" come back: say how many'
            found.setdefault("nothing-to-return", _refused("nothing-to-return", text))
        elif item.quantity > sum([lines[place].quantity for place in places]):
            text = f'more of "{name}" come back than are left'
            found.setdefault("more-than-left", _refused("more-than-left", text))
        else:
            _take(lines, places, item.quantity)
    for code in ("nothing-left", "more-than-left", "nothing-to-return"):
        if code in found:
            return found[code]
    return structs.replace(remains, lines=tuple(lines))


def _take(lines: list[LineLeft], places: Sequence[int], quantity: int) -> None:
    """Take a quantity from lines in their order, that have so much."""
    for place in places:
        line = lines[place]
        taken = min(quantity, line.quantity)
        quantity -= taken
        rest = line.quantity - taken
        if rest:
            lines[place] = structs.replace(line, quantity=rest)
        elif taken:  # a line of no quantity comes back whole, by its name
            lines[place] = _nothing_of(line)


def _cheaper(remains: Remains, purchase: Purchase, event: Return) -> Remains | Refusal:
    """The price of lines is lowered, of each in proportion to what is left of it."""
    named = {place for item in event.lines for place in _places(purchase, item)}
    places = [
        place
        for place, line in enumerate(remains.lines)
        if not line.gone and (not event.lines or place in named)
    ]
    weights = [part(remains.lines[place], remains.lines[place].amount) for place in places]
    amount = event.amount or 0
    if not sum(weights):
        return _refused("nothing-left", "nothing is left whose price could be lowered")
    if amount > sum(weights):
        return _refused("more-than-left", "the amount is more than what is left costs")
    if amount == 0:
        return _refused("nothing-to-return", "an amount of 0 lowers no price: say how much")
    lines = list(remains.lines)
    for place, off in zip(places, largest_remainder(amount, weights), strict=True):
        line = lines[place]
        regular = None if line.regular_amount is None else part(line, line.regular_amount)
        price, tax = part(line, line.amount) - off, part(line, line.tax)
        lines[place] = LineLeft(line.quantity, line.quantity, price, tax, regular)
    return structs.replace(remains, lines=tuple(lines))


def _places(purchase: Purchase, item: LineBack) -> Iterator[int]:
    for place, line in enumerate(purchase.lines):
        if line.id == item.line if item.line is not None else line.sku == item.sku:
            yield place


def _nothing_of(line: LineLeft) -> LineLeft:
    return structs.replace(line, quantity=0, gone=True)


def _refused(code: str, text: str) -> Refusal:
    return Refusal(code, "return", text)


# ---- what is decided again -----------------------------------------------------------------------


def left_of(purchase: Purchase, remains: Remains) -> Purchase:
    """The purchase as if only what is left of it had been bought; there may be no line any more.

    Its `spend` claims are those of the whole: see `asked_again`.
    """
    lines = tuple(
        [
            structs.replace(
                line,
                quantity=left.quantity,
                amount=part(left, left.amount),
                tax=part(left, left.tax),
                regular_amount=None
                if left.regular_amount is None
                else part(left, left.regular_amount),
            )
            for line, left in zip(purchase.lines, remains.lines, strict=True)
            if not left.gone
        ]
    )
    kept = structs.replace(
        purchase, lines=lines, charges=purchase.charges if remains.charges else ()
    )
    before = bill(purchase)
    gone = before - bill(kept)
    payments = tuple([_scaled(payment, gone, before) for payment in purchase.payments])
    if purchase.given is not None:
        kept = structs.replace(kept, given=tuple(_given(purchase.given, purchase, kept)))
    return structs.replace(kept, payments=payments)


def _given(given: Sequence[Off], purchase: Purchase, left: Purchase) -> Iterator[Off]:
    """What counts as given of what is left: of each line the same part as of its amount, as far as
    so much is left."""
    amounts = {line.id: line.amount for line in purchase.lines}
    rests = {line.id: line.amount for line in left.lines}
    gone = {name: amounts[name] - rest for name, rest in rests.items()}
    for off in given:
        if off.line in rests:
            less = _half_up(off.amount * gone[off.line], amounts[off.line])
            amount = min(off.amount - less, rests[off.line])
            rests[off.line] -= amount
            if amount:
                yield structs.replace(off, amount=amount)


def paid(purchase: Purchase) -> int:
    """What was to be paid where nothing is decided: the bill, less what was given."""
    return bill(purchase) - sum([off.amount for off in purchase.given or ()])


def _scaled(payment: Payment, gone: int, before: int) -> Payment:
    if payment.amount is None or gone == 0:
        return payment
    part = payment.amount - _half_up(payment.amount * gone, before)
    return structs.replace(payment, amount=part)


def bill(purchase: Purchase) -> int:
    """What was to be paid, had nothing been taken off."""
    found = sum([line.amount for line in purchase.lines])
    found += sum([charge.amount for charge in purchase.charges])
    if purchase.prices == "net":
        found += sum([line.tax for line in purchase.lines])
        found += sum([charge.tax for charge in purchase.charges])
    return found


def asked_again(
    purchase: Purchase, left: Purchase, granted: Mapping[str, int], spent: Mapping[str, int]
) -> dict[str, int]:
    """Units of each currency that pay for what is left, of those that were `granted` the whole;
    never more than are still `spent` on it."""
    before = sum([line.amount for line in purchase.lines])
    gone = before - sum([line.amount for line in left.lines])
    return {
        currency: min(spent[currency], units - (units * gone // before if gone else 0))
        for currency, units in granted.items()
        if units
    }


# ---- what comes back -----------------------------------------------------------------------------


def refunded(remains: Remains, to_pay: int) -> tuple[Remains, tuple[Refund, ...]]:
    """What is given back, if so much is to be paid for what is left; never less than nothing."""
    money = max(0, remains.paid - to_pay)
    if money == 0:
        return remains, ()
    shares = largest_remainder(money, [paid for _, paid in remains.tenders])
    tenders = tuple(
        [
            (method, paid - share)
            for (method, paid), share in zip(remains.tenders, shares, strict=True)
        ]
    )
    refunds = tuple(
        [
            Refund(method, share)
            for (method, _), share in zip(remains.tenders, shares, strict=True)
            if share
        ]
    )
    return structs.replace(remains, tenders=tenders, paid=remains.paid - money), refunds


def unspent(spent: Sequence[SpentLot], back: Mapping[str, int]) -> tuple[SpentLot, ...]:
    """The lots that stay spent when units of some currencies have come back, the last first."""
    rest = dict(back)
    kept = []
    for currency, earned, ends, units in reversed(spent):
        part = min(units, rest.get(currency, 0))
        rest[currency] = rest.get(currency, 0) - part
        if part < units:
            kept.append((currency, earned, ends, units - part))
    return tuple(reversed(kept))


def _half_up(number: int, by: int) -> int:
    return (2 * number + by) // (2 * by)

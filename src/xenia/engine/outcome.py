"""What a decision comes to at the till: amounts on lines, what is to be paid, and refusals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from xenia.amounts import format_decimal, largest_remainder
from xenia.effects import (
    Kind,
    LineDiscount,
    LinePayable,
    Movement,
    Payable,
    Refusal,
    SpentLot,
)
from xenia.engine import emit_benefits
from xenia.engine.claims import Asked, Used, nothing_to
from xenia.engine.emit_discounts import MORE_THAN_THE_BILL, WORTH_NOTHING
from xenia.engine.emit_grant import GRANTED, OVER
from xenia.engine.emit_grant import OUT_OF_STOCK as NONE_LEFT
from xenia.engine.emit_redemption import OUT_OF_STOCK
from xenia.engine.emit_staff import DECIDED, NOTHING
from xenia.engine.emit_transfer import BEYOND
from xenia.engine.emit_vouchers import turn
from xenia.engine.giving import by_line
from xenia.engine.operators import REST
from xenia.engine.plan import Bundled, Claim, LineNumber, Picked, Plan, TypePlan
from xenia.engine.rows import Row, Slice
from xenia.events.model import Event, Purchase

VOUCHER = "voucher"  # under which rule name an answer has what a voucher took off

# ---- what is to be paid ------------------------------------------------------------------------


def payable(
    part: TypePlan,
    event: Purchase,
    row: Row,
    decision: Sequence[int],
    vouchers: Sequence[Used] = (),
) -> Payable:
    """What each line costs after its discounts, and what is left to pay; of the `vouchers`, in the
    order in which they are used."""
    lines, slices = event.lines, row.slices
    left = [line.amount for line in lines]
    whole = sum(left)
    discounts: dict[int, list[LineDiscount]] = {}  # by the line's place
    by_rules: Sequence[tuple[str, int]] = ()
    if event.given is not None:
        by_rules, offs = part.given, by_line(event)
        for place, line in enumerate(lines):
            if line.id in offs:
                discounts[place] = offs[line.id]
                left[place] -= sum([off.amount for off in offs[line.id]])
    used = {turn(place): (place, one) for place, one in enumerate(vouchers)}
    for name, share in part.turns:
        shares = decision[share : share + len(slices)]
        if any(shares) and (name, share) not in by_rules:
            rule, code, number = name, None, part.discount_numbers.get(name)
            by = None if number is None else part.line_numbers[number]
            if name in used:
                place, one = used[name]
                rule, code, by = VOUCHER, one.voucher.code, one.of.line_number
                number = None if by is None else len(part.line_numbers) + place
            for place, off in taken_off(shares, slices, number, left, by):
                left[place] -= off
                discounts.setdefault(place, []).append(LineDiscount(rule, off, code))
    told = []
    for place, line in enumerate(lines):
        if place in discounts:
            off = line.amount - left[place]
            told.append(LinePayable(line.id, tuple(discounts[place]), off))
        else:
            told.append(LinePayable(line.id, (), 0))
    total, tendered = whole + row.numbers[REST], 0
    for claim in part.claims:
        if claim.tendered is not None:
            tendered += decision[claim.tendered]
    if vouchers and part.vouchers is not None and part.vouchers.paid is not None:
        paid = part.vouchers.paid
        tendered += sum(decision[paid : paid + len(vouchers)])
    discount = whole - sum(left) if discounts else 0
    return Payable(total, discount, tendered, total - discount - tendered, tuple(told))


def taken_off(
    shares: Sequence[int],
    slices: Sequence[Slice],
    number: int | None,
    left: Sequence[int],
    by: LineNumber | None,
) -> list[tuple[int, int]]:
    """What the lines bear of the slices' shares, by place: in proportion to what is left of each.

    With the `number` of a fixed price, to what is left above the line's own price; with that of
    what is picked, to this, as far as there is so much left.
    """
    picked = isinstance(by, Picked | Bundled)
    borne = []
    for share, found in zip(shares, slices, strict=True):
        if share == 0:
            continue
        places = found.lines
        if len(places) == 1:
            borne.append((places[0], share))
            continue
        weights = [left[place] for place in places]
        if number is not None:
            own = found.numbers[number]
            weights = [
                min(left[place], own[place]) if picked else max(0, left[place] - own[place])
                for place in places
            ]
            if sum(weights) < share:  # earlier discounts took more off some of them than off others
                weights = [left[place] for place in places]
        for place, off in zip(places, largest_remainder(share, weights), strict=True):
            if off > 0:
                borne.append((place, off))
    return borne


def spent_by(
    part: TypePlan, event: Event, decision: Sequence[int], movements: Sequence[Movement]
) -> tuple[SpentLot, ...]:
    """The lots that an event's own claims spent."""
    asked = granted_units(part, decision)
    if not any(asked.values()):
        return ()
    name = f"{event.source}/{event.id}/"
    own = [
        (one.currency, one.earned, one.ends, one.units)
        for one in movements
        if one.kind is Kind.SPEND and not one.due and one.effect.startswith(name)
    ]
    return lots_within(own, asked)


def granted_units(part: TypePlan, decision: Sequence[int]) -> dict[str, int]:
    """What the claims of an event, or a redemption, were granted, by currency."""
    found: dict[str, int] = {}
    for currency, place in part.spends:
        found[currency] = found.get(currency, 0) + decision[place]
    return found


def lots_within(lots: Iterable[SpentLot], units: Mapping[str, int]) -> tuple[SpentLot, ...]:
    """The first lots of each currency, up to so many units: what comes after was spent on rewards
    that are bought by themselves."""
    rest, found = dict(units), []
    for currency, earned, ends, there in lots:
        part = min(there, rest.get(currency, 0))
        if part:
            rest[currency] -= part
            found.append((currency, earned, ends, part))
    return tuple(found)


_NOT_GRANTED = {
    GRANTED: ("already-granted", "it was granted until then or longer before"),
    OVER: ("already-over", "today is not before the day until which it would be granted"),
    NONE_LEFT: ("out-of-stock", "none of the reward are left"),
}

_NOT_USED = {
    emit_benefits.NOT_HELD: ("not-yours", "the member does not have it now"),
    emit_benefits.ALL_USED: ("none-left", "all of them have been used"),
}

# ---- refusals ------------------------------------------------------------------------------------


def refusals(
    plan: Plan, part: TypePlan, asked: Asked, record: Sequence[int], decision: Sequence[int]
) -> Iterator[Refusal]:
    """The claims that the member's balance, the bill or a stock did not allow."""
    for claim in part.claims:
        if decision[claim.refused]:
            code, text = _why(plan, part, claim, record, decision[claim.refused])
            yield Refusal(code, "spend", text, subject=claim.currency)
    if part.name == "grant":
        if part.refused is not None and decision[part.refused]:
            code, text = _NOT_GRANTED[decision[part.refused]]
            yield Refusal(code, "grant", text)
    elif part.name == "transfer":
        if part.refused is not None and decision[part.refused]:
            yield _not_handed(plan, part, asked, record, decision[part.refused])
    elif part.name == "use":
        if part.refused is not None and decision[part.refused]:
            code, text = _NOT_USED[decision[part.refused]]
            yield Refusal(code, "use", text)
    elif part.name in DECIDED:
        if part.refused is not None and decision[part.refused]:
            yield _refused(plan, part, asked, record, decision[part.refused])
    elif part.refused is not None and decision[part.refused]:
        if decision[part.refused] == OUT_OF_STOCK:
            text = "fewer of the reward are left than were asked for"
            yield Refusal("out-of-stock", "redemption", text)
        else:
            text = "the balance is less than the reward's price"
            yield Refusal("insufficient-balance", "redemption", text)


def _not_handed(
    plan: Plan, part: TypePlan, asked: Asked, record: Sequence[int], why: int
) -> Refusal:
    (key,) = asked.units
    if why == BEYOND:
        text = f"it would be more {key} than a member gives in such a time"
        return Refusal("beyond-limit", "transfer", text, subject=key)
    text = _too_few(plan, part, key, record)
    return Refusal("insufficient-balance", "transfer", text, subject=key)


def _refused(plan: Plan, part: TypePlan, asked: Asked, record: Sequence[int], why: int) -> Refusal:
    """What staff asked for."""
    key = next(iter(asked.units)) if len(asked.units) == 1 else ""
    if why == NOTHING:
        return nothing_to(part.name, key)
    if part.name == "release":
        held = record[part.inputs[f"held.{key}"]]
        shown = format_decimal(held, plan.programme.currencies[key].decimals)
        text = f"{shown} {key} are held, fewer than were to be released"
        return Refusal("more-than-held", part.name, text, subject=key)
    text = _too_few(plan, part, key, record)
    return Refusal("insufficient-balance", part.name, text, subject=key)


def _why(
    plan: Plan, part: TypePlan, claim: Claim, record: Sequence[int], refused: int
) -> tuple[str, str]:
    key = claim.currency
    if refused == MORE_THAN_THE_BILL:
        return "more-than-the-bill", f"the {key} asked for are worth more than the bill"
    if refused == WORTH_NOTHING:
        return "nothing-to-spend", f"the {key} asked for are worth less than the smallest money"
    return "insufficient-balance", _too_few(plan, part, key, record)


def _too_few(plan: Plan, part: TypePlan, key: str, record: Sequence[int]) -> str:
    balance = record[part.inputs[f"balance.{key}"]]
    held = format_decimal(max(0, balance), plan.programme.currencies[key].decimals)
    return f"the balance is {held} {key}, less than was asked for"

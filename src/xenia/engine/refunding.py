"""What is still to be paid for what is left of a purchase; what was paid beyond that comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from xenia.effects import Remains, Voucher
from xenia.engine import remains as rest
from xenia.engine.emit_discounts import GIVEN
from xenia.engine.giving import by_line
from xenia.engine.machine import Machine
from xenia.engine.outcome import taken_off
from xenia.engine.plan import Plan, TypePlan
from xenia.engine.rows import Row
from xenia.engine.terms import ceiling
from xenia.engine.type_writer import SLICES_MAX, VOUCHERS_MAX
from xenia.engine.vouchers import USED
from xenia.engine.vouchers_back import Issued
from xenia.events.model import Purchase
from xenia.programme.settings import RefundOf, UsedVoucher


class First(Struct, frozen=True, gc=False):
    """A purchase as it was decided at first; `row` is its row, read again."""

    purchase: Purchase
    row: Row
    posted: Sequence[int]


def to_pay(part: TypePlan, bill: int, decision: Sequence[int]) -> int:
    """What is to be paid of a bill after discounts and claims."""
    off = sum([sum(decision[share : share + SLICES_MAX]) for _, share in part.turns])
    return bill - off - _tendered(part, decision)


def pays_line_prices(run: Machine) -> bool:
    """Whether lines that come back bring what was paid for them, whatever discount is left."""
    return run.plan.programme.settings.refund is RefundOf.LINE_PAID


def still_to_pay(
    part: TypePlan, first: First, remains: Remains, bill: int, decision: Sequence[int]
) -> int:
    """What is to be paid for what is left, of a `bill`, at the discounts of the first time: of what
    rules took off a line then, the part that its price has of what it was.  Never below 0."""
    paid = _paid_first(part, first)
    discount = 0
    for line, left, price in zip(first.purchase.lines, remains.lines, paid, strict=True):
        amount = rest.part(left, left.amount)
        discount += amount - _share(price, amount, line.amount)
    rules = _rule_shares(part)
    claims = [share for name, share in part.turns if share not in rules and name != GIVEN]
    off = sum([sum(decision[share : share + SLICES_MAX]) for share in claims])
    return max(0, bill - discount - off - _tendered(part, decision))


def _tendered(part: TypePlan, decision: Sequence[int]) -> int:
    found = sum([decision[claim.tendered] for claim in part.claims if claim.tendered is not None])
    if part.vouchers is not None and part.vouchers.paid is not None:
        paid = part.vouchers.paid
        found += sum(decision[paid : paid + VOUCHERS_MAX])
    return found


def _rule_shares(part: TypePlan) -> frozenset[int]:
    return frozenset([rule.share for rule in part.rules if rule.share is not None])


def _paid_first(part: TypePlan, first: First) -> list[int]:
    """What each line cost after the discounts of rules, which come before all others."""
    left, slices = [line.amount for line in first.purchase.lines], first.row.slices
    if first.purchase.given is not None:
        offs = by_line(first.purchase)
        for place, line in enumerate(first.purchase.lines):
            left[place] -= sum([off.amount for off in offs.get(line.id, ())])
        return left
    rules = _rule_shares(part)
    for name, share in part.turns:
        if share in rules:
            number = part.discount_numbers.get(name)
            by = None if number is None else part.line_numbers[number]
            shares = first.posted[share : share + len(slices)]
            for place, off in taken_off(shares, slices, number, left, by):
                left[place] -= off
    return left


def _share(price: int, part: int, of: int) -> int:
    """`price` in the proportion of a part to the whole, a half up."""
    return (2 * price * part + of) // (2 * of) if of else 0


# ---- vouchers that were issued, and used ---------------------------------------------------------


def kept_back(
    plan: Plan,
    part: TypePlan,
    issued: Sequence[Issued],
    now: Sequence[int],
    mine: Mapping[str, Voucher],
) -> int:
    """The money that was used of vouchers which rules had issued that do not hold any more."""
    if plan.programme.settings.used_voucher is UsedVoucher.ABSORBED:
        return 0
    found = 0
    for rule, code in issued:
        place, voucher = part.places.get(f"issue.{rule}"), mine.get(code)
        if place is not None and voucher is not None and now[place] == 0:
            found += _used(plan, voucher)
    return found


def _used(plan: Plan, voucher: Voucher) -> int:
    """What was used of a voucher: money that is not on it any more, or its amount for each use."""
    reward = plan.programme.rewards[voucher.reward]
    gives = reward.gives
    worth = gives.gift_card or (gives.discount.amount if gives.discount is not None else None)
    if worth is None:
        return 0
    money = ceiling(worth, plan.money_decimals)
    if voucher.left is not None:
        return money - voucher.left
    left = voucher.uses
    if left is None:
        left = 0 if voucher.state == USED else 1
    return money * ((reward.uses or 1) - left)

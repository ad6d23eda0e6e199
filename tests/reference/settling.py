"""What an event comes to in the reference, before any of it is posted."""

from __future__ import annotations

from tests.reference.accruals import accruals
from tests.reference.basket import count_spent, discounts, spend_claims
from tests.reference.deciding import Deciding
from tests.reference.telling import tells
from tests.reference.vouchers import Vouchers
from xenia.events.model import Purchase


def settle(deciding: Deciding) -> None:
    """Discounts, claims, accruals, what is added to metrics, and which rules issue a voucher."""
    if isinstance(deciding.event, Purchase):
        vouchers = Vouchers(deciding)
        discounts(deciding)
        vouchers.lower_prices()
        before, deciding.effects = deciding.effects, []
        spend_claims(deciding)
        vouchers.pay()
        deciding.effects += [*before, *vouchers.finish()]
        count_spent(deciding)
    accruals(deciding)
    deciding.added = {key: deciding.contribution(key) for key in deciding.book.programme.metrics}
    issues(deciding)
    tells(deciding)
    refers(deciding)


def refers(deciding: Deciding) -> None:
    """A referral is of the first time, as a voucher is; what was lent is flagged instead."""
    for rule in deciding.book.in_order:
        if not deciding.book.programme.rules[rule].then.refer:
            continue
        if deciding.again and rule not in deciding.again.referring:
            continue
        if deciding.holds(rule) and deciding.may(rule):
            deciding.referring.append(rule)
            deciding.use(rule)
            deciding.refers += 1
        if deciding.lent and not deciding.again:
            deciding.lent = False
            if deciding.holds(rule) and deciding.may(rule):
                deciding.flagged.append(rule)
            deciding.lent = True


def issues(deciding: Deciding) -> None:
    """A voucher is of the first time: what is left of a purchase calls forth no other."""
    taken: dict[str, int] = {}
    for rule in deciding.book.in_order:
        reward = deciding.book.programme.rules[rule].then.issue
        if reward is None or (deciding.again and rule not in deciding.again.issuing):
            continue
        left = deciding.left(reward)
        if left is not None and left - taken.get(reward, 0) == 0:
            continue
        if deciding.holds(rule) and deciding.may(rule):
            taken[reward] = taken.get(reward, 0) + 1
            deciding.issuing.append(rule)
            deciding.use(rule)

"""What the step wrote, told: log lines as effects, shares of discounts as amounts on lines."""

from __future__ import annotations

import hmac
from base64 import b32encode
from collections.abc import Iterator, Sequence
from hashlib import sha256

from xenia.amounts import format_decimal, largest_remainder
from xenia.effects import (
    Effect,
    Kind,
    LineDiscount,
    LinePayable,
    Movement,
    Payable,
    Refusal,
    Voucher,
)
from xenia.engine.emit_discounts import MORE_THAN_THE_BILL, WORTH_NOTHING
from xenia.engine.operators import FAR, REST, add_months
from xenia.engine.plan import Claim, Code, Plan, TypePlan
from xenia.engine.rows import Row
from xenia.events.model import Purchase
from xenia.programme.model import Reward
from xenia.programme.scope import ladder

_OF_LOTS = frozenset({Kind.EARN, Kind.SPEND, Kind.EXPIRE, Kind.ACTIVATE})
_CODE_BYTES = 10  # a voucher's code: 16 letters and digits, 80 bits


class EffectWriter:
    """Turns log lines into effects of one member, numbered and with voucher codes.

    `name` begins each effect's id: `source/event`, or `due/member/day`.  `movements` says what
    happened to the lots, in the order of the log.
    """

    def __init__(self, plan: Plan, key: bytes, name: str, day: int, *, due: bool) -> None:
        self._plan, self._key, self._name = plan, key, name
        self._day, self._due = day, due
        self._number = 0
        self.movements: list[Movement] = []

    def read(self, log: Sequence[int]) -> Iterator[Effect]:
        """The effects of a log, lots spent together as one."""
        spent: tuple[str, int] | None = None
        for i in range(log[0]):
            code = self._plan.codes[log[1 + 4 * i]]
            units, key1, key2 = log[2 + 4 * i : 5 + 4 * i]
            if spent is not None and (code.kind is not Kind.SPEND or code.currency != spent[0]):
                yield self._effect(kind=Kind.SPEND, currency=spent[0], units=spent[1])
                spent = None
            if code.kind in _OF_LOTS:
                self._moved(code, units, key1, key2)
            if code.kind is Kind.SPEND:
                spent = (code.currency or "", units + (spent[1] if spent else 0))
            else:
                yield from self._line(code, units, key1, key2)
        if spent is not None:
            yield self._effect(kind=Kind.SPEND, currency=spent[0], units=spent[1])

    def _moved(self, code: Code, units: int, key1: int, key2: int) -> None:
        """Note what happens to a lot, under the id of the effect that is written next."""
        ends, earned = (key2, key1) if code.swapped else (key1, key2)
        currency = code.currency or ""
        pending = self._plan.programme.currencies[currency].pending is not None
        self.movements.append(
            Movement(
                kind=code.kind,
                currency=currency,
                units=units,
                earned=earned,
                ends=_day(ends),
                effect=f"{self._name}/{self._number + 1}",
                day=self._day,
                due=self._due,
                rule=code.rule,
                accrual=code.accrual,
                pending=code.kind is Kind.EARN and pending,
            )
        )

    def _line(self, code: Code, units: int, key1: int, key2: int) -> Iterator[Effect]:
        ends, earned = (key2, key1) if code.swapped else (key1, key2)
        match code.kind:
            case Kind.ISSUE:
                for _ in range(units):
                    yield self._issued(code)
            case Kind.TIER:
                tier = self._plan.programme.tiers[code.tier or ""]
                name = ladder(tier)[units]
                level = name if name in tier.levels else None
                yield self._effect(kind=Kind.TIER, tier=code.tier, level=level, expires=_day(key1))
            case Kind.DISCOUNT:
                yield self._effect(kind=Kind.DISCOUNT, rule=code.rule, amount=units)
            case Kind.EARN:
                yield self._effect(
                    kind=Kind.EARN,
                    rule=code.rule,
                    currency=code.currency,
                    units=units,
                    accrual=code.accrual,
                    available=self._available(code.currency or "", earned),
                    expires=_day(ends),
                )
            case kind:
                yield self._effect(
                    kind=kind, currency=code.currency, units=units, expires=_day(ends)
                )

    def _effect(self, **fields: object) -> Effect:
        self._number += 1
        name = f"{self._name}/{self._number}"
        return Effect(id=name, day=self._day, due=self._due, **fields)  # type: ignore[arg-type]

    def _issued(self, code: Code) -> Effect:
        reward = self._plan.programme.rewards[code.reward or ""]
        name = f"{self._name}/{self._number + 1}"
        return self._effect(
            kind=Kind.ISSUE,
            rule=code.rule,
            reward=code.reward,
            voucher=voucher_code(self._key, name),
            expires=_lasts_until(reward, self._day),
        )

    def _available(self, currency: str, earned: int) -> int | None:
        """The day on which an accrual can be spent, where that is not at once."""
        pending = self._plan.programme.currencies[currency].pending
        if pending is None:
            return None
        return add_months(earned, pending.months) if pending.months else earned + pending.days


def voucher_code(key: bytes, name: str) -> str:
    """A keyed hash of the effect's id: nobody guesses it, and a replay gives the same."""
    digest = hmac.new(key, name.encode(), sha256).digest()
    return b32encode(digest[:_CODE_BYTES]).decode()


def _day(day: int) -> int | None:
    return None if day >= FAR else day


def _lasts_until(reward: Reward, day: int) -> int | None:
    lasts = reward.lasts
    if lasts is None:
        return None
    return add_months(day, lasts.months) if lasts.months else day + lasts.days


def vouchers_of(effects: Sequence[Effect]) -> tuple[Voucher, ...]:
    """The vouchers that these effects issue."""
    return tuple(
        Voucher(effect.voucher, effect.reward or "", "issued", effect.expires)
        for effect in effects
        if effect.voucher is not None
    )


# ---- what is to be paid ------------------------------------------------------------------------


def payable(part: TypePlan, event: Purchase, row: Row, decision: Sequence[int]) -> Payable:
    """What each line costs after its discounts, and what is left to pay."""
    left = [line.amount for line in event.lines]
    total = sum(left) + row.numbers[REST]
    discounts: dict[int, list[LineDiscount]] = {}  # by the line's place
    for rule, share in part.turns:
        column = part.price_columns.get(rule)
        for number, found in enumerate(row.slices):
            amount = decision[share + number]
            if amount > 0:
                weights = [left[place] for place in found.lines]
                if column is not None:
                    costs = [fixed[column] for fixed in found.fixed]
                    pairs = zip(weights, costs, strict=True)
                    weights = [max(0, weight - cost) for weight, cost in pairs]
                for place, off in zip(found.lines, largest_remainder(amount, weights), strict=True):
                    left[place] -= off
                    if off > 0:
                        discounts.setdefault(place, []).append(LineDiscount(rule, off))
    tendered = sum(decision[c.tendered] for c in part.claims if c.tendered is not None)
    lines = [LinePayable(line.id, (), 0) for line in event.lines]
    for place, taken in discounts.items():
        amount = sum(item.amount for item in taken)
        lines[place] = LinePayable(event.lines[place].id, tuple(taken), amount)
    discount = sum(line.amount for line in event.lines) - sum(left)
    return Payable(total, discount, tendered, total - discount - tendered, tuple(lines))


# ---- refusals ------------------------------------------------------------------------------------


def refusals(
    plan: Plan, part: TypePlan, record: Sequence[int], decision: Sequence[int]
) -> Iterator[Refusal]:
    """The claims that the member's balance, or the bill, did not allow."""
    for claim in part.claims:
        if decision[claim.refused]:
            code, text = _why(plan, part, claim, record, decision[claim.refused])
            yield Refusal(code, "spend", text, subject=claim.currency)
    if part.refused is not None and decision[part.refused]:
        text = "the balance is less than the reward's price"
        yield Refusal("insufficient-balance", "redemption", text)


def _why(
    plan: Plan, part: TypePlan, claim: Claim, record: Sequence[int], refused: int
) -> tuple[str, str]:
    key = claim.currency
    if refused == MORE_THAN_THE_BILL:
        return "more-than-the-bill", f"the {key} asked for are worth more than the bill"
    if refused == WORTH_NOTHING:
        return "nothing-to-spend", f"the {key} asked for are worth less than the smallest money"
    balance = record[part.inputs[f"balance.{key}"]]
    held = format_decimal(max(0, balance), plan.programme.currencies[key].decimals)
    return "insufficient-balance", f"the balance is {held} {key}, less than was asked for"

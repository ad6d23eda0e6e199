"""Reads the effects of an answer: the inverse of writing them, as far as sums need it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from xenia.amounts import parse_signed
from xenia.effects import Effect, Kind
from xenia.engine.plan import Plan
from xenia.engine.zones import EPOCH
from xenia.services.answers import Json

_EPOCH_DAY = EPOCH.toordinal()


def effects_of(plan: Plan, answer: Json) -> Iterator[Effect]:
    """The effects that an answer of this programme tells, without their lots' days."""
    currencies = plan.programme.currencies
    for told in answer["effects"]:
        currency, units, amount = told.get("currency"), told.get("units"), told.get("amount")
        decimals = 0 if currency is None else currencies[currency].decimals
        money = plan.money_decimals
        yield Effect(
            kind=Kind(told["effect"]),
            id=told["id"],
            # The answer's times have the programme's offset, so that they show its days.
            day=date.fromisoformat(told["occurred_at"][:10]).toordinal() - _EPOCH_DAY,
            rule=told["rule"],
            currency=currency,
            units=None if units is None else parse_signed(units, decimals, what="units"),
            accrual=told.get("kind"),
            amount=None if amount is None else parse_signed(amount, money, what="amount"),
            reward=told.get("reward"),
            voucher=told.get("voucher"),
            tier=told.get("tier"),
            level=told.get("level"),
        )

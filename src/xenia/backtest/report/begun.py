"""Results without the months before anything happened: members may have enrolled years before the
first purchase of a history."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np

from xenia.backtest.report.sides import Ran
from xenia.backtest.result import CurrencyMonths, MoneyMonths, Result
from xenia.backtest.tables import Vector

OfMonths = TypeVar("OfMonths", CurrencyMonths, MoneyMonths)
_STANDING = "enrolled"  # who has joined by then is no event


def begun(one: Ran, other: Ran) -> tuple[Ran, Ran]:
    """Both from the first month on in which, with either, anything but an enrolment happened."""
    first = min(each.result.first_month + _quiet(each.result) for each in (one, other))
    return _from(one, first), _from(other, first)


def _quiet(result: Result) -> int:
    """How many months it has, from the first on, in which nothing happened."""
    busy = np.zeros(result.months, np.bool_)
    found = _by_month(result.money_months)
    for currency in result.currencies:
        found += _by_month(currency)
    for name, numbers in found:
        if name != _STANDING:
            busy |= numbers != 0
    for effect in result.effects:
        busy |= effect.times != 0
    return int(busy.argmax()) if busy.any() else 0


def _from(ran: Ran, first: int) -> Ran:
    result = ran.result
    cut = max(0, first - result.first_month)
    if cut == 0:
        return ran
    left = result.months - cut
    cohorts = tuple(
        replace(
            one,
            issued=one.issued[cut:],
            **{name: getattr(one, name)[cut:, :left] for name in ("used", "expired", "taken")},
        )
        for one in result.cohorts
    )
    effects = tuple(
        replace(one, units=one.units[cut:], times=one.times[cut:]) for one in result.effects
    )
    shorter = replace(
        result,
        first_month=result.first_month + cut,
        months=left,
        currencies=tuple(_cut(one, cut) for one in result.currencies),
        money_months=_cut(result.money_months, cut),
        ladders=tuple(replace(one, members=one.members[:, cut:]) for one in result.ladders),
        cohorts=cohorts,
        effects=effects,
    )
    return replace(ran, result=shorter)


def _cut(of: OfMonths, months: int) -> OfMonths:
    shorter: dict[str, Any] = {name: numbers[months:] for name, numbers in _by_month(of)}
    return replace(of, **shorter)


def _by_month(of: CurrencyMonths | MoneyMonths) -> list[tuple[str, Vector]]:
    """The arrays of a result by their names."""
    found = [(field.name, getattr(of, field.name)) for field in fields(of)]
    return [(name, value) for name, value in found if isinstance(value, np.ndarray)]

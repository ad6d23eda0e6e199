"""What the loop has found of all buckets, put together as a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from xenia.backtest import tables as t
from xenia.backtest.fold import Folded, Months
from xenia.backtest.meanings import ladders, ring, setup_of
from xenia.backtest.policies import HISTORY
from xenia.backtest.result import (
    Cohorts,
    CurrencyMonths,
    Effects,
    LadderMonths,
    Members,
    MoneyMonths,
)
from xenia.backtest.tables import Table, Vector
from xenia.engine.operators import TOTAL
from xenia.engine.plan import Plan
from xenia.programme.scope import ladder

_CHANGES = {  # of what is outstanding
    t.EARNED: 1,
    t.SPENT_UNITS: -1,
    t.EXPIRED: -1,
    t.GIVEN_BACK: 1,
    t.TAKEN_BACK: -1,
    t.REINSTATED: 1,
    t.ADDED: 1,
    t.REMOVED: -1,
}


@dataclass(frozen=True, eq=False)
class Part:
    """What came of some of the members: nothing that grows with events, and of their slots only
    what is `held`, by member and currency, these in the order of their names."""

    names: tuple[str, ...]
    folded: Folded
    held: Table
    left_out: Mapping[str, int]

    @staticmethod
    def of(
        plan: Plan,
        names: Sequence[str],
        folded: Folded,
        left_out: Mapping[str, int],
        *,
        members: bool = True,
    ) -> Part:
        """That of what was folded, which needs not be kept then; without `members` nothing is by
        member."""
        if not members:
            names = ()
            folded = replace(folded, totals=folded.totals[:0].copy(), finals=folded.finals[:0])
        nothing = np.zeros((0, 0), np.int64)  # part of an array would keep the whole
        sums = replace(folded, used=nothing, lines=nothing, finals=nothing)
        return Part(tuple(names), sums, _held(plan, folded.finals), left_out)


@dataclass(frozen=True, eq=False)
class Sums:
    """All buckets together; what is by member in the order of the buckets."""

    plan: Plan
    months: Months
    names: tuple[str, ...]
    units: Table
    times: Table
    money: Table
    cohorts: Table
    levels: Table
    totals: Table
    held: Table
    counts: Vector

    @staticmethod
    def of(plan: Plan, months: Months, found: Sequence[Part]) -> Sums:
        """The sums of all of them."""
        parts = [one.folded for one in found]
        added: dict[str, Any] = {
            name: np.sum([getattr(one, name) for one in parts], axis=0, dtype=np.int64)
            for name in ("units", "times", "money", "cohorts", "levels", "counts")
        }
        totals = np.concatenate([one.totals for one in parts])
        held = np.concatenate([one.held for one in found])
        names = tuple(name for one in found for name in one.names)
        return Sums(plan, months, names, totals=totals, held=held, **added)

    def currencies(self) -> tuple[CurrencyMonths, ...]:
        """Units by month."""
        found = []
        meanings = setup_of(self.plan, HISTORY).meanings
        for which, (key, currency) in enumerate(sorted(self.plan.programme.currencies.items())):
            by_kind = {
                what: self.units[
                    (meanings[:, t.WHAT] == what) & (meanings[:, t.WHICH] == which)
                ].sum(axis=0, dtype=np.int64)
                for what in _CHANGES
            }
            changes = sum(sign * by_kind[what] for what, sign in _CHANGES.items())
            found.append(
                CurrencyMonths(
                    currency=key,
                    decimals=currency.decimals,
                    issued=by_kind[t.EARNED],
                    spent=by_kind[t.SPENT_UNITS],
                    expired=by_kind[t.EXPIRED],
                    given_back=by_kind[t.GIVEN_BACK],
                    taken_back=by_kind[t.TAKEN_BACK],
                    reinstated=by_kind[t.REINSTATED],
                    adjusted=by_kind[t.ADDED] - by_kind[t.REMOVED],
                    outstanding=np.cumsum(changes, dtype=np.int64),
                )
            )
        return tuple(found)

    def money_months(self) -> MoneyMonths:
        """Money by month."""
        return MoneyMonths(
            sales=self.money[t.SALES],
            returned=self.money[t.RETURNED],
            discounts=self.money[t.DISCOUNTS],
            discounts_back=self.money[t.DISCOUNTS_BACK],
            spent=self.money[t.VALUE],
            spent_back=self.money[t.VALUE_BACK],
            purchases=self.money[t.PURCHASES],
            returns=self.money[t.RETURNS],
            active=self.money[t.ACTIVE],
            enrolled=self._inside(),
        )

    def _inside(self) -> Vector:
        found: Vector = np.cumsum(self.money[t.JOINED], dtype=np.int64)
        return found

    def ladders(self) -> tuple[LadderMonths, ...]:
        """Members by level at the end of each month; whoever is on no higher one is on the
        lowest."""
        begins, _ = ladders(self.plan)
        found = []
        for begin, (key, tier) in zip(
            begins, sorted(self.plan.programme.tiers.items()), strict=True
        ):
            names = ladder(tier)
            levels = np.cumsum(self.levels[begin : begin + len(names)], axis=1, dtype=np.int64)
            levels[0] = self._inside() - levels[1:].sum(axis=0)
            found.append(LadderMonths(key, names, levels))
        return tuple(found)

    def cohorts_by_month(self) -> tuple[Cohorts, ...]:
        """Units by month of issue and age."""
        keys = sorted(self.plan.programme.currencies)
        shape = t.COHORTS, len(keys), self.months.length, self.months.length
        by_kind = self.cohorts.reshape(shape)
        return tuple(
            Cohorts(
                currency=key,
                issued=by_kind[t.COHORT_ISSUED, which].sum(axis=1, dtype=np.int64),
                used=by_kind[t.COHORT_USED, which],
                expired=by_kind[t.COHORT_EXPIRED, which],
                taken=by_kind[t.COHORT_TAKEN, which],
            )
            for which, key in enumerate(keys)
        )

    def effects(self) -> tuple[Effects, ...]:
        """All that happened at all, by meaning."""
        return tuple(
            Effects(
                kind=code.kind.value,
                rule=code.rule,
                currency=code.currency,
                reward=code.reward,
                tier=code.tier,
                accrual=code.accrual,
                units=self.units[number],
                times=self.times[number],
            )
            for number, code in enumerate(self.plan.codes)
            if self.times[number].any()
        )

    def members(self) -> Members:
        """Totals by member."""
        programme, totals = self.plan.programme, self.totals
        keys, base = sorted(programme.currencies), t.TOTALS
        by = {
            what: {key: totals[:, base + t.PER_CURRENCY * i + what] for i, key in enumerate(keys)}
            for what in range(t.PER_CURRENCY)
        }
        rewards = base + t.PER_CURRENCY * len(keys)
        levels = rewards + len(programme.rewards)
        return Members(
            names=self.names,
            purchases=totals[:, t.BOUGHT],
            returns=totals[:, t.CAME_BACK],
            sales=totals[:, t.SOLD],
            discounts=totals[:, t.OFF],
            spent_value=totals[:, t.PAID],
            issued=by[t.GOT],
            taken_back=by[t.LOST],
            spent=by[t.USED],
            expired=by[t.ENDED],
            held={key: self.held[:, i] for i, key in enumerate(keys)},
            levels={key: totals[:, levels + i] for i, key in enumerate(sorted(programme.tiers))},
            rewards={
                key: totals[:, rewards + i] for i, key in enumerate(sorted(programme.rewards))
            },
        )


def _held(plan: Plan, finals: Table) -> Table:
    """What each member has in the end, wherever it is."""
    keys = sorted(plan.programme.currencies)
    found = np.zeros((len(finals), len(keys)), np.int64)
    for which, key in enumerate(keys):
        for name in ("lots", "held", "pending"):
            if (at := ring(plan, key, name)) >= 0:
                found[:, which] += finals[:, at + TOTAL]
    return found

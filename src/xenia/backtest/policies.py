"""Policies: how members redeem in a backtest, where their history does not say when they did."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from xenia.engine.plan import Plan
from xenia.programme.model import Programme
from xenia.programme.settings import Overspend
from xenia.services.inputs import UnusableError

_SHAPE = re.compile(r"(history|eager|never|fitted|threshold:([0-9]{1,12})|share:([0-9]{1,3})%)")
_KNOWN = "history, eager, never, fitted, threshold:N (a balance) or share:P% (of chances)"


@dataclass(frozen=True, slots=True)
class Policy:
    """`name` as it is written.  Of all chances the `share` is taken, at a balance of `least` whole
    units or more; without a share, redemptions are those of the history."""

    name: str
    share: Fraction | None = None
    least: int = 0
    watches: bool = False  # counts what a history takes of its chances

    def numbers(self, plan: Plan) -> list[int]:
        """The policy as the loop reads it: see `Setup.policy`."""
        least = [
            self.least * 10**currency.decimals
            for _, currency in sorted(plan.programme.currencies.items())
        ]
        if self.share is None:
            return [0, 0, 1, int(self.watches), *least]
        return [1, self.share.numerator, self.share.denominator, 0, *least]

    def programme(self, programme: Programme) -> Programme:
        """The programme that is folded: what a policy asks beyond a bill is cut to it."""
        if self.share is None:
            return programme
        settings = replace(programme.settings, overspend=Overspend.CLAMP)
        return replace(programme, settings=settings)


HISTORY = Policy("history")
FITTED = "fitted"


def policy(written: str, what: str = "--redeem") -> Policy:
    """The policy that is written so.  `fitted` has its share from a run that watches.

    Raises UnusableError.
    """
    found = _SHAPE.fullmatch(written)
    if found is None or (found[3] and int(found[3]) > 100):
        raise UnusableError(f'{what}: "{written[:40]}" is no policy: write {_KNOWN}')
    if written == "history":
        return HISTORY
    if found[2]:
        return Policy(written, Fraction(1), int(found[2]))
    if found[3]:
        return Policy(written, Fraction(int(found[3]), 100))
    if written == FITTED:
        return Policy(written, watches=True)
    return Policy(written, Fraction(1 if written == "eager" else 0))

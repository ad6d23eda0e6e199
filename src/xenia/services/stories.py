"""Three members' years, purchase by purchase, with the reason of every point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter

from xenia.effects import Given, Kind, Outcome, View
from xenia.engine.account import decide, new_account, pass_time
from xenia.engine.plan import Plan
from xenia.events.model import Purchase
from xenia.services.tally import Rung, Shopper, Tally, Units, top

_STORIES = 3
_SHORT = 8  # purchases: a year that is told whole
_FIRST = 3  # purchases at the beginning of a longer one
_AFTER = 3  # the fewest after reaching a level
_SMALL = 6  # the fewest purchases that make a story


@dataclass(frozen=True, slots=True)
class Told:
    """One purchase and what it did; None is what fell due after the last one."""

    purchase: Purchase | None
    outcome: Outcome


@dataclass(slots=True)
class Gap:
    """Purchases that are not told one by one, and all that they did."""

    purchases: int = 0
    amount: int = 0
    discount: int = 0
    units: Units = field(default_factory=Units)
    issued: Counter[str] = field(default_factory=Counter)

    def take(self, told: Told) -> None:
        """Add a purchase."""
        self.purchases += 1
        if told.purchase is not None:
            self.amount += sum(line.amount for line in told.purchase.lines)
        for effect in told.outcome.effects:
            self.units.take(effect)
            self.discount += effect.amount or 0
            if effect.reward is not None:
                self.issued[effect.reward] += 1


@dataclass(frozen=True, slots=True)
class Story:
    """`why` says what the member was chosen for; `whole` sums up all parts; `end` is what is held
    after them."""

    member: str
    why: str
    parts: tuple[Told | Gap, ...]
    whole: Gap
    end: View


def chosen(plan: Plan, tally: Tally) -> dict[str, str]:
    """Up to three members and what each is chosen for; the same ones for the same tally."""
    rungs = [(key, top(tier)) for key, tier in sorted(plan.programme.tiers.items())][:1]
    grounds: list[tuple[str, Callable[[Shopper], int | None]]] = [
        ("the most vouchers", lambda one: one.issued.total() or None),
        *((f"the last to reach {rung[1]}", partial(_reached, rung)) for rung in rungs),
        ("a small shopper", lambda one: -one.amount if one.purchases >= _SMALL else None),
        ("the largest shopper", lambda one: one.amount),
        ("the most purchases", lambda one: one.purchases),
        ("the fewest purchases", lambda one: -one.purchases),
    ]
    # By number, so that the first of equals is always the same.
    shoppers = sorted(tally.shoppers.items(), key=lambda item: (len(item[0]), item[0]))
    found: dict[str, str] = {}
    for why, measure in grounds:
        measured = [(measure(one), member) for member, one in shoppers if member not in found]
        known = [(number, member) for number, member in measured if number is not None]
        if known and len(found) < _STORIES:
            found[max(known, key=itemgetter(0))[1]] = why
    return found


def _reached(rung: Rung, shopper: Shopper) -> int | None:
    """The day, if there is something to tell of what came after."""
    day, number = shopper.reached.get(rung, (0, shopper.purchases))
    return day if shopper.purchases - number >= _AFTER else None


def tell(
    plan: Plan, member: str, why: str, purchases: Iterable[tuple[Purchase, Given]], until: int
) -> Story:
    """Decides a member's purchases again, now with reasons, and time up to `until` (microseconds).

    The purchases must be all of the member's, in order, each with what it was given.
    """
    account, told = new_account(plan, member), []
    for purchase, given in purchases:
        account, outcome = decide(plan, account, purchase, given=given)
        told.append(Told(purchase, outcome))
    account, outcome = pass_time(plan, account, until)
    assert outcome.view is not None, "time that passes ends with a view"
    whole = Gap()
    for one in told:
        whole.take(one)
    parts = [*_shortened(told)]
    if outcome.effects:
        rest = Told(None, outcome)
        whole.take(rest)
        whole.purchases -= 1
        parts.append(rest)
    return Story(member, why, tuple(parts), whole, outcome.view)


def _shortened(told: list[Told]) -> Iterator[Told | Gap]:
    shown = _shown(told)
    gap = Gap()
    for place, one in enumerate(told):
        if place not in shown:
            gap.take(one)
            continue
        if gap.purchases:
            yield gap
            gap = Gap()
        yield one
    if gap.purchases:
        yield gap


def _shown(told: list[Told]) -> set[int]:
    """The first purchases and the last; where a level changes, and the next; the first and the
    last voucher."""
    if len(told) <= _SHORT:
        return set(range(len(told)))
    kinds = [{effect.kind for effect in one.outcome.effects} for one in told]
    shown = {*range(_FIRST), len(told) - 1}
    for place, found in enumerate(kinds):
        if Kind.TIER in found:
            shown |= {place, min(place + 1, len(told) - 1)}
    issuing = [place for place, found in enumerate(kinds) if Kind.ISSUE in found]
    shown |= {*issuing[:1], *issuing[-1:]}
    # One that would be left out alone is told as well.
    return shown | {place + 1 for place in shown if place + 2 in shown}

"""What the compiled loop must know of a plan, as arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xenia.backtest.policies import Policy
from xenia.backtest.tables import (
    ADDED,
    CLIMBED,
    EARNED,
    EXPIRED,
    GIVEN_BACK,
    ISSUED,
    MEANING,
    OWED,
    PER_CURRENCY,
    REINSTATED,
    REMOVED,
    SPENT_UNITS,
    SWAPPED,
    TAKEN_BACK,
    TOTALS,
    WHAT,
    WHICH,
    Setup,
    Table,
    Vector,
)
from xenia.effects import Kind
from xenia.engine.claims import Asked
from xenia.engine.operators import COLUMNS
from xenia.engine.plan import LINES, OFFER_MEANINGS, Code, Column, Plan, TypePlan
from xenia.engine.rows import RowReader
from xenia.engine.type_writer import STOCK
from xenia.events.model import Redemption
from xenia.programme.scope import ladder
from xenia.programme.settings import BelowZero

_OF_LOTS = {
    Kind.EARN: EARNED,
    Kind.SPEND: SPENT_UNITS,
    Kind.EXPIRE: EXPIRED,
    Kind.GIVE_BACK: GIVEN_BACK,
    Kind.TAKE_BACK: TAKEN_BACK,
    Kind.REINSTATE: REINSTATED,
    Kind.ADJUST: ADDED,
    Kind.OPEN: ADDED,
    Kind.TRANSFER: ADDED,
}
_DISCOUNT, _SHARED, _WHOLE = 1, 0, 2  # of `Setup.money`


def setup_of(plan: Plan, policy: Policy) -> Setup:
    """The arrays of a plan whose members redeem as a policy says."""
    layout, parts, purchase = plan.layout, plan.types.values(), plan.types["purchase"]
    programme = plan.programme
    offers = max(len(part.offers.rows) if part.offers else 0 for part in parts)
    listed = [part for part in parts if part.offers is not None]
    redemption, asked = _redemption(plan)
    return Setup(
        params=vector(plan.params),
        fresh=vector(layout.fresh()[: layout.width]),
        rings=vector(layout.rings),
        room=layout.room + offers,
        log_room=plan.log_room + LINES * OFFER_MEANINGS * offers,
        inputs=max(2 + len(part.inputs) for part in parts),
        results=max(part.results for part in parts),
        purchase=purchase.number,
        refuses=int(programme.settings.below_zero is BelowZero.REFUSED),
        currencies=len(programme.currencies),
        rewards=len(programme.rewards),
        meanings=table([_meaning(plan, code) for code in plan.codes], MEANING),
        ladders=vector(ladders(plan)[0]),
        money=table(_money(purchase), 2),
        claims=table(_claims(plan, purchase), 4),
        budgets=table(_budgets(plan), 4),
        offers=table(_offers(listed), 4),
        offer_places=vector(
            [row.place for part in listed if part.offers for row in part.offers.rows]
        ),
        policy=vector(policy.numbers(plan)),
        sale=table(_sale(plan), 4),
        redemption=vector(redemption),
        asked=vector(asked),
    )


def width_of(plan: Plan) -> int:
    """The columns of `Tally.totals`."""
    programme = plan.programme
    own = PER_CURRENCY * len(programme.currencies) + len(programme.rewards)
    return TOTALS + own + len(programme.tiers)


def ladders(plan: Plan) -> tuple[list[int], int]:
    """Where each ladder's levels begin among those of all, and how many there are."""
    begin, at = [], 0
    for _, tier in sorted(plan.programme.tiers.items()):
        begin.append(at)
        at += len(ladder(tier))
    return begin, at


def budget_names(plan: Plan) -> list[str]:
    """The budgets and stocks of a plan, in the order of their numbers."""
    return sorted(plan.budgets)


def _meaning(plan: Plan, code: Code) -> tuple[int, int, int, int]:
    found = [0] * MEANING
    programme = plan.programme
    found[SWAPPED], found[OWED] = int(code.swapped), int(code.owed)
    if code.kind in _OF_LOTS and code.currency is not None:
        found[WHAT] = REMOVED if code.taken else _OF_LOTS[code.kind]
        found[WHICH] = sorted(programme.currencies).index(code.currency)
    elif code.kind is Kind.ISSUE and code.reward is not None:
        found[WHAT], found[WHICH] = ISSUED, sorted(programme.rewards).index(code.reward)
    elif code.kind is Kind.TIER and code.tier is not None:
        found[WHAT], found[WHICH] = CLIMBED, sorted(programme.tiers).index(code.tier)
    return found[0], found[1], found[2], found[3]


def _money(purchase: TypePlan) -> list[tuple[int, int]]:
    """Where a decision says what is off a purchase, and what units pay of it."""
    spent = {claim.share for claim in purchase.claims}
    found = [
        (_SHARED if share in spent else _DISCOUNT, share)
        for _, share in dict.fromkeys(purchase.turns)
    ]
    found += [(_WHOLE, one.tendered) for one in purchase.claims if one.tendered is not None]
    return found


def _claims(plan: Plan, purchase: TypePlan) -> list[tuple[int, int, int, int]]:
    currencies = sorted(plan.programme.currencies)
    return [
        (
            COLUMNS + purchase.columns.index(Column("claim", key=claim.currency)),
            claim.units,
            currencies.index(claim.currency),
            ring(plan, claim.currency),
        )
        for claim in purchase.claims
    ]


def ring(plan: Plan, currency: str, name: str = "lots") -> int:
    """Where the ring of a currency's lots is in a state; -1 where there is none of that name."""
    at = (slot.at for slot in plan.layout.slots if slot.name == f"{name}.{currency}")
    return next(at, -1)


def _budgets(plan: Plan) -> list[tuple[int, int, int, int]]:
    names = budget_names(plan)
    return [
        (part.number, budget.used, names.index(budget.name), int(budget.name.startswith(STOCK)))
        for part in plan.types.values()
        for budget in part.budgets
    ]


def _offers(listed: Sequence[TypePlan]) -> list[tuple[int, int, int, int]]:
    found, first = [], 0
    for part in listed:
        assert part.offers is not None, "only such are listed"
        count = len(part.offers.rows)
        found.append((part.number, part.offers.column, first, count))
        first += count
    return found


def _sale(plan: Plan) -> list[tuple[int, int, int, int]]:
    """The rewards that can be bought, of each currency the dearest first."""
    programme, currencies = plan.programme, sorted(plan.programme.currencies)
    found = []
    for number, key in enumerate(plan.rewards):
        reward = programme.rewards[key]
        if reward.automatic or len(reward.price) != 1:
            continue
        ((currency, price),) = reward.price.items()
        units = int(price * 10 ** programme.currencies[currency].decimals)
        found.append((currencies.index(currency), ring(plan, currency), units, number))
    return sorted(found, key=lambda each: (each[0], -each[2], each[3]))


def _redemption(plan: Plan) -> tuple[list[int], list[int]]:
    """A row of a redemption, the columns of its reward and quantity, and where a decision says what
    was granted."""
    part = plan.types.get("redemption")
    if part is None or not _sale(plan):
        return [], [0, 0]
    names = [column.how for column in part.columns]
    event = Redemption(id="policy", member="m", occurred_at=0, reward=plan.rewards[0])
    row = RowReader(plan, part).read(event, {}, Asked(reward=0)).numbers
    granted = [place for _, place in part.spends]
    return row, [COLUMNS + names.index("reward"), COLUMNS + names.index("quantity"), *granted]


def vector(numbers: Sequence[int]) -> Vector:
    """Whole numbers as an array."""
    return np.array(numbers, np.int64)


def table(rows: Sequence[Sequence[int]], width: int) -> Table:
    """Rows of so many numbers as an array, also if there are none."""
    return np.array(rows, np.int64).reshape(len(rows), width)

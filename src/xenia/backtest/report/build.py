"""Puts a report together from the results of two programmes and what the user states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from xenia.backtest import economics
from xenia.backtest.enrolled import ASSUMED
from xenia.backtest.report import shape
from xenia.backtest.report.amount import Amount, per_cent
from xenia.backtest.report.begun import begun
from xenia.backtest.report.members import by_decile, deciles, full, worth
from xenia.backtest.report.purchases import Purchases
from xenia.backtest.report.sides import Costing, Ran, costing, net_sales, side
from xenia.backtest.report.stated import Response, Stated
from xenia.backtest.report.values import title
from xenia.backtest.report.words import ASK, SETTLED, TAKEN, many
from xenia.programme.model import Enrolment, Programme

MARGINS = tuple(Fraction(share, 100) for share in (10, 15, 20, 25, 30, 35, 40, 50, 60))


def report_of(
    candidate: Ran,
    against: Ran,
    stated: Stated,
    purchases: Purchases | None = None,
    *,
    document: Programme | None = None,
    sweep: tuple[str, str | None, Sequence[tuple[str, Ran]]] | None = None,
    policies: Sequence[tuple[str, Ran]] = (),
) -> shape.Report:
    """A candidate held against another programme over the same history.

    `document`: the other programme as it is written, in whatever money.
    `purchases`: what the history says of itself; without it, sales by category and by half are not
    known. `sweep`: a parameter, its present value and what comes of each value.
    """
    candidate, against = begun(candidate, against)
    one, other = costing(candidate, stated), costing(against, stated)
    margin, asked = _margin(stated, purchases)
    here, there = side(one, margin), side(other, margin)
    return shape.Report(
        shape=shape.SHAPE,
        facts=_facts(candidate),
        assumptions=(
            *_of_run(one, other, document or against.programme),
            *_assumptions(one, other, stated, margin),
        ),
        to_state=(*asked, *_unknown(one), *_unknown(other)),
        margin=margin,
        candidate=here,
        against=there,
        deciles=deciles(one, other),
        full=None if purchases is None else full(one, purchases.halves),
        other_full=None if purchases is None else full(other, purchases.halves),
        break_even=_break_even(here.cost, there.cost, margin),
        same_generosity=_same_generosity(one, here, margin),
        sweep=None
        if sweep is None
        else shape.Sweep(
            sweep[0], sweep[1], tuple(_variant(name, ran, stated, margin) for name, ran in sweep[2])
        ),
        policies=tuple(_variant(name, ran, stated, margin) for name, ran in policies),
        responses=tuple(_response(one, each, margin) for each in stated.responses),
    )


def _facts(ran: Ran) -> shape.Facts:
    result = ran.result
    last = max(0, result.months - 1)
    return shape.Facts(
        money=result.money,
        first_month=result.month(0),
        last_month=result.month(last),
        members=len(result.members.sales),
        purchases=int(result.money_months.purchases.sum()),
        returns=int(result.money_months.returns.sum()),
        sales=Amount(net_sales(result), result.money_decimals),
    )


# ---- what is stated, and what is not -------------------------------------------------------------


def _margin(
    stated: Stated, purchases: Purchases | None
) -> tuple[Fraction | None, list[shape.ToState]]:
    """The margin on all sales, by category where that is stated; or what to state."""
    if not stated.margins:
        asked = [] if stated.margin is not None else [shape.ToState("margin", ASK["margin"])]
        return stated.margin, asked
    if purchases is None:
        return None, [shape.ToState("margin", ASK["categories"])]
    sold = {key: amount for key, amount in purchases.by_category.items() if amount}
    missing = sorted(key for key in sold if key not in stated.margins)
    if stated.margin is None and missing:
        names = ", ".join(key or "(no category)" for key in missing[:8])
        more = f" and {len(missing) - 8} more" if len(missing) > 8 else ""
        return None, [shape.ToState("margin", ASK["rest"].format(names=names + more))]
    rest = stated.margin or Fraction(0)
    earned = sum(
        (amount * stated.margins.get(key, rest) for key, amount in sold.items()),
        start=Fraction(0),
    )
    whole = sum(sold.values())
    return (earned / whole if whole else None), []


def _unknown(by: Costing) -> list[shape.ToState]:
    of = by.ran.programme.id
    named = title(by.ran.programme.title, of)
    nobody = [shape.ToState(of, ASK["nobody"].format(programme=named))] * _is_empty(by.ran)
    units = [
        shape.ToState(f"{of}: {key}", ASK["unit"].format(currency=key))
        for key in by.worths.unknown_units
    ]
    rewards = [
        shape.ToState(f"{of}: {key}", ASK["reward"].format(reward=key))
        for key in by.worths.unknown_rewards
    ]
    return nobody + units + rewards


def _is_empty(ran: Ran) -> bool:
    """Whether only who enrols is a member, and nobody has: then what people buy does not count."""
    only = ran.programme.enrolment is Enrolment.ENROLMENT_ONLY
    return only and not ran.result.money_months.enrolled.any()


def _of_run(one: Costing, other: Costing, document: Programme) -> Iterator[shape.Assumption]:
    """What was taken so that both could be run: enrolments, and another money."""
    for treated in one.ran.result.treatments:
        if treated.name == ASSUMED:
            taken = TAKEN["first-purchase"].format(count=many(treated.count, "member"))
            yield shape.Assumption(TAKEN["enrolled"], taken, TAKEN["no-enrolment"])
    taken_as = other.ran.programme
    if document.rules and document.money != taken_as.money:
        own = f"{document.money}, {document.timezone}"
        yield shape.Assumption(
            TAKEN["money"].format(programme=document.id),
            f"{taken_as.money}, {taken_as.timezone}",
            TAKEN["other-money"].format(candidate=one.ran.programme.id, own=own),
        )


def _assumptions(
    one: Costing, other: Costing, stated: Stated, margin: Fraction | None
) -> tuple[shape.Assumption, ...]:
    found = []
    if margin is not None:
        source = TAKEN["stated-categories" if stated.margins else "stated"]
        found.append(shape.Assumption(TAKEN["margin"], per_cent(margin), source))
    for by in (one, other):
        programme = by.ran.programme.id
        for key, known in by.worths.units.items():
            what = TAKEN["unit"].format(currency=key, programme=programme)
            found.append(shape.Assumption(what, known.text, known.source))
        if by.ran.result.currencies:
            what = TAKEN["policy"].format(programme=programme)
            found.append(shape.Assumption(what, by.ran.result.policy, TAKEN["run"]))
    default = 1 in (stated.cost_ratio, stated.cannibalised)
    settled = SETTLED["whole" if default else "parts"].format(
        cannibalised=per_cent(stated.cannibalised, 0), ratio=per_cent(stated.cost_ratio, 0)
    )
    source = TAKEN["cautious" if default else "stated"]
    found.append(shape.Assumption(TAKEN["settled"], settled, source))
    running = TAKEN["stated" if stated.running else "not-stated"]
    found.append(shape.Assumption(TAKEN["running"], per_cent(stated.running), running))
    return tuple(found)


# ---- economics -----------------------------------------------------------------------------------


def _break_even(cost: shape.Cost, other: shape.Cost, margin: Fraction | None) -> shape.BreakEven:
    here, there = cost.share_of_sales, other.share_of_sales

    def both(margin: Fraction) -> tuple[Fraction | None, Fraction | None]:
        return (
            economics.break_even(here, margin, there),
            economics.break_even_fixed(here, margin, there),
        )

    growing, fixed = (None, None) if margin is None else both(margin)
    rows = sorted({*MARGINS, *([margin] if margin else [])})
    by_margin = tuple((at, *both(at)) for at in rows)
    return shape.BreakEven(here, there, margin, growing, fixed, by_margin)


def _same_generosity(
    by: Costing, here: shape.Side, margin: Fraction | None
) -> shape.SameGenerosity | None:
    """None without a margin, without purchases, or where nothing is promised."""
    result = by.ran.result
    sales, purchases = net_sales(result), int(result.money_months.purchases.sum())
    if not margin or sales <= 0 or not purchases:
        return None
    rate = _promised(by, here)
    if not rate:
        return None
    price = Fraction(sales, purchases)
    found = economics.discount_against_bonus(price, price * margin, rate)
    settled = economics.Settlement(
        redeemed=_redeemed(by, here),
        cost_ratio=by.stated.cost_ratio,
        cannibalised=by.stated.cannibalised,
    )
    lasting = economics.discount_against_bonus(price, price * margin, rate, settled).lasting
    return shape.SameGenerosity(
        price=by.money(price),
        profit=by.money(price * margin),
        rate=rate,
        discount=by.money(found.discount),
        discount_share=found.share(found.discount),
        bonus=by.money(found.bonus),
        bonus_share=found.share(found.bonus),
        with_owed=by.money(found.bonus + found.owed),
        with_owed_share=found.share(found.bonus + found.owed),
        lasting_share=lasting,
    )


def _redeemed(by: Costing, here: shape.Side) -> Fraction:
    """The share of units that is expected to be spent, weighed by what they are worth."""
    weights = [
        (one.issued.exact * by.worths.units[one.currency.id].exact, 1 - one.breakage)
        for one in here.currencies
        if one.breakage is not None and one.currency.id in by.worths.units
    ]
    whole = sum((weight for weight, _ in weights), start=Fraction(0))
    spent = sum((weight * share for weight, share in weights), start=Fraction(0))
    return spent / whole if whole else Fraction(1)


def _promised(by: Costing, here: shape.Side) -> Fraction:
    """Face value of all that was promised, as a share of sales: discounts, units, vouchers."""
    units = sum(
        (
            (one.issued.exact - one.taken_back.exact) * by.worths.units[one.currency.id].exact
            for one in here.currencies
            if one.currency.id in by.worths.units
        ),
        start=Fraction(0),
    )
    vouchers = here.cost.vouchers.exact / by.per_face if by.per_face else Fraction(0)
    return (here.cost.discounts.exact + units + vouchers) / net_sales(by.ran.result)


def _variant(value: str, ran: Ran, stated: Stated, margin: Fraction | None) -> shape.Variant:
    found = side(costing(ran, stated), margin)
    cost = found.cost
    return shape.Variant(
        value=value,
        issued=tuple(one.issued for one in found.currencies),
        given=cost.given,
        owed_expected=cost.owed_expected,
        whole=cost.whole,
        share_of_sales=cost.share_of_sales,
        break_even=None if margin is None else economics.break_even(cost.share_of_sales, margin),
    )


def _response(by: Costing, asked: Response, margin: Fraction | None) -> shape.Response:
    """What would follow, if the segment keeps the cost rate that it had, all it holds included."""
    first, last = asked.deciles
    members = by.ran.result.members
    places = np.concatenate(by_decile(members)[first - 1 : last])
    sales, discounts = int(members.sales[places].sum()), int(members.discounts[places].sum())
    valued = worth(by)
    face = Fraction(int(valued.got[places].sum() + valued.held[places].sum()), valued.scale)
    given = discounts + (face - discounts) * by.per_face
    cost = (given / sales if sales else Fraction(0)) + by.stated.running
    uplift = economics.response(asked.frequency, asked.basket)
    name = (
        TAKEN["all"]
        if asked.deciles == (1, 10)
        else TAKEN["deciles"].format(first=first, last=last)
    )
    return shape.Response(
        segment=name,
        members=len(places),
        sales=by.money(sales),
        frequency=asked.frequency,
        basket=asked.basket,
        uplift=uplift,
        cost=cost,
        extra_sales=by.money(sales * uplift),
        gain=None
        if margin is None
        else by.money(economics.gain(Fraction(sales), margin, cost, uplift)),
        break_even=None if margin is None else economics.break_even(cost, margin),
    )

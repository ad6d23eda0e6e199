"""The programme chooser: discount, bonus, tiers, paid club or none, over one's own purchases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np

from xenia.amounts import NotAnAmount, UnknownMoney, money_decimals, parse_decimal
from xenia.backtest.economics import break_even
from xenia.backtest.report.amount import Amount, per_cent
from xenia.backtest.report.rows import UNKNOWN, Rows, share_of
from xenia.backtest.report.sides import Ran, costing, net_sales, side
from xenia.backtest.report.stated import Stated
from xenia.backtest.report.values import title
from xenia.backtest.result import Result
from xenia.backtest.wizards.documents import Firm, Kind, document
from xenia.backtest.wizards.documents import per_cent as written
from xenia.backtest.wizards.ready_made import MOST, STEP
from xenia.programme.check import check
from xenia.programme.formulas import analyse
from xenia.programme.model import Programme
from xenia.programme.read import read
from xenia.programme.simplicity import Grade, simplicity
from xenia.services.files import zones
from xenia.services.inputs import UnusableError

Runs = Callable[[Programme], Result]  # a programme over the firm's purchases

KINDS: Final[tuple[Kind, ...]] = ("none", "discount", "bonus", "tiers")
CLUB: Final = "paid club"
NO_FEE: Final = (CLUB, "state what twelve months in it cost (the fee)")
COSTS: Final = (
    "Costs include what is expected to be redeemed. How members would respond is not known."
)
_YEAR = 12


@dataclass(frozen=True, slots=True)
class Club:
    """A club that is paid for: `fee` for twelve months in smallest money, and the `rate` that is
    off for its members."""

    fee: int
    rate: Fraction


@dataclass(frozen=True, slots=True)
class Candidate:
    """One kind of programme, and what it would have come to; money and shares as in a report.

    `profit` is the margin less the cost, had sales been the same. `grade`, `things`: how plain it
    is for customers. `cost` is less the `fees` that members pay for a club, of whom `joined` are in
    it.
    """

    kind: str
    title: str
    document: str
    cost: Amount
    share_of_sales: Fraction
    profit: Amount
    needed: Fraction | None  # the uplift that pays for it
    grade: Grade
    things: int
    fees: Amount
    joined: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidates side by side; the kinds that are not available, each with the reason; and what
    is assumed, in sentences."""

    money: str
    sales: Amount
    margin: Fraction
    rate: Fraction
    candidates: tuple[Candidate, ...]
    unavailable: tuple[tuple[str, str], ...]
    assumptions: tuple[str, ...] = ()


def choose(
    runs: Runs, firm: Firm, margin: Fraction, rate: Fraction, club: Club | None = None
) -> Choice:
    """Run each kind at the same generosity over the purchases, and a club at its own.

    Nothing is recommended: who likes what, and who would buy more, the purchases do not say.
    """
    if not 0 < rate <= MOST:
        raise UnusableError(
            f"A rate of {per_cent(rate)} is none: state one up to {per_cent(MOST, 0)}"
        )
    none = sound(document("none", firm))
    nothing = runs(none)
    numbers: dict[Kind, dict[str, str]] = {
        "none": {},
        "discount": {"rate": written(rate)},
        "bonus": {"rate": written(rate)},
        "tiers": _ladder(nothing, rate),
    }
    found, told = list[Candidate](), list[str]()
    for kind, words in numbers.items():
        text = document(kind, firm, **words)
        programme = sound(text)
        result = nothing if kind == "none" else runs(programme)
        found.append(_candidate(kind, text, Ran(programme, result), margin))
    if club is not None:
        found.append(_club(runs, firm, margin, club))
        told.append(_assumed(found[-1], nothing))
    sales = Amount(net_sales(nothing), nothing.money_decimals)
    without = () if club is not None else (NO_FEE,)
    return Choice(nothing.money, sales, margin, rate, tuple(found), without, tuple(told))


def club_of(fee: str | None, rate: Fraction, firm: Firm, what: str) -> Club | None:
    """The club whose fee is stated, in money; None: none is.  Raises UnusableError."""
    if fee is None:
        return None
    try:
        found = parse_decimal(fee, money_decimals(firm.money), what=what)
    except (NotAnAmount, UnknownMoney) as error:
        raise UnusableError(str(error)) from None
    if found <= 0 or not 0 < rate <= MOST:
        raise UnusableError(
            f"{what} is {fee}, and {per_cent(rate)} is off: state a fee above 0, and a rate up to"
            f" {per_cent(MOST, 0)}"
        )
    return Club(found, rate)


def table(choice: Choice) -> Rows:
    """The candidates side by side."""
    rows: list[tuple[str, ...]] = [
        (
            one.kind,
            one.title,
            one.cost.grouped,
            one.fees.grouped,
            share_of(one.share_of_sales),
            one.profit.grouped,
            "never" if one.needed is None else per_cent(one.needed),
            f"{one.grade} ({one.things})",
        )
        for one in choice.candidates
    ]
    rows += [(kind, f"not available: {why}", *[UNKNOWN] * 6) for kind, why in choice.unavailable]
    heads = (
        "Kind",
        "Programme",
        f"Cost, {choice.money}",
        "Fees taken off it",
        "Of sales",
        "Profit, had sales been the same",
        "Sales must rise by",
        "Plainness (things to know)",
    )
    caption = (
        f"Over {choice.sales.grouped} {choice.money} of sales at a margin of"
        f" {per_cent(choice.margin, 1)}"
    )
    return Rows(caption, heads, tuple(rows), words=(0, 1, 7))


def _candidate(kind: str, text: str, ran: Ran, margin: Fraction) -> Candidate:
    cost = side(costing(ran, Stated(margin=margin)), margin).cost
    return _costing(kind, text, ran, margin, cost.whole)


def _club(runs: Runs, firm: Firm, margin: Fraction, club: Club) -> Candidate:
    """The club of those for whom it would have paid: what it takes off for a member is what a
    discount of the same rate does, from the first purchase on."""
    discount = sound(document("discount", firm, rate=written(club.rate)))
    result = runs(discount)
    fee = Fraction(club.fee * result.months, _YEAR)
    off = result.members.discounts
    inside = off * _YEAR > club.fee * result.months
    joined, fees = int(inside.sum()), fee * int(inside.sum())
    price = Amount(club.fee, result.money_decimals)
    text = document("club", firm, rate=written(club.rate), fee=price.text)
    found = _costing(
        CLUB,
        text,
        Ran(sound(text), result),
        margin,
        Amount(int(off[inside].sum()) - fees, result.money_decimals),
    )
    return replace(found, fees=Amount(fees, result.money_decimals), joined=joined)


def _assumed(club: Candidate, nothing: Result) -> str:
    return (
        "In the club are those for whom it would have paid, from their first purchase on, and"
        f" nobody else: {club.joined:,} of {len(nothing.members.sales):,} members. The fee counts"
        f" for the {nothing.months} months of the purchases."
    )


def _costing(kind: str, text: str, ran: Ran, margin: Fraction, cost: Amount) -> Candidate:
    sales = net_sales(ran.result)
    share = cost.exact / sales if sales else Fraction(0)
    plain = simplicity(ran.programme, analyse(ran.programme))
    return Candidate(
        kind=kind,
        title=title(ran.programme.title, ran.programme.id),
        document=text,
        cost=cost,
        share_of_sales=share,
        profit=Amount(sales * margin, ran.result.money_decimals) - cost,
        needed=break_even(share, margin),
        grade=plain.grade,
        things=plain.things,
        fees=Amount(0, ran.result.money_decimals),
    )


def sound(text: str) -> Programme:
    """The programme of a document.  Raises UnusableError where it is wrong: a zone, a money …"""
    reading = read(text, zones=zones())
    errors = [one for one in check(reading) if one.severity == "error"]
    if errors or reading.programme is None:
        raise UnusableError("\n".join(f"{one.sentence}: {one.remedy}" for one in errors))
    return reading.programme


def _ladder(nothing: Result, rate: Fraction) -> dict[str, str]:
    """Half the rate, the rate, and half as much again; the second level is for the half that spends
    more, the third for a tenth, by what they spend in a year, rounded up to a plain number."""
    spent = np.sort(nothing.members.sales)
    low = max(STEP, rate / 2 // STEP * STEP)
    marks = [int(spent[len(spent) * part // 10]) if len(spent) else 0 for part in (5, 9)]
    second, third = (_yearly(nothing, mark) for mark in marks)
    if third <= second:
        third = 2 * second
    return {
        "low": written(low),
        "rate": written(rate),
        "high": written(rate + low),
        "second": str(second),
        "third": str(third),
    }


def _yearly(nothing: Result, spent: int) -> int:
    """Money of a year in whole units, rounded up to its first digit: 3,412 is 4,000."""
    whole: int = spent * _YEAR // (max(1, nothing.months) * 10**nothing.money_decimals)
    scale: int = 10 ** max(0, len(str(whole)) - 1)
    rounded: int = max(1, -(-whole // scale)) * scale
    return rounded

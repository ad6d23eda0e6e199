"""The programme chooser: discount, bonus, tiers, paid club or none, over one's own purchases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

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
NOT_BUILT: Final = (("paid club", "a club with a fee is not built yet"),)
_YEAR = 12


@dataclass(frozen=True, slots=True)
class Candidate:
    """One kind of programme, and what it would have come to; money and shares as in a report.

    `profit` is the margin less the cost, had sales been the same. `grade`, `things`: how plain it
    is for customers.
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


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidates side by side; the kinds that are not available, each with the reason."""

    money: str
    sales: Amount
    margin: Fraction
    rate: Fraction
    candidates: tuple[Candidate, ...]
    unavailable: tuple[tuple[str, str], ...]


def choose(runs: Runs, firm: Firm, margin: Fraction, rate: Fraction) -> Choice:
    """Run each kind at the same generosity over the purchases.

    Nothing is recommended: who likes what, and who would buy more, the purchases do not say.
    """
    if not 0 < rate <= MOST:
        raise UnusableError(
            f"A rate of {per_cent(rate)} is none: state one up to {per_cent(MOST, 0)}"
        )
    none = sound(document("none", firm))
    nothing = runs(none)
    numbers = {
        "none": {},
        "discount": {"rate": written(rate)},
        "bonus": {"rate": written(rate)},
        "tiers": _ladder(nothing, rate),
    }
    found = []
    for kind in KINDS:
        text = document(kind, firm, **numbers[kind])
        programme = sound(text)
        result = nothing if kind == "none" else runs(programme)
        found.append(_candidate(kind, text, Ran(programme, result), margin))
    sales = Amount(net_sales(nothing), nothing.money_decimals)
    return Choice(nothing.money, sales, margin, rate, tuple(found), NOT_BUILT)


def table(choice: Choice) -> Rows:
    """The candidates side by side."""
    rows: list[tuple[str, ...]] = [
        (
            one.kind,
            one.title,
            one.cost.grouped,
            share_of(one.share_of_sales),
            one.profit.grouped,
            "never" if one.needed is None else per_cent(one.needed),
            f"{one.grade} ({one.things})",
        )
        for one in choice.candidates
    ]
    rows += [(kind, f"not available: {why}", *[UNKNOWN] * 5) for kind, why in choice.unavailable]
    heads = (
        "Kind",
        "Programme",
        f"Cost, {choice.money}",
        "Of sales",
        "Profit, had sales been the same",
        "Sales must rise by",
        "Plainness (things to know)",
    )
    caption = (
        f"Over {choice.sales.grouped} {choice.money} of sales at a margin of"
        f" {per_cent(choice.margin, 1)}"
    )
    return Rows(caption, heads, tuple(rows), words=(0, 1, 6))


def _candidate(kind: str, text: str, ran: Ran, margin: Fraction) -> Candidate:
    stated = Stated(margin=margin)
    cost = side(costing(ran, stated), margin).cost
    profit = Amount(net_sales(ran.result) * margin, ran.result.money_decimals) - cost.whole
    plain = simplicity(ran.programme, analyse(ran.programme))
    return Candidate(
        kind=kind,
        title=title(ran.programme.title, ran.programme.id),
        document=text,
        cost=cost.whole,
        share_of_sales=cost.share_of_sales,
        profit=profit,
        needed=break_even(cost.share_of_sales, margin),
        grade=plain.grade,
        things=plain.things,
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

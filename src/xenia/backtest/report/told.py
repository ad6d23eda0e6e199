"""The report in a few sentences, from its numbers alone."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from xenia.backtest.report import shape
from xenia.backtest.report.amount import Amount, per_cent
from xenia.backtest.report.rows import ratio
from xenia.backtest.report.words import NOTES, many, month


def told(report: shape.Report) -> tuple[str, ...]:
    """What matters most, in order."""
    return tuple(_sentences(report))


def about(report: shape.Report) -> str:
    """Which history it is."""
    facts = report.facts
    returns = f" and {many(facts.returns, 'return')}" if facts.returns else ""
    return (
        f"{month(facts.first_month)} to {month(facts.last_month)}: {many(facts.members, 'member')},"
        f" {many(facts.purchases, 'purchase')}{returns},"
        f" {facts.sales.grouped} {facts.money} of sales."
    )


def _sentences(report: shape.Report) -> Iterator[str]:
    yield _cost(report)
    yield _break_even(report)
    yield _members(report)
    yield from _units(report)
    if report.full is not None and report.full.of_got is not None and report.full.members:
        yield (
            f"{per_cent(report.full.of_got, 1)} of what members got went to"
            f" {many(report.full.members, 'member')} whose share of wallet looks full already."
        )


def _cost(report: shape.Report) -> str:
    here, there = report.candidate, report.against
    money = report.facts.money
    first = (
        f"“{here.programme.title}” would have cost {here.cost.whole.grouped} {money}:"
        f" {per_cent(here.cost.share_of_sales)} of sales"
    )
    if here.cost.share_of_margin is not None:
        first += f", {per_cent(here.cost.share_of_margin)} of margin"
    if there.cost.whole.exact == 0:
        return f"{first}. “{there.programme.title}” costs nothing."
    difference = here.cost.whole - there.cost.whole
    word = "more" if difference.exact > 0 else "less"
    size = Amount(abs(difference.exact), difference.decimals)
    return (
        f"{first}. That is {size.grouped} {word} than “{there.programme.title}”"
        f" ({per_cent(there.cost.share_of_sales)} of sales)."
    )


def _break_even(report: shape.Report) -> str:
    found = report.break_even
    other = f"“{report.against.programme.title}”"
    if found.margin is None:
        return "By how much sales must rise for it to pay cannot be said before a margin is stated."
    if found.growing is None:
        return f"At a margin of {per_cent(found.margin, 1)}, {NOTES['never']}."
    if found.growing <= 0:
        return (
            f"It costs no more than {other}: it pays even if sales are"
            f" {per_cent(-found.growing)} lower than with that."
        )
    return (
        f"To pay for itself against {other} at a margin of {per_cent(found.margin, 1)}, it has to"
        f" raise members' sales by {per_cent(found.growing)}."
    )


def _members(report: shape.Report) -> str:
    better = sum(one.better for one in report.deciles)
    worse = sum(one.worse for one in report.deciles)
    got = sum((one.got.exact for one in report.deciles), start=Fraction(0))
    first = (
        f"{better:,} of {many(report.facts.members, 'member')} would have got more than with"
        f" “{report.against.programme.title}”, {worse:,} less"
    )
    if not got or not report.deciles:
        return f"{first}."
    top = report.deciles[0].got.exact / got
    return f"{first}; the tenth that spends most gets {per_cent(top, 1)} of all that is given."


def _units(report: shape.Report) -> Iterator[str]:
    for one in report.candidate.currencies:
        if one.breakage is None or one.breakage_least is None or one.breakage_most is None:
            continue
        owed = ""
        if one.liability is not None and one.liability_expected is not None:
            owed = (
                f" {one.liability.grouped} {report.facts.money} are still owed at face value, of"
                f" which {one.liability_expected.grouped} are expected to be redeemed."
            )
        spent = ratio(one.spent, one.issued)
        yield (
            f"Of {one.issued.grouped} {one.currency.title} issued, {per_cent(spent, 1)} were spent"
            f" in this time; in the end {per_cent(one.breakage, 1)} are expected never to be"
            f" (between {per_cent(one.breakage_least, 1)} and"
            f" {per_cent(one.breakage_most, 1)}).{owed}"
        )

"""The tables of a report, the same in a terminal and behind the charts of the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from xenia.backtest.report import shape
from xenia.backtest.report.amount import Amount, per_cent
from xenia.backtest.report.words import NOTES, month

UNKNOWN = "–"


@dataclass(frozen=True, slots=True)
class Rows:
    """A table: heads, rows of texts (the first is the row's name), rows that stand out."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[int, ...] = ()
    here: tuple[int, ...] = ()
    words: tuple[int, ...] = ()  # columns of words instead of numbers
    stacked: bool = False  # on a phone, cell below cell


def money_of(amount: Amount | None) -> str:
    """For people; a dash where it is not known."""
    return UNKNOWN if amount is None else amount.grouped


def share_of(share: Fraction | None, decimals: int = 2) -> str:
    """The same of a share."""
    return UNKNOWN if share is None else per_cent(share, decimals)


def ratio(part: Amount, whole: Amount) -> Fraction:
    """A part as a share of a whole, 0 of nothing."""
    return part.exact / whole.exact if whole.exact else Fraction(0)


# ---- money ---------------------------------------------------------------------------------------

_COSTS: Sequence[tuple[str, Callable[[shape.Cost], Amount]]] = (
    ("Discounts", lambda cost: cost.discounts),
    ("Redeemed", lambda cost: cost.redeemed),
    ("Vouchers of rules", lambda cost: cost.vouchers),
    ("Given away", lambda cost: cost.given),
    ("Still owed", lambda cost: cost.owed),
    ("… of it expected to be redeemed", lambda cost: cost.owed_expected),
    ("Running it", lambda cost: cost.running),
    ("Cost", lambda cost: cost.whole),
)


def costs(report: shape.Report) -> Rows:
    """Both programmes' costs, part by part."""
    here, there = report.candidate.cost, report.against.cost
    rows: list[tuple[str, ...]] = [
        (name, of(here).grouped, of(there).grouped, (of(here) - of(there)).grouped)
        for name, of in _COSTS
    ]
    rows.append(
        (
            "… of sales",
            share_of(here.share_of_sales),
            share_of(there.share_of_sales),
            share_of(here.share_of_sales - there.share_of_sales),
        )
    )
    if here.share_of_margin is not None and there.share_of_margin is not None:
        difference = share_of(here.share_of_margin - there.share_of_margin)
        row = (share_of(here.share_of_margin), share_of(there.share_of_margin), difference)
        rows.append(("… of margin", *row))
    heads = (
        report.facts.money,
        report.candidate.programme.title,
        report.against.programme.title,
        "Difference",
    )
    caption = "Costs over the whole history"
    return Rows(caption, heads, tuple(rows), sums=(3, 7), stacked=True)


def given(report: shape.Report) -> Rows:
    """By month, what the candidate gave away, beside the other programme."""
    rows = tuple(
        (
            month(one.month),
            f"{one.purchases:,}",
            one.sales.short,
            one.discounts.short,
            one.redeemed.short,
            one.vouchers.short,
            one.given.short,
            share_of(ratio(one.given, one.sales)),
            other.short,
        )
        for one, other in zip(report.candidate.months, others_given(report), strict=True)
    )
    heads = (
        "Month",
        "Purchases",
        "Sales",
        "Discounts",
        "Redeemed",
        "Vouchers",
        "Given away",
        "Of sales",
        report.against.programme.title,
    )
    return Rows(f"Given away by month, {report.facts.money}", heads, rows)


def others_given(report: shape.Report) -> list[Amount]:
    """What the other programme gave away in the candidate's months.

    Its first or last may be others: a month ends by the clocks of a programme's own zone.
    """
    known = {one.month: one.given for one in report.against.months}
    nothing = Amount(0, report.facts.sales.decimals)
    return [known.get(one.month, nothing) for one in report.candidate.months]


def vouchers(side: shape.Side) -> Rows:
    """Vouchers by reward."""
    rows = tuple(
        (
            one.reward.title,
            f"{one.issued:,}",
            money_of(one.face),
            UNKNOWN
            if one.face is None
            else Amount(one.face.exact * one.issued, one.face.decimals).grouped,
            "bought with units" if one.bought else "given by a rule",
        )
        for one in side.vouchers
    )
    heads = ("Reward", "Issued", "Worth each", "Together", "How")
    return Rows("Vouchers issued", heads, rows, words=(0, 4), stacked=True)


# ---- units ---------------------------------------------------------------------------------------


def units(one: shape.Currency) -> Rows:
    """A currency month by month, and its totals."""
    rows: list[tuple[str, ...]] = [
        (
            month(at.month),
            at.issued.grouped,
            at.spent.grouped,
            at.expired.grouped,
            at.taken_back.grouped,
            at.outstanding.grouped,
        )
        for at in one.months
    ]
    totals = (one.issued, one.spent, one.expired, one.taken_back, one.outstanding)
    rows.append(("All", *(total.grouped for total in totals)))
    heads = ("Month", "Issued", "Spent", "Expired", "Taken back", "Outstanding")
    return Rows(f"{one.currency.title} by month", heads, tuple(rows), sums=(len(rows) - 1,))


def liabilities(one: shape.Currency, money: str) -> Rows:
    """What is outstanding, in money, by month."""
    rows = tuple(
        (month(at.month), at.outstanding.grouped, money_of(at.liability), money_of(at.expected))
        for at in one.months
    )
    heads = ("Month", "Outstanding", "Liability", "Expected to be redeemed")
    return Rows(f"Liability at each month's end, {money}", heads, rows)


def cohorts(one: shape.Currency) -> Rows:
    """By cohort, what share is redeemed, and what is expected in the end."""
    rows = tuple(
        (
            month(row.month),
            row.issued.grouped,
            share_of(row.redeemed[-1], 1),
            share_of(row.expected, 1),
            f"{share_of(row.least, 1)} … {share_of(row.most, 1)}",
            share_of(1 - row.expected, 1),
        )
        for row in one.cohorts
    )
    heads = ("Issued in", "Units", "Redeemed", "In the end", "Certain range", "Breakage")
    return Rows(f"{one.currency.title} by the month in which they were issued", heads, rows)


def ladder(one: shape.Ladder, months: Sequence[shape.MoneyMonth]) -> Rows:
    """Members by level and month."""
    rows = tuple(
        (month(at.month), *(f"{count:,}" for count in counts))
        for at, counts in zip(months, one.months, strict=True)
    )
    heads = ("Month", *(level.title for level in one.levels))
    return Rows(f"{one.tier.title}: members at each month's end", heads, rows)


# ---- members -------------------------------------------------------------------------------------


def deciles(report: shape.Report) -> Rows:
    """Who gets what, by decile of spend."""
    rows = tuple(
        (
            _decile(one.decile),
            f"{one.members:,}",
            one.sales.short,
            one.got.short,
            share_of(ratio(one.got, one.sales)),
            one.held.short,
            one.other_got.short,
            share_of(ratio(one.other_got, one.sales)),
            f"{one.better:,}",
            f"{one.worse:,}",
            f"{one.same:,}",
        )
        for one in report.deciles
    )
    heads = (
        "By spend",
        "Members",
        "Sales",
        f"Got: {report.candidate.programme.title}",
        "Of sales",
        "Still held",
        f"Got: {report.against.programme.title}",
        "Of sales",
        "Better off",
        "Worse off",
        "Same",
    )
    return Rows(f"What members get by decile of spend, {report.facts.money}", heads, rows)


def _decile(number: int) -> str:
    return {1: "1 (most)", 10: "10 (least)"}.get(number, str(number))


# ---- economics -----------------------------------------------------------------------------------


def break_even(found: shape.BreakEven) -> Rows:
    """By margin."""
    rows = tuple(
        (share_of(margin, 1), _uplift(growing), _uplift(fixed))
        for margin, growing, fixed in found.by_margin
    )
    here = tuple(at for at, row in enumerate(found.by_margin) if row[0] == found.margin)
    heads = ("Gross margin", "Cost grows with sales", "Cost is fixed")
    return Rows("By how much sales must rise", heads, rows, here=here)


def _uplift(found: Fraction | None) -> str:
    return "never" if found is None else per_cent(found)


def variants(caption: str, head: str, found: Sequence[shape.Variant], current: str | None) -> Rows:
    """The same programme otherwise."""
    rows = tuple(
        (
            one.value,
            " + ".join(amount.grouped for amount in one.issued) or UNKNOWN,
            one.given.grouped,
            one.owed_expected.grouped,
            one.whole.grouped,
            share_of(one.share_of_sales),
            share_of(one.break_even),
        )
        for one in found
    )
    heads = (head, "Issued", "Given away", "Still to come", "Cost", "Of sales", "Break-even")
    here = tuple(at for at, one in enumerate(found) if one.value == current)
    return Rows(caption, heads, rows, here=here, stacked=True)


def responses(found: Sequence[shape.Response]) -> Rows:
    """What would follow from what is assumed."""
    rows = tuple(
        (
            one.segment,
            f"{one.members:,}",
            _plus(one.frequency),
            _plus(one.basket),
            _plus(one.uplift),
            one.extra_sales.grouped,
            share_of(one.break_even),
            UNKNOWN if one.gain is None else one.gain.grouped,
        )
        for one in found
    )
    heads = (
        "If these members …",
        "Members",
        "came more often by",
        "bought more each time by",
        "sales would rise by",
        "that is",
        "It must be",
        "Gain against no programme",
    )
    return Rows("Assumed responses", heads, rows, words=(0,), stacked=True)


def _plus(share: Fraction) -> str:
    return f"{'+' if share > 0 else ''}{per_cent(share, 1)}"


def assumptions(report: shape.Report) -> Rows:
    """What the history does not say."""
    rows = tuple((one.what, one.taken, one.source) for one in report.assumptions)
    return Rows(
        "Assumptions", ("What", "Taken as", "Who says so"), rows, words=(0, 1, 2), stacked=True
    )


def treated(report: shape.Report) -> Rows:
    """What could not be replayed, of both programmes."""
    rows = tuple(
        (one.name, side.programme.title, f"{one.count:,}", one.how)
        for side in (report.candidate, report.against)
        for one in side.treated
    )
    heads = ("What", "Programme", "How often", "How it was treated")
    return Rows(NOTES["treated"], heads, rows, words=(0, 1, 3), stacked=True)

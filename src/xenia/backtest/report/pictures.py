"""Which charts a report has: series, colours and the sentence for who cannot see them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from xenia.backtest.report import shape
from xenia.backtest.report.amount import Amount, per_cent
from xenia.backtest.report.charts import Chart, Kind, Series
from xenia.backtest.report.rows import others_given, ratio
from xenia.backtest.report.scales import compact
from xenia.backtest.report.words import month

_YEAR = 12
_MOST = Fraction(1)  # an uplift beyond it is in the table only


def given(report: shape.Report) -> Chart:
    """What was given away by month, against the other programme."""
    months = report.candidate.months
    parts = (
        ("Discounts", [one.discounts for one in months], 1),
        ("Redeemed", [one.redeemed for one in months], 2),
        ("Vouchers of rules", [one.vouchers for one in months], 3),
    )
    stacks = [
        _amounts(name, values, "stack", tone)
        for name, values, tone in parts
        if any(value.exact for value in values)
    ]
    others = others_given(report)
    other = report.against.programme.title
    lines = [_amounts(other, others, "line", 5)] if any(one.exact for one in others) else []
    about = (
        f"By month from {_span(months)}: {report.candidate.programme.title} gives away"
        f" {report.candidate.cost.given.grouped} {report.facts.money} in all, {other}"
        f" {report.against.cost.given.grouped}."
    )
    return Chart(
        "given",
        "Given away by month",
        about,
        _names(months),
        (*stacks, *lines),
        unit=report.facts.money,
    )


def units(one: shape.Currency, at: int) -> Chart:
    """Units issued, spent and expired, and what is outstanding."""
    months = one.months
    about = (
        f"{one.issued.grouped} {one.currency.title} issued, {one.spent.grouped} spent,"
        f" {one.expired.grouped} expired; {one.outstanding.grouped} outstanding at the end."
    )
    return Chart(
        f"units-{at}",
        f"{one.currency.title} by month",
        about,
        _names(months),
        (
            _amounts("Issued", [m.issued for m in months], "bars", 1),
            _amounts("Spent", [m.spent for m in months], "bars", 2),
            _amounts("Expired", [m.expired for m in months], "bars", 3),
            _amounts("Outstanding", [m.outstanding for m in months], "line", 5),
        ),
        unit=one.currency.title,
    )


def liabilities(one: shape.Currency, at: int, money: str) -> Chart:
    """What is outstanding in money, and what of it is expected to be redeemed."""
    whole = [m.liability for m in one.months if m.liability is not None]
    expected = [m.expected for m in one.months if m.expected is not None]
    about = (
        f"At the end {whole[-1].grouped} {money} at face value, of which"
        f" {expected[-1].grouped} are expected to be redeemed."
    )
    return Chart(
        f"liability-{at}",
        f"Liability for {one.currency.title} by month",
        about,
        _names(one.months),
        (
            _amounts("At face value", whole, "line", 1),
            _amounts("Expected to be redeemed", expected, "line", 2, dashed=True),
        ),
        unit=money,
    )


def ladder(one: shape.Ladder, months: Sequence[shape.MoneyMonth], at: int) -> Chart:
    """Members by level at the end of each month."""
    series = []
    for level, named in enumerate(one.levels):
        counts = [row[level] for row in one.months]
        # The lowest level is quiet: most members are there.
        tone = 5 if level == 0 and len(one.levels) > 1 else min(level or 1, 4)
        series.append(
            Series(
                named.title,
                tuple(Fraction(count) for count in counts),
                tuple(f"{count:,}" for count in counts),
                "stack",
                tone,
            )
        )
    last = ", ".join(
        f"{count:,} {named.title}"
        for count, named in zip(one.months[-1] if one.months else (), one.levels, strict=False)
    )
    return Chart(
        f"tier-{at}",
        f"{one.tier.title} by month",
        f"Members at the end: {last}.",
        _names(months),
        tuple(series),
        unit="members",
    )


def deciles(report: shape.Report) -> Chart:
    """What each tenth gets, as a share of what they buy."""
    other = [ratio(one.other_got, one.sales) for one in report.deciles]
    series = [_shares(report.candidate.programme.title, _got(report), "bars", 1)]
    if any(other):
        series.append(_shares(report.against.programme.title, other, "bars", 5))
    got = _got(report)
    about = (
        f"The tenth of members that spends most gets {per_cent(got[0])} of its sales back, the"
        f" tenth that spends least {per_cent(got[-1])}."
    )
    return Chart(
        "deciles",
        "What members get, of their sales, by decile of spend",
        about,
        tuple(str(one.decile) for one in report.deciles),
        tuple(series),
        unit="of their sales",
        label=_axis_share,
        across="tenths of members, 1 spends most",
    )


def winners(report: shape.Report) -> Chart:
    """How many of each tenth are better or worse off than with the other programme."""
    kinds = (
        ("Better off", [one.better for one in report.deciles], 2),
        ("Same", [one.same for one in report.deciles], 5),
        ("Worse off", [one.worse for one in report.deciles], 3),
    )
    better, worse = (sum(kinds[at][1]) for at in (0, 2))
    series = tuple(
        Series(
            name, tuple(Fraction(n) for n in counts), tuple(f"{n:,}" for n in counts), "stack", tone
        )
        for name, counts, tone in kinds
        if any(counts)
    )
    return Chart(
        "winners",
        "Members better and worse off, by decile of spend",
        f"{better:,} members are better off, {worse:,} worse off.",
        tuple(str(one.decile) for one in report.deciles),
        series,
        unit="members",
        across="tenths of members, 1 spends most",
    )


def break_even(found: shape.BreakEven) -> Chart | None:
    """The uplift that is needed, by margin; None where none is in sight."""
    rows = [
        (margin, growing, fixed)
        for margin, growing, fixed in found.by_margin
        if growing is not None and fixed is not None and growing <= _MOST
    ]
    if not rows:
        return None
    here = tuple(at for at, row in enumerate(rows) if row[0] == found.margin)
    about = "; ".join(f"at {per_cent(margin, 0)} margin {per_cent(g, 1)}" for margin, g, _ in rows)
    return Chart(
        "break-even",
        "The uplift of sales that pays for it, by gross margin",
        f"Needed if its cost grows with sales: {about}.",
        tuple(per_cent(margin, 0).replace(" ", "") for margin, _, _ in rows),
        (
            _shares("Cost grows with sales", [row[1] for row in rows], "line", 1),
            _shares("Cost is fixed", [row[2] for row in rows], "line", 5, dashed=True),
        ),
        unit="needed uplift",
        label=_axis_share,
        marks=here,
        across="gross margin",
    )


def sweep(found: shape.Sweep) -> Chart:
    """The cost as a share of sales, by the value of a parameter."""
    values = [one.share_of_sales for one in found.variants]
    here = tuple(at for at, one in enumerate(found.variants) if one.value == found.current)
    ends = "".join(
        f" {one.value}: {per_cent(one.share_of_sales)};"
        for one in (found.variants[:1] + found.variants[-1:])
    )
    return Chart(
        "sweep",
        f"Cost of sales by {found.parameter}",
        f"The cost as a share of sales, from{ends.rstrip(';')}.",
        tuple(one.value for one in found.variants),
        (_shares("Cost", values, "line", 1),),
        unit="cost, of sales",
        label=_axis_share,
        marks=here,
        across=found.parameter,
    )


def _got(report: shape.Report) -> list[Fraction]:
    return [ratio(one.got, one.sales) for one in report.deciles]


def _amounts(
    name: str, values: Sequence[Amount], kind: Kind, tone: int, *, dashed: bool = False
) -> Series:
    """Amounts in whole units, told with all their decimals."""
    exact = tuple(value.exact / 10**value.decimals for value in values)
    told = tuple(value.grouped for value in values)
    return Series(name, exact, told, kind, tone, dashed)


def _shares(
    name: str, values: Sequence[Fraction | None], kind: Kind, tone: int, *, dashed: bool = False
) -> Series:
    known = tuple(value or Fraction(0) for value in values)
    return Series(name, known, tuple(per_cent(one) for one in known), kind, tone, dashed)


def _axis_share(value: Fraction) -> str:
    return f"{compact(value * 100)} %"


def _names(months: Sequence[shape.MoneyMonth] | Sequence[shape.UnitMonth]) -> tuple[str, ...]:
    """Months in short; of several years, with the year's last digits."""
    if len(months) <= _YEAR:
        return tuple(month(one.month, year=False) for one in months)
    return tuple(f"{month(one.month, year=False)} {one.month[2:4]}" for one in months)


def _span(months: Sequence[shape.MoneyMonth]) -> str:
    return f"{month(months[0].month)} to {month(months[-1].month)}" if months else "no month"

"""A report for a terminal: sentences, then tables; the same numbers as the page."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from textwrap import fill

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from xenia.backtest.report import rows, shape
from xenia.backtest.report.amount import Amount, per_cent
from xenia.backtest.report.rows import Rows
from xenia.backtest.report.told import about, told
from xenia.backtest.report.words import HEADINGS, NOTES

WIDTH = 100
_TABLES = 140  # the widest table


def print_report(report: shape.Report, console: Console | None = None) -> None:
    """Print all of it."""
    out = console or _console()
    title = f"{report.candidate.programme.title} against {report.against.programme.title}"
    out.print(f"\n[bold]{_escaped(title)}[/]", markup=True)
    out.print(_paragraph(about(report)))
    _heading(out, HEADINGS["short"])
    for sentence in told(report):
        out.print(_item(sentence))
    if report.to_state:
        _heading(out, HEADINGS["to_state"])
        for one in report.to_state:
            out.print(_item(f"{one.part}: {one.say}"))
    for heading, note, parts in _parts(report):
        _heading(out, heading)
        if note:
            out.print(_paragraph(note))
        for part in parts:
            out.print(_table(part) if isinstance(part, Rows) else _item(part))


def print_table(rows: Rows) -> None:
    """Print one table."""
    _console().print(_table(rows))


def _console() -> Console:
    return Console(width=_TABLES, highlight=False, markup=False, emoji=False)


Part = tuple[str, str, list[Rows | str]]


def _parts(report: shape.Report) -> Iterator[Part]:
    money = report.facts.money
    yield HEADINGS["cost"], NOTES["cost"], [rows.costs(report)]
    yield rows.given(report).caption, "", [rows.given(report)]
    if report.candidate.vouchers:
        yield HEADINGS["vouchers"], NOTES["vouchers"], [rows.vouchers(report.candidate)]
    for one in report.candidate.currencies:
        name = one.currency.title.capitalize()
        value = f" One is worth {one.value}." if one.value else ""
        yield HEADINGS["units"].format(title=name), NOTES["units"] + value, [rows.units(one)]
        if one.liability is not None:
            yield HEADINGS["liability"], NOTES["liability"], [rows.liabilities(one, money)]
        if one.deferred is not None:
            yield HEADINGS["deferred"], NOTES["deferred"], _deferred(one.deferred, money)
        if one.cohorts:
            yield HEADINGS["cohorts"], NOTES["cohorts"], [rows.cohorts(one)]
    for ladder in report.candidate.ladders:
        heading = HEADINGS["tiers"].format(title=ladder.tier.title)
        yield heading, NOTES["tiers"], [rows.ladder(ladder, report.candidate.months)]
    yield HEADINGS["deciles"], NOTES["deciles"], [rows.deciles(report)]
    if report.full is not None:
        yield HEADINGS["full"], report.full.definition, _full(report, report.full)
    note = NOTES["break-even"].format(against=report.against.programme.title)
    yield HEADINGS["break-even"], note, [rows.break_even(report.break_even)]
    if report.same_generosity is not None:
        yield _same(report.same_generosity, money)
    yield from _otherwise(report)
    yield HEADINGS["assumptions"], "", [rows.assumptions(report)]
    treated = rows.treated(report)
    yield HEADINGS["treated"], "", [treated if treated.rows else NOTES["nothing-treated"]]


def _deferred(found: shape.Deferred, money: str) -> list[Rows | str]:
    return [
        f"Sales that belong to the units: {found.allocated.grouped} {money}",
        f"Earned so far: {found.recognised.grouped} {money}",
        f"Contract liability: {found.contract_liability.grouped} {money}",
    ]


def _full(report: shape.Report, found: shape.Full) -> list[Rows | str]:
    got = "" if found.of_got is None else f", {per_cent(found.of_got, 1)} of what members got"
    return [
        f"{found.members:,} members: {per_cent(found.of_members, 1)} of all,"
        f" {per_cent(found.of_sales, 1)} of sales{got} ({found.got.grouped} {report.facts.money})."
    ]


def _same(found: shape.SameGenerosity, money: str) -> Part:
    note = NOTES["same"].format(rate=per_cent(found.rate), lasting=per_cent(found.lasting_share))

    def of(name: str, amount: Amount, share: Fraction) -> str:
        return f"{name}: {amount.grouped} {money}, {per_cent(share)} of the profit"

    parts: list[Rows | str] = [
        of("As a discount", found.discount, found.discount_share),
        of("As a bonus", found.bonus, found.bonus_share),
        of("The bonus, with what is still owed", found.with_owed, found.with_owed_share),
    ]
    return HEADINGS["same"], note, parts


def _otherwise(report: shape.Report) -> Iterator[Part]:
    if report.sweep is not None:
        found = report.sweep
        heading = HEADINGS["sweep"].format(parameter=found.parameter)
        table = rows.variants(heading, found.parameter, found.variants, found.current)
        yield heading, NOTES["sweep"], [table]
    if report.policies:
        table = rows.variants(HEADINGS["policies"], "Members spend", report.policies, None)
        yield f"{HEADINGS['policies']} (assumption)", NOTES["policies"], [table]
    if report.responses:
        heading = f"{HEADINGS['responses']} (assumption)"
        yield heading, NOTES["responses"], [rows.responses(report.responses)]


def _table(rows: Rows) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for at, head in enumerate(rows.heads):
        words = at == 0 or at in rows.words
        # Heads may wrap, numbers may not.
        widest = 0 if words else max((len(row[at]) for row in rows.rows), default=0)
        table.add_column(head, justify="left" if words else "right", min_width=widest)
    for at, row in enumerate(rows.rows):
        table.add_row(*row, style="bold" if at in rows.sums + rows.here else None)
    return table


def _heading(out: Console, text: str) -> None:
    out.print(f"\n[bold]{_escaped(text)}[/]", markup=True)


def _paragraph(text: str) -> str:
    return fill(text, WIDTH)


def _item(text: str) -> str:
    return fill(text, WIDTH, initial_indent="- ", subsequent_indent="  ")


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")

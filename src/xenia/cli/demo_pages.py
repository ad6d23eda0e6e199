"""What the demonstration prints before and after its run: the data, the sums, what to do next."""

from __future__ import annotations

import sys
from calendar import month_abbr
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.table import Table

from xenia.cli.demo_words import Words, console, grouped, heading, item, many, paragraph, share
from xenia.services.demo import Demonstration, Holding, MonthRow, Summary
from xenia.services.sending import Address


def print_source(run: Demonstration, instead: str | None) -> None:
    """What the data are, in whose words, and how they were read."""
    source, words, counts = run.source, Words(run.plan), run.source.counts
    heading(f"The data: {source.name}")
    if instead is not None:
        paragraph(f"The year of groceries cannot be read ({instead}). These stand in for it.")
    paragraph(source.notice)
    print()
    item(
        f"{many(counts.purchases, 'purchase')} of {many(counts.members, 'household')} with"
        f" {many(counts.lines, 'line')}, {grouped(counts.amount, run.plan.money_decimals)}"
        f" {source.money}, from {words.minute(counts.first)} to {words.minute(counts.last)}."
    )
    for remark in source.remarks:
        item(remark)


def print_programme(run: Demonstration, path: Path) -> None:
    """Which programme is run, and whose days and money count."""
    programme, source = run.plan.programme, run.source
    heading(f"The programme: {Words(run.plan).programme()} ({path})")
    zone = f"Days, months and years are those of {programme.timezone}, the programme's zone"
    same = programme.timezone == source.timezone
    paragraph(f"{zone}{'' if same else ', not those of the shops'}.")
    if programme.money != source.money:
        paragraph(f"The amounts are taken as {programme.money}, although they are {source.money}.")
    print()


def print_service(address: Address, folder: Path) -> None:
    """Where the service listens, and what is sent to it."""
    heading(f"The service: http://{address.host}:{address.port}")
    paragraph(
        "Every purchase is posted over HTTP, each household's in their order, and is answered when"
        " it is decided and recorded: facts, entries, balances, the answer itself. The database is"
        f" kept in {folder}; a second run finds all of it there."
    )
    print()
    sys.stdout.flush()


def print_summary(run: Demonstration, seconds: float, *, new: int) -> None:
    """All sums of the run; `seconds` is how long it took, `new` how many events were not there."""
    words, summary = Words(run.plan), run.summary()
    done = summary.whole.purchases
    rate = f"{done / seconds:,.0f} a second" if seconds else "at once"
    print(f"{many(done, 'purchase')} posted and answered in {seconds:,.1f} s: {rate}.")
    if new < done:
        print(f"{done - new:,} of them were recorded before: their answers were the stored ones.")
    heading("Month by month")
    console().print(_months(run, words, summary))
    heading("By rule")
    console().print(_rules(run, words, summary))
    heading("What it comes to")
    for sentence in _sentences(run, words, summary):
        item(sentence)


def _months(run: Demonstration, words: Words, summary: Summary) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("month")
    for name, _ in _cells(run, words, summary, summary.months[-1]):
        table.add_column(name, justify="right")
    for row in summary.months:
        cells = [text for _, text in _cells(run, words, summary, row)]
        table.add_row(f"{month_abbr[row.month[1]]} {row.month[0]}", *cells)
    table.add_section()
    last = replace(summary.months[-1], period=summary.whole)
    table.add_row("all", *(text for _, text in _cells(run, words, summary, last)))
    return table


def _cells(
    run: Demonstration, words: Words, summary: Summary, row: MonthRow
) -> Iterator[tuple[str, str]]:
    """Names and texts of one row; a column in which all would be 0 is left out."""
    period, whole = row.period, summary.whole
    yield "purchases", f"{period.purchases:,}"
    yield f"spent, {run.plan.programme.money}", words.bare(period.amount)
    if whole.discount:
        yield "discount", words.bare(period.discount)
    for verb, sums, all_sums in (
        ("earned", period.units.earned, whole.units.earned),
        ("expired", period.units.expired, whole.units.expired),
    ):
        for currency in sorted(all_sums):
            yield f"{currency} {verb}", words.number(currency, sums[currency])
    for reward in sorted(whole.issued):
        yield words.reward(reward), f"{period.issued[reward]:,}"
    for ladder, (level, _) in summary.tops.items():
        yield f"at {level} ({ladder})", f"{row.standing[ladder, level]:,}"


def _rules(run: Demonstration, words: Words, summary: Summary) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("rule")
    table.add_column("purchases", justify="right")
    table.add_column("came to", justify="right")
    for key in run.plan.programme.rules:
        rule = run.tally.rules[key]
        came_to = [
            f"{words.units(currency, units)} ({share(units, summary.whole.units.earned[currency])})"
            for currency, units in sorted(rule.earned.items())
        ]
        came_to += [f"{words.money(rule.discount)} off"] * bool(rule.discount)
        came_to += [f"{rule.issued:,} issued"] * bool(rule.issued)
        table.add_row(words.rule(key), f"{rule.times:,}", "\n".join(came_to) or "nothing")
    return table


def _sentences(run: Demonstration, words: Words, summary: Summary) -> Iterator[str]:
    whole, households = summary.whole, len(run.tally.shoppers)
    if whole.discount:
        yield (
            f"Discounts of {words.money(whole.discount)}, {share(whole.discount, whole.amount)} of"
            " what was bought."
        )
    for reward, number in sorted(whole.issued.items()):
        yield f"{number:,} times: {words.reward(reward)}."
    if summary.cards:
        yield (
            f"The gift cards cost {words.money(summary.cards)} at their face value,"
            f" {share(summary.cards, whole.amount)} of what was bought."
        )
    for holding in summary.holdings:
        yield from _of_currency(words, summary, holding)
    got = households - summary.vouchers[0]
    if got:
        groups = ((1, 1), (2, 3), (4, 9), (10, max(summary.vouchers)))
        numbers = [
            f"{sum(summary.vouchers[n] for n in range(low, high + 1)):,} got "
            + (f"{low}" if low == high else f"{low} to {high}")
            for low, high in groups
            if high >= low
        ]
        yield (
            f"{many(got, 'household')} ({share(got, households)}) got vouchers:"
            f" {', '.join(numbers)}."
        )
    for ladder, (level, number) in summary.tops.items():
        yield (
            f"{many(number, 'household')} ({share(number, households)}) reached {level} ({ladder})."
        )


def _of_currency(words: Words, summary: Summary, holding: Holding) -> Iterator[str]:
    key, units = holding.currency, summary.whole.units
    yield (
        f"Of {words.units(key, units.earned[key])} earned,"
        f" {words.number(key, units.spent[key])} ({share(units.spent[key], units.earned[key])})"
        f" were spent and {words.number(key, units.expired[key])} expired;"
        f" {words.number(key, holding.balance)} are held by"
        f" {many(holding.holders, 'household')}, {words.number(key, holding.pending)} are pending."
    )
    if holding.earned:
        yield (
            f"{many(len(holding.earned), 'household')} earned {key}: the middle one"
            f" {words.number(key, holding.median)}, the one with most"
            f" {words.number(key, holding.earned[-1])}; the tenth that earned most has"
            f" {share(holding.of_top_tenth, units.earned[key])} of all."
        )
    if holding.worth is not None:
        worth = (holding.balance + holding.pending) * holding.worth
        yield (
            f"What is held is a liability of at most {words.money(round(worth))}:"
            f" {words.units(key, 100)} are worth {words.money(round(100 * holding.worth))}."
        )
    if holding.balance:
        ends = [f"{words.number(key, gone)} by {day:%-d %B %Y}" for day, gone in holding.gone]
        lost = f"If nobody bought anything more, of these {key} would expire"
        yield f"{lost} {', '.join(ends)}." if ends else f"{key} held now never expire."


def print_proof() -> None:
    """What comes now."""
    heading("The proof")
    paragraph(
        "Every event is decided again from its recorded facts, and balances, entries, lots,"
        " vouchers and answers are compared with what is stored (`xenia verify`)."
    )
    print()
    sys.stdout.flush()


def print_next(path: Path) -> None:
    """What somebody who has read all this may do."""
    heading("What to do next")
    scenario = path.with_suffix(".scenario.yaml")
    item(f"xenia explain {path}: the programme as a customer is told it.")
    item("Change a number in a copy, then `xenia demo --programme COPY`: what it does to the year.")
    item("xenia check COPY: what is wrong with it, and what could be better.")
    if scenario.is_file():
        item(f"xenia scenario {scenario}: its terms as examples that are checked.")


def print_open(address: Address, invitation: str | None) -> None:
    """What can be asked of the service, which goes on, and where people go in a browser; the
    `invitation` is for the first of the staff, None: somebody has come in already."""
    print()
    paragraph(
        f"The service goes on at http://{address.host}:{address.port} until Ctrl-C. Ask it, say:"
    )
    print()
    base = f"http://{address.host}:{address.port}/v1/members/1"
    for path in ("wallet", "ledger?limit=5"):
        print(f"  curl '{base}/{path}'")
    print()
    web = f"http://{address.host}:{address.port}"
    if invitation is not None:
        paragraph("Or open it in a browser. Whoever opens this link first becomes the owner:")
        print(f"\n  {web}/console/invitation/{invitation}\n")
    paragraph(f"Staff goes to {web}/console/, whoever serves to {web}/till/, members to {web}/my/.")
    sys.stdout.flush()

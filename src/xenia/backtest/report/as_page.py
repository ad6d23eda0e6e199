"""A report as one page of HTML with all that it needs in it: charts, tables, style; no script."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from html import escape
from pathlib import Path

from xenia.backtest.report import pictures, rows, shape
from xenia.backtest.report.amount import Amount, per_cent
from xenia.backtest.report.charts import drawn
from xenia.backtest.report.marked import (
    card,
    folded,
    heat,
    meters,
    plain_list,
    sentences,
    table,
    terms,
    tile,
)
from xenia.backtest.report.rows import UNKNOWN, share_of
from xenia.backtest.report.told import about, told
from xenia.backtest.report.words import HEADINGS, NOTES, many, month

_STYLE = Path(__file__).with_name("page.css")
_MARK = (
    '<svg viewBox="0 0 26 26" aria-hidden="true"><rect width="26" height="26" rx="8"'
    ' fill="var(--k1)"/><path d="M7 7.5 19 18.5M19 7.5 7 18.5" stroke="#fff" stroke-width="2.6"'
    ' stroke-linecap="round"/><circle cx="13" cy="13" r="3.1" fill="var(--k1)" stroke="#fff"'
    ' stroke-width="2"/></svg>'
)


def page(report: shape.Report) -> str:
    """The whole page, in UTF-8."""
    one, other = report.candidate.programme.title, report.against.programme.title
    parts = list(_parts(report))
    links = "".join(
        f'<a href="#{id_}">{escape(heading)}</a>' for id_, heading, _ in parts if heading
    )
    return whole(
        "Backtest",
        f"{one} against {other}",
        f'{escape(one)} <span class="against">against {escape(other)}</span>',
        f'<p class="lead">{escape(about(report))}</p><nav aria-label="Parts">{links}</nav>',
        "".join(text for _, _, text in parts),
    )


def whole(kind: str, title: str, heading: str, lead: str, main: str) -> str:
    """A page of its own: what it is, its title, and in HTML the heading, what stands below that,
    and its parts."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(kind)}: {escape(title)}</title>"
        f"<style>{_STYLE.read_text('utf-8')}</style></head><body>"
        f'<div class="top"><div class="brand">{_MARK}<span>Xenia</span>'
        f'<span class="kind">{escape(kind)}</span></div>'
        f"<h1>{heading}</h1>{lead}</div>"
        f"<main>{main}</main>"
        f"<footer>{escape(NOTES['facts'])}</footer></body></html>\n"
    )


Part = tuple[str, str, str]  # where, what it is called among the links, the part itself


def _parts(report: shape.Report) -> Iterator[Part]:
    yield "", "", _tiles(report)
    yield "short", "", card("short", HEADINGS["short"], "", sentences(told(report)))
    if report.to_state:
        asked = plain_list([f"{one.part}: {one.say}" for one in report.to_state])
        yield "to-state", "To state", card("to-state", HEADINGS["to_state"], "", asked, tone="ask")
    yield "cost", "Cost", _costs(report)
    yield from _units(report)
    yield from _tiers(report)
    yield "deciles", "Members", _members(report)
    if report.full is not None:
        yield "full", "", _full(report, report.full)
    yield "break-even", "Break-even", _break_even(report)
    if report.same_generosity is not None:
        yield "same", "Discount or bonus", _same(report, report.same_generosity)
    yield from _otherwise(report)
    yield from _given(report)


def _tiles(report: shape.Report) -> str:
    cost, money = report.candidate.cost, report.facts.money
    of_margin = f" · {share_of(cost.share_of_margin)} of margin" if cost.share_of_margin else ""
    owed = report.candidate.cost.owed
    better = sum(one.better for one in report.deciles)
    found = report.break_even
    if found.margin is None:
        needed, more = UNKNOWN, "state the margin to see it"
    elif found.growing is None:
        needed, more = "never", f"it costs all of a margin of {per_cent(found.margin, 1)}"
    elif found.growing <= 0:
        needed = "none"
        more = f"it costs no more than {report.against.programme.title}"
    else:
        needed = per_cent(found.growing)
        more = f"more sales at a margin of {per_cent(found.margin, 1)}"
    tiles = (
        tile(
            "Cost", cost.whole.short, money, f"{share_of(cost.share_of_sales)} of sales{of_margin}"
        ),
        tile("Break-even uplift", needed, "", more),
        tile(
            "Still owed at the end",
            owed.short,
            money,
            f"{cost.owed_expected.short} expected to be redeemed",
        ),
        tile(
            "Better off",
            f"{better:,}",
            f"of {report.facts.members:,}",
            f"members, against {report.against.programme.title}",
        ),
    )
    return f'<div class="tiles">{"".join(tiles)}</div>'


# ---- money and units -----------------------------------------------------------------------------


def _costs(report: shape.Report) -> str:
    parts = [table(rows.costs(report))]
    chart = pictures.given(report)
    if chart.series:
        parts += [f"<h3>{escape(chart.title)}</h3>", drawn(chart), folded(rows.given(report))]
    if report.candidate.vouchers:
        parts.append(f"<h3>{HEADINGS['vouchers']}</h3>")
        parts.append(f'<p class="note">{escape(NOTES["vouchers"])}</p>')
        parts.append(table(rows.vouchers(report.candidate)))
    return card("cost", HEADINGS["cost"], NOTES["cost"], *parts)


def _units(report: shape.Report) -> Iterator[Part]:
    money = report.facts.money
    for at, one in enumerate(report.candidate.currencies):
        name = one.currency.title.capitalize()
        value = f" One is worth {one.value}." if one.value else ""
        yield (
            f"units-{at}",
            name,
            card(
                f"units-{at}",
                HEADINGS["units"].format(title=name),
                NOTES["units"] + value,
                drawn(pictures.units(one, at)),
                folded(rows.units(one)),
            ),
        )
        if one.liability is not None:
            yield (
                f"liability-{at}",
                HEADINGS["liability"],
                _liability(one, at, money),
            )
        if one.cohorts:
            yield f"cohorts-{at}", "Breakage", _cohorts(one, at)


def _liability(one: shape.Currency, at: int, money: str) -> str:
    parts = [
        drawn(pictures.liabilities(one, at, money)),
        folded(rows.liabilities(one, money)),
    ]
    if one.deferred is not None:
        pairs = [
            ("Sales that belong to the units", f"{one.deferred.allocated.grouped} {money}"),
            ("Earned so far", f"{one.deferred.recognised.grouped} {money}"),
            ("Contract liability", f"{one.deferred.contract_liability.grouped} {money}"),
        ]
        parts += [
            f"<h3>{escape(HEADINGS['deferred'])}</h3>",
            f'<p class="note">{escape(NOTES["deferred"])}</p>',
            terms(pairs),
        ]
    return card(f"liability-{at}", HEADINGS["liability"], NOTES["liability"], *parts)


def _cohorts(one: shape.Currency, at: int) -> str:
    triangle = heat(
        "Redeemed by age in months, in per cent of the units issued",
        ("Issued in", "Units"),
        [((month(row.month), row.issued.grouped), row.redeemed) for row in one.cohorts],
    )
    return card(
        f"cohorts-{at}",
        HEADINGS["cohorts"],
        NOTES["cohorts"],
        triangle,
        folded(rows.cohorts(one)),
    )


# ---- members -------------------------------------------------------------------------------------


def _tiers(report: shape.Report) -> Iterator[Part]:
    for at, one in enumerate(report.candidate.ladders):
        heading = HEADINGS["tiers"].format(title=one.tier.title)
        chart = drawn(pictures.ladder(one, report.candidate.months, at))
        behind = folded(rows.ladder(one, report.candidate.months))
        yield (
            f"tier-{at}",
            one.tier.title,
            card(f"tier-{at}", heading, NOTES["tiers"], chart, behind),
        )


def _members(report: shape.Report) -> str:
    got, winners = pictures.deciles(report), pictures.winners(report)
    return card(
        "deciles",
        HEADINGS["deciles"],
        NOTES["deciles"],
        f"<h3>{escape(got.title)}</h3>",
        drawn(got),
        f"<h3>{escape(winners.title)}</h3>",
        drawn(winners),
        folded(rows.deciles(report)),
    )


def _full(report: shape.Report, found: shape.Full) -> str:
    bars = [
        (f"of all members ({many(found.members, 'member')})", found.of_members, 5),
        ("of all sales", found.of_sales, 5),
    ]
    if found.of_got is not None:
        bars.append((f"of what “{report.candidate.programme.title}” gives", found.of_got, 1))
    other = report.other_full
    if other is not None and other.of_got is not None:
        bars.append((f"of what “{report.against.programme.title}” gives", other.of_got, 3))
    pieces = meters([(name, per_cent(share, 1), share, tone) for name, share, tone in bars])
    return card("full", HEADINGS["full"], f"{found.definition} {NOTES['full']}", pieces)


# ---- economics -----------------------------------------------------------------------------------


def _break_even(report: shape.Report) -> str:
    note = NOTES["break-even"].format(against=report.against.programme.title)
    chart = pictures.break_even(report.break_even)
    parts = [drawn(chart)] if chart else []
    return card(
        "break-even",
        HEADINGS["break-even"],
        note,
        *parts,
        folded(rows.break_even(report.break_even)),
    )


def _same(report: shape.Report, found: shape.SameGenerosity) -> str:
    money = report.facts.money
    note = NOTES["same"].format(rate=per_cent(found.rate), lasting=per_cent(found.lasting_share))

    def one(
        name: str, amount: Amount, share: Fraction, tone: int
    ) -> tuple[str, str, Fraction, int]:
        return name, f"{per_cent(share)} · {amount.grouped} {money}", share, tone

    bars = meters(
        [
            one("As a discount", found.discount, found.discount_share, 3),
            one("As a bonus, spent on the second", found.bonus, found.bonus_share, 1),
            one("The bonus, with what is still owed", found.with_owed, found.with_owed_share, 4),
        ]
    )
    price = f"Price {found.price.grouped}, gross profit {found.profit.grouped} {money} a purchase."
    return card("same", HEADINGS["same"], note, f"<p>{escape(price)}</p>", bars)


def _otherwise(report: shape.Report) -> Iterator[Part]:
    if report.sweep is not None:
        found = report.sweep
        heading = HEADINGS["sweep"].format(parameter=found.parameter)
        behind = rows.variants(heading, found.parameter, found.variants, found.current)
        chart = drawn(pictures.sweep(found))
        yield "sweep", "Sweep", card("sweep", heading, NOTES["sweep"], chart, folded(behind))
    if report.policies:
        heading = HEADINGS["policies"]
        behind = rows.variants(heading, "Members spend", report.policies, None)
        text = card(
            "policies",
            heading,
            NOTES["policies"],
            table(behind),
            tone="assumed",
            badge="Assumption",
        )
        yield "policies", "", text
    if report.responses:
        heading = HEADINGS["responses"]
        behind = rows.responses(report.responses)
        text = card(
            "responses",
            heading,
            NOTES["responses"],
            table(behind),
            tone="assumed",
            badge="Assumption",
        )
        yield "responses", "If they responded", text


def _given(report: shape.Report) -> Iterator[Part]:
    told_of = table(rows.assumptions(report))
    yield "assumptions", "Assumptions", card("assumptions", HEADINGS["assumptions"], "", told_of)
    lists = rows.treated(report)
    if lists.rows:
        text = card("treated", HEADINGS["treated"], "", table(lists))
    else:
        text = card("treated", HEADINGS["treated"], NOTES["nothing-treated"])
    yield "treated", "Not replayed", text

"""How `xenia backtest` reports: what the user states, and where the report goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xenia.cli.output import Format, print_json

if TYPE_CHECKING:
    from xenia.backtest.report.shape import Report

Margins = Annotated[
    list[str] | None,
    typer.Option(
        "--margin", help="The gross margin: 30%, or of a category, DRUG=40%.", metavar="SHARE"
    ),
]
UnitValues = Annotated[
    list[str] | None,
    typer.Option(
        "--unit-value", help="What a unit is worth, such as points=0.01.", metavar="CURRENCY=MONEY"
    ),
]
RewardValues = Annotated[
    list[str] | None,
    typer.Option(
        "--reward-value", help="What a voucher is worth, such as coffee=3.", metavar="REWARD=MONEY"
    ),
]
RewardCost = Annotated[
    str,
    typer.Option(
        help="What rewards cost, of their price, where they do not replace a purchase.",
        metavar="SHARE",
    ),
]
Replaced = Annotated[
    str, typer.Option(help="Of rewards, the share that replaces a purchase.", metavar="SHARE")
]
Running = Annotated[str, typer.Option(help="What running it costs, of sales.", metavar="SHARE")]
Responses = Annotated[
    list[str] | None,
    typer.Option(
        "--if",
        help="An assumed response, such as 5-8:frequency+10%,basket+5% (tenths by spend) or"
        " all:basket+3%.",
        metavar="RESPONSE",
    ),
]
AlsoRedeem = Annotated[
    list[str] | None,
    typer.Option(
        "--also-redeem", help="Another way of redeeming, beside the first.", metavar="POLICY"
    ),
]
SweepOption = Annotated[
    str | None,
    typer.Option(
        "--sweep",
        help="Other values of one number, such as rules.card.then.discount.percent=3,4,5; or,"
        " evenly from one to another, 1..5/20.",
        metavar="PLACE=VALUES",
    ),
]
PageFile = Annotated[
    Path | None, typer.Option("--page", help="Write it as a page with charts.", metavar="FILE")
]


def show(report: Report, page: Path | None, format_: Format) -> None:
    """Print a report, and write its page.  Raises UnusableError where that cannot be."""
    from xenia.backtest.report.as_json import plain
    from xenia.backtest.report.as_text import print_report

    if page is not None:
        _write(page, report)
    if format_ is Format.JSON:
        print_json(plain(report))
    else:
        print_report(report)


def _write(path: Path, report: Report) -> None:
    from xenia.backtest.report.as_page import page
    from xenia.services.inputs import UnusableError

    try:
        path.write_text(page(report), "utf-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UnusableError(f"{path}: this file cannot be written: {reason}") from None

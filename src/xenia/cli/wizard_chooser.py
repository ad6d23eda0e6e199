"""`xenia wizard programme-chooser`: kinds of programmes side by side over past purchases."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xenia.cli.output import WRONG, Format, FormatOption, print_json

if TYPE_CHECKING:
    from xenia.backtest.wizards.chooser import Choice, Runs
    from xenia.backtest.wizards.documents import Firm

Purchases = Annotated[
    Path,
    typer.Argument(
        help="Past purchases: CSV with a row for each line of a purchase, or JSON Lines.",
        metavar="PURCHASES",
    ),
]


def programme_chooser(
    purchases: Purchases,
    margin: Annotated[
        str, typer.Option(help="The gross margin on sales, such as 30%.", metavar="SHARE")
    ],
    rate: Annotated[
        str, typer.Option(help="What members are to get of what they buy.", metavar="SHARE")
    ],
    *,
    money: Annotated[str, typer.Option(help="ISO 4217, such as EUR.", metavar="CODE")],
    timezone: Annotated[str, typer.Option(help="Such as Europe/Athens.", metavar="ZONE")],
    redeem: Annotated[
        str, typer.Option(help="How members redeem, as in `xenia backtest`.", metavar="POLICY")
    ] = "eager",
    to: Annotated[
        Path | None,
        typer.Option(help="A folder for the programmes; it is made.", metavar="FOLDER"),
    ] = None,
    operator: Annotated[str, typer.Option(help="The firm.", metavar="NAME")] = "A shop",
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Hold no programme, a discount, a bonus and levels against each other.

    Each is as generous, and runs over the same purchases. Nothing is recommended: whether anybody
    would buy more, the past does not say.
    """
    from xenia.backtest.report.stated import share
    from xenia.backtest.wizards.chooser import choose
    from xenia.backtest.wizards.documents import Firm

    firm = Firm(id="candidate", operator=operator, money=money, timezone=timezone)
    of, at = share(margin, "--margin"), share(rate, "--rate")
    runs, wrong = _runs(purchases, firm, redeem)
    choice = choose(runs, firm, of, at)
    if to is not None:
        _write(to, choice)
    if format is Format.JSON:
        print_json(_fields(choice))
    else:
        _print(choice)
    if wrong:
        raise typer.Exit(WRONG)


def _runs(path: Path, firm: Firm, redeem: str) -> tuple[Runs, int]:
    """What runs a programme over the purchases, which are read once; how many cannot be read."""
    from xenia.backtest.event_file import event_source
    from xenia.backtest.policies import policy
    from xenia.backtest.run import run
    from xenia.backtest.wizards.chooser import sound
    from xenia.backtest.wizards.documents import document
    from xenia.cli.progress import opened
    from xenia.services.inputs import UnusableError, opening

    wanted, first = policy(redeem), sound(document("none", firm))
    with opening(path), opened(path) as stream:
        source, unread = event_source(path, stream, first)
    for sentence in unread.sentences:
        print(sentence, file=sys.stderr)
    if not source.members:
        raise UnusableError(f"{path}: there is no member's event in it that can be read")
    return lambda programme: run(programme, source, wanted), unread.count


def _print(choice: Choice) -> None:
    from xenia.backtest.report.as_text import print_table
    from xenia.backtest.wizards.chooser import table

    print(table(choice).caption)
    print_table(table(choice))
    print("Costs include what is expected to be redeemed. How members would respond is not known.")


def _fields(choice: Choice) -> dict[str, Any]:
    """Money as decimals, shares as decimals of 1."""
    from xenia.backtest.report.as_json import written

    return {
        "money": choice.money,
        "sales": choice.sales.text,
        "margin": written(choice.margin),
        "rate": written(choice.rate),
        "candidates": [
            {
                "kind": one.kind,
                "title": one.title,
                "cost": one.cost.text,
                "share_of_sales": written(one.share_of_sales),
                "profit": one.profit.text,
                "break_even": None if one.needed is None else written(one.needed),
                "plainness": one.grade,
                "things": one.things,
                "document": one.document,
            }
            for one in choice.candidates
        ],
        "not_available": [{"kind": kind, "reason": why} for kind, why in choice.unavailable],
    }


def _write(folder: Path, choice: Choice) -> None:
    from xenia.services.inputs import UnusableError

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in choice.candidates:
            with (folder / f"{one.kind}.yaml").open("x", encoding="utf-8") as file:
                file.write(one.document)
    except FileExistsError as error:
        raise UnusableError(f"{error.filename}: this is there already: name another") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UnusableError(f"{folder}: this cannot be written: {reason}") from None

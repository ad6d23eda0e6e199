"""`xenia wizard programme-chooser`: kinds of programmes side by side over past purchases."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xenia.cli.output import WRONG, Format, FormatOption, print_json

if TYPE_CHECKING:
    from xenia.backtest.wizards.chooser import Choice, Runs
    from xenia.backtest.wizards.documents import Firm

Purchases = Annotated[
    Path,
    typer.Argument(
        help="The folder of a history (see `xenia history`); or past purchases: CSV with a row"
        " for each line of a purchase, or JSON Lines.",
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
    fee: Annotated[
        str | None,
        typer.Option(
            help="What twelve months in a paid club cost; without it there is none.",
            metavar="MONEY",
        ),
    ] = None,
    club_rate: Annotated[
        str | None,
        typer.Option(help="What is off in the paid club; else the rate.", metavar="SHARE"),
    ] = None,
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
    """Hold no programme, a discount, a bonus, levels and a paid club against each other.

    Each is as generous as the rate says, and runs over the same purchases. Nothing is recommended:
    whether anybody would buy more, the past does not say.
    """
    from xenia.backtest.report.stated import share
    from xenia.backtest.wizards.as_json import choice_fields
    from xenia.backtest.wizards.chooser import choose, club_of
    from xenia.backtest.wizards.documents import Firm

    firm = Firm(id="candidate", operator=operator, money=money, timezone=timezone)
    of, at = share(margin, "--margin"), share(rate, "--rate")
    off = at if club_rate is None else share(club_rate, "--club-rate")
    club = club_of(fee, off, firm, "--fee")
    runs, wrong = _runs(purchases, firm, redeem)
    choice = choose(runs, firm, of, at, club)
    if to is not None:
        _write(to, choice)
    if format is Format.JSON:
        print_json(choice_fields(choice))
    else:
        _print(choice)
    if wrong:
        raise typer.Exit(WRONG)


def _runs(path: Path, firm: Firm, redeem: str) -> tuple[Runs, int]:
    """What runs a programme over the purchases, which are read once; how many cannot be read."""
    from xenia.backtest.event_file import event_source
    from xenia.backtest.policies import policy
    from xenia.backtest.run import run
    from xenia.backtest.stored import history_for
    from xenia.backtest.wizards.chooser import sound
    from xenia.backtest.wizards.documents import document
    from xenia.cli.progress import opened
    from xenia.services.inputs import UnusableError, opening

    wanted, first = policy(redeem), sound(document("none", firm))
    if path.is_dir():
        stored = history_for(path, [first])
        return lambda programme: run(programme, stored, wanted), 0
    with opening(path), opened(path) as stream:
        source, unread = event_source(path, stream, first)
    for sentence in unread.sentences:
        print(sentence, file=sys.stderr)
    if not source.members:
        raise UnusableError(f"{path}: there is no member's event in it that can be read")
    return lambda programme: run(programme, source, wanted), unread.count


def _print(choice: Choice) -> None:
    from xenia.backtest.report.as_text import print_table
    from xenia.backtest.wizards.chooser import COSTS, table

    print(table(choice).caption)
    print_table(table(choice))
    for sentence in choice.assumptions:
        print(sentence)
    print(COSTS)


def _write(folder: Path, choice: Choice) -> None:
    from xenia.services.inputs import UnusableError

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in choice.candidates:
            with (folder / f"{one.kind.replace(' ', '-')}.yaml").open(
                "x", encoding="utf-8"
            ) as file:
                file.write(one.document)
    except FileExistsError as error:
        raise UnusableError(f"{error.filename}: this is there already: name another") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UnusableError(f"{folder}: this cannot be written: {reason}") from None

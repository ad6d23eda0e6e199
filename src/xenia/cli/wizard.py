"""`xenia wizard`: a programme made for a firm, from what it states."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from xenia.cli.output import Format, FormatOption, print_json
from xenia.cli.sub_verbs import sub_verbs
from xenia.cli.wizard_chooser import programme_chooser

if TYPE_CHECKING:
    from xenia.backtest.wizards.ready_made import Made

wizard = sub_verbs("Make programmes for a firm from its margin and its own purchases.")


class MadeKind(StrEnum):
    BONUS = "bonus"
    DISCOUNT = "discount"
    STAMPS = "stamps"


_MADE: dict[MadeKind, Literal["bonus", "discount", "stamps"]] = {
    MadeKind.BONUS: "bonus",
    MadeKind.DISCOUNT: "discount",
    MadeKind.STAMPS: "stamps",
}

Margin = Annotated[
    str, typer.Option(help="The gross margin on sales, such as 30%.", metavar="SHARE")
]
Uplift = Annotated[
    str | None,
    typer.Option(
        help="By how much you expect sales to rise; else 10% is assumed.", metavar="SHARE"
    ),
]
Running = Annotated[str, typer.Option(help="What running it costs, of sales.", metavar="SHARE")]
RewardCost = Annotated[
    str,
    typer.Option(
        help="What rewards cost you, of their price, if they do not replace a purchase.",
        metavar="SHARE",
    ),
]
Replaced = Annotated[
    str,
    typer.Option(help="Of rewards, the share that replaces a purchase.", metavar="SHARE"),
]
Money = Annotated[str, typer.Option(help="ISO 4217, such as EUR.", metavar="CODE")]
TimeZone = Annotated[str, typer.Option(help="Such as Europe/Athens.", metavar="ZONE")]
Operator = Annotated[str, typer.Option(help="The firm.", metavar="NAME")]


@wizard.command("ready-made")
def ready_made(
    identifier: Annotated[
        str, typer.Argument(help="What the programme is to be called.", metavar="ID")
    ],
    margin: Margin,
    *,
    money: Money,
    timezone: TimeZone,
    kind: Annotated[MadeKind, typer.Option(help="What members get.")] = MadeKind.BONUS,
    uplift: Uplift = None,
    running: Running = "0%",
    reward_cost: RewardCost = "100%",
    replaced: Replaced = "0%",
    category: Annotated[
        str | None, typer.Option(help="What stamps are counted of.", metavar="NAME")
    ] = None,
    to: Annotated[
        Path | None, typer.Option(help="Where to write it; else it is printed.", metavar="FILE")
    ] = None,
    operator: Operator = "A shop",
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Make a programme whose rate the margin can bear.

    It is checked, and ready to be published. Nothing is assumed but what is said.
    """
    from xenia.backtest.economics import Settlement
    from xenia.backtest.report.stated import share
    from xenia.backtest.wizards import ready_made as making
    from xenia.backtest.wizards.as_json import made_fields
    from xenia.backtest.wizards.documents import Firm

    settlement = Settlement(
        cost_ratio=share(reward_cost, "--reward-cost"), cannibalised=share(replaced, "--replaced")
    )
    wish = making.Wish(
        margin=share(margin, "--margin"),
        kind=_MADE[kind],
        uplift=None if uplift is None else share(uplift, "--uplift"),
        running=share(running, "--running"),
        settlement=settlement,
        category=category,
    )
    firm = Firm(id=identifier, operator=operator, money=money, timezone=timezone)
    made = making.ready_made(wish, firm)
    if format is Format.JSON:
        print_json(made_fields(made))
        return
    if to is None:
        print(made.document, end="")
    else:
        _write(to, made.document)
    for sentence in _sentences(made):
        print(sentence, file=sys.stderr if to is None else sys.stdout)


def _sentences(made: Made) -> Iterator[str]:
    """What it is, what it costs, what it must bring, and what other hopes would bear."""
    from xenia.backtest.report.amount import per_cent
    from xenia.programme.findings import line_of

    expected = "It is assumed, as in the trade," if made.assumed else "You expect"
    yield (
        f"Members get {per_cent(made.rate)} of what they buy, which costs {per_cent(made.cost)} of"
        f" sales. {expected} that sales rise by {per_cent(made.uplift, 1)}; it pays from"
        f" {per_cent(made.needed or made.uplift)} on."
    )
    others = ", ".join(f"{per_cent(rate, 1)} at {per_cent(up, 0)}" for up, rate in made.others)
    yield f"What the margin bears if sales rise by another share: {others}."
    for finding in made.advice:
        yield line_of(finding, "advice")


def _write(path: Path, text: str) -> None:
    from xenia.services.inputs import UnusableError

    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UnusableError(f"{path}: this file is there already: name another") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UnusableError(f"{path}: this file cannot be written: {reason}") from None


wizard.command("programme-chooser")(programme_chooser)

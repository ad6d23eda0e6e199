"""`xenia history`: past purchases in the form that backtests read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xenia.cli import STOPPED
from xenia.cli.output import WRONG, Format, FormatOption, print_json
from xenia.cli.sub_verbs import sub_verbs

if TYPE_CHECKING:
    from xenia.backtest.history import History, Sums, Told
    from xenia.backtest.history_making import Making

history = sub_verbs("Keeps past purchases in the form that backtests read.")


MembersFile = Annotated[
    Path | None,
    typer.Option(
        help="CSV or Parquet with a row for each member who enrolled: when, and what was known"
        " of them.",
        metavar="FILE",
    ),
]
MapMember = Annotated[
    list[str] | None,
    typer.Option("--map-member", help="The same of the members' file.", metavar="COLUMN=FIELD"),
]


@history.command("import")
def import_(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="CSV or Parquet with a row for each line of a purchase.", metavar="FILE"
        ),
    ],
    *,
    members: MembersFile = None,
    into: Annotated[
        Path, typer.Option("--into", help="The folder that is to hold it.", metavar="FOLDER")
    ],
    money: Annotated[
        str | None, typer.Option(help="In what money the amounts are (EUR).", metavar="CODE")
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option(help="Of times that are written without an offset.", metavar="ZONE"),
    ] = None,
    said: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help="Which field a column is; without a field it is not read. May be given several "
            "times.",
            metavar="COLUMN=FIELD",
        ),
    ] = None,
    said_of_members: MapMember = None,
    mapping: Annotated[
        Path | None,
        typer.Option(help="What the files call things (YAML).", metavar="FILE"),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="What is guessed from the names of columns is right.")
    ] = False,
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Make a history of past purchases.

    Which column is which is guessed from usual names, shown, and to be confirmed. What cannot be
    read is written beside each file, with the numbers of its rows; all else is taken, and the exit
    code is 2. An import that was stopped goes on when the same is asked for again.
    """
    from xenia.backtest.history_making import Making
    from xenia.backtest.history_mapping import terms
    from xenia.cli.progress import stepped

    of = terms(money, timezone, mapping)
    making = Making.of(
        files, into, of, said or [], members=members, said_of_members=said_of_members or []
    )
    if not yes:
        _confirm(making)
    size = sum(path.stat().st_size for path in files)
    try:
        with stepped(size) as tell:
            made = making.make(tell)
    except KeyboardInterrupt:
        print("Stopped. Ask for the same again to go on.")
        raise typer.Exit(STOPPED) from None
    _print(made, format)
    if made.told.bad.rows:
        raise typer.Exit(WRONG)


@history.command("show")
def show(
    folder: Annotated[Path, typer.Argument(help="A history.", metavar="FOLDER")],
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Say how much there is in a history, and what its purchases do not say."""
    from xenia.backtest.history import History

    _print(History.open(folder), format)


def _confirm(making: Making) -> None:
    """Let it be said that what was guessed is right.  Raises UnusableError."""
    from xenia.services.inputs import UnusableError

    unsure = [table for table in making.all_tables if not table.mapped.sure]
    if not unsure:
        return
    shown = [line for table in unsure for line in (f"{table.path}:", *table.mapped.lines())]
    guess = "\n".join(shown)
    if not sys.stdin.isatty():
        say = "--map" if making.members is None else "--map or --map-member"
        remedy = f"add --yes if this is right, or say what is not by {say} COLUMN=FIELD"
        raise UnusableError(f"{guess}\nSome of this is guessed from names: {remedy}")
    print(guess)
    if not typer.confirm("Is this right?"):
        raise UnusableError("Nothing was imported: say what is what by --map COLUMN=FIELD")


def _print(history: History, format: Format) -> None:  # noqa: A002 - the option's name
    if format is Format.JSON:
        print_json(history.told)
        return
    told = history.told
    print(f"{history.folder}: {_many(told.members, 'member')}, {_sums(told.of_members, told)}")
    if told.of_guests.purchases or told.of_guests.returns:
        print(f"  beside them of guests: {_sums(told.of_guests, told)}")
    if told.of_members.enrolments:
        print(f"  of {_many(told.of_members.enrolments, 'member')} it is known when they enrolled")
    print(f"  {_span(told)}")
    for line in _lacks(told):
        print(f"  {line}")
    bad = told.bad
    if bad.known:
        what = "row" if told.of_members.enrolments else "purchase"
        print(f"  {_many(bad.known, what)} told more than once, and taken once")
    if bad.later:
        print(f"  {_many(bad.later, 'member')} enrolled after all of it, and are left out")
    if bad.rows:
        rows = "1 row is" if bad.rows == 1 else f"{bad.rows:,} rows are"
        print(f"  {rows} left out: see {', '.join(bad.files)}")


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _sums(sums: Sums, told: Told) -> str:
    from xenia.amounts import format_decimal

    amount = format_decimal(sums.amount, told.money_decimals)
    returns = f", {_many(sums.returns, 'return')}" if sums.returns else ""
    lines = _many(sums.lines, "line")
    return f"{_many(sums.purchases, 'purchase')} of {lines} for {amount} {told.money}{returns}"


def _span(told: Told) -> str:
    from xenia.engine.zones import zone

    clock = zone(told.timezone or "UTC")
    firsts = [one.first for one in (told.of_members, told.of_guests) if one.first is not None]
    lasts = [one.last for one in (told.of_members, told.of_guests) if one.last is not None]
    if not firsts:
        return "nothing has happened in it"
    return f"from {clock.text(min(firsts))} to {clock.text(max(lasts))}"


def _lacks(told: Told) -> list[str]:
    """What purchases, or their lines, do not say."""
    purchases = told.of_members.purchases + told.of_guests.purchases
    lines = told.of_members.lines + told.of_guests.lines
    sentences: dict[str, list[str]] = {}
    for name, count in told.lacks.items():
        of_line = name.startswith("lines.")
        total: Any = lines if of_line else purchases
        if count == 0:
            continue
        what = "line" if of_line else "purchase"
        who = f"no {what} says" if count == total else f"{_many(count, what)} without"
        sentences.setdefault(who, []).append(name.removeprefix("lines."))
    return [f"{who}: {', '.join(names)}" for who, names in sentences.items()]

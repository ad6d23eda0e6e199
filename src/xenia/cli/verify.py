"""`xenia verify`: folds what was recorded again and proves what is stored."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from xenia.cli.output import FOUND, Format, FormatOption, print_json
from xenia.cli.space_option import DEFAULT_SPACE, SpaceOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xenia.services.discrepancies import Checked, Discrepancy
    from xenia.store.database import Database

_TOLD = 1_000  # differences that are printed; the others are counted
_WORTH_WATCHING = 1_000  # accounts


def verify(
    member: Annotated[str | None, typer.Option(help="Only this member.", metavar="ID")] = None,
    programme: Annotated[
        str | None, typer.Option(help="Only this programme.", metavar="NAME")
    ] = None,
    space: SpaceOption = DEFAULT_SPACE,
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Decide every recorded event again, in the order of recording, and hold all that is stored
    against that: balances, ledger, vouchers, answers, budgets, totals, fingerprints, outbox. Prints
    each difference.

    Exit code 1 if there is one. It reads one moment of the database and disturbs nobody; the
    service may go on. The database is the one that XENIA_DATABASE_URL names, else one of xenia's
    own under XENIA_HOME.
    """
    from xenia.store.opening import ready

    with ready() as database:
        number = proved(database, member=member, programme=programme, space=space, how=format)
    if number:
        raise typer.Exit(FOUND)


def proved(
    database: Database,
    *,
    member: str | None = None,
    programme: str | None = None,
    space: str = DEFAULT_SPACE,
    how: Format = Format.TEXT,
) -> int:
    """Verify a database and print what was found; how many differences there are."""
    from xenia.cli.progress import counted
    from xenia.services.discrepancies import Checked, Discrepancy
    from xenia.services.verifying import verifying

    whole, told, number = Checked(), list[Discrepancy](), 0
    with ExitStack() as stack:
        verification = stack.enter_context(
            verifying(database, member=member, programme=programme, space=space)
        )
        one_more = _nothing
        if verification.accounts >= _WORTH_WATCHING:
            one_more = stack.enter_context(counted(verification.accounts, "accounts"))
        for checked in verification.run():
            number += len(checked.discrepancies)
            told += checked.discrepancies[: _TOLD - len(told)]
            checked.discrepancies = []
            whole.add(checked)
            for _ in range(checked.accounts):
                one_more()
    _print(whole, told, number, how)
    return number


def _nothing() -> None:
    """Who waits only a moment need not see how far it has come."""


def _print(whole: Checked, told: Sequence[Discrepancy], number: int, how: Format) -> None:
    if how is Format.JSON:
        counted = {"accounts": whole.accounts, "steps": whole.steps, "differences": number}
        print_json({**counted, "told": [asdict(item) for item in told]})
        return
    for item in told:
        print(item)
    if number > len(told):
        print(f"… and {number - len(told):,} more")
    result = (
        "no difference"
        if not number
        else "1 difference"
        if number == 1
        else f"{number:,} differences"
    )
    print(f"{whole.steps:,} steps of {whole.accounts:,} accounts done again: {result}.")

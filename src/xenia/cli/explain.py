"""`xenia explain`: a programme in plain words, as a customer is told it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xenia.cli.output import Format, FormatOption, print_json

if TYPE_CHECKING:
    from xenia.programme.explain import Table


def explain(
    file: Annotated[Path, typer.Argument(help="A programme file.", metavar="FILE")],
    locale: Annotated[
        str, typer.Option(help="The language, such as el or el-GR.", metavar="LOCALE")
    ] = "en",
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Say a programme in plain words for a customer.

    Levels are shown side by side. The last lines say how simple it is, and why.
    """
    from xenia.services.in_words import fields
    from xenia.services.programmes import explained

    told = explained(file, locale)
    if format is Format.JSON:
        print_json(fields(told))
        return
    print(told.title)
    print()
    for sentence in told.sentences:
        print(f"- {sentence}")
    for table in told.tables:
        print()
        for line in _lines(table):
            print(line)
    print()
    print(told.reading)
    for reason in told.reasons:
        print(reason)


def _lines(table: Table) -> Iterator[str]:
    """The table in columns of blanks."""
    head = (table.title, *(title for _, title in table.levels))
    rows = [head, *((row.title, *row.cells) for row in table.rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()

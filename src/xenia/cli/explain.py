"""`xenia explain`: a programme in plain words, as a customer is told it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xenia.cli.output import Format, FormatOption, print_json

if TYPE_CHECKING:
    from xenia.programme.explain import Explanation


def explain(
    file: Annotated[Path, typer.Argument(help="A programme file.", metavar="FILE")],
    locale: Annotated[
        str, typer.Option(help="The language, such as el or el-GR.", metavar="LOCALE")
    ] = "en",
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Say a programme in plain words for a customer.

    The last line says how simple it is.
    """
    from xenia.services.programmes import explained

    told = explained(file, locale)
    if format is Format.JSON:
        print_json(_fields(told))
        return
    print(told.title)
    print()
    for sentence in told.sentences:
        print(f"- {sentence}")
    print()
    print(told.reading)


def _fields(told: Explanation) -> dict[str, Any]:
    return {
        "title": told.title,
        "sentences": list(told.sentences),
        "reading": told.reading,
        "grade": told.simplicity.grade,
        "things": told.simplicity.things,
        "riddles": [
            {"path": list(riddle.path), "sentence": riddle.sentence}
            for riddle in told.simplicity.riddles
        ],
        "unsaid": [{"path": list(part.path), "title": part.title} for part in told.unsaid],
    }

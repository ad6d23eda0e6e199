"""`xenia compare`: what changed between two programmes, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xenia.cli.output import Format, FormatOption, print_json


def compare(
    old: Annotated[Path, typer.Argument(help="The programme as it was.", metavar="A")],
    new: Annotated[Path, typer.Argument(help="The programme as it is to be.", metavar="B")],
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Say what changed between two programmes.

    What members feel most comes first.
    """
    from xenia.programme import compare as comparing
    from xenia.services.programmes import sound_programme

    before, after = sound_programme(old), sound_programme(new)
    if format is Format.JSON:
        changes = comparing.changes(before, after)
        print_json(
            [
                {"path": list(change.path), "kind": change.kind.name.lower(), "text": change.text}
                for change in changes
            ]
        )
        return
    for sentence in comparing.compare(before, after) or ("Nothing changed.",):
        print(sentence)

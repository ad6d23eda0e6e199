"""`xenia compare`: what changed between two programmes, in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xenia.cli.output import Format, FormatOption, print_json

if TYPE_CHECKING:
    from xenia.programme.model import Programme


def compare(
    old: Annotated[Path, typer.Argument(help="The programme as it was.", metavar="A")],
    new: Annotated[Path, typer.Argument(help="The programme as it is to be.", metavar="B")],
    locale: Annotated[
        str | None,
        typer.Option(
            help="What members are told, in a language such as el: what holds no longer, then what"
            " holds now.",
            metavar="LOCALE",
        ),
    ] = None,
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Say what changed between two programmes.

    What members feel most comes first.
    """
    from xenia.programme import compare as comparing
    from xenia.services.programmes import sound_programme

    before, after = sound_programme(old), sound_programme(new)
    if locale is not None:
        _print_told(before, after, locale, format)
        return
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


def _print_told(old: Programme, new: Programme, locale: str, format_: Format) -> None:
    from xenia.programme.announce import told
    from xenia.programme.words import NoPhrases
    from xenia.services.inputs import UnusableError

    try:
        found = told(old, new, locale)
    except NoPhrases as error:
        raise UnusableError(f"--locale: {error}") from None
    if format_ is Format.JSON:
        print_json({"no_longer": found.no_longer, "now": found.now})
        return
    for sign, sentences in (("-", found.no_longer), ("+", found.now)):
        for sentence in sentences:
            print(f"{sign} {sentence}")
    if not found.no_longer and not found.now:
        print("Nothing changes that members are told.")

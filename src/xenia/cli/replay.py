"""`xenia replay`: what a programme makes of events, one answer a line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xenia.cli.output import WRONG, print_line

if TYPE_CHECKING:
    from xenia.services.replay import Written

STANDARD_INPUT = Path("-")


def replay(
    programme: Annotated[Path, typer.Argument(help="A programme file.", metavar="PROGRAMME")],
    events: Annotated[
        Path,
        typer.Argument(
            help="Events as JSON Lines, or a scenario; - is standard input.", metavar="EVENTS"
        ),
    ],
    until: Annotated[
        str | None,
        typer.Option(help="Let time pass to this time after the last event.", metavar="TIME"),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(help="A file with the 32 bytes that voucher codes come from.", metavar="FILE"),
    ] = None,
) -> None:
    """Run events through a programme in memory.

    Prints JSON Lines: one for each event, then one for what each member holds. Goes on after an
    event that cannot be read, and then ends with exit code 2.
    """
    from xenia.services.event_files import instant, key_of
    from xenia.services.programmes import sound_programme
    from xenia.services.replay import replay_of

    end = None if until is None else instant(until, "--until")
    run = replay_of(sound_programme(programme), key_of(key))
    with _events(events) as found:
        for line in run.run(found, end):
            print_line(line)
    if run.failed:
        raise typer.Exit(WRONG)


@contextmanager
def _events(path: Path) -> Iterator[Iterator[tuple[int | None, Written]]]:
    """The events of a file, each with its line."""
    from xenia.cli.progress import opened
    from xenia.services.event_files import json_lines
    from xenia.services.inputs import opening
    from xenia.services.scenario import SUFFIXES, read_scenario

    if path == STANDARD_INPUT:
        yield json_lines(sys.stdin.buffer)
    elif path.suffix in SUFFIXES:
        yield ((event.line, event.value) for event in read_scenario(path).events)
    else:
        with ExitStack() as stack:
            # Only what opening raises is about this file: what follows also writes.
            with opening(path):
                stream = stack.enter_context(opened(path))
            yield json_lines(stream)

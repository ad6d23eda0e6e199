"""`xenia import`: what other systems know, brought into the database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xenia.cli import STOPPED
from xenia.cli.output import WRONG, Format, FormatOption, print_json
from xenia.cli.space_option import DEFAULT_SPACE, SpaceOption
from xenia.cli.sub_verbs import sub_verbs

if TYPE_CHECKING:
    from xenia.services.importing import Counts
    from xenia.services.poster import Poster

import_ = sub_verbs("Brings in what other systems know.")


@import_.command("purchases")
def purchases(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="JSON Lines of events, or CSV with a row for each line of a purchase.",
            metavar="FILE",
        ),
    ],
    space: SpaceOption = DEFAULT_SPACE,
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Record past purchases, and any other events, as if they had just been sent.

    What cannot be read is written beside each file, with the numbers of its rows, and the import
    goes on; then it ends with exit code 2. The same file again changes nothing, so an import that
    was stopped is started again.
    """
    from xenia.services.poster import Poster, now
    from xenia.services.published import load_space
    from xenia.services.quickening import quicken
    from xenia.services.spaces import known_space
    from xenia.store.opening import ready

    summaries = []
    with ready() as database:
        with database.connect() as connection:
            world = load_space(connection, known_space(connection, space).name)
        quicken(world)
        poster = Poster(database, world, clock=now)
        try:
            for path in files:
                summaries.append(_import(poster, path))
                if format is Format.TEXT:
                    _print(summaries[-1])
        except KeyboardInterrupt:
            print("Stopped. Import the same again to go on: what is recorded is known then.")
            raise typer.Exit(STOPPED) from None
        finally:
            poster.close()
    if format is Format.JSON:
        print_json(summaries)
    if any(summary["wrong"] for summary in summaries):
        raise typer.Exit(WRONG)


@import_.command("opening")
def opening(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="CSV or Parquet: tables of members, and of lots, tiers, metrics, vouchers.",
            metavar="FILE",
        ),
    ],
    *,
    programme: Annotated[
        str | None,
        typer.Option(help="The programme; not needed where there is one.", metavar="PROGRAMME"),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--map", help="What the other system calls things (YAML).", metavar="FILE"),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(help="When the other system was closed; else now.", metavar="TIME"),
    ] = None,
    control: Annotated[
        list[str] | None,
        typer.Option(
            help="What must come out, or nothing is recorded: members, lots, vouchers, or the "
            "units of a currency; may be given several times.",
            metavar="NAME=NUMBER",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Look at all of it, and record nothing.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Record nothing if there is a wrong row.")
    ] = False,
    space: SpaceOption = DEFAULT_SPACE,
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Bring in the members of another system: what they have, and by what they are recognised.

    All of it is looked at first. What is wrong is written beside each file, with the numbers of the
    rows; such members are left out, the others are recorded, and the exit code is 2. Where the
    controls differ nothing is recorded, and the exit code is 1. The same files again change
    nothing, so an import that was stopped is started again.
    """
    from xenia.cli.import_opening import Wanted, run
    from xenia.services.event_files import instant
    from xenia.services.inputs import UnusableError

    controls = {}
    for one in control or []:
        name, sign, number = one.partition("=")
        if not sign or name in controls:
            raise UnusableError(f'--control: write each once, as NAME=NUMBER, not "{one}"')
        controls[name] = number
    wanted = Wanted(
        files=files,
        programme=programme,
        mapping=mapping,
        at=None if at is None else instant(at, "--at"),
        controls=controls,
        dry_run=dry_run,
        strict=strict,
    )
    run(wanted, space, as_json=format is Format.JSON)


def _import(poster: Poster, path: Path) -> dict[str, Any]:
    """Import one file; what is said of it."""
    from xenia.cli.progress import opened
    from xenia.services.error_file import ErrorFile
    from xenia.services.importing import import_events
    from xenia.services.inputs import opening
    from xenia.services.poster import now

    with opening(path):
        path.open("rb").close()
    with opened(path) as stream, ErrorFile(path) as errors:
        counts: Counts = import_events(poster, path, stream, errors.write, clock=now)
    return {
        "file": str(path),
        "new": counts.new,
        "known": counts.known,
        "refused": counts.refused,
        "wrong": counts.wrong,
        "errors": str(errors.path) if counts.wrong else None,
    }


def _print(summary: dict[str, Any]) -> None:
    print(
        f"{summary['file']}: {_events(summary['new'])} recorded, {summary['known']:,} known before"
    )
    if refused := summary["refused"]:
        print(f"  {refused:,} claim{'' if refused == 1 else 's'} in them refused")
    if wrong := summary["wrong"]:
        rows = "1 row is" if wrong == 1 else f"{wrong:,} rows are"
        print(f"  {rows} not imported: {summary['errors']} says why")


def _events(number: int) -> str:
    return f"{number:,} event{'' if number == 1 else 's'}"

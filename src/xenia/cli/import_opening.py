"""What `xenia import opening` does, and says."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from xenia.cli import STOPPED
from xenia.cli.output import FOUND, WRONG, print_json

if TYPE_CHECKING:
    from xenia.services.error_file import ErrorFile
    from xenia.services.moving_in import MovedIn
    from xenia.services.published import Published

_YOUNG = 200_000  # objects between two looks


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of the verb; `at` is in microseconds."""

    files: list[Path]
    programme: str | None
    mapping: Path | None
    at: int | None
    controls: Mapping[str, str]
    dry_run: bool
    strict: bool


def run(wanted: Wanted, space: str, *, as_json: bool) -> None:
    """Bring members in.  Raises UnusableError, and typer.Exit where not all is well."""
    from xenia.cli.progress import counted_if_many
    from xenia.events.errors import EventError
    from xenia.services.error_file import ErrorFile
    from xenia.services.inputs import UnusableError, read_text
    from xenia.services.moving_in import Asked, move_in
    from xenia.services.opening_tables import read_mapping
    from xenia.services.poster import now
    from xenia.services.published import load_space
    from xenia.services.spaces import known_space
    from xenia.store.opening import ready

    mapped = read_mapping(wanted.mapping)
    asked = Asked(
        files=wanted.files,
        mapped=mapped,
        mapping=b"" if wanted.mapping is None else read_text(wanted.mapping).encode(),
        at=wanted.at,
        controls=wanted.controls,
        dry_run=wanted.dry_run,
        strict=wanted.strict,
    )
    with ready() as database, ExitStack() as stack:
        stack.enter_context(_seldom())
        with database.connect() as connection:
            world = load_space(connection, known_space(connection, space).name)
        published = world.published(wanted.programme)
        if isinstance(published, EventError):
            raise UnusableError(f"--programme: {published.text}")
        errors = [stack.enter_context(ErrorFile(path)) for path in wanted.files]
        try:
            found = move_in(
                database,
                world,
                published,
                asked,
                lambda file, wrong: errors[file].write(wrong),
                clock=now,
                progress=counted_if_many,
            )
        except KeyboardInterrupt:
            print("Stopped. Import the same again to go on: what is recorded is known then.")
            raise typer.Exit(STOPPED) from None
    summary = _summary(found, published, errors, dry_run=wanted.dry_run)
    if as_json:
        print_json(summary)
    else:
        for line in _told(summary):
            print(line)
    if found.differences:
        raise typer.Exit(FOUND)
    if found.totals.wrong:
        raise typer.Exit(WRONG)


@contextmanager
def _seldom() -> Iterator[None]:
    """Circles are looked for seldom: a fifth of the time would go into it, and there are none."""
    before = gc.get_threshold()
    gc.set_threshold(_YOUNG)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _summary(
    found: MovedIn, published: Published, errors: list[ErrorFile], *, dry_run: bool
) -> dict[str, Any]:
    from xenia.amounts import format_decimal

    version = published.timeline.at(found.at)
    currencies = version.plan.programme.currencies
    totals = found.totals
    return {
        "programme": published.name,
        "at": published.timeline.zone.text(found.at),
        "dry_run": dry_run,
        "members": totals.members,
        "known": totals.known,
        "recorded": found.recorded,
        "lots": totals.lots,
        "vouchers": totals.vouchers,
        "units": {
            key: format_decimal(units, currencies[key].decimals)
            for key, units in sorted(totals.units.items())
        },
        "wrong": totals.wrong,
        "errors": [str(one.path) for one in errors if one.path.exists()],
        "not_read": found.passed_over,
        "differences": [
            {"control": name, "expected": expected, "found": there}
            for name, expected, there in found.differences
        ],
    }


def _told(summary: dict[str, Any]) -> list[str]:
    units = "".join(f", {number} {key}" for key, number in summary["units"].items())
    lines = [
        f"{summary['programme']}, as of {summary['at']}: {_number(summary['members'], 'member')}, "
        f"{_number(summary['lots'], 'lot')}{units}, {_number(summary['vouchers'], 'voucher')}"
    ]
    for file, columns in summary["not_read"].items():
        lines.append(f"  {file}: not read: {', '.join(columns)}")
    if summary["wrong"]:
        rows = _number(summary["wrong"], "row")
        lines.append(f"  {rows} left out: see {', '.join(summary['errors'])}")
    for one in summary["differences"]:
        lines.append(f"  {one['control']}: {one['found']} found, {one['expected']} expected")
    if summary["differences"]:
        lines.append("Nothing is recorded: the controls differ.")
    elif summary["dry_run"]:
        lines.append("Nothing is recorded: this was a dry run.")
    else:
        before = f", {summary['known']:,} known before" if summary["known"] else ""
        lines.append(f"{_number(summary['recorded'], 'member')} recorded{before}")
    return lines


def _number(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"

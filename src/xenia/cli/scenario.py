"""`xenia scenario`: whether golden scenarios come out as they say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xenia.cli.output import FOUND, Format, FormatOption, print_json

if TYPE_CHECKING:
    from xenia.services.scenario import Failure, Scenario


def scenario(
    files: Annotated[list[Path], typer.Argument(help="Scenario files.", metavar="FILE")],
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Run golden scenarios and tell where they differ.

    Exit code 1 if anything came out otherwise than written.
    """
    from xenia.services.scenario import check_scenario, read_scenario

    results = [(found, check_scenario(found)) for found in map(read_scenario, files)]
    if format is Format.JSON:
        print_json([_fields(found, failures) for found, failures in results])
    else:
        for found, failures in results:
            _print(found, failures)
    if any(failures for _, failures in results):
        raise typer.Exit(FOUND)


def _print(scenario: Scenario, failures: tuple[Failure, ...]) -> None:
    number = len(failures)
    said = f"{number} difference{'s'[: number != 1]}" if number else "as expected"
    expected = len(scenario.expect) + len(scenario.final)
    print(f"{scenario.path}: {said} ({len(scenario.events)} events, {expected} expectations)")
    for failure in failures:
        found = failure.difference
        print(f"  {scenario.path}:{failure.line}: {failure.about}: {found.path or 'the answer'}")
        print(f"    expected  {found.expected}")
        print(f"    got       {found.got}")
    for sentence in scenario.later:
        print(f"  later: {sentence}")


def _fields(scenario: Scenario, failures: tuple[Failure, ...]) -> dict[str, Any]:
    return {
        "scenario": str(scenario.path),
        "events": len(scenario.events),
        "expectations": len(scenario.expect) + len(scenario.final),
        "differences": [
            {
                "line": failure.line,
                "about": failure.about,
                "path": failure.difference.path,
                "expected": failure.difference.expected,
                "got": failure.difference.got,
            }
            for failure in failures
        ],
        "later": list(scenario.later),
    }

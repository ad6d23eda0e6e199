"""`xenia check`: what is wrong with programmes, and what is better done otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xenia.cli.output import FOUND, WRONG, Format, FormatOption, print_json

if TYPE_CHECKING:
    from xenia.programme.findings import Finding

NOT_TEXT = "not-text"  # the finding that a file is not UTF-8


def check(
    files: Annotated[list[Path], typer.Argument(help="Programme files.", metavar="FILE")],
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Find errors in programmes, and give advice.

    Each has its place, its reason and a remedy. Exit code 1 if there is any error, 2 if a file is
    not text at all.
    """
    from xenia.services.programmes import check_file

    checked = [check_file(path) for path in files]
    if format is Format.JSON:
        print_json([_fields(item, one.path) for one in checked for item in one.findings])
    else:
        for one in checked:
            _print(one.findings, one.path)
        print(_summary([item for one in checked for item in one.findings]))
    if any(error.code == NOT_TEXT for one in checked for error in one.errors):
        raise typer.Exit(WRONG)
    if any(one.errors for one in checked):
        raise typer.Exit(FOUND)


def _print(findings: tuple[Finding, ...], path: Path) -> None:
    from xenia.programme.findings import excerpt, line_of

    for finding in findings:
        print(line_of(finding, str(path)))
        for line in excerpt(finding).splitlines():
            print(f"    {line}")


def _summary(findings: list[Finding]) -> str:
    errors = sum(finding.severity == "error" for finding in findings)
    advice = len(findings) - errors
    if not findings:
        return "No errors, no advice."
    return f"{errors or 'No'} error{'' if errors == 1 else 's'}, {advice or 'no'} advice."


def _fields(finding: Finding, path: Path) -> dict[str, Any]:
    return {
        "file": str(path),
        "line": finding.place and finding.place.line,
        "column": finding.place and finding.place.column,
        "severity": finding.severity,
        "code": finding.code,
        "path": list(finding.path),
        "sentence": finding.sentence,
        "remedy": finding.remedy,
    }

"""How verbs print: for people, or as JSON for programs."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, Any

import msgspec
import typer

GOOD, FOUND, WRONG = 0, 1, 2  # exit codes: good; a finding; wrong usage or unreadable input


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="For people, or for programs.")]


def print_json(value: Any) -> None:
    """One value over several lines."""
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def print_line(value: Any) -> None:
    """One value on one line (JSON Lines)."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")

"""Writes what is made from the code: pages of `docs/reference`, and a part of `xenia.client`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import typer

NOTE = "<!-- Made from the code by `make docs`: change it there. -->"


def pages() -> dict[str, str]:
    """The text of each page by its file name."""
    from xenia.api.rest import described
    from xenia.programme import schema

    return {
        "backtest-report.schema.json": _report(),
        "command-line.md": "\n".join(_command_line()) + "\n",
        "errors.md": "\n".join(_errors()),
        "events.schema.json": _events(),
        "openapi.json": described().decode(),
        "programme.schema.json": schema.text(),
    }


def _report() -> str:
    from xenia.backtest.report.as_json import schema

    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"


def _events() -> str:
    from xenia.events.wire import Shape

    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Event",
        **msgspec.json.schema(Shape),
    }
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"


def client() -> dict[str, str]:
    """The text of each file of `xenia.client` that is made, by its name."""
    from xenia.api.rest import described
    from xenia.cli.client_source import sources

    return sources(msgspec.json.decode(described()))


def _errors() -> Iterator[str]:
    from xenia.services.codes import KINDS

    yield from ("# What is said where something is not done", "", NOTE, "")
    yield "A running service shows each code's page under the `type` of its problem, `/problems/…`."
    for kind in KINDS:
        yield from ("", f"## {kind.title}", "", kind.says)
        for code, found in sorted(kind.codes.items()):
            says = " ".join(filter(None, (found.means, found.remedy)))
            yield from ("", f"### `{code}`", "", f"**{found.title}.** {says}")
    yield ""


def _command_line() -> Iterator[str]:
    from xenia.cli.app import build

    yield from ("# Command line", "", NOTE, "")
    yield "Exit codes: 0 good, 1 a finding, 2 wrong usage or unreadable input."
    group: Any = typer.main.get_command(build())
    for name, verb in _verbs("xenia", group):
        context = typer.Context(verb, info_name=name, terminal_width=100)
        yield from ("", f"## {name}", "", "```text", verb.get_help(context), "```")


def _verbs(before: str, group: Any) -> Iterator[tuple[str, Any]]:
    """Each verb that does something, by its whole name: `xenia database status`."""
    for name, verb in sorted(group.commands.items()):
        if hasattr(verb, "commands"):
            yield from _verbs(f"{before} {name}", verb)
        else:
            yield f"{before} {name}", verb


def write(folder: Path, package: Path) -> None:
    """Write all pages into a folder, the tables of those written by hand, and the client into that
    of its package."""
    from xenia.cli.reference_tables import filled

    for name, text in client().items():
        (package / name).write_text(text, encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
    for path in folder.glob("*.md"):
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(__file__).parents[1] / "client")

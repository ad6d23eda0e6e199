"""`xenia space`: worlds that know nothing of one another."""

from __future__ import annotations

from typing import Annotated

import typer

from xenia.cli.output import Format, FormatOption, print_json
from xenia.cli.sub_verbs import sub_verbs

space = sub_verbs("Makes spaces: an operator's own world, live or to try things in.")


@space.command("make")
def make(
    name: Annotated[str, typer.Argument(help="What it is called: letters, digits and hyphens.")],
    test: Annotated[bool, typer.Option("--test", help="To try things in.")] = False,
) -> None:
    """Make a space, with members, programmes and keys of its own."""
    from xenia.services.spaces import make_space
    from xenia.store.opening import ready

    with ready() as database, database.connect() as connection:
        made = make_space(connection, name, "test" if test else "live")
    print(f"{made.name}: a {made.mode} space. Give somebody in it a key: xenia key make --space")


@space.command("list")
def list_(format: FormatOption = Format.TEXT) -> None:  # noqa: A002 - the option's name
    """List the spaces there are."""
    from xenia.store import programmes as store
    from xenia.store.opening import ready

    with ready() as database, database.connect() as connection:
        found = store.spaces(connection)
    if format is Format.JSON:
        print_json([{"space": row.name, "mode": row.mode} for row in found])
        return
    for row in found:
        print(f"{row.name}: {row.mode}")

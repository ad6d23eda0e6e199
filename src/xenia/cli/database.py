"""`xenia database`: which tables the database has, and bringing them up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xenia.cli.output import FOUND, Format, FormatOption, print_json
from xenia.cli.space_option import DEFAULT_SPACE, SpaceOption
from xenia.cli.sub_verbs import sub_verbs

if TYPE_CHECKING:
    from xenia.store import migrate

database = sub_verbs("Says how far the database's tables are, and brings them up to date.")


@database.command("upgrade")
def upgrade(format: FormatOption = Format.TEXT) -> None:  # noqa: A002 - the option's name
    """Make the tables that this program needs, or change them.

    All of it happens in one transaction, or nothing. The database is the one that
    XENIA_DATABASE_URL names, else one of xenia's own under XENIA_HOME. Take a backup first.
    """
    from xenia.store import migrate, opening

    with opening.opened() as opened:
        done = migrate.upgrade(opened)
        found = migrate.status(opened)
        if format is Format.JSON:
            print_json({"database": opened.name, "done": done, "current": found.current})
            return
        for name in done:
            print(f"{name}: done")
        print(f"database {opened.name}: at {found.current}, which is what this program needs.")


@database.command("status")
def status(format: FormatOption = Format.TEXT) -> None:  # noqa: A002 - the option's name
    """Say which tables the database has. Exit code 1 if they are not what this program needs."""
    from xenia.store import migrate, opening

    with opening.opened() as opened:
        found = migrate.status(opened)
        if format is Format.JSON:
            print_json(
                {
                    "database": opened.name,
                    "current": found.current,
                    "newest": found.newest,
                    "pending": found.pending,
                    "newer": found.newer,
                }
            )
        else:
            print(f"database {opened.name}: {_sentence(found)}")
    if found.pending or found.newer:
        raise typer.Exit(FOUND)


@database.command("analyst")
def analyst(
    role: Annotated[str, typer.Argument(help="A role of the database.", metavar="ROLE")],
    space: SpaceOption = DEFAULT_SPACE,
    revoke: Annotated[bool, typer.Option("--revoke", help="They may not, any more.")] = False,
) -> None:
    """Let a role read the views of the schema `analytics` of one space, and nothing else.

    The views are without personal data. A role that is not there is made; it cannot log in before
    your database's administrator lets it.
    """
    from xenia.services.analysts import may_read
    from xenia.store.opening import ready

    with ready() as opened, opened.connect() as connection:
        print(may_read(connection, role, space, revoke=revoke))


def _sentence(found: migrate.Status) -> str:
    if found.newer:
        remedy = "run the version of xenia that upgraded it, or a later one"
        return f"at {found.current}, which this program does not know: {remedy}."
    if found.pending:
        at = "empty" if found.current is None else f"at {found.current}"
        wait = ", ".join(found.pending)
        return f"{at}; to be done: {wait}: run `xenia database upgrade`."
    return f"at {found.current}, which is what this program needs."

"""`xenia key`: who may do what over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from xenia.cli.output import Format, FormatOption, print_json
from xenia.cli.space_option import DEFAULT_SPACE, SpaceOption
from xenia.cli.sub_verbs import sub_verbs
from xenia.services.access import COMMAND_LINE, MEANT, Actor, Scope

key = sub_verbs("Makes the keys with which others reach the service, and takes them back.")

_SCOPES = "; ".join(f"{scope} ({meant})" for scope, meant in MEANT.items())


@key.command("make")
def make(
    name: Annotated[str, typer.Argument(help="What it is for, such as 'tills in Athens'.")],
    scope: Annotated[
        list[Scope] | None,
        typer.Option(help=f"What it may do; all, if none is named. {_SCOPES}."),
    ] = None,
    per_minute: Annotated[
        int | None, typer.Option(min=1, max=1_000_000, help="So many requests a minute at most.")
    ] = None,
    space: SpaceOption = DEFAULT_SPACE,
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Make a key. It is shown this once: whoever runs the service cannot look it up either.

    Once there is a key, nobody gets in without one.
    """
    from xenia.services.changing import Changing
    from xenia.services.keys import Wanted, make_key
    from xenia.services.poster import now
    from xenia.services.spaces import known_space
    from xenia.store.opening import ready

    wanted = Wanted(name, [str(one) for one in scope or Scope], per_minute)
    with ready() as database, database.connect() as connection, connection.transaction():
        world = known_space(connection, space)
        changing = Changing(connection, Actor(world.space_id, COMMAND_LINE), now())
        row, secret = make_key(changing, world.mode, wanted)
    if format is Format.JSON:
        print_json({"key": row.key_id, "secret": secret.text, "scopes": row.scopes})
        return
    print(secret.text)
    print(f"Keep it now, it is not shown again. Its id: {row.key_id}")


@key.command("list")
def list_(
    space: SpaceOption = DEFAULT_SPACE,
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """List the keys of a space, those that were taken back, too."""
    from xenia.services.keys import listed_keys
    from xenia.services.spaces import known_space
    from xenia.services.times import utc_text
    from xenia.store.opening import ready

    with ready() as database, database.connect() as connection:
        found = listed_keys(connection, known_space(connection, space).space_id)
    if format is Format.JSON:
        print_json(
            [
                {
                    "key": row.key_id,
                    "name": row.name,
                    "shown": row.shown,
                    "scopes": row.scopes,
                    "per_minute": row.per_minute,
                    "last_used_at": row.last_used_at and utc_text(row.last_used_at),
                    "revoked_at": row.revoked_at and utc_text(row.revoked_at),
                }
                for row in found
            ]
        )
        return
    if not found:
        print("There are no keys: whoever is on this machine may do everything.")
    for row in found:
        used = f"used {utc_text(row.last_used_at)}" if row.last_used_at else "never used"
        state = f"taken back {utc_text(row.revoked_at)}" if row.revoked_at else used
        print(f"{row.key_id}  {row.shown}…  {row.name}: {', '.join(row.scopes)}; {state}")


@key.command("revoke")
def revoke(
    name: Annotated[str, typer.Argument(help="The key's id.", metavar="KEY")],
    space: SpaceOption = DEFAULT_SPACE,
) -> None:
    """Take a key back: within seconds nobody gets in with it any more."""
    from xenia.services.changing import Changing
    from xenia.services.inputs import UnusableError
    from xenia.services.keys import revoke_key
    from xenia.services.poster import now
    from xenia.services.problems import Problem
    from xenia.services.spaces import known_space
    from xenia.store.opening import ready

    with ready() as database, database.connect() as connection, connection.transaction():
        world = known_space(connection, space)
        changing = Changing(connection, Actor(world.space_id, COMMAND_LINE), now())
        if isinstance(revoke_key(changing, name), Problem):
            raise UnusableError(f'there is no key "{name[:100]}" in use: see `xenia key list`')
    print(f"{name}: taken back.")

"""`xenia erase`: what is known of who a member is, removed."""

from __future__ import annotations

from typing import Annotated

import typer

from xenia.cli.output import Format, FormatOption, print_json
from xenia.cli.space_option import DEFAULT_SPACE, SpaceOption


def erase(
    member: Annotated[
        str,
        typer.Argument(
            help="A member's id, or an identifier such as phone=+302101234567.", metavar="MEMBER"
        ),
    ],
    space: SpaceOption = DEFAULT_SPACE,
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Erase a member's identifiers and personal values, in all programmes.

    What happened stays, under an id that says nothing: purchases, points and balances. It cannot be
    undone; backups and files that were imported still have the values. Again, it changes nothing.
    """
    from xenia.services.erasing import erase_member
    from xenia.services.poster import now
    from xenia.services.spaces import known_space
    from xenia.store.opening import ready

    with ready() as database, database.connect() as connection:
        world = known_space(connection, space).name
        name, erased = erase_member(connection, member, now=now(), space=world)
    if format is Format.JSON:
        print_json(
            {
                "member": name,
                "identifiers": erased.identifiers,
                "events": erased.events,
                "profile": erased.own,
                "before": erased.before,
            }
        )
        return
    again = ", who had been erased before" if erased.before else ""
    profile = "what the profile said" if erased.own else "nothing of a profile"
    print(
        f"{name}{again}: removed {_count(erased.identifiers, 'identifier')}, {profile}, "
        f"and what {_count(erased.events, 'event')} said of the person."
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"

"""`xenia staff`: the people who may sign in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from xenia.cli.invitations import link
from xenia.cli.output import Format, FormatOption, print_json
from xenia.cli.space_option import DEFAULT_SPACE, SpaceOption
from xenia.cli.sub_verbs import sub_verbs

if TYPE_CHECKING:
    from xenia.services.changing import Changing, Done
    from xenia.services.problems import Problem

staff = sub_verbs("Invites the people who may sign in, and lists them.")


@staff.command("invite")
def invite(
    email: Annotated[str, typer.Argument(help="The address by which they sign in.")],
    name: Annotated[str, typer.Option(help="Their name.")],
    role: Annotated[str, typer.Option(help="What they may do.")] = "owner",
    space: SpaceOption = DEFAULT_SPACE,
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Invite somebody. The invitation is shown this once, and holds for seven days.

    By its link, or POST /v1/invitations, they choose a password. Once there is an account, nobody
    gets in without saying who they are.
    """
    from xenia.services.inputs import UnusableError
    from xenia.services.roles import ROLES
    from xenia.services.staff import Person
    from xenia.services.staff import invite as invite_person

    if role not in ROLES:
        raise UnusableError(f'--role: "{role[:40]}" is no role: there are {", ".join(ROLES)}')
    if "@" not in email:
        raise UnusableError(f'"{email[:100]}" is no address: it is like anna@example.org')
    person = Person(email.strip().lower(), name, role)
    _invited(space, format, lambda changing: invite_person(changing, person))


@staff.command("invite-again")
def invite_again(
    email: Annotated[str, typer.Argument(help="The address of an account.")],
    space: SpaceOption = DEFAULT_SPACE,
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Give another invitation to somebody who has lost theirs, or forgotten the password.

    Their role and name stay. It is shown this once, and holds for seven days.
    """
    from xenia.services.inputs import UnusableError
    from xenia.services.staff import invite_again as invite_them_again
    from xenia.store.staff import by_email

    def again(changing: Changing) -> Done | Problem:
        row = by_email(changing.connection, changing.space_id, email.strip().lower())
        if row is None:
            known = "`xenia staff list` names them"
            raise UnusableError(f'"{email[:100]}" is the address of no account: {known}')
        if row.disabled_at is not None:
            raise UnusableError(f'"{email[:100]}" may not sign in: enable the account first')
        return invite_them_again(changing, row.staff_id)

    _invited(space, format, again)


def _invited(space: str, shown: Format, invites: Callable[[Changing], Done | Problem]) -> None:
    """Print what somebody is invited by.  Raises UnusableError where they cannot be."""
    from xenia.services.access import COMMAND_LINE, Actor
    from xenia.services.changing import Changing
    from xenia.services.inputs import UnusableError
    from xenia.services.poster import now
    from xenia.services.problems import Problem
    from xenia.services.spaces import known_space
    from xenia.store.opening import ready

    with ready() as database, database.connect() as connection, connection.transaction():
        world = known_space(connection, space)
        done = invites(Changing(connection, Actor(world.space_id, COMMAND_LINE), now()))
        if isinstance(done, Problem):
            raise UnusableError(done.detail)
    account, invitation = done.body["staff"], (done.once or {})["invitation"]
    if shown is Format.JSON:
        print_json({"staff": account, "role": done.body["role"], "invitation": invitation})
        return
    print(invitation)
    print(f"Give it to them now, it is not shown again. The account's id: {account}")
    print(f"They choose a password at {link(invitation, 'the service, ')}")


@staff.command("list")
def list_(
    space: SpaceOption = DEFAULT_SPACE,
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """List the accounts of a space, those that are disabled, too."""
    from xenia.services.spaces import known_space
    from xenia.services.staff import fields, personal
    from xenia.store.opening import ready
    from xenia.store.staff import page

    with ready() as database, database.connect() as connection:
        world = known_space(connection, space).space_id
        found = page(connection, world, after=0, limit=1_000_000)
    shown = [{**fields(row), **personal(row)} for row in found]
    if format is Format.JSON:
        print_json(shown)
        return
    if not shown:
        print("There are no accounts: `xenia staff invite` makes one.")
    for one in shown:
        who = f"{one['name']} <{one['email']}>" if one["email"] else "erased"
        last = f"signed in {one['last_sign_in_at']}" if one["last_sign_in_at"] else "never here"
        print(f"{one['staff']}  {who}: {one['role']}, {one['state']}; {last}")

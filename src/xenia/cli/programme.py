"""`xenia programme`: which programmes decide, and from when on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xenia.cli.output import Format, FormatOption, print_json
from xenia.cli.space_option import DEFAULT_SPACE, SpaceOption
from xenia.cli.sub_verbs import sub_verbs

if TYPE_CHECKING:
    from xenia.services.listing import Listed
    from xenia.services.publishing import Publication, Start

programme = sub_verbs("Publishes programmes, and lists what is published.")

_WHEN = {
    "withdrawn": "was withdrawn before it decided anything",
    "past": "no longer decides",
    "running": "decides now",
    "waiting": "is still to come",
    "replaced": "another took its place before it decided anything",
}


@programme.command("publish")
def publish(
    *,
    file: Annotated[Path, typer.Argument(help="A programme file.", metavar="FILE")],
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="When it takes effect: a time with its offset, or now. Default: in a minute.",
            metavar="TIME",
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            help="A file with the 32 bytes that voucher codes come from. Default: random ones.",
            metavar="FILE",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")
    ] = False,
    space: SpaceOption = DEFAULT_SPACE,
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Let a programme decide, or its next version from a time on.

    Each event is decided by the version in force when it occurred. The first version has always
    been in force. Says what changes; the document that is published already changes nothing.
    """
    from xenia.services.access import COMMAND_LINE, Actor
    from xenia.services.changing import Changing
    from xenia.services.drafts import note_publication
    from xenia.services.event_files import key_of
    from xenia.services.poster import now
    from xenia.services.publishing import draft_of
    from xenia.services.publishing import publish as publish_draft
    from xenia.services.reaching import reach_accounts
    from xenia.services.spaces import known_space
    from xenia.store.opening import ready

    when, secret = _start(start), None if key is None else key_of(key)
    draft = draft_of(file)
    with ready() as database, database.connect(statement_seconds=0) as connection:
        world = known_space(connection, space)
        with connection.transaction(force_rollback=dry_run):
            done = publish_draft(
                connection, draft, clock=now, start=when, key=secret, space=world.name
            )
            if not done.same:
                by = Actor(world.space_id, COMMAND_LINE)
                note_publication(Changing(connection, by, now()), done)
        if format is Format.JSON:
            print_json(_fields(done, dry_run=dry_run))
        else:
            _print(done, file, dry_run=dry_run)
        if not dry_run:
            reach_accounts(connection, done)


@programme.command("list")
def list_(
    space: SpaceOption = DEFAULT_SPACE,
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """List the programmes with their versions, since when each decides, and the members."""
    from xenia.services.listing import listed
    from xenia.services.poster import now
    from xenia.services.spaces import known_space
    from xenia.store.opening import ready

    with ready() as database, database.connect(statement_seconds=0) as connection:
        found = listed(connection, now=now(), space=known_space(connection, space).name)
    if format is Format.JSON:
        print_json(found)
    elif not found:
        print("No programme is published yet: run `xenia programme publish FILE`.")
    for item in found if format is Format.TEXT else ():
        _print_listed(item)


@programme.command("withdraw")
def withdraw(
    name: Annotated[str, typer.Argument(help="The programme's id.", metavar="PROGRAMME")],
    version: Annotated[int, typer.Argument(help="The version that is not to come.", min=1)],
    space: SpaceOption = DEFAULT_SPACE,
) -> None:
    """Withdraw a version that has not taken effect: what decides until then goes on.

    The last one first; with it go those whose place it took. Members who are to be told of it are
    told that it does not come.
    """
    from xenia.services.access import COMMAND_LINE, Actor
    from xenia.services.changing import Changing
    from xenia.services.inputs import UnusableError
    from xenia.services.poster import now
    from xenia.services.problems import Problem
    from xenia.services.published import load_space
    from xenia.services.spaces import known_space
    from xenia.services.withdrawing import note_withdrawal
    from xenia.services.withdrawing import withdraw as withdraw_version
    from xenia.store.opening import ready

    with ready() as database, database.connect(statement_seconds=0) as connection:
        world = load_space(connection, known_space(connection, space).name)
        with connection.transaction():
            done = withdraw_version(connection, world, name, version, clock=now)
            if isinstance(done, Problem):
                raise UnusableError(done.detail)
            by = Actor(world.space_id, COMMAND_LINE)
            note_withdrawal(Changing(connection, by, now()), name, done)
    gone = " and ".join(str(number) for number in done.versions)
    print(f"{name}: version {gone} withdrawn; version {done.follows} goes on.")
    if done.announced:
        print("All members are to be told of it.")


def _start(written: str | None) -> Start:
    from xenia.services.event_files import instant

    if written is None:
        return None
    return "now" if written == "now" else instant(written, "--from")


def _print(done: Publication, file: Path, *, dry_run: bool) -> None:
    from xenia.programme.findings import line_of

    name = done.programme.id
    if done.same:
        print(f"{name}: this document is version {done.version} already; nothing changes.")
        return
    since = "has always been in force" if done.since is None else f"takes effect at {done.since}"
    print(f"{name}: version {done.version} {'would be ' if dry_run else ''}published; it {since}.")
    for finding in done.advice:
        print(line_of(finding, str(file)))
    if done.follows is not None:
        print(f"Compared with version {done.follows}:")
        for sentence in done.changes or ("Nothing changed but how it is written.",):
            print(f"  {sentence}")
    if done.announced:
        print("All members are to be told of it.")
    if dry_run:
        print("Nothing was published: leave out --dry-run to do it.")


def _fields(done: Publication, *, dry_run: bool) -> dict[str, Any]:
    return {
        "programme": done.programme.id,
        "version": done.version,
        "published": not done.same and not dry_run,
        "same": done.same,
        "from": done.since,
        "follows": done.follows,
        "changes": done.changes,
        "announced": done.announced,
        "advice": [
            {"code": item.code, "path": item.path, "text": item.sentence} for item in done.advice
        ],
    }


def _print_listed(item: Listed) -> None:
    members = "1 member" if item.members == 1 else f"{item.members:,} members"
    print(f"{item.programme}: {item.title or 'without a title'}, {members}")
    for version in item.versions:
        since = "from the beginning" if version.since is None else f"from {version.since}"
        title = "" if version.title in (None, item.title) else f" {version.title},"
        print(f"  version {version.version}:{title} {since}, {_WHEN[version.state]}")

"""`xenia serve`: takes events over HTTP and answers when they are recorded."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from xenia.store.database import Database


def serve(
    host: Annotated[
        str,
        typer.Option(help="Where to listen; others than this machine only once there are keys."),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 8080,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that take requests.")] = 1,
    programme: Annotated[
        Path | None,
        typer.Option(help="A programme to publish first, unless it is already.", metavar="FILE"),
    ] = None,
) -> None:
    """Serve the HTTP interface until Ctrl-C or SIGTERM; what was taken by then is answered first.

    The database is the one that XENIA_DATABASE_URL names, else one of xenia's own under
    XENIA_HOME. The addresses there are: /openapi.json. XENIA_PUBLIC_URL says by which address
    browsers come, XENIA_PROXIES which addresses stand between and say from where.
    """
    from xenia.api.server import address_of, free_port, require_keys, run
    from xenia.api.stopping import ending
    from xenia.api.whence import SAID_BY, Proxies
    from xenia.store.opening import ready

    address = address_of(host)
    Proxies(os.environ.get(SAID_BY, ""))  # what cannot be read is said now, not by a worker
    found = free_port(address, port)
    with ending(), ready() as database:
        with database.connect() as connection:
            require_keys(address, connection)
        if programme is not None:
            _publish(database, programme)
        shown = f"[{address}]" if ":" in address else address
        print(f"Serving http://{shown}:{found} from database {database.name}.", flush=True)
        _tell_of_first_owner(database, f"http://{shown}:{found}")
        run(database, host=address, port=found, workers=workers)
    print("Stopped. What was taken is recorded.")


def _tell_of_first_owner(database: Database, address: str) -> None:
    """Print the link that makes the first account, as long as there is none."""
    from xenia.cli.invitations import link
    from xenia.services.first_owner import link_of
    from xenia.services.poster import now
    from xenia.store.migrate import SPACE

    with database.connect() as connection, connection.transaction():
        invitation = link_of(connection, SPACE, now())
    if invitation is not None:
        print("Nobody can sign in yet. Whoever opens this link first becomes the owner:")
        print(f"  {link(invitation, address)}", flush=True)


def _publish(database: Database, path: Path) -> None:
    from xenia.services.access import COMMAND_LINE, Actor
    from xenia.services.changing import Changing
    from xenia.services.drafts import note_publication
    from xenia.services.poster import now
    from xenia.services.published import DEFAULT
    from xenia.services.publishing import draft_of, publish
    from xenia.services.reaching import reach_accounts
    from xenia.services.spaces import known_space

    draft = draft_of(path)
    with database.connect() as connection:
        with connection.transaction():
            done = publish(connection, draft, clock=now)
            if not done.same:
                by = Actor(known_space(connection, DEFAULT).space_id, COMMAND_LINE)
                note_publication(Changing(connection, by, now()), done)
        reach_accounts(connection, done)
    name = f"{done.programme.id} version {done.version}"
    if done.same:
        print(f"{name}: published already.")
    else:
        print(f"{name}: published, in force {'from ' + done.since if done.since else 'always'}.")

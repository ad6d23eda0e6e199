"""The demonstration's own database: one for each programme and history, kept from run to run."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

from xenia.effects import Given
from xenia.engine.account import NO_KEY, Account
from xenia.services.first_owner import link_of
from xenia.services.poster import now
from xenia.services.published import Published, load_space
from xenia.services.publishing import draft_of, publish
from xenia.store import accounts, ledger
from xenia.store.database import Database
from xenia.store.migrate import SPACE, upgrade
from xenia.store.opening import home
from xenia.store.posting import Scope


def folder_of(programme: Path, history: str, households: int | None) -> Path:
    """Where it is kept: another programme, or another history, has another."""
    told = sha256(programme.read_bytes() + f"{history} {households}".encode()).hexdigest()[:8]
    return home() / "demo" / f"{programme.stem}-{told}"


def opened(database: Database, programme: Path) -> tuple[Scope, Published]:
    """The programme, published as its first version, and where its rows are."""
    upgrade(database)
    with database.connect() as connection:
        # Codes of vouchers that agree with what `replay` says: nobody can use them.
        done = publish(connection, draft_of(programme), clock=now, key=NO_KEY)
        space = load_space(connection)
    return Scope(done.space_id, done.programme_id), space.programmes[done.programme.id]


def events_in(database: Database) -> int:
    """How many events are recorded."""
    with database.connect() as connection:
        found = connection.execute("select count(*) from event").fetchone()
    return 0 if found is None else int(found[0])


def invitation(database: Database) -> str | None:
    """The secret by which the first of the staff comes in; None: somebody has."""
    with database.connect() as connection, connection.transaction():
        return link_of(connection, SPACE, now())


def holdings(
    database: Database, scope: Scope, published: Published, members: Collection[str]
) -> dict[str, Account]:
    """The accounts of members, as they are stored."""
    with database.connect() as connection:
        found = accounts.accounts(connection, scope, sorted(members))
    return {
        member: Account(
            member, published.state(row.version, row.layout, row.state), version=row.version
        )
        for member, row in found.items()
    }


def given(database: Database, scope: Scope, members: Collection[str]) -> dict[str, Given]:
    """What the events of members were given from outside, by event, where there was anything."""
    with database.connect() as connection:
        steps = ledger.steps(connection, scope, sorted(members))
        return {
            step.event_id: Given.unpacked(step.inputs)
            for step in steps
            if step.event_id is not None and step.inputs is not None
        }

"""A café's ledger that nobody has touched, and copies of it that may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.postgres import Server
from tests.services.cafe import Cafe, filled, summed
from xenia.store.database import Database


@pytest.fixture(scope="session")
def full(servers: Callable[[str | None], Server]) -> Iterator[tuple[Server, Database]]:
    """A server, and a database on it with a ledger that nobody has touched: never to be changed."""
    server = servers(None)
    with server.fresh(migrated=True) as database:
        summed(filled(Cafe(database)))
        yield server, database


@pytest.fixture
def copied(full: tuple[Server, Database]) -> Iterator[Cafe]:
    """A copy of it, to be changed."""
    server, original = full
    with server.copy(original.url.split("/")[3].split("?")[0]) as name:
        yield Cafe(Database(server.address(name)), None)

"""A café's ledger that nobody has touched, and copies of it that may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.postgres import Copies, Server
from tests.services.cafe import Cafe, filled, summed


@pytest.fixture(scope="session")
def copies(servers: Callable[[str | None], Server]) -> Iterator[Copies]:
    """Of a database with a ledger that nobody has touched."""
    server = servers(None)
    with server.fresh(migrated=True) as database:
        summed(filled(Cafe(database)))
        yield Copies(server, database)


@pytest.fixture
def copied(copies: Copies) -> Iterator[Cafe]:
    """A copy of it, to be changed."""
    with copies.lent() as database:
        yield Cafe(database, None)

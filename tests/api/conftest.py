"""A client, and a desk that posts what it sends."""

from collections.abc import Iterator

import pytest

from tests.api.client import CAFE, Client, Desk, space_of
from xenia.services.published import Space


@pytest.fixture(scope="session")
def cafe() -> Space:
    return space_of(CAFE)


@pytest.fixture
def desk(cafe: Space) -> Desk:
    return Desk(cafe)


@pytest.fixture
def client(desk: Desk) -> Iterator[Client]:
    client = Client(desk)
    yield client
    client.close()

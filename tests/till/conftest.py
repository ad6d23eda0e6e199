"""A till over a database, and whoever serves at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.worlds import Worlds
from tests.console.conftest import cheap
from tests.pages.browsing import Browser, Site
from tests.services.publishing import published
from tests.till.serving import DOCUMENT, at_ours, came
from xenia.store.database import Database
from xenia.till.rooms import ROOM

__all__ = ["cheap"]


@pytest.fixture
def site(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    at_ours(monkeypatch)
    published(database, DOCUMENT)
    worlds = Worlds(database)
    found = Site(worlds, room=ROOM)
    yield found
    found.close()
    worlds.close()


@pytest.fixture
def till(site: Site) -> Browser:
    """A till at which somebody has signed in."""
    return came(site)

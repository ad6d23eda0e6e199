"""A console over a database in which nobody has an account yet, and passwords that are cheap."""

from collections.abc import Iterator

import pytest

from tests.api.client import CAFE
from tests.api.worlds import Worlds
from tests.pages.browsing import Browser, Site
from tests.services.publishing import published
from xenia.services import passwords
from xenia.services.passwords import Cost
from xenia.store.database import Database


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "COST", Cost(log_n=4))


@pytest.fixture
def site(database: Database) -> Iterator[Site]:
    published(database, CAFE)
    worlds = Worlds(database)
    found = Site(worlds)
    yield found
    found.close()
    worlds.close()


@pytest.fixture
def browser(site: Site) -> Browser:
    return Browser(site)

"""One service and one browser for all tests of a process, and people who are signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.browser.chromium import Chromium, Tab
from tests.browser.place import Place, serving
from tests.postgres import Server


@pytest.fixture(scope="session")
def place(
    servers: Callable[[str | None], Server], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A service with programmes, members and staff."""
    folder = tmp_path_factory.mktemp("browser")
    with servers(None).fresh(migrated=True) as database, serving(database, folder) as found:
        yield found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """The browser; there is one wherever all tests must run."""
    try:
        found = Chromium()
    except LookupError as error:
        pytest.skip(str(error))
    yield found
    found.close()


@pytest.fixture
def stranger(chromium: Chromium, place: Place) -> Iterator[Tab]:
    """A tab of somebody who is not signed in."""
    tab = chromium.tab(place.address)
    yield tab
    assert tab.close() == []


@pytest.fixture
def owner(chromium: Chromium, place: Place) -> Iterator[Tab]:
    """A tab of somebody who may do everything."""
    tab = chromium.tab(place.address, place.token("anna", "owner"))
    yield tab
    assert tab.close() == []

"""What is said of spending in a currency that comes with a version, and that goes with it again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.client import CAFE
from tests.api.test_drafts import LATER, Office, opened
from xenia.store.database import Database

STARS = CAFE.replace("currencies:\n", "currencies:\n  stars: {}\n")
SAFETY = "/v1/programmes/cafe/safety"


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    with opened(database, CAFE) as found:
        yield found


def test_it_can_be_read_and_said_anew_when_the_version_is_withdrawn(office: Office) -> None:
    assert office.released(STARS, LATER)["version"] == 2
    office.worlds.look()
    limit = {"name": "stars", "counts": "units", "most": "9", "minutes": 60, "currency": "stars"}
    said: dict[str, Any] = {
        "limits": [limit, {**limit, "name": "beans", "currency": "beans"}],
        "codes": {"stars": "50", "beans": "50"},
        "second_person": {"stars": "100", "beans": "100"},
    }
    assert office.ask("PUT", SAFETY, said).status == 200
    assert office.ask("DELETE", "/v1/programmes/cafe/versions/2").status == 200
    office.worlds.look()
    shown = office.ask("GET", SAFETY)
    assert shown.status == 200, shown.body
    assert shown.json()["codes"] == {"beans": "50"}
    assert shown.json()["second_person"] == {"beans": "100"}
    stars = {"type": "adjustment", "member": "anna", "currency": "stars", "units": "500"}
    event = {**stars, "id": "a1", "occurred_at": "2026-11-18T10:00:00+02:00", "author": "x"}
    assert office.ask("POST", "/v1/events", {**event, "reason": "x"}).status == 200
    again = office.ask("PUT", SAFETY, {"limits": []})
    assert again.status == 200, again.body
    assert office.released(STARS, LATER)["version"] == 3
    office.worlds.look()
    assert office.ask("GET", SAFETY).json()["second_person"] == {"stars": "100", "beans": "100"}

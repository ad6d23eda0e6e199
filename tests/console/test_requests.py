"""Requests in the console: what programs have asked, narrowed, and as a file."""

from __future__ import annotations

import pytest

from tests.api.client import purchase
from tests.api.test_request_log import flush
from tests.api.worlds import bearer
from tests.console.people import came
from tests.console.test_keys import address_of, made
from tests.console.test_members import calls
from tests.pages.browsing import Browser, Site, text_of

REQUESTS = "/console/developers/requests"


@pytest.fixture
def anna(site: Site) -> Browser:
    """Somebody whose till has asked twice, once in vain."""
    browser = came(site)
    assert "No program has asked anything yet" in text_of(browser.get(REQUESTS))
    secret = made(browser, scopes="events:write")
    site.worlds.look()
    client = site.worlds.client
    assert client.post(purchase("e1"), **bearer(secret)).status == 200
    assert client.ask("GET", "/v1/members/m1", None, bearer(secret)).status == 403
    flush(site.worlds)
    return browser


def test_what_was_asked_and_how_it_was_answered(anna: Browser) -> None:
    said = text_of(anna.get(REQUESTS))
    assert "200 POST /v1/events" in said
    assert "403 GET /v1/members/{member} not-allowed" in said
    assert "m1" not in said
    assert "tills" in said
    wrong = text_of(anna.get(f"{REQUESTS}?only=wrong"))
    assert "/v1/events" not in wrong
    assert "Nothing is like that" in text_of(anna.get(f"{REQUESTS}?id=none"))
    rows = anna.get(f"{REQUESTS}?at=/v1/events&as=csv").body.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("At,By,Method,Path,Status,Problem")
    assert len(rows) == 2


def test_a_key_leads_to_what_it_has_asked(anna: Browser) -> None:
    own = address_of(anna, "tills")
    by = own.rpartition("/")[2]
    to = f"{REQUESTS}?by=key%2F{by}"
    assert to in anna.get(own).body.decode()
    assert "200 POST /v1/events" in text_of(anna.get(to))
    assert "Nothing is like that" in text_of(anna.get(f"{REQUESTS}?by=key/other"))


def test_people_do_not_stand_in_it(anna: Browser, site: Site) -> None:
    anna.get("/console/")
    flush(site.worlds)
    assert "staff/" not in text_of(anna.get(REQUESTS))


def test_they_are_asked_for_once(anna: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = calls(anna, REQUESTS, monkeypatch)
    assert asked.count("/v1/requests") == 1
    assert len(asked) == 3, asked

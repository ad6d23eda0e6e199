"""Shops in the console: connected, changed, and what of them could not be used."""

from __future__ import annotations

import json
import re
from base64 import b64encode

import pytest

from tests.api.client import Request
from tests.connectors.shops import sent
from tests.console.people import came
from tests.console.test_keys import secret_of
from tests.pages.browsing import Browser, Site, forms, text_of

SHOPS = "/console/developers/shops"
ODOO = {"kind": "odoo", "name": "ermou", "programme": "cafe", "category": "goods"}


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XENIA_SECRET_KEY", f"1:{b64encode(bytes(32)).decode()}")


def connected(browser: Browser) -> tuple[str, str, str]:
    """The page of a shop that is new, its secret, and where it sends to."""
    done = browser.fill(f"{SHOPS}/new", SHOPS, ODOO)
    assert done.status == 200, text_of(done)
    page = done.body.decode()
    own = re.search(rf'href="({SHOPS}/[0-9a-f-]+)"', page)
    path = re.search(r"http://xenia.example(/v1/connectors/[^<]+)<", page)
    assert own is not None
    assert path is not None
    return own[1], secret_of(done.body), path[1]


@pytest.mark.usefixtures("sealed")
def test_what_could_not_be_used_is_read_again(site: Site) -> None:
    anna = came(site)
    assert "No shop is connected" in text_of(anna.get(SHOPS))
    own, secret, path = connected(anna)
    assert "Everything could be used" in text_of(anna.get(own))
    order = json.dumps({**sent("odoo-order"), "date_order": "nonsense"}).encode()
    head = {"x-xenia-key": secret, "content-type": "application/json"}
    site.worlds.client.run(site.worlds.client.send(Request("POST", path, (order,), head)))
    page = anna.get(own)
    assert "Read again" in text_of(page), text_of(page)
    found = forms(page.body.decode())
    again = next(action for action in found if action.endswith("/replay"))
    done = anna.post(again, found[again])
    assert "It still cannot be used." in text_of(anna.get(done.headers["location"]))
    found = forms(anna.get(own).body.decode())
    discard = next(action for action in found if action.endswith("/discarding"))
    done = anna.post(discard, found[discard])
    assert "Everything could be used" in text_of(anna.get(done.headers["location"]))


@pytest.mark.usefixtures("sealed")
def test_it_is_changed_and_removed(site: Site) -> None:
    anna = came(site)
    own, _, path = connected(anna)
    assert path.encode() in anna.get(f"{SHOPS}?as=csv").body
    to = f"{own}/change"
    done = anna.fill(to, to, {"programme": "", "category": "drinks", "api": "http://a.example"})
    assert done.status == 422
    done = anna.fill(to, to, {"programme": "", "category": "drinks"})
    assert "The shop is changed." in text_of(anna.get(done.headers["location"]))
    assert 'value="drinks"' in anna.get(to).body.decode()
    done = anna.fill(own, f"{own}/removal", {})
    assert "The shop is removed." in text_of(anna.get(done.headers["location"]))
    assert anna.get(own).status == 404


def test_it_is_said_what_is_lacking(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XENIA_SECRET_KEY", raising=False)
    anna = came(site)
    done = anna.fill(f"{SHOPS}/new", SHOPS, ODOO)
    assert done.status == 422
    assert "sets XENIA_SECRET_KEY" in text_of(done)
    done = anna.fill(f"{SHOPS}/new", SHOPS, {**ODOO, "kind": "shopify"})
    assert "shows the secret that it signs with" in text_of(done)


def test_only_owners_see_them(site: Site) -> None:
    assert came(site, "eva", "manager").get(SHOPS).status == 403

"""Keys in the console: made and shown once, replaced, taken back; by who may."""

from __future__ import annotations

import re

import pytest

from tests.api.worlds import bearer
from tests.console.people import came
from tests.console.test_members import EVIL, calls
from tests.pages.browsing import Browser, Site, forms, text_of
from xenia.console import scopes
from xenia.pages.templating import with_query
from xenia.services.access import Scope

KEYS = "/console/developers/keys"


def secret_of(page: bytes) -> str:
    """What is shown once."""
    found = re.search(r"data-secret>([^<]+)<", page.decode())
    assert found is not None, "nothing is shown"
    return found[1]


def made(browser: Browser, name: str = "tills", **more: str) -> str:
    done = browser.fill(f"{KEYS}/new", KEYS, {"name": name, "scopes": "programmes:read", **more})
    assert done.status == 200, text_of(done)
    return secret_of(done.body)


def address_of(browser: Browser, name: str) -> str:
    found = re.search(rf'href="({KEYS}/[0-9a-f]+)"><bdi>{name}<', browser.get(KEYS).body.decode())
    assert found is not None, name
    return found[1]


def opens(site: Site, secret: str) -> int:
    site.worlds.look()
    client = site.worlds.client
    return client.ask("GET", "/v1/programmes", None, bearer(secret)).status


def test_from_making_one_to_taking_it_back(site: Site) -> None:
    anna = came(site)
    assert "There is no key yet" in text_of(anna.get(KEYS))
    secret = made(anna, per_minute="600")
    assert opens(site, secret) == 200
    page = anna.get(address_of(anna, "tills"))
    said = text_of(page)
    assert "Read programmes and drafts programmes:read" in said
    assert "Requests a minute 600" in said
    assert secret not in page.body.decode()
    own = address_of(anna, "tills")
    done = anna.fill(own, f"{own}/revocation", {})
    assert (done.status, done.headers["location"]) == (303, KEYS)
    assert "The key is taken back" in text_of(anna.get(KEYS))
    assert opens(site, secret) == 401
    assert "No key is like that" in text_of(anna.get(KEYS))
    assert "tills" in text_of(anna.get(f"{KEYS}?state=back"))


def test_the_one_before_works_until_it_is_taken_back(site: Site) -> None:
    anna = came(site)
    first = made(anna)
    own = address_of(anna, "tills")
    done = anna.fill(own, f"{own}/rotation", {})
    second = secret_of(done.body)
    assert first != second
    assert (opens(site, first), opens(site, second)) == (200, 200)
    action = f"{own}/revocation"
    assert anna.post(action, forms(done.body.decode())[action]).status == 303
    assert (opens(site, first), opens(site, second)) == (401, 200)


def test_what_is_sent_twice_is_made_once_and_shown_once(site: Site) -> None:
    anna = came(site)
    form = forms(anna.get(f"{KEYS}/new").body.decode())[KEYS]
    wanted = {**form, "name": "tills", "scopes": "programmes:read", "per_minute": ""}
    assert secret_of(anna.post(KEYS, wanted).body)
    again = anna.post(KEYS, wanted)
    assert "It was shown before" in text_of(again)
    assert len(re.findall(r"<tr>\s*<td>", anna.get(KEYS).body.decode())) == 1


def test_every_scope_is_explained() -> None:
    assert set(scopes.MEANT) == set(Scope)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "Write what the key is for."),
        ({"per_minute": "many"}, "Write a whole number"),
        ({"per_minute": "0"}, "Write a whole number"),
        ({"scopes": "no:such"}, "no:such"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(site: Site, changed: dict[str, str], said: str) -> None:
    anna = came(site)
    values = {"name": "tills", "scopes": "programmes:read", "per_minute": "", **changed}
    done = anna.fill(f"{KEYS}/new", KEYS, values)
    assert done.status == 422
    assert said in text_of(done)
    assert "There is no key yet" in text_of(anna.get(KEYS))


def test_a_name_is_a_text(site: Site) -> None:
    anna = came(site)
    made(anna, EVIL)
    assert EVIL not in anna.get(KEYS).body.decode()


def test_all_that_is_chosen_stands_in_the_address(site: Site) -> None:
    anna = came(site)
    for name in ("a", "c", "b"):
        made(anna, name)
    listed = anna.get(with_query(KEYS, [("order", "name"), ("state", "all")])).body.decode()
    assert re.findall(r"<bdi>([abc])</bdi></a>", listed) == ["a", "b", "c"]
    rows = anna.get(with_query(KEYS, [("order", "name"), ("as", "csv")])).body.decode("utf-8-sig")
    assert [row.split(",")[0] for row in rows.split()[-3:]] == ["a", "b", "c"]


def test_there_is_nothing_at_an_address_of_no_key(site: Site) -> None:
    anna = came(site)
    assert anna.get(f"{KEYS}/0123").status == 404


@pytest.mark.parametrize("role", ["manager", "read-only", "till"])
def test_only_owners_see_them(site: Site, role: str) -> None:
    browser = came(site, "eva", role)
    assert browser.get(KEYS).status == 403
    assert f'href="{KEYS}"' not in browser.get("/console/").body.decode()


def test_they_are_asked_for_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = came(site)
    made(anna)
    assert calls(anna, KEYS, monkeypatch).count("/v1/keys") == 1

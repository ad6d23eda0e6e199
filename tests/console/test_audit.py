"""The audit in the console: who has changed what, as it is read, and who may read it."""

from __future__ import annotations

import csv
import re
from html import unescape
from pathlib import Path

import pytest

import xenia
from tests.console.people import came
from tests.console.test_members import EVIL, calls, link
from tests.pages.browsing import Browser, Site, text_of
from xenia.console import audit
from xenia.console.audit import differences

AUDIT = "/console/audit"
# What a change is noted as, wherever that is written out.
NOTED = re.compile(r'note\([^()"]*"([a-z]+(?:\.[a-z-]+)+)"')


@pytest.fixture
def anna(site: Site) -> Browser:
    """Somebody by whom two keys were made, one of them with a program for a name."""
    browser = came(site)
    head = {"authorization": f"Bearer {browser.cookies['xenia-session']}"}
    for name in ("tills", EVIL):
        body = {"name": name, "scopes": ["events:write"]}
        done = site.worlds.client.post(
            body, address="/v1/keys", **{**head, "idempotency-key": name}
        )
        assert done.status == 201, done.body
    return browser


def test_it_says_who_has_changed_what(anna: Browser) -> None:
    shown = anna.get(AUDIT)
    said = text_of(shown)
    assert said.count("A key was made") == 2
    assert "Anna" in said
    assert "name Before nothing After tills" in said
    assert "scopes Before nothing After events:write" in said
    assert EVIL not in shown.body.decode()


def test_of_one_thing_or_by_one(anna: Browser) -> None:
    page = anna.get(AUDIT).body.decode()
    abouts = [unescape(one) for one in re.findall(r'href="([^"]*about=key[^"]*)"', page)]
    assert text_of(anna.get(abouts[0])).count("A key was made") == 1
    by = next(unescape(one) for one in re.findall(r'href="([^"]*by=staff[^"]*)"', page))
    assert text_of(anna.get(by)).count("A key was made") == 2
    nobody = anna.get(f"{AUDIT}?by=nobody")
    assert "Nothing was changed" in text_of(nobody)
    assert link(nobody, "Show all changes") == AUDIT


def test_a_walk_sees_every_change_once(anna: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_PAGE", 1)
    page, seen = anna.get(AUDIT), 0
    while True:
        seen += text_of(page).count("A key was made")
        to = link(page, "Next page")
        if to is None:
            break
        page = anna.get(to)
    assert seen == 2
    assert link(page, "First page") == AUDIT


def test_the_file_says_what_is_shown(anna: Browser) -> None:
    page = anna.get(AUDIT)
    rows = list(
        csv.reader(
            anna.get(link(page, "This page as CSV") or "").body.decode("utf-8-sig").splitlines()
        )
    )
    assert rows[0] == ["At", "By", "Name", "Action", "Of what", "Before", "After"]
    assert [row[3] for row in rows].count("key.made") == 2
    assert len(rows) - 1 == len(re.findall(r'<li class="px-5 py-4', page.body.decode()))


@pytest.mark.parametrize(
    ("role", "status"), [("support", 403), ("till", 403), ("finance", 200), ("read-only", 200)]
)
def test_who_may_read_it(site: Site, role: str, status: int) -> None:
    browser = came(site, "eva", role)
    assert browser.get(AUDIT).status == status
    assert (f'href="{AUDIT}"' in browser.get("/console/").body.decode()) is (status == 200)


def test_it_is_asked_for_once(anna: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = calls(anna, AUDIT, monkeypatch)
    assert asked.count("/v1/changes") == 1
    assert len(asked) <= 2, asked


def test_only_what_differs_is_told() -> None:
    before = {"a": 1, "b": ["x", "y"], "c": "same", "d": None, "f": {"k": 1, "l": {"m": 1}}}
    after = {"a": 2, "c": "same", "d": True, "e": {"k": "v"}, "f": {"k": 1, "l": {"m": 2}}}
    assert differences(before, after) == [
        ("a", "1", "2"),
        ("b", "x, y", None),
        ("d", None, "true"),
        ("f › l › m", "1", "2"),
        ("e › k", None, "v"),
    ]
    assert differences(None, None) == []


def test_a_members_page_tells_what_was_changed_of_them(site: Site) -> None:
    browser = came(site)
    head = {"authorization": f"Bearer {browser.cookies['xenia-session']}"}
    for method, address, body in (
        ("POST", "/v1/members", {"member": "zoe", "identifiers": {"card": "4000"}}),
        ("PATCH", "/v1/members/zoe", {"attributes": {"locale": "el"}}),
        ("POST", "/v1/members/zoe/cards", {"card": "4000", "action": "replace", "new": "5000"}),
    ):
        once = {**head, "idempotency-key": address}
        assert site.worlds.client.ask(method, address, body, once).status < 300
    page = browser.get("/console/members/zoe")
    said = text_of(page)
    assert "A profile was changed Anna" in said
    assert "attributes › locale Before nothing After el" in said
    assert "identifiers › card Before 4000 After 5000" in said
    assert "blocked › card Before nothing After 4000" in said
    assert link(page, "Show all changes") == f"{AUDIT}?about=member%2Fzoe"
    assert "A profile was changed" in text_of(browser.get(f"{AUDIT}?about=member%2Fzoe"))
    support = came(site, "eva", "support").get("/console/members/zoe")
    assert "A profile was changed" not in text_of(support)


def test_whatever_is_noted_is_said_in_words() -> None:
    noted = {
        found
        for folder in ("services", "api")
        for path in (Path(xenia.__file__).parent / folder).glob("*.py")
        for found in NOTED.findall(path.read_text("utf-8"))
    }
    assert {"member.signed-in", "household.made", "approval.changed"} <= noted
    assert noted - audit._ACTIONS.keys() == set()

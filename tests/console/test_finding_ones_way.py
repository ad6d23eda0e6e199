"""What is shown leads somewhere, and to each role what it may see; the rest is refused kindly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.api.client import CAFE
from tests.api.worlds import Worlds
from tests.console.people import HOME, came
from tests.pages.browsing import Browser, Site, forms, text_of
from tests.services.publishing import published
from xenia.client import shapes
from xenia.console.rooms import ROOM
from xenia.pages.answering import Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.forms import new_once
from xenia.pages.rooms import Section, sent_to, shown_at
from xenia.services.roles import ROLES
from xenia.store.database import Database

_LEADS = re.compile(r'\b(?:data-href|href)="(/console[^"#]*)"')


def leads(page: str) -> set[str]:
    """Where a page leads."""
    return {found.replace("&amp;", "&") for found in _LEADS.findall(page)}


@shown_at("/console/hooks")
def hooks(asked: Asked) -> Page:
    """A section for owners."""
    asked.client.all_webhooks()
    return Shown("console/account.html", {"roles_said": {}})


@sent_to("/console/drafts-of-a-test")
def drafted(asked: Asked) -> Page:
    """A form that changes something."""
    asked.client.new_draft(shapes.NewDraft(document=CAFE), idempotency_key=asked.once)
    return Gone(HOME)


HOOKS = Section("Hooks", "webhook", "/console/hooks", "webhooks:write")
TEST_ROOM = replace(ROOM, routes=(*ROOM.routes, hooks, drafted), sections=(*ROOM.sections, HOOKS))


@pytest.fixture
def made(database: Database) -> Iterator[Callable[..., Site]]:
    """Makes a site of its own kind."""
    published(database, CAFE)
    worlds = Worlds(database)
    sites: list[Site] = []

    def make(**options: object) -> Site:
        sites.append(Site(worlds, **options))  # type: ignore[arg-type]
        return sites[-1]

    yield make
    for site in sites:
        site.close()
    worlds.close()


def test_every_link_leads_somewhere(site: Site) -> None:
    browser = came(site)
    to_see, seen = {HOME, "/console/nothing"}, set[str]()
    while to_see:
        page = to_see.pop()
        seen.add(page)
        shown = browser.get(page)
        assert shown.status == (404 if page == "/console/nothing" else 200), page
        to_see |= leads(shown.body.decode()) - seen
    assert {HOME, "/console/account"} < seen


def test_a_stranger_is_led_nowhere_but_in(site: Site) -> None:
    browser = Browser(site)
    for page in leads(browser.get("/console/nothing").body.decode()):
        assert browser.get(page).headers.get("location") == "/console/sign-in", page


@pytest.mark.parametrize("role", ROLES)
def test_a_role_sees_its_sections_and_no_others(made: Callable[..., Site], role: str) -> None:
    browser = came(made(room=TEST_ROOM), "anna", role)
    links = leads(browser.get(HOME).body.decode())
    for section in TEST_ROOM.sections:
        may = section.scope is None or section.scope in ROLES[role]
        assert (section.path in links) == may, section.path
        shown = browser.get(section.path)
        assert shown.status == (200 if may else 403), section.path
        assert may or "You may not see this" in text_of(shown)
        assert may or section.path not in leads(shown.body.decode()), "no way to what is refused"


def test_where_one_is_is_marked(site: Site) -> None:
    page = came(site).get(HOME).body.decode()
    assert page.count('href="/console/" aria-current="page"') == 2, "beside, and in the menu"


def test_who_finds_members_has_a_section_of_them(site: Site) -> None:
    page = came(site).get(HOME).body.decode()
    has_members = any(one.path == "/console/members" for one in ROOM.sections)
    assert ("data-finds" in page) == has_members
    assert "/console/find" not in page


def test_what_is_sent_twice_is_done_once(made: Callable[..., Site]) -> None:
    browser = came(made(room=TEST_ROOM))
    form = {**forms(browser.get(HOME).body.decode())["/console/sign-out"], "once": new_once()}
    before = text_of(browser.get(HOME)).count("is being written")
    for _ in range(2):
        assert browser.post("/console/drafts-of-a-test", form).status == 303
    assert text_of(browser.get(HOME)).count("is being written") == before + 1
    browser.post("/console/drafts-of-a-test", {**form, "once": new_once()})
    assert text_of(browser.get(HOME)).count("is being written") == before + 2


def test_by_https_cookies_are_for_https_alone(made: Callable[..., Site]) -> None:
    browser = came(made(public_url="https://loyalty.example"))
    for name in ("xenia-session", "xenia-visit"):
        assert "Secure" in browser.set[name], name


def test_forms_are_taken_by_the_public_address(made: Callable[..., Site]) -> None:
    browser = came(made(public_url="https://loyalty.example"))
    form = forms(browser.get(HOME).body.decode())["/console/sign-out"]
    for origin, status in (("https://evil.example", 403), ("https://loyalty.example", 303)):
        head = {"sec-fetch-site": "", "origin": origin}
        assert browser.post("/console/sign-out", form, **head).status == status

"""A member in the console: what they hold, how they came to it, and why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.client import CAFE, purchase
from tests.api.worlds import Worlds, bearer
from tests.console.people import came
from tests.console.test_members import EVIL, calls, enrolled, link
from tests.pages.browsing import Site, text_of
from tests.services.publishing import published
from xenia.console import member
from xenia.store.database import Database

ANNA = "/console/members/anna"
CLUB = (
    CAFE
    + """
  first:
    title: {en: First visit, el: Πρώτη επίσκεψη}
    when: metric.visits == 0
    then: {issue: cake}
attributes:
  member: {name: {type: text}}
metrics:
  visits: {count: true, over: ever}
tiers:
  status: {by: visits, levels: {guest: 0, friend: 4}}
rewards:
  cake: {gives: {item: {en: a cake}}, lasts: 400 days}
"""
)


@pytest.fixture
def club(database: Database) -> Iterator[Site]:
    published(database, CLUB)
    worlds = Worlds(database)
    enrolled(
        worlds,
        "anna",
        identifiers={"card": "4000-1"},
        attributes={"name": EVIL},
        consents=[{"purpose": "news", "channel": "email"}],
    )
    enrolled(worlds, "a/b?c%d")
    for number in range(3):
        assert worlds.client.post(purchase(f"e/{number}")).status == 200
    site = Site(worlds)
    yield site
    site.close()
    worlds.close()


def test_what_is_held_stands_on_one_page(club: Site) -> None:
    shown = came(club).get(ANNA)
    said = text_of(shown)
    assert EVIL not in shown.body.decode(), "a name is text"
    for part in (
        "beans 9 Pending 0 Held 0 Ends on Nov 18, 2027 9",
        "guest 1 more of visits to the next level",
        "Card 4000-1",
        "cake",
        "Can be used",
        "news · email",
        "Given",
    ):
        assert part in said, (part, said)
    assert 'value="3" max="4"' in shown.body.decode()


def test_what_ends_adds_up_to_what_is_held(club: Site) -> None:
    """The next days each, and all that ends after them together."""
    came_earlier = {"id": "enrol-eva", "type": "enrolment", "member": "eva"}
    post = club.worlds.client.post
    assert post({**came_earlier, "occurred_at": "2026-11-10T10:00:00+02:00"}).status == 200
    for day in range(11, 16):
        at = f"2026-11-{day}T10:00:00+02:00"
        assert post(purchase(f"e/{day}", member="eva", occurred_at=at)).status == 200
    said = text_of(came(club).get("/console/members/eva"))
    days = "Ends on Nov 11, 2027 3 Ends on Nov 12, 2027 3 Ends on Nov 13, 2027 3"
    assert f"beans 15 Pending 0 Held 0 {days} End later 6" in said, said


def test_a_line_opens_its_explanation(club: Site) -> None:
    browser = came(club)
    to = link(browser.get(ANNA), "purchase e/2")
    assert to is not None
    said = text_of(browser.get(to))
    assert "bean per euro bean-per-euro Applied" in said
    assert "First visit first Not applied" in said
    assert "+3" in said
    assert browser.get(to.replace("e%2F2", "e%2F9")).status == 404


def test_an_event_is_told_in_the_readers_language(club: Site) -> None:
    """Rules as the programme names them, and what was not granted by the words of its code."""
    key = bearer(club.worlds.key())
    taken = {name: value for name, value in purchase("t").items() if name != "lines"}
    asked = {**taken, "type": "redemption", "reward": "cake"}
    assert club.worlds.client.post(asked, **key).status == 200
    browser = came(club)
    browser.cookies["xenia-language"] = "el"
    page = f"{ANNA}/event?programme=cafe&source=api&event=t"
    said = text_of(browser.get(page))
    assert "Πρώτη επίσκεψη first" in said
    assert "Δεν έγινε δεκτό: cake Η ανταμοιβή δεν έχει τιμή" in said
    assert "cannot be" not in said
    browser.cookies["xenia-language"] = "ar"
    assert "لم يُمنح: cake لا سعر للمكافأة" in text_of(browser.get(page))


def test_a_walk_through_the_ledger_sees_all_once(
    club: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member, "_ENTRIES", 1)
    browser = came(club)
    seen, to = [], ANNA
    while to:
        page = browser.get(to)
        seen += [number for number in range(3) if f"purchase e/{number}" in text_of(page)]
        to = link(page, "Next page") or ""
    assert seen == [2, 1, 0]


def test_nobody_is_no_page(club: Site) -> None:
    assert came(club).get("/console/members/zoe").status == 404


def test_any_id_has_a_page_that_its_list_leads_to(club: Site) -> None:
    browser = came(club)
    to = link(browser.get("/console/members"), "a/b?c%d")
    assert to is not None
    shown = browser.get(to)
    assert shown.status == 200
    assert "a/b?c%d" in text_of(shown)
    assert "Nothing has moved yet" in text_of(shown)


def test_who_was_erased_has_no_name(club: Site) -> None:
    with club.worlds.database.connect() as connection:
        connection.execute(
            "update member set personal = null, erased_at = now() where member_id = 'anna'"
        )
    said = text_of(came(club).get(ANNA))
    assert "What was known of them was erased on" in said
    assert "alert" not in said


@pytest.mark.parametrize(("role", "status"), [("till", 403), ("analyst", 403), ("finance", 200)])
def test_who_may_look(club: Site, role: str, status: int) -> None:
    assert came(club, "eva", role).get(ANNA).status == status


def test_each_part_is_asked_for_once(club: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = calls(came(club), ANNA, monkeypatch)
    about = sorted(path for path in asked if path.startswith(("/v1/members", "/v1/corrections")))
    parts = ("", "/ledger", "/notes", "/vouchers", "/wallet")
    assert about == ["/v1/corrections", *(f"/v1/members/anna{part}" for part in parts)]


@pytest.mark.parametrize("language", ["el", "hy", "ru", "ar"])
def test_it_is_told_in_every_language(club: Site, language: str) -> None:
    browser = came(club)
    browser.cookies["xenia-language"] = language
    shown = browser.get(ANNA)
    assert shown.status == 200
    assert "Wallet" not in text_of(shown)

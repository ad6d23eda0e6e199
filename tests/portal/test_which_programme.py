"""Of several programmes members see the one that they joined first, and say which one they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.api.client import NOW
from tests.api.worlds import bearer
from tests.pages.browsing import forms, text_of
from tests.portal.conftest import CARD, Shop, serving, shows
from tests.postgres import Server
from tests.services.publishing import published
from xenia.services import own_programme
from xenia.services.published import Published, Space, load_space

PLAIN = """
xenia: 1
programme: {name}
title: The {name} club
money: EUR
timezone: Europe/Athens
currencies:
  points: {{expires: {{after: 12 months}}}}
rules:
  point-per-euro: {{then: {{earn: {{points: 1 per 1.00}}}}}}
"""
OVER = PLAIN.replace("currencies:", "earn-until: 2026-06-01\nspend-until: 2026-09-01\ncurrencies:")
LEAVE = "/my/profile/leave"


@pytest.fixture(scope="module")
def town(servers: Callable[[str | None], Server]) -> Iterator[Shop]:
    """A shop beside three other programmes, of which one is over."""
    with servers(None).fresh(migrated=True) as database:
        for name, document in (("apple", PLAIN), ("bygone", OVER), ("zebra", PLAIN)):
            published(database, document.format(name=name))
        with serving(database) as shop:
            yield shop


def joins(town: Shop, member: str, *programmes: str) -> None:
    """They join these, one each month."""
    for month, programme in enumerate(programmes, start=2):
        event = {
            "id": f"{member} joins {programme}",
            "type": "enrolment",
            "member": member,
            "programme": programme,
            "occurred_at": f"2026-0{month}-01T10:00:00+02:00",
            "identifiers": {"email": f"{member}@example.org"},
        }
        town.does("POST", "/v1/events", event)


def of(town: Shop, member: str) -> str:
    """The programme that is meant where none is named."""
    with town.database.connect() as connection:
        space: Space = load_space(connection)
        found = own_programme.of_member(connection, space, member, None, NOW)
        assert isinstance(found, Published)
        return found.name


@pytest.mark.parametrize(
    ("programmes", "first"),
    [
        ((), "apple"),
        (("zebra",), "zebra"),
        (("zebra", "shop", "apple"), "zebra"),
        (("bygone", "shop", "apple"), "shop"),
        (("bygone",), "bygone"),
    ],
)
def test_the_first_that_they_joined_and_that_runs(
    town: Shop, programmes: tuple[str, ...], first: str
) -> None:
    member = "-".join(("of", *programmes))
    joins(town, member, *programmes)
    assert of(town, member) == first


def test_what_is_seen_and_done_is_of_the_same_programme(town: Shop) -> None:
    joins(town, "anna", "zebra", "shop")
    browser = town.came("anna")
    assert "The zebra club" in text_of(shows(browser, CARD))
    token = bearer(browser.cookies["xenia-member"])
    ask = town.site.worlds.client.ask
    assert ask("GET", "/v1/own/profile", None, token).json()["programme"] == "zebra"
    changed = ask("PATCH", "/v1/own", {}, {**token, "idempotency-key": "anna changes"}).json()
    assert changed["answer"]["programme"] == "zebra"
    form = forms(shows(browser, LEAVE).body.decode())[LEAVE]
    assert form["programme"] == "zebra"
    assert "The zebra club" in text_of(shows(browser, LEAVE))
    assert browser.post(LEAVE, {**form, "sure": "yes"}).headers["location"] == CARD
    assert of(town, "anna") == "shop"
    again = browser.post(LEAVE, {**form, "sure": "yes"})
    assert again.headers["location"] == CARD, "the same form leaves nothing else"
    stale = browser.post(LEAVE, {**form, "sure": "yes", "once": "another"})
    assert stale.status in (303, 422)
    own = ask("GET", "/v1/own?programme=shop", None, token).json()
    assert own["enrolled"] is True


def test_their_code_comes_from_the_programme_that_they_joined(town: Shop) -> None:
    joins(town, "ben", "shop", "apple")
    browser = town.came("ben")
    assert browser.cookies["xenia-member"]
    with town.database.connect() as connection:
        rows = connection.execute(
            "select name from member_code join programme using (space_id, programme_id)"
            " where member_id = 'ben'"
        ).fetchall()
    assert rows == [("shop",)]

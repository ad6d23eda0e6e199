"""No page is passed by: whatever a route of a room can show is looked at, and used by the keyboard.

A route that is asked for by GET and shows one page is looked at there.  What is shown after
something was sent, or only at times, needs a sight of its own, which `SOMETIMES` of its room names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from tests.browser import looking, test_members_pages, tills
from tests.browser.shown import pages_of, shown_by
from xenia.console.rooms import ROOM as CONSOLE
from xenia.pages.rooms import Room
from xenia.portal.rooms import ROOM as PORTAL
from xenia.till.places import HOME, PAY, SETTINGS, SIGN_IN
from xenia.till.rooms import ROOM as TILL

_NO_PAGES = {*looking.FILES, *tills.SCRIPTS, *test_members_pages.PARTS}
_ROOMS: list[tuple[Room, Mapping[str, str], Collection[str]]] = [
    (CONSOLE, looking.SOMETIMES, looking.sights()),
    (TILL, tills.SOMETIMES, tills.SIGHTS),
    (PORTAL, test_members_pages.SOMETIMES, test_members_pages.SIGHTS),
]
each_room = pytest.mark.parametrize(
    ("room", "sometimes", "sights"), _ROOMS, ids=[room.name for room, _, _ in _ROOMS]
)


def passed_by(room: Room, sometimes: Collection[str]) -> frozenset[str]:
    """The pages of a room of which nobody says where they are looked at."""
    pages = pages_of(room)
    always: set[str] = set()
    for route in room.routes:
        found = shown_by(route, pages - {room.error})
        if route.method == "GET" and route.path not in _NO_PAGES and len(found) == 1:
            always |= found
    return pages - always - frozenset(sometimes)


@each_room
def test_every_page_that_is_shown_is_looked_at(
    room: Room, sometimes: Mapping[str, str], sights: Collection[str]
) -> None:
    assert passed_by(room, sometimes) == set(), "say in SOMETIMES by which sight it is looked at"
    assert set(sometimes.values()) <= set(sights)
    assert set(sometimes) <= pages_of(room)


@pytest.mark.parametrize("room", [CONSOLE, TILL, PORTAL], ids=lambda room: room.name)
def test_every_page_is_shown_by_a_route(room: Room) -> None:
    pages = pages_of(room)
    known = {one for route in room.routes for one in shown_by(route, pages)}
    assert pages - known - {room.error} == set(), "nothing shows it: take it away"


def test_a_page_that_is_shown_after_something_was_sent_is_not_passed_by() -> None:
    assert passed_by(TILL, {}) >= {"till/code.html", "till/pay.html", "till/returned.html"}


def test_what_a_route_shows_by_what_it_calls_is_found() -> None:
    pages = pages_of(TILL)
    known = {(route.method, route.path): shown_by(route, pages) for route in TILL.routes}
    assert known["GET", SIGN_IN] == {"till/sign_in.html"}, "by a method, which has it in a field"
    assert known["GET", HOME] == {"till/screen.html"}
    assert known["POST", PAY] == {f"till/{one}.html" for one in ("screen", "pay", "code")}
    assert known["POST", SETTINGS] == set(), "it leads elsewhere"

"""Every page can be used by everybody: axe, widths, themes, languages; and asks nobody else.

The long proof looks at each page in every language, in both themes at both widths; each day it is
one of these, and any two meet on some pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

import pytest

from tests.browser.chromium import Chromium, Tab
from tests.browser.keyboard import hindered
from tests.browser.looking import (
    ALL,
    FILES,
    PLACES,
    Look,
    Sight,
    Tabs,
    barriers,
    five,
    one,
    sights,
)
from tests.browser.place import Place
from xenia.console.rooms import ROOM

SIGHTS: Mapping[str, Sight] = sights()
PATHS = frozenset(route.path for route in ROOM.routes if route.method == "GET") - FILES


@pytest.fixture(scope="module")
def tabs(chromium: Chromium, place: Place) -> Iterator[Tabs]:
    """Those of people who are signed in."""
    found = Tabs(chromium, place)
    yield found
    found.close()


def test_every_page_is_looked_at() -> None:
    assert set(SIGHTS) >= PATHS
    with_places = {path for path in PATHS if "{" in path}
    assert with_places == set(PLACES), "say in PLACES where such a page is"


def pairs(looks: Iterable[Look]) -> frozenset[frozenset[object]]:
    return frozenset(
        frozenset(pair)
        for look in looks
        for pair in combinations((look.language, look.width, look.theme), 2)
    )


def test_any_two_ways_to_look_meet() -> None:
    assert pairs(one(number) for number in range(15)) == pairs(ALL)
    assert pairs(look for number in range(3) for look in five(number)) == pairs(ALL)
    for number in range(4):
        assert len({(look.width, look.theme) for look in five(number)}) == 4


@pytest.mark.parametrize("name", SIGHTS)
def test_nothing_stands_in_anybodys_way(name: str, tabs: Tabs, place: Place) -> None:
    sight = SIGHTS[name]
    with tabs.lent(sight) as tab:
        look = one(list(SIGHTS).index(name))
        assert [*barriers(sight, look, tab, place), *hindered(tab)] == []


@pytest.mark.prove
@pytest.mark.parametrize("name", SIGHTS)
def test_nothing_stands_in_anybodys_way_however_they_look(
    name: str, tabs: Tabs, place: Place
) -> None:
    sight, looks = SIGHTS[name], five(list(SIGHTS).index(name))
    with tabs.lent(sight) as tab:
        for look in looks:
            assert [*barriers(sight, look, tab, place), *hindered(tab)] == []


def test_a_page_that_is_no_good_is_found(owner: Tab) -> None:
    owner.looks(width=360)
    owner.open("/console/account")
    assert owner.barriers() == []
    owner.evaluate("() => { document.querySelector('#main h1').style.color = '#ddd' }")
    owner.evaluate("() => { document.querySelector('[data-opens-palette]').textContent = '' }")
    owner.evaluate("() => document.querySelector('#main').append('x'.repeat(200))")
    found = "\n".join(owner.barriers())
    for what in ("color-contrast", "button-name", "beyond the edge"):
        assert what in found


def test_what_asks_elsewhere_or_breaks_the_policy_is_found(
    chromium: Chromium, place: Place
) -> None:
    tab = chromium.tab(place.address)
    tab.open("/console/sign-in")
    tab.evaluate("() => fetch('http://elsewhere.example/').catch(() => 0)")
    tab.evaluate("() => { document.body.setAttribute('style', 'color: red') }")
    found = "\n".join(tab.close())
    assert "elsewhere.example" in found
    assert "style-src" in found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_system_says_which_theme_as_long_as_nobody_has_chosen(owner: Tab, theme: str) -> None:
    background = "() => getComputedStyle(document.body).backgroundColor"
    owner.looks(theme=theme)
    owner.open("/console/account")
    chosen = owner.evaluate(background)
    owner.prefers(theme)
    owner.looks(theme="auto")
    owner.open("/console/account")
    assert owner.evaluate(background) == chosen
    owner.prefers("dark" if theme == "light" else "light")
    assert owner.evaluate(background) != chosen

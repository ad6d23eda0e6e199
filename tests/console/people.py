"""People who come into the console, by their roles."""

from __future__ import annotations

from tests.api.client import NOW
from tests.pages.browsing import Browser, Site
from xenia.services.access import Actor
from xenia.services.changing import Changing
from xenia.services.first_owner import link_of
from xenia.services.problems import Problem
from xenia.services.spaces import known_space
from xenia.services.staff import Person, invite

WORDS = "seven purple lanterns"
SIGN_IN, HOME = "/console/sign-in", "/console/"


def first_link(site: Site, space: int = 1) -> str:
    """The link that the service prints, as long as there is nobody."""
    with site.worlds.database.connect() as connection, connection.transaction():
        secret = link_of(connection, space, NOW)
    assert secret is not None, "nobody is there yet"
    return f"/console/invitation/{secret}"


def invited(site: Site, name: str, role: str, space: str = "default") -> str:
    """The page of an invitation."""
    with site.worlds.database.connect() as connection, connection.transaction():
        world = known_space(connection, space)
        changing = Changing(connection, Actor(world.space_id, "command-line"), NOW)
        done = invite(changing, Person(f"{name}@example.org", name.title(), role))
    assert not isinstance(done, Problem), done
    site.worlds.look()
    return f"/console/invitation/{(done.once or {})['invitation']}"


def came(site: Site, name: str = "anna", role: str = "owner") -> Browser:
    """A browser in which somebody of that role is signed in."""
    browser, page = Browser(site), invited(site, name, role)
    done = browser.fill(page, page, {"password": WORDS, "again": WORDS})
    assert (done.status, done.headers["location"]) == (303, HOME), done.body.decode()
    return browser

"""Members' pages over a shop, and members who come in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.api.client import Response
from tests.api.worlds import Worlds, bearer
from tests.pages.browsing import Browser, Site
from tests.postgres import Server
from tests.services.publishing import published
from xenia.portal.rooms import ROOM
from xenia.services.member_signing import digits_of
from xenia.store.database import Database

SHOP = """
xenia: 1
programme: shop
title: {en: The shop, el: Το κατάστημα, hy: Խանութը, ru: Магазин}
money: EUR
timezone: Europe/Athens
attributes:
  member: {name: {type: text}}
currencies:
  points:
    title: {en: [point, points], el: [πόντος, πόντοι], hy: [միավոր, միավոր],
            ru: [балл, балла, баллов, балла]}
    expires: {after: 12 months}
    transfers: {}
metrics:
  visits: {count: true, title: {en: Visits, el: Επισκέψεις, hy: Այցեր, ru: Визиты}}
benefits:
  tasting: {title: {en: Tastings, el: Γευσιγνωσίες, hy: Համտեսներ, ru: Дегустации}}
tiers:
  status:
    title: {en: Status, el: Βαθμίδα, hy: Մակարդակ, ru: Статус}
    levels:
      guest: {title: {en: Guest, el: Επισκέπτης, hy: Հյուր, ru: Гость}}
      friend: {any: {visits: 3}, title: {en: Friend, el: Φίλος, hy: Ընկեր, ru: Друг},
               benefits: [tasting]}
rules:
  point-per-euro: {then: {earn: {points: 1 per 1.00}}}
rewards:
  tea: {price: {points: 7}, gives: {item: {en: A tea, el: Ένα τσάι, hy: Մեկ թեյ, ru: Чай}}}
  cake: {price: {points: 900}, gives: {item: {en: A cake, el: Ένα κέικ, hy: Տորթ, ru: Торт}}}
"""
MOMENT = "2026-11-18T13:06:40+02:00"
SIGN_IN, CARD = "/my/sign-in", "/my/"


@dataclass
class Shop:
    """The pages, and what else happens to their members."""

    site: Site
    database: Database
    key: dict[str, str]
    keys: int = field(default=0)

    def does(self, method: str, address: str, body: Any = None) -> Any:
        self.keys += 1
        head = {**self.key, "idempotency-key": f"key {self.keys}"}
        answer = self.site.worlds.client.ask(method, address, body, head)
        assert answer.status < 300, answer.body
        return answer.json()

    def joins(self, member: str, amount: str = "", **more: Any) -> None:
        """A member, with an address of their own, who has bought something."""
        known = {"email": f"{member}@example.org", **more.pop("identifiers", {})}
        self.does("POST", "/v1/members", {"member": member, "identifiers": known, **more})
        if amount:
            line = {"sku": "latte", "category": "drink", "quantity": 1, "amount": amount}
            event = {"id": f"buys {member}", "type": "purchase", "member": member}
            self.does("POST", "/v1/events", {**event, "occurred_at": MOMENT, "lines": [line]})

    def asked(self, browser: Browser, name: str) -> str:
        """The page where the digits are typed."""
        done = browser.fill(SIGN_IN, SIGN_IN, {"name": name})
        assert done.status == 303, done.body.decode()
        return done.headers["location"]

    def digits(self, page: str) -> str:
        """What the member is sent."""
        code = dict(parse_qsl(urlsplit(page).query))["code"]
        with self.database.connect() as connection:
            row = connection.execute("select secret from space where space_id = 1").fetchone()
        assert row is not None
        return digits_of(bytes(row[0]), code)

    def came(self, member: str, language: str = "en") -> Browser:
        """A browser in which a member is signed in."""
        browser = Browser(self.site, language)
        page = self.asked(browser, f"{member}@example.org")
        done = browser.fill(page, "/my/code", {"digits": self.digits(page)})
        assert (done.status, done.headers["location"]) == (303, CARD), done.body.decode()
        return browser


def shows(browser: Browser, address: str, status: int = 200) -> Response:
    """A page as it is, which must be one."""
    found = browser.get(address)
    assert found.status == status, (address, found.status, found.body.decode()[-2000:])
    return found


@contextmanager
def serving(database: Database) -> Iterator[Shop]:
    """The pages of a shop that is published beside what is there."""
    published(database, SHOP)
    worlds = Worlds(database)
    site = Site(worlds, room=ROOM)
    yield Shop(site, database, bearer(worlds.key()))
    site.close()
    worlds.close()


@pytest.fixture(scope="module")
def shop(servers: Callable[[str | None], Server]) -> Iterator[Shop]:
    """One shop for the tests of a page; each has members of its own."""
    with servers(None).fresh(migrated=True) as database, serving(database) as found:
        yield found

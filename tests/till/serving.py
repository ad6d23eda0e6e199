"""Whoever serves at a till, and what they do."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from tests.api.client import NOW, Response
from tests.pages.browsing import Browser, Site
from xenia.client import shapes
from xenia.services.access import Actor
from xenia.services.changing import Changing
from xenia.services.problems import Problem
from xenia.services.spaces import known_space
from xenia.services.staff import Person, invite
from xenia.services.times import utc_text
from xenia.till import away, glance, member_codes, receipts, selling

WORDS = "seven purple lanterns"
DOCUMENT = """
xenia: 1
programme: cafe
title: {en: The café, el: Το καφέ}
money: EUR
timezone: Europe/Athens
attributes:
  member: {name: {type: text}}
currencies:
  beans: {title: {en: [bean, beans], el: [κόκκος, κόκκοι]}, value: 0.10}
metrics:
  visits: {count: true, title: {en: Visits}}
tiers:
  status:
    by: visits
    levels: {guest: 0, friend: {all: {visits: 2}, title: {en: Friend, el: Φίλος}}}
rules:
  bean-per-euro: {title: {en: A bean per euro}, then: {earn: {beans: 1 per 1.00}}}
  friends:
    title: {en: Ten per cent for friends}
    when: tier.status == "friend"
    then: {discount: {percent: 10}}
  welcome: {on: enrolment, then: {issue: breakfast}}
rewards:
  breakfast: {title: {en: A breakfast}, gives: {discount: {amount: 3.00}}, lasts: 30 days}
"""
LATTE = ("latte", "drink", "2", "3.80")


def at_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the pages is that of the interface."""
    for module in (selling, receipts, glance, member_codes):
        monkeypatch.setattr(module, "instant", lambda: utc_text(NOW))
    monkeypatch.setattr(away, "now", lambda: datetime.fromtimestamp(NOW // 1_000_000, UTC))


def account(site: Site, name: str, role: str) -> str:
    """The address of somebody who can sign in."""
    with site.worlds.database.connect() as connection, connection.transaction():
        world = known_space(connection, "default")
        changing = Changing(connection, Actor(world.space_id, "command-line"), NOW)
        done = invite(changing, Person(f"{name}@example.org", name.title(), role))
    assert not isinstance(done, Problem), done
    site.worlds.look()
    body = {"invitation": (done.once or {})["invitation"], "password": WORDS}
    response = site.worlds.client.ask("POST", "/v1/invitations", body)
    assert response.status == 200, response.body
    return f"{name}@example.org"


def came(site: Site, name: str = "tom", role: str = "till", language: str = "en") -> Browser:
    """A browser in which somebody of that role is signed in at the till."""
    browser, email = Browser(site, language), account(site, name, role)
    filled = {"email": email, "password": WORDS}
    done = browser.fill("/till/sign-in", "/till/sign-in", filled)
    assert (done.status, done.headers["location"]) == (303, "/till/"), done.body.decode()
    return browser


def enrolled(till: Browser, card: str = "4000-1", name: str = "Anna") -> str:
    """The id of a new member, by the form of the till."""
    done = till.fill("/till/enrol", "/till/enrol", {"name": name, "card": card})
    assert done.status == 303, done.body.decode()
    return done.headers["location"].partition("member=")[2]


def handed(*lines: tuple[str, str, str, str], member: str = "", receipt: str = "") -> str:
    """The address by which a shop's system opens the till with a sale in it."""
    fields = [("line", ";".join(line)) for line in lines]
    fields += [("member", member)] * bool(member) + [("receipt", receipt)] * bool(receipt)
    return f"/till/?{urlencode(fields)}"


def paying(till: Browser, address: str, **claims: str) -> Response:
    """The page on which a sale is paid."""
    named = [(name.replace("_", "-"), value) for name, value in claims.items()]
    shown = till.get(address)
    assert shown.status == 200, shown.body.decode()
    return till.post("/till/pay", [*fields(shown, "/till/pay"), *named])


def pay(till: Browser, page: Response, method: str = "cash") -> Response:
    """The receipt of a sale that is paid."""
    done = till.post("/till/sales", [*fields(page, "/till/sales"), ("method", method)])
    assert done.status == 303, done.body.decode()
    return till.get(done.headers["location"])


class _Fields(HTMLParser):
    """The fields of one form, as a browser would send them."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self._action, self._in = action, False
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._in = known.get("action") == self._action
        elif tag == "input" and self._in and "name" in known:
            is_sent = known.get("type") != "checkbox" or "checked" in known
            self.found += [(known["name"], known.get("value", ""))] * is_sent

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in = False


def fields(page: Response, action: str) -> list[tuple[str, str]]:
    """All fields of the form of a page that is sent to `action`, also those of the same name."""
    parser = _Fields(action)
    parser.feed(page.body.decode())
    assert parser.found, page.body.decode()
    return parser.found


def number_of(receipt: Response) -> str:
    """The number of a receipt."""
    found = re.search(r'data-receipt="([^"]+)"', receipt.body.decode())
    assert found is not None, receipt.body.decode()
    return found[1]


def sell(
    till: Browser,
    *lines: tuple[str, str, str, str],
    member: str = "",
    receipt: str = "",
    **claims: str,
) -> str:
    """The number of the receipt of something that is sold."""
    address = handed(*lines, member=member, receipt=receipt)
    return number_of(pay(till, paying(till, address, **claims)))


def arrive(till: Browser, proof: str, sale: dict[str, Any]) -> dict[str, Any]:
    """What is told of a sale that has waited."""
    response = till.post("/till/arrived", {"form": proof, "sale": json.dumps(sale)})
    assert response.headers["content-type"].startswith("application/json"), response.body
    told: dict[str, Any] = json.loads(response.body)
    return told


def proof_of(till: Browser) -> str:
    """What a page of the till proves itself by."""
    found = re.search(r'data-proof="([^"]+)"', till.get("/till/").body.decode())
    assert found is not None, "somebody is signed in"
    return found[1]


def waited(receipt: str, **more: Any) -> dict[str, Any]:
    """A sale as a till keeps it while the service is away."""
    line = dict(zip(("sku", "category", "quantity", "price"), LATTE, strict=True))
    known = {"receipt": receipt, "at": "2026-11-18T10:30:00Z", "method": "cash", "lines": [line]}
    return {**known, **more}


def holds(site: Site, member: str) -> shapes.Statement:
    """What a member holds, as the interface has it."""
    key = {"authorization": f"Bearer {site.worlds.key()}"}
    response = site.worlds.client.get(f"/v1/members/{member}/wallet", **key)
    return msgspec.json.decode(response.body, type=shapes.Statement)

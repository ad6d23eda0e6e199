"""The simulation in the console: filled in as one types or without scripts, and what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlencode

import pytest

from tests.api.client import Response
from tests.api.test_quotes import SHOP, buy
from tests.api.worlds import Worlds, bearer
from tests.console.people import came
from tests.console.test_members import calls
from tests.pages.browsing import Browser, Site, text_of
from tests.services.publishing import published
from xenia.store.database import Database

PAGE = "/console/simulate"
LINE = {"sku": "latte", "category": "drink", "quantity": "1", "amount": "50"}


@pytest.fixture
def shop(database: Database) -> Iterator[Site]:
    """A shop with a member who is gold after her first purchase."""
    published(database, SHOP)
    worlds = Worlds(database)
    assert worlds.client.post(buy("e1")).status == 200
    site = Site(worlds)
    yield site
    site.close()
    worlds.close()


def asked(**fields: str) -> str:
    return f"{PAGE}?{urlencode({**LINE, **fields})}"


def shown_sum(page: Response) -> str:
    """What is to be paid."""
    assert page.status == 200, page.body.decode()
    found = re.search(r"data-sum>(.*?)</dd>", page.body.decode(), re.DOTALL)
    return "" if found is None else re.sub(r"<[^>]+>", "", unescape(found[1])).strip()


def values(page: Response, name: str) -> list[str]:
    """What stands in the fields of a name."""
    found = re.findall(rf'name="{re.escape(name)}" value="([^"]*)"', page.body.decode())
    return [unescape(one) for one in found]


def test_a_first_look_shows_something(shop: Site) -> None:
    page = came(shop).get(PAGE)
    assert shown_sum(page) == "€25.00"
    said = text_of(page)
    assert "25 points" in said
    assert "Step by step" in said
    assert 'channel is unknown, not "launch"' in unescape(said)


def test_an_imagined_member_of_a_level(shop: Site) -> None:
    browser = came(shop)
    assert shown_sum(browser.get(asked())) == "€50.00"
    gold = browser.get(asked(**{"t.status": "gold", "b.points": "12", "a.birthday": "1980-01-02"}))
    assert shown_sum(gold) == "€45.00"
    assert "57" in text_of(gold), "12 and 45 points"
    assert 'value="1980-01-02"' in gold.body.decode()


def test_part_of_what_is_held_is_spent(shop: Site) -> None:
    browser = came(shop)
    spent = {"b.points": "300", "s.points": "250"}
    assert shown_sum(browser.get(asked(**spent))) == "€47.50"
    refused = browser.get(asked(**{"b.points": "100", "s.points": "250"}))
    assert shown_sum(refused) == "€50.00"
    assert "Not granted: points There are not so many." in " ".join(text_of(refused).split())
    taken = browser.get(asked(who="real", member="anna", find="anna", **{"s.points": "10"}))
    assert shown_sum(taken) == "€44.90"


def test_a_real_member_is_found_and_taken(shop: Site) -> None:
    browser = came(shop)
    page = browser.get(asked(who="imagined", change="real"))
    assert "Whose purchase is it?" in text_of(page)
    page = browser.get(asked(who="real", find="ann", member=""))
    assert 'value="take-anna"' in page.body.decode()
    taken = browser.get(asked(who="real", find="ann", member="", change="take-anna"))
    assert shown_sum(taken) == "€45.00"
    assert values(taken, "member") == ["anna"]


def test_lines_are_added_and_taken_out_without_scripts(shop: Site) -> None:
    browser = came(shop)
    two = browser.get(asked(change="more"))
    assert len(values(two, "amount")) == 2
    several = [*LINE.items(), *{**LINE, "amount": "7,50"}.items()]
    page = browser.get(f"{PAGE}?{urlencode(several)}")
    assert shown_sum(page) == "€57.50"
    one = browser.get(f"{PAGE}?{urlencode([*several, ('change', 'less-0')])}")
    assert (values(one, "amount"), shown_sum(one)) == (["7,50"], "€7.50")


def test_what_cannot_be_read_is_said_at_its_field(shop: Site) -> None:
    page = came(shop).get(asked(amount="many", **{"b.points": "lots"}))
    assert page.status == 200
    body = page.body.decode()
    assert 'aria-describedby="w-' in body
    assert "It cannot be worked out" in text_of(page)


@pytest.mark.parametrize("target", ["results", "simulation"])
def test_htmx_gets_a_part(shop: Site, target: str) -> None:
    head = {"hx-request": "true", "hx-target": target}
    part = came(shop).get(asked(), **head).body.decode()
    assert f'id="{target}"' in part.lstrip()[:60]
    assert "<html" not in part
    assert "data-said=" in part


def test_what_is_written_is_text(shop: Site) -> None:
    evil = "<script>alert(1)</script>"
    page = came(shop).get(asked(sku=evil, channel=evil, **{"b.points": evil})).body.decode()
    assert evil not in page


def test_of_a_draft_within_its_tabs(shop: Site) -> None:
    browser = came(shop)
    draft = begun(shop, SHOP.replace("percent: 10", "percent: 20"))
    path = f"/console/programmes/drafts/{draft}/simulate"
    page = browser.get(f"{path}?{urlencode({**LINE, 't.status': 'gold'})}")
    assert shown_sum(page) == "€40.00"
    assert f'href="{path}" aria-current="page"' in page.body.decode()
    assert f"draft/{draft}" in browser.get(PAGE).body.decode()


def test_a_draft_with_errors_says_which(shop: Site) -> None:
    draft = begun(shop, SHOP.replace("percent: 10", "percnt: 10"))
    page = came(shop).get(f"/console/programmes/drafts/{draft}/simulate")
    assert page.status == 200
    assert "percnt" in text_of(page)


def begun(site: Site, document: str) -> str:
    head = {"idempotency-key": "draft", **bearer(site.worlds.key())}
    made = site.worlds.client.ask("POST", "/v1/programmes", {"document": document}, head)
    assert made.status == 201, made.body
    return str(made.json()["draft"])


def test_without_a_programme_there_is_nothing(database: Database) -> None:
    worlds = Worlds(database)
    site = Site(worlds)
    assert "nothing to simulate yet" in text_of(came(site).get(PAGE))
    site.close()
    worlds.close()


def test_who_may_not_read_members_imagines_them(shop: Site) -> None:
    browser = came(shop, "eva", "analyst")
    page = browser.get(asked(who="real", member="anna"))
    assert "An imagined member" in text_of(page)
    assert "Take a real one" not in text_of(page)
    assert came(shop, "otto", "privacy-officer").get(PAGE).status == 200


def test_a_page_asks_once_for_each_part(shop: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    browser: Browser = came(shop)
    known = calls(browser, asked(who="real", find="a", member="anna"), monkeypatch)
    assert known.count("/v1/simulations") == 1
    assert len(known) <= 6, known

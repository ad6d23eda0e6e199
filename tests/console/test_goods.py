"""Rewards, vouchers and messages in the console: what is shown, changed, undone and refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest

from tests.api.worlds import Worlds
from tests.console.people import came
from tests.console.test_members import EVIL, calls, link
from tests.pages.browsing import Browser, Site, text_of
from tests.services.publishing import published
from xenia.console import vouchers
from xenia.store.database import Database

REWARDS, VOUCHERS, MESSAGES = "/console/rewards", "/console/vouchers", "/console/messages"
TEA = f"{REWARDS}/tea"
AT = "2026-11-18T10:00:00+02:00"
SHOP = f"""
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
currencies: {{beans: {{notice: 10 days, expires: {{after: 2 months}}}}}}
rules:
  all: {{then: {{earn: {{beans: 1 per 1.00}}}}}}
  hello: {{on: enrolment, then: {{notify: welcome}}}}
rewards:
  tea:
    {{title: {{en: "{EVIL}"}}, price: {{beans: 7}}, gives: {{item: A tea}}, stock: 20}}
  cake: {{gives: {{item: A cake}}}}
texts: {{welcome: {{en: Welcome!, el: Καλώς ήρθατε!}}}}
"""


@pytest.fixture
def shop(database: Database) -> Iterator[Site]:
    """A shop of which somebody has taken three rewards."""
    published(database, SHOP)
    worlds = Worlds(database)
    line = {"sku": "s", "category": "c", "quantity": 1, "amount": "30.00"}
    events: list[dict[str, object]] = [{"id": "p1", "type": "purchase", "lines": [line]}]
    events += [{"id": f"r{n}", "type": "redemption", "reward": "tea"} for n in range(3)]
    for event in events:
        done = worlds.client.post({**event, "member": "anna", "occurred_at": AT})
        assert done.status == 200, done.body
    site = Site(worlds)
    yield site
    site.close()
    worlds.close()


def changed(browser: Browser, change: str, way: str = "more") -> str:
    """The page after so many more, or fewer; "": it was refused."""
    done = browser.fill(TEA, f"{TEA}/stock", {"change": change, "way": way})
    return done.headers["location"] if done.status == 303 else f"{done.status} {text_of(done)}"


def test_a_stock_is_shown_changed_and_undone(shop: Site) -> None:
    anna = came(shop)
    listed = anna.get(REWARDS)
    assert EVIL not in listed.body.decode()
    assert "17 / 20" in text_of(listed)
    assert "without end" in text_of(listed)
    after = anna.get(changed(anna, "5"))
    said = text_of(after)
    assert "There are 22 left of 25." in said
    assert "20 25" in said, "who has changed it stands below"
    undo = {"change": "5", "way": "fewer", "programme": "cafe"}
    form = anna.get(after.headers.get("location") or f"{TEA}?programme=cafe&changed=5")
    assert "Undo" in text_of(form)
    back = changed(anna, **{key: undo[key] for key in ("change", "way")})
    assert "17 left of 20" in text_of(anna.get(back))


@pytest.mark.parametrize(
    ("change", "way", "said"),
    [
        ("18", "fewer", "There are not so many left to take away."),
        ("0", "more", "Write a whole number from 1 on."),
        ("-4", "more", "Write a whole number from 1 on."),
        ("five", "more", "Write a whole number from 1 on."),
        ("1" * 30, "more", "Write a whole number from 1 on."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(shop: Site, change: str, way: str, said: str) -> None:
    anna = came(shop)
    found = changed(anna, change, way)
    assert found.startswith(("422", "409"))
    assert said in found
    assert "17 / 20" in text_of(anna.get(REWARDS)), "nothing was changed"


def test_who_may_only_read_changes_no_stock(shop: Site) -> None:
    tom = came(shop, "tom", "read-only")
    assert f'action="{TEA}/stock"' not in tom.get(TEA).body.decode()


def test_a_reward_that_is_not_there_any_more(shop: Site) -> None:
    found = came(shop).get(f"{REWARDS}/car")
    assert found.status == 404
    assert "There is no such reward" in text_of(found)


def test_a_file_has_all_rewards(shop: Site) -> None:
    found = came(shop).get(f"{REWARDS}?as=csv").body.decode("utf-8-sig").splitlines()
    assert found[0] == "Reward,Title,Price,Left,In all"
    assert [row for row in found if row.startswith("tea,")] == [f"tea,{EVIL},7 beans,17,20"]


def test_a_voucher_is_found_and_leads_to_where_it_came_from(
    shop: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = came(shop)
    monkeypatch.setattr(vouchers, "_PAGE", 2)
    first = anna.get(VOUCHERS)
    rest = anna.get(link(first, "Next page") or "")
    assert (text_of(first) + text_of(rest)).count("Can be used") == 3
    (code, *_) = re.findall(rf'href="({VOUCHERS}/[^"]+)"', first.body.decode())
    one = anna.get(code)
    assert one.status == 200
    (event,) = re.findall(r'href="([^"]+/event[?][^"]+)"', one.body.decode())
    assert "Why it came to that" in text_of(anna.get(unescape(event)))
    assert text_of(anna.get(f"{VOUCHERS}?q={code.rpartition('/')[2]}")).count("Can be used") == 1
    assert "No code begins like that" in text_of(anna.get(f"{VOUCHERS}?q=%25"))
    assert anna.get(f"{VOUCHERS}/NO-SUCH").status == 404


def test_what_messages_say_stands_in_each_language(shop: Site) -> None:
    anna = came(shop)
    english = text_of(anna.get(f"{MESSAGES}/texts"))
    assert "Welcome!" in english
    assert "A code to sign in" in english
    greek = anna.get(f"{MESSAGES}/texts?language=el")
    assert "Καλώς ήρθατε!" in text_of(greek)
    assert "Nobody has been told anything yet" in text_of(anna.get(MESSAGES))


def test_each_page_asks_as_often_however_much_there_is(
    shop: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = came(shop)
    for path in (REWARDS, VOUCHERS, MESSAGES):
        assert len(calls(anna, path, monkeypatch)) <= 3

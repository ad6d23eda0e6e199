"""No page asks the database once per row: with ten times the rows, each asks as often as before."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.api.client import CAFE, NOW, purchase
from tests.api.worlds import Worlds, bearer
from tests.browser.place import COMES
from tests.browser.simulating import _SHOWN, REPORT
from tests.console.people import came
from tests.copies import copied
from tests.pages.browsing import Browser, Site
from tests.services.publishing import published
from tests.statements import noted
from xenia.console.rooms import ROOM
from xenia.store import backtests, request_log
from xenia.store.database import Database

FEW, MANY = 5, 50
CLUB: Final = f"""{CAFE}
attributes:
  member: {{name: {{type: text}}}}
metrics:
  visits: {{count: true, over: ever}}
tiers:
  status: {{by: visits, levels: {{guest: 0, friend: 4}}}}
rewards:
  cake: {{price: {{beans: 1}}, gives: {{item: a cake}}, stock: 100}}
"""
MORE_REWARDS: Final = "".join(
    f"  cake-{number}: {{price: {{beans: {number + 1}}}, gives: {{item: a cake}}, stock: 9}}\n"
    for number in range(20)
)
MORE_METRICS: Final = "".join(f"  visits-{number}: {{count: true}}\n" for number in range(20))
MORE_RULES: Final = "".join(
    f"  more-{number}: {{then: {{earn: {{beans: {number + 1}}}}}}}\n" for number in range(20)
)
TEA: Final = CLUB.replace("programme: cafe", "programme: tea")  # in which nobody is
# Of each a row is made, which is then copied.
COPIED: Final = (
    *("member", "account", "identifier", "voucher", "message", "correction", "member_note"),
    *("erasure", "api_key", "staff", "webhook", "delivery", "connection", "connection_delivery"),
    *("backtest", "draft", "asked", "change"),
)
# Who has come in does not see these, and nothing is listed there.
STRANGERS: Final = frozenset({"/console/sign-in", "/console/invitation/{invitation:str}"})
# What an address says besides, where a page needs it.
SAID: Final = {
    "/console/members/{member:str}/event": "?programme=cafe&source=api&event=e1",
    "/console/programmes/drafts/{draft:str}/rule": "?id=bean-per-euro",
}
# Where it says something else of another section.
OTHERS: Final = (
    "/console/programmes/drafts/{draft:str}/parts/metrics",
    "/console/programmes/drafts/{draft:str}/parts/metrics/one?id=visits",
)
# Lists as they are narrowed, and as files.
NARROWED: Final = (
    *("/console/members?q=m", "/console/members?programme=cafe&order=newest"),
    *("/console/ledger?member=m1", "/console/ledger?kind=issued", "/console/vouchers?code=0"),
    *("/console/corrections?state=any", "/console/messages?member=m1", "/console/audit?by=test"),
    "/console/rewards?programme=tea",
    "/console/simulate?who=real&member=m1&find=m&amount=12.50&category=drink",
    *(
        f"/console/{name}?as=csv"
        for name in (
            *("members", "ledger", "vouchers", "messages", "rewards", "audit", "settings/staff"),
            *(f"developers/{name}" for name in ("keys", "webhooks", "shops", "requests")),
        )
    ),
)
_MESSAGE = """
    insert into message (space_id, message_id, programme_id, version, notifier, member_id, type,
                         effect, made_at, next_at)
    values (1, 'm', 1, 1, 'file', 'm1', 'tier.changed', '{}', now(), now())
"""
_KEPT = """
    insert into connection_delivery (space_id, connection_id, digest, topic, body, fetched, pointer,
                                     code, reason, received_at)
    values (1, %s, 'x', 'orders', '{}', '{}', '/id', 'missing', 'it has no id', now())
"""
_ERASED = """
    insert into erasure (space_id, erasure_id, member_id, actor, removed, digest, erased_at)
    values (1, 'e', 'm1', 'staff/x', '{}', '', now())
"""
_REWARDS = """
    with changed as (
        update programme_version set document = %s
        where programme_id = 2 and version = 1 returning programme_id
    )
    update programme set revision = revision + 1 from changed
    where programme.programme_id = changed.programme_id
"""
_RULES = "update draft set document = %s where draft_id = %s"
# From now to years ago, however many there are: the ledger is looked through by days.
_MONTHS = """
    update entry
    set accounting_on = date '2026-11-15' - (1000 * seq / (select max(seq) from entry))::integer
"""


class Office:
    """A console, and what is to be seen in it."""

    def __init__(self, site: Site, database: Database) -> None:
        self.site, self.database = site, database
        self._client, self._key = site.worlds.client, bearer(site.worlds.key())
        self._asked = 0
        # What stands in the places of addresses.
        self.places = {
            "member": "m1",
            "reward": "cake",
            "month": "2026-10",
            "template": "coffee-stars",
            "programme": "tea",
            "version": "2",
            "operation": "new_key",
            "backtest": "0123456789",
        }

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Have something done over the interface."""
        self._asked += 1
        head = {**self._key, "idempotency-key": f"k{self._asked}"}
        found = self._client.ask(method, path, body, head)
        assert found.status < 300, (path, found.body)
        return found.json() if found.body else {}

    def tell(self, **event: Any) -> None:
        """Record something of the member."""
        known = purchase(event["id"], member="m1", programme="cafe")
        if event.get("type", "purchase") != "purchase":
            del known["lines"]
        assert self._client.post({**known, **event}, **self._key).status == 200

    def fill(self) -> None:
        """One of each, and as few of what a member has bought."""
        for name in ("m1", "m2"):
            self.ask("POST", "/v1/members", {"member": name, "programme": "cafe"})
        for number in range(FEW):
            self.tell(id=f"e{number}")
        self.tell(id="taken", type="redemption", reward="cake")
        self.ask("POST", "/v1/members/m1/notes", {"text": "likes it hot"})
        self.ask("PUT", "/v1/programmes/cafe/safety", {"second_person": {"beans": "5"}})
        self.site.worlds.look()
        wish = {"type": "adjustment", "member": "m1", "programme": "cafe", "currency": "beans"}
        self.ask("POST", "/v1/corrections", {**wish, "units": "9", "reason": "it was cold"})
        tills = {"name": "tills", "scopes": ["members:read"]}
        shop = self.ask("POST", "/v1/connections", {"kind": "odoo", "name": "harbour"})
        url = "https://93.184.216.34/hook"
        self.places |= {
            "key": self.ask("POST", "/v1/keys", tills)["key"],
            "webhook": self.ask("POST", "/v1/webhooks", {"url": url})["webhook"],
            "shop": shop["connection"],
            "draft": self.ask("POST", "/v1/programmes", {"document": CLUB})["draft"],
            "section": "rewards",
            "staff": self.ask("GET", "/v1/staff")["data"][0]["staff"],
            "code": self.ask("GET", "/v1/vouchers")["data"][0]["code"],
        }
        path = f"/v1/webhooks/{self.places['webhook']}/test"
        self.places["delivery"] = self.ask("POST", path, {})["delivery"]
        with self.database.connect(autocommit=True) as connection:
            connection.execute(_MESSAGE)
            connection.execute(_KEPT, (self.places["shop"],))
            connection.execute(_ERASED)
            actor = f"key/{self.places['key']}"
            one = request_log.Request(1, NOW, actor, "GET", "/v1/keys", 200, None, 9, "r")
            request_log.add(connection, [one])
            self._backtest()

    def _backtest(self) -> None:
        """One that has come to its end."""
        with self.database.connect(autocommit=True) as connection:
            name, shown = self.places["backtest"], json.dumps(_SHOWN)
            backtests.add(connection, 1, name, asked="{}", shown=shown, by="test", now=NOW)
            claimed = backtests.claim(connection, now=NOW, until=NOW + 60_000_000)
            assert claimed is not None, "it waits"
            backtests.done(connection, claimed, REPORT.read_bytes(), b"<p>", now=NOW)

    def grow(self, times: int, first: int) -> None:
        """Have so many times the rows; `first` is the number of the first copy."""
        with self.database.connect(autocommit=True) as connection:
            for table in COPIED:
                copied(connection, table, times - 1, first=first)
            connection.execute(_MONTHS)
        self.site.worlds.look()

    def add(self) -> None:
        """More of what is not copied: purchases, programmes, versions, rewards and rules."""
        for number in range(FEW, MANY):
            self.tell(id=f"e{number}")
        for number in range(4):
            published(self.database, CAFE.replace("cafe", f"cafe-{number}"))
            more = TEA.replace("1 per", f"{number + 3} per")
            published(self.database, more, start=COMES + number + 1)
        many = CLUB.replace("attributes:", f"{MORE_RULES}attributes:")
        many = many.replace("tiers:", f"{MORE_METRICS}tiers:")
        with self.database.connect(autocommit=True) as connection:
            connection.execute(_REWARDS, (TEA + MORE_REWARDS,))
            connection.execute(_RULES, (many, self.places["draft"]))

    def addresses(self) -> list[str]:
        """Of all pages."""
        found = [*NARROWED]
        for route in ROOM.routes:
            if route.method == "GET" and route.path not in STRANGERS:
                found.append(self._there(route.path) + SAID.get(route.path, ""))
        return found + [self._there(path) for path in OTHERS]

    def _there(self, path: str) -> str:
        return re.sub(r"\{(\w+):str\}", lambda at: self.places[at[1]], path)


@pytest.fixture
def office(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("XENIA_SECRET_KEY", f"1:{b64encode(bytes(32)).decode()}")
    monkeypatch.setenv("XENIA_HISTORIES", str(tmp_path))
    published(database, CLUB)
    published(database, TEA)
    published(database, TEA.replace("1 per", "2 per"), start=COMES)
    worlds = Worlds(database)
    site = Site(worlds)
    yield Office(site, database)
    site.close()
    worlds.close()


def asked(browser: Browser, address: str) -> list[str]:
    """The statements of a page."""
    with noted() as found:
        answered = browser.get(address)
        if answered.status == 303:
            answered = browser.get(answered.headers["location"])
    # 409: of the versions only the last can be withdrawn.
    assert answered.status in (200, 409), (address, answered.status, answered.body.decode()[:2000])
    return [one.name for one in found]


def test_a_page_asks_as_often_whatever_there_is(office: Office) -> None:
    """Of each page that there is: one for which no place is said here fails."""
    browser = came(office.site)
    office.fill()
    office.grow(FEW, 1)
    few = {address: asked(browser, address) for address in office.addresses()}
    assert all(few[f"/console/{name}"] for name in ("members", "ledger", "finance")), "nobody asks"
    office.add()
    office.grow(MANY // FEW, 1000)
    more = {}
    for address, before in few.items():
        names = asked(browser, address)
        if len(names) > len(before):
            more[address] = sorted({one for one in names if names.count(one) > before.count(one)})
    assert more == {}, "one query for all rows, not one for each"

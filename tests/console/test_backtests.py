"""Backtests and wizards in the console: asked for, waited for, cancelled, and read."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.api.backtesting import history
from tests.api.client import CAFE, NOW
from tests.api.worlds import Worlds, bearer
from tests.console.people import came
from tests.console.test_finding_ones_way import leads
from tests.pages.browsing import Browser, Site, forms, text_of
from tests.services.publishing import published
from xenia.store import backtests as store
from xenia.store.database import Database

LIST = "/console/backtests"
NEW = f"{LIST}/new"
REPORT = Path(__file__).parents[1] / "real_year" / "golden.json"
CHOICE: dict[str, Any] = {
    "money": "EUR",
    "sales": "42000.50",
    "margin": "0.300000",
    "rate": "0.050000",
    "candidates": [
        {
            "kind": "bonus",
            "title": "Points",
            "cost": "1200.00",
            "fees": "0.00",
            "joined": 12,
            "share_of_sales": "0.028571",
            "profit": "11400.15",
            "break_even": None,
            "plainness": "A",
            "things": 3,
            "document": CAFE,
        }
    ],
    "not_available": [{"kind": "club", "reason": "no fee is stated"}],
    "assumptions": ["Taken as enrolled: all"],
}


@pytest.fixture
def shop(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A shop with a programme and a history."""
    monkeypatch.setenv("XENIA_HISTORIES", str(tmp_path))
    published(database, CAFE)
    history(tmp_path, "last-year")
    worlds = Worlds(database)
    site = Site(worlds)
    yield site
    site.close()
    worlds.close()


def asked(browser: Browser, **more: str) -> str:
    """The page of a backtest that was asked for."""
    fields = {"programme": "published/cafe", "history": "last-year", "margin": "30", **more}
    done = browser.post(LIST, {**forms(browser.get(NEW).body.decode())[LIST], **fields})
    assert done.status == 303, text_of(done)
    return done.headers["location"]


def ran(site: Site, report: Any) -> None:
    """A worker has come to the end of the next one."""
    with site.worlds.database.connect(autocommit=True) as connection:
        claimed = store.claim(connection, now=NOW, until=NOW + 60_000_000)
        assert claimed is not None
        store.keep(connection, claimed, until=NOW + 60_000_000, permille=420, doing="folding: 27")
        if report is not None:
            store.done(connection, claimed, json.dumps(report).encode(), b"<p>", now=NOW)


def test_there_is_none_yet(shop: Site) -> None:
    page = came(shop).get(LIST)
    assert "There is no backtest yet" in text_of(page)
    assert NEW in leads(page.body.decode())


def test_one_is_asked_for_waited_for_and_cancelled(shop: Site) -> None:
    browser = came(shop)
    to = asked(browser)
    waits = browser.get(to)
    assert 'hx-trigger="every 2s"' in waits.body.decode()
    assert "A worker begins" in text_of(waits)
    ran(shop, None)
    part = browser.get(to, **{"hx-request": "true", "hx-target": "state"}).body.decode()
    assert part.lstrip().startswith('<section id="state"')
    assert re.search(r'<progress[^>]*value="42"', part)
    assert "every 4s" in browser.get(LIST).body.decode()
    done = browser.fill(to, f"{to}/cancel", {})
    assert done.status == 303
    over = browser.get(to)
    assert "there is no report" in text_of(over)
    assert "hx-trigger" not in over.body.decode().split('id="state"')[1].split(">")[0]
    assert "every 4s" not in browser.get(LIST).body.decode()
    again = browser.post(f"{to}/cancel", {**forms(waits.body.decode())[f"{to}/cancel"]})
    assert again.status == 303


def test_a_report_is_a_sentence_figures_charts_and_files(shop: Site) -> None:
    browser = came(shop)
    to = asked(browser, against="template/coffee-stars", redeem="share", share="40")
    report = json.loads(REPORT.read_text())
    ran(shop, report)
    page = browser.get(to)
    said = text_of(page)
    assert "It would have cost $29,385.25 , 0.64%" in said.replace("  ", " ")
    assert "hx-trigger" not in page.body.decode().split('id="state"')[1].split(">")[0]
    shapes = _Shapes()
    shapes.feed(page.body.decode())
    assert shapes.styled == []
    months, levels = len(report["candidate"]["months"]), 2
    assert shapes.rows >= 2 * months + levels + len(report["deciles"])
    assert shapes.rects > months
    rows = list(csv.reader(browser.get(f"{to}?as=csv").body.decode("utf-8-sig").splitlines()))
    assert [row[0] for row in rows[1:]] == [one["month"] for one in report["candidate"]["months"]]
    assert json.loads(browser.get(f"{to}?as=json").body) == report


class _Shapes(HTMLParser):
    """What is drawn, and what a strict policy would not let through."""

    def __init__(self) -> None:
        super().__init__()
        self.rects = self.rows = 0
        self.styled: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.rects += tag == "rect"
        self.rows += tag == "tr"
        self.styled += [tag for name, _ in attrs if name == "style" or name.startswith("on")]


def test_what_cannot_begin_is_said_at_its_field(shop: Site) -> None:
    browser = came(shop)
    fields = {"programme": "published/cafe", "history": "last-year", "margin": "much"}
    refused = browser.post(LIST, {**forms(browser.get(NEW).body.decode())[LIST], **fields})
    assert refused.status == 422
    assert 'id="w-margin"' in refused.body.decode()
    assert 'value="much"' in refused.body.decode()


def test_from_a_draft_the_form_has_it_chosen(shop: Site) -> None:
    browser = came(shop)
    head = {"idempotency-key": "draft", **bearer(shop.worlds.key())}
    made = shop.worlds.client.ask("POST", "/v1/programmes", {"document": CAFE}, head).json()
    done = browser.get(f"/console/programmes/drafts/{made['draft']}/backtest")
    assert done.status == 303
    page = browser.get(done.headers["location"]).body.decode()
    assert f'<option value="draft/{made["draft"]}" selected>' in page


def test_who_only_reads_asks_for_none(shop: Site) -> None:
    to = asked(came(shop))
    browser = came(shop, "eva", "finance")
    page = browser.get(to)
    assert page.status == 200
    assert f"{to}/cancel" not in page.body.decode()
    assert NEW not in browser.get(LIST).body.decode()
    assert came(shop, "tom", "till").get(LIST).status == 403


# ---- wizards -------------------------------------------------------------------------------------


def test_kinds_side_by_side_and_a_draft_from_one(shop: Site) -> None:
    browser = came(shop)
    path = "/console/wizards/programme-chooser"
    done = browser.fill(path, path, {"history": "last-year", "margin": "30", "rate": "5"})
    assert done.status == 303, text_of(done)
    to = done.headers["location"]
    ran(shop, CHOICE)
    page = browser.get(to)
    assert "Programme chooser" in text_of(page)
    assert "€11,400.15" in text_of(page)
    begun = browser.fill(to, f"{to}/draft", {})
    assert begun.status == 303
    assert begun.headers["location"].endswith("/simulate")
    assert browser.get(begun.headers["location"]).status == 200


def test_a_programme_that_a_margin_can_bear_becomes_a_draft(shop: Site) -> None:
    browser = came(shop)
    path = "/console/wizards/ready-made"
    assert "Two answers are enough" in text_of(browser.get(path))
    asked_for = f"{path}?programme=corner&margin=33&operator=Nikos&money=EUR"
    page = browser.get(asked_for)
    if "not installed" in text_of(page):
        pytest.skip("wizards need the extra `fast`")
    assert "Members get" in text_of(page)
    refused = browser.get(f"{path}?programme=corner&margin=1")
    assert "It cannot be worked out" in text_of(refused)
    wrong = browser.get(f"{path}?programme=Corner+Shop&margin=33")
    assert 'id="w-programme"' in wrong.body.decode()
    done = browser.fill(asked_for, path, {})
    assert done.status == 303
    assert browser.get(done.headers["location"]).status == 200


def test_who_may_not_write_drafts_begins_none(shop: Site) -> None:
    page = came(shop, "eva", "analyst").get(
        "/console/wizards/ready-made?programme=corner&margin=33"
    )
    assert page.status == 200
    assert "Begin a draft from this" not in text_of(page)

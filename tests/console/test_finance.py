"""The books in the console: months, what does not agree, closing, values, and the ledger behind
them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from html import unescape

import pytest

from tests.api.client import purchase
from tests.api.test_finance import CAFE, MONTH, line
from tests.api.worlds import Worlds
from tests.console.people import came
from tests.console.test_members import EVIL, calls, link
from tests.pages.browsing import Site, forms, text_of
from tests.services.publishing import published
from xenia.console import ledger
from xenia.console.finance import last_day
from xenia.services import monthly
from xenia.store.database import Database

FINANCE, LEDGER, OF_MONTH = "/console/finance", "/console/ledger", f"/console/finance/{MONTH}"


@pytest.fixture
def shop(database: Database) -> Iterator[Site]:
    """In which anna, and somebody whose name is a program, have bought."""
    published(database, CAFE)
    worlds = Worlds(database)
    for name, member, amount in (("e1", "anna", "1230.00"), ("e2", EVIL, "12.00")):
        done = worlds.client.post(purchase(name, member=member, lines=[line(amount)]))
        assert done.status == 200, done.body
    site = Site(worlds)
    yield site
    site.close()
    worlds.close()


@pytest.fixture
def over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The present month is taken to be over."""
    monkeypatch.setattr(monthly, "last_settled_day", lambda *_: 10**6)


# ---- finance -------------------------------------------------------------------------------------


def test_each_month_says_what_it_came_to(shop: Site) -> None:
    browser = came(shop, "fay", "finance")
    page = browser.get(FINANCE)
    said = text_of(page)
    assert "November 2026 0 1,242 0 0 0 1,242 €124.20 Open" in said
    assert "Liability now €124.20" in said
    one = text_of(browser.get(link(page, "November 2026") or ""))
    assert "The books agree with the ledger" in one
    assert "Opening 0 Issued +1,242 Spent 0 Expired 0 Adjusted 0 Closing 1,242" in one
    assert "Issuance Balance beans 1,242 €124.20" in one
    assert "Close the month" not in one, "it is not over"


def test_a_figure_leads_to_its_entries(shop: Site) -> None:
    browser = came(shop, "fay", "finance")
    to = link(browser.get(OF_MONTH), "Issued")
    assert to is not None
    found = text_of(browser.get(to))
    assert "2 entries on this page" in found
    assert "anna" in found


def test_the_journal_is_a_file(shop: Site) -> None:
    browser = came(shop, "fay", "finance")
    to = link(browser.get(OF_MONTH), "Journal as CSV") or ""
    rows = [*csv.reader(browser.get(to).body.decode("utf-8-sig").splitlines())]
    assert rows[1:] == [
        ["cafe", MONTH, "beans", "issuance", "wallet", "", "1242", "0.1", "124.20", "EUR"]
    ]


@pytest.mark.usefixtures("over")
def test_finance_closes_a_month(shop: Site) -> None:
    browser = came(shop, "fay", "finance")
    assert "November 2026 is over and can be closed." in text_of(browser.get(FINANCE))
    done = browser.fill(OF_MONTH, f"{OF_MONTH}/closing", {})
    assert done.status == 303, done.body.decode()
    page = text_of(browser.get(done.headers["location"]))
    assert "The month is closed." in page
    assert "What is recorded later is booked in a month that is open." in page
    assert "1,242 €124.20 Closed" in text_of(browser.get(FINANCE))


@pytest.mark.usefixtures("over")
def test_what_does_not_agree_is_shown_and_not_closed(shop: Site) -> None:
    browser = came(shop, "fay", "finance")
    with shop.worlds.database.connect() as connection:
        connection.execute(
            "insert into daily_total values (1, 1, '2026-11-02', 'beans', 'issuance', 'wallet',"
            " '', 7), (1, 1, '2026-11-30', 'beans', 'issuance', 'wallet', '', 1)"
        )
    page = browser.get(OF_MONTH)
    said = text_of(page)
    assert "The books do not agree with the ledger" in said
    assert "xenia verify" in said
    assert "Close the month" not in said
    done = browser.fill(OF_MONTH, f"{FINANCE}/totals", {})
    assert done.status == 303, done.body.decode()
    after = text_of(browser.get(done.headers["location"]))
    assert "All days were summed up again." in after
    assert "The books agree with the ledger" in after


def test_values_are_said(shop: Site) -> None:
    browser, path = came(shop, "fay", "finance"), f"{FINANCE}/valuation"
    assert "Empty: 0.1 EUR, as the programme says" in text_of(browser.get(path))
    wrong = browser.fill(path, path, {"value-beans": "much", "breakage-beans": "101"})
    assert wrong.status == 422
    assert text_of(wrong).count("decimals at most") == 2
    assert 'value="much"' in wrong.body.decode()
    unclear = browser.fill(path, path, {"value-beans": "1,250", "breakage-beans": "20"})
    assert unclear.status == 422, "1250 or 1.25?"
    assert "Write it without signs between the thousands" in text_of(unclear)
    done = browser.fill(path, path, {"value-beans": "0,05", "breakage-beans": "20"})
    assert done.status == 303, done.body.decode()
    assert "Liability now €49.68" in text_of(browser.get(done.headers["location"]))
    # Sent from a page on which the currency did not stand yet.
    form = forms(browser.get(path).body.decode())[path]
    older = {name: said for name, said in form.items() if not name.endswith("-beans")}
    assert browser.post(path, older).status == 303
    assert "Liability now €49.68" in text_of(browser.get(FINANCE)), "what was said stays"


@pytest.mark.parametrize(
    ("role", "reads", "closes"),
    [
        *(("finance", True, True), ("owner", True, True), ("manager", True, False)),
        *(("read-only", True, False), ("support", False, False), ("till", False, False)),
    ],
)
@pytest.mark.usefixtures("over")
def test_who_may(shop: Site, role: str, *, reads: bool, closes: bool) -> None:
    browser = came(shop, "eva", role)
    assert browser.get(FINANCE).status == (200 if reads else 403)
    assert (f'href="{FINANCE}"' in browser.get("/console/").body.decode()) is reads
    if reads:
        assert ("/closing" in browser.get(OF_MONTH).body.decode()) is closes
        shown = browser.get(f"{FINANCE}/valuation").body.decode()
        assert (" disabled" in shown) is not closes


def test_an_empty_place_says_so(site: Site) -> None:
    browser = came(site, "fay", "finance")
    assert "The books are empty" in text_of(browser.get(FINANCE))
    assert "The ledger is empty" in text_of(browser.get(LEDGER))
    assert browser.get(f"{FINANCE}/2020-01").status == 404


def test_each_page_asks_once(shop: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = came(shop, "fay", "finance")
    for path, asked in (
        (FINANCE, "/v1/finance/months"),
        (OF_MONTH, f"/v1/finance/months/{MONTH}"),
        (LEDGER, "/v1/entries"),
    ):
        told = calls(browser, path, monkeypatch)
        assert told.count(asked) == 1
        assert len(told) <= 2, told


def test_the_last_day_of_a_month() -> None:
    assert [last_day(one) for one in ("2026-12", "2024-02", "2026-04")] == [
        *("2026-12-31", "2024-02-29", "2026-04-30"),
    ]


# ---- the ledger ----------------------------------------------------------------------------------


def test_entries_are_found_and_lead_to_their_reason(shop: Site) -> None:
    browser = came(shop)
    page = browser.get(LEDGER)
    said = text_of(page)
    assert "2 entries on this page" in said
    assert EVIL not in page.body.decode()
    one = browser.get(f"{LEDGER}?member=anna&kind=issued&currency=beans")
    assert "1 entry on this page" in text_of(one)
    why = link(one, "1,230 beans") or link(one, "1230 beans")
    assert why is not None, text_of(one)
    assert browser.get(why).status == 200


def test_what_is_chosen_stays_and_leads_to_a_file(shop: Site) -> None:
    browser = came(shop)
    page = browser.get(f"{LEDGER}?least=100&since=2026-11-01")
    assert 'value="100"' in page.body.decode()
    to = link(page, "From here on as CSV") or ""
    rows = [*csv.reader(browser.get(to).body.decode("utf-8-sig").splitlines())]
    assert [(row[1], row[4]) for row in rows[1:]] == [("anna", "1230")]
    nothing = browser.get(f"{LEDGER}?least=5000")
    assert "No entry is like that" in text_of(nothing)
    assert link(nothing, "Show all entries") == LEDGER


def test_a_file_that_is_not_all_says_so(shop: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = came(shop)

    def ends() -> str:
        file = browser.get(f"{LEDGER}?as=csv").body.decode("utf-8-sig")
        *_, last = csv.reader(file.splitlines())
        return last[0]

    assert ends().startswith("2026-"), "all of them"
    monkeypatch.setattr(ledger, "_FILE_PAGE", 1)
    monkeypatch.setattr(ledger, "_FILE_MOST", 1)
    assert ends().startswith("These 1 are not all entries")


def test_a_walk_sees_every_entry_once(shop: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "_PAGE", 1)
    browser = came(shop)
    page, seen = browser.get(LEDGER), []
    for _ in range(4):
        seen.append(unescape(text_of(page)).count("1 entry on this page"))
        to = link(page, "Next page")
        if to is None:
            break
        page = browser.get(to)
    assert sum(seen) >= 2
    assert link(page, "First page") == LEDGER


@pytest.mark.parametrize("query", ["?since=yesterday", "?least=many", "?kind=theft"])
def test_what_cannot_be_looked_for_is_said(shop: Site, query: str) -> None:
    page = came(shop).get(LEDGER + query)
    assert page.status == 200
    assert "This cannot be looked for" in text_of(page)


@pytest.mark.parametrize(("role", "status"), [("support", 200), ("finance", 200), ("till", 403)])
def test_who_may_look(site: Site, role: str, status: int) -> None:
    assert came(site, "eva", role).get(LEDGER).status == status


# ---- the first page ------------------------------------------------------------------------------


def test_home_says_what_the_month_has_come_to(shop: Site) -> None:
    page = came(shop, "fay", "finance").get("/console/")
    said = text_of(page)
    assert "November 2026 · cafe" in said
    assert "Issued · beans 1,242" in said
    assert "Liability €124.20" in said
    assert f'href="{OF_MONTH}?programme=cafe"' in page.body.decode()
    assert "Issued · beans" not in text_of(came(shop, "tom", "till").get("/console/"))


def test_home_says_how_it_has_changed(shop: Site) -> None:
    with shop.worlds.database.connect() as connection:
        connection.execute("update entry set accounting_on = '2026-10-30' where units = 12")
    said = text_of(came(shop, "fay", "finance").get("/console/"))
    assert "Issued · beans 1,230 +1,218 against the month before" in said
    assert "Liability €124.20 +€123.00 against the month before" in said

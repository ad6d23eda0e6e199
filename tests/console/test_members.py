"""The members in the console: who is found, in pages, in files, and who may look."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from html import unescape

import pytest

from tests.api.client import CAFE, NOW, Response, purchase
from tests.api.worlds import Worlds, bearer
from tests.console.people import came
from tests.pages.browsing import Browser, Site, text_of
from tests.services.publishing import published
from xenia.api.application import Application
from xenia.console import members
from xenia.store.database import Database

LIST = "/console/members"
NAMED = CAFE + "attributes:\n  member: {name: {type: text}}\n"
EVIL = "<script>alert('x')</script>"
AT = "2026-11-18T10:00:00+02:00"


def enrolled(worlds: Worlds, member: str, **more: object) -> None:
    event = {"id": f"enrol-{member}", "type": "enrolment", "member": member, "occurred_at": AT}
    answer = worlds.client.post({**event, **more})
    assert answer.status == 200, answer.body


@pytest.fixture
def club(database: Database) -> Iterator[Site]:
    """Three who are known, one of them by a name that is a program."""
    published(database, NAMED)
    worlds = Worlds(database)
    enrolled(worlds, "anna", identifiers={"card": "4000-1"}, attributes={"name": "Anna Müller"})
    enrolled(worlds, "ben", identifiers={"phone": "+30210123456"}, attributes={"name": EVIL})
    enrolled(worlds, "=cmd|calc", attributes={"name": "Niko"})
    site = Site(worlds)
    yield site
    site.close()
    worlds.close()


def ids(response: Response) -> list[str]:
    """The members of a page's table, in their order."""
    assert response.status == 200, response.body.decode()
    found = re.findall(r"<tr>\s*<td>.*?<bdi[^>]*>(.*?)</bdi>", response.body.decode(), re.DOTALL)
    return [unescape(one) for one in found]


def link(response: Response, text: str) -> str | None:
    """Where a link of this text leads."""
    for href, shown in re.findall(
        r'<a[^>]*href="([^"]*)"[^>]*>(.*?)</a>', response.body.decode(), re.DOTALL
    ):
        if text in shown:
            return unescape(href)
    return None


@pytest.mark.parametrize(
    ("query", "who"),
    [
        ("", ["=cmd|calc", "anna", "ben"]),
        ("?q=m%C3%BCll", ["anna"]),
        ("?q=4000", ["anna"]),
        ("?q=%2B30+210", ["ben"]),
        ("?q=ben&programme=cafe", ["ben"]),
        ("?state=erased", []),
        ("?state=joined", ["=cmd|calc", "anna", "ben"]),
        ("?state=left", []),
        ("?state=maybe&order=upwards&programme=nix&level=x", ["=cmd|calc", "anna", "ben"]),
    ],
)
def test_the_address_says_who_is_shown(club: Site, query: str, who: list[str]) -> None:
    assert ids(came(club).get(LIST + query)) == who


def test_what_is_looked_for_stays_in_the_form(club: Site) -> None:
    shown = came(club).get(f"{LIST}?q=%22ann&order=newest").body.decode()
    assert 'value="&#34;ann"' in shown
    assert re.search(r'<option value="newest" selected>', shown)
    assert 'name="level"' not in shown, "there are no levels"


def test_a_name_is_text(club: Site) -> None:
    shown = came(club).get(LIST).body.decode()
    assert EVIL not in shown
    assert "&lt;script&gt;alert" in shown


@pytest.mark.parametrize("order", ["id", "newest"])
def test_a_walk_by_the_links_sees_everybody_once(
    club: Site, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    monkeypatch.setattr(members, "_PAGE", 1)
    browser = came(club)
    seen: list[str] = []
    page = browser.get(f"{LIST}?order={order}")
    seen += ids(page)
    while (to := link(page, "Next page")) is not None:
        page = browser.get(to)
        seen += ids(page)
    assert sorted(seen) == ["=cmd|calc", "anna", "ben"]
    assert link(page, "First page") == (LIST if order == "id" else f"{LIST}?order=newest")


def test_the_file_says_what_is_shown(club: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "_PAGE", 2)
    browser = came(club)
    page = browser.get(link(browser.get(LIST), "Next page") or "")
    to = link(page, "This page as CSV")
    assert to is not None
    done = browser.get(to)
    assert done.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(done.body.decode("utf-8-sig").splitlines()))
    heads = ["Member", "Name", "Programme", "State", "Level", "Known since", "Erased on"]
    assert rows[0] == heads
    assert [row[:5] for row in rows[1:]] == [["ben", EVIL, "cafe", "Member", ""]]
    assert [row[0] for row in rows[1:]] == ids(page)
    to = link(browser.get(LIST), "This page as CSV") or ""
    first = list(csv.reader(browser.get(to).body.decode("utf-8-sig").splitlines()))
    assert first[1][0] == "'=cmd|calc", "no formula reaches a table"


HOUR = 3_600_000_000
TIERS = (
    NAMED
    + """metrics:
  visits: {count: true, over: ever}
tiers:
  status: {by: visits, levels: {guest: 0, friend: 2}}
"""
)


def test_by_level(club: Site) -> None:
    """What is chosen stays in the form, in the links and in the file."""
    published(club.worlds.database, TIERS, now=NOW - 2 * HOUR, start=NOW - HOUR)
    club.worlds.look()
    enrolled(club.worlds, "cleo")
    for name in ("c1", "c2"):
        bought = purchase(name, member="cleo", occurred_at="2026-11-18T13:00:00+02:00")
        assert club.worlds.client.post(bought).status == 200
    browser = came(club)
    address = f"{LIST}?level=cafe%2Fstatus%2Ffriend"
    page = browser.get(address)
    assert ids(page) == ["cleo"]
    shown = page.body.decode()
    assert '<option value="cafe/status/friend" selected>friend</option>' in shown
    to = link(page, "This page as CSV") or ""
    assert to.startswith(address)
    rows = list(csv.reader(browser.get(to).body.decode("utf-8-sig").splitlines()))
    assert [row[:5] for row in rows[1:]] == [["cleo", "", "cafe", "Member", "friend"]]


def test_htmx_gets_the_results_alone(club: Site) -> None:
    browser = came(club)
    head = {"hx-request": "true", "hx-target": "results"}
    part = browser.get(f"{LIST}?q=anna", **head).body.decode()
    assert part.lstrip().startswith('<section id="results"')
    assert "<html" not in part
    assert "data-said=" in part
    assert "Anna Müller" in part


def test_an_empty_list_says_what_to_do(club: Site) -> None:
    browser = came(club)
    nobody = browser.get(f"{LIST}?q=zoe")
    assert "Nobody is like that" in text_of(nobody)
    assert link(nobody, "Show everybody") == LIST


def test_nobody_is_known_yet(site: Site) -> None:
    assert "Nobody is known yet" in text_of(came(site).get(LIST))


@pytest.mark.parametrize("role", ["analyst", "till"])
def test_who_may_not_see_members_sees_none(club: Site, role: str) -> None:
    browser = came(club, "eva", role)
    assert browser.get(LIST).status == 403
    assert f'href="{LIST}"' not in browser.get("/console/").body.decode()


@pytest.mark.parametrize("role", ["support", "finance", "privacy-officer", "read-only"])
def test_who_may_sees_them(club: Site, role: str) -> None:
    assert len(ids(came(club, "eva", role).get(LIST))) == 3


def calls(
    browser: Browser, address: str, monkeypatch: pytest.MonkeyPatch, status: int = 200
) -> list[str]:
    """What the interface is asked for one page."""
    asked: list[str] = []
    real = Application.__rsgi__

    async def counted(self: Application, scope: object, exchange: object) -> None:
        asked.append(scope.path)  # type: ignore[attr-defined]
        await real(self, scope, exchange)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Application, "__rsgi__", counted)
        assert browser.get(address).status == status
    return [path for path in asked if path.startswith("/v1/")]


def test_a_page_asks_once_however_many_there_are(
    club: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = came(club)
    few = calls(browser, f"{LIST}?q=anna", monkeypatch)
    assert calls(browser, LIST, monkeypatch) == few
    assert few.count("/v1/members") == 1
    assert len(few) <= 3, few


def test_the_first_page_says_how_many_have_joined_and_were_active(club: Site) -> None:
    """Against as many days before; what each figure means is a click away."""
    day = "2026-{}T10:00:00+02:00"
    early = {"id": "early", "type": "enrolment", "member": "dora"}
    joined = club.worlds.client.post({**early, "occurred_at": day.format("10-05")})
    assert joined.status == 200
    bought = (("p1", "anna", "11-18"), ("p2", "anna", "11-17"), ("p3", "ben", "10-10"))
    for name, member, at in bought:
        event = purchase(name, member=member, occurred_at=day.format(at))
        assert club.worlds.client.post(event).status == 200
    browser = came(club)
    figures = club.worlds.client.ask(
        "GET", "/v1/programmes/cafe/figures", None, bearer(club.worlds.key())
    ).json()
    assert figures["since"] == "2026-10-20"
    page = browser.get("/console/")
    said = text_of(page)
    assert "Members in the last 30 days" in said
    assert f"Have joined {figures['joined']}" in said
    assert (figures["members"], figures["joined"], figures["joined_before"]) == (4, 3, 1)
    assert "+2 against the 30 days before" in said
    assert (figures["active"], figures["active_before"]) == (1, 1), "by when it happened"
    assert "<details" in page.body.decode()
    to = "/console/members?programme=cafe&amp;state=joined&amp;order=newest"
    assert f'href="{to}"' in page.body.decode()

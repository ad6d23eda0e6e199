"""Households in the console: made, joined, left, and who may spend what they hold."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.api.client import CAFE, Response, purchase
from tests.api.worlds import Worlds, bearer
from tests.console.people import came
from tests.console.test_members import AT
from tests.pages.browsing import Browser, Site, forms, text_of
from tests.postgres import Server
from tests.services.publishing import published

NAMED = CAFE + "attributes:\n  member: {name: {type: text}}\n"
LIST = "/console/households"


@pytest.fixture(scope="module")
def club(servers: Callable[[str | None], Server]) -> Iterator[Site]:
    """Each test has people of its own."""
    with servers(None).fresh(migrated=True) as database:
        published(database, NAMED)
        worlds = Worlds(database)
        site = Site(worlds)
        yield site
        site.close()
        worlds.close()


def sends(club: Site, event: dict[str, Any]) -> None:
    done = club.worlds.client.post(event, **bearer(club.worlds.key()))
    assert done.status == 200, done.body


def people(club: Site, *names: str) -> None:
    for name in names:
        known = {"id": f"enrol-{name}", "type": "enrolment", "member": name, "occurred_at": AT}
        sends(club, {**known, "attributes": {"name": name.title()}})


def does(browser: Browser, of: str, act: str, **values: str) -> Response:
    """Send one of the forms of somebody's household."""
    page = f"/console/members/{of}/household"
    return browser.fill(page, f"{page}/{act}", values)


def shown(browser: Browser, done: Response) -> str:
    assert done.status == 303, text_of(done)
    return text_of(browser.get(done.headers["location"]))


def household_of(club: Site, member: str) -> str:
    with club.worlds.database.connect() as connection:
        row = connection.execute(
            "select household_id from household_person where member_id = %s and left_at is null",
            (member,),
        ).fetchone()
    assert row is not None
    return str(row[0])


def test_from_the_first_person_to_the_last(club: Site) -> None:
    people(club, "ann", "ben", "cas")
    browser = came(club)
    page = "/console/members/ann/household"
    assert f'href="{page}?programme=cafe"' in browser.get("/console/members/ann").body.decode()
    said = shown(browser, does(browser, "ann", "make", name="The Smiths"))
    assert "The household is made" in said
    assert "The Smiths" in said
    assert "Ann May spend" in said
    club.worlds.look()
    said = shown(browser, does(browser, "ann", "add", person="ben", may="no"))
    assert "ben belongs to it now." in said
    assert "Ben May not spend" in said
    said = shown(browser, does(browser, "cas", "join", household=household_of(club, "ann")))
    assert "Cas May spend" in said
    sends(club, purchase("families buy", member="ben"))
    assert "beans 3" in text_of(browser.get("/console/members/cas/household"))
    said = shown(browser, does(browser, "ben", "spend", person="ben", may="yes"))
    assert "ben may spend what it holds." in said
    assert "Ben May spend" in said
    listed = text_of(browser.get(LIST))
    assert "Ann , Ben , Cas" in listed
    rows = list(csv.reader(browser.get(f"{LIST}?as=csv").body.decode("utf-8-sig").splitlines()))
    assert [household_of(club, "ann"), "The Smiths", "ann, ben, cas"] in [row[:3] for row in rows]


def test_who_has_left_is_added_again(club: Site) -> None:
    people(club, "dan", "eve")
    browser = came(club, "dora")
    does(browser, "dan", "make", name="")
    does(browser, "dan", "add", person="eve", may="no")
    household = household_of(club, "dan")
    done = does(browser, "eve", "remove", person="eve", may="no")
    page = browser.get(done.headers["location"])
    assert "eve has left." in text_of(page)
    assert "Join one that there is" in text_of(page)
    undo = page.body.decode().partition("data-flash")[2].partition('href="')[2].partition('"')[0]
    undo = undo.replace("&amp;", "&")
    own = f"/console/members/{household}/household"
    assert undo == f"{own}?person=eve&may=no"
    form = forms(browser.get(undo).body.decode())[f"{own}/add"]
    assert form["person"] == "eve"
    assert "Eve May not spend" in shown(browser, browser.post(f"{own}/add", {**form, "may": "no"}))
    for person in ("dan", "eve"):
        assert does(browser, household, "remove", person=person, may="yes").status == 303
    wrong = browser.fill(f"{own}/dissolve", f"{own}/dissolve", {"typed": "eve"})
    assert "This is not their id." in text_of(wrong)
    done = browser.fill(f"{own}/dissolve", f"{own}/dissolve", {"typed": household})
    assert "The household is dissolved." in shown(browser, done)
    assert f"{own}/add" not in forms(browser.get(own).body.decode())


@pytest.mark.parametrize(
    ("act", "values", "said"),
    [
        ("add", {"person": ""}, "Write an id."),
        ("add", {"person": "nobody"}, "There is nobody of this id."),
        ("add", {"person": "gus"}, "They belong to a household already"),
        ("spend", {"person": "nobody", "may": "no"}, "They do not belong to this household."),
    ],
)
def test_what_is_refused_is_said(club: Site, act: str, values: dict[str, str], said: str) -> None:
    browser = came(club, f"fay-{act}-{len(said)}")
    if "gus" not in _known(club):
        people(club, "fred", "gus")
        does(browser, "fred", "make", name="")
        does(browser, "gus", "make", name="")
    refused = does(browser, "fred", act, **values)
    assert refused.status == 422, text_of(refused)
    assert said in text_of(refused)


def _known(club: Site) -> set[str]:
    with club.worlds.database.connect() as connection:
        return {row[0] for row in connection.execute("select member_id from member")}


def test_who_only_reads_sees_no_forms(club: Site) -> None:
    people(club, "hal")
    browser = came(club, "ria", "read-only")
    page = browser.get("/console/members/hal/household")
    assert "They belong to no household" in text_of(page)
    assert not [one for one in forms(page.body.decode()) if "/household" in one]
    assert browser.post("/console/members/hal/household/make", {}).status == 403

"""Staff and settings in the console: invited, changed, blocked, and limits that members have."""

from __future__ import annotations

import re

import pytest

from tests.console.people import SIGN_IN, WORDS, came
from tests.console.test_keys import secret_of
from tests.pages.browsing import Browser, Site, text_of

STAFF, SPACE = "/console/settings/staff", "/console/settings/space"
SPENDING = "/console/settings/spending"


def account_of(browser: Browser, name: str) -> str:
    page = browser.get(STAFF).body.decode()
    found = re.search(rf'href="({STAFF}/[^"]+)"><bdi>{name}<', page)
    assert found is not None, name
    return found[1]


def test_from_an_invitation_to_being_blocked(site: Site) -> None:
    anna = came(site)
    values = {"name": "Eva", "email": "eva@example.org", "role": "support"}
    done = anna.fill(f"{STAFF}/new", STAFF, values)
    link = secret_of(done.body)
    assert link.startswith("http://xenia.example/console/invitation/")
    eva, page = Browser(site), link.removeprefix("http://xenia.example")
    assert eva.fill(page, page, {"password": WORDS, "again": WORDS}).status == 303
    site.worlds.look()
    assert eva.get("/console/account").status == 200
    own = account_of(anna, "Eva")
    assert "Active" in text_of(anna.get(own))
    done = anna.fill(own, own, {"name": "Eva Two", "role": "finance"})
    assert "The account is changed." in text_of(anna.get(done.headers["location"]))
    assert "Eva Two" in text_of(anna.get(STAFF))
    done = anna.fill(own, f"{own}/block", {"to": "closed"})
    assert "They cannot sign in any more." in text_of(anna.get(done.headers["location"]))
    site.worlds.look()
    assert eva.get("/console/account").status == 303
    form = {"email": "eva@example.org", "password": WORDS}
    assert Browser(site).fill(SIGN_IN, SIGN_IN, form).status == 401
    anna.fill(own, f"{own}/block", {"to": "open"})
    assert Browser(site).fill(SIGN_IN, SIGN_IN, form).status == 303
    anna.fill(own, f"{own}/sessions", {})
    assert secret_of(anna.fill(own, f"{own}/invitation", {}).body) != link
    done = anna.fill(own, f"{own}/erasure", {})
    assert done.headers["location"] == STAFF
    assert "Eva Two" not in text_of(anna.get(STAFF))


def test_the_last_owner_stays_one(site: Site) -> None:
    anna = came(site)
    own = account_of(anna, "Anna")
    done = anna.fill(own, own, {"name": "Anna", "role": "support"})
    assert done.status in (409, 422)
    assert "Owner" in text_of(anna.get(STAFF))


def test_what_is_wrong_with_an_invitation(site: Site) -> None:
    anna = came(site)
    done = anna.fill(f"{STAFF}/new", STAFF, {"name": "Eva", "email": "eva", "role": "support"})
    assert done.status == 422
    assert "This is no address" in text_of(done)


def test_all_roles_are_told_of(site: Site) -> None:
    said = text_of(came(site).get(STAFF))
    for title in ("Manager", "Analyst", "Privacy officer", "Read only"):
        assert title in said
    assert "Publish what is approved" in said


def test_whether_one_person_is_enough(site: Site) -> None:
    anna = came(site)
    assert "It takes a second person" in text_of(anna.get(SPACE))
    done = anna.fill(SPACE, f"{SPACE}/approval", {"four_eyes": "no"})
    assert "One person is enough" in text_of(anna.get(done.headers["location"]))
    tom = came(site, "tom", "till")
    assert "Let one person be enough" not in text_of(tom.get(SPACE))


def rows(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)"', page)


def test_limits_are_said_and_taken_away(site: Site) -> None:
    anna = came(site)
    shown = anna.get(SPENDING).body.decode()
    assert rows(shown, "name") == ["", ""]
    proof = rows(shown, "form")[0]

    def send(once: str, name: str, most: str) -> int:
        fields = {
            "form": proof,
            "once": once,
            "programme": "cafe",
            "name": name,
            "counts": "spends",
            "most": most,
            "minutes": "60",
            "currency": "",
            "then": "hold",
        }
        return anna.post(SPENDING, fields).status

    assert send("1", "often", "3") == 303
    shown = anna.get(SPENDING).body.decode()
    assert rows(shown, "name") == ["often", "", ""]
    assert '<option value="hold" selected>' in shown
    assert send("2", "often", "") == 422
    assert send("3", "Often!", "3") == 422
    assert send("5", "often", "3,000") == 422
    assert rows(anna.get(SPENDING).body.decode(), "name") == ["often", "", ""]
    fields = {"name": "", "most": "", "minutes": "", "counts": "spends", "currency": "", "then": ""}
    limits = "/console/corrections/limits"  # what is said elsewhere, and stays
    assert anna.fill(limits, limits, {"u-beans": "10", "grants": "yes"}).status == 303
    done = anna.post(SPENDING, {"form": proof, "once": "4", "programme": "cafe", **fields})
    assert done.status == 303
    assert rows(anna.get(SPENDING).body.decode(), "name") == ["", ""]
    half = {**fields, "form": proof, "programme": "cafe", "code_currency": "", "code_above": "30"}
    assert anna.post(SPENDING, {**half, "once": "5"}).status == 422, "a code of no currency"
    done = anna.post(SPENDING, {**half, "once": "6", "code_currency": "beans"})
    assert done.status == 303
    assert '<option value="beans" selected>' in anna.get(SPENDING).body.decode()
    second = anna.get(f"{limits}?programme=cafe").body.decode()
    assert re.search(r'name="u-beans"[^>]*value="10"|value="10"[^>]*name="u-beans"', second)
    assert '<option value="yes" selected>' in second


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("manager", STAFF, 403),
        ("manager", SPENDING, 200),
        ("manager", "/console/corrections/limits", 403),
        ("support", SPENDING, 403),
        ("till", SPACE, 200),
    ],
)
def test_who_sees_what(site: Site, role: str, path: str, status: int) -> None:
    assert came(site, "eva", role).get(path).status == status

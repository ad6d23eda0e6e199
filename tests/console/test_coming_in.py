"""Coming into the console: the first owner, invitations, passwords, sessions and their ends."""

from __future__ import annotations

import pytest

from tests.api.client import Response
from tests.api.worlds import THEIRS
from tests.console.people import HOME, SIGN_IN, WORDS, came, first_link, invited
from tests.pages.browsing import Browser, Site, forms, text_of
from xenia.services.signing_in import FREE


def sign_in(browser: Browser, name: str, password: str = WORDS, **more: str) -> Response:
    values = {"email": f"{name}@example.org", "password": password, **more}
    return browser.fill(SIGN_IN, SIGN_IN, values)


def test_the_first_owner_comes_by_the_link_that_was_printed(site: Site, browser: Browser) -> None:
    link = first_link(site)
    assert "the first account" in text_of(browser.get(link))
    who = {"name": "Olga", "email": " Olga@Example.org", "password": WORDS, "again": WORDS}
    done = browser.fill(link, link, who)
    assert (done.status, done.headers["location"]) == (303, HOME)
    shown = browser.get(HOME)
    assert "Welcome! From now on" in text_of(shown)
    assert "Welcome, Olga" in text_of(shown)
    assert "Welcome! From now on" not in text_of(browser.get(HOME)), "it is said once"
    assert browser.get(link).status == 404, "it is used once"
    site.worlds.look()
    assert sign_in(Browser(site), "olga").status == 303


def test_the_link_ends_with_any_account(site: Site, browser: Browser) -> None:
    link = first_link(site)
    invited(site, "anna", "owner")
    shown = browser.get(link)
    assert shown.status == 404
    assert "This invitation does not hold any more" in text_of(shown)


def test_a_second_start_takes_the_first_link_back(site: Site, browser: Browser) -> None:
    old, new = first_link(site), first_link(site)
    assert browser.get(old).status == 404
    assert browser.get(new).status == 200


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"password": WORDS, "again": WORDS + "!"}, "This is not the same password"),
        ({"password": "short", "again": "short"}, "It has 15 to 256 characters"),
        ({"password": WORDS, "again": WORDS, "email": "olga"}, "This is no address"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(
    site: Site, browser: Browser, values: dict[str, str], said: str
) -> None:
    link = first_link(site)
    done = browser.fill(link, link, {"name": "Olga", "email": "olga@example.org", **values})
    assert done.status == 422
    assert said in text_of(done)
    assert 'value="Olga"' in done.body.decode()
    assert WORDS not in done.body.decode(), "a password is never sent back"


def test_who_signs_in_comes_where_they_wanted(site: Site, browser: Browser) -> None:
    came(site)
    there = browser.get("/console/account")
    assert there.headers["location"] == "/console/sign-in?next=/console/account"
    who = {"email": "anna@example.org", "password": WORDS}
    done = browser.fill(there.headers["location"], SIGN_IN, who)
    assert done.headers["location"] == "/console/account"
    assert "Where you are signed in" in text_of(browser.get("/console/account"))


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "x"])
def test_nobody_is_sent_elsewhere(site: Site, browser: Browser, to: str) -> None:
    came(site)
    assert sign_in(browser, "anna", next=to).headers["location"] == HOME


def test_the_cookie_is_for_this_site_alone(site: Site) -> None:
    said = came(site).set["xenia-session"]
    for part in ("HttpOnly", "Path=/", "SameSite=strict", "Max-Age="):
        assert part in said, said
    assert "Secure" not in said, "this came by http"


def test_a_wrong_password_is_said_kindly_and_then_one_has_to_wait(site: Site) -> None:
    came(site)
    browser = Browser(site)
    for _ in range(FREE):
        done = sign_in(browser, "anna", "wrong")
        assert done.status == 401
        assert "You could not be signed in" in text_of(done)
        assert 'value="anna@example.org"' in done.body.decode()
    done = sign_in(browser, "anna")
    assert done.status == 429
    assert "Too many tries" in text_of(done)
    assert "Try again in 1 second." in text_of(done)


def test_who_signs_out_is_out(site: Site) -> None:
    browser = came(site)
    done = browser.fill(HOME, "/console/sign-out", {})
    assert (done.status, done.headers["location"]) == (303, SIGN_IN)
    assert "xenia-session" not in browser.cookies
    assert "You are signed out." in text_of(browser.get(SIGN_IN))
    assert browser.get(HOME).status == 303


def test_who_signs_out_everywhere_is_out_everywhere(site: Site) -> None:
    one, other = came(site), Browser(site)
    assert sign_in(other, "anna").status == 303
    assert "Sign out everywhere" in text_of(one.get("/console/account"))
    one.fill("/console/account", "/console/sign-out", {"everywhere": "yes"})
    site.worlds.look()
    assert other.get(HOME).status == 303
    assert "xenia-session" not in other.cookies, "what has ended is forgotten"


def test_a_space_of_ones_own(site: Site, browser: Browser) -> None:
    link = invited(site, "boris", "owner", THEIRS)
    done = browser.fill(link, link, {"password": WORDS, "again": WORDS})
    assert done.headers["location"] == SIGN_IN, "they say which space is theirs"
    assert sign_in(browser, "boris").status == 401
    assert sign_in(browser, "boris", space=THEIRS).status == 303
    assert "This is a test space." in text_of(browser.get(HOME))


# ---- forms ---------------------------------------------------------------------------------------


def test_a_form_from_elsewhere_is_refused(site: Site) -> None:
    browser = came(site)
    form = forms(browser.get(HOME).body.decode())["/console/sign-out"]
    for head in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ):
        assert browser.post("/console/sign-out", form, **head).status == 403
    no = browser.post("/console/sign-out", {**form, "form": "0" * 64})
    assert no.status == 403
    assert "This form cannot be taken" in text_of(no)
    assert browser.post("/console/sign-out", {}).status == 403
    assert browser.get(HOME).status == 200, "nothing was changed"
    assert browser.post("/console/sign-out", form).status == 303


def test_a_form_of_another_session_is_refused(site: Site) -> None:
    one, other = came(site, "anna"), came(site, "boris")
    form = forms(one.get(HOME).body.decode())["/console/sign-out"]
    assert other.post("/console/sign-out", form).status == 403


# ---- language and theme --------------------------------------------------------------------------


def test_a_page_speaks_as_its_reader_does_until_they_choose(site: Site) -> None:
    browser = Browser(site, "de-DE,ar;q=0.9,en;q=0.5")
    shown = browser.get(SIGN_IN).body.decode()
    assert '<html lang="ar" dir="rtl">' in shown
    chosen = {"language": "el", "theme": "dark", "next": SIGN_IN}
    done = browser.fill(SIGN_IN, "/console/preferences", chosen)
    assert done.headers["location"] == SIGN_IN
    assert '<html lang="el" dir="ltr" class="dark">' in browser.get(SIGN_IN).body.decode()
    browser.fill(SIGN_IN, "/console/preferences", {"language": "xx", "theme": "blue"})
    assert '<html lang="el" dir="ltr" class="dark">' in browser.get(SIGN_IN).body.decode()

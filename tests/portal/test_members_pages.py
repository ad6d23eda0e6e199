"""Members come in by a code, see what is theirs and why, and do for themselves what they may."""

from __future__ import annotations

import json
import re

import pytest

from tests.api.client import Request
from tests.pages.browsing import Browser, forms, text_of
from tests.portal.conftest import CARD, MOMENT, SIGN_IN, Shop, shows
from xenia.pages.browsers import POLICY
from xenia.portal.codes import bars, grouped, qr
from xenia.portal.rooms import ROOM
from xenia.services.member_signing import OWN

PATHS = [route.path for route in ROOM.routes if route.method == "GET" and not route.to_all]


# ---- coming in -----------------------------------------------------------------------------------


def test_they_come_in_by_a_code_and_go(shop: Shop) -> None:
    shop.joins("anna", "40.00", attributes={"name": "Anna"}, identifiers={"card": "4000123412"})
    browser = shop.came("anna")
    assert "httponly" in browser.set["xenia-member"].lower()
    assert "samesite=strict" in browser.set["xenia-member"].lower()
    page = shows(browser, CARD)
    assert page.headers["content-security-policy"] == POLICY
    said = text_of(page)
    for part in ("The shop", "Guest", "points", "40", "2 more to Friend", "4000 1234 12", "Anna"):
        assert part in said, (part, said)
    out = browser.fill("/my/profile", "/my/sign-out", {})
    assert (out.status, out.headers["location"]) == (303, f"{SIGN_IN}?space=default")
    assert browser.get(CARD).headers["location"] == SIGN_IN


def test_who_is_not_known_sees_the_same(shop: Shop) -> None:
    shop.joins("ben")
    pages = []
    for name in ("ben@example.org", "nobody@example.org"):
        browser = Browser(shop.site)
        address = shop.asked(browser, name)
        body = shows(browser, address).body.decode()
        pages.append(re.sub(r'value="[^"]*"|mco_\w+', "", body))
    assert pages[0] == pages[1]


def test_another_code_opens_nothing(shop: Shop) -> None:
    shop.joins("cleo")
    browser = Browser(shop.site)
    page = shop.asked(browser, "cleo@example.org")
    wrong = "111111" if shop.digits(page) != "111111" else "222222"
    done = browser.fill(page, "/my/code", {"digits": wrong})
    assert done.status == 422
    assert "This code does not work" in text_of(done)
    form = forms(done.body.decode())["/my/code"]
    digits = shop.digits(page)
    came = browser.post("/my/code", {**form, "digits": f"{digits[:3]} {digits[3:]}"})
    assert came.headers["location"] == CARD, "the page that says so goes on"


def test_a_link_is_used_by_people_alone(shop: Shop) -> None:
    """What looks at links in messages gets a page, and the link still works."""
    shop.joins("dan")
    browser = Browser(shop.site)
    page = shop.asked(browser, "dan@example.org")
    code = forms(shows(browser, page).body.decode())["/my/code"]["code"]
    link = f"/my/link/{code}/{shop.digits(page)}"
    for _ in range(3):
        shows(browser, link)
    done = browser.fill(link, link, {})
    assert (done.status, done.headers["location"]) == (303, CARD)
    again = Browser(shop.site)
    refused = again.fill(link, link, {})
    assert refused.headers["location"].startswith(SIGN_IN)
    assert "was used" in text_of(shows(again, refused.headers["location"]))


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_shown_to_who_is_not_signed_in(shop: Shop, path: str) -> None:
    found = Browser(shop.site).get(path)
    assert (found.status, found.headers["location"].partition("?")[0]) == (303, SIGN_IN)


def test_the_console_s_session_is_none_here(shop: Shop) -> None:
    browser = Browser(shop.site)
    browser.cookies["xenia-member"] = "xen_session_0123456789abcdef"
    assert browser.get(CARD).headers["location"] == SIGN_IN


# ---- what they see -------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["en", "el", "hy", "ru", "ar"])
def test_every_page_is_there_in_every_language(shop: Shop, code: str) -> None:
    shop.joins(f"eve-{code}", "10.00")
    browser = shop.came(f"eve-{code}", code)
    for path in PATHS:
        if not path.endswith(("/event", "/take", "/data")):
            body = shows(browser, path).body.decode()
            assert f'lang="{code}"' in body, path
    event = re.search(
        r'href="(/my/history/event[^"]+)"', shows(browser, "/my/history").body.decode()
    )
    assert event is not None
    shows(browser, event[1].replace("&amp;", "&"))
    assert "style=" not in shows(browser, CARD).body.decode()


def test_what_ends_adds_up_to_what_is_held(shop: Shop) -> None:
    at = "2026-11-{}T10:00:00+02:00".format
    enrolment = {"id": "enrols nina", "type": "enrolment", "member": "nina"}
    identifiers = {"email": "nina@example.org"}
    enrolled = {**enrolment, "occurred_at": at(10), "identifiers": identifiers}
    shop.does("POST", "/v1/events", enrolled)
    for day in range(11, 16):
        line = {"sku": "latte", "category": "drink", "quantity": 1, "amount": "3.80"}
        event = {"id": f"nina {day}", "type": "purchase", "member": "nina", "lines": [line]}
        shop.does("POST", "/v1/events", {**event, "occurred_at": at(day)})
    said = text_of(shows(shop.came("nina"), CARD))
    days = [f"points that end on Nov {day}, 2027 3" for day in (11, 12, 13)]
    assert f"{' '.join(days)} points that end later 6" in said, said


def test_history_says_why_in_their_language(shop: Shop) -> None:
    shop.joins("fay", "12.00")
    browser = shop.came("fay", "el")
    page = shows(browser, "/my/history").body.decode()
    assert "πόντοι" in page
    assert "Αγορά" in page
    assert "buys" not in re.sub("<[^>]+>", "", page), "an id says nothing to them"
    (event,) = re.findall(r'href="(/my/history/event[^"]+)"', page)
    why = text_of(shows(browser, event.replace("&amp;", "&")))
    assert "Εξαιτίας αυτού" in why
    assert "+12" in why


def test_an_event_of_somebody_else_is_not_there(shop: Shop) -> None:
    shop.joins("gus", "12.00")
    shop.joins("hal", "12.00")
    browser = shop.came("hal")
    shows(browser, "/my/history/event?source=api&event=buys+hal")
    found = shows(browser, "/my/history/event?source=api&event=buys+gus", 404)
    assert "+12" not in text_of(found)


# ---- what they do --------------------------------------------------------------------------------


def test_a_reward_is_taken_once_and_its_voucher_shown(shop: Shop) -> None:
    shop.joins("ivy", "20.00")
    browser = shop.came("ivy")
    said = text_of(shows(browser, "/my/rewards"))
    assert "Take it" in said
    assert "880 more points" in said
    ask = "/my/rewards/take?reward=tea"
    form = forms(shows(browser, ask).body.decode())["/my/rewards/take"]
    first = browser.post("/my/rewards/take", form)
    second = browser.post("/my/rewards/take", form)
    assert first.headers["location"] == second.headers["location"]
    voucher = re.search(r"open=([^&]+)", first.headers["location"])
    assert voucher is not None
    page = shows(browser, first.headers["location"])
    assert "It is yours." in text_of(page)
    assert grouped(voucher[1]) in text_of(page)
    assert 'data-code="qr"' in page.body.decode()
    assert "13" in text_of(shows(browser, "/my/rewards")), "taken once, 7 of 20"
    refused = browser.fill("/my/rewards/take?reward=cake", "/my/rewards/take", {})
    assert refused.status == 422
    assert "You have too little for this now." in text_of(refused)


def test_who_belongs_to_a_household_sees_what_they_took_for_it(shop: Shop) -> None:
    shop.joins("kit", "20.00")
    pool = shop.does("POST", "/v1/households", {"person": "kit"})["household"]
    browser = shop.came("kit")
    assert "Take it" not in text_of(shows(browser, "/my/rewards")), "20 are their own"
    line = {"sku": "latte", "category": "drink", "quantity": 1, "amount": "9.00"}
    event = {"id": "kit buys for all", "type": "purchase", "member": "kit"}
    shop.does("POST", "/v1/events", {**event, "occurred_at": MOMENT, "lines": [line]})
    assert "Take it" in text_of(shows(browser, "/my/rewards"))
    taken = browser.fill("/my/rewards/take?reward=tea", "/my/rewards/take", {})
    voucher = re.search(r"open=([^&]+)", taken.headers["location"])
    assert voucher is not None
    assert grouped(voucher[1]) in text_of(shows(browser, taken.headers["location"]))
    assert "Take it" not in text_of(shows(browser, "/my/rewards")), "2 are left"
    wallet = shop.does("GET", f"/v1/members/{pool}/wallet")["wallet"]["points"]
    assert wallet["balance"] == "2"


def test_who_belongs_to_a_household_sees_what_it_has_and_what_is_their_own(shop: Shop) -> None:
    """By what is shown first they can buy and take rewards; by what is their own they cannot."""
    shop.joins("pam", "20.00")
    shop.joins("pip", "3.00", attributes={"name": "Pip"})
    made = {"person": "pam", "household": "p-home", "name": "The Ps"}
    shop.does("POST", "/v1/households", made)
    asked = {"member": "pip", "may_spend": False}
    shop.does("POST", "/v1/households/p-home/persons", asked)
    line = {"sku": "latte", "category": "drink", "quantity": 1, "amount": "9.00"}
    event = {"id": "pip buys for all", "type": "purchase", "member": "pip"}
    shop.does("POST", "/v1/events", {**event, "occurred_at": MOMENT, "lines": [line]})
    browser, other = shop.came("pam"), shop.came("pip")
    said = text_of(shows(browser, CARD))
    front, _, rest = said.partition("Your own")
    for part in ("Your household: The Ps", "points 9 ", "What your household has", "You pay, and"):
        assert part in front, (part, front)
    assert "This is not spent as long as you belong to a household. points 20" in rest
    assert "points 20" not in front
    page = text_of(shows(browser, "/my/rewards"))
    assert "Your household has 9 points" in page
    assert "Take it" in page
    take = text_of(shows(browser, "/my/rewards/take?reward=tea"))
    assert "Your household has 9 points" in take
    assert "Of your own you have 20" in text_of(shows(browser, "/my/give"))
    told = text_of(shows(other, CARD))
    assert "points 9 " in told.partition("Your own")[0]
    assert "You may not spend what your household has." in told
    page = text_of(shows(other, "/my/rewards"))
    assert "Take it" not in page
    assert "You may not spend what your household has." in page
    assert "Yes, take it" not in text_of(shows(other, "/my/rewards/take?reward=tea"))
    (tea,) = (
        one for one in shop.does("GET", "/v1/rewards?member=pip")["data"] if one["reward"] == "tea"
    )
    assert (tea["available"], tea["missing"][0]["code"]) == (False, "may-not-spend")


def test_a_reward_is_not_taken_at_a_price_that_was_not_shown(shop: Shop) -> None:
    shop.joins("ines", "20.00")
    browser = shop.came("ines")
    ask = "/my/rewards/take?reward=tea"
    form = forms(shows(browser, ask).body.decode())["/my/rewards/take"]
    assert form["price"] == "points=7"
    asked = browser.post("/my/rewards/take", {**form, "price": "points=5"})
    assert asked.status == 422
    assert "It costs something else now" in text_of(asked)
    wallet = shop.does("GET", "/v1/members/ines/wallet")["wallet"]["points"]
    assert wallet["balance"] == "20"
    again = forms(asked.body.decode())["/my/rewards/take"]
    assert browser.post("/my/rewards/take", again).status == 303, "at the price that it shows"


def test_points_are_given_after_a_question(shop: Shop) -> None:
    shop.joins("joy", "50.00")
    shop.joins("kim", identifiers={"card": "4000999"})
    browser = shop.came("joy")
    asked = browser.fill("/my/give", "/my/give", {"to": "4000999", "units": "20"})
    assert "It cannot be taken back." in text_of(asked)
    form = forms(asked.body.decode())["/my/give"]
    done = browser.post("/my/give", form)
    assert done.status == 303, text_of(done)
    assert "It is theirs now." in text_of(shows(browser, done.headers["location"]))
    wallet = shop.does("GET", "/v1/members/kim/wallet")["wallet"]["points"]
    assert wallet["balance"] == "20"
    unclear = browser.fill("/my/give", "/my/give", {"to": "4000999", "units": "1,000"})
    assert (unclear.status, "such as 1250" in text_of(unclear)) == (422, True)
    for wrong, sentence in (
        ({"to": "4000998", "units": "5"}, "Nobody else is known by this."),
        ({"to": "4000999", "units": "500"}, "You have less than that."),
        ({"to": "4000999", "units": "many"}, "Write how much as a number"),
    ):
        asked = browser.fill("/my/give", "/my/give", wrong)
        refused = browser.post("/my/give", forms(asked.body.decode())["/my/give"])
        assert (refused.status, sentence in text_of(refused)) == (422, True), text_of(refused)


def test_profile_language_and_consents(shop: Shop) -> None:
    shop.joins("lea")
    browser = shop.came("lea")
    values = {"name": "Lea <b>", "birthday": "1990-05-17", "locale": "ru"}
    done = browser.fill("/my/profile", "/my/profile", values)
    assert done.status == 303
    page = shows(browser, "/my/profile")
    assert 'lang="ru"' in page.body.decode()[:200]
    assert "Lea &lt;b&gt;" in page.body.decode()
    assert 'name="birthday"' not in page.body.decode(), "it is written once"
    done = browser.fill("/my/profile", "/my/profile/consents", {"yes": "marketing|"})
    assert done.status == 303
    known = shop.does("GET", "/v1/members/lea")["consents"]
    said = {one["purpose"]: (one["given"], one["source"]) for one in known}
    assert said == {"marketing": (True, "member-pages"), "service": (False, "member-pages")}


def test_what_is_held_can_be_had_and_erased(shop: Shop) -> None:
    shop.joins("mia", "10.00", attributes={"name": "Mia"})
    browser = shop.came("mia")
    data = shows(browser, "/my/profile/data")
    assert data.headers["content-disposition"].startswith("attachment")
    assert json.loads(data.body)["member"] == "mia"
    unsure = browser.fill("/my/profile/erase", "/my/profile/erase", {"sure": ""})
    assert unsure.status == 422
    done = browser.fill("/my/profile/erase", "/my/profile/erase", {"sure": "yes"})
    assert (done.status, done.headers["location"]) == (303, SIGN_IN)
    assert "has been erased" in text_of(shows(browser, SIGN_IN))
    assert shop.does("GET", "/v1/members/mia")["erased_at"] is not None


def test_leaving_is_asked_twice(shop: Shop) -> None:
    shop.joins("nia", "10.00")
    browser = shop.came("nia")
    done = browser.fill("/my/profile/leave", "/my/profile/leave", {"sure": "yes"})
    assert done.headers["location"] == CARD
    assert "You are not in this programme" in text_of(shows(browser, CARD))


# ---- the app -------------------------------------------------------------------------------------


def test_a_telephone_can_install_it_in_the_operator_s_colours(shop: Shop) -> None:
    shop.does("PUT", "/v1/brand", {"name": "Aurora & Sons", "colour": "#1d4ed8"})
    browser = Browser(shop.site)
    page = shows(browser, SIGN_IN).body.decode()
    for name in ("brand.css", "manifest.webmanifest", "icon.svg"):
        assert f'href="/my/{name}"' in page
    assert "Aurora &amp; Sons" in page
    manifest = json.loads(shows(browser, "/my/manifest.webmanifest").body)
    assert (manifest["name"], manifest["scope"]) == ("Aurora & Sons", "/my/")
    assert (manifest["display"], manifest["theme_color"]) == ("standalone", "#1d4ed8")
    style = shows(browser, "/my/brand.css")
    assert style.headers["content-type"].startswith("text/css")
    assert "--primary:light-dark(#1d4ed8,#" in style.body.decode()
    worker = shows(browser, "/my/worker.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["cache-control"] == "no-store"
    assert "A</text>" in shows(browser, "/my/icon.svg").body.decode()
    shows(browser, "/my/picture", 404)
    shop.does("PUT", "/v1/brand", {})


# ---- codes ---------------------------------------------------------------------------------------


def test_codes_are_drawings_without_style_and_of_one_kind() -> None:
    """A number of 13 digits would be a Micro QR, which telephones do not read."""
    for text in ("6391230000017", "m1", "018f2f6e-0000-7000-8000-000000000000"):
        drawing = str(qr(text))
        size = int(re.findall(r'viewBox="0 0 (\d+)', drawing)[0])
        assert size >= 21 + 8
        assert (size - 8 - 21) % 4 == 0, "a whole QR code, with white around it"
        assert "style" not in drawing
    assert bars("Ζωή") is None
    assert bars("4" * 41) is None
    assert grouped("4000123412") == "4000 1234 12"


# ---- not too many codes --------------------------------------------------------------------------


def test_codes_are_counted_by_the_browser_s_network_and_session(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.joins("lou")
    monkeypatch.setattr(Request, "client", "192.0.2.8:4000")
    known = shop.came("lou")
    known.fill("/my/profile", "/my/sign-out", {})
    strange = Browser(shop.site)
    monkeypatch.setattr(Request, "client", "192.0.2.9:4000")
    for _ in range(OWN.at_once):
        shop.asked(strange, "lou@example.org")
    done = strange.fill(SIGN_IN, SIGN_IN, {"name": "lou@example.org"})
    assert done.status == 429
    assert "Too many tries" in text_of(done)
    monkeypatch.setattr(Request, "client", "192.0.2.10:4000")
    assert shop.asked(strange, "lou@example.org"), "from another network"
    monkeypatch.setattr(Request, "client", "192.0.2.9:4000")
    assert "xenia-member" not in known.cookies
    assert shop.asked(known, "lou@example.org"), "who was signed in there before"

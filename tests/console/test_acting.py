"""What staff does with a member in the console: each act by its form, and what stops it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.api.client import CAFE, Response, purchase
from tests.api.worlds import Worlds
from tests.console.people import came
from tests.console.test_members import enrolled
from tests.pages.browsing import Browser, Site, forms, text_of
from tests.services.publishing import published
from xenia.store.database import Database

ANNA = "/console/members/anna"
CLUB = (
    CAFE
    + """
attributes:
  member: {name: {type: text}, student: {type: boolean}}
metrics:
  visits: {count: true, over: ever}
tiers:
  status: {by: visits, levels: {guest: 0, friend: 4}}
rewards:
  cake: {gives: {item: {en: a cake}}, lasts: 400 days}
"""
)
REASON = "the machine was broken"


@pytest.fixture
def club(database: Database) -> Iterator[Site]:
    published(database, CLUB)
    worlds = Worlds(database)
    enrolled(worlds, "anna", identifiers={"card": "4000-1"}, attributes={"name": "Anna"})
    enrolled(worlds, "ben", identifiers={"phone": "+30210"})
    for number in range(3):
        assert worlds.client.post(purchase(f"e/{number}")).status == 200
    site = Site(worlds)
    yield site
    site.close()
    worlds.close()


def act(browser: Browser, name: str, values: dict[str, str], of: str = ANNA) -> Response:
    """Fill in the form of an act and send it."""
    path, _, query = name.partition("?")
    there = f"{of}/{path}"
    action = f"{there}?action={query.partition('action=')[2].partition('&')[0]}" if query else there
    return browser.fill(f"{of}/{name}", action, values)


def done(browser: Browser, response: Response, said: str) -> str:
    """The page to which it leads, which says that it was done."""
    assert response.status == 303, text_of(response)
    shown = text_of(browser.get(response.headers["location"]))
    assert said in shown, shown
    return shown


def test_a_balance_is_adjusted_and_that_undone(club: Site) -> None:
    browser = came(club)
    gift = {"way": "give", "units": "5", "currency": "beans", "reason": REASON}
    seen = text_of(act(browser, "adjust", {**gift, "preview": "yes"}))
    assert "Balance now 9 beans Balance afterwards 14 beans" in seen
    assert "beans 9 Pending" in text_of(browser.get(ANNA))
    given = act(browser, "adjust", gift)
    page = browser.get(given.headers["location"])
    shown = page.body.decode()
    assert "Given: 5 beans" in text_of(page)
    assert "beans 14 Pending" in text_of(page)
    back = shown.partition("data-flash")[2].partition('href="')[2].partition('"')[0]
    form = text_of(browser.get(back.replace("&amp;", "&")))
    assert "It was a mistake." in form
    undone = browser.fill(
        back.replace("&amp;", "&"),
        f"{ANNA}/adjust",
        {"way": "take", "currency": "beans", "reason": "x"},
    )
    assert "beans 9 Pending" in done(browser, undone, "Taken: 5 beans")


def test_a_balance_is_told_as_it_is_where_a_reward_takes_of_what_is_given(
    database: Database,
) -> None:
    tea = "\nrewards:\n  tea: {price: {beans: 20}, automatic: true, gives: {item: {en: a tea}}}\n"
    published(database, CAFE + tea)
    site = Site(Worlds(database))
    assert site.worlds.client.post(purchase("e/1")).status == 200
    browser = came(site)
    gift = {"way": "give", "units": "40", "currency": "beans", "reason": REASON}
    seen = text_of(act(browser, "adjust", {**gift, "preview": "yes"}))
    assert "Balance now 3 beans Balance afterwards 3 beans" in seen
    site.close()
    site.worlds.close()


def test_what_is_sent_twice_is_done_once(club: Site) -> None:
    browser = came(club)

    form = forms(browser.get(f"{ANNA}/adjust").body.decode())[f"{ANNA}/adjust"]
    for _ in range(2):
        sent = {**form, "way": "give", "units": "5", "currency": "beans", "reason": REASON}
        assert browser.post(f"{ANNA}/adjust", sent).status == 303
    assert "beans 14 Pending" in text_of(browser.get(ANNA))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"units": "", "reason": REASON}, "This is needed."),
        ({"units": "5", "reason": " "}, "This is needed."),
        ({"units": "-5", "reason": REASON}, "without a sign"),
        ({"units": "900", "way": "take", "reason": REASON}, "They do not have that much."),
        ({"units": "five", "reason": REASON}, "units"),
    ],
)
def test_what_is_wrong_stands_at_its_field(club: Site, values: dict[str, str], said: str) -> None:
    browser = came(club)
    shown = act(browser, "adjust", {"currency": "beans", **values})
    assert shown.status == 422
    assert said in text_of(shown)
    assert 'aria-invalid="true"' in shown.body.decode()
    assert "beans 9 Pending" in text_of(browser.get(ANNA))


@pytest.mark.parametrize(
    ("language", "units"), [("en", "1,000"), ("el", "1.000"), ("ru", "1.000"), ("el", "1.250")]
)
@pytest.mark.parametrize("what", ["adjust", "hold", "release"])
def test_a_thousand_is_not_taken_for_one(club: Site, what: str, language: str, units: str) -> None:
    browser = came(club)
    browser.cookies["xenia-language"] = language
    shown = act(browser, what, {"units": units, "currency": "beans", "reason": REASON})
    assert shown.status == 422
    assert 'aria-invalid="true"' in shown.body.decode()
    assert 'lang="en"' not in shown.body.decode().partition('id="w-units"')[2][:40]
    browser.cookies["xenia-language"] = "en"
    assert "beans 9 Pending 0 Held 0" in text_of(browser.get(ANNA))
    limits = "/console/corrections/limits"
    browser.cookies["xenia-language"] = language
    assert browser.fill(limits, limits, {"u-beans": units, "grants": "no"}).status == 422


def test_something_is_granted(club: Site) -> None:
    browser = came(club)
    done(
        browser, act(browser, "grant", {"what": "voucher:cake", "reason": REASON}), "Granted: cake"
    )
    level = {"what": "tier:status:friend", "until": "2027-03-01", "reason": REASON}
    shown = done(browser, act(browser, "grant", level), "Granted: friend")
    assert "cake" in shown
    assert "friend holds until Mar 2, 2027" in shown, shown


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Etc/GMT+12"])
def test_a_level_is_held_until_the_end_of_the_day_that_was_said(
    database: Database, zone: str
) -> None:
    published(database, CLUB.replace("Europe/Athens", zone))
    site = Site(Worlds(database))
    enrolled(site.worlds, "anna")
    browser = came(site)
    browser.cookies["xenia-zone"] = zone
    level = {"what": "tier:status:friend", "until": "2027-01-10", "reason": REASON}
    shown = done(browser, act(browser, "grant", level), "Granted: friend")
    assert "friend holds until Jan 11, 2027" in shown, shown
    site.close()
    site.worlds.close()


def test_where_nothing_can_be_granted_that_is_said(site: Site) -> None:
    enrolled(site.worlds, "anna")
    shown = came(site).get(f"{ANNA}/grant").body.decode()
    assert "There is nothing in this programme that could be granted." in shown
    assert 'name="what"' not in shown


def test_units_are_held_and_released(club: Site) -> None:
    browser = came(club)
    held = act(browser, "hold", {"currency": "beans", "units": "4", "reason": REASON})
    assert "beans 5 Pending 0 Held 4" in done(browser, held, "It is held. Undo")
    free = act(browser, "release", {"currency": "", "units": "", "reason": REASON})
    said = done(browser, free, "It is released.")
    assert "beans 9 Pending 0 Held 0" in said
    assert "It is released. Undo" not in said, "of all of them, it would hold more than was held"
    browser.cookies["xenia-language"] = "el"
    none = act(browser, "release", {"currency": "beans", "units": "4", "reason": REASON})
    assert "Ζητείται να αποδεσμευτούν περισσότερα" in text_of(none), "by the words of its code"


def test_above_the_limit_a_second_person_confirms(club: Site) -> None:
    browser = came(club)
    limits = "/console/corrections/limits"
    saved = browser.fill(limits, limits, {"u-beans": "10", "grants": "no"})
    done(browser, saved, "The limits are kept.")
    form = forms(browser.get(limits).body.decode())[limits]
    del form["u-beans"]  # sent from a page on which the currency did not stand yet
    done(browser, browser.post(limits, form), "The limits are kept.")
    club.worlds.look()
    gift = {"units": "11", "currency": "beans", "reason": REASON}
    assert "somebody else has to confirm it" in text_of(
        act(browser, "adjust", {**gift, "preview": "yes"})
    )
    shown = done(browser, act(browser, "adjust", gift), "It waits until somebody else confirms it.")
    assert "beans 9 Pending" in shown
    assert "+11 beans · Waits for a second person" in shown
    home, waiting = "/console/", "/console/corrections"
    assert "wait for you" not in text_of(browser.get(home))
    own = browser.get(waiting)
    assert "Take back" in text_of(own)
    assert f"{waiting}/confirm" not in own.body.decode()
    other = came(club, "olga", "support")
    assert "1 correction waits for you" in text_of(other.get(home))
    assert "asked for by Anna" in text_of(other.get(waiting))
    confirmed = other.fill(waiting, f"{waiting}/confirm", {})
    done(other, confirmed, "It is confirmed and done.")
    assert "beans 20 Pending" in text_of(other.get(ANNA))
    assert "decided by Olga" in text_of(other.get(f"{waiting}?state=any"))
    act(other, "adjust", gift)
    done(other, other.fill(waiting, f"{waiting}/decline", {}), "It is not done.")
    audit = text_of(browser.get("/console/audit?about=member/anna"))
    assert "A correction was confirmed" in audit
    assert "A correction was taken back" in audit


def test_somebody_joins_by_the_console(club: Site) -> None:
    browser, path = came(club), "/console/enrol"
    wanted = {"a-name": "Zoe", "i-card": "4000-9", "a-student": "yes", "a-locale": "el"}
    shown = done(browser, browser.fill(path, path, wanted), "They have joined.")
    assert "Zoe" in shown
    assert "Card 4000-9" in shown
    again = browser.fill(path, path, {"i-card": "4000-9"})
    assert again.status == 422
    assert "They have joined already" in text_of(again)


def test_a_profile_is_changed(club: Site) -> None:
    browser = came(club)
    wanted = {"a-name": "Anna Müller", "i-phone": "+30211", "a-birthday": "1987-03-09"}
    shown = done(browser, act(browser, "profile", wanted), "The profile is changed.")
    assert "Phone +30211" in shown
    assert "Mar 9, 1987" in shown
    done(browser, act(browser, "profile", {}), "Nothing was changed.")
    taken = act(browser, "profile", {"i-phone": "+30210"})
    assert "This leads to another member already" in text_of(taken)
    gone = done(browser, act(browser, "profile", {"i-phone": ""}), "is changed.")
    assert "Phone +30211" not in gone, "but among the changes"
    assert "1987" in gone


def test_a_card_is_replaced_and_the_balance_stays(club: Site) -> None:
    browser = came(club)
    there = "cards?action=replace&card=4000-1"
    shown = done(
        browser, act(browser, there, {"card": "4000-1", "new": "4000-2"}), "The card is replaced"
    )
    assert "beans 9 Pending" in shown
    assert "Card 4000-1 Blocked" in shown
    assert "Card 4000-2 Block Replace" in shown
    block = act(browser, "cards?action=block&card=4000-2", {"card": "4000-2"})
    assert "Card 4000-2 Blocked" in done(browser, block, "The card is blocked.")
    new = act(browser, "cards?action=add", {"new": ""})
    assert "This is needed." in text_of(new)


def test_a_consent_is_noted(club: Site) -> None:
    browser = came(club)
    said = {"purpose": "news", "channel": "email", "given": "yes", "source": "desk"}
    assert "news · email" in done(browser, act(browser, "consents", said), "is kept.")


def test_two_are_merged_undone_and_confirmed(club: Site) -> None:
    browser = came(club)
    seen = text_of(act(browser, "merge", {"other": "ben", "preview": "yes"}))
    assert "cafe · beans 9" in seen
    assert "Nothing was changed yet." in seen
    shown = done(browser, act(browser, "merge", {"other": "ben"}), "They are merged.")
    assert "ben is merged into anna" in shown
    assert "Phone +30210" in shown
    undone = browser.fill(ANNA, f"{ANNA}/merge/undo", {})
    assert "Phone +30210" not in done(browser, undone, "The merge is undone.")
    act(browser, "merge", {"other": "ben"})
    done(browser, browser.fill(ANNA, f"{ANNA}/merge/confirm", {}), "The merge is confirmed.")
    assert "Merged into another" in text_of(browser.get("/console/members/ben"))
    same = act(browser, "merge", {"other": "anna"})
    assert "This is the same member." in text_of(same)


def test_notes_are_written_and_removed(club: Site) -> None:
    browser = came(club)
    noted = browser.fill(ANNA, f"{ANNA}/notes", {"text": "Prefers <b>tea</b>"})
    done(browser, noted, "It is noted.")
    assert "Prefers &lt;b&gt;tea" in browser.get(ANNA).body.decode()
    gone = browser.fill(ANNA, f"{ANNA}/notes/remove", {})
    assert "Nobody has noted anything." in done(browser, gone, "The note is removed.")


def test_all_that_is_held_is_given_out(club: Site) -> None:
    found = came(club, "olga", "privacy-officer").get(f"{ANNA}/export")
    assert found.headers["content-disposition"].startswith("attachment")
    assert json.loads(found.body)["member"] == "anna"


def test_a_person_is_erased_by_who_means_it(club: Site) -> None:
    browser = came(club, "olga", "privacy-officer")
    wrong = act(browser, "erase", {"typed": "ben"})
    assert (wrong.status, "This is not their id." in text_of(wrong)) == (422, True)
    shown = done(browser, act(browser, "erase", {"typed": "anna"}), "They are erased.")
    assert "What was known of them was erased on" in shown
    assert "4000-1" not in shown
    assert "identifier 1" in text_of(browser.get(f"{ANNA}/erasures"))


def test_somebody_leaves_by_who_means_it(club: Site) -> None:
    browser = came(club)
    assert act(browser, "leave", {"typed": ""}).status == 422
    shown = done(browser, act(browser, "leave", {"typed": "anna"}), "They have left.")
    assert "beans 0 Pending" in shown


@pytest.mark.parametrize("role", ["read-only", "finance"])
def test_who_may_only_look_is_offered_nothing(club: Site, role: str) -> None:
    browser = came(club, "eva", role)
    shown = browser.get(ANNA).body.decode()
    for name in ("adjust", "grant", "hold", "cards", "merge", "export", "erase", "leave", "notes"):
        assert f"{ANNA}/{name}" not in shown
        if name not in ("notes", "export"):
            assert browser.get(f"{ANNA}/{name}").status == 403
    assert browser.get("/console/enrol").status == 403
    assert "/console/enrol" not in browser.get("/console/members").body.decode()

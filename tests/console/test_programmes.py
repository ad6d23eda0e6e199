"""Programmes in the console: from a template by a draft to a version, by two people, and back."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.api.client import CAFE, Response
from tests.console.people import came
from tests.console.test_members import calls
from tests.pages.browsing import Browser, Site, forms, text_of
from xenia.console.programmes_text import differing

LIST = "/console/programmes"
BEGIN = f"{LIST}/begin"
CAFE_PAGE = f"{LIST}/published/cafe"
DOUBLE = CAFE.replace("1 per 1.00", "2 per 1.00")
BROKEN = CAFE.replace("beans: 1 per", "baens: 1 per")


def begun(browser: Browser, document: str = "") -> str:
    """The page of a new draft of the café, with this text in it."""
    done = browser.fill(CAFE_PAGE, f"{CAFE_PAGE}/versions/1/draft", {})
    assert done.status == 303, text_of(done)
    page = done.headers["location"]
    if document:
        done = browser.fill(page, page, {"document": document})
        assert (done.status, done.headers.get("location")) == (303, page), text_of(done)
    return page


def did(browser: Browser, draft: str, what: str, **fields: str) -> Response:
    """Fill in one of the forms of a draft's changes."""
    return browser.fill(f"{draft}/changes", f"{draft}/{what}", fields)


def offered(page: Response) -> set[str]:
    """What may be done on a page of a draft's changes."""
    return {one.rpartition("/")[2] for one in forms(page.body.decode()) if "/drafts/" in one}


# ---- the whole way -------------------------------------------------------------------------------


def test_from_a_template_to_a_version_by_two_people(site: Site) -> None:
    anna, boris = came(site, "anna", "manager"), came(site, "boris", "manager")
    template = f"{LIST}/templates/coffee-stars"
    assert f'href="{template}"' in anna.get(BEGIN).body.decode()
    shown = anna.get(template)
    assert "What customers are told" in text_of(shown)
    wrong = anna.fill(template, template, {"programme": "My bar"})
    assert wrong.status == 422
    assert "Small letters, digits and hyphens" in text_of(wrong)
    draft = anna.fill(template, template, {"programme": "bar"}).headers["location"]
    page = anna.get(draft)
    assert "Here is your draft." in text_of(page)
    assert "programme: bar" in unescape(page.body.decode())
    assert "Being written" in text_of(anna.get(LIST))

    changes = anna.get(f"{draft}/changes")
    assert "Nothing is published yet: all of it is new." in text_of(changes)
    assert offered(changes) == {"submission", "dropping"}
    assert did(anna, draft, "submission").status == 303
    waits = anna.get(f"{draft}/changes")
    assert "Somebody else looks at it now" in text_of(waits)
    assert offered(waits) == {"dropping"}

    assert offered(boris.get(f"{draft}/changes")) == {"approval", "objection", "dropping"}
    assert did(boris, draft, "objection", note="Too dear: ask Eva.").status == 303
    back = text_of(anna.get(draft))
    assert "It was sent back:" in back
    assert "Too dear: ask Eva." in back
    assert did(anna, draft, "submission").status == 303
    assert did(boris, draft, "approval").status == 303
    assert did(boris, draft, "publication", when="soon").headers["location"] == (
        f"{LIST}/published/bar"
    )
    bar = text_of(boris.get(f"{LIST}/published/bar"))
    for said in ("Version 1 is published.", "Running", "from the beginning", "Boris"):
        assert said in bar
    steps = text_of(anna.get(f"{draft}/changes"))
    for said in ("This draft is published", "A draft was approved", "Too dear: ask Eva.", "Anna"):
        assert said in steps


# ---- writing -------------------------------------------------------------------------------------


def test_errors_are_told_at_their_line(site: Site) -> None:
    anna = came(site)
    draft = begun(anna, BROKEN)
    page = anna.get(draft)
    shown = unescape(page.body.decode())
    assert "Saved; there are errors to mend." in shown
    line = re.search(r'data-line="(\d+)" data-column="(\d+)" data-severity="error"', shown)
    assert line is not None
    assert BROKEN.split("\n")[int(line[1]) - 1].strip().startswith("then: {earn: {baens")
    assert "baens: 1 per" in shown
    assert "There are errors in the text" in text_of(anna.get(f"{draft}/changes"))
    assert offered(anna.get(f"{draft}/changes")) == {"dropping"}


def test_a_text_is_checked_as_it_stands_and_nothing_is_kept(site: Site) -> None:
    anna = came(site)
    draft = begun(anna)
    form = forms(anna.get(draft).body.decode())[draft]
    sent = {**form, "document": BROKEN.replace("\n", "\r\n")}
    head = {"hx-request": "true", "hx-target": "checked"}
    part = anna.post(f"{draft}/check", sent, **head)
    assert part.status == 200
    shown = part.body.decode()
    assert shown.lstrip().startswith('<div id="checked"')
    assert 'data-said="1 error"' in shown
    whole = anna.post(f"{draft}/check", sent)
    assert whole.status == 200
    assert "baens" in whole.body.decode()
    assert "baens" not in anna.get(draft).body.decode()
    good = anna.post(f"{draft}/check", {**form, "document": DOUBLE}, **head).body.decode()
    assert 'data-said="No errors"' in good
    for code in ("el", "en", "hy", "ru"):
        assert f'data-language="{code}"' in good


def test_what_is_saved_is_what_was_written(site: Site) -> None:
    anna = came(site)
    text = "\n" + DOUBLE + '# <b>ένα</b> & "two"\n\n'
    draft = begun(anna, text.replace("\n", "\r\n"))
    client = site.worlds.client
    key = site.worlds.key()
    kept = client.get(f"/v1/drafts/{draft.rpartition('/')[2]}", authorization=f"Bearer {key}")
    assert kept.json()["document"] == text
    area = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", anna.get(draft).body.decode(), re.S)
    assert area is not None
    assert unescape(area[1]) == text


def test_nobodys_text_is_lost_where_two_save(site: Site) -> None:
    anna, boris = came(site, "anna", "manager"), came(site, "boris", "manager")
    draft = begun(anna)
    form = forms(anna.get(draft).body.decode())[draft]
    boris.fill(draft, draft, {"document": DOUBLE + "# of Boris\n"})
    met = anna.post(draft, {**form, "document": CAFE + "# of Anna\n"})
    assert met.status == 409
    said = text_of(met)
    assert "Somebody has saved this draft meanwhile" in said
    assert "theirs # of Boris" in said
    assert "yours # of Anna" in said
    again = forms(met.body.decode())[draft]
    assert again["revision"] == "2"
    done = anna.post(draft, {**again, "document": CAFE + "# of both\n"})
    assert done.status == 303
    assert "# of both" in anna.get(draft).body.decode()


def test_only_what_differs_is_shown_with_some_around() -> None:
    theirs = "\n".join("abcdefghij")
    mine = theirs.replace("b", "B").replace("i", "I")
    assert differing(theirs, mine) == [
        *(("same", "a"), ("theirs", "b"), ("mine", "B"), ("same", "c"), ("same", "d")),
        ("gap", ""),
        *(("same", "g"), ("same", "h"), ("theirs", "i"), ("mine", "I"), ("same", "j")),
    ]


def test_a_text_that_cannot_be_taken_stays_on_the_page(site: Site) -> None:
    anna = came(site)
    draft = begun(anna)
    done = anna.fill(draft, draft, {"document": DOUBLE + "\0"})
    assert done.status == 422
    assert "This was not saved" in text_of(done)
    assert "2 per 1.00" in done.body.decode()


# ---- approving and publishing --------------------------------------------------------------------


def test_the_changes_are_told_in_words_and_in_languages(site: Site) -> None:
    anna = came(site)
    draft = begun(anna, DOUBLE)
    said = text_of(anna.get(f"{draft}/changes"))
    assert "What changes against version 1" in said
    assert "earns 2 per 1 beans, was 1 per 1" in said
    assert "No longer" in said
    greek = anna.get(f"{draft}/changes?told=el").body.decode()
    assert 'lang="el" dir="ltr"' in greek
    assert anna.get(f"{draft}/changes?told=tlh").status == 200


def test_who_has_written_it_does_not_approve_it(site: Site) -> None:
    anna = came(site)
    draft = begun(anna, DOUBLE)
    form = forms(anna.get(f"{draft}/changes").body.decode())[f"{draft}/submission"]
    refused = anna.post(f"{draft}/approval", form)
    assert refused.status == 409
    assert "Somebody else has to approve this" in text_of(refused)


def test_where_one_person_is_enough_they_approve_their_own(site: Site) -> None:
    anna = came(site, "anna", "owner")
    draft = begun(anna, DOUBLE)
    assert offered(anna.get(f"{draft}/changes")) == {"submission", "dropping"}
    token = {"authorization": f"Bearer {site.worlds.key()}", "idempotency-key": "alone"}
    done = site.worlds.client.ask("PUT", "/v1/approval", {"four_eyes": False}, token)
    assert done.status == 200
    assert offered(anna.get(f"{draft}/changes")) == {"submission", "approval", "dropping"}
    assert did(anna, draft, "approval").status == 303
    assert offered(anna.get(f"{draft}/changes")) == {"publication", "objection", "dropping"}


def approved(site: Site, document: str = DOUBLE) -> tuple[Browser, str]:
    """Somebody who may publish, and a draft that is ready for that."""
    anna, boris = came(site, "anna", "manager"), came(site, "boris", "manager")
    draft = begun(anna, document)
    assert did(anna, draft, "submission").status == 303
    assert did(boris, draft, "approval").status == 303
    return boris, draft


def test_a_version_comes_at_a_time_and_is_withdrawn_before(site: Site) -> None:
    boris, draft = approved(site)
    late = did(boris, draft, "publication", when="at", at="tomorrow")
    assert late.status == 409
    assert "Say a day and a time" in text_of(late)
    early = did(boris, draft, "publication", when="at", at="2020-01-01T00:00")
    assert early.status == 409
    assert "is too early" in text_of(early)
    done = did(boris, draft, "publication", when="at", at="2027-01-01T00:00")
    assert done.headers["location"] == CAFE_PAGE
    shown = text_of(boris.get(CAFE_PAGE))
    assert "Waits for its time" in shown
    assert 'datetime="2027-01-01T00:00:00+02:00"' in boris.get(CAFE_PAGE).body.decode()
    assert "Waits for its time" in text_of(boris.get(LIST))

    page = f"{CAFE_PAGE}/versions/2/withdrawal"
    asked = text_of(boris.get(page))
    assert "does not come" in asked
    assert "Version 1 goes on deciding." in asked
    assert boris.fill(page, page, {}).headers["location"] == CAFE_PAGE
    assert "Withdrawn" in text_of(boris.get(CAFE_PAGE))
    again = boris.get(page.replace("/2/", "/1/"))
    assert again.status == 409
    assert "cannot be withdrawn" in text_of(again)


def test_one_goes_back_to_an_earlier_version(site: Site) -> None:
    boris, draft = approved(site)
    did(boris, draft, "publication", when="now")
    page = boris.get(CAFE_PAGE)
    assert f'action="{CAFE_PAGE}/versions/1/draft"' in page.body.decode()
    assert "Go back to it" in text_of(page)
    back = boris.fill(CAFE_PAGE, f"{CAFE_PAGE}/versions/1/draft", {}).headers["location"]
    shown = boris.get(back)
    assert "This draft has the text of version 1." in text_of(shown)
    assert "1 per 1.00" in shown.body.decode()
    assert "was 2 per 1" in text_of(boris.get(f"{back}/changes"))


def test_a_draft_is_dropped(site: Site) -> None:
    anna = came(site)
    draft = begun(anna)
    assert did(anna, draft, "dropping").headers["location"] == LIST
    assert anna.get(draft).status == 404
    assert "No draft is open." in text_of(anna.get(LIST))


def test_what_is_decided_of_an_older_state_is_refused_kindly(site: Site) -> None:
    anna, boris = came(site, "anna", "manager"), came(site, "boris", "manager")
    draft = begun(anna, DOUBLE)
    assert did(anna, draft, "submission").status == 303
    form = forms(boris.get(f"{draft}/changes").body.decode())[f"{draft}/approval"]
    anna.fill(draft, draft, {"document": DOUBLE + "# more\n"})
    refused = boris.post(f"{draft}/approval", form)
    assert refused.status == 409
    assert "Somebody has changed this draft meanwhile" in text_of(refused)


# ---- who sees what -------------------------------------------------------------------------------


def test_who_may_only_read_is_offered_nothing(site: Site) -> None:
    anna, eva = came(site, "anna", "manager"), came(site, "eva", "read-only")
    draft = begun(anna, DOUBLE)
    for page in (LIST, CAFE_PAGE, draft, f"{draft}/changes", f"{CAFE_PAGE}/versions/1", BEGIN):
        shown = eva.get(page)
        assert shown.status == 200, page
        found = [one for one in forms(shown.body.decode()) if one.startswith(LIST)]
        assert found in ([], [draft]), page
    assert "readonly" in eva.get(draft).body.decode()
    form = forms(eva.get(draft).body.decode())[draft]
    assert eva.post(draft, {**form, "document": CAFE}).status == 403


def test_a_version_is_read_with_what_customers_are_told(site: Site) -> None:
    shown = came(site).get(f"{CAFE_PAGE}/versions/1")
    assert "1 per 1.00" in shown.body.decode()
    assert "What customers are told" in text_of(shown)


@pytest.mark.parametrize(
    "path",
    [
        f"{LIST}/published/nothing",
        f"{CAFE_PAGE}/versions/7",
        f"{CAFE_PAGE}/versions/x",
        f"{CAFE_PAGE}/versions/0/withdrawal",
        f"{LIST}/drafts/none",
        f"{LIST}/drafts/none/changes",
        f"{LIST}/templates/none",
    ],
)
def test_what_is_not_there_is_said(site: Site, path: str) -> None:
    assert came(site).get(path).status == 404


def test_pages_ask_once_however_many_there_are(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = came(site)
    few = calls(anna, LIST, monkeypatch)
    for _ in range(3):
        begun(anna)
    assert calls(anna, LIST, monkeypatch) == few
    assert len(few) <= 3, few

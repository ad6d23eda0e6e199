"""The rules of a draft in the console: told in words, filled in, tried and saved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest

from tests.api.client import Response
from tests.api.test_rule_forms import TEXT
from tests.api.worlds import Worlds
from tests.console.people import came
from tests.console.test_members import calls
from tests.pages.browsing import Site, forms, text_of
from tests.services.publishing import published
from xenia.client import Client, shapes
from xenia.pages.calling import Within
from xenia.store.database import Database


class Studio:
    """Somebody who writes a draft in the console."""

    def __init__(self, site: Site, document: str, role: str = "owner") -> None:
        self.browser = came(site, "anna", "owner")
        self.client = Client(
            Within(site.application, site._loop), self.browser.cookies["xenia-session"]
        )
        self.draft = self.client.new_draft(shapes.NewDraft(document=document)).draft
        if role != "owner":
            self.browser = came(site, "eva", role)
        self.rules = f"/console/programmes/drafts/{self.draft}/rules"
        self.rule = f"/console/programmes/drafts/{self.draft}/rule"

    @property
    def text(self) -> str:
        """The draft as it stands."""
        return self.client.draft(self.draft).document

    def fill(self, rule: str, **fields: str) -> Response:
        """Open the form of a rule, fill in fields, and press a button."""
        shown = self.browser.get(f"{self.rule}?id={rule}")
        assert shown.status == 200, shown.body.decode()
        return self.send(shown, **fields)

    def send(self, shown: Response, **fields: str) -> Response:
        """Send a form that is shown, with other values in some fields."""
        known = whole_form(shown.body.decode())
        names = {name.replace("__", "."): value for name, value in fields.items()}
        return self.browser.post(self.rule, {**known, **names})


def whole_form(page: str) -> dict[str, str]:
    """All fields of a rule's form, selects and texts too."""
    body = page[page.index('id="editing"') :]
    body = body[: body.index("</form>")]
    found = {}
    for tag in re.findall(r"<input[^>]*>", body):
        known = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if known.get("type") != "checkbox" or " checked" in tag:
            found[known["name"]] = unescape(known.get("value", ""))
    for name, options in re.findall(r'<select[^>]*?name="([^"]*)"[^>]*>(.*?)</select>', body, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        first = re.search(r'value="([^"]*)"', options)
        found[name] = unescape((chosen or first)[1]) if chosen or first else ""  # type: ignore[index]
    for name, text in re.findall(
        r'<textarea[^>]*?name="([^"]*)"[^>]*>(.*?)</textarea>', body, re.S
    ):
        found[name] = unescape(text.removeprefix("\n"))  # as browsers do
    return found


@pytest.fixture
def site(database: Database) -> Iterator[Site]:
    published(database, TEXT)
    worlds = Worlds(database)
    found = Site(worlds)
    yield found
    found.close()
    worlds.close()


@pytest.fixture
def studio(site: Site) -> Studio:
    return Studio(site, TEXT)


def test_rules_are_told_in_words(studio: Studio) -> None:
    page = studio.browser.get(studio.rules)
    assert page.status == 200, page.body.decode()
    assert "You earn 1 beans for every €1 you spend." in text_of(page)
    assert "In the text, line 16" in text_of(page)
    assert f'href="{studio.rule}?id=gold"' in page.body.decode()


def test_a_page_of_rules_asks_once_however_many_there_are(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = calls(studio.browser, studio.rules, monkeypatch)
    assert sorted(asked) == sorted(
        ["/v1/session", f"/v1/drafts/{studio.draft}", f"/v1/drafts/{studio.draft}/rules"]
    )
    assert len(calls(studio.browser, f"{studio.rule}?id=gold", monkeypatch)) <= 5


@pytest.mark.parametrize("rule", ["bean-per-euro", "gold"])
def test_saving_what_was_not_touched_changes_nothing(studio: Studio, rule: str) -> None:
    done = studio.fill(rule, act="save")
    assert done.status == 303, text_of(done)
    assert studio.text == TEXT


def test_what_is_filled_in_is_in_the_text_and_nothing_else(studio: Studio) -> None:
    done = studio.fill("gold", act="save", w__1__0__value="7.50", e__0__units="2", priority="5")
    assert done.status == 303, text_of(done)
    assert studio.text == TEXT.replace("5.00\n", "7.50\n").replace(
        "    then: {earn: {beans: {units: 1 per", "    priority: 5\n"
        "    then: {earn: {beans: {units: 2 per"
    )  # fmt: skip
    assert "The rule “gold” is saved." in text_of(studio.browser.get(studio.rules))


def test_a_row_is_added_and_taken_away(studio: Studio) -> None:
    page = studio.fill("bean-per-euro", act="w.add")
    assert page.status == 200
    again = studio.send(page, act="refresh", w__0__0__subject="location")
    known = whole_form(again.body.decode())
    assert (known["w.0.0.op"], known["w.0.0.value"]) == ("is", "")
    lacking = studio.send(again, act="save")
    assert lacking.status == 422
    assert "Fill this in, or take the row away." in text_of(lacking)
    done = studio.send(lacking, act="save", w__0__0__value="ermou")
    assert done.status == 303, text_of(done)
    assert '    when: location == "ermou"\n' in studio.text
    page = studio.fill("bean-per-euro", act="w.0.0.drop")
    assert studio.send(page, act="save").status == 303
    assert studio.text == TEXT


def test_groups_records_and_limits_are_filled_in(studio: Studio) -> None:
    page = studio.fill("bean-per-euro", act="w.of.payments")
    page = studio.send(page, act="w.group", w__0__join="none", w__0__0__value="reward")
    page = studio.send(page, act="w.1.add", w__1__0__value="3")
    page = studio.send(page, act="l.add", w__1__1__value="4")
    page = studio.send(page, act="e.add", l__0__number="2", l__0__per="week")
    done = studio.send(page, act="save", e__1__kind="flag", e__1__what="look at it")
    assert done.status == 303, text_of(done)
    assert (
        '    when: \'!payments.exists(l, l.method == "reward") '
        "&& (basket.amount >= 3 || basket.amount >= 4)'\n" in studio.text
    )
    assert "    limits: {times: 2, per: week}\n" in studio.text
    assert "flag: look at it" in studio.text


def test_a_new_rule_is_written_behind_the_others(studio: Studio) -> None:
    page = studio.browser.get(studio.rule)
    wrong = studio.send(page, act="save", id="Wrong id")
    assert "Small letters, digits and hyphens" in text_of(wrong)
    taken = studio.send(wrong, act="save", id="gold")
    assert "There is a rule of this id already." in text_of(taken)
    done = studio.send(taken, act="save", id="more", title__en="More")
    assert done.status == 303, text_of(done)
    assert studio.text == TEXT + "  more:\n    title: More\n    then: {earn: {beans: 1 per 1.00}}\n"


def test_errors_are_said_in_the_form(studio: Studio) -> None:
    page = studio.fill("gold", act="save", e__0__how="formula", e__0__formula="spnet")
    assert page.status == 422
    assert "did you mean" in text_of(page)
    assert studio.text == TEXT
    done = studio.send(page, act="save-anyway")
    assert done.status == 303, text_of(done)
    assert "spnet" in studio.text
    listed = text_of(studio.browser.get(studio.rules))
    assert "Has errors" in listed
    assert "You earn 1 bean" in listed, "the others are told"


def test_the_sentence_is_told_while_one_fills_in(studio: Studio) -> None:
    shown = studio.browser.get(f"{studio.rule}?id=bean-per-euro")
    fields = {**whole_form(shown.body.decode()), "act": "preview", "e.0.units": "3"}
    head = {"hx-request": "true", "hx-target": "preview"}
    part = studio.browser.post(studio.rule, fields, **head)
    assert part.body.decode().lstrip().startswith('<section id="preview"')
    assert "3 beans for every €1" in text_of(part)
    assert studio.text == TEXT
    part = studio.browser.post(
        studio.rule, {**fields, "act": "w.add"}, **{**head, "hx-target": "editing"}
    )
    assert part.body.decode().lstrip().startswith('<form id="editing"')


@pytest.mark.parametrize(
    ("act", "rule", "more", "order"),
    [
        ("remove", "gold", {}, ["bean-per-euro"]),
        ("copy", "bean-per-euro", {}, ["bean-per-euro", "bean-per-euro-copy", "gold"]),
        ("up", "gold", {"before": "bean-per-euro"}, ["gold", "bean-per-euro"]),
    ],
)
def test_rules_are_copied_moved_and_taken_away(
    studio: Studio, act: str, rule: str, more: dict[str, str], order: list[str]
) -> None:
    form = forms(studio.browser.get(studio.rules).body.decode())[studio.rules]
    known = {"form": form["form"], "once": form["once"], "revision": "1"}
    done = studio.browser.post(studio.rules, {**known, "act": act, "rule": rule, **more})
    assert done.status == 303
    page = studio.browser.get(studio.rules).body.decode()
    assert re.findall(r'id="rule-([^"]*)"', page) == order


def test_a_change_of_somebody_else_is_not_lost(studio: Studio) -> None:
    shown = studio.browser.get(f"{studio.rule}?id=gold")
    other = TEXT.replace("5.00\n", "9.00\n")
    studio.client.changed_draft(studio.draft, shapes.Document(document=other), if_match='"1"')
    page = studio.send(shown, act="save", priority="3")
    assert page.status == 422
    assert "Somebody changed this draft meanwhile" in text_of(page)
    assert studio.text == other


def test_what_no_form_can_show_stays_text(site: Site) -> None:
    document = TEXT.replace(
        'tier.status == "gold" &&', 'lines.all(l, l.category in ["drink"]) &&'
    ).replace("    then: {earn: {beans: 1 per 1.00}}  # one each", "    then: [1]")
    studio = Studio(site, document)
    assert "no form has room for" in text_of(studio.browser.get(f"{studio.rule}?id=bean-per-euro"))
    page = studio.browser.get(f"{studio.rule}?id=gold")
    assert "shown as it is written" in text_of(page)
    assert studio.send(page, act="save").status == 303
    assert studio.text == document


@pytest.mark.parametrize("role", ["support", "till"])
def test_who_may_not_see_programmes_sees_none(site: Site, role: str) -> None:
    studio = Studio(site, TEXT, role)
    seen = studio.browser.get(studio.rules)
    assert seen.status in (200, 403)
    if seen.status == 200:
        assert "Move up" not in text_of(seen)
        assert studio.browser.get(studio.rule).status == 303

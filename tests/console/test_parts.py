"""The currencies, levels, rewards and texts of a draft in the console: filled in and taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.api.client import CAFE, Response
from tests.api.test_draft_parts import TEXT
from tests.api.worlds import Worlds
from tests.console.people import came
from tests.console.test_members import calls
from tests.console.test_rules import whole_form
from tests.pages.browsing import Browser, Site, forms, text_of
from tests.postgres import Server
from tests.services.publishing import published
from xenia.client import Client, shapes
from xenia.console.part_words import FORMS
from xenia.pages.calling import Within
from xenia.services import passwords
from xenia.services.passwords import Cost


class Desk:
    """Anna and another, who may write, and Eva, who may look; each test begins a draft of its
    own."""

    def __init__(self, site: Site) -> None:
        self.anna, self.eva = came(site, "anna", "owner"), came(site, "eva", "analyst")
        self.other = came(site, "boris", "manager")
        within = Within(site.application, site._loop)
        self.client = Client(within, self.anna.cookies["xenia-session"])
        self.draft = ""

    def begin(self, document: str = TEXT) -> Desk:
        """Another draft."""
        self.draft = self.client.new_draft(shapes.NewDraft(document=document)).draft
        return self

    @property
    def text(self) -> str:
        """The draft as it stands."""
        return self.client.draft(self.draft).document

    def path(self, section: str) -> str:
        """The page of a section."""
        return f"/console/programmes/drafts/{self.draft}/parts/{section}"

    def open(self, section: str, part: str = "") -> Response:
        """The form of a part, or of a new one."""
        shown = self.anna.get(f"{self.path(section)}/one{f'?id={part}' if part else ''}")
        assert shown.status == 200, shown.body.decode()
        return shown

    def send(self, section: str, shown: Response, act: str, **fields: str) -> Response:
        """Send a form that is shown, with other values in some fields."""
        known = whole_form(shown.body.decode())
        names = {name.replace("__", "."): value for name, value in fields.items()}
        return self.anna.post(f"{self.path(section)}/one", {**known, **names, "act": act})

    def remove(self, section: str, part: str) -> Response:
        """Press “Take away”."""
        path = self.path(section)
        form = forms(self.anna.get(path).body.decode())[path]
        known = {key: form[key] for key in ("form", "once", "revision")}
        return self.anna.post(path, {**known, "id": part, "act": "remove"})


@pytest.fixture(scope="module")
def desks(servers: Callable[[str | None], Server]) -> Iterator[Desk]:
    with servers(None).fresh(migrated=True) as database, pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "COST", Cost(log_n=4))
        published(database, CAFE)
        worlds = Worlds(database)
        site = Site(worlds)
        yield Desk(site)
        site.close()
        worlds.close()


@pytest.fixture
def desk(desks: Desk) -> Desk:
    return desks.begin()


def test_each_section_is_told_beside_its_text(desk: Desk) -> None:
    page = desk.anna.get(desk.path("rewards"))
    assert "For 7 beans you can have: Tea for two." in text_of(page)
    assert "tea: {title: Tea for two" in text_of(page)
    assert "In the text, line 20" in text_of(page)
    for section in FORMS:
        assert desk.anna.get(desk.path(section)).status == 200
    assert desk.anna.get(desk.path("prizes")).status == 404
    empty = desk.begin(CAFE).anna.get(desk.path("tiers"))
    assert "There are no levels yet" in text_of(empty)


def test_a_page_asks_once_however_many_there_are(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = f"/v1/drafts/{desk.draft}"
    listed = calls(desk.anna, desk.path("rewards"), monkeypatch)
    assert sorted(listed) == ["/v1/drafts/" + desk.draft, f"{one}/parts/rewards", "/v1/session"]
    assert len(calls(desk.anna, f"{desk.path('rewards')}/one?id=tea", monkeypatch)) <= 5


@pytest.mark.parametrize(
    ("section", "part"),
    [("currencies", "beans"), ("tiers", "status"), ("rewards", "tea"), ("texts", "hello")],
)
def test_saving_what_was_not_touched_changes_nothing(desk: Desk, section: str, part: str) -> None:
    done = desk.send(section, desk.open(section, part), "save")
    assert done.status == 303, text_of(done)
    assert desk.text == TEXT


@pytest.mark.parametrize(
    ("part", "fields", "old", "new"),
    [
        ("currencies/beans", {"v__expires__after": "6 months"}, "12 months", "6 months"),
        ("tiers/status", {"v__levels__1__any__0": "12"}, "gold: 10", "gold: 12"),
        ("rewards/tea", {"v__stock": "20"}, "a tea}}", "a tea}, stock: 20}"),
        ("texts/hello", {"v__en__0": "Hi,\r\nyou!"}, "Hello!", '"Hi,\\nyou!"'),
    ],
)
def test_what_is_filled_in_is_in_the_text_and_nothing_else(
    desk: Desk, part: str, fields: dict[str, str], old: str, new: str
) -> None:
    section, part = part.split("/")
    done = desk.send(section, desk.open(section, part), "save", **fields)
    assert done.status == 303, text_of(done)
    assert desk.text == TEXT.replace(old, new)
    assert f"“{part}” is saved." in text_of(desk.anna.get(desk.path(section)))


def test_a_new_reward_is_made_of_what_it_gives(desk: Desk) -> None:
    page = desk.send("rewards", desk.open("rewards"), "refresh", **{"v__gives:one": "item"})
    page = desk.send("rewards", page, "add v.price", v__gives__item__en__0="a cake")
    wrong = desk.send("rewards", page, "save", id="Cake!")
    assert wrong.status == 422
    assert "Small letters, digits and hyphens" in text_of(wrong)
    assert "Fill this in, or take the row away." in text_of(wrong)
    price = {"v__price__0:key": "beans", "v__price__0": "12"}
    assert "taken already" in text_of(desk.send("rewards", wrong, "save", id="tea", **price))
    done = desk.send("rewards", wrong, "save", id="cake", **price)
    assert done.status == 303, text_of(done)
    gift = "  gift: {gives: {gift-card: 5}}\n"
    assert desk.text == TEXT.replace(
        gift, gift + "  cake: {price: {beans: 12}, gives: {item: a cake}}\n"
    )


def test_levels_are_added_and_moved(desk: Desk) -> None:
    page = desk.send("tiers", desk.open("tiers", "status"), "add v.levels")
    page = desk.send("tiers", page, "add v.levels.2.any", **{"v__levels__2:key": "silver"})
    metric = {"v__levels__2__any__0:key": "visits", "v__levels__2__any__0": "5"}
    page = desk.send("tiers", page, "up v.levels.2", **metric)
    done = desk.send("tiers", page, "save")
    assert done.status == 303, text_of(done)
    assert desk.text == TEXT.replace("base: 0, gold", "base: 0, silver: 5, gold")


def test_the_sentence_and_the_text_follow_at_once(desk: Desk) -> None:
    known = whole_form(desk.open("rewards", "tea").body.decode())
    fields = {**known, "act": "preview", "v.price.0": "9"}
    head = {"hx-request": "true", "hx-target": "preview"}
    part = desk.anna.post(f"{desk.path('rewards')}/one", fields, **head)
    assert part.body.decode().lstrip().startswith('<section id="preview"')
    assert "For 9 beans you can have: Tea for two." in text_of(part)
    assert "price: {beans: 9}" in text_of(part)
    assert desk.text == TEXT


def test_errors_are_said_at_their_fields_and_elsewhere(desk: Desk) -> None:
    page = desk.send("currencies", desk.open("currencies", "beans"), "save", v__decimals="many")
    assert page.status == 422
    field = page.body.decode().split('name="v.decimals"')[1]
    assert "write plain digits" in field[: field.index("</div>")]
    document = TEXT.replace("    then: {earn", '    when: tier.status == "gold"\n    then: {earn')
    page = desk.begin(document).send("tiers", desk.open("tiers", "status"), "drop v.levels.1")
    refused = desk.send("tiers", page, "save")
    assert refused.status == 422
    assert "rules › bean-per-euro" in text_of(refused)
    assert desk.text == document
    assert desk.send("tiers", page, "save-anyway").status == 303
    assert "gold: 10" not in desk.text


def test_what_others_need_is_not_taken_away(desk: Desk) -> None:
    refused = desk.remove("currencies", "beans")
    assert refused.status == 422
    said = text_of(refused)
    assert "“beans” cannot be taken away" in said
    assert "rules › bean-per-euro" in said
    assert "rewards › tea" in said
    assert f'href="{desk.path("rewards")}/one?id=tea"' in refused.body.decode()
    assert desk.text == TEXT
    assert desk.remove("rewards", "gift").status == 303
    assert desk.text == TEXT.replace("  gift: {gives: {gift-card: 5}}\n", "")
    assert "“gift” is gone." in text_of(desk.anna.get(desk.path("rewards")))


def test_nothing_is_taken_away_while_the_text_has_errors(desk: Desk) -> None:
    desk.begin(TEXT.replace("count: true", "count: maybe"))
    refused = desk.remove("rewards", "gift")
    assert (refused.status, "Mend the errors of the text first." in text_of(refused)) == (422, True)


def test_a_change_of_somebody_else_is_not_lost(desk: Desk) -> None:
    shown = desk.open("rewards", "tea")
    other = TEXT.replace("beans: 7", "beans: 8")
    desk.client.changed_draft(desk.draft, shapes.Document(document=other), if_match='"1"')
    page = desk.send("rewards", shown, "save", v__stock="3")
    assert page.status == 422
    assert "Somebody changed this draft meanwhile" in text_of(page)
    assert desk.text == other


def test_what_no_form_can_show_stays_text(desk: Desk) -> None:
    desk.begin(TEXT.replace("{after: 12 months}", "12 months"))
    page = desk.anna.get(f"{desk.path('currencies')}/one?id=beans")
    assert "no form has room for" in text_of(page)


def test_who_may_only_look_changes_nothing(desk: Desk) -> None:
    def forms_of(browser: Browser) -> tuple[int, int]:
        listed = browser.get(desk.path("rewards"))
        form = browser.get(f"{desk.path('rewards')}/one?id=tea")
        return listed.body.decode().count("Take away"), form.status

    assert forms_of(desk.anna) == (2, 200)
    assert forms_of(desk.eva) == (0, 303)

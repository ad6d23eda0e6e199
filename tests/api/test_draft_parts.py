"""The parts of a draft as forms show them: currencies, levels, rewards, texts and all else."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.api.client import CAFE
from tests.api.test_drafts import Office, code
from tests.api.test_rule_forms import changed
from tests.api.worlds import Worlds
from tests.postgres import Server
from tests.services.publishing import published
from xenia.services.draft_parts import part_cards, titles
from xenia.services.drafts import look

TEXT = """\
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
currencies:
  # What is collected.
  beans:
    title: {en: [bean, beans], el: [κόκκος, κόκκοι]}
    expires: {after: 12 months}   # from the day
metrics:
  visits: {count: true}
tiers:
  status:
    by: visits
    levels: {base: 0, gold: 10}
rules:
  bean-per-euro:
    then: {earn: {beans: 1 per 1.00}}
rewards:
  tea: {title: Tea for two, price: {beans: 7}, gives: {item: a tea}}
  gift: {gives: {gift-card: 5}}
texts: {hello: {en: Hello!, el: Γεια!}}
"""


@pytest.fixture(scope="module")
def office(servers: Callable[[str | None], Server]) -> Iterator[Office]:
    with servers(None).fresh(migrated=True) as database:
        published(database, CAFE)
        worlds = Worlds(database)
        yield Office(worlds)
        worlds.close()


@pytest.fixture(scope="module")
def draft(office: Office) -> str:
    """One that no test changes."""
    return office.begin(TEXT)


def test_a_section_is_told_in_pages(office: Office, draft: str) -> None:
    page = office.ask("GET", f"/v1/drafts/{draft}/parts/rewards?limit=1").json()
    (tea,) = page["data"]
    assert (tea["id"], tea["title"], tea["line"]) == ("tea", "Tea for two", 20)
    assert tea["written"] == ("tea: {title: Tea for two, price: {beans: 7}, gives: {item: a tea}}")
    assert tea["sentences"] == ["For 7 beans you can have: Tea for two."]
    more = f"/v1/drafts/{draft}/parts/rewards?cursor={page['next_cursor']}"
    (gift,) = office.ask("GET", more).json()["data"]
    assert (gift["id"], gift["sentences"], gift["sayable"]) == ("gift", [], True)


def test_parts_are_told_in_the_language_that_is_asked_for(office: Office, draft: str) -> None:
    address = f"/v1/drafts/{draft}/parts/texts?locale=el"
    assert office.ask("GET", address).json()["data"][0]["sentences"] == ["Γεια!"]
    (beans,) = office.ask("GET", f"/v1/drafts/{draft}/parts/currencies?locale=el").json()["data"]
    assert beans["title"] == "κόκκοι"
    assert beans["written"].startswith("# What is collected.\nbeans:\n  title:")
    assert beans["written"].endswith("# from the day")
    (status,) = office.ask("GET", f"/v1/drafts/{draft}/parts/tiers").json()["data"]
    assert any("10" in sentence for sentence in status["sentences"])


def test_a_part_shows_what_it_says(office: Office, draft: str) -> None:
    found = office.ask("GET", f"/v1/drafts/{draft}/parts/tiers/status")
    assert found.headers["etag"] == '"1"'
    assert found.json()["value"] == {"by": "visits", "levels": {"base": "0", "gold": "10"}}
    assert found.json()["editable"] is True


def test_everything_with_an_id_is_called_by_its_title(office: Office, draft: str) -> None:
    told = office.ask("GET", f"/v1/drafts/{draft}/parts").json()["data"]
    found = {one["section"]: one["parts"] for one in told}
    assert found["metrics"] == [{"id": "visits", "title": "visits"}]
    assert found["rewards"][0] == {"id": "tea", "title": "Tea for two"}
    assert found["badges"] == []


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("parts/prizes", "unknown-section"),
        ("parts/prizes/x", "unknown-section"),
        ("parts/rewards/x", "unknown-part"),
    ],
)
def test_what_is_not_there_is_said(office: Office, draft: str, place: str, said: str) -> None:
    assert code(office.ask("GET", f"/v1/drafts/{draft}/{place}")) == (404, said)


def test_what_was_changed_is_told_at_once(office: Office) -> None:
    draft = office.begin(TEXT)
    change = {"do": "set", "at": "/rewards/tea/price/beans", "value": "9"}
    title = {"do": "set", "at": "/texts/bye", "value": "Goodbye!"}
    done: Any = changed(office, draft, change, title).json()
    assert done["rules"] == []
    assert [(one["section"], one["id"]) for one in done["parts"]] == [
        ("rewards", "tea"),
        ("texts", "bye"),
    ]
    assert done["parts"][0]["sentences"] == ["For 9 beans you can have: Tea for two."]
    tried = {"do": "remove", "at": "/currencies/beans"}
    gone: Any = changed(office, draft, tried, revision=2, query="?dry_run=true").json()
    assert {one["pointer"] for one in gone["findings"] if one["severity"] == "error"} == {
        "/rules/bean-per-euro/then/earn/beans",
        "/rewards/tea/price/beans",
    }


def test_a_text_with_errors_shows_what_can_be_read() -> None:
    in_a_rule = look(TEXT.replace("{earn: {beans:", "{earn: {baens:"))
    assert part_cards(in_a_rule, "en", "rewards", ["tea"])[0]["sentences"]
    elsewhere = look(TEXT.replace("after: 12 months", "after: soon"))
    (beans,) = part_cards(elsewhere, "en", "currencies", ["beans"])
    assert (beans["sentences"], beans["findings"][0]["code"]) == ([], "bad-duration")
    assert part_cards(elsewhere, "en", "rewards", ["tea"])[0]["title"] == "Tea for two"
    unreadable = look("currencies: {a: [b")
    assert part_cards(unreadable, "en", "currencies", ["a"])[0]["written"] == ""
    assert titles(unreadable, "en")[0]["parts"] == []

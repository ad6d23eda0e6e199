"""Every section of a draft that has forms, in the console: shown, made, changed, and taken away."""

from __future__ import annotations

from html import unescape
from typing import NamedTuple

import pytest

from tests.console.test_parts import Desk, desk, desks
from tests.pages.browsing import text_of
from xenia.console.draft_tabs import MORE, TABS
from xenia.console.part_words import FORMS
from xenia.programme.edit.sections import SECTIONS

__all__ = ["desk", "desks"]

TEXT = """\
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
lists:
  # As the till has them.
  sweets: [cake, jam]
exclusions:
  cards: {lines: l.category == "gift-card", never: earn}   # by law
locations:
  harbour: {title: {en: At the harbour}, timezone: Asia/Tokyo}
acts:
  review: {title: {en: a review}}
currencies:
  beans: {title: {en: [bean, beans]}}
metrics:
  visits: {count: true, when: spent >= 5}   # not for a bun
  spent-here: {sum: spent, over: calendar year}
tiers:
  status: {by: visits, levels: {base: 0, gold: {any: {visits: 10}, benefits: [lounge]}}}
benefits:
  lounge: {title: {en: the lounge}}
groups:
  treats: {title: {en: Treats}, limits: {units: 50, per: day}}
rules:
  bean-per-euro: {group: treats, then: {earn: {beans: 1 per 1.00}}}
  more-beans:
    group: treats
    when: lines.exists(l, l.category in list.sweets)
    then: {earn: {beans: 1}}
badges:
  regular: {title: {en: A regular}}
"""


class Case(NamedTuple):
    """A part that is there: what it says, what is changed, and what is wrong `at` a field."""

    part: str
    told: str
    fields: dict[str, str]
    old: str
    new: str
    wrong: dict[str, str]
    at: str
    said: str


CASES = {
    "lists": Case(
        "sweets",
        "sweets: [cake, jam]",
        {"v": "cake\r\n jam \r\n\r\nbread"},
        "[cake, jam]",
        "[cake, jam, bread]",
        {"v": "cake\ncake"},
        "v",
        "is in the list already",
    ),
    "exclusions": Case(
        "cards",
        "Goods of the category “gift-card” do not count.",
        {"v__never__discount": "yes"},
        ", never: earn}",
        ", never: [earn, discount]}",
        {"v__lines": "l.category =="},
        "v.lines",
        "expression",
    ),
    "locations": Case(
        "harbour",
        "At the harbour",
        {"v__region": "south"},
        "Tokyo}",
        "Tokyo, region: south}",
        {"v__timezone": "Asia/Tokio"},
        "v.timezone",
        "did you mean `Asia/Tokyo`?",
    ),
    "acts": Case(
        "review",
        "a review",
        {"v__title__el__0": "μια κριτική"},
        "a review}",
        "a review, el: μια κριτική}",
        {"v__title__en__0": "x" * 501},
        "v.title.en.0",
        "500 are the most",
    ),
    "metrics": Case(
        "visits",
        "The number of your purchases so far",
        {"v__when": "spent >= 6", "v__over": "calendar month"},
        "when: spent >= 5}",
        "when: spent >= 6, over: calendar month}",
        {"v__when": "spents >= 5"},
        "v.when",
        "spent",
    ),
    "benefits": Case(
        "lounge",
        "the lounge",
        {"v__title__en__0": "our lounge"},
        "{en: the lounge}",
        "{en: our lounge}",
        {"v__title__en__0": "x" * 501},
        "v.title.en.0",
        "500 are the most",
    ),
    "groups": Case(
        "treats",
        "at most 50 beans a day",
        {"v__combine": "best", "v__limits__0:one": "times", "v__limits__0__times": "2"},
        "treats: {title: {en: Treats}, limits: {units: 50, per: day}}",
        "treats: {combine: best, title: {en: Treats}, limits: {per: day, times: 2}}",
        {"v__limits__0__units": "many"},
        "v.limits.0.units",
        "write plain digits",
    ),
    "badges": Case(
        "regular",
        "A regular",
        {"v__title__en__0": "One of us"},
        "A regular}",
        "One of us}",
        {"v__title__en__0": "x" * 501},
        "v.title.en.0",
        "500 are the most",
    ),
}
each = pytest.mark.parametrize("section", CASES)


@pytest.fixture
def club(desk: Desk) -> Desk:
    return desk.begin(TEXT)


def test_every_section_has_a_form_and_a_tab() -> None:
    assert {*FORMS, "rules"} == set(SECTIONS)
    paths = [tab.path.rpartition("/")[2] for tab in (*TABS, *MORE)]
    assert set(FORMS) <= set(paths)
    assert len(paths) == len(set(paths))


@each
def test_what_is_there_is_told_and_saving_it_untouched_changes_nothing(
    club: Desk, section: str
) -> None:
    case = CASES[section]
    page = club.anna.get(club.path(section))
    assert case.told in text_of(page)
    assert f'aria-current="page" href="{club.path(section)}"' in page.body.decode()
    done = club.send(section, club.open(section, case.part), "save")
    assert done.status == 303, text_of(done)
    assert club.text == TEXT


@each
def test_what_is_filled_in_is_in_the_text_and_nothing_else(club: Desk, section: str) -> None:
    case = CASES[section]
    done = club.send(section, club.open(section, case.part), "save", **case.fields)
    assert done.status == 303, text_of(done)
    assert club.text == TEXT.replace(case.old, case.new)


@each
def test_what_is_wrong_is_said_at_its_field(club: Desk, section: str) -> None:
    case = CASES[section]
    refused = club.send(section, club.open(section, case.part), "save", **case.wrong)
    assert refused.status == 422
    field = refused.body.decode().split(f'name="{case.at}"')[1].split(' name="')[0]
    assert case.said in unescape(field)
    assert club.text == TEXT


MADE = [
    ("lists", "bread", {"v": "roll\nloaf, sliced"}, "  bread: [roll, 'loaf, sliced']\n"),
    ("exclusions", "gifts", {"v__lines": 'l.sku == "gift"', "v__never__discount": ""},
     '  gifts: {lines: l.sku == "gift", never: earn}\n'),
    ("locations", "airport", {"v__title__en__0": "At the airport"},
     "  airport: {title: At the airport}\n"),
    ("acts", "survey", {}, "  survey: {}\n"),
    ("metrics", "kinds", {"v:one": "distinct", "v__distinct": "channel", "v__values": "web\nshop"},
     "  kinds: {distinct: channel, values: [web, shop]}\n"),
    ("metrics", "weeks", {"v:one": "streak", "v__streak": "week"}, "  weeks: {streak: week}\n"),
    ("metrics", "joined", {"v:one": "count", "v__on": "act"}, "  joined: {count: true, on: act}\n"),
    ("benefits", "parking", {"v__title__en__0": "a place to park"},
     "  parking: {title: a place to park}\n"),
    ("groups", "one-of", {"v__combine": "first"}, "  one-of: {combine: first}\n"),
    ("badges", "early", {"v__title__en__0": "Early bird"}, "  early: {title: Early bird}\n"),
]  # fmt: skip


@pytest.mark.parametrize(("section", "part", "fields", "line"), MADE)
def test_a_new_one_is_made_and_taken_away(
    club: Desk, section: str, part: str, fields: dict[str, str], line: str
) -> None:
    done = club.send(section, club.open(section), "save", id=part, **fields)
    assert done.status == 303, text_of(done)
    with_it = [one for one in club.text.splitlines(keepends=True) if one == line]
    assert with_it == [line], club.text
    assert "".join(one for one in club.text.splitlines(keepends=True) if one != line) == TEXT
    assert club.remove(section, part).status == 303
    assert club.text == TEXT


@pytest.mark.parametrize(
    ("section", "part", "needed_by"),
    [
        ("metrics", "visits", "tiers › status"),
        ("groups", "treats", "rules › bean-per-euro"),
        ("lists", "sweets", "rules › more-beans"),
    ],
)
def test_what_others_need_is_not_taken_away(
    club: Desk, section: str, part: str, needed_by: str
) -> None:
    refused = club.remove(section, part)
    assert refused.status == 422
    assert f"“{part}” cannot be taken away" in text_of(refused)
    assert needed_by in text_of(refused)
    assert club.text == TEXT


def test_of_what_a_metric_is_only_that_is_asked_which_it_is(club: Desk) -> None:
    page = club.send("metrics", club.open("metrics", "visits"), "refresh", **{"v:one": "count"})
    assert 'name="v.count"' not in page.body.decode(), "to choose it says it"
    assert 'name="v.values"' not in page.body.decode()
    page = club.send("metrics", page, "refresh", **{"v:one": "distinct"})
    assert '<textarea class="textarea font-mono" id="f-v.distinct"' in page.body.decode()
    assert 'name="v.values"' in page.body.decode()
    page = club.send("metrics", page, "refresh", **{"v:one": "streak"})
    assert '<option value="day" selected>' in page.body.decode(), "as a browser takes it"


def test_an_exclusion_of_nothing_and_a_list_without_texts_are_not_saved(club: Desk) -> None:
    shown = club.open("exclusions", "cards")
    refused = club.send("exclusions", shown, "save", v__never__earn="")
    assert (refused.status, "Choose at least one." in text_of(refused)) == (422, True)
    refused = club.send("lists", club.open("lists", "sweets"), "save", v=" \n")
    assert (refused.status, "Fill something in first." in text_of(refused)) == (422, True)
    assert club.text == TEXT


def test_a_list_that_lines_cannot_show_stays_text(club: Desk) -> None:
    club.begin(TEXT.replace("[cake, jam]", '[cake, " jam"]'))
    page = club.anna.get(f"{club.path('lists')}/one?id=sweets")
    assert "no form has room for" in text_of(page)


def test_each_is_undone_in_words(club: Desk) -> None:
    for section, words in (
        ("lists", "list “sweets”"),
        ("exclusions", "exclusion “cards”"),
        ("locations", "location “harbour”"),
        ("acts", "act “review”"),
        ("metrics", "metric “visits”"),
    ):
        case = CASES[section]
        done = club.send(section, club.open(section, case.part), "save", **case.fields)
        assert done.status == 303, text_of(done)
        assert f"Undo: {words} changed" in text_of(club.anna.get(club.path(section)))

"""The words of the pages: everything that is said is said in every language, and well formed."""

from __future__ import annotations

import re
from collections import Counter
from gettext import c2py
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.plurals import get_plural
from markupsafe import Markup

from tests.console.people import SIGN_IN, came
from tests.pages.browsing import Browser, Site, text_of
from tests.pages.literals import in_module, in_template, macros_of
from tests.pages.sentences import (
    FOLDERS,
    SHARED,
    TRANSLATED,
    lacking,
    marked_in,
    read,
    said_in,
    written,
)
from tests.pages.test_formats import AT, plain
from xenia.pages.formats import Formats
from xenia.pages.rooms import Room
from xenia.pages.templating import templates
from xenia.pages.words import FOLDER, LANGUAGES, catalogs, words
from xenia.portal.rooms import ROOM as PORTAL
from xenia.till.rooms import ROOM as TILL

MACROS = macros_of(sorted((SHARED / "templates" / "macros").glob("*.html")))
TEMPLATES = [path for one in FOLDERS for path in sorted((one / "templates").rglob("*.html"))]
MODULES = [path for one in FOLDERS for path in sorted(one.rglob("*.py"))]
REMEDY = "run `python -m tests.pages.sentences`, and translate"

each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda one: str(one.name))
each_language = pytest.mark.parametrize("code", TRANSLATED)


def values(text: str) -> set[str]:
    """The places for values in a sentence."""
    return set(re.findall(r"%\((\w+)\)[sd]", text))


def tags(text: str) -> Counter[str]:
    return Counter(re.findall(r"<[^>]*>", text))


def alone(code: str) -> set[int]:
    """The forms that stand for one number only, so that they may say it in a word."""
    form_of = c2py(get_plural(code).plural_expr)
    used = Counter(form_of(number) for number in range(1000))
    return {form for form, count in used.items() if count == 1}


# ---- catalogs ------------------------------------------------------------------------------------


@each_language
@each_folder
def test_every_sentence_is_in_every_catalog(folder: Path, code: str) -> None:
    assert lacking(folder, code) == {}, REMEDY


@each_language
@each_folder
def test_no_catalog_has_what_nothing_says_or_has_it_twice(folder: Path, code: str) -> None:
    here = [sentence for sentence, _ in said_in(folder, code)]
    shared = [] if folder == SHARED else [sentence for sentence, _ in said_in(SHARED, code)]
    known = marked_in(folder)
    assert [one for one in here if one not in known] == [], REMEDY
    assert [one for one, count in Counter(here + shared).items() if count > 1] == []


@each_language
@each_folder
def test_nothing_is_empty_or_doubtful(folder: Path, code: str) -> None:
    for sentence, said in said_in(folder, code):
        assert all(text.strip() for text in said.forms), (said.path.name, sentence)
        assert not said.fuzzy, (said.path.name, sentence)


@each_language
@each_folder
def test_every_sentence_keeps_its_values_tags_and_ends(folder: Path, code: str) -> None:
    lonely = alone(code)
    for sentence, said in said_in(folder, code):
        where = (said.path.name, sentence)
        many = isinstance(sentence, tuple)
        source = sentence[1] if isinstance(sentence, tuple) else sentence
        for form, text in enumerate(said.forms):
            optional = values(source) if many and form in lonely else set()
            assert values(source) - optional <= values(text) <= values(source), where
            assert text.replace("%(", "").count("%") == source.replace("%(", "").count("%"), where
            assert tags(text) == tags(source), where
            assert (text[:1].isspace(), text[-1:].isspace()) == (
                source[:1].isspace(),
                source[-1:].isspace(),
            ), where


@each_language
@each_folder
def test_there_are_as_many_forms_as_the_language_has(folder: Path, code: str) -> None:
    rule = get_plural(code)
    for path in catalogs(folder / "words", code):
        assert f'"Plural-Forms: {rule.plural_forms}\\n"' in path.read_text("utf-8"), path
    for sentence, said in said_in(folder, code):
        assert len(said.forms) == (rule.num_plurals if isinstance(sentence, tuple) else 1), sentence


@each_language
@each_folder
def test_a_catalog_is_written_in_one_way(folder: Path, code: str) -> None:
    for path in catalogs(folder / "words", code):
        assert path.read_text("utf-8") == written(read(path, code), code), REMEDY


def test_every_language_has_letters_of_its_own() -> None:
    letters = {"el": "[Ͱ-Ͽἀ-῿]", "hy": "[԰-֏]", "ru": "[Ѐ-ӿ]", "ar": "[؀-ۿ]"}
    for code in TRANSLATED:
        for folder in FOLDERS:
            for sentence, said in said_in(folder, code):
                for text in said.forms:
                    assert re.search(letters[code], text), (code, sentence)


# ---- plurals, as they are said -------------------------------------------------------------------

SECONDS = ("Try again in %(num)s second.", "Try again in %(num)s seconds.")


@pytest.mark.parametrize(
    ("code", "number", "said"),
    [
        ("en", 1, "Try again in 1 second."),
        ("en", 2, "Try again in 2 seconds."),
        ("el", 1, "Δοκιμάστε ξανά σε 1 δευτερόλεπτο."),
        ("el", 5, "Δοκιμάστε ξανά σε 5 δευτερόλεπτα."),
        ("hy", 1, "Նորից փորձեք 1 վայրկյանից։"),
        ("hy", 5, "Նորից փորձեք 5 վայրկյանից։"),
        ("ru", 1, "Попробуйте ещё раз через 1 секунду."),
        ("ru", 21, "Попробуйте ещё раз через 21 секунду."),
        ("ru", 3, "Попробуйте ещё раз через 3 секунды."),
        ("ru", 11, "Попробуйте ещё раз через 11 секунд."),
        ("ar", 1, "حاول مجددًا بعد ثانية واحدة."),
        ("ar", 2, "حاول مجددًا بعد ثانيتين."),
        ("ar", 7, "حاول مجددًا بعد 7 ثوانٍ."),
        ("ar", 30, "حاول مجددًا بعد 30 ثانية."),
        ("ar", 100, "حاول مجددًا بعد 100 ثانية."),
    ],
)
def test_numbers_are_said_as_each_language_does(code: str, number: int, said: str) -> None:
    found = words(code, (FOLDER,)).sentences.ngettext(*SECONDS, number) % {"num": number}
    assert found == said


# ---- one stop at the end -------------------------------------------------------------------------

UNTIL = "{% trans at=fmt.instant(at) %}It works once, until {{ at }}.{% endtrans %}"
SINCE = (
    "{% trans day=fmt.day(at) %}Known since {{ day }}. Cards, phones and addresses are changed at "
    "the till.{% endtrans %}"
)


@pytest.mark.parametrize(
    ("code", "room", "source", "said"),
    [
        ("en", TILL, UNTIL, "until Nov 22, 2026, 4:05 PM."),
        ("el", TILL, UNTIL, "έως 22 Νοε 2026, 4:05 μ.μ."),
        ("ru", TILL, UNTIL, "до 22 нояб. 2026 г., 16:05."),
        ("ru", PORTAL, SINCE, "с 22 нояб. 2026 г. Карты"),
        ("el", PORTAL, SINCE, "22 Νοε 2026. "),
    ],
)
def test_what_is_written_with_a_stop_ends_a_sentence_with_it(
    code: str, room: Room, source: str, said: str
) -> None:
    known = templates(room.name, room.folder)
    formats = Formats(known.words(code).locale, ZoneInfo("Europe/Athens"))
    made = known._template(room.error, code).environment.from_string(source)
    text = plain(Markup(made.render(fmt=formats, at=AT)).striptags())
    assert said in text
    assert ".." not in text


def test_a_stop_that_is_not_the_last_stays() -> None:
    found = words("en", ())
    assert found.say("By %(name)s.", name="Smith & Co.") == "By Smith & Co."
    assert found.say("By %(name)s.", name="Smith") == "By Smith."
    assert found.say("%(name)s.csv", name="Co.") == "Co..csv"
    assert found.say("By %(name)s, %(at)s.", name="Co.", at="4:05") == "By Co., 4:05."


# ---- nothing is said in English to everybody -----------------------------------------------------


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda one: str(one.name))
def test_a_template_says_nothing_that_is_not_marked(path: Path) -> None:
    assert in_template(path.read_text("utf-8"), MACROS) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda one: str(one.name))
def test_a_module_says_nothing_that_is_not_marked(path: Path) -> None:
    named = {one.name for one in LANGUAGES}
    assert [one for one in in_module(path.read_text("utf-8")) if one not in named] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>{{ name }} has joined</p>", ["has joined"]),
        ("{% if a %}<h1>Members</h1>{% endif %}", ["Members"]),
        ('<a title="Open it" href="/x">{{ _("Open") }}</a>', ["Open it"]),
        ('<input placeholder="{{ \'card\' if a else _("Name") }}">', ["card"]),
        ('<img alt="a map" src="x">', ["a map"]),
        ('<b aria-label="menu"></b>', ["menu"]),
        ('{{ ui.button("save") }}', ["save"]),
        ('{{ ui.field("x", _("Name"), hint="as it is") }}', ["as it is"]),
        ('{{ ui.breadcrumb([("here", "/x")]) }}', ["here"]),
        ('{{ ui.select("x", _("X"), [("a", "all")]) }}', ["all"]),
        ('{% set head = "Members of it" %}', ["Members of it"]),
        ('{{ name|default("nobody") }}', ["nobody"]),
        (
            '<p class="a b">{{ _("Open") }} · {% trans a=b %}Ends {{ a }}{% endtrans %} Xenia</p>',
            [],
        ),
        ('<p>{{ ui.button(_("Save"), variant="outline") }} <kbd>Esc</kbd></p>', []),
    ],
)
def test_what_is_not_marked_is_found(source: str, found: list[str]) -> None:
    assert in_template(source, MACROS) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('"""Says."""\nx = "You may not"', ["You may not"]),
        ('x = Section("Members", "users")', ["Members"]),
        ('x = marked("Members"), say("Welcome, %(name)s")', []),
        ('raise ValueError("Never so")', []),
    ],
)
def test_what_no_module_marks_is_found(source: str, found: list[str]) -> None:
    assert in_module(source) == found


# ---- as a reader sees them -----------------------------------------------------------------------

HEADS = {"el": "Σύνδεση", "hy": "Մուտք գործել", "ru": "Войти", "ar": "تسجيل الدخول"}


@each_language
def test_a_page_is_in_the_readers_language_and_direction(site: Site, code: str) -> None:
    browser = Browser(site, code)
    shown = browser.get(SIGN_IN)
    direction = "rtl" if code == "ar" else "ltr"
    assert f'<html lang="{code}" dir="{direction}">' in shown.body.decode()
    assert shown.headers["content-language"] == code
    assert HEADS[code] in text_of(shown)


@each_language
def test_no_english_is_left_on_a_page(site: Site, code: str) -> None:
    browser = came(site)
    browser.fill("/console/", "/console/preferences", {"language": code, "next": "/console/"})
    nobody = Browser(site, code)
    marked = [
        sentence
        for folder in FOLDERS
        for sentence in marked_in(folder)
        if isinstance(sentence, str) and "%" not in sentence and " " in sentence
    ]
    for shown in (
        browser.get("/console/"),
        browser.get("/console/account"),
        browser.get("/console/nothing"),
        nobody.get(SIGN_IN),
        nobody.get("/console/invitation/none"),
    ):
        text = shown.body.decode()
        assert [sentence for sentence in marked if sentence in text] == []

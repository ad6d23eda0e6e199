"""A part of a document as fields: what they say is in the text, and all else stays as it is."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.programme.test_edit import CATALOGUE, FOLDER
from xenia.programme.document import parse
from xenia.programme.edit.changes import Set, changed
from xenia.programme.edit.drawn import (
    YES,
    Group,
    Kinds,
    Node,
    Rows,
    Single,
    below,
    lacking,
    moves,
    place_of,
    value_of,
)
from xenia.programme.edit.fields import acted, flat, tree
from xenia.programme.edit.long import fits, opened, written
from xenia.programme.edit.pieces import Text
from xenia.programme.edit.sections import SECTIONS
from xenia.programme.edit.spans import Plain, found, plain

LANGUAGES = ("en", "el")
FORMS = tuple(section for section in SECTIONS if section != "rules")
TEXT = """\
xenia: 1
programme: cafe
lists:
  sweets: [CAKE, "TEA, GREEN"]   # as the till has them
exclusions:
  cards: {lines: l.category == "gift-card", never: [discount, earn]}
currencies:
  # What is collected.
  beans:
    title: {en: [bean, beans]}   # never more
    expires: {after: 12 months}
metrics:
  visits: {count: true}
  kinds:
    distinct: l.category   # any
    values: [CAKE, TEA]
groups:
  treats: {limits: {times: 3, per: day}}   # together
tiers:
  status:
    by: visits   # a month
    levels:
      base: 0
      # Half-way.
      silver: 10
      gold: {any: {visits: 30}, benefits: [lounge, parking], title: Gold}
rewards:
  tea:
    price: {beans: 7}
    gives: {item: a tea}
    # new: field
    odd: 1
texts: {hello: 'Hello!'}
"""


def filled(text: str, section: str, part: str) -> tuple[Plain, Plain, dict[str, str]]:
    """A part as it is written and in full, and its fields."""
    value = plain(found(Text(text).root, (section, part)))  # type: ignore[arg-type]
    full = opened(SECTIONS[section], value)
    assert fits(SECTIONS[section], full), (section, part)
    return value, full, flat(SECTIONS[section], full)


def after(text: str, section: str, part: str, fields: dict[str, str]) -> tuple[str, Node]:
    """The text after a form was sent."""
    before, full, _ = filled(text, section, part)
    root = tree(SECTIONS[section], fields, full, LANGUAGES)
    said = written(SECTIONS[section], value_of(root), before)
    text = changed(text, Set((section, part), said))
    for move in moves(root, full):
        text = changed(text, type(move)((section, part, *move.at), move.before))
    return text, root


@cache
def document(name: str) -> str:
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


def parts_of(name: str, sections: Any) -> list[tuple[str, str]]:
    root: Any = plain(Text(document(name)).root)
    return [(section, key) for section in sections for key in root.get(section) or {}]


# ---- what is there -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_form_that_nobody_touched_says_what_is_written(name: str) -> None:
    for section, key in parts_of(name, SECTIONS):
        shape, value = SECTIONS[section], plain(found(Text(document(name)).root, (section, key)))  # type: ignore[arg-type]
        full = opened(shape, value)
        if section in FORMS:
            assert fits(shape, full), (section, key)
        if fits(shape, full):
            root = tree(shape, flat(shape, full), full, LANGUAGES)
            assert written(shape, value_of(root), value) == value, (section, key)
            assert (list(lacking(root)), list(moves(root, full))) == ([], [])


@pytest.mark.prove
@pytest.mark.parametrize("name", CATALOGUE)
def test_saving_what_nobody_touched_changes_no_character(name: str) -> None:
    text = document(name)
    for section, key in parts_of(name, FORMS):
        *_, known = filled(text, section, key)
        assert after(text, section, key, known)[0] == text, (section, key)


@pytest.mark.parametrize(
    ("section", "part", "fields", "old", "new"),
    [
        ("currencies", "beans", {"v.decimals": "2"}, "    expires:",
         "    decimals: 2\n    expires:"),
        ("currencies", "beans", {"v.title.en.1": "Beans"}, "[bean, beans]", "[bean, Beans]"),
        ("currencies", "beans", {"v.title.el.0": "κόκκος"}, "beans]}", "beans], el: κόκκος}"),
        ("currencies", "beans", {"v:there": YES, "v.kind": "redeemable"}, "", ""),
        ("currencies", "beans", {"v.expires:kind": "end-of", "v.expires.end-of": "year"},
         "{after: 12 months}", "{end-of: year}"),
        ("currencies", "beans", {"v.transfers:there": YES}, "12 months}\n",
         "12 months}\n    transfers: {}\n"),
        ("tiers", "status", {"v.levels.1.any.0": "12"}, "silver: 10", "silver: 12"),
        ("tiers", "status", {"v.levels.1.title.en.0": "Silver"}, "silver: 10",
         "silver: {any: {visits: 10}, title: Silver}"),
        ("tiers", "status", {"v.levels.2.benefits.1": "4"}, "[lounge, parking]",
         "{lounge: always, parking: 4}"),
        ("tiers", "status", {"v.levels.2.title.el.0": "Χρυσό"}, "title: Gold",
         "title: {en: Gold, el: Χρυσό}"),
        ("rewards", "tea", {"v.gives:one": "gift-card", "v.gives.gift-card": "5"},
         "{item: a tea}", "{gift-card: 5}"),
        ("rewards", "tea", {"v.price.0": "8", "v.stock": "20"},
         "{beans: 7}\n    gives: {item: a tea}",
         "{beans: 8}\n    gives: {item: a tea}\n    stock: 20"),
        ("lists", "sweets", {"v": "CAKE\n\n  TEA, GREEN \nJAM"}, '"TEA, GREEN"]',
         '"TEA, GREEN", JAM]'),
        ("lists", "sweets", {"v": "TEA, GREEN"}, 'CAKE, "TEA', '"TEA'),
        ("exclusions", "cards", {"v.never.earn": ""}, "[discount, earn]", "[discount]"),
        ("metrics", "visits", {"v:one": "sum", "v.sum": "spent", "v.over": "calendar year"},
         "count: true", "sum: spent, over: calendar year"),
        ("metrics", "kinds", {"v.values": "CAKE\nJAM"}, "[CAKE, TEA]", "[CAKE, JAM]"),
        ("metrics", "kinds", {"v:one": "count", "v.values": ""},
         "    distinct: l.category   # any\n    values: [CAKE, TEA]\n", "    count: true\n"),
        ("groups", "treats", {"v.combine": "best"}, "{limits: {times: 3, per: day}}",
         "{combine: best, limits: {times: 3, per: day}}"),
        ("groups", "treats", {"v.limits.0:one": "units", "v.limits.0.units": "50"},
         "{times: 3, per: day}", "{per: day, units: 50}"),
        ("texts", "hello", {"v.en.0": "It's\nnew"}, "'Hello!'", '"It\'s\\nnew"'),
        ("texts", "hello", {"v.el.0": "Γεια"}, "'Hello!'", "{en: Hello!, el: Γεια}"),
    ],
)  # fmt: skip
def test_what_is_filled_in_is_in_the_text_and_nothing_else(
    section: str, part: str, fields: dict[str, str], old: str, new: str
) -> None:
    *_, known = filled(TEXT, section, part)
    rows = {f"{key}:row": YES for key in fields if key.endswith((".en.0", ".el.0"))}
    assert after(TEXT, section, part, {**known, **rows, **fields})[0] == TEXT.replace(old, new)


# ---- rows ----------------------------------------------------------------------------------------


def ladder(*acts: str, **fields: str) -> tuple[str, Node]:
    """The ladder after buttons were pressed and fields filled in."""
    _, full, known = filled(TEXT, "tiers", "status")
    for act in acts:
        root = tree(SECTIONS["tiers"], known, full, LANGUAGES)
        known, _ = acted(root, known, act)
    more = {f"v.{name.replace('__', '.')}": one for name, one in fields.items()}
    return after(TEXT, "tiers", "status", {**known, **more})


def test_levels_come_go_and_move_with_their_comments() -> None:
    done, _ = ladder("drop v.levels.1")
    assert done == TEXT.replace("      # Half-way.\n      silver: 10\n", "")
    done, _ = ladder("up v.levels.1")
    assert done == TEXT.replace(
        "      base: 0\n      # Half-way.\n      silver: 10\n",
        "      # Half-way.\n      silver: 10\n      base: 0\n",
    )
    _, full, known = filled(TEXT, "tiers", "status")
    more, focus = acted(tree(SECTIONS["tiers"], known, full, ()), known, "add v.levels")
    assert focus == "v.levels.3:key"
    more |= {focus: "top", "v.levels.3.any.0:key": "visits", "v.levels.3.any.0": "90"}
    done, _ = after(TEXT, "tiers", "status", more)
    assert done == TEXT.replace("title: Gold}\n", "title: Gold}\n      top: 90\n")


def test_what_is_lacking_in_rows_is_found() -> None:
    _, root = ladder("add v.levels", "add v.levels.2.any")
    assert dict(lacking(root)) == {
        "v.levels.3:key": "blank",
        "v.levels.2.any.1:key": "blank",
        "v.levels.2.any.1": "blank",
    }
    _, full, known = filled(TEXT, "tiers", "status")
    more = {"v.levels.2.any.1:key": "visits", "v.levels.2.any.1": "5"}
    root = tree(SECTIONS["tiers"], {**known, **more}, full, ())
    assert dict(lacking(root)) == {"v.levels.2.any.1:key": "twice"}


def test_an_error_is_said_at_the_field_in_which_it_is() -> None:
    _, full, known = filled(TEXT, "tiers", "status")
    root = tree(SECTIONS["tiers"], known, full, LANGUAGES)
    for path, name in (
        ((), "v"),
        (("holds",), "v.holds"),
        (("levels", "gold", "any", "visits"), "v.levels.2.any.0"),
        (("levels", "silver"), "v.levels.1"),
        (("levels", "gold", "title"), "v.levels.2.title"),
        (("odd",), "v"),
        (("levels", "gold", "any"), "v.levels.2.any"),
    ):
        assert place_of(root, path) == name


def test_what_is_chosen_is_not_asked_for_again_and_what_it_excludes_is_not_there() -> None:
    def names(section: str, part: str, **fields: str) -> set[str]:
        _, full, known = filled(TEXT, section, part)
        more = {f"v{key}": one for key, one in fields.items()}
        return {one.name for one in below(tree(SECTIONS[section], {**known, **more}, full, ()))}

    assert {"v.distinct", "v.values"} <= names("metrics", "kinds")
    assert "v.values" not in names("metrics", "visits")
    assert "v.values" in names("metrics", "kinds", **{":one": "count"}), "it is filled in"
    gives = {":one": "discount", ".discount:there": YES}
    item = names("rewards", "tea")
    chosen = names("rewards", "tea", **{f".gives{key}": one for key, one in gives.items()})
    assert {"v.gives.lines", "v.gives.partial"} & item == set()
    assert {"v.gives.lines", "v.gives.partial"} <= chosen
    _, full, known = filled(TEXT, "metrics", "visits")
    root = tree(SECTIONS["metrics"], known | {"v.count": ""}, full, ())
    assert written(SECTIONS["metrics"], value_of(root), None) == {"count": True}


def test_one_of_what_cannot_do_without_is_to_be_chosen() -> None:
    _, full, known = filled(TEXT, "exclusions", "cards")
    none = {"v.never.earn": "", "v.never.discount": ""}
    root = tree(SECTIONS["exclusions"], {**known, **none}, full, ())
    assert list(lacking(root)) == [("v.never", "none")]


def test_an_error_is_said_at_the_field_of_an_item_without_brackets() -> None:
    _, full, known = filled(TEXT, "groups", "treats")
    root = tree(SECTIONS["groups"], known, full, LANGUAGES)
    assert place_of(root, ("limits", "times")) == "v.limits.0.times"
    assert place_of(root, ("limits", "0", "times")) == "v.limits.0.times"
    assert place_of(root, ("limits",)) == "v.limits"


def test_what_has_no_room_in_a_form_is_known() -> None:
    cases: list[tuple[str, Any]] = [
        ("currencies", {"expires": "12 months"}),
        ("currencies", {"decimals": None}),
        ("currencies", {"title": {"e n": "x"}}),
        ("tiers", {"levels": {"gold": "30"}}),
        ("rewards", {"automatic": "yes"}),
        ("texts", None),
        ("lists", ["two\nlines"]),
        ("lists", [" with room"]),
        ("lists", ["a", ""]),
        ("metrics", {"count": "yes"}),
        ("metrics", {"values": "one"}),
        ("exclusions", {"never": ["sell"]}),
    ]
    for section, value in cases:
        assert not fits(SECTIONS[section], opened(SECTIONS[section], value))


# ---- whatever is filled in -----------------------------------------------------------------------

WORDS = st.one_of(
    st.text(min_size=1, max_size=8, alphabet=st.characters(exclude_categories=["C", "Z"])),
    st.sampled_from(["true", "no", "12", "a: b", "# x", "it's", 'say "x"', "é\nê", "- a", "{x}"]),
)


def other(data: st.DataObject, one: Single) -> str:
    """Something else that a field can say."""
    choices: dict[str, list[str]] = {
        "number": ["1", "2.50", "40"],
        "times": ["", "3"],
        "flag": ["", YES],
        "choice": list(one.choices),
        "lines": ["A", "A\nb, c\n"],
        "day": ["2026-11-23"],
        "notation": ["3 months"],
        "formula": ['l.category == "a" && l.amount > 2'],
        "id": ["other-one"],
    }
    if not one.required and data.draw(st.booleans()):
        return ""
    return data.draw(st.sampled_from(choices[one.kind]) if one.kind in choices else WORDS)


def act_of(data: st.DataObject, root: Node) -> dict[str, str] | str:
    """Something that somebody can do in a form: fields to be filled in, or a button."""
    node = data.draw(st.sampled_from(list(below(root))))
    match node:
        case Single(kind="several"):
            word = data.draw(st.sampled_from(node.choices))
            return {f"{node.name}.{word}": data.draw(st.sampled_from(["", YES]))}
        case Single():
            return {node.name: other(data, node)}
        case Group():
            return {f"{node.name}:there": data.draw(st.sampled_from(["", YES]))}
        case Kinds():
            kind = data.draw(st.sampled_from(["", *node.choices]))
            return {f"{node.name}:kind": kind, f"{node.name}.{kind}": "3 months"}
        case Rows() if node.rows:
            row = data.draw(st.sampled_from(node.rows)).name
            return f"{data.draw(st.sampled_from(['drop', 'up', 'down']))} {row}"
    return f"add {node.name}"


# A programme of the catalogue is read some ten times for each.
@settings(max_examples=settings().max_examples // 2)
@given(st.data())
def test_a_form_changes_its_part_and_nothing_else(data: st.DataObject) -> None:
    """All other lines of any programme of the catalogue stay, to the character, and what is read
    of the part is what the form said."""
    name = data.draw(st.sampled_from(CATALOGUE))
    parts = parts_of(name, FORMS)
    if not parts:
        return
    text, (section, part) = document(name), data.draw(st.sampled_from(parts))
    shape = SECTIONS[section]
    _, full, known = filled(text, section, part)
    for _ in range(data.draw(st.integers(1, 3))):
        root = tree(shape, known, full, LANGUAGES)
        act = act_of(data, root)
        known = acted(root, known, act)[0] if isinstance(act, str) else {**known, **act}
    root = tree(shape, known, full, LANGUAGES)
    if written(shape, value_of(root), None) is None or "none" in dict(lacking(root)).values():
        return  # a form that says nothing, or lacks what it needs, is not sent
    done, root = after(text, section, part, known)
    own = Text(text).lines_at((section, part))
    lines, others = text.splitlines(), done.splitlines()
    first = next(at for at in range(len(lines)) if stands(lines, own, at))
    behind = len(lines) - first - len(own.splitlines())
    assert (lines[:first], lines[len(lines) - behind :]) == (
        others[:first],
        others[len(others) - behind :],
    )
    assert parse(done).findings == ()
    _, now, fields = filled(done, section, part)
    assert value_of(tree(shape, fields, now, LANGUAGES)) == value_of(root)


def stands(lines: list[str], own: str, at: int) -> bool:
    """Whether lines begin at a place, however far in."""
    wanted = [line.strip() for line in own.splitlines()]
    return [line.strip() for line in lines[at : at + len(wanted)]] == wanted

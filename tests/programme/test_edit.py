"""A document is changed by parts: what is not named stays as it is written, to the character."""

from difflib import ndiff
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xenia.programme.edit.changes import Change, Copy, Move, Remove, Set, changed
from xenia.programme.edit.spans import CannotEditError, Plain, found, plain, spans_of

FOLDER = Path(__file__).parents[2] / "programmes"
CATALOGUE = sorted(path.stem for path in FOLDER.glob("*.yaml") if ".scenario" not in path.name)
TEXT = """\
# A café, with comments.
xenia: 1
programme: cafe   # its id
money: EUR
timezone: Europe/Athens
currencies:
  beans: {title: {en: [bean, beans]}, decimals: 2}

rules:
  # Everybody.
  base:
    then: {earn: {beans: 1 per 1.00}}  # one each

  # Those who spend much.
  much:
    title: Much
    when: >-
      basket.amount
      >= 20
    limits:
    - {times: 3, per: day}   # a day
    - {units: 100, per: month}
    then:
      earn: {beans: '2 per 1.00'}
  last: {then: {badge: first}}
badges:
  first: {title: First}
"""


def after(change: Change, text: str = TEXT) -> tuple[list[str], list[str]]:
    """The lines that are gone, and those that are new."""
    lines = list(ndiff(text.splitlines(), changed(text, change).splitlines()))
    return [line[2:] for line in lines if line[0] == "-"], [
        line[2:] for line in lines if line[0] == "+"
    ]


@pytest.mark.parametrize(
    ("change", "gone", "new"),
    [
        (Set(("money",), "USD"), ["money: EUR"], ["money: USD"]),
        (Set(("programme",), "bar"), ["programme: cafe   # its id"], ["programme: bar   # its id"]),
        (
            Set(("rules", "much", "when"), 'channel == "web"'),
            ["    when: >-", "      basket.amount", "      >= 20"],
            ['    when: channel == "web"'],
        ),
        (
            Set(("rules", "base", "then", "earn", "beans"), "3 per 1.00"),
            ["    then: {earn: {beans: 1 per 1.00}}  # one each"],
            ["    then: {earn: {beans: 3 per 1.00}}  # one each"],
        ),
        (
            Set(("rules", "much", "then", "earn", "beans"), "3 per 1.00"),
            ["      earn: {beans: '2 per 1.00'}"],
            ["      earn: {beans: '3 per 1.00'}"],
        ),
        (
            Set(("rules", "base", "when"), '!(channel in ["web"])'),
            [],
            ["    when: '!(channel in [\"web\"])'"],
        ),
        (
            Set(("rules", "much", "limits", "2"), {"per": "week", "times": "9"}),
            [],
            ["    - {per: week, times: 9}"],
        ),
        (
            Set(("rules", "much", "limits", "0", "times"), "4"),
            ["    - {times: 3, per: day}   # a day"],
            ["    - {times: 4, per: day}   # a day"],
        ),
        (Remove(("rules", "much", "limits", "1")), ["    - {units: 100, per: month}"], []),
        (
            Remove(("rules", "base")),
            ["  # Everybody.", "  base:", "    then: {earn: {beans: 1 per 1.00}}  # one each"],
            [],
        ),
        (
            Remove(("rules", "last", "then", "badge")),
            ["  last: {then: {badge: first}}"],
            [],
        ),
        (
            Set(("currencies", "beans", "decimals"), None),
            ["  beans: {title: {en: [bean, beans]}, decimals: 2}"],
            ["  beans: {title: {en: [bean, beans]}}"],
        ),
        (
            Set(("metrics", "spent"), {"over": "calendar year", "sum": "spent"}),
            [],
            ["metrics:", "  spent: {sum: spent, over: calendar year}"],
        ),
        (Copy(("rules", "last"), "other"), [], ["  other: {then: {badge: first}}"]),
        (
            Move(("rules", "base"), None),
            ["  # Everybody.", "  base:", "    then: {earn: {beans: 1 per 1.00}}  # one each"],
            ["  # Everybody.", "  base:", "    then: {earn: {beans: 1 per 1.00}}  # one each"],
        ),
    ],
)
def test_only_what_is_named_is_other(change: Change, gone: list[str], new: list[str]) -> None:
    assert after(change) == (gone, new)


def test_a_rule_as_a_whole_changes_what_is_other_in_it() -> None:
    rule: Any = plain(found(spans_of(TEXT), ("rules", "much")) or spans_of(""))
    assert changed(TEXT, Set(("rules", "much"), rule)) == TEXT
    first, second = rule["limits"]
    other = {**rule, "limits": [{**first, "times": "03"}, second], "priority": "5"}
    assert after(Set(("rules", "much"), other)) == ([], ["    priority: 5"])
    assert after(Set(("rules", "much"), {**rule, "limits": [second]}))[0] == [
        "    - {times: 3, per: day}   # a day"
    ]


LISTED = """\
lists:
  sweets:
    # Of ours.
    - cake   # fresh
    - jam
    # Of others.
    - bun    # sweet
  salty: [crisps, nuts]
  deep:
  - - a
    - b
"""


@pytest.mark.parametrize(
    ("at", "value", "old", "new"),
    [
        ("sweets", ["cake", "jam", "pie", "bun"], "    # Of others", "    - pie\n    # Of others"),
        ("sweets", ["pie", "cake", "jam", "bun"], "    # Of ours", "    - pie\n    # Of ours"),
        ("sweets", ["cake", "jam", "bun", "pie"], "# sweet\n", "# sweet\n    - pie\n"),
        ("sweets", ["cake", "bun"], "    - jam\n", ""),
        ("sweets", ["tart", "bun"], "cake   # fresh\n    - jam", "tart   # fresh"),
        ("salty", ["crisps", "olives", "nuts"], "crisps, ", "crisps, olives, "),
        ("salty", ["olives", "crisps", "nuts", "x"], "[crisps, nuts", "[olives, crisps, nuts, x"),
        ("deep", [["c", "a", "b"]], "- - a\n", "- - c\n    - a\n"),
    ],
)
def test_what_comes_between_others_moves_no_comment(
    at: str, value: Plain, old: str, new: str
) -> None:
    assert changed(LISTED, Set(("lists", at), value)) == LISTED.replace(old, new)


def test_a_new_key_stands_where_it_is_usually_written() -> None:
    keys = [line for line in changed(TEXT, Set(("title",), "Ours")).splitlines() if line[:1] > "#"]
    assert keys.index("title: Ours") == keys.index("timezone: Europe/Athens") + 1


def test_a_copy_stands_behind_with_all_that_was_written() -> None:
    base = "  base:\n    then: {earn: {beans: 1 per 1.00}}  # one each\n"
    copied = base.replace("base", "other")
    assert changed(TEXT, Copy(("rules", "base"), "other")) == TEXT.replace(base, base + copied)


def test_moving_there_and_back_changes_nothing() -> None:
    moved = changed(TEXT, Move(("rules", "much"), "base"))
    assert list(plain(spans_of(moved))["rules"]) == ["much", "base", "last"]  # type: ignore[call-overload,index,arg-type]
    assert changed(TEXT, Move(("rules", "base"), "base")) == TEXT
    assert changed(moved, Move(("rules", "base"), "much")).split() == TEXT.split()


@pytest.mark.parametrize(
    "change",
    [
        Remove(("rules", "x")),
        Copy(("rules", "base"), "last"),
        Move(("rules", "base"), "x"),
        Move(("rules", "much", "limits", "0"), None),
        Set(("money", "x"), "y"),
        Set(("rules", "much", "limits", "7"), "y"),
    ],
)
def test_what_cannot_be_done_is_refused(change: Change) -> None:
    with pytest.raises(CannotEditError):
        changed(TEXT, change)


@pytest.mark.parametrize(
    "text", ["a: [b", "a: &x 1\nb: *x\n", "a: 1\na: 2\n", "- 1\n---\n- 2\n", "", "a: !x 1\n"]
)
def test_a_text_with_errors_is_left_alone(text: str) -> None:
    with pytest.raises(CannotEditError):
        changed(text, Set(("a",), "3"))


def test_json_stays_json() -> None:
    text = '{"rules": {"a": {"then": {"earn": {"beans": "1 per 1.00"}}}},\n\t"money": "EUR"}'
    done = changed(text, Set(("rules", "b"), {"when": 'x == "é"', "priority": "3"}))
    assert done == text.replace("}}}},", '}}}, "b": {"when": "x == \\"é\\"", "priority": 3}},')


def test_windows_lines_stay_windows_lines() -> None:
    text = TEXT.replace("\n", "\r\n")
    done = changed(text, Set(("rules", "new"), {"then": {"flag": "look"}, "title": "New"}))
    assert done.count("\n") == done.count("\r\n") == text.count("\n") + 1


def paths(value: Any, at: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Where everything in a value stands."""
    below = value.items() if isinstance(value, dict) else []
    if isinstance(value, list):
        below = [(str(index), one) for index, one in enumerate(value)]
    return [at, *(path for key, one in below for path in paths(one, (*at, key)))]


VALUES = st.recursive(
    st.one_of(
        st.text(max_size=8),
        st.text("ab:#-{}[]&*!|>'\"%@`,? \n0.~\\é", max_size=8),
        st.booleans(),
        st.sampled_from(["1 per 1.00", "null", "yes", "12.50", 'l.x == "y" && !z', "2026-11-01"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3),
        st.dictionaries(st.sampled_from(["a", "b-c", "on", "x y"]), inner, min_size=1, max_size=3),
    ),
    max_leaves=5,
)


@given(st.data())
def test_what_is_read_afterwards_is_what_was_meant(data: st.DataObject) -> None:
    """`changed` compares what is read before and after, and refuses; here it never has to."""
    text = (FOLDER / f"{data.draw(st.sampled_from(CATALOGUE))}.yaml").read_text(encoding="utf-8")
    at = data.draw(st.sampled_from(paths(plain(spans_of(text)))[1:]))
    value = data.draw(VALUES)
    beside = at if at[-1].isdecimal() else (*at[:-1], "zz")
    changes: list[Change] = [Set(at, value), Set(beside, value), Remove(at)]
    change = data.draw(st.sampled_from(changes))
    done = changed(text, change)
    if isinstance(change, Set):
        assert changed(done, change) == done, "once more changes nothing"
    kept = [line for line in ndiff(text.splitlines(), done.splitlines()) if line[:1] == " "]
    below = len(paths(plain(spans_of(text)))) - 1
    assert kept or below < 3, "the rest stays as it is"

"""What another text of a document has otherwise is told by parts."""

from __future__ import annotations

import pytest

from xenia.programme.document import parse
from xenia.programme.edit.touched import Touched, touched

TEXT = """\
# Ours.
xenia: 1
title: {en: Café}
currencies:
  beans: {title: {en: [bean, beans]}}
rules:
  one: {then: {earn: {beans: 1 per 1.00}}}
  two: {when: "true"}  # never mind
  three: {priority: 5}
rewards: {tea: {price: {beans: 7}}, cake: {price: {beans: 9}}}
"""
LINES = ["  one: {then: {earn: {beans: 1 per 1.00}}}\n", '  two: {when: "true"}  # never mind\n',
         "  three: {priority: 5}\n"]  # fmt: skip


def told(new: str, old: str = TEXT) -> tuple[Touched, ...]:
    return touched(parse(old).root, parse(new).root)


def ordered(*places: int) -> str:
    """The text with its rules in another order."""
    return TEXT.replace("".join(LINES), "".join(LINES[place] for place in places))


@pytest.mark.parametrize(
    ("new", "found"),
    [
        (TEXT, ()),
        (TEXT.replace("# Ours.", "# Mine."), ()),
        (TEXT.replace("one: {then: {earn: {beans: 1 per 1.00}}}",
                      "one:\n    then:\n      earn: {beans: 1 per 1.00}"), ()),
        (TEXT.replace("priority: 5", "priority: 6"), (Touched("changed", "rules", "three"),)),
        (TEXT.replace('"true"', "true"), (Touched("changed", "rules", "two"),)),
        (TEXT.replace(LINES[2], ""), (Touched("removed", "rules", "three"),)),
        (TEXT.replace("  three", "  four"),
         (Touched("added", "rules", "four"), Touched("removed", "rules", "three"))),
        (TEXT.replace("cake:", "pie: {}, cake:").replace("7", "8"),
         (Touched("changed", "rewards", "tea"), Touched("added", "rewards", "pie"))),
        (TEXT.replace("Café", "Bar"), (Touched("changed", "title"),)),
        (TEXT.replace("title: {en: Café}\n", ""), (Touched("removed", "title"),)),
        (TEXT + "badges: {first: {}}\n", (Touched("added", "badges", "first"),)),
        (TEXT + "badges:\n", ()),
        (TEXT.replace("currencies:\n  beans: {title: {en: [bean, beans]}}", "currencies: none"),
         (Touched("changed", "currencies"),)),
    ],
)  # fmt: skip
def test_what_differs_is_told(new: str, found: tuple[Touched, ...]) -> None:
    assert told(new) == found


@pytest.mark.parametrize(
    ("order", "moved"),
    [((1, 0, 2), "two"), ((2, 0, 1), "three"), ((1, 2, 0), "one"), ((2, 1, 0), None)],
)
def test_what_stands_elsewhere_was_moved(order: tuple[int, ...], moved: str | None) -> None:
    assert told(ordered(*order)) == (Touched("moved", "rules", moved),)


def test_of_what_cannot_be_read_nothing_is_told() -> None:
    assert told("rules: {") == told(TEXT, "rules: {") == told("- one") == ()

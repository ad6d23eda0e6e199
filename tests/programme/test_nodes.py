"""Every value, key and character of an expression is found again in the file."""

import pytest
from hypothesis import given

from tests.programme import strategies
from tests.programme.large import TEXT
from xenia.programme.document import parse
from xenia.programme.findings import Place
from xenia.programme.model import Programme
from xenia.programme.nodes import Mapping, Places, Scalar, Sequence
from xenia.programme.read import read
from xenia.programme.render import render

TEXTS = """\
rules:
  a: {limits: {times: 1, per: day}, then: {earn: {points: 1}}}
  b:
    limits:
      - {times: 2, per: day}
      - {times: 3, per: week}
plain: spent > 1
single: 'l.x == "it''s" && y'
double: "l.x == \\"\\u00e9\\" && \\ty"
literal: |
  spent
    > 1
folded: >-   # as one line
  spent >
  1
many:
  spent
    > 1
slashed: '''\\ > 1'
broken: 'l.x ==
  ''a'' '
"""


@pytest.fixture(scope="module")
def places() -> Places:
    return parse(TEXTS).places


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ((), (1, 1), (1, 1)),
        (("rules",), (2, 3), (1, 1)),
        (("rules", "a", "then", "earn", "points"), (2, 59), (2, 51)),
        (("rules", "b", "limits", "1"), (6, 9), (6, 9)),
        (("rules", "b", "limits", "1", "per"), (6, 25), (6, 20)),
        # what was written short, as if it were written long
        (("rules", "a", "limits", "0", "per"), (2, 31), (2, 26)),
        (("rules", "a", "then", "earn", "points", "units"), (2, 59), (2, 51)),
        # what is not there, as near as possible
        (("rules", "a", "when"), (2, 6), (2, 3)),
        (("rules", "b", "limits", "7", "per"), (5, 7), (4, 5)),
        (("settings", "tax"), (1, 1), (1, 1)),
    ],
)
def test_values_and_keys_have_places(
    places: Places, path: tuple[str, ...], value: tuple[int, int], key: tuple[int, int]
) -> None:
    assert places.value(path) == Place(*value)
    assert places.key(path) == Place(*key)


def test_whether_a_path_is_in_the_document(places: Places) -> None:
    assert places.has(("rules", "b", "limits", "1", "per"))
    assert not places.has(("rules", "a", "then", "earn", "points", "units"))


@pytest.mark.parametrize(
    ("key", "offset", "place"),
    [
        ("plain", 0, (7, 8)),
        ("plain", 6, (7, 14)),
        ("plain", 9, (7, 17)),  # the end
        ("single", 7, (8, 17)),
        ("single", 15, (8, 26)),
        ("double", 8, (9, 19)),
        ("double", 9, (9, 25)),
        ("double", 15, (9, 33)),
        ("literal", 0, (11, 3)),
        ("literal", 8, (12, 5)),
        ("folded", 6, (14, 9)),
        ("folded", 8, (15, 3)),
        ("many", 8, (18, 7)),
        ("slashed", 1, (19, 13)),
        ("broken", 7, (21, 3)),
        ("broken", 8, (21, 5)),
        ("rules", 3, (2, 3)),  # no expression: where it begins
    ],
)
def test_characters_of_an_expression_have_places(
    places: Places, key: str, offset: int, place: tuple[int, int]
) -> None:
    assert places.expression_place((key,), offset) == Place(*place)


def scalars(node: object, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Scalar]]:
    if isinstance(node, Mapping):
        inner = [(entry.key.text, entry.value) for entry in node.entries]
    elif isinstance(node, Sequence):
        inner = [(str(index), item) for index, item in enumerate(node.items)]
    else:
        return [(path, node)] if isinstance(node, Scalar) else []
    return [found for key, value in inner for found in scalars(value, (*path, key))]


def check_characters(text: str) -> None:
    document = parse(text)
    for path, scalar in scalars(document.root):
        for offset, char in enumerate(scalar.text):
            if char.isspace():
                continue
            place = document.places.expression_place(path, offset)
            there = document.places.lines[place.line - 1][place.column - 1]
            assert there == char or (there == "\\" and scalar.style == '"')


def test_characters_of_the_large_programme_are_found() -> None:
    check_characters(TEXT)


@given(strategies.programmes)
def test_characters_of_any_programme_are_found(programme: Programme) -> None:
    check_characters(render(programme))


def test_a_reading_knows_its_places() -> None:
    reading = read(TEXT, zones=strategies.ZONES)
    line = TEXT.splitlines().index("  fixed: {then: {discount: {price: 9.99}}}") + 1
    assert reading.places.value(("rules", "fixed", "then", "discount", "price")) == Place(line, 36)
    assert reading.places.key(("rules", "fixed")) == Place(line, 3)

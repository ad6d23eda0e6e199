"""Conditions as rows of a form: nothing is lost, and what is written again means the same."""

from pathlib import Path
from random import Random

import pytest

from tests.language import demo
from tests.language.expressions import Writer
from xenia.language.parse import LanguageError, condition
from xenia.language.rows import Form, Group, Row, as_text, form_of, text_of
from xenia.programme.formulas import parsed_in, places_of
from xenia.programme.model import Programme
from xenia.programme.read import read
from xenia.programme.scope import Expected
from xenia.services.files import zones

FOLDER = Path(__file__).parents[2] / "programmes"
CATALOGUE = sorted(path.stem for path in FOLDER.glob("*.yaml") if ".scenario" not in path.name)


def asked(programme: Programme) -> list[Expected]:
    """Every condition of a programme."""
    return [one for one in places_of(programme) if one.kind in ("condition", "lines")]


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_condition_of_the_catalogue_is_rows_and_comes_back(name: str) -> None:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    programme = read(text, zones=zones()).programme
    assert programme is not None
    for place in asked(programme):
        said = place.expression.text
        form = form_of(said)
        again = text_of(form)
        assert parsed_in(programme, place, again).node == parsed_in(programme, place, said).node
        assert form_of(again) == form, "rows are rows again"
        rows = [row for part in form.parts for row in _rows(part)]
        assert "text" not in {row.operator for row in rows}, "the catalogue needs no text"


def _rows(part: Row | Group) -> tuple[Row, ...]:
    return part.rows if isinstance(part, Group) else (part,)


def test_whatever_can_be_written_means_the_same_from_rows() -> None:
    random, nested, refused = Random(7), 0, 0
    for _ in range(1_500):
        text = Writer(random).condition(4)
        try:
            meant = condition(text, demo.SCOPE).node
        except LanguageError:
            refused += 1
            continue
        form = form_of(text)
        again = text_of(form)
        assert condition(again, demo.SCOPE).node == meant, (text, again)
        assert text_of(form_of(again)) == again
        nested += any(isinstance(part, Group) for part in form.parts)
    assert nested > 100, "groups were among them"
    assert refused < 100, "most could be written"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("basket.amount >= 25.00", Row("basket.amount", "at-least", ("25.00",), "number")),
        ("25 < basket.amount", Row("basket.amount", "more-than", ("25",), "number")),
        ('channel != "we\\"b"', Row("channel", "is-not", ('we"b',))),
        ('l.category in ["a", "b"]', Row("l.category", "one-of", ("a", "b"))),
        ("!(l.category in list.special)", Row("l.category", "not-in-list", ("list.special",))),
        ('"new" in l.tags', Row("l.tags", "has", ("new",))),
        ('!("new" in l.tags)', Row("l.tags", "has-not", ("new",))),
        ("has(channel)", Row("channel", "known")),
        ("channel == null", Row("channel", "unknown")),
        ("!member.chosen", Row("member.chosen", "false")),
        ('at_least(tier.status, "gold")', Row("tier.status", "level-at-least", ("gold",))),
        (
            'date(occurred_at) < date("2026-12-01")',
            Row("date(occurred_at)", "less-than", ("2026-12-01",), "date"),
        ),
        ("a * (b + 1) > (c ? 1 : 2)", Row("a * (b + 1)", "more-than", ("(c ? 1 : 2)",), "formula")),
        (
            '!payments.exists(p, p.method == "reward")',
            Group("none", (Row("l.method", "is", ("reward",)),), "payments"),
        ),
        ("lines.all(l, l.amount > 1)", as_text("lines.all(l, l.amount > 1)")),
        ("coalesce(x, true)", as_text("coalesce(x, true)")),
        ("a === b", as_text("a === b")),
    ],
)
def test_a_part_is_a_row_where_it_can_be_one(text: str, form: Row | Group) -> None:
    assert form_of(text) == Form("all", (form,))


def test_parts_are_joined_and_nested_once() -> None:
    form = form_of('a > 1 && (b == "x" || c && d) && !(e || f)')
    assert form == Form(
        "all",
        (
            Row("a", "more-than", ("1",), "number"),
            Group("any", (Row("b", "is", ("x",)), as_text("c && d"))),
            Group("none", (Row("e", "true"), Row("f", "true"))),
        ),
    )
    assert text_of(form) == 'a > 1 && (b == "x" || (c && d)) && !(e || f)'
    assert text_of(Form("none", (Row("e", "true"),))) == "!(e)"


def test_what_is_typed_as_text_stands_in_brackets_beside_others() -> None:
    typed = Form("all", (Row("a", "true"), as_text("b || c"), as_text("d ||")))
    assert text_of(typed) == "a && (b || c) && (d ||)"


def test_no_rows_are_no_condition() -> None:
    assert text_of(Form("all", (Group("any", ()),))) == ""

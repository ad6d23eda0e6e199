"""What a programme compiles to: structure in the source, numbers in the parameters."""

import pytest

from tests.engine.test_account import CAFE, compiled, purchase
from xenia.engine.account import decide, new_account, view
from xenia.engine.compile import compile_programme
from xenia.programme.read import read
from xenia.services.files import zones


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1 per 2.00", "3 per 7.50"),
        ("percent: 10", "percent: 12.5"),
        ("regular: 2", "regular: 5"),
        ("after: 1 month", "after: 3 months"),
        ("times: 1", "times: 4"),
        ("stars: 5", "stars: 8"),
    ],
)
def test_a_changed_number_compiles_nothing(old: str, new: str) -> None:
    assert old in CAFE
    changed = compiled(CAFE.replace(old, new, 1))
    assert changed.key == compiled().key
    assert changed.source == compiled().source
    assert changed.params != compiled().params


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("after: 1 month", "after: 30 days"),
        ("regular: 2", "regular: 2, friend: 9"),
        ("calendar month", "calendar week"),
        ("combine: first", "combine: best"),
    ],
)
def test_a_changed_structure_is_another_plan(old: str, new: str) -> None:
    assert old in CAFE
    assert compiled(CAFE.replace(old, new, 1)).key != compiled().key


def test_texts_of_authors_are_constants_of_the_row_only() -> None:
    plan = compiled()
    assert "student" not in plan.source.replace("_student", "")
    assert "drink" not in plan.source.replace("_drink", "")


def test_what_check_refuses_is_not_compiled() -> None:
    text = CAFE.replace("member.student", "member.studnet")
    programme = read(text, zones=zones()).programme
    assert programme is not None
    with pytest.raises(ValueError, match=r"rules\.student\.when.*check the programme first"):
        compile_programme(programme)


@pytest.mark.parametrize(("metric", "ladders"), [("spent", ("unit", "window")), ("largest", ())])
def test_what_an_author_calls_something_is_no_operator(
    metric: str, ladders: tuple[str, ...]
) -> None:
    """Neither is it anything else that is written: ids may begin as names of it do."""
    ladders = (*ladders, "status", "before-status")
    levels = f"{{by: {metric}, levels: {{low: 0, high: 10}}, holds: end of month}}"
    told = "".join(f"  {name}: {levels}\n" for name in ladders)
    plan = compiled(
        "xenia: 1\nprogramme: club\nmoney: EUR\ntimezone: Europe/Athens\n"
        "currencies: {points: {}}\n"
        f"metrics: {{{metric}: {{sum: spent, over: calendar month, rollover: true}}}}\n"
        f"tiers:\n{told}rules: {{earns: {{then: {{earn: {{points: 1 per 1.00}}}}}}}}\n"
    )
    event = purchase("a", "2026-01-05T10:00:00+02:00")
    account, _ = decide(plan, new_account(plan, "anna"), event)
    seen = view(plan, account, event.occurred_at)
    assert {name: held.level for name, held in seen.tiers.items()} == dict.fromkeys(ladders, "high")

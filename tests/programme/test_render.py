"""A programme is written in one way, and read back as it was."""

import re
from dataclasses import replace
from decimal import Decimal

from hypothesis import given

from tests.programme import strategies
from tests.programme.large import LARGE, TEXT
from xenia.programme import model as m
from xenia.programme.read import read
from xenia.programme.render import WIDTH, render

ZONES = strategies.ZONES


@given(strategies.programmes)
def test_what_is_written_is_read_back(programme: m.Programme) -> None:
    reading = read(render(programme), zones=ZONES)
    assert reading.findings == ()
    assert reading.programme == programme
    again = {name: list(tier.levels) for name, tier in reading.programme.tiers.items()}
    assert again == {name: list(tier.levels) for name, tier in programme.tiers.items()}


@given(strategies.programmes)
def test_writing_twice_changes_nothing(programme: m.Programme) -> None:
    text = render(programme)
    again = read(text, zones=ZONES).programme
    assert again is not None
    assert render(again) == text


def test_the_order_and_the_digits_of_the_author_do_not_show() -> None:
    backwards = replace(LARGE, rules=dict(reversed(list(LARGE.rules.items()))))
    assert render(backwards) == render(LARGE)
    longer = replace(LARGE.currencies["points"], value=Decimal("0.0100"))
    assert render(replace(LARGE, currencies={**LARGE.currencies, "points": longer})) == render(
        LARGE
    )


def test_a_programme_of_defaults_is_short() -> None:
    small = m.Programme(id="cafe", money="EUR", timezone="Europe/Athens")
    assert render(small) == ("xenia: 1\nprogramme: cafe\nmoney: EUR\ntimezone: Europe/Athens\n")


def test_the_large_programme_reads_well() -> None:
    text = render(LARGE)
    assert (
        "  status: {by: spent-this-year, levels: {basic: 0, top: 3500.5}, holds: 12 months}\n"
        in text
    )
    assert "        stars: {units: 'per(basket.amount, 10)', kind: bonus, round: up" in text
    assert "\nnotes: |\n  Returns: taken back from what was earned.\n  Gift cards: never" in text
    assert "\n  visits: {count: true, when: 'basket.amount > 0', over: rolling 1 month}\n" in text
    flow = [line for line in text.splitlines() if re.search(r": [{\[]", line)]
    assert max(map(len, flow)) <= WIDTH
    assert len(text.splitlines()) < len(TEXT.splitlines()) * 1.5

"""Many rules: only those that can hold are asked, and all comes to the same as if all were."""

from __future__ import annotations

import pytest

from tests.engine.test_rows import baskets
from tests.reference.random_histories import random_history
from tests.reference.random_programmes import random_programme
from xenia.effects import NOTHING
from xenia.engine import many
from xenia.engine.claims import asked
from xenia.engine.compile import compile_programme
from xenia.engine.many import Conditions
from xenia.engine.operators import COLUMNS
from xenia.engine.rows import RowReader
from xenia.events.model import TYPE_NAMES, Enrolment, Profile
from xenia.programme.read import read as read_programme

SKUS = 40
CHANNELS = ("store", "web", "app")


def programme(rules: int) -> str:
    """So many rules, each for one channel, day and kind of goods."""
    lines = ["xenia: 1", "programme: many", "money: EUR", "timezone: Europe/Athens"]
    lines += ["currencies: {points: {expires: {after: 1 year}}}", "rules:"]
    for number in range(rules):
        when = f'channel == "{CHANNELS[number % 3]}"'
        if number % 2:
            when += f' && lines.exists(l, l.brand == "brand-{number % SKUS}")'
        if number % 5 == 0:
            when += f" && basket.amount >= {number % 30}"
        day = 1 + number % 27
        dates = f"from: 2026-03-{day:02d}, until: 2026-03-{day + 1:02d}"
        lines.append(
            f"  r{number}: {{{dates}, when: '{when}', then: {{earn: {{points: 1 per 1.00}}}}}}"
        )
    return "\n".join(lines) + "\n"


def test_random_programmes_come_to_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the index from the first condition on, and without any; what each row comes to is held
    against the reference by the tests of random programmes."""
    held = sum(rows_that_hold(seed, monkeypatch) for seed in range(30))
    assert held > 200, "conditions hold now and then"


def rows_that_hold(seed: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """In how many rows of a random history a condition holds, with the index as without."""
    plan = compile_programme(random_programme(seed))
    monkeypatch.setattr(many, "MANY", 1)
    with_index = {name: RowReader(plan, part) for name, part in plan.types.items()}
    monkeypatch.setattr(many, "MANY", 10**9)
    without = {name: RowReader(plan, part) for name, part in plan.types.items()}
    held = 0
    for event in random_history(plan.programme, seed, 40):
        name = TYPE_NAMES[type(event)]
        wanted, known = asked(plan, event, NOTHING), {"birthday": 5000}
        if isinstance(event, Enrolment | Profile):
            known = {**known, **event.attributes}  # type: ignore[dict-item]
        one = with_index[name].read(event, known, wanted)
        other = without[name].read(event, known, wanted)
        assert one.numbers == other.numbers
        columns = Conditions(plan.types[name], many=1).columns
        held += any(one.numbers[COLUMNS + place] == 1 for place in columns)
    return held


def test_thousands_of_rules_ask_few(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read_programme(programme(1_000), zones=frozenset({"Europe/Athens"})).programme
    assert found is not None
    plan = compile_programme(found, many=10**9)  # else they stand in a table
    part = plan.types["purchase"]
    reader = RowReader(plan, part)
    monkeypatch.setattr(many, "MANY", 10**9)
    without = RowReader(plan, part)
    held = 0
    for event in baskets():
        row = reader.read(event, {}, asked(plan, event, NOTHING))
        assert row.numbers == without.read(event, {}, asked(plan, event, NOTHING)).numbers
        held += sum(row.numbers[10:])
    assert held > 0


def test_few_rules_are_asked_as_they_stand() -> None:
    found = read_programme(programme(10), zones=frozenset({"Europe/Athens"})).programme
    assert found is not None
    part = compile_programme(found).types["purchase"]
    assert Conditions(part).columns == ()
    assert len(Conditions(part, many=1).columns) == 10

"""Each setting has a scenario for each of its values; so has each question that stands elsewhere.

A file in `settings/` holds a programme in which VALUE stands for the value, events, and what these
come to by each value; the keys of `values` are the values, or with `is` a name of one.  With
`before` the programme is a version that follows that one, `since` an instant.
"""

from __future__ import annotations

from dataclasses import fields
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.engine.versioned import replay_of_versions
from tests.engine.versions import at
from xenia.engine.zones import zone_names
from xenia.programme.check import check
from xenia.programme.document import parse
from xenia.programme.model import Programme
from xenia.programme.periods import Duration
from xenia.programme.read import read
from xenia.programme.settings import Settings
from xenia.services.event_files import KEY_BYTES
from xenia.services.replay import replay_of
from xenia.services.scenario import Failure, Placed, Scenario, plain, run_scenario

FOLDER = Path(__file__).parent / "settings"
HEAD = "xenia: 1\nprogramme: settled\nmoney: EUR\ntimezone: Europe/Athens\n"

# Questions on which the field disagrees that are no setting of the whole programme, each with the
# values that its own key has, or names for what says it otherwise.
ELSEWHERE = {
    "never": ("earn", "discount", "both"),  # of an exclusion: goods, tips, deposits
    "spend-first": ("soonest-expiry", "first-earned"),  # of a currency
    "expires": ("after", "end-of", "inactive", "never"),  # of a currency, or an accrual
    "pending": ("at-once", "later"),  # of a currency
    "combine": ("best", "first", "all"),  # of a group
    "beyond": ("trim", "refuse"),  # of a limit
    "falls": ("to-earned", "one-level"),  # of a ladder
    "returns": ("now", "at-review"),  # of a ladder
    "free-unit": ("discounts-the-cheapest-match", "is-added"),  # a discount, or a reward
    "half-open": ("from-until",),  # not to be chosen
    "rolling": ("days", "months"),  # windows of metrics
    "months": ("one", "two", "thirteen"),  # not to be chosen: they clamp
    "splits": ("largest-remainder",),  # not to be chosen
}


def setting_names() -> list[str]:
    return [each.name.replace("_", "-") for each in fields(Settings)]


def values_of(name: str) -> set[str]:
    """The values of a setting; of a stretch of time its default, beside which there are others."""
    default = getattr(Settings(), name.replace("-", "_"))
    match default:
        case StrEnum():
            return {each.value for each in type(default)}
        case bool():
            return {"true", "false"}
        case Duration():
            return {f"{default.days} days"}
    raise AssertionError(f"a setting of a new kind: {name}")


def written(name: str) -> dict[str, Any]:
    document = parse((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    assert document.root is not None, document.findings
    found = plain(document.root)
    assert set(found) - {"before", "since"} == {"programme", "events", "values"}
    return dict(found)


@cache
def programme(name: str, value: str) -> Programme:
    file = written(name)
    said = file["values"][value].get("is", value)
    assert "VALUE" in file["programme"]
    return sound(HEAD + file["programme"].replace("VALUE", said))


@cache
def sound(text: str) -> Programme:
    reading = read(text, zones=zone_names())
    errors = [item for item in check(reading) if item.severity == "error"]
    assert not errors, errors
    assert reading.programme is not None, reading.findings
    return reading.programme


def failures(name: str, value: str, by: str) -> tuple[Failure, ...]:
    """How what the events come to by one value differs from what is written of another."""
    file = written(name)
    expected = file["values"][value]
    assert set(expected) <= {"is", "expect", "final"}
    scenario = Scenario(
        path=FOLDER / f"{name}.yaml",
        programme=FOLDER / f"{name}.yaml",
        events=tuple(Placed(event, 0) for event in file["events"]),
        expect=tuple(Placed(item, 0) for item in expected["expect"]),
        final={member: Placed(item, 0) for member, item in expected.get("final", {}).items()},
        later=(),
    )
    if "before" in file:  # what a new version says makes a difference
        versions = sound(HEAD + file["before"]), programme(name, by)
        return run_scenario(scenario, replay_of_versions(versions, [at(file["since"])]))
    return run_scenario(scenario, replay_of(programme(name, by), bytes(KEY_BYTES)))


CASES = [
    (path.stem, value)
    for path in sorted(FOLDER.glob("*.yaml"))
    for value in written(path.stem)["values"]
]


@pytest.mark.parametrize("name", setting_names())
def test_each_setting_has_a_scenario_for_each_of_its_values(name: str) -> None:
    told, values = set(written(name)["values"]), values_of(name)
    assert told >= values
    other = isinstance(getattr(Settings(), name.replace("-", "_")), Duration)
    assert len(told) == (len(values) + 1 if other else len(values))


def test_each_question_that_stands_elsewhere_has_a_scenario_for_each_of_its_values() -> None:
    told = {name: tuple(written(name)["values"]) for name in ELSEWHERE}
    assert told == ELSEWHERE


def test_no_file_is_about_anything_else() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == {*setting_names(), *ELSEWHERE}


@pytest.mark.parametrize(("name", "value"), CASES)
def test_it_comes_out_as_written(name: str, value: str) -> None:
    assert failures(name, value, value) == ()


@pytest.mark.parametrize(("name", "value"), CASES)
def test_no_other_value_comes_to_the_same(name: str, value: str) -> None:
    for other in written(name)["values"]:
        if other != value:
            assert failures(name, value, other), f"{other} comes to what is written of {value}"

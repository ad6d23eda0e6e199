"""The reference pages say what the code does: their tables, their examples, and what is missing."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.language.demo import SCOPE, Event, EventNames
from tests.reference.evaluate import evaluate
from xenia.cli.reference_tables import TABLES, fields_of, filled, names_of
from xenia.language.ir import Node
from xenia.language.parse import LanguageError, condition, number
from xenia.programme.ladders import Level, Tier
from xenia.programme.model import Metric, Programme
from xenia.programme.name_descriptions import NAMES, RECORDS
from xenia.programme.read import read
from xenia.programme.scope import EVENT_TYPES, Standing, scope_of
from xenia.programme.settings import Settings

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
LANGUAGE = (REFERENCE / "language.md").read_text(encoding="utf-8")
SETTINGS = (REFERENCE / "settings.md").read_text(encoding="utf-8")


# ---- tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["language.md", "settings.md"])
def test_the_tables_are_up_to_date(name: str) -> None:
    text = (REFERENCE / name).read_text(encoding="utf-8")
    assert filled(text) == text, "run `make docs`"


def test_every_table_stands_somewhere() -> None:
    found = re.findall(r"^<!-- table: ([a-z-]+) -->$", LANGUAGE + SETTINGS, re.M)
    assert sorted(found) == sorted(TABLES)


def test_a_table_that_is_out_of_date_is_written_anew() -> None:
    around = "before\n<!-- table: settings -->\n{}<!-- end of table -->\nbehind\n"
    assert filled(around.format("| old |\n")) == around.format(TABLES["settings"]())


def test_a_table_that_nobody_makes_is_an_error() -> None:
    with pytest.raises(KeyError):
        filled("<!-- table: colours -->\n<!-- end of table -->\n")


def test_every_name_is_described_and_no_other() -> None:
    assert {name for on in EVENT_TYPES for name in names_of(on)} == set(NAMES)
    assert {key: set(fields_of(key)) for key in RECORDS} == {k: set(v) for k, v in RECORDS.items()}


def test_every_name_stands_in_the_tables() -> None:
    assert [name for name in NAMES if f"\n| `{name}` |" not in LANGUAGE] == []


def test_every_setting_is_explained_at_length() -> None:
    table = TABLES["settings"]()
    keys = re.findall(r"^\| `([a-z-]+)` \|", table, re.M)
    assert keys == re.findall(r"^## `([a-z-]+)`$", SETTINGS, re.M)


def test_the_settings_that_are_shown_are_read() -> None:
    (shown,) = re.findall(r"^```yaml\n(.*?)^```$", SETTINGS, re.M | re.S)
    text = f"xenia: 1\nprogramme: example\nmoney: EUR\ntimezone: UTC\n{shown}"
    reading = read(text, zones=frozenset({"UTC"}))
    assert reading.findings == ()
    assert reading.programme is not None
    assert reading.programme.settings != Settings()


# ---- examples ------------------------------------------------------------------------------------

PROGRAMME = Programme(
    id="examples",
    money="EUR",
    timezone="Europe/Athens",
    lists={"special": ("a", "b")},
    metrics={"visits": Metric(count=True)},
    tiers={"status": Tier(levels={"basic": Level(), "gold": Level()})},
)
EXAMPLES = [
    line
    for block in re.findall(r"^```cel\n(.*?)^```$", LANGUAGE, re.M | re.S)
    for line in block.splitlines()
]


def parsed(text: str) -> Node:
    """A condition or a formula of an earning rule."""
    scope = scope_of(PROGRAMME, Standing.EARN, "purchase", {})
    try:
        return condition(text, scope).node
    except LanguageError:
        return number(text, scope).node


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 5


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_is_right(text: str) -> None:
    parsed(text)


# What the table on missing values says, for a basket that is above 50 and for one that is not.
SAID = {
    "unknown": (None, None),
    "unknown: this does not fire either": (None, None),
    "true": (True, True),
    "false": (False, False),
    "true where the second is true, else unknown": (True, None),
    "false where the second is false, else unknown": (None, False),
}
ROWS = re.findall(r"^\| (.*channel.*) \| ([^|]*) \|$", LANGUAGE, re.M)
MISSING = [
    (text.replace("\\|", "|"), says)
    for cell, says in ROWS
    if says in SAID
    for text in re.findall(r"`([^`]+)`", cell)
]


def without_channel(text: str, amount: int) -> object:
    event = Event({"channel": None, "basket.amount": amount}, {}, datetime(2026, 11, 1, tzinfo=UTC))
    return evaluate(condition(text, SCOPE).node, EventNames(event))


def test_the_table_on_missing_values_is_read() -> None:
    assert len(MISSING) == 10
    assert {says for _, says in MISSING} == set(SAID)


@pytest.mark.parametrize(("text", "says"), MISSING)
def test_what_is_missing_is_as_told(text: str, says: str) -> None:
    assert (without_channel(text, 5001), without_channel(text, 5000)) == SAID[says]

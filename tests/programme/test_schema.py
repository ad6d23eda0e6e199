"""The JSON Schema lets the same documents through as the reader."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from tests.broken.documents import DOCUMENTS
from tests.programme import strategies, trees
from tests.programme.large import TEXT
from xenia.programme import schema
from xenia.programme.document import parse
from xenia.programme.model import Programme
from xenia.programme.render import render

FILE = Path(__file__).parents[2] / "docs" / "reference" / "programme.schema.json"
VALIDATOR = jsonschema.Draft202012Validator(schema.schema())

# What is wrong here is not for JSON Schema to see.
BEYOND = {
    "rates that cannot be computed with": "exact fractions",
    "rollover of what has no next unit": "the text of `over` decides",
    "closing in the wrong order": "two dates are compared",
    "closing before it begins": "two dates are compared",
    "a first purchase where any event enrols": "one key depends on the value of another",
    "short level without by": "one level depends on a key beside all of them",
}


def refused(document: Any) -> list[str]:
    return [str(error.message) for error in VALIDATOR.iter_errors(document)]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema.schema())


def test_the_published_file_is_up_to_date() -> None:
    assert FILE.read_text("utf-8") == schema.text(), "run `make docs`"


def test_the_large_programme_passes() -> None:
    assert refused(trees.values(trees.tree(TEXT))) == []


@given(strategies.programmes)
def test_any_programme_passes(programme: Programme) -> None:
    assert refused(trees.values(trees.tree(render(programme)))) == []


WELL_FORMED = [
    (name, root)
    for name, text in DOCUMENTS
    if not (document := parse(text)).findings and (root := document.root) is not None
]


def test_most_broken_documents_are_well_formed() -> None:
    assert len(WELL_FORMED) >= 15


@pytest.mark.parametrize(("name", "root"), WELL_FORMED, ids=[name for name, _ in WELL_FORMED])
def test_broken_documents_do_not_pass(name: str, root: Any) -> None:
    assert bool(refused(trees.values(root))) is (name not in BEYOND)


def test_every_key_is_described_or_says_it_by_its_name() -> None:
    definitions = schema.schema()["$defs"]
    silent = {
        f"{name}.{key}"
        for name, definition in definitions.items()
        for key, entry in definition.get("properties", {}).items()
        if "description" not in entry
    }
    plain = {"title", "group", "kind", "after", "end-of", "inactive", "type", "options"}
    assert {entry for entry in silent if entry.split(".")[1] not in plain} <= {
        "Programme.xenia",
        "Programme.enrolment",
        "Programme.settings",
        "Programme.attributes",
        "Programme.rules",
        "Location.region",
        "Location.owner",
        "Location.partner",
        "Rule.then",
        "Then.discount",
        "Reward.gives",
        "Earn.expires",
    }

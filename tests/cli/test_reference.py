"""The pages made from the code say what the code does, and the ones kept are up to date."""

import json
from pathlib import Path

import jsonschema
import pytest

from tests.broken.events import BROKEN, purchase
from xenia.cli.reference import pages, write

KEPT = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_pages_that_are_kept_are_up_to_date(name: str) -> None:
    assert (KEPT / name).read_text(encoding="utf-8") == pages()[name], "run `make docs`"


def test_all_pages_are_written(tmp_path: Path) -> None:
    package = tmp_path / "client"
    package.mkdir()
    write(tmp_path / "reference", package)
    assert {path.name for path in (tmp_path / "reference").iterdir()} == set(pages())
    assert {path.name for path in package.iterdir()} == {"calls.py", "shapes.py"}


@pytest.mark.parametrize("verb", ["check", "explain", "replay", "scenario", "compare"])
def test_every_verb_is_described(verb: str) -> None:
    assert f"\n## xenia {verb}\n" in pages()["command-line.md"]


BETWEEN_FIELDS = ("nobody", "nothing", "receipt")


def test_the_schema_of_events_refuses_wrong_shapes() -> None:
    schema = json.loads(pages()["events.schema.json"])
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid(json.loads(purchase()))
    shapes = ("empty", "too-long", "float", "unknown-type", "missing-field")
    for name, text in BROKEN:
        # What one field asks of another is not in the schema.
        if name.startswith(shapes) and not any(word in name for word in BETWEEN_FIELDS):
            # JSON Schema takes 1.0 for a whole number.
            assert validator.is_valid(json.loads(text)) is (name == "float: a quantity"), name

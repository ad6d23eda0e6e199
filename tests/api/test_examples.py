"""Every address has examples, which are as it is described, and what it answers today."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.api import examples as made
from tests.api.telling import FOLDER, text_of
from xenia.api.rest import described
from xenia.services.codes import KINDS
from xenia.services.problems import MEDIA_TYPE
from xenia.store.database import Database

Json = dict[str, Any]

DESCRIBED: Json = json.loads(described())
OPERATIONS: dict[str, Json] = {
    f"{method.upper()} {path}": operation
    for path, addressed in DESCRIBED["paths"].items()
    for method, operation in addressed.items()
}
# What is asked for on every page, or of every write, is refused alike everywhere.
ALIKE = {"dry_run", "trace", "Idempotency-Key", "X-Request-Id"}


def bodies(operation: Json) -> Iterator[tuple[str, Json]]:
    """The status (or `body`) and each thing that is sent or answered as JSON."""
    for media in operation.get("requestBody", {}).get("content", {}).values():
        yield "body", media
    for status, response in operation["responses"].items():
        for media in response.get("content", {}).values():
            yield status, media


def own_to_refuse(operation: Json) -> bool:
    """Whether it takes anything that can be wrong."""
    named = {one["name"] for one in operation.get("parameters", ())} - ALIKE
    return bool(named) or "requestBody" in operation


@pytest.mark.parametrize("label", OPERATIONS)
def test_each_address_has_examples(label: str) -> None:
    operation = OPERATIONS[label]
    exemplified = {status for status, media in bodies(operation) if media.get("examples")}
    remedy = "tell one in tests/api/example_*.py, then run `make docs`"
    assert any(status.startswith("2") for status in exemplified), remedy
    takes = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    nothing = takes.get("schema") == {"$ref": "#/components/schemas/Nothing"}
    assert "requestBody" not in operation or nothing or "body" in exemplified, remedy
    if own_to_refuse(operation):
        assert any(status.startswith("4") for status in exemplified), remedy
    for parameter in operation.get("parameters", ()):
        assert parameter["in"] != "path" or parameter["example"], remedy


@pytest.mark.parametrize("label", OPERATIONS)
def test_each_example_is_as_it_is_described(label: str) -> None:
    for status, media in bodies(OPERATIONS[label]):
        schema = {**media.get("schema", {}), "components": DESCRIBED["components"]}
        for name, example in media.get("examples", {}).items():
            faults = [
                one.message for one in Draft202012Validator(schema).iter_errors(example["value"])
            ]
            assert faults == [], f"{status} {name}"


def test_what_every_address_refuses_is_told_once() -> None:
    problem = DESCRIBED["components"]["responses"]["Problem"]
    told = problem["content"][MEDIA_TYPE]["examples"]
    assert set(told) >= {"no-key", "bad-key", "not-allowed", "too-many-requests", "idempotency-key"}


def test_problems_of_examples_are_such_as_have_a_page() -> None:
    known = {code for kind in KINDS for code in kind.codes}
    for label, operation in OPERATIONS.items():
        for status, media in bodies(operation):
            if not status.startswith("2") and status != "body":
                assert media.get("examples", {}).keys() <= known, label


def test_an_address_without_an_example_is_noticed() -> None:
    """What the tests above would say of an address that is new."""
    bare = {"parameters": [{"name": "tier", "in": "path"}], "responses": {"200": {"content": {}}}}
    OPERATIONS["GET /v1/new"] = bare
    try:
        with pytest.raises(AssertionError, match="make docs"):
            test_each_address_has_examples("GET /v1/new")
    finally:
        del OPERATIONS["GET /v1/new"]


def test_the_examples_are_what_is_answered_today(database: Database) -> None:
    found = made.told(database)
    stored = {path.stem: path.read_text("utf-8") for path in FOLDER.glob("*.json")}
    assert stored.keys() == found.keys(), "run `make docs`"
    for tag, those in found.items():
        assert text_of(those).splitlines() == stored[tag].splitlines(), "run `make docs`"

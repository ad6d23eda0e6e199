"""The reference in the console: every call of the interface has a page that can be followed."""

from __future__ import annotations

import shlex
from functools import cache
from typing import Any

import pytest

from tests.console.people import came
from tests.pages.browsing import Site, text_of
from xenia.api.rest import described
from xenia.client import Client
from xenia.console.described import Description, description, in_curl, in_python

REFERENCE = "/console/developers/reference"
ORIGIN = "http://127.0.0.1:8080"


@cache
def whole() -> Description:
    return description(described())


NAMES = sorted(whole().operations)


class Said:
    """Stands for the client: keeps what it was told."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []

    def __call__(self, *_: Any) -> Said:
        return self

    def __enter__(self) -> Said:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        assert hasattr(Client, name), name
        return lambda *given: self.calls.append((name, given))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_in_python_can_be_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one, said = whole().operations[name], Said()
    monkeypatch.setattr("xenia.client.Client", said)
    monkeypatch.setenv("XENIA_KEY", "xen_live_1")
    exec(in_python(one, ORIGIN), {})
    ((called, given),) = said.calls
    assert called in (name, "record")
    assert given[: len(one.places)] == tuple(place.upper() for place in one.places)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_for_a_shell_can_be_read(name: str) -> None:
    one = whole().operations[name]
    words = shlex.split(in_curl(one, ORIGIN).replace("\\\n", ""))
    assert words[:3] == ["curl", "-X", one.method]
    assert words[3].startswith(ORIGIN)
    assert "{" not in words[3]
    assert ("-d" in words) is bool(one.sent)


def test_all_shapes_that_a_call_has_to_do_with_are_told_of() -> None:
    found = [one.name for one in whole().used_by(whole().operations["new_connection"])]
    assert found[0] == "NewConnection"
    assert {"ShopOptions", "MadeConnection"} <= set(found)
    fields = {one.name: one for one in whole().shapes["NewKey"].fields}
    assert fields["name"].type == "string, ≥ 1 characters, ≤ 100 characters"
    assert fields["per_minute"].type == "integer, ≥ 1, ≤ 1000000 | null"
    assert (fields["name"].is_required, fields["per_minute"].is_required) == (True, False)


def test_a_call_is_found_and_read(site: Site) -> None:
    tom = came(site, "tom", "till")
    said = text_of(tom.get(REFERENCE))
    assert "/v1/events" in said
    assert "/v1/keys" in said
    found = text_of(tom.get(f"{REFERENCE}?q=make+key"))
    assert "/v1/keys" in found
    assert "/v1/events" not in found
    assert "No call is like that" in text_of(tom.get(f"{REFERENCE}?q=zzz"))
    page = text_of(tom.get(f"{REFERENCE}/new_key"))
    assert "Make keys and take them back keys:write" in page
    assert "curl -X POST http://xenia.example/v1/keys" in page
    assert "shapes.NewKey" in page
    assert "additional" not in page
    assert tom.get(f"{REFERENCE}/no_such").status == 404


@pytest.mark.parametrize("name", ["post_events", "healthz", "members", "changed_safety"])
def test_pages_of_every_kind(site: Site, name: str) -> None:
    assert came(site).get(f"{REFERENCE}/{name}").status == 200
